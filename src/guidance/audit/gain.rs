//! Who gains: the places taken among the first offers, against an equal share for each offer that could have been there.
//!
//! Offers of equal score are set in an order by their keys alone. So places are counted twice: as they are, and with each tie
//! shared out evenly. What stands out only in the first gains by its name; what stands out in both, by weights.

use std::collections::BTreeMap;

use super::{Pair, Plan};
use crate::graph::{Graph, NodeIx};
use crate::guidance::recommend::regions;
use crate::model::Kind;
use crate::pathway::TOLERANCE;
use crate::pathway::query::Retired;
use crate::pathway::reach::{self, Reach, Reached};
use crate::pathway::{QueryFault, first_host};

/// By what offers are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// The first host of the parcours.
    Institution,
    /// Where the parcours is.
    Region,
    /// A source that its pathway rests on; a pathway has several.
    Source,
}

/// Why a group stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// By the order of keys among equals alone.
    Order,
    Weights,
}

/// What a group gains.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    /// By what it is a group.
    pub dimension: Dimension,
    /// Its key or name.
    pub name: String,
    /// Offers that could have been there, over all pairs.
    pub offers: usize,
    /// Places among the first.
    pub places: f64,
    /// Places with each tie shared out evenly.
    pub fair: f64,
    /// Places that an equal share would be.
    pub expected: f64,
    /// Standard error of `places − expected`, licences drawn as wholes.
    pub error: f64,
    /// The same of `fair − expected`.
    pub fair_error: f64,
    /// Whether it stands out.
    pub bias: Option<Bias>,
}

/// A group stands out from this many standard errors on…
const SIGMAS: f64 = 3.0;
/// …with a share that is this many times the equal one, or this part of it…
const TIMES: f64 = 1.25;
/// …and so many places expected.
const PLACES: f64 = 5.0;

impl Gain {
    /// Places as a multiple of the equal share.
    pub fn ratio(&self) -> f64 {
        self.places / self.expected
    }

    /// The same with ties shared out.
    pub fn fair_ratio(&self) -> f64 {
        self.fair / self.expected
    }

    fn judged(mut self) -> Gain {
        let stands_out = |places: f64, error: f64| {
            let ratio = places / self.expected;
            self.expected >= PLACES
                && !(1.0 / TIMES..=TIMES).contains(&ratio)
                && (places - self.expected).abs() >= SIGMAS * error
        };
        self.bias = match (stands_out(self.fair, self.fair_error), stands_out(self.places, self.error)) {
            (true, _) => Some(Bias::Weights),
            (false, true) => Some(Bias::Order),
            (false, false) => None,
        };
        self
    }
}

/// Sums of one group: offers, and per licence places, fair places and the equal share.
#[derive(Default)]
struct Sums {
    offers: usize,
    by_licence: BTreeMap<NodeIx, [f64; 3]>,
}

/// How many pairs have more offers than places, and what each group gains over them.
pub(super) fn gains(graph: &Graph, pairs: &[Pair], plan: &Plan) -> Result<(usize, Vec<Gain>), QueryFault> {
    let mut sums: BTreeMap<(Dimension, String), Sums> = BTreeMap::new();
    let mut contested = 0;
    let mut licences: Vec<NodeIx> = Vec::new();
    for &(licence, job) in pairs {
        let wanted = Reach { max_steps: plan.max_steps, ..Reach::new(vec![licence], vec![job], Kind::Parcours) };
        let offers = reach::reach(graph, &wanted, &|| false)?;
        if offers.entries.len() <= plan.top {
            continue;
        }
        contested += 1;
        if !licences.contains(&licence) {
            licences.push(licence);
        }
        let equal = plan.top as f64 / offers.entries.len() as f64;
        for (rank, fair) in shares(&offers, plan.top).into_iter().enumerate() {
            let place = if rank < plan.top { 1.0 } else { 0.0 };
            for group in groups(graph, &wanted, &offers.entries[rank]) {
                let sums = sums.entry(group).or_default();
                sums.offers += 1;
                let sum = sums.by_licence.entry(licence).or_default();
                for (sum, more) in sum.iter_mut().zip([place, fair, equal]) {
                    *sum += more;
                }
            }
        }
    }
    let gain = |((dimension, name), sums): ((Dimension, String), Sums)| {
        let total = |at: usize| sums.by_licence.values().map(|sum| sum[at]).sum::<f64>();
        let error = |at: usize| {
            let differences = sums.by_licence.values().map(|sum| sum[at] - sum[2]).collect::<Vec<_>>();
            clustered(&differences, licences.len())
        };
        Gain {
            dimension,
            name,
            offers: sums.offers,
            places: total(0),
            fair: total(1),
            expected: total(2),
            error: error(0),
            fair_error: error(1),
            bias: None,
        }
        .judged()
    };
    let mut gains: Vec<Gain> = sums.into_iter().map(gain).collect();
    gains.sort_by(|a, b| {
        a.dimension.cmp(&b.dimension).then(b.ratio().total_cmp(&a.ratio())).then_with(|| a.name.cmp(&b.name))
    });
    Ok((contested, gains))
}

/// The standard error of a sum over clusters, those without a difference included.
fn clustered(differences: &[f64], clusters: usize) -> f64 {
    let count = clusters as f64;
    if clusters < 2 {
        return f64::INFINITY;
    }
    let mean = differences.iter().sum::<f64>() / count;
    let squares: f64 = differences.iter().map(|one| (one - mean).powi(2)).sum();
    let idle = (clusters - differences.len()) as f64 * mean.powi(2);
    ((squares + idle) * count / (count - 1.0)).sqrt()
}

/// For each offer in order, the chance of a place when ties are drawn by lot.
fn shares(offers: &Reached, top: usize) -> Vec<f64> {
    let mut shares = Vec::with_capacity(offers.entries.len());
    while shares.len() < offers.entries.len() {
        let start = shares.len();
        let best = offers.entries[start].score;
        let tied = offers.entries[start..].iter().take_while(|entry| best - entry.score <= TOLERANCE).count();
        let share = (top.saturating_sub(start) as f64 / tied as f64).min(1.0);
        shares.extend(std::iter::repeat_n(share, tied));
    }
    shares
}

fn groups(graph: &Graph, wanted: &Reach, offer: &reach::Within) -> Vec<(Dimension, String)> {
    let mut groups = Vec::new();
    if let Some(host) = first_host(graph, offer.node, Retired::LeftOut) {
        groups.push((Dimension::Institution, graph.key(host).to_string()));
    }
    groups.extend(regions(graph, offer.node).into_iter().next().map(|name| (Dimension::Region, name.to_owned())));
    let pathway = reach::pathway(graph, wanted, offer);
    let mut sources: Vec<NodeIx> =
        pathway.steps.iter().flat_map(|step| &step.evidence).flat_map(|piece| piece.sources.iter().copied()).collect();
    sources.sort_unstable();
    sources.dedup();
    groups.extend(sources.into_iter().map(|source| (Dimension::Source, graph.key(source).to_string())));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pathway::End;
    use crate::pathway::reach::Within;

    #[test]
    fn ties_share_the_places_that_are_left_to_them() {
        let entry = |score: f64| Within { node: NodeIx::at(0), score, nodes: Vec::new() };
        let reached = Reached { entries: [0.9, 0.8, 0.8, 0.8, 0.1].map(entry).to_vec(), end: End::Proven };
        assert_eq!(shares(&reached, 2), [1.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
        assert_eq!(shares(&reached, 5), [1.0; 5]);
    }

    #[test]
    fn the_error_of_a_sum_is_that_of_its_clusters() {
        // Four clusters of 1, −1, 0, 0: mean 0, variance of the sum 4/3 × 2.
        assert!((clustered(&[1.0, -1.0], 4) - (2.0f64 * 4.0 / 3.0).sqrt()).abs() < 1e-12);
        assert!(clustered(&[1.0], 1).is_infinite(), "one licence proves nothing");
    }
}
