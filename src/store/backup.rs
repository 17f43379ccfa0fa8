//! One file that holds the log, record by record, with a checksum over all; and the way back from it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::folder::{self, Found, State};
use super::log::{self, CHECKPOINT, CHECKPOINT_PIECE, SEED, SET, SET_PIECE};
use super::record::{seal, unseal};
use super::shape::Keys;
use super::stream::{Records, piece_key};
use super::{Access, Folder, Head, Store, StoreError, begin};

/// The first line; the base follows as eight bytes, then the records, then an empty one and the digest.
const MARK: &[u8] = b"passerelle-backup 1\n";

/// The longest record that a backup may hold.
const MAX_RECORD: u32 = 64 << 20;

impl Store {
    /// Writes a backup, durably. Commits may go on meanwhile: it holds the store as it was when it began.
    ///
    /// # Errors
    /// Damage to any record that it needs; no file is left then.
    pub fn backup(&self, file: &Path) -> Result<Head, StoreError> {
        let draft = file.with_extension("partial");
        let head = self.head();
        let written = self.write_backup(&draft, head).and_then(|()| {
            std::fs::rename(&draft, file).map_err(|error| StoreError::io(file, error))?;
            let parent = file.parent().unwrap_or(Path::new("."));
            folder::sync_dir(parent).map_err(|error| StoreError::io(file, error))
        });
        if written.is_err() {
            // It may never have been made.
            let _ = std::fs::remove_file(&draft);
        }
        written.map(|()| head)
    }

    fn write_backup(&self, path: &Path, head: Head) -> Result<(), StoreError> {
        let io = |error| StoreError::io(path, error);
        let mut out = Digesting { inner: BufWriter::new(File::create(path).map_err(io)?), digest: Sha256::new() };
        out.write_all(MARK).and_then(|()| out.write_all(&self.base().to_le_bytes())).map_err(io)?;
        let mut record = |key: &[u8]| {
            let content = self.engine.get(key)?;
            let content =
                content.ok_or_else(|| self.engine.damaged(format!("a record of {} is missing", self.dir.display())))?;
            let sealed = seal(key, &content);
            let write = out.write_all(&[key.len() as u8]).and_then(|()| out.write_all(key));
            let write = write.and_then(|()| out.write_all(&(sealed.len() as u32).to_le_bytes()));
            write.and_then(|()| out.write_all(&sealed)).map_err(io)?;
            Ok::<_, StoreError>(content)
        };
        if self.seed()?.is_some() {
            record(SEED)?;
        }
        let line = self.status().checkpoint.clone().filter(|_| self.base() > 0);
        if let Some(line) = line {
            for number in 0..line.stream.pieces {
                record(&piece_key(CHECKPOINT_PIECE, line.version, line.stream.nonce, number))?;
            }
            record(&log::key(CHECKPOINT, line.version))?;
        }
        for version in self.base() + 1..=head.version {
            let content = record(&log::key(SET, version))?;
            if let Some(stream) = log::set_line(&self.engine, version, &content)?.0.stream {
                for number in 0..stream.pieces {
                    record(&piece_key(SET_PIECE, version, stream.nonce, number))?;
                }
            }
        }
        out.write_all(&[0]).map_err(io)?;
        let digest = out.digest.finalize_reset();
        out.inner.write_all(&digest).map_err(io)?;
        out.inner.into_inner().map_err(|error| io(error.into_error()))?.sync_all().map_err(io)
    }
}

/// Makes a store of a backup in an empty or missing folder.
///
/// # Errors
/// Unless the folder is empty and the backup whole, to the last byte; the folder is untouched then.
pub fn restore(file: &Path, dir: &Path) -> Result<Head, StoreError> {
    let not_empty = |found: &str| StoreError::NotEmpty { dir: dir.to_owned(), found: found.to_owned() };
    match folder::examine(dir) {
        Ok(Found::Nothing) => {}
        Ok(Found::Ours(_)) => return Err(not_empty("a store")),
        Err(StoreError::NotOurs { found, .. }) => return Err(not_empty(&found)),
        Err(error) => return Err(error),
    }
    let base = read_backup(file, |_, _| Ok(()))?;
    let (engine, mut folder) = begin(dir, Folder::create(dir, State::Filling)?, base)?;
    read_backup(file, |key, content| engine.put(key, &content))?;
    engine.sync()?;
    folder.mark(State::Ready)?;
    drop((engine, folder));
    let store = Store::open(dir, Access::Existing)?;
    let head = store.head();
    let mut keys = Keys::default();
    for version in base + 1..=head.version {
        log::read_set(&store.engine, version, &mut keys)?;
    }
    Ok(head)
}

/// Hands over each record of a backup; answers its base once all is known to be whole.
fn read_backup(file: &Path, mut take: impl FnMut(&[u8], Vec<u8>) -> Result<(), StoreError>) -> Result<u64, StoreError> {
    let bad = |what: &str| StoreError::BadBackup { file: file.to_owned(), what: what.to_owned() };
    let cut = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => bad("it is cut short"),
        _ => StoreError::io(file, error),
    };
    let mut input = BufReader::new(File::open(file).map_err(|error| StoreError::io(file, error))?);
    let mut digest = Sha256::new();
    let mut next = |length: usize| {
        let mut bytes = vec![0; length];
        input.read_exact(&mut bytes).map_err(cut)?;
        Ok::<_, StoreError>(bytes)
    };
    let mark = next(MARK.len()).map_err(|_| bad("it does not begin as one"))?;
    if mark != MARK {
        return Err(bad("it does not begin as one, or is a later version's"));
    }
    let base = next(8)?;
    digest.update(mark);
    digest.update(&base);
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
            return Err(bad("it holds a record of no possible length"));
        }
        let sealed = next(number as usize)?;
        digest.update(&key);
        digest.update(&length);
        digest.update(&sealed);
        let content = unseal(&key, &sealed).map_err(|fault| bad(&format!("a record: {fault}")))?;
        take(&key, content)?;
    }
    if next(32)? != digest.finalize().as_slice() {
        return Err(bad("its checksum is wrong"));
    }
    if input.read(&mut [0]).map_err(cut)? != 0 {
        return Err(bad("something follows its end"));
    }
    Ok(u64::from_le_bytes(base.try_into().expect("eight bytes were read")))
}

struct Digesting<W> {
    inner: W,
    digest: Sha256,
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
