//! What a filter says of single diplomas and of their outlets, outside any search, by the very rules of the search.

use super::query::{Filter, Query};
use super::steps::{Marks, Steps};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};

/// A filter made ready to judge diplomas.
pub struct Judge<'s> {
    steps: Steps<'s>,
}

/// Judges by a filter. O(nodes) to make ready.
pub fn judge<T>(graph: &Graph, filter: &Filter, with: impl FnOnce(&Judge<'_>) -> T) -> T {
    let query = Query { filter: filter.clone(), ..Query::new(Vec::new(), Vec::new()) };
    let mut marks = Marks::default();
    with(&Judge { steps: Steps::new(graph, &query, &mut marks) })
}

impl Judge<'_> {
    /// Whether a node qualifies. Where the filter asks for a fact of what is offered, a master does with one such parcours, or
    /// one university that awards it so.
    pub fn admits(&self, node: NodeIx) -> bool {
        if !self.steps.admits(node) {
            return false;
        }
        let graph = self.steps.graph;
        let by_offer = graph.kind(node) == Kind::Master && self.steps.query.filter.concerns_offers();
        !by_offer
            || !self.steps.awards(node, false).is_empty()
            || graph.out(node, Relation::Offers).iter().any(|half| self.steps.admits(half.node))
    }

    /// The universities that host a parcours, or that award a master or host a parcours of it, and meet the filter; each once.
    pub fn universities(&self, diploma: NodeIx) -> Vec<NodeIx> {
        let steps = &self.steps;
        let hosts = |parcours: NodeIx| steps.hosts(parcours).into_iter().map(|half| half.node);
        let mut found: Vec<NodeIx> = if steps.graph.kind(diploma) == Kind::Parcours {
            hosts(diploma).collect()
        } else {
            let offers = steps.graph.out(diploma, Relation::Offers).iter().map(|half| half.node);
            let hosted = offers.filter(|parcours| steps.admits(*parcours)).flat_map(hosts);
            steps.awards(diploma, false).iter().map(|half| half.node).chain(hosted).collect()
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Calls with each outlet of a master or parcours that counts, and the strength of the step to it.
    pub fn outlets(&self, diploma: NodeIx, mut each: impl FnMut(NodeIx, f64)) {
        self.steps.from(diploma, |relation, to, strength| {
            if relation == Relation::LeadsTo {
                each(to, strength);
            }
        });
    }
}
