//! What a page of another site may do at an address, asked by its browser before it does it (OPTIONS).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::negotiate::Media;
use super::origin::Origins;
use super::{State, reply};

/// The answer to a preflight request for an address with these methods.
pub fn answer(request: &HttpRequest, state: &State, methods: &'static str) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.insert_header((header::ALLOW, format!("{methods}, OPTIONS")));
    if request.headers().contains_key(header::ORIGIN) {
        if let Err(error) = state.config.origins.check(request.headers()) {
            return reply::error(request, Media::Json, error);
        }
        for header in Origins::preflight(request.headers(), methods) {
            response.append_header(header);
        }
    }
    response.finish()
}
