//! What lies ahead of a node: the forward steps from it, one compact row a node; for a parcours, where it leads by its
//! own word, its master's and its skills.
//!
//! A row is worked out when first asked for and kept with the graph and those that follow it, until a change touches
//! what it rests on (`outlets::forget`). Sums of weights are made in fixed point, where
//! order does not matter: a coverage is the same number however it is come by.

pub(super) mod forget;

use std::cell::RefCell;
use std::sync::Arc;

use super::slots::Slots;
use super::{Graph, NodeIx};
use crate::model::{Kind, Relation};

/// A coverage below this is no evidence.
pub const COVERAGE_FLOOR: f64 = 0.2;
/// Skills alone make a step from this coverage on.
pub const COVERAGE_ALONE: f64 = 0.5;
/// What a master's word for an outlet is worth for its parcours.
pub const INHERITED_SHARE: f64 = 0.6;
/// What full coverage is worth.
pub const SKILLS_SHARE: f64 = 0.5;
/// Numbers nearer than this are equal.
pub const TOLERANCE: f64 = 1e-12;

/// A step ahead of a node, and on what grounds. A ground that is lacking is 0; only a parcours' outlets have others than
/// the stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlet {
    /// Where it leads.
    pub to: NodeIx,
    /// What it is.
    pub relation: Relation,
    /// The weight of the node's own relation.
    pub stated: f64,
    /// 0.6 × the greatest weight of the same relation from a master that offers it.
    pub inherited: f64,
    /// The share of the job's required skills, by weight, that it develops; 0 when below 0.2.
    pub coverage: f64,
}

/// The rows worked out so far. Clones share them, and so does the next graph, but for those that its changes touch.
#[derive(Clone, Default)]
pub(super) struct Outlets {
    rows: Slots<Arc<[Outlet]>>,
    /// By job, the weights of all skills that it requires.
    totals: Slots<f64>,
}

impl Outlets {
    /// Empty rows for a graph of this many nodes. O(nodes / 64).
    pub(super) fn for_len(len: usize) -> Outlets {
        Outlets { rows: Slots::new(len), totals: Slots::new(len) }
    }
}

impl Graph {
    /// The forward steps from a node, on any evidence; what is retired counts for nothing. Those of a parcours are by slot of the
    /// job or study; others by relation, weight descending, key. O(1) once asked for; before, O(relations), and for a parcours
    /// O(skills × jobs that require each).
    pub fn ahead(&self, node: NodeIx) -> &[Outlet] {
        self.outlets.rows.get(node.get(), || self.ahead_among(node, false).into())
    }

    /// The same worked out afresh, retired nodes counting as current ones if told so.
    pub fn ahead_among(&self, node: NodeIx, retired: bool) -> Vec<Outlet> {
        let relations: &[Relation] = match self.kind(node) {
            Kind::Parcours => return SUMS.with_borrow_mut(|sums| sums.outlets(self, node, retired)),
            Kind::Licence => &[Relation::Opens, Relation::Bridges],
            Kind::Master => &[Relation::Offers, Relation::LeadsTo],
            Kind::Job => &[Relation::EvolvesTo],
            _ => &[],
        };
        let halves =
            relations.iter().flat_map(|relation| self.out(node, *relation).iter().map(|half| (*relation, half)));
        let current = halves.filter(|(_, half)| retired || !self.is_retired(half.node));
        let step = |(relation, half): (Relation, &super::Half)| Outlet {
            to: half.node,
            relation,
            stated: half.weight,
            inherited: 0.0,
            coverage: 0.0,
        };
        current.map(step).collect()
    }

    /// Works out the steps from and to all nodes that nobody has asked for yet, until told to stop. O(what [`Graph::ahead`]
    /// costs for each).
    pub fn look_ahead(&self, stopped: impl Fn() -> bool) {
        for slot in 0..self.len() {
            if slot % 64 == 0 && stopped() {
                break;
            }
            let node = NodeIx::at(slot);
            self.links_ahead(node);
            self.links_behind(node);
            self.ahead(node);
        }
    }

    /// The weights of all skills that a job requires.
    fn required_total(&self, job: NodeIx, retired: bool) -> f64 {
        let sum = || {
            let required = self.incoming(job, Relation::RequiredBy).iter();
            let current = required.filter(|half| retired || !self.is_retired(half.node));
            current.map(|half| fixed(half.weight)).sum::<u128>() as f64
        };
        if retired { sum() } else { *self.outlets.totals.get(job.get(), sum) }
    }
}

/// A weight as an integer number of 2⁻¹⁰⁰: sums of them are exact, so their order cannot show.
fn fixed(weight: f64) -> u128 {
    (weight * ONE) as u128
}

const ONE: f64 = (1u128 << 100) as f64;

/// So much rounding, at most, parts a sum of weights in floating point from the exact one.
const ROUNDING: f64 = 1e-9;

thread_local! {
    static SUMS: RefCell<Sums> = RefCell::default();
}

/// Working memory: marks by slot, valid where their epoch is the present one.
#[derive(Default)]
struct Sums {
    epoch: u32,
    seen: Vec<u32>,
    place: Vec<(u32, u32)>,
    /// By slot, the weights of the skills developed that the job requires: nearly, since it is added up as it comes.
    covered: Vec<(u32, f64)>,
    skills: Vec<NodeIx>,
    jobs: Vec<NodeIx>,
    rows: Vec<Outlet>,
}

impl Sums {
    fn open(&mut self, graph: &Graph) {
        if self.seen.len() < graph.len() || self.epoch == u32::MAX {
            self.seen = vec![0; graph.len()];
            self.place = vec![(0, 0); graph.len()];
            self.covered = vec![(0, 0.0); graph.len()];
            self.epoch = 0;
        }
        self.epoch += 1;
        self.skills.clear();
        self.jobs.clear();
        self.rows.clear();
    }

    fn develop(&mut self, graph: &Graph, parcours: NodeIx, retired: bool) {
        let current = |node: NodeIx| retired || !graph.is_retired(node);
        self.skills_of(graph, parcours, &current);
        for master in graph.incoming(parcours, Relation::Offers) {
            if current(master.node) {
                self.skills_of(graph, master.node, &current);
            }
        }
    }

    fn skills_of(&mut self, graph: &Graph, diploma: NodeIx, current: &impl Fn(NodeIx) -> bool) {
        let courses = graph.out(diploma, Relation::Teaches).iter().map(|half| half.node).filter(|ix| current(*ix));
        for node in std::iter::once(diploma).chain(courses) {
            for skill in graph.out(node, Relation::Develops) {
                let seen = &mut self.seen[skill.node.get()];
                if *seen != self.epoch && current(skill.node) {
                    *seen = self.epoch;
                    self.skills.push(skill.node);
                }
            }
        }
    }

    fn outlets(&mut self, graph: &Graph, parcours: NodeIx, retired: bool) -> Vec<Outlet> {
        self.open(graph);
        self.develop(graph, parcours, retired);
        let current = |node: NodeIx| retired || !graph.is_retired(node);
        for skill in &self.skills {
            for half in graph.out(*skill, Relation::RequiredBy) {
                let covered = &mut self.covered[half.node.get()];
                if covered.0 == self.epoch {
                    covered.1 += half.weight;
                } else {
                    *covered = (self.epoch, half.weight);
                    self.jobs.push(half.node);
                }
            }
        }
        for half in graph.out(parcours, Relation::LeadsTo) {
            self.row(half.node).stated = half.weight;
        }
        for master in graph.incoming(parcours, Relation::Offers) {
            if current(master.node) {
                for half in graph.out(master.node, Relation::LeadsTo) {
                    let row = self.row(half.node);
                    row.inherited = row.inherited.max(INHERITED_SHARE * half.weight);
                }
            }
        }
        for i in 0..self.jobs.len() {
            let job = self.jobs[i];
            let total = graph.required_total(job, retired);
            let known = self.place[job.get()].0 == self.epoch;
            let least = if known { COVERAGE_FLOOR } else { COVERAGE_ALONE };
            // Nearly always that tells; the exact sum is made for the few that are left.
            if self.covered[job.get()].1 < (least - ROUNDING) * (total / ONE) || !current(job) {
                continue;
            }
            let required = graph.incoming(job, Relation::RequiredBy).iter();
            let developed = required.filter(|half| self.seen[half.node.get()] == self.epoch);
            let coverage = developed.map(|half| fixed(half.weight)).sum::<u128>() as f64 / total;
            if coverage >= least - TOLERANCE {
                self.row(job).coverage = coverage;
            }
        }
        let mut rows: Vec<Outlet> = self.rows.iter().filter(|row| current(row.to)).copied().collect();
        rows.sort_unstable_by_key(|row| row.to);
        rows
    }

    fn row(&mut self, to: NodeIx) -> &mut Outlet {
        let place = &mut self.place[to.get()];
        if place.0 != self.epoch {
            *place = (self.epoch, self.rows.len() as u32);
            self.rows.push(Outlet { to, relation: Relation::LeadsTo, stated: 0.0, inherited: 0.0, coverage: 0.0 });
        }
        &mut self.rows[place.1 as usize]
    }
}
