//! The steps that lead to a node, for walks from the targets: rows tell only what leads on.

use crate::graph::NodeIx;
use crate::model::{Kind, Relation};
use crate::pathway::steps::{Fate, Steps};

/// How many nodes lie between two looks at `interrupted`.
const POLL: usize = 512;
const NONE: u32 = u32::MAX;

/// All steps, moves between jobs aside, by which licences, masters and parcours lead to a target.
pub(super) struct Behind {
    /// By slot, the last link; [`NONE`] where nothing leads there.
    last: Vec<u32>,
    links: Vec<StepTo>,
}

/// A step, seen from where it leads.
#[derive(Clone, Copy)]
pub(super) struct StepTo {
    pub(super) before: NodeIx,
    pub(super) strength: f64,
    pub(super) fate: Fate,
    /// The link to the same node before this one.
    next: u32,
}

impl Behind {
    /// The steps of all walks from nodes of a kind; `None` where it was interrupted. Rung by rung of the ladder, so that only
    /// what leads to a target is kept: O(relations of the rungs).
    pub(super) fn of(steps: &Steps, kind: Kind, interrupted: &dyn Fn() -> bool) -> Option<Behind> {
        let graph = steps.graph;
        let mut behind = Behind { last: vec![NONE; graph.len()], links: Vec::new() };
        let mut met = vec![false; graph.len()];
        let mut jobs = Vec::new();
        for &target in steps.query.to.iter().filter(|target| steps.ends(**target) && steps.admits(**target)) {
            met[target.get()] = true;
            jobs.extend((graph.kind(target) == Kind::Job).then_some(target));
        }
        for _ in 0..steps.query.max_moves {
            let mut before = Vec::new();
            for job in jobs {
                steps.to_job(job, |other, _| {
                    if !std::mem::replace(&mut met[other.get()], true) {
                        before.push(other);
                    }
                });
            }
            jobs = before;
        }
        let ladder = [Kind::Parcours, Kind::Master, Kind::Licence];
        let rungs = ladder.iter().position(|rung| *rung == kind).map_or(0, |top| top + 1);
        // Where pathways begin at licences, all masters are come to from one.
        let arrived = kind == Kind::Licence;
        let mut looked = 0;
        for rung in &ladder[..rungs] {
            for &node in graph.nodes_of(*rung) {
                looked += 1;
                if looked % POLL == 0 && interrupted() {
                    return None;
                }
                if !steps.admits(node) {
                    continue;
                }
                steps.from(node, |relation, to, strength| {
                    // A licence that leads to a target only over a bridge may come later.
                    if (met[to.get()] || relation == Relation::Bridges)
                        && let Some(fate) = steps.fate(node, arrived, relation, to)
                    {
                        met[node.get()] |= relation != Relation::Bridges;
                        behind.add(to, node, strength, fate);
                    }
                });
            }
        }
        Some(behind)
    }

    fn add(&mut self, to: NodeIx, before: NodeIx, strength: f64, fate: Fate) {
        let last = &mut self.last[to.get()];
        let next = std::mem::replace(last, self.links.len() as u32);
        self.links.push(StepTo { before, strength, fate, next });
    }

    /// The first step that leads to a node.
    pub(super) fn first(&self, node: NodeIx) -> Option<StepTo> {
        self.links.get(self.last[node.get()] as usize).copied()
    }

    /// The one after.
    pub(super) fn next(&self, link: StepTo) -> Option<StepTo> {
        self.links.get(link.next as usize).copied()
    }
}
