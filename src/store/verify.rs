//! Reading everything that a store holds, to find what is damaged.

use super::shape::KeyPool;
use super::{Store, StoreError, checkpoint, log};

impl Store {
    /// Everything that is wrong with the store's records, in words; empty when all is sound. O(its size).
    pub fn verify(&self) -> Vec<String> {
        let mut faults = self.faults();
        let mut fault = |error: StoreError| {
            faults.push(match error {
                StoreError::Damaged { what, .. } => what,
                other => other.to_string(),
            })
        };
        let mut keys = KeyPool::default();
        let mut total = None;
        for version in self.base() + 1..=self.head().version {
            let place = self.inner.place(version).and_then(|place| place.read(&self.inner.dir));
            match place.and_then(|records| log::read_set(&records, version, &mut keys)) {
                Ok((set, after)) => {
                    let count = set.changes.len() as u64;
                    let before = total.unwrap_or(if version == 1 { 0 } else { after.total - count });
                    if before + count != after.total {
                        fault(StoreError::damaged(&self.inner.dir, format!("change set {version} miscounts the log")));
                    }
                    total = Some(after.total);
                }
                Err(error) => {
                    total = None;
                    fault(error);
                }
            }
        }
        match checkpoint::versions(&self.inner.dir) {
            Ok(versions) => versions
                .into_iter()
                .filter_map(|version| checkpoint::replay(&self.inner.dir, version, |_| {}).err())
                .for_each(&mut fault),
            Err(error) => fault(error),
        }
        faults
    }
}
