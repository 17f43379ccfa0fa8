//! Which rows a change touches: those of nodes whose steps ahead, or the skills behind them, are no longer the same.
//!
//! What hangs on a relation or node is looked for in the graph before and in the graph after; what is touched by more
//! than [`MOST`] ways is not counted out: all rows go then.

use std::collections::HashSet;

use super::{Graph, NodeIx, StepCache};
use crate::model::{Kind, Relation};

/// Looking further would cost more than working rows out again.
const MOST: usize = 20_000;

/// What a list of changes did, as far as the steps ahead of nodes depend on it.
#[derive(Default)]
pub(in crate::graph) struct Shift {
    /// Relations made, changed or taken away.
    pub edges: Vec<(Relation, NodeIx, NodeIx)>,
    /// Nodes that were retired or are current again, and jobs and families that have another name or are regulated now.
    pub flipped: Vec<NodeIx>,
}

impl StepCache {
    /// The rows of one graph, as far as they are still those of the next.
    pub(in crate::graph) fn after(&self, before: &Graph, after: &Graph, shift: &Shift) -> StepCache {
        let mut touched = Touched::default();
        for graph in [before, after] {
            shift.edges.iter().for_each(|edge| touched.by_edge(graph, *edge));
            shift.flipped.iter().for_each(|node| touched.by_node(graph, *node));
        }
        if touched.looked > MOST {
            return StepCache::for_len(after.len());
        }
        // Other graphs may come to follow the one before: a new node's slot is another node's there.
        let fresh = before.len()..after.len();
        let slots = |nodes: HashSet<NodeIx>| nodes.into_iter().map(NodeIx::get).chain(fresh.clone());
        StepCache {
            rows: self.rows.without(slots(touched.rows), after.len()),
            members: self.members.without(slots(touched.members), after.len()),
            totals: self.totals.without(slots(touched.totals), after.len()),
        }
    }
}

/// Whether the steps to a node of this kind rest on its name and on what is regulated: a family speaks for a job of its very
/// name, and a regulated job is not led to like others.
pub(in crate::graph) fn rests_on_name(kind: Kind) -> bool {
    match kind {
        Kind::Job | Kind::Family => true,
        Kind::Source
        | Kind::Licence
        | Kind::Master
        | Kind::Parcours
        | Kind::Course
        | Kind::University
        | Kind::Skill
        | Kind::Sector
        | Kind::Study => false,
    }
}

#[derive(Default)]
struct Touched {
    rows: HashSet<NodeIx>,
    members: HashSet<NodeIx>,
    totals: HashSet<NodeIx>,
    looked: usize,
}

impl Touched {
    fn row(&mut self, node: NodeIx) {
        self.looked += 1;
        self.rows.insert(node);
    }

    fn by_edge(&mut self, graph: &Graph, (relation, from, to): (Relation, NodeIx, NodeIx)) {
        if self.looked > MOST || from.get().max(to.get()) >= graph.len() {
            return;
        }
        match relation {
            Relation::Opens | Relation::Bridges | Relation::EvolvesTo => self.row(from),
            Relation::Offers => [from, to].into_iter().for_each(|node| self.row(node)),
            Relation::LeadsTo => self.led_from(graph, from),
            Relation::Groups => self.grouped(graph, from),
            Relation::Teaches | Relation::Develops => self.taught_by(graph, from),
            Relation::RequiredBy => self.required_by(graph, to),
            Relation::Hosts | Relation::Awards | Relation::WorksIn | Relation::Broader | Relation::Near => {}
        }
    }

    fn by_node(&mut self, graph: &Graph, node: NodeIx) {
        if self.looked > MOST || node.get() >= graph.len() {
            return;
        }
        let before = |relation: Relation| graph.incoming(node, relation).iter().map(|half| half.node);
        match graph.kind(node) {
            Kind::Licence => before(Relation::Bridges).for_each(|licence| self.row(licence)),
            Kind::Master => {
                before(Relation::Opens).for_each(|licence| self.row(licence));
                self.taught_by(graph, node);
            }
            Kind::Parcours => before(Relation::Offers).for_each(|master| self.row(master)),
            Kind::Course => self.taught_by(graph, node),
            Kind::Skill => {
                graph.out(node, Relation::RequiredBy).iter().for_each(|half| self.required_by(graph, half.node));
            }
            Kind::Job | Kind::Study => {
                before(Relation::EvolvesTo).for_each(|job| self.row(job));
                before(Relation::LeadsTo).for_each(|diploma| self.led_from(graph, diploma));
                before(Relation::Groups).for_each(|family| self.grouped(graph, family));
                self.required_by(graph, node);
            }
            Kind::Family => self.grouped(graph, node),
            Kind::University | Kind::Sector | Kind::Source => {}
        }
    }

    /// A diploma's own outlets; a master's are those of its parcours too.
    fn led_from(&mut self, graph: &Graph, diploma: NodeIx) {
        self.row(diploma);
        graph.out(diploma, Relation::Offers).iter().for_each(|half| self.row(half.node));
    }

    /// The diplomas of whose outlets a family is one, with their parcours.
    fn grouped(&mut self, graph: &Graph, family: NodeIx) {
        self.members.insert(family);
        for half in graph.incoming(family, Relation::LeadsTo) {
            self.led_from(graph, half.node);
        }
    }

    /// The parcours that develop what a diploma or course does.
    fn taught_by(&mut self, graph: &Graph, node: NodeIx) {
        match graph.kind(node) {
            Kind::Course => {
                for half in graph.incoming(node, Relation::Teaches) {
                    self.taught_by(graph, half.node);
                }
            }
            Kind::Master | Kind::Parcours => self.led_from(graph, node),
            Kind::Source
            | Kind::Licence
            | Kind::University
            | Kind::Skill
            | Kind::Job
            | Kind::Sector
            | Kind::Study
            | Kind::Family => {}
        }
    }

    /// The parcours that develop any skill that a job requires.
    fn required_by(&mut self, graph: &Graph, job: NodeIx) {
        self.totals.insert(job);
        for skill in graph.incoming(job, Relation::RequiredBy) {
            for half in graph.incoming(skill.node, Relation::Develops) {
                self.looked += 1;
                if self.looked > MOST {
                    return;
                }
                self.taught_by(graph, half.node);
            }
        }
    }
}
