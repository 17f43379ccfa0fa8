//! Answers to requests that arrived together on several connections are sent together: all are worked out first.
//!
//! Each answer that is sent wakes its reader. A reader on the same machine would then have the processor after every single
//! one, with another's memory in the caches each time; now it has it once for all of them.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// A request this soon after the answer before it, on the same thread, came together with others. One that comes alone is
/// answered at once, which matters when its client has closed its side of the connection: who waits then is taken for gone.
const SOON: Duration = Duration::from_micros(20);

thread_local! {
    /// When this thread last had an answer ready.
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// To be awaited before an answer is given to its connection: lets what came together with its request, begun then, be worked
/// out first.
pub async fn sent(begun: Instant) {
    let before = LAST.replace(Some(Instant::now()));
    if before.is_some_and(|before| begun.saturating_duration_since(before) < SOON) {
        tokio::task::yield_now().await;
    }
}
