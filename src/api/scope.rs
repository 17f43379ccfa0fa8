//! `Scope`: the graphs that one operation sees, and handles to nodes in them.
//!
//! The snapshot is taken once, when the operation begins. A what-if, or a write, opens one more graph beside it;
//! a handle says which graph it belongs to, so that each answer reads the graph that it was computed on.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use async_graphql::Context;

use super::error::ApiError;
use crate::graph::{Graph, NodeIx};
use crate::model::Node;

/// Graphs that one operation may open beside its snapshot.
const MOST_OPENED: usize = 15;

/// The graphs of one operation; put into its request data.
pub struct Scope {
    graphs: [OnceLock<Arc<Graph>>; MOST_OPENED + 1],
    opened: AtomicU8,
}

/// Which of the operation's graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lens(u8);

impl Lens {
    /// The snapshot that the operation began with.
    pub const SNAPSHOT: Lens = Lens(0);
}

/// A node in one of the operation's graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The graph.
    pub lens: Lens,
    /// The node in it.
    pub ix: NodeIx,
}

impl Scope {
    /// The scope of an operation on a snapshot.
    pub fn new(snapshot: Arc<Graph>) -> Scope {
        let graphs: [OnceLock<Arc<Graph>>; MOST_OPENED + 1] = Default::default();
        graphs[0].get_or_init(|| snapshot);
        Scope { graphs, opened: AtomicU8::new(0) }
    }

    /// Opens one more graph.
    ///
    /// # Errors
    /// When the operation has too many already.
    pub fn open(&self, graph: Arc<Graph>) -> Result<Lens, ApiError> {
        let taken = self.opened.fetch_add(1, Ordering::Relaxed);
        if usize::from(taken) >= MOST_OPENED {
            return Err(ApiError::invalid_input(format!(
                "Au plus {MOST_OPENED} hypothèses (`whatIf`) ou écritures par requête : répartissez-les."
            )));
        }
        self.graphs[usize::from(taken) + 1].get_or_init(|| graph);
        Ok(Lens(taken + 1))
    }

    /// One of the graphs.
    pub fn graph(&self, lens: Lens) -> &Arc<Graph> {
        self.graphs[usize::from(lens.0)].get().expect("a lens is made only for an opened graph")
    }
}

/// The scope of the operation.
pub fn scope<'c>(ctx: &Context<'c>) -> &'c Scope {
    ctx.data_opt::<Scope>().expect("every operation is executed with a scope")
}

/// The snapshot of the operation.
pub fn snapshot<'c>(ctx: &Context<'c>) -> &'c Arc<Graph> {
    scope(ctx).graph(Lens::SNAPSHOT)
}

impl At {
    /// A node of the snapshot.
    pub fn now(ix: NodeIx) -> At {
        At { lens: Lens::SNAPSHOT, ix }
    }

    /// Another node of the same graph.
    pub fn with(self, ix: NodeIx) -> At {
        At { ix, ..self }
    }

    /// Its graph.
    pub fn graph<'c>(self, ctx: &Context<'c>) -> &'c Graph {
        scope(ctx).graph(self.lens)
    }

    /// The node.
    pub fn node<'c>(self, ctx: &Context<'c>) -> &'c Node {
        self.graph(ctx).node(self.ix)
    }
}
