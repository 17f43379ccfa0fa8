//! `reachable`: a page of what is within reach.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::api::entity::Entity;
use crate::api::error::ApiError;
use crate::api::page::{self, ListId, Page, PageInfo};
use crate::api::pathways::{DiagnosisView, PathwayView};
use crate::api::schema_names::Ref;
use crate::api::scope::{At, Lens};
use crate::api::work::Work;
use crate::graph::Graph;
use crate::model::Key;
use crate::pathway::diagnose::listed;
use crate::pathway::reach::{self, Reach, Within};
use crate::pathway::{End, Pathway, Position, Query, classes, offers};

/// Selon quoi classer ce qui est atteint ou conseillé.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOrder {
    /// Par score décroissant.
    Strength,
    /// Par nombre d'universités où on peut l'étudier, décroissant ; à égalité, par score.
    Breadth,
}

/// A page of nodes within reach.
pub struct Reachable {
    edges: Vec<ReachableEdge>,
    info: PageInfo,
    total: usize,
    end: End,
    graph: Arc<Graph>,
    wanted: Arc<Reach>,
    unresolved: Vec<Ref>,
}

/// A node within reach, with what sets it apart from others.
struct WithinReach {
    within: Within,
    class: u32,
    /// At how many universities its best pathway can be followed.
    universities: usize,
}

impl Reachable {
    /// Finds all and cuts the page.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a kind that no pathway holds or a cursor of another list; those of heavy work.
    pub async fn find(
        ctx: &Context<'_>,
        graph: Arc<Graph>,
        wanted: Reach,
        order: EndOrder,
        (page, list): (Page, ListId),
    ) -> Result<Reachable, ApiError> {
        let page = page.of(list)?;
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let searched = graph.clone();
        let query = Arc::new(wanted.query());
        let wanted = Arc::new(wanted);
        let (asked, asked_for) = (query.clone(), wanted.clone());
        let (cut, end) = work
            .run(move |cancel| {
                let graph = &searched;
                let found = reach::reach(graph, &asked_for, &|| cancel.is_set())
                    .map_err(|fault| ApiError::invalid_input(format!("{fault}.")))?;
                let mut entries = entries(graph, &asked, found.entries);
                if order == EndOrder::Breadth {
                    entries.sort_by_key(|entry| std::cmp::Reverse(entry.universities));
                }
                let cut = page.cut(entries, |entry, position| {
                    let (breadth, position, node) = read(order, position)?;
                    let by_strength = reach::compare(graph, &entry.within, &position, &node);
                    Ok(breadth.map_or(by_strength, |breadth| breadth.cmp(&entry.universities).then(by_strength)))
                })?;
                let with_evidence = |entry: WithinReach| (reach::pathway(graph, &asked_for, &entry.within), entry);
                let entries: Vec<(Pathway, WithinReach)> = cut.entries.into_iter().map(with_evidence).collect();
                Ok::<_, ApiError>(((entries, cut.has_previous, cut.has_next, cut.total), found.end))
            })
            .await??;
        let (entries, has_previous_page, has_next_page, total) = cut;
        let edges: Vec<ReachableEdge> = entries
            .into_iter()
            .map(|(pathway, WithinReach { within: Within { node, .. }, class, universities })| {
                let cursor = cursor(list, order, universities, &pathway.position(&graph), graph.key(node));
                let score = pathway.score;
                let best = PathwayView::single(Lens::SNAPSHOT, graph.clone(), query.clone(), pathway);
                ReachableEdge { node: At::now(node), cursor, score, best, class, universities }
            })
            .collect();
        let info = PageInfo {
            has_next_page,
            has_previous_page,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Ok(Reachable { edges, info, total, end, graph, wanted, unresolved: Vec::new() })
    }

    /// What is within reach where nothing is known of an end.
    pub fn nothing(graph: Arc<Graph>, wanted: Reach, unresolved: Vec<Ref>) -> Reachable {
        let info = PageInfo { has_next_page: false, has_previous_page: false, start_cursor: None, end_cursor: None };
        let wanted = Arc::new(wanted);
        Reachable { edges: Vec::new(), info, total: 0, end: End::Proven, graph, wanted, unresolved }
    }

    /// The same, with the refs that were left out of the question.
    pub fn leaving_out(self, unresolved: Vec<Ref>) -> Reachable {
        Reachable { unresolved, ..self }
    }
}

/// What is within reach, by strength, with the class of each and where its best pathway can be followed.
fn entries(graph: &Graph, query: &Query, found: Vec<Within>) -> Vec<WithinReach> {
    let ways = || found.iter().map(|within| &*within.nodes);
    let classes = classes::classes(graph, query, ways());
    let breadths = offers::counts(graph, query, ways());
    let entry = |((within, class), universities)| WithinReach { within, class, universities };
    found.into_iter().zip(classes).zip(breadths).map(entry).collect()
}

/// In an order by breadth that; then the node, the score of its pathway, the keys of that.
fn cursor(list: ListId, order: EndOrder, universities: usize, position: &Position, node: &Key) -> String {
    let keys: Vec<&str> = position.keys.iter().map(Key::as_str).collect();
    let by_strength = format!("{node} {} {}", position.score, keys.join(" "));
    match order {
        EndOrder::Strength => list.cursor(&by_strength),
        EndOrder::Breadth => list.cursor(&format!("{universities} {by_strength}")),
    }
}

fn read(order: EndOrder, text: &str) -> Result<(Option<usize>, Position, Key), ApiError> {
    let parts = || -> Option<(Option<usize>, Position, Key)> {
        let mut words = text.split(' ');
        let breadth = match order {
            EndOrder::Strength => None,
            EndOrder::Breadth => Some(words.next()?.parse().ok()?),
        };
        let node = words.next()?.parse().ok()?;
        let score: f64 = words.next()?.parse().ok().filter(|score: &f64| score.is_finite())?;
        let keys: Vec<Key> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
        (keys.len() > 1).then_some((breadth, Position { score, keys }, node))
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

    /// Les classes des fiches de la page : ce que les sources ne départagent pas est ensemble.
    async fn classes(&self, ctx: &Context<'_>) -> Vec<ReachableClass> {
        let mut all: BTreeMap<u32, Vec<Entity>> = BTreeMap::new();
        for edge in &self.edges {
            all.entry(edge.class).or_default().push(Entity::of(ctx, edge.node));
        }
        all.into_iter().map(|(class, nodes)| ReachableClass { class, size: nodes.len(), nodes }).collect()
    }

    /// Nombre de fiches, toutes pages confondues.
    async fn total_count(&self) -> usize {
        self.total
    }

    /// Les références que rien ne porte, laissées de côté à la demande de `skipUnknown`.
    async fn unresolved(&self) -> &[Ref] {
        &self.unresolved
    }

    /// Pourquoi rien, ou pas davantage, n'est atteint, et le plus petit changement qui aiderait ; `null` s'il n'y a rien à en
    /// dire. Exemple : « Hors de Normandie : 12 autres métiers. »
    async fn diagnosis(&self, ctx: &Context<'_>) -> Result<Option<DiagnosisView>, ApiError> {
        if self.wanted.from.is_empty() && self.wanted.to.is_empty() {
            return Ok(None);
        }
        let work = ctx.data_opt::<Work>().expect("every operation is executed with a pool to work on");
        let (graph, wanted, found) = (self.graph.clone(), self.wanted.clone(), (self.total, self.end));
        let diagnosis = work.run(move |cancel| listed::reachable(&graph, &wanted, found, &|| cancel.is_set())).await?;
        Ok(diagnosis.map(|diagnosis| DiagnosisView { lens: Lens::SNAPSHOT, diagnosis }))
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
    class: u32,
    universities: usize,
}

/// Des fiches que les sources ne départagent pas : l'ordre entre elles ne dit rien.
#[derive(SimpleObject)]
struct ReachableClass {
    /// Le numéro de la classe, à partir de 1, dans l'ordre des scores.
    class: u32,
    /// Combien de fiches de cette page en sont.
    size: usize,
    /// Ces fiches.
    nodes: Vec<Entity>,
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

    /// Sa classe, à partir de 1 : les fiches d'une même classe, les sources ne les départagent pas.
    #[graphql(name = "class")]
    async fn class_of_equals(&self) -> u32 {
        self.class
    }

    /// Dans combien d'universités on peut suivre cette meilleure voie.
    async fn universities(&self) -> usize {
        self.universities
    }
}
