//! The folder of a store: whose it is, which format it has, who holds it, which version was last acknowledged.
//! All of that is told without changing anything.
//!
//! `passerelle.json` is the marker, `lock` is held while the store is open, `log/` and `checkpoint/` are what the promise rests
//! on, `head` witnesses the last version acknowledged (a log whose end is gone would say nothing), `sled/` is sled's.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::damage::{Damage, MarkerFault};
use super::error::StoreError;
use super::log::MOST_VERSION;
use super::{FORMAT, disk, segments};

pub const MARKER: &str = "passerelle.json";
/// The file in which a server that holds a store says where it answers.
pub const SERVER: &str = ".server";
const LOCK: &str = "lock";
const WITNESS: &str = "head";
/// Bytes of one of the witness's two slots: a version and its checksum.
const SLOT: usize = 12;
/// How hidden names begin that may be in a folder without a store: ours, which outlast one, and what systems leave in any.
const HIDDEN: [&str; 16] = [
    ".tokens",
    ".token-use",
    ".writes",
    ".identity",
    SERVER,
    ".repairing",
    ".upgrading",
    ".damaged-",
    ".passerelle.json",
    ".head",
    ".gitkeep",
    ".gitignore",
    ".DS_Store",
    ".nfs",
    ".Trash",
    ".snapshot",
];
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
    pub state: Stage,
    /// What the program noted of the seed that it put into this store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
}

/// How far the store has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Being made, until its first change set is acknowledged: nothing in it counts yet.
    Creating,
    /// Being filled from a backup or a repair: not to be taken for a store, nor made anew.
    Filling,
    /// In use.
    Ready,
}

/// What a folder turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum FolderContent {
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
    /// What was written to its slots since; nothing is known of one to which writing failed.
    noted: [Option<u64>; 2],
    /// Held for as long as this lives.
    lock: File,
}

impl Marker {
    fn new(state: Stage) -> Marker {
        let mut id = [0; 8];
        // Without entropy the ids of stores coincide, which only weakens the check that files belong together.
        let _ = getrandom::fill(&mut id);
        let id = u64::from_le_bytes(id);
        Marker {
            magic: MAGIC.into(),
            format: FORMAT,
            engine: ENGINE.into(),
            id: format!("{id:016x}"),
            state,
            seed: None,
        }
    }
}

/// Where the engine keeps its files.
pub fn engine_dir(dir: &Path) -> PathBuf {
    dir.join("sled")
}

/// What is in a folder and tells whose it is, by name.
fn entries(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(|error| StoreError::io(dir, error))? {
        let entry = entry.map_err(|error| StoreError::io(dir, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let bare = || entry.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() == 0);
        let passes = match &*name {
            // A mounted disk has it.
            "lost+found" => true,
            // What a creation killed at its very start leaves.
            LOCK => bare(),
            name => HIDDEN.iter().any(|hidden| name.starts_with(hidden)),
        };
        if !passes {
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
pub fn examine(dir: &Path) -> Result<FolderContent, StoreError> {
    let broken = |fault| StoreError::damaged(dir, Damage::Marker(fault));
    let unreadable = |error: serde_json::Error| broken(MarkerFault::Unreadable(error.to_string()));
    match fs::metadata(dir) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(StoreError::NotFolder { path: dir.to_owned() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(FolderContent::Nothing),
        Err(error) => return Err(StoreError::io(dir, error)),
    }
    let names = entries(dir)?;
    let has = |name: &str| names.iter().any(|other| other == name);
    if !has(MARKER) {
        return match names.first() {
            None => Ok(FolderContent::Nothing),
            Some(_) if has(WITNESS) && has("sled") || !segments::files(dir)?.is_empty() => {
                Err(broken(MarkerFault::Missing))
            }
            Some(name) => Err(StoreError::NotOurs { dir: dir.to_owned(), found: name.clone() }),
        };
    }
    let path = dir.join(MARKER);
    let text = fs::read(&path).map_err(|error| StoreError::io(&path, error))?;
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(unreadable)?;
    if value.get("magic").and_then(|magic| magic.as_str()) != Some(MAGIC) {
        return Err(broken(MarkerFault::NotOurs));
    }
    match value.get("format").and_then(|format| format.as_u64()) {
        Some(format) if format > FORMAT => return Err(StoreError::NewerFormat { dir: dir.to_owned(), format }),
        Some(1..=FORMAT) => {}
        _ => return Err(broken(MarkerFault::Format)),
    }
    let marker: Marker = serde_json::from_value(value).map_err(unreadable)?;
    if marker.engine != ENGINE {
        return Err(broken(MarkerFault::Engine(marker.engine)));
    }
    if marker.state == Stage::Ready && marker.format == FORMAT && segments::files(dir)?.is_empty() {
        return Err(StoreError::damaged(dir, Damage::LogMissing));
    }
    Ok(FolderContent::Ours(marker))
}

/// Whose a folder's marker says that it is, whatever else is wrong with it or missing beside it.
pub fn claimed_id(dir: &Path) -> Option<String> {
    let text = fs::read(dir.join(MARKER)).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(value.get("id")?.as_str()?.to_owned())
}

impl Folder {
    /// Takes a store that [`examine`] found and whose lock is held.
    pub fn take(dir: &Path, marker: Marker, lock: File) -> Folder {
        Folder { dir: dir.to_owned(), marker, witness: None, noted: [None; 2], lock }
    }

    /// Begins a store in an empty or missing folder, or over one whose making was cut short.
    pub fn create(dir: &Path, state: Stage) -> Result<Folder, StoreError> {
        let io = |error| StoreError::io(dir, error);
        disk::make_dir(dir).map_err(io)?;
        let lock = hold(dir)?;
        // Another process may have made one meanwhile. Restoring a backup begins anew over what it left when it was cut short.
        match examine(dir)? {
            FolderContent::Ours(marker)
                if marker.state == Stage::Ready || marker.state == Stage::Filling && state != Stage::Filling =>
            {
                return Err(StoreError::Locked { dir: dir.to_owned() });
            }
            FolderContent::Ours(_) | FolderContent::Nothing => {}
        }
        let mut folder = Folder::take(dir, Marker::new(state), lock);
        folder.mark(state)?;
        clear(dir).map_err(io)?;
        Ok(folder)
    }

    /// Whether the folder is still the one that its path names, and its witness says what was last written there: it was not
    /// replaced while it was open, nor another store copied over it.
    pub fn is_in_place(&self) -> bool {
        let slots = fs::read(self.dir.join(WITNESS)).unwrap_or_default();
        let found = |number: usize| slots.get(number * SLOT..(number + 1) * SLOT);
        let mut noted = self.noted.iter().enumerate();
        same_file(&self.lock, &self.dir.join(LOCK))
            && noted
                .all(|(number, version)| version.is_none_or(|version| found(number) == Some(&self.slot(version)[..])))
    }

    /// Writes the marker, whole or not at all, and durably.
    pub fn mark(&mut self, state: Stage) -> Result<(), StoreError> {
        let marker = Marker { state, ..self.marker.clone() };
        let text = serde_json::to_string(&marker).expect("plain text fields serialise") + "\n";
        let path = self.dir.join(MARKER);
        disk::replace(&path, text.as_bytes()).map_err(|error| StoreError::io(&path, error))?;
        self.marker = marker;
        Ok(())
    }

    /// The last version that was acknowledged, as far as the witness is there and sound.
    pub fn witnessed(&self) -> Option<u64> {
        witnessed(&self.dir, &self.marker.id)
    }

    /// After a write that failed: marker and witness say durably what counts, not what was about to. The slot of the version
    /// that failed is written over; the other has this one already.
    pub fn rewitness(&mut self, version: u64) -> Result<(), StoreError> {
        if self.marker.state == Stage::Creating {
            self.mark(Stage::Creating)?;
        }
        self.write_witness(version, (version as usize + 1) % 2)?;
        let path = self.dir.join(WITNESS);
        match &self.witness {
            Some(file) => disk::sync(file, &path).map_err(|error| StoreError::io(&path, error)),
            None => Ok(()),
        }
    }

    /// Notes that a version is durable. It needs no sync: after a power cut it may lag, never lead.
    pub fn witness(&mut self, version: u64) -> Result<(), StoreError> {
        // Two slots in turn, so that one torn leaves the other.
        self.write_witness(version, version as usize % 2)
    }

    fn write_witness(&mut self, version: u64, number: usize) -> Result<(), StoreError> {
        let path = self.dir.join(WITNESS);
        let slot = self.slot(version);
        let mut write = || {
            let file = match &mut self.witness {
                Some(file) => file,
                none if path.exists() => none.insert(OpenOptions::new().write(true).open(&path)?),
                none => none.insert(disk::create(&path)?),
            };
            disk::write_at(file, &path, &slot, (number * SLOT) as u64)
        };
        self.noted[number] = None;
        write().map_err(|error| StoreError::io(&path, error))?;
        self.noted[number] = Some(version);
        Ok(())
    }

    fn slot(&self, version: u64) -> [u8; SLOT] {
        let mut slot = [0; SLOT];
        slot[..8].copy_from_slice(&version.to_le_bytes());
        slot[8..].copy_from_slice(&witness_checksum(version, &self.marker.id));
        slot
    }
}

/// Removes all of a store but its marker and its lock.
fn clear(dir: &Path) -> io::Result<()> {
    for name in ["log", "checkpoint", "sled"] {
        disk::remove_dir(&dir.join(name))?;
    }
    for name in [WITNESS, super::mirror::CLEAN] {
        let path = dir.join(name);
        if path.exists() {
            disk::remove(&path)?;
        }
    }
    disk::sync_dir(dir)
}

/// Removes what was made of a store that was to be filled and is not: the marker last, as long as anything else is there.
pub fn abandon(dir: &Path) -> Result<(), StoreError> {
    let _lock = hold(dir)?;
    let io = |error| StoreError::io(dir, error);
    match examine(dir)? {
        FolderContent::Ours(marker) if marker.state != Stage::Filling => return Ok(()),
        FolderContent::Ours(_) => {
            clear(dir).and_then(|()| disk::remove(&dir.join(MARKER))).and_then(|()| disk::sync_dir(dir)).map_err(io)?;
        }
        FolderContent::Nothing => {}
    }
    forget_lock(dir);
    Ok(())
}

/// The last version of the store of an id that was acknowledged, as far as the witness is there and sound.
pub fn witnessed(dir: &Path, id: &str) -> Option<u64> {
    let mut slots = [0; 2 * SLOT];
    let mut read = Vec::new();
    File::open(dir.join(WITNESS)).ok()?.take(slots.len() as u64).read_to_end(&mut read).ok()?;
    slots[..read.len()].copy_from_slice(&read);
    let version = |slot: &[u8]| {
        let version = u64::from_le_bytes(slot[..8].try_into().ok()?);
        (slot[8..] == witness_checksum(version, id) && version <= MOST_VERSION).then_some(version)
    };
    slots.chunks(SLOT).filter_map(version).max()
}

fn witness_checksum(version: u64, id: &str) -> [u8; 4] {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&version.to_le_bytes());
    crc.update(id.as_bytes());
    crc.finalize().to_le_bytes()
}

/// Takes the lock of a folder.
///
/// # Errors
/// Another process has it, or the system does not give it.
pub fn hold(dir: &Path) -> Result<File, StoreError> {
    let path = dir.join(LOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(|error| StoreError::io(&path, error))?;
    match file.try_lock() {
        Ok(()) => {
            // The server that left it held this lock. It is gone, and another program may listen there by now.
            let _ = fs::remove_file(dir.join(SERVER));
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { dir: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(StoreError::io(&path, error)),
    }
}

/// Whether a folder has a lock, held or not.
pub fn has_lock(dir: &Path) -> bool {
    dir.join(LOCK).exists()
}

/// Removes the lock that a refused opening has made.
pub fn forget_lock(dir: &Path) {
    // If it stays, it harms nobody.
    let _ = fs::remove_file(dir.join(LOCK));
}

/// Whether an open file is the one that a path names.
#[cfg(unix)]
pub fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(open), Ok(named)) if id(&open) == id(&named))
}

/// Whether an open file is the one that a path names: here only that there is one.
#[cfg(not(unix))]
pub fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}
