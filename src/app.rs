//! `App`: the current graph, and the one way to change it.
//!
//! A write is checked against the graph, made durable in the log, published, then answered, in that order; if
//! the log refuses it, nothing is published. Readers take the current snapshot and never wait for a writer.
//! The clock is read here and nowhere below.

pub mod backups;
mod identity;
mod load;
#[cfg(test)]
mod orders;
mod progress;
mod publication;
mod recent;
mod repair;
#[cfg(test)]
mod tests;
mod travel;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

use crate::graph::{Applied, ChangeFault, Graph};
use crate::journal::{Journal, WriteOutcome};
use crate::model::{Change, ChangeSet, French, clean};
use crate::store::{Access, SetHead, Store, StoreError};
pub use load::OpenError;
pub use progress::Progress;
use publication::{Publication, Versioned};
pub use repair::{Missing, Repaired, repair};
pub use travel::TravelError;

/// What publication rests on; `orders.rs` has its own of them.
mod sync {
    pub use std::sync::{Mutex, MutexGuard};

    pub use arc_swap::ArcSwap;
    pub use tokio::sync::watch;
}

impl Versioned for Graph {
    fn version(&self) -> u64 {
        self.version()
    }
}

/// The running application: one graph over one store. Shared by reference; all methods take `&self`.
pub struct App {
    published: Publication<Graph>,
    store: Arc<Store>,
    journal: Journal,
    checkpointing: Arc<AtomicBool>,
    checkpointer: Mutex<Option<JoinHandle<()>>>,
    dir: PathBuf,
    identity: OnceLock<String>,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Write {
    /// The changes, each judged as if those before it had been applied.
    pub changes: Vec<Change>,
    /// Who makes them: a token's name, a command.
    pub author: Box<str>,
    /// The version that they were made for; any, where absent.
    pub expected_version: Option<u64>,
    /// Only tell what would come of it.
    pub dry_run: bool,
}

/// Who writes, and on what terms.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Who: a token's name, a command.
    pub author: Box<str>,
    /// From which address; absent for a command of this machine.
    pub from: Option<IpAddr>,
    /// The version that the changes were made for; any, where absent.
    pub expected_version: Option<u64>,
    /// Only tell what would come of it.
    pub dry_run: bool,
}

/// What came of a write, or would.
#[derive(Clone)]
pub struct Written {
    /// The version that now is current: after a dry run, or where nothing changed, the one from before.
    pub version: u64,
    /// The changes that changed something, in order.
    pub effective: Arc<ChangeSet>,
    /// The graph with them applied.
    pub graph: Arc<Graph>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Changes that break a rule: all of them.
    #[error("{} of the changes cannot be applied; first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Faults(Vec<ChangeFault>),
    /// The graph has moved on.
    #[error("the changes were made for version {expected}, the graph is at {actual}: read it again")]
    VersionConflict {
        /// The version that was expected.
        expected: u64,
        /// The version that is current.
        actual: u64,
    },
    /// The log did not take them.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl French for WriteError {
    fn french(&self) -> String {
        match self {
            WriteError::Faults(faults) => {
                let first = faults.first().map(French::french).unwrap_or_default();
                format!("{} changements ne peuvent pas être appliqués ; le premier : {first}", faults.len())
            }
            WriteError::VersionConflict { expected, actual } => format!(
                "les changements sont faits pour la version {expected}, le graphe en est à la version {actual} : relisez-le"
            ),
            WriteError::Store(error) => error.french(),
        }
    }
}

/// From so many changes on a change set gets a checkpoint beside it at once.
const LARGE: usize = 1_000;

impl App {
    /// Opens the store in a folder and rebuilds its graph. O(n log n) in the size of the graph.
    ///
    /// # Errors
    /// What the store refuses with, or a log that does not add up to a graph.
    pub fn open(dir: &Path, access: Access) -> Result<App, OpenError> {
        App::open_watched(dir, access, &Progress::default())
    }

    /// [`App::open`], told how far it has come.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open_watched(dir: &Path, access: Access, progress: &Progress) -> Result<App, OpenError> {
        let store = Store::open(dir, access)?;
        let graph = load::load(&store, progress)?;
        Ok(App {
            published: Publication::new(graph),
            store: Arc::new(store),
            journal: Journal::of(dir),
            checkpointing: Arc::default(),
            checkpointer: Mutex::default(),
            dir: dir.to_owned(),
            identity: OnceLock::new(),
        })
    }

    /// The graph as it is now. It never changes: an operation takes it once and keeps to it.
    pub fn graph(&self) -> Arc<Graph> {
        self.published.current()
    }

    /// The version of the current graph.
    pub fn version(&self) -> u64 {
        self.published.version()
    }

    /// What tells this log from any other, what it was before a restore or a repair included: whoever follows `changes` and finds another begins anew.
    pub fn identity(&self) -> &str {
        self.identity.get_or_init(|| identity::of(&self.dir, self.store.id()))
    }

    /// The store, for what does not concern the graph: verifying, backups, the seed's fingerprint.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Writes changes, all or none. It waits for the disk: call it where waiting is allowed.
    ///
    /// # Errors
    /// Nothing is written or published then.
    pub fn write(&self, write: Write) -> Result<Written, WriteError> {
        let Write { changes, author, expected_version, dry_run } = write;
        let terms = Terms { author, from: None, expected_version, dry_run };
        self.edit(terms, |graph| graph.apply(&changes).map_err(WriteError::Faults))
    }

    /// Writes what `apply` makes of the current graph. It is called with the writer's lock held: what it reads is what it
    /// changes, so that of two who change different fields neither undoes the other. After a dry run it has no lock.
    ///
    /// # Errors
    /// What `apply` refuses, and as [`App::write`].
    pub fn edit<E: From<WriteError>>(
        &self,
        terms: Terms,
        apply: impl FnOnce(&Graph) -> Result<Applied, E>,
    ) -> Result<Written, E> {
        if terms.dry_run {
            return applied(&self.graph(), &terms, apply).map(|(written, _)| written);
        }
        let turn = self.published.turn();
        let before = self.graph();
        let (mut written, graph) = applied(&before, &terms, apply)?;
        if written.effective.changes.is_empty() {
            return Ok(written);
        }
        let committed = self.store.commit(&written.effective, graph.len() as u64, graph.edge_count() as u64);
        committed.map_err(WriteError::from)?;
        written.version = graph.version();
        turn.publish(written.graph.clone(), written.effective.clone());
        let ChangeSet { author, changes, .. } = &*written.effective;
        let outcome = WriteOutcome::Written { version: written.version, changes: changes.len() as u64 };
        self.journal.note(author, terms.from, outcome);
        if changes.len() >= LARGE {
            // An import is one change set: a checkpoint beside it before it is acknowledged, so that no bad page costs all of it.
            checkpoint(&self.store, &written.graph);
        } else {
            self.checkpoint_if_wanted();
        }
        Ok(written)
    }

    /// The journal of writes, for those that are refused before they come here.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// What is said of the change sets after a version, in order, at most so many, without their changes.
    ///
    /// # Errors
    /// Damage to the log, or [`StoreError::Forgotten`].
    pub fn heads_since(&self, version: u64, limit: usize) -> Result<Vec<SetHead>, StoreError> {
        self.published.since(version, limit, head, |version| self.store.set_head(version))
    }

    /// Some changes of a version, `from` counted from 0; `None` where `stop` said so first.
    ///
    /// # Errors
    /// As [`App::heads_since`].
    pub fn change_page(
        &self,
        version: u64,
        from: usize,
        most: usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<Change>>, StoreError> {
        let before = version.saturating_sub(1);
        match self.published.kept(before, 1).as_deref() {
            Some([set]) => Ok(Some(set.changes.iter().skip(from).take(most).cloned().collect())),
            _ => self.store.change_page(version, from, most, stop),
        }
    }

    /// Tells of each new version, the latest where several came at once. What changed is in
    /// [`App::heads_since`] the last version seen, so that nothing is missed and nothing comes twice.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.published.subscribe()
    }

    /// Ends what runs in the background. Dropping does the same.
    pub fn close(&self) {
        let running = self.checkpointer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(running) = running
            && running.join().is_err()
        {
            tracing::error!("writing a checkpoint broke off; the log is whole");
        }
    }

    fn checkpoint_if_wanted(&self) {
        if !self.store.wants_checkpoint() || self.checkpointing.swap(true, Ordering::AcqRel) {
            return;
        }
        let (graph, store, running) = (self.graph(), self.store.clone(), self.checkpointing.clone());
        let work = move || {
            checkpoint(&store, &graph);
            running.store(false, Ordering::Release);
        };
        match std::thread::Builder::new().name("checkpoint".into()).spawn(work) {
            Ok(handle) => {
                let mut last = self.checkpointer.lock().unwrap_or_else(PoisonError::into_inner);
                // The one before has ended: it has cleared the flag.
                *last = Some(handle);
            }
            Err(error) => {
                self.checkpointing.store(false, Ordering::Release);
                tracing::warn!("no checkpoint was written: {error}");
            }
        }
    }
}

/// Writes a checkpoint of a graph; that none was written is no reason to fail: the log has it all.
fn checkpoint(store: &Store, graph: &Graph) {
    let mut nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    // As a graph is opened from it.
    nodes.sort_by(|a, b| a.key.cmp(&b.key));
    let edges = graph.edges().map(|edge| edge.to_edge());
    match store.write_checkpoint(graph.version(), nodes.into_iter(), edges) {
        // A newer one was written meanwhile.
        Ok(()) | Err(StoreError::OutOfOrder { .. }) => {}
        Err(error) => tracing::warn!("no checkpoint was written: {error}"),
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.close();
    }
}

/// The graph after a write, and what changed on the way.
fn applied<E: From<WriteError>>(
    before: &Graph,
    terms: &Terms,
    apply: impl FnOnce(&Graph) -> Result<Applied, E>,
) -> Result<(Written, Arc<Graph>), E> {
    let actual = before.version();
    if let Some(expected) = terms.expected_version.filter(|expected| *expected != actual) {
        return Err(WriteError::VersionConflict { expected, actual }.into());
    }
    let applied = apply(before)?;
    let unclean = applied.effective.iter().zip(&applied.places).filter_map(|(change, index)| {
        let unclean = clean::check(change).err()?;
        Some(ChangeFault { index: *index, subject: subject(change), violation: unclean.into() })
    });
    let unclean: Vec<ChangeFault> = unclean.take(MOST_FAULTS).collect();
    if !unclean.is_empty() {
        return Err(WriteError::Faults(unclean).into());
    }
    let graph = Arc::new(applied.graph);
    let author = terms.author.clone();
    let set = ChangeSet { version: graph.version(), at: now(), author, changes: applied.effective };
    Ok((Written { version: actual, effective: Arc::new(set), graph: graph.clone() }, graph))
}

fn head(set: &ChangeSet) -> SetHead {
    let ChangeSet { version, at, author, changes } = set;
    SetHead { version: *version, at: *at, author: author.clone(), changes: changes.len() as u64 }
}

/// Faults of text told of one write.
const MOST_FAULTS: usize = 100;

/// What a change is about.
fn subject(change: &Change) -> String {
    match change {
        Change::PutNode(node) => node.key.to_string(),
        Change::DeleteNode(key) | Change::MergeNodes { from: key, .. } => key.to_string(),
        Change::PutEdge(edge) => edge.id.to_string(),
        Change::DeleteEdge(id) => id.to_string(),
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    // A clock set before 1970 is taken as 1970: the time is for people, nothing depends on it.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
