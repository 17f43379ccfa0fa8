//! What each reference of a question was read as.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object};

use super::PathwaysAnswer;
use crate::api::entity::Entity;
use crate::api::schema_names::Ref;
use crate::api::scope::At;
use crate::graph::{Graph, Match};
use crate::model::Kind;
use crate::pathway::query::Called;

/// Le rôle d'une référence dans une question.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "AskedRole")]
pub enum Role {
    /// D'où l'on part.
    From,
    /// Où l'on veut arriver.
    To,
    /// Ce par quoi l'on passe.
    Via,
    /// Ce que l'on évite.
    Avoid,
}

impl Role {
    /// The argument that takes it.
    pub fn argument(self) -> &'static str {
        match self {
            Role::From => "from",
            Role::To => "to",
            Role::Via => "via",
            Role::Avoid => "avoid",
        }
    }

    /// The kinds that it takes. At an end, the nearest to that end first.
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Role::From => &[Kind::Licence, Kind::Master, Kind::Parcours, Kind::Job, Kind::Study],
            Role::To => &[Kind::Study, Kind::Job, Kind::Family, Kind::Parcours, Kind::Master, Kind::Licence],
            Role::Via | Role::Avoid => &Kind::ALL,
        }
    }
}

/// A reference and what it was read as.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As it was asked.
    pub reference: Ref,
    /// Its part in the question.
    pub role: Role,
    /// What it names.
    pub matches: Vec<Match>,
}

impl Asked {
    /// What the question called its ends otherwise than by their names.
    pub fn called(&self, graph: &Graph) -> impl Iterator<Item = Called> {
        let of_end = matches!(self.role, Role::From | Role::To);
        self.matches.iter().filter(move |_| of_end).filter_map(|found| {
            let told = found.told(graph, &self.reference.0)?;
            Some(Called { node: found.node, told, note: found.note })
        })
    }
}

/// One reference of an answer's question.
pub(super) struct AskedView {
    pub(super) answer: Arc<PathwaysAnswer>,
    pub(super) index: usize,
}

impl AskedView {
    fn asked(&self) -> &Asked {
        &self.answer.asked[self.index]
    }
}

/// Une référence telle qu'elle a été demandée, et ce qu'elle désigne.
#[Object(name = "Asked")]
impl AskedView {
    /// La référence, telle qu'elle a été écrite.
    #[graphql(name = "ref")]
    async fn reference(&self) -> Ref {
        self.asked().reference.clone()
    }

    /// Son rôle dans la question.
    async fn role(&self) -> Role {
        self.asked().role
    }

    /// Ce qui, de la première fiche, répond à la référence : son identifiant, un nom, une appellation, un code.
    async fn matched(&self) -> &str {
        self.asked().matches.first().map_or("", |found| &found.matched)
    }

    /// Les fiches désignées ; d'un mot courant, ses sens, le plus courant d'abord.
    async fn entities(&self, ctx: &Context<'_>) -> Vec<Entity> {
        let at = |found: &Match| At { lens: self.answer.lens, ix: found.node };
        self.asked().matches.iter().map(|found| Entity::of(ctx, at(found))).collect()
    }

    /// La référence avec la fiche qui répond, quand elle porte un autre nom : « archiviste (fiche « Documentaliste ») » ; `null` sinon.
    async fn told(&self) -> Option<String> {
        let (asked, graph) = (self.asked(), &self.answer.graph);
        let reference = &asked.reference.0;
        match &asked.matches[..] {
            [] => None,
            [one] => one.told(graph, reference),
            [first, ..] => {
                first.told(graph, reference)?;
                let names = asked.matches.iter().map(|found| format!("« {} »", graph.node(found.node).name));
                Some(format!("{} (fiches {})", reference.trim(), names.collect::<Vec<_>>().join(", ")))
            }
        }
    }

    /// Ce qu'il faut savoir quand on emploie ce mot, et que la fiche ne dit pas, avec sa source ; `null` le plus souvent.
    async fn note(&self) -> Option<&'static str> {
        self.asked().matches.first()?.note
    }
}
