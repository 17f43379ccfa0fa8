//! The dynamic programme: by node and number of steps, the best walk from the sources, smallest keys first among equals.
//!
//! Walks are told apart by whether they take a master's direct outlet that a parcours of it offers too (a *shortcut*):
//! such a pathway is a result only where the detour would be too long, at the greatest length. A walk that a shorter
//! one equals is not followed further, unless that greatest length is at stake.

use super::{Reach, Reached, Within};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::TOLERANCE;
use crate::pathway::query::{MAX_STEPS, Query};
use crate::pathway::search::{self, End};
use crate::pathway::steps::{Direct, Marks, Steps};

const UNMET: u32 = u32::MAX;
const BARRED: u32 = u32::MAX - 1;
/// How many nodes lie between two looks at `interrupted`.
const POLL: usize = 512;

/// Whether a walk takes a shortcut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Plain = 0,
    Shortcut = 1,
}

/// The best walk of one length to one node, by its last step. Not there while its score is 0.
#[derive(Clone, Copy)]
struct State {
    score: f64,
    before: u32,
    way: Way,
}

const NONE: State = State { score: 0.0, before: UNMET, way: Way::Plain };

struct Programme<'s, 'q> {
    steps: &'s Steps<'q>,
    most: usize,
    /// By moves made and slot: the row of the node.
    rows: Vec<Vec<u32>>,
    /// By row: the node, its kind, and the moves made on the way to it.
    nodes: Vec<(NodeIx, Kind, usize)>,
    /// Row by row: `[steps taken][way]`.
    states: Vec<State>,
    /// By row: the length after which the node was last put on a list.
    listed: Vec<u8>,
    next: Vec<u32>,
}

pub(super) fn reach(graph: &Graph, wanted: &Reach, interrupted: &dyn Fn() -> bool) -> Reached {
    let query = wanted.query();
    let mut marks = Marks::default();
    let steps = Steps::new(graph, &query, &mut marks);
    let mut programme = Programme {
        steps: &steps,
        most: wanted.max_steps,
        rows: vec![vec![UNMET; graph.len()]; wanted.max_moves.min(wanted.max_steps) + 1],
        nodes: Vec::new(),
        states: Vec::new(),
        listed: Vec::new(),
        next: Vec::new(),
    };
    if !programme.run(interrupted) {
        return Reached { entries: Vec::new(), end: End::Interrupted };
    }
    programme.gather(wanted.kind, interrupted)
}

impl Programme<'_, '_> {
    /// Whether it came to its end.
    fn run(&mut self, interrupted: &dyn Fn() -> bool) -> bool {
        let filtered = self.steps.query.filter.concerns_offers();
        for &source in &self.steps.query.from {
            // No parcours comes before or after a job that a pathway begins at.
            let barren = filtered && self.steps.graph.kind(source).is_outlet();
            if !barren && self.steps.admits(source) {
                let row = self.row(source, 0);
                if row != BARRED {
                    let at = row as usize * self.stride();
                    self.states[at].score = 1.0;
                    self.list(row, 0);
                }
            }
        }
        let mut looked = 0;
        for taken in 0..self.most {
            let list = std::mem::take(&mut self.next);
            for row in list {
                looked += 1;
                if looked % POLL == 0 && interrupted() {
                    return false;
                }
                self.follow(row, taken);
            }
        }
        true
    }

    fn stride(&self) -> usize {
        2 * (self.most + 1)
    }

    fn state(&self, row: u32, taken: usize, way: Way) -> State {
        self.states[row as usize * self.stride() + 2 * taken + way as usize]
    }

    fn row(&mut self, node: NodeIx, moves: usize) -> u32 {
        let known = self.rows[moves][node.get()];
        if known != UNMET {
            return known;
        }
        let row = if self.steps.admits(node) { self.nodes.len() as u32 } else { BARRED };
        self.rows[moves][node.get()] = row;
        if row != BARRED {
            self.nodes.push((node, self.steps.graph.kind(node), moves));
            self.states.resize(self.states.len() + self.stride(), NONE);
            self.listed.push(u8::MAX);
        }
        row
    }

    fn list(&mut self, row: u32, taken: usize) {
        if self.listed[row as usize] != taken as u8 {
            self.listed[row as usize] = taken as u8;
            self.next.push(row);
        }
    }

    fn follow(&mut self, row: u32, taken: usize) {
        let (node, kind, moves) = self.nodes[row as usize];
        for way in [Way::Plain, Way::Shortcut] {
            let state = self.state(row, taken, way);
            // Licences and masters are few, and lead to shortcuts whose length counts.
            let few = kind == Kind::Licence || kind == Kind::Master;
            if state.score == 0.0 || !few && self.equalled(row, taken, state.score) {
                continue;
            }
            let (steps, arrived) = (self.steps, taken > 0);
            steps.from(node, |relation, to, strength| {
                if relation == Relation::Offers && arrived && steps.is_entered_late(to) {
                    return;
                }
                let direct = kind == Kind::Master && relation == Relation::LeadsTo;
                let next = match if direct { steps.direct(node, arrived, to) } else { Direct::Open } {
                    Direct::Open => way,
                    Direct::Bypassed => Way::Shortcut,
                    Direct::Barred => return,
                };
                let moves = moves + usize::from(relation == Relation::EvolvesTo);
                if moves < self.rows.len() {
                    let score = state.score * strength;
                    self.relax((to, moves), taken + 1, next, State { score, before: row, way });
                }
            });
        }
    }

    /// Whether a shorter plain walk is as good.
    fn equalled(&self, row: u32, taken: usize, score: f64) -> bool {
        (0..taken).any(|fewer| self.state(row, fewer, Way::Plain).score >= score - TOLERANCE)
    }

    fn relax(&mut self, (to, moves): (NodeIx, usize), taken: usize, way: Way, offer: State) {
        let row = self.row(to, moves);
        if row == BARRED {
            return;
        }
        let at = row as usize * self.stride() + 2 * taken + way as usize;
        let held = self.states[at];
        let better = offer.score > held.score + TOLERANCE
            || offer.score >= held.score - TOLERANCE
                && (held.before, held.way) != (offer.before, offer.way)
                && self.precedes(offer, held, taken);
        if better {
            self.states[at] = offer;
            if taken < self.most {
                self.list(row, taken);
            }
        }
    }

    /// Whether the walk before one last step has smaller keys than that before another, of the same length.
    fn precedes(&self, one: State, other: State, taken: usize) -> bool {
        let (ours, theirs) = (self.walk(one, taken), self.walk(other, taken));
        let pairs = ours[..taken].iter().zip(&theirs[..taken]);
        pairs
            .map(|(a, b)| self.steps.graph.by_key(*a, *b))
            .find(|order| order.is_ne())
            .is_some_and(|order| order.is_lt())
    }

    /// The nodes before the last step of a walk of so many steps.
    fn walk(&self, last: State, taken: usize) -> [NodeIx; MAX_STEPS + 1] {
        let mut nodes = [self.nodes[last.before as usize].0; MAX_STEPS + 1];
        let mut state = last;
        for place in (0..taken).rev() {
            nodes[place] = self.nodes[state.before as usize].0;
            state = self.state(state.before, place, state.way);
        }
        nodes
    }

    fn gather(&self, kind: Kind, interrupted: &dyn Fn() -> bool) -> Reached {
        let mut reached = Reached { entries: Vec::new(), end: End::Proven };
        let mut left = self.steps.query.budget;
        let mut nodes: Vec<NodeIx> = self.nodes.iter().filter(|row| row.1 == kind).map(|row| row.0).collect();
        nodes.sort_unstable();
        nodes.dedup();
        for node in nodes {
            match self.best(node, kind) {
                Best::None => {}
                Best::Walk(score, nodes) => reached.entries.push(Within { node, score, nodes }),
                Best::Unsure => {
                    let query = Query { to: vec![node], first: 1, budget: left, ..self.steps.query.clone() };
                    let found = search::run(self.steps.graph, &query, interrupted);
                    left = left.saturating_sub(found.expansions);
                    let entry = |way: search::Way| Within { node, score: way.score, nodes: way.nodes };
                    reached.entries.extend(found.ways.into_iter().map(entry));
                    if found.end != End::Proven {
                        reached.end = found.end;
                        break;
                    }
                }
            }
        }
        reached
    }

    fn best(&self, node: NodeIx, kind: Kind) -> Best {
        let filter = &self.steps.query.filter;
        let least = filter.min_score.map_or(f64::MIN_POSITIVE, |least| least - TOLERANCE);
        if self.steps.query.from.contains(&node) {
            // A walk back to where it began holds a cycle.
            return Best::Unsure;
        }
        let unoffered = match kind {
            Kind::Licence => true,
            Kind::Master => self.steps.awards(node, true).is_empty(),
            Kind::Parcours | Kind::Job | Kind::Study => false,
            // On no pathway.
            Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector | Kind::Family => true,
        };
        if filter.concerns_offers() && unoffered {
            return Best::None;
        }
        // Whether the pathway through a parcours is a result depends on the least score: the search knows.
        let shortcuts = if filter.min_score.is_some() { 1..=self.most } else { self.most..=self.most };
        let plain = || self.walks_to(node, Way::Plain, 1..=self.most);
        let shortcut = || self.walks_to(node, Way::Shortcut, shortcuts.clone());
        let top = |score: f64, walk: (u32, usize, State)| score.max(walk.2.score);
        let (best_plain, best_shortcut) = (plain().fold(0.0, top), shortcut().fold(0.0, top));
        let best = best_plain.max(best_shortcut);
        if best < least {
            return Best::None;
        }
        let rivals = best_shortcut >= least && best_shortcut >= best_plain - TOLERANCE;
        if rivals && filter.min_score.is_some() {
            return Best::Unsure;
        }
        let among = |walk: &(u32, usize, State)| walk.2.score >= least && walk.2.score >= best - TOLERANCE;
        let mut found: Option<(f64, Vec<NodeIx>)> = None;
        for (_, taken, state) in plain().filter(among).chain(shortcut().filter(among)) {
            let nodes = self.nodes_to(node, state, taken);
            if !is_simple(&nodes) {
                // The best of the plain and shortest is simple; a shortcut of the greatest length need not be.
                if taken == self.most {
                    return Best::Unsure;
                }
                continue;
            }
            let fewer = |held: &Vec<NodeIx>| {
                nodes.len() < held.len() || nodes.len() == held.len() && self.in_order(&nodes, held)
            };
            if found.as_ref().is_none_or(|(_, held)| fewer(held)) {
                found = Some((state.score, nodes));
            }
        }
        found.map_or(Best::Unsure, |(score, nodes)| Best::Walk(score, nodes))
    }

    /// The best walks to a node that turn one way: the moves made, the steps taken, the last step.
    fn walks_to(
        &self,
        node: NodeIx,
        way: Way,
        lengths: std::ops::RangeInclusive<usize>,
    ) -> impl Iterator<Item = (u32, usize, State)> {
        let rows = self.rows.iter().map(move |rows| rows[node.get()]).filter(|row| *row < BARRED);
        rows.flat_map(move |row| lengths.clone().map(move |taken| (row, taken, self.state(row, taken, way))))
            .filter(|walk| walk.2.score > 0.0)
    }

    /// Whether of two walks of one length the first has the smaller keys.
    fn in_order(&self, one: &[NodeIx], other: &[NodeIx]) -> bool {
        let pairs = one.iter().zip(other).map(|(a, b)| self.steps.graph.by_key(*a, *b));
        pairs.into_iter().find(|order| order.is_ne()).is_some_and(|order| order.is_lt())
    }

    fn nodes_to(&self, node: NodeIx, last: State, taken: usize) -> Vec<NodeIx> {
        let mut nodes = self.walk(last, taken)[..taken].to_vec();
        nodes.push(node);
        nodes
    }
}

/// Whether a walk comes to no node twice.
pub(super) fn is_simple(nodes: &[NodeIx]) -> bool {
    (1..nodes.len()).all(|i| !nodes[i..].contains(&nodes[i - 1]))
}

enum Best {
    None,
    Walk(f64, Vec<NodeIx>),
    /// A walk with a cycle may hide the pathway: the search decides.
    Unsure,
}
