//! Long content in pieces: lines of changes, cut wherever a record is full. A stream is invisible until a
//! small record that names it is written after it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::damage::{Damage, Fault};
use super::error::StoreError;
use super::record::{self, seal};

/// What names a stream: enough to find its pieces and to know that they are all there and unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Sets the pieces of one attempt apart from those of another that was cut short.
    pub nonce: u32,
    pub pieces: u32,
    /// How many lines in all.
    pub lines: u64,
    /// Of all their bytes.
    pub checksum: u32,
}

/// The key of a piece; without nonce and number, the prefix of all of a version.
pub fn piece_key(letter: u8, version: u64, nonce: u32, number: u32) -> [u8; 17] {
    let mut key = [letter; 17];
    key[1..9].copy_from_slice(&version.to_be_bytes());
    key[9..13].copy_from_slice(&nonce.to_be_bytes());
    key[13..].copy_from_slice(&number.to_be_bytes());
    key
}

/// Collects lines and seals the pieces.
pub struct Writer<'o> {
    out: &'o mut Vec<u8>,
    letter: u8,
    version: u64,
    most: usize,
    buffer: Vec<u8>,
    crc: crc32fast::Hasher,
    stream: Stream,
}

impl<'o> Writer<'o> {
    /// Pieces of at most so many bytes are added to `out`.
    pub fn new(out: &'o mut Vec<u8>, letter: u8, version: u64, most: usize) -> Writer<'o> {
        // Without entropy two attempts look alike, which is as well: only one of them is ever named.
        let nonce = getrandom::u32().unwrap_or(0);
        let stream = Stream { nonce, pieces: 0, lines: 0, checksum: 0 };
        Writer { out, letter, version, most, buffer: Vec::new(), crc: crc32fast::Hasher::new(), stream }
    }

    /// Takes one line, which `fill` adds with its end of line.
    pub fn line(&mut self, fill: impl FnOnce(&mut Vec<u8>)) {
        fill(&mut self.buffer);
        self.stream.lines += 1;
        while self.buffer.len() >= self.most {
            self.piece(self.most);
        }
    }

    /// The pieces sealed so far, where they may be taken away.
    pub fn out(&mut self) -> &mut Vec<u8> {
        self.out
    }

    /// All lines are in.
    pub fn finish(mut self) -> Stream {
        if !self.buffer.is_empty() {
            self.piece(self.buffer.len());
        }
        self.stream.checksum = self.crc.finalize();
        self.stream
    }

    fn piece(&mut self, length: usize) {
        let key = piece_key(self.letter, self.version, self.stream.nonce, self.stream.pieces);
        self.out.extend_from_slice(&seal(&key, &self.buffer[..length]));
        self.crc.update(&self.buffer[..length]);
        self.buffer.drain(..length);
        self.stream.pieces += 1;
    }
}

/// Sealed records one after the other, found by key.
pub struct Raw {
    dir: PathBuf,
    bytes: Vec<u8>,
    places: HashMap<Vec<u8>, (usize, usize)>,
}

impl Raw {
    /// Those in a run of bytes, in which nothing else stands: up to the first that is not sound.
    pub fn of(dir: &Path, bytes: Vec<u8>) -> Raw {
        let mut places = HashMap::new();
        let mut at = 0;
        while let Ok((key, length)) = record::frame(&bytes[at..]) {
            places.insert(key.to_vec(), (at, length));
            at += length;
        }
        Raw { dir: dir.to_owned(), bytes, places }
    }

    /// Whether there is a sound record of a key.
    pub fn has(&self, key: &[u8]) -> bool {
        self.places.contains_key(key)
    }
}

impl Records for Raw {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(&(at, length)) = self.places.get(key) else { return Ok(None) };
        record::unseal(key, &self.bytes[at..at + length])
            .map(Some)
            .map_err(|fault| self.damaged(Damage::record(key, fault)))
    }

    fn damaged(&self, what: Damage) -> StoreError {
        StoreError::damaged(&self.dir, what)
    }
}

/// Where records are read from: a part of the log, sled, or what was salvaged.
pub trait Records {
    /// The content of a record.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// Damage of what they belong to.
    fn damaged(&self, what: Damage) -> StoreError;
}

/// Hands over each line of a stream, in order; what is wrong with it is damage `of` its version.
///
/// # Errors
/// What is wrong with a piece or, at its end, with the whole; what `line` answers.
pub fn read(
    records: &impl Records,
    stream: &Stream,
    letter: u8,
    version: u64,
    of: fn(u64, Fault) -> Damage,
    mut line: impl FnMut(&[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut rest: Vec<u8> = Vec::new();
    let mut crc = crc32fast::Hasher::new();
    let mut lines = 0;
    for number in 0..stream.pieces {
        let content = records.get(&piece_key(letter, version, stream.nonce, number))?;
        let content = content.ok_or_else(|| records.damaged(of(version, Fault::Incomplete)))?;
        crc.update(&content);
        rest.extend_from_slice(&content);
        let mut start = 0;
        while let Some(length) = rest[start..].iter().position(|byte| *byte == b'\n') {
            line(&rest[start..start + length])?;
            lines += 1;
            start += length + 1;
        }
        rest.drain(..start);
    }
    if !rest.is_empty() || lines != stream.lines || crc.finalize() != stream.checksum {
        return Err(records.damaged(of(version, Fault::Changed)));
    }
    Ok(())
}
