//! `/export.jsonl.gz`, `.ttl.gz` and `.csv.gz`: the graph as a whole, written while it is sent. The same graph gives the same
//! bytes, so a client that holds them is told so (304).

use std::borrow::Borrow;
use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::negotiate::Media;
use super::{State, caller, connections, health, reply};
use crate::api::access::Who;
use crate::api::error::{ApiError, ErrorCode};
use crate::export::licence::without_licence;
use crate::export::{csv, jsonl, ttl};
use crate::graph::Graph;
use crate::model::{Edge, Node};

/// Bytes that wait to be sent, in pieces of this size: what a slow reader makes the server hold.
const PIECE: usize = 64 << 10;
const PIECES: usize = 4;

#[derive(Clone, Copy)]
enum ExportFormat {
    Jsonl,
    Ttl,
    Csv,
}

impl ExportFormat {
    fn of(name: &str) -> Option<ExportFormat> {
        Some(match name {
            "jsonl" => ExportFormat::Jsonl,
            "ttl" => ExportFormat::Ttl,
            "csv" => ExportFormat::Csv,
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
            ExportFormat::Jsonl => jsonl::write(out, nodes, edges),
            ExportFormat::Ttl => ttl::write(out, nodes, edges),
            ExportFormat::Csv => csv::write(out, nodes, edges),
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
    let Some(format) = request.match_info().get("format").and_then(ExportFormat::of) else {
        return health::not_found(request).await;
    };
    match prepared(&request, &state, format).await {
        Ok(response) => response,
        Err(error) => reply::error(&request, Media::GraphqlResponse, error),
    }
}

async fn prepared(request: &HttpRequest, state: &State, format: ExportFormat) -> Result<HttpResponse, ApiError> {
    let known = caller::reader(request, state)?;
    let asked = web::Query::<Asked>::from_query(request.query_string())
        .map_err(|_| ApiError::invalid_input("Cette adresse ne prend que `without-licence`."))?;
    let Some(graph) = state.parts.gateway.graph() else {
        return Err(ApiError::new(ErrorCode::NotFound, "Ce serveur n'a pas de graphe à exporter."));
    };
    let part = match asked.without_licence.as_deref() {
        None => None,
        Some(licence) => {
            let (graph, licence) = (graph.clone(), licence.to_owned());
            let part = state.parts.gateway.work(&known, move |_| without_licence(&graph, &licence)).await?;
            Some(part.map_err(|unknown| {
                let known = unknown.known.join(" · ");
                ApiError::invalid_input(format!("Aucune source n'est sous cette licence. Celles du graphe : {known}."))
            })?)
        }
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
        // Its length is known once it is written: none is said.
        return Ok(response.streaming(futures_util::stream::empty::<io::Result<Bytes>>()));
    }
    let place = state.exports.enter(Who::known(&known))?;
    let handle = connections::Handle::of(request);
    let (send, mut pieces) = mpsc::channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = Sending { send, piece: Vec::with_capacity(PIECE) };
        // Whoever no longer reads ends the writing; nobody is left to be told.
        drop(write(&graph, part, format, &mut out).and_then(|()| out.flush()));
    });
    let body = async_stream::stream! {
        let _place = place;
        while let Some(piece) = pieces.recv().await {
            // Until the next piece is asked for.
            let hurry = handle.as_ref().map(|handle| handle.hurry(piece.len()));
            yield Ok::<Bytes, io::Error>(piece);
            drop(hurry);
        }
    };
    Ok(response.streaming(body))
}

/// Who is being sent the graph: one file at a time for each caller, and so many in all, since each is written by a thread of its own.
#[derive(Default)]
pub struct Exports(Mutex<HashSet<Who>>);

/// The most files that are written at once.
const MOST: usize = 8;
/// Seconds after which a refused client may try again.
const RETRY_AFTER: u64 = 10;

/// A file being sent, until dropped.
struct Transfer(Arc<Exports>, Who);

impl Exports {
    /// # Errors
    /// `RATE_LIMITED` while the caller is being sent one, `OVERLOADED` while too many are.
    fn enter(self: &Arc<Self>, who: Who) -> Result<Transfer, ApiError> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.contains(&who) {
            let message = "Un export est déjà en cours pour vous : attendez-en la fin.";
            return Err(ApiError::new(ErrorCode::RateLimited, message).with("retryAfter", RETRY_AFTER));
        }
        if open.len() >= MOST {
            return Err(ApiError::overloaded(RETRY_AFTER));
        }
        open.insert(who.clone());
        drop(open);
        Ok(Transfer(self.clone(), who))
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

type GraphPart = (Vec<Node>, Vec<Edge>);

fn write(graph: &Arc<Graph>, part: Option<GraphPart>, format: ExportFormat, out: &mut Sending) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_sent_one_file_at_a_time_and_all_together_a_few() {
        let exports = Arc::new(Exports::default());
        let first = exports.enter(Who::Address(1)).unwrap();
        assert_eq!(exports.enter(Who::Address(1)).err().map(|error| error.code().name()), Some("RATE_LIMITED"));
        let others: Vec<Transfer> = (2..=MOST as u128).map(|n| exports.enter(Who::Address(n)).unwrap()).collect();
        assert_eq!(exports.enter(Who::Address(99)).err().map(|error| error.code().name()), Some("OVERLOADED"));
        drop(first);
        assert!(exports.enter(Who::Address(99)).is_ok());
        drop(others);
        assert!(exports.enter(Who::Address(1)).is_ok());
    }
}
