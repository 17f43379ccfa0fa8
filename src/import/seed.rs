//! The curated graph: TOML files written by people, in `seed/`, read into nodes and edges.
//!
//! [`read`] takes any such files and reports every mistake in them, each with file, line, column and
//! what to do; [`embedded`] reads the ones in the binary. The format is described in `seed/README.md`.
//! Nothing is written anywhere here, and the result depends on neither the order of files nor of entries.

mod attributes;
mod cited;
mod fault;
mod fields;
mod node;
mod relations;
mod rules;
mod spot;
#[cfg(test)]
mod tests;
mod toml_view;

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::fault::Fault;
use crate::model::{Edge, Key, Kind, Node, text};
use fault::Faults;
use rules::Rules;
use toml_view::SeedFile;

/// The curated files, as they were when the binary was built.
pub const FILES: &[(&str, &str)] = &[
    ("seed/weights.toml", include_str!("../../seed/weights.toml")),
    ("seed/sources.toml", include_str!("../../seed/sources.toml")),
    ("seed/licences.toml", include_str!("../../seed/licences.toml")),
    ("seed/masters.toml", include_str!("../../seed/masters.toml")),
    ("seed/parcours.toml", include_str!("../../seed/parcours.toml")),
    ("seed/courses.toml", include_str!("../../seed/courses.toml")),
    ("seed/universities.toml", include_str!("../../seed/universities.toml")),
    ("seed/skills.toml", include_str!("../../seed/skills.toml")),
    ("seed/jobs.toml", include_str!("../../seed/jobs.toml")),
    ("seed/sectors.toml", include_str!("../../seed/sectors.toml")),
    ("seed/studies.toml", include_str!("../../seed/studies.toml")),
    ("seed/families.toml", include_str!("../../seed/families.toml")),
    ("seed/rome.toml", include_str!("../../seed/rome.toml")),
];

/// What the files say: nodes by key, edges by identity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeedGraph {
    /// Sources and entities, sorted by kind, then key.
    pub nodes: Vec<Node>,
    /// Relations, sorted by identity; every end is one of the nodes, every source cited too.
    pub edges: Vec<Edge>,
}

/// Reads seed files, each a name for messages and its text.
///
/// # Errors
/// Every mistake found, in order of file, line and column; what is not TOML alone, where there is such.
pub fn read(files: &[(&str, &str)]) -> Result<SeedGraph, Vec<Fault<String>>> {
    let mut faults = Faults::default();
    let files: Vec<SeedFile<'_>> = files.iter().map(|(name, text)| SeedFile::parse(name, text, &mut faults)).collect();
    // What is not TOML hides entries: whatever else would be reported might be a consequence of it.
    faults.or(())?;
    let mut faults = Faults::default();
    let rules = Rules::read(&files, &mut faults);
    let entries = node::entries(&files, &mut faults);
    let declared: Declared = entries.iter().map(|entry| (entry.key.clone(), entry.at)).collect();

    let mut nodes = Vec::with_capacity(entries.len());
    let mut edges = BTreeMap::new();
    for entry in &entries {
        nodes.push(entry.node(&declared, &mut faults));
        relations::read(entry, &declared, &rules, &mut edges, &mut faults);
    }
    node::check_names(&entries, &mut faults);
    node::inherit_regions(&mut nodes, &edges);
    nodes.sort_by(|a, b| (a.key.kind(), &a.key).cmp(&(b.key.kind(), &b.key)));
    faults.or(SeedGraph { nodes, edges: edges.into_values().map(|(edge, _)| edge).collect() })
}

/// Reads the files in the binary.
///
/// # Errors
/// Every mistake in them; there is none in a build whose tests passed.
pub fn embedded() -> Result<SeedGraph, Vec<Fault<String>>> {
    read(FILES)
}

/// SHA-256 of the files in the binary, in hexadecimal: differs whenever an edited seed could be offered.
pub fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for (name, text) in FILES {
        for part in [name, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Every node declared, with the place where it is.
type Declared<'t> = BTreeMap<Key, spot::Spot<'t>>;

/// The declared slug nearest to a misspelt one, among these kinds.
fn nearest_slug<'d>(declared: &'d Declared<'_>, slug: &str, kinds: &[Kind]) -> Option<&'d str> {
    let known = declared.keys().filter(|key| kinds.contains(&key.kind()));
    super::fault::nearest(&text::slug(slug), known.map(Key::slug))
}
