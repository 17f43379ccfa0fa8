//! The exact k best pathways, best first.
//!
//! Partial pathways are extended in the order of the best that they can still become: what they have earned × the
//! bound of the rest ([`Bounds`]), as A* does with a heuristic that never underestimates (Hart, Nilsson, Raphael 1968)
//! and as Eppstein's (1998) enumeration does for walks; paths stay loopless because an extension to a node already on
//! them is not made, which spares the spur searches of Yen (1971) and Lawler (1972). Each partial pathway stands for
//! its completions of one total length, so scores that tie are settled by length and keys without listing all of a tie.
//!
//! Scores are taken in classes: a class reaches from its best bound 1e-12 downwards, and is emptied in order of length
//! and keys before the next begins. Time O(extensions × log), each counted against the budget; what was found when the
//! budget ends is the true beginning of the answer.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::graph::{Graph, NodeIx};

use super::TOLERANCE;
use super::bounds::Bounds;
use super::heap::Heap;
use super::offers;
use super::query::{Position, Query};
use super::rank::Taken;
use super::steps::{Fate, Marks, Steps};

/// How many extensions lie between two looks at `interrupted`.
const POLL: u64 = 512;

/// A pathway as the search knows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Way {
    pub nodes: Vec<NodeIx>,
    pub score: f64,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Those that come before the place from which on the query asks.
    pub before: Vec<Way>,
    pub ways: Vec<Way>,
    pub has_next: bool,
    pub expansions: u64,
    pub end: End,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The answer is proven.
    #[default]
    Proven,
    /// The budget was used up first.
    Budget,
    /// The caller wanted no more of it.
    Interrupted,
}

thread_local! {
    static SCRATCH: RefCell<(Marks, Bounds, Frontier)> = RefCell::default();
}

/// The growing part of a search. A thread keeps its memory for the next.
#[derive(Default)]
struct Frontier {
    partials: Vec<Partial>,
    /// Prospects of later classes.
    later: BinaryHeap<Prospect>,
    /// Prospects of the present class.
    class: Heap<Prospect>,
}

/// A thread keeps no more than this many partial pathways' room.
const KEPT: usize = 100_000;

/// The best ways of a checked query. `interrupted` is asked now and then whether to stop.
pub(super) fn run(graph: &Graph, query: &Query, interrupted: &dyn Fn() -> bool) -> Ways {
    SCRATCH.with_borrow_mut(|(marks, bounds, frontier)| {
        if frontier.partials.capacity() > KEPT {
            *frontier = Frontier::default();
        }
        frontier.partials.clear();
        frontier.later.clear();
        frontier.class.clear();
        let steps = Steps::new(graph, query, marks);
        bounds.compute(&steps);
        Search::new(&steps, bounds, frontier).run(interrupted)
    })
}

#[derive(Clone, Copy)]
struct Partial {
    score: f64,
    node: NodeIx,
    /// The partial pathway before the last step; itself at a source.
    parent: u32,
    steps: u8,
    needs: u16,
}

/// A partial pathway with what its completions of one length can reach at best.
#[derive(Clone, Copy, PartialEq)]
struct Prospect {
    bound: f64,
    length: u8,
    partial: u32,
}

impl Eq for Prospect {}

impl Ord for Prospect {
    fn cmp(&self, other: &Prospect) -> Ordering {
        self.bound.total_cmp(&other.bound)
    }
}

impl PartialOrd for Prospect {
    fn partial_cmp(&self, other: &Prospect) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Search<'s, 'q> {
    steps: &'s Steps<'q>,
    bounds: &'s Bounds,
    frontier: &'s mut Frontier,
    floor: f64,
    min_score: f64,
    expansions: u64,
    taken: Taken,
}

impl<'s, 'q> Search<'s, 'q> {
    fn new(steps: &'s Steps<'q>, bounds: &'s Bounds, frontier: &'s mut Frontier) -> Search<'s, 'q> {
        Search {
            steps,
            bounds,
            frontier,
            floor: f64::INFINITY,
            min_score: steps.query.filter.min_score.unwrap_or(0.0) - TOLERANCE,
            expansions: 0,
            taken: Taken::new(steps.query),
        }
    }

    fn run(mut self, interrupted: &dyn Fn() -> bool) -> Ways {
        let query = self.steps.query;
        let mut found = Ways::default();
        let mut polled = 0;
        self.begin();
        while let Some(prospect) = self.next() {
            if self.expansions >= query.budget {
                found.end = End::Budget;
                break;
            }
            if self.expansions >= polled + POLL {
                polled = self.expansions;
                if interrupted() {
                    found.end = End::Interrupted;
                    break;
                }
            }
            self.expansions += 1;
            let partial = self.frontier.partials[prospect.partial as usize];
            if partial.steps < prospect.length {
                // Looking for repeats costs as much as extending by some steps, and counts so.
                let ruled_out = !self.taken.is_idle() && {
                    self.expansions += u64::from(partial.steps);
                    self.taken.rules_out(self.steps.graph, &self.nodes(prospect.partial), prospect.length.into())
                };
                if !ruled_out {
                    self.extend(prospect);
                }
                continue;
            }
            let way = Way { nodes: self.nodes(prospect.partial), score: partial.score };
            let Some(offers) = offers::of(self.steps, &way.nodes) else { continue };
            if !self.steps.meets_via(&way.nodes, &offers) {
                continue;
            }
            let offer = offers.first().map(|half| half.node);
            if !self.taken.take(self.steps.graph, &way.nodes, offer) {
                continue;
            }
            if query.after.as_ref().is_some_and(|after| !comes_after(self.steps.graph, &way, after)) {
                found.before.push(way);
                continue;
            }
            if found.ways.len() == query.first {
                found.has_next = true;
                break;
            }
            found.ways.push(way);
        }
        found.expansions = self.expansions;
        found
    }

    fn begin(&mut self) {
        let mut sources = self.steps.query.from.clone();
        sources.sort_unstable();
        sources.dedup();
        for source in sources {
            let Some(row) = self.bounds.row(source).filter(|_| self.steps.admits(source)) else { continue };
            let needs = self.steps.needs & !self.steps.satisfies(source);
            let partial = self.frontier.partials.len() as u32;
            self.frontier.partials.push(Partial { score: 1.0, node: source, parent: partial, steps: 0, needs });
            for length in 1..=self.steps.query.max_steps {
                let bound = self.bounds.value(row, needs, length);
                self.put(Prospect { bound, length: length as u8, partial });
            }
        }
    }

    fn put(&mut self, prospect: Prospect) {
        if prospect.bound <= 0.0 || prospect.bound < self.min_score {
            return;
        }
        if prospect.bound >= self.floor {
            let (graph, Frontier { partials, class, .. }) = (self.steps.graph, &mut *self.frontier);
            class.push(prospect, |a, b| order(graph, partials, a, b));
        } else {
            self.frontier.later.push(prospect);
        }
    }

    /// The next prospect of the class; when it is used up, the first of the next class.
    fn next(&mut self) -> Option<Prospect> {
        if self.frontier.class.is_empty() {
            self.floor = self.frontier.later.peek()?.bound - TOLERANCE;
            while self.frontier.later.peek().is_some_and(|prospect| prospect.bound >= self.floor) {
                if let Some(prospect) = self.frontier.later.pop() {
                    self.put(prospect);
                }
            }
        }
        let (graph, Frontier { partials, class, .. }) = (self.steps.graph, &mut *self.frontier);
        class.pop(|a, b| order(graph, partials, a, b))
    }

    fn extend(&mut self, prospect: Prospect) {
        let steps = self.steps;
        let parent = self.frontier.partials[prospect.partial as usize];
        let left = usize::from(prospect.length - parent.steps - 1);
        let slack = usize::from(prospect.length) < steps.query.max_steps;
        steps.from(parent.node, |relation, to, strength| {
            self.expansions += 1;
            let Some(row) = self.bounds.row(to) else { return };
            let needs = parent.needs & !steps.satisfies(to);
            let score = parent.score * strength;
            let bound = score * self.bounds.value(row, needs, left);
            if bound <= 0.0 || self.is_on(prospect.partial, to) {
                return;
            }
            match steps.fate(parent.node, parent.steps > 0, relation, to) {
                None => return,
                Some(Fate::Bypassed) if slack && steps.query.filter.min_score.is_none() => return,
                Some(Fate::Bypassed | Fate::Open) => {}
            }
            let partial = self.frontier.partials.len() as u32;
            let taken = parent.steps + 1;
            self.frontier.partials.push(Partial { score, node: to, parent: prospect.partial, steps: taken, needs });
            self.put(Prospect { bound, length: prospect.length, partial });
        });
    }

    fn is_on(&self, mut at: u32, node: NodeIx) -> bool {
        loop {
            let partial = &self.frontier.partials[at as usize];
            if partial.node == node {
                return true;
            }
            if partial.parent == at {
                return false;
            }
            at = partial.parent;
        }
    }

    fn nodes(&self, at: u32) -> Vec<NodeIx> {
        let (chain, length) = chain(&self.frontier.partials, at);
        chain[..length].to_vec()
    }
}

const LONGEST: usize = super::query::MAX_STEPS + 1;

fn chain(partials: &[Partial], at: u32) -> ([NodeIx; LONGEST], usize) {
    let mut partial = &partials[at as usize];
    let length = usize::from(partial.steps) + 1;
    let mut nodes = [partial.node; LONGEST];
    for place in (0..length - 1).rev() {
        partial = &partials[partial.parent as usize];
        nodes[place] = partial.node;
    }
    (nodes, length)
}

/// In a class: fewer steps first, then keys one by one. A partial pathway comes before its own extensions.
fn order(graph: &Graph, partials: &[Partial], a: &Prospect, b: &Prospect) -> Ordering {
    a.length.cmp(&b.length).then_with(|| {
        let (one, other) = (&partials[a.partial as usize], &partials[b.partial as usize]);
        if one.steps > 0 && one.parent == other.parent && other.steps == one.steps {
            return graph.by_key(one.node, other.node);
        }
        let ((ours, n), (theirs, m)) = (chain(partials, a.partial), chain(partials, b.partial));
        let firsts = ours[..n].iter().zip(&theirs[..m]);
        firsts.map(|(x, y)| graph.by_key(*x, *y)).find(|order| order.is_ne()).unwrap_or(n.cmp(&m))
    })
}

/// Whether a way comes after a place in the order.
pub(super) fn comes_after(graph: &Graph, way: &Way, position: &Position) -> bool {
    if (way.score - position.score).abs() > TOLERANCE {
        return way.score < position.score;
    }
    let keys = way.nodes.iter().map(|node| graph.key(*node));
    way.nodes.len().cmp(&position.keys.len()).then_with(|| keys.cmp(position.keys.iter())).is_gt()
}
