//! The thread beside an open store: sled follows the log there, and writing is tried again there after it was halted.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::engine::Engine;
use super::mirror::{self, Mirror};
use super::{Inner, StoreError};

/// How often writing is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long closing waits for sled to take what it lacks; it takes the rest after the next start.
const LAST: Duration = Duration::from_secs(2);
/// After so many failures in a row sled is left alone until the next start.
const PATIENCE: u32 = 3;

/// What the thread and the store tell each other.
#[derive(Debug, Default)]
pub struct Keeper {
    state: Mutex<Wanted>,
    changed: Condvar,
    mirror: Mutex<Option<Mirror>>,
    /// Whether sled is left out, as for stores that are only filled or tested.
    without_sled: bool,
}

#[derive(Debug, Default)]
struct Wanted {
    work: bool,
    stop: Option<Instant>,
}

impl Keeper {
    /// Of a store that sled is to follow, or not.
    pub fn new(without_sled: bool) -> Keeper {
        Keeper { without_sled, ..Keeper::default() }
    }

    /// There is something to do.
    pub fn wake(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).work = true;
        self.changed.notify_all();
    }

    /// The thread is to end soon.
    pub fn stop(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stop = Some(Instant::now());
        self.changed.notify_all();
    }

    fn stopped(&self) -> Option<Instant> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stop
    }

    fn out_of_time(&self) -> bool {
        self.stopped().is_some_and(|since| since.elapsed() > LAST)
    }

    /// sled, if it is free and has a version.
    pub fn engine_with(&self, version: u64) -> Option<Arc<Engine>> {
        let mirror = self.mirror.try_lock().ok()?;
        mirror
            .as_ref()
            .filter(|mirror| mirror.base < version && version <= mirror.version)
            .map(|mirror| mirror.engine.clone())
    }
}

/// What the thread does until it is told to stop.
pub fn run(inner: &Inner) {
    let keeper = &inner.keeper;
    let mut failures = 0;
    let mut work = inner.wants_sled();
    loop {
        if work && !keeper.without_sled && failures < PATIENCE {
            match inner.follow() {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    // Whatever sled holds is in the log too. It is made anew from it.
                    drop(keeper.mirror.lock().unwrap_or_else(PoisonError::into_inner).take());
                    match error {
                        StoreError::Damaged { .. } | StoreError::Locked { .. } => {
                            tracing::warn!("{error}; sled is made anew")
                        }
                        error => inner.halt(&error),
                    }
                }
            }
        }
        if keeper.stopped().is_some() {
            break;
        }
        let halted = inner.index().halted.is_some();
        let state = keeper.state.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |state: &mut Wanted| !state.work && state.stop.is_none();
        let mut state = if halted {
            let waited = keeper.changed.wait_timeout_while(state, AGAIN, |state| state.stop.is_none());
            waited.unwrap_or_else(PoisonError::into_inner).0
        } else {
            keeper.changed.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner)
        };
        work = std::mem::take(&mut state.work) || halted;
        drop(state);
        if halted
            && keeper.stopped().is_none()
            && let Err(error) = inner.resume()
        {
            tracing::debug!("writing cannot go on yet: {error}");
        }
    }
    let mirror = keeper.mirror.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(mirror) = mirror
        && let Err(error) = mirror.close()
    {
        tracing::warn!("sled was not closed cleanly and is made anew after the next start: {error}");
    }
}

impl Inner {
    /// Whether sled lacks much of what the log holds, as after a start that was not clean.
    fn wants_sled(&self) -> bool {
        let head = self.index().head.version;
        head > 0 && mirror::clean_version(&self.dir, &self.id) != Some(head)
    }

    /// Lets sled take all that it lacks.
    fn follow(&self) -> Result<(), StoreError> {
        let (base, head) = {
            let index = self.index();
            if index.halted.is_some() {
                return Ok(());
            }
            (index.base, index.head.version)
        };
        let slot = || self.keeper.mirror.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = slot().take();
        let mut mirror = match taken {
            Some(mirror) => mirror,
            None => Mirror::open(&self.dir, &self.id, base, head)?,
        };
        let outcome = (|| {
            if mirror.base < base {
                mirror.forget(base)?;
            }
            for version in mirror.version.max(base) + 1..=head {
                if !mirror.follow(version, &self.location(version)?, || self.keeper.out_of_time())? {
                    break;
                }
            }
            mirror.engine.flush()
        })();
        *slot() = Some(mirror);
        outcome
    }
}
