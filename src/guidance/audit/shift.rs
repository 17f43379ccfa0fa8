//! Moving weights, and what becomes of the answers: does the first change, how many of the first ten stay, in what order.

use super::sample::Draw;
use super::{FirstPathways, MOVE, Plan, WEIGHED};
use crate::graph::{Graph, NodeIx};
use crate::model::{Edge, Kind, Relation, Weight};

/// Which weights are moved, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shift {
    /// All of one relation, by this factor.
    Relation(Relation, f64),
    /// What one source gives, by this factor; a relation has the greatest of its sources' weights.
    Source(NodeIx, f64),
    /// Each by itself, by a factor drawn between 1 − 0.2 and 1 + 0.2, in this round.
    Each(usize, u64),
}

/// What became of the answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// What was moved.
    pub shift: Shift,
    pub name: String,
    /// Relations whose weight changed.
    pub touched: usize,
    /// Those among them that met the bound of 1.
    pub capped: usize,
    /// The share of pairs whose first answer is another.
    pub first_changed: f64,
    /// The share of pairs whose first answer passes through another master.
    pub master_changed: f64,
    /// The mean share of the first answers that stay among the first.
    pub overlap: f64,
    /// The mean of Kendall's τ over those that stay: 1 for the same order, −1 for the opposite; pairs with two or more.
    pub kendall: Option<f64>,
}

/// Every move, in order.
pub(super) fn all(graph: &Graph, plan: &Plan) -> Vec<Shift> {
    let factors = [1.0 - MOVE, 1.0 + MOVE];
    let relations = WEIGHED.into_iter().flat_map(|relation| factors.map(|factor| Shift::Relation(relation, factor)));
    let sources = graph.nodes_of(Kind::Source).iter().flat_map(|source| factors.map(|by| Shift::Source(*source, by)));
    let each = (0..plan.rounds).map(|round| Shift::Each(round, plan.seed));
    relations.chain(sources).chain(each).collect()
}

impl Shift {
    /// In words.
    pub fn name(self, graph: &Graph) -> String {
        let percent = |factor: f64| format!("{:+.0} %", (factor - 1.0) * 100.0);
        match self {
            Shift::Relation(relation, factor) => format!("relation {relation} {}", percent(factor)),
            Shift::Source(source, factor) => format!("{} {}", graph.key(source), percent(factor)),
            Shift::Each(round, _) => format!("chaque poids pour lui-même, tirage {}", round + 1),
        }
    }

    /// The relations with their weights moved; how many changed, and how many of these met the bound.
    pub(super) fn applied(self, graph: &Graph, edges: &[Edge]) -> (Vec<Edge>, usize, usize) {
        let mut draw = match self {
            Shift::Each(round, seed) => {
                Draw::by(seed.wrapping_add(1).wrapping_mul(1_000_003).wrapping_add(round as u64))
            }
            _ => Draw::by(0),
        };
        let (mut touched, mut capped) = (0, 0);
        let moved = |edge: &Edge| {
            let mut edge = edge.clone();
            let now = edge.weight.get();
            let wanted = match self {
                _ if !WEIGHED.contains(&edge.id.relation) => now,
                Shift::Relation(relation, factor) => {
                    if edge.id.relation == relation {
                        now * factor
                    } else {
                        now
                    }
                }
                Shift::Source(source, factor) => now * of_source(graph, &edge, source, factor),
                Shift::Each(..) => now * (1.0 - MOVE + 2.0 * MOVE * draw.share()),
            };
            let weight = wanted.min(1.0);
            if weight != now {
                touched += 1;
                capped += usize::from(wanted > 1.0);
                edge.weight = Weight::new(weight).unwrap_or(edge.weight);
            }
            edge
        };
        (edges.iter().map(moved).collect(), touched, capped)
    }
}

/// By how much a relation's weight moves when one of its sources' does.
fn of_source(graph: &Graph, edge: &Edge, source: NodeIx, factor: f64) -> f64 {
    let key = graph.key(source);
    if edge.statements.iter().all(|statement| &statement.source != key) {
        return 1.0;
    }
    let given = |weight: Option<Weight>| weight.unwrap_or(edge.weight).get();
    let greatest = |factor: f64| {
        let weights = edge
            .statements
            .iter()
            .map(|statement| given(statement.weight) * if &statement.source == key { factor } else { 1.0 });
        weights.fold(0.0, f64::max)
    };
    greatest(factor) / greatest(1.0)
}

/// How the answers there stand to those here.
pub(super) fn compare(
    graph: &Graph,
    shift: Shift,
    touched: usize,
    capped: usize,
    here: &[FirstPathways],
    there: &[FirstPathways],
) -> Moved {
    let (mut first, mut master, mut overlap, mut taus) = (0, 0, 0.0, Vec::new());
    for (a, b) in here.iter().map(|answer| &answer.pathways).zip(there.iter().map(|answer| &answer.pathways)) {
        first += usize::from(a.first() != b.first());
        let through = |list: &[Vec<NodeIx>]| {
            list.first().and_then(|nodes| nodes.iter().copied().find(|node| graph.kind(*node) == Kind::Master))
        };
        master += usize::from(through(a) != through(b));
        let places: Vec<usize> = a.iter().filter_map(|way| b.iter().position(|other| other == way)).collect();
        overlap += places.len() as f64 / a.len().max(b.len()).max(1) as f64;
        taus.extend(kendall(&places));
    }
    let of = |sum: f64| sum / here.len().max(1) as f64;
    Moved {
        shift,
        name: shift.name(graph),
        touched,
        capped,
        first_changed: of(first as f64),
        master_changed: of(master as f64),
        overlap: of(overlap),
        kendall: (!taus.is_empty()).then(|| taus.iter().sum::<f64>() / taus.len() as f64),
    }
}

/// Kendall's τ (1938) of the places that things in order have in another order.
pub(super) fn kendall(places: &[usize]) -> Option<f64> {
    let pairs = places.len() * places.len().saturating_sub(1) / 2;
    let agree =
        places.iter().enumerate().map(|(i, a)| places[i + 1..].iter().filter(|b| *b > a).count()).sum::<usize>();
    (pairs > 0).then(|| (2.0 * agree as f64 - pairs as f64) / pairs as f64)
}
