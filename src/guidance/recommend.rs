//! Recommendations: masters and parcours ranked for a profile by an additive score that can be read off its reasons.
//!
//! Each criterion that the profile speaks of gives a diploma a value in -1..=1, by a rule stated at [`Criterion`]; the
//! score is their mean by fixed weights, so no criterion counts that was not asked about. A diploma that nothing
//! speaks for is not recommended. The order is by score to 1e-12, then key. Time O(what the skills, jobs and sectors
//! named are related to + outlets of all parcours, where jobs matter).

mod access;
mod reasons;
mod riasec;
mod values;

use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Modality};
use crate::pathway::{Filter, QueryFault, TOLERANCE, judge};

pub use reasons::{Reason, ReasonKind, reasons};
pub use riasec::{BadRiasec, Riasec};
use values::Values;
pub(super) use values::{modalities, regions};

/// What someone says of themselves. Empty where they say nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The licence that they hold or prepare.
    pub licence: Option<NodeIx>,
    /// Skills held.
    pub skills: Vec<NodeIx>,
    /// Skills, jobs and sectors of interest.
    pub interests: Vec<NodeIx>,
    /// What kind of activity suits them.
    pub riasec: Option<Riasec>,
    /// Where they want to study.
    pub region: Option<String>,
    /// How they want to study.
    pub modality: Option<Modality>,
    /// Jobs, studies, masters and parcours wished for.
    pub wishes: Vec<NodeIx>,
}

/// What a diploma is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// The score of the best way in from the licence (over bridges, `opens`, `offers`); -0.5 where no source states one.
    Licence,
    /// The mean over the wishes: the strength of the outlet towards a job or study; for a master, 1 for itself, the
    /// weight of `offers` for its parcours, half the weight of `near` for a neighbour; 1 for a parcours itself.
    Wishes,
    /// The mean over the interests: 1 for a skill developed, the outlet's strength for a job; for a sector, the
    /// greatest strength of an outlet × weight with which its job works there.
    Interests,
    /// The share of the skills held that the diploma goes on developing.
    Skills,
    /// The greatest strength of an outlet × likeness of the job's RIASEC letters.
    Riasec,
    /// 1 in the region, -1 elsewhere, 0 where no source says. A master is where any of its parcours is.
    Region,
    /// 1 if it can be followed so, -1 if only otherwise, 0 where no source says.
    Modality,
}

impl Criterion {
    /// Every criterion, in order.
    pub const ALL: [Criterion; 7] = [
        Criterion::Licence,
        Criterion::Wishes,
        Criterion::Interests,
        Criterion::Skills,
        Criterion::Riasec,
        Criterion::Region,
        Criterion::Modality,
    ];

    /// Its weight, before it is divided by those of the criteria that the profile speaks of.
    pub const fn weight(self) -> f64 {
        match self {
            Criterion::Licence => 0.30,
            Criterion::Wishes => 0.25,
            Criterion::Interests => 0.20,
            Criterion::Skills => 0.10,
            Criterion::Riasec | Criterion::Region | Criterion::Modality => 0.05,
        }
    }

    /// Whether a profile speaks of it.
    pub fn is_given(self, profile: &Profile) -> bool {
        match self {
            Criterion::Licence => profile.licence.is_some(),
            Criterion::Wishes => !profile.wishes.is_empty(),
            Criterion::Interests => !profile.interests.is_empty(),
            Criterion::Skills => !profile.skills.is_empty(),
            Criterion::Riasec => profile.riasec.is_some(),
            Criterion::Region => profile.region.is_some(),
            Criterion::Modality => profile.modality.is_some(),
        }
    }
}

/// One diploma, judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// The master or parcours.
    pub node: NodeIx,
    /// The score in steps of 1e-12: whole numbers compare alike everywhere.
    pub score: i64,
    /// At how many universities it can be studied, by the filter.
    pub universities: usize,
    /// The value by each criterion, in the order of [`Criterion::ALL`]; 0 where not given.
    pub values: [f64; 7],
}

/// The ranking of all diplomas that something speaks for.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Best first.
    pub diplomas: Vec<Ranked>,
    /// The share of each criterion in the score; 0 where the profile says nothing of it.
    pub shares: [f64; 7],
    /// The ways in from the licence, by the diploma that they end at.
    ways: access::Ways,
}

/// How far a score may be off, as a share of it.
const ERROR: f64 = 0.2;

/// The score as a number.
pub fn number(score: i64) -> f64 {
    score as f64 / 1e12
}

/// Ranks the masters and parcours that qualify.
///
/// # Errors
/// When the filter breaks a rule of pathway queries.
pub fn rank(
    graph: &Graph,
    profile: &Profile,
    filter: &Filter,
    interrupted: &dyn Fn() -> bool,
) -> Result<Ranking, QueryFault> {
    let ways = access::ways(graph, profile, filter, interrupted)?;
    let shares = shares(profile, None);
    let mut diplomas: Vec<Ranked> = Vec::new();
    judge(graph, filter, |judge| {
        let values = Values::new(graph, profile, judge, &ways);
        for (turn, &node) in graph.nodes_of(Kind::Master).iter().chain(graph.nodes_of(Kind::Parcours)).enumerate() {
            if let Some(values) = values.of(node).filter(|values| values.iter().any(|value| *value > 0.0)) {
                let universities = judge.universities(node).len();
                diplomas.push(Ranked { node, score: score(&values, &shares), universities, values });
            }
            if turn % 512 == 511 && interrupted() {
                break;
            }
        }
    });
    diplomas.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| graph.by_key(a.node, b.node)));
    Ok(Ranking { diplomas, shares, ways })
}

/// The share of each criterion, one of them left out if told so. They add up to 1, or are all 0.
fn shares(profile: &Profile, without: Option<Criterion>) -> [f64; 7] {
    let counts = |criterion: &Criterion| criterion.is_given(profile) && Some(*criterion) != without;
    let total: f64 = Criterion::ALL.iter().filter(|criterion| counts(criterion)).map(|one| one.weight()).sum();
    Criterion::ALL.map(|criterion| if counts(&criterion) { criterion.weight() / total } else { 0.0 })
}

fn score(values: &[f64; 7], shares: &[f64; 7]) -> i64 {
    let sum: f64 = values.iter().zip(shares).map(|(value, share)| value * share).sum();
    (sum * 1e12).round() as i64
}

/// A criterion without which a diploma would stand elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    pub criterion: Criterion,
    /// The rank, from 1, that the diploma would have if the profile did not speak of it.
    pub rank: usize,
}

impl Ranking {
    /// The class of each diploma, from 1 on: scores are good to a fifth at best, and one joins the class whose leader may be
    /// no better.
    pub fn classes(&self) -> Vec<u32> {
        let (mut class, mut worst_of_leader) = (0, f64::INFINITY);
        let of = |diploma: &Ranked| {
            let (score, error) = (number(diploma.score), ERROR * number(diploma.score).abs());
            if worst_of_leader > score + error + TOLERANCE {
                (class, worst_of_leader) = (class + 1, score - error);
            }
            class
        };
        self.diplomas.iter().map(of).collect()
    }

    /// What would change the rank of the diplomas at these places: for each, the criteria that it hangs on.
    /// O(criteria × (diplomas × places)).
    pub fn shifts(&self, graph: &Graph, profile: &Profile, places: &[usize]) -> Vec<Vec<Shift>> {
        let mut shifts = vec![Vec::new(); places.len()];
        let given = Criterion::ALL.into_iter().filter(|criterion| criterion.is_given(profile));
        let given: Vec<Criterion> = given.collect();
        if given.len() < 2 {
            return shifts;
        }
        for criterion in given {
            let shares = shares(profile, Some(criterion));
            let scores: Vec<i64> = self.diplomas.iter().map(|diploma| score(&diploma.values, &shares)).collect();
            for (shift, &place) in shifts.iter_mut().zip(places) {
                let (mine, node) = (scores[place], self.diplomas[place].node);
                let better = scores.iter().filter(|score| **score > mine).count();
                let equal = scores
                    .iter()
                    .zip(&self.diplomas)
                    .filter(|(score, other)| **score == mine && graph.by_key(other.node, node).is_lt());
                let rank = better + equal.count() + 1;
                if rank != place + 1 {
                    shift.push(Shift { criterion, rank });
                }
            }
        }
        shifts
    }
}

#[cfg(test)]
mod tests;
