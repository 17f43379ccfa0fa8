//! Checkpoints: the whole state at a version, in a file of its own that appears whole or not at all. Two are kept, so that one
//! bad page leaves another and the log since. A file is a first record with what it holds, blocks of nodes, blocks of relations, and
//! a last record that seals them.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::blocks::{self, EDGES, End, NODES};
use super::damage::{Damage, Fault};
use super::disk;
use super::error::StoreError;
use super::log::{self, CHECKPOINT, CHECKPOINT_PIECE, CheckpointLine};
use super::record::{frame, seal};
use super::shape::{self, KeyPool};
use super::stream::{self, Raw, Records};
use super::{Checkpoint, Head};
use crate::model::{Change, Edge, Key, Node, NumberedEdge};

/// The key of the record that ends the file.
const END: &[u8] = b"Z";
/// So many bytes are written at once.
const BLOCK: usize = 1 << 20;
/// So many threads read nodes at most.
const MOST_THREADS: usize = 8;
const KEPT: usize = 2;

fn checkpoint_dir(dir: &Path) -> PathBuf {
    dir.join("checkpoint")
}

/// Where the checkpoint of a version is.
pub fn path(dir: &Path, version: u64) -> PathBuf {
    checkpoint_dir(dir).join(format!("{version:020}.checkpoint"))
}

/// The versions of which there is a file, the newest first. Changes nothing.
pub fn versions(dir: &Path) -> Result<Vec<u64>, StoreError> {
    let dir = checkpoint_dir(dir);
    let entries = match fs::read_dir(&dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| StoreError::io(&dir, error))?,
    };
    let mut versions = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| StoreError::io(&dir, error))?.file_name();
        let digits = name.to_str().and_then(|name| name.strip_suffix(".checkpoint"));
        versions.extend(digits.and_then(|digits| digits.parse::<u64>().ok()));
    }
    versions.sort_unstable_by(|a, b| b.cmp(a));
    Ok(versions)
}

/// What a file says that it holds, from its first record alone.
pub fn line(dir: &Path, version: u64) -> Result<CheckpointLine, StoreError> {
    use std::io::Read;
    let path = path(dir, version);
    let mut bytes = Vec::new();
    let file = fs::File::open(&path).map_err(|error| StoreError::io(&path, error))?;
    file.take(4096).read_to_end(&mut bytes).map_err(|error| StoreError::io(&path, error))?;
    let length = frame(&bytes).map_or(0, |(_, length)| length);
    line_of(&Raw::of(dir, bytes[..length].to_vec()), version)
}

fn line_of(records: &impl Records, version: u64) -> Result<CheckpointLine, StoreError> {
    let content = records.get(&log::key(CHECKPOINT, version))?;
    let content = content.ok_or_else(|| records.damaged(Damage::Checkpoint(version, Fault::Incomplete)))?;
    read_line(records, version, &content)
}

/// What a checkpoint's record says.
pub fn read_line(records: &impl Records, version: u64, content: &[u8]) -> Result<CheckpointLine, StoreError> {
    let line = serde_json::from_slice::<CheckpointLine>(content);
    let damaged = |fault| records.damaged(Damage::Checkpoint(version, fault));
    let line = line.map_err(|error| damaged(Fault::Unreadable(error.to_string())))?;
    if line.version == version { Ok(line) } else { Err(damaged(Fault::Misplaced(line.version))) }
}

/// Writes a checkpoint, durably, and removes those that are too many.
///
/// # Errors
/// What keeps it from being durable, or a state with other counts than it should have; there is no file then.
pub fn write<N: Borrow<Node>, E: Borrow<Edge>>(
    dir: &Path,
    head: Head,
    nodes: impl Iterator<Item = N>,
    edges: impl Iterator<Item = E>,
) -> Result<(), StoreError> {
    let path = path(dir, head.version);
    let draft = path.with_extension("new");
    let written = write_draft(dir, &draft, head, nodes, edges).and_then(|()| {
        disk::rename(&draft, &path)
            .and_then(|()| disk::sync_dir(&checkpoint_dir(dir)))
            .map_err(|error| StoreError::io(&path, error))
    });
    if written.is_err() {
        // It may never have been made; if it stays, opening removes it.
        let _ = fs::remove_file(&draft);
        return written;
    }
    for version in versions(dir)?.into_iter().skip(KEPT) {
        let old = self::path(dir, version);
        disk::remove(&old).map_err(|error| StoreError::io(&old, error))?;
    }
    Ok(())
}

fn write_draft<N: Borrow<Node>, E: Borrow<Edge>>(
    dir: &Path,
    draft: &Path,
    head: Head,
    nodes: impl Iterator<Item = N>,
    edges: impl Iterator<Item = E>,
) -> Result<(), StoreError> {
    let io = |error| StoreError::io(draft, error);
    disk::make_dir(&checkpoint_dir(dir)).map_err(io)?;
    let file = disk::create(draft).map_err(io)?;
    let mut offset = 0;
    let mut flush = |out: &mut Vec<u8>, least: usize| {
        if out.len() < least {
            return Ok(());
        }
        let written = disk::write_at(&file, draft, out, offset).map_err(io);
        offset += out.len() as u64;
        out.clear();
        written
    };
    let Head { version, nodes: node_count, edges: edge_count, total } = head;
    let relations = blocks::relations();
    let line = CheckpointLine { version, nodes: node_count, edges: edge_count, total, stream: None, relations };
    let mut out = seal(&log::key(CHECKPOINT, version), &log::json(&line));
    let mut places = HashMap::new();
    let mut writer = blocks::Writer::new(NODES, version);
    for node in nodes {
        let node = node.borrow();
        places.insert(node.key.clone(), places.len() as u32);
        writer.add(&mut out, |block| shape::write_node(block, node));
        flush(&mut out, BLOCK)?;
    }
    let node_blocks = writer.finish(&mut out);
    let mut writer = blocks::Writer::new(EDGES, version);
    let mut counts = (places.len() as u64, 0);
    let mut lost = 0;
    for edge in edges {
        writer.add(&mut out, |block| {
            lost += u64::from(blocks::write_edge(block, edge.borrow(), &places).is_none());
        });
        counts.1 += 1;
        flush(&mut out, BLOCK)?;
    }
    let end = End { nodes: node_blocks, edges: writer.finish(&mut out) };
    let whole = if lost > 0 { Err(Fault::NoState) } else { counted(counts, (node_count, edge_count)) };
    whole.map_err(|fault| StoreError::damaged(dir, Damage::Checkpoint(version, fault)))?;
    out.extend(end.sealed(END));
    flush(&mut out, 0)?;
    disk::sync(&file, draft).map_err(io)
}

fn counted(found: (u64, u64), expected: (u64, u64)) -> Result<(), Fault> {
    Fault::count(found.0, expected.0).and_then(|()| Fault::count(found.1, expected.1))
}

/// The newest version of which a checkpoint is there and as it was written; 0 where none is. O(bytes).
pub fn newest_sound(dir: &Path) -> u64 {
    let versions = versions(dir).unwrap_or_default();
    versions.into_iter().find(|version| CheckpointFile::open(dir, *version).is_ok()).unwrap_or(0)
}

/// A checkpoint that is as it was written: its bytes, not read as nodes and relations yet.
pub struct CheckpointFile {
    records: Raw,
    pub(super) line: CheckpointLine,
    end: End,
}

impl CheckpointFile {
    /// Reads the file of a version. O(bytes).
    ///
    /// # Errors
    /// Unless every block is there and sound.
    pub fn open(dir: &Path, version: u64) -> Result<CheckpointFile, StoreError> {
        let path = path(dir, version);
        let bytes = fs::read(&path).map_err(|error| StoreError::io(&path, error))?;
        let records = Raw::of(dir, bytes);
        let line = line_of(&records, version)?;
        let damaged = |fault| records.damaged(Damage::Checkpoint(version, fault));
        let end = records.get(END)?.ok_or_else(|| damaged(Fault::Incomplete))?;
        let end: End = serde_json::from_slice(&end).map_err(|error| damaged(Fault::Unreadable(error.to_string())))?;
        if line.relations.is_empty() || !end.keys(version).all(|key| records.has(&key)) {
            return Err(damaged(Fault::Incomplete));
        }
        Ok(CheckpointFile { records, line, end })
    }

    pub fn version(&self) -> u64 {
        self.line.version
    }

    /// The nodes, in the order in which they were given, read by as many threads as there are cores; `read` is told how many,
    /// now and then.
    ///
    /// # Errors
    /// What keeps a block from being what was written.
    pub fn nodes(&self, read: &(impl Fn(u64) + Sync)) -> Result<Vec<Node>, StoreError> {
        let all = self.end.nodes;
        let threads = thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS));
        let share = all.div_ceil(threads as u32).max(1);
        let parts = thread::scope(|scope| {
            let part = |from: u32| scope.spawn(move || self.some_nodes(from..all.min(from + share), read));
            let parts: Vec<_> = (0..all).step_by(share as usize).map(part).collect();
            let parts = parts.into_iter().map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic)));
            parts.collect::<Result<Vec<Vec<Node>>, StoreError>>()
        })?;
        let nodes: Vec<Node> = parts.into_iter().flatten().collect();
        Fault::count(nodes.len() as u64, self.line.nodes).map_err(|fault| self.damaged(fault))?;
        Ok(nodes)
    }

    fn some_nodes(&self, blocks: Range<u32>, read: &impl Fn(u64)) -> Result<Vec<Node>, StoreError> {
        let (mut keys, mut nodes) = (KeyPool::default(), Vec::new());
        for number in blocks {
            let before = nodes.len();
            for line in self.block(NODES, number)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                match shape::read(line, &mut keys).map_err(|error| self.damaged(error.into()))? {
                    Change::PutNode(node) => nodes.push(node),
                    Change::PutEdge(_) | Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_) => {
                        return Err(self.damaged(Fault::NoState));
                    }
                }
            }
            read((nodes.len() - before) as u64);
        }
        Ok(nodes)
    }

    /// Hands over the relations, in the order in which they were given; on an error they were not all of them.
    ///
    /// # Errors
    /// What keeps a block from being what was written.
    pub fn edges(&self, read: impl Fn(u64), mut edge: impl FnMut(&NumberedEdge)) -> Result<(), StoreError> {
        let nodes = self.line.nodes as u32;
        let mut count = 0;
        for number in 0..self.end.edges {
            let block = self.block(EDGES, number)?;
            let some = blocks::read_edges(&block, &self.line.relations, nodes, &mut edge);
            let some = some.ok_or_else(|| self.damaged(Fault::NoState))?;
            read(some);
            count += some;
        }
        Fault::count(count, self.line.edges).map_err(|fault| self.damaged(fault))
    }

    fn damaged(&self, fault: Fault) -> StoreError {
        self.records.damaged(Damage::Checkpoint(self.line.version, fault))
    }

    fn block(&self, letter: u8, number: u32) -> Result<Vec<u8>, StoreError> {
        let block = self.records.get(&blocks::key(letter, self.line.version, number))?;
        block.ok_or_else(|| self.damaged(Fault::Incomplete))
    }
}

/// Hands over the nodes and edges of a checkpoint, each as it is put: on an error they were not all of them.
pub fn replay(dir: &Path, version: u64, mut put: impl FnMut(Change)) -> Result<CheckpointLine, StoreError> {
    let state = CheckpointFile::open(dir, version)?;
    let nodes = state.nodes(&|_| {})?;
    let keys: Vec<Key> = nodes.iter().map(|node| node.key.clone()).collect();
    nodes.into_iter().for_each(|node| put(Change::PutNode(node)));
    state.edges(|_| {}, |edge| put(Change::PutEdge(edge.to_edge(|place| keys[place as usize].clone()))))?;
    Ok(state.line)
}

/// Hands over the nodes and edges of a checkpoint among some records.
pub fn replay_records(
    records: &impl Records,
    line: &CheckpointLine,
    mut put: impl FnMut(Change),
) -> Result<(), StoreError> {
    let version = line.version;
    let damaged = |fault| records.damaged(Damage::Checkpoint(version, fault));
    let stream = line.stream.as_ref().ok_or_else(|| damaged(Fault::Incomplete))?;
    let mut keys = KeyPool::default();
    let mut counts = (0, 0);
    stream::read(records, stream, CHECKPOINT_PIECE, version, Damage::Checkpoint, |line| {
        let change = shape::read(line, &mut keys).map_err(|error| damaged(error.into()))?;
        match &change {
            Change::PutNode(_) => counts.0 += 1,
            Change::PutEdge(_) => counts.1 += 1,
            Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_) => {
                return Err(damaged(Fault::NoState));
            }
        }
        put(change);
        Ok(())
    })?;
    counted(counts, (line.nodes, line.edges)).map_err(damaged)
}

/// Collects what a replay hands over.
pub fn collect(
    replay: impl FnOnce(&mut dyn FnMut(Change)) -> Result<CheckpointLine, StoreError>,
) -> Result<Checkpoint, StoreError> {
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    let line = replay(&mut |change| match change {
        Change::PutNode(node) => nodes.push(node),
        Change::PutEdge(edge) => edges.push(edge),
        Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_) => {}
    })?;
    Ok(Checkpoint { version: line.version, nodes, edges })
}

/// Removes drafts that were left behind.
pub fn sweep(dir: &Path) -> Result<(), StoreError> {
    let folder = checkpoint_dir(dir);
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "new") {
            disk::remove(&path).map_err(|error| StoreError::io(&path, error))?;
        }
    }
    Ok(())
}
