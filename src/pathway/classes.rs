//! Classes of pathways: weights are good to a fifth at best, and what they do not set apart is shown together.

use std::cell::RefCell;

use crate::graph::{Graph, NodeIx};

use super::TOLERANCE;
use super::outlets::{combined, pieces};
use super::query::Query;
use super::steps::{Marks, Steps};

/// How far a piece of evidence may be off, as a share of its strength.
const ERROR: f64 = 0.2;

/// A step with the bounds of its strength.
struct Step {
    ends: (NodeIx, NodeIx),
    lower: f64,
    upper: f64,
}

thread_local! {
    static MARKS: RefCell<Marks> = RefCell::default();
}

/// The class of each of these ways of a query, given by their nodes in the exact order; classes count from 1. The first leads
/// class 1; a way that the leader of the latest class is not surely before joins it, any other leads the next.
pub fn classes<'n>(graph: &Graph, query: &Query, ways: impl Iterator<Item = &'n [NodeIx]>) -> Vec<u32> {
    MARKS.with_borrow_mut(|marks| {
        let steps = Steps::new(graph, query, marks);
        let mut leader: Option<Vec<Step>> = None;
        let mut class = 0;
        ways.map(|nodes| {
            let way = bounded(&steps, nodes);
            if leader.as_ref().is_none_or(|leader| is_surely_before(leader, &way)) {
                class += 1;
                leader = Some(way);
            }
            class
        })
        .collect()
    })
}

fn bounded(steps: &Steps, nodes: &[NodeIx]) -> Vec<Step> {
    let step = |pair: &[NodeIx]| {
        let outlet = steps.outlet(pair[0], pair[1]);
        let pieces = outlet.map(|outlet| pieces(&outlet, steps.query.filter.evidence)).unwrap_or_default();
        Step {
            ends: (pair[0], pair[1]),
            lower: combined(pieces.map(|piece| piece * (1.0 - ERROR))),
            upper: combined(pieces.map(|piece| (piece * (1.0 + ERROR)).min(1.0))),
        }
    };
    nodes.windows(2).map(step).collect()
}

/// Whether, of the steps in which two ways differ, the first's at their worst outweigh the other's at their best.
fn is_surely_before(one: &[Step], other: &[Step]) -> bool {
    let lacks = |way: &[Step], step: &Step| way.iter().all(|held| held.ends != step.ends);
    let worst: f64 = one.iter().filter(|step| lacks(other, step)).map(|step| step.lower).product();
    let best: f64 = other.iter().filter(|step| lacks(one, step)).map(|step| step.upper).product();
    worst > best + TOLERANCE
}
