//! The formats of France's open data, and the tables that each has.

use std::fmt;
use std::str::FromStr;

use strum::{EnumCount, IntoStaticStr, VariantArray};

/// A data set's format. The order is that of import: what others refer to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, EnumCount, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Format {
    /// Main establishments of higher education.
    Etablissements,
    /// Jobs, skills, knowledge, moves and sectors.
    Rome,
    /// Parcours with their admissions.
    MonMaster,
    /// Mentions de master as offered by universities, with the licences they recommend.
    TrouverMonMaster,
    /// Licences for which universities recruit.
    Parcoursup,
    /// Certifications with ROME codes, by the Carif-Oref network.
    CertifInfo,
    /// The national register of certifications.
    Rncp,
    /// Onisep's codes, jobs and courses of study.
    Onisep,
    /// What became of graduates of master.
    Insertion,
    /// The same, of all of France.
    #[strum(serialize = "insertion-nationale")]
    InsertionNational,
    /// What became of those who left with a master, from employers' declarations.
    #[strum(serialize = "insersup")]
    InserSup,
    /// The European classification of skills and occupations.
    Esco,
    /// The official table between that and ROME.
    EscoRome,
}

impl Format {
    /// Every format, in the order of import.
    pub const ALL: [Format; <Format as EnumCount>::COUNT] =
        *<Format as VariantArray>::VARIANTS.first_chunk().expect("there are as many variants as variants");

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("format inconnu `{given}` ; choisissez parmi {}", Format::ALL.map(Format::name).join(", "))]
pub struct UnknownFormat {
    pub given: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Format, UnknownFormat> {
        Format::ALL
            .into_iter()
            .find(|format| format.name() == text)
            .ok_or_else(|| UnknownFormat { given: text.to_owned() })
    }
}

/// One kind of table of one format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Establishments, under label or technical headers.
    Etablissements,
    /// Mentions offered, by campaign.
    TrouverMonMaster,
    /// Parcours with their admissions.
    MonMaster,
    /// Licences for which establishments recruit.
    Parcoursup,
    RomeJobs,
    RomeAppellations,
    RomeSkills,
    RomeKnowledge,
    /// ROME: which job asks for what, and what is core.
    RomeCoherence,
    /// ROME: moves.
    RomeMobility,
    /// ROME: sectors of jobs.
    RomeSectors,
    /// ROME: RIASEC letters of jobs.
    RomeRiasec,
    /// ROME: definitions of jobs.
    RomeTexts,
    /// ROME: interests of jobs.
    RomeInterests,
    /// ROME: themes of jobs.
    RomeThemes,
    /// ROME: contexts of work.
    RomeContexts,
    /// ROME: another table of the set, which has nothing for the graph.
    RomeOther,
    /// RNCP: ROME codes of certifications.
    RncpRome,
    /// RNCP: titles of certifications.
    RncpStandard,
    /// RNCP: which certification follows which.
    RncpSuccession,
    RncpCertifiers,
    /// RNCP: « blocs de compétences ».
    RncpBlocs,
    /// RNCP: another part, which has nothing for the graph.
    RncpOther,
    CertifInfo,
    /// Onisep: codes of certifications side by side.
    OnisepCodes,
    OnisepJobs,
    /// Onisep: courses of study.
    OnisepDiplomas,
    /// Onisep: sheets of courses of study, with the jobs that they lead to.
    OnisepDiplomaSheets,
    /// Onisep: sheets of jobs, with the least diplomas that lead there.
    OnisepJobSheets,
    /// Onisep: its domains, of which nothing is taken.
    OnisepDomains,
    /// What became of graduates, by university.
    Insertion,
    /// The same, of all of France.
    InsertionNational,
    /// What became of those who left with a diploma, from employers' declarations.
    InserSup,
    /// ESCO: occupations in French.
    EscoOccupations,
    /// ESCO: skills in French.
    EscoSkills,
    /// ESCO: which occupation asks for which skill.
    EscoRelations,
    /// ESCO: another table of the set, or one in another language.
    EscoOther,
    /// Occupations of ESCO beside appellations of ROME.
    EscoRome,
}

impl Part {
    /// What its publisher calls it.
    pub fn name(self) -> &'static str {
        match self {
            Part::Etablissements => "principaux établissements",
            Part::TrouverMonMaster => "mentions de master",
            Part::MonMaster => "formations de master",
            Part::Parcoursup => "formations de Parcoursup",
            Part::RomeJobs => "referentiel_code_rome",
            Part::RomeAppellations => "referentiel_appellation",
            Part::RomeSkills => "referentiel_competence",
            Part::RomeKnowledge => "referentiel_savoir",
            Part::RomeCoherence => "coherence_item",
            Part::RomeMobility => "rubrique_mobilite",
            Part::RomeSectors => "arborescence_secteur_activite",
            Part::RomeRiasec => "referentiel_code_rome_riasec",
            Part::RomeTexts => "texte",
            Part::RomeInterests => "arborescence_centre_interet",
            Part::RomeThemes => "arborescence_thematique",
            Part::RomeContexts => "referentiel_contexte_travail",
            Part::RncpRome => "Rome",
            Part::RncpStandard => "Standard",
            Part::RncpSuccession => "Ancienne_Nouvelle_Certification",
            Part::RncpCertifiers => "Certificateurs",
            Part::RncpBlocs => "Blocs_De_Compétences",
            Part::CertifInfo => "certifications",
            Part::OnisepCodes => "table de passage",
            Part::OnisepJobs => "Idéo-Métiers",
            Part::OnisepDiplomas => "Idéo-Formations",
            Part::OnisepDiplomaSheets => "Idéo-Fiches formations",
            Part::OnisepJobSheets => "Idéo-Fiches métiers",
            Part::OnisepDomains => "domaines",
            Part::Insertion => "insertion par université",
            Part::InsertionNational => "insertion nationale",
            Part::InserSup => "InserSup",
            Part::EscoOccupations => "occupations",
            Part::EscoSkills => "skills",
            Part::EscoRelations => "occupationSkillRelations",
            Part::EscoRome => "correspondance avec le ROME",
            Part::RomeOther | Part::RncpOther | Part::EscoOther => "autre table",
        }
    }

    /// The format that it belongs to.
    pub fn format(self) -> Format {
        match self {
            Part::Etablissements => Format::Etablissements,
            Part::TrouverMonMaster => Format::TrouverMonMaster,
            Part::MonMaster => Format::MonMaster,
            Part::Parcoursup => Format::Parcoursup,
            Part::RomeJobs
            | Part::RomeAppellations
            | Part::RomeSkills
            | Part::RomeKnowledge
            | Part::RomeCoherence
            | Part::RomeMobility
            | Part::RomeSectors
            | Part::RomeRiasec
            | Part::RomeTexts
            | Part::RomeInterests
            | Part::RomeThemes
            | Part::RomeContexts
            | Part::RomeOther => Format::Rome,
            Part::RncpRome
            | Part::RncpStandard
            | Part::RncpSuccession
            | Part::RncpCertifiers
            | Part::RncpBlocs
            | Part::RncpOther => Format::Rncp,
            Part::CertifInfo => Format::CertifInfo,
            Part::OnisepCodes
            | Part::OnisepJobs
            | Part::OnisepDiplomas
            | Part::OnisepDiplomaSheets
            | Part::OnisepJobSheets
            | Part::OnisepDomains => Format::Onisep,
            Part::Insertion => Format::Insertion,
            Part::InsertionNational => Format::InsertionNational,
            Part::InserSup => Format::InserSup,
            Part::EscoOccupations | Part::EscoSkills | Part::EscoRelations | Part::EscoOther => Format::Esco,
            Part::EscoRome => Format::EscoRome,
        }
    }
}
