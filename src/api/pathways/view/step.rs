//! The steps of a pathway and their evidence, as the schema shows them.

use async_graphql::{Context, Object, SimpleObject};

use super::PathwayView;
use crate::api::entity::{Entity, Family, Skill, Source};
use crate::api::pathways::input::EvidenceKindName;
use crate::api::schema_names::RelationName;
use crate::graph::EdgeIx;
use crate::pathway::explain;
use crate::pathway::{Evidence, Step};

/// One step.
pub(super) struct StepView {
    pub view: PathwayView,
    pub step: usize,
}

impl StepView {
    fn get(&self) -> &Step {
        &self.view.pathway().steps[self.step]
    }
}

/// Une étape d'une voie.
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
    pub(super) view: PathwayView,
    pub(super) step: usize,
    pub(super) piece: usize,
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

    /// La force en un mot : bien attesté, attesté ou peu attesté.
    async fn word(&self) -> &str {
        explain::Strength::of(self.get().strength).name()
    }

    /// Force de la preuve, plus grande que 0 et au plus 1.
    async fn strength(&self) -> f64 {
        self.get().strength
    }

    /// Les compétences communes au parcours et au métier ; vide si la preuve n'en vient pas.
    async fn skills(&self) -> Vec<Skill> {
        self.view.skills(self.get().skills.clone())
    }

    /// La famille de métiers que ses sources citent, quand aucune ne nomme le métier lui-même.
    async fn family(&self) -> Option<Family> {
        self.get().family.map(|ix| self.view.answer.at(ix).into())
    }

    /// Qui dit quoi : chaque relation sur laquelle la preuve repose, le débouché cité d'abord.
    async fn statements(&self, ctx: &Context<'_>) -> Vec<EvidenceStatement> {
        let graph = &*self.view.answer.graph;
        let statement = |edge: &EdgeIx| {
            let edge = graph.edge(*edge);
            let at = |ix| Entity::of(ctx, self.view.answer.at(ix));
            EvidenceStatement {
                relation: edge.relation().into(),
                from: at(edge.from()),
                to: at(edge.to()),
                weight: edge.weight().get(),
                sources: edge.sources().map(|ix| Source(self.view.answer.at(ix))).collect(),
            }
        };
        self.get().edges.iter().map(statement).collect()
    }

    /// Les sources dont vient la preuve.
    async fn sources(&self) -> Vec<Source> {
        self.get().sources.iter().map(|ix| Source(self.view.answer.at(*ix))).collect()
    }
}

/// Une relation sur laquelle repose une preuve, et qui l'affirme.
#[derive(SimpleObject)]
struct EvidenceStatement {
    /// La relation.
    relation: RelationName,
    /// D'où elle part.
    from: Entity,
    /// Où elle mène.
    to: Entity,
    /// Son poids.
    weight: f64,
    /// Les sources qui l'affirment.
    sources: Vec<Source>,
}
