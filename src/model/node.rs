//! Nodes: entities and sources.

use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::key::Key;

/// An official code, for example ROME E1106 or RNCP 38209.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Who numbers: `ROME`, `RNCP`, `INM`, `UAI`, `ESCO`, `SIREN`, `PAYSAGE`, `ONISEP`…, in capitals.
    pub scheme: Box<str>,
    /// The code as published.
    pub value: Box<str>,
}

/// An entity or a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Identity.
    pub key: Key,
    /// The name shown, as its publisher writes it.
    pub name: Box<str>,
    /// Other names: acronyms, both genders, older names. No two alike, none the name.
    pub aliases: Vec<Box<str>>,
    /// What it is, in French, in this project's words.
    pub description: Option<Box<str>>,
    /// Official codes, sorted.
    pub codes: Vec<Code>,
    /// Who says that it exists and what it is, sorted.
    pub sources: Vec<Key>,
    /// The node that it was merged into.
    pub replaced_by: Option<Key>,
    /// What is known of it beyond its names, by kind. `None` where nothing is.
    pub attributes: Option<Box<Attributes>>,
    /// No longer current: kept so that its key resolves, left out of answers unless asked for.
    pub retired: bool,
}

impl Node {
    /// A node with a name and nothing else.
    pub fn new(key: Key, name: &str) -> Node {
        Node {
            key,
            name: name.into(),
            aliases: Vec::new(),
            description: None,
            codes: Vec::new(),
            sources: Vec::new(),
            retired: false,
            replaced_by: None,
            attributes: None,
        }
    }

    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.name).chain(self.aliases.iter().map(|alias| &**alias))
    }

    /// What is known of it; an empty record where nothing is.
    pub fn attributes(&self) -> &Attributes {
        static NONE: Attributes = Attributes::NONE;
        self.attributes.as_deref().unwrap_or(&NONE)
    }

    /// Puts lists in their canonical form: aliases without repeats or the name, codes and sources sorted.
    pub fn normalise(&mut self) {
        let mut seen = std::collections::HashSet::from([self.name.clone()]);
        self.aliases.retain(|alias| !alias.trim().is_empty() && seen.insert(alias.clone()));
        self.codes.sort();
        self.codes.dedup();
        self.sources.sort();
        self.sources.dedup();
        if self.attributes.as_deref() == Some(&Attributes::NONE) {
            self.attributes = None;
        }
    }
}
