//! Where a pathway can be studied, and what the job at its end asks for, as the schema shows them.

use async_graphql::{Context, Object, SimpleObject};

use super::PathwaysAnswer;
use crate::api::entity::{MasterYear, Modality, Source, University};
use crate::api::error::ApiError;
use crate::api::listing::{EntityOrder, Order, OrderDirection};
use crate::api::page::{self, ListId, Page, PageInfo};
use crate::api::related;
use crate::api::scope::At;
use crate::graph::{Half, NodeIx};
use crate::model::{Attributes, Kind, Year};
use crate::pathway::explain::access;
use crate::pathway::{Pathway, offers};

/// A page of the universities where a pathway can be studied.
pub(super) struct Offers {
    edges: Vec<OfferEdge>,
    info: PageInfo,
    total: usize,
}

impl Offers {
    /// The page of a pathway's offers.
    pub fn of(
        answer: &PathwaysAnswer,
        pathway: &Pathway,
        page: &Page,
        order: Option<EntityOrder>,
    ) -> Result<Offers, ApiError> {
        let graph = &*answer.graph;
        let all = offers::offers(graph, &answer.query, pathway);
        let keys: Vec<&str> = pathway.nodes().map(|ix| graph.key(ix).as_str()).collect();
        let list = ListId::of(&["offers", &keys.join(" "), &format!("{order:?}")]);
        let page = page.of(list)?;
        let by_weight = order.as_ref().map_or(Some(OrderDirection::Desc), EntityOrder::by_weight);
        let (cut, cursors): (page::Cut<Half>, Vec<String>) = match by_weight {
            Some(direction) => {
                let all = related::in_order_of_weight(graph, all, direction);
                let cut = page.cut(all, |half, position| related::compare(graph, half, position, direction))?;
                let cursors =
                    cut.entries.iter().map(|half| list.cursor(&related::usual_position(graph, half))).collect();
                (cut, cursors)
            }
            None => {
                let order = Order::new(order, Kind::University)?;
                let mut spots: Vec<_> = all.into_iter().map(|half| (order.spot(graph, half.node), half)).collect();
                spots.sort_by(|a, b| order.compare(&a.0, &b.0));
                let cut = page.cut(spots, |entry, position| Ok(order.compare(&entry.0, &order.read(position)?)))?;
                let cursors = cut.entries.iter().map(|(spot, _)| order.cursor(list, spot)).collect();
                (cut.map(|(_, half)| half), cursors)
            }
        };
        let late = pathway.first(graph, Kind::Parcours).and_then(|parcours| graph.node(parcours).attributes().entry);
        let info = PageInfo {
            has_next_page: cut.has_next,
            has_previous_page: cut.has_previous,
            start_cursor: cursors.first().cloned(),
            end_cursor: cursors.last().cloned(),
        };
        let of_diploma = |kind| pathway.first(graph, kind).map(|ix| graph.node(ix).attributes());
        let known = of_diploma(Kind::Parcours).filter(|known| !known.modalities.is_empty());
        let known = known.or_else(|| of_diploma(Kind::Master)).map_or(&[][..], |known| &known.modalities);
        let edge = |(half, cursor): (Half, String)| {
            let award = graph.edge(half.edge).award();
            let said = award.map(|award| &award.modalities).filter(|said| !said.is_empty());
            OfferEdge {
                at: answer.at(half.node),
                half,
                cursor,
                entry: award.and_then(|award| award.entry).or(late).unwrap_or(Year::M1),
                modalities: said.map_or(known, Vec::as_slice).iter().map(|modality| (*modality).into()).collect(),
            }
        };
        let total = cut.total;
        Ok(Offers { edges: cut.entries.into_iter().zip(cursors).map(edge).collect(), info, total })
    }
}

/// Les universités où l'on peut suivre une voie.
#[Object(name = "OfferConnection")]
impl Offers {
    /// Les offres de la page.
    async fn edges(&self) -> &[OfferEdge] {
        &self.edges
    }

    /// Leurs universités.
    async fn nodes(&self) -> Vec<University> {
        self.edges.iter().map(|edge| edge.at.into()).collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        self.info.clone()
    }

    /// Nombre d'universités, toutes pages confondues.
    async fn total_count(&self) -> usize {
        self.total
    }
}

/// One university where a pathway can be studied.
struct OfferEdge {
    at: At,
    half: Half,
    cursor: String,
    entry: Year,
    modalities: Vec<Modality>,
}

/// Une université où l'on peut suivre une voie, et selon qui.
#[Object]
impl OfferEdge {
    /// Repère de cette entrée, pour `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// L'université.
    async fn node(&self) -> University {
        self.at.into()
    }

    /// Poids de la relation qui le dit, plus grand que 0 et au plus 1.
    async fn weight(&self) -> f64 {
        self.half.weight
    }

    /// L'année où l'on y entre ; M1 quand la source ne dit rien.
    async fn entry(&self) -> MasterYear {
        self.entry.into()
    }

    /// Comment la formation y est suivie, à défaut comment le diplôme peut l'être ; vide si aucune source ne le dit.
    async fn modalities(&self) -> &[Modality] {
        &self.modalities
    }

    /// Les sources qui le disent.
    async fn sources(&self, ctx: &Context<'_>) -> Vec<Source> {
        let sources = self.at.graph(ctx).edge(self.half.edge).sources();
        sources.map(|source| Source(self.at.with(source))).collect()
    }
}

/// Ce qu'un métier demande pour qu'on y accède.
#[derive(SimpleObject)]
pub(super) struct JobAccess {
    /// Vrai s'il faut un concours, un titre ou un diplôme déterminé ; `null` si aucune source ne le dit.
    regulated: Option<bool>,
    /// Comment on y accède, dans les mots de sa source.
    text: Option<String>,
    /// Les diplômes et certificats que sa source énumère.
    diplomas: Vec<String>,
    /// Les sources qui le disent.
    sources: Vec<Source>,
}

impl JobAccess {
    /// What a node asks for, if it is a job of which a source says so.
    pub fn of(answer: &PathwaysAnswer, end: NodeIx) -> Option<JobAccess> {
        let graph = &*answer.graph;
        let node = graph.node(end);
        let Attributes { regulated, access, diplomas, .. } = node.attributes();
        let said = regulated.is_some() || access.is_some() || !diplomas.is_empty();
        said.then(|| JobAccess {
            regulated: *regulated,
            text: access.as_deref().map(str::to_owned),
            diplomas: diplomas.iter().map(|diploma| diploma.to_string()).collect(),
            sources: access::sources(graph, end).into_iter().map(|ix| Source(answer.at(ix))).collect(),
        })
    }
}
