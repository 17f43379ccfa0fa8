//! `applyChanges`: the one write. Atomic, durable before it answers.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object};

use super::input::ChangeInput;
use crate::api::access::Caller;
use crate::api::entity::Node;
use crate::api::error::ApiError;
use crate::api::scope::{At, Lens, scope};
use crate::app::{App, Write, WriteError, Written};
use crate::model::Change;
use crate::store::StoreError;

/// Ce qu'il faut changer.
#[derive(InputObject)]
pub struct ApplyChangesInput {
    /// Les changements, appliqués tous ou aucun, dans cet ordre (1000 au plus).
    changes: Vec<ChangeInput>,
    /// La version pour laquelle ils ont été préparés ; refusés si le graphe en est à une autre.
    expected_version: Option<i64>,
    /// `true` : dit ce qui changerait, et n'écrit rien.
    #[graphql(default)]
    dry_run: bool,
}

/// The writes of the root.
#[derive(Default)]
pub struct Mutation;

/// Ce qui change le graphe.
#[Object]
impl Mutation {
    /// Applique des changements au graphe : tous ou aucun, enregistrés sur disque avant la réponse. La version augmente de un
    /// si quelque chose a changé.
    async fn apply_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ce qu'il faut changer.")] input: ApplyChangesInput,
    ) -> Result<ApplyChangesPayload, ApiError> {
        let caller = ctx.data_opt::<Caller>().cloned().unwrap_or_default();
        let result = apply(ctx, &caller, input).await;
        if let Err(error) = &result {
            let app = ctx.data_opt::<Arc<App>>().expect("the schema is built with its app");
            super::note_refusal(app, &caller, error);
        }
        result
    }
}

async fn apply(ctx: &Context<'_>, caller: &Caller, input: ApplyChangesInput) -> Result<ApplyChangesPayload, ApiError> {
    let app = ctx.data_opt::<Arc<App>>().expect("the schema is built with its app").clone();
    // Absent fields are filled from the graph that the write will apply to, or one the writer then refuses.
    let graph = app.graph();
    let expected = match input.expected_version {
        Some(version) => {
            Some(u64::try_from(version).map_err(|_| ApiError::invalid_input("`expectedVersion` est négatif."))?)
        }
        None => None,
    };
    if let Some(expected) = expected.filter(|expected| *expected != graph.version()) {
        return Err(ApiError::version_conflict(expected, graph.version()));
    }
    let changes = super::read(&graph, input.changes, None)?;
    let write = Write {
        changes,
        author: caller.name.as_deref().unwrap_or("anonyme").into(),
        expected_version: expected,
        dry_run: input.dry_run,
    };
    let from = caller.from;
    let written = tokio::task::spawn_blocking(move || app.write_from(write, from))
        .await
        .map_err(|error| ApiError::internal(&error))?
        .map_err(refusal)?;
    let lens = scope(ctx).open(written.graph.clone())?;
    Ok(ApplyChangesPayload { written, lens, dry_run: input.dry_run })
}

fn refusal(error: WriteError) -> ApiError {
    match error {
        WriteError::Faults(faults) => super::refused(faults, 0),
        WriteError::VersionConflict { expected, actual } => ApiError::version_conflict(expected, actual),
        WriteError::Store(error) => store_error(&error),
    }
}

/// What a client is told of a fault of the store.
pub(super) fn store_error(error: &StoreError) -> ApiError {
    match error {
        StoreError::ReadOnly { .. } | StoreError::DiskFull { .. } | StoreError::Halted { .. } => {
            tracing::error!("a write was refused: {error}");
            ApiError::read_only()
        }
        _ => ApiError::internal(error),
    }
}

/// What came of a write.
pub struct ApplyChangesPayload {
    written: Written,
    lens: Lens,
    dry_run: bool,
}

/// Ce qui est advenu des changements.
#[Object]
impl ApplyChangesPayload {
    /// Version du graphe après l'appel.
    async fn version(&self) -> u64 {
        self.written.version
    }

    /// Combien de changements ont changé quelque chose (ou le feraient, avec `dryRun`) ; les autres disaient ce qui est déjà.
    async fn effective(&self) -> usize {
        self.written.effective.changes.len()
    }

    /// Vrai si rien n'a été écrit parce que `dryRun` le demandait.
    async fn dry_run(&self) -> bool {
        self.dry_run
    }

    /// Les fiches et sources changées, telles qu'elles sont désormais.
    async fn nodes(&self) -> Vec<Node> {
        let graph = &self.written.graph;
        let keys = self.written.effective.changes.iter().filter_map(|change| match change {
            Change::PutNode(node) => Some(&node.key),
            Change::DeleteNode(key) => Some(key),
            Change::MergeNodes { into, .. } => Some(into),
            Change::PutEdge(_) | Change::DeleteEdge(_) => None,
        });
        let found = keys.filter_map(|key| graph.find(key.as_str()));
        found.map(|ix| Node::at(At { lens: self.lens, ix }, graph.kind(ix))).collect()
    }
}
