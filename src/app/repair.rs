//! Making a sound store of a damaged one: every change set that can be read is kept, also those after a gap, and what a gap
//! leaves without a place is named and written to a file.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::load::OpenError;
use crate::export::jsonl;
use crate::graph::{Builder, Graph};
use crate::model::{Change, ChangeSet, Edge};
use crate::store::{Damage, Head, Replacement, Salvaged, SetFound, StoreError, salvage};

#[cfg(test)]
mod tests;

/// Who makes the change sets that stand where others were lost.
const AUTHOR: &str = "repair";
/// So many lost versions in a row are filled with empty change sets; after more of them the log begins anew.
const FILLED: u64 = 1_000;

/// What a repair did.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// Where the repaired store ends.
    pub head: Head,
    /// The version after which its log begins; above 0, the change sets before it are lost or were let go, their result is not.
    pub base: u64,
    /// What is missing, by version.
    pub missing: Vec<Missing>,
    /// The file with what could not be placed, if there is anything.
    pub unplaced: Option<PathBuf>,
    /// Where the damaged files were put aside.
    pub aside: PathBuf,
}

/// What is missing of a change set.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// Its version, or a run of versions that are lost.
    pub versions: RangeInclusive<u64>,
    /// How many of its changes were saved; `None` where none was found.
    pub saved: Option<usize>,
    /// How many it had, where that is known.
    pub of: Option<u64>,
    /// The keys that its changes, or later ones, name and that are not there.
    pub keys: BTreeSet<String>,
}

/// A change that was saved and has no place: what it needs is lost.
struct Unplaced {
    version: u64,
    why: String,
    change: Change,
}

/// Rebuilds a store from what is sound in it. The damaged files are put aside, never removed.
///
/// # Errors
/// When the folder is not a store's or is in use, or when nothing in it can be saved; it is as before then.
pub fn repair(dir: &Path) -> Result<Repaired, OpenError> {
    // Refused before a lock is made: a folder that is no store.
    drop(salvage(dir)?);
    let place = Replacement::hold(dir)?;
    let salvaged = salvage(dir)?;
    let nothing = || StoreError::Damaged { dir: dir.to_owned(), what: Damage::NothingToSave };
    let checkpoint = salvaged.checkpoint();
    let from = checkpoint.as_ref().map_or(0, |(head, _)| head.version);
    let last = salvaged.traced().max(from);
    // The change sets that lead to the checkpoint without a gap are kept as they are.
    let base = (1..=from).rev().find(|version| !matches!(salvaged.set(*version), SetFound::Whole(..))).unwrap_or(0);
    if last == 0 || (from == 0 && salvaged.found().is_empty()) {
        return Err(nothing().into());
    }
    let found = salvaged.found();
    let begin = runs(from, last, &found).filter(is_long).last().map_or(base, |run| *run.end());
    let store = place.begin(begin)?;
    if let Some(seed) = salvaged.seed() {
        store.set_seed(seed)?;
    }
    let mut head = Head::default();
    let mut graph = Graph::empty();
    if let Some((line, state)) = checkpoint {
        let mut builder = Builder::default();
        state.nodes.iter().for_each(|node| drop(builder.put_node(node.clone())));
        for edge in &state.edges {
            builder.put_edge(edge.clone());
        }
        graph = builder.finish(line.version)?;
        head = line;
        for version in begin + 1..=line.version {
            let SetFound::Whole(set, after) = salvaged.set(version) else { return Err(nothing().into()) };
            store.commit_as(&set, after)?;
        }
        if begin == line.version {
            store.begin_from(line)?;
        }
        if begin <= line.version {
            store.write_checkpoint(line.version, state.nodes.iter(), state.edges.iter())?;
        }
    }
    let checkpoint = |graph: &Graph| {
        let edges = graph.edges().map(|edge| edge.to_edge());
        store.write_checkpoint(graph.version(), graph.nodes().map(|(_, node)| node), edges)
    };
    let mut lost = Lost::default();
    for run in runs(from, last, &found) {
        if is_long(&run) {
            (head.version, graph) = (*run.end(), graph.at_version(*run.end()));
            lost.missing.push(Missing { versions: run, saved: None, of: None, keys: BTreeSet::new() });
        } else {
            for version in run {
                let set = lost.place(&salvaged, version, &mut graph);
                head = Head {
                    version,
                    nodes: graph.len() as u64,
                    edges: graph.edge_count() as u64,
                    total: head.total + set.changes.len() as u64,
                };
                if version > begin {
                    store.commit_as(&set, head)?;
                }
            }
        }
        if head.version == begin {
            store.begin_from(head)?;
            checkpoint(&graph)?;
        }
    }
    if !lost.missing.is_empty() && begin < last {
        checkpoint(&graph)?;
    }
    let left = lost.told(dir)?;
    let aside = place.take_over(store, left.as_deref().map(|text| (UNPLACED, text)))?;
    let unplaced = left.map(|_| aside.join(UNPLACED));
    Ok(Repaired { head, base: begin, missing: lost.missing, unplaced, aside })
}

/// The versions after one, up to another, in runs of which all or none was found.
fn runs(after: u64, last: u64, found: &BTreeSet<u64>) -> impl Iterator<Item = RangeInclusive<u64>> {
    let mut next = after + 1;
    std::iter::from_fn(move || {
        let run = match found.range(next..).next() {
            _ if next > last => return None,
            Some(there) if *there == next => next..=next,
            there => next..=there.map_or(last, |there| last.min(there - 1)),
        };
        next = run.end() + 1;
        Some(run)
    })
}

/// Whether a run of versions is one that was lost, and too long to be filled.
fn is_long(run: &RangeInclusive<u64>) -> bool {
    run.end() - run.start() >= FILLED
}

/// The file, beside the damaged ones, of what could not be placed.
const UNPLACED: &str = "unplaced.jsonl";

#[derive(Default)]
struct Lost {
    missing: Vec<Missing>,
    unplaced: Vec<Unplaced>,
}

impl Lost {
    /// Applies what was found of a change set; gives what came of it, under its own version.
    fn place(&mut self, salvaged: &Salvaged, version: u64, graph: &mut Graph) -> ChangeSet {
        let whole = matches!(salvaged.set(version), SetFound::Whole(..));
        let (mut set, of, found) = match salvaged.set(version) {
            SetFound::Whole(set, _) => (set, None, true),
            SetFound::Part(changes, of) => (ChangeSet { version, at: 0, author: AUTHOR.into(), changes }, of, true),
            SetFound::Lost => (ChangeSet { version, at: 0, author: AUTHOR.into(), changes: Vec::new() }, None, false),
        };
        let asked = set.changes.len();
        let mut keys = BTreeSet::new();
        loop {
            match graph.apply(&set.changes) {
                Ok(applied) => {
                    *graph = applied.graph.at_version(version);
                    break;
                }
                Err(faults) => {
                    for fault in faults.iter().rev() {
                        let change = set.changes.remove(fault.index);
                        keys.extend(named(&change).into_iter().filter(|key| graph.find(key).is_none()));
                        self.unplaced.push(Unplaced { version, why: fault.to_string(), change });
                    }
                }
            }
        }
        if !whole || set.changes.len() < asked {
            let saved = found.then_some(set.changes.len());
            let of = of.or(whole.then_some(asked as u64));
            self.missing.push(Missing { versions: version..=version, saved, of, keys });
        }
        set
    }

    /// What could not be placed, a change a line, if there is any.
    fn told(&self, dir: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        if self.unplaced.is_empty() {
            return Ok(None);
        }
        let mut text = Vec::new();
        for Unplaced { version, why, change } in &self.unplaced {
            let mut line = serde_json::json!({ "version": version, "why": why });
            let mut record = Vec::new();
            let written = match change {
                Change::PutNode(node) => jsonl::write(&mut record, [node], std::iter::empty::<Edge>()),
                Change::PutEdge(edge) => {
                    jsonl::write(&mut record, std::iter::empty::<crate::model::Node>(), [edge.clone()])
                }
                Change::DeleteNode(key) => write!(record, "\n{}", serde_json::json!({ "deleteNode": key.as_str() })),
                Change::MergeNodes { from, into } => {
                    write!(
                        record,
                        "\n{}",
                        serde_json::json!({ "mergeNodes": { "from": from.as_str(), "into": into.as_str() } })
                    )
                }
                Change::DeleteEdge(id) => write!(record, "\n{}", serde_json::json!({ "deleteEdge": id.to_string() })),
            };
            written.map_err(|source| StoreError::Io { path: dir.to_owned(), source })?;
            // After the interchange file's own first line.
            let record = record.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
            line["change"] = serde_json::from_slice(record).unwrap_or_default();
            text.extend_from_slice(line.to_string().as_bytes());
            text.push(b'\n');
        }
        Ok(Some(text))
    }
}

/// The keys that a change names.
fn named(change: &Change) -> Vec<String> {
    let text = |key: &crate::model::Key| key.as_str().to_owned();
    match change {
        Change::PutNode(node) => node.sources.iter().map(text).collect(),
        Change::DeleteNode(key) => vec![text(key)],
        Change::MergeNodes { from, into } => vec![text(from), text(into)],
        Change::PutEdge(edge) => {
            let sources = edge.statements.iter().map(|statement| text(&statement.source));
            [text(&edge.id.from), text(&edge.id.to)].into_iter().chain(sources).collect()
        }
        Change::DeleteEdge(id) => vec![text(&id.from), text(&id.to)],
    }
}
