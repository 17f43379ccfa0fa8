//! `passerelle serve`: GraphQL and the GraphiQL page over HTTP.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;

use super::settings::{self, Given, Resolved};
use super::{open, server};
use crate::app::backups::Shelf;
use crate::app::{App, Progress};
use crate::http::{self, Gauge, Parts, WRITES};
use crate::logging;
use crate::tokens::Tokens;

/// Arguments of `serve`.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    #[command(flatten)]
    given: Given,
}

/// Runs `serve` until the process is told to stop.
pub fn run(serve: Serve) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    {
        let _entered = runtime.enter();
        http::ignore_hangups()?;
    }
    // Answers say when they were made, which the library cannot before that.
    anyhow::ensure!(SystemTime::now() >= UNIX_EPOCH, "l'horloge de cette machine est avant 1970 : mettez-la à l'heure");
    settings::check_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
    let resolved = serve.given.resolve()?;
    let options = resolved.options.clone();
    // Each connection has two: one of them to end it by.
    raise_handles(options.http.max_connections.saturating_mul(options.http.workers).saturating_mul(2));
    // The address first: a port in use is no reason to touch the store.
    let listener = http::bind(options.listen)?;
    let progress = Arc::new(Progress::default());
    let watched = progress.clone();
    let opening = http::opening::answer(&listener, move || watched.percent())?;
    let app = open::seeded_watched(&options.data, &progress)?;
    app.store().keep_history(options.history << 20);
    let graph = app.graph();
    if graph.is_empty() {
        tracing::warn!("the graph is empty: `passerelle import` brings facts into it");
    }
    tracing::info!(data = %options.data.display(), version = graph.version(), nodes = graph.len(), relations = graph.edge_count(), "graph");
    tell(&resolved);

    // The first questions find the steps from and to each node worked out; the thread ends with that, or with the process.
    std::thread::Builder::new()
        .name("look-ahead".into())
        .spawn(move || crate::pathway::outlets::warm(&graph, || false))?;
    let backups = match options.backup_every {
        0 => None,
        minutes => {
            let shelf = Shelf { folder: options.backup_folder.clone(), keep: options.backup_keep };
            Some(app.back_up_every(Duration::from_secs(minutes * 60), shelf)?)
        }
    };
    let gateway = Arc::new(crate::api::gateway(&app, options.requests));
    let counted = app.clone();
    let gauges = move || {
        let graph = counted.graph();
        let gauge = |name, help, value: usize| Gauge { name, help, value: i64::try_from(value).unwrap_or(i64::MAX) };
        vec![
            gauge("graph_nodes", "Nodes of the graph, retired ones too", graph.len()),
            gauge("graph_relations", "Relations of the graph", graph.edge_count()),
            gauge("log_lines_dropped", "Log lines that nobody took", usize::try_from(logging::dropped()).unwrap_or(0)),
            gauge(
                WRITES,
                "Whether writes are taken: 0 while a file or the disk fails, or the disk is full",
                counted.store().takes_writes().into(),
            ),
            gauge("store_halts", "How often a failed write or sync halted writing", halts(&counted)),
        ]
    };
    let shown = app.clone();
    let parts = Parts {
        gateway,
        tokens: Arc::new(Tokens::open(&options.data)?),
        graph: Box::new(move || shown.graph()),
        gauges: Box::new(gauges),
    };
    // From here on what runs is finished first; while the store is opened, the system ends the process at once.
    let asked_to_stop = {
        let _entered = runtime.enter();
        http::signal()?
    };
    // Whoever is told the address finds the server itself there.
    drop(opening);
    let announced = server::announce(&options.data, listener.local_addr()?);
    logging::say(&format!("passerelle answers at http://{}/", listener.local_addr()?));
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, http::serve(listener, options.http, parts, asked_to_stop))?;
    drop((announced, backups));
    app.close();
    Ok(ExitCode::SUCCESS)
}

/// Lets the process hold as many files and connections as the system allows: the soft limit is often 1024.
#[cfg(unix)]
fn raise_handles(wanted: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!("the limit of open files stays as it was: {error}");
    }
    let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    if most < wanted as u64 {
        tracing::info!(most, wanted, "the system allows fewer open files than the settings allow connections");
    }
}

#[cfg(not(unix))]
fn raise_handles(_: usize) {}

fn halts(app: &App) -> usize {
    usize::try_from(app.store().halts()).unwrap_or(usize::MAX)
}

/// Prints what counts and where it came from. No setting is a secret: tokens are in a file of their own.
fn tell(resolved: &Resolved) {
    for origin in resolved.origins() {
        tracing::info!(from = %origin, "settings: {}", resolved.listed(&origin));
    }
}
