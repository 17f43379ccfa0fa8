//! How good the rest of a pathway can be: for each node that the sources reach, each number of steps still to take
//! and each set of `via` groups still to meet, the greatest product of strengths of a walk to a target.
//!
//! A walk may repeat nodes and a pathway may not, so these are upper bounds for the search to be led by; they are exact
//! wherever no cycle helps. Jobs are worked out backwards from the targets, layer by layer over mobility and no further
//! than the steps that a source leaves; the rest, a ladder licence → master → parcours, forwards and then bottom up.
//! Time O(relations met × steps), space O(nodes met × steps), both × 2^groups.

use crate::graph::NodeIx;
use crate::model::{Kind, Relation};

use super::steps::Steps;

/// The query has not met the node. Rows are below.
const UNMET: u32 = (1 << 30) - 2;
/// No way from the node leads on to a target, as far as is known.
const DEAD: u32 = (1 << 30) - 1;

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
    parcours: Vec<NodeIx>,
    frontier: Vec<NodeIx>,
    next: Vec<NodeIx>,
    /// The steps of one node to those that have rows.
    onward: Vec<(Relation, NodeIx, f64)>,
}

/// Where the bounds of a node are.
#[derive(Clone, Copy)]
pub(super) struct BoundsRow(u32);

impl Bounds {
    /// The bounds of a node; `None` where no way leads on to a target.
    pub fn row(&self, node: NodeIx) -> Option<BoundsRow> {
        let row = self.places[node.get()];
        (row < UNMET).then_some(BoundsRow(row))
    }

    /// The bound with so many steps and these groups to go.
    pub fn value(&self, row: BoundsRow, needs: u16, steps: usize) -> f64 {
        self.values[row.0 as usize * self.stride + needs as usize * self.width + steps]
    }

    /// Works out the bounds of a query.
    pub fn compute(&mut self, steps: &Steps) {
        self.open(steps);
        let depth = self.reach(steps);
        let ends = self.ends(steps);
        if ends > 0 {
            self.jobs(steps, depth.jobs);
        }
        let rungs: [fn(&mut Self) -> &mut Vec<NodeIx>; 3] =
            [|bounds| &mut bounds.parcours, |bounds| &mut bounds.masters, |bounds| &mut bounds.licences];
        for rung in rungs {
            let nodes = std::mem::take(rung(self));
            nodes.iter().for_each(|node| self.climb(steps, *node));
            *rung(self) = nodes;
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
        self.parcours.clear();
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
                Kind::Licence => {
                    if self.meet(source) {
                        self.licences.push(source);
                    }
                }
                Kind::Master => {
                    if self.meet(source) {
                        self.masters.push(source);
                        masters_at = 0;
                    }
                }
                Kind::Parcours => {
                    if self.meet(source) {
                        self.parcours.push(source);
                        parcours_at = 0;
                    }
                }
                Kind::Job => depth.jobs = 0,
                Kind::Source
                | Kind::Course
                | Kind::University
                | Kind::Skill
                | Kind::Sector
                | Kind::Study
                | Kind::Family => {}
            }
        }
        // Bridges, breadth first; masters as they are met.
        let mut start = 0;
        for level in 0..most {
            let end = self.licences.len();
            for i in start..end {
                steps.from(self.licences[i], |relation, to, _| {
                    if self.meet(to) && steps.admits_next(to, relation) {
                        if relation == Relation::Bridges {
                            self.licences.push(to);
                        } else {
                            masters_at = masters_at.min(level + 1);
                            self.masters.push(to);
                        }
                    }
                });
            }
            start = end;
        }
        if masters_at < most {
            for i in 0..self.masters.len() {
                steps.from(self.masters[i], |relation, to, _| {
                    if relation == Relation::LeadsTo {
                        depth.jobs = depth.jobs.min(masters_at + 1);
                    } else if self.meet(to) && steps.admits_next(to, relation) {
                        parcours_at = parcours_at.min(masters_at + 1);
                        self.parcours.push(to);
                    }
                });
            }
        }
        if parcours_at < most {
            depth.jobs = depth.jobs.min(parcours_at + 1);
        }
        depth
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
            if kind.is_outlet() && self.meet(target) && steps.admits(target) {
                let row = self.new_row(target);
                self.values[row as usize * self.stride] = 1.0;
                count += 1;
                if kind == Kind::Job {
                    self.frontier.push(target);
                }
            }
        }
        count
    }

    fn jobs(&mut self, steps: &Steps, depth: usize) {
        // After the first job, every step is a move.
        let layers = steps.query.max_steps.saturating_sub(depth).min(steps.query.max_moves);
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
        } else if other == DEAD {
            return;
        }
        let mut gains = false;
        for needs in 0..=steps.needs {
            let value = weight * self.values[row as usize * self.stride + needs as usize * self.width + layer - 1];
            if value == 0.0 || needs & satisfied != 0 {
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
        let mut onward = std::mem::take(&mut self.onward);
        steps.to_wanted(
            node,
            |to| self.row(to).is_some(),
            |relation, to, strength| onward.push((relation, to, strength)),
        );
        for (relation, to, strength) in onward.drain(..) {
            if let Some(BoundsRow(next)) = self.row(to).filter(|_| relation != Relation::Bridges) {
                let row = *row.get_or_insert_with(|| self.new_row(node));
                self.raise(steps, row, next, steps.satisfies(to), strength, 1..self.width);
            }
        }
        self.onward = onward;
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
                if let Some(BoundsRow(next)) = self.row(to) {
                    let row = match self.row(from) {
                        Some(BoundsRow(row)) => row,
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
