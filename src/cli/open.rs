//! Opening the store for a command, with the curated seed where it has to be put.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};

use super::server;
use crate::app::{App, OpenError, Progress, Write};
use crate::graph::Graph;
use crate::import::{self, open_data, seed};
use crate::model::Change;
use crate::store::{self, Access, StoreError};

/// What an older program noted in a store whose first seeding had begun.
const BEGUN: &str = "begun";

/// Opens the store in a folder; an empty or missing one gets the curated seed first. A store whose making
/// was cut short is new; one that was made empty on purpose stays so.
pub fn seeded(dir: &Path) -> anyhow::Result<Arc<App>> {
    seeded_watched(dir, &Progress::default())
}

/// [`seeded`], told how far it has come.
pub fn seeded_watched(dir: &Path, progress: &Progress) -> anyhow::Result<Arc<App>> {
    let vacant = store::is_vacant(dir)?;
    let app = opened(dir, Access::Create, progress)?;
    let noted = app.store().seed();
    if vacant || noted.as_deref() == Some(BEGUN) {
        seed(&app)?;
    } else if noted.is_some_and(|noted| noted != seed::fingerprint()) {
        tracing::info!(
            "this program carries another edition of the curated graph than the store: `passerelle import seed` takes it"
        );
    }
    Ok(Arc::new(app))
}

/// Opens the store that must be in a folder.
pub fn existing(dir: &Path) -> anyhow::Result<Arc<App>> {
    Ok(Arc::new(opened(dir, Access::Existing, &Progress::default())?))
}

/// An app, or what to do when another process holds its store.
fn opened(dir: &Path, access: Access, progress: &Progress) -> anyhow::Result<App> {
    App::open_watched(dir, access, progress).map_err(|error| advised(dir, error))
}

/// What to do, when another process holds the store.
pub fn advised(dir: &Path, error: OpenError) -> anyhow::Error {
    match error {
        OpenError::Store(StoreError::Locked { .. }) => Held(server::advice(dir)).into(),
        error => error.into(),
    }
}

/// Another process holds the store; the text says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Held(String);

/// The changes that put the curated graph onto this one: what both speak of is merged.
pub fn seed_changes(graph: &Graph) -> anyhow::Result<Vec<Change>> {
    let seed = seed::embedded().map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow!("le graphe rédigé de ce programme a des fautes :\n{}", lines.join("\n"))
    })?;
    if graph.is_empty() {
        return Ok(import::changes(seed.nodes, seed.edges, |_| false));
    }
    open_data::curated(seed, graph).map_err(|fault| anyhow!("le graphe rédigé ne convient pas à cette base : {fault}"))
}

fn seed(app: &App) -> anyhow::Result<()> {
    app.store().set_seed(&seed::fingerprint())?;
    let write =
        Write { changes: seed_changes(&app.graph())?, author: "seed".into(), expected_version: None, dry_run: false };
    app.write(write).context("le graphe rédigé n'a pas pu être mis dans la nouvelle base")?;
    Ok(())
}
