//! `applyChanges`: the one write. Atomic, durable before it answers.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object};

use super::history::ChangeView;
use super::input::ChangeInput;
use crate::api::access::Caller;
use crate::api::entity::Node;
use crate::api::error::ApiError;
use crate::api::scope::{At, Lens, scope};
use crate::app::{App, Terms, WriteError, Written};
use crate::model::{Change, ChangeSet};

/// Ce qu'il faut changer.
#[derive(InputObject)]
pub struct ApplyChangesInput {
    /// Les changements, appliqués tous ou aucun, dans cet ordre (1000 au plus).
    pub(super) changes: Vec<ChangeInput>,
    /// La version pour laquelle ils ont été préparés ; refusés si le graphe en est à une autre.
    pub(super) expected_version: Option<i64>,
    /// `true` : dit ce qui changerait, et n'écrit rien.
    #[graphql(default_with = "Some(false)")]
    pub(super) dry_run: Option<bool>,
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
    let (caller, dry_run) = (caller.clone(), input.dry_run == Some(true));
    let (written, replaced) = tokio::task::spawn_blocking(move || edit(&app, &caller, input))
        .await
        .map_err(|error| ApiError::internal(&error))??;
    let lens = scope(ctx).open(written.graph.clone())?;
    Ok(ApplyChangesPayload { written, replaced: Arc::new(replaced), lens, dry_run })
}

/// Writes what a client asks for; gives what it replaced too. The input is read with the writer's lock held.
pub(super) fn edit(app: &App, caller: &Caller, input: ApplyChangesInput) -> Result<(Written, ChangeSet), ApiError> {
    super::bounded(input.changes.len(), super::MOST_CHANGES, "changements")?;
    let negative = |_| ApiError::invalid_input("`expectedVersion` est négatif.");
    let terms = Terms {
        author: caller.name.as_deref().unwrap_or("anonyme").into(),
        from: caller.from,
        expected_version: input.expected_version.map(u64::try_from).transpose().map_err(negative)?,
        dry_run: input.dry_run == Some(true),
    };
    let mut before = ChangeSet { version: 0, at: 0, author: "".into(), changes: Vec::new() };
    let written = app.edit(terms, |graph| {
        let (applied, replaced) = super::apply_inputs(graph, input.changes.into_iter(), None)?;
        // The request may have waited, for others' writes or for the pool.
        caller.still_counts()?;
        (before.version, before.changes) = (graph.version(), replaced);
        Ok::<_, ApiError>(applied)
    })?;
    Ok((written, before))
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> ApiError {
        match error {
            WriteError::Faults(_) => ApiError::internal(&error),
            WriteError::VersionConflict { expected, actual } => ApiError::version_conflict(expected, actual),
            WriteError::Store(error) => super::store_error(&error),
        }
    }
}

/// What came of a write.
pub struct ApplyChangesPayload {
    written: Written,
    /// The states before, at the version before.
    replaced: Arc<ChangeSet>,
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

    /// Ce que ces changements ont remplacé : l'état d'avant de chaque fiche, source ou relation qui a changé, sous la forme du
    /// changement qui le rétablirait ; ce qui n'existait pas n'y est pas, ni les relations qu'une fusion a déplacées.
    async fn replaced(&self) -> Vec<ChangeView> {
        ChangeView::all(&self.replaced)
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
