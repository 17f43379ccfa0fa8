//! The `all…` connections: every entity of a kind, filtered and ordered the same way for each.

use async_graphql::{Context, Object, OutputType};

use super::entity::{Course, EntityType, Family, Job, Licence, Master, Parcours, Sector, Skill, Study, University};
use super::error::ApiError;
use super::facets::Facets;
use super::listing::{EntityFilter, EntityOrder, Order, SortKey};
use super::page::{Cut, ListId, Page, PageInfo};
use super::scope::{At, snapshot};
use super::work::Work;
use crate::graph::NodeIx;

/// A page of all entities of a kind.
pub struct All<T> {
    list: ListId,
    order: Order,
    cut: Cut<(SortKey, T)>,
    facets: Option<Facets>,
}

impl<T: EntityType> All<T> {
    /// The page asked for. O(entities of the kind × log), and what is published of each when ordered by a figure.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a bad page or order, `UNKNOWN_REF` for a source that is not there.
    pub async fn new(
        ctx: &Context<'_>,
        filter: Option<EntityFilter>,
        order: Option<EntityOrder>,
        page: Page,
    ) -> Result<All<T>, ApiError> {
        let graph = snapshot(ctx).clone();
        let id = ListId::of(&["all", T::KIND.name(), &format!("{filter:?} {order:?}")]);
        let page = page.of(id)?;
        let keep = filter.unwrap_or_default().compile(&graph, T::KIND)?;
        let order = Order::new(order, T::KIND)?;
        let faceted = ctx.look_ahead().field("facets").exists();
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        // The whole kind is looked at: not on a thread that answers requests. A cancelled list ends early and goes nowhere.
        let found = work.run(move |cancel| {
            let all = graph.nodes_of(T::KIND).iter().copied().take_while(|_| !cancel.is_set());
            let kept: Vec<NodeIx> = all.filter(|ix| keep(&graph, *ix)).collect();
            let facets = faceted.then(|| Facets::of(&graph, &kept));
            let mut list: Vec<(SortKey, NodeIx)> = kept.into_iter().map(|ix| (order.spot(&graph, ix), ix)).collect();
            list.sort_by(|a, b| order.compare(&a.0, &b.0));
            let cut = page.cut(list, |entry, position| Ok(order.compare(&entry.0, &order.read(position)?)))?;
            Ok::<_, ApiError>((cut, facets))
        });
        let (cut, facets) = found.await??;
        let cut = cut.map(|(spot, ix)| (spot, T::from(At::now(ix))));
        Ok(All { list: id, order, cut, facets })
    }
}

/// Une liste paginée de fiches d'une même nature.
#[Object(
    concrete(name = "LicenceConnection", params(Licence)),
    concrete(name = "MasterConnection", params(Master)),
    concrete(name = "ParcoursConnection", params(Parcours)),
    concrete(name = "CourseConnection", params(Course)),
    concrete(name = "UniversityConnection", params(University)),
    concrete(name = "SkillConnection", params(Skill)),
    concrete(name = "JobConnection", params(Job)),
    concrete(name = "SectorConnection", params(Sector)),
    concrete(name = "StudyConnection", params(Study)),
    concrete(name = "FamilyConnection", params(Family))
)]
impl<T: EntityType> All<T>
where
    AllEdge<T>: OutputType,
{
    /// Les entrées de la page, chacune avec son repère.
    async fn edges(&self) -> Vec<AllEdge<T>> {
        self.cut
            .entries
            .iter()
            .map(|(spot, node)| AllEdge { cursor: self.order.cursor(self.list, spot), node: *node })
            .collect()
    }

    /// Les fiches de la page.
    async fn nodes(&self) -> Vec<T> {
        self.cut.entries.iter().map(|(_, node)| *node).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.cut.has_next,
            has_previous_page: self.cut.has_previous,
            start_cursor: self.cut.entries.first().map(|(spot, _)| self.order.cursor(self.list, spot)),
            end_cursor: self.cut.entries.last().map(|(spot, _)| self.order.cursor(self.list, spot)),
        }
    }

    /// Nombre de fiches, toutes pages confondues.
    async fn total_count(&self) -> usize {
        self.cut.total
    }

    /// Les valeurs que prennent ces fiches, toutes pages confondues, avec leur nombre : de quoi proposer les critères de `where`.
    async fn facets(&self) -> Option<&Facets> {
        self.facets.as_ref()
    }
}

/// One entity of a list.
pub struct AllEdge<T> {
    cursor: String,
    node: T,
}

/// Une entrée d'une liste.
#[Object(
    concrete(name = "LicenceEdge", params(Licence)),
    concrete(name = "MasterEdge", params(Master)),
    concrete(name = "ParcoursEdge", params(Parcours)),
    concrete(name = "CourseEdge", params(Course)),
    concrete(name = "UniversityEdge", params(University)),
    concrete(name = "SkillEdge", params(Skill)),
    concrete(name = "JobEdge", params(Job)),
    concrete(name = "SectorEdge", params(Sector)),
    concrete(name = "StudyEdge", params(Study)),
    concrete(name = "FamilyEdge", params(Family))
)]
impl<T: EntityType> AllEdge<T> {
    /// Repère de cette entrée, pour `after` et `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// La fiche.
    async fn node(&self) -> T {
        self.node
    }
}
