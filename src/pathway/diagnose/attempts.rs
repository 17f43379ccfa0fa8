//! What to try where nothing, or little, was found: a neighbouring job, another licence, a broader or narrower skill.
//! Nothing is suggested that was not tried: each attempt is searched for before it is named, with all other conditions.

use std::collections::HashMap;

use super::{Cause, NAMED, Reason, Trials, names};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::query::Query;

/// The most candidates that are searched for.
const TRIED: usize = 8;

/// Those of the candidates, nearest first, with which the question finds more than so many pathways.
fn tried(
    trials: &Trials<'_>,
    mut candidates: Vec<NodeIx>,
    more_than: usize,
    with: impl Fn(NodeIx) -> Query,
) -> Option<Vec<NodeIx>> {
    candidates.truncate(TRIED);
    candidates.retain(|candidate| trials.count(&with(*candidate), more_than + 1).value > more_than);
    candidates.truncate(NAMED);
    (!candidates.is_empty()).then_some(candidates)
}

/// The nodes met most, by the sum of the weights, then key.
fn ranked(graph: &Graph, met: HashMap<NodeIx, f64>) -> Vec<NodeIx> {
    let mut nodes: Vec<(NodeIx, f64)> = met.into_iter().filter(|(node, _)| !graph.is_retired(*node)).collect();
    // In steps of 1e-9, so that the order of addition decides nothing.
    let steps = |sum: f64| (sum * 1e9).round() as i64;
    nodes.sort_by(|a, b| steps(b.1).cmp(&steps(a.1)).then_with(|| graph.by_key(a.0, b.0)));
    nodes.into_iter().map(|(node, _)| node).collect()
}

/// The share of a target's requirements, by weight, that a job near it must have too.
const ALIKE: f64 = 0.25;

/// Jobs next to the targets: those that require most of the same skills. Where sources say of no skill that a target requires
/// it, those that it evolves to.
pub(super) fn jobs(trials: &Trials<'_>, query: &Query, reached: &dyn Fn(NodeIx) -> bool) -> Option<Reason> {
    let graph = trials.graph;
    let new = |node: NodeIx| !reached(node) && !query.to.contains(&node);
    let mut near: HashMap<NodeIx, f64> = HashMap::new();
    for target in query.to.iter().copied().filter(|target| graph.kind(*target) == Kind::Job) {
        let required = graph.incoming(target, Relation::RequiredBy);
        let total: f64 = required.iter().map(|skill| skill.weight).sum();
        let mut shared: HashMap<NodeIx, f64> = HashMap::new();
        for skill in required {
            for half in graph.out(skill.node, Relation::RequiredBy).iter().filter(|half| new(half.node)) {
                *shared.entry(half.node).or_default() += skill.weight / total;
            }
        }
        let evolved =
            graph.out(target, Relation::EvolvesTo).iter().filter(|half| required.is_empty() && new(half.node));
        let evolved = evolved.map(|half| (half.node, half.weight));
        for (job, share) in shared.into_iter().filter(|(_, share)| *share >= ALIKE).chain(evolved) {
            let best = near.entry(job).or_default();
            *best = best.max(share);
        }
    }
    let nodes = tried(trials, ranked(graph, near), 0, |job| Query { to: vec![job], ..query.clone() })?;
    let message = format!(
        "Essayez un métier qui demande en partie les mêmes compétences, vers lequel des voies existent : {}.",
        names(graph, &nodes)
    );
    Some(Reason { cause: Cause::TryInstead { nodes }, message })
}

/// Licences next to the sources: those that open the same masters, then those of the same broad field.
pub(super) fn licences(trials: &Trials<'_>, query: &Query, reached: &dyn Fn(NodeIx) -> bool) -> Option<Reason> {
    let graph = trials.graph;
    let sources: Vec<NodeIx> = query.from.iter().copied().filter(|node| graph.kind(*node) == Kind::Licence).collect();
    let mut near: HashMap<NodeIx, f64> = HashMap::new();
    for &source in &sources {
        let field = &graph.node(source).attributes().domains;
        for &licence in graph.nodes_of(Kind::Licence) {
            if !sources.contains(&licence) && reached(licence) {
                let domains = &graph.node(licence).attributes().domains;
                let alike = domains.iter().any(|domain| field.contains(domain));
                *near.entry(licence).or_default() += if alike { 1e-6 } else { 0.0 };
            }
        }
        for master in graph.out(source, Relation::Opens) {
            for half in graph.incoming(master.node, Relation::Opens) {
                if let Some(sum) = near.get_mut(&half.node) {
                    *sum += master.weight * half.weight;
                }
            }
        }
    }
    let nodes = tried(trials, ranked(graph, near), 0, |licence| Query { from: vec![licence], ..query.clone() })?;
    let whence = if nodes.len() == 1 { "d'une autre licence" } else { "d'autres licences" };
    let message = format!(
        "Des voies partent {whence} : {}. Aucune source n'affirme qu'une passerelle y mène depuis votre licence ; \
         demandez-le à l'université.",
        names(graph, &nodes)
    );
    Some(Reason { cause: Cause::TryLicence { nodes }, message })
}

/// For each skill of `via`: broader skills, else narrower ones, with which more is found.
pub(super) fn skills(trials: &Trials<'_>, query: &Query, found: usize) -> Vec<Reason> {
    let graph = trials.graph;
    let attempt = |(at, group): (usize, &Vec<NodeIx>)| {
        let &[skill] = &group[..] else { return None };
        if graph.kind(skill) != Kind::Skill {
            return None;
        }
        let with = |other: NodeIx| {
            let mut query = query.clone();
            query.via[at] = vec![other];
            query
        };
        let near = |halves: &[crate::graph::Half]| halves.iter().map(|half| half.node).collect::<Vec<_>>();
        let current = |mut nodes: Vec<NodeIx>| {
            nodes.retain(|node| !graph.is_retired(*node));
            nodes
        };
        let broader = current(near(graph.out(skill, Relation::Broader)));
        let (nodes, which) = match tried(trials, broader, found, with) {
            Some(nodes) => (nodes, "plus large"),
            None => {
                let narrower = current(near(graph.incoming(skill, Relation::Broader)));
                (tried(trials, narrower, found, with)?, "plus précise")
            }
        };
        let message = format!(
            "Au lieu de « {} », essayez une compétence {which}, avec laquelle on trouve davantage : {}.",
            graph.node(skill).name,
            names(graph, &nodes)
        );
        Some(Reason { cause: Cause::TrySkill { instead_of: skill, nodes }, message })
    };
    query.via.iter().enumerate().filter_map(attempt).collect()
}
