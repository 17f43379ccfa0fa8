//! Entities in the draft: found or made, and what a source says of them added.

use std::collections::BTreeSet;

use super::{Draft, Facts};
use crate::import::open_data::draft::attributes;
use crate::import::open_data::naming::identity::compared;
use crate::import::open_data::naming::spelling::is_better;
use crate::import::open_data::review::{GivenName, Standing, Verdict};
use crate::model::{Admission, Code, Key, Kind, Node, text};

impl Draft<'_> {
    /// Finds or makes the entity that a source speaks of and adds what it says. `None` when it waits for review.
    pub fn put(&mut self, kind: Kind, facts: Facts, standing: Standing, source: &Key, row: &str) -> Option<Key> {
        if text::slug(&facts.name).is_empty() {
            self.report.leave_out("noms sans une lettre");
            return None;
        }
        let key = match self.certain(kind, &facts.name, &facts.codes) {
            Some(key) => {
                self.report.nodes_merged += 1;
                self.decided(kind, &facts.name, key)
            }
            None => match self.judge(kind, &facts, standing, source, row) {
                Verdict::Known(key) => {
                    self.report.nodes_merged += 1;
                    key
                }
                Verdict::Wait => return None,
                Verdict::New => {
                    let key = self.new_key(kind, &facts)?;
                    self.report.nodes_added += 1;
                    key
                }
            },
        };
        self.add(&key, facts, source);
        Some(key)
    }

    /// A person may have decided that an entity made from a name is another one: then they merge.
    fn decided(&mut self, kind: Kind, name: &str, key: Key) -> Key {
        match self.reviews.same_as(kind, name).filter(|other| **other != key) {
            Some(other) if self.graph.find(other.as_str()).is_some() => {
                let merge = (key, other.clone());
                let into = merge.1.clone();
                if self.graph.find(merge.0.as_str()).is_some() && !self.merges.contains(&merge) {
                    self.merges.push(merge);
                }
                into
            }
            _ => key,
        }
    }

    /// What to do with a name that means nothing known for certain.
    fn judge(&mut self, kind: Kind, facts: &Facts, standing: Standing, source: &Key, row: &str) -> Verdict {
        if !matches!(kind, Kind::Master | Kind::Licence | Kind::University) {
            return Verdict::New;
        }
        let mut reviews = std::mem::take(&mut self.reviews);
        let coded = |key: &Key| self.node(key).is_some_and(|node| !node.codes.is_empty());
        // Two universities that both have codes, and not the same ones, are two, however alike their names.
        let possible = |keys: &&Vec<Key>| kind != Kind::University || facts.codes.is_empty() || !coded(&keys[0]);
        let names = self.by_name.iter().filter(|((of, _), _)| *of == kind);
        let names = names.filter(|(_, keys)| possible(keys)).map(|((_, other), keys)| (other.as_str(), &keys[0]));
        let folded = compared(kind, &facts.name);
        let named = GivenName { kind, name: &facts.name, folded: &folded, source, row, standing };
        let verdict = reviews.judge(&named, names);
        self.reviews = reviews;
        verdict
    }

    /// The key of a new entity: from its name; where that is taken, with its first code or a number.
    fn new_key(&self, kind: Kind, facts: &Facts) -> Option<Key> {
        let plain = Key::from_name(kind, facts.key_name.as_ref().unwrap_or(&facts.name)).ok()?;
        let free = |key: &Key| self.node(key).is_none();
        if free(&plain) {
            return Some(plain);
        }
        let coded = facts.codes.first().map(|(scheme, value)| format!("{scheme} {value}"));
        let mut suffixes = coded.into_iter().chain((2..).map(|n: u32| n.to_string()));
        suffixes
            .find_map(|suffix| Key::new(kind, &format!("{}-{}", plain.slug(), text::slug(&suffix))).ok().filter(free))
    }

    /// Whether the access to a job asks for a diploma that no master is.
    pub fn is_beyond_master(&self, job: &Key) -> bool {
        let known = self.node(job).and_then(|node| node.attributes.as_ref());
        known.is_some_and(|known| known.beyond_master == Some(true))
    }

    /// Puts a source's figures of one session in place of those that it gave of an entity before.
    pub fn restate(&mut self, key: &Key, source: &Key, session: u16, figures: Vec<Admission>) {
        let node = &mut self.slot(key, "").now;
        attributes::restate(&mut node.attributes.get_or_insert_default().admissions, source, session, figures);
    }

    /// Puts a node as it is.
    pub fn put_whole(&mut self, node: Node) {
        let slot = self.slot(&node.key.clone(), &node.name);
        slot.now = node;
    }

    /// Takes the names of an entity from those of its kind, the `spared` apart, that bear them beside their own: a name
    /// means one thing.
    pub fn take_names(&mut self, node: &Node, spared: &BTreeSet<&Key>) {
        let kind = node.key.kind();
        let names: BTreeSet<String> = node.names().map(|name| compared(kind, name)).collect();
        let others: BTreeSet<Key> = names
            .iter()
            .flat_map(|name| self.by_name.get(&(kind, name.clone())).into_iter().flatten())
            .filter(|other| !spared.contains(other) && self.node(other).is_some_and(|node| node.replaced_by.is_none()))
            .cloned()
            .collect();
        for other in others {
            let node = &mut self.slot(&other, "").now;
            node.aliases.retain(|alias| !names.contains(&compared(kind, alias)));
        }
    }

    /// The entities of a kind, as they stand, merged ones apart.
    pub fn nodes_of(&self, kind: Kind) -> impl Iterator<Item = &Node> {
        let known = self.graph.nodes_of(kind).iter().map(|ix| self.graph.node(*ix));
        let known = known.filter(|node| !self.nodes.contains_key(&node.key));
        let now = self.nodes.iter().filter(move |(key, _)| key.kind() == kind).map(|(_, slot)| &slot.now);
        known.chain(now).filter(|node| node.replaced_by.is_none())
    }

    /// Describes an entity, unless it has a description that begins otherwise.
    pub fn describe(&mut self, key: &Key, opening: &str, description: &str) {
        let node = &mut self.slot(key, "").now;
        if node.description.as_ref().is_none_or(|known| known.starts_with(opening)) {
            node.description = Some(description.into());
        }
    }

    /// Takes away a description that begins so.
    pub fn undescribe(&mut self, key: &Key, opening: &str) {
        if self.node(key).is_some_and(|node| node.description.as_ref().is_some_and(|text| text.starts_with(opening))) {
            self.slot(key, "").now.description = None;
        }
    }

    /// Writes the name of an entity anew; the name that it had stays as an alias.
    pub fn rename(&mut self, key: &Key, name: &str) {
        let node = &mut self.slot(key, "").now;
        let before = std::mem::replace(&mut node.name, name.into());
        node.aliases.push(before);
        node.normalise();
    }

    /// Marks an entity as no longer current.
    pub fn retire(&mut self, key: &Key) {
        self.slot(key, "").now.retired = true;
    }

    /// Adds what a source says to an entity that is there.
    pub fn add(&mut self, key: &Key, facts: Facts, source: &Key) {
        let kind = key.kind();
        let older = std::mem::take(&mut self.older);
        let taken: Vec<bool> =
            facts.aliases.iter().map(|alias| self.by_name(kind, alias).iter().any(|bearer| bearer != key)).collect();
        for _ in taken.iter().filter(|taken| **taken) {
            self.report.leave_out("noms qui désignent déjà autre chose");
        }
        let sources_before: Vec<Key> = self.node(key).map(|node| node.sources.clone()).unwrap_or_default();
        let ours = sources_before.iter().all(|known| known == source || older.contains_key(known));
        let slot = self.slot(key, &facts.name);
        slot.by.push(source.clone());
        let node = &mut slot.now;
        let was_retired = node.retired && !node.sources.contains(source);
        if was_retired && node.replaced_by.is_none() {
            node.retired = false;
        }
        if is_better(&facts.name, &node.name) && compared(kind, &node.name) == compared(kind, &facts.name) {
            node.name = facts.name.as_str().into();
        } else if text::fold(&node.name) != text::fold(&facts.name) {
            push_alias(node, &facts.name);
        }
        for (alias, taken) in facts.aliases.iter().zip(taken) {
            if !taken {
                push_alias(node, alias);
            }
        }
        let codes = facts.codes.into_iter().chain(facts.further_codes);
        for (scheme, value) in codes.filter(|(_, value)| !value.is_empty()) {
            let code = Code { scheme: scheme.into(), value: value.into() };
            if !node.codes.contains(&code) {
                node.codes.push(code);
            }
        }
        if let Some(description) = facts.description
            && (node.description.is_none() || ours)
        {
            node.description = Some(description.into());
        }
        if !node.sources.contains(source) {
            node.sources.push(source.clone());
        }
        let mut attributes = node.attributes.take().map(|known| *known).unwrap_or_default();
        attributes::merge(&mut attributes, facts.attributes, ours);
        node.attributes = attributes.boxed();
        node.normalise();
        let node = node.clone();
        self.index(&node);
        self.older = older;
    }
}

/// Adds a name, unless one that folds alike is there.
pub fn push_alias(node: &mut Node, alias: &str) {
    let alias = alias.trim();
    let folded = text::fold(alias);
    if !folded.is_empty() && !node.names().any(|known| text::fold(known) == folded) {
        node.aliases.push(alias.into());
    }
}
