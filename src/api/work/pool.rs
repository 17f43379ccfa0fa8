//! Threads for heavy work, and a queue before them in which callers take turns.

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Cancel, within};
use crate::api::access::Who;
use crate::api::error::ApiError;

/// Seconds after which a refused client may try again.
const RETRY_AFTER: u64 = 2;

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is one of a pool.
pub(super) fn is_ours() -> bool {
    IS_OURS.get()
}

/// Runs work, and makes an error of its panic.
///
/// # Errors
/// `INTERNAL`.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, ApiError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| ApiError::internal(&std::io::Error::other("work panicked")))
}

/// Threads for heavy work, and a queue before them in which callers take turns, so that one who asks for much keeps others waiting no
/// longer than one who asks once. A caller runs on so many threads at once; there is one more, and half as many again, for others.
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Work of one caller that runs at once.
    each: usize,
    /// Threads in all.
    threads: usize,
    queue: usize,
    lines: Mutex<Lines>,
    wake: Condvar,
    refused: AtomicU64,
    /// What-ifs that may be open at once: each keeps what it changed of the graph in memory.
    suppositions: Arc<Semaphore>,
    most_suppositions: usize,
    suppositions_refused: AtomicU64,
}

#[derive(Debug, Default)]
struct Lines {
    /// Those who have work that runs or waits.
    callers: HashMap<Who, Line>,
    /// Those who have work that waits, the next first.
    turns: VecDeque<Who>,
    waiting: usize,
    running: usize,
    /// The number of the next job.
    next: u64,
    closed: bool,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<(u64, Job)>,
    running: usize,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} running, {} waiting", self.running, self.waiting.len())
    }
}

type Job = Box<dyn FnOnce() + Send>;

impl Lines {
    /// The next job of whoever's turn it is, who then comes last.
    fn take(&mut self, each: usize) -> Option<(Who, Job)> {
        for _ in 0..self.turns.len() {
            let who = self.turns.pop_front()?;
            let Some(line) = self.callers.get_mut(&who) else { continue };
            let job = if line.running < each { line.waiting.pop_front() } else { None };
            if !line.waiting.is_empty() || line.running >= each {
                self.turns.push_back(who.clone());
            }
            let Some((_, job)) = job else { continue };
            line.running += 1;
            (self.waiting, self.running) = (self.waiting - 1, self.running + 1);
            return Some((who, job));
        }
        None
    }

    fn finished(&mut self, who: &Who) {
        self.running -= 1;
        if let Some(line) = self.callers.get_mut(who) {
            line.running -= 1;
        }
        self.forget(who);
    }

    /// Takes a job out that waits.
    fn leave(&mut self, who: &Who, number: u64) -> Option<(u64, Job)> {
        let line = self.callers.get_mut(who)?;
        let at = line.waiting.iter().position(|(waiting, _)| *waiting == number)?;
        let job = line.waiting.remove(at);
        if line.waiting.is_empty() {
            self.turns.retain(|turn| turn != who);
        }
        self.waiting -= 1;
        self.forget(who);
        job
    }

    fn forget(&mut self, who: &Who) {
        if self.callers.get(who).is_some_and(|line| line.running == 0 && line.waiting.is_empty()) {
            self.callers.remove(who);
        }
    }

    /// Whoever has the most work waiting, and the last of it.
    fn longest(&self) -> Option<(Who, u64, usize)> {
        let (who, line) = self.callers.iter().max_by_key(|(_, line)| line.waiting.len())?;
        Some((who.clone(), line.waiting.back()?.0, line.waiting.len()))
    }
}

impl Shared {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in the queue for a job; in a full one, that of whoever has taken two places more. Gives what makes room.
    fn enter(&self, who: &Who, job: Job) -> Option<(u64, Option<(u64, Job)>)> {
        let mut lines = self.lines();
        let (own, runs) = lines.callers.get(who).map_or((0, 0), |line| (line.waiting.len(), line.running));
        let at_once = lines.running < self.threads && runs < self.each && own == 0;
        let mut out = None;
        if !at_once && lines.running + lines.waiting >= self.each + self.queue {
            let (longest, last, length) = lines.longest().filter(|(_, _, length)| *length >= own + 2)?;
            debug_assert!(length > 0);
            out = lines.leave(&longest, last);
        }
        let number = lines.next;
        lines.next += 1;
        let line = lines.callers.entry(who.clone()).or_default();
        line.waiting.push_back((number, job));
        if line.waiting.len() == 1 {
            lines.turns.push_back(who.clone());
        }
        lines.waiting += 1;
        // Otherwise a thread that finishes takes it: one woken for it now would find nothing, and cost two switches a request.
        let may_begin = lines.running < self.threads && runs < self.each;
        drop(lines);
        if may_begin {
            self.wake.notify_one();
        }
        Some((number, out))
    }

    /// What one thread does.
    fn work(&self) {
        IS_OURS.set(true);
        let mut lines = self.lines();
        while !lines.closed {
            let Some((who, job)) = lines.take(self.each) else {
                lines = self.wake.wait(lines).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(lines);
            job();
            lines = self.lines();
            lines.finished(&who);
        }
    }
}

/// A place in the queue, given back when whoever waits is gone.
struct Ticket<'p> {
    shared: &'p Shared,
    who: Who,
    number: u64,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let left = self.shared.lines().leave(&self.who, self.number);
        // What the work holds is dropped without the lock.
        drop(left);
    }
}

impl Pool {
    /// A pool on which one caller runs so many at once, and in which so many more wait; with room for so many what-ifs.
    ///
    /// # Panics
    /// When the system gives no threads.
    pub fn new(threads: usize, queue: usize, most_suppositions: usize) -> Pool {
        let each = threads.max(1);
        let shared = Arc::new(Shared {
            each,
            threads: each + each.div_ceil(2),
            queue,
            lines: Mutex::default(),
            wake: Condvar::new(),
            refused: AtomicU64::new(0),
            suppositions: Arc::new(Semaphore::new(most_suppositions)),
            most_suppositions,
            suppositions_refused: AtomicU64::new(0),
        });
        for _ in 0..shared.threads {
            let shared = shared.clone();
            let thread = std::thread::Builder::new().name("search".into()).spawn(move || shared.work());
            thread.expect("the system gives threads for searches: fewer with --search-threads");
        }
        Pool { shared }
    }

    /// Runs the work of a caller on a thread of its own and waits for it. The work must poll the cancel; its result is
    /// dropped when the cancel was set first.
    ///
    /// # Errors
    /// `OVERLOADED` when the queue is full, `TIMEOUT` when the cancel was set first, `INTERNAL` when it panicked.
    pub async fn run<T, F>(&self, who: &Who, cancel: &Cancel, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> T + Send + 'static,
    {
        let refused = || {
            self.shared.refused.fetch_add(1, Ordering::Relaxed);
            Err(ApiError::overloaded(RETRY_AFTER))
        };
        let (tell, told) = tokio::sync::oneshot::channel();
        let inside = cancel.clone();
        let job: Job = Box::new(move || {
            if !inside.is_set() {
                // Whoever waited may be gone.
                let _ = tell.send(caught(|| work(&inside)));
            }
        });
        let Some((number, out)) = self.shared.enter(who, job) else { return refused() };
        drop(out);
        // Whoever stops waiting takes what has not begun out of the queue, with its place; what runs keeps its place to the end.
        let _place = Ticket { shared: &self.shared, who: who.clone(), number };
        match within(cancel.left(), told).await {
            Some(Ok(Err(panicked))) => Err(panicked),
            Some(Ok(Ok(result))) if !cancel.is_set() => Ok(result),
            // Its place went to another.
            Some(Err(_)) if !cancel.is_set() => refused(),
            _ => Err(ApiError::timeout()),
        }
    }

    /// Whether work waits for a thread that is not this caller's.
    pub(super) fn others_wait(&self, who: &Who) -> bool {
        self.shared.lines().turns.iter().any(|turn| turn != who)
    }

    /// How many run now, how many wait, and how many were refused since the start.
    pub fn load(&self) -> (usize, usize, u64) {
        let lines = self.shared.lines();
        (lines.running, lines.waiting, self.shared.refused.load(Ordering::Relaxed))
    }

    /// A place for a what-if, for as long as it is held.
    ///
    /// # Errors
    /// `OVERLOADED` when there is none.
    pub(super) fn suppose(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.shared.suppositions.clone().try_acquire_owned().map_err(|_| {
            self.shared.suppositions_refused.fetch_add(1, Ordering::Relaxed);
            ApiError::overloaded(RETRY_AFTER)
        })
    }

    /// How many what-ifs are open now, and how many were refused since the start.
    pub fn suppositions(&self) -> (usize, u64) {
        let shared = &self.shared;
        let open = shared.most_suppositions - shared.suppositions.available_permits();
        (open, shared.suppositions_refused.load(Ordering::Relaxed))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Without waiting: what runs ends by its cancel.
        self.shared.lines().closed = true;
        self.shared.wake.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    const ME: Who = Who::Address(1);

    #[tokio::test]
    async fn a_full_pool_refuses_at_once_and_recovers() {
        let pool = Arc::new(Pool::new(1, 1, 16));
        let cancel = Cancel::after(Duration::from_secs(10));
        let wait = |cancel: &Cancel| {
            while !cancel.is_set() {
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        let first = tokio::spawn({
            let (pool, cancel) = (pool.clone(), cancel.clone());
            async move { pool.run(&ME, &cancel, wait).await }
        });
        let second = tokio::spawn({
            let (pool, cancel) = (pool.clone(), cancel.clone());
            async move { pool.run(&ME, &cancel, wait).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let refused = pool.run(&ME, &Cancel::after(Duration::from_secs(1)), |_| ()).await.unwrap_err();
        assert_eq!(refused.code().name(), "OVERLOADED");
        cancel.set();
        assert_eq!(first.await.unwrap().unwrap_err().code().name(), "TIMEOUT");
        assert!(second.await.unwrap().is_err());
        assert_eq!(pool.run(&ME, &Cancel::after(Duration::from_secs(1)), |_| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_client_that_leaves_the_queue_gives_its_place_back() {
        let pool = Arc::new(Pool::new(1, 1, 16));
        let cancel = Cancel::after(Duration::from_secs(10));
        let first = tokio::spawn({
            let (pool, cancel) = (pool.clone(), cancel.clone());
            let wait = |cancel: &Cancel| {
                while !cancel.is_set() {
                    std::thread::sleep(Duration::from_millis(1));
                }
            };
            async move { pool.run(&ME, &cancel, wait).await }
        });
        while pool.load().0 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let other = Cancel::after(Duration::from_secs(10));
        let mut gone = Box::pin(pool.run(&ME, &other, |_| unreachable!("nobody waits for it")));
        assert!(futures_util::poll!(gone.as_mut()).is_pending());
        assert_eq!(pool.load(), (1, 1, 0));
        drop(gone);
        assert_eq!(pool.load(), (1, 0, 0));
        let late = pool.run(&ME, &Cancel::after(Duration::from_millis(20)), |_| ()).await.unwrap_err();
        assert_eq!((late.code().name(), pool.load()), ("TIMEOUT", (1, 0, 0)));
        let mut waits = Box::pin(pool.run(&ME, &other, |_| 7));
        assert!(futures_util::poll!(waits.as_mut()).is_pending());
        cancel.set();
        assert_eq!((waits.await.unwrap(), first.await.unwrap().is_err()), (7, true));
    }

    #[tokio::test]
    async fn the_deadline_stops_the_work_itself() {
        let pool = Pool::new(1, 1, 16);
        let start = Instant::now();
        let work = |cancel: &Cancel| {
            while !cancel.is_set() {
                std::hint::spin_loop();
            }
        };
        let result = pool.run(&ME, &Cancel::after(Duration::from_millis(30)), work).await;
        assert_eq!(result.unwrap_err().code().name(), "TIMEOUT");
        assert!(cfg!(debug_assertions) || start.elapsed() < Duration::from_secs(2));
        // The caller may be told before the thread has looked.
        let free = async {
            while pool.load().0 > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), free).await.expect("its thread is free again");
    }

    #[tokio::test]
    async fn who_asks_for_much_keeps_others_waiting_no_longer_than_who_asks_once() {
        let pool = Arc::new(Pool::new(1, 8, 16));
        let cancel = Cancel::after(Duration::from_secs(20));
        let hold = |cancel: &Cancel| {
            while !cancel.is_set() {
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        let ask = |who: Who| {
            let (pool, cancel) = (pool.clone(), cancel.clone());
            tokio::spawn(async move { pool.run(&who, &cancel, hold).await })
        };
        let greedy: Vec<_> = (0..20).map(|_| ask(ME)).collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(pool.load(), (1, 8, 11), "its own work runs one at a time, and fills the queue");
        // A thread is left for another, at once.
        let soon = Cancel::after(Duration::from_secs(10));
        assert_eq!(pool.run(&Who::Address(2), &soon, |_| 7).await.unwrap(), 7);
        // With that taken too, others take the greedy one's places, to an equal share.
        let second = ask(Who::Address(2));
        tokio::time::sleep(Duration::from_millis(20)).await;
        let third: Vec<_> = (0..20).map(|_| ask(Who::Address(3))).collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(pool.load().0, 2);
        let waiting = |who| pool.shared.lines().callers[&who].waiting.len();
        let (first, third_waits) = (waiting(ME), waiting(Who::Address(3)));
        assert!(first.abs_diff(third_waits) <= 2 && first + third_waits >= 7, "{first} {third_waits}");
        cancel.set();
        for task in greedy.into_iter().chain([second]).chain(third) {
            assert!(task.await.unwrap().is_err());
        }
        let freed = Cancel::after(Duration::from_secs(10));
        assert_eq!(pool.run(&ME, &freed, |_| 1).await.unwrap(), 1);
        assert!(pool.shared.lines().turns.is_empty());
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_the_thread_goes_on() {
        let pool = Pool::new(1, 1, 16);
        let cancel = Cancel::after(Duration::from_secs(10));
        let broken = pool.run(&ME, &cancel, |_| panic!("as expected")).await.map(|(): ()| ());
        assert_eq!(broken.unwrap_err().code().name(), "INTERNAL");
        for n in 0..4 {
            assert_eq!(pool.run(&ME, &cancel, move |_| n).await.unwrap(), n);
        }
    }
}
