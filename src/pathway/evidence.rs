//! The grounds of a step: which kinds of evidence it has, how strong each is, on whose word.

use crate::graph::outlets::{Outlet, SKILLS_SHARE};
use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::{Kind, Relation};

use super::query::{EvidenceKind, Query, Retired};
use super::search::Way;
use super::{Pathway, Step, steps};

/// One piece of evidence of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// 0 < e ≤ 1.
    pub strength: f64,
    /// The job's required skills that the parcours develops, by weight descending, then key; empty unless the kind is
    /// [`EvidenceKind::Skills`].
    pub skills: Vec<NodeIx>,
    /// The relations that it rests on.
    pub edges: Vec<EdgeIx>,
    /// The sources that state them, by key, each once.
    pub sources: Vec<NodeIx>,
}

/// A way with its evidence.
pub(super) fn pathway(graph: &Graph, query: &Query, way: &Way) -> Pathway {
    let steps = way.nodes.windows(2).map(|pair| step(graph, query, pair[0], pair[1])).collect();
    Pathway { score: way.score, steps }
}

/// A way without its evidence.
pub(super) fn outline(graph: &Graph, query: &Query, way: &Way) -> Pathway {
    let step = |pair: &[NodeIx]| {
        let (from, to) = (pair[0], pair[1]);
        let (retired, counts) = (query.filter.retired == Retired::Included, query.filter.evidence);
        let strength = if counts.is_only(EvidenceKind::Stated) && !retired {
            graph.links_ahead(from).iter().find(|link| link.node == to).map(|link| link.weight)
        } else {
            outlet(graph, from, to, retired).map(|outlet| steps::strength(&outlet, counts))
        };
        let strength = strength.unwrap_or(0.0);
        Step { from, relation: relation(graph, from, to), to, strength, evidence: Vec::new() }
    };
    Pathway { score: way.score, steps: way.nodes.windows(2).map(step).collect() }
}

fn relation(graph: &Graph, from: NodeIx, to: NodeIx) -> Relation {
    match (graph.kind(from), graph.kind(to)) {
        (Kind::Licence, Kind::Licence) => Relation::Bridges,
        (Kind::Licence, _) => Relation::Opens,
        (Kind::Master, Kind::Parcours) => Relation::Offers,
        (Kind::Job, _) => Relation::EvolvesTo,
        _ => Relation::LeadsTo,
    }
}

fn outlet(graph: &Graph, from: NodeIx, to: NodeIx, retired: bool) -> Option<Outlet> {
    let find = |outlets: &[Outlet]| outlets.iter().find(|outlet| outlet.to == to).copied();
    if retired { find(&graph.ahead_among(from, true)) } else { find(graph.ahead(from)) }
}

/// One forward step with its evidence.
pub fn step(graph: &Graph, query: &Query, from: NodeIx, to: NodeIx) -> Step {
    let relation = relation(graph, from, to);
    if graph.kind(from) == Kind::Parcours {
        let retired = query.filter.retired == Retired::Included;
        let outlet = outlet(graph, from, to, retired);
        let outlet = outlet.unwrap_or(Outlet { to, relation, stated: 0.0, inherited: 0.0, coverage: 0.0 });
        let strength = steps::strength(&outlet, query.filter.evidence);
        let evidence = outlet_evidence(graph, query, from, &outlet);
        return Step { from, relation, to, strength, evidence };
    }
    let stated = graph.edge_between(relation, from, to).map(|edge| stated(graph, edge));
    let strength = stated.as_ref().map_or(0.0, |piece| piece.strength);
    Step { from, relation, to, strength, evidence: stated.into_iter().collect() }
}

fn stated(graph: &Graph, edge: EdgeIx) -> Evidence {
    let strength = graph.edge(edge).weight().get();
    piece(graph, EvidenceKind::Stated, strength, Vec::new(), vec![edge])
}

fn piece(graph: &Graph, kind: EvidenceKind, strength: f64, skills: Vec<NodeIx>, edges: Vec<EdgeIx>) -> Evidence {
    let mut sources: Vec<NodeIx> = edges.iter().flat_map(|edge| graph.edge(*edge).sources()).collect();
    sources.sort_unstable_by(|a, b| graph.by_key(*a, *b));
    sources.dedup();
    Evidence { kind, strength, skills, edges, sources }
}

fn outlet_evidence(graph: &Graph, query: &Query, parcours: NodeIx, outlet: &Outlet) -> Vec<Evidence> {
    let counts = query.filter.evidence;
    let retired = query.filter.retired == Retired::Included;
    let mut pieces = Vec::new();
    if counts.has(EvidenceKind::Stated)
        && let Some(edge) = graph.edge_between(Relation::LeadsTo, parcours, outlet.to)
    {
        pieces.push(stated(graph, edge));
    }
    if counts.has(EvidenceKind::Inherited) && outlet.inherited > 0.0 {
        pieces.extend(inherited(graph, parcours, outlet, retired));
    }
    if counts.has(EvidenceKind::Skills) && outlet.coverage > 0.0 {
        let (skills, edges) = matching(graph, parcours, outlet.to, retired);
        pieces.push(piece(graph, EvidenceKind::Skills, SKILLS_SHARE * outlet.coverage, skills, edges));
    }
    pieces
}

/// The word of the master whose relation is the strongest, then the one listed first; with that it offers the parcours.
fn inherited(graph: &Graph, parcours: NodeIx, outlet: &Outlet, retired: bool) -> Option<Evidence> {
    let masters = graph.incoming(parcours, Relation::Offers).iter();
    let current = masters.filter(|half| retired || !graph.is_retired(half.node));
    let stated = current.filter_map(|offer| {
        let edge = graph.edge_between(Relation::LeadsTo, offer.node, outlet.to)?;
        Some((graph.edge(edge).weight().get(), edge, offer.edge))
    });
    let (_, edge, offer) = stated.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some(piece(graph, EvidenceKind::Inherited, outlet.inherited, Vec::new(), vec![edge, offer]))
}

/// The required skills of a job that a parcours develops, and the relations that make them so.
fn matching(graph: &Graph, parcours: NodeIx, job: NodeIx, retired: bool) -> (Vec<NodeIx>, Vec<EdgeIx>) {
    let developed = super::skills::developed(graph, parcours, retired);
    let mut skills = Vec::new();
    let mut edges = Vec::new();
    for half in graph.incoming(job, Relation::RequiredBy) {
        if let Some(grounds) = developed.get(&half.node) {
            skills.push(half.node);
            edges.push(half.edge);
            edges.extend(grounds.edges.iter().copied());
        }
    }
    (skills, edges)
}
