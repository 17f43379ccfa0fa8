//! What a search found, as the schema shows it.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::input::EvidenceKindName;
use crate::api::entity::{Entity, Job, Licence, Master, Parcours, Skill, Source, University};
use crate::api::page::{self, PageInfo};
use crate::api::scope::{At, Lens};
use crate::api::words::RelationName;
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;
use crate::pathway::{self, Evidence, Found, Pathway, Query, Retired, Step};

/// What all pathways of an answer share.
struct Answer {
    lens: Lens,
    graph: Arc<Graph>,
    query: Arc<Query>,
    found: Found,
}

impl Answer {
    fn at(&self, ix: NodeIx) -> At {
        At { lens: self.lens, ix }
    }

    fn retired(&self) -> bool {
        self.query.filter.retired == Retired::Included
    }
}

/// A page of pathways.
pub struct Pathways(Arc<Answer>);

impl Pathways {
    /// The answer to a query.
    pub fn new(lens: Lens, graph: Arc<Graph>, query: Arc<Query>, found: Found) -> Pathways {
        Pathways(Arc::new(Answer { lens, graph, query, found }))
    }

    fn views(&self) -> impl Iterator<Item = PathwayView> {
        (0..self.0.found.pathways.len()).map(|rank| PathwayView { answer: self.0.clone(), rank })
    }

    fn entities(&self, ctx: &Context<'_>, nodes: &[NodeIx]) -> Vec<Entity> {
        let mut nodes = nodes.to_vec();
        nodes.sort_by(|a, b| self.0.graph.key(*a).cmp(self.0.graph.key(*b)));
        nodes.into_iter().map(|ix| Entity::of(ctx, self.0.at(ix))).collect()
    }
}

/// Les chemins trouvés, du plus sûr au moins sûr.
#[Object(name = "PathwayConnection")]
impl Pathways {
    /// Les chemins de la page, chacun avec son repère.
    async fn edges(&self) -> Vec<PathwayEdge> {
        self.views().map(PathwayEdge).collect()
    }

    /// Les chemins de la page.
    async fn nodes(&self) -> Vec<PathwayView> {
        self.views().collect()
    }

    /// Où se trouve la page dans la liste.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.0.found.has_next,
            has_previous_page: self.0.query.after.is_some(),
            start_cursor: self.views().next().map(|view| view.cursor()),
            end_cursor: self.views().last().map(|view| view.cursor()),
        }
    }

    /// Les fiches que `from` désigne.
    async fn from(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.entities(ctx, &self.0.query.from)
    }

    /// Les fiches que `to` désigne.
    async fn to(&self, ctx: &Context<'_>) -> Vec<Entity> {
        self.entities(ctx, &self.0.query.to)
    }

    /// Vrai si ces chemins sont, preuve faite, les meilleurs ; faux si la recherche a épuisé son budget avant.
    async fn exhaustive(&self) -> bool {
        self.0.found.exhaustive()
    }
}

/// One pathway of a page.
struct PathwayEdge(PathwayView);

/// Un chemin d'une page.
#[Object]
impl PathwayEdge {
    /// Repère de ce chemin, pour `after`.
    async fn cursor(&self) -> String {
        self.0.cursor()
    }

    /// Le chemin.
    async fn node(&self) -> PathwayView {
        self.0.clone()
    }
}

/// One pathway.
#[derive(Clone)]
pub struct PathwayView {
    answer: Arc<Answer>,
    rank: usize,
}

impl PathwayView {
    fn pathway(&self) -> &Pathway {
        &self.answer.found.pathways[self.rank]
    }

    fn cursor(&self) -> String {
        let position = self.pathway().position(&self.answer.graph);
        let keys: Vec<&str> = position.keys.iter().map(|key| key.as_str()).collect();
        page::cursor(&format!("{} {}", position.score, keys.join(" ")))
    }

    fn first<T: From<At>>(&self, kind: Kind) -> Option<T> {
        self.pathway().first(&self.answer.graph, kind).map(|ix| T::from(self.answer.at(ix)))
    }

    fn skills(&self, skills: Vec<NodeIx>) -> Vec<Skill> {
        skills.into_iter().map(|ix| self.answer.at(ix).into()).collect()
    }
}

/// Un chemin d'études et d'emploi, avec ce qui le fonde.
#[Object(name = "Pathway")]
impl PathwayView {
    /// Score, de 0 à 1 : le produit des forces de ses étapes. Il classe les chemins ; ce n'est pas une probabilité.
    async fn score(&self) -> f64 {
        self.pathway().score
    }

    /// Les étapes, dans l'ordre.
    async fn steps(&self) -> Vec<StepView> {
        (0..self.pathway().steps.len()).map(|step| StepView { view: self.clone(), step }).collect()
    }

    /// La première licence du chemin.
    async fn licence(&self) -> Option<Licence> {
        self.first(Kind::Licence)
    }

    /// Le premier master du chemin.
    async fn master(&self) -> Option<Master> {
        self.first(Kind::Master)
    }

    /// Le premier parcours du chemin.
    async fn parcours(&self) -> Option<Parcours> {
        self.first(Kind::Parcours)
    }

    /// L'université qui propose ce parcours ; `null` si aucune source ne la nomme.
    async fn university(&self) -> Option<University> {
        let graph = &self.answer.graph;
        let parcours = self.pathway().first(graph, Kind::Parcours)?;
        let host = pathway::first_host(graph, parcours, self.answer.query.filter.retired)?;
        Some(self.answer.at(host).into())
    }

    /// Le premier métier du chemin.
    async fn job(&self) -> Option<Job> {
        self.first(Kind::Job)
    }

    /// Les compétences que le chemin développe.
    async fn skills_gained(&self) -> Vec<Skill> {
        self.skills(pathway::skills::gained(&self.answer.graph, self.pathway(), self.answer.retired()))
    }

    /// Les compétences que le dernier métier demande et que le chemin ne développe pas, les plus importantes d'abord.
    async fn skills_missing(&self) -> Vec<Skill> {
        self.skills(pathway::skills::missing(&self.answer.graph, self.pathway(), self.answer.retired()))
    }

    /// La preuve à laquelle le chemin tient le plus : la plus forte de son étape la moins sûre.
    async fn weakest(&self) -> EvidenceView {
        let pathway = self.pathway();
        let (step, evidence) = pathway.weakest().expect("a search finds no pathway without steps");
        let at = pathway.steps.iter().position(|other| other == step).unwrap_or_default();
        let piece = step.evidence.iter().position(|other| other == evidence).unwrap_or_default();
        EvidenceView { view: self.clone(), step: at, piece }
    }
}

/// One step.
struct StepView {
    view: PathwayView,
    step: usize,
}

impl StepView {
    fn get(&self) -> &Step {
        &self.view.pathway().steps[self.step]
    }
}

/// Une étape d'un chemin.
#[Object(name = "PathwayStep")]
impl StepView {
    /// D'où part l'étape.
    async fn from(&self, ctx: &Context<'_>) -> Entity {
        Entity::of(ctx, self.view.answer.at(self.get().from))
    }

    /// Ce qu'est l'étape.
    async fn relation(&self) -> RelationName {
        self.get().relation.into()
    }

    /// Où mène l'étape.
    async fn to(&self, ctx: &Context<'_>) -> Entity {
        Entity::of(ctx, self.view.answer.at(self.get().to))
    }

    /// Force, plus grande que 0 et au plus 1 : les preuves de l'étape, combinées (1 − Π(1 − e)).
    async fn strength(&self) -> f64 {
        self.get().strength
    }

    /// Les preuves de l'étape ; au moins une.
    async fn evidence(&self) -> Vec<EvidenceView> {
        let piece = |piece| EvidenceView { view: self.view.clone(), step: self.step, piece };
        (0..self.get().evidence.len()).map(piece).collect()
    }
}

/// One piece of evidence.
pub struct EvidenceView {
    view: PathwayView,
    step: usize,
    piece: usize,
}

impl EvidenceView {
    fn get(&self) -> &Evidence {
        &self.view.pathway().steps[self.step].evidence[self.piece]
    }
}

/// Ce qui fonde une étape : qui l'affirme, ou quelles compétences la rendent plausible.
#[Object(name = "Evidence")]
impl EvidenceView {
    /// Sorte de preuve.
    async fn kind(&self) -> EvidenceKindName {
        self.get().kind.into()
    }

    /// Force de la preuve, plus grande que 0 et au plus 1.
    async fn strength(&self) -> f64 {
        self.get().strength
    }

    /// Les compétences communes au parcours et au métier ; vide si la preuve n'en vient pas.
    async fn skills(&self) -> Vec<Skill> {
        self.view.skills(self.get().skills.clone())
    }

    /// Les sources dont vient la preuve.
    async fn sources(&self) -> Vec<Source> {
        self.get().sources.iter().map(|ix| Source(self.view.answer.at(*ix))).collect()
    }
}
