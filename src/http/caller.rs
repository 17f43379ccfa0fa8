//! Who makes an HTTP request: the bearer of its token, or an address; and whether the rate lets it pass.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use super::rate::Told;
use super::{State, connections};
use crate::api::access::{Caller, Right, Standing};
use crate::api::error::ApiError;

/// The longest token taken, in bytes.
const MAX_TOKEN: usize = 512;

/// The address that a request counts for.
pub fn address(request: &HttpRequest, state: &State) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    if !state.config.behind_proxy {
        return peer;
    }
    // The proxy appends the address that it saw; what stands before it is the client's own word.
    match request.headers().get_all("x-forwarded-for").last() {
        None => peer,
        // One bucket for all that cannot be read: the proxy's own, a loopback one perhaps, would have no limit.
        Some(value) => value.to_str().ok().and_then(forwarded).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
    }
}

/// The last address of `X-Forwarded-For`, with or without a port: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`.
fn forwarded(value: &str) -> Option<IpAddr> {
    let last = value.rsplit(',').next()?.trim().trim_matches('"');
    let bare = last.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(last);
    bare.parse().ok().or_else(|| last.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

/// The bearer of the request's token, or a caller without one.
///
/// # Errors
/// `UNAUTHENTICATED` for a header that is no bearer token, or a token that is not known.
pub fn bearer(request: &HttpRequest, state: &State) -> Result<Caller, ApiError> {
    match request.headers().get(header::AUTHORIZATION) {
        None => Ok(Caller::default()),
        Some(value) => named(value.to_str().unwrap_or(""), state),
    }
}

/// The header that names a token, to be looked at again while a socket or stream is open.
pub fn authorization(request: &HttpRequest) -> Option<String> {
    Some(request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.to_owned())
}

/// The bearer of `Bearer …`, as a header or a socket's first message has it.
///
/// # Errors
/// As [`bearer`].
pub fn named(authorization: &str, state: &State) -> Result<Caller, ApiError> {
    let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN);
    let known = token.and_then(|token| Some((token, state.parts.tokens.check(token)?)));
    let (token, caller) =
        known.ok_or_else(|| ApiError::unauthenticated("Ce jeton n'est pas connu, a expiré ou a été révoqué."))?;
    let (tokens, token, role) = (state.parts.tokens.clone(), token.to_owned(), caller.role);
    Ok(caller.as_long_as(Standing::new(move || tokens.check(&token).is_some_and(|caller| caller.role == role))))
}

/// The caller of a small answer (the schema, the figures, a record): within its rate, and with a token where reading needs one.
///
/// # Errors
/// `FORBIDDEN` to what another site embeds; `RATE_LIMITED`; `UNAUTHENTICATED`.
pub fn reader(request: &HttpRequest, state: &State) -> Result<Caller, ApiError> {
    state.config.origins.check_read(request.headers())?;
    connections::check(request)?;
    let address = address(request, state);
    let known = bearer(request, state).map(|caller| caller.at(address));
    let told = state.rates.count(known.as_ref().unwrap_or(&Caller::default()), address);
    if let Some(told) = told.filter(|told| !told.passes) {
        return Err(ApiError::rate_limited(told.reset));
    }
    let known = known?;
    known.demand(Right::Read, state.parts.gateway.settings().reading)?;
    Ok(known)
}

/// The headers that tell a client its rate.
pub fn rate_headers(told: &Told) -> [(HeaderName, HeaderValue); 3] {
    [
        (HeaderName::from_static("ratelimit-limit"), HeaderValue::from(told.limit)),
        (HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(told.remaining)),
        (HeaderName::from_static("ratelimit-reset"), HeaderValue::from(told.reset)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_address_is_read_with_and_without_its_port() {
        for (value, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("10.0.0.1, 192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("evil, [2001:db8::1]", "2001:db8::1"),
            ("\"[2001:db8::1]:443\"", "2001:db8::1"),
        ] {
            assert_eq!(forwarded(value), Some(expected.parse().unwrap()), "{value}");
        }
        for value in ["", "unknown", "192.0.2.1,", "192.0.2.1:port", "_hidden", "[192.0.2.1"] {
            assert_eq!(forwarded(value), None, "{value}");
        }
    }
}
