//! What is left out in favour of better pathways: `distinct` and `diversity`, greedily in the exact order.

use std::collections::{HashMap, HashSet};

use smallvec::SmallVec;

use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};

use super::TOLERANCE;
use super::query::{Query, Retired};

/// The pathways taken so far, as far as they bear on the next.
pub(super) struct Taken {
    distinct: Option<Kind>,
    retired: Retired,
    /// The first nodes of the kind; `None` stands for pathways without one.
    firsts: HashSet<Option<NodeIx>>,
    /// The greatest share of steps in common; 1 when all is taken.
    share: f64,
    /// Which of the pathways taken hold a step.
    holders: HashMap<(NodeIx, NodeIx), Vec<u32>>,
    count: u32,
}

impl Taken {
    pub fn new(query: &Query) -> Taken {
        Taken {
            distinct: query.distinct,
            retired: query.filter.retired,
            firsts: HashSet::new(),
            share: 1.0 - query.diversity,
            holders: HashMap::new(),
            count: 0,
        }
    }

    /// Whether nothing can be ruled out at all: then there is no need to ask.
    pub fn is_idle(&self) -> bool {
        self.firsts.is_empty() && self.holders.is_empty()
    }

    /// Whether no completion, of this many steps, of a partial pathway can be taken any more.
    pub fn rules_out(&self, graph: &Graph, nodes: &[NodeIx], length: usize) -> bool {
        if let Some(kind) = self.distinct
            && !self.firsts.is_empty()
        {
            let first = first_of(graph, nodes, kind, self.retired, None);
            if first.is_some() && self.firsts.contains(&first) {
                return true;
            }
        }
        self.repeats(nodes, length)
    }

    /// Takes a pathway, unless it repeats what was taken before; without a parcours it is its first offer's.
    pub fn take(&mut self, graph: &Graph, nodes: &[NodeIx], offer: Option<NodeIx>) -> bool {
        if self.repeats(nodes, nodes.len() - 1) {
            return false;
        }
        if let Some(kind) = self.distinct
            && !self.firsts.insert(first_of(graph, nodes, kind, self.retired, offer))
        {
            return false;
        }
        if self.share < 1.0 {
            for pair in nodes.windows(2) {
                self.holders.entry((pair[0], pair[1])).or_default().push(self.count);
            }
            self.count += 1;
        }
        true
    }

    /// Whether the steps so far, of so many in all, are too many of those of a pathway taken. Two steps between the same
    /// nodes are the same: no two forward relations join the same kinds.
    fn repeats(&self, nodes: &[NodeIx], length: usize) -> bool {
        let mut held: SmallVec<[u32; 32]> = SmallVec::new();
        for pair in nodes.windows(2) {
            held.extend(self.holders.get(&(pair[0], pair[1])).into_iter().flatten().copied());
        }
        held.sort_unstable();
        let most = held.chunk_by(|a, b| a == b).map(<[u32]>::len).max().unwrap_or(0);
        most as f64 / length as f64 > self.share + TOLERANCE
    }
}

/// The first node of a kind on a pathway, as `distinct` counts it: a university is the first host of the parcours, or the
/// first offer of a pathway without one.
pub(super) fn first_of(
    graph: &Graph,
    nodes: &[NodeIx],
    kind: Kind,
    retired: Retired,
    offer: Option<NodeIx>,
) -> Option<NodeIx> {
    let of = |kind| nodes.iter().copied().find(|node| graph.kind(*node) == kind);
    match of(Kind::Parcours) {
        _ if kind != Kind::University => of(kind),
        Some(parcours) => first_host(graph, parcours, retired),
        None => offer,
    }
}

/// The university of a pathway: the first host of its parcours, by weight, then key.
pub fn first_host(graph: &Graph, parcours: NodeIx, retired: Retired) -> Option<NodeIx> {
    let hosts = graph.incoming(parcours, Relation::Hosts).iter().map(|half| half.node);
    hosts.into_iter().find(|host| retired == Retired::Included || !graph.is_retired(*host))
}
