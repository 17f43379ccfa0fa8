//! Exporting: one file per format. Output is deterministic: the same graph gives the same bytes.
//!
//! Only the interchange file holds all that the graph does; each other file says here what it leaves out.

use std::borrow::Borrow;

use crate::model::{Edge, Node};

pub mod csv;
pub mod graphml;
pub mod jsonl;
pub mod jsonld;
pub mod licence;
mod rdf;
#[cfg(test)]
mod sample;
pub mod ttl;

/// The order of every format: nodes by kind and key, relations by relation and ends.
fn canonical<N: Borrow<Node>, E: Borrow<Edge>>(
    nodes: impl IntoIterator<Item = N>,
    edges: impl IntoIterator<Item = E>,
) -> (Vec<N>, Vec<E>) {
    let mut nodes: Vec<N> = nodes.into_iter().collect();
    nodes.sort_by(|a, b| {
        let (a, b) = (&a.borrow().key, &b.borrow().key);
        (a.kind(), a).cmp(&(b.kind(), b))
    });
    let mut edges: Vec<E> = edges.into_iter().collect();
    edges.sort_by(|a, b| a.borrow().id.cmp(&b.borrow().id));
    (nodes, edges)
}

/// The sources of a relation as one cell: their keys with `|` between, which no key holds.
fn cited(edge: &Edge) -> String {
    let keys: Vec<&str> = edge.statements.iter().map(|statement| statement.source.as_str()).collect();
    keys.join("|")
}
