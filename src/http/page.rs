//! The page and its files, under the strictest policy that the page works with.

use std::borrow::Cow;

use actix_web::http::Method;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;

use super::{health, reply};
use crate::page::asset;

/// Only our own files, no inline script; Monaco writes styles (web/README.md says what needs what).
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                      font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The file of the page at this path, or the word that nothing is there. Whatever no other route takes comes here.
pub async fn file(request: HttpRequest) -> HttpResponse {
    let found = matches!(*request.method(), Method::GET | Method::HEAD).then(|| asset(request.path())).flatten();
    let Some(asset) = found else { return health::not_found(request).await };
    let mut response = HttpResponse::Ok();
    let caching = if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.insert_header((header::CONTENT_TYPE, asset.mime.as_str()));
    response.insert_header((header::CACHE_CONTROL, caching));
    response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    let body = if asset.gzip {
        response.insert_header((header::VARY, "Accept-Encoding"));
        if reply::takes_gzip(request.headers()) {
            response.insert_header((header::CONTENT_ENCODING, "gzip"));
            asset.body
        } else {
            match asset.plain() {
                Ok(body) => Cow::Owned(body.into_owned()),
                Err(cause) => {
                    tracing::error!(%cause, path = request.path(), "a file of the page cannot be unpacked");
                    return HttpResponse::InternalServerError().finish();
                }
            }
        }
    } else {
        asset.body
    };
    match body {
        Cow::Borrowed(body) => response.body(Bytes::from_static(body)),
        Cow::Owned(body) => response.body(body),
    }
}
