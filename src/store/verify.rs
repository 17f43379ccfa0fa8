//! Reading everything that a store holds, to find what is damaged.

use super::shape::Keys;
use super::{Store, StoreError, log};

impl Store {
    /// Everything that is wrong with the store's records, in words; empty when all is sound. O(its size).
    pub fn verify(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |error: StoreError| {
            faults.push(match error {
                StoreError::Damaged { what, .. } => what,
                other => other.to_string(),
            })
        };
        let mut keys = Keys::default();
        let head = self.head();
        let mut total = None;
        for version in self.base() + 1..=head.version {
            match log::read_set(&self.engine, version, &mut keys) {
                Ok((set, after)) => {
                    let before = total.unwrap_or(if version == 1 { 0 } else { after.total - set.changes.len() as u64 });
                    if before + set.changes.len() as u64 != after.total {
                        fault(StoreError::damaged(&self.dir, format!("change set {version} miscounts the log")));
                    }
                    total = Some(after.total);
                }
                Err(error) => {
                    total = None;
                    fault(error);
                }
            }
        }
        let line = self.status().checkpoint.clone();
        if let Some(Err(error)) = line.map(|line| log::read_checkpoint(&self.engine, &line)) {
            fault(error);
        }
        if let Err(error) = self.seed() {
            fault(error);
        }
        faults
    }
}
