//! The cache of the steps ahead of each node: rows that `pathway` works out and the graph keeps, and those that follow it,
//! until a change touches what they rest on (`invalidate`). Which rules make a row is none of its business.

pub(super) mod invalidate;

use std::sync::Arc;

use super::lazy_table::LazyTable;
use super::{Graph, NodeIx};
use crate::model::Relation;

/// A step ahead of a node, and the grounds that the graph has for it, before any query says which count. A ground that is
/// lacking is 0; only outlets have others than the stated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlet {
    /// Where it leads.
    pub to: NodeIx,
    pub relation: Relation,
    /// Access to the job is regulated.
    pub regulated: bool,
    /// The weight of the node's own relation.
    pub stated: f64,
    /// What the node's own relations to families of the job say of it.
    pub family: f64,
    /// The greatest of the weights that masters of the parcours state.
    pub stated_by_master: f64,
    /// The same of what they say by families.
    pub family_by_master: f64,
    /// The share of the job's required skills, by weight, that the parcours develops.
    pub coverage: f64,
}

impl Outlet {
    /// A step without any ground yet.
    pub fn new(to: NodeIx, relation: Relation) -> Outlet {
        Outlet {
            to,
            relation,
            regulated: false,
            stated: 0.0,
            family: 0.0,
            stated_by_master: 0.0,
            family_by_master: 0.0,
            coverage: 0.0,
        }
    }
}

/// The steps ahead of a node. Where each leads stands apart too, close together: who looks for few ends among many reads that alone.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// By the same place as in `outlets`.
    pub ends: Arc<[NodeIx]>,
    /// The steps.
    pub outlets: Arc<[Outlet]>,
}

impl From<Vec<Outlet>> for Ahead {
    fn from(outlets: Vec<Outlet>) -> Ahead {
        Ahead { ends: outlets.iter().map(|outlet| outlet.to).collect(), outlets: outlets.into() }
    }
}

/// What was worked out so far. Clones share it, and so does the next graph, but for what its changes touch.
#[derive(Clone, Default)]
pub(super) struct StepCache {
    rows: LazyTable<Ahead>,
    /// By family, its jobs and how much it says of each.
    members: LazyTable<Arc<[(NodeIx, f64)]>>,
    /// By job, the weights of all skills that it requires.
    totals: LazyTable<f64>,
}

impl StepCache {
    /// Empty tables for a graph of this many nodes. O(nodes / 64).
    pub(super) fn for_len(len: usize) -> StepCache {
        StepCache { rows: LazyTable::new(len), members: LazyTable::new(len), totals: LazyTable::new(len) }
    }
}

impl Graph {
    /// The row of a node, made when it is first asked for.
    pub fn cached_steps(&self, node: NodeIx, make: impl FnOnce() -> Vec<Outlet>) -> &Ahead {
        self.step_cache.rows.get(node.get(), || make().into())
    }

    /// The members of a family, made when they are first asked for.
    pub fn cached_members(&self, family: NodeIx, make: impl FnOnce() -> Vec<(NodeIx, f64)>) -> &[(NodeIx, f64)] {
        self.step_cache.members.get(family.get(), || make().into())
    }

    /// The total of a job, made when it is first asked for.
    pub fn cached_total(&self, job: NodeIx, make: impl FnOnce() -> f64) -> f64 {
        *self.step_cache.totals.get(job.get(), make)
    }
}
