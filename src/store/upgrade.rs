//! From format 1, in which sled held everything, to format 2. sled is opened on a copy; the new files are written and read back
//! in a folder of their own, take their place once they are whole, and count from the moment at which the marker says so. Killed at
//! any moment, it begins anew; refused, it leaves what was there as it was.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::damage::Damage;
use super::engine::Engine;
use super::folder::engine_dir;
use super::log::{self, CHECKPOINT, META, Meta, SEED, SET};
use super::salvage::{Salvaged, aside};
use super::segments::{self, Tail};
use super::shape::KeyPool;
use super::stream::Records;
use super::{FORMAT, Folder, StoreError, checkpoint, disk};

/// Upgrades the store whose folder is held.
///
/// # Errors
/// What cannot be read of the old store; it is as before then.
pub fn upgrade(dir: &Path, mut folder: Folder) -> Result<Folder, StoreError> {
    let work = dir.join(".upgrading");
    let upgraded = written(dir, &folder, &work)
        .and_then(|seed| exchange(dir, &work).map(|()| seed).map_err(|error| StoreError::io(dir, error)));
    let removed = disk::remove_dir(&work).map_err(|error| StoreError::io(&work, error));
    let seed = upgraded?;
    removed?;
    folder.marker.seed = seed.or(folder.marker.seed);
    folder.marker.format = FORMAT;
    folder.mark(super::Stage::Ready)?;
    tracing::info!("the store was upgraded to format {FORMAT}");
    Ok(folder)
}

/// Puts the new files where opening looks for them. What is there already (an upgrade was cut short, or the marker is older than its
/// store) is put aside.
fn exchange(dir: &Path, work: &Path) -> io::Result<()> {
    const NAMES: [&str; 2] = ["log", "checkpoint"];
    if NAMES.iter().any(|name| dir.join(name).exists()) {
        let aside = aside(dir);
        disk::make_dir(&aside)?;
        for name in NAMES.iter().filter(|name| dir.join(name).exists()) {
            disk::rename(&dir.join(name), &aside.join(name))?;
        }
        disk::sync_dir(&aside)?;
        disk::sync_dir(dir)?;
    }
    for name in NAMES.iter().filter(|name| work.join(name).exists()) {
        disk::rename(&work.join(name), &dir.join(name))?;
    }
    disk::sync_dir(dir)
}

/// Writes the new files into a folder; gives the note of the seed.
fn written(dir: &Path, folder: &Folder, work: &Path) -> Result<Option<String>, StoreError> {
    disk::remove_dir(work).map_err(|error| StoreError::io(work, error))?;
    let id = &folder.marker.id;
    let witnessed = folder.witnessed().unwrap_or(0);
    // As sled recovers it; without its snapshots, where one of them is torn; the bare records, where sled gives up.
    let opened = |snapshots| copied(dir, work, snapshots).and_then(|copy| Engine::open(&copy));
    opened(true)
        .and_then(|records| transfer(dir, work, &records, id, witnessed))
        .or_else(|_| opened(false).and_then(|records| transfer(dir, work, &records, id, witnessed)))
        .or_else(|error| {
            let bare = Salvaged::of_sled(dir).and_then(|records| transfer(dir, work, &records, id, witnessed));
            bare.map_err(|_| error)
        })
}

/// A copy of sled's files, without what a kill may have left half written.
fn copied(dir: &Path, work: &Path, snapshots: bool) -> Result<PathBuf, StoreError> {
    let (from, to) = (engine_dir(dir), engine_dir(work));
    let io = |error| StoreError::io(&from, error);
    // What is moved out of it later must not depend on a folder whose name never reached the disk.
    disk::remove_dir(work).and_then(|()| disk::make_dir(work)).map_err(io)?;
    fs::create_dir_all(to.join("blobs")).map_err(io)?;
    for entry in fs::read_dir(&from).map_err(|_| StoreError::damaged(dir, Damage::NoDatabase))? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let left = name.ends_with(".generating") || (name.starts_with("snap.") && !snapshots);
        if entry.path().is_file() && !left {
            // Shares the blocks where the file system can.
            fs::copy(entry.path(), to.join(name)).map_err(io)?;
        }
    }
    for entry in fs::read_dir(from.join("blobs")).into_iter().flatten().flatten() {
        fs::copy(entry.path(), to.join("blobs").join(entry.file_name())).map_err(io)?;
    }
    Ok(work.to_owned())
}

/// Writes all that some records of a store hold into a folder, as a log and a checkpoint, and reads it back.
fn transfer(
    dir: &Path,
    work: &Path,
    records: &impl Ending,
    id: &str,
    witnessed: u64,
) -> Result<Option<String>, StoreError> {
    let damaged = |what| StoreError::damaged(dir, what);
    for name in ["log", "checkpoint"] {
        disk::remove_dir(&work.join(name)).map_err(|error| StoreError::io(work, error))?;
    }
    let meta = records.get(META)?.and_then(|meta| serde_json::from_slice::<Meta>(&meta).ok());
    let meta = meta.ok_or_else(|| damaged(Damage::NoDatabase))?;
    if meta.id != id {
        return Err(damaged(Damage::foreign(&engine_dir(dir).join("db"))));
    }
    let kept = match records.last(CHECKPOINT)? {
        Some(version) => {
            let content = records.get(&log::key(CHECKPOINT, version))?.unwrap_or_default();
            let line = checkpoint::read_line(records, version, &content)?;
            let read =
                checkpoint::collect(|put| checkpoint::replay_records(records, &line, put).map(|()| line.clone()));
            match read {
                Ok(read) => Some((line.head(), read)),
                Err(error) if meta.base > 0 => return Err(error),
                // The log has it all.
                Err(_) => None,
            }
        }
        None => None,
    };
    let mut last = records.last(SET)?.unwrap_or(0);
    if let Some((head, read)) = &kept {
        checkpoint::write(work, *head, read.nodes.iter(), read.edges.iter())?;
        last = last.max(head.version);
    }
    let acknowledged = witnessed.max(meta.base);
    if last < acknowledged {
        let versions = vec![last + 1..=acknowledged];
        return Err(damaged(Damage::Acknowledged { versions, faults: Vec::new() }));
    }
    let mut keys = KeyPool::default();
    let mut tail: Option<Tail> = None;
    for version in meta.base + 1..=last {
        let (set, head) = log::read_set(records, version, &mut keys)?;
        let tail = match &mut tail {
            Some(tail) => tail,
            none => none.insert(Tail::begin(work, id, meta.base, head.total - set.changes.len() as u64)?),
        };
        tail.append(&log::seal_set(&set, head))?;
    }
    if tail.is_none() {
        Tail::begin(work, id, meta.base, kept.as_ref().map_or(0, |(head, _)| head.total))?;
    }
    let scan = segments::scan(work, id, 0)?;
    if scan.locations.len() != last - meta.base || scan.last().unwrap_or(meta.base) != last {
        return Err(damaged(Damage::NotAsWritten));
    }
    Ok(records.get(SEED)?.map(|text| String::from_utf8_lossy(&text).into_owned()))
}

/// Records of which the last of a kind can be told.
trait Ending: Records {
    fn last(&self, letter: u8) -> Result<Option<u64>, StoreError>;
}

impl Ending for Engine {
    fn last(&self, letter: u8) -> Result<Option<u64>, StoreError> {
        Ok(self.last_before(&[letter + 1])?.and_then(|(key, _)| log::record_version(&key, letter)))
    }
}

impl Ending for Salvaged {
    fn last(&self, letter: u8) -> Result<Option<u64>, StoreError> {
        Ok(self.versions(letter).last().copied())
    }
}
