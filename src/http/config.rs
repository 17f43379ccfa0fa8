//! How the server listens and what it lets clients do, each with the reason for its default.

use std::time::Duration;

use super::origin::Origins;
use super::rate::Rates;

/// The settings of the server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Threads that answer requests: one per core.
    pub workers: usize,
    /// Connections per worker; each costs about 10 KiB.
    pub max_connections: usize,
    /// Other sites whose pages may use the API. None: a foreign page has no business with it unless named.
    pub origins: Origins,
    /// Other names to answer under on a loopback address. None: a browser must not be led there under a foreign one.
    pub hosts: Hosts,
    /// Connections of one address, unless a proxy stands before the server; 0 is no limit.
    pub connections_per_address: usize,
    /// Bytes of answers on their way to clients that have not taken them yet, and as many of requests' bodies: a quarter of it for one
    /// caller.
    pub flight_bytes: usize,
    /// Bytes a second at which clients must take large answers, after `body_time`: a slow telephone line's. Else whoever reads a byte
    /// now and then holds its share of the bytes above for ever. 0 is no such limit.
    pub read_rate: usize,
    /// Requests per minute.
    pub rates: Rates,
    /// Whether the last address of `X-Forwarded-For` is the client's. Only behind a proxy that sets it.
    pub behind_proxy: bool,
    /// The longest body taken, in bytes. A change set of a thousand nodes has about half of it.
    pub body_bytes: usize,
    /// The longest time that a body may take to arrive, and that a client may take over an answer beyond what `read_rate` gives.
    pub body_time: Duration,
    /// The longest time that a request's head may take to arrive.
    pub header_time: Duration,
    /// Sockets and event streams open at once.
    pub max_streams: usize,
    /// Of these, for one token or one address: a quarter, so that nobody takes them all.
    pub streams_per_caller: usize,
    /// Operations that run at once on one socket.
    pub max_operations: usize,
    /// The longest message taken on a socket, in bytes.
    pub message_bytes: usize,
    /// The longest wait for `connection_init` on a socket.
    pub init_time: Duration,
    /// How often a quiet socket or event stream is asked whether it lives; three silences close it, and a connection on which
    /// nothing that was sent has been acknowledged for as long.
    pub ping_every: Duration,
    /// How long a stop waits for what runs.
    pub shutdown_time: Duration,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            max_connections: 10_000,
            connections_per_address: 1_000,
            flight_bytes: 32 << 20,
            read_rate: 16 << 10,
            origins: Origins::default(),
            hosts: Hosts::default(),
            rates: Rates::default(),
            behind_proxy: false,
            body_bytes: 1 << 20,
            body_time: Duration::from_secs(10),
            header_time: Duration::from_secs(5),
            max_streams: 2_000,
            streams_per_caller: 500,
            max_operations: 50,
            message_bytes: 256 << 10,
            init_time: Duration::from_secs(5),
            ping_every: Duration::from_secs(15),
            shutdown_time: Duration::from_secs(15),
        }
    }
}

/// The names, besides the loopback ones, that requests to a loopback address may be for; `*` is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(pub Vec<String>);

impl Hosts {
    /// Whether a request with this `Host` is for us.
    pub(super) fn allow(&self, host: &str) -> bool {
        let name = without_port(host);
        if matches!(name, "127.0.0.1" | "localhost") {
            return true;
        }
        let last = name.rsplit('.').next().unwrap_or(name);
        let loopback = last.eq_ignore_ascii_case("localhost")
            || name.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
        loopback
            || self.0.iter().any(|allowed| {
                allowed == "*" || allowed.eq_ignore_ascii_case(host) || allowed.eq_ignore_ascii_case(name)
            })
    }
}

fn without_port(host: &str) -> &str {
    let name = host.trim_end_matches(|digit: char| digit.is_ascii_digit());
    match name.strip_suffix(':') {
        Some(name) if !name.ends_with(':') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_machine_and_configured_ones_are_ours() {
        let ours = Hosts(vec!["orientation.example".into(), "other.example:8443".into()]);
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.9.9.9", "[::1]:8080", "::1", "a.localhost"] {
            assert!(ours.allow(host) && Hosts::default().allow(host), "{host}");
        }
        for host in ["orientation.example", "Orientation.Example:8080", "other.example:8443"] {
            assert!(ours.allow(host) && !Hosts::default().allow(host), "{host}");
        }
        for host in
            ["evil.example", "evil.example:8080", "", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1"]
        {
            assert!(!ours.allow(host), "{host}");
        }
        assert!(!ours.allow("other.example:80") && Hosts(vec!["*".into()]).allow("any.example"));
    }
}
