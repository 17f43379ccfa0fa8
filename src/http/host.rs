//! Under which names the server answers.
//!
//! A foreign page may point a name of its own at 127.0.0.1 (DNS rebinding): to the browser it then is the same site as the server,
//! which only the visitor was to reach. So a server on a loopback address answers only requests for a loopback name, or one
//! that is configured. A server on any other address is reached without a browser's help, and answers under every name.

use actix_web::guard::GuardContext;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::negotiate::Media;
use super::{State, reply};
use crate::api::error::{ApiError, Code};

/// The names, besides the loopback ones, that requests to a loopback address may be for; `*` is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(pub Vec<String>);

impl Hosts {
    /// Whether a request with this `Host` is for us.
    fn allow(&self, host: &str) -> bool {
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

/// Whether a request is for another name than ours.
pub fn foreign(context: &GuardContext<'_>) -> bool {
    let Some(state) = context.app_data::<web::Data<State>>() else { return false };
    if !state.loopback {
        return false;
    }
    // Without a name (HTTP/1.0, a program of one's own) it is no browser's.
    let host = context.head().headers().get(header::HOST).map(|host| host.to_str().unwrap_or("?"));
    let host = host.or_else(|| context.head().uri.authority().map(|authority| authority.as_str()));
    host.is_some_and(|host| !state.config.hosts.allow(host))
}

/// The answer to such a request, whatever it asks.
pub async fn refuse(request: HttpRequest) -> HttpResponse {
    let message = "Ce serveur ne répond qu'aux noms de cette machine (localhost, 127.0.0.1) : l'exploitant peut en autoriser \
                   d'autres avec --allow-host.";
    reply::error(&request, Media::Json, ApiError::new(Code::Forbidden, message))
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
