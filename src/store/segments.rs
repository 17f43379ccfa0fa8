//! The files of the log, on which the promise rests. Each is named by the version after which it goes on, begins with a record
//! that says whose it is, and is only ever appended to: sealed records, one change set after the other. A change set is in the
//! log once its last record is on the disk; a file is left behind for the next when it is full or when writing to it failed.
//!
//! Reading believes nothing: each record has its checksum, a change set counts only with all of its pieces, and what follows
//! the last sound one is the rest of a write that nobody was told of, or damage, which the caller can tell.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::damage::Damage;
use super::disk;
use super::error::StoreError;
use super::locations::{Location, Locations};
use super::log::{self, META, MOST_VERSION, Meta, SET, SET_PIECE, SetLine};
use super::record::{self, seal};
use super::sealed;
use super::stream::{Raw, piece_key};

/// From this size on a file is left for the next.
const FULL: u64 = 64 << 20;

/// One file of the log.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The version after which it goes on.
    pub base: u64,
    pub path: Arc<Path>,
    /// Where its sound part ends.
    pub length: u64,
}

/// What the files of a log hold.
#[derive(Debug, Default)]
pub struct Scan {
    pub segments: Vec<Segment>,
    /// The sound change sets.
    pub locations: Locations,
    /// Versions of which a record was found, but not all.
    pub unsound: BTreeSet<u64>,
    /// A last file that was never whole: made, and nothing was appended to it.
    pub stillborn: Option<PathBuf>,
    /// What cannot be read.
    pub faults: Vec<Damage>,
    /// Changes before the first change set.
    pub total: u64,
}

/// Where the files are.
pub fn log_dir(dir: &Path) -> PathBuf {
    dir.join("log")
}

fn file_name(base: u64) -> String {
    format!("{base:020}.log")
}

/// The base that a file's name says.
fn base_of(path: &Path) -> Option<u64> {
    let base = path.file_name()?.to_str()?.strip_suffix(".log").filter(|digits| digits.len() == 20)?.parse().ok()?;
    (base < MOST_VERSION).then_some(base)
}

/// The files of a log, in order.
pub fn files(dir: &Path) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let dir = log_dir(dir);
    let entries = match fs::read_dir(&dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| StoreError::io(&dir, error))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| StoreError::io(&dir, error))?.path();
        files.extend(base_of(&path).map(|base| (base, path)));
    }
    files.sort();
    Ok(files)
}

/// Reads the files of a log and changes none: but for those whose change sets a checkpoint of a version covers, and of which it is
/// written down where they are. O(bytes).
///
/// # Errors
/// A file that the system does not give, or one of another store.
pub fn scan(dir: &Path, id: &str, covered: u64) -> Result<Scan, StoreError> {
    let mut scan = Scan::default();
    let files = files(dir)?;
    for (number, (base, path)) in files.iter().enumerate() {
        let unread = Segment { base: *base, path: path.as_path().into(), length: 0 };
        if let Some((next, _)) = files.get(number + 1)
            && *next <= covered
            && let Some(run) = sealed::read(id, &unread)
        {
            scan.segments.push(Segment { length: run.end, ..unread });
            scan.locations.split_off(base + 1);
            scan.locations.insert_run(base + 1, run, *next);
            continue;
        }
        let bytes = fs::read(path).map_err(|error| StoreError::io(path, error))?;
        let last = number + 1 == files.len();
        // What an earlier file says of later versions was never acknowledged: writing it failed, and this one went on.
        scan.locations.split_off(base + 1);
        scan.unsound.split_off(&(base + 1));
        let begins = match record::frame(&bytes) {
            Ok((META, length)) => {
                let content = record::unseal(META, &bytes[..length]).unwrap_or_default();
                let meta: Option<Meta> = serde_json::from_slice(&content).ok();
                match meta {
                    Some(meta) if meta.id == id => {
                        if number == 0 {
                            scan.total = meta.total;
                        }
                        Some(length)
                    }
                    Some(_) => return Err(StoreError::damaged(dir, Damage::foreign(path))),
                    None => None,
                }
            }
            _ => None,
        };
        scan.segments.push(Segment { base: *base, path: path.as_path().into(), length: bytes.len() as u64 });
        let before = (scan.locations.len(), scan.unsound.len(), scan.faults.len());
        let end = scan.take(dir, &bytes, begins.unwrap_or(0));
        let nothing = (scan.locations.len(), scan.unsound.len()) == (before.0, before.1);
        if begins.is_none() && last && number > 0 && nothing {
            scan.faults.truncate(before.2);
            scan.segments.pop();
            scan.stillborn = Some(path.clone());
            continue;
        }
        if begins.is_none() {
            scan.faults.push(Damage::Beginning { path: path.clone() });
        }
        if let Some(segment) = scan.segments.last_mut() {
            segment.length = end as u64;
        }
    }
    Ok(scan)
}

impl Scan {
    /// The last sound change set.
    pub fn last(&self) -> Option<u64> {
        self.locations.last()
    }

    /// The versions after one, up to another, of which there is no sound change set.
    pub fn missing(&self, after: u64, upto: u64) -> Vec<RangeInclusive<u64>> {
        self.locations.missing(after, upto)
    }

    /// Takes the change sets of a file; gives where the last sound one ends.
    fn take(&mut self, dir: &Path, bytes: &[u8], from: usize) -> usize {
        let path = self.segments.last().map(|segment| segment.path.clone()).unwrap_or_else(|| Path::new("").into());
        let (mut at, mut start, mut end) = (from, from, from);
        // Whether pieces or bytes that are no record stand before: only then must a set be read to know that it is whole.
        let mut plain = true;
        while at < bytes.len() {
            let Ok((key, length)) = record::frame(&bytes[at..]) else {
                let next = record::next_frame(bytes, at + 1).unwrap_or(bytes.len());
                self.faults.push(Damage::Bytes { path: path.to_path_buf(), from: at, to: next });
                (at, start, plain) = (next, next, false);
                continue;
            };
            let set = log::record_version(key, SET);
            at += length;
            let Some(version) = set else {
                plain = false;
                continue;
            };
            let record = &bytes[at - length..at];
            let sound = (plain && at < bytes.len()) || whole(dir, version, record, &bytes[start..at]);
            if sound {
                self.unsound.remove(&version);
                let (start, length, record) = (start as u64, (at - start) as u64, length as u64);
                self.locations.insert(version, Location { path: path.clone(), start, length, record });
                end = at;
            } else {
                self.unsound.insert(version);
            }
            (start, plain) = (at, true);
        }
        end
    }
}

/// Whether the record of a change set is one, and all pieces that it names stand before it.
fn whole(dir: &Path, version: u64, record: &[u8], bytes: &[u8]) -> bool {
    let records = Raw::of(dir, Vec::new());
    let Ok(content) = record::unseal(&log::key(SET, version), record) else { return false };
    let Ok((line, _)) = log::set_line(&records, version, &content) else { return false };
    let Some(stream) = line.stream else { return true };
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < bytes.len() {
        match record::frame(&bytes[at..]) {
            Ok((key, length)) => {
                found.insert(key);
                at += length;
            }
            Err(_) => at = record::next_frame(bytes, at + 1).unwrap_or(bytes.len()),
        }
    }
    (0..stream.pieces).all(|number| found.contains(&piece_key(SET_PIECE, version, stream.nonce, number)[..]))
}

/// The length of the last of some sound records.
fn last_record(mut bytes: &[u8]) -> usize {
    let mut last = 0;
    while let Ok((_, length)) = record::frame(bytes) {
        (last, bytes) = (length, &bytes[length..]);
    }
    last
}

impl Location {
    /// The records of the change set.
    pub fn read(&self, dir: &Path) -> Result<Raw, StoreError> {
        self.bytes().map(|bytes| Raw::of(dir, bytes))
    }

    /// The same as bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        self.range(self.start, self.length)
    }

    /// What the change set of a version says of itself. O(1), whatever its length.
    pub fn line(&self, dir: &Path, version: u64) -> Result<SetLine, StoreError> {
        let bytes = self.range(self.start + self.length - self.record, self.record)?;
        log::line_of(&Raw::of(dir, bytes), version)
    }

    fn range(&self, start: u64, length: u64) -> Result<Vec<u8>, StoreError> {
        let io = |error| StoreError::io(&self.path, error);
        read_at(&File::open(&self.path).map_err(io)?, start, length).map_err(io)
    }
}

/// So many bytes of a file from a place on, or fewer where it ends.
fn read_at(mut file: &File, start: u64, length: u64) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The last file, to which is written.
#[derive(Debug)]
pub struct Tail {
    pub segment: Segment,
    file: File,
    id: String,
    /// The last bytes of its sound part.
    end: Vec<u8>,
}

/// So many bytes of a file's end are looked at before it is written to again.
const END: usize = 64;

impl Tail {
    /// Begins a file after a version, durably, in place of one that was begun there and holds nothing.
    pub fn begin(dir: &Path, id: &str, base: u64, total: u64) -> Result<Tail, StoreError> {
        let path = log_dir(dir).join(file_name(base));
        let meta = Meta { magic: "passerelle".into(), format: super::FORMAT, id: id.to_owned(), base, total };
        let header = seal(META, &log::json(&meta));
        let io = |error| StoreError::io(&path, error);
        disk::make_dir(&log_dir(dir)).map_err(io)?;
        disk::replace(&path, &header).map_err(io)?;
        Tail::open(Segment { base, length: header.len() as u64, path: path.as_path().into() }, id)
    }

    /// Takes a file up where its sound part ends; what follows goes.
    pub fn open(segment: Segment, id: &str) -> Result<Tail, StoreError> {
        let io = |error| StoreError::io(&segment.path, error);
        let file = fs::OpenOptions::new().read(true).write(true).open(&segment.path).map_err(io)?;
        if file.metadata().map_err(io)?.len() != segment.length {
            disk::set_len(&file, &segment.path, segment.length).map_err(io)?;
        }
        // What a process that was killed has written is read from now on, so it must last.
        disk::sync(&file, &segment.path).map_err(io)?;
        let length = segment.length.min(END as u64);
        let end = read_at(&file, segment.length - length, length).map_err(io)?;
        Ok(Tail { segment, file, id: id.to_owned(), end })
    }

    /// Whether the next change set belongs into another file.
    pub fn is_full(&self) -> bool {
        self.segment.length >= FULL
    }

    /// Appends a change set; it is on the disk when this answers.
    pub fn append(&mut self, bytes: &[u8]) -> Result<Location, StoreError> {
        let Segment { path, length, .. } = &mut self.segment;
        disk::write_at(&self.file, path, bytes, *length)
            .and_then(|()| disk::sync(&self.file, path))
            .map_err(|error| StoreError::io(path, error))?;
        let record = last_record(bytes) as u64;
        let location = Location { path: path.clone(), start: *length, length: bytes.len() as u64, record };
        *length += bytes.len() as u64;
        self.end = bytes[bytes.len().saturating_sub(END)..].to_vec();
        Ok(location)
    }

    /// A change set that was appended is not acknowledged: it goes when writing goes on.
    pub fn take_back(&mut self, set: &Location) {
        self.segment.length = set.start;
        let length = set.start.min(END as u64);
        // What cannot be read is not compared later.
        self.end = read_at(&self.file, set.start - length, length).unwrap_or_default();
    }

    /// Leaves a file, to which writing failed, as it was after the last change set that was acknowledged, and goes on in a new
    /// one: what the system makes of the failed bytes is of no more concern.
    pub fn renew(&mut self, dir: &Path, base: u64, total: u64) -> Result<(), StoreError> {
        let io = |error| StoreError::io(&self.segment.path, error);
        disk::set_len(&self.file, &self.segment.path, self.segment.length).map_err(io)?;
        disk::sync(&self.file, &self.segment.path).map_err(io)?;
        *self = Tail::begin(dir, &self.id, base, total)?;
        Ok(())
    }

    /// Whether the file is still the one that its path names, and nobody else has written to it: copying over a file keeps its
    /// inode. What follows its sound part may be the rest of a write that failed.
    pub fn is_in_place(&self) -> bool {
        let length = self.end.len() as u64;
        let end = read_at(&self.file, self.segment.length.saturating_sub(length), length);
        super::folder::same_file(&self.file, &self.segment.path) && end.is_ok_and(|end| end == self.end)
    }
}
