//! Around every request: an id that its log lines and its answer carry, its duration, the security headers.

mod lines;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, web};

use super::State;
pub use lines::WithRequest;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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

/// The client's own id when it is a plain short word, else a new one, different in every run of the server.
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
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    HeaderValue::from_str(&format!("{:08x}-{number:x}", *RUN)).unwrap_or(HeaderValue::from_static("-"))
}
