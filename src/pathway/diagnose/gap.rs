//! Where nothing at all leads from the sources to the targets: what each side reaches, the link that no source states,
//! and what to try instead.

use std::collections::{HashMap, VecDeque};

use super::super::french::{Case, phrase};
use super::super::query::{Filter, Query, Retired};
use super::{Cause, NAMED, Reason, Trials, attempts, some_of};
use crate::graph::{Graph, Half, NodeIx};
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
    let filter = &query.filter;
    let forward = walk(graph, &query.from, filter, Direction::Forward);
    let backward = walk(graph, &query.to, filter, Direction::Backward);
    let mut reasons = Vec::new();
    if let Some(reached) = furthest(graph, &forward, &query.from, Direction::Forward) {
        let message = match (&reached[..], plural(graph, &reached)) {
            ([_, rest @ ..], Some(kinds)) if rest.len() >= NAMED => {
                format!("Depuis le départ, les sources mènent à {} {kinds}, mais pas jusqu'à l'arrivée.", reached.len())
            }
            _ => format!("Depuis le départ, les sources mènent au plus loin {}.", to_names(graph, &reached)),
        };
        reasons.push(Reason { cause: Cause::DeadEnd { reached }, message });
    }
    if let Some(reached) = furthest(graph, &backward, &query.to, Direction::Backward) {
        let message = match (&reached[..], plural(graph, &reached)) {
            ([_, rest @ ..], Some(kinds)) if rest.len() >= NAMED => {
                format!(
                    "On arrive là depuis {} {kinds}, mais aucune source n'y conduit depuis le départ.",
                    reached.len()
                )
            }
            _ => format!("On arrive là depuis {}.", from_names(graph, &reached)),
        };
        reasons.push(Reason { cause: Cause::Unreached { reached }, message });
    }
    reasons.extend(missing_link(graph, query, &forward, &backward));
    let reached = |node: NodeIx| backward.contains_key(&node);
    reasons.extend(attempts::jobs(trials, query, &reached));
    reasons.extend(attempts::licences(trials, query, &reached));
    if reasons.is_empty() {
        let message = "Aucune source ne dit où mène le départ, ni d'où l'on vient à l'arrivée.".to_owned();
        reasons.push(Reason { cause: Cause::DeadEnd { reached: query.from.clone() }, message });
    }
    reasons
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

/// All nodes that stated steps, and a parcours' inherited and skill outlets, join to the ends; how many steps away.
/// O(relations).
fn walk(graph: &Graph, ends: &[NodeIx], filter: &Filter, direction: Direction) -> HashMap<NodeIx, usize> {
    let admitted = |node: NodeIx| filter.retired == Retired::Included || !graph.is_retired(node);
    let mut met: HashMap<NodeIx, usize> = ends.iter().filter(|node| admitted(**node)).map(|node| (*node, 0)).collect();
    let mut queue: VecDeque<NodeIx> = met.keys().copied().collect();
    while let Some(node) = queue.pop_front() {
        let steps = met[&node] + 1;
        for relation in Relation::ALL.into_iter().filter(|relation| relation.on_pathways()) {
            let halves = match direction {
                Direction::Forward => graph.out(node, relation),
                Direction::Backward => graph.incoming(node, relation),
            };
            let on_pathways = |half: &&Half| admitted(half.node) && graph.kind(half.node).on_pathways();
            for half in halves.iter().filter(on_pathways) {
                met.entry(half.node).or_insert_with(|| {
                    queue.push_back(half.node);
                    steps
                });
            }
        }
        if direction == Direction::Forward && matches!(graph.kind(node), Kind::Master | Kind::Parcours) {
            for outlet in crate::pathway::outlets::ahead(graph, node) {
                met.entry(outlet.to).or_insert_with(|| {
                    queue.push_back(outlet.to);
                    steps
                });
            }
        }
    }
    met
}

/// The nodes of the last kind on the way that were met, ends left out, by steps then key.
fn furthest(graph: &Graph, met: &HashMap<NodeIx, usize>, ends: &[NodeIx], direction: Direction) -> Option<Vec<NodeIx>> {
    let rank = |node: NodeIx| {
        let rank = ladder(graph.kind(node));
        if direction == Direction::Forward { rank } else { usize::MAX - rank }
    };
    let others = || met.keys().copied().filter(|node| !ends.contains(node));
    let last = others().map(rank).max()?;
    let mut nodes: Vec<NodeIx> = others().filter(|node| rank(*node) == last).collect();
    nodes.sort_by(|a, b| met[a].cmp(&met[b]).then_with(|| graph.by_key(*a, *b)));
    Some(nodes)
}

/// How far along a pathway nodes of a kind stand.
fn ladder(kind: Kind) -> usize {
    match kind {
        Kind::Licence => 0,
        Kind::Master => 1,
        Kind::Parcours => 2,
        _ => 3,
    }
}

/// The relation that, stated once, would join the two sides: the one furthest along the ladder, since it asks the least
/// of the sources.
fn missing_link(
    graph: &Graph,
    query: &Query,
    forward: &HashMap<NodeIx, usize>,
    backward: &HashMap<NodeIx, usize>,
) -> Option<Reason> {
    let of = |met: &HashMap<NodeIx, usize>, kinds: &[Kind]| {
        let mut nodes: Vec<NodeIx> = met.keys().copied().filter(|node| kinds.contains(&graph.kind(*node))).collect();
        nodes.sort_by(|a, b| met[a].cmp(&met[b]).then_with(|| graph.by_key(*a, *b)));
        nodes
    };
    // Few candidates on both sides make the smaller gap; the ladder's order settles equals.
    let gaps = Relation::ALL.into_iter().filter_map(|relation| {
        let (starts, ends) = relation.steps()?;
        Some((relation, of(forward, starts), of(backward, ends)))
    });
    let steps = |from: &[NodeIx], to: &[NodeIx]| forward[&from[0]] + backward[&to[0]] + 1;
    let gaps = gaps.filter(|(_, from, to)| !from.is_empty() && !to.is_empty() && steps(from, to) <= query.max_steps);
    let (relation, from, to) =
        gaps.min_by_key(|(_, from, to)| (from.len().saturating_mul(to.len()), steps(from, to)))?;
    let some = |nodes: &[NodeIx]| {
        let named: Vec<String> = nodes.iter().take(NAMED).map(|node| phrase(graph, *node, Case::Plain)).collect();
        named.join(" ou ")
    };
    let more = |nodes: &[NodeIx]| match nodes.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => " (ou un autre)".to_owned(),
        more => format!(" (ou {more} autres)"),
    };
    let (whence, whither) = (some(&from) + &more(&from), some(&to) + &more(&to));
    let message = match relation {
        Relation::Bridges => format!("Aucune source ne dit qu'une passerelle relie {whence} à {whither}."),
        Relation::Opens if to.len() == 1 && graph.incoming(to[0], relation).is_empty() && from.len() > 1 => {
            format!("Aucune source ne dit quelle licence donne accès {}.", phrase(graph, to[0], Case::To))
        }
        Relation::Opens if to.len() == 1 => {
            format!("Aucune source ne dit que {whence} donne accès {}.", phrase(graph, to[0], Case::To))
        }
        Relation::Opens => format!("Aucune source ne dit que {whence} donne accès à l'un de ces masters : {whither}."),
        Relation::Offers => format!("Aucune source ne dit que {whence} propose {whither}."),
        Relation::EvolvesTo => {
            format!("Aucune source ne dit que l'on évolue de l'un de ces métiers, {whence}, vers {whither}.")
        }
        _ => format!("Aucune source ne dit que {whence} mène à {whither}."),
    };
    Some(Reason { cause: Cause::MissingLink { relation, from, to }, message })
}

/// The word for several nodes of one kind; `None` where their kinds differ.
fn plural(graph: &Graph, nodes: &[NodeIx]) -> Option<&'static str> {
    let kind = graph.kind(*nodes.first()?);
    let word = match kind {
        Kind::Licence => "licences",
        Kind::Master => "masters",
        Kind::Parcours => "parcours",
        Kind::Job => "métiers",
        Kind::Study => "poursuites d'études",
        Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Family | Kind::Sector => return None,
    };
    nodes.iter().all(|node| graph.kind(*node) == kind).then_some(word)
}

fn to_names(graph: &Graph, nodes: &[NodeIx]) -> String {
    some_of(nodes, |node| phrase(graph, node, Case::To))
}

fn from_names(graph: &Graph, nodes: &[NodeIx]) -> String {
    some_of(nodes, |node| phrase(graph, node, Case::Plain))
}
