//! What an operator may set of the gateway, and why it is what it is otherwise.

use std::time::Duration;

use crate::api::access::Reading;
use crate::api::guard::Limits;

/// How requests are treated.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The limits on each.
    pub limits: Limits,
    /// Whether reading needs a token.
    pub reading: Reading,
    /// The longest that one executes.
    pub deadline: Duration,
    /// Bytes of answers kept; 0 keeps none.
    pub answer_bytes: u64,
    /// Bytes of parsed documents kept, thirty times their text: those of a hundred programs take a tenth.
    pub document_bytes: u64,
    /// Bytes of persisted queries kept: some ten thousand of the usual size.
    pub persisted_bytes: u64,
    /// Searches that run at once: one per core.
    pub search_threads: usize,
    /// Requests that wait for a thread. Callers take turns, so a long queue keeps nobody but its own caller waiting; each that waits
    /// holds some 10 KB.
    pub search_queue: usize,
    /// How long the thread that read a search by name works on it. Most take a fifth of that, and are not worth waking two other threads
    /// for. Those that take longer begin anew on the pool, so that no search keeps look-ups waiting for more.
    pub head_start: Duration,
    /// What-ifs open at once: each holds what it changes of the graph, at most some megabytes, until its request ends.
    pub what_ifs: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Settings {
            limits: Limits::default(),
            reading: Reading::Open,
            // Twice the slowest search allowed; a browser's user has given up by then.
            deadline: Duration::from_secs(10),
            answer_bytes: 64 << 20,
            document_bytes: 64 << 20,
            persisted_bytes: 8 << 20,
            search_threads: cores,
            search_queue: cores * 128,
            head_start: Duration::from_micros(500),
            what_ifs: cores * 8,
        }
    }
}

#[cfg(test)]
impl Settings {
    /// As by default, for tests: an unoptimised build on a busy machine meets no deadline.
    pub fn patient() -> Settings {
        Settings { deadline: Duration::from_secs(600), ..Settings::default() }
    }
}
