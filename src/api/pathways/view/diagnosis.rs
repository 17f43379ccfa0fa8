//! A diagnosis as the schema shows it: each reason with its kind, its message and the entities that it is about.

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::api::entity::Entity;
use crate::api::scope::{At, Lens};
use crate::graph::NodeIx;
use crate::pathway::diagnose::{self, Cause, Diagnosis};

/// A diagnosis as the schema shows it.
pub struct DiagnosisView {
    /// In which graph its nodes are.
    pub lens: Lens,
    /// What it says.
    pub diagnosis: Diagnosis,
}

/// Pourquoi rien, ou pas davantage, n'a été trouvé, et quoi essayer.
#[Object(name = "Diagnosis")]
impl DiagnosisView {
    /// Le tout en quelques phrases.
    async fn message(&self) -> String {
        let messages: Vec<&str> = self.diagnosis.reasons.iter().map(|reason| reason.message.as_str()).collect();
        messages.join(" ")
    }

    /// Chaque raison à part, de la plus simple à la plus lointaine.
    async fn reasons(&self, ctx: &Context<'_>) -> Vec<ReasonView> {
        let entities =
            |nodes: &[NodeIx]| nodes.iter().map(|ix| Entity::of(ctx, At { lens: self.lens, ix: *ix })).collect();
        let view = |reason: &diagnose::Reason| {
            let (kind, filter, nodes): (_, _, &[NodeIx]) = match &reason.cause {
                Cause::Budget => (ReasonKind::Budget, None, &[]),
                Cause::Interrupted => (ReasonKind::Interrupted, None, &[]),
                Cause::SameEnds => (ReasonKind::SameEnds, None, &[]),
                Cause::Kind { nodes } => (ReasonKind::Kind, None, nodes),
                Cause::RetiredEnds { nodes } => (ReasonKind::RetiredEnds, None, nodes),
                Cause::Access { job } => (ReasonKind::Access, None, std::slice::from_ref(job)),
                Cause::Reversed => (ReasonKind::Reversed, None, &[]),
                Cause::Excluded { by, .. } => (ReasonKind::Excluded, Some((*by).to_owned()), &[]),
                Cause::DeadEnd { reached } => (ReasonKind::DeadEnd, None, reached),
                Cause::Unreached { reached } => (ReasonKind::Unreached, None, reached),
                Cause::MissingLink { from, .. } => (ReasonKind::MissingLink, None, from),
                Cause::TooWide { of, .. } => (ReasonKind::TooWide, None, of),
                Cause::TryInstead { nodes } => (ReasonKind::TryInstead, None, nodes),
                Cause::TryLicence { nodes } => (ReasonKind::TryLicence, None, nodes),
                Cause::TrySkill { nodes, .. } => (ReasonKind::TrySkill, Some("via".to_owned()), nodes),
            };
            ReasonView { kind, message: reason.message.clone(), filter, entities: entities(nodes) }
        };
        self.diagnosis.reasons.iter().map(view).collect()
    }
}

/// Une raison, ou une chose à essayer.
#[derive(SimpleObject)]
#[graphql(name = "DiagnosisReason")]
struct ReasonView {
    /// De quelle sorte elle est.
    kind: ReasonKind,
    /// En une ou deux phrases.
    message: String,
    /// Le critère de la question qui écarte des voies, par son nom. Exemple : `where.region`.
    filter: Option<String>,
    /// Les fiches concernées.
    entities: Vec<Entity>,
}

/// Sorte de raison.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "DiagnosisKind")]
enum ReasonKind {
    /// La recherche a épuisé son budget.
    Budget,
    /// La recherche a été interrompue par son délai.
    Interrupted,
    /// Le départ et l'arrivée sont les mêmes.
    SameEnds,
    /// Un bout n'est pas d'une nature qui porte des voies.
    Kind,
    /// Un bout a été retiré.
    RetiredEnds,
    /// L'accès au métier demandé est réglementé : des études seules n'y mènent pas.
    Access,
    /// Les bouts sont dans le mauvais sens.
    Reversed,
    /// Sans ce critère, des voies sont trouvées.
    Excluded,
    /// Rien ne mène plus loin que les fiches atteintes depuis le départ.
    DeadEnd,
    /// L'arrivée n'est atteinte que depuis ces fiches.
    Unreached,
    /// Une relation qu'aucune source n'affirme ferait une voie.
    MissingLink,
    /// Des sources annoncent une famille de métiers dont l'arrivée fait partie, sans la nommer : cela n'en atteste pas l'accès.
    TooWide,
    /// Une arrivée voisine vers laquelle des voies existent : mettez-la dans `to`.
    TryInstead,
    /// Une licence voisine d'où des voies existent : mettez-la dans `from`.
    TryLicence,
    /// Une compétence plus large ou plus précise par laquelle des voies passent : mettez-la dans `via`.
    TrySkill,
}
