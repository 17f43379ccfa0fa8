//! What is published, and in which order: the log has a change set first, then the graph is current, then whoever follows is told.
//! `orders.rs` tries the orders in which threads can come to it.

use std::sync::{Arc, PoisonError};

use super::recent::Recent;
use super::sync::{ArcSwap, Mutex, MutexGuard, watch};
use crate::model::ChangeSet;

/// A state that one writer after another brings one version further.
pub trait Versioned {
    fn version(&self) -> u64;
}

/// The current state, the last change sets, and who is told of new ones.
pub struct Publication<S> {
    current: ArcSwap<S>,
    /// Held from reading the current state to publishing the next.
    recent: Mutex<Recent>,
    version: watch::Sender<u64>,
}

/// The writer's turn: until it is dropped nobody else publishes.
pub struct Turn<'p, S> {
    publication: &'p Publication<S>,
    recent: MutexGuard<'p, Recent>,
}

impl<S: Versioned> Publication<S> {
    /// Begins with a state as the log has it.
    pub fn new(state: S) -> Self {
        let (version, _) = watch::channel(state.version());
        Publication { current: ArcSwap::from_pointee(state), recent: Mutex::default(), version }
    }

    /// The state as it is now.
    pub fn current(&self) -> Arc<S> {
        self.current.load_full()
    }

    pub fn version(&self) -> u64 {
        self.current.load().version()
    }

    /// Waits for those who write before.
    pub fn turn(&self) -> Turn<'_, S> {
        Turn { publication: self, recent: self.recent.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// The change sets after a version that are kept in memory. A reader does not wait: while somebody writes it gets none.
    pub fn kept(&self, version: u64, limit: usize) -> Option<Vec<Arc<ChangeSet>>> {
        self.recent.try_lock().ok()?.since(version, limit)
    }

    /// Something of each change set after a version, `kept` in memory or `logged` with that version; of none that is not yet
    /// current, though the log may have it.
    pub fn since<T, E>(
        &self,
        version: u64,
        limit: usize,
        kept: impl Fn(&ChangeSet) -> T,
        logged: impl FnMut(u64) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        if let Some(sets) = self.kept(version, limit) {
            return Ok(sets.iter().map(|set| kept(set)).collect());
        }
        (version.saturating_add(1)..=self.version()).take(limit).map(logged).collect()
    }

    /// Tells of each new version, the latest where several came at once. It is current by then.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }
}

impl<S: Versioned> Turn<'_, S> {
    /// Publishes what the log has taken, and ends the turn.
    pub fn publish(mut self, state: Arc<S>, set: Arc<ChangeSet>) {
        let version = state.version();
        self.publication.current.store(state);
        self.recent.push(set);
        // Within the turn, so that no older version is told after a newer one.
        self.publication.version.send_replace(version);
    }
}
