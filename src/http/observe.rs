//! Around every request: an id that its log lines and its answer carry, its duration, the security headers.

mod lines;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, web};

use super::{State, connections};
pub use lines::WithRequest;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// On every answer that does not set its own: nothing may be loaded, framed or guessed from an API's answer.
const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    // Which version of the API answered: docs/versions.md says what it promises.
    (HeaderName::from_static("x-api-version"), HeaderValue::from_static(env!("CARGO_PKG_VERSION"))),
];

/// Wraps every request.
pub fn observe<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let start = Instant::now();
    let id = request_id(request.headers());
    let known = lines::Request { id: id.clone(), method: request.method().clone(), uri: request.uri().clone() };
    let state = request.app_data::<web::Data<State>>().cloned();
    let shared = state.as_ref().map(|state| state.config.origins.headers(request.headers()));
    let answering = service.call(request);
    let answered = async move {
        let mut response = answering.await?;
        let took = start.elapsed();
        if let Some(state) = state {
            state.metrics.took(took);
        }
        let status = response.status().as_u16();
        match status {
            500.. => tracing::warn!(status, ms = took.as_millis() as u64, "answered"),
            _ => tracing::debug!(status, us = took.as_micros() as u64, "answered"),
        }
        connections::end_refused(&mut response);
        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            if !headers.contains_key(&name) {
                headers.insert(name, value);
            }
        }
        for (name, value) in shared.into_iter().flatten() {
            headers.append(name, value);
        }
        headers.insert(REQUEST_ID, id);
        Ok(response)
    };
    lines::REQUEST.scope(known, answered)
}

/// The client's own id when it is a plain short word, or the trace that it belongs to, else a new one, different in every run of
/// the server.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static RUN: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| getrandom::u32().unwrap_or(0));
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if let Some(given) = headers.get(REQUEST_ID)
        && (1..=64).contains(&given.len())
        && given.as_bytes().iter().all(plain)
    {
        return given.clone();
    }
    if let Some(trace) = headers.get(TRACEPARENT).and_then(|given| trace_id(given.to_str().ok()?)) {
        return trace;
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    HeaderValue::from_str(&format!("{:08x}-{number:x}", *RUN)).unwrap_or(HeaderValue::from_static("-"))
}

/// The trace of a W3C `traceparent`: `00-<32 digits>-<16 digits>-<2 digits>`, all small and hexadecimal; later versions may go on.
fn trace_id(traceparent: &str) -> Option<HeaderValue> {
    let mut parts = traceparent.split('-');
    let [version, trace, parent, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let whole = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    let known = version != "ff" && (version != "00" || parts.next().is_none());
    let traced = trace.bytes().any(|byte| byte != b'0');
    (whole && known && traced).then(|| HeaderValue::from_str(trace).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_by_its_own_id_or_that_of_its_trace() {
        let id = |pairs: &[(HeaderName, &'static str)]| {
            let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
            request_id(&headers.collect::<HeaderMap>()).to_str().unwrap().to_owned()
        };
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let whole = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(id(&[(TRACEPARENT, whole)]), trace);
        assert_eq!(id(&[(TRACEPARENT, whole), (REQUEST_ID, "mine")]), "mine");
        assert_eq!(id(&[(TRACEPARENT, "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")]), trace);
        for none in [
            "",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "4bf92f3577b34da6a3ce929d0e0e4736",
        ] {
            assert!(!id(&[(TRACEPARENT, none)]).contains("4bf92f"), "{none}");
        }
    }
}
