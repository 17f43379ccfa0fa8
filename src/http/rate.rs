//! How many requests one token or one address may make in a minute: a bucket that refills steadily.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use quick_cache::sync::Cache;

pub use crate::api::access::Who;

use crate::api::access::Caller;

/// Buckets kept at once; the coldest are forgotten, and start full again.
const BUCKETS: usize = 20_000;

/// The limits, in requests per minute; 0 means none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Per address without a token. A class of thirty behind one address, each asking every 1.5 s, passes.
    pub per_address: u32,
    /// Per token: a program's.
    pub per_token: u32,
    /// Whether the machine's own programs are limited too. Off: whoever runs there can stop the server anyway.
    pub loopback: bool,
}

impl Default for Rates {
    fn default() -> Rates {
        Rates { per_address: 1_200, per_token: 6_000, loopback: false }
    }
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// What a request was told about its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Requests per minute.
    pub limit: u32,
    /// Requests left now.
    pub remaining: u32,
    /// Seconds until the next request passes (when refused) or until the bucket is full.
    pub reset: u64,
    /// Whether this request passes.
    pub passes: bool,
}

/// The buckets of all callers.
pub struct RateLimiter {
    rates: Rates,
    buckets: Cache<Who, Arc<Mutex<Bucket>>>,
}

impl RateLimiter {
    /// With these limits.
    pub fn new(rates: Rates) -> RateLimiter {
        RateLimiter { rates, buckets: Cache::new(BUCKETS) }
    }

    /// Counts one request; `None` when its caller is not limited.
    pub fn count(&self, caller: &Caller, address: IpAddr) -> Option<Told> {
        let address = address.to_canonical();
        if address.is_loopback() && !self.rates.loopback {
            return None;
        }
        let who = Who::of(caller, address);
        let limit = match who {
            Who::Token(_) => self.rates.per_token,
            Who::Address(_) => self.rates.per_address,
        };
        (limit > 0).then(|| self.take(who, limit, Instant::now()))
    }

    fn take(&self, who: Who, limit: u32, now: Instant) -> Told {
        let full =
            || Ok::<_, std::convert::Infallible>(Arc::new(Mutex::new(Bucket { left: f64::from(limit), at: now })));
        let Ok(bucket) = self.buckets.get_or_insert_with(&who, full);
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let per_second = f64::from(limit) / 60.0;
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + passed * per_second).min(f64::from(limit));
        bucket.at = now;
        let passes = bucket.left >= 1.0;
        if passes {
            bucket.left -= 1.0;
        }
        let missing = if passes { f64::from(limit) - bucket.left } else { 1.0 - bucket.left };
        Told { limit, remaining: bucket.left as u32, reset: (missing / per_second).ceil() as u64, passes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_empties_and_refills() {
        let limiter = RateLimiter::new(Rates { per_address: 60, per_token: 0, loopback: false });
        let (who, start) = (Who::Address(1), Instant::now());
        for remaining in (0..60).rev() {
            let told = limiter.take(who.clone(), 60, start);
            assert!(told.passes && told.remaining == remaining);
        }
        let refused = limiter.take(who.clone(), 60, start);
        assert!(!refused.passes && refused.reset == 1);
        assert!(limiter.take(who.clone(), 60, start + Duration::from_secs(1)).passes);
        assert!(!limiter.take(who, 60, start + Duration::from_secs(1)).passes);
        assert!(limiter.take(Who::Address(2), 60, start).passes);
    }

    #[test]
    fn loopback_and_unlimited_tokens_pass() {
        let limiter = RateLimiter::new(Rates { per_address: 1, per_token: 0, loopback: false });
        let none = Caller::default();
        assert!(limiter.count(&none, "127.0.0.1".parse().unwrap()).is_none());
        assert!(limiter.count(&none, "::ffff:127.0.0.1".parse().unwrap()).is_none());
        let far = "2001:db8::1".parse().unwrap();
        assert!(limiter.count(&none, far).unwrap().passes);
        assert!(!limiter.count(&none, "2001:db8::2".parse().unwrap()).unwrap().passes);
        assert!(limiter.count(&Caller::new(crate::api::access::Role::Editor, "ci"), far).is_none());
    }
}
