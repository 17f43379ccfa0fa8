//! Small answers: alive, ready, the schema, nothing here.

use std::sync::atomic::Ordering;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;

use super::negotiate::Media;
use super::reply::Fixed;
use super::{State, WRITES, caller, preflight, reply};
use crate::api::error::{ApiError, ErrorCode};

/// The process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).body("ok\n")
}

/// Requests are welcome: a graph is loaded and the server is not stopping.
pub async fn readyz(state: web::Data<State>) -> HttpResponse {
    let mut response = match state.ready.load(Ordering::Relaxed) {
        true => HttpResponse::Ok(),
        false => HttpResponse::ServiceUnavailable(),
    };
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    match state.ready.load(Ordering::Relaxed) {
        true => {
            let halted = (state.parts.gauges)().iter().any(|gauge| gauge.name == WRITES && gauge.value == 0);
            let writes = if halted { "no" } else { "yes" };
            response.body(format!("ready, graph version {}\nwrites: {writes}\n", state.parts.gateway.version()))
        }
        false => response.body("stopping\n"),
    }
}

/// The schema as text.
pub async fn schema(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    if let Err(error) = caller::reader(&request, &state) {
        return reply::error(&request, Media::Json, error);
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"));
    let body = || Bytes::from(state.parts.gateway.sdl().to_string());
    reply::fixed(&request, response, state.schema.get_or_init(|| Fixed::new(body())))
}

/// Any other method than GET and HEAD.
pub async fn other_method(request: HttpRequest) -> HttpResponse {
    let error = ApiError::new(ErrorCode::MethodNotAllowed, "Cette adresse ne se lit que par GET ou HEAD.");
    let mut response = reply::error(&request, Media::Json, error);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, HEAD, OPTIONS"));
    response
}

/// What a page of another site may do at an address that is only read.
pub async fn options(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    preflight::answer(&request, &state, "GET, HEAD")
}

/// Nothing is at this address; the address is not given back.
pub async fn not_found(request: HttpRequest) -> HttpResponse {
    let error = ApiError::new(ErrorCode::NotFound, "Rien à cette adresse : l'API est à /graphql.");
    reply::error(&request, Media::Json, error)
}
