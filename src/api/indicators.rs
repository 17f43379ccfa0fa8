//! Indicators of masters and parcours as the schema shows them.

use async_graphql::{Context, Enum, SimpleObject};

use super::entity::Source;
use super::scope::At;
use crate::guidance::indicators::{self, Indicator, Level};

/// Un indicateur pour comparer des offres, avec tout ce qu'il faut pour le lire. Un chiffre passé ne promet rien.
#[derive(SimpleObject)]
#[graphql(name = "Indicator")]
pub struct IndicatorView {
    /// Lequel.
    kind: IndicatorKind,
    /// Son nom en français.
    label: &'static str,
    /// Son unité. Exemple : `candidatures par place`.
    unit: &'static str,
    /// Ce qu'il mesure.
    definition: &'static str,
    /// La valeur ; `null` si aucun chiffre n'est publié, jamais zéro à la place.
    value: Option<f64>,
    /// Bas de l'intervalle à 95 % d'une part, comme si les répondants étaient tirés au hasard ; `null` si le nombre de réponses
    /// n'est pas publié.
    low: Option<f64>,
    /// Haut de cet intervalle.
    high: Option<f64>,
    /// L'année de la session, ou celle du diplôme.
    year: Option<u16>,
    /// De quoi parle le chiffre : de cette offre même, ou de plus large.
    level: Option<IndicatorLevel>,
    /// Qui est compté. Exemple : `diplômés de 2018 : tous les masters de la discipline « Droit » à l'établissement …`.
    population: Option<String>,
    /// Combien : réponses à l'enquête, candidatures ; `null` si ce n'est pas publié.
    counted: Option<u32>,
    /// Part des personnes interrogées qui ont répondu, de 0 à 1.
    response_rate: Option<f64>,
    /// Qui publie ce chiffre.
    sources: Vec<Source>,
    /// Où il figure dans la source.
    row: Option<String>,
    /// Pourquoi il n'y a pas de chiffre ; `null` s'il y en a un.
    missing: Option<String>,
}

/// Ce par quoi des offres se comparent.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Indicator")]
pub enum IndicatorKind {
    /// Places offertes.
    Places,
    /// Candidatures par place.
    Pressure,
    /// Part en emploi à 18 mois.
    Insertion18,
    /// Part en emploi à 30 mois.
    Insertion30,
    /// Salaire net médian à 30 mois.
    MedianSalary,
}

/// De quoi parle un chiffre.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Level")]
pub enum IndicatorLevel {
    /// De la fiche même.
    Itself,
    /// De toute la mention dont le parcours fait partie.
    Mention,
    /// De toutes les formations du master qui publient ce chiffre, réunies : ses parcours, et ce que des universités délivrent sans
    /// nommer de parcours.
    Parcours,
    /// De tous les masters d'une discipline à l'université, et non de ce parcours seul.
    Discipline,
    /// De tous les masters d'un grand domaine à l'université, et non de ce parcours seul.
    Domain,
    /// De tous les masters de France d'un secteur disciplinaire, ou d'un grand domaine si le secteur n'est pas connu, et non de
    /// celui-ci seul.
    National,
}

/// The indicators of a diploma: those asked for, or all.
pub(super) fn of(ctx: &Context<'_>, at: At, kinds: Option<Vec<IndicatorKind>>) -> Vec<IndicatorView> {
    let graph = at.graph(ctx);
    let asked = kinds.map(|kinds| kinds.into_iter().map(Indicator::from).collect::<Vec<_>>());
    let wanted = |indicator: &Indicator| asked.as_ref().is_none_or(|asked| asked.contains(indicator));
    let view = |indicator: Indicator| {
        let (figure, missing) = match indicators::figure(graph, at.ix, indicator) {
            Ok(figure) => (Some(figure), None),
            Err(reason) => (None, Some(reason)),
        };
        let told = figure.as_ref();
        IndicatorView {
            kind: indicator.into(),
            label: indicator.label(),
            unit: indicator.unit(),
            definition: indicator.definition(),
            value: told.map(|figure| figure.value),
            low: told.and_then(|figure| figure.interval).map(|(low, _)| low),
            high: told.and_then(|figure| figure.interval).map(|(_, high)| high),
            year: told.map(|figure| figure.year),
            level: told.map(|figure| figure.level.into()),
            population: told.map(|figure| figure.population.clone()),
            counted: told.and_then(|figure| figure.counted),
            response_rate: told.and_then(|figure| figure.response_rate),
            sources: told.into_iter().flat_map(|figure| &figure.sources).map(|ix| Source(at.with(*ix))).collect(),
            row: figure.and_then(|figure| figure.row),
            missing,
        }
    };
    Indicator::ALL.into_iter().filter(wanted).map(view).collect()
}
