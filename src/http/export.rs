//! `/export.jsonl.gz`, `.ttl.gz` and `.csv.gz`: the graph as a whole, written while it is sent. The same graph gives the same
//! bytes, so a client that holds them is told so (304).

use std::borrow::Borrow;
use std::io::{self, Write};
use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::negotiate::Media;
use super::{State, caller, health, reply};
use crate::api::access::Right;
use crate::api::error::{ApiError, Code};
use crate::export::licence::without_licence;
use crate::export::{csv, jsonl, ttl};
use crate::graph::Graph;
use crate::model::{Edge, Node};

/// Bytes that wait to be sent, in pieces of this size: what a slow reader makes the server hold.
const PIECE: usize = 64 << 10;
const PIECES: usize = 4;

#[derive(Clone, Copy)]
enum Format {
    Jsonl,
    Ttl,
    Csv,
}

impl Format {
    fn of(name: &str) -> Option<Format> {
        Some(match name {
            "jsonl" => Format::Jsonl,
            "ttl" => Format::Ttl,
            "csv" => Format::Csv,
            _ => return None,
        })
    }

    fn write<N: Borrow<Node>, E: Borrow<Edge>>(
        self,
        out: impl Write,
        nodes: impl IntoIterator<Item = N>,
        edges: impl IntoIterator<Item = E>,
    ) -> io::Result<()> {
        match self {
            Format::Jsonl => jsonl::write(out, nodes, edges),
            Format::Ttl => ttl::write(out, nodes, edges),
            Format::Csv => csv::write(out, nodes, edges),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Asked {
    without_licence: Option<String>,
}

/// The graph in a format, less what only sources under the licence in `without-licence` state.
pub async fn file(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let Some(format) = request.match_info().get("format").and_then(Format::of) else {
        return health::not_found(request).await;
    };
    match prepared(&request, &state, format) {
        Ok(response) => response,
        Err(error) => reply::error(&request, Media::GraphqlResponse, error),
    }
}

fn prepared(request: &HttpRequest, state: &State, format: Format) -> Result<HttpResponse, ApiError> {
    let address = caller::address(request, state);
    let known = caller::bearer(request, state)?.at(address);
    known.demand(Right::Read, state.parts.gateway.settings().reading)?;
    let told = state.rates.count(&known, address);
    if let Some(told) = told.filter(|told| !told.passes) {
        return Err(ApiError::rate_limited(told.reset));
    }
    let asked = web::Query::<Asked>::from_query(request.query_string())
        .map_err(|_| ApiError::invalid_input("Cette adresse ne prend que `without-licence`."))?;
    let Some(graph) = state.parts.gateway.graph() else {
        return Err(ApiError::new(Code::NotFound, "Ce serveur n'a pas de graphe à exporter."));
    };
    let part = match asked.without_licence.as_deref() {
        None => None,
        Some(licence) => Some(without_licence(&graph, licence).map_err(|unknown| {
            let known = unknown.known.join(" · ");
            ApiError::invalid_input(format!("Aucune source n'est sous cette licence. Celles du graphe : {known}."))
        })?),
    };
    // The graph has no digest of its own; its log gives one version one content, and each store its own beginning.
    let mut digest = Sha256::new();
    digest.update(state.parts.gateway.identity().as_bytes());
    digest.update(graph.version().to_le_bytes());
    digest.update(request.path());
    digest.update(request.query_string());
    let tag = reply::etag(&digest.finalize()[..16]);
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, "application/gzip"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::VARY, "Authorization"))
        .insert_header(("x-graph-version", graph.version()));
    if reply::holds(request, &tag) {
        return Ok(response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish());
    }
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let (send, mut pieces) = mpsc::channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = Sending { send, piece: Vec::with_capacity(PIECE) };
        // Whoever no longer reads ends the writing; nobody is left to be told.
        drop(write(&graph, part, format, &mut out).and_then(|()| out.flush()));
    });
    let body = async_stream::stream! {
        while let Some(piece) = pieces.recv().await {
            yield Ok::<Bytes, io::Error>(piece);
        }
    };
    Ok(response.streaming(body))
}

type Part = (Vec<Node>, Vec<Edge>);

fn write(graph: &Arc<Graph>, part: Option<Part>, format: Format, out: &mut Sending) -> io::Result<()> {
    let mut packed = GzEncoder::new(out, Compression::fast());
    match part {
        Some((nodes, edges)) => format.write(&mut packed, &nodes, &edges)?,
        None => {
            let nodes = graph.nodes().map(|(_, node)| node);
            format.write(&mut packed, nodes, graph.edges().map(|edge| edge.to_edge()))?;
        }
    }
    packed.finish().map(|_| ())
}

/// Sends what is written, a piece at a time; waits while too many have not been taken.
struct Sending {
    send: mpsc::Sender<Bytes>,
    piece: Vec<u8>,
}

impl Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.send.blocking_send(piece.into()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
