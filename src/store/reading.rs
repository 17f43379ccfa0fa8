//! Reading what the log and the checkpoints hold: by version, from sled or from the files on which the promise rests.

use std::fmt::Display;

use super::checkpoint::{self, CheckpointFile};
use super::damage::{Damage, Fault};
use super::locations::Location;
use super::log;
use super::shape::KeyPool;
use super::{Checkpoint, Head, Inner, Store, StoreError};
use crate::model::{Change, ChangeSet};

impl Store {
    /// The change sets after a version, in order. A damaged one is an error, and the last item.
    ///
    /// # Errors
    /// [`StoreError::Forgotten`] when the log does not go back that far.
    pub fn change_sets(&self, since: u64) -> Result<impl Iterator<Item = Result<ChangeSet, StoreError>>, StoreError> {
        self.inner.reaches(since)?;
        let mut keys = KeyPool::default();
        let mut sound = true;
        let sets = (since.saturating_add(1)..=self.head().version).map_while(move |version| {
            let set = sound.then(|| self.inner.read_set(version, &mut keys))?;
            sound = set.is_ok();
            Some(set.map(|(set, _)| set))
        });
        Ok(sets)
    }

    /// Hands over all changes after a version up to another, in order, without holding a set of them in memory.
    ///
    /// # Errors
    /// As for [`Store::change_sets`]. What was handed over before is not to be relied upon.
    pub fn replay(&self, since: u64, to: u64, mut change: impl FnMut(Change)) -> Result<(), StoreError> {
        self.inner.reaches(since)?;
        let mut keys = KeyPool::default();
        (since.saturating_add(1)..=to.min(self.head().version)).try_for_each(|version| {
            let records = self.inner.location(version)?.read(&self.inner.dir)?;
            log::replay_set(&records, version, &mut keys, &mut change).map(|_| ())
        })
    }

    /// What is made of the latest checkpoint up to a version; the rest of the state is in [`Store::replay`] since then. Of an older
    /// one, where the latest is damaged. `None` where there is none and the log has it all.
    ///
    /// # Errors
    /// Damage to the checkpoints that the log cannot stand in for.
    pub fn with_checkpoint<T, E: From<StoreError> + Display>(
        &self,
        to: u64,
        mut make: impl FnMut(&CheckpointFile) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let (base, versions) = {
            let index = self.inner.index();
            let versions: Vec<u64> = index.checkpoints.iter().map(|line| line.version).collect();
            (index.base, versions)
        };
        let mut failed = None;
        for version in versions.into_iter().filter(|version| (base..=to).contains(version)) {
            match CheckpointFile::open(&self.inner.dir, version).map_err(E::from).and_then(|state| make(&state)) {
                Ok(made) => return Ok(Some(made)),
                Err(error) => {
                    tracing::warn!("{error}; an older checkpoint or the log is read instead");
                    failed = Some(error);
                }
            }
        }
        match failed {
            _ if base == 0 => Ok(None),
            Some(error) => Err(error),
            None => Err(StoreError::Forgotten { base }.into()),
        }
    }

    /// The latest checkpoint; the rest of the state is in [`Store::change_sets`] since its version. Without one, or
    /// where it is damaged and the log goes back to the beginning, all of the state is in the log.
    ///
    /// # Errors
    /// Damage to a checkpoint that the log cannot stand in for.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        let dir = &self.inner.dir;
        self.with_checkpoint(u64::MAX, |state| checkpoint::collect(|put| checkpoint::replay(dir, state.version(), put)))
    }
}

impl Inner {
    pub(super) fn reaches(&self, since: u64) -> Result<(), StoreError> {
        let base = self.index().base;
        if since < base { Err(StoreError::Forgotten { base }) } else { Ok(()) }
    }

    pub(super) fn location(&self, version: u64) -> Result<Location, StoreError> {
        let location = self.index().locations.get(version);
        location.ok_or_else(|| StoreError::damaged(&self.dir, Damage::ChangeSet(version, Fault::Missing)))
    }

    /// What a change set says of itself.
    pub(super) fn line(&self, version: u64) -> Result<log::SetLine, StoreError> {
        match self.location(version)?.line(&self.dir, version) {
            Ok(line) => Ok(line),
            // A page of the log went bad since: sled has a copy.
            Err(error) => match self.keeper.engine_with(version).map(|engine| log::line_of(&*engine, version)) {
                Some(Ok(line)) => Ok(line),
                _ => Err(error),
            },
        }
    }

    /// A change set: from sled, which finds it by its version, or from the log, on which the promise rests.
    pub(super) fn read_set(&self, version: u64, keys: &mut KeyPool) -> Result<(ChangeSet, Head), StoreError> {
        if let Some(engine) = self.keeper.engine_with(version) {
            match log::read_set(&*engine, version, keys) {
                Ok(read) => return Ok(read),
                Err(error) => tracing::warn!("{error}; the log is read instead of sled"),
            }
        }
        let records = self.location(version)?.read(&self.dir)?;
        log::read_set(&records, version, keys)
    }
}
