//! A record's permalink, `/<kind>/<slug>`: HTML, or JSON-LD to whom asks for it, kept by caches until it changes.

use std::hash::{DefaultHasher, Hasher};

use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};

use super::negotiate::Media;
use super::{State, caller, reply};
use crate::api::error::ApiError;
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;
use crate::page::record::{self, RecordLookup};

/// No script at all, and nothing of another host.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The route's pattern: every kind, then a slug.
pub fn pattern() -> String {
    let kinds = Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>();
    format!("/{{kind:{}}}/{{slug}}", kinds.join("|"))
}

/// The record at this address; one that was merged leads to the one that replaces it.
pub async fn page(request: HttpRequest, path: web::Path<(String, String)>, state: web::Data<State>) -> HttpResponse {
    match answered(&request, path.into_inner(), &state).await {
        Ok(response) => response,
        Err(error) => reply::error(&request, Media::GraphqlResponse, error),
    }
}

async fn answered(
    request: &HttpRequest,
    (kind, slug): (String, String),
    state: &State,
) -> Result<HttpResponse, ApiError> {
    let caller = caller::reader(request, state)?;
    let graph = (state.parts.graph)();
    let version = graph.version();
    // A record may have thousands of relations, and the nearest of a key that nothing bears are looked for among all names.
    let work = |body: fn(&Graph, NodeIx) -> Vec<u8>, ix| {
        let graph = graph.clone();
        state.parts.gateway.work(&caller, move |_| body(&graph, ix))
    };
    Ok(match record::find(&graph, &format!("{kind}/{slug}")) {
        RecordLookup::Merged(ix) => HttpResponse::MovedPermanently()
            .insert_header((header::LOCATION, format!("../{}", graph.key(ix))))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .finish(),
        RecordLookup::Nothing => {
            let kind = kind.parse().unwrap_or(Kind::Job);
            let looked_in = graph.clone();
            let missing = state.parts.gateway.work(&caller, move |_| record::missing(&looked_in, kind, &slug)).await?;
            let mut response = HttpResponse::NotFound();
            response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
            response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
            reply::text(request, response, missing.into())
        }
        RecordLookup::Record(ix) if wants_json(request.headers()) => {
            revalidated(request, "application/ld+json", version, work(record::json_ld, ix).await?)
        }
        RecordLookup::Record(ix) => {
            let html = |graph: &Graph, ix| record::html(graph, ix).into_bytes();
            revalidated(request, "text/html; charset=utf-8", version, work(html, ix).await?)
        }
    })
}

/// An answer with a strong `ETag`: the version, and what it holds, since another folder's graph has versions of its own.
fn revalidated(request: &HttpRequest, media: &str, version: u64, body: Vec<u8>) -> HttpResponse {
    let packed = if reply::takes_gzip(request.headers()) { reply::gzip(&body) } else { None };
    let mut hasher = DefaultHasher::new();
    hasher.write(&body);
    let tag = format!("\"{version}-{:016x}{}\"", hasher.finish(), if packed.is_some() { "-gzip" } else { "" });
    let known = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    let same = known.flat_map(|line| line.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    });
    let mut response = if same { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag));
    response.insert_header((header::CACHE_CONTROL, "no-cache"));
    response.insert_header((header::VARY, "Accept, Accept-Encoding"));
    response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    if same {
        return response.finish();
    }
    response.insert_header((header::CONTENT_TYPE, media));
    match packed {
        Some(packed) => {
            response.insert_header((header::CONTENT_ENCODING, "gzip"));
            reply::counted(request, response, packed.into())
        }
        None => reply::counted(request, response, body.into()),
    }
}

/// Whether JSON is asked for rather than HTML. HTML is the default, also of `*/*`.
fn wants_json(headers: &HeaderMap) -> bool {
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    let lines = headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or("").to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        match name.as_str() {
            "application/ld+json" | "application/json" => json = json.max(quality),
            "text/html" | "application/xhtml+xml" => html = html.max(quality),
            _ => {}
        }
    }
    json > html
}
