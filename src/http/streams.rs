//! Places for sockets and event streams: so many in all, and so many of these for one address, so that one client cannot take
//! them all.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::Config;
use super::rate::network;
use super::reply::RETRY_AFTER;
use crate::api::error::{ApiError, Code};

/// The places of a server.
pub struct Streams {
    all: usize,
    each: usize,
    /// Whether the machine's own programs share one address's places.
    loopback: bool,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    count: usize,
    by_network: HashMap<u128, usize>,
}

/// A place, given back when dropped.
pub struct Place {
    streams: Arc<Streams>,
    network: u128,
}

impl Streams {
    /// As many as the configuration says.
    pub fn new(config: &Config) -> Streams {
        let Config { max_streams: all, streams_per_address: each, .. } = *config;
        Streams { all, each, loopback: config.rates.loopback, open: Mutex::default() }
    }

    /// A place for one more stream of an address.
    ///
    /// # Errors
    /// `RATE_LIMITED` when the address has its share, `OVERLOADED` when none is left.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, ApiError> {
        let address = address.to_canonical();
        let network = network(address);
        let mut open = self.lock();
        if open.count >= self.all {
            return Err(ApiError::overloaded(RETRY_AFTER.into()));
        }
        let taken = open.by_network.get(&network).copied().unwrap_or(0);
        if taken >= self.each && (self.loopback || !address.is_loopback()) {
            let message =
                format!("Votre adresse a déjà {taken} flux ouverts : fermez-en, ou recommencez dans {RETRY_AFTER} s.");
            return Err(ApiError::new(Code::RateLimited, message).with("retryAfter", RETRY_AFTER));
        }
        open.count += 1;
        open.by_network.insert(network, taken + 1);
        Ok(Place { streams: self.clone(), network })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.lock().count
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        open.count -= 1;
        if let Some(taken) = open.by_network.get_mut(&self.network) {
            *taken -= 1;
            if *taken == 0 {
                open.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_takes_its_share_and_no_more() {
        let config = Config { max_streams: 5, streams_per_address: 2, ..Config::default() };
        let streams = Arc::new(Streams::new(&config));
        let take = |address: &str| streams.take(address.parse().unwrap()).map_err(|error| error.code().name());
        let (first, _second) = (take("192.0.2.1").unwrap(), take("::ffff:192.0.2.1").unwrap());
        assert_eq!(take("192.0.2.1").err(), Some("RATE_LIMITED"));
        let _other = take("2001:db8::1").unwrap();
        drop(first);
        let _again = take("192.0.2.1").unwrap();
        let _machine = [take("127.0.0.1").unwrap(), take("127.0.0.1").unwrap()];
        assert_eq!((streams.count(), take("192.0.2.9").err()), (5, Some("OVERLOADED")));
        drop(_machine);
        assert_eq!((streams.count(), streams.lock().by_network.len()), (3, 2));
    }

    #[test]
    fn the_machine_itself_is_not_limited_unless_told_so() {
        let mut config = Config { streams_per_address: 1, ..Config::default() };
        let both = |config: &Config| {
            let streams = Arc::new(Streams::new(config));
            let address = "::1".parse().unwrap();
            let _first = streams.take(address).unwrap();
            streams.take(address).is_ok()
        };
        assert!(both(&config));
        config.rates.loopback = true;
        assert!(!both(&config));
    }
}
