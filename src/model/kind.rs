//! The kinds of node. `source` is a node like the others on disk and in files, but not an entity: no relation ends at
//! one, it is what relations rest on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

/// What a node is. The order is the order of export: sources first, since the others cite them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumCount,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
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
    /// A *fiche ROME* under the code and label that a register cites: one job, or several.
    Family,
}

impl Kind {
    /// How many kinds there are, for tables by kind.
    pub const COUNT: usize = <Kind as EnumCount>::COUNT;

    /// Every kind, in order.
    pub const ALL: [Kind; Kind::COUNT] =
        *<Kind as VariantArray>::VARIANTS.first_chunk().expect("there are as many variants as variants");

    /// Every kind of entity: all but the sources.
    pub const ENTITIES: &[Kind] = Kind::ALL.split_first().expect("the source is one").1;

    /// The word for it in keys and files.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether nodes of this kind can stand on a pathway: those that a step of the ladder comes from or goes to.
    pub const fn on_pathways(self) -> bool {
        match self {
            Kind::Licence | Kind::Master | Kind::Parcours | Kind::Job | Kind::Study => true,
            Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector | Kind::Family => false,
        }
    }
}

impl Kind {
    /// Whether it is what a diploma leads to, where pathways end.
    pub const fn is_outlet(self) -> bool {
        match self {
            Kind::Job | Kind::Study => true,
            Kind::Source
            | Kind::Licence
            | Kind::Master
            | Kind::Parcours
            | Kind::Course
            | Kind::University
            | Kind::Skill
            | Kind::Sector
            | Kind::Family => false,
        }
    }

    /// Whether it is what universities offer after the licence, with outlets, places and figures of its own.
    pub const fn is_offer(self) -> bool {
        match self {
            Kind::Master | Kind::Parcours => true,
            Kind::Source
            | Kind::Licence
            | Kind::Course
            | Kind::University
            | Kind::Skill
            | Kind::Job
            | Kind::Sector
            | Kind::Study
            | Kind::Family => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not one of the kinds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind `{given}`: use one of {}", Kind::ALL.map(Kind::name).join(", "))]
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
