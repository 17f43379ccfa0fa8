//! Why nothing, or not more, was found, and the smallest change that would help. Typed reasons, each with its message
//! in French; every claim comes from a search or a walk over the same graph, within a bounded amount of work.

mod attempts;
mod gap;
pub mod listed;

use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};

use super::french::{de_place, list, upper_first};
use super::query::{EvidenceSet, Filter, MAX_FIRST, MAX_STEPS, Query, Retired};
use super::search::{self, End};
use super::{Found, QueryFault, explain};
use listed::Noun;

/// The budget of each search that a diagnosis makes.
const TRIAL: u64 = 50_000;
/// A trial counts up to so many pathways, whatever the page: a count must not depend on the page asked for.
const COUNTED: usize = MAX_FIRST;
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
    /// The job asked for is regulated: studies alone don't lead to it.
    Access { job: NodeIx },
    /// The ends stand the wrong way round: pathways go the other way.
    Reversed,
    /// Without this condition, pathways are found.
    Excluded {
        /// Which condition, by its name in the API.
        by: &'static str,
        /// How many more are found without it.
        found: usize,
        /// Whether that is all of them; if not, there are at least so many.
        exact: bool,
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
    /// Sources speak of a family that holds a target, and not of the target itself.
    TooWide {
        family: NodeIx,
        /// The masters and parcours of which they say it, by key.
        of: Vec<NodeIx>,
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
/// blame. Work: some fifty searches of a small budget at most, and two walks over the graph; each search stops when
/// `interrupted` says so.
///
/// # Errors
/// When the query breaks a rule of [`Query::check`].
pub fn diagnose(
    graph: &Graph,
    query: &Query,
    found: &Found,
    interrupted: &dyn Fn() -> bool,
) -> Result<Option<Diagnosis>, QueryFault> {
    query.check(graph)?;
    let trials = Trials { graph, interrupted };
    let mut reasons = Vec::new();
    reasons.extend(stopped(found.end));
    if found.pathways.len() >= query.first || query.after.is_some() && !found.pathways.is_empty() {
        return Ok(wrapped(reasons));
    }
    let ends_at_fault = ends(graph, query);
    if !ends_at_fault.is_empty() {
        reasons.extend(ends_at_fault);
        return Ok(wrapped(reasons));
    }
    // A page after the first says nothing of what the pages before it hold.
    if query.after.is_some() {
        return Ok(wrapped(reasons));
    }
    if found.end == End::Proven {
        reasons.extend(exclusions(&trials, query, found));
    }
    if found.pathways.is_empty() {
        let known = access_reasons(graph, query);
        reasons.splice(0..0, known);
    }
    if found.pathways.is_empty() && reasons.iter().all(|reason| matches!(reason.cause, Cause::Access { .. })) {
        reasons.extend(gap::reasons(&trials, query));
    }
    if found.pathways.len() < LITTLE {
        reasons.extend(attempts::skills(&trials, query, found.pathways.len()));
    }
    Ok(wrapped(reasons))
}

/// The searches that a diagnosis makes.
struct Trials<'a> {
    graph: &'a Graph,
    interrupted: &'a dyn Fn() -> bool,
}

/// What a trial found.
struct Count {
    value: usize,
    /// Whether there are no more than these.
    exact: bool,
}

impl Trials<'_> {
    /// How many pathways a query has, up to so many.
    fn count(&self, query: &Query, most: usize) -> Count {
        let query = Query { budget: TRIAL, after: None, first: most, ..query.clone() };
        let found = search::run(self.graph, &query, self.interrupted);
        Count { value: found.ways.len(), exact: found.end == End::Proven && !found.has_next }
    }

    fn finds(&self, query: &Query) -> bool {
        self.count(query, 1).value > 0
    }
}

fn wrapped(reasons: Vec<Reason>) -> Option<Diagnosis> {
    (!reasons.is_empty()).then_some(Diagnosis { reasons })
}

/// What a search that did not end by itself leaves open.
fn stopped(end: End) -> Option<Reason> {
    let (cause, message) = match end {
        End::Proven => return None,
        End::Budget => (
            Cause::Budget,
            "La recherche s'est arrêtée avant d'avoir tout examiné : les voies données sont bien les mieux attestées, mais \
             d'autres peuvent suivre. Précisez la question : une étape par où passer, une région, moins d'étapes.",
        ),
        End::Interrupted => {
            (Cause::Interrupted, "La recherche a été interrompue par son délai : d'autres voies peuvent suivre.")
        }
    };
    Some(Reason { cause, message: message.to_owned() })
}

/// What the access to the jobs asked for requires.
fn access_reasons(graph: &Graph, query: &Query) -> Vec<Reason> {
    let access = |job: &NodeIx| {
        let message = explain::access::of(graph, *job)?.text;
        Some(Reason { cause: Cause::Access { job: *job }, message })
    };
    let noted = query.called.iter().filter_map(|called| {
        let job = called.node;
        let message = called.note?.to_owned();
        query.to.contains(&job).then_some(Reason { cause: Cause::Access { job }, message })
    });
    noted.chain(query.to.iter().filter_map(access).take(NAMED)).collect()
}

/// Faults of the ends themselves.
fn ends(graph: &Graph, query: &Query) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (end, ends) in [("le départ", &query.from), ("l'arrivée", &query.to)] {
        if ends.is_empty() || ends.iter().any(|node| graph.kind(*node).on_pathways()) {
            continue;
        }
        let message = format!(
            "{} ne peut pas être {end} d'une voie : choisissez une licence, un master, un parcours, un métier ou une poursuite \
             d'études.",
            names(graph, ends)
        );
        reasons.push(Reason { cause: Cause::Kind { nodes: ends.clone() }, message });
    }
    if query.filter.retired == Retired::LeftOut && reasons.is_empty() {
        for ends in [&query.from, &query.to] {
            if !ends.is_empty() && ends.iter().all(|node| graph.is_retired(*node)) {
                let message = format!(
                    "{} n'est plus en vigueur : choisissez ce qui le remplace, ou demandez aussi ce qui n'est plus en vigueur.",
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
                "Le départ et l'arrivée sont les mêmes ({}) : il n'y a pas de voie à chercher.",
                names(graph, &query.from)
            ),
        });
    }
    reasons
}

/// Conditions without which more is found: each dropped by itself, then all together.
fn exclusions(trials: &Trials<'_>, query: &Query, found: &Found) -> Vec<Reason> {
    let relaxations = relaxations(trials.graph, query);
    let tried = |relaxation: &Relaxation, with: usize| {
        excluded(relaxation, trials.count(&relaxation.query, COUNTED), with, Noun::PATHWAY)
    };
    let with = found.pathways.len();
    let mut reasons: Vec<Reason> = relaxations.iter().filter_map(|relaxation| tried(relaxation, with)).collect();
    if reasons.is_empty() && found.pathways.is_empty() && relaxations.len() > 1 {
        let bare = Query { max_steps: MAX_STEPS, ..Query::new(query.from.clone(), query.to.clone()) };
        let all = Relaxation { by: "where", words: "sans aucune des conditions posées".to_owned(), query: bare };
        reasons.extend(tried(&all, 0));
    }
    reasons
}

/// A query without one of its conditions.
struct Relaxation {
    /// The condition, by its name in the API.
    by: &'static str,
    /// What is given up, in French.
    words: String,
    query: Query,
}

fn relaxations(graph: &Graph, query: &Query) -> Vec<Relaxation> {
    let mut list = Vec::new();
    let mut relax = |by: &'static str, words: String, change: &dyn Fn(&mut Query)| {
        let mut relaxed = query.clone();
        change(&mut relaxed);
        list.push(Relaxation { by, words, query: relaxed });
    };
    if query.max_steps < MAX_STEPS {
        let steps = MAX_STEPS.min(query.max_steps + 3);
        relax("maxSteps", format!("avec plus de {} étapes", query.max_steps), &|query| query.max_steps = steps);
    }
    let via: Vec<NodeIx> = query.via.iter().flatten().copied().collect();
    if !via.is_empty() {
        relax("via", format!("sans passer par {}", names(graph, &via)), &|query| query.via.clear());
    }
    if !query.avoid.is_empty() {
        relax("avoid", format!("sans écarter {}", names(graph, &query.avoid)), &|query| query.avoid.clear());
    }
    // A new condition must say here what is found without it.
    let Filter {
        regions,
        academies,
        cities,
        universities,
        modalities,
        languages,
        domains,
        min_strength,
        min_score,
        evidence,
        relations,
        retired,
    } = &query.filter;
    if !regions.is_empty() {
        relax("where.region", format!("hors {}", or(regions)), &|query| query.filter.regions.clear());
    }
    if !academies.is_empty() {
        let words = format!("hors de l'académie {}", or(academies));
        relax("where.academy", words, &|query| query.filter.academies.clear());
    }
    if !cities.is_empty() {
        relax("where.city", format!("hors {}", or(cities)), &|query| query.filter.cities.clear());
    }
    if !universities.is_empty() {
        relax("where.university", "dans d'autres universités".to_owned(), &|query| query.filter.universities.clear());
    }
    if !modalities.is_empty() {
        relax("where.modality", "à un autre rythme".to_owned(), &|query| query.filter.modalities.clear());
    }
    if !languages.is_empty() {
        relax("where.language", "dans d'autres langues".to_owned(), &|query| query.filter.languages.clear());
    }
    if !domains.is_empty() {
        relax("where.domain", "dans d'autres domaines".to_owned(), &|query| query.filter.domains.clear());
    }
    if min_strength.is_some() {
        let words = "en acceptant des étapes moins bien attestées".to_owned();
        relax("where.minStrength", words, &|query| query.filter.min_strength = None);
    }
    if min_score.is_some() {
        let words = "en acceptant des voies moins bien attestées".to_owned();
        relax("where.minScore", words, &|query| query.filter.min_score = None);
    }
    if *evidence != EvidenceSet::default() {
        let words = "en comptant toutes les sortes de preuves".to_owned();
        relax("where.evidence", words, &|query| query.filter.evidence = EvidenceSet::default());
    }
    if relations.is_some() {
        let words = "en admettant toutes les sortes d'étapes".to_owned();
        relax("where.relations", words, &|query| query.filter.relations = None);
    }
    if *retired == Retired::LeftOut {
        let words = "en comptant ce qui n'est plus en vigueur".to_owned();
        relax("where.retired", words, &|query| query.filter.retired = Retired::Included);
    }
    if let Some(kind) = query.distinct {
        let words = format!("en montrant toutes les voies {}", same(kind));
        relax("distinct", words, &|query| query.distinct = None);
    }
    if query.diversity > 0.0 {
        let words = "en montrant aussi les voies qui se ressemblent".to_owned();
        relax("diversity", words, &|query| query.diversity = 0.0);
    }
    list
}

/// `d'un même master`.
fn same(kind: Kind) -> &'static str {
    match kind {
        Kind::Licence => "d'une même licence",
        Kind::Master => "d'un même master",
        Kind::Parcours => "d'un même parcours",
        Kind::University => "d'une même université",
        Kind::Job => "d'un même métier",
        Kind::Study => "d'une même poursuite d'études",
        Kind::Source | Kind::Course | Kind::Skill | Kind::Family | Kind::Sector => "d'un même groupe",
    }
}

/// What is found without a condition beyond those found with it.
fn excluded(relaxation: &Relaxation, count: Count, with: usize, noun: Noun) -> Option<Reason> {
    let Count { value, exact } = count;
    let found = value.checked_sub(with).filter(|more| *more > 0)?;
    let at_least = if exact { "" } else { "au moins " };
    let message = format!("{} : {at_least}{}.", upper_first(&relaxation.words), noun.more(found, with > 0));
    Some(Reason { cause: Cause::Excluded { by: relaxation.by, found, exact }, message })
}

/// `de Normandie ou de Bretagne`.
fn or(places: &[String]) -> String {
    places.iter().map(|place| de_place(place)).collect::<Vec<_>>().join(" ou ")
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
