//! The dynamic programme from the targets: by node and number of steps to go, the best walk to one of them, smallest
//! keys first among equals. So every node of the kind has its answer at once.
//!
//! Jobs are worked out one layer of mobility after the other; then parcours, masters and licences, each from those that
//! their steps lead to. As in [`super::forwards`] walks over a shortcut are kept apart, and count at the greatest
//! length alone; where such a walk comes to a node twice, the ways near it are looked at one by one.

use super::forwards::{Way, is_simple};
use super::{Reach, Reached, Within};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::TOLERANCE;
use crate::pathway::query::Query;
use crate::pathway::search::{self, End};
use crate::pathway::steps::{Direct, Marks, Steps};

const UNMET: u32 = u32::MAX;
const BARRED: u32 = u32::MAX - 1;
/// How many nodes lie between two looks at `interrupted`.
const POLL: usize = 512;

/// The best walk of one length from one node, by its first step. Not there while its score is 0.
#[derive(Clone, Copy)]
struct State {
    score: f64,
    /// Of the first step.
    strength: f64,
    next: u32,
    way: Way,
}

const NONE: State = State { score: 0.0, strength: 1.0, next: UNMET, way: Way::Plain };

struct Programme<'s, 'q> {
    steps: &'s Steps<'q>,
    most: usize,
    /// By slot: the row of the node.
    rows: Vec<u32>,
    nodes: Vec<NodeIx>,
    /// Row by row: `[steps to go][way]`.
    states: Vec<State>,
    /// Whether pathways come to masters from a licence.
    arrived: bool,
}

/// Everything of the kind from which a target is within reach.
pub(super) fn reach(graph: &Graph, wanted: &Reach, interrupted: &dyn Fn() -> bool) -> Reached {
    let query = wanted.query();
    let mut marks = Marks::default();
    let steps = Steps::new(graph, &query, &mut marks);
    let mut programme = Programme {
        steps: &steps,
        most: wanted.max_steps,
        rows: vec![UNMET; graph.len()],
        nodes: Vec::new(),
        states: Vec::new(),
        arrived: wanted.kind == Kind::Licence,
    };
    if !programme.run(wanted.kind, interrupted) {
        return Reached { entries: Vec::new(), end: End::Interrupted };
    }
    programme.gather(wanted.kind, interrupted)
}

impl Programme<'_, '_> {
    /// Works out what the kind needs. Whether it came to its end.
    fn run(&mut self, kind: Kind, interrupted: &dyn Fn() -> bool) -> bool {
        let graph = self.steps.graph;
        let filtered = self.steps.query.filter.concerns_offers();
        let mut layer = Vec::new();
        for &target in &self.steps.query.to {
            let kind = graph.kind(target);
            // Nothing that is offered comes before a licence; a master must be awarded where the filter asks for it.
            let barren = match kind {
                Kind::Licence => true,
                Kind::Master => self.steps.awards(target, true).is_empty(),
                Kind::Parcours | Kind::Job | Kind::Study => false,
                // On no pathway.
                Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector | Kind::Family => true,
            };
            if filtered && barren {
                continue;
            }
            if let Some(row) = self.row(target) {
                let at = self.at(row, 0, Way::Plain);
                self.states[at].score = 1.0;
                if kind == Kind::Job && !layer.contains(&row) {
                    layer.push(row);
                }
            }
        }
        self.jobs(layer);
        let ladder = [Kind::Parcours, Kind::Master, Kind::Licence];
        let Some(top) = ladder.iter().position(|rung| *rung == kind) else { return true };
        let mut looked = 0;
        for rung in &ladder[..=top] {
            for &node in graph.nodes_of(*rung) {
                looked += 1;
                if looked % POLL == 0 && interrupted() {
                    return false;
                }
                if self.steps.admits(node) {
                    self.climb(node, *rung);
                }
            }
        }
        if kind == Kind::Licence {
            self.bridge();
        }
        true
    }

    fn at(&self, row: u32, left: usize, way: Way) -> usize {
        (row as usize * (self.most + 1) + left) * 2 + way as usize
    }

    fn state(&self, row: u32, left: usize, way: Way) -> State {
        self.states[self.at(row, left, way)]
    }

    /// The row of a node that was met.
    fn known(&self, node: NodeIx) -> Option<u32> {
        let row = self.rows[node.get()];
        (row < BARRED).then_some(row)
    }

    /// The row of a node, unless it may not stand on a pathway.
    fn row(&mut self, node: NodeIx) -> Option<u32> {
        if self.rows[node.get()] == UNMET {
            let admitted = self.steps.admits(node);
            self.rows[node.get()] = if admitted { self.nodes.len() as u32 } else { BARRED };
            if admitted {
                self.nodes.push(node);
                self.states.resize(self.states.len() + 2 * (self.most + 1), NONE);
            }
        }
        self.known(node)
    }

    fn jobs(&mut self, mut layer: Vec<u32>) {
        let steps = self.steps;
        for left in 1..=self.most.min(steps.query.max_moves) {
            let mut next = Vec::new();
            for row in layer {
                let score = self.state(row, left - 1, Way::Plain).score;
                steps.to_job(self.nodes[row as usize], |before, weight| {
                    let Some(other) = self.row(before) else { return };
                    let fresh = self.state(other, left, Way::Plain).score == 0.0;
                    let offer = State { score: weight * score, strength: weight, next: row, way: Way::Plain };
                    self.relax(other, left, Way::Plain, offer);
                    if fresh {
                        next.push(other);
                    }
                });
            }
            layer = next;
        }
    }

    /// The walks from a parcours, a master or a licence, bridges left out.
    fn climb(&mut self, node: NodeIx, rung: Kind) {
        let steps = self.steps;
        let arrived = self.arrived;
        let mut ahead: Vec<(NodeIx, f64, Option<Way>)> = Vec::new();
        steps.from(node, |relation, to, strength| {
            let late = relation == Relation::Offers && arrived && steps.is_entered_late(to);
            if relation == Relation::Bridges || late || self.known(to).is_none() {
                return;
            }
            let direct = rung == Kind::Master && relation == Relation::LeadsTo;
            match if direct { steps.direct(node, arrived, to) } else { Direct::Open } {
                Direct::Open => ahead.push((to, strength, None)),
                Direct::Bypassed => ahead.push((to, strength, Some(Way::Shortcut))),
                Direct::Barred => {}
            }
        });
        for (to, strength, turned) in ahead {
            let (Some(next), Some(row)) = (self.known(to), self.row(node)) else { continue };
            self.step(row, next, strength, turned, 1..=self.most);
        }
    }

    /// Offers a step with all walks that go on from its end.
    fn step(
        &mut self,
        row: u32,
        next: u32,
        strength: f64,
        turned: Option<Way>,
        lengths: std::ops::RangeInclusive<usize>,
    ) {
        for left in lengths {
            for way in [Way::Plain, Way::Shortcut] {
                let score = self.state(next, left - 1, way).score;
                if score > 0.0 {
                    let offer = State { score: strength * score, strength, next, way };
                    self.relax(row, left, turned.unwrap_or(way), offer);
                }
            }
        }
    }

    /// Bridges join licences in cycles: one layer of steps after another.
    fn bridge(&mut self) {
        let steps = self.steps;
        let mut bridges = Vec::new();
        for &licence in steps.graph.nodes_of(Kind::Licence) {
            if steps.admits(licence) {
                steps.from(licence, |relation, to, strength| {
                    if relation == Relation::Bridges && steps.admits(to) {
                        bridges.push((licence, to, strength));
                    }
                });
            }
        }
        for left in 1..=self.most {
            for &(from, to, strength) in &bridges {
                if let (Some(next), Some(row)) = (self.known(to), self.row(from)) {
                    self.step(row, next, strength, None, left..=left);
                }
            }
        }
    }

    fn relax(&mut self, row: u32, left: usize, way: Way, offer: State) {
        let at = self.at(row, left, way);
        let held = self.states[at];
        let earlier = || {
            let (one, other) = (self.nodes[offer.next as usize], self.nodes[held.next as usize]);
            self.steps.graph.by_key(one, other).is_lt()
        };
        if offer.score > held.score + TOLERANCE || offer.score >= held.score - TOLERANCE && earlier() {
            self.states[at] = offer;
        }
    }

    fn gather(&self, kind: Kind, interrupted: &dyn Fn() -> bool) -> Reached {
        let mut reached = Reached { entries: Vec::new(), end: End::Proven };
        let filtered = self.steps.query.filter.concerns_offers();
        if kind == Kind::Job && filtered {
            return reached;
        }
        let mut left = self.steps.query.budget;
        for &node in self.steps.graph.nodes_of(kind) {
            let Some(row) = self.known(node) else { continue };
            let Some(best) = self.best(row, node) else {
                let query = Query { from: vec![node], first: 1, budget: left, ..self.steps.query.clone() };
                let found = search::run(self.steps.graph, &query, interrupted);
                left = left.saturating_sub(found.expansions);
                let entry = |way: search::Way| Within { node, score: way.score, nodes: way.nodes };
                reached.entries.extend(found.ways.into_iter().map(entry));
                if found.end != End::Proven {
                    reached.end = found.end;
                    break;
                }
                continue;
            };
            reached.entries.extend(best.map(|Walk { score, nodes }| Within { node, score, nodes }));
        }
        reached
    }

    /// The best pathway from a node, if there is one; `None` where only the search can tell.
    fn best(&self, row: u32, node: NodeIx) -> Option<Option<Walk>> {
        let filter = &self.steps.query.filter;
        let least = filter.min_score.map_or(f64::MIN_POSITIVE, |least| least - TOLERANCE);
        let score = |left, way| self.state(row, left, way).score;
        let lengths = 1..=self.most;
        let plain = lengths.clone().map(|left| score(left, Way::Plain)).fold(0.0, f64::max);
        // Whether a detour is a result depends on the least score: the search knows.
        let shortcut = match filter.min_score {
            Some(_) => lengths.clone().map(|left| score(left, Way::Shortcut)).fold(0.0, f64::max),
            None => score(self.most, Way::Shortcut),
        };
        if plain.max(shortcut) < least {
            return Some(None);
        }
        let rivals = shortcut >= least && shortcut >= plain - TOLERANCE;
        // From a target a walk may come back to it.
        if rivals && filter.min_score.is_some() || self.steps.query.to.contains(&node) {
            return None;
        }
        let held = lengths.clone().find(|left| plain >= least && score(*left, Way::Plain) >= plain - TOLERANCE);
        let mut best = held.map(|left| self.walk(row, left, Way::Plain));
        if rivals {
            let walk = self.walk(row, self.most, Way::Shortcut);
            if !is_simple(&walk.nodes) {
                return None;
            }
            self.keep(&mut best, walk);
        }
        Some(best)
    }

    /// The walk of a state, its score multiplied up in the order of its steps.
    fn walk(&self, row: u32, left: usize, way: Way) -> Walk {
        let mut walk = Walk { score: 1.0, nodes: vec![self.nodes[row as usize]] };
        self.extend(&mut walk, row, left, way);
        walk
    }

    fn extend(&self, walk: &mut Walk, mut row: u32, left: usize, mut way: Way) {
        for left in (1..=left).rev() {
            let state = self.state(row, left, way);
            walk.score *= state.strength;
            (row, way) = (state.next, state.way);
            walk.nodes.push(self.nodes[row as usize]);
        }
    }

    /// Keeps the better of two: of equals the shorter, then that of smaller keys.
    fn keep(&self, best: &mut Option<Walk>, walk: Walk) {
        let graph = self.steps.graph;
        let earlier = |held: &Walk| {
            let pairs = walk.nodes.iter().zip(&held.nodes).map(|(a, b)| graph.by_key(*a, *b));
            let keys = pairs.into_iter().find(|order| order.is_ne());
            let fewer = walk.nodes.len().cmp(&held.nodes.len());
            fewer.then(keys.unwrap_or(std::cmp::Ordering::Equal)).is_lt()
        };
        let better =
            |held: &Walk| walk.score > held.score + TOLERANCE || walk.score >= held.score - TOLERANCE && earlier(held);
        if best.as_ref().is_none_or(better) {
            *best = Some(walk);
        }
    }
}

struct Walk {
    score: f64,
    nodes: Vec<NodeIx>,
}
