//! The twelve relations, with their permitted ends, defined once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::kind::Kind;

/// How two entities are related. Each reads from its `from` to its `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Relation {
    /// licence → master: this licence is a way into that master.
    Opens,
    /// licence → licence: a passerelle, a change of track.
    Bridges,
    /// master → parcours.
    Offers,
    /// university → parcours.
    Hosts,
    /// master, parcours → course.
    Teaches,
    /// master, parcours, course → skill.
    Develops,
    /// skill → job.
    RequiredBy,
    /// master, parcours → job, study: a stated outlet.
    LeadsTo,
    /// job → job: career mobility.
    EvolvesTo,
    /// job → sector.
    WorksIn,
    /// skill → skill.
    Broader,
    /// master ↔ master; symmetrical, written once, smaller key first.
    Near,
}

impl Relation {
    /// Every relation, in order.
    pub const ALL: [Relation; 12] = [
        Relation::Opens,
        Relation::Bridges,
        Relation::Offers,
        Relation::Hosts,
        Relation::Teaches,
        Relation::Develops,
        Relation::RequiredBy,
        Relation::LeadsTo,
        Relation::EvolvesTo,
        Relation::WorksIn,
        Relation::Broader,
        Relation::Near,
    ];

    /// The word for it in files.
    pub const fn name(self) -> &'static str {
        match self {
            Relation::Opens => "opens",
            Relation::Bridges => "bridges",
            Relation::Offers => "offers",
            Relation::Hosts => "hosts",
            Relation::Teaches => "teaches",
            Relation::Develops => "develops",
            Relation::RequiredBy => "required_by",
            Relation::LeadsTo => "leads_to",
            Relation::EvolvesTo => "evolves_to",
            Relation::WorksIn => "works_in",
            Relation::Broader => "broader",
            Relation::Near => "near",
        }
    }

    /// The kinds it may come from and go to.
    pub const fn ends(self) -> (&'static [Kind], &'static [Kind]) {
        use Kind::{Course, Job, Licence, Master, Parcours, Sector, Skill, Study, University};
        match self {
            Relation::Opens => (&[Licence], &[Master]),
            Relation::Bridges => (&[Licence], &[Licence]),
            Relation::Offers => (&[Master], &[Parcours]),
            Relation::Hosts => (&[University], &[Parcours]),
            Relation::Teaches => (&[Master, Parcours], &[Course]),
            Relation::Develops => (&[Master, Parcours, Course], &[Skill]),
            Relation::RequiredBy => (&[Skill], &[Job]),
            Relation::LeadsTo => (&[Master, Parcours], &[Job, Study]),
            Relation::EvolvesTo => (&[Job], &[Job]),
            Relation::WorksIn => (&[Job], &[Sector]),
            Relation::Broader => (&[Skill], &[Skill]),
            Relation::Near => (&[Master], &[Master]),
        }
    }

    /// Whether a pathway may step along it.
    pub const fn on_pathways(self) -> bool {
        matches!(self, Relation::Bridges | Relation::Opens | Relation::Offers | Relation::LeadsTo | Relation::EvolvesTo)
    }

    /// Whether it reads the same both ways.
    pub const fn is_symmetrical(self) -> bool {
        matches!(self, Relation::Near)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is not one of the twelve relations.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown relation `{given}`: use one of opens, bridges, offers, hosts, teaches, develops, required_by, leads_to, evolves_to, works_in, broader, near"
)]
pub struct UnknownRelation {
    /// What was given.
    pub given: String,
}

impl FromStr for Relation {
    type Err = UnknownRelation;

    fn from_str(text: &str) -> Result<Relation, UnknownRelation> {
        Relation::ALL
            .into_iter()
            .find(|relation| relation.name() == text)
            .ok_or_else(|| UnknownRelation { given: text.to_owned() })
    }
}
