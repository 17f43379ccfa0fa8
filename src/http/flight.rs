//! Bytes on their way, to clients and from them: so many in all, and so many of these for one caller. Whoever reads slowly, or not at
//! all, holds what was answered in memory, and whoever sends slowly what was asked; past the budget a large answer or request is
//! refused, and small ones go on.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use super::config::Config;
use super::connections::Hurry;
use crate::api::access::{Caller, Who};
use crate::api::error::{ApiError, ErrorCode};

/// A shorter answer is not counted: the system takes all of it at once.
const LONG_ANSWER: usize = super::SEND_BUFFER / 4;
/// A shorter body of a request is not counted.
pub const LONG_BODY: usize = 16 << 10;
/// How much of an answer is given to a connection at a time.
const PIECE: usize = 32 << 10;
/// Seconds after which a refused client may try again.
const RETRY_AFTER: u64 = 5;

/// The budget of a server, one way.
pub struct Flight {
    all: usize,
    /// What is shorter is not counted.
    least: usize,
    /// What a caller is told that has taken its share.
    told: &'static str,
    /// Whether the machine's own programs have a share too, and not all of it.
    loopback: bool,
    taken: Mutex<Taken>,
    refused: AtomicU64,
}

#[derive(Default)]
struct Taken {
    bytes: usize,
    by_caller: HashMap<Who, usize>,
}

/// Bytes on their way, until dropped.
pub struct Load {
    flight: Arc<Flight>,
    who: Who,
    bytes: usize,
}

impl Flight {
    /// For answers, as much as the configuration says.
    pub fn of_answers(config: &Config) -> Flight {
        Flight::new(
            config,
            LONG_ANSWER,
            "Vos réponses précédentes ne sont pas encore lues : lisez-les avant d'en demander d'autres.",
        )
    }

    /// For requests' bodies, as much again.
    pub fn of_bodies(config: &Config) -> Flight {
        let told = "Vos longues requêtes précédentes sont encore en cours : attendez leurs réponses.";
        Flight::new(config, LONG_BODY, told)
    }

    fn new(config: &Config, least: usize, told: &'static str) -> Flight {
        let (all, loopback) = (config.flight_bytes, config.rates.loopback);
        Flight { all, least, told, loopback, taken: Mutex::default(), refused: AtomicU64::new(0) }
    }

    /// Counts an answer to a caller or a body of its request; `None` where it is too small to count. A caller has at most a quarter
    /// of the budget, and one larger than that passes where nothing else of its caller's is on its way.
    ///
    /// # Errors
    /// `RATE_LIMITED` when the caller takes too long over what it has, `OVERLOADED` when all together do.
    pub fn take(self: &Arc<Self>, caller: &Caller, address: IpAddr, bytes: usize) -> Result<Option<Load>, ApiError> {
        if bytes < self.least {
            return Ok(None);
        }
        let who = Who::of(caller, address);
        let each = if self.loopback || !address.to_canonical().is_loopback() { self.all / 4 } else { self.all };
        let mut taken = self.lock();
        let own = taken.by_caller.get(&who).copied().unwrap_or(0);
        if own > 0 && own + bytes > each {
            drop(taken);
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(ApiError::new(ErrorCode::RateLimited, self.told).with("retryAfter", RETRY_AFTER));
        }
        if taken.bytes > 0 && taken.bytes + bytes > self.all {
            drop(taken);
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(ApiError::overloaded(RETRY_AFTER));
        }
        taken.bytes += bytes;
        *taken.by_caller.entry(who.clone()).or_insert(0) += bytes;
        Ok(Some(Load { flight: self.clone(), who, bytes }))
    }

    /// Bytes on their way now, and how often some were refused since the start.
    pub fn load(&self) -> (usize, u64) {
        (self.lock().bytes, self.refused.load(Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Load {
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        let mut taken = self.flight.lock();
        taken.bytes -= self.bytes;
        if let Some(own) = taken.by_caller.get_mut(&self.who) {
            *own -= self.bytes;
            if *own == 0 {
                taken.by_caller.remove(&self.who);
            }
        }
    }
}

/// A body that is counted until it has gone out: given to its connection in pieces, each when there is room. It must go out in time.
pub struct Counted {
    rest: Bytes,
    _load: Load,
    _hurry: Option<Hurry>,
}

impl Counted {
    /// The body of an answer.
    pub fn new(body: Bytes, load: Load, hurry: Option<Hurry>) -> Counted {
        Counted { rest: body, _load: load, _hurry: hurry }
    }
}

impl MessageBody for Counted {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.rest.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let piece = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(self.rest.split_to(piece))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_bounded_for_one_and_for_all() {
        let flight = Arc::new(Flight::of_answers(&Config { flight_bytes: 8 * LONG_ANSWER, ..Config::default() }));
        let nobody = Caller::default();
        let take = |address: &str, bytes: usize| {
            flight.take(&nobody, address.parse().unwrap(), bytes).map_err(|error| error.code().name())
        };
        assert!(take("192.0.2.1", LONG_ANSWER - 1).unwrap().is_none(), "small ones are not counted");
        let one = take("192.0.2.1", LONG_ANSWER).unwrap();
        let two = take("192.0.2.1", LONG_ANSWER).unwrap();
        assert_eq!(take("192.0.2.1", LONG_ANSWER).err(), Some("RATE_LIMITED"));
        let large = take("192.0.2.2", 5 * LONG_ANSWER).unwrap();
        assert!(large.is_some(), "one larger than a share goes alone");
        let third = take("192.0.2.3", LONG_ANSWER).unwrap();
        assert_eq!((take("192.0.2.4", LONG_ANSWER).err(), flight.load()), (Some("OVERLOADED"), (8 * LONG_ANSWER, 2)));
        drop((one, two, large, third));
        assert_eq!((flight.load().0, flight.lock().by_caller.len()), (0, 0));
    }
}
