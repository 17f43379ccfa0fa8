//! `/metrics`: figures for Prometheus. Counting costs one atomic addition a request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::negotiate::Media;
use super::{State, caller, reply};
use crate::api::error::ErrorCode;
use crate::api::gateway::RequestOutcome;

/// Upper bounds of the durations counted, in seconds.
const BUCKETS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 10.0];

/// The server's own figures.
pub struct Metrics {
    data: AtomicU64,
    partial: AtomicU64,
    refused: Vec<AtomicU64>,
    seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            data: AtomicU64::new(0),
            partial: AtomicU64::new(0),
            refused: ErrorCode::ALL.iter().map(|_| AtomicU64::new(0)).collect(),
            seconds: Histogram::new(BUCKETS),
        }
    }
}

impl Metrics {
    /// Counts what became of one GraphQL request.
    pub fn count(&self, outcome: RequestOutcome) {
        let counter = match outcome {
            RequestOutcome::Data => &self.data,
            RequestOutcome::Partial(_) => &self.partial,
            RequestOutcome::Refused(code) => &self.refused[code as usize],
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts how long one HTTP request took.
    pub fn took(&self, time: Duration) {
        self.seconds.observe(time.as_secs_f64());
    }

    fn register(&self, registry: &mut Registry) {
        let outcomes: Family<Vec<(&'static str, &'static str)>, Counter> = Family::default();
        let named = [("DATA", &self.data), ("PARTIAL", &self.partial)].into_iter();
        let refused = ErrorCode::ALL.iter().zip(&self.refused).map(|(code, counter)| (code.name(), counter));
        for (outcome, counter) in named.chain(refused) {
            outcomes.get_or_create(&vec![("outcome", outcome)]).inc_by(counter.load(Ordering::Relaxed));
        }
        registry.register("graphql_requests", "GraphQL requests by what became of them", outcomes);
        registry.register("http_request_seconds", "Time to answer an HTTP request", self.seconds.clone());
    }
}

/// All figures, in Prometheus' text format.
pub async fn scrape(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    if let Err(error) = caller::reader(&request, &state) {
        return reply::error(&request, Media::Json, error);
    }
    let mut registry = Registry::with_prefix("passerelle");
    state.metrics.register(&mut registry);
    let gateway = &state.parts.gateway;
    let (kept_given, kept_bytes) = gateway.kept();
    let (running, waiting, refused) = gateway.pool().load();
    let (in_flight, flight_refused) = state.flight.load();
    let (bodies_held, bodies_refused) = state.bodies.load();
    let (supposed, supposed_refused) = gateway.pool().suppositions();
    let own = [
        ("graph_version", "Version of the graph", gateway.version()),
        ("streams_open", "Sockets and event streams open", state.streams.count() as u64),
        ("answers_kept_given", "Answers given from those kept", kept_given),
        ("answers_kept_bytes", "Bytes of the answers kept", kept_bytes),
        ("answer_bytes_in_flight", "Bytes of answers that clients have not taken yet", in_flight as u64),
        ("answers_refused_in_flight", "Answers refused because too much was not taken yet", flight_refused),
        ("request_bytes_in_flight", "Bytes of requests that arrive or wait to be read", bodies_held as u64),
        ("requests_refused_in_flight", "Requests refused because too much was on its way", bodies_refused),
        (
            "connections_refused",
            "Requests refused because their address had too many connections",
            state.connections.refused(),
        ),
        (
            "connections_closed",
            "Connections ended because their clients took too long over what they were sent",
            state.connections.closed(),
        ),
        ("suppositions_open", "What-ifs open", supposed as u64),
        ("suppositions_refused", "What-ifs refused because too many were open", supposed_refused),
        ("searches_running", "Searches running", running as u64),
        ("searches_waiting", "Searches waiting", waiting as u64),
        ("searches_refused", "Searches refused because the pool was full", refused),
    ];
    let further = (state.parts.gauges)();
    let all = own.iter().map(|&(name, help, value)| (name, help, i64::try_from(value).unwrap_or(i64::MAX)));
    for (name, help, value) in all.chain(further.iter().map(|gauge| (gauge.name, gauge.help, gauge.value))) {
        let gauge: Gauge = Gauge::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    }
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        return HttpResponse::InternalServerError().finish();
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"));
    reply::text(&request, response, Bytes::from(text))
}
