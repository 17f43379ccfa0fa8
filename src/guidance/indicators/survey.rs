//! Which group of the ministry's survey of graduates a mention falls into.
//!
//! The survey counts by university and discipline, and by four broad fields. A mention is put into a discipline only where its
//! name begins with that discipline's and a source puts it into the discipline's field; else into its field, where
//! sources name a single one. Nothing finer is guessed. The survey of all of France has sectors in those disciplines: a mention
//! of a sector's very name is put there.

use smallvec::SmallVec;

use crate::model::Node;
use crate::model::text::fold;

/// A group of the survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// As the survey writes it.
    pub population: &'static str,
    /// Whether it is a discipline, not a whole field.
    pub discipline: bool,
}

/// The groups of a mention.
#[derive(Default)]
pub(super) struct Groups {
    /// The finest first.
    pub fitting: SmallVec<[Group; 2]>,
    /// Whether sources put it into several fields, so that none is told.
    pub several: bool,
}

/// How the fields are begun in the sources' words, folded; how the survey names all masters of each.
const FIELDS: [(&[&str], &str); 4] = [
    (&["droit"], "Ensemble formations juridiques, économiques et de gestion"),
    (&["arts lettres", "lettres langues"], "Lettres, langues, arts"),
    (&["sciences humaines"], "Ensemble sciences humaines et sociales"),
    (&["sciences technologies", "sciences et technologies"], "Ensemble sciences, technologies et santé"),
];

/// How the mentions of a discipline begin, folded; in which of [`FIELDS`] it is, unless that does not matter; its name.
const DISCIPLINES: [(&str, Option<usize>, &str); 6] = [
    ("droit", Some(0), "Droit"),
    ("economie", Some(0), "Économie"),
    ("psychologie", Some(2), "Psychologie"),
    ("information communication", Some(2), "Information communication"),
    ("informatique", Some(3), "Informatique"),
    ("metiers de l enseignement de l education et de la formation", None, "Masters enseignement"),
];

/// What the survey of all of France calls the sectors of [`DISCIPLINES`], folded.
const SECTORS: [&str; 6] = [
    "sciences juridiques",
    "sciences economiques",
    "psychologie",
    "sciences de l information et la communication",
    "informatique",
    "masters enseignement",
];

/// What it calls the [`FIELDS`], folded.
const NATIONAL_FIELDS: [&str; 4] = [
    "ensemble formations juridiques economiques et de gestion",
    "ensemble lettres langues arts",
    "ensemble sciences humaines et sociales",
    "ensemble sciences technologies et sante",
];

/// The groups of a mention in the survey of all of France, folded, the finest first: the sector of its very name, the sector of
/// its discipline, its field.
pub(super) fn national(master: &Node) -> SmallVec<[Box<str>; 3]> {
    let mut all: SmallVec<[Box<str>; 3]> = SmallVec::new();
    all.push(fold(&master.name).into());
    for group in groups(master).fitting {
        let sector = DISCIPLINES.iter().position(|(.., population)| *population == group.population);
        let field = FIELDS.iter().position(|(_, population)| *population == group.population);
        all.extend(sector.map(|at| SECTORS[at].into()));
        all.extend(field.map(|at| NATIONAL_FIELDS[at].into()));
    }
    all
}

/// The groups of a mention.
pub(super) fn groups(master: &Node) -> Groups {
    let domains = &master.attributes().domains;
    let mut fields: SmallVec<[usize; 4]> = SmallVec::new();
    for domain in domains.iter().map(|domain| fold(domain)) {
        let begun = |starts: &[&str]| starts.iter().any(|start| domain.starts_with(start));
        let field = FIELDS.iter().position(|(starts, _)| begun(starts));
        fields.extend(field.filter(|field| !fields.contains(field)));
    }
    let name = fold(&master.name);
    let begins = |start: &str| name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let mut fitting: SmallVec<[Group; 2]> = DISCIPLINES
        .iter()
        .filter(|(start, field, _)| begins(start) && field.is_none_or(|field| fields.contains(&field)))
        .map(|(_, _, population)| Group { population, discipline: true })
        .collect();
    if let [field] = fields[..] {
        fitting.push(Group { population: FIELDS[field].1, discipline: false });
    }
    Groups { fitting, several: fields.len() > 1 }
}
