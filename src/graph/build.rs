//! Building a graph from nothing: nodes and relations are taken one by one and validated, all faults are collected,
//! then they are laid out on petgraph, and from there each node's relations are frozen in the order in which answers
//! list them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::graph::DiGraph;

use super::edges::Edges;
use super::names::Names;
use super::step_cache::StepCache;
use super::{EdgeIx, Graph, Half, Halves, NodeIx, NodeRow};
use crate::model::{Edge, EdgeId, French, Key, Kind, Node, NumberedEdge, Relation, Violation};

/// Something in a set of nodes and relations that keeps it from being a graph.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BuildFault {
    /// Two nodes have one key.
    #[error("the node {key} is there twice: keep one")]
    DuplicateNode { key: Key },
    /// Two relations have the same kind and ends.
    #[error("the relation {id} is there twice: keep one, with the sources of both")]
    DuplicateEdge {
        /// The relation.
        id: EdgeId,
    },
    /// A rule about one node or relation is broken.
    #[error("{subject}: {violation}")]
    Rule {
        /// Which node or relation.
        subject: String,
        /// The rule.
        violation: Violation,
    },
}

impl French for BuildFault {
    fn french(&self) -> String {
        match self {
            BuildFault::DuplicateNode { key } => format!("la fiche {key} y est deux fois : gardez-en une"),
            BuildFault::DuplicateEdge { id } => {
                format!("la relation {id} y est deux fois : gardez-en une, avec les sources des deux")
            }
            BuildFault::Rule { subject, violation } => format!("{subject} : {}", violation.french()),
        }
    }
}

impl Graph {
    /// The graph of these nodes and relations at a version. O(n log n) in their number; whatever their order, the
    /// same set gives the same answers.
    ///
    /// # Errors
    /// Every duplicate key or relation, unknown or forbidden end, missing or unknown source.
    pub fn build(mut nodes: Vec<Node>, edges: Vec<Edge>, version: u64) -> Result<Graph, Vec<BuildFault>> {
        nodes.sort_by(|a, b| a.key.cmp(&b.key));
        let mut builder = Builder::default();
        for node in nodes {
            if let Some(other) = builder.put_node(node) {
                builder.faults.push(BuildFault::DuplicateNode { key: other.key });
            }
        }
        for edge in edges {
            let id = edge.id.clone();
            if builder.put_edge(edge) {
                builder.faults.push(BuildFault::DuplicateEdge { id });
            }
        }
        builder.finish(version)
    }

    /// The graph of a state that was one when it was written: nodes in the order of their keys, relations that name them by their
    /// places. Its rules are not checked again. O(n log n), names and relations each by a thread of their own.
    ///
    /// # Errors
    /// What `relations` answers.
    ///
    /// # Panics
    /// When a relation names a place that is none.
    pub fn restore<E>(
        nodes: Vec<Node>,
        version: u64,
        relations: impl FnOnce(&mut dyn FnMut(&NumberedEdge)) -> Result<(), E>,
    ) -> Result<Graph, E> {
        let (names, read) = std::thread::scope(|scope| {
            let names = scope.spawn(|| Names::build(slots(&nodes)));
            let mut edges = Edges::default();
            let read = relations(&mut |edge| edges.push_numbered(edge)).map(|()| {
                edges.fit();
                (adjacency(nodes.len(), &edges), edges)
            });
            (joined(names), read)
        });
        let (rows, edges) = read?;
        let count = edges.len();
        Ok(freeze(nodes, rows, edges, count, version, names))
    }
}

fn slots(nodes: &[Node]) -> impl Iterator<Item = (NodeIx, &Node)> {
    (0..).map(NodeIx).zip(nodes)
}

/// A graph in the making: nodes and relations come one by one and are kept as compactly as in the graph.
#[derive(Default)]
pub struct Builder {
    nodes: Vec<Node>,
    /// Where each node is.
    slots: HashMap<Key, u32>,
    edges: Edges,
    /// Where each relation is.
    ends: HashMap<(Relation, NodeIx, NodeIx), u32>,
    faults: Vec<BuildFault>,
}

impl Builder {
    /// Takes a node, in place of that of the same key, which it gives back.
    pub fn put_node(&mut self, mut node: Node) -> Option<Node> {
        node.normalise();
        match self.slots.get(&node.key) {
            Some(slot) => Some(std::mem::replace(&mut self.nodes[*slot as usize], node)),
            None => {
                self.slots.insert(node.key.clone(), self.nodes.len() as u32);
                self.nodes.push(node);
                None
            }
        }
    }

    /// Marks a node retired.
    pub fn retire(&mut self, key: &Key) {
        if let Some(slot) = self.slots.get(key) {
            self.nodes[*slot as usize].retired = true;
        }
    }

    /// Takes a relation between nodes and from sources that it has, in place of that of the same kind and ends. Whether
    /// there was one.
    pub fn put_edge(&mut self, mut edge: Edge) -> bool {
        edge.normalise();
        let slots = &self.slots;
        if let Err(violation) = edge.check(|key| slots.contains_key(key)) {
            self.faults.push(BuildFault::Rule { subject: edge.id.to_string(), violation });
            return false;
        }
        let node = |key: &Key| NodeIx(slots[key]);
        let ends = (edge.id.relation, node(&edge.id.from), node(&edge.id.to));
        match self.ends.entry(ends) {
            Entry::Occupied(there) => {
                self.edges.set(*there.get() as usize, Some((&edge, &node)));
                true
            }
            Entry::Vacant(entry) => {
                entry.insert(self.edges.len() as u32);
                self.edges.push(&edge, node);
                false
            }
        }
    }

    /// Takes a relation away.
    pub fn delete_edge(&mut self, id: &EdgeId) {
        if let (Some(from), Some(to)) = (self.slots.get(&id.from), self.slots.get(&id.to))
            && let Some(slot) = self.ends.remove(&(id.relation, NodeIx(*from), NodeIx(*to)))
        {
            self.edges.set(slot as usize, None);
        }
    }

    /// The graph of all that it took. O(n log n).
    ///
    /// # Errors
    /// Every rule that a node or relation broke.
    pub fn finish(mut self, version: u64) -> Result<Graph, Vec<BuildFault>> {
        for node in &self.nodes {
            if let Err(violation) = node.check(|key| self.slots.contains_key(key)) {
                self.faults.push(BuildFault::Rule { subject: node.key.to_string(), violation });
            }
        }
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let edge_count = self.ends.len();
        drop((self.slots, self.ends));
        // LazyTable follow the order of keys, so comparing slots compares keys.
        if !self.nodes.is_sorted_by(|a, b| a.key <= b.key) {
            let mut order: Vec<u32> = (0..self.nodes.len() as u32).collect();
            order.sort_by(|a, b| self.nodes[*a as usize].key.cmp(&self.nodes[*b as usize].key));
            let mut slots = vec![0; order.len()];
            (0..).zip(&order).for_each(|(slot, old)| slots[*old as usize] = slot);
            self.edges.renumber(&slots);
            self.nodes.sort_by(|a, b| a.key.cmp(&b.key));
        }
        self.edges.fit();
        let names = Names::build(slots(&self.nodes));
        let rows = adjacency(self.nodes.len(), &self.edges);
        Ok(freeze(self.nodes, rows, self.edges, edge_count, version, names))
    }
}

/// What a thread worked out; its panic goes on here.
fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// From so many nodes on, their rows are worked out by two threads: they are looked for all over memory, so one mostly waits.
const MANY: usize = 10_000;

/// By slot, what goes out of a node and what comes in.
fn adjacency(nodes: usize, edges: &Edges) -> Vec<(Arc<Halves>, Arc<Halves>)> {
    let mut draft: DiGraph<(), u32, u32> = DiGraph::with_capacity(nodes, edges.len());
    (0..nodes).for_each(|_| {
        draft.add_node(());
    });
    for slot in 0..edges.len() {
        if let Some(edge) = edges.get(slot) {
            draft.add_edge(edge.row.from.0.into(), edge.row.to.0.into(), slot as u32);
        }
    }
    let halves = |slot: usize, direction: Direction| {
        let list = draft.edges_directed((slot as u32).into(), direction).filter_map(|edge| {
            let row = edges.get(*edge.weight() as usize)?.row;
            let node = if direction == Direction::Outgoing { row.to } else { row.from };
            Some((row.relation, Half { node, edge: EdgeIx(*edge.weight()), weight: row.weight.get() }))
        });
        Arc::new(group(list.collect(), |a, b| a.cmp(&b)))
    };
    let rows = |slots: Range<usize>| -> Vec<_> {
        slots.map(|slot| (halves(slot, Direction::Outgoing), halves(slot, Direction::Incoming))).collect()
    };
    if nodes < MANY {
        return rows(0..nodes);
    }
    std::thread::scope(|scope| {
        let second = scope.spawn(|| rows(nodes / 2..nodes));
        let mut all = rows(0..nodes / 2);
        all.extend(joined(second));
        all
    })
}

fn freeze(
    nodes: Vec<Node>,
    rows: Vec<(Arc<Halves>, Arc<Halves>)>,
    edges: Edges,
    edge_count: usize,
    version: u64,
    names: Names,
) -> Graph {
    let mut graph = Graph { version, edge_count, ordered: nodes.len(), ..Graph::empty() };
    let mut by_kind: [Vec<NodeIx>; Kind::COUNT] = Default::default();
    for (slot, (node, (out, incoming))) in nodes.into_iter().zip(rows).enumerate() {
        by_kind[node.key.kind() as usize].push(NodeIx(slot as u32));
        graph.nodes.push(NodeRow::new(node, out, incoming));
    }
    graph.edges = edges;
    graph.by_kind = by_kind.map(|mut list| {
        list.shrink_to_fit();
        Arc::new(list)
    });
    graph.names = names;
    graph.step_cache = StepCache::for_len(graph.len());
    graph
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
