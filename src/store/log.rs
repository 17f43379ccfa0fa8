//! The records of the log: one a change set, with its changes inside where they fit, in a stream where they don't; a stream's
//! pieces stand before the record that names them. The same records are in the log's files and in sled.

use serde::{Deserialize, Serialize};

use super::Head;
use super::damage::{Damage, Fault};
use super::error::StoreError;
use super::record::{MAX_CONTENT, seal};
use super::shape::{self, KeyPool};
use super::stream::{self, Records, Stream, Writer};
use crate::model::{Change, ChangeSet, Relation};

/// Letters that keys begin with: change sets, their pieces; checkpoints, theirs; what is said of the whole.
pub const SET: u8 = b'L';
pub const SET_PIECE: u8 = b'C';
pub const CHECKPOINT: u8 = b'P';
pub const CHECKPOINT_PIECE: u8 = b'K';
pub const META: &[u8] = b"M";
pub const SEED: &[u8] = b"S";

/// Room that the first line of a change set's record may need.
const FIRST_LINE: usize = 1 << 10;

/// What is said of the whole store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    pub magic: String,
    pub format: u64,
    /// The marker's id.
    pub id: String,
    /// The version after which the file that begins with this goes on.
    pub base: u64,
    /// Changes in the log before that: 0 where that is not known, as a repair leaves it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub total: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The first line of a change set's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    pub version: u64,
    pub at: u64,
    pub author: Box<str>,
    pub changes: u64,
    /// Changes in the log up to here.
    total: u64,
    /// Nodes and edges of the graph from here on.
    nodes: u64,
    edges: u64,
    /// Where the changes are, unless they follow on the next lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
}

impl SetLine {
    pub fn at(&self) -> u64 {
        self.at
    }

    pub fn author(&self) -> &str {
        &self.author
    }

    pub fn changes(&self) -> u64 {
        self.changes
    }

    pub fn head(&self) -> Head {
        Head { version: self.version, nodes: self.nodes, edges: self.edges, total: self.total }
    }
}

/// A checkpoint's record: in a file of its own, of the blocks that follow; in a backup or in sled, of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointLine {
    pub version: u64,
    pub nodes: u64,
    pub edges: u64,
    pub total: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
    /// The kinds of relation, by the numbers that stand for them in the blocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
}

impl CheckpointLine {
    pub fn head(&self) -> Head {
        Head { version: self.version, nodes: self.nodes, edges: self.edges, total: self.total }
    }
}

/// The greatest version there is. What claims a greater one is damaged or forged, and counting up to it would not end.
pub const MOST_VERSION: u64 = 1 << 48;

/// The version that the key of a record or a piece names.
pub fn version_of(key: &[u8]) -> Option<u64> {
    let version = u64::from_be_bytes(key.get(1..9)?.try_into().ok()?);
    (1..=MOST_VERSION).contains(&version).then_some(version)
}

/// The version of a record, if its key begins with a letter.
pub fn record_version(key: &[u8], letter: u8) -> Option<u64> {
    version_of(key).filter(|_| key.len() == 9 && key[0] == letter)
}

/// The key of a change set's or a checkpoint's record.
pub fn key(letter: u8, version: u64) -> [u8; 9] {
    let mut key = [letter; 9];
    key[1..].copy_from_slice(&version.to_be_bytes());
    key
}

pub(super) fn json(shape: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(shape).expect("plain data without maps serialises")
}

/// The sealed records of a change set: what is appended to the log.
pub fn seal_set(set: &ChangeSet, head: Head) -> Vec<u8> {
    let ChangeSet { version, at, author, changes } = set;
    let (mut lines, mut out) = (Vec::new(), Vec::new());
    let mut fits = true;
    for change in changes {
        shape::write(&mut lines, change);
        fits = lines.len() + author.len() + FIRST_LINE < MAX_CONTENT;
        if !fits {
            break;
        }
    }
    let mut stream = None;
    if !fits {
        lines.clear();
        let mut writer = Writer::new(&mut out, SET_PIECE, *version, MAX_CONTENT);
        changes.iter().for_each(|change| writer.line(|line| shape::write(line, change)));
        stream = Some(writer.finish());
    }
    let Head { version, nodes, edges, total } = head;
    let count = changes.len() as u64;
    let line = SetLine { version, at: *at, author: author.clone(), changes: count, total, nodes, edges, stream };
    let mut content = json(&line);
    content.push(b'\n');
    content.append(&mut lines);
    out.extend_from_slice(&seal(&key(SET, version), &content));
    out
}

/// The first line of the content of a change set's record, and where the others begin.
pub fn set_line(records: &impl Records, version: u64, content: &[u8]) -> Result<(SetLine, usize), StoreError> {
    let end = content.iter().position(|byte| *byte == b'\n').unwrap_or(content.len());
    let line: SetLine = serde_json::from_slice(&content[..end])
        .map_err(|error| records.damaged(Damage::ChangeSet(version, Fault::Unreadable(error.to_string()))))?;
    if line.version != version {
        return Err(records.damaged(Damage::ChangeSet(version, Fault::Misplaced(line.version))));
    }
    Ok((line, (end + 1).min(content.len())))
}

/// The first line of a change set among some records.
pub fn line_of(records: &impl Records, version: u64) -> Result<SetLine, StoreError> {
    let content = records.get(&key(SET, version))?;
    let content = content.ok_or_else(|| records.damaged(Damage::ChangeSet(version, Fault::Missing)))?;
    set_line(records, version, &content).map(|(line, _)| line)
}

/// Reads a change set, and what it says of the graph after it.
pub fn read_set(records: &impl Records, version: u64, keys: &mut KeyPool) -> Result<(ChangeSet, Head), StoreError> {
    let mut changes = Vec::new();
    let line = replay_set(records, version, keys, |change| changes.push(change))?;
    let head = line.head();
    Ok((ChangeSet { version, at: line.at, author: line.author, changes }, head))
}

/// Hands over the changes of a set, in order, as they are read: on an error they were not all of them.
pub fn replay_set(
    records: &impl Records,
    version: u64,
    keys: &mut KeyPool,
    mut change: impl FnMut(Change),
) -> Result<SetLine, StoreError> {
    let content = records.get(&key(SET, version))?;
    let content = content.ok_or_else(|| records.damaged(Damage::ChangeSet(version, Fault::Missing)))?;
    let (line, start) = set_line(records, version, &content)?;
    let damaged = |fault| records.damaged(Damage::ChangeSet(version, fault));
    let mut count = 0;
    let mut take = |line: &[u8]| {
        let read = shape::read(line, keys);
        change(read.map_err(|error| damaged(error.into()))?);
        count += 1;
        Ok(())
    };
    match &line.stream {
        Some(stream) => stream::read(records, stream, SET_PIECE, version, Damage::ChangeSet, take)?,
        None => {
            content[start..].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).try_for_each(&mut take)?
        }
    }
    Fault::count(count, line.changes).map_err(damaged)?;
    Ok(line)
}
