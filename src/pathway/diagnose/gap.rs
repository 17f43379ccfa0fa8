//! Where nothing at all leads from the sources to the targets: what each side reaches by the question's own rules, the link
//! that no source states, and what to try instead.

use std::collections::HashMap;

use super::super::french::{Case, list, phrase};
use super::super::outlets::{is_beyond_master, is_regulated, jobs_of};
use super::super::query::{Filter, Query};
use super::super::reach::{Reach, reach};
use super::listed::Noun;
use super::{Cause, NAMED, Reason, Trials, attempts};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};

/// Nothing at all leads from the sources to the targets: what each side reaches, and which link is missing.
pub(super) fn reasons(trials: &Trials<'_>, query: &Query) -> Vec<Reason> {
    let graph = trials.graph;
    if trials.finds(&Query::new(query.to.clone(), query.from.clone())) {
        return vec![Reason {
            cause: Cause::Reversed,
            message: format!(
                "Aucune voie ne va {} {}, mais il en existe dans l'autre sens : inversez le départ et l'arrivée.",
                phrase(graph, query.from[0], Case::Of),
                phrase(graph, query.to[0], Case::To)
            ),
        }];
    }
    let forward = Side::new(trials, query, &query.from, &[]);
    let backward = Side::new(trials, query, &[], &query.to);
    let start = match &query.from[..] {
        [one] => phrase(graph, *one, Case::Plain),
        _ => "le départ".to_owned(),
    };
    let goal = match &query.to[..] {
        [one] => phrase(graph, *one, Case::To),
        _ => "à l'arrivée".to_owned(),
    };
    let mut reasons = Vec::new();
    if let Some(reached) = forward.furthest(graph, &query.from, |kind| kind) {
        let message = match counted(graph, &reached) {
            Some(many) => format!("Depuis {start}, les sources mènent à {many}, mais pas {goal}."),
            None => {
                format!("Depuis {start}, les sources mènent au plus loin {}.", one_of(graph, &reached, Case::To, "et"))
            }
        };
        reasons.push(Reason { cause: Cause::DeadEnd { reached }, message });
    }
    if let Some(reached) = backward.furthest(graph, &query.to, std::cmp::Reverse) {
        let whence = counted(graph, &reached).unwrap_or_else(|| one_of(graph, &reached, Case::Plain, "et"));
        let message = format!("Les sources mènent {goal} depuis {whence}, mais pas depuis {start}.");
        reasons.push(Reason { cause: Cause::Unreached { reached }, message });
    }
    reasons.extend(missing_link(graph, query, &forward, &backward, &goal));
    reasons.extend(too_wide(graph, query, &forward));
    let reached = |node: NodeIx| backward.steps.contains_key(&node);
    reasons.extend(attempts::jobs(trials, query, &reached));
    reasons.extend(attempts::licences(trials, query, &reached));
    if reasons.is_empty() {
        let message = "Aucune source ne dit où mène le départ, ni d'où l'on vient à l'arrivée.".to_owned();
        reasons.push(Reason { cause: Cause::DeadEnd { reached: query.from.clone() }, message });
    }
    reasons
}

/// What lies on one side of the gap, and how many steps away on the best pathway.
struct Side {
    steps: HashMap<NodeIx, usize>,
}

impl Side {
    /// What pathways from the sources, or to the targets, hold: by the rules of the question, without its conditions.
    fn new(trials: &Trials<'_>, query: &Query, from: &[NodeIx], to: &[NodeIx]) -> Side {
        let mut steps: HashMap<NodeIx, usize> = from.iter().chain(to).map(|node| (*node, 0)).collect();
        for kind in Kind::ALL.into_iter().filter(|kind| kind.on_pathways()) {
            let wanted = Reach {
                filter: Filter { retired: query.filter.retired, ..Filter::default() },
                max_steps: query.max_steps,
                max_moves: query.max_moves,
                ..Reach::new(from.to_vec(), to.to_vec(), kind)
            };
            let reached = reach(trials.graph, &wanted, trials.interrupted);
            for within in reached.into_iter().flat_map(|reached| reached.entries) {
                steps.entry(within.node).or_insert(within.nodes.len() - 1);
            }
        }
        Side { steps }
    }

    /// The nodes of these kinds, the nearest first, then by key.
    fn of(&self, graph: &Graph, kinds: &[Kind]) -> Vec<NodeIx> {
        let mut nodes: Vec<NodeIx> =
            self.steps.keys().copied().filter(|node| kinds.contains(&graph.kind(*node))).collect();
        nodes.sort_by(|a, b| self.steps[a].cmp(&self.steps[b]).then_with(|| graph.by_key(*a, *b)));
        nodes
    }

    /// The nodes of the kind that is last in an order of the ladder's rungs, ends left out.
    fn furthest<O: Ord>(&self, graph: &Graph, ends: &[NodeIx], order: impl Fn(usize) -> O) -> Option<Vec<NodeIx>> {
        let rung = |node: NodeIx| order(rung(graph.kind(node)));
        let last = self.steps.keys().filter(|node| !ends.contains(node)).max_by_key(|node| rung(**node))?;
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| order(self::rung(*kind)) == rung(*last)).collect();
        let mut nodes = self.of(graph, &kinds);
        nodes.retain(|node| !ends.contains(node));
        Some(nodes)
    }
}

/// How far along a pathway nodes of a kind stand.
fn rung(kind: Kind) -> usize {
    match kind {
        Kind::Licence => 0,
        Kind::Master => 1,
        Kind::Parcours => 2,
        Kind::Job
        | Kind::Study
        | Kind::Source
        | Kind::Course
        | Kind::University
        | Kind::Skill
        | Kind::Family
        | Kind::Sector => 3,
    }
}

/// The relation that, stated once, would join the two sides: the one with the fewest candidates, since it asks the least of
/// the sources; then the one nearest to both ends.
fn missing_link(graph: &Graph, query: &Query, forward: &Side, backward: &Side, goal: &str) -> Option<Reason> {
    let gaps = Relation::ALL.into_iter().filter_map(|relation| {
        let (starts, ends) = relation.steps()?;
        let (from, mut to) = (forward.of(graph, starts), backward.of(graph, ends));
        // No move leads into a regulated job, whatever sources say.
        to.retain(|job| relation != Relation::EvolvesTo || !is_regulated(graph, *job));
        Some((relation, from, to))
    });
    let steps = |from: &[NodeIx], to: &[NodeIx]| forward.steps[&from[0]] + backward.steps[&to[0]] + 1;
    let gaps = gaps.filter(|(_, from, to)| !from.is_empty() && !to.is_empty() && steps(from, to) <= query.max_steps);
    let (relation, from, to) =
        gaps.min_by_key(|(_, from, to)| (from.len().saturating_mul(to.len()), steps(from, to)))?;
    let whence = match counted(graph, &from) {
        Some(many) => format!("l'un{} des {many} que l'on atteint", feminine(graph, from[0])),
        None => one_of(graph, &from, Case::Plain, "ou"),
    };
    let whither = match counted(graph, &to) {
        Some(many) => format!("à l'un{} des {many} d'où l'on arrive {goal}", feminine(graph, to[0])),
        None => one_of(graph, &to, Case::To, "ou"),
    };
    let link = match relation {
        Relation::Bridges => format!("qu'une passerelle relie {whence} {whither}"),
        Relation::Opens if to.len() == 1 && graph.incoming(to[0], relation).is_empty() && from.len() > 1 => {
            format!("quelle licence donne accès {whither}")
        }
        Relation::Opens => format!("que {whence} donne accès {whither}"),
        Relation::EvolvesTo => format!("que l'on évolue de {whence} {whither}"),
        Relation::Offers => format!("que {whence} conduit {whither}"),
        Relation::Teaches
        | Relation::Develops
        | Relation::RequiredBy
        | Relation::LeadsTo
        | Relation::Groups
        | Relation::Hosts
        | Relation::Awards
        | Relation::WorksIn
        | Relation::Broader
        | Relation::Near => format!("que {whence} mène {whither}"),
    };
    // A source may well name a master there: the access to the job says that it does not do.
    let message = if relation == Relation::LeadsTo && to.iter().all(|job| is_beyond_master(graph, *job)) {
        format!("Le diplôme exigé pour accéder {whither} n'est pas un master : aucun master n'y suffit.")
    } else {
        format!("Aucune source ne dit {link}.")
    };
    Some(Reason { cause: Cause::MissingLink { relation, from, to }, message })
}

/// The families of which sources speak on the way, and which hold a target without saying enough of it.
fn too_wide(graph: &Graph, query: &Query, forward: &Side) -> Option<Reason> {
    let diplomas = forward.of(graph, &[Kind::Master, Kind::Parcours]);
    let speaks = |diploma: &NodeIx, family: NodeIx| {
        graph.out(*diploma, Relation::LeadsTo).iter().any(|half| half.node == family)
    };
    let jobs = query.to.iter().copied().filter(|job| graph.kind(*job) == Kind::Job);
    let families = jobs.flat_map(|job| graph.incoming(job, Relation::Groups).iter().map(move |half| (job, half.node)));
    let told = families.map(|(job, family)| {
        let of: Vec<NodeIx> = diplomas.iter().copied().filter(|diploma| speaks(diploma, family)).collect();
        (job, family, of)
    });
    let (job, family, of) = told.filter(|(_, _, of)| !of.is_empty()).max_by_key(|(.., of)| of.len())?;
    let (whence, verb) = match counted(graph, &of) {
        Some(many) => (many, "annoncent"),
        None => (one_of(graph, &of, Case::Plain, "et"), if of.len() == 1 { "annonce" } else { "annoncent" }),
    };
    let why = if is_regulated(graph, job) {
        "pour un métier réglementé, cela n'atteste pas de voie"
    } else {
        "c'est trop large pour attester une voie"
    };
    let holds = match jobs_of(graph, family).count() {
        1 => "où ROME ne range que ce métier".to_owned(),
        count => format!("qui réunit {count} métiers dont celui-ci"),
    };
    let whence = super::upper_first(&whence);
    let message = format!("{whence} {verb} {}, {holds} : {why}.", phrase(graph, family, Case::Plain));
    Some(Reason { cause: Cause::TooWide { family, of }, message })
}

/// `12 masters et un parcours`, where there are too many to name.
fn counted(graph: &Graph, nodes: &[NodeIx]) -> Option<String> {
    if nodes.len() <= NAMED {
        return None;
    }
    let counts = Kind::ALL.into_iter().filter_map(|kind| {
        let count = nodes.iter().filter(|node| graph.kind(**node) == kind).count();
        (count > 0).then(|| Noun::of(kind).counted(count))
    });
    Some(list(&counts.collect::<Vec<_>>()))
}

fn feminine(graph: &Graph, node: NodeIx) -> &'static str {
    if matches!(graph.kind(node), Kind::Licence | Kind::Study) { "e" } else { "" }
}

/// A few by name: `le master X, le master Y ou un autre`.
fn one_of(graph: &Graph, nodes: &[NodeIx], case: Case, and: &str) -> String {
    let mut said: Vec<String> = nodes.iter().take(NAMED).map(|node| phrase(graph, *node, case)).collect();
    match nodes.len().saturating_sub(NAMED) {
        0 => {}
        1 => said.push("un autre".to_owned()),
        more => said.push(format!("{more} autres")),
    }
    match &said[..] {
        [init @ .., last] if !init.is_empty() => format!("{} {and} {last}", init.join(", ")),
        _ => said.concat(),
    }
}
