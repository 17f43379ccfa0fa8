//! Neutrality, measured: how much rankings hang on the exact weights, and whether an institution, a region or a source
//! gains systematically. Over a reproducible sample of licences and jobs between which there are pathways.
//!
//! Reading order: `sample` draws the pairs; `shift` moves the weights and compares the answers; `gain` compares the places
//! taken with those that could have been. docs/neutrality.md has the method in words, and figures.

mod gain;
mod sample;
mod shift;

use crate::graph::{Graph, NodeIx};
use crate::model::{Edge, Node, Relation};
use crate::pathway::{Query, QueryFault};

pub use gain::{Bias, Dimension, Gain};
pub use shift::{Moved, Shift};

/// How far weights are moved, up and down.
pub const MOVE: f64 = 0.2;

/// What to audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How many pairs of a licence and a job.
    pub pairs: usize,
    /// How many answers of each are looked at, 1 to [`crate::pathway::query::MAX_FIRST`].
    pub top: usize,
    /// How long pathways may be, 1 to [`crate::pathway::query::MAX_STEPS`].
    pub max_steps: usize,
    /// What the sample, and the noise, are drawn by.
    pub seed: u64,
    /// Rounds in which every weight moves by itself.
    pub rounds: usize,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan { pairs: 300, top: 10, max_steps: 6, seed: 1, rounds: 5 }
    }
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Pairs of a licence and a job between which there is a pathway.
    pub answerable: usize,
    /// How many of them were drawn.
    pub drawn: usize,
    /// Pairs whose first answer is first by the order of keys alone: another has the same score.
    pub first_by_key: usize,
    /// What becomes of the answers when weights move.
    pub moves: Vec<Moved>,
    /// Pairs with more offers than places among the first, on which the gains rest.
    pub contested: usize,
    /// What each institution, region and source gains, those that gain most first.
    pub gains: Vec<Gain>,
}

/// Audits a graph; `progress` is told what is being done. Time: one graph and its searches for each move.
///
/// # Errors
/// When the plan asks for more answers than a query may.
pub fn audit(graph: &Graph, plan: &Plan, progress: &mut dyn FnMut(&str)) -> Result<Audit, QueryFault> {
    Query { first: plan.top, max_steps: plan.max_steps, ..Query::new(Vec::new(), Vec::new()) }.check(graph)?;
    // Built anew, so that the graphs to compare hold each node in the same slot.
    let nodes: Vec<Node> = graph.nodes().map(|(_, node)| node.clone()).collect();
    // By identity, so that the noise falls on the same relations wherever the graph came from.
    let mut edges: Vec<Edge> = graph.edges().map(|edge| edge.to_edge()).collect();
    edges.sort_by(|a, b| a.id.cmp(&b.id));
    let build = |edges: Vec<Edge>| {
        Graph::build(nodes.clone(), edges, graph.version()).expect("a graph's own nodes and relations build a graph")
    };
    let base = build(edges.clone());
    progress("drawing pairs");
    let (pairs, answerable) = sample::pairs(&base, plan)?;
    let answers = answers(&base, &pairs, plan)?;
    let mut moves = Vec::new();
    for shift in shift::all(&base, plan) {
        progress(&format!("moving {}", shift.name(&base)));
        let (moved, touched, capped) = shift.applied(&base, &edges);
        if touched > 0 {
            let there = self::answers(&build(moved), &pairs, plan)?;
            moves.push(shift::compare(&base, shift, touched, capped, &answers, &there));
        }
    }
    progress("counting places");
    let (contested, gains) = gain::gains(&base, &pairs, plan)?;
    let by_key = |answer: &&FirstPathways| answer.tied;
    let first_by_key = answers.iter().filter(by_key).count();
    Ok(Audit { answerable, drawn: pairs.len(), first_by_key, moves, contested, gains })
}

/// A licence and a job.
type Pair = (NodeIx, NodeIx);

/// The first answers for a pair: the nodes of each pathway.
#[derive(Clone, Debug, PartialEq)]
struct FirstPathways {
    pathways: Vec<Vec<NodeIx>>,
    /// Whether the second has the score of the first.
    tied: bool,
}

fn answers(graph: &Graph, pairs: &[Pair], plan: &Plan) -> Result<Vec<FirstPathways>, QueryFault> {
    let answer = |&(licence, job): &Pair| {
        let query = Query { first: plan.top.max(2), max_steps: plan.max_steps, ..Query::new(vec![licence], vec![job]) };
        let found = crate::pathway::search(graph, &query, &|| false)?;
        let tied = match &found.pathways[..] {
            [first, second, ..] => first.score - second.score <= crate::pathway::TOLERANCE,
            _ => false,
        };
        let pathways = found.pathways.iter().take(plan.top).map(|pathway| pathway.nodes().collect()).collect();
        Ok(FirstPathways { pathways, tied })
    };
    pairs.iter().map(answer).collect()
}

/// The relations whose weights bear on the order of pathways.
const WEIGHED: [Relation; 6] = [
    Relation::Opens,
    Relation::Bridges,
    Relation::Offers,
    Relation::LeadsTo,
    Relation::EvolvesTo,
    Relation::RequiredBy,
];

#[cfg(test)]
mod tests;
