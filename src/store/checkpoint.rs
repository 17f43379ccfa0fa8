//! Checkpoints: the whole state at a version, in a file of its own that appears whole or not at all. Two are kept, so that one
//! bad page leaves another and the log since. A file is a first record with what it holds, pieces, and a last that seals them.

use std::borrow::Borrow;
use std::fs;
use std::path::{Path, PathBuf};

use super::disk;
use super::error::StoreError;
use super::log::{self, CHECKPOINT, CHECKPOINT_PIECE, CheckpointLine};
use super::record::{frame, seal};
use super::shape::{self, Keys};
use super::stream::{self, Raw, Records, Stream, Writer};
use super::{Checkpoint, Head};
use crate::model::{Change, Edge, Node};

/// The key of the record that ends the file.
const END: &[u8] = b"Z";
/// Bytes of a piece, unpacked.
const PIECE: usize = 64 << 10;
/// So many bytes are written at once.
const BLOCK: usize = 1 << 20;
/// How many are kept.
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
    let content = content.ok_or_else(|| records.damaged(format!("checkpoint {version} has lost its beginning")))?;
    read_line(records, version, &content)
}

/// What a checkpoint's record says.
pub fn read_line(records: &impl Records, version: u64, content: &[u8]) -> Result<CheckpointLine, StoreError> {
    let line = serde_json::from_slice::<CheckpointLine>(content);
    let line = line.map_err(|error| records.damaged(format!("checkpoint {version} is not readable ({error})")))?;
    if line.version == version { Ok(line) } else { Err(records.damaged(format!("checkpoint {version} is another's"))) }
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
    let mut flush = |out: &mut Vec<u8>| {
        let written = disk::write_at(&file, draft, out, offset).map_err(io);
        offset += out.len() as u64;
        out.clear();
        written
    };
    let Head { version, nodes: node_count, edges: edge_count, total } = head;
    let line = CheckpointLine { version, nodes: node_count, edges: edge_count, total, stream: None };
    let mut out = seal(&log::key(CHECKPOINT, version), &log::json(&line));
    let mut writer = Writer::new(&mut out, CHECKPOINT_PIECE, version, PIECE);
    let mut counts = (0, 0);
    for node in nodes {
        writer.line(|line| shape::write_node(line, node.borrow()));
        counts.0 += 1;
        if writer.out().len() > BLOCK {
            flush(writer.out())?;
        }
    }
    for edge in edges {
        writer.line(|line| shape::write_edge(line, edge.borrow()));
        counts.1 += 1;
        if writer.out().len() > BLOCK {
            flush(writer.out())?;
        }
    }
    let stream = writer.finish();
    if counts != (node_count, edge_count) {
        let what = format!("a checkpoint of {counts:?} where the log says {head:?} was not kept");
        return Err(StoreError::damaged(dir, what));
    }
    out.extend_from_slice(&seal(END, &log::json(&stream)));
    flush(&mut out)?;
    disk::sync(&file, draft).map_err(io)
}

/// Hands over the nodes and edges of a checkpoint, each as it is put: on an error they were not all of them.
pub fn replay(dir: &Path, version: u64, put: impl FnMut(Change)) -> Result<CheckpointLine, StoreError> {
    let path = path(dir, version);
    let bytes = fs::read(&path).map_err(|error| StoreError::io(&path, error))?;
    let records = Raw::of(dir, bytes);
    let mut line = line_of(&records, version)?;
    let damaged = |what: &str| records.damaged(format!("checkpoint {version} {what}"));
    let end = records.get(END)?.ok_or_else(|| damaged("has lost its end"))?;
    let stream: Stream = serde_json::from_slice(&end).map_err(|_| damaged("has an end that is not readable"))?;
    line.stream = Some(stream);
    replay_records(&records, &line, put)?;
    Ok(line)
}

/// Hands over the nodes and edges of a checkpoint among some records.
pub fn replay_records(
    records: &impl Records,
    line: &CheckpointLine,
    mut put: impl FnMut(Change),
) -> Result<(), StoreError> {
    let version = line.version;
    let damaged = |what: String| records.damaged(format!("checkpoint {version}: {what}"));
    let stream = line.stream.as_ref().ok_or_else(|| damaged("it names no pieces".to_owned()))?;
    let mut keys = Keys::default();
    let mut counts = (0, 0);
    stream::read(records, stream, CHECKPOINT_PIECE, version, |line| {
        let change = shape::read(line, &mut keys).map_err(|error| damaged(error.to_string()))?;
        match &change {
            Change::PutNode(_) => counts.0 += 1,
            Change::PutEdge(_) => counts.1 += 1,
            Change::DeleteNode(_) | Change::MergeNodes { .. } | Change::DeleteEdge(_) => {
                return Err(damaged("it holds more than a state".to_owned()));
            }
        }
        put(change);
        Ok(())
    })?;
    if counts != (line.nodes, line.edges) {
        return Err(damaged(format!("it holds {counts:?} nodes and edges of {:?}", (line.nodes, line.edges))));
    }
    Ok(())
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
