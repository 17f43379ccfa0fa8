//! The jobs that a ROME code means, whatever edition it is of.

use super::Draft;
use crate::model::{Key, Kind};

/// The scheme of the codes of the former ROME that a job descends from.
pub const FORMER: &str = "ROME-ANCIEN";

/// A code of the former ROME, written so that nobody who looks up a code of today finds its whole family.
pub fn former(code: &str) -> String {
    format!("ancien {code}")
}

/// The jobs that stand under a ROME code today, each with the source and the row that say so: those that descend from it,
/// or else the one that bears it; none for an obsolete code.
pub fn under(draft: &Draft<'_>, code: &str) -> Vec<(Key, Key, String)> {
    if let Some(told) = draft.descents.get(code) {
        return told.clone();
    }
    let of_rome = |job: &Key| {
        let sources = draft.node(job).into_iter().flat_map(|node| &node.sources);
        sources.filter(|source| source.slug().starts_with("rome-4-")).max().cloned()
    };
    let jobs = jobs_of(draft, code).into_iter();
    // A job that its newest edition no longer has is under no code of today.
    jobs.filter(|job| draft.node(job).is_some_and(|node| !node.retired))
        .filter_map(|job| {
            let source = of_rome(&job)?;
            Some((job, source, format!("élément code_rome_parent {code}")))
        })
        .collect()
}

/// The jobs that a ROME code of whatever edition means.
pub fn jobs_of(draft: &Draft<'_>, code: &str) -> Vec<Key> {
    let children = draft.by_code(Kind::Job, FORMER, &former(code));
    if children.is_empty() { draft.by_code(Kind::Job, "ROME", code).to_vec() } else { children.to_vec() }
}
