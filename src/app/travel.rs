//! Earlier versions: the graph as it was, and the changes that bring it back, as a change set of their own.

use std::cmp::Reverse;

use super::{App, OpenError, Progress, Terms, WriteError, Written, load};
use crate::graph::Graph;
use crate::model::{Change, Edge, EdgeId, French, Key, Kind, Node};

/// Why an earlier version is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum TravelError {
    /// No change set made it yet.
    #[error("there is no version {version}: the graph is at version {head}")]
    Ahead {
        /// The version asked for.
        version: u64,
        /// The current one.
        head: u64,
    },
    /// The log was let go, or lost, so far.
    #[error("version {version} can no longer be told: the earliest that can is version {earliest}")]
    Forgotten {
        /// The version asked for.
        version: u64,
        /// The earliest that can be had.
        earliest: u64,
    },
    /// What is needed of it cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The changes back to it were not taken.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl French for TravelError {
    fn french(&self) -> String {
        match self {
            TravelError::Ahead { version, head } => {
                format!("il n’y a pas de version {version} : le graphe en est à la version {head}")
            }
            TravelError::Forgotten { version, earliest } => format!(
                "la version {version} ne peut plus être reconstituée : la plus ancienne qui le peut est la version {earliest}"
            ),
            TravelError::Open(error) => error.french(),
            TravelError::Write(error) => error.french(),
        }
    }
}

impl App {
    /// The graph as it was at a version. O(n log n) in its size, and the changes since the checkpoint before it.
    ///
    /// # Errors
    /// A version that is not there yet, or no longer.
    pub fn at(&self, version: u64) -> Result<Graph, TravelError> {
        let (head, earliest) = (self.version(), self.store.earliest());
        if version > head {
            return Err(TravelError::Ahead { version, head });
        }
        if version < earliest {
            return Err(TravelError::Forgotten { version, earliest });
        }
        Ok(load::load_at(&self.store, version, &Progress::default())?)
    }

    /// Writes a change set after which the graph says what it said at a version. What came since stays in the log; nodes that
    /// came since stay as retired ones, since a key is for ever.
    ///
    /// # Errors
    /// As [`App::at`] and [`App::write`].
    pub fn revert(&self, version: u64, terms: Terms) -> Result<Written, TravelError> {
        let then = self.at(version)?;
        self.edit(terms, |now| Ok(now.apply(&changes(now, &then)).map_err(WriteError::Faults)?))
    }
}

/// The changes from one graph to what another says.
fn changes(now: &Graph, then: &Graph) -> Vec<Change> {
    let mut changes = Vec::new();
    for edge in now.edges().map(|edge| edge.to_edge()) {
        if linked(then, &edge.id).is_none() {
            changes.push(Change::DeleteEdge(edge.id));
        }
    }
    let mut put: Vec<&Node> = then.nodes().map(|(_, node)| node).collect();
    put.retain(|node| now.find(node.key.as_str()).is_none_or(|ix| now.node(ix) != *node));
    // Sources before what cites them; what a node is merged into before it, so that no two stand for each other meanwhile.
    put.sort_by_key(|node| (Reverse(node.key.kind() == Kind::Source), merges(then, node)));
    changes.extend(put.into_iter().cloned().map(Change::PutNode));
    for edge in then.edges().map(|edge| edge.to_edge()) {
        if linked(now, &edge.id).as_ref() != Some(&edge) {
            changes.push(Change::PutEdge(edge));
        }
    }
    let newer = now.nodes().filter(|(_, node)| !node.retired && then.find(node.key.as_str()).is_none());
    changes.extend(newer.map(|(_, node)| Change::DeleteNode(node.key.clone())));
    changes
}

/// A relation, if it holds.
fn linked(graph: &Graph, id: &EdgeId) -> Option<Edge> {
    let (from, to) = (graph.find(id.from.as_str())?, graph.find(id.to.as_str())?);
    graph.edge_between(id.relation, from, to).map(|ix| graph.edge(ix).to_edge())
}

/// How many merges lead from a node to the one that stands for it.
fn merges(graph: &Graph, node: &Node) -> usize {
    let next = |key: &Key| graph.find(key.as_str()).and_then(|ix| graph.node(ix).replaced_by.as_ref());
    std::iter::successors(node.replaced_by.as_ref(), |key| next(key)).take(graph.len()).count()
}

#[cfg(test)]
mod tests;
