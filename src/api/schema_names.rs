//! The schema's words for kinds and relations, and its scalars.

mod scalars;

use async_graphql::Enum;

pub use scalars::{DateTime, PartialDate, Ref};

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

/// The name of a kind's type in the schema.
pub fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Source => "Source",
        Kind::Licence => "Licence",
        Kind::Master => "Master",
        Kind::Parcours => "Parcours",
        Kind::Course => "Course",
        Kind::University => "University",
        Kind::Skill => "Skill",
        Kind::Job => "Job",
        Kind::Sector => "Sector",
        Kind::Study => "Study",
        Kind::Family => "Family",
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
    /// Université → master : l'université est accréditée à le délivrer, selon une campagne ou un registre. Université → licence :
    /// elle recrute pour elle.
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
