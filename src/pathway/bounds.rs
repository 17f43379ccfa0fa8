//! How good the rest of a pathway can be: for each node that the sources reach, each number of steps still to take
//! and each set of `via` groups still to meet, the greatest product of strengths of a walk to a target.
//!
//! A walk may repeat nodes and a pathway may not, so these are upper bounds for the search to be led by; they are exact
//! wherever no cycle helps. Jobs are worked out backwards from the targets, layer by layer over mobility and no further
//! than the steps that a source leaves; the rest, a ladder licence → master → parcours, forwards and then bottom up.
//! Time O(relations met × steps), space O(nodes met × steps), both × 2^groups.
//!
//! Most of what can be reached is worth too little to be among the results. So the plainest pathways (to a target, or to a job
//! one move before it, through a parcours that states it) are weighed first: if there are enough of them, the least of the best
//! ones is a floor ([`least`](Bounds::least)) below which nothing need be worked out.

mod floor;

use crate::graph::NodeIx;
use crate::model::{Kind, Relation};

use super::steps::Steps;

/// The query has not met the node. Rows are below.
const UNMET: u32 = (1 << 30) - 2;
/// No way from the node leads on to a target, as far as is known.
const DEAD: u32 = (1 << 30) - 1;
/// The same of a master that the sources reach: its place in the list of these, from here on.
const MASTER: u32 = 1 << 30;
/// The same of a parcours.
const PARCOURS: u32 = 1 << 31;

/// What it costs to look at a parcours from its own side, in relations looked at from the outlet's.
const A_PARCOURS: usize = 8;

/// Working memory of the bounds of one query after another.
#[derive(Default)]
pub(super) struct Bounds {
    /// By slot: where its row is, or what is known instead. All else is by place in a list, to be near in memory.
    places: Vec<u32>,
    /// The nodes met, whose places the next query takes back.
    met: Vec<NodeIx>,
    /// Row by row: `[groups still to meet][steps still to take]`.
    values: Vec<f64>,
    /// By row: the layer at which it last gained.
    gained: Vec<u8>,
    width: usize,
    stride: usize,
    licences: Vec<NodeIx>,
    masters: Vec<NodeIx>,
    /// By place: the greatest strength by which a source leads to the master without a bridge; 0 where none does.
    master_arrivals: Vec<f64>,
    parcours: Vec<NodeIx>,
    /// By place: the same product for the parcours, and the slot of the master on that way.
    parcours_arrivals: Vec<(f64, u32)>,
    /// Jobs and studies that have rows.
    outlets: Vec<NodeIx>,
    /// Weights of the plainest pathways, with what `distinct` tells them apart by.
    plain: Vec<(u32, f64)>,
    least: f64,
    frontier: Vec<NodeIx>,
    next: Vec<NodeIx>,
}

/// Where the bounds of a node are.
#[derive(Clone, Copy)]
pub(super) struct Row(u32);

impl Bounds {
    /// The bounds of a node; `None` where no way leads on to a target.
    pub fn row(&self, node: NodeIx) -> Option<Row> {
        let row = self.places[node.get()];
        (row < UNMET).then_some(Row(row))
    }

    /// The bound with so many steps and these groups to go.
    pub fn value(&self, row: Row, needs: u16, steps: usize) -> f64 {
        self.values[row.0 as usize * self.stride + needs as usize * self.width + steps]
    }

    /// No pathway of a smaller score is among those wanted, nor the first after them. 0 where that is not known.
    pub fn least(&self) -> f64 {
        self.least
    }

    /// Works out the bounds of a query.
    pub fn compute(&mut self, steps: &Steps) {
        self.open(steps);
        let depth = self.reach(steps);
        let ends = self.ends(steps);
        if ends > 0 {
            self.least = self.floor(steps);
            self.jobs(steps, depth.jobs);
        }
        for list in [Kind::Parcours, Kind::Master, Kind::Licence] {
            let nodes = match list {
                Kind::Parcours => std::mem::take(&mut self.parcours),
                Kind::Master => std::mem::take(&mut self.masters),
                _ => std::mem::take(&mut self.licences),
            };
            match list {
                Kind::Parcours if ends == 0 && !nodes.iter().any(|node| steps.is_target_diploma(*node)) => {}
                Kind::Parcours if steps.stated_only() && self.fewer_back(steps, nodes.len()) => {
                    self.climb_back(steps, &nodes);
                }
                _ => nodes.iter().for_each(|node| self.climb(steps, *node)),
            }
            match list {
                Kind::Parcours => self.parcours = nodes,
                Kind::Master => self.masters = nodes,
                _ => self.licences = nodes,
            }
        }
        self.bridge(steps);
    }

    fn open(&mut self, steps: &Steps) {
        for node in self.met.drain(..) {
            self.places[node.get()] = UNMET;
        }
        if self.places.len() < steps.graph.len() {
            self.places.resize(steps.graph.len(), UNMET);
        }
        self.width = steps.query.max_steps + 1;
        self.stride = self.width * (steps.needs as usize + 1);
        self.values.clear();
        self.gained.clear();
        self.licences.clear();
        self.masters.clear();
        self.master_arrivals.clear();
        self.parcours.clear();
        self.parcours_arrivals.clear();
        self.outlets.clear();
        self.least = 0.0;
    }

    fn meet(&mut self, node: NodeIx) -> bool {
        let place = &mut self.places[node.get()];
        let fresh = *place == UNMET;
        if fresh {
            *place = DEAD;
            self.met.push(node);
        }
        fresh
    }

    /// Lists the licences, masters and parcours that the sources reach, and how deep jobs begin.
    fn reach(&mut self, steps: &Steps) -> Depth {
        let most = steps.query.max_steps;
        let mut depth = Depth { jobs: usize::MAX };
        let mut masters_at = usize::MAX;
        let mut parcours_at = usize::MAX;
        for &source in &steps.query.from {
            let kind = steps.graph.kind(source);
            if !steps.admits(source) {
                continue;
            }
            match kind {
                Kind::Licence if self.meet(source) => self.licences.push(source),
                Kind::Master if self.meet(source) => {
                    self.list_master(source, 1.0);
                    masters_at = 0;
                }
                Kind::Parcours if self.meet(source) => {
                    self.list_parcours(source, 1.0, u32::MAX);
                    parcours_at = 0;
                }
                Kind::Job => depth.jobs = 0,
                _ => {}
            }
        }
        // Bridges, breadth first; masters as they are met.
        let mut start = 0;
        for level in 0..most {
            let end = self.licences.len();
            for i in start..end {
                steps.from(self.licences[i], |relation, to, strength| {
                    let arrival = if level == 0 { strength } else { 0.0 };
                    if !self.meet(to) {
                        if relation == Relation::Opens {
                            self.arrive_at_master(to, arrival);
                        }
                    } else if steps.admits_next(to, relation) {
                        if relation == Relation::Bridges {
                            self.licences.push(to);
                        } else {
                            masters_at = masters_at.min(level + 1);
                            self.list_master(to, arrival);
                        }
                    }
                });
            }
            start = end;
        }
        if masters_at < most {
            for i in 0..self.masters.len() {
                let master = self.masters[i];
                let arrival = self.master_arrivals[i];
                steps.from(master, |relation, to, strength| {
                    let slot = master.get() as u32;
                    if relation == Relation::LeadsTo {
                        depth.jobs = depth.jobs.min(masters_at + 1);
                    } else if !self.meet(to) {
                        self.arrive_at_parcours(to, arrival * strength, slot);
                    } else if steps.admits_next(to, relation) {
                        parcours_at = parcours_at.min(masters_at + 1);
                        self.list_parcours(to, arrival * strength, slot);
                    }
                });
            }
        }
        if parcours_at < most {
            depth.jobs = depth.jobs.min(parcours_at + 1);
        }
        depth
    }

    fn list_master(&mut self, master: NodeIx, arrival: f64) {
        self.places[master.get()] = MASTER + self.masters.len() as u32;
        self.masters.push(master);
        self.master_arrivals.push(arrival);
    }

    fn list_parcours(&mut self, parcours: NodeIx, arrival: f64, master: u32) {
        self.places[parcours.get()] = PARCOURS + self.parcours.len() as u32;
        self.parcours.push(parcours);
        self.parcours_arrivals.push((arrival, master));
    }

    /// Takes note of another way to a master that was met before.
    fn arrive_at_master(&mut self, master: NodeIx, arrival: f64) {
        let row = self.places[master.get()];
        if (MASTER..PARCOURS).contains(&row) {
            let held = &mut self.master_arrivals[(row - MASTER) as usize];
            *held = held.max(arrival);
        }
    }

    /// The same of a parcours.
    fn arrive_at_parcours(&mut self, parcours: NodeIx, arrival: f64, master: u32) {
        if let Some(place) = self.places[parcours.get()].checked_sub(PARCOURS) {
            let held = &mut self.parcours_arrivals[place as usize];
            if held.0 < arrival {
                *held = (arrival, master);
            }
        }
    }

    fn new_row(&mut self, node: NodeIx) -> u32 {
        let row = self.gained.len() as u32;
        self.values.resize(self.values.len() + self.stride, 0.0);
        self.gained.push(0);
        self.places[node.get()] = row;
        row
    }

    /// Rows of the targets that are jobs or studies; how many there are.
    fn ends(&mut self, steps: &Steps) -> usize {
        self.frontier.clear();
        let mut count = 0;
        for &target in &steps.query.to {
            let kind = steps.graph.kind(target);
            if matches!(kind, Kind::Job | Kind::Study) && self.meet(target) && steps.admits(target) {
                let row = self.new_row(target);
                self.values[row as usize * self.stride] = 1.0;
                self.outlets.push(target);
                count += 1;
                if kind == Kind::Job {
                    self.frontier.push(target);
                }
            }
        }
        count
    }

    fn jobs(&mut self, steps: &Steps, depth: usize) {
        let layers = steps.query.max_steps.saturating_sub(depth);
        for layer in 1..=layers {
            let frontier = std::mem::take(&mut self.frontier);
            for &job in &frontier {
                let row = self.places[job.get()];
                let satisfied = steps.satisfies(job);
                steps.to_job(job, |before, weight| self.relax(steps, row, satisfied, before, weight, layer));
            }
            self.frontier = std::mem::take(&mut self.next);
            self.next = frontier;
            self.next.clear();
        }
    }

    fn relax(&mut self, steps: &Steps, row: u32, satisfied: u16, before: NodeIx, weight: f64, layer: usize) {
        let mut other = self.places[before.get()];
        if self.meet(before) {
            if !steps.admits_next(before, Relation::EvolvesTo) {
                return;
            }
            other = self.new_row(before);
            self.outlets.push(before);
        } else if other == DEAD {
            return;
        }
        let mut gains = false;
        for needs in 0..=steps.needs {
            let value = weight * self.values[row as usize * self.stride + needs as usize * self.width + layer - 1];
            if value == 0.0 || value < self.least || needs & satisfied != 0 {
                continue;
            }
            // Before this job, any of the groups that it satisfies may still have been to meet.
            let mut met = satisfied;
            loop {
                let at = other as usize * self.stride + (needs | met) as usize * self.width + layer;
                if value > self.values[at] {
                    self.values[at] = value;
                    gains = true;
                }
                if met == 0 {
                    break;
                }
                met = (met - 1) & satisfied;
            }
        }
        if gains && self.gained[other as usize] != layer as u8 {
            self.gained[other as usize] = layer as u8;
            self.next.push(before);
        }
    }

    /// The row of a node from those of the nodes that its steps lead to; bridges are for [`Bounds::bridge`].
    fn climb(&mut self, steps: &Steps, node: NodeIx) {
        let mut row = None;
        if steps.is_target_diploma(node) {
            let fresh = self.new_row(node);
            self.values[fresh as usize * self.stride] = 1.0;
            row = Some(fresh);
        }
        steps.from(node, |relation, to, strength| {
            if relation == Relation::Bridges {
                return;
            }
            if let Some(Row(next)) = self.row(to) {
                let row = *row.get_or_insert_with(|| self.new_row(node));
                self.raise(steps, row, next, steps.satisfies(to), strength, 1..self.width);
            }
        });
    }

    /// Whether fewer relations are met from the outlets' side than from that of so many parcours.
    fn fewer_back(&self, steps: &Steps, parcours: usize) -> bool {
        let met = |outlet: &NodeIx| steps.graph.links_behind(*outlet).len();
        let most = parcours * A_PARCOURS;
        self.outlets.iter().map(met).try_fold(0, |sum, met| (sum + met <= most).then_some(sum + met)).is_some()
    }

    /// The rows of all listed parcours, from the outlets' side: where only what is stated counts, those that state an outlet
    /// are listed at it.
    fn climb_back(&mut self, steps: &Steps, parcours: &[NodeIx]) {
        for &target in parcours.iter().filter(|node| steps.is_target_diploma(**node)) {
            let row = self.new_row(target);
            self.values[row as usize * self.stride] = 1.0;
        }
        let outlets = std::mem::take(&mut self.outlets);
        for &outlet in &outlets {
            let next = self.places[outlet.get()];
            let satisfied = steps.satisfies(outlet);
            let values = &self.values[next as usize * self.stride..][..self.stride];
            let best = values.iter().copied().fold(0.0, f64::max);
            steps.to_outlet(outlet, |from, weight| {
                if weight * best < self.least {
                    return;
                }
                let mut row = self.places[from.get()];
                // A master is met too, and has no row yet.
                if (UNMET..PARCOURS).contains(&row) {
                    return;
                }
                if row >= PARCOURS {
                    row = self.new_row(from);
                }
                self.raise(steps, row, next, satisfied, weight, 1..self.width);
            });
        }
        self.outlets = outlets;
    }

    fn raise(
        &mut self,
        steps: &Steps,
        row: u32,
        next: u32,
        satisfied: u16,
        strength: f64,
        range: std::ops::Range<usize>,
    ) {
        for needs in 0..=steps.needs {
            let from = next as usize * self.stride + (needs & !satisfied) as usize * self.width;
            let to = row as usize * self.stride + needs as usize * self.width;
            for left in range.clone() {
                let value = strength * self.values[from + left - 1];
                if value > self.values[to + left] {
                    self.values[to + left] = value;
                }
            }
        }
    }

    /// Bridges join licences in cycles: one layer of steps after another.
    fn bridge(&mut self, steps: &Steps) {
        let licences = std::mem::take(&mut self.licences);
        let mut bridges: Vec<(NodeIx, NodeIx, f64)> = Vec::new();
        for &licence in &licences {
            steps.from(licence, |relation, to, strength| {
                // A licence that was met but never listed is not admitted.
                if relation == Relation::Bridges && self.places[to.get()] != UNMET && steps.admits(to) {
                    bridges.push((licence, to, strength));
                }
            });
        }
        for left in 1..self.width {
            for &(from, to, strength) in &bridges {
                if let Some(Row(next)) = self.row(to) {
                    let row = match self.row(from) {
                        Some(Row(row)) => row,
                        None => self.new_row(from),
                    };
                    self.raise(steps, row, next, steps.satisfies(to), strength, left..left + 1);
                }
            }
        }
        self.licences = licences;
    }
}

struct Depth {
    /// The fewest steps from a source to a job; [`usize::MAX`] where there is none.
    jobs: usize,
}
