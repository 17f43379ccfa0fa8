//! An answer as an HTTP response: status, headers, and gzip for what is worth it.

use std::io::Write;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::flight::Counted;
use super::negotiate::Media;
use super::{State, caller, connections};
use crate::api::access::Caller;
use crate::api::error::{ApiError, ErrorCode};
use crate::api::gateway::{self, Answer, RequestOutcome, Tag};

/// Bodies below this go as they are: they fit a packet or two.
const WORTH_GZIP: usize = 1_400;

const NO_STORE: (header::HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Who does not take gzip gets another body.
const VARY: (header::HeaderName, HeaderValue) = (header::VARY, HeaderValue::from_static("Accept-Encoding"));

/// Seconds after which an overloaded server may be asked again, where the error itself is not at hand.
const RETRY_AFTER: u32 = 2;

/// The response to a GraphQL request.
pub fn answer(request: &HttpRequest, media: Media, answer: Answer) -> HttpResponse {
    // A refusal before a stream has begun is an ordinary answer.
    let media = if media == Media::Events { Media::Json } else { media };
    let mut response = start(media.status(answer.outcome));
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static(media.content_type())));
    match answer.outcome {
        RequestOutcome::Refused(ErrorCode::Overloaded | ErrorCode::ReadOnly)
        | RequestOutcome::Partial(Some(ErrorCode::Overloaded)) => {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
        }
        RequestOutcome::Refused(ErrorCode::Unauthenticated) => {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        RequestOutcome::Refused(ErrorCode::MethodNotAllowed) => {
            response.insert_header((header::ALLOW, "POST"));
        }
        _ => {}
    }
    if request.method() == Method::GET && answer.outcome == RequestOutcome::Data {
        return if answer.packed {
            tagged(request, response, answer.body, true, answer.tag)
        } else {
            packed(request, response, answer.body, answer.tag)
        };
    }
    if answer.packed {
        response.insert_header(NO_STORE);
        return short(request, response, answer.body);
    }
    text(request, response, answer.body)
}

/// A body that stays the same while the server runs, in both its forms, with their tags: made once.
pub struct Fixed {
    plain: (Bytes, Tag),
    packed: Option<(Bytes, Tag)>,
}

impl Fixed {
    pub fn new(body: Bytes) -> Fixed {
        let tagged = |body: Bytes| {
            let tag = gateway::tag(&body);
            (body, tag)
        };
        Fixed { packed: gzip(&body).map(|packed| tagged(packed.into())), plain: tagged(body) }
    }
}

/// A body that may be kept, and asked about again instead of sent again.
pub fn fixed(request: &HttpRequest, response: HttpResponseBuilder, body: &Fixed) -> HttpResponse {
    match &body.packed {
        Some((packed, tag)) if takes_gzip(request.headers()) => {
            tagged(request, response, packed.clone(), true, Some(*tag))
        }
        _ => tagged(request, response, body.plain.0.clone(), false, Some(body.plain.1)),
    }
}

/// An answer to GET; the tag is of the body as it is.
fn packed(request: &HttpRequest, response: HttpResponseBuilder, body: Bytes, tag: Option<Tag>) -> HttpResponse {
    let packed = if takes_gzip(request.headers()) { gzip(&body) } else { None };
    match packed {
        Some(packed) => tagged(request, response, packed.into(), true, None),
        None => tagged(request, response, body, false, tag),
    }
}

/// The tag is of the bytes that are sent: what changes with the graph changes it, and nothing else does.
fn tagged(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    body: Bytes,
    packed: bool,
    tag: Option<Tag>,
) -> HttpResponse {
    let tag = etag(&tag.unwrap_or_else(|| gateway::tag(&body)));
    response.insert_header((header::CACHE_CONTROL, "no-cache")).insert_header((header::ETAG, tag.as_str()));
    response.append_header((header::VARY, "Accept, Accept-Encoding, Authorization"));
    if holds(request, &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    if packed {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    counted(request, response, body)
}

/// A strong tag of some bytes that stand for a content.
pub fn etag(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// Whether the client says that it holds the content with this tag.
pub fn holds(request: &HttpRequest, tag: &str) -> bool {
    let given = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    given
        .flat_map(|line| line.split(','))
        .any(|one| matches!(one.trim(), one if one == "*" || one.trim_start_matches("W/") == tag))
}

/// A response that ends with an error before any GraphQL.
pub fn error(request: &HttpRequest, media: Media, error: ApiError) -> HttpResponse {
    let retry_after = error.retry_after();
    let mut response = answer(request, media, Answer::from(error));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A response with a body of text or JSON, compressed when the client takes gzip and it is worth it.
pub fn text(request: &HttpRequest, mut response: HttpResponseBuilder, body: Bytes) -> HttpResponse {
    response.insert_header(NO_STORE);
    if takes_gzip(request.headers())
        && let Some(packed) = gzip(&body)
    {
        return short(request, response, packed.into());
    }
    if body.len() >= WORTH_GZIP {
        response.append_header(VARY);
    }
    counted(request, response, body)
}

fn short(request: &HttpRequest, mut response: HttpResponseBuilder, packed: Bytes) -> HttpResponse {
    response.append_header(VARY).insert_header((header::CONTENT_ENCODING, "gzip"));
    counted(request, response, packed)
}

/// The response with its body, which counts until the client has taken it.
pub fn counted(request: &HttpRequest, mut response: HttpResponseBuilder, body: Bytes) -> HttpResponse {
    let Some(state) = request.app_data::<web::Data<State>>() else { return response.body(body) };
    let address = caller::address(request, state);
    match state.flight.take(&Caller::default(), address, body.len()) {
        Ok(None) => response.body(body),
        Ok(Some(load)) => {
            let hurry = connections::Handle::of(request).map(|handle| handle.hurry(body.len()));
            response.body(Counted::new(body, load, hurry))
        }
        // Small enough not to be counted.
        Err(refusal) => error(request, Media::Json, refusal),
    }
}

/// A body in gzip, when that is worth it.
pub fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    if body.len() < WORTH_GZIP {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body).and_then(|()| encoder.finish()).ok()
}

fn start(status: u16) -> HttpResponseBuilder {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Whether the client takes gzip.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).filter_map(|value: &HeaderValue| value.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        (name.eq_ignore_ascii_case("gzip") || name == "*") && !refused
    })
}
