//! Pathways: the exact k best ways from diplomas to jobs, on what grounds each step stands, what it means in French,
//! and why nothing was found where nothing was. Pure functions over a [`Graph`]: no IO, no clock, no environment.
//!
//! A pathway goes forward along `bridges`, `opens`, `offers`, `leads_to`, `evolves_to`, at least one step, no node twice.
//! Its score is the product of the strengths of its steps in their order; a step's strength is the noisy-or of its
//! evidence (Pearl 1988). Scores within 1e-12 are equal; then fewer steps come first, then smaller keys.
//!
//! Reading order: [`query`] what is asked; `steps` which steps that allows; `bounds` how good the rest of a way can be;
//! `search` the enumeration led by it; `rank` what repeats too much; [`ties`] what that leaves out at the same score; [`reach`] all ends of a kind by
//! their best way; [`evidence`] the grounds; [`explain`] the French
//! paragraph; [`diagnose`] what is missing. `brute` is the same contract written naively, for the tests.

mod bounds;
#[cfg(test)]
mod brute;
pub mod classes;
pub mod diagnose;
pub mod evidence;
pub mod explain;
mod french;
mod heap;
mod judge;
pub mod offers;
pub mod outlets;
pub mod query;
mod rank;
pub mod reach;
mod search;
pub mod skills;
mod steps;
#[cfg(test)]
mod tests;
pub mod ties;

use crate::graph::{Graph, NodeIx};
use crate::model::{Key, Kind, Relation};

pub use evidence::Evidence;
pub use judge::{Judge, judge};
pub use query::{EvidenceKind, EvidenceSet, Filter, Position, Query, QueryFault, Retired};
pub use rank::first_host;
pub use search::End;
#[cfg(test)]
pub(crate) use tests::world;

/// Numbers nearer than this are equal.
pub const TOLERANCE: f64 = 1e-12;

/// One way from a source to a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Pathway {
    /// The product of the strengths of its steps.
    pub score: f64,
    /// At least one; each begins where the last ended; no node twice.
    pub steps: Vec<Step>,
}

/// One step of a pathway.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Where it begins.
    pub from: NodeIx,
    pub relation: Relation,
    /// Where it ends.
    pub to: NodeIx,
    /// Its counted evidence, combined by noisy-or.
    pub strength: f64,
    /// The counted evidence, in the order of its kinds; at least one.
    pub evidence: Vec<Evidence>,
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Best first.
    pub pathways: Vec<Pathway>,
    /// The class of each, from 1 on over all pages; `None` where no class is told, since `diversity` leaves out more than it says.
    pub classes: Option<Vec<u32>>,
    /// Whether more come after these.
    pub has_next: bool,
    /// Whether the answer is proven, or else what ended the search before.
    pub end: End,
    /// Extensions looked at.
    pub expansions: u64,
}

impl Found {
    /// Whether these are proven to be the best: the budget did not end first, nor the caller's patience.
    pub fn exhaustive(&self) -> bool {
        self.end == End::Proven
    }
}

/// The best pathways of a query. `interrupted` is asked every few hundred extensions whether to stop.
///
/// # Errors
/// When the query breaks a rule of [`Query::check`].
pub fn search(graph: &Graph, query: &Query, interrupted: &dyn Fn() -> bool) -> Result<Found, QueryFault> {
    found(graph, query, interrupted, evidence::pathway)
}

/// The same pathways without what grounds their steps: [`Step::evidence`] is empty. For answers that do not show it.
///
/// # Errors
/// As [`search`].
pub fn outline(graph: &Graph, query: &Query, interrupted: &dyn Fn() -> bool) -> Result<Found, QueryFault> {
    found(graph, query, interrupted, evidence::outline)
}

fn found(
    graph: &Graph,
    query: &Query,
    interrupted: &dyn Fn() -> bool,
    pathway: impl Fn(&Graph, &Query, &search::Way) -> Pathway,
) -> Result<Found, QueryFault> {
    query.check(graph)?;
    let ways = search::run(graph, query, interrupted);
    let pathways = ways.ways.iter().map(|way| pathway(graph, query, way)).collect();
    let classes = (query.diversity == 0.0).then(|| {
        let all = ways.before.iter().chain(&ways.ways).map(|way| &*way.nodes);
        classes::classes(graph, query, all).split_off(ways.before.len())
    });
    Ok(Found { pathways, classes, has_next: ways.has_next, end: ways.end, expansions: ways.expansions })
}

/// The most pathways counted.
const MOST_COUNTED: usize = 1_000;
/// The budget of a count.
const COUNT_BUDGET: u64 = 200_000;

/// How many pathways a query has in all, whatever its page: exactly, or at least so many.
///
/// # Errors
/// As [`search`].
pub fn count(graph: &Graph, query: &Query, interrupted: &dyn Fn() -> bool) -> Result<Count, QueryFault> {
    query.check(graph)?;
    let all = Query { after: None, first: MOST_COUNTED, budget: COUNT_BUDGET, ..query.clone() };
    let found = search::run(graph, &all, interrupted);
    let value = found.ways.len() + usize::from(found.has_next);
    Ok(Count { value, exact: found.end == End::Proven && !found.has_next })
}

/// A number of pathways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many.
    pub value: usize,
    /// Whether there are no more.
    pub exact: bool,
}

impl Pathway {
    /// Its nodes, first to last.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeIx> + Clone {
        self.steps.first().map(|step| step.from).into_iter().chain(self.steps.iter().map(|step| step.to))
    }

    /// The first of its nodes of a kind.
    pub fn first(&self, graph: &Graph, kind: Kind) -> Option<NodeIx> {
        self.nodes().find(|node| graph.kind(*node) == kind)
    }

    /// Where it stands in the order, to go on from there.
    pub fn position(&self, graph: &Graph) -> Position {
        let keys: Vec<Key> = self.nodes().map(|node| graph.key(node).clone()).collect();
        Position { score: self.score, keys }
    }

    /// The step and the piece of evidence that it hangs on most: of its least strong step (the first of them), the
    /// strongest piece (the first of them in the order of the kinds), without which the most would be lost where the
    /// least is to spare. `None` only for a pathway without steps, which no search gives.
    pub fn weakest(&self) -> Option<(&Step, &Evidence)> {
        let step = self.steps.iter().reduce(|least, step| if step.strength < least.strength { step } else { least })?;
        Some((step, step.mainstay()?))
    }
}

impl Step {
    /// Its strongest piece of evidence, the first of equals.
    pub fn mainstay(&self) -> Option<&Evidence> {
        self.evidence.iter().reduce(|best, piece| if piece.strength > best.strength { piece } else { best })
    }
}
