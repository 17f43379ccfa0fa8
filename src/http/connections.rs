//! Connections of one address: past its share, each is still taken, and told so in words instead of being answered.

use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;

use super::config::Config;
use crate::api::access::{Caller, Who};
use crate::api::error::{ApiError, Code};

/// The connections of a server.
pub struct Connections {
    /// For one address; none are counted where it is `None`: behind a proxy all come from one.
    each: Option<usize>,
    loopback: bool,
    open: Mutex<HashMap<Who, usize>>,
    refused: AtomicU64,
}

/// One connection, kept with it.
struct Guest {
    connections: Arc<Connections>,
    who: Who,
    /// Whether its address has too many.
    over: bool,
}

impl Connections {
    /// As many as the configuration says.
    pub fn new(config: &Config) -> Connections {
        let each =
            (!config.behind_proxy && config.connections_per_address > 0).then_some(config.connections_per_address);
        Connections { each, loopback: config.rates.loopback, open: Mutex::default(), refused: AtomicU64::new(0) }
    }

    /// Counts a connection for as long as it is open.
    pub fn enter(self: &Arc<Self>, connection: &dyn Any, kept: &mut Extensions) {
        let peer = connection.downcast_ref::<TcpStream>().and_then(|stream| stream.peer_addr().ok());
        kept.insert(self.guest(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip())));
    }

    fn guest(self: &Arc<Self>, address: IpAddr) -> Guest {
        let who = Who::of(&Caller::default(), address);
        let limited = self.loopback || !address.to_canonical().is_loopback();
        let mut open = self.lock();
        let count = open.entry(who.clone()).or_insert(0);
        *count += 1;
        let over = limited && self.each.is_some_and(|each| *count > each);
        Guest { connections: self.clone(), who, over }
    }

    /// How many requests on a connection too many were refused.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Who, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        if let Some(count) = open.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.who);
            }
        }
    }
}

/// Refuses a request whose connection is one too many of its address.
///
/// # Errors
/// `RATE_LIMITED`.
pub fn check(request: &HttpRequest) -> Result<(), ApiError> {
    let Some(guest) = request.conn_data::<Guest>().filter(|guest| guest.over) else { return Ok(()) };
    guest.connections.refused.fetch_add(1, Ordering::Relaxed);
    let message = "Trop de connexions ouvertes depuis votre adresse : fermez-en, ou réutilisez celles que vous avez.";
    Err(ApiError::new(Code::RateLimited, message).with("retryAfter", 5u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_of_connections() {
        let config = Config { connections_per_address: 2, ..Config::default() };
        let connections = Arc::new(Connections::new(&config));
        let enter = |address: &str| connections.guest(address.parse().unwrap());
        let (one, two) = (enter("192.0.2.1"), enter("192.0.2.1"));
        assert!(!one.over && !two.over && enter("192.0.2.1").over && !enter("192.0.2.2").over);
        let machine: Vec<Guest> = (0..5).map(|_| enter("127.0.0.1")).collect();
        assert!(machine.iter().all(|guest| !guest.over), "the machine's own are not limited");
        drop((two, machine));
        assert!(!enter("192.0.2.1").over);
        drop(one);
        assert!(connections.lock().is_empty());
        let proxied = Arc::new(Connections::new(&Config { behind_proxy: true, ..config }));
        assert!(!(0..5).map(|_| proxied.guest("192.0.2.1".parse().unwrap())).any(|guest| guest.over));
    }
}
