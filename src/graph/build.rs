//! Building a graph from nothing: nodes and relations are laid out and validated on petgraph, all faults are
//! collected, then each node's relations are frozen in the order in which answers list them.

use std::collections::HashMap;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;

use super::names::Names;
use super::outlets::Outlets;
use super::{EdgeIx, EdgeRow, Graph, Half, Halves, NodeIx, NodeRow, Note, StatementRow};
use crate::model::{Edge, EdgeId, Key, Node, Relation};

/// Something in a set of nodes and relations that keeps it from being a graph.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BuildFault {
    /// Two nodes have one key.
    #[error("the node {key} is there twice: keep one")]
    DuplicateNode {
        /// The key.
        key: Key,
    },
    /// Two relations have the same kind and ends.
    #[error("the relation {id} is there twice: keep one, with the sources of both")]
    DuplicateEdge {
        /// The relation.
        id: EdgeId,
    },
    /// A rule about one node or relation is broken.
    #[error("{subject}: {fault}")]
    Rule {
        /// Which node or relation.
        subject: String,
        /// The rule, as the change faults word it.
        fault: String,
    },
}

impl Graph {
    /// The graph of these nodes and relations at a version. O(n log n) in their number; whatever their order, the
    /// same set gives the same answers.
    ///
    /// # Errors
    /// Every duplicate key or relation, unknown or forbidden end, missing or unknown source.
    pub fn build(mut nodes: Vec<Node>, mut edges: Vec<Edge>, version: u64) -> Result<Graph, Vec<BuildFault>> {
        nodes.iter_mut().for_each(Node::normalise);
        edges.iter_mut().for_each(Edge::normalise);
        nodes.sort_by(|a, b| a.key.cmp(&b.key));
        let mut faults: Vec<BuildFault> = Vec::new();
        for pair in nodes.windows(2).filter(|pair| pair[0].key == pair[1].key) {
            faults.push(BuildFault::DuplicateNode { key: pair[0].key.clone() });
        }
        nodes.dedup_by(|a, b| a.key == b.key);

        // Slots follow the order of keys, so comparing slots compares keys.
        let slots: HashMap<&str, u32> =
            nodes.iter().enumerate().map(|(i, node)| (node.key.as_str(), i as u32)).collect();
        let known = |key: &Key| slots.contains_key(key.as_str());
        for node in &nodes {
            if let Err(fault) = node.check(known) {
                faults.push(BuildFault::Rule { subject: node.key.to_string(), fault });
            }
        }
        let mut draft: DiGraph<u32, u32, u32> = DiGraph::with_capacity(nodes.len(), edges.len());
        (0..nodes.len()).for_each(|slot| {
            draft.add_node(slot as u32);
        });
        for (i, edge) in edges.iter().enumerate() {
            match edge.check(known) {
                Ok(()) => {
                    let (from, to) = (slots[edge.id.from.as_str()], slots[edge.id.to.as_str()]);
                    draft.add_edge(from.into(), to.into(), i as u32);
                }
                Err(fault) => faults.push(BuildFault::Rule { subject: edge.id.to_string(), fault }),
            }
        }
        for node in draft.node_indices() {
            let mut seen: Vec<(Relation, usize)> = draft
                .edges_directed(node, Direction::Outgoing)
                .map(|edge| (edges[*edge.weight() as usize].id.relation, edge.target().index()))
                .collect();
            seen.sort_unstable();
            for pair in seen.windows(2).filter(|pair| pair[0] == pair[1]) {
                let (relation, to) = pair[0];
                let id = EdgeId { relation, from: nodes[node.index()].key.clone(), to: nodes[to].key.clone() };
                faults.push(BuildFault::DuplicateEdge { id });
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(freeze(&nodes, &edges, &draft, &slots, version))
    }
}

fn freeze(
    nodes: &[Node],
    edges: &[Edge],
    draft: &DiGraph<u32, u32, u32>,
    slots: &HashMap<&str, u32>,
    version: u64,
) -> Graph {
    let mut graph = Graph::empty();
    graph.version = version;
    let mut interned: HashMap<Vec<NodeIx>, Arc<[StatementRow]>> = HashMap::new();
    for edge in edges {
        let resolve = |key: &Key| NodeIx(slots[key.as_str()]);
        graph.edges.push(Some(Arc::new(edge_row(edge, resolve, &mut interned))));
    }
    graph.edge_count = edges.len();
    let halves = |slot: usize, direction: Direction| {
        let list = draft.edges_directed((slot as u32).into(), direction).map(|edge| {
            let row = &edges[*edge.weight() as usize];
            let other = if direction == Direction::Outgoing { edge.target() } else { edge.source() };
            let half =
                Half { node: NodeIx(other.index() as u32), edge: EdgeIx(*edge.weight()), weight: row.weight.get() };
            (row.id.relation, half)
        });
        // Slots follow the order of keys here.
        Arc::new(group(list.collect(), |a, b| a.cmp(&b)))
    };
    let mut by_kind: [Vec<NodeIx>; 10] = Default::default();
    for (slot, node) in nodes.iter().enumerate() {
        by_kind[node.key.kind() as usize].push(NodeIx(slot as u32));
        let (out, incoming) = (halves(slot, Direction::Outgoing), halves(slot, Direction::Incoming));
        graph.nodes.push(NodeRow::new(node.clone(), out, incoming));
    }
    graph.by_kind = by_kind.map(Arc::new);
    graph.names = Names::build(nodes.iter().enumerate().map(|(slot, node)| (NodeIx(slot as u32), node)));
    graph.outlets = Outlets::for_len(nodes.len());
    graph.ordered = nodes.len();
    graph
}

/// What a graph keeps of a relation; the lists of sources that many relations share are kept once.
pub(super) fn edge_row(
    edge: &Edge,
    resolve: impl Fn(&Key) -> NodeIx,
    interned: &mut HashMap<Vec<NodeIx>, Arc<[StatementRow]>>,
) -> EdgeRow {
    let plain = edge.statements.iter().all(|statement| statement.row.is_none() && statement.weight.is_none());
    let rows = || {
        edge.statements.iter().map(|statement| StatementRow {
            source: resolve(&statement.source),
            row: statement.row.clone(),
            weight: statement.weight,
        })
    };
    let statements = if plain {
        let sources: Vec<NodeIx> = edge.statements.iter().map(|statement| resolve(&statement.source)).collect();
        interned.entry(sources).or_insert_with(|| rows().collect()).clone()
    } else {
        rows().collect()
    };
    let note = (edge.condition.is_some() || edge.level.is_some())
        .then(|| Box::new(Note { condition: edge.condition.clone(), level: edge.level.clone() }));
    EdgeRow {
        relation: edge.id.relation,
        from: resolve(&edge.id.from),
        to: resolve(&edge.id.to),
        weight: edge.weight,
        statements,
        note,
    }
}

/// Half-edges by relation, then weight descending, then the other end's key.
pub(super) fn group(mut list: Vec<(Relation, Half)>, by_key: impl Fn(NodeIx, NodeIx) -> std::cmp::Ordering) -> Halves {
    list.sort_unstable_by(|(ra, a), (rb, b)| {
        ra.cmp(rb).then(b.weight.total_cmp(&a.weight)).then_with(|| by_key(a.node, b.node))
    });
    let mut halves = Halves::default();
    for (i, (relation, _)) in list.iter().enumerate() {
        match halves.groups.last_mut() {
            Some(last) if last.0 == *relation => last.2 = i as u32 + 1,
            _ => halves.groups.push((*relation, i as u32, i as u32 + 1)),
        }
    }
    halves.halves = list.into_iter().map(|(_, half)| half).collect();
    halves
}
