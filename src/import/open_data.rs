//! France's open data: the national graph from the files that ministries and agencies publish.
//!
//! `directory` takes whatever lies in a folder, `files` the files of one format. Both read, recognise by content, put
//! what the files state on top of the graph they are given, and yield the changes and a report; nothing is written
//! here. A refused file leaves no trace: there are changes for all of it, or an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::graph::Graph;
use crate::model::Change;

mod collect;
pub mod coverage;
mod curated;
mod description;
mod draft;
mod error;
pub mod format;
mod naming;
mod newest;
mod read;
#[cfg(test)]
mod real_files;
mod recognise;
mod refused;
pub mod report;
pub mod review;
mod set;
mod sources;
#[cfg(test)]
mod tests;

pub use curated::curated;
pub use error::OpenDataError;
pub use format::Format;
pub use report::Report;
pub use review::Reviews;

use collect::Collected;
use draft::register::Register;
use draft::{Changed, Draft};

/// What an operator sees while an import runs.
pub trait Progress {
    /// A step begins: its name, its place from 1, and how many there are.
    fn step(&self, name: &str, number: usize, of: usize);
}

/// Shows nothing.
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _: &str, _: usize, _: usize) {}
}

/// What an import yields.
pub struct Outcome {
    /// What leads from the graph to the one that also says what the files say; one atomic set.
    pub changes: Vec<Change>,
    /// What was done.
    pub report: Report,
    /// The near matches, to be written to the review file.
    pub reviews: Reviews,
}

/// Imports the newest edition of each data set that lies in a folder or below it. A damaged or hostile file is refused by
/// name, in the report, and the others go on.
///
/// # Errors
/// When the folder cannot be read or nothing in it can be taken.
pub fn directory(
    folder: &Path,
    graph: &Graph,
    reviews: Reviews,
    progress: &dyn Progress,
) -> Result<Outcome, OpenDataError> {
    until_sound(&folder.display().to_string(), graph, reviews, progress, |refused| {
        collect::folder(folder, refused, progress)
    })
}

/// Imports files that are at hand, by name and content, as those of a folder.
///
/// # Errors
/// When nothing in them can be taken.
pub fn in_memory(files: &[(String, Vec<u8>)], graph: &Graph, reviews: Reviews) -> Result<Outcome, OpenDataError> {
    until_sound("memory", graph, reviews, &Silent, |refused| Ok(collect::memory(files, refused)))
}

/// What a table that is refused late had already put into the draft goes with it: the import begins again without it.
fn until_sound(
    place: &str,
    graph: &Graph,
    reviews: Reviews,
    progress: &dyn Progress,
    collect: impl Fn(&BTreeMap<String, String>) -> Result<Collected, OpenDataError>,
) -> Result<Outcome, OpenDataError> {
    let mut all_refused = BTreeMap::new();
    loop {
        let found = collect(&all_refused)?;
        if found.documents.is_empty() {
            let Collected { skipped, refused, .. } = found;
            return Err(OpenDataError::Nothing { path: place.to_owned(), refused, skipped });
        }
        match import(found, graph, reviews.clone(), progress) {
            Err(error) if !error.culprits().is_empty() => {
                all_refused.extend(error.culprits().into_iter().map(|file| (file, error.reason())));
            }
            outcome => return outcome,
        }
    }
}

/// Imports files of one format.
///
/// # Errors
/// When one is damaged or of another format.
pub fn files(
    format: Format,
    paths: &[PathBuf],
    graph: &Graph,
    reviews: Reviews,
    progress: &dyn Progress,
) -> Result<Outcome, OpenDataError> {
    import(collect::files(format, paths, progress)?, graph, reviews, progress)
}

fn import(
    found: Collected,
    graph: &Graph,
    reviews: Reviews,
    progress: &dyn Progress,
) -> Result<Outcome, OpenDataError> {
    let Collected { documents, mut skipped, mut refused } = found;
    let mut sets = newest::newest(documents, &mut skipped, &mut refused);
    newest::refuse_older(&mut sets, graph, &mut skipped);
    let mut draft = Draft::of(graph, reviews);
    draft.register = Register::of(&sets);
    let mut report = Report { skipped, refused_files: refused, ..Report::default() };
    let steps = sets.len() + 1;
    for (n, set) in sets.iter_mut().enumerate() {
        progress.step(set.format.name(), n + 1, steps);
        let begun = report::SourceReport { format: set.format.name(), edition: set.edition(), ..Default::default() };
        draft.turn_to(begun);
        (sources::description(set.format).apply)(set, &mut draft)?;
        for document in &set.documents {
            draft.report.take(&document.table);
        }
        if draft.report.refused > 0 {
            draft.mark_damaged();
        }
        report.sources.push(std::mem::take(&mut draft.report));
        // The rows are not needed any more.
        set.documents.clear();
    }
    progress.step("changes", steps, steps);
    sources::mon_master::mark_absent(&mut draft);
    draft::successions::carry(&mut draft);
    sources::rome::put_masters(&mut draft);
    draft::outlets::group(&mut draft);
    draft::capitals::write_out(&mut draft);
    let Changed { changes, nodes, relations, reviews, held_back, tidied } = draft.changes();
    report.tidied = tidied;
    (report.nodes, report.relations, report.for_review) = (nodes, relations, reviews.undecided());
    report.held_back = held_back;
    for change in &changes {
        if let Change::PutNode(node) = change
            && graph.find(node.key.as_str()).is_none()
        {
            *report.new.entry(node.key.kind().name()).or_default() += 1;
        }
    }
    if let Ok(applied) = graph.apply(&changes) {
        report.coverage = coverage::Coverage::of(&applied.graph);
    }
    Ok(Outcome { changes, report, reviews })
}
