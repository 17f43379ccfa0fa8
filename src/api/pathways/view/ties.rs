//! The parcours at the same score that `distinct` left out, as the schema shows them.

use std::sync::Arc;

use async_graphql::Object;

use super::{PathwayView, PathwaysAnswer};
use crate::api::entity::Parcours;
use crate::api::error::ApiError;
use crate::api::page::Page;
use crate::pathway::Query;
use crate::pathway::ties::Ties;

/// The parcours that share a pathway's place.
pub(super) struct TiesView {
    pub view: PathwayView,
    pub ties: Ties,
}

impl TiesView {
    fn first(&self, asked: Option<i32>) -> Result<usize, ApiError> {
        Ok(Page::new(asked, None, None, None)?.size)
    }
}

/// Les autres parcours du groupe d'une voie, à score égal : rien dans les sources ne les départage.
#[Object(name = "PathwayTies")]
impl TiesView {
    /// Combien de parcours.
    async fn total_count(&self) -> usize {
        self.ties.count()
    }

    /// Vrai si le compte est exact ; faux si la recherche a épuisé son budget, et qu'il peut y en avoir d'autres.
    async fn exhaustive(&self) -> bool {
        self.ties.exhaustive
    }

    /// Ces parcours, par identifiant.
    async fn parcours(
        &self,
        #[graphql(desc = "Combien au plus (20 sans précision, 100 au plus).")] first: Option<i32>,
    ) -> Result<Vec<Parcours>, ApiError> {
        let answer = &self.view.answer;
        let first = self.first(first)?;
        Ok(self.ties.parcours(&answer.graph).take(first).map(|ix| answer.at(ix).into()).collect())
    }

    /// La voie par chacun d'eux.
    async fn pathways(
        &self,
        #[graphql(desc = "Combien au plus (20 sans précision, 100 au plus).")] first: Option<i32>,
    ) -> Result<Vec<PathwayView>, ApiError> {
        let PathwaysAnswer { lens, graph, query, .. } = &*self.view.answer;
        let pathways = self.ties.pathways(graph, query, self.first(first)?);
        let query = Arc::new(Query { distinct: None, ..(**query).clone() });
        let single = |pathway| PathwayView::single(*lens, graph.clone(), query.clone(), pathway);
        Ok(pathways.into_iter().map(single).collect())
    }
}
