//! Who awards a mention, where the source names no parcours: a relation of the university to the master. No parcours is
//! made up for it; those that earlier editions of this program made up are retired.

use crate::import::open_data::draft::Draft;
use crate::model::{Award, Key, Kind, Relation};

/// How the description of a made-up parcours began; by it they are known.
const OPENING: &str = "Offre de la mention";

/// One source's word that a university awards a mention.
pub struct Offer<'a> {
    /// The mention.
    pub master: &'a Key,
    pub university: &'a Key,
    /// How sure.
    pub weight: f64,
    /// Who says so.
    pub source: &'a Key,
    pub row: &'a str,
    /// With whom, or otherwise how.
    pub condition: Option<&'a str>,
    /// What it says of the offer.
    pub award: Award,
}

/// Adds an award.
pub fn add(draft: &mut Draft<'_>, offer: Offer<'_>) {
    let Offer { master, university, weight, source, row, condition, award } = offer;
    draft.relate_if(Relation::Awards, university, master, weight, source, row, condition);
    draft.award(university, master, source, award);
}

/// Retires the parcours that stood for offers without a name.
pub fn settle(draft: &mut Draft<'_>) {
    let all: Vec<Key> = draft.hosted().flat_map(|(_, hosted)| hosted).cloned().collect();
    let mut stand_ins: Vec<Key> = all.into_iter().filter(|key| is_stand_in(draft, key)).collect();
    stand_ins.sort();
    stand_ins.dedup();
    for stand_in in stand_ins {
        draft.retire(&stand_in);
    }
}

fn is_stand_in(draft: &Draft<'_>, parcours: &Key) -> bool {
    let node = draft.node(parcours).filter(|node| node.key.kind() == Kind::Parcours && !node.retired);
    node.and_then(|node| node.description.as_deref()).is_some_and(|text| text.starts_with(OPENING))
}
