//! The server: every route in one place, what they share, and its life from bind to graceful stop.
//!
//! Nothing here knows GraphQL: handlers turn HTTP into a `Call` to the gateway and its answer into HTTP.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, FromRequest, Handler, HttpServer, Responder, web};
use tokio::sync::watch;

use crate::api::access::TokenCheck;
use crate::api::gateway::Gateway;
use crate::graph::Graph;
use crate::model::French;

pub mod body;
pub mod caller;
pub mod config;
pub mod connections;
pub mod events;
pub mod export;
pub mod flight;
pub mod graphql;
pub mod health;
pub mod host;
pub mod long;
pub mod metrics;
pub mod negotiate;
pub mod observe;
pub mod opening;
pub mod origin;
pub mod page;
pub mod preflight;
pub mod rate;
pub mod record;
pub mod reply;
pub mod socket;
pub mod streams;

pub use config::Config;

/// Every route.
fn routes(app: &mut web::ServiceConfig) {
    app.service(
        // Before all others: what is not for us gets nothing.
        web::scope("").guard(actix_web::guard::fn_guard(host::foreign)).default_service(web::to(host::refuse)),
    )
    .service(
        web::resource("/graphql")
            .route(web::post().to(graphql::post))
            .route(web::get().to(graphql::get))
            .route(web::method(actix_web::http::Method::OPTIONS).to(graphql::options))
            .default_service(web::to(graphql::other_method)),
    )
    .service(read_only("/schema.graphql", health::schema))
    .service(read_only("/export.{format}.gz", export::file))
    .service(read_only("/healthz", health::healthz))
    .service(read_only("/readyz", health::readyz))
    .service(read_only("/metrics", metrics::scrape))
    .service(read_only(&record::pattern(), record::page))
    // `/` and the files of the page; anything else is not found.
    .default_service(web::to(page::file));
}

/// An address that is only read: GET and HEAD, and OPTIONS for pages of other sites.
fn read_only<F, P>(path: &str, handler: F) -> actix_web::Resource
where
    F: Handler<P, Output: Responder + 'static> + Copy,
    P: FromRequest + 'static,
{
    web::resource(path)
        .route(web::get().to(handler))
        .route(web::head().to(handler))
        .route(web::method(actix_web::http::Method::OPTIONS).to(health::options))
        .default_service(web::to(health::other_method))
}

/// The name of the gauge that says whether writes are taken; `/readyz` tells it too.
pub const WRITES: &str = "store_writes";

/// A figure that is read when `/metrics` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// Its Prometheus name, after `passerelle_`.
    pub name: &'static str,
    /// What it counts.
    pub help: &'static str,
    /// Its value now.
    pub value: i64,
}

/// What the server needs from the rest of the program.
pub struct Parts {
    /// Answers GraphQL.
    pub gateway: Arc<Gateway>,
    /// Knows the tokens.
    pub tokens: Arc<dyn TokenCheck>,
    /// The graph as it is now, for the pages of its records.
    pub graph: Box<dyn Fn() -> Arc<Graph> + Send + Sync>,
    /// Further figures for `/metrics`: the graph's size, the store's.
    pub gauges: Box<dyn Fn() -> Vec<Gauge> + Send + Sync>,
}

/// What all handlers share.
pub struct State {
    config: Config,
    parts: Parts,
    /// Whether it listens on a loopback address.
    loopback: bool,
    rates: rate::RateLimiter,
    metrics: metrics::Metrics,
    ready: AtomicBool,
    /// Sockets and event streams open.
    streams: Arc<streams::Streams>,
    /// Answers on their way.
    flight: Arc<flight::Flight>,
    /// Requests' bodies on their way, and those that wait to be read.
    bodies: Arc<flight::Flight>,
    connections: Arc<connections::Connections>,
    exports: Arc<export::Exports>,
    long: long::LongBodies,
    /// The schema as text, once it was asked for.
    schema: OnceLock<reply::Fixed>,
    /// True once the server stops.
    stopping: watch::Sender<bool>,
}

/// Why the server cannot start or run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error("the address {address} is in use: stop the program that listens there, or choose another with --listen")]
    InUse { address: SocketAddr },
    /// The system does not let us listen there.
    #[error("cannot listen on {address}: {cause}; choose another address with --listen")]
    Listen { address: SocketAddr, cause: std::io::Error },
    /// The server broke off.
    #[error("the server stopped: {0}")]
    Run(#[from] std::io::Error),
}

impl French for ServeError {
    fn french(&self) -> String {
        match self {
            ServeError::InUse { address } => format!(
                "l'adresse {address} est déjà prise : arrêtez le programme qui y écoute, ou choisissez-en une autre avec --listen"
            ),
            ServeError::Listen { address, cause } => {
                format!("impossible d'écouter à {address} : {cause} ; choisissez une autre adresse avec --listen")
            }
            ServeError::Run(cause) => format!("le serveur s'est arrêté : {cause}"),
        }
    }
}

/// Takes the address, so that a port in use is known before anything else starts.
///
/// # Errors
/// When it cannot be had.
pub fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        let socket = socket2::SockRef::from(&listener);
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.listen(WAITING)?;
        Ok(listener)
    });
    listener.map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::InUse { address },
        _ => ServeError::Listen { address, cause },
    })
}

/// Connections that may wait to be taken, as many as Linux lets: a flood of them must not make others try again a second later.
const WAITING: i32 = 4096;

/// Bytes that the system takes of an answer before its client has read any. Left to itself Linux takes up to four megabytes: two
/// hundred answers to clients that read slowly kept the threads that answer requests copying for a fifth of a second.
const SEND_BUFFER: usize = 256 << 10;

/// Serves until `stop` resolves, then refuses new connections, closes streams and finishes what runs.
///
/// # Errors
/// When the server breaks off by itself.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    parts: Parts,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    close_the_silent(&listener, config.ping_every * 3)?;
    let state = Arc::new(State {
        loopback: listener.local_addr()?.ip().to_canonical().is_loopback(),
        rates: rate::RateLimiter::new(config.rates.clone()),
        metrics: metrics::Metrics::default(),
        ready: AtomicBool::new(true),
        streams: Arc::new(streams::Streams::new(&config)),
        flight: Arc::new(flight::Flight::of_answers(&config)),
        bodies: Arc::new(flight::Flight::of_bodies(&config)),
        connections: Arc::new(connections::Connections::new(&config)),
        exports: Arc::default(),
        long: long::LongBodies::new(config.workers.max(1)),
        schema: OnceLock::new(),
        stopping: watch::Sender::new(false),
        config: config.clone(),
        parts,
    });
    let shared = web::Data::from(state.clone());
    let connections = state.connections.clone();
    let server =
        HttpServer::new(move || App::new().app_data(shared.clone()).configure(routes).wrap_fn(observe::observe))
            .on_connect(move |connection, kept| connections.enter(connection, kept))
            .workers(config.workers)
            .max_connections(config.max_connections)
            .keep_alive(Duration::from_secs(75))
            .client_request_timeout(config.header_time)
            .client_disconnect_timeout(Duration::from_secs(2))
            // A client that closes its side is gone: its request's future is dropped, and the work behind it stops.
            .h1_allow_half_closed(false)
            .shutdown_timeout(config.shutdown_time.as_secs())
            .disable_signals()
            .listen(listener)?
            .run();
    tokio::spawn(stop_when(stop, state, server.handle()));
    Ok(server.await?)
}

/// Ends connections on which nothing that was sent is acknowledged for so long: whoever is gone without a word does not hold a
/// place until TCP gives up, a quarter of an hour later. Linux only.
fn close_the_silent(listener: &TcpListener, after: Duration) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(listener).set_tcp_user_timeout(Some(after))?;
    let _ = (listener, after);
    Ok(())
}

async fn stop_when(stop: impl Future<Output = ()>, state: Arc<State>, server: ServerHandle) {
    stop.await;
    tracing::info!("stopping: what runs is finished first");
    state.ready.store(false, Ordering::Relaxed);
    state.stopping.send_replace(true);
    server.stop(true).await;
}

/// Resolves when the operator or the system asks the program to end: from this call on, whenever the future is awaited.
///
/// # Errors
/// When the system does not let signals be taken.
///
/// # Panics
/// Outside of a tokio runtime.
#[cfg(unix)]
pub fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    })
}

/// A closed terminal ends no server from now on. There is nothing to read anew.
///
/// # Errors
/// When the system does not let the signal be taken.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn ignore_hangups() -> std::io::Result<()> {
    // Once taken, it is ignored for good.
    #[cfg(unix)]
    drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?);
    Ok(())
}

/// Resolves when the operator asks the program to end.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_connections_waits_its_turn() {
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        // Nobody takes them. One too many would be told nothing and try again after a second.
        let connect = |_| std::net::TcpStream::connect_timeout(&address, Duration::from_millis(800));
        let waiting: Result<Vec<_>, _> = (0..400).map(connect).collect();
        assert_eq!(waiting.unwrap().len(), 400);
    }

    #[test]
    fn connections_inherit_how_long_silence_may_last_and_how_much_is_taken_unread() {
        let listener = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        close_the_silent(&listener, Duration::from_secs(45)).unwrap();
        let _client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        // Linux doubles what it is told, for what it keeps of its own.
        assert_eq!(socket2::SockRef::from(&accepted).send_buffer_size().unwrap(), 2 * SEND_BUFFER);
        assert_eq!(socket2::SockRef::from(&accepted).tcp_user_timeout().unwrap(), Some(Duration::from_secs(45)));
    }
}
