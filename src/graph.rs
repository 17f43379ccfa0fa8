//! `Graph`: one immutable point in time of the whole knowledge graph.
//!
//! A published graph never changes: [`Graph::apply`] makes the next one and shares with this one all that the
//! changes don't touch. Handles ([`NodeIx`], [`EdgeIx`]) are small copies, valid for a graph and all that
//! descend from it; they never reach disk or a client. It does no IO and cannot fail once built.

mod apply;
mod build;
mod chunked_vec;
mod edges;
mod label;
mod lazy_table;
pub mod names;
mod petgraph_view;
pub mod places;
mod reference;
pub mod step_cache;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use apply::{Applied, ChangeFault, Draft, joined};
pub use build::{BuildFault, Builder};
use chunked_vec::ChunkedVec;
use edges::{EdgeRef, Edges};
pub use label::Label;
use names::Names;
pub use reference::{How, Match, Reading};
use smallvec::SmallVec;
use step_cache::StepCache;

use crate::model::{Award, Edge, EdgeId, Key, Kind, Node, Relation, Statement, Weight};

/// A node of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeIx(u32);

impl NodeIx {
    /// Its slot, for tables by node.
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// The node in a slot, as [`NodeIx::get`] gave it.
    pub fn at(slot: usize) -> NodeIx {
        NodeIx(u32::try_from(slot).expect("a graph holds fewer than 2^32 nodes"))
    }
}

/// A relation of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeIx(u32);

impl EdgeIx {
    /// Its slot, for tables by edge.
    pub fn get(self) -> usize {
        self.0 as usize
    }

    fn at(slot: usize) -> EdgeIx {
        EdgeIx(u32::try_from(slot).expect("a graph holds fewer than 2^32 edges"))
    }
}

/// A relation as seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Half {
    /// The other end.
    pub node: NodeIx,
    /// The relation itself.
    pub edge: EdgeIx,
    pub weight: f64,
}

/// One point in time of the graph. Cheap to clone.
#[derive(Clone)]
pub struct Graph {
    version: u64,
    nodes: ChunkedVec<NodeRow>,
    edges: Edges,
    edge_count: usize,
    by_kind: [Arc<Vec<NodeIx>>; Kind::COUNT],
    names: Names,
    step_cache: StepCache,
    /// So many leading slots are in the order of keys.
    ordered: usize,
}

/// One line of memory, never on the border of two.
#[derive(Clone)]
#[repr(align(64))]
struct NodeRow {
    node: Arc<Node>,
    /// What most want to know of the node, here too for those who want no more of it.
    label: Label,
    retired: bool,
    kind: Kind,
    out: Arc<Halves>,
    incoming: Arc<Halves>,
}

const _: () = assert!(size_of::<NodeRow>() == 64);

/// Half-edges grouped by relation; in a group by weight descending, then by the other end's key.
#[derive(Clone, Default)]
struct Halves {
    groups: SmallVec<[(Relation, u32, u32); 3]>,
    halves: Box<[Half]>,
}

impl NodeRow {
    fn new(node: Node, out: Arc<Halves>, incoming: Arc<Halves>) -> NodeRow {
        let (label, retired, kind) = (Label::new(&node), node.retired, node.key.kind());
        NodeRow { node: Arc::new(node), label, retired, kind, out, incoming }
    }

    /// Puts another state of the node in place of this one, which it gives back.
    fn put(&mut self, node: Node) -> Arc<Node> {
        debug_assert_eq!(self.node.key, node.key);
        (self.label, self.retired) = (Label::new(&node), node.retired);
        std::mem::replace(&mut self.node, Arc::new(node))
    }
}

impl Halves {
    fn of(&self, relation: Relation) -> &[Half] {
        match self.groups.iter().find(|group| group.0 == relation) {
            Some(&(_, start, end)) => &self.halves[start as usize..end as usize],
            None => &[],
        }
    }
}

impl Graph {
    /// The empty graph, at version 0.
    pub fn empty() -> Graph {
        Graph {
            version: 0,
            nodes: ChunkedVec::new(),
            edges: Edges::default(),
            edge_count: 0,
            by_kind: Default::default(),
            names: Names::default(),
            step_cache: StepCache::default(),
            ordered: 0,
        }
    }

    /// How many change sets made it.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Node slots: every `NodeIx` is below. Retired nodes count.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it holds no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 0
    }

    /// How many relations hold.
    pub fn edge_count(&self) -> usize {
        self.edge_count
    }

    pub fn node(&self, ix: NodeIx) -> &Node {
        &self.nodes[ix.get()].node
    }

    /// A node's key and name, ready for an answer. Cheaper than the node.
    pub fn label(&self, ix: NodeIx) -> &Label {
        &self.nodes[ix.get()].label
    }

    /// Reads the nodes' labels and forgets them. What is written one after the other is each waited for when its memory is
    /// cold; here the waits overlap.
    pub fn fetch_labels(&self, nodes: impl Iterator<Item = NodeIx>) {
        std::hint::black_box(nodes.fold(0, |sum, ix| sum ^ self.label(ix).touch()));
    }

    /// The same for their labels, their aliases and where their relations begin.
    pub fn fetch_records(&self, nodes: impl Iterator<Item = NodeIx>) {
        let read = |sum: usize, ix: NodeIx| {
            let NodeRow { node, out, incoming, label, .. } = &self.nodes[ix.get()];
            let halves = |side: &Halves| side.halves.first().map_or(0, |half| half.node.get());
            let alias = node.aliases.first().map_or(0, |alias| alias.len());
            sum ^ alias ^ halves(out) ^ halves(incoming) ^ usize::from(label.touch())
        };
        std::hint::black_box(nodes.fold(0, read));
    }

    pub fn key(&self, ix: NodeIx) -> &Key {
        &self.node(ix).key
    }

    pub fn kind(&self, ix: NodeIx) -> Kind {
        self.nodes[ix.get()].kind
    }

    /// Whether a node is no longer current.
    pub fn is_retired(&self, ix: NodeIx) -> bool {
        self.nodes[ix.get()].retired
    }

    /// Which of two nodes comes first by key. Cheaper than comparing the keys.
    pub fn by_key(&self, a: NodeIx, b: NodeIx) -> std::cmp::Ordering {
        if a.get() < self.ordered && b.get() < self.ordered { a.cmp(&b) } else { self.key(a).cmp(self.key(b)) }
    }

    /// The node of exactly this key, retired or not.
    pub fn find(&self, key: &str) -> Option<NodeIx> {
        self.names.key(key, &self.nodes)
    }

    /// The node that stands for this one today: itself, unless it was merged into another.
    pub fn current(&self, mut ix: NodeIx) -> NodeIx {
        // Merges refuse a cycle, so this ends. What was merged is retired.
        while self.is_retired(ix)
            && let Some(next) = self.node(ix).replaced_by.as_ref().and_then(|key| self.find(key.as_str()))
        {
            ix = next;
        }
        ix
    }

    /// The relations of a kind that leave a node, by weight descending, then the other end's key. O(1).
    pub fn out(&self, ix: NodeIx, relation: Relation) -> &[Half] {
        self.nodes[ix.get()].out.of(relation)
    }

    /// The relations of a kind that reach a node, in the same order. O(1).
    pub fn incoming(&self, ix: NodeIx, relation: Relation) -> &[Half] {
        self.nodes[ix.get()].incoming.of(relation)
    }

    /// What is said of a relation.
    pub fn edge(&self, ix: EdgeIx) -> EdgeView<'_> {
        EdgeView { graph: self, said: self.edges.get(ix.get()).expect("halves point at edges that hold") }
    }

    /// The relation between two nodes, if it holds. O(relations of the kind at `from`).
    pub fn edge_between(&self, relation: Relation, from: NodeIx, to: NodeIx) -> Option<EdgeIx> {
        let (out, back) = (self.out(from, relation), self.incoming(to, relation));
        if out.len() <= back.len() {
            out.iter().find(|half| half.node == to).map(|half| half.edge)
        } else {
            back.iter().find(|half| half.node == from).map(|half| half.edge)
        }
    }

    /// All nodes of a kind, by key; retired ones too.
    pub fn nodes_of(&self, kind: Kind) -> &[NodeIx] {
        &self.by_kind[kind as usize]
    }

    /// All nodes, in no order that means anything.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeIx, &Node)> {
        (0..self.nodes.len()).map(|slot| (NodeIx::at(slot), &*self.nodes[slot].node))
    }

    /// All relations, in no order that means anything.
    pub fn edges(&self) -> impl Iterator<Item = EdgeView<'_>> {
        (0..self.edges.len()).filter_map(|slot| self.edges.get(slot)).map(|said| EdgeView { graph: self, said })
    }

    /// All nodes that bear a reference: an id, a slug, an official code, or any name or alias, whatever its
    /// case, accents and punctuation; a job in either gender. Merged nodes give way to their replacement; retired ones are named only
    /// where nothing current bears it. By key.
    pub fn resolve(&self, text: &str) -> Vec<NodeIx> {
        let mut found: Vec<NodeIx> = self.bearers(text).into_iter().map(|ix| self.current(ix)).collect();
        found.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        found.dedup();
        if found.iter().any(|ix| !self.is_retired(*ix)) {
            found.retain(|ix| !self.is_retired(*ix));
        }
        found
    }

    /// The nodes that bear a text themselves, retired or not.
    fn bearers(&self, text: &str) -> Vec<NodeIx> {
        let mut bearers = self.names.bearers(text, &self.nodes);
        if bearers.is_empty() {
            // « médiatrice » is the job « médiateur », though no source writes it so.
            bearers = self.names.bearers_of_other_gender(text, &self.nodes);
            bearers.retain(|ix| self.kind(*ix) == Kind::Job);
        }
        bearers
    }

    /// The nodes whose names are nearest to a text, best first; for "did you mean".
    pub fn suggest(&self, text: &str, kind: Option<Kind>, count: usize) -> Vec<NodeIx> {
        let kinds: &[Kind] = match &kind {
            Some(kind) => std::slice::from_ref(kind),
            None => Kind::ENTITIES,
        };
        self.search(text, kinds, count).into_iter().map(|(ix, _)| ix).collect()
    }

    /// Entries by name, best first, then by key. Scores are in 0..=1. Retired nodes are left out.
    ///
    /// Case, accents and punctuation don't matter, nor the order of words; each word may be unfinished, or hold a typo from five
    /// letters on (two from nine). A name written out comes first, then what an everyday word means, then an alias or a code,
    /// names with all words, with all begun, the jobs that the first words say, then the rest; rare words weigh more than frequent
    /// ones. A skill, sector or family of the very name comes after the studies and jobs that it is said for. A kind said in words
    /// (« licence de droit ») is no word of the name.
    pub fn search(&self, text: &str, kinds: &[Kind], count: usize) -> Vec<(NodeIx, f32)> {
        self.search_unless(text, kinds, count, &|| false)
    }
}

/// A relation of a graph, with what is said of it.
#[derive(Clone, Copy)]
pub struct EdgeView<'g> {
    graph: &'g Graph,
    said: EdgeRef<'g>,
}

impl<'g> EdgeView<'g> {
    /// How they are related.
    pub fn relation(self) -> Relation {
        self.said.row.relation
    }

    /// The end it comes from.
    pub fn from(self) -> NodeIx {
        self.said.row.from
    }

    /// The end it goes to.
    pub fn to(self) -> NodeIx {
        self.said.row.to
    }

    /// How strong, how sure.
    pub fn weight(self) -> Weight {
        self.said.row.weight
    }

    /// The sources that state it, by key.
    pub fn sources(self) -> impl ExactSizeIterator<Item = NodeIx> + 'g {
        self.said.statements().map(|(source, ..)| source)
    }

    /// The sources with where in them it stands.
    pub fn statements(self) -> impl ExactSizeIterator<Item = Statement> + 'g {
        let graph = self.graph;
        self.said.statements().map(move |(source, row, weight)| Statement {
            source: graph.key(source).clone(),
            row: row.map(Into::into),
            weight,
        })
    }

    /// Under what condition it holds.
    pub fn condition(self) -> Option<&'g str> {
        self.said.condition()
    }

    /// At which level.
    pub fn level(self) -> Option<&'g str> {
        self.said.level()
    }

    /// What is offered, where it is an award of which more is said.
    pub fn award(self) -> Option<&'g Award> {
        self.said.award()
    }

    /// Its identity.
    pub fn id(self) -> EdgeId {
        EdgeId {
            relation: self.said.row.relation,
            from: self.graph.key(self.said.row.from).clone(),
            to: self.graph.key(self.said.row.to).clone(),
        }
    }

    /// The whole relation as plain data.
    pub fn to_edge(self) -> Edge {
        Edge {
            id: self.id(),
            weight: self.said.row.weight,
            statements: self.statements().collect(),
            condition: self.condition().map(Into::into),
            level: self.level().map(Into::into),
            award: self.award().map(|award| Box::new(award.clone())),
        }
    }
}
