//! What changes did to a graph, counted: the report of every import.

use serde::Serialize;

use crate::graph::Graph;
use crate::model::{Change, Key};

/// What changes did to a graph, by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Accumulator {
    /// Nodes that were not there.
    pub nodes_added: usize,
    /// Nodes that were there and now differ.
    pub nodes_changed: usize,
    pub nodes_retired: usize,
    /// Nodes merged into another.
    pub nodes_merged: usize,
    /// Relations that were not there.
    pub relations_added: usize,
    /// Relations that were there and now differ.
    pub relations_changed: usize,
    /// Relations that no longer hold.
    pub relations_removed: usize,
    /// Changes asked for that say what the graph says already.
    pub unchanged: usize,
}

impl Accumulator {
    /// Counts what changed between a graph and the changes that had an effect on it; `asked` were asked for.
    pub fn of(before: &Graph, effective: &[Change], asked: usize) -> Accumulator {
        let mut accumulator =
            Accumulator { unchanged: asked.saturating_sub(effective.len()), ..Accumulator::default() };
        let find = |key: &Key| before.find(key.as_str());
        for change in effective {
            let count = match change {
                Change::PutNode(node) if find(&node.key).is_none() => &mut accumulator.nodes_added,
                Change::PutNode(_) => &mut accumulator.nodes_changed,
                Change::DeleteNode(_) => &mut accumulator.nodes_retired,
                Change::MergeNodes { .. } => &mut accumulator.nodes_merged,
                Change::PutEdge(edge) => {
                    let ends = find(&edge.id.from).zip(find(&edge.id.to));
                    match ends.and_then(|(from, to)| before.edge_between(edge.id.relation, from, to)) {
                        Some(_) => &mut accumulator.relations_changed,
                        None => &mut accumulator.relations_added,
                    }
                }
                Change::DeleteEdge(_) => &mut accumulator.relations_removed,
            };
            *count += 1;
        }
        accumulator
    }
}

impl std::fmt::Display for Accumulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "fiches     {} de plus, {} modifiées, {} retirées, {} réunies",
            self.nodes_added, self.nodes_changed, self.nodes_retired, self.nodes_merged
        )?;
        writeln!(
            f,
            "relations  {} de plus, {} modifiées, {} retirées",
            self.relations_added, self.relations_changed, self.relations_removed
        )?;
        write!(f, "inchangé   {}", self.unchanged)
    }
}
