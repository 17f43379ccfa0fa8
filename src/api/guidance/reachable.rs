//! `reachable`: a page of what is within reach.

use std::sync::Arc;

use async_graphql::{Context, Object};

use crate::api::entity::Entity;
use crate::api::error::ApiError;
use crate::api::page::{self, Page, PageInfo};
use crate::api::pathways::PathwayView;
use crate::api::scope::{At, Lens};
use crate::api::work::Work;
use crate::graph::{Graph, NodeIx};
use crate::model::{Key, Kind};
use crate::pathway::reach::{self, Reach, Within};
use crate::pathway::{End, Filter, Pathway, Position};

/// A page of nodes within reach.
pub struct Reachable {
    edges: Vec<ReachableEdge>,
    info: PageInfo,
    total: usize,
    end: End,
}

impl Reachable {
    /// Finds all and cuts the page.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a kind that no pathway holds or a cursor of another list; those of heavy work.
    pub async fn find(
        ctx: &Context<'_>,
        graph: Arc<Graph>,
        (from, to): (Vec<NodeIx>, Vec<NodeIx>),
        kind: Kind,
        filter: Filter,
        page: Page,
    ) -> Result<Reachable, ApiError> {
        let wanted = Reach { filter, ..Reach::new(from, to, kind) };
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let searched = graph.clone();
        let query = Arc::new(wanted.query());
        let (cut, end) = work
            .run(move |cancel| {
                let graph = &searched;
                let found = reach::reach(graph, &wanted, &|| cancel.is_set())
                    .map_err(|fault| ApiError::invalid_input(format!("{fault}.")))?;
                let cut = page.cut(found.entries, |within, position| {
                    let (position, node) = read(position)?;
                    Ok(reach::compare(graph, within, &position, &node))
                })?;
                let with_evidence = |within: Within| {
                    let pathway = reach::pathway(graph, &wanted, &within);
                    (within.node, pathway)
                };
                let entries: Vec<(NodeIx, Pathway)> = cut.entries.into_iter().map(with_evidence).collect();
                Ok::<_, ApiError>(((entries, cut.has_previous, cut.has_next, cut.total), found.end))
            })
            .await??;
        let (entries, has_previous_page, has_next_page, total) = cut;
        let edges: Vec<ReachableEdge> = entries
            .into_iter()
            .map(|(node, pathway)| {
                let cursor = cursor(&pathway.position(&graph), graph.key(node));
                let score = pathway.score;
                let best = PathwayView::single(Lens::SNAPSHOT, graph.clone(), query.clone(), pathway);
                ReachableEdge { node: At::now(node), cursor, score, best }
            })
            .collect();
        let info = PageInfo {
            has_next_page,
            has_previous_page,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(Reachable { edges, info, total, end })
    }
}

/// The node, the score of its pathway, the keys of that.
fn cursor(position: &Position, node: &Key) -> String {
    let keys: Vec<&str> = position.keys.iter().map(Key::as_str).collect();
    page::cursor(&format!("{node} {} {}", position.score, keys.join(" ")))
}

fn read(text: &str) -> Result<(Position, Key), ApiError> {
    let parts = || -> Option<(Position, Key)> {
        let mut words = text.split(' ');
        let node = words.next()?.parse().ok()?;
        let score: f64 = words.next()?.parse().ok().filter(|score: &f64| score.is_finite())?;
        let keys: Vec<Key> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
        (keys.len() > 1).then_some((Position { score, keys }, node))
    };
    parts().ok_or_else(|| page::bad("after"))
}

/// Les fiches atteintes, chacune avec sa meilleure voie, de la mieux à la moins bien attestée.
#[Object(name = "ReachableConnection")]
impl Reachable {
    /// Les fiches de la page, chacune avec son repère et sa meilleure voie.
    async fn edges(&self) -> &[ReachableEdge] {
        &self.edges
    }

    /// Les fiches de la page.
    async fn nodes(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.edges.iter().map(|edge| Entity::of(ctx, edge.node)).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        self.info.clone()
    }

    /// Nombre de fiches, toutes pages confondues.
    async fn total_count(&self) -> usize {
        self.total
    }

    /// Vrai si c'est, preuve faite, tout ce qu'on peut atteindre ; faux si la recherche a épuisé son budget avant.
    async fn exhaustive(&self) -> bool {
        self.end == End::Proven
    }
}

/// One node within reach.
pub struct ReachableEdge {
    node: At,
    cursor: String,
    score: f64,
    best: PathwayView,
}

/// Une fiche atteinte et sa meilleure voie.
#[Object]
impl ReachableEdge {
    /// Repère de cette entrée, pour `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// Score de la meilleure voie, de 0 à 1.
    async fn score(&self) -> f64 {
        self.score
    }

    /// La fiche.
    async fn node(&self, ctx: &Context<'_>) -> Entity {
        Entity::of(ctx, self.node)
    }

    /// La meilleure voie vers elle, ou depuis elle : la première de `pathways` pour elle seule.
    async fn best(&self) -> PathwayView {
        self.best.clone()
    }
}
