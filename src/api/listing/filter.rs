//! `where` of lists of entities: the criteria of pathways' own, and those of any record.

use async_graphql::InputObject;

use super::offered::{Offer, domains, offers};
use crate::api::entity::Modality;
use crate::api::error::ApiError;
use crate::api::known;
use crate::api::place::{NearInput, Written, suggestions};
use crate::api::reference;
use crate::api::schema_names::Ref;
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;
use crate::model::text::fold;

/// The most values that one criterion takes.
const MOST_VALUES: usize = 50;

/// Ce que les fiches doivent toutes vérifier. Un critère absent ne filtre rien ; plusieurs valeurs d'un critère veulent dire
/// « l'une ou l'autre ». Lieu, université, modalité et langue sont vérifiés ensemble par une même offre : une université qui
/// propose le parcours, ou qui délivre le master ou en propose un parcours.
#[derive(InputObject, Default, Clone, Debug)]
pub struct EntityFilter {
    /// Le nom ou un alias contient ce texte, sans tenir compte de la casse ni des accents.
    pub name_contains: Option<String>,
    /// La fiche porte un code de cette nomenclature. Exemple : `ROME`.
    pub code_scheme: Option<Vec<String>>,
    /// La fiche est attestée par cette source (identifiant). Exemple : `source/onisep-ideo-metiers`.
    pub source: Option<Ref>,
    /// La fiche est dans cette région (masters, parcours, universités). Exemple : `Normandie`.
    pub region: Option<Vec<String>>,
    /// La fiche est dans cette ville, tous arrondissements compris (masters, parcours, universités). De deux villes du même
    /// nom, dites la région : `"Saint-Denis (La Réunion)"`.
    pub city: Option<Vec<String>>,
    /// La fiche est dans ce département, par son numéro ou son nom (masters, parcours, universités) : dans une ville où une
    /// université y a son siège.
    pub department: Option<Vec<String>>,
    /// La fiche est à telle distance d'une ville, à vol d'oiseau (masters, parcours, universités).
    pub near: Option<NearInput>,
    /// La fiche est dans cette académie (masters, parcours, universités).
    pub academy: Option<Vec<String>>,
    /// Cette université la propose ou la délivre (masters, parcours).
    pub university: Option<Vec<Ref>>,
    /// La fiche est de ce domaine, sans tenir compte de la casse ni des accents (licences, masters ; parcours : celui du master).
    pub domain: Option<Vec<String>>,
    /// La fiche se suit ainsi (masters, parcours).
    pub modality: Option<Vec<Modality>>,
    /// La fiche s'enseigne dans cette langue, code ISO 639-1 (masters, parcours).
    pub language: Option<Vec<String>>,
    /// `true` : seulement les fiches retirées ; `false` (par défaut) : seulement celles qui ont cours.
    pub retired: Option<bool>,
}

impl EntityFilter {
    /// The test that it makes of a node of a kind.
    ///
    /// # Errors
    /// `UNKNOWN_REF` for a source or university that is not there, `INVALID_INPUT` for a criterion that nodes of this kind do not
    /// have, or a place, domain, language or code scheme that the graph does not know.
    pub(in crate::api) fn compile(
        self,
        graph: &Graph,
        kind: Kind,
    ) -> Result<impl Fn(&Graph, NodeIx) -> bool + use<>, ApiError> {
        self.fits(kind)?;
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
        let modalities: Vec<crate::model::Modality> =
            one_or_more("modality", self.modality)?.into_iter().map(Into::into).collect();
        let languages = known::languages(graph, &one_or_more("language", self.language)?)?;
        let wanted = known::domains(graph, &one_or_more("domain", self.domain)?)?;
        let schemes = known::schemes(graph, kind, &one_or_more("codeScheme", self.code_scheme)?)?;
        let name = self.name_contains.as_deref().map(fold);
        let source = match &self.source {
            Some(source) => Some(graph.key(reference::one(graph, source, &[Kind::Source])?).clone()),
            None => None,
        };
        let retired = self.retired.unwrap_or(false);
        let asks = |values: &[String]| !values.is_empty();
        let of_offers = asks(&places.regions)
            || asks(&places.academies)
            || asks(&places.cities)
            || asks(&languages)
            || !universities.is_empty()
            || !modalities.is_empty();
        let one_of = |asked: &[String], has: Option<&str>| {
            asked.is_empty() || has.is_some_and(|has| asked.iter().any(|asked| asked == has))
        };
        let meets = move |offer: &Offer<'_>| {
            one_of(&places.regions, offer.region)
                && one_of(&places.academies, offer.academy)
                && one_of(&places.cities, offer.city)
                && (universities.is_empty() || offer.university.is_some_and(|at| universities.contains(&at)))
                && (modalities.is_empty() || offer.modalities.iter().any(|one| modalities.contains(one)))
                && (languages.is_empty()
                    || offer.languages.iter().any(|one| languages.iter().any(|asked| asked == one)))
        };
        Ok(move |graph: &Graph, ix: NodeIx| {
            let node = graph.node(ix);
            node.retired == retired
                && name.as_ref().is_none_or(|name| node.names().any(|text| fold(text).contains(name)))
                && (schemes.is_empty()
                    || node.codes.iter().any(|code| schemes.iter().any(|asked| **asked == *code.scheme)))
                && source.as_ref().is_none_or(|key| node.sources.contains(key))
                && (wanted.is_empty() || domains(graph, ix).any(|domain| wanted.iter().any(|asked| asked == domain)))
                && (!of_offers || offers(graph, ix).iter().any(&meets))
        })
    }

    /// Whether nodes of a kind have what it asks about.
    fn fits(&self, kind: Kind) -> Result<(), ApiError> {
        let placed =
            (&[Kind::Master, Kind::Parcours, Kind::University][..], "masters, des parcours ou des universités");
        let offered = (&[Kind::Master, Kind::Parcours][..], "masters ou des parcours");
        let of_domain = (&[Kind::Licence, Kind::Master, Kind::Parcours][..], "licences, des masters ou des parcours");
        let criteria = [
            (self.region.is_some(), "region", placed),
            (self.city.is_some(), "city", placed),
            (self.academy.is_some(), "academy", placed),
            (self.department.is_some(), "department", placed),
            (self.near.is_some(), "near", placed),
            (self.university.is_some(), "university", offered),
            (self.domain.is_some(), "domain", of_domain),
            (self.modality.is_some(), "modality", offered),
            (self.language.is_some(), "language", offered),
        ];
        let Some((_, name, (_, nouns))) =
            criteria.iter().find(|(asked, _, (kinds, _))| *asked && !kinds.contains(&kind))
        else {
            return Ok(());
        };
        let message = format!("`where.{name}` ne s'applique pas ici : ce critère retient des {nouns}.");
        let others = criteria.iter().filter(|(_, _, (kinds, _))| kinds.contains(&kind)).map(|(_, name, _)| *name);
        let others = others.chain(["nameContains", "codeScheme", "source", "retired"]).map(str::to_owned);
        Err(ApiError::invalid_input(message).with("suggestions", suggestions(others)))
    }
}

/// The values of a criterion of `where`; none where it was not given.
///
/// # Errors
/// `INVALID_INPUT` for a list that nothing meets, or that is too long.
pub(in crate::api) fn one_or_more<T>(name: &str, values: Option<Vec<T>>) -> Result<Vec<T>, ApiError> {
    match values {
        None => Ok(Vec::new()),
        Some(values) if values.is_empty() => Err(ApiError::invalid_input(format!(
            "`where.{name}` est une liste vide, que rien ne vérifie : retirez-la ou donnez une valeur."
        ))),
        Some(values) if values.len() > MOST_VALUES => {
            Err(ApiError::invalid_input(format!("`where.{name}` : {MOST_VALUES} valeurs au plus.")))
        }
        Some(values) => Ok(values),
    }
}
