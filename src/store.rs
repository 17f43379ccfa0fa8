//! The store: the durable log of change sets, from which the graph can always be rebuilt, and a checkpoint that
//! makes opening quick. The only module that names sled.
//!
//! - A change set is durable (on the disk, not only with the system) before [`Store::commit`] answers. A process killed
//!   at any moment leaves the version before or the version after, nothing between.
//! - Whatever happens to the files, opening answers with the graph that was acknowledged, or an error that names
//!   the damage: never a panic, never less than was there, never an empty graph in place of a lost one.
//! - Every record has a checksum and stands on its own, so [`repair`] needs no engine to find those that are sound.
//!
//! One process holds a store at a time. All methods take `&self`; one commit runs at a time, a checkpoint beside it.

mod backup;
mod engine;
mod error;
mod folder;
#[cfg(fuzzing)]
pub mod fuzzing;
mod log;
mod page;
mod record;
mod repair;
mod shape;
mod stream;
#[cfg(test)]
mod tests;
mod verify;

use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use backup::restore;
use engine::Engine;
pub use error::StoreError;
use folder::{Folder, Found, State};
use log::{CHECKPOINT, CHECKPOINT_PIECE, CheckpointLine, META, Meta, SEED, SET, SET_PIECE};
pub use page::SetHead;
pub use repair::{Repaired, repair};
use shape::Keys;
use stream::{Records, piece_key};

use crate::model::{Change, ChangeSet, Edge, Node};

/// The version of the format on disk.
pub const FORMAT: u64 = 1;

/// Bytes that stay free on the disk, so that a write that begins can end.
const RESERVE: u64 = 32 << 20;

/// Whether a folder is empty or missing, so that a store may be made there. Changes nothing.
///
/// # Errors
/// Unless it is that, or a store that this program reads.
pub fn is_vacant(dir: &Path) -> Result<bool, StoreError> {
    Ok(matches!(folder::examine(dir)?, folder::Found::Nothing))
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
    // Dropped in this order: the engine closes before the folder is given up.
    engine: Engine,
    dir: PathBuf,
    meta: Meta,
    reserve: u64,
    state: Mutex<Status>,
    /// Held while a checkpoint is written.
    checkpointing: Mutex<()>,
}

#[derive(Debug)]
struct Status {
    head: Head,
    checkpoint: Option<CheckpointLine>,
    /// A write failed: the engine's state in memory may be ahead of the disk.
    halted: bool,
    folder: Folder,
}

impl Store {
    /// Opens the store in a folder. O(1) in its size but for what the engine recovers.
    ///
    /// # Errors
    /// Whatever keeps the folder from being a sound store of ours; nothing of ours has changed on disk then.
    pub fn open(dir: &Path, access: Access) -> Result<Store, StoreError> {
        match folder::examine(dir)? {
            Found::Ours(marker) if marker.state == State::Ready => {
                let folder = Folder::take(dir, marker)?;
                let engine = Engine::open(dir)?;
                Store::resume(dir, folder, engine)
            }
            Found::Ours(marker) if marker.state == State::Filling => {
                Err(StoreError::damaged(dir, "restoring or repairing it was cut short: do it again in an empty folder"))
            }
            Found::Ours(_) | Found::Nothing if access == Access::Create => Store::create(dir),
            Found::Ours(_) | Found::Nothing => Err(StoreError::Missing { dir: dir.to_owned() }),
        }
    }

    fn create(dir: &Path) -> Result<Store, StoreError> {
        let folder = Folder::create(dir, State::Creating)?;
        let (engine, mut folder) = begin(dir, folder, 0)?;
        folder.mark(State::Ready)?;
        Store::resume(dir, folder, engine)
    }

    /// Takes up a store where its log ends.
    fn resume(dir: &Path, mut folder: Folder, engine: Engine) -> Result<Store, StoreError> {
        let damaged = |what: String| StoreError::damaged(dir, what);
        let meta = engine.get(META)?.ok_or_else(|| damaged("the data file has lost its first record".into()))?;
        let meta: Meta =
            serde_json::from_slice(&meta).map_err(|error| damaged(format!("its first record: {error}")))?;
        if meta.id != folder.marker.id {
            return Err(damaged("passerelle.json and sled/db belong to two different stores".into()));
        }
        let checkpoint = match engine.last_before(&[CHECKPOINT + 1])? {
            Some((key, content)) if key[0] == CHECKPOINT => {
                let version = key[1..].try_into().map(u64::from_be_bytes).unwrap_or(0);
                Some(log::checkpoint_line(&engine, version, &content)?)
            }
            _ => None,
        };
        let mut head = match engine.last_before(&[SET + 1])? {
            Some((key, content)) if key[0] == SET => {
                let version = key[1..].try_into().map(u64::from_be_bytes).unwrap_or(0);
                log::set_line(&engine, version, &content)?.0.head()
            }
            _ => Head::default(),
        };
        if meta.base > 0 {
            let line = checkpoint.as_ref().filter(|line| line.version >= meta.base);
            let line = line.ok_or_else(|| damaged(format!("the checkpoint of version {} is missing", meta.base)))?;
            head = if head.version < line.version { line.head() } else { head };
        }
        let checkpoint = checkpoint.filter(|line| line.version <= head.version);
        if let Some(witnessed) = folder.witnessed().filter(|witnessed| *witnessed > head.version) {
            let lost = witnessed - head.version;
            let what =
                format!("its log ends at version {}, but {witnessed} was acknowledged: {lost} lost", head.version);
            return Err(damaged(what));
        }
        folder.witness(head.version)?;
        let store = Store {
            engine,
            dir: dir.to_owned(),
            meta,
            reserve: RESERVE,
            state: Mutex::new(Status { head, checkpoint, halted: false, folder }),
            checkpointing: Mutex::new(()),
        };
        store.sweep()?;
        Ok(store)
    }

    /// Removes the pieces that a write cut short has left.
    fn sweep(&self) -> Result<(), StoreError> {
        let (next, kept) = {
            let status = self.status();
            (status.head.version + 1, status.checkpoint.as_ref().map_or(0, |line| line.version))
        };
        let from = |letter, version| piece_key(letter, version, 0, 0);
        let mut orphans = self.engine.keys(&from(SET_PIECE, next), &[SET_PIECE + 1])?;
        orphans.extend(self.engine.keys(&from(CHECKPOINT_PIECE, 0), &from(CHECKPOINT_PIECE, kept))?);
        orphans.extend(self.engine.keys(&from(CHECKPOINT_PIECE, kept + 1), &[CHECKPOINT_PIECE + 1])?);
        orphans.iter().try_for_each(|key| self.engine.remove(key))
    }

    /// Where the log ends.
    pub fn head(&self) -> Head {
        self.status().head
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The version after which the log begins: 0 unless a repair could save what came before only as a checkpoint.
    pub fn base(&self) -> u64 {
        self.meta.base
    }

    /// Makes a change set durable, as the next version of a graph that has so many nodes and edges from then on.
    ///
    /// # Errors
    /// Nothing is acknowledged then. When a write itself fails, the store takes no more of them until it is opened anew.
    pub fn commit(&self, set: &ChangeSet, nodes: u64, edges: u64) -> Result<(), StoreError> {
        let mut status = self.status();
        if status.halted {
            return Err(StoreError::Halted { dir: self.dir.clone() });
        }
        if set.version != status.head.version + 1 {
            return Err(StoreError::OutOfOrder { head: status.head.version, given: set.version });
        }
        self.room_for(set.changes.len() as u64)?;
        let total = status.head.total + set.changes.len() as u64;
        let head = Head { version: set.version, nodes, edges, total };
        let written = log::write_set(&self.engine, set, head).and_then(|()| status.folder.witness(set.version));
        match written {
            Ok(()) => status.head = head,
            Err(_) => status.halted = true,
        }
        written
    }

    /// The change sets after a version, in order. A damaged one is an error, and the last item.
    ///
    /// # Errors
    /// [`StoreError::Forgotten`] when the log does not go back that far.
    pub fn change_sets(&self, since: u64) -> Result<impl Iterator<Item = Result<ChangeSet, StoreError>>, StoreError> {
        if since < self.meta.base {
            return Err(StoreError::Forgotten { base: self.meta.base });
        }
        let mut keys = Keys::default();
        let mut sound = true;
        let sets = (since.saturating_add(1)..=self.head().version).map_while(move |version| {
            let set = sound.then(|| log::read_set(&self.engine, version, &mut keys).map(|(set, _)| set))?;
            sound = set.is_ok();
            Some(set)
        });
        Ok(sets)
    }

    /// Hands over all changes after a version, in order, without holding a set of them in memory.
    ///
    /// # Errors
    /// As for [`Store::change_sets`]. What was handed over before is not to be relied upon.
    pub fn replay(&self, since: u64, mut change: impl FnMut(Change)) -> Result<(), StoreError> {
        if since < self.meta.base {
            return Err(StoreError::Forgotten { base: self.meta.base });
        }
        let mut keys = Keys::default();
        (since.saturating_add(1)..=self.head().version)
            .try_for_each(|version| log::replay_set(&self.engine, version, &mut keys, &mut change).map(|_| ()))
    }

    /// Hands over the nodes and edges of the latest checkpoint and gives its version; the rest of the state is in
    /// [`Store::replay`] since then. `None`, and whatever was handed over void, as for [`Store::checkpoint`].
    ///
    /// # Errors
    /// Damage to a checkpoint that the log cannot stand in for.
    pub fn replay_checkpoint(&self, put: impl FnMut(Change)) -> Result<Option<u64>, StoreError> {
        let Some(line) = self.status().checkpoint.clone() else { return Ok(None) };
        self.or_log(log::replay_checkpoint(&self.engine, &line, put).map(|()| Some(line.version)))
    }

    /// The latest checkpoint; the rest of the state is in [`Store::change_sets`] since its version. Without one, or
    /// where it is damaged and the log goes back to the beginning, all of the state is in the log.
    ///
    /// # Errors
    /// Damage to a checkpoint that the log cannot stand in for.
    pub fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        let line = self.status().checkpoint.clone();
        self.or_log(line.map(|line| log::read_checkpoint(&self.engine, &line)).transpose())
    }

    /// A checkpoint that cannot be read is none, while the log has it all.
    fn or_log<T>(&self, read: Result<Option<T>, StoreError>) -> Result<Option<T>, StoreError> {
        match read {
            Err(error) if self.meta.base == 0 => {
                tracing::warn!("{error}; the log is read instead");
                Ok(None)
            }
            read => read,
        }
    }

    /// Whether opening would gain from a checkpoint now: the log since the last one is much longer than the state.
    pub fn wants_checkpoint(&self) -> bool {
        let status = self.status();
        let since = status.head.total - status.checkpoint.as_ref().map_or(0, |line| line.total);
        let size = status.head.nodes + status.head.edges;
        !status.halted && since > size + (size / 2).max(5_000)
    }

    /// Writes the whole state at a version, which replaces older checkpoints. Commits go on meanwhile.
    ///
    /// # Errors
    /// As for [`Store::commit`], but the log is not concerned. A state with other counts than the log has is refused.
    pub fn write_checkpoint<N: Borrow<Node>, E: Borrow<Edge>>(
        &self,
        version: u64,
        nodes: impl Iterator<Item = N>,
        edges: impl Iterator<Item = E>,
    ) -> Result<(), StoreError> {
        let _one = self.checkpointing.lock().unwrap_or_else(PoisonError::into_inner);
        let (head, old) = {
            let status = self.status();
            (status.head, status.checkpoint.clone())
        };
        let behind = old.as_ref().is_some_and(|old| old.version >= version);
        if version > head.version || behind {
            return Err(StoreError::OutOfOrder { head: head.version, given: version });
        }
        self.room_for(head.nodes + head.edges)?;
        let content = self.engine.get(&log::key(SET, version))?;
        let content = content.ok_or_else(|| self.engine.damaged(format!("change set {version} is missing")))?;
        let expected = log::set_line(&self.engine, version, &content)?.0.head();
        let line = log::write_checkpoint(&self.engine, version, expected.total, nodes, edges)?;
        if line.head() != expected {
            self.engine.remove(&log::key(CHECKPOINT, version))?;
            let what = format!("a checkpoint of {:?} where the log says {expected:?} was not kept", line.head());
            return Err(self.engine.damaged(what));
        }
        self.status().checkpoint = Some(line);
        if let Some(old) = old {
            self.engine.remove(&log::key(CHECKPOINT, old.version))?;
            for number in 0..old.stream.pieces {
                self.engine.remove(&piece_key(CHECKPOINT_PIECE, old.version, old.stream.nonce, number))?;
            }
            self.engine.sync()?;
        }
        Ok(())
    }

    /// What the program noted of the seed that it put into this store, if it did.
    ///
    /// # Errors
    /// Damage.
    pub fn seed(&self) -> Result<Option<String>, StoreError> {
        Ok(self.engine.get(SEED)?.map(|text| String::from_utf8_lossy(&text).into_owned()))
    }

    /// Notes which seed was put into this store.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub fn set_seed(&self, fingerprint: &str) -> Result<(), StoreError> {
        self.room_for(1)?;
        self.engine.put(SEED, fingerprint.as_bytes())?;
        self.engine.sync()
    }

    /// Refuses before the engine runs out of room: an engine that could not write is of no more use.
    fn room_for(&self, changes: u64) -> Result<(), StoreError> {
        let free = fs2::available_space(&self.dir).map_err(|error| StoreError::io(&self.dir, error))?;
        let needed = self.reserve.saturating_add(changes * 256);
        if free >= needed { Ok(()) } else { Err(StoreError::DiskFull { dir: self.dir.clone(), free, needed }) }
    }

    fn status(&self) -> MutexGuard<'_, Status> {
        // A panic under the lock leaves the status as it was before the commit.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An engine with its first record, in a folder just begun.
fn begin(dir: &Path, folder: Folder, base: u64) -> Result<(Engine, Folder), StoreError> {
    let engine = Engine::create(dir)?;
    let meta = Meta { magic: "passerelle".into(), format: FORMAT, id: folder.marker.id.clone(), base };
    log::write_meta(&engine, &meta)?;
    engine.sync()?;
    Ok((engine, folder))
}
