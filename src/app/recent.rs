//! The last change sets, kept in memory so that many subscribers do not each read the log.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::ChangeSet;

/// How many change sets are kept, and how many changes in all.
const MAX_SETS: usize = 256;
const MAX_CHANGES: usize = 10_000;

/// The last change sets without a gap, oldest first.
#[derive(Debug, Default)]
pub struct Recent {
    sets: VecDeque<Arc<ChangeSet>>,
    changes: usize,
}

impl Recent {
    /// Adds the one just published; older ones make room.
    pub fn push(&mut self, set: Arc<ChangeSet>) {
        self.changes += set.changes.len();
        self.sets.push_back(set);
        while self.sets.len() > MAX_SETS || self.changes > MAX_CHANGES {
            let Some(oldest) = self.sets.pop_front() else { break };
            self.changes -= oldest.changes.len();
        }
    }

    /// Those after a version, unless older ones than are kept are asked for.
    pub fn since(&self, version: u64, limit: usize) -> Option<Vec<Arc<ChangeSet>>> {
        let first = self.sets.front()?.version;
        let skip = usize::try_from(version.saturating_add(1).checked_sub(first)?).ok()?;
        Some(self.sets.iter().skip(skip).take(limit).cloned().collect())
    }
}
