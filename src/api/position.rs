//! Where a stream of changes stands, so that a client that comes back gets nothing twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::api::error::ApiError;

/// The place of one stream in the log; the resolver moves it, the transport tells it.
#[derive(Clone, Debug, Default)]
pub struct Position {
    from: Option<u64>,
    reached: Arc<AtomicU64>,
}

impl Position {
    /// After the event of this name in the log of this identity; anywhere without a name.
    ///
    /// # Errors
    /// `INVALID_INPUT` for an event of another log.
    pub(super) fn after(event: Option<&str>, identity: &str) -> Result<Position, ApiError> {
        let Some(event) = event else { return Ok(Position::default()) };
        let version = event.rsplit_once(':').filter(|(log, _)| *log == identity);
        let version = version.and_then(|(_, version)| version.parse().ok()).ok_or_else(|| {
            ApiError::invalid_input(
                "`Last-Event-ID` n'est pas un événement de ce journal : relisez le graphe, puis suivez depuis sa version.",
            )
        })?;
        Ok(Position { from: Some(version), ..Position::default() })
    }

    /// The version after which the client wants to go on, when it says so by an event.
    pub fn from(&self) -> Option<u64> {
        self.from
    }

    /// Tells that the version's changes are given next.
    pub fn reach(&self, version: u64) {
        self.reached.store(version, Ordering::Relaxed);
    }

    /// The version told last.
    pub fn reached(&self) -> Option<u64> {
        Some(self.reached.load(Ordering::Relaxed)).filter(|version| *version > 0)
    }
}
