//! From the store back to the graph: the checkpoint and the log after it add up to the state that was last
//! acknowledged, or the store is not opened.

use std::collections::HashMap;

use crate::graph::{BuildFault, ChangeFault, Graph};
use crate::model::{Change, Edge, EdgeId, Key, Node};
use crate::store::{Checkpoint, Store, StoreError};

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
    let checkpoint = store.checkpoint()?.unwrap_or_default();
    let since = checkpoint.version;
    let mut state = State::from(checkpoint);
    let mut rest = Vec::new();
    for set in store.change_sets(since)? {
        for change in set?.changes {
            rest.extend(if rest.is_empty() { state.take(change) } else { Some(change) });
        }
    }
    let mut graph = state.build(head.version)?;
    if !rest.is_empty() {
        graph = graph.apply(&rest)?.graph.at_version(head.version);
    }
    let found = (graph.len() as u64, graph.edge_count() as u64);
    if found != (head.nodes, head.edges) {
        let (nodes, edges) = found;
        let what = format!("{nodes} nodes and {edges} edges came of it, of {} and {}", head.nodes, head.edges);
        return Err(OpenError::Rules { what });
    }
    Ok(graph)
}

/// Nodes and edges as changes leave them, without the cost of a graph on the way.
enum State {
    /// As the checkpoint has them.
    Lists(Vec<Node>, Vec<Edge>),
    /// Once something changes.
    Maps(HashMap<Key, Node>, HashMap<EdgeId, Edge>),
}

impl From<Checkpoint> for State {
    fn from(checkpoint: Checkpoint) -> State {
        State::Lists(checkpoint.nodes, checkpoint.edges)
    }
}

impl State {
    /// Takes a change, or gives it back where it needs a graph: it and what follows it are applied to one.
    fn take(&mut self, change: Change) -> Option<Change> {
        if let State::Lists(nodes, edges) = self {
            let nodes = std::mem::take(nodes).into_iter().map(|node| (node.key.clone(), node)).collect();
            let edges = std::mem::take(edges).into_iter().map(|edge| (edge.id.clone(), edge)).collect();
            *self = State::Maps(nodes, edges);
        }
        let State::Maps(nodes, edges) = self else { return Some(change) };
        match change {
            Change::PutNode(node) => {
                nodes.insert(node.key.clone(), node);
            }
            Change::DeleteNode(key) => {
                if let Some(node) = nodes.get_mut(&key) {
                    node.retired = true;
                }
            }
            Change::PutEdge(edge) => {
                edges.insert(edge.id.clone(), edge);
            }
            Change::DeleteEdge(id) => {
                edges.remove(&id);
            }
            Change::MergeNodes { .. } => return Some(change),
        }
        None
    }

    fn build(self, version: u64) -> Result<Graph, Vec<BuildFault>> {
        match self {
            State::Lists(nodes, edges) => Graph::build(nodes, edges, version),
            State::Maps(nodes, edges) => {
                Graph::build(nodes.into_values().collect(), edges.into_values().collect(), version)
            }
        }
    }
}
