//! What lies ahead of a node: the forward steps from it, one compact row a node; for a parcours, where it leads by its
//! own word, its master's and its skills.
//!
//! A row is worked out when first asked for and kept with the graph. Sums of weights are made in fixed point, where
//! order does not matter: a coverage is the same number however it is come by.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

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

const CHUNK: usize = 64;
type Chunk<T> = Box<[OnceLock<T>]>;

/// The rows worked out so far. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Outlets {
    rows: Arc<Slots<Row>>,
    totals: Arc<Slots<u128>>,
}

impl Outlets {
    /// Empty rows for a graph of this many nodes. O(nodes / 64).
    pub(super) fn for_len(len: usize) -> Outlets {
        Outlets { rows: Arc::new(Slots::new(len)), totals: Arc::new(Slots::new(len)) }
    }
}

/// The steps ahead of one node.
struct Row {
    outlets: Box<[Outlet]>,
    /// How many of them, the first, a source states.
    stated: u32,
}

struct Slots<T>(Box<[OnceLock<Chunk<T>>]>);

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots(Box::default())
    }
}

impl<T> Slots<T> {
    fn new(len: usize) -> Slots<T> {
        Slots((0..len.div_ceil(CHUNK)).map(|_| OnceLock::new()).collect())
    }

    fn get(&self, slot: usize, make: impl FnOnce() -> T) -> &T {
        let chunk = self.0[slot / CHUNK].get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect());
        chunk[slot % CHUNK].get_or_init(make)
    }
}

impl Graph {
    /// The forward steps from a node; what is retired counts for nothing. Those of a parcours are by slot of the job or
    /// study, the stated ones first; others by relation, weight descending, key. O(1) once asked for; before, O(relations),
    /// and for a parcours O(skills × jobs that require each).
    pub fn ahead(&self, node: NodeIx) -> &[Outlet] {
        &self.row_ahead(node).outlets
    }

    /// Those of them that a source states of the node itself.
    pub fn ahead_stated(&self, node: NodeIx) -> &[Outlet] {
        let row = self.row_ahead(node);
        &row.outlets[..row.stated as usize]
    }

    fn row_ahead(&self, node: NodeIx) -> &Row {
        self.outlets.rows.get(node.get(), || {
            let outlets: Box<[Outlet]> = self.ahead_among(node, false).into();
            let stated = outlets.partition_point(|outlet| outlet.stated > 0.0) as u32;
            Row { outlets, stated }
        })
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
        let current = halves.filter(|(_, half)| retired || !self.node(half.node).retired);
        let step = |(relation, half): (Relation, &super::Half)| Outlet {
            to: half.node,
            relation,
            stated: half.weight,
            inherited: 0.0,
            coverage: 0.0,
        };
        current.map(step).collect()
    }

    /// The skills that a parcours develops: itself, through its courses, its masters or their courses. Each once, in
    /// no order that means anything.
    pub fn skills_developed(&self, parcours: NodeIx, retired: bool) -> Vec<NodeIx> {
        SUMS.with_borrow_mut(|sums| {
            sums.open(self);
            sums.develop(self, parcours, retired);
            sums.skills.clone()
        })
    }

    /// The weights of all skills that a job requires, in fixed point.
    fn required_total(&self, job: NodeIx, retired: bool) -> u128 {
        let sum = || {
            let required = self.incoming(job, Relation::RequiredBy).iter();
            required.filter(|half| retired || !self.node(half.node).retired).map(|half| fixed(half.weight)).sum()
        };
        if retired { sum() } else { *self.outlets.totals.get(job.get(), sum) }
    }
}

/// A weight as an integer number of 2⁻¹⁰⁰: sums of them are exact, so their order cannot show.
fn fixed(weight: f64) -> u128 {
    const ONE: f64 = (1u128 << 100) as f64;
    (weight * ONE) as u128
}

thread_local! {
    static SUMS: RefCell<Sums> = RefCell::default();
}

/// Working memory: marks by slot, valid where their epoch is the present one.
#[derive(Default)]
struct Sums {
    epoch: u32,
    seen: Vec<u32>,
    place: Vec<(u32, u32)>,
    skills: Vec<NodeIx>,
    jobs: Vec<(NodeIx, u128)>,
    rows: Vec<Outlet>,
}

impl Sums {
    fn open(&mut self, graph: &Graph) {
        if self.seen.len() < graph.len() || self.epoch > u32::MAX - 4 {
            self.seen = vec![0; graph.len()];
            self.place = vec![(0, 0); graph.len()];
            self.epoch = 0;
        }
        self.epoch += 1;
        self.skills.clear();
        self.jobs.clear();
        self.rows.clear();
    }

    fn develop(&mut self, graph: &Graph, parcours: NodeIx, retired: bool) {
        let current = |node: NodeIx| retired || !graph.node(node).retired;
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
        let current = |node: NodeIx| retired || !graph.node(node).retired;
        for i in 0..self.skills.len() {
            for half in graph.out(self.skills[i], Relation::RequiredBy) {
                let place = &mut self.place[half.node.get()];
                if place.0 == self.epoch {
                    self.jobs[place.1 as usize].1 += fixed(half.weight);
                } else {
                    *place = (self.epoch, self.jobs.len() as u32);
                    self.jobs.push((half.node, fixed(half.weight)));
                }
            }
        }
        // Marks of jobs are used up: the next epoch marks rows.
        self.epoch += 1;
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
            let (job, covered) = self.jobs[i];
            if !current(job) {
                continue;
            }
            let coverage = covered as f64 / graph.required_total(job, retired) as f64;
            let known = self.place[job.get()].0 == self.epoch;
            if coverage >= COVERAGE_ALONE - TOLERANCE || known && coverage >= COVERAGE_FLOOR - TOLERANCE {
                self.row(job).coverage = coverage;
            }
        }
        let mut rows: Vec<Outlet> = self.rows.iter().filter(|row| current(row.to)).copied().collect();
        rows.sort_unstable_by_key(|row| (row.stated == 0.0, row.to));
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
