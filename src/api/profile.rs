//! `ProfileInput`: what a client says of a person, checked and resolved.

use async_graphql::InputObject;

use crate::api::entity::Modality;
use crate::api::error::{ApiError, quoted};
use crate::api::reference;
use crate::api::schema_names::Ref;
use crate::graph::places::{PlaceFault, Places};
use crate::graph::{Graph, NodeIx};
use crate::guidance::recommend::{BadRiasec, Profile};
use crate::model::Kind;

/// The most references that one field takes.
const MOST_REFS: usize = 50;

/// Ce que l'on sait d'une personne. Seuls comptent les champs donnés ; rien n'en est gardé.
#[derive(InputObject, Default, Clone, Debug)]
pub struct ProfileInput {
    /// La licence obtenue ou préparée. Exemple : `"SVT"`.
    pub licence: Option<Ref>,
    /// Compétences que l'on a. Exemple : `["veille", "vulgarisation"]`.
    pub skills: Option<Vec<Ref>>,
    /// Compétences, métiers ou secteurs qui attirent. Exemple : `["open science", "musées"]`.
    pub interests: Option<Vec<Ref>>,
    /// Lettres RIASEC, la plus forte d'abord. Exemple : `"IAS"`.
    pub riasec: Option<String>,
    /// Région où étudier. Exemple : `"Normandie"`.
    pub region: Option<String>,
    /// Comment étudier. Exemple : `APPRENTICESHIP`.
    pub modality: Option<Modality>,
    /// Métiers, poursuites d'études, masters ou parcours souhaités. Exemple : `["journaliste environnemental"]`.
    pub wishes: Option<Vec<Ref>>,
}

impl ProfileInput {
    /// The profile over a graph. With `skip`, what nothing bears in a list of references goes to `unresolved`.
    ///
    /// # Errors
    /// An empty profile, unknown or ambiguous refs, letters that are not RIASEC, a region that no source names.
    pub fn compile(self, graph: &Graph, skip: bool, unresolved: &mut Vec<Ref>) -> Result<Profile, ApiError> {
        let before = unresolved.len();
        let mut list = |name: &str, refs: Option<Vec<Ref>>, kinds: &[Kind]| {
            list(graph, name, reference::known(graph, refs.unwrap_or_default(), kinds, skip, unresolved), kinds)
        };
        let skills = list("skills", self.skills, &[Kind::Skill])?;
        let interests = list("interests", self.interests, &[Kind::Skill, Kind::Job, Kind::Sector])?;
        let wishes = list("wishes", self.wishes, &[Kind::Job, Kind::Study, Kind::Master, Kind::Parcours])?;
        let profile = Profile {
            licence: self.licence.map(|text| reference::one(graph, &text, &[Kind::Licence])).transpose()?,
            skills,
            interests,
            riasec: self
                .riasec
                .map(|text| text.parse())
                .transpose()
                .map_err(|bad: BadRiasec| ApiError::invalid_input(format!("`profile.riasec` : {bad}.")))?,
            region: self.region.map(|name| region(graph, &name)).transpose()?,
            modality: self.modality.map(Into::into),
            wishes,
        };
        if profile == Profile::default() && unresolved.len() == before {
            return Err(ApiError::invalid_input("`profile` est vide : donnez au moins un champ."));
        }
        Ok(profile)
    }
}

fn list(graph: &Graph, name: &str, refs: Vec<Ref>, kinds: &[Kind]) -> Result<Vec<NodeIx>, ApiError> {
    if refs.len() > MOST_REFS {
        let message = format!("`profile.{name}` compte {} références : {MOST_REFS} au plus.", refs.len());
        return Err(ApiError::invalid_input(message));
    }
    let mut nodes = Vec::new();
    for text in &refs {
        nodes.extend(reference::all(graph, text, kinds)?);
    }
    nodes.sort_by(|a, b| graph.by_key(*a, *b));
    nodes.dedup();
    Ok(nodes)
}

/// The region as sources name it.
fn region(graph: &Graph, name: &str) -> Result<String, ApiError> {
    let mut regions = Places::of(graph).region(name).map_err(|fault| {
        let near = match fault {
            PlaceFault::Unknown(near) | PlaceFault::Homonyms(near) if !near.is_empty() => {
                format!(" Régions proches : {}.", near.join(", "))
            }
            PlaceFault::Unknown(_) | PlaceFault::Homonyms(_) | PlaceFault::Unplaced => String::new(),
        };
        let name = quoted(name);
        ApiError::invalid_input(format!(
            "`profile.region` : aucune formation du graphe n'est située en « {name} ».{near}"
        ))
    })?;
    Ok(regions.swap_remove(0))
}
