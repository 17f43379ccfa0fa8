//! From the store back to the graph: the checkpoint and the log after it add up to the state that was last
//! acknowledged, or the store is not opened.

use super::Progress;
use crate::graph::{BuildFault, Builder, ChangeFault, Graph};
use crate::model::{Change, French, Key};
use crate::store::{CheckpointFile, Store, StoreError};

/// Why a store gives no graph.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its records are sound and break the rules of a graph.
    #[error(
        "the store does not add up to a graph: {0}; restore a backup, or use the version of passerelle that wrote it"
    )]
    Rules(Broken),
}

/// The first rule of a graph that is broken.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("{0}")]
    Build(BuildFault),
    #[error("{0}")]
    Change(ChangeFault),
    #[error("{} nodes and {} edges came of it, of {} and {}", found.0, found.1, expected.0, expected.1)]
    Counts { found: (u64, u64), expected: (u64, u64) },
}

impl French for OpenError {
    fn french(&self) -> String {
        match self {
            OpenError::Store(error) => error.french(),
            OpenError::Rules(broken) => format!(
                "ce que contient la base ne fait pas un graphe : {} ; rétablissez une sauvegarde, ou prenez la version de passerelle qui \
                 l'a écrit",
                broken.french()
            ),
        }
    }
}

impl French for Broken {
    fn french(&self) -> String {
        match self {
            Broken::Build(fault) => fault.french(),
            Broken::Change(fault) => fault.french(),
            Broken::Counts { found, expected } => format!(
                "il en vient {} fiches et {} relations, au lieu de {} et {}",
                found.0, found.1, expected.0, expected.1
            ),
        }
    }
}

impl From<Vec<BuildFault>> for OpenError {
    fn from(faults: Vec<BuildFault>) -> OpenError {
        OpenError::Rules(Broken::Build(faults.into_iter().next().expect("what is refused breaks a rule")))
    }
}

impl From<Vec<ChangeFault>> for OpenError {
    fn from(faults: Vec<ChangeFault>) -> OpenError {
        OpenError::Rules(Broken::Change(faults.into_iter().next().expect("what is refused breaks a rule")))
    }
}

/// The graph at the head of a store's log.
pub fn load(store: &Store, progress: &Progress) -> Result<Graph, OpenError> {
    let head = store.head();
    progress.expect(head.nodes + head.edges);
    let graph = load_at(store, head.version, progress)?;
    let found = (graph.len() as u64, graph.edge_count() as u64);
    let expected = (head.nodes, head.edges);
    if found == expected { Ok(graph) } else { Err(OpenError::Rules(Broken::Counts { found, expected })) }
}

/// The graph at a version: that of a checkpoint with what came since applied to it, or all of the log.
pub fn load_at(store: &Store, version: u64, progress: &Progress) -> Result<Graph, OpenError> {
    let Some(graph) = store.with_checkpoint(version, |file| restored(file, progress))? else {
        return replayed(store, version, progress);
    };
    let mut rest = Vec::new();
    store.replay(graph.version(), version, |change| {
        progress.read(1);
        rest.push(change);
    })?;
    if rest.is_empty() {
        return Ok(graph.at_version(version));
    }
    Ok(graph.apply_all(rest)?.graph.at_version(version))
}

/// The graph of a checkpoint.
fn restored(file: &CheckpointFile, progress: &Progress) -> Result<Graph, OpenError> {
    let read = |more| progress.read(more);
    let nodes = file.nodes(&read)?;
    if nodes.is_sorted_by(|a, b| a.key < b.key) {
        return Ok(Graph::restore(nodes, file.version(), |edge| file.edges(read, edge))?);
    }
    // As versions before wrote it, or a repair.
    let keys: Vec<Key> = nodes.iter().map(|node| node.key.clone()).collect();
    let mut builder = Builder::default();
    nodes.into_iter().for_each(|node| drop(builder.put_node(node)));
    file.edges(read, |edge| {
        builder.put_edge(edge.to_edge(|place| keys[place as usize].clone()));
    })?;
    Ok(builder.finish(file.version())?)
}

/// The graph of all of the log up to a version. What is read goes into the graph's own tables at once, so that it takes little more
/// memory than the graph.
fn replayed(store: &Store, version: u64, progress: &Progress) -> Result<Graph, OpenError> {
    let mut builder = Builder::default();
    let mut rest = Vec::new();
    store.replay(0, version, |change| {
        progress.read(1);
        rest.extend(if rest.is_empty() { take(&mut builder, change) } else { Some(change) });
    })?;
    let graph = builder.finish(version)?;
    if rest.is_empty() {
        return Ok(graph);
    }
    Ok(graph.apply_all(rest)?.graph.at_version(version))
}

/// Takes a change, or gives it back where it needs a graph: it and what follows it are applied to one.
fn take(builder: &mut Builder, change: Change) -> Option<Change> {
    match change {
        Change::PutNode(node) => {
            builder.put_node(node);
        }
        Change::DeleteNode(key) => builder.retire(&key),
        Change::PutEdge(edge) => {
            builder.put_edge(edge);
        }
        Change::DeleteEdge(id) => builder.delete_edge(&id),
        Change::MergeNodes { .. } => return Some(change),
    }
    None
}
