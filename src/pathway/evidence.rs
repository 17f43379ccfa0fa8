//! The grounds of a step: which kinds of evidence it has, how strong each is, on whose word.

use crate::graph::step_cache::Outlet;
use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::Relation;

use super::outlets::{ahead, ahead_among, pieces, strength, strongest_family};
use super::query::{EvidenceKind, Query, Retired};
use super::search::Way;
use super::{Pathway, Step};

/// One piece of evidence of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    pub kind: EvidenceKind,
    /// 0 < e ≤ 1.
    pub strength: f64,
    /// The job's required skills that the parcours develops, by weight descending, then key; empty unless the kind is
    /// [`EvidenceKind::Skills`].
    pub skills: Vec<NodeIx>,
    /// The family of jobs that its sources state, where they do not state the job itself.
    pub family: Option<NodeIx>,
    /// The relations that it rests on: first the outlet that a source states.
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
        let retired = query.filter.retired == Retired::Included;
        let strength = outlet(graph, from, to, retired).map(|outlet| strength(&outlet, query.filter.evidence));
        let strength = strength.unwrap_or(0.0);
        Step { from, relation: relation(graph, from, to), to, strength, evidence: Vec::new() }
    };
    Pathway { score: way.score, steps: way.nodes.windows(2).map(step).collect() }
}

/// The one relation along which the ladder leads from a node to another.
fn relation(graph: &Graph, from: NodeIx, to: NodeIx) -> Relation {
    let leads = |relation: &Relation| relation.steps().is_some_and(|(_, kinds)| kinds.contains(&graph.kind(to)));
    Relation::steps_from(graph.kind(from)).find(leads).expect("a step of a pathway is one of the ladder")
}

fn outlet(graph: &Graph, from: NodeIx, to: NodeIx, retired: bool) -> Option<Outlet> {
    let find = |outlets: &[Outlet]| outlets.iter().find(|outlet| outlet.to == to).copied();
    if retired { find(&ahead_among(graph, from, true)) } else { find(&ahead(graph, from).outlets) }
}

/// One forward step with its evidence.
pub fn step(graph: &Graph, query: &Query, from: NodeIx, to: NodeIx) -> Step {
    let (relation, counts) = (relation(graph, from, to), query.filter.evidence);
    let retired = query.filter.retired == Retired::Included;
    let outlet = outlet(graph, from, to, retired).unwrap_or(Outlet::new(to, relation));
    let grounds = Grounds { graph, query, from, outlet };
    let evidence = EvidenceKind::ALL.into_iter().zip(pieces(&outlet, counts));
    let evidence = evidence.filter(|(_, strength)| *strength > 0.0);
    let evidence = evidence.filter_map(|(kind, strength)| grounds.piece(kind, strength)).collect();
    Step { from, relation, to, strength: strength(&outlet, counts), evidence }
}

/// The grounds of one step.
struct Grounds<'g> {
    graph: &'g Graph,
    query: &'g Query,
    from: NodeIx,
    outlet: Outlet,
}

impl Grounds<'_> {
    fn retired(&self) -> bool {
        self.query.filter.retired == Retired::Included
    }

    /// The piece of a kind, on whose word it stands.
    fn piece(&self, kind: EvidenceKind, strength: f64) -> Option<Evidence> {
        let Grounds { graph, from, outlet, .. } = *self;
        let (mut skills, mut family) = (Vec::new(), None);
        let edges = match kind {
            EvidenceKind::Stated => vec![graph.edge_between(outlet.relation, from, outlet.to)?],
            EvidenceKind::Family => {
                let (said, _) = strongest_family(graph, from, outlet.to, self.retired())?;
                family = Some(said);
                self.by_family(from, said)?
            }
            EvidenceKind::Inherited => {
                let (master, said) = self.loudest_master()?;
                family = said;
                match said {
                    Some(said) => self.by_family(master, said)?,
                    None => vec![graph.edge_between(Relation::LeadsTo, master, outlet.to)?],
                }
            }
            EvidenceKind::Skills => {
                let (matched, edges) = matching(graph, from, outlet.to, self.retired());
                skills = matched;
                edges
            }
        };
        let mut sources: Vec<NodeIx> = edges.iter().flat_map(|edge| graph.edge(*edge).sources()).collect();
        sources.sort_unstable_by(|a, b| graph.by_key(*a, *b));
        sources.dedup();
        Some(Evidence { kind, strength, skills, family, edges, sources })
    }

    /// That a diploma leads to a family, and that the job is one of it.
    fn by_family(&self, diploma: NodeIx, family: NodeIx) -> Option<Vec<EdgeIx>> {
        let stated = self.graph.edge_between(Relation::LeadsTo, diploma, family)?;
        Some(vec![stated, self.graph.edge_between(Relation::Groups, family, self.outlet.to)?])
    }

    /// The master whose word for the outlet is the strongest, then the one listed first, with the family that it names where
    /// that says more than what it states of the outlet itself.
    fn loudest_master(&self) -> Option<(NodeIx, Option<NodeIx>)> {
        let Grounds { graph, outlet, .. } = *self;
        let counts = self.query.filter.evidence;
        let mut best: Option<(f64, NodeIx, Option<NodeIx>)> = None;
        for offer in graph.incoming(self.from, Relation::Offers) {
            let master = offer.node;
            if !self.retired() && graph.is_retired(master) {
                continue;
            }
            let stated = graph.edge_between(Relation::LeadsTo, master, outlet.to);
            let stated = stated.map(|edge| (graph.edge(edge).weight().get(), master, None));
            let family =
                counts.has(EvidenceKind::Family).then(|| strongest_family(graph, master, outlet.to, self.retired()));
            let family = family.flatten().map(|(family, strength)| (strength, master, Some(family)));
            for said in stated.into_iter().chain(family) {
                if best.is_none_or(|held| said.0 > held.0) {
                    best = Some(said);
                }
            }
        }
        best.map(|(_, master, family)| (master, family))
    }
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
