//! `passerelle serve`: GraphQL and the GraphiQL page over HTTP.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::{DataDir, open};
use crate::api::access::Reading;
use crate::api::gateway::Settings;
use crate::http::{self, Config, Gauge, Parts};
use crate::tokens::Tokens;

/// Arguments of `serve`.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    #[command(flatten)]
    data: DataDir,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", env = "PASSERELLE_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Let only bearers of a token read.
    #[arg(long, env = "PASSERELLE_REQUIRE_TOKEN")]
    require_token: bool,
    /// Let pages of this origin use the API from a browser, for example https://example.org; may be repeated.
    #[arg(long, value_name = "ORIGIN", env = "PASSERELLE_ALLOW_ORIGIN", value_delimiter = ',')]
    allow_origin: Vec<String>,
    /// Megabytes of answers kept ready; 0 keeps none.
    #[arg(long, value_name = "MB", env = "PASSERELLE_RESPONSE_CACHE", default_value_t = 64)]
    response_cache: u64,
}

/// Runs `serve` until the process is told to stop.
pub fn run(serve: Serve) -> anyhow::Result<ExitCode> {
    // The address first: a port in use is no reason to touch the store.
    let listener = http::bind(serve.listen)?;
    let app = open::seeded(&serve.data.dir)?;
    let graph = app.graph();
    if graph.is_empty() {
        tracing::warn!("the graph is empty: `passerelle import` brings facts into it");
    }
    let settings = Settings {
        reading: if serve.require_token { Reading::TokenOnly } else { Reading::Open },
        answer_bytes: serve.response_cache << 20,
        ..Settings::default()
    };
    let mut config = Config::default();
    config.origins.0 = serve.allow_origin;
    tracing::info!(data = %serve.data.dir.display(), version = graph.version(), nodes = graph.len(), relations = graph.edge_count(), "graph");
    tracing::info!(?settings, "requests");
    tracing::info!(?config, "server");

    let gateway = Arc::new(crate::api::gateway(&app, settings));
    let counted = app.clone();
    let gauges = move || {
        let graph = counted.graph();
        let gauge = |name, help, value: usize| Gauge { name, help, value: i64::try_from(value).unwrap_or(i64::MAX) };
        vec![
            gauge("graph_nodes", "Nodes of the graph, retired ones too", graph.len()),
            gauge("graph_relations", "Relations of the graph", graph.edge_count()),
        ]
    };
    let parts = Parts { gateway, tokens: Box::new(Tokens::open(&serve.data.dir)?), gauges: Box::new(gauges) };
    anstream::eprintln!("passerelle answers at http://{}/", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, http::serve(listener, config, parts, http::signal()))?;
    app.close();
    Ok(ExitCode::SUCCESS)
}
