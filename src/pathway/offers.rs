//! Where a pathway can be studied: the hosts of its parcours, or else the universities that award its master.
//!
//! A master's direct outlet is left out in favour of the pathways through its parcours, save for the universities that award
//! the master and have none of these: it stands for those.

use std::cell::RefCell;

use crate::graph::{Graph, Half, NodeIx};
use crate::model::Kind;

use super::query::Query;
use super::steps::{Marks, Steps};
use super::{Pathway, TOLERANCE};

/// The offers of a way, by weight descending, then key; `None` where it is left out. Conditions of `via` aside.
pub(super) fn of(steps: &Steps, nodes: &[NodeIx]) -> Option<Vec<Half>> {
    let (graph, filter) = (steps.graph, &steps.query.filter);
    let at = |kind: Kind| nodes.iter().position(|node| graph.kind(*node) == kind);
    if let Some(at) = at(Kind::Parcours) {
        return Some(steps.hosts(nodes[at]));
    }
    let Some(at) = at(Kind::Master) else { return (!filter.concerns_offers()).then(Vec::new) };
    let (master, arrived) = (nodes[at], at > 0);
    let too_long = nodes.len() > steps.query.max_steps;
    let rivals = match nodes.get(at + 1) {
        Some(outlet) if !too_long => steps.rivals(master, arrived, *outlet, |offer, outlet| {
            let Some(least) = filter.min_score else { return true };
            let mut score = 1.0;
            for (i, pair) in nodes.windows(2).enumerate() {
                score = if i == at { score * offer * outlet } else { score * steps.strength(pair[0], pair[1]) };
            }
            score >= least - TOLERANCE
        }),
        _ => Default::default(),
    };
    let offers = steps.awards_beside(master, arrived, &rivals);
    let stands = !offers.is_empty() || rivals.is_empty() && !filter.concerns_offers();
    stands.then_some(offers)
}

thread_local! {
    static MARKS: RefCell<Marks> = RefCell::default();
}

/// The universities where a pathway that a query found can be studied, each with the relation that says so: by weight
/// descending, then key.
pub fn offers(graph: &Graph, query: &Query, pathway: &Pathway) -> Vec<Half> {
    let nodes: Vec<NodeIx> = pathway.nodes().collect();
    MARKS.with_borrow_mut(|marks| of(&Steps::new(graph, query, marks), &nodes).unwrap_or_default())
}

/// At how many universities each of these ways of a query, given by their nodes, can be studied.
pub fn counts<'n>(graph: &Graph, query: &Query, ways: impl Iterator<Item = &'n [NodeIx]>) -> Vec<usize> {
    MARKS.with_borrow_mut(|marks| {
        let steps = Steps::new(graph, query, marks);
        ways.map(|nodes| of(&steps, nodes).map_or(0, |offers| offers.len())).collect()
    })
}
