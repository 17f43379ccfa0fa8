//! The store: the durable log of change sets, from which the graph can always be rebuilt, and checkpoints that make opening
//! quick. The only module that names sled.
//!
//! - A change set is durable (on the disk, not only with the system) before [`Store::commit`] answers. A process killed, or a
//!   machine cut from its power, at any moment leaves the version before or the version after, nothing between.
//! - Whatever happens to the files, opening answers with the graph that was acknowledged, or an error that names the damage:
//!   never a panic, never less than was there, never an empty graph in place of a lost one. An opening that is refused leaves
//!   every byte as it was.
//! - A write or sync that fails halts all writing at once. It goes on by itself, in a new file, once one can be written and synced.
//! - Every record has a checksum and stands on its own, so [`salvage`] finds those that are sound whatever became of the rest.
//!
//! The promise rests on files of our own: the log (`segments`), checkpoints, marker and witness, all through `disk`. sled holds
//! the same records by key and is disposable (`mirror`); docs/decisions/0001-storage.md says why.
//!
//! One process holds a store at a time. All methods take `&self`; one commit runs at a time, a checkpoint beside it.

mod backup;
mod checkpoint;
mod disk;
mod engine;
mod error;
mod folder;
#[cfg(fuzzing)]
pub mod fuzzing;
mod keeper;
mod log;
mod mend;
mod mirror;
mod open;
mod page;
mod record;
mod salvage;
mod segments;
mod shape;
mod stream;
#[cfg(test)]
mod tests;
mod upgrade;
mod verify;

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;

pub use backup::{read_backup as verify_backup, restore};
pub use error::StoreError;
use folder::{Folder, State};
use keeper::Keeper;
use log::CheckpointLine;
pub use page::SetHead;
pub use salvage::{Found, Place as Repairing, Salvaged, salvage};
use segments::{Place, Tail};
use shape::Keys;

use crate::model::{Change, ChangeSet, Edge, Node};

/// The version of the format on disk.
pub const FORMAT: u64 = 2;

/// Bytes that stay free on the disk, so that a write that begins can end.
const RESERVE: u64 = 32 << 20;

/// Bytes of the log that are kept at least: what is older goes, a file at a time, once two checkpoints are newer.
const HISTORY: u64 = 1 << 30;

/// Whether a folder is empty or missing, or holds a store whose making was cut short, so that one may be made there. Changes
/// nothing.
///
/// # Errors
/// Unless it is that, or a store that this program reads.
pub fn is_vacant(dir: &Path) -> Result<bool, StoreError> {
    Ok(match folder::examine(dir)? {
        folder::Found::Nothing => true,
        folder::Found::Ours(marker) => marker.state == State::Creating,
    })
}

/// The records of a change set, as a test puts them into a damaged file.
#[cfg(test)]
pub(crate) fn sealed(set: &ChangeSet) -> Vec<u8> {
    log::seal_set(set, Head { version: set.version, ..Head::default() })
}

/// What opening may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Open the store; make one where the folder is empty or missing.
    Create,
    /// Open the store that must be there.
    Existing,
}

/// Where the log ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The version of the last change set; 0 before any.
    pub version: u64,
    /// Nodes of the graph at that version, retired ones too.
    pub nodes: u64,
    /// Edges of the graph at that version.
    pub edges: u64,
    /// Changes in the whole log up to it.
    pub total: u64,
}

/// The whole state at a version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoint {
    /// The version.
    pub version: u64,
    /// Its nodes, in the order in which they were given.
    pub nodes: Vec<Node>,
    /// Its edges, in the order in which they were given.
    pub edges: Vec<Edge>,
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    inner: Arc<Inner>,
    keeper: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Inner {
    dir: PathBuf,
    id: String,
    /// Bytes that stay free, and bytes of the log that stay.
    reserve: AtomicU64,
    history: AtomicU64,
    index: RwLock<Index>,
    /// Held from the check of a commit to its acknowledgement.
    writer: Mutex<Writer>,
    /// Held while a checkpoint is written.
    checkpointing: Mutex<()>,
    /// Held while every file of the log is needed.
    keeping: Mutex<()>,
    keeper: Keeper,
}

/// What is known of the log without reading it. Held for moments only.
#[derive(Debug)]
struct Index {
    head: Head,
    /// The version after which the log begins.
    base: u64,
    places: BTreeMap<u64, Place>,
    segments: Vec<segments::Segment>,
    /// The newest first.
    checkpoints: Vec<CheckpointLine>,
    /// Why nothing is written any more.
    halted: Option<Box<str>>,
    /// How often writing was halted since the start.
    halts: u64,
    /// What could not be read when the store was opened, although nothing of the graph is lost.
    faults: Vec<String>,
}

#[derive(Debug)]
struct Writer {
    folder: Folder,
    tail: Tail,
}

impl Store {
    /// Where the log ends.
    pub fn head(&self) -> Head {
        self.inner.index().head
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// The version after which the log begins: 0 unless older change sets were let go, or lost.
    pub fn base(&self) -> u64 {
        self.inner.index().base
    }

    /// The earliest version of which the whole state can be told: from the beginning of the log, or from a checkpoint.
    pub fn earliest(&self) -> u64 {
        let index = self.inner.index();
        if index.base == 0 { 0 } else { index.checkpoints.last().map_or(index.head.version, |line| line.version) }
    }

    /// Why nothing is written at present, if so.
    pub fn halted(&self) -> Option<Box<str>> {
        self.inner.index().halted.clone()
    }

    /// How often writing was halted since the start.
    pub fn halts(&self) -> u64 {
        self.inner.index().halts
    }

    /// What could not be read when the store was opened, although nothing of the graph is lost.
    pub fn faults(&self) -> Vec<String> {
        self.inner.index().faults.clone()
    }

    /// Makes a change set durable, as the next version of a graph that has so many nodes and edges from then on.
    ///
    /// # Errors
    /// Nothing is acknowledged then. When a write itself fails, the store takes no more of them until one succeeds again.
    pub fn commit(&self, set: &ChangeSet, nodes: u64, edges: u64) -> Result<(), StoreError> {
        self.append(set, |before| Head {
            version: set.version,
            nodes,
            edges,
            total: before.total + set.changes.len() as u64,
        })
    }

    /// [`Store::commit`] of a set that another store had, with what that said of it.
    pub(crate) fn commit_as(&self, set: &ChangeSet, head: Head) -> Result<(), StoreError> {
        self.append(set, |_| head)
    }

    /// A store that was just begun goes on from this state, of which it gets the checkpoint.
    pub(crate) fn begin_from(&self, head: Head) -> Result<(), StoreError> {
        let mut index = self.inner.index_mut();
        if index.head.version != head.version {
            return Err(StoreError::OutOfOrder { head: index.head.version, given: head.version });
        }
        index.head = head;
        Ok(())
    }

    /// A store that was being filled counts from now on.
    pub(crate) fn ready(&self) -> Result<(), StoreError> {
        self.inner.writer().folder.mark(State::Ready)
    }

    fn append(&self, set: &ChangeSet, head: impl FnOnce(Head) -> Head) -> Result<(), StoreError> {
        let inner = &*self.inner;
        let mut writer = inner.writer();
        let before = {
            let index = inner.index();
            if let Some(why) = &index.halted {
                return Err(StoreError::Halted { dir: inner.dir.clone(), why: why.clone() });
            }
            index.head
        };
        if set.version != before.version + 1 {
            return Err(StoreError::OutOfOrder { head: before.version, given: set.version });
        }
        writer.in_place(inner)?;
        inner.room_for(set.changes.len() as u64)?;
        let head = head(before);
        let bytes = log::seal_set(set, head);
        let place = inner.or_halt(writer.append(inner, before, &bytes))?;
        {
            let mut index = inner.index_mut();
            index.head = head;
            index.places.insert(head.version, place);
            index.follow(&writer.tail.segment);
        }
        drop(writer);
        inner.keeper.wake();
        Ok(())
    }

    /// The change sets after a version, in order. A damaged one is an error, and the last item.
    ///
    /// # Errors
    /// [`StoreError::Forgotten`] when the log does not go back that far.
    pub fn change_sets(&self, since: u64) -> Result<impl Iterator<Item = Result<ChangeSet, StoreError>>, StoreError> {
        self.inner.reaches(since)?;
        let mut keys = Keys::default();
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
        let mut keys = Keys::default();
        (since.saturating_add(1)..=to.min(self.head().version)).try_for_each(|version| {
            let records = self.inner.place(version)?.read(&self.inner.dir)?;
            log::replay_set(&records, version, &mut keys, &mut change).map(|_| ())
        })
    }

    /// Hands over the nodes and edges of the latest checkpoint up to a version and gives its own; the rest of the state is in
    /// [`Store::replay`] since then. `None`, and whatever was handed over void, where there is none, or where it is damaged and
    /// something else has it all; `again` tells that it begins anew.
    ///
    /// # Errors
    /// Damage to the checkpoints that the log cannot stand in for.
    pub fn replay_checkpoint(&self, to: u64, mut put: impl FnMut(Again)) -> Result<Option<u64>, StoreError> {
        let (base, versions) = {
            let index = self.inner.index();
            let versions: Vec<u64> = index.checkpoints.iter().map(|line| line.version).collect();
            (index.base, versions)
        };
        let mut failed = None;
        for version in versions.into_iter().filter(|version| (base..=to).contains(version)) {
            put(Again::Anew);
            match checkpoint::replay(&self.inner.dir, version, |change| put(Again::Put(change))) {
                Ok(line) => return Ok(Some(line.version)),
                Err(error) => {
                    tracing::warn!("{error}; an older checkpoint or the log is read instead");
                    failed = Some(error);
                }
            }
        }
        put(Again::Anew);
        match failed {
            _ if base == 0 => Ok(None),
            Some(error) => Err(error),
            None => Err(StoreError::Forgotten { base }),
        }
    }

    /// The latest checkpoint; the rest of the state is in [`Store::change_sets`] since its version. Without one, or
    /// where it is damaged and the log goes back to the beginning, all of the state is in the log.
    ///
    /// # Errors
    /// Damage to a checkpoint that the log cannot stand in for.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        let mut checkpoint = Checkpoint::default();
        let found = self.replay_checkpoint(u64::MAX, |step| match step {
            Again::Anew => checkpoint = Checkpoint::default(),
            Again::Put(Change::PutNode(node)) => checkpoint.nodes.push(node),
            Again::Put(Change::PutEdge(edge)) => checkpoint.edges.push(edge),
            Again::Put(Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_)) => {}
        })?;
        Ok(found.map(|version| Checkpoint { version, ..checkpoint }))
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
        inner.or_halt(inner.let_go())
    }

    /// What the program noted of the seed that it put into this store, if it did.
    pub fn seed(&self) -> Option<String> {
        self.inner.writer().folder.marker.seed.clone()
    }

    /// Notes which seed is put into this store. In a new one it counts with its first change set.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub fn set_seed(&self, fingerprint: &str) -> Result<(), StoreError> {
        let inner = &*self.inner;
        inner.room_for(1)?;
        let mut writer = inner.writer();
        if let Some(why) = inner.index().halted.clone() {
            return Err(StoreError::Halted { dir: inner.dir.clone(), why });
        }
        writer.in_place(inner)?;
        let Folder { marker, .. } = &mut writer.folder;
        marker.seed = Some(fingerprint.to_owned());
        let state = marker.state;
        inner.or_halt(writer.folder.mark(state))
    }
}

/// A step of reading a checkpoint.
#[derive(Debug)]
pub enum Again {
    /// All that was put is void: reading begins.
    Anew,
    /// A node or an edge is put.
    Put(Change),
}

impl Drop for Store {
    fn drop(&mut self) {
        self.inner.keeper.stop();
        if let Some(keeper) = self.keeper.take()
            && keeper.join().is_err()
        {
            tracing::error!("sled's thread broke off; the log is whole");
        }
    }
}

impl Writer {
    /// Refuses when the folder was replaced: what is written would be in files that nobody finds.
    fn in_place(&self, inner: &Inner) -> Result<(), StoreError> {
        if self.folder.is_in_place() && self.tail.is_in_place() {
            return Ok(());
        }
        let error = StoreError::Replaced { dir: inner.dir.clone() };
        inner.halt(&error);
        Err(error)
    }

    /// Appends a change set; everything that acknowledging it takes is durable then.
    fn append(&mut self, inner: &Inner, before: Head, bytes: &[u8]) -> Result<Place, StoreError> {
        if self.tail.is_full() {
            self.tail = Tail::begin(&inner.dir, &inner.id, before.version, before.total)?;
            inner.index_mut().follow(&self.tail.segment);
        }
        let length = self.tail.segment.length;
        let place = self.tail.append(bytes)?;
        let counts = match self.folder.marker.state {
            State::Creating => self.folder.mark(State::Ready),
            State::Filling | State::Ready => Ok(()),
        };
        if let Err(error) = counts.and_then(|()| self.folder.witness(before.version + 1)) {
            // Nobody is told of it: it goes when writing goes on.
            self.tail.segment.length = length;
            return Err(error);
        }
        Ok(place)
    }
}

impl Index {
    /// Takes note of the file that is written to, as it is now: the last one, or the next.
    fn follow(&mut self, tail: &segments::Segment) {
        self.segments.pop_if(|last| last.path == tail.path);
        self.segments.push(tail.clone());
    }
}

impl Inner {
    fn index(&self) -> RwLockReadGuard<'_, Index> {
        // A panic under the lock leaves it as it was: each change is one assignment after the other that cannot fail.
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> std::sync::RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No write is taken from now on.
    fn halt(&self, why: &StoreError) {
        let mut index = self.index_mut();
        if index.halted.is_none() {
            index.halted = Some(why.to_string().into());
            index.halts += 1;
            tracing::error!("writing is halted, reading goes on: {why}");
        }
        drop(index);
        self.keeper.wake();
    }

    fn or_halt<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        done.inspect_err(|error| self.halt(error))
    }

    /// Writes again, if a new file of the log can be made and synced.
    fn resume(&self) -> Result<(), StoreError> {
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

    fn reaches(&self, since: u64) -> Result<(), StoreError> {
        let base = self.index().base;
        if since < base { Err(StoreError::Forgotten { base }) } else { Ok(()) }
    }

    fn place(&self, version: u64) -> Result<Place, StoreError> {
        let place = self.index().places.get(&version).cloned();
        place.ok_or_else(|| StoreError::damaged(&self.dir, format!("change set {version} is missing")))
    }

    /// What a change set says of itself.
    fn line(&self, version: u64) -> Result<log::SetLine, StoreError> {
        match self.place(version)?.line(&self.dir, version) {
            Ok(line) => Ok(line),
            // A page of the log went bad since: sled has a copy.
            Err(error) => match self.keeper.engine_with(version).map(|engine| log::line_of(&*engine, version)) {
                Some(Ok(line)) => Ok(line),
                _ => Err(error),
            },
        }
    }

    /// A change set: from sled, which finds it by its version, or from the log, on which the promise rests.
    fn read_set(&self, version: u64, keys: &mut Keys) -> Result<(ChangeSet, Head), StoreError> {
        if let Some(engine) = self.keeper.engine_with(version) {
            match log::read_set(&*engine, version, keys) {
                Ok(read) => return Ok(read),
                Err(error) => tracing::warn!("{error}; the log is read instead of sled"),
            }
        }
        let records = self.place(version)?.read(&self.dir)?;
        log::read_set(&records, version, keys)
    }

    fn know_checkpoints(&self) -> Result<(), StoreError> {
        let versions = checkpoint::versions(&self.dir)?;
        let lines = versions.into_iter().filter_map(|version| checkpoint::line(&self.dir, version).ok()).collect();
        self.index_mut().checkpoints = lines;
        Ok(())
    }

    /// Lets the oldest files of the log go that are beyond what is kept and before all checkpoints.
    fn let_go(&self) -> Result<(), StoreError> {
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
            index.places = index.places.split_off(&(base + 1));
            drop(index);
            disk::remove(&old)
                .and_then(|()| disk::sync_dir(&segments::log_dir(&self.dir)))
                .map_err(|error| StoreError::io(&old, error))?;
            tracing::info!("change sets up to version {base} were let go: two checkpoints are newer");
        }
    }

    /// Refuses before the disk is full: what begins to be written is to end.
    fn room_for(&self, changes: u64) -> Result<(), StoreError> {
        let free = fs2::available_space(&self.dir).map_err(|error| StoreError::io(&self.dir, error))?;
        let needed = self.reserve.load(Ordering::Relaxed).saturating_add(changes * 256);
        if free >= needed { Ok(()) } else { Err(StoreError::DiskFull { dir: self.dir.clone(), free, needed }) }
    }
}
