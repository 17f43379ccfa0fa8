//! The formats of France's open data, by their names on the command line.

use std::fmt;
use std::str::FromStr;

/// A data set's format. The order is that of import: what others refer to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Main establishments of higher education.
    Etablissements,
    /// Jobs, skills, knowledge, moves and sectors.
    Rome,
    /// Parcours with their admissions.
    MonMaster,
    /// Mentions de master as offered by universities, with the licences they recommend.
    TrouverMonMaster,
    /// Certifications with ROME codes, by the Carif-Oref network.
    CertifInfo,
    /// The national register of certifications.
    Rncp,
    /// Onisep's codes, jobs and courses of study.
    Onisep,
    /// What became of graduates of master.
    Insertion,
    /// The European classification of skills and occupations.
    Esco,
}

impl Format {
    /// Every format, in the order of import.
    pub const ALL: [Format; 9] = [
        Format::Etablissements,
        Format::Rome,
        Format::MonMaster,
        Format::TrouverMonMaster,
        Format::CertifInfo,
        Format::Rncp,
        Format::Onisep,
        Format::Insertion,
        Format::Esco,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Etablissements => "etablissements",
            Format::Rome => "rome",
            Format::TrouverMonMaster => "trouver-mon-master",
            Format::CertifInfo => "certif-info",
            Format::Onisep => "onisep",
            Format::MonMaster => "mon-master",
            Format::Rncp => "rncp",
            Format::Insertion => "insertion",
            Format::Esco => "esco",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown format `{given}`: use one of {}", Format::ALL.map(Format::name).join(", "))]
pub struct UnknownFormat {
    /// What was given.
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
