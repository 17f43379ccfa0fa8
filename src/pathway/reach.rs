//! All nodes of a kind that a way joins to some ends, each with its best pathway, best first.
//!
//! One walk gives each candidate an upper bound; candidates are then asked for their exact best in the order of their
//! bounds, only as many as the page needs. Time O(relations met) for the bounds, and one small search for each candidate
//! whose bound is not below the last one given.

use crate::graph::outlets::TOLERANCE;
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;

use super::query::{Query, QueryFault};
use super::search::{self, End, Way};
use super::steps::{Marks, Steps};
use super::{Pathway, evidence};

/// Which ends are sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// From the query's `from`, those that it leads to.
    Targets,
    /// Those that lead to the query's `to`.
    Sources,
}

/// A node found, with the best of the ways that join it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The node.
    pub node: NodeIx,
    /// The best way to it, or from it.
    pub best: Pathway,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// In the order of their best pathways.
    pub reached: Vec<Reached>,
    /// Whether more come after these.
    pub has_next: bool,
    /// Whether the answer is proven, or else what ended the search before.
    pub end: End,
    /// Extensions looked at.
    pub expansions: u64,
}

/// Nodes of a kind by their best pathway. Of the query, `distinct` and `diversity` count for nothing, nor do the ends that
/// are sought; its budget is for the whole.
///
/// # Errors
/// When the query breaks a rule of [`Query::check`].
pub fn reach(
    graph: &Graph,
    query: &Query,
    kind: Kind,
    sought: Sought,
    interrupted: &dyn Fn() -> bool,
) -> Result<Reach, QueryFault> {
    query.check(graph)?;
    let one = Query { distinct: None, diversity: 0.0, first: 1, after: None, ..query.clone() };
    let mut candidates = match sought {
        Sought::Targets => targets(graph, &one, kind),
        Sought::Sources => search::source_bounds(graph, &Query { from: graph.nodes_of(kind).to_vec(), ..one.clone() }),
    };
    candidates.sort_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| graph.by_key(*a, *b)));
    let mut reach = Reach { reached: Vec::new(), has_next: false, end: End::Proven, expansions: 0 };
    let mut candidates = candidates.into_iter().peekable();
    // Exact bests not given yet.
    let mut known: Vec<(NodeIx, Way)> = Vec::new();
    loop {
        let best = known.iter().map(|(_, way)| way.score).fold(0.0, f64::max);
        if let Some((node, _)) = candidates.next_if(|(_, bound)| *bound >= best - TOLERANCE) {
            let budget = query.budget.saturating_sub(reach.expansions);
            let ends = match sought {
                Sought::Targets => Query { to: vec![node], budget, ..one.clone() },
                Sought::Sources => Query { from: vec![node], budget, ..one.clone() },
            };
            let found = search::run(graph, &ends, interrupted);
            reach.expansions += found.expansions;
            known.extend(found.ways.into_iter().map(|way| (node, way)));
            if found.end != End::Proven {
                reach.end = found.end;
                return Ok(reach);
            }
            if interrupted() {
                reach.end = End::Interrupted;
                return Ok(reach);
            }
            continue;
        }
        if known.is_empty() {
            return Ok(reach);
        }
        // All that could tie with the best is known: one class, by length and keys.
        let (mut class, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut known).into_iter().partition(|(_, way)| way.score >= best - TOLERANCE);
        known = rest;
        class.sort_by(|(_, a), (_, b)| search::by_length_and_keys(graph, &a.nodes, &b.nodes));
        for (node, way) in class {
            if query.after.as_ref().is_some_and(|after| !search::comes_after(graph, &way, after)) {
                continue;
            }
            if reach.reached.len() == query.first {
                reach.has_next = true;
                return Ok(reach);
            }
            reach.reached.push(Reached { node, best: evidence::pathway(graph, query, &way) });
        }
    }
}

/// The nodes of a kind that walks from the sources lead to, each with the greatest product of strengths of such a walk;
/// conditions on whole pathways apart.
fn targets(graph: &Graph, query: &Query, kind: Kind) -> Vec<(NodeIx, f64)> {
    let mut marks = Marks::default();
    let steps = Steps::new(graph, query, &mut marks);
    let mut best = vec![0.0f64; graph.len()];
    let mut met: Vec<NodeIx> = Vec::new();
    let mut frontier: Vec<(NodeIx, f64)> =
        query.from.iter().filter(|node| steps.admits(**node)).map(|node| (*node, 1.0)).collect();
    for _ in 0..query.max_steps {
        let mut next: Vec<NodeIx> = Vec::new();
        for &(node, score) in &frontier {
            steps.from(node, |relation, to, strength| {
                // A longer walk that is no better leads to nothing better.
                if score * strength > best[to.get()] && steps.admits_next(to, relation) {
                    if best[to.get()] == 0.0 {
                        met.push(to);
                    }
                    best[to.get()] = score * strength;
                    next.push(to);
                }
            });
        }
        next.sort_unstable();
        next.dedup();
        frontier = next.into_iter().map(|node| (node, best[node.get()])).collect();
    }
    met.into_iter().filter(|node| graph.kind(*node) == kind).map(|node| (node, best[node.get()])).collect()
}
