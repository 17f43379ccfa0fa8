//! The graph as petgraph sees it, for its algorithms.

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use super::{Graph, NodeIx};
use crate::model::{Kind, Relation};

impl Graph {
    /// Skills that are broader than themselves by some round, each round by key. None in a sound graph.
    pub fn broader_cycles(&self) -> Vec<Vec<NodeIx>> {
        let skills = self.nodes_of(Kind::Skill);
        let mut tree: DiGraph<NodeIx, (), u32> = DiGraph::with_capacity(skills.len(), skills.len());
        let place: std::collections::HashMap<NodeIx, _> = skills.iter().map(|ix| (*ix, tree.add_node(*ix))).collect();
        for ix in skills {
            for half in self.out(*ix, Relation::Broader) {
                tree.add_edge(place[ix], place[&half.node], ());
            }
        }
        let mut cycles: Vec<Vec<NodeIx>> = tarjan_scc(&tree)
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|component| {
                let mut cycle: Vec<NodeIx> = component.into_iter().map(|at| tree[at]).collect();
                cycle.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
                cycle
            })
            .collect();
        cycles.sort_by(|a, b| self.key(a[0]).cmp(self.key(b[0])));
        cycles
    }
}
