//! France's open data: the national graph from the files that ministries and agencies publish.
//!
//! `directory` takes whatever lies in a folder, `files` the files of one format. Both read, recognise by content, put
//! what the files state on top of the graph they are given, and yield the changes and a report; nothing is written
//! here. A refused file leaves no trace: there are changes for all of it, or an error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::graph::Graph;
use crate::model::Change;

mod archive;
mod attributes;
mod certif_info;
pub mod coverage;
mod draft;
mod edition;
mod esco;
mod etablissements;
pub mod format;
mod identity;
mod insertion;
mod job_names;
mod licences;
mod markup;
mod mon_master;
mod offers;
mod onisep;
mod outlets;
#[cfg(test)]
mod real_files;
mod recognise;
pub mod report;
pub mod review;
mod rncp;
mod rome;
mod set;
mod table;
#[cfg(test)]
mod tests;
mod trouver_mon_master;
mod weights;

pub use format::Format;
pub use report::Report;
pub use review::Reviews;

use draft::Draft;
use recognise::{Document, Part};
use report::Skipped;
use set::Set;

/// Why open data was refused. What, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenDataError {
    /// A file or folder cannot be read.
    #[error("{path}: {cause}")]
    Read {
        /// Which.
        path: String,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The bytes are no table.
    #[error("{file}: not a table: {reason}")]
    NotATable {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// The archive is damaged or hostile.
    #[error("{file}: archive refused: {reason}")]
    Archive {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// The XML is damaged or hostile.
    #[error("{file}: XML refused: {reason}")]
    Markup {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is none of the data sets.
    #[error("{file}: not recognised: {reason}")]
    Unknown {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// A column is not there.
    #[error("{file}: no column `{column}`: it begins {present}…; is it the right file, or a new layout?")]
    MissingColumn {
        /// Which.
        file: String,
        /// The column.
        column: String,
        /// The first columns that are there.
        present: String,
    },
    /// Too many rows are damaged.
    #[error("{file}: {refused} of {rows} rows refused, too many to go on; the first: {first}")]
    TooManyRefused {
        /// Which.
        file: String,
        /// How many.
        refused: usize,
        /// Of how many.
        rows: usize,
        /// The first.
        first: String,
    },
    /// A table of a set is not there.
    #[error("{format}: the table {missing} is missing: give all files of the set together (given: {files})")]
    Incomplete {
        /// The format.
        format: Format,
        /// The table.
        missing: String,
        /// What there is.
        files: String,
    },
    /// A file of another format.
    #[error("{file}: this is {found}, not {wanted}: import it as `{found}`")]
    OtherFormat {
        /// Which.
        file: String,
        /// What it is.
        found: Format,
        /// What was asked for.
        wanted: Format,
    },
    /// Nothing to import.
    #[error("{path}: no file of any known data set: see docs/data-sources.md for what to download")]
    Nothing {
        /// Where.
        path: String,
    },
}

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

/// Imports the newest edition of each data set that lies in a folder or below it.
///
/// # Errors
/// When nothing there is known, or what is known is damaged.
pub fn directory(
    folder: &Path,
    graph: &Graph,
    reviews: Reviews,
    progress: &dyn Progress,
) -> Result<Outcome, OpenDataError> {
    let mut paths = Vec::new();
    walk(folder, &mut paths)?;
    let mut skipped = Vec::new();
    let mut documents = Vec::new();
    for (n, path) in paths.iter().enumerate() {
        let shown = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        progress.step(&shown, n + 1, paths.len());
        match recognise::documents(&shown, &read(path)?) {
            Ok(found) => documents.extend(found),
            Err(OpenDataError::Unknown { file, reason }) => skipped.push(Skipped { file, reason }),
            Err(error @ (OpenDataError::NotATable { .. } | OpenDataError::Markup { .. })) => {
                let reason = error.to_string();
                skipped.push(Skipped { file: shown, reason });
            }
            Err(error) => return Err(error),
        }
    }
    if documents.is_empty() {
        return Err(OpenDataError::Nothing { path: folder.display().to_string() });
    }
    import(documents, skipped, graph, reviews, progress)
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
    let mut documents = Vec::new();
    for (n, path) in paths.iter().enumerate() {
        let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        progress.step(&shown, n + 1, paths.len());
        for document in recognise::documents(&shown, &read(path)?)? {
            let found = document.part.format();
            if found != format {
                return Err(OpenDataError::OtherFormat { file: shown, found, wanted: format });
            }
            documents.push(document);
        }
    }
    import(documents, Vec::new(), graph, reviews, progress)
}

fn read(path: &Path) -> Result<Vec<u8>, OpenDataError> {
    std::fs::read(path).map_err(|cause| OpenDataError::Read { path: path.display().to_string(), cause })
}

/// The files of a folder and those below it, by path; hidden ones and prose left out.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), OpenDataError> {
    let fault = |cause| OpenDataError::Read { path: folder.display().to_string(), cause };
    let mut entries = std::fs::read_dir(folder).map_err(fault)?.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let prose = path.extension().is_some_and(|extension| extension == "md" || extension == "txt");
        if name.to_string_lossy().starts_with('.') || prose {
            continue;
        }
        let kind = entry.file_type().map_err(fault)?;
        if kind.is_dir() {
            walk(&path, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn import(
    documents: Vec<Document>,
    mut skipped: Vec<Skipped>,
    graph: &Graph,
    reviews: Reviews,
    progress: &dyn Progress,
) -> Result<Outcome, OpenDataError> {
    let mut sets = newest(documents, &mut skipped);
    refuse_older(&mut sets, graph, &mut skipped);
    let mut draft = Draft::of(graph, reviews);
    let mut report = Report { skipped, ..Report::default() };
    let steps = sets.len() + 1;
    for (n, set) in sets.iter_mut().enumerate() {
        progress.step(set.format.name(), n + 1, steps);
        let begun = report::SourceReport { format: set.format.name(), edition: set.edition(), ..Default::default() };
        draft.turn_to(begun);
        apply(set, &mut draft)?;
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
    let (changes, nodes, relations, reviews) = draft.changes();
    (report.nodes, report.relations, report.for_review) = (nodes, relations, reviews.undecided());
    if let Ok(applied) = graph.apply(&changes) {
        report.coverage = coverage::Coverage::of(&applied.graph);
    }
    Ok(Outcome { changes, report, reviews })
}

fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    match set.format {
        Format::Etablissements => etablissements::apply(set, draft),
        Format::Rome => rome::apply(set, draft),
        Format::MonMaster => mon_master::apply(set, draft),
        Format::TrouverMonMaster => trouver_mon_master::apply(set, draft),
        Format::CertifInfo => certif_info::apply(set, draft),
        Format::Onisep => onisep::apply(set, draft),
        Format::Rncp => rncp::apply(set, draft),
        Format::Insertion => insertion::apply(set, draft),
        Format::Esco => esco::apply(set, draft),
    }
}

/// The newest edition of each data set, in the order of import. Parts of ROME and of RNCP belong together, so the
/// newest edition of the whole counts; sessions of Mon Master stand side by side; else the newest of each part.
fn newest(documents: Vec<Document>, skipped: &mut Vec<Skipped>) -> Vec<Set> {
    let whole = |format| matches!(format, Format::Rome | Format::Rncp);
    let mut editions: BTreeMap<Format, Option<String>> = BTreeMap::new();
    for document in documents.iter().filter(|document| whole(document.part.format())) {
        let newest = editions.entry(document.part.format()).or_default();
        *newest = newest.take().max(document.edition.clone());
    }
    let mut chosen: BTreeMap<(Format, String, Part), Document> = BTreeMap::new();
    for document in documents {
        let format = document.part.format();
        if matches!(document.part, Part::RomeOther | Part::RncpOther | Part::EscoOther) {
            continue;
        }
        if editions.get(&format).is_some_and(|newest| *newest != document.edition) {
            skipped.push(older(&document, editions[&format].as_deref()));
            continue;
        }
        let session = if format == Format::MonMaster { document.edition.clone() } else { None };
        let at = (format, session.unwrap_or_default(), document.part);
        match chosen.remove(&at) {
            Some(known) => {
                // Of two alike, the greater fingerprint: any rule will do, if it is always the same.
                let rank = |document: &Document| {
                    (document.edition.clone(), document.table.rows().len(), document.print.clone())
                };
                let (kept, left) = if rank(&known) >= rank(&document) { (known, document) } else { (document, known) };
                skipped.push(older(&left, kept.edition.as_deref()));
                chosen.insert(at, kept);
            }
            None => {
                chosen.insert(at, document);
            }
        }
    }
    let mut sets: Vec<Set> = Vec::new();
    let mut last = None;
    for ((format, session, _), document) in chosen {
        if last.as_ref() != Some(&(format, session.clone())) {
            sets.push(Set { format, documents: Vec::new() });
            last = Some((format, session));
        }
        if let Some(set) = sets.last_mut() {
            set.documents.push(document);
        }
    }
    sets
}

fn older(document: &Document, newest: Option<&str>) -> Skipped {
    let edition = document.edition.as_deref().unwrap_or("no edition told");
    let reason = match newest {
        Some(newest) => format!("a newer or fuller one is there ({newest}; this one: {edition})"),
        None => format!("a fuller one is there (this one: {edition})"),
    };
    Skipped { file: document.table.file.to_string(), reason }
}

/// Leaves out what the graph already has a newer edition of.
fn refuse_older(sets: &mut Vec<Set>, graph: &Graph, skipped: &mut Vec<Skipped>) {
    let family = |format| match format {
        Format::Etablissements => Some("principaux-etablissements-"),
        Format::Rome => Some("rome-4-"),
        Format::CertifInfo => Some("certif-info-"),
        Format::Rncp => Some("rncp-"),
        Format::Insertion => Some("insertion-master-"),
        _ => None,
    };
    sets.retain(|set| {
        let Some(family) = family(set.format) else { return true };
        let this = crate::model::text::slug(&set.edition());
        let sources = graph.nodes().filter(|(_, node)| !node.retired).map(|(_, node)| node.key.slug());
        let newer = sources.filter_map(|slug| slug.strip_prefix(family)).filter(|known| known.len() == this.len());
        let newer = newer.filter(|known| **known > *this).max();
        if let Some(newer) = newer {
            let reason = format!("the graph already has the newer edition {newer} (this one: {this})");
            skipped.extend(
                set.documents
                    .iter()
                    .map(|document| Skipped { file: document.table.file.to_string(), reason: reason.clone() }),
            );
        }
        newer.is_none()
    });
}
