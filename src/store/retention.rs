//! Checkpoints and what they make superfluous: what opening need not read, and files of the log that may go.

use std::borrow::Borrow;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::locations::Run;
use super::segments::{self, Tail};
use super::{Inner, Store, StoreError, checkpoint, disk, sealed};
use crate::model::{Edge, Node};

/// From this size on a file of the log is left for the next when a checkpoint is written.
const TURN: u64 = 1 << 20;

impl Store {
    /// The earliest version of which the whole state can be told: from the beginning of the log, or from a checkpoint.
    pub fn earliest(&self) -> u64 {
        let index = self.inner.index();
        if index.base == 0 { 0 } else { index.checkpoints.last().map_or(index.head.version, |line| line.version) }
    }

    /// Keeps so many bytes of the log from the next checkpoint on. A store that was not told keeps all: how much is a matter of the
    /// server's settings, which other commands do not know.
    pub fn keep_history(&self, bytes: u64) {
        self.inner.history.store(bytes, Ordering::Relaxed);
    }

    /// Whether opening would gain from a checkpoint now: it would read more of the log than of the graph.
    pub fn wants_checkpoint(&self) -> bool {
        let index = self.inner.index();
        let since = index.head.total - index.checkpoints.first().map_or(0, |line| line.total.min(index.head.total));
        index.halted.is_none() && since > (index.head.nodes + index.head.edges).max(2_000)
    }

    /// Writes the whole state at a version, beside which an older checkpoint is kept. Commits go on meanwhile.
    ///
    /// # Errors
    /// As for [`Store::commit`], but the log is not concerned. A state with other counts than the log has is refused.
    pub fn write_checkpoint<N: Borrow<Node>, E: Borrow<Edge>>(
        &self,
        version: u64,
        nodes: impl Iterator<Item = N>,
        edges: impl Iterator<Item = E>,
    ) -> Result<(), StoreError> {
        let inner = &*self.inner;
        let _one = inner.checkpointing.lock().unwrap_or_else(PoisonError::into_inner);
        let (head, newest) = {
            let index = inner.index();
            (index.head, index.checkpoints.first().map(|line| line.version))
        };
        if version > head.version || version <= newest.unwrap_or(0) {
            return Err(StoreError::OutOfOrder { head: head.version, given: version });
        }
        inner.room_for(head.nodes + head.edges)?;
        let expected = if version == head.version { head } else { inner.line(version)?.head() };
        inner.or_halt(checkpoint::write(&inner.dir, expected, nodes, edges))?;
        inner.know_checkpoints()?;
        inner.or_halt(inner.turn_over())?;
        inner.or_halt(inner.let_go())?;
        inner.seal();
        Ok(())
    }
}

impl Inner {
    pub(super) fn know_checkpoints(&self) -> Result<(), StoreError> {
        let versions = checkpoint::versions(&self.dir)?;
        let lines = versions.into_iter().filter_map(|version| checkpoint::line(&self.dir, version).ok()).collect();
        self.index_mut().checkpoints = lines;
        Ok(())
    }

    /// Goes on in a new file, so that opening need not read what the checkpoint that was just written has already.
    pub(super) fn turn_over(&self) -> Result<(), StoreError> {
        let mut writer = self.writer();
        let (head, halted) = {
            let index = self.index();
            (index.head, index.halted.is_some())
        };
        if !halted && writer.tail.segment.length >= TURN {
            writer.tail = Tail::begin(&self.dir, &self.id, head.version, head.total)?;
            self.index_mut().follow(&writer.tail.segment);
        }
        Ok(())
    }

    /// Writes down where the change sets are in files of the log that opening need not read.
    pub(super) fn seal(&self) {
        let unsealed: Vec<Run> = {
            let index = self.index();
            let newest = index.checkpoints.first().map_or(0, |line| line.version);
            let pairs = index.segments.windows(2).map(|pair| (&pair[0], pair[1].base));
            let pairs = pairs.filter(|(segment, end)| *end <= newest && !sealed::path(&segment.path).exists());
            let runs = pairs.filter_map(|(segment, _)| {
                index.locations.run(segment.base + 1).filter(|run| run.path == segment.path)
            });
            runs.cloned().collect()
        };
        for run in unsealed {
            // The file itself has all that it says.
            let _ = sealed::write(&self.id, &run)
                .inspect_err(|error| tracing::warn!("{}: {error}", sealed::path(&run.path).display()));
        }
    }

    /// Lets the oldest files of the log go that are beyond what is kept and before all checkpoints.
    pub(super) fn let_go(&self) -> Result<(), StoreError> {
        // A backup reads them all.
        let Ok(_kept) = self.keeping.try_lock() else { return Ok(()) };
        loop {
            let (base, old) = {
                let index = self.index();
                let [first, second, ..] = &index.segments[..] else { return Ok(()) };
                let rest: u64 = index.segments.iter().skip(1).map(|segment| segment.length).sum();
                let covered =
                    index.checkpoints.len() > 1 && index.checkpoints.iter().all(|line| line.version >= second.base);
                if rest < self.history.load(Ordering::Relaxed) || !covered {
                    return Ok(());
                }
                (second.base, first.path.clone())
            };
            // First for readers, who are told that it is gone rather than find it missing.
            let mut index = self.index_mut();
            index.segments.remove(0);
            index.base = index.base.max(base);
            index.locations = index.locations.split_off(base + 1);
            drop(index);
            sealed::forget(&old)
                .and_then(|()| disk::remove(&old))
                .and_then(|()| disk::sync_dir(&segments::log_dir(&self.dir)))
                .map_err(|error| StoreError::io(&old, error))?;
            tracing::info!("change sets up to version {base} were let go: two checkpoints are newer");
        }
    }
}
