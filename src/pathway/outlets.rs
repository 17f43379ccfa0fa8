//! What lies ahead of a node, and what each kind of ground is worth: the rules of evidence, once.
//!
//! A row is worked out when first asked for and kept with the graph ([`Graph::cached_steps`]). Sums of weights are made in
//! fixed point, where order does not matter: a coverage is the same number however it is come by.

use std::cell::RefCell;

use crate::graph::step_cache::{Ahead, Outlet};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation, gender};

use super::TOLERANCE;
use super::query::{EvidenceKind, EvidenceSet};

/// A coverage below this is no evidence.
pub const COVERAGE_FLOOR: f64 = 0.2;
/// Skills alone make a step from this coverage on.
pub const COVERAGE_ALONE: f64 = 0.5;
/// What a master's word for an outlet is worth for its parcours.
pub const INHERITED_SHARE: f64 = 0.6;
/// What full coverage is worth.
pub const SKILLS_SHARE: f64 = 0.5;
/// A family says nothing of a job that is less than this share of it.
pub const FAMILY_FLOOR: f64 = 0.2;

/// Whether access to a job is regulated: no move leads into it, nor do skills alone, nor a family of several jobs.
pub fn is_regulated(graph: &Graph, job: NodeIx) -> bool {
    graph.kind(job) == Kind::Job && graph.node(job).attributes().regulated == Some(true)
}

/// Whether access to a job asks for a diploma that no master is: no family speaks for it.
pub fn is_beyond_master(graph: &Graph, job: NodeIx) -> bool {
    graph.node(job).attributes().beyond_master == Some(true)
}

/// The forward steps from a node, on any evidence; what is retired counts for nothing. A parcours' are by slot of the job or
/// study. O(1) once asked for; before, O(relations), and for a parcours O(skills × jobs that require each).
pub fn ahead(graph: &Graph, node: NodeIx) -> &Ahead {
    graph.cached_steps(node, || ahead_among(graph, node, false))
}

/// The same worked out afresh, retired nodes counting as current ones if told so.
pub fn ahead_among(graph: &Graph, node: NodeIx, retired: bool) -> Vec<Outlet> {
    let stated = |relation: Relation| {
        let current = move |other: &NodeIx| retired || !graph.is_retired(*other);
        graph.out(node, relation).iter().filter(move |half| current(&half.node)).map(move |half| Outlet {
            regulated: is_regulated(graph, half.node),
            stated: half.weight,
            ..Outlet::new(half.node, relation)
        })
    };
    match graph.kind(node) {
        Kind::Parcours => SUMS.with_borrow_mut(|sums| sums.of_parcours(graph, node, retired)),
        Kind::Master => {
            let mut steps: Vec<Outlet> = stated(Relation::Offers).collect();
            steps.extend(SUMS.with_borrow_mut(|sums| sums.of_master(graph, node, retired)));
            steps
        }
        Kind::Licence => stated(Relation::Opens).chain(stated(Relation::Bridges)).collect(),
        Kind::Job => stated(Relation::EvolvesTo).filter(|step| !step.regulated).collect(),
        Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector | Kind::Study | Kind::Family => {
            Vec::new()
        }
    }
}

/// Works out the steps from all nodes that nobody has asked for yet, until told to stop. O(what [`ahead`] costs for each).
pub fn warm(graph: &Graph, stopped: impl Fn() -> bool) {
    for (turn, (node, _)) in graph.nodes().enumerate() {
        if turn % 64 == 0 && stopped() {
            break;
        }
        ahead(graph, node);
    }
}

/// The current jobs of a family.
pub fn jobs_of(graph: &Graph, family: NodeIx) -> impl Iterator<Item = NodeIx> {
    graph.out(family, Relation::Groups).iter().map(|half| half.node).filter(|job| !graph.is_retired(*job))
}

/// What a family says of each of its jobs, as a share of what is said of the family: all of it where the job is the only
/// one or bears its name, else one part in √n. Jobs of which it says nothing are left out, and so are those whose access asks
/// for a diploma that no master is.
pub fn members(graph: &Graph, family: NodeIx, retired: bool) -> Vec<(NodeIx, f64)> {
    let current = |node: NodeIx| retired || !graph.is_retired(node);
    if !current(family) {
        return Vec::new();
    }
    let jobs = graph.out(family, Relation::Groups).iter().map(|half| half.node).filter(|job| current(*job));
    let jobs: Vec<NodeIx> = jobs.collect();
    let name = &graph.node(family).name;
    let share = |job: NodeIx| {
        if is_beyond_master(graph, job) {
            return None;
        }
        if jobs.len() == 1 || gender::is_name_of(name, &graph.node(job).name) {
            return Some((job, 1.0));
        }
        let share = 1.0 / (jobs.len() as f64).sqrt();
        (share >= FAMILY_FLOOR - TOLERANCE && !is_regulated(graph, job)).then_some((job, share))
    };
    jobs.iter().filter_map(|job| share(*job)).collect()
}

/// The families by which a diploma's relations speak for a job, with what they say of it: the strongest first, then in the
/// order of the relations.
pub fn strongest_family(graph: &Graph, diploma: NodeIx, job: NodeIx, retired: bool) -> Option<(NodeIx, f64)> {
    let mut best: Option<(NodeIx, f64)> = None;
    for half in graph.out(diploma, Relation::LeadsTo) {
        if graph.kind(half.node) == Kind::Family {
            let said = with_members(graph, half.node, retired, |members| {
                members.iter().find(|(member, _)| *member == job).map(|(_, share)| half.weight * share)
            });
            if let Some(said) = said
                && best.is_none_or(|(_, held)| said > held)
            {
                best = Some((half.node, said));
            }
        }
    }
    best
}

fn with_members<T>(graph: &Graph, family: NodeIx, retired: bool, with: impl FnOnce(&[(NodeIx, f64)]) -> T) -> T {
    // Names are compared for each member: where nothing is retired, what is kept says the same.
    let current = |node: NodeIx| !graph.is_retired(node);
    let alike = || current(family) && graph.out(family, Relation::Groups).iter().all(|half| current(half.node));
    if retired && !alike() {
        with(&members(graph, family, true))
    } else {
        with(graph.cached_members(family, || members(graph, family, false)))
    }
}

/// The strength of each piece of evidence of a step that counts, in the order of the kinds; 0 where there is none. All are 0
/// where they make no step.
///
/// Skills count from the floor of coverage; counted alone, from a coverage of one half, and never into a regulated job.
pub(super) fn pieces(outlet: &Outlet, evidence: EvidenceSet) -> [f64; EvidenceKind::COUNT] {
    let counted = |kind, value| if evidence.has(kind) { value } else { 0.0 };
    let family = |value| counted(EvidenceKind::Family, value);
    let stated = counted(EvidenceKind::Stated, outlet.stated);
    let by_family = family(outlet.family);
    let by_master = outlet.stated_by_master.max(family(outlet.family_by_master));
    let inherited = counted(EvidenceKind::Inherited, INHERITED_SHARE * by_master);
    let coverage = counted(EvidenceKind::Skills, outlet.coverage);
    let alone = stated == 0.0 && by_family == 0.0 && inherited == 0.0;
    let too_little = outlet.regulated || coverage < COVERAGE_ALONE - TOLERANCE;
    let skills = if alone && too_little { 0.0 } else { SKILLS_SHARE * coverage };
    [stated, by_family, inherited, skills]
}

/// Noisy-or of pieces of evidence: 1 - Π(1 - e), in their order. It is asked for each step that a search looks at.
pub(super) fn combined(pieces: [f64; EvidenceKind::COUNT]) -> f64 {
    let (mut only, mut rest, mut count) = (0.0, 1.0, 0);
    for piece in pieces {
        if piece > 0.0 {
            (only, rest, count) = (piece, rest * (1.0 - piece), count + 1);
        }
    }
    // One piece is exactly itself.
    if count < 2 { only } else { 1.0 - rest }
}

/// The strength of a step on the evidence that counts; 0 where it is no step.
pub(super) fn strength(outlet: &Outlet, evidence: EvidenceSet) -> f64 {
    combined(pieces(outlet, evidence))
}

/// The weights of all skills that a job requires.
fn required_total(graph: &Graph, job: NodeIx, retired: bool) -> f64 {
    let sum = || {
        let required = graph.incoming(job, Relation::RequiredBy).iter();
        let current = required.filter(|half| retired || !graph.is_retired(half.node));
        current.map(|half| fixed(half.weight)).sum::<u128>() as f64
    };
    if retired { sum() } else { graph.cached_total(job, sum) }
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

    /// The outlets of a master by its own word.
    fn of_master(&mut self, graph: &Graph, master: NodeIx, retired: bool) -> Vec<Outlet> {
        self.open(graph);
        self.said_by(graph, master, retired, |row| (&mut row.stated, &mut row.family));
        self.sorted(graph, retired)
    }

    fn of_parcours(&mut self, graph: &Graph, parcours: NodeIx, retired: bool) -> Vec<Outlet> {
        self.open(graph);
        self.said_by(graph, parcours, retired, |row| (&mut row.stated, &mut row.family));
        for master in graph.incoming(parcours, Relation::Offers) {
            if retired || !graph.is_retired(master.node) {
                self.said_by(graph, master.node, retired, |row| (&mut row.stated_by_master, &mut row.family_by_master));
            }
        }
        self.covered_by(graph, parcours, retired);
        self.sorted(graph, retired)
    }

    /// Puts what a diploma says of its outlets, and of the jobs of its families, where it is told to.
    fn said_by(
        &mut self,
        graph: &Graph,
        diploma: NodeIx,
        retired: bool,
        place: impl Fn(&mut Outlet) -> (&mut f64, &mut f64),
    ) {
        for half in graph.out(diploma, Relation::LeadsTo) {
            if graph.kind(half.node) != Kind::Family {
                let (stated, _) = place(self.row(half.node));
                *stated = stated.max(half.weight);
                continue;
            }
            with_members(graph, half.node, retired, |members| {
                for (job, share) in members {
                    let (_, family) = place(self.row(*job));
                    *family = family.max(half.weight * share);
                }
            });
        }
    }

    /// What share of their skills a parcours develops, for jobs of which that is evidence.
    fn covered_by(&mut self, graph: &Graph, parcours: NodeIx, retired: bool) {
        self.develop(graph, parcours, retired);
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
        for i in 0..self.jobs.len() {
            let job = self.jobs[i];
            let total = required_total(graph, job, retired);
            let known = self.place[job.get()].0 == self.epoch;
            let least = if known { COVERAGE_FLOOR } else { COVERAGE_ALONE };
            // Nearly always that tells; the exact sum is made for the few that are left.
            if self.covered[job.get()].1 < (least - ROUNDING) * (total / ONE) {
                continue;
            }
            let required = graph.incoming(job, Relation::RequiredBy).iter();
            let developed = required.filter(|half| self.seen[half.node.get()] == self.epoch);
            let coverage = developed.map(|half| fixed(half.weight)).sum::<u128>() as f64 / total;
            if coverage >= least - TOLERANCE {
                self.row(job).coverage = coverage;
            }
        }
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

    fn sorted(&self, graph: &Graph, retired: bool) -> Vec<Outlet> {
        let mut rows: Vec<Outlet> =
            self.rows.iter().filter(|row| retired || !graph.is_retired(row.to)).copied().collect();
        rows.iter_mut().for_each(|row| row.regulated = is_regulated(graph, row.to));
        rows.sort_unstable_by_key(|row| row.to);
        rows
    }

    fn row(&mut self, to: NodeIx) -> &mut Outlet {
        let place = &mut self.place[to.get()];
        if place.0 != self.epoch {
            *place = (self.epoch, self.rows.len() as u32);
            self.rows.push(Outlet::new(to, Relation::LeadsTo));
        }
        &mut self.rows[place.1 as usize]
    }
}
