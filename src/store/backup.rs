//! One file that holds the log, record by record, with a checksum over all; and the way back from it. Nothing that is there is
//! ever overwritten, and a backup is read back before it has its name.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use sha2::{Digest, Sha256};

use super::damage::{BackupFault, Damage, Fault};
use super::folder::{self, FolderContent, MARKER, Stage};
use super::log::{self, CHECKPOINT, CHECKPOINT_PIECE, CheckpointLine, MOST_VERSION, SEED, SET};
use super::record::{frame, seal, unseal};
use super::shape::{self, KeyPool};
use super::stream::{Records, Writer};
use super::{Head, RESERVE, Store, StoreError, checkpoint, disk, halting};
use crate::model::Change;

/// The first line; the base follows as eight bytes, then the records, then an empty one and the digest.
const MARK: &[u8] = b"passerelle-backup 1\n";

/// The longest record that a backup may hold.
const MAX_RECORD: u32 = 64 << 20;

/// Bytes of a piece of a checkpoint.
const PIECE: usize = 64 << 10;

impl Store {
    /// Writes a backup, durably, and reads it back. Commits may go on meanwhile: it holds the store as it was when it began.
    ///
    /// # Errors
    /// A file of that name, or damage to any record that it needs; no file is left then.
    pub fn backup(&self, file: &Path) -> Result<Head, StoreError> {
        let exists = || StoreError::Exists { file: file.to_owned() };
        if fs::symlink_metadata(file).is_ok() {
            return Err(exists());
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let nonce = getrandom::u32().unwrap_or(0);
        let draft = folder.join(format!(".{name}.{}-{nonce:08x}.draft", std::process::id()));
        let head = self.head();
        let written = self.write_backup(&draft, head).and_then(|()| {
            if read_backup(&draft)? != head {
                return Err(StoreError::BadBackup { file: draft.clone(), what: Damage::NotAsWritten });
            }
            // Unlike renaming, this takes no other file's place.
            match disk::link(&draft, file) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(exists()),
                Err(_) if fs::symlink_metadata(file).is_ok() => return Err(exists()),
                Err(_) => disk::rename(&draft, file).map_err(|error| StoreError::io(file, error))?,
                Ok(()) => {}
            }
            disk::sync_dir(folder).map_err(|error| StoreError::io(file, error))
        });
        // It may never have been made, or have its name already.
        let _ = disk::remove(&draft);
        written.map(|()| head)
    }

    fn write_backup(&self, path: &Path, head: Head) -> Result<(), StoreError> {
        let io = |error| StoreError::io(path, error);
        let _kept = self.inner.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        let file = disk::Writing::begin(path).map_err(io)?;
        let mut out = Digesting { inner: BufWriter::with_capacity(PIECE, file), digest: Sha256::new() };
        let base = self.base();
        out.write_all(MARK).and_then(|()| out.write_all(&base.to_le_bytes())).map_err(io)?;
        if let Some(seed) = self.seed() {
            out.records(&seal(SEED, seed.as_bytes())).map_err(io)?;
        }
        if base > 0 {
            let oldest = self.inner.index().checkpoints.last().map_or(base, |line| line.version);
            let (mut sealed, mut failed) = (Vec::new(), None);
            let mut writer = Writer::new(&mut sealed, CHECKPOINT_PIECE, oldest, PIECE);
            let mut line = checkpoint::replay(&self.inner.dir, oldest, |change| {
                match &change {
                    Change::PutNode(node) => writer.line(|line| shape::write_node(line, node)),
                    Change::PutEdge(edge) => writer.line(|line| shape::write_edge(line, edge)),
                    Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_) => {}
                }
                if writer.out().len() > 1 << 20 && failed.is_none() {
                    failed = out.records(writer.out()).err();
                    writer.out().clear();
                }
            })?;
            line.stream = Some(writer.finish());
            line.relations.clear();
            sealed.extend(seal(&log::key(CHECKPOINT, oldest), &log::json(&line)));
            failed.map_or(Ok(false), Err).and_then(|_| out.records(&sealed)).map_err(io)?;
        }
        for version in base + 1..=head.version {
            if !out.records(&self.inner.location(version)?.bytes()?).map_err(io)? {
                return Err(StoreError::damaged(&self.inner.dir, Damage::ChangeSet(version, Fault::Changed)));
            }
        }
        out.write_all(&[0]).map_err(io)?;
        let digest = out.digest.finalize_reset();
        out.inner.write_all(&digest).map_err(io)?;
        out.inner.into_inner().map_err(|error| io(error.into_error()))?.sync().map_err(io)
    }
}

/// Makes a store of a backup in an empty or missing folder, or over what was left there when that was cut short.
///
/// # Errors
/// Unless the folder is empty, the backup whole, to the last byte, and the disk has room. What was made is removed then.
pub fn restore(file: &Path, dir: &Path) -> Result<Head, StoreError> {
    let not_empty = |found: &str| StoreError::NotEmpty { dir: dir.to_owned(), found: found.to_owned() };
    match folder::examine(dir) {
        Ok(FolderContent::Nothing) => {}
        Ok(FolderContent::Ours(marker)) if marker.state == Stage::Filling => {}
        Ok(FolderContent::Ours(_)) => return Err(not_empty(MARKER)),
        Err(StoreError::NotOurs { found, .. }) => return Err(not_empty(&found)),
        Err(error) => return Err(error),
    }
    let backup = Backup::read(file)?;
    let head = backup.check()?;
    // As long as the backup are the log and sled's copy of it.
    let length = fs::metadata(file).map_err(|error| StoreError::io(file, error))?.len();
    halting::room(dir, RESERVE.saturating_add(2 * length))?;
    let missing: Vec<&Path> = dir.ancestors().take_while(|folder| !folder.exists()).collect();
    fill(dir, &backup, head).inspect_err(|_| {
        let _ = folder::abandon(dir);
        // Those that are empty again.
        missing.iter().for_each(|folder| drop(fs::remove_dir(folder)));
    })?;
    let restored = Store::open(dir, super::Access::Existing)?.head();
    if restored != head {
        return Err(StoreError::damaged(dir, Damage::NotAsWritten));
    }
    Ok(head)
}

fn fill(dir: &Path, backup: &Backup, head: Head) -> Result<(), StoreError> {
    let store = Store::begin(dir, Stage::Filling, backup.base)?;
    if let Some(seed) = backup.records.get(SEED) {
        store.set_seed(&String::from_utf8_lossy(&unseal(SEED, seed).unwrap_or_default()))?;
    }
    if let Some(line) = backup.checkpoint()? {
        let read = checkpoint::collect(|put| checkpoint::replay_records(backup, &line, put).map(|()| line.clone()))?;
        checkpoint::write(dir, line.head(), read.nodes.iter(), read.edges.iter())?;
    }
    let mut keys = KeyPool::default();
    for version in backup.base + 1..=head.version {
        let (set, head) = log::read_set(backup, version, &mut keys)?;
        store.commit_as(&set, head)?;
    }
    store.ready()
}

/// Reads a backup to its end and checks all of it; gives where it ends.
///
/// # Errors
/// What is wrong with it.
pub fn read_backup(file: &Path) -> Result<Head, StoreError> {
    Backup::read(file)?.check()
}

/// The records of a backup, still sealed.
struct Backup {
    file: PathBuf,
    base: u64,
    records: HashMap<Vec<u8>, Vec<u8>>,
}

impl Records for Backup {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = self.records.get(key) else { return Ok(None) };
        unseal(key, sealed).map(Some).map_err(|fault| self.damaged(Damage::record(key, fault)))
    }

    fn damaged(&self, what: Damage) -> StoreError {
        StoreError::BadBackup { file: self.file.clone(), what }
    }
}

impl Backup {
    fn read(file: &Path) -> Result<Backup, StoreError> {
        let bad = |fault| StoreError::BadBackup { file: file.to_owned(), what: Damage::Backup(fault) };
        let cut = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => bad(BackupFault::Short),
            _ => StoreError::io(file, error),
        };
        let mut input = BufReader::new(File::open(file).map_err(|error| StoreError::io(file, error))?);
        let mut digest = Sha256::new();
        let mut next = |length: usize| {
            let mut bytes = vec![0; length];
            input.read_exact(&mut bytes).map_err(cut)?;
            Ok::<_, StoreError>(bytes)
        };
        let mark = next(MARK.len()).map_err(|_| bad(BackupFault::Beginning))?;
        if mark != MARK {
            return Err(bad(BackupFault::Beginning));
        }
        let base = next(8)?;
        digest.update(mark);
        digest.update(&base);
        let mut records = HashMap::new();
        loop {
            let key_length = next(1)?;
            digest.update(&key_length);
            if key_length == [0] {
                break;
            }
            let key = next(key_length[0] as usize)?;
            let length = next(4)?;
            let number = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
            if number > MAX_RECORD {
                return Err(bad(BackupFault::Changed));
            }
            let sealed = next(number as usize)?;
            digest.update(&key);
            digest.update(&length);
            digest.update(&sealed);
            records.insert(key, sealed);
        }
        if next(32)? != digest.finalize().as_slice() {
            return Err(bad(BackupFault::Changed));
        }
        if input.read(&mut [0]).map_err(cut)? != 0 {
            return Err(bad(BackupFault::Trailing));
        }
        let base = u64::from_le_bytes(base.try_into().expect("eight bytes were read"));
        if base > MOST_VERSION {
            return Err(bad(BackupFault::Changed));
        }
        Ok(Backup { file: file.to_owned(), base, records })
    }

    fn checkpoint(&self) -> Result<Option<CheckpointLine>, StoreError> {
        let version = self.records.keys().filter_map(|key| log::record_version(key, CHECKPOINT)).max();
        let Some(version) = version else { return Ok(None) };
        let content = self.get(&log::key(CHECKPOINT, version))?.unwrap_or_default();
        checkpoint::read_line(self, version, &content).map(Some)
    }

    /// Reads every change set.
    fn check(&self) -> Result<Head, StoreError> {
        let mut head = match self.checkpoint()? {
            Some(line) => {
                checkpoint::replay_records(self, &line, |_| {})?;
                line.head()
            }
            None if self.base > 0 => return Err(self.damaged(Damage::NoCheckpoint { since: self.base })),
            None => Head::default(),
        };
        let last = self.records.keys().filter_map(|key| log::record_version(key, SET)).max();
        let mut keys = KeyPool::default();
        for version in self.base + 1..=last.unwrap_or(0) {
            let after = log::replay_set(self, version, &mut keys, |_| {})?.head();
            if after.version > head.version {
                head = after;
            }
        }
        Ok(head)
    }
}

struct Digesting<W> {
    inner: W,
    digest: Sha256,
}

impl<W: Write> Digesting<W> {
    /// Writes sealed records, each after its key and length; whether all were sound.
    fn records(&mut self, mut sealed: &[u8]) -> io::Result<bool> {
        while let Ok((key, length)) = frame(sealed) {
            self.write_all(&[key.len() as u8])?;
            self.write_all(key)?;
            self.write_all(&(length as u32).to_le_bytes())?;
            self.write_all(&sealed[..length])?;
            sealed = &sealed[length..];
        }
        Ok(sealed.is_empty())
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
