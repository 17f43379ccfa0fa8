//! How far an opening has come, for those who wait for it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Nodes, relations and changes that were read, of all that are to be.
#[derive(Debug, Default)]
pub struct Progress {
    read: AtomicU64,
    all: AtomicU64,
}

impl Progress {
    /// So many are to be read.
    pub fn expect(&self, all: u64) {
        self.all.store(all, Ordering::Relaxed);
    }

    /// So many more were read.
    pub fn read(&self, more: u64) {
        self.read.fetch_add(more, Ordering::Relaxed);
    }

    /// In percent; below 100 until the end.
    pub fn percent(&self) -> u64 {
        let (read, all) = (self.read.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
        (read.min(all) * 99).checked_div(all).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_in_percent_and_never_said_to_be_over() {
        let progress = Progress::default();
        assert_eq!(progress.percent(), 0);
        progress.expect(200);
        progress.read(100);
        assert_eq!(progress.percent(), 49);
        progress.read(1_000);
        assert_eq!(progress.percent(), 99);
    }
}
