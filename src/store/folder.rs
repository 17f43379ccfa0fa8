//! The folder of a store: whose it is, which format it has, who holds it, which version was last acknowledged.
//! All of that is told without opening the engine, which would make files of its own wherever it is opened.
//!
//! `passerelle.json` is the marker, `lock` is held while the store is open, `head` witnesses the last version
//! acknowledged (the engine alone would open with a lost tail and say nothing), `sled/` is the engine's.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::error::StoreError;

pub const MARKER: &str = "passerelle.json";
const LOCK: &str = "lock";
const WITNESS: &str = "head";
const MAGIC: &str = "passerelle";
const ENGINE: &str = "sled 0.34";

/// The marker's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    magic: String,
    /// The version of the format on disk.
    pub format: u64,
    engine: String,
    /// Ties marker, witness and engine together.
    pub id: String,
    pub state: State,
}

/// How far the store has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Being made: nothing in it counts yet.
    Creating,
    /// Being filled from a backup or a repair: not to be taken for a store, nor made anew.
    Filling,
    /// In use.
    Ready,
}

/// What a folder turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Missing or empty.
    Nothing,
    /// A store, as far as the marker tells.
    Ours(Marker),
}

/// A folder that this process holds.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    pub marker: Marker,
    witness: Option<File>,
    /// Held for as long as this lives.
    _lock: File,
}

impl Marker {
    fn new(state: State) -> Marker {
        let mut id = [0; 8];
        // Without entropy the ids of stores coincide, which only weakens the check that files belong together.
        let _ = getrandom::fill(&mut id);
        let id = u64::from_le_bytes(id);
        Marker { magic: MAGIC.into(), format: FORMAT, engine: ENGINE.into(), id: format!("{id:016x}"), state }
    }
}

/// Where the engine keeps its files.
pub fn engine_dir(dir: &Path) -> PathBuf {
    dir.join("sled")
}

/// The files of a folder that count, by name.
fn entries(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| StoreError::io(dir, error))? {
        let entry = entry.map_err(|error| StoreError::io(dir, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A mounted disk has `lost+found`; a bare lock is what a creation killed at its very start leaves.
        if !name.starts_with('.') && name != "lost+found" && name != LOCK {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Tells what a folder is. Changes nothing.
///
/// # Errors
/// Unless it is empty, missing, or a store of a format that this program reads.
pub fn examine(dir: &Path) -> Result<Found, StoreError> {
    let foreign = |found: &str| StoreError::NotOurs { dir: dir.to_owned(), found: found.to_owned() };
    match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(foreign("it is a file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(StoreError::io(dir, error)),
    }
    let names = entries(dir)?;
    let has = |name: &str| names.iter().any(|other| other == name);
    if !has(MARKER) {
        return match names.first() {
            None => Ok(Found::Nothing),
            Some(_) if has(WITNESS) && has("sled") => Err(StoreError::damaged(dir, format!("{MARKER} is missing"))),
            Some(name) => Err(foreign(name)),
        };
    }
    let path = dir.join(MARKER);
    let text = fs::read(&path).map_err(|error| StoreError::io(&path, error))?;
    let broken = |why: &str| StoreError::damaged(dir, format!("{MARKER} {why}"));
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| broken("is not readable"))?;
    if value.get("magic").and_then(|magic| magic.as_str()) != Some(MAGIC) {
        return Err(broken("does not say that it is passerelle's"));
    }
    match value.get("format").and_then(|format| format.as_u64()) {
        Some(format) if format > FORMAT => return Err(StoreError::NewerFormat { dir: dir.to_owned(), format }),
        Some(FORMAT) => {}
        _ => return Err(broken("names no format that there ever was")),
    }
    let marker: Marker = serde_json::from_value(value).map_err(|error| broken(&error.to_string()))?;
    if marker.engine != ENGINE {
        return Err(broken(&format!("names the engine `{}`, not `{ENGINE}`", marker.engine)));
    }
    if marker.state == State::Ready {
        let file = engine_dir(dir).join("db");
        match fs::metadata(&file) {
            Ok(metadata) if metadata.len() > 0 => {}
            Ok(_) => return Err(StoreError::damaged(dir, "the data file sled/db is empty")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::damaged(dir, "the data file sled/db is missing"));
            }
            Err(error) => return Err(StoreError::io(&file, error)),
        }
    }
    Ok(Found::Ours(marker))
}

impl Folder {
    /// Takes a store that [`examine`] found.
    pub fn take(dir: &Path, marker: Marker) -> Result<Folder, StoreError> {
        let lock = lock(dir)?;
        let path = dir.join(WITNESS);
        let witness = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let witness = witness.map_err(|error| StoreError::io(&path, error))?;
        Ok(Folder { dir: dir.to_owned(), marker, witness: Some(witness), _lock: lock })
    }

    /// Begins a store in an empty or missing folder, or over one whose making was cut short.
    pub fn create(dir: &Path, state: State) -> Result<Folder, StoreError> {
        fs::create_dir_all(dir).map_err(|error| StoreError::io(dir, error))?;
        let lock = lock(dir)?;
        // Another process may have made one meanwhile.
        if let Found::Ours(Marker { state: State::Ready | State::Filling, .. }) = examine(dir)? {
            return Err(StoreError::Locked { dir: dir.to_owned() });
        }
        let mut folder = Folder { dir: dir.to_owned(), marker: Marker::new(state), witness: None, _lock: lock };
        folder.mark(state)?;
        let engine = engine_dir(dir);
        if engine.exists() {
            fs::remove_dir_all(&engine).map_err(|error| StoreError::io(&engine, error))?;
        }
        let path = dir.join(WITNESS);
        let witness = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        folder.witness = Some(witness.map_err(|error| StoreError::io(&path, error))?);
        Ok(folder)
    }

    /// Writes the marker, whole or not at all, and durably.
    pub fn mark(&mut self, state: State) -> Result<(), StoreError> {
        self.marker.state = state;
        let text = serde_json::to_string(&self.marker).expect("plain text fields serialise") + "\n";
        let (path, draft) = (self.dir.join(MARKER), self.dir.join(".passerelle.json.new"));
        let write = || {
            let mut file = File::create(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            sync_dir(&self.dir)?;
            self.dir.parent().map_or(Ok(()), sync_dir)
        };
        write().map_err(|error| StoreError::io(&path, error))
    }

    /// The last version that was acknowledged, as far as the witness is there and sound.
    pub fn witnessed(&mut self) -> Option<u64> {
        let mut slots = [0; 24];
        let file = self.witness.as_mut()?;
        file.seek(SeekFrom::Start(0)).ok()?;
        let mut read = Vec::new();
        file.take(slots.len() as u64).read_to_end(&mut read).ok()?;
        slots[..read.len()].copy_from_slice(&read);
        let id = &self.marker.id;
        let version = |slot: &[u8]| {
            let version = u64::from_le_bytes(slot[..8].try_into().ok()?);
            (slot[8..12] == witness_checksum(version, id)).then_some(version)
        };
        slots.chunks(12).filter_map(version).max()
    }

    /// Notes that a version is durable. It needs no sync: after a power cut it may lag, never lead.
    pub fn witness(&mut self, version: u64) -> Result<(), StoreError> {
        let path = self.dir.join(WITNESS);
        let Some(file) = self.witness.as_mut() else { return Ok(()) };
        let mut slot = [0; 12];
        slot[..8].copy_from_slice(&version.to_le_bytes());
        slot[8..].copy_from_slice(&witness_checksum(version, &self.marker.id));
        // Two slots in turn, so that one torn leaves the other.
        let write = file.seek(SeekFrom::Start(version % 2 * 12)).and_then(|_| file.write_all(&slot));
        write.map_err(|error| StoreError::io(&path, error))
    }
}

fn witness_checksum(version: u64, id: &str) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&version.to_le_bytes());
    crc.update(id.as_bytes());
    crc.finalize().to_le_bytes()
}

/// Makes new names in a folder durable.
pub fn sync_dir(dir: &Path) -> std::io::Result<()> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    File::open(dir)?.sync_all()
}

fn lock(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join(LOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(|error| StoreError::io(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { dir: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(StoreError::io(&path, error)),
    }
}

/// Takes the lock alone, of a folder whose marker may be damaged.
pub fn hold(dir: &Path) -> Result<File, StoreError> {
    lock(dir)
}
