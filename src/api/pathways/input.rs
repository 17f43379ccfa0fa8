//! What a client may ask of pathways.

use async_graphql::{Enum, InputObject};

use crate::api::entity::Modality;
use crate::api::error::ApiError;
use crate::api::known;
use crate::api::listing::one_or_more;
use crate::api::place::{NearInput, Written, suggestions};
use crate::api::reference;
use crate::api::schema_names::{Ref, RelationName, relation_name};
use crate::graph::Graph;
use crate::model::{Kind, Relation};
use crate::pathway::{EvidenceKind, Filter, Retired};

/// Sur quoi repose une étape d'une voie.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "EvidenceKind", remote = "EvidenceKind")]
pub enum EvidenceKindName {
    /// Déclarée : une source affirme cette étape même.
    Stated,
    /// Famille : une source affirme que le diplôme mène à une famille de métiers (un code ROME, sous l'intitulé qu'elle écrit), et
    /// la nomenclature y range ce métier. Elle compte en entier si la famille n'a que ce métier ou porte son nom, sinon
    /// pour une part en 1/√n de ses n métiers. Aucune source ne nomme le métier lui-même.
    Family,
    /// Héritée : une source l'affirme du master dont le parcours fait partie ; elle compte pour 0,6 de son poids.
    Inherited,
    /// Compétences : le parcours développe une part des compétences que le métier demande ; elle compte pour la moitié de
    /// cette part. C'est une déduction, que personne n'affirme.
    Skills,
}

/// The schema's word for a kind of evidence.
pub fn evidence_name(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Stated => "STATED",
        EvidenceKind::Family => "FAMILY",
        EvidenceKind::Inherited => "INHERITED",
        EvidenceKind::Skills => "SKILLS",
    }
}

/// Ce que toute une voie doit vérifier. Un critère absent ne filtre rien ; plusieurs valeurs d'un critère veulent dire
/// « l'une ou l'autre ». Région, ville, université, modalité et langue sont celles du parcours, ou, pour une voie qui n'en
/// passe par aucun, celles d'une université qui délivre le master.
#[derive(InputObject, Default, Clone, Debug)]
pub struct PathwayFilter {
    /// Région du parcours. Exemple : `"Normandie"`.
    pub region: Option<Vec<String>>,
    /// Académie du parcours. Exemple : `"Nice"`.
    pub academy: Option<Vec<String>>,
    /// Ville du parcours, tous arrondissements compris. Exemple : `"Caen"`. De deux villes du même nom, dites la région :
    /// `"Saint-Denis (La Réunion)"`.
    pub city: Option<Vec<String>>,
    /// Département du parcours, par son numéro ou son nom : les villes où une université y a son siège. Exemple : `"Rhône"`.
    pub department: Option<Vec<String>>,
    /// À telle distance d'une ville, à vol d'oiseau, d'après les coordonnées des établissements.
    pub near: Option<NearInput>,
    /// Université qui propose le parcours.
    pub university: Option<Vec<Ref>>,
    /// Modalité du parcours. Exemple : `DISTANCE`.
    pub modality: Option<Vec<Modality>>,
    /// Langue d'enseignement (code ISO 639-1). Exemple : `"fr"`.
    pub language: Option<Vec<String>>,
    /// Domaine du master, ou de celui du parcours, sans tenir compte de la casse ni des accents. Une voie sans master ni
    /// parcours n'est pas concernée.
    pub domain: Option<Vec<String>>,
    /// Force minimale de chaque étape, de 0 à 1.
    pub min_strength: Option<f64>,
    /// Score minimal de la voie, de 0 à 1.
    pub min_score: Option<f64>,
    /// Les seules sortes de preuves qui comptent ; toutes sans précision. Exemple : `[STATED]`, seulement ce qu'une source
    /// affirme.
    pub evidence: Option<Vec<EvidenceKindName>>,
    /// Les seules relations permises ; toutes celles qui avancent sans précision.
    pub relations: Option<Vec<RelationName>>,
    /// `true` : les fiches retirées comptent aussi. Par défaut elles sont écartées.
    pub retired: Option<bool>,
}

impl PathwayFilter {
    /// The filter over a graph.
    ///
    /// # Errors
    /// Unknown universities, too many values.
    pub fn compile(self, graph: &Graph) -> Result<Filter, ApiError> {
        let places = Written {
            regions: one_or_more("region", self.region)?,
            academies: one_or_more("academy", self.academy)?,
            cities: one_or_more("city", self.city)?,
            departments: one_or_more("department", self.department)?,
            near: self.near,
        };
        let places = places.compile(graph)?;
        let mut universities = Vec::new();
        for text in one_or_more("university", self.university)? {
            universities.extend(reference::all(graph, &text, &[Kind::University])?);
        }
        Ok(Filter {
            regions: places.regions,
            academies: places.academies,
            cities: places.cities,
            universities,
            modalities: one_or_more("modality", self.modality)?.into_iter().map(Into::into).collect(),
            languages: known::languages(graph, &one_or_more("language", self.language)?)?,
            domains: known::domains(graph, &one_or_more("domain", self.domain)?)?,
            min_strength: self.min_strength,
            min_score: self.min_score,
            evidence: match self.evidence {
                Some(kinds) => kinds.into_iter().map(EvidenceKind::from).collect(),
                None => EvidenceKind::ALL.into_iter().collect(),
            },
            relations: self.relations.map(steps).transpose()?,
            retired: if self.retired == Some(true) { Retired::Included } else { Retired::LeftOut },
        })
    }
}

/// Relations that a pathway may step along.
///
/// # Errors
/// `INVALID_INPUT` for others, and for none: nothing would be found, and nobody told why.
fn steps(relations: Vec<RelationName>) -> Result<Vec<Relation>, ApiError> {
    let relations: Vec<Relation> = one_or_more("relations", Some(relations))?.into_iter().map(Into::into).collect();
    let Some(other) = relations.iter().find(|relation| !relation.on_pathways()) else { return Ok(relations) };
    let steps = Relation::ALL.into_iter().filter(|relation| relation.on_pathways());
    let steps: Vec<&str> = steps.map(relation_name).collect();
    let message =
        format!("`where.relations` : aucune voie ne passe par {}. Donnez {}.", relation_name(*other), steps.join(", "));
    Err(ApiError::invalid_input(message).with("suggestions", suggestions(steps.into_iter().map(str::to_owned))))
}
