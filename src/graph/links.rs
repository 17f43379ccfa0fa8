//! `Links`: the steps of pathways that a source states, both ways, packed: those of 64 nodes in one piece.
//!
//! A search walks thousands of them and reads nothing else of what is said of a relation. A block is made when first asked for
//! and kept with the graph and those that follow it, until a change touches one of its nodes.

use std::collections::HashSet;
use std::sync::Arc;

use super::outlets::forget::Shift;
use super::slots::Slots;
use super::{Graph, Half, NodeIx};
use crate::model::Relation;

/// A step as seen from one of its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The other end, current.
    pub node: NodeIx,
    /// What the step is.
    pub relation: Relation,
    /// Its weight.
    pub weight: f64,
}

/// The relations that pathways take. Jobs are evolved to before they are led to: there are fewer of these.
const STEPS: [Relation; 5] =
    [Relation::Bridges, Relation::Opens, Relation::Offers, Relation::EvolvesTo, Relation::LeadsTo];

/// Nodes to a block; few in tests, so that small graphs have several.
const BLOCK: usize = if cfg!(test) { 4 } else { 64 };

/// The links of all nodes, as far as anyone asked. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Links {
    ahead: Slots<Block>,
    behind: Slots<Block>,
}

#[derive(Clone)]
struct Block {
    /// Where each node's links end; they begin where those before them end.
    ends: [u32; BLOCK],
    links: Arc<[Link]>,
}

impl Block {
    fn of(&self, place: usize) -> &[Link] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.links[start as usize..self.ends[place] as usize]
    }

    fn make<'g>(graph: &'g Graph, block: usize, halves: impl Fn(NodeIx, Relation) -> &'g [Half]) -> Block {
        let mut ends = [0; BLOCK];
        let mut links = Vec::new();
        for (place, end) in ends.iter_mut().enumerate() {
            let slot = block * BLOCK + place;
            if slot < graph.len() {
                for relation in STEPS {
                    let current = halves(NodeIx::at(slot), relation).iter().filter(|half| !graph.is_retired(half.node));
                    links.extend(current.map(|half| Link { node: half.node, relation, weight: half.weight }));
                }
            }
            *end = u32::try_from(links.len()).expect("a graph holds fewer than 2^32 edges");
        }
        Block { ends, links: links.into() }
    }
}

impl Links {
    /// Nothing known of a graph of so many nodes. O(nodes / 4096).
    pub(super) fn for_len(len: usize) -> Links {
        let blocks = len.div_ceil(BLOCK);
        Links { ahead: Slots::new(blocks), behind: Slots::new(blocks) }
    }

    /// The links of one graph, as far as they are still those of the next.
    pub(super) fn after(&self, before: &Graph, after: &Graph, shift: &Shift) -> Links {
        let (mut ahead, mut behind) = (HashSet::new(), HashSet::new());
        let block = |node: NodeIx| node.get() / BLOCK;
        for &(_, from, to) in shift.edges.iter().filter(|edge| STEPS.contains(&edge.0)) {
            ahead.insert(block(from));
            behind.insert(block(to));
        }
        for graph in [before, after] {
            for &node in shift.flipped.iter().filter(|node| node.get() < graph.len()) {
                for relation in STEPS {
                    ahead.extend(graph.incoming(node, relation).iter().map(|half| block(half.node)));
                    behind.extend(graph.out(node, relation).iter().map(|half| block(half.node)));
                }
            }
        }
        // Blocks that gain nodes; other graphs may come to follow the one before, with other nodes there.
        let len = after.len().div_ceil(BLOCK);
        let fresh = if after.len() > before.len() { before.len() / BLOCK..len } else { 0..0 };
        Links {
            ahead: self.ahead.without(ahead.into_iter().chain(fresh.clone()), len),
            behind: self.behind.without(behind.into_iter().chain(fresh), len),
        }
    }
}

impl Graph {
    /// The steps ahead of a node that a source states of it, to current nodes: by relation, then weight descending.
    pub fn links_ahead(&self, node: NodeIx) -> &[Link] {
        let (block, place) = (node.get() / BLOCK, node.get() % BLOCK);
        self.links.ahead.get(block, || Block::make(self, block, |ix, relation| self.out(ix, relation))).of(place)
    }

    /// The steps that lead to a node, from current nodes, in the same order: [`Relation::EvolvesTo`] before
    /// [`Relation::LeadsTo`].
    pub fn links_behind(&self, node: NodeIx) -> &[Link] {
        let (block, place) = (node.get() / BLOCK, node.get() % BLOCK);
        self.links.behind.get(block, || Block::make(self, block, |ix, relation| self.incoming(ix, relation))).of(place)
    }
}
