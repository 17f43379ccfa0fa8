//! How much an edition says of its jobs. Where that is far less than the graph has, a table or a column of it is missing or was
//! cut: then all that is known of the jobs stays, until a person accepts the loss.

use std::collections::HashSet;

use crate::import::open_data::draft::{Draft, Facts, is_far_less};
use crate::model::{Attributes, Key, Kind, Node, Work};

/// The publisher's word for something that is said of jobs, and how often it is.
type Amount = (&'static str, usize);

/// The codes of the jobs of which all that is known stays, since an edition says far less of them than an earlier one did. That is
/// noted for the report.
pub(super) fn held_back<'a>(
    draft: &mut Draft<'_>,
    source: &Key,
    told: impl Iterator<Item = (&'a str, &'a Facts)>,
) -> HashSet<String> {
    let (mut before, mut now) = (of_facts(&Facts::default()), of_facts(&Facts::default()));
    // A job that stands twice is told by its first row.
    let mut known = HashSet::new();
    for (code, facts) in told {
        let job = draft.by_code(Kind::Job, "ROME", code).first().and_then(|job| draft.node(job));
        let known_from_rome = job.filter(|job| job.sources.iter().any(|other| draft.is_edition_of(other, source)));
        if let Some(job) = known_from_rome.filter(|_| known.insert(code.to_owned())) {
            add(&mut before, of_node(job));
            add(&mut now, of_facts(facts));
        }
    }
    let mut held_back = false;
    for ((what, before), (_, now)) in before.into_iter().zip(now) {
        if is_far_less(before, now) {
            draft.note_shrinking("rome", source.slug().to_owned(), what, before, now);
            held_back |= !draft.reviews.accepts_shrinking("rome");
        }
    }
    if held_back { known } else { HashSet::new() }
}

fn add(sum: &mut [Amount], more: impl IntoIterator<Item = Amount>) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| sum.1 += more.1);
}

fn of_node(job: &Node) -> [Amount; 13] {
    let appellations = job.codes.iter().filter(|code| &*code.scheme == "OGR").count();
    amounts(appellations, job.attributes())
}

fn of_facts(job: &Facts) -> [Amount; 13] {
    let appellations = job.further_codes.iter().filter(|(scheme, _)| *scheme == "OGR").count();
    amounts(appellations, &job.attributes)
}

fn amounts(appellations: usize, job: &Attributes) -> [Amount; 13] {
    let flag = |said: fn(&Work) -> bool| usize::from(job.work.as_deref().is_some_and(said));
    let list = |length: fn(&Work) -> usize| job.work.as_deref().map_or(0, length);
    [
        ("appellation", appellations),
        ("peu_usite", job.rare_names.len()),
        ("acces_metier", usize::from(job.access.is_some())),
        ("emploi_reglemente", usize::from(job.regulated.is_some())),
        ("riasec", job.riasec.as_deref().map_or(0, str::len)),
        ("certification", job.diplomas.len()),
        ("emploi_cadre", flag(|work| work.executive.is_some())),
        ("transition_eco", flag(|work| work.ecology.is_some())),
        ("transition_num", flag(|work| work.digital.is_some())),
        ("transition_demo", flag(|work| work.demographic.is_some())),
        ("centre_interet", list(|work| work.interests.len())),
        ("theme", list(|work| work.themes.len())),
        ("contexte_travail", list(|work| work.contexts.iter().map(|kind| kind.names.len()).sum())),
    ]
}
