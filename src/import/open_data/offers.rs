//! Who offers a mention, where the source names no parcours: one parcours that stands for the university's offer.
//!
//! A named parcours of the mention at that university, whoever states it, is better: then none is made.

use super::draft::{Draft, Facts};
use super::review::Standing;
use crate::model::{Attributes, Key, Kind, Place, Relation};

/// How the description of such a parcours begins; by it they are known again.
const OPENING: &str = "Offre de la mention";

/// What its name says, so that nobody takes it for the name of a parcours.
const UNNAMED: &str = "parcours non nommé";

/// One source's word that a university offers a mention.
pub struct Offer<'a> {
    /// The mention.
    pub master: &'a Key,
    /// The university.
    pub university: &'a Key,
    /// How sure.
    pub weight: f64,
    /// Who says so.
    pub source: &'a Key,
    /// Where in it.
    pub row: &'a str,
    /// What it says of the offer.
    pub attributes: Attributes,
    /// The INM code of the accreditation.
    pub inm: Option<String>,
}

/// Adds an offer to the graph. The parcours, unless a named one stands in its place.
pub fn add(draft: &mut Draft<'_>, offer: Offer<'_>) -> Option<Key> {
    let Offer { master, university, weight, source, row, mut attributes, inm } = offer;
    let known = draft.parcours_of(master, university);
    let (stand_ins, named): (Vec<&Key>, Vec<&Key>) = known.iter().partition(|key| is_stand_in(draft, key));
    if !named.is_empty() {
        draft.report.leave_out("offers of a mention already known by its named parcours there");
        return None;
    }
    let known_stand_in = stand_ins.first().copied().cloned();
    let (mention, host) = (draft.node(master)?.name.to_string(), draft.node(university)?);
    let host_name = host.name.to_string();
    attributes.place = host.attributes().place.clone().or(attributes.place);
    let facts = Facts {
        name: format!("{mention}, {host_name} ({UNNAMED})"),
        key_name: Some(format!("{mention}, {host_name}")),
        codes: Vec::new(),
        further_codes: inm.map(|inm| ("INM", inm)).into_iter().collect(),
        description: Some(format!(
            "{OPENING} « {mention} » par {host_name}, dont la source ne nomme aucun parcours ; le lieu est celui du \
             siège de l'établissement."
        )),
        attributes,
        aliases: vec![format!("{mention}, {host_name}")],
    };
    let parcours = match known_stand_in {
        Some(key) => {
            draft.report.nodes_merged += 1;
            // Its name stays, though the university may since be named otherwise.
            let name = draft.node(&key)?.name.to_string();
            draft.add(&key, Facts { name, ..facts }, source);
            key
        }
        None => draft.put(Kind::Parcours, facts, Standing::Official, source, row)?,
    };
    draft.relate(Relation::Offers, master, &parcours, weight, source, row);
    draft.relate(Relation::Hosts, university, &parcours, weight, source, row);
    Some(parcours)
}

/// The parcours that stands for a university's offer of a mention.
pub fn unnamed(draft: &Draft<'_>, master: &Key, university: &Key) -> Option<Key> {
    draft.parcours_of(master, university).into_iter().find(|key| is_stand_in(draft, key))
}

/// Retires each stand-in where a parcours of the same mention and university is known by its name, and puts the others
/// where their university is.
pub fn settle(draft: &mut Draft<'_>) {
    let current = |key: &&Key| draft.node(key).is_some_and(|node| !node.retired);
    let (mut needless, mut moved): (Vec<Key>, Vec<(Key, Place)>) = (Vec::new(), Vec::new());
    for (university, hosted) in draft.hosted() {
        let seat = draft.node(university).and_then(|node| node.attributes().place.as_ref());
        for stand_in in hosted.iter().filter(current).filter(|key| is_stand_in(draft, key)) {
            let named = |master: &Key| {
                let others = draft.parcours_of(master, university);
                others.iter().filter(current).any(|other| !is_stand_in(draft, other))
            };
            if draft.masters_of(stand_in).any(named) {
                needless.push(stand_in.clone());
            } else if let Some(seat) = seat
                && draft.node(stand_in).is_some_and(|node| node.attributes().place.as_ref() != Some(seat))
            {
                moved.push((stand_in.clone(), seat.clone()));
            }
        }
    }
    for (stand_in, seat) in moved {
        draft.place(&stand_in, seat);
    }
    needless.sort();
    for stand_in in needless {
        draft.retire(&stand_in);
    }
}

fn is_stand_in(draft: &Draft<'_>, parcours: &Key) -> bool {
    let description = draft.node(parcours).and_then(|node| node.description.as_deref());
    description.is_some_and(|text| text.starts_with(OPENING))
}
