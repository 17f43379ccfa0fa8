//! Everything of one kind within reach, with the best pathway of each: forwards from sources, backwards from targets, or
//! on the ways between. Each is the first pathway of the query that names it alone.
//!
//! From sources, and from targets, one dynamic programme over the number of steps (max-product; Bellman 1958) finds the
//! best walk of each length to (or from) each node. Cutting a cycle out of a walk makes it no worse and shorter, so the
//! best of the shortest is a pathway; only walks that take a master's direct outlet, which count at the greatest length
//! alone, may still hold one: then the search itself is asked for that node. Time O(relations met × steps), space O(nodes met ×
//! steps); jobs count once for each number of moves. Between sources and targets the search itself is asked.

mod behind;
mod programme;

use std::cmp::Ordering;

use super::evidence;
use super::query::{Filter, Query, QueryFault};
use super::search::{self, End, Way};
use super::{Pathway, Position, TOLERANCE};
use crate::graph::{Graph, NodeIx};
use crate::model::{Key, Kind};

/// The default budget: extensions of pathways looked at, all nodes together.
pub const REACH_BUDGET: u64 = 20_000_000;

/// What is wanted within reach of what.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where pathways begin; empty to ask backwards.
    pub from: Vec<NodeIx>,
    /// Where they end; empty to ask forwards.
    pub to: Vec<NodeIx>,
    /// The kind of node that is wanted.
    pub kind: Kind,
    /// What all of a pathway must satisfy.
    pub filter: Filter,
    /// 1 to [`super::query::MAX_STEPS`].
    pub max_steps: usize,
    /// 0 to [`super::query::MAX_MOVES`].
    pub max_moves: usize,
    /// Extensions looked at before giving up.
    pub budget: u64,
}

impl Reach {
    /// Nodes of a kind within six steps, all kinds of evidence counting.
    pub fn new(from: Vec<NodeIx>, to: Vec<NodeIx>, kind: Kind) -> Reach {
        Reach { from, to, kind, filter: Filter::default(), max_steps: 6, max_moves: 1, budget: REACH_BUDGET }
    }

    /// The pathway query that it stands for, so far as its steps are concerned.
    pub fn query(&self) -> Query {
        Query {
            filter: self.filter.clone(),
            max_steps: self.max_steps,
            max_moves: self.max_moves,
            budget: self.budget,
            ..Query::new(self.from.clone(), self.to.clone())
        }
    }
}

/// A node within reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    pub node: NodeIx,
    /// The score of the best pathway.
    pub score: f64,
    /// The nodes of that pathway, first to last.
    pub nodes: Vec<NodeIx>,
}

/// All nodes within reach, by the order of their pathways.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// One entry a node.
    pub entries: Vec<Within>,
    /// Whether it is proven that these are all, each with its best.
    pub end: End,
}

/// What is within reach. `interrupted` is asked now and then whether to stop.
///
/// # Errors
/// When the query breaks a rule of [`Query::check`], or the kind is never on a pathway.
pub fn reach(graph: &Graph, wanted: &Reach, interrupted: &dyn Fn() -> bool) -> Result<Reached, QueryFault> {
    wanted.query().check(graph)?;
    if !wanted.kind.on_pathways() {
        return Err(QueryFault::Reach { kind: wanted.kind });
    }
    let mut reached = if wanted.from.is_empty() || wanted.to.is_empty() {
        programme::reach(graph, wanted, interrupted)
    } else {
        between(graph, wanted, interrupted)
    };
    sort(graph, &mut reached.entries);
    Ok(reached)
}

/// The pathway of an entry, with its evidence.
pub fn pathway(graph: &Graph, wanted: &Reach, within: &Within) -> Pathway {
    let way = Way { nodes: within.nodes.clone(), score: within.score };
    evidence::pathway(graph, &wanted.query(), &way)
}

/// How an entry stands to the place of a pathway and a node in the order.
pub fn compare(graph: &Graph, within: &Within, position: &Position, node: &Key) -> Ordering {
    if (within.score - position.score).abs() > TOLERANCE {
        return position.score.total_cmp(&within.score);
    }
    let keys = within.nodes.iter().map(|node| graph.key(*node));
    let by_keys = || keys.cmp(position.keys.iter()).then_with(|| graph.key(within.node).cmp(node));
    within.nodes.len().cmp(&position.keys.len()).then_with(by_keys)
}

fn between(graph: &Graph, wanted: &Reach, interrupted: &dyn Fn() -> bool) -> Reached {
    match wanted.kind {
        Kind::Licence | Kind::Job => return through_each(graph, wanted, interrupted),
        // A pathway holds at most one master, one parcours and one study; the others are on none.
        Kind::Master | Kind::Parcours | Kind::Study => {}
        Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector | Kind::Family => {}
    }
    let query = Query { distinct: Some(wanted.kind), first: usize::MAX, ..wanted.query() };
    let found = search::run(graph, &query, interrupted);
    let entry = |way: Way| {
        let node = way.nodes.iter().copied().find(|node| graph.kind(*node) == wanted.kind)?;
        Some(Within { node, score: way.score, nodes: way.nodes })
    };
    Reached { entries: found.ways.into_iter().filter_map(entry).collect(), end: found.end }
}

/// Several licences and jobs may lie on one pathway: each that the sources reach, or begin at, is asked for.
fn through_each(graph: &Graph, wanted: &Reach, interrupted: &dyn Fn() -> bool) -> Reached {
    // On the way, neither a fact of a parcours nor a least score need hold yet.
    let ahead = Reach { to: Vec::new(), filter: wanted.filter.of_steps(), ..wanted.clone() };
    let met = programme::reach(graph, &ahead, interrupted);
    let mut nodes: Vec<NodeIx> = met.entries.into_iter().map(|entry| entry.node).collect();
    nodes.extend(wanted.from.iter().filter(|node| graph.kind(**node) == wanted.kind));
    nodes.sort_unstable();
    nodes.dedup();
    let mut reached = Reached { entries: Vec::new(), end: met.end };
    let mut left = wanted.budget;
    for node in nodes {
        let query = Query { via: vec![vec![node]], first: 1, budget: left, ..wanted.query() };
        let found = search::run(graph, &query, interrupted);
        left = left.saturating_sub(found.expansions);
        reached.entries.extend(found.ways.into_iter().map(|way| Within { node, score: way.score, nodes: way.nodes }));
        if found.end != End::Proven {
            reached.end = found.end;
            break;
        }
    }
    reached
}

/// Score descending, in classes of 1e-12 from the best; in a class fewer steps, then keys, then the node's own key.
fn sort(graph: &Graph, entries: &mut [Within]) {
    entries.sort_by(|a, b| b.score.total_cmp(&a.score));
    let by_keys = |a: &Within, b: &Within| {
        let keys = a.nodes.iter().zip(&b.nodes).map(|(x, y)| graph.by_key(*x, *y)).find(|order| order.is_ne());
        let fewer = a.nodes.len().cmp(&b.nodes.len());
        fewer.then(keys.unwrap_or(Ordering::Equal)).then_with(|| graph.by_key(a.node, b.node))
    };
    let mut start = 0;
    while start < entries.len() {
        let best = entries[start].score;
        let end = start + entries[start..].iter().take_while(|entry| best - entry.score <= TOLERANCE).count();
        entries[start..end].sort_by(by_keys);
        start = end;
    }
}
