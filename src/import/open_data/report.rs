//! What an import did: per source, in total, and how far the national graph now reaches.
//!
//! The same record is printed for an operator and written as JSON for a program.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::coverage::Coverage;

/// The most refused rows shown of one source; further ones are only counted.
const MAX_SHOWN: usize = 20;

/// A row or value that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The file.
    pub file: Box<str>,
    /// Its line, from 1.
    pub line: u64,
    /// The column, where one is to blame.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub column: Box<str>,
    /// Why, with the value.
    pub reason: Box<str>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refused { file, line, column, reason } = self;
        if column.is_empty() {
            write!(f, "{file}:{line}: {reason}")
        } else {
            write!(f, "{file}:{line}: column `{column}`: {reason}")
        }
    }
}

/// What became of one file, or of one set of files that belong together.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceReport {
    /// The format's name on the command line.
    pub format: &'static str,
    /// The files read.
    pub files: Vec<Box<str>>,
    /// The edition, as the source node names it.
    pub edition: String,
    /// Rows read, all files together.
    pub rows: u64,
    /// What was repaired, by rule.
    pub repaired: BTreeMap<&'static str, u64>,
    /// What was read well and yet not taken into the graph, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// How many rows were refused.
    pub refused: u64,
    /// The first of them.
    pub refused_rows: Vec<Refused>,
    /// Nodes that this source brought.
    pub nodes_added: u64,
    /// Its mentions of nodes that were there before or that another source brought: merged into them.
    pub nodes_merged: u64,
    /// Relations that this source brought.
    pub relations_added: u64,
    /// Its statements of relations that were there before or that another source brought.
    pub relations_merged: u64,
}

impl SourceReport {
    /// Takes over what reading a file found.
    pub fn take(&mut self, table: &super::table::Table) {
        self.files.push(table.file.clone());
        self.rows += (table.rows().len() + table.refused.len()) as u64;
        for (rule, count) in &table.repaired {
            *self.repaired.entry(rule).or_default() += count;
        }
        self.refused += table.refused.len() as u64;
        let room = MAX_SHOWN.saturating_sub(self.refused_rows.len());
        self.refused_rows.extend(table.refused.iter().take(room).cloned());
    }

    /// Counts something that was read and not taken.
    pub fn leave_out(&mut self, reason: &str) {
        match self.left_out.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                self.left_out.insert(reason.to_owned(), 1);
            }
        }
    }
}

/// A file that was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftAside {
    /// Its path below the folder given; that of an archive goes before the name of a file in it.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// How many things changed in the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// New.
    pub added: u64,
    /// Known, with something new or different.
    pub changed: u64,
    /// No longer stated by the newer edition of what stated them.
    pub retired: u64,
}

/// What an import did, or with a dry run would do.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// By source, in the order of import.
    pub sources: Vec<SourceReport>,
    /// Files left aside: none of the data sets, or an older edition.
    pub skipped: Vec<LeftAside>,
    /// Files refused: damaged, hostile or unreadable. The rest was imported without them.
    pub refused_files: Vec<LeftAside>,
    /// Nodes.
    pub nodes: Totals,
    /// Relations.
    pub relations: Totals,
    /// Names that are near a known one without being it: the cases of the review file.
    pub for_review: usize,
    /// How far the graph reaches after the import.
    pub coverage: Coverage,
}

impl Report {
    /// Whether the graph stays as it was.
    pub fn changes_nothing(&self) -> bool {
        self.nodes == Totals::default() && self.relations == Totals::default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for source in &self.sources {
            writeln!(f, "{} — {}", source.format, source.edition)?;
            writeln!(f, "  files      {}", source.files.join(", "))?;
            writeln!(f, "  rows       {} read, {} refused", source.rows, source.refused)?;
            let SourceReport { nodes_added, nodes_merged, relations_added, relations_merged, .. } = source;
            writeln!(f, "  nodes      {nodes_added} added, {nodes_merged} merged")?;
            writeln!(f, "  relations  {relations_added} added, {relations_merged} merged")?;
            for (rule, count) in &source.repaired {
                writeln!(f, "  repaired   {rule}: {count}")?;
            }
            for (reason, count) in &source.left_out {
                writeln!(f, "  left out   {reason}: {count}")?;
            }
            for refused in &source.refused_rows {
                writeln!(f, "  refused    {refused}")?;
            }
        }
        for LeftAside { file, reason } in &self.skipped {
            writeln!(f, "skipped {file}: {reason}")?;
        }
        for LeftAside { file, reason } in &self.refused_files {
            writeln!(f, "REFUSED {file}: {reason}")?;
        }
        if self.changes_nothing() {
            writeln!(f, "0 changes: the graph already says all this")?;
        } else {
            for (what, Totals { added, changed, retired }) in [("nodes", self.nodes), ("relations", self.relations)] {
                writeln!(f, "{what}: {added} added, {changed} changed, {retired} retired")?;
            }
        }
        if self.for_review > 0 {
            writeln!(f, "{} near matches for review (--review FILE writes them)", self.for_review)?;
        }
        write!(f, "{}", self.coverage)
    }
}
