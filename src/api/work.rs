//! Heavy work: on a bounded pool, with a deadline and a cancel that the work itself polls.
//!
//! A synchronous resolver cannot be stopped from outside, so a search takes a [`Cancel`] and asks it now and
//! then. The cancel is set when the deadline passes and when the client goes. When the pool and its queue are
//! full the work is refused at once with `OVERLOADED`, so that short requests keep their workers.

mod pool;
#[cfg(test)]
mod tests;

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{Notify, OwnedSemaphorePermit};

use super::access::Who;
use super::error::ApiError;
pub use pool::Pool;

/// How long a request works on a thread of the pool before others have their turn.
const TURN: Duration = Duration::from_millis(5);

/// Says when to stop. Clones share one state.
#[derive(Clone, Debug)]
pub struct Cancel {
    stopped: Arc<AtomicBool>,
    deadline: Instant,
    /// What the thread that asks must have run besides, for the deadline to count.
    runs: Option<Duration>,
}

impl Cancel {
    /// Stops by itself once the time has passed.
    pub fn after(time: Duration) -> Cancel {
        Cancel { stopped: Arc::default(), deadline: Instant::now() + time, runs: None }
    }

    /// Stops by itself once this thread, which is to do all the work, has run so long: on a busy machine it may wait longer than it runs.
    fn after_running(time: Duration) -> Cancel {
        Cancel { runs: Some(thread_time().saturating_add(time)), ..Cancel::after(time) }
    }

    /// Whether to stop: a load and a clock reading, about 30 ns.
    pub fn is_set(&self) -> bool {
        let past = || Instant::now() >= self.deadline && self.runs.is_none_or(|end| thread_time() >= end);
        self.stopped.load(Ordering::Relaxed) || past()
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

/// How long this thread has run; where the system does not tell, as long as can be.
fn thread_time() -> Duration {
    #[cfg(unix)]
    return Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime)).unwrap_or_default();
    #[cfg(not(unix))]
    Duration::MAX
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

/// What a resolver finds in its context (`ctx.data::<Work>()`): the pool, this request's cancel, and who asks.
#[derive(Clone, Debug)]
pub struct Work {
    /// The pool that all requests share.
    pub pool: Arc<Pool>,
    /// The cancel of this request.
    pub cancel: Cancel,
    who: Who,
    /// What the request holds until it ends.
    held: Arc<Mutex<Vec<OwnedSemaphorePermit>>>,
}

impl Work {
    /// The work of one request.
    pub fn new(pool: Arc<Pool>, cancel: Cancel, who: Who) -> Work {
        Work { pool, cancel, who, held: Arc::default() }
    }

    /// The same work for this thread, to be stopped once it has run so long.
    pub fn cut_short(&self, time: Duration) -> Work {
        Work { cancel: Cancel::after_running(time), ..self.clone() }
    }

    /// Runs heavy work for this request: right here where the request is driven on the pool already, so that it takes one thread
    /// at a time however much it asks for.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn run<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> T + Send + 'static,
    {
        if !pool::is_ours() {
            return self.pool.run(&self.who, &self.cancel, work).await;
        }
        let begun = Instant::now();
        let result = pool::caught(|| work(&self.cancel))?;
        // Not to the caller's own next request: each that has begun keeps what it supposes in memory.
        if begun.elapsed() > TURN && self.pool.others_wait(&self.who) {
            give_way().await;
        }
        if self.cancel.is_set() { Err(ApiError::timeout()) } else { Ok(result) }
    }

    /// Polls a future on the pool until it is ready, a turn at a time: while it waits it holds no thread.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn drive<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let mut future: Pin<Box<dyn Future<Output = T> + Send>> = Box::pin(future);
        let woken = Arc::new(Woken::default());
        // What it waits for may be a timer of this runtime's.
        let runtime = Handle::try_current().ok();
        loop {
            let (waker, runtime) = (Waker::from(woken.clone()), runtime.clone());
            let polled = self.pool.run(&self.who, &self.cancel, move |_| {
                let _inside = runtime.as_ref().map(Handle::enter);
                match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(result) => Ok(result),
                    Poll::Pending => Err(future),
                }
            });
            match polled.await? {
                Ok(result) => return Ok(result),
                Err(pending) => future = pending,
            }
            within(self.cancel.left(), woken.0.notified()).await.ok_or_else(ApiError::timeout)?;
        }
    }

    /// A place for a what-if, until the request ends.
    ///
    /// # Errors
    /// `OVERLOADED` when there is none.
    pub fn suppose(&self) -> Result<(), ApiError> {
        let permit = self.pool.suppose()?;
        self.held.lock().unwrap_or_else(PoisonError::into_inner).push(permit);
        Ok(())
    }
}

/// Remembers that it was woken, also between two polls.
#[derive(Default)]
struct Woken(Notify);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Pending once.
async fn give_way() {
    let mut given = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
