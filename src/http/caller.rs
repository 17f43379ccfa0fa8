//! Who makes an HTTP request: the bearer of its token, or an address; and whether the rate lets it pass.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use super::State;
use super::rate::Told;
use crate::api::access::Caller;
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
    let last = request.headers().get_all("x-forwarded-for").last();
    let last = last.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.unwrap_or(peer)
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

/// The bearer of `Bearer …`, as a header or a socket's first message has it.
///
/// # Errors
/// As [`bearer`].
pub fn named(authorization: &str, state: &State) -> Result<Caller, ApiError> {
    let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let token = token.map(|(_, token)| token.trim()).filter(|token| !token.is_empty() && token.len() <= MAX_TOKEN);
    token
        .and_then(|token| state.parts.tokens.check(token))
        .ok_or_else(|| ApiError::unauthenticated("Ce jeton n'est pas connu, a expiré ou a été révoqué."))
}

/// The headers that tell a client its rate.
pub fn rate_headers(told: &Told) -> [(HeaderName, HeaderValue); 3] {
    [
        (HeaderName::from_static("ratelimit-limit"), HeaderValue::from(told.limit)),
        (HeaderName::from_static("ratelimit-remaining"), HeaderValue::from(told.remaining)),
        (HeaderName::from_static("ratelimit-reset"), HeaderValue::from(told.reset)),
    ]
}
