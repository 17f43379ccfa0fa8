//! Which field of an entry is what: a field common to all kinds, an attribute, or a relation.

use crate::import::fault::nearest;
use crate::model::{Kind, Relation};

/// Fields that every kind takes.
pub(super) const COMMON: &[&str] = &["slug", "name", "aliases", "description", "codes", "sources", "codes_from"];

/// Fields that say something of the node itself; the model's table tells which kind takes which.
pub(super) const ATTRIBUTES: &[&str] = &[
    "publisher",
    "date",
    "edition",
    "licence",
    "url",
    "domains",
    "ects",
    "city",
    "region",
    "academy",
    "modalities",
    "languages",
    "internships",
    "thesis",
    "projects",
    "profile",
    "application",
    "riasec",
    "entry",
    "regulated",
    "access",
    "diplomas",
];

/// A field that lists relations of its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RelationField {
    /// As written in the file.
    pub(super) name: &'static str,
    /// What it makes.
    pub(super) relation: Relation,
    /// The entry is the end that the relation goes to.
    pub(super) reversed: bool,
}

/// The relation fields that go to the entry, by its kind: where it reads better, or is quicker to write.
const REVERSED: [(Kind, RelationField); 3] = [
    (Kind::Parcours, RelationField { name: "master", relation: Relation::Offers, reversed: true }),
    (Kind::Parcours, RelationField { name: "university", relation: Relation::Hosts, reversed: true }),
    (Kind::Job, RelationField { name: "requires", relation: Relation::RequiredBy, reversed: true }),
];

/// The relation fields that an entry of this kind takes.
pub(super) fn relations_of(kind: Kind) -> Vec<RelationField> {
    let forward = Relation::ALL.into_iter().filter(|relation| relation.ends().0.contains(&kind));
    let forward = forward.map(|relation| RelationField { name: relation.name(), relation, reversed: false });
    let reversed = REVERSED.into_iter().filter(|(of, _)| *of == kind).map(|(_, field)| field);
    forward.chain(reversed).collect()
}

/// What to say of a field that an entry of this kind does not take, and what may have been meant.
pub(super) fn refusal(kind: Kind, field: &str) -> (String, Option<&'static str>) {
    if let Ok(relation) = field.parse::<Relation>() {
        let (from, to) = relation.ends();
        let (from, to) = (names(from), names(to));
        let message =
            format!("`{field}` goes from {from} to {to}, never from {kind}: write it in the entry of the {from}");
        return (message, None);
    }
    if let Some((owner, _)) = REVERSED.iter().find(|(_, known)| known.name == field) {
        return (format!("`{field}` is a field of {owner}, not of {kind}: move it there"), None);
    }
    if ATTRIBUTES.contains(&field) {
        let message = format!("`{field}` is not said of a {kind}: remove it, or move it to an entry that takes it");
        return (message, None);
    }
    let relations = relations_of(kind);
    let known = COMMON.iter().chain(ATTRIBUTES).copied().chain(relations.iter().map(|field| field.name));
    (format!("unknown field `{field}` in a {kind}: seed/README.md lists the fields"), nearest(field, known))
}

/// `licence`, `job or study`.
pub(super) fn names(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
}
