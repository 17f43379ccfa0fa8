//! Heavy work: on a bounded pool, with a deadline and a cancel that the work itself polls.
//!
//! A synchronous resolver cannot be stopped from outside, so a search takes a [`Cancel`] and asks it now and
//! then. The cancel is set when the deadline passes and when the client goes. When the pool and its queue are
//! full the work is refused at once with `OVERLOADED`, so that short requests keep their workers.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use super::error::ApiError;

/// Seconds after which a refused client may try again.
const RETRY_AFTER: u64 = 2;

/// Says when to stop. Clones share one state.
#[derive(Clone, Debug)]
pub struct Cancel {
    stopped: Arc<AtomicBool>,
    deadline: Instant,
}

impl Cancel {
    /// Stops by itself once the time has passed.
    pub fn after(time: Duration) -> Cancel {
        Cancel { stopped: Arc::default(), deadline: Instant::now() + time }
    }

    /// Whether to stop: a load and a clock reading, about 30 ns.
    pub fn is_set(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }

    /// Stops the work.
    pub fn set(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// The time left.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Sets the cancel when dropped: with the request's future, so when its client goes.
    pub fn guard(&self) -> CancelGuard {
        CancelGuard(self.clone())
    }
}

/// Sets its cancel when dropped.
#[derive(Debug)]
pub struct CancelGuard(Cancel);

impl Drop for CancelGuard {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// What a future gives within a time; `None` when it passes first. One that is ready at once, as most are, sets no timer.
pub async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    let end = tokio::time::Instant::now() + time;
    let mut future = std::pin::pin!(future);
    match futures_util::poll!(future.as_mut()) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => tokio::time::timeout_at(end, future).await.ok(),
    }
}

/// Threads for heavy work, and places in the queue before them.
#[derive(Debug)]
pub struct Pool {
    threads: usize,
    queue: usize,
    /// A runtime that has nothing but its blocking threads: each takes the next work by itself. Always there until the drop.
    runtime: Option<Runtime>,
    places: Arc<Semaphore>,
    running: Arc<AtomicUsize>,
    refused: AtomicU64,
}

/// One of those that run.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn new(count: Arc<AtomicUsize>) -> Running {
        count.fetch_add(1, Ordering::Relaxed);
        Running(count)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// A pool that runs so many at once and lets so many more wait.
    pub fn new(threads: usize, queue: usize) -> Pool {
        let threads = threads.max(1);
        let runtime = Builder::new_current_thread()
            .thread_name("search")
            .max_blocking_threads(threads)
            // They keep their working memory for the next.
            .thread_keep_alive(Duration::from_secs(3_600))
            .build()
            .expect("a runtime without a clock and without input and output asks nothing of the system");
        Pool {
            threads,
            queue,
            runtime: Some(runtime),
            places: Arc::new(Semaphore::new(threads + queue)),
            running: Arc::default(),
            refused: AtomicU64::new(0),
        }
    }

    /// Runs the work on a thread of its own and waits for it. The work must poll the cancel; its result is
    /// dropped when the cancel was set first.
    ///
    /// # Errors
    /// `OVERLOADED` when the queue is full, `TIMEOUT` when the cancel was set first, `INTERNAL` when it panicked.
    pub async fn run<T, F>(&self, cancel: &Cancel, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> T + Send + 'static,
    {
        let (Ok(place), Some(runtime)) = (self.places.clone().try_acquire_owned(), &self.runtime) else {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(ApiError::overloaded(RETRY_AFTER));
        };
        // Whoever stops waiting takes what has not begun out of the queue, with its place; what runs keeps its place to the end.
        let job = Arc::new(Mutex::new(Some((place, work))));
        let (inside, running, wanted) = (cancel.clone(), self.running.clone(), Arc::downgrade(&job));
        let task = runtime.spawn_blocking(move || {
            let (_place, work) = wanted.upgrade()?.lock().unwrap_or_else(PoisonError::into_inner).take()?;
            let _running = Running::new(running);
            (!inside.is_set()).then(|| work(&inside))
        });
        match within(cancel.left(), task).await {
            Some(Err(panic)) => Err(ApiError::internal(&panic)),
            Some(Ok(Some(result))) if !cancel.is_set() => Ok(result),
            _ => Err(ApiError::timeout()),
        }
    }

    /// How many run now, how many wait, and how many were refused since the start.
    pub fn load(&self) -> (usize, usize, u64) {
        let running = self.running.load(Ordering::Relaxed);
        let inside = self.threads + self.queue - self.places.available_permits();
        (running, inside.saturating_sub(running), self.refused.load(Ordering::Relaxed))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Without waiting: dropped in async code, a runtime that waits would panic.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a resolver finds in its context (`ctx.data::<Work>()`): the pool and this request's cancel.
#[derive(Clone, Debug)]
pub struct Work {
    /// The pool that all requests share.
    pub pool: Arc<Pool>,
    /// The cancel of this request.
    pub cancel: Cancel,
}

impl Work {
    /// Runs heavy work for this request.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn run<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> T + Send + 'static,
    {
        self.pool.run(&self.cancel, work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_pool_refuses_at_once_and_recovers() {
        let pool = Arc::new(Pool::new(1, 1));
        let cancel = Cancel::after(Duration::from_secs(10));
        let wait = |cancel: &Cancel| {
            while !cancel.is_set() {
                std::thread::sleep(Duration::from_millis(1));
            }
        };
        let first = tokio::spawn({
            let (pool, cancel) = (pool.clone(), cancel.clone());
            async move { pool.run(&cancel, wait).await }
        });
        let second = tokio::spawn({
            let (pool, cancel) = (pool.clone(), cancel.clone());
            async move { pool.run(&cancel, wait).await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let refused = pool.run(&Cancel::after(Duration::from_secs(1)), |_| ()).await.unwrap_err();
        assert_eq!(refused.code().name(), "OVERLOADED");
        cancel.set();
        assert_eq!(first.await.unwrap().unwrap_err().code().name(), "TIMEOUT");
        assert!(second.await.unwrap().is_err());
        assert_eq!(pool.run(&Cancel::after(Duration::from_secs(1)), |_| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_client_that_leaves_the_queue_gives_its_place_back() {
        let pool = Arc::new(Pool::new(1, 1));
        let cancel = Cancel::after(Duration::from_secs(10));
        let first = tokio::spawn({
            let (pool, cancel) = (pool.clone(), cancel.clone());
            let wait = |cancel: &Cancel| {
                while !cancel.is_set() {
                    std::thread::sleep(Duration::from_millis(1));
                }
            };
            async move { pool.run(&cancel, wait).await }
        });
        while pool.load().0 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let other = Cancel::after(Duration::from_secs(10));
        let mut gone = Box::pin(pool.run(&other, |_| unreachable!("nobody waits for it")));
        assert!(futures_util::poll!(gone.as_mut()).is_pending());
        assert_eq!(pool.load(), (1, 1, 0));
        drop(gone);
        assert_eq!(pool.load(), (1, 0, 0));
        let late = pool.run(&Cancel::after(Duration::from_millis(20)), |_| ()).await.unwrap_err();
        assert_eq!((late.code().name(), pool.load()), ("TIMEOUT", (1, 0, 0)));
        let mut waits = Box::pin(pool.run(&other, |_| 7));
        assert!(futures_util::poll!(waits.as_mut()).is_pending());
        cancel.set();
        assert_eq!((waits.await.unwrap(), first.await.unwrap().is_err()), (7, true));
    }

    #[tokio::test]
    async fn the_deadline_stops_the_work_itself() {
        let pool = Pool::new(1, 1);
        let turns = Arc::new(AtomicU64::new(0));
        let counted = turns.clone();
        let start = Instant::now();
        let result = pool
            .run(&Cancel::after(Duration::from_millis(30)), move |cancel| {
                while !cancel.is_set() {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            })
            .await;
        assert_eq!(result.unwrap_err().code().name(), "TIMEOUT");
        assert!(start.elapsed() < Duration::from_secs(2));
        let at_the_end = turns.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(turns.load(Ordering::Relaxed), at_the_end);
    }

    #[test]
    fn dropping_the_guard_sets_the_cancel() {
        let cancel = Cancel::after(Duration::from_secs(10));
        drop(cancel.guard());
        assert!(cancel.is_set());
    }
}
