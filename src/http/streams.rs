//! Places for sockets and event streams: so many in all, and so many of these for one caller, so that none can take them all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::Config;
use super::rate::Who;
use crate::api::access::Caller;
use crate::api::error::{ApiError, ErrorCode};

/// Seconds after which a client that found no place may try again.
const RETRY_AFTER: u64 = 10;

/// The places of a server.
pub struct Streams {
    all: usize,
    each: usize,
    /// Whether the machine's own programs are limited too.
    loopback: bool,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    count: usize,
    by_caller: HashMap<Who, usize>,
}

/// A place, given back when dropped.
pub struct Permit {
    streams: Arc<Streams>,
    who: Who,
}

impl Streams {
    /// As many as the configuration says.
    pub fn new(config: &Config) -> Streams {
        let Config { max_streams: all, streams_per_caller: each, .. } = *config;
        Streams { all, each, loopback: config.rates.loopback, open: Mutex::default() }
    }

    /// A place for one more stream of the bearer of a token, or of an address.
    ///
    /// # Errors
    /// `RATE_LIMITED` when the caller has its share, `OVERLOADED` when none is left.
    pub fn take(self: &Arc<Self>, caller: &Caller, address: IpAddr) -> Result<Permit, ApiError> {
        let who = Who::of(caller, address);
        let limited = self.loopback || !address.to_canonical().is_loopback();
        let mut open = self.lock();
        if open.count >= self.all {
            return Err(ApiError::overloaded(RETRY_AFTER));
        }
        let taken = open.by_caller.entry(who.clone()).or_insert(0);
        if limited && *taken >= self.each {
            let message = format!("Vous avez déjà {taken} flux ouverts : fermez-en, ou recommencez plus tard.");
            return Err(ApiError::new(ErrorCode::RateLimited, message).with("retryAfter", RETRY_AFTER));
        }
        *taken += 1;
        open.count += 1;
        Ok(Permit { streams: self.clone(), who })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.lock().count
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        open.count -= 1;
        if let Some(taken) = open.by_caller.get_mut(&self.who) {
            *taken -= 1;
            if *taken == 0 {
                open.by_caller.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::access::Role;

    #[test]
    fn one_caller_takes_its_share_and_no_more() {
        let config = Config { max_streams: 6, streams_per_caller: 2, ..Config::default() };
        let streams = Arc::new(Streams::new(&config));
        let take = |caller: &Caller, address: &str| {
            streams.take(caller, address.parse().unwrap()).map_err(|error| error.code().name())
        };
        let nobody = Caller::default();
        let (first, _second) = (take(&nobody, "192.0.2.1").unwrap(), take(&nobody, "::ffff:192.0.2.1").unwrap());
        assert_eq!(take(&nobody, "192.0.2.1").err(), Some("RATE_LIMITED"));
        let _program = take(&Caller::new(Role::Reader, "site"), "192.0.2.1").unwrap();
        let _other = take(&nobody, "2001:db8::1").unwrap();
        drop(first);
        let _again = take(&nobody, "192.0.2.1").unwrap();
        let machine = [take(&nobody, "127.0.0.1").unwrap(), take(&nobody, "127.0.0.1").unwrap()];
        assert_eq!((streams.count(), take(&nobody, "192.0.2.9").err()), (6, Some("OVERLOADED")));
        drop(machine);
        assert_eq!((streams.count(), streams.lock().by_caller.len()), (4, 3));
    }
}
