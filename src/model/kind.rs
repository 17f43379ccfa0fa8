//! The ten kinds of node. `source` is a node like the others on disk and in files, but not an entity:
//! no relation ends at one, it is what relations rest on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a node is. The order is the order of export: sources first, since the others cite them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A document or data set that facts come from.
    Source,
    /// A national *mention de licence* (bac+3, 180 ECTS) or an equivalent bac+3.
    Licence,
    /// A national *mention de master* (bac+5, 120 ECTS).
    Master,
    /// One *parcours* of a mention as one university offers it.
    Parcours,
    /// A course unit or subject taught.
    Course,
    /// An establishment accredited to award the diploma.
    University,
    /// A competence, with broader and narrower ones.
    Skill,
    /// A *métier*.
    Job,
    /// Where a job is done.
    Sector,
    /// A further study that a diploma opens.
    Study,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Kind; 10] = [
        Kind::Source,
        Kind::Licence,
        Kind::Master,
        Kind::Parcours,
        Kind::Course,
        Kind::University,
        Kind::Skill,
        Kind::Job,
        Kind::Sector,
        Kind::Study,
    ];

    /// The word for it in keys and files.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Source => "source",
            Kind::Licence => "licence",
            Kind::Master => "master",
            Kind::Parcours => "parcours",
            Kind::Course => "course",
            Kind::University => "university",
            Kind::Skill => "skill",
            Kind::Job => "job",
            Kind::Sector => "sector",
            Kind::Study => "study",
        }
    }

    /// Whether nodes of this kind can stand on a pathway.
    pub const fn on_pathways(self) -> bool {
        matches!(self, Kind::Licence | Kind::Master | Kind::Parcours | Kind::Job | Kind::Study)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not one of the ten kinds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown kind `{given}`: use one of source, licence, master, parcours, course, university, skill, job, sector, study"
)]
pub struct UnknownKind {
    /// What was given.
    pub given: String,
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Kind, UnknownKind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind { given: text.to_owned() })
    }
}
