//! The schema's words for kinds and relations, and the `Ref` scalar.

use async_graphql::{Enum, InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::model::{Kind, Relation};

/// Nature d'une fiche du graphe.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityKind {
    /// Mention nationale de licence (bac+3, 180 crédits ECTS) ou bac+3 équivalent. Exemple : Sciences de la vie et
    /// de la Terre (SVT).
    Licence,
    /// Mention nationale de master (bac+5, 120 crédits ECTS). Exemple : Information et médiation scientifique et
    /// technique (IMST).
    Master,
    /// Parcours d'une mention, tel qu'une université le propose. Exemple : JET, Université Côte d'Azur.
    Parcours,
    /// Enseignement ou matière (UE). Exemple : méthodologie documentaire.
    Course,
    /// Établissement accrédité à délivrer le diplôme. Exemple : Université de Caen Normandie.
    University,
    /// Compétence, avec ses compétences plus larges ou plus précises. Exemple : veille.
    Skill,
    /// Métier. Exemple : journaliste environnemental.
    Job,
    /// Secteur où un métier s'exerce. Exemple : musées.
    Sector,
    /// Poursuite d'études qu'un diplôme permet. Exemple : doctorat.
    Study,
    /// Famille de métiers : la fiche ROME que cite un registre, sous le code et l'intitulé qu'il écrit ; un métier, ou
    /// plusieurs. Exemple : J1102 Médecine généraliste et spécialisée.
    Family,
}

impl EntityKind {
    /// The model's kind.
    pub fn kind(self) -> Kind {
        match self {
            EntityKind::Licence => Kind::Licence,
            EntityKind::Master => Kind::Master,
            EntityKind::Parcours => Kind::Parcours,
            EntityKind::Course => Kind::Course,
            EntityKind::University => Kind::University,
            EntityKind::Skill => Kind::Skill,
            EntityKind::Job => Kind::Job,
            EntityKind::Sector => Kind::Sector,
            EntityKind::Study => Kind::Study,
            EntityKind::Family => Kind::Family,
        }
    }

    /// The schema's word for an entity's kind; sources are no entities.
    pub fn of(kind: Kind) -> Option<EntityKind> {
        Some(match kind {
            Kind::Source => return None,
            Kind::Licence => EntityKind::Licence,
            Kind::Master => EntityKind::Master,
            Kind::Parcours => EntityKind::Parcours,
            Kind::Course => EntityKind::Course,
            Kind::University => EntityKind::University,
            Kind::Skill => EntityKind::Skill,
            Kind::Job => EntityKind::Job,
            Kind::Sector => EntityKind::Sector,
            Kind::Study => EntityKind::Study,
            Kind::Family => EntityKind::Family,
        })
    }
}

/// A kind as the schema's enum writes it.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Source => "SOURCE",
        Kind::Licence => "LICENCE",
        Kind::Master => "MASTER",
        Kind::Parcours => "PARCOURS",
        Kind::Course => "COURSE",
        Kind::University => "UNIVERSITY",
        Kind::Skill => "SKILL",
        Kind::Job => "JOB",
        Kind::Sector => "SECTOR",
        Kind::Study => "STUDY",
        Kind::Family => "FAMILY",
    }
}

/// Relation entre deux fiches, lue de la première vers la seconde.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(name = "Relation", remote = "Relation")]
pub enum RelationName {
    /// Licence → master : cette licence permet de candidater à ce master.
    Opens,
    /// Licence → licence : une passerelle, un changement de filière.
    Bridges,
    /// Master → parcours : la mention comprend ce parcours.
    Offers,
    /// Université → parcours : l'université propose ce parcours.
    Hosts,
    /// Université → master : l'université est accréditée à le délivrer, selon une campagne ou un registre.
    Awards,
    /// Master ou parcours → enseignement.
    Teaches,
    /// Master, parcours ou enseignement → compétence. Celles d'un master sont son tronc commun.
    Develops,
    /// Compétence → métier : le métier demande cette compétence.
    RequiredBy,
    /// Master ou parcours → métier, famille de métiers ou poursuite d'études : un débouché déclaré.
    LeadsTo,
    /// Famille → métier : la nomenclature d'aujourd'hui range ce métier sous ce code.
    Groups,
    /// Métier → métier : une évolution professionnelle.
    EvolvesTo,
    /// Métier → secteur.
    WorksIn,
    /// Compétence → compétence plus large.
    Broader,
    /// Master ↔ master voisin.
    Near,
}

/// The schema's word for a relation.
pub fn relation_name(relation: Relation) -> &'static str {
    match relation {
        Relation::Opens => "OPENS",
        Relation::Bridges => "BRIDGES",
        Relation::Offers => "OFFERS",
        Relation::Hosts => "HOSTS",
        Relation::Awards => "AWARDS",
        Relation::Teaches => "TEACHES",
        Relation::Develops => "DEVELOPS",
        Relation::RequiredBy => "REQUIRED_BY",
        Relation::LeadsTo => "LEADS_TO",
        Relation::Groups => "GROUPS",
        Relation::EvolvesTo => "EVOLVES_TO",
        Relation::WorksIn => "WORKS_IN",
        Relation::Broader => "BROADER",
        Relation::Near => "NEAR",
    }
}

/// A reference to an entity, in whatever words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref(pub String);

/// The longest reference taken, in bytes.
const MOST_BYTES: usize = 1_000;

/// Référence à une fiche, écrite comme on veut : un identifiant (`job/journaliste-environnemental`), un code officiel
/// (ROME, RNCP, UAI, URI ESCO…), ou n'importe quel nom ou alias, quels que soient casse, accents et ponctuation
/// (`"SVT"`, `"médiateur·rice scientifique"`).
#[Scalar(name = "Ref", specified_by_url = "urn:passerelle:ref")]
impl ScalarType for Ref {
    fn parse(value: Value) -> InputValueResult<Ref> {
        match value {
            Value::String(text) if text.len() > MOST_BYTES => {
                Err(InputValueError::custom(format!("une référence a au plus {MOST_BYTES} octets")))
            }
            Value::String(text) => Ok(Ref(text)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A moment, in seconds since the beginning of 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub u64);

/// Un moment, en ISO 8601 et en temps universel. Exemple : `2026-11-28T08:43:27Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<DateTime> {
        Err(InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        let (days, second) = (self.0 / 86_400, self.0 % 86_400);
        // The civil calendar by eras of 400 years that begin in March, as Howard Hinnant gives it.
        let days = days + 719_468;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
        let year = year + era * 400 + u64::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        Value::String(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_the_calendar_also_after_2038() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_855_407, "2026-11-28T08:43:27Z"),
            (2_190_499_203, "2039-06-01T00:00:03Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(DateTime(seconds).to_value(), Value::String(text.into()));
        }
    }
}
