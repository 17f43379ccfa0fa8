//! Pathways for a profile: the hundred best for anyone, in the profile's order, cut to the page.

use async_graphql::{Context, Enum, SimpleObject};

use crate::api::entity::Entity;
use crate::api::scope::{At, Lens};
use crate::graph::Graph;
use crate::guidance::recommend::Profile;
use crate::guidance::rerank::{Favour, Favoured, Personal, rerank};
use crate::pathway::query::MAX_FIRST;
use crate::pathway::{self, Found, Query, QueryFault};

/// The page of a query in the order of a profile. Pages lie within the hundred best; a cursor marks a pathway, and the
/// page after one that is no longer among them is empty.
pub(super) fn search(
    graph: &Graph,
    query: &Query,
    profile: &Profile,
    interrupted: &dyn Fn() -> bool,
) -> Result<(Found, Vec<Personal>), QueryFault> {
    query.check(graph)?;
    let all = Query { first: MAX_FIRST, after: None, ..query.clone() };
    let mut found = pathway::search(graph, &all, interrupted)?;
    let ranked = rerank(graph, profile, std::mem::take(&mut found.pathways));
    let start = match &query.after {
        None => 0,
        Some(after) => {
            let marked = |(pathway, _): &(_, _)| pathway::Pathway::position(pathway, graph).keys == after.keys;
            ranked.iter().position(marked).map_or(ranked.len(), |place| place + 1)
        }
    };
    found.has_next = ranked.len() > start + query.first;
    let (pathways, personal) = ranked.into_iter().skip(start).take(query.first).unzip();
    found.pathways = pathways;
    // The profile's order is another than the one that classes are told of.
    found.classes = None;
    Ok((found, personal))
}

/// Ce que le profil trouve dans une voie.
#[derive(SimpleObject)]
pub(super) struct ProfileReason {
    /// De quelle sorte c'est.
    kind: ProfileReasonKind,
    /// Ce que cela ajoute : 0.2 pèse la voie comme si son score était plus grand d'un cinquième. Le score reste le même.
    bonus: f64,
    /// La raison en une phrase.
    text: String,
    /// Les fiches dont elle parle.
    entities: Vec<Entity>,
}

impl ProfileReason {
    pub fn new(ctx: &Context<'_>, lens: Lens, reason: &Favoured) -> ProfileReason {
        ProfileReason {
            kind: reason.favour.into(),
            bonus: reason.bonus,
            text: reason.text.clone(),
            entities: reason.nodes.iter().map(|ix| Entity::of(ctx, At { lens, ix: *ix })).collect(),
        }
    }
}

/// Ce qu'un profil peut trouver dans une voie.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Favour")]
pub(super) enum ProfileReasonKind {
    /// Il passe par la licence du profil (+0,20).
    Licence,
    /// Il passe par quelque chose de souhaité (+0,30).
    Wish,
    /// Des compétences du profil sont de celles que le métier demande et que le diplôme n'apporte pas (jusqu'à +0,30).
    Skills,
    /// Son parcours est dans la région choisie (+0,20).
    Region,
    /// Son parcours peut être suivi comme souhaité (+0,10).
    Modality,
}
