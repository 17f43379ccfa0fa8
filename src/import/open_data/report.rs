//! What an import did: per source, in total, and how far the national graph now reaches.
//!
//! The same record is printed for an operator and written as JSON for a program.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::import::open_data::coverage::Coverage;
use crate::import::open_data::refused::{LeftAside, Refused};

/// The most refused rows shown of one source; further ones are only counted.
const MAX_SHOWN: usize = 20;

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
    /// By file, the columns that could be done without and are not there.
    pub absent_columns: BTreeMap<Box<str>, Vec<Box<str>>>,
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
    pub fn take(&mut self, table: &crate::import::open_data::read::table::Table) {
        self.files.push(table.file.clone());
        self.rows += (table.rows().len() + table.refused.len()) as u64;
        for (rule, count) in &table.repaired {
            *self.repaired.entry(rule).or_default() += count;
        }
        self.refused += table.refused.len() as u64;
        let absent = table.absent();
        if !absent.is_empty() {
            self.absent_columns.insert(table.file.clone(), absent);
        }
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

/// What a newer edition of a data set says far less of than the one it replaces. It stays as it was unless a person
/// accepts the loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    /// The data set, as `--accept-shrinking` names it.
    pub format: &'static str,
    /// The newer edition.
    pub edition: String,
    /// The relation or the kind of entity.
    pub what: String,
    /// How many the older editions state.
    pub before: usize,
    /// How many the newer one states.
    pub now: usize,
    /// Whether a person accepted that the rest goes.
    pub accepted: bool,
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
    /// What newer editions say far less of than those they replace.
    pub held_back: Vec<HeldBack>,
    pub nodes: Totals,
    pub relations: Totals,
    /// New nodes, by kind.
    pub new: BTreeMap<&'static str, u64>,
    /// Names that are near a known one without being it: the cases of the review file.
    pub for_review: usize,
    /// Texts, dates and links that were mended or left out: control characters, texts too long, what is no date or no link.
    pub tidied: u64,
    /// How far the graph reaches after the import.
    pub coverage: Coverage,
}

impl Report {
    /// The columns that the files of a data set lack, which may be why they say less.
    fn wanting(&self, format: &str) -> String {
        let absent = self.sources.iter().filter(|source| source.format == format).flat_map(|of| &of.absent_columns);
        let absent: Vec<String> =
            absent.map(|(file, columns)| format!("{file} n'a pas `{}`", columns.join("`, `"))).collect();
        if absent.is_empty() { String::new() } else { format!(" ({})", absent.join(" ; ")) }
    }

    /// Whether the graph stays as it was.
    pub fn changes_nothing(&self) -> bool {
        self.nodes == Totals::default() && self.relations == Totals::default()
    }
}

/// A count with its noun, in French: `3 lignes`.
fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count > 1 { several } else { one })
}

impl fmt::Display for Report {
    /// The short form, for a person: what came in, what is new, what was not taken and why, what is missing. The rest is in
    /// the JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Lu")?;
        for source in &self.sources {
            let SourceReport { format, edition, rows, refused, nodes_added, relations_added, .. } = source;
            write!(f, "  {format} ({edition}) : {}", counted(*rows, "ligne", "lignes"))?;
            if *refused > 0 {
                write!(f, ", dont {}", counted(*refused, "refusée", "refusées"))?;
            }
            let nodes = counted(*nodes_added, "fiche nouvelle", "fiches nouvelles");
            writeln!(f, " ; {nodes}, {}", counted(*relations_added, "relation nouvelle", "relations nouvelles"))?;
            for refused in source.refused_rows.iter().take(3) {
                writeln!(f, "    ligne refusée : {refused}")?;
            }
        }
        if self.changes_nothing() {
            writeln!(f, "0 changement : le graphe dit déjà tout cela (0 changes)")?;
        } else {
            writeln!(f, "Dans le graphe")?;
            for (what, Totals { added, changed, retired }) in [("fiches", self.nodes), ("relations", self.relations)] {
                writeln!(f, "  {what} : {added} de plus, {changed} modifiées, {retired} retirées")?;
            }
            let new: Vec<String> = self.new.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            if !new.is_empty() {
                writeln!(f, "  dont de plus : {}", new.join(", "))?;
            }
        }
        for LeftAside { file, reason, .. } in &self.refused_files {
            writeln!(f, "REFUSÉ {file} : {reason}")?;
        }
        for HeldBack { format, edition, what, before, now, accepted } in &self.held_back {
            let done = if *accepted {
                "le reste est retiré, comme demandé".to_owned()
            } else {
                format!("rien n'en est retiré ; voir si ses fichiers sont entiers, sinon --accept-shrinking {format}")
            };
            writeln!(
                f,
                "RETENU {format} ({edition}) : {now} {what} là où l'édition précédente en a {before} ; {done}{}",
                self.wanting(format)
            )?;
        }
        let (superseded, unknown): (Vec<_>, Vec<_>) = self.skipped.iter().partition(|aside| aside.superseded);
        for LeftAside { file, reason, .. } in &unknown {
            writeln!(f, "laissé de côté {file} : {reason}")?;
        }
        let mut replaced: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        superseded.iter().for_each(|aside| replaced.entry(&aside.reason).or_default().push(&aside.file));
        for (reason, files) in replaced {
            writeln!(f, "remplacé {} : {reason}", files.join(", "))?;
        }
        if self.tidied > 0 {
            let texts = counted(self.tidied, "texte, date ou lien corrigé", "textes, dates ou liens corrigés");
            writeln!(f, "{texts} : caractères de contrôle, trop long, ni date ni lien")?;
        }
        if self.for_review > 0 {
            let names = counted(self.for_review as u64, "nom voisin", "noms voisins");
            writeln!(f, "{names} d'un autre à juger (--review FICHIER les écrit)")?;
        }
        write!(f, "{}", self.coverage)
    }
}
