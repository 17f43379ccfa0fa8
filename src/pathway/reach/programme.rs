//! The dynamic programme: by node and number of steps, the best walk from the sources to it, or from it to the targets; smallest
//! keys first among equals. So every node of a kind has its answer at once.
//!
//! Walks are told apart by whether they take a master's direct outlet that a parcours of it offers too (a *shortcut*):
//! such a pathway is a result only where the detour would be too long, at the greatest length. A walk that a shorter
//! one equals is not followed further, unless that greatest length is at stake.

use std::ops::RangeInclusive;

use super::behind::Behind;
use super::{Reach, Reached, Within};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::TOLERANCE;
use crate::pathway::query::{MAX_STEPS, Query};
use crate::pathway::search::{self, End};
use crate::pathway::steps::{Fate, Marks, Steps};

const UNMET: u32 = u32::MAX;
const BARRED: u32 = u32::MAX - 1;
/// How many nodes lie between two looks at `interrupted`.
const POLL: usize = 512;

/// Whether a walk takes a shortcut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    Plain = 0,
    Shortcut = 1,
}

/// The best walk of one length between an end of the query and one node, by its step at that node. Not there while its score
/// is 0.
#[derive(Clone, Copy)]
struct BestWalk {
    score: f64,
    /// Of the step.
    strength: f64,
    /// The row of the step's other node, and the way of the walk up to there.
    beside: u32,
    way: Route,
}

const NONE: BestWalk = BestWalk { score: 0.0, strength: 1.0, beside: UNMET, way: Route::Plain };

struct Programme<'s, 'q> {
    steps: &'s Steps<'q>,
    most: usize,
    /// The steps that lead to a node, where it goes from the targets; from the sources it follows those that lead on.
    behind: Option<Behind>,
    /// By moves made and slot: the row of the node.
    rows: Vec<Vec<u32>>,
    /// By row: the node, its kind, and the moves made on the way.
    nodes: Vec<(NodeIx, Kind, usize)>,
    /// Row by row: `[steps taken][way]`.
    states: Vec<BestWalk>,
    /// By row: the length after which the node was last put on a list.
    listed: Vec<u8>,
    next: Vec<u32>,
}

/// Everything of the kind that the sources reach or, where there are none, from which a target is reached.
pub(super) fn reach(graph: &Graph, wanted: &Reach, interrupted: &dyn Fn() -> bool) -> Reached {
    let stopped = Reached { entries: Vec::new(), end: End::Interrupted };
    let query = wanted.query();
    let mut marks = Marks::default();
    let steps = Steps::new(graph, &query, &mut marks);
    let behind = if wanted.to.is_empty() {
        None
    } else {
        match Behind::of(&steps, wanted.kind, interrupted) {
            Some(behind) => Some(behind),
            None => return stopped,
        }
    };
    let mut programme = Programme {
        steps: &steps,
        most: wanted.max_steps,
        behind,
        rows: vec![vec![UNMET; graph.len()]; wanted.max_moves.min(wanted.max_steps) + 1],
        nodes: Vec::new(),
        states: Vec::new(),
        listed: Vec::new(),
        next: Vec::new(),
    };
    if programme.run(interrupted) { programme.gather(wanted.kind, interrupted) } else { stopped }
}

impl Programme<'_, '_> {
    /// Whether it came to its end.
    fn run(&mut self, interrupted: &dyn Fn() -> bool) -> bool {
        let steps = self.steps;
        let seeds: Vec<NodeIx> = match &self.behind {
            None => steps.query.from.iter().copied().filter(|node| steps.begins(*node)).collect(),
            Some(_) => steps.query.to.iter().copied().filter(|node| steps.ends(*node)).collect(),
        };
        for seed in seeds {
            let row = self.row(seed, 0);
            if row != BARRED {
                let at = row as usize * self.stride();
                self.states[at].score = 1.0;
                self.list(row, 0);
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

    fn state(&self, row: u32, taken: usize, way: Route) -> BestWalk {
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
        for way in [Route::Plain, Route::Shortcut] {
            let state = self.state(row, taken, way);
            if state.score == 0.0 || !self.leads_to_shortcuts(kind) && self.equalled(row, taken, state.score) {
                continue;
            }
            let step = |programme: &mut Self, other: NodeIx, moved: bool, strength: f64, fate: Fate| {
                // From the targets all moves are made before the jobs are left: below them they tell no walks apart.
                let moves = match programme.behind {
                    Some(_) if !moved => 0,
                    _ => moves + usize::from(moved),
                };
                if moves < programme.rows.len() {
                    let next = if fate == Fate::Bypassed { Route::Shortcut } else { way };
                    let offer = BestWalk { score: state.score * strength, strength, beside: row, way };
                    programme.relax((other, moves), taken + 1, next, offer);
                }
            };
            let steps = self.steps;
            if self.behind.is_none() {
                steps.from(node, |relation, to, strength| {
                    if let Some(fate) = steps.fate(node, taken > 0, relation, to) {
                        step(self, to, relation == Relation::EvolvesTo, strength, fate);
                    }
                });
                continue;
            }
            if kind == Kind::Job {
                steps.to_job(node, |before, weight| step(self, before, true, weight, Fate::Open));
            }
            let mut at = self.behind.as_ref().and_then(|behind| behind.first(node));
            while let Some(link) = at {
                step(self, link.before, false, link.strength, link.fate);
                at = self.behind.as_ref().and_then(|behind| behind.next(link));
            }
        }
    }

    /// Whether a walk that goes on from a node of the kind may take a shortcut, so that its length counts. They are few.
    fn leads_to_shortcuts(&self, kind: Kind) -> bool {
        match self.behind {
            None => kind == Kind::Licence || kind == Kind::Master,
            Some(_) => kind.is_outlet(),
        }
    }

    /// Whether a shorter plain walk is as good.
    fn equalled(&self, row: u32, taken: usize, score: f64) -> bool {
        let shorter = (0..taken).map(|fewer| self.state(row, fewer, Route::Plain).score);
        shorter.filter(|shorter| *shorter > 0.0).any(|shorter| shorter >= score - TOLERANCE)
    }

    fn relax(&mut self, (to, moves): (NodeIx, usize), taken: usize, way: Route, offer: BestWalk) {
        let row = self.row(to, moves);
        if row == BARRED {
            return;
        }
        let at = row as usize * self.stride() + 2 * taken + way as usize;
        let held = self.states[at];
        let better = held.score == 0.0
            || offer.score > held.score + TOLERANCE
            || offer.score >= held.score - TOLERANCE
                && (held.beside, held.way) != (offer.beside, offer.way)
                && self.precedes(&self.beyond(offer, taken)[..taken], &self.beyond(held, taken)[..taken]);
        if better {
            self.states[at] = offer;
            if taken < self.most {
                self.list(row, taken);
            }
        }
    }

    /// Whether of two walks of one length the first has the smaller keys.
    fn precedes(&self, one: &[NodeIx], other: &[NodeIx]) -> bool {
        let mut pairs = one.iter().zip(other).map(|(a, b)| self.steps.graph.by_key(*a, *b));
        pairs.find(|order| order.is_ne()).is_some_and(|order| order.is_lt())
    }

    /// The states of a walk of so many steps, from the node that `last` is of to the end of the query.
    fn states_of(&self, last: BestWalk, taken: usize) -> impl Iterator<Item = BestWalk> {
        let mut state = last;
        (0..taken).rev().map(move |left| {
            let this = state;
            state = self.state(state.beside, left, state.way);
            this
        })
    }

    /// The nodes of a walk but the one that `last` is of, first to last.
    fn beyond(&self, last: BestWalk, taken: usize) -> [NodeIx; MAX_STEPS] {
        let mut nodes = [self.nodes[last.beside as usize].0; MAX_STEPS];
        for (place, state) in self.states_of(last, taken).enumerate() {
            let place = if self.behind.is_none() { taken - 1 - place } else { place };
            nodes[place] = self.nodes[state.beside as usize].0;
        }
        nodes
    }

    /// The walk between an end of the query and a node. Its score is multiplied up in the order of its steps, as a search does.
    fn walk(&self, node: NodeIx, last: BestWalk, taken: usize) -> Within {
        let mut strengths: Vec<f64> = self.states_of(last, taken).map(|state| state.strength).collect();
        let mut nodes = self.beyond(last, taken)[..taken].to_vec();
        if self.behind.is_none() {
            strengths.reverse();
            nodes.push(node);
        } else {
            nodes.insert(0, node);
        }
        Within { node, score: strengths.iter().product(), nodes }
    }

    fn gather(&self, kind: Kind, interrupted: &dyn Fn() -> bool) -> Reached {
        let mut reached = Reached { entries: Vec::new(), end: End::Proven };
        let mut left = self.steps.query.budget;
        let mut nodes: Vec<NodeIx> = self.nodes.iter().filter(|row| row.1 == kind).map(|row| row.0).collect();
        nodes.sort_unstable();
        nodes.dedup();
        for node in nodes {
            match self.best(node) {
                Best::None => {}
                Best::Walk(walk) => reached.entries.push(walk),
                Best::Unsure => {
                    let mut query = Query { first: 1, budget: left, ..self.steps.query.clone() };
                    let free = if self.behind.is_none() { &mut query.to } else { &mut query.from };
                    *free = vec![node];
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

    fn best(&self, node: NodeIx) -> Best {
        let steps = self.steps;
        let (ends_of_query, fits) = match self.behind {
            None => (&steps.query.from, steps.ends(node)),
            Some(_) => (&steps.query.to, steps.begins(node)),
        };
        if !fits {
            return Best::None;
        }
        let bounded = steps.query.filter.min_score;
        let least = bounded.map_or(f64::MIN_POSITIVE, |least| least - TOLERANCE);
        // Whether the pathway through a parcours is a result depends on the least score: the search knows.
        let shortcuts = if bounded.is_some() { 1..=self.most } else { self.most..=self.most };
        let plain = || self.walks_of(node, Route::Plain, 1..=self.most);
        let shortcut = || self.walks_of(node, Route::Shortcut, shortcuts.clone());
        let top = |score: f64, walk: (usize, BestWalk)| score.max(walk.1.score);
        let (best_plain, best_shortcut) = (plain().fold(0.0, top), shortcut().fold(0.0, top));
        let best = best_plain.max(best_shortcut);
        if best < least {
            return Best::None;
        }
        if ends_of_query.contains(&node) {
            // A walk back to where it began holds a cycle.
            return Best::Unsure;
        }
        let rivals = best_shortcut >= least && best_shortcut >= best_plain - TOLERANCE;
        if rivals && bounded.is_some() {
            return Best::Unsure;
        }
        let among = |walk: &(usize, BestWalk)| walk.1.score >= least && walk.1.score >= best - TOLERANCE;
        let mut found: Option<Within> = None;
        for (taken, state) in plain().filter(among).chain(shortcut().filter(among)) {
            let walk = self.walk(node, state, taken);
            if !is_simple(&walk.nodes) {
                // The best of the plain and shortest is simple; a shortcut of the greatest length need not be.
                if taken == self.most {
                    return Best::Unsure;
                }
                continue;
            }
            let fewer = |held: &Within| {
                let order = walk.nodes.len().cmp(&held.nodes.len());
                order.is_lt() || order.is_eq() && self.precedes(&walk.nodes, &held.nodes)
            };
            if found.as_ref().is_none_or(fewer) {
                found = Some(walk);
            }
        }
        found.map_or(Best::Unsure, Best::Walk)
    }

    /// The best walks of a node that take one way: their steps, and the state at the node.
    fn walks_of(
        &self,
        node: NodeIx,
        way: Route,
        lengths: RangeInclusive<usize>,
    ) -> impl Iterator<Item = (usize, BestWalk)> {
        let rows = self.rows.iter().map(move |rows| rows[node.get()]).filter(|row| *row < BARRED);
        rows.flat_map(move |row| lengths.clone().map(move |taken| (taken, self.state(row, taken, way))))
            .filter(|walk| walk.1.score > 0.0)
    }
}

/// Whether a walk comes to no node twice.
fn is_simple(nodes: &[NodeIx]) -> bool {
    (1..nodes.len()).all(|i| !nodes[i..].contains(&nodes[i - 1]))
}

enum Best {
    None,
    Walk(Within),
    /// A walk with a cycle may hide the pathway: the search decides.
    Unsure,
}
