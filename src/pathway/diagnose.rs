//! Why nothing, or not more, was found, and the smallest change that would help. Typed reasons, each with its message
//! in French; every claim comes from a search or a walk over the same graph, within a bounded amount of work.

mod attempts;
mod gap;

use crate::graph::{Graph, NodeIx};
use crate::model::Relation;

use super::french::{list, upper_first};
use super::query::{EvidenceSet, MAX_STEPS, Query, Retired};
use super::search::{self, End};
use super::{Found, QueryFault};

/// The budget of each search that a diagnosis makes.
const TRIAL: u64 = 50_000;
/// Fewer pathways than this are little.
const LITTLE: usize = 3;
/// The most nodes named in a reason.
const NAMED: usize = 3;

/// The diagnosis of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// From the plainest to the most distant.
    pub reasons: Vec<Reason>,
}

/// One reason, or one thing to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// What it is.
    pub cause: Cause,
    /// In French, one or two sentences.
    pub message: String,
}

/// What keeps pathways from being found.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The budget ended before the answer was proven.
    Budget,
    /// The caller interrupted the search.
    Interrupted,
    /// Every source is a target and nothing else leads on.
    SameEnds,
    /// No end is of a kind that pathways can begin or end at.
    Kind {
        /// The ends at fault.
        nodes: Vec<NodeIx>,
    },
    /// All ends on one side are retired.
    RetiredEnds {
        /// The ends at fault.
        nodes: Vec<NodeIx>,
    },
    /// The ends stand the wrong way round: pathways go the other way.
    Reversed,
    /// Without this condition, pathways are found.
    Excluded {
        /// Which condition, by its name in the API.
        by: &'static str,
        /// How many more are found without it, up to the page asked for.
        found: usize,
    },
    /// Nothing leads on from what the sources reach.
    DeadEnd {
        /// The nodes furthest along that the sources reach, by key.
        reached: Vec<NodeIx>,
    },
    /// Nothing that is reached from the sources leads to the targets.
    Unreached {
        /// The nodes furthest back from which the targets are reached, by key.
        reached: Vec<NodeIx>,
    },
    /// Relations that no source states; any one of them would make a way.
    MissingLink {
        /// Their kind.
        relation: Relation,
        /// Where one could begin, by key.
        from: Vec<NodeIx>,
        /// Where it could end, by key.
        to: Vec<NodeIx>,
    },
    /// Jobs near the targets to which ways are found.
    TryInstead {
        /// The nearest first.
        nodes: Vec<NodeIx>,
    },
    /// Licences near the sources from which ways are found.
    TryLicence {
        /// The nearest first.
        nodes: Vec<NodeIx>,
    },
    /// Skills near one of `via` through which ways are found.
    TrySkill {
        /// The skill of `via`.
        instead_of: NodeIx,
        /// Broader ones, then narrower ones.
        nodes: Vec<NodeIx>,
    },
}

/// Diagnoses an answer; `None` where a full page was found or the answer holds all that there is without a condition to
/// blame. Work: some fifty searches of a small budget at most, and two walks over the graph.
///
/// # Errors
/// When the query breaks a rule of [`Query::check`].
pub fn diagnose(graph: &Graph, query: &Query, found: &Found) -> Result<Option<Diagnosis>, QueryFault> {
    query.check(graph)?;
    let mut reasons = Vec::new();
    match found.end {
        End::Proven => {}
        End::Budget => reasons.push(Reason {
            cause: Cause::Budget,
            message: format!(
                "La recherche s'est arrêtée à son budget de {} extensions : les chemins donnés sont bien les meilleurs, mais \
                 d'autres peuvent suivre. Restreignez la question (via, where, maxSteps).",
                query.budget
            ),
        }),
        End::Interrupted => reasons.push(Reason {
            cause: Cause::Interrupted,
            message: "La recherche a été interrompue par son délai : d'autres chemins peuvent suivre.".to_owned(),
        }),
    }
    if found.pathways.len() >= query.first || query.after.is_some() && !found.pathways.is_empty() {
        return Ok(wrapped(reasons));
    }
    let ends_at_fault = ends(graph, query);
    if !ends_at_fault.is_empty() {
        reasons.extend(ends_at_fault);
        return Ok(wrapped(reasons));
    }
    if found.end == End::Proven {
        reasons.extend(exclusions(graph, query, found));
    }
    if query.after.is_some() {
        return Ok(wrapped(reasons));
    }
    if found.pathways.is_empty() && reasons.is_empty() {
        reasons.extend(gap::reasons(graph, query));
    }
    if found.pathways.len() < LITTLE {
        reasons.extend(attempts::skills(graph, query, found.pathways.len()));
    }
    Ok(wrapped(reasons))
}

fn wrapped(reasons: Vec<Reason>) -> Option<Diagnosis> {
    (!reasons.is_empty()).then_some(Diagnosis { reasons })
}

/// Faults of the ends themselves.
fn ends(graph: &Graph, query: &Query) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (field, ends) in [("from", &query.from), ("to", &query.to)] {
        if ends.is_empty() || ends.iter().any(|node| graph.kind(*node).on_pathways()) {
            continue;
        }
        let message = format!(
            "{} ne figure jamais sur un chemin : donnez dans {field} une licence, un master, un parcours, un métier ou une \
             poursuite d'études.",
            names(graph, ends)
        );
        reasons.push(Reason { cause: Cause::Kind { nodes: ends.clone() }, message });
    }
    if query.filter.retired == Retired::LeftOut && reasons.is_empty() {
        for ends in [&query.from, &query.to] {
            if !ends.is_empty() && ends.iter().all(|node| graph.is_retired(*node)) {
                let message = format!(
                    "{} n'est plus en vigueur : demandez aussi ce qui est retiré, ou choisissez ce qui le remplace.",
                    names(graph, ends)
                );
                reasons.push(Reason { cause: Cause::RetiredEnds { nodes: ends.clone() }, message });
            }
        }
    }
    if reasons.is_empty()
        && !query.from.is_empty()
        && query.from.iter().all(|node| query.to.contains(node))
        && query.to.iter().all(|node| query.from.contains(node))
        && query.from.len() == 1
    {
        reasons.push(Reason {
            cause: Cause::SameEnds,
            message: format!(
                "Le départ et l'arrivée sont les mêmes ({}) : il n'y a pas de chemin à faire.",
                names(graph, &query.from)
            ),
        });
    }
    reasons
}

/// Conditions without which more is found: each dropped by itself, then all together.
fn exclusions(graph: &Graph, query: &Query, found: &Found) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (by, relaxed) in relaxations(query) {
        let more = count(graph, &relaxed);
        if more > found.pathways.len() {
            reasons.push(excluded(by, more - found.pathways.len(), query));
        }
    }
    if reasons.is_empty() && found.pathways.is_empty() {
        let bare = Query { first: query.first, ..Query::new(query.from.clone(), query.to.clone()) };
        let bare = Query { max_steps: MAX_STEPS, ..bare };
        if relaxations(query).len() > 1 {
            let more = count(graph, &bare);
            if more > 0 {
                reasons.push(excluded("where", more, query));
            }
        }
    }
    reasons
}

fn count(graph: &Graph, query: &Query) -> usize {
    let query = Query { budget: TRIAL, after: None, ..query.clone() };
    search::run(graph, &query, &|| false).ways.len()
}

fn relaxations(query: &Query) -> Vec<(&'static str, Query)> {
    let mut list = Vec::new();
    let filter = &query.filter;
    let mut relax = |by: &'static str, given: bool, change: fn(&mut Query)| {
        if given {
            let mut relaxed = query.clone();
            change(&mut relaxed);
            list.push((by, relaxed));
        }
    };
    relax("maxSteps", query.max_steps < MAX_STEPS, |query| query.max_steps = MAX_STEPS.min(query.max_steps + 3));
    relax("via", !query.via.is_empty(), |query| query.via.clear());
    relax("avoid", !query.avoid.is_empty(), |query| query.avoid.clear());
    relax("where.region", !filter.regions.is_empty(), |query| query.filter.regions.clear());
    relax("where.academy", !filter.academies.is_empty(), |query| query.filter.academies.clear());
    relax("where.city", !filter.cities.is_empty(), |query| query.filter.cities.clear());
    relax("where.university", !filter.universities.is_empty(), |query| query.filter.universities.clear());
    relax("where.modality", !filter.modalities.is_empty(), |query| query.filter.modalities.clear());
    relax("where.language", !filter.languages.is_empty(), |query| query.filter.languages.clear());
    relax("where.minStrength", filter.min_strength.is_some(), |query| query.filter.min_strength = None);
    relax("where.minScore", filter.min_score.is_some(), |query| query.filter.min_score = None);
    relax("where.evidence", filter.evidence != EvidenceSet::default(), |query| {
        query.filter.evidence = EvidenceSet::default();
    });
    relax("where.relations", filter.relations.is_some(), |query| query.filter.relations = None);
    relax("where.retired", filter.retired == Retired::LeftOut, |query| query.filter.retired = Retired::Included);
    relax("distinct", query.distinct.is_some(), |query| query.distinct = None);
    relax("diversity", query.diversity > 0.0, |query| query.diversity = 0.0);
    list
}

fn excluded(by: &'static str, found: usize, query: &Query) -> Reason {
    let at_least = if found >= query.first { "au moins " } else { "" };
    let (chemins, verb) = if found == 1 { ("chemin", "existe") } else { ("chemins", "existent") };
    let condition = match by {
        "maxSteps" => format!("avec plus de {} étapes (maxSteps)", query.max_steps),
        "where" => "sans aucune des conditions posées".to_owned(),
        "where.retired" => "en comptant ce qui n'est plus en vigueur".to_owned(),
        "where.evidence" => "en comptant toutes les sortes de preuves (where.evidence)".to_owned(),
        by => format!("sans la condition {by}"),
    };
    let message = format!("{}, {at_least}{found} {chemins} de plus {verb}.", upper_first(&condition));
    Reason { cause: Cause::Excluded { by, found }, message }
}

fn names(graph: &Graph, nodes: &[NodeIx]) -> String {
    some_of(nodes, |node| format!("« {} »", graph.node(node).name))
}

fn some_of(nodes: &[NodeIx], say: impl Fn(NodeIx) -> String) -> String {
    let mut said: Vec<String> = nodes.iter().take(NAMED).map(|node| say(*node)).collect();
    match nodes.len().saturating_sub(NAMED) {
        0 => {}
        1 => said.push("un autre".to_owned()),
        more => said.push(format!("{more} autres")),
    }
    list(&said)
}
