//! Reading everything that a store holds, to find what is damaged.

use super::damage::{Damage, Fault};
use super::shape::KeyPool;
use super::{Store, StoreError, checkpoint, log};

impl Store {
    /// Everything that is wrong with the store's records, or keeps them from being read; empty when all is sound. O(its size).
    pub fn verify(&self) -> Vec<StoreError> {
        let damaged = |what| StoreError::damaged(&self.inner.dir, what);
        let mut faults: Vec<StoreError> = self.inner.index().faults.iter().cloned().map(damaged).collect();
        let mut keys = KeyPool::default();
        let mut total = None;
        for version in self.base() + 1..=self.head().version {
            let records = self.inner.location(version).and_then(|location| location.read(&self.inner.dir));
            match records.and_then(|records| log::read_set(&records, version, &mut keys)) {
                Ok((set, after)) => {
                    let count = set.changes.len() as u64;
                    let before = total.unwrap_or(if version == 1 { 0 } else { after.total - count });
                    if before + count != after.total {
                        faults.push(damaged(Damage::ChangeSet(version, Fault::Miscounts)));
                    }
                    total = Some(after.total);
                }
                Err(error) => {
                    total = None;
                    faults.push(error);
                }
            }
        }
        match checkpoint::versions(&self.inner.dir) {
            Ok(versions) => {
                let read = |version| checkpoint::replay(&self.inner.dir, version, |_| {});
                faults.extend(versions.into_iter().filter_map(|version| read(version).err()));
            }
            Err(error) => faults.push(error),
        }
        faults
    }
}
