//! From the store back to the graph: the checkpoint and the log after it add up to the state that was last
//! acknowledged, or the store is not opened.

use crate::graph::{BuildFault, Builder, ChangeFault, Graph};
use crate::model::Change;
use crate::store::{Again, Store, StoreError};

/// Why a store gives no graph.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its records are sound and break the rules of a graph.
    #[error(
        "the log does not add up to a graph: {what}; restore a backup, or use the version of passerelle that wrote it"
    )]
    Rules {
        /// The first rule broken.
        what: String,
    },
}

impl From<Vec<BuildFault>> for OpenError {
    fn from(faults: Vec<BuildFault>) -> OpenError {
        OpenError::Rules { what: faults.first().map(ToString::to_string).unwrap_or_default() }
    }
}

impl From<Vec<ChangeFault>> for OpenError {
    fn from(faults: Vec<ChangeFault>) -> OpenError {
        OpenError::Rules { what: faults.first().map(ToString::to_string).unwrap_or_default() }
    }
}

/// The graph at the head of a store's log.
pub fn load(store: &Store) -> Result<Graph, OpenError> {
    let head = store.head();
    let graph = load_at(store, head.version)?;
    let found = (graph.len() as u64, graph.edge_count() as u64);
    if found != (head.nodes, head.edges) {
        let (nodes, edges) = found;
        let what = format!("{nodes} nodes and {edges} edges came of it, of {} and {}", head.nodes, head.edges);
        return Err(OpenError::Rules { what });
    }
    Ok(graph)
}

/// The graph at a version. What is read goes into the graph's own tables at once, so that opening takes little more memory
/// than the graph.
pub fn load_at(store: &Store, version: u64) -> Result<Graph, OpenError> {
    let mut builder = Builder::default();
    let since = store.replay_checkpoint(version, |step| match step {
        Again::Anew => builder = Builder::default(),
        Again::Put(change) => {
            take(&mut builder, change);
        }
    })?;
    let mut rest = Vec::new();
    store.replay(since.unwrap_or(0), version, |change| {
        rest.extend(if rest.is_empty() { take(&mut builder, change) } else { Some(change) });
    })?;
    let graph = builder.finish(version)?;
    if rest.is_empty() {
        return Ok(graph);
    }
    Ok(graph.apply(&rest)?.graph.at_version(version))
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
