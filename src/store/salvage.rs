//! What is sound in a damaged store. Its files are read as bytes, those of the log and the checkpoints first, then sled's: every
//! record stands on its own, so those that are whole are found whatever became of the rest. What is to be made of them is
//! decided above, where graphs are known; [`Replacement`] puts the outcome in the place of the damaged store, all or nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::damage::Damage;
use super::folder::{self, MARKER, Marker, engine_dir};
use super::log::{self, CHECKPOINT, META, Meta, SEED, SET, SET_PIECE};
use super::record::salvage as records_in;
use super::shape::{self, KeyPool};
use super::stream::{Records, piece_key};
use super::{Checkpoint, Head, Stage, Store, StoreError, checkpoint, disk, mirror, segments};
use crate::model::{Change, ChangeSet};

/// The sound records of a damaged store.
pub struct Salvaged {
    dir: PathBuf,
    records: HashMap<Vec<u8>, Vec<u8>>,
    seed: Option<String>,
    witnessed: u64,
}

/// What was found of a change set.
#[derive(Debug)]
pub enum SetFound {
    /// All of it.
    Whole(ChangeSet, Head),
    /// Some of its changes, of so many where that is known.
    Part(Vec<Change>, Option<u64>),
    /// Nothing.
    Lost,
}

/// Reads what is sound in a store.
///
/// # Errors
/// When the folder is not a store's, or the system does not give its files. Changes nothing.
pub fn salvage(dir: &Path) -> Result<Salvaged, StoreError> {
    let marker = match folder::examine(dir) {
        Ok(folder::FolderContent::Nothing) => return Err(StoreError::Missing { dir: dir.to_owned() }),
        // The backup has all of it.
        Ok(folder::FolderContent::Ours(marker)) if marker.state == Stage::Filling => {
            return Err(StoreError::Unfinished { dir: dir.to_owned() });
        }
        Ok(folder::FolderContent::Ours(marker)) => Some(marker),
        Err(StoreError::Damaged { .. }) => None,
        Err(error) => return Err(error),
    };
    let mut files: Vec<PathBuf> = segments::files(dir)?.into_iter().map(|(_, path)| path).collect();
    files.extend(sled_files(dir));
    let mut salvaged = Salvaged::read(dir, &files)?;
    // The witness knows of more than what is there, whatever else is missing.
    let ids = [marker.as_ref().map(|marker| marker.id.clone()), folder::claimed_id(dir), salvaged.id()];
    let witnessed = ids.into_iter().flatten().filter_map(|id| folder::witnessed(dir, &id));
    salvaged.witnessed = witnessed.max().unwrap_or(0);
    let noted = || salvaged.records.get(SEED).map(|text| String::from_utf8_lossy(text).into_owned());
    salvaged.seed = marker.and_then(|marker| marker.seed).or_else(noted);
    Ok(salvaged)
}

fn sled_files(dir: &Path) -> Vec<PathBuf> {
    let engine = engine_dir(dir);
    let blobs = fs::read_dir(engine.join("blobs")).into_iter().flatten().flatten().map(|entry| entry.path());
    std::iter::once(engine.join("db")).chain(blobs).collect()
}

impl Records for Salvaged {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.records.get(key).cloned())
    }

    fn damaged(&self, what: Damage) -> StoreError {
        StoreError::damaged(&self.dir, what)
    }
}

impl Salvaged {
    /// Those in sled's files alone.
    pub(super) fn of_sled(dir: &Path) -> Result<Salvaged, StoreError> {
        Salvaged::read(dir, &sled_files(dir))
    }

    fn read(dir: &Path, files: &[PathBuf]) -> Result<Salvaged, StoreError> {
        let mut salvaged = Salvaged { dir: dir.to_owned(), records: HashMap::new(), seed: None, witnessed: 0 };
        for path in files {
            match fs::read(path) {
                Ok(bytes) => salvaged.take(&bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io(path, error)),
            }
        }
        Ok(salvaged)
    }

    /// Those in a run of bytes.
    #[cfg(fuzzing)]
    pub(super) fn of(bytes: &[u8]) -> Salvaged {
        let mut salvaged = Salvaged { dir: PathBuf::new(), records: HashMap::new(), seed: None, witnessed: 0 };
        salvaged.take(bytes);
        salvaged
    }

    /// The first of a key counts: the log comes before sled.
    fn take(&mut self, bytes: &[u8]) {
        for (key, content) in records_in(bytes) {
            self.records.entry(key.to_vec()).or_insert(content);
        }
    }

    /// The store's, as its log says.
    fn id(&self) -> Option<String> {
        serde_json::from_slice::<Meta>(self.records.get(META)?).ok().map(|meta| meta.id)
    }

    pub(super) fn versions(&self, letter: u8) -> Vec<u64> {
        let mut versions: Vec<u64> = self.records.keys().filter_map(|key| log::record_version(key, letter)).collect();
        versions.sort_unstable();
        versions
    }

    /// The versions of which a change set, or a part of one, was found.
    pub fn found(&self) -> BTreeSet<u64> {
        let keys = self.records.keys().filter(|key| [SET, SET_PIECE].contains(key.first().unwrap_or(&0)));
        keys.filter_map(|key| log::version_of(key)).collect()
    }

    /// The last version that was acknowledged, as far as anything tells.
    pub fn traced(&self) -> u64 {
        self.versions(SET).last().copied().unwrap_or(0).max(self.witnessed)
    }

    /// What was noted of the seed.
    pub fn seed(&self) -> Option<&str> {
        self.seed.as_deref()
    }

    /// The change set of a version, as far as it is there.
    pub fn set(&self, version: u64) -> SetFound {
        if let Ok((set, head)) = log::read_set(self, version, &mut KeyPool::default()) {
            return SetFound::Whole(set, head);
        }
        let content = self.records.get(&log::key(SET, version)[..]);
        let line = content.and_then(|content| log::set_line(self, version, content).ok()).map(|(line, _)| line);
        let mut nonces: BTreeSet<u32> =
            line.iter().filter_map(|line| line.stream.as_ref()).map(|stream| stream.nonce).collect();
        if line.is_none() {
            let prefix = &piece_key(SET_PIECE, version, 0, 0)[..9];
            let pieces = self.records.keys().filter(|key| key.len() == 17 && key.starts_with(prefix));
            nonces.extend(pieces.filter_map(|key| key[9..13].try_into().ok().map(u32::from_be_bytes)));
        }
        // Of several attempts none can be told to be the one that was acknowledged.
        let [nonce] = nonces.into_iter().collect::<Vec<_>>()[..] else { return SetFound::Lost };
        let changes = self.lines_of(version, nonce);
        match changes.is_empty() {
            true => SetFound::Lost,
            false => SetFound::Part(changes, line.map(|line| line.changes)),
        }
    }

    /// The changes whose lines are whole in the pieces that are there.
    fn lines_of(&self, version: u64, nonce: u32) -> Vec<Change> {
        let prefix = &piece_key(SET_PIECE, version, nonce, 0)[..13];
        let pieces: BTreeMap<u32, &Vec<u8>> = self
            .records
            .iter()
            .filter(|(key, _)| key.len() == 17 && key.starts_with(prefix))
            .filter_map(|(key, content)| Some((u32::from_be_bytes(key[13..].try_into().ok()?), content)))
            .collect();
        let mut keys = KeyPool::default();
        let (mut changes, mut rest, mut expected, mut cut) = (Vec::new(), Vec::new(), 0, false);
        for (number, content) in pieces {
            if number != expected {
                rest.clear();
                cut = true;
            }
            expected = number + 1;
            rest.extend_from_slice(content);
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                // The first after a gap is the end of a line that began in it.
                if !std::mem::take(&mut cut) {
                    changes.extend(shape::read(&rest[..end], &mut keys));
                }
                rest.drain(..=end);
            }
        }
        changes
    }

    /// The newest checkpoint that is whole.
    pub fn checkpoint(&self) -> Option<(Head, Checkpoint)> {
        let in_files = checkpoint::versions(&self.dir).unwrap_or_default().into_iter().find_map(|version| {
            let read = checkpoint::collect(|put| checkpoint::replay(&self.dir, version, put)).ok()?;
            Some((checkpoint::line(&self.dir, version).ok()?.head(), read))
        });
        in_files.or_else(|| {
            self.versions(CHECKPOINT).into_iter().rev().find_map(|version| {
                let content = self.records.get(&log::key(CHECKPOINT, version)[..])?;
                let line = checkpoint::read_line(self, version, content).ok()?;
                let read =
                    checkpoint::collect(|put| checkpoint::replay_records(self, &line, put).map(|()| line.clone()));
                Some((line.head(), read.ok()?))
            })
        })
    }
}

/// The place in a damaged store's folder where another is made to take its place.
#[derive(Debug)]
pub struct Replacement {
    dir: PathBuf,
    fresh: PathBuf,
    had_lock: bool,
    _lock: fs::File,
}

impl Drop for Replacement {
    /// Nothing stays of a repair that was refused.
    fn drop(&mut self) {
        if is_decided(&self.dir) {
            return;
        }
        if self.fresh.exists() {
            // The next repair begins by this.
            let _ = disk::remove_dir(&self.fresh);
        }
        if !self.had_lock {
            folder::forget_lock(&self.dir);
        }
    }
}

/// Where a store is made that is to take the place of a damaged one.
fn fresh_dir(dir: &Path) -> PathBuf {
    dir.join(".repairing")
}

impl Replacement {
    /// Holds a damaged store.
    ///
    /// # Errors
    /// Another process has it.
    pub fn hold(dir: &Path) -> Result<Replacement, StoreError> {
        let had_lock = folder::has_lock(dir);
        let lock = folder::hold(dir)?;
        Ok(Replacement { dir: dir.to_owned(), fresh: fresh_dir(dir), had_lock, _lock: lock })
    }

    /// Makes the store whose log goes on after a version, with the checkpoint of that version or a later one.
    ///
    /// # Errors
    /// What keeps it from being made.
    pub fn begin(&self, base: u64) -> Result<Store, StoreError> {
        disk::remove_dir(&self.fresh).map_err(|error| StoreError::io(&self.fresh, error))?;
        Store::begin(&self.fresh, Stage::Filling, base)
    }

    /// Puts the store that was made in the place of the damaged one; gives where that is put aside, with a file of what the other
    /// could not take, if there is anything.
    ///
    /// # Errors
    /// What keeps it from being put there; opening goes on with it.
    pub fn take_over(self, store: Store, left: Option<(&str, &[u8])>) -> Result<PathBuf, StoreError> {
        let io = |error| StoreError::io(&self.dir, error);
        let aside = aside(&self.dir);
        let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let decide = || {
            disk::make_dir(&aside).map_err(io)?;
            if let Some((file, content)) = left {
                // Before anything is decided: a repair cut short after that is not made again.
                disk::replace(&aside.join(file), content).map_err(io)?;
            }
            disk::replace(&self.fresh.join(ASIDE), name.as_bytes()).map_err(io)?;
            store.inner.writer().folder.mark(Stage::Ready)
        };
        if let Err(error) = decide() {
            if !is_decided(&self.dir) {
                // It holds nothing but what is worked out again.
                let _ = disk::remove_dir(&aside);
            }
            return Err(error);
        }
        drop(store);
        exchange(&self.dir).map_err(io)?;
        Ok(aside)
    }
}

/// A folder for damaged files that is not there yet.
pub(super) fn aside(dir: &Path) -> PathBuf {
    let free = (1..).map(|number| dir.join(format!(".damaged-{number}"))).find(|path| !path.exists());
    free.expect("one of the numbers is free")
}

/// The file that names the folder in which the damaged files are put.
const ASIDE: &str = "aside";

/// Whether a repair has made another store that is to take the place of the damaged one.
pub(super) fn is_decided(dir: &Path) -> bool {
    let text = fs::read(fresh_dir(dir).join(MARKER)).unwrap_or_default();
    let marker: Option<Marker> = serde_json::from_slice(&text).ok();
    marker.is_some_and(|marker| marker.state == Stage::Ready)
}

/// Puts the repaired files in the place of the damaged ones. Killed at any moment, it is gone on with at the next opening.
pub(super) fn exchange(dir: &Path) -> std::io::Result<()> {
    let fresh = fresh_dir(dir);
    let aside = dir.join(fs::read_to_string(fresh.join(ASIDE))?);
    let moved = aside.join("moved");
    if !moved.exists() {
        for name in ["sled", mirror::CLEAN, "head", "checkpoint", "log"] {
            if dir.join(name).exists() {
                disk::rename(&dir.join(name), &aside.join(name))?;
            }
        }
        if dir.join(MARKER).exists() {
            disk::copy(&dir.join(MARKER), &aside.join(MARKER))?;
        }
        disk::sync_dir(&aside)?;
        disk::sync_dir(dir)?;
        disk::replace(&moved, b"")?;
    }
    for name in ["head", "checkpoint", "log"] {
        if fresh.join(name).exists() {
            disk::rename(&fresh.join(name), &dir.join(name))?;
        }
    }
    disk::sync_dir(dir)?;
    disk::rename(&fresh.join(MARKER), &dir.join(MARKER))?;
    disk::sync_dir(dir)?;
    disk::remove_dir(&fresh)
}
