//! The relations, with their permitted ends and the ladder of steps that pathways climb, defined once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use super::kind::Kind;

/// How two entities are related. Each reads from its `from` to its `to`.
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
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
    /// university → master: accredited to award it, in a campaign or register; → licence: it recruits for it.
    Awards,
    /// master, parcours → course.
    Teaches,
    /// master, parcours, course → skill.
    Develops,
    /// skill → job.
    RequiredBy,
    /// master, parcours → job, family, study: a stated outlet.
    LeadsTo,
    /// family → job: today's nomenclature has this job under that code.
    Groups,
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
    /// How many relations there are, for tables by relation.
    pub const COUNT: usize = <Relation as EnumCount>::COUNT;

    /// Every relation, in order.
    pub const ALL: [Relation; Relation::COUNT] =
        *<Relation as VariantArray>::VARIANTS.first_chunk().expect("there are as many variants as variants");

    /// The word for it in files.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The kinds it may come from and go to.
    pub const fn ends(self) -> (&'static [Kind], &'static [Kind]) {
        use Kind::{Course, Family, Job, Licence, Master, Parcours, Sector, Skill, Study, University};
        match self {
            Relation::Opens => (&[Licence], &[Master]),
            Relation::Bridges => (&[Licence], &[Licence]),
            Relation::Offers => (&[Master], &[Parcours]),
            Relation::Hosts => (&[University], &[Parcours]),
            Relation::Awards => (&[University], &[Master, Licence]),
            Relation::Teaches => (&[Master, Parcours], &[Course]),
            Relation::Develops => (&[Master, Parcours, Course], &[Skill]),
            Relation::RequiredBy => (&[Skill], &[Job]),
            Relation::LeadsTo => (&[Master, Parcours], &[Job, Study, Family]),
            Relation::Groups => (&[Family], &[Job]),
            Relation::EvolvesTo => (&[Job], &[Job]),
            Relation::WorksIn => (&[Job], &[Sector]),
            Relation::Broader => (&[Skill], &[Skill]),
            Relation::Near => (&[Master], &[Master]),
        }
    }

    /// The steps of pathways along it: from which kinds to which. This is the ladder: whatever walks pathways asks here.
    /// An outlet to a family is none: it is evidence for steps to the family's jobs.
    pub const fn steps(self) -> Option<(&'static [Kind], &'static [Kind])> {
        use Kind::{Job, Licence, Master, Parcours, Study};
        match self {
            Relation::Bridges => Some((&[Licence], &[Licence])),
            Relation::Opens => Some((&[Licence], &[Master])),
            Relation::Offers => Some((&[Master], &[Parcours])),
            Relation::LeadsTo => Some((&[Master, Parcours], &[Job, Study])),
            Relation::EvolvesTo => Some((&[Job], &[Job])),
            Relation::Hosts
            | Relation::Awards
            | Relation::Teaches
            | Relation::Develops
            | Relation::RequiredBy
            | Relation::Groups
            | Relation::WorksIn
            | Relation::Broader
            | Relation::Near => None,
        }
    }

    /// Whether a pathway may step along it.
    pub const fn on_pathways(self) -> bool {
        self.steps().is_some()
    }

    /// The relations along which a pathway steps on from a node of this kind.
    pub fn steps_from(kind: Kind) -> impl Iterator<Item = Relation> {
        Relation::ALL.into_iter().filter(move |relation| relation.steps().is_some_and(|(from, _)| from.contains(&kind)))
    }

    /// The relations along which a pathway comes to a node of this kind.
    pub fn steps_to(kind: Kind) -> impl Iterator<Item = Relation> {
        Relation::ALL.into_iter().filter(move |relation| relation.steps().is_some_and(|(_, to)| to.contains(&kind)))
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

/// The text is not one of the relations.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown relation `{given}`: use one of {}", Relation::ALL.map(Relation::name).join(", "))]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_joins_permitted_ends_and_the_kinds_on_pathways() {
        for relation in Relation::ALL {
            let (ends_from, ends_to) = relation.ends();
            let (from, to) = relation.steps().unwrap_or_default();
            assert!(from.iter().all(|kind| ends_from.contains(kind)) && to.iter().all(|kind| ends_to.contains(kind)));
        }
        for kind in Kind::ALL {
            let climbs = Relation::steps_from(kind).next().is_some() || Relation::steps_to(kind).next().is_some();
            assert_eq!(climbs, kind.on_pathways(), "{kind}");
        }
    }
}
