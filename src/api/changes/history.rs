//! `changes` and `graphChanged`: the log of change sets, replayed and followed.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Subscription};
use futures_util::Stream;

use super::store_error;
use crate::api::error::{ApiError, ErrorCode};
use crate::api::page::{self, ListId, MOST_FLAT, Page, PageInfo};
use crate::api::position::Position;
use crate::api::schema_names::{DateTime, RelationName};
use crate::api::work::Work;
use crate::app::App;
use crate::export::jsonl;
use crate::model::{Change, ChangeSet};
use crate::store::{SetHead, StoreError};

/// Change sets that a follower reads from the log at a time.
const AT_A_TIME: usize = 100;
/// How long a follower waits where the pool is full.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(200);

/// The list of all change sets, from whichever version it is read.
const LIST: &str = "changes";

/// The history of the root.
#[derive(Default)]
pub struct History;

#[Object]
impl History {
    /// Les changements du graphe après une version, dans l'ordre, un ensemble par version.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "La dernière version connue ; 0 pour tout depuis le début.")] since: i64,
        #[graphql(
            desc = "Et seulement à partir du premier ensemble enregistré à ce moment ou après, à l'horloge du serveur."
        )]
        recorded_since: Option<DateTime>,
        #[graphql(desc = "Nombre d'ensembles (20 sans précision, 1000 au plus).")] first: Option<i32>,
        #[graphql(desc = "Après ce repère.")] after: Option<String>,
    ) -> Result<ChangeSetConnection, ApiError> {
        let app = app(ctx);
        let page = Page::within(MOST_FLAT, first, after.as_deref(), None, None)?.of(ListId::of(&[LIST]))?;
        let mut since = version(since, app.graph().version())?;
        if let Some(after) = &page.after {
            let position: u64 = after.parse().map_err(|_| page::bad("after"))?;
            since = since.max(position);
        }
        let size = page.size;
        // A page that follows another is past that moment.
        let moment = recorded_since.filter(|_| page.after.is_none());
        let heads = work(ctx).run(move |cancel| {
            let since = match moment {
                Some(DateTime(moment)) => recorded_before(&app, since, moment, &|| cancel.is_set())?,
                None => since,
            };
            app.heads_since(since, size + 1)
        });
        let heads = heads.await?;
        let mut sets = heads.map_err(|error| store_error(&error))?;
        let has_next = sets.len() > size;
        sets.truncate(size);
        Ok(ChangeSetConnection { sets, has_next, has_previous: page.after.is_some() })
    }
}

/// The last version after `since` that was recorded before a moment, and all later ones at it or after; a clock that went back
/// for no more than a hundred sets hides none. O(sets since the moment).
fn recorded_before(app: &App, since: u64, moment: u64, stop: &dyn Fn() -> bool) -> Result<u64, StoreError> {
    let mut end = app.graph().version();
    let mut before = end;
    while end > since && !stop() {
        let start = end.saturating_sub(AT_A_TIME as u64).max(since);
        let heads = app.heads_since(start, (end - start) as usize)?;
        let Some(first) = heads.iter().find(|head| head.at >= moment) else { break };
        before = first.version - 1;
        end = start;
    }
    Ok(before)
}

/// What can be followed.
#[derive(Default)]
pub struct Subscriptions;

/// Ce que l'on peut suivre au fil de l'eau.
#[Subscription]
impl Subscriptions {
    /// Chaque changement du graphe, au moment où il est enregistré. Avec `since`, rejoue d'abord ceux d'après cette version :
    /// rien ne manque, rien ne vient deux fois.
    async fn graph_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "La dernière version connue ; la version actuelle sans précision.")] since: Option<i64>,
    ) -> Result<impl Stream<Item = Result<ChangeSetView, ApiError>> + use<>, ApiError> {
        let (app, work) = (app(ctx), work(ctx).clone());
        // Subscribed before the log is read, so that no version falls between.
        let mut versions = app.subscribe();
        let now = app.graph().version();
        let position = ctx.data_opt::<Position>().cloned().unwrap_or_default();
        let since = position.from().map(|version| i64::try_from(version).unwrap_or(i64::MAX)).or(since);
        let mut seen = match since {
            Some(since) => version(since, now)?,
            None => now,
        };
        Ok(async_stream::stream! {
            loop {
                loop {
                    let log = app.clone();
                    let read = work.run(move |_| log.heads_since(seen, AT_A_TIME)).await;
                    let sets = match read {
                        Ok(Ok(sets)) => sets,
                        Ok(Err(error)) => { yield Err(store_error(&error)); return; }
                        // Nothing is missed by waiting.
                        Err(error) if error.code() == ErrorCode::Overloaded => {
                            tokio::time::sleep(PATIENCE).await;
                            continue;
                        }
                        Err(error) => { yield Err(error); return; }
                    };
                    if sets.is_empty() {
                        break;
                    }
                    for set in sets {
                        seen = set.version;
                        position.reach(seen);
                        yield Ok(ChangeSetView(set));
                    }
                }
                let newer = versions.wait_for(|version| *version > seen).await.map(|_| ());
                if newer.is_err() {
                    return;
                }
            }
        })
    }
}

fn app(ctx: &Context<'_>) -> Arc<App> {
    ctx.data_opt::<Arc<App>>().expect("the schema is built with its app").clone()
}

fn work<'c>(ctx: &Context<'c>) -> &'c Work {
    ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on")
}

fn version(since: i64, now: u64) -> Result<u64, ApiError> {
    match u64::try_from(since) {
        Ok(since) if since <= now => Ok(since),
        _ => Err(ApiError::invalid_input(format!(
            "`since` vaut {since} : donnez une version de 0 à {now}, la version actuelle."
        ))),
    }
}

/// A page of change sets.
struct ChangeSetConnection {
    sets: Vec<SetHead>,
    has_next: bool,
    has_previous: bool,
}

/// Des changements du graphe, dans l'ordre des versions.
#[Object]
impl ChangeSetConnection {
    /// Les entrées de la page, chacune avec son repère.
    async fn edges(&self) -> Vec<ChangeSetEdge> {
        self.sets.iter().map(|set| ChangeSetEdge { cursor: cursor(set), node: ChangeSetView(set.clone()) }).collect()
    }

    /// Les ensembles de changements de la page.
    async fn nodes(&self) -> Vec<ChangeSetView> {
        self.sets.iter().map(|set| ChangeSetView(set.clone())).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.sets.first().map(cursor),
            end_cursor: self.sets.last().map(cursor),
        }
    }
}

fn cursor(set: &SetHead) -> String {
    ListId::of(&[LIST]).cursor(&set.version.to_string())
}

/// Un ensemble de changements d'une liste.
#[derive(SimpleObject)]
struct ChangeSetEdge {
    /// Repère de cette entrée, pour `after`.
    cursor: String,
    /// L'ensemble de changements.
    node: ChangeSetView,
}

/// One change set: what is said of it. Its changes are read when they are asked for, no more than the page.
#[derive(Clone)]
pub struct ChangeSetView(SetHead);

/// Ce qu'une écriture ou un import a changé, d'un seul tenant.
#[Object(name = "ChangeSet")]
impl ChangeSetView {
    /// La version du graphe une fois ces changements faits.
    async fn version(&self) -> u64 {
        self.0.version
    }

    /// Quand il a été enregistré (UTC).
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Qui l'a fait : le nom d'un jeton, ou une commande.
    async fn author(&self) -> &str {
        &self.0.author
    }

    /// Combien de changements il contient.
    async fn total_count(&self) -> u64 {
        self.0.changes
    }

    /// Ses changements, dans l'ordre d'application.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "Some(20)", desc = "Nombre de changements (1000 au plus).")] first: Option<i32>,
        #[graphql(default_with = "Some(0)", desc = "À partir de ce rang, compté depuis 0.")] offset: Option<i32>,
    ) -> Result<Vec<ChangeView>, ApiError> {
        let size = Page::within(MOST_FLAT, first, None, None, None)?.size;
        let offset =
            usize::try_from(offset.unwrap_or(0)).map_err(|_| ApiError::invalid_input("`offset` est négatif."))?;
        let (app, version) = (app(ctx), self.0.version);
        let page = work(ctx).run(move |cancel| app.change_page(version, offset, size, &|| cancel.is_set())).await?;
        let changes = page.map_err(|error| store_error(&error))?.ok_or_else(ApiError::timeout)?;
        let set = ChangeSet { version, at: self.0.at, author: self.0.author.clone(), changes };
        Ok(ChangeView::all(&Arc::new(set)))
    }
}

/// Sorte de changement.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Une fiche ou une source est désormais celle-ci.
    PutNode,
    /// Une fiche a été retirée.
    DeleteNode,
    /// Une fiche a été fusionnée dans une autre.
    MergeNodes,
    /// Une relation est désormais celle-ci.
    PutEdge,
    /// Une relation ne vaut plus.
    DeleteEdge,
}

/// One change.
pub struct ChangeView {
    set: Arc<ChangeSet>,
    index: usize,
}

impl ChangeView {
    /// All changes of a set.
    pub fn all(set: &Arc<ChangeSet>) -> Vec<ChangeView> {
        (0..set.changes.len()).map(|index| ChangeView { set: set.clone(), index }).collect()
    }

    fn get(&self) -> &Change {
        &self.set.changes[self.index]
    }
}

/// Un changement du graphe.
#[Object(name = "Change")]
impl ChangeView {
    /// Sorte de changement.
    async fn kind(&self) -> ChangeKind {
        match self.get() {
            Change::PutNode(_) => ChangeKind::PutNode,
            Change::DeleteNode(_) => ChangeKind::DeleteNode,
            Change::MergeNodes { .. } => ChangeKind::MergeNodes,
            Change::PutEdge(_) => ChangeKind::PutEdge,
            Change::DeleteEdge(_) => ChangeKind::DeleteEdge,
        }
    }

    /// Identifiant de la fiche changée ; `null` pour une relation.
    async fn key(&self) -> Option<ID> {
        match self.get() {
            Change::PutNode(node) => Some(ID(node.key.to_string())),
            Change::DeleteNode(key) | Change::MergeNodes { from: key, .. } => Some(ID(key.to_string())),
            Change::PutEdge(_) | Change::DeleteEdge(_) => None,
        }
    }

    /// La fiche dans laquelle `key` a été fusionnée.
    async fn into(&self) -> Option<ID> {
        match self.get() {
            Change::MergeNodes { into, .. } => Some(ID(into.to_string())),
            _ => None,
        }
    }

    /// La relation changée ; `null` pour une fiche.
    async fn relation(&self) -> Option<RelationName> {
        match self.get() {
            Change::PutEdge(edge) => Some(edge.id.relation.into()),
            Change::DeleteEdge(id) => Some(id.relation.into()),
            _ => None,
        }
    }

    /// D'où part la relation.
    async fn from(&self) -> Option<ID> {
        match self.get() {
            Change::PutEdge(edge) => Some(ID(edge.id.from.to_string())),
            Change::DeleteEdge(id) => Some(ID(id.from.to_string())),
            _ => None,
        }
    }

    /// Où mène la relation.
    async fn to(&self) -> Option<ID> {
        match self.get() {
            Change::PutEdge(edge) => Some(ID(edge.id.to.to_string())),
            Change::DeleteEdge(id) => Some(ID(id.to.to_string())),
            _ => None,
        }
    }

    /// Poids de la relation.
    async fn weight(&self) -> Option<f64> {
        match self.get() {
            Change::PutEdge(edge) => Some(edge.weight.get()),
            _ => None,
        }
    }

    /// Le nouvel état de la fiche ou de la relation, en une ligne JSON du format d'échange.
    async fn line(&self) -> Option<String> {
        match self.get() {
            Change::PutNode(node) => Some(jsonl::node_line(node)),
            Change::PutEdge(edge) => Some(jsonl::edge_line(edge)),
            _ => None,
        }
    }
}
