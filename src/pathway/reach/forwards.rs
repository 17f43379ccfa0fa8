//! The dynamic programme: by node and number of steps, the best walk from the sources, smallest keys first among equals.
//!
//! Walks are told apart by whether they take a master's direct outlet that a parcours of it offers too (a *shortcut*):
//! such a pathway is a result only where the detour would be too long, at the greatest length. A walk that a shorter
//! one equals is not followed further, unless that greatest length is at stake.

use smallvec::SmallVec;

use super::{Reach, Reached, Within};
use crate::graph::outlets::TOLERANCE;
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::query::{EvidenceKind, MAX_STEPS, Query};
use crate::pathway::search::{self, End};
use crate::pathway::steps::{Marks, Steps};

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
    /// By slot: the row of the node.
    rows: Vec<u32>,
    nodes: Vec<(NodeIx, Kind)>,
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
        rows: vec![UNMET; graph.len()],
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
        let filtered = self.steps.query.filter.concerns_parcours();
        for &source in &self.steps.query.from {
            // No parcours comes before or after a job that a pathway begins at.
            let barren = filtered && matches!(self.steps.graph.kind(source), Kind::Job | Kind::Study);
            if !barren && self.steps.admits(source) {
                let row = self.row(source);
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

    fn row(&mut self, node: NodeIx) -> u32 {
        let known = self.rows[node.get()];
        if known != UNMET {
            return known;
        }
        let row = if self.steps.admits(node) { self.nodes.len() as u32 } else { BARRED };
        self.rows[node.get()] = row;
        if row != BARRED {
            self.nodes.push((node, self.steps.graph.kind(node)));
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
        let (node, kind) = self.nodes[row as usize];
        for way in [Way::Plain, Way::Shortcut] {
            let state = self.state(row, taken, way);
            // Licences and masters are few, and lead to shortcuts whose length counts.
            let few = matches!(kind, Kind::Licence | Kind::Master);
            if state.score == 0.0 || !few && self.equalled(row, taken, state.score) {
                continue;
            }
            let detours = kind == Kind::Master && self.detours(node);
            let steps = self.steps;
            steps.from(node, |relation, to, strength| {
                let direct = kind == Kind::Master && relation == Relation::LeadsTo;
                if direct && steps.query.filter.concerns_parcours() {
                    return;
                }
                let next = if direct && (detours || self.is_detoured(node, to)) { Way::Shortcut } else { way };
                let score = state.score * strength;
                self.relax(to, taken + 1, next, State { score, before: row, way });
            });
        }
    }

    /// Whether a shorter plain walk is as good.
    fn equalled(&self, row: u32, taken: usize, score: f64) -> bool {
        (0..taken).any(|fewer| self.state(row, fewer, Way::Plain).score >= score - TOLERANCE)
    }

    /// Whether all direct outlets of a master are those of some parcours of it too: each parcours inherits them.
    fn detours(&self, master: NodeIx) -> bool {
        let filter = &self.steps.query.filter;
        let inherits = filter.evidence.has(EvidenceKind::Inherited) && filter.min_strength.is_none();
        let mut any = false;
        if inherits {
            self.steps.from(master, |relation, to, _| {
                any = any || relation == Relation::Offers && self.steps.admits(to);
            });
        }
        any && filter.relations.as_ref().is_none_or(|list| list.contains(&Relation::LeadsTo))
    }

    fn is_detoured(&self, master: NodeIx, to: NodeIx) -> bool {
        search::detour(self.steps, master, to, |_, _| true)
    }

    fn relax(&mut self, to: NodeIx, taken: usize, way: Way, offer: State) {
        let row = self.row(to);
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
        for (row, &(node, _)) in self.nodes.iter().enumerate().filter(|(_, (_, other))| *other == kind) {
            match self.best(row as u32, node) {
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

    fn best(&self, row: u32, node: NodeIx) -> Best {
        let filter = &self.steps.query.filter;
        let least = filter.min_score.map_or(f64::MIN_POSITIVE, |least| least - TOLERANCE);
        if filter.concerns_parcours() && matches!(self.steps.graph.kind(node), Kind::Licence | Kind::Master) {
            return Best::None;
        }
        let score = |taken, way| self.state(row, taken, way).score;
        let lengths = 1..=self.most;
        let plain = lengths.clone().map(|taken| score(taken, Way::Plain)).fold(0.0, f64::max);
        // Whether a detour is a result depends on the least score: the search knows.
        let shortcut = match filter.min_score {
            Some(_) => lengths.clone().map(|taken| score(taken, Way::Shortcut)).fold(0.0, f64::max),
            None => score(self.most, Way::Shortcut),
        };
        let rivals = shortcut >= least && shortcut >= plain - TOLERANCE;
        // A walk back to where it began holds a cycle.
        if rivals && filter.min_score.is_some() || self.steps.query.from.contains(&node) && plain.max(shortcut) >= least
        {
            return Best::Unsure;
        }
        let class = plain.max(if rivals { shortcut } else { 0.0 }) - TOLERANCE;
        let shortest = lengths.clone().find(|taken| plain >= least && score(*taken, Way::Plain) >= class);
        let walk = |taken, way| {
            let state = self.state(row, taken, way);
            (state.score, self.nodes_to(node, state, taken))
        };
        // Of equals the shorter comes first, and no shortcut counts below the greatest length.
        let by_plain = shortest.map(|taken| walk(taken, Way::Plain));
        if !rivals || shortest.is_some_and(|taken| taken < self.most) {
            return by_plain.map_or(Best::None, |(score, nodes)| Best::Walk(score, nodes));
        }
        let (by_shortcut, nodes) = walk(self.most, Way::Shortcut);
        if let Some((score, plain)) = by_plain.as_ref().filter(|(_, plain)| self.in_order(plain, &nodes)) {
            return Best::Walk(*score, plain.clone());
        }
        if is_simple(&nodes) {
            return Best::Walk(by_shortcut, nodes);
        }
        let held = lengths.clone().find(|taken| plain >= least && score(*taken, Way::Plain) >= plain - TOLERANCE);
        let mut best = held.map(|taken| walk(taken, Way::Plain));
        let sure = self.unwind(node, self.most, &mut vec![(node, 1.0)], &mut best);
        match best {
            _ if !sure => Best::Unsure,
            Some((score, nodes)) => Best::Walk(score, nodes),
            None => Best::None,
        }
    }

    /// Looks for a better pathway over a shortcut that ends in these steps, the last first, each with its strength, and
    /// takes so many steps in all before the first of them. The best walk to a node stands for all of them unless it
    /// comes to a node twice. Whether the answer is sure.
    fn unwind(
        &self,
        node: NodeIx,
        taken: usize,
        rest: &mut Vec<(NodeIx, f64)>,
        best: &mut Option<(f64, Vec<NodeIx>)>,
    ) -> bool {
        let graph = self.steps.graph;
        let mut before: SmallVec<[(NodeIx, Way, f64); 16]> = SmallVec::new();
        self.steps.to_job(node, |job, weight| before.push((job, Way::Shortcut, weight)));
        for half in graph.incoming(node, Relation::LeadsTo) {
            if graph.kind(half.node) == Kind::Master {
                let strength = search::step_strength(self.steps, half.node, node);
                before.push((half.node, Way::Plain, strength));
            }
        }
        let mut sure = true;
        for (other, way, strength) in before {
            let row = self.rows[other.get()];
            if row >= BARRED || rest.iter().any(|(node, _)| *node == other) {
                continue;
            }
            let state = self.state(row, taken - 1, way);
            let score = rest.iter().rev().fold(state.score * strength, |score, (_, next)| score * next);
            if score == 0.0 || best.as_ref().is_some_and(|(held, _)| score < held - TOLERANCE) {
                continue;
            }
            if way == Way::Plain && !self.detours(other) && !self.is_detoured(other, node) {
                continue;
            }
            let mut nodes = if taken == 1 { vec![other] } else { self.nodes_to(other, state, taken - 1) };
            nodes.extend(rest.iter().rev().map(|(node, _)| *node));
            if is_simple(&nodes) {
                let better = |(held, walk): &(f64, Vec<NodeIx>)| {
                    score > held + TOLERANCE || walk.len() == nodes.len() && self.in_order(&nodes, walk)
                };
                if best.as_ref().is_none_or(better) {
                    *best = Some((score, nodes));
                }
            } else if graph.kind(other) == Kind::Job {
                rest.push((other, strength));
                sure &= self.unwind(other, taken - 1, rest, best);
                rest.pop();
            } else {
                sure = false;
            }
        }
        sure
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
