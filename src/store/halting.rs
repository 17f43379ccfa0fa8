//! What ends writing, and what lets it go on: a write or sync that failed, a full disk, a folder that was replaced.

use std::path::Path;
use std::sync::atomic::Ordering;

use super::{Inner, StoreError, Writer};

impl Writer {
    /// Refuses when the folder was replaced, or its files were written over: what is written would be in files that nobody finds,
    /// or follow what is not there.
    pub(super) fn in_place(&self, inner: &Inner) -> Result<(), StoreError> {
        if self.folder.is_in_place() && self.tail.is_in_place() {
            return Ok(());
        }
        let error = StoreError::Replaced { dir: inner.dir.clone() };
        inner.halt(&error);
        Err(error)
    }
}

impl Inner {
    /// No write is taken from now on.
    pub(super) fn halt(&self, why: &StoreError) {
        let mut index = self.index_mut();
        if index.halted.is_none() {
            index.halted = Some(why.into());
            index.halts += 1;
            tracing::error!("writing is halted, reading goes on: {why}");
        }
        drop(index);
        self.keeper.wake();
    }

    pub(super) fn or_halt<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        done.inspect_err(|error| self.halt(error))
    }

    /// Writes again, if a new file of the log can be made and synced.
    pub(super) fn resume(&self) -> Result<(), StoreError> {
        let mut writer = self.writer();
        let head = {
            let index = self.index();
            if index.halted.is_none() {
                return Ok(());
            }
            index.head
        };
        if !(writer.folder.is_in_place() && writer.tail.is_in_place()) {
            return Err(StoreError::Replaced { dir: self.dir.clone() });
        }
        self.room_for(1)?;
        // A write that failed late may have left them ahead of the log, of which the end is cut now.
        writer.folder.rewitness(head.version)?;
        writer.tail.renew(&self.dir, head.version, head.total)?;
        let mut index = self.index_mut();
        index.follow(&writer.tail.segment);
        index.halted = None;
        drop(index);
        tracing::info!("writing goes on");
        Ok(())
    }

    /// Refuses before the disk is full: what begins to be written is to end.
    pub(super) fn room_for(&self, changes: u64) -> Result<(), StoreError> {
        room(&self.dir, self.reserve.load(Ordering::Relaxed).saturating_add(changes * 256))
    }
}

/// Refuses where the disk of a folder, which need not be there yet, has fewer bytes free.
pub(super) fn room(dir: &Path, needed: u64) -> Result<(), StoreError> {
    let there = dir.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let free = fs2::available_space(there).map_err(|error| StoreError::io(there, error))?;
    if free >= needed { Ok(()) } else { Err(StoreError::DiskFull { dir: dir.to_owned(), free, needed }) }
}
