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
mod blocks;
mod checkpoint;
mod damage;
pub(crate) mod disk;
mod engine;
mod error;
mod folder;
#[cfg(fuzzing)]
pub mod fuzzing;
mod halting;
mod keeper;
mod locations;
mod log;
mod mend;
mod mirror;
mod open;
mod page;
mod reading;
mod record;
mod retention;
mod salvage;
mod sealed;
mod segments;
mod shape;
mod stream;
#[cfg(test)]
mod tests;
mod upgrade;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;

pub use backup::{read_backup as verify_backup, restore};
pub use checkpoint::CheckpointFile;
pub use damage::Damage;
pub use error::{StoreError, Told};
pub use folder::SERVER;
use folder::{Folder, Stage};
use keeper::Keeper;
use locations::{Location, Locations};
use log::CheckpointLine;
pub use page::SetHead;
pub use salvage::{Replacement, Salvaged, SetFound, salvage};
use segments::Tail;

use crate::model::{ChangeSet, Edge, Node};

/// The version of the format on disk.
pub const FORMAT: u64 = 2;

/// Bytes that stay free on the disk, so that a write that begins can end.
const RESERVE: u64 = 32 << 20;

/// Bytes of the log that a server keeps at least, unless its settings say otherwise: what is older goes, a file at a time, once two
/// checkpoints are newer.
pub const HISTORY: u64 = 128 << 20;

/// Whether a folder is empty or missing, or holds a store whose making was cut short, so that one may be made there. Changes
/// nothing.
///
/// # Errors
/// Unless it is that, or a store that this program reads.
pub fn is_vacant(dir: &Path) -> Result<bool, StoreError> {
    Ok(match folder::examine(dir)? {
        folder::FolderContent::Nothing => true,
        folder::FolderContent::Ours(marker) => marker.state == Stage::Creating,
    })
}

/// The records of a change set, as a test puts them into a damaged file.
#[cfg(test)]
pub(crate) fn sealed_set(set: &ChangeSet) -> Vec<u8> {
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
    locations: Locations,
    segments: Vec<segments::Segment>,
    /// The newest first.
    checkpoints: Vec<CheckpointLine>,
    /// Why nothing is written any more.
    halted: Option<Told>,
    /// How often writing was halted since the start.
    halts: u64,
    /// What could not be read when the store was opened, although nothing of the graph is lost.
    faults: Vec<Damage>,
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

    /// What tells its files from another store's.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// The version after which the log begins: 0 unless older change sets were let go, or lost.
    pub fn base(&self) -> u64 {
        self.inner.index().base
    }

    /// Why nothing is written at present, if so.
    pub fn halted(&self) -> Option<Told> {
        self.inner.index().halted.clone()
    }

    /// Whether a write would be taken now: none has failed, and the disk has room.
    pub fn takes_writes(&self) -> bool {
        self.halted().is_none() && self.inner.room_for(1).is_ok()
    }

    /// How often writing was halted since the start.
    pub fn halts(&self) -> u64 {
        self.inner.index().halts
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
        self.inner.writer().folder.mark(Stage::Ready)
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
            index.locations.insert(head.version, place);
            index.follow(&writer.tail.segment);
        }
        drop(writer);
        inner.keeper.wake();
        Ok(())
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
    /// Appends a change set; everything that acknowledging it takes is durable then.
    fn append(&mut self, inner: &Inner, before: Head, bytes: &[u8]) -> Result<Location, StoreError> {
        if self.tail.is_full() {
            self.tail = Tail::begin(&inner.dir, &inner.id, before.version, before.total)?;
            inner.index_mut().follow(&self.tail.segment);
        }
        let place = self.tail.append(bytes)?;
        let counts = match self.folder.marker.state {
            Stage::Creating => self.folder.mark(Stage::Ready),
            Stage::Filling | Stage::Ready => Ok(()),
        };
        if let Err(error) = counts.and_then(|()| self.folder.witness(before.version + 1)) {
            self.tail.take_back(&place);
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
}
