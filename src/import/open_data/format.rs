//! The formats of France's open data: what each is called, how its tables are known, and who imports them.

use std::fmt;
use std::str::FromStr;

use super::draft::Draft;
use super::error::OpenDataError;
use super::recognise::Part;
use super::set::Set;
use super::table::Table;
use super::{
    certif_info, esco, esco_rome, etablissements, insersup, insertion, insertion_national, mon_master, onisep,
    parcoursup, rncp, rome, trouver_mon_master,
};

/// All that the import knows of a format: a constant in the format's own file.
pub struct Description {
    pub format: Format,
    /// Its name on the command line.
    pub name: &'static str,
    /// How the keys of its sources begin, where a newer edition takes the place of an older one.
    pub family: Option<&'static str>,
    /// Which of several files count.
    pub takes: Takes,
    /// Its tables, by their columns; the first that fits wins.
    pub tables: &'static [Signature],
    /// The edition of a file, from its name or its rows: an ISO date, a session, a version. Later ones compare greater.
    pub edition: fn(name: &str, table: &Table) -> Option<String>,
    /// Puts what a set of its tables says into the draft.
    pub apply: fn(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError>,
}

/// Which files of a format are imported together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// The tables of the newest edition, which belong together.
    WholeEdition,
    /// The newest of each table, none more than a year older than another.
    PartsOfAYear,
    /// The newest of each table.
    NewestOfEach,
    /// Every edition, each a set of its own.
    EveryEdition,
}

/// How a table is recognised.
pub struct Signature {
    pub part: Part,
    /// The columns that it has and no other table has; each under any of its names.
    pub columns: &'static [&'static [&'static str]],
}

/// A table known by these columns.
pub const fn table(part: Part, columns: &'static [&'static [&'static str]]) -> Signature {
    Signature { part, columns }
}

/// The greatest of the editions that the cells of a column tell.
pub fn greatest(table: &Table, columns: &[&str], read: fn(&str) -> Option<String>) -> Option<String> {
    let column = table.optional(columns)?;
    table.rows().iter().filter_map(|row| read(&row.text(column))).max()
}

/// `2021` in `2021-09-01`.
pub fn year(text: &str) -> Option<String> {
    text.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned)
}

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
    InsertionNational,
    /// What became of those who left with a master, from employers' declarations.
    InserSup,
    /// The European classification of skills and occupations.
    Esco,
    /// The official table between that and ROME.
    EscoRome,
}

impl Format {
    /// Every format, in the order of import.
    pub const ALL: [Format; 13] = [
        Format::Etablissements,
        Format::Rome,
        Format::MonMaster,
        Format::TrouverMonMaster,
        Format::Parcoursup,
        Format::CertifInfo,
        Format::Rncp,
        Format::Onisep,
        Format::Insertion,
        Format::InsertionNational,
        Format::InserSup,
        Format::Esco,
        Format::EscoRome,
    ];

    /// What the import knows of it.
    pub fn description(self) -> &'static Description {
        match self {
            Format::Etablissements => &etablissements::DESCRIPTION,
            Format::Rome => &rome::DESCRIPTION,
            Format::MonMaster => &mon_master::DESCRIPTION,
            Format::TrouverMonMaster => &trouver_mon_master::DESCRIPTION,
            Format::Parcoursup => &parcoursup::DESCRIPTION,
            Format::CertifInfo => &certif_info::DESCRIPTION,
            Format::Rncp => &rncp::DESCRIPTION,
            Format::Onisep => &onisep::DESCRIPTION,
            Format::Insertion => &insertion::DESCRIPTION,
            Format::InsertionNational => &insertion_national::DESCRIPTION,
            Format::InserSup => &insersup::DESCRIPTION,
            Format::Esco => &esco::DESCRIPTION,
            Format::EscoRome => &esco_rome::DESCRIPTION,
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.description().name
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
