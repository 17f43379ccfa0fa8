//! Connections of one address: past its share, each is still taken, and told so in words instead of being answered. And the end of
//! a connection whose client takes too long over what it is sent.

use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Shutdown};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::{Extensions, ServiceResponse};
use actix_web::http::{ConnectionType, header};
use actix_web::rt::net::TcpStream;
use actix_web::rt::task::JoinHandle;
use socket2::{SockRef, Socket};

use super::config::Config;
use crate::api::access::{Caller, Who};
use crate::api::error::{ApiError, ErrorCode};

/// The connections of a server.
pub struct Connections {
    /// For one address; none are counted where it is `None`: behind a proxy all come from one.
    each: Option<usize>,
    loopback: bool,
    open: Mutex<HashMap<Who, usize>>,
    refused: AtomicU64,
    /// Closed because their clients took too long.
    closed: AtomicU64,
    /// Bytes a second at which clients must take what they are sent; 0 is no such limit.
    read_rate: usize,
    /// What any client has for whatever it is sent, however little.
    grace: Duration,
}

/// One connection, kept with it.
struct Guest {
    connections: Arc<Connections>,
    who: Who,
    /// Whether its address has too many.
    over: bool,
    /// The same connection by a handle of its own, to be ended where the server's own cannot be reached.
    socket: Option<Arc<Socket>>,
    /// Ends it, once it was answered for the last time.
    last: Mutex<Option<Hurry>>,
}

/// The time in which a client must have taken something; past it its connection is ended. Dropped, it is over.
pub struct Hurry(JoinHandle<()>);

/// A connection, to be ended.
#[derive(Clone)]
pub struct Handle {
    connections: Arc<Connections>,
    socket: Arc<Socket>,
}

impl Connections {
    /// As many as the configuration says.
    pub fn new(config: &Config) -> Connections {
        let each =
            (!config.behind_proxy && config.connections_per_address > 0).then_some(config.connections_per_address);
        Connections {
            each,
            loopback: config.rates.loopback,
            open: Mutex::default(),
            refused: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            read_rate: config.read_rate,
            grace: config.body_time,
        }
    }

    /// Counts a connection for as long as it is open.
    pub fn enter(self: &Arc<Self>, connection: &dyn Any, kept: &mut Extensions) {
        let stream = connection.downcast_ref::<TcpStream>();
        // An answer goes out as head and body: without this the body would wait for the client's acknowledgement of the head, which
        // it may hold back for 40 ms.
        let _ = stream.map(|stream| stream.set_nodelay(true));
        let peer = stream.and_then(|stream| stream.peer_addr().ok());
        let socket = stream.and_then(|stream| SockRef::from(stream).try_clone().ok()).map(Arc::new);
        let mut guest = self.guest(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()));
        guest.socket = socket;
        kept.insert(guest);
    }

    fn guest(self: &Arc<Self>, address: IpAddr) -> Guest {
        let who = Who::of(&Caller::default(), address);
        let limited = self.loopback || !address.to_canonical().is_loopback();
        let mut open = self.lock();
        let count = open.entry(who.clone()).or_insert(0);
        *count += 1;
        let over = limited && self.each.is_some_and(|each| *count > each);
        Guest { connections: self.clone(), who, over, socket: None, last: Mutex::default() }
    }

    /// How many requests on a connection too many were refused.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// How many connections were ended because their clients took too long.
    pub fn closed(&self) -> u64 {
        self.closed.load(Ordering::Relaxed)
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

impl Handle {
    /// The connection of a request.
    pub fn of(request: &HttpRequest) -> Option<Handle> {
        let guest = request.conn_data::<Guest>()?;
        let socket = guest.socket.clone().filter(|_| guest.connections.read_rate > 0)?;
        Some(Handle { connections: guest.connections.clone(), socket })
    }

    /// Gives the client as long for so many bytes as the slowest rate allows, after some grace.
    pub fn hurry(&self, bytes: usize) -> Hurry {
        let Handle { connections, socket } = self.clone();
        let time = connections.grace + Duration::from_secs_f64(bytes as f64 / connections.read_rate as f64);
        Hurry(actix_web::rt::spawn(async move {
            tokio::time::sleep(time).await;
            connections.closed.fetch_add(1, Ordering::Relaxed);
            // It may be gone.
            let _ = socket.shutdown(Shutdown::Both);
        }))
    }
}

/// Ends the connection of a refused request whose body has no end yet: the HTTP library would read on for as long as the client
/// sends. One of known length it closes by itself.
pub fn end_refused<B>(response: &mut ServiceResponse<B>) {
    let request = response.request();
    let endless = request.headers().contains_key(header::TRANSFER_ENCODING);
    if !endless || !(response.status().is_client_error() || response.status().is_server_error()) {
        return;
    }
    if let (Some(guest), Some(handle)) = (request.conn_data::<Guest>(), Handle::of(request)) {
        *guest.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle.hurry(0));
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
}

impl Drop for Hurry {
    fn drop(&mut self) {
        self.0.abort();
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
    Err(ApiError::new(ErrorCode::RateLimited, message).with("retryAfter", 5u64))
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
