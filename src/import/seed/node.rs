//! Entries: one `[[kind]]` table of a seed file, and the node that it makes.

use std::collections::BTreeMap;

use crate::import::fault::nearest;
use crate::model::text::fold;
use crate::model::{Code, Edge, EdgeId, Key, Kind, Node, Place, Relation};

use super::Declared;
use super::attributes;
use super::cited::source_keys;
use super::fault::Faults;
use super::fields;
use super::spot::Spot;
use super::toml_view::{SeedFile, Table, Value};

/// An entry whose key is known.
pub(super) struct SeedEntry<'t> {
    /// Its identity.
    pub(super) key: Key,
    /// Where it begins.
    pub(super) at: Spot<'t>,
    /// What it says.
    pub(super) table: Table<'t>,
    /// The sources of its file, used where it names none.
    file_sources: Option<Value<'t>>,
}

/// Every entry of the files that has a key, in order; the others and stray sections are faults.
pub(super) fn entries<'t>(files: &'t [SeedFile<'t>], faults: &mut Faults) -> Vec<SeedEntry<'t>> {
    let mut entries: Vec<SeedEntry<'t>> = Vec::new();
    let mut seen: BTreeMap<Key, Spot<'t>> = BTreeMap::new();
    for file in files {
        let root = file.table();
        for (section, at, value) in root.fields() {
            let kind = match section {
                "sources" | "rule" => continue,
                _ => match section.parse::<Kind>() {
                    Ok(kind) => kind,
                    Err(_) => {
                        let known = Kind::ALL.iter().map(|kind| kind.name()).chain(["rule", "sources"]);
                        let message = format!("unknown section `{section}`: write [[job]], [[parcours]]…");
                        faults.suggest(at, message, nearest(section, known));
                        continue;
                    }
                },
            };
            for item in value.list() {
                let Some(table) = item.table(faults) else { continue };
                let Some(key) = key(kind, table, faults) else { continue };
                let at = table.spot();
                if let Some(first) = seen.get(&key) {
                    faults.add(at, format!("`{key}` is there twice, first at {first}: put both into one entry"));
                    continue;
                }
                seen.insert(key.clone(), at);
                entries.push(SeedEntry { key, at, table, file_sources: root.get("sources") });
            }
        }
    }
    entries
}

fn key(kind: Kind, table: Table<'_>, faults: &mut Faults) -> Option<Key> {
    let slug = table.required_text("slug", faults)?;
    let at = table.get("slug").map_or(table.spot(), |value| value.spot());
    Key::new(kind, slug).map_err(|error| faults.add(at, error.to_string())).ok()
}

impl<'t> SeedEntry<'t> {
    /// The node, as far as the entry could be read.
    pub(super) fn node(&self, declared: &Declared<'_>, faults: &mut Faults) -> Node {
        let kind = self.key.kind();
        let table = self.table;
        let mut node = Node::new(self.key.clone(), table.required_text("name", faults).unwrap_or_default());
        node.aliases = self.aliases(&node.name, faults);
        node.description = table.text("description", faults).map(Box::from);
        node.codes = self.codes(faults);
        let codes_from = self.table.get("codes_from").filter(|_| kind != Kind::Source);
        let cited = [self.sources(), codes_from].into_iter().flatten();
        node.sources = cited.flat_map(|list| source_keys(list, declared, faults)).collect();
        node.sources.sort();
        node.sources.dedup();
        if self.sources().is_none() && kind != Kind::Source {
            faults.add(self.at, format!("`{}` has no source: add sources = [\"…\"] to it or to the file", self.key));
        }
        node.attributes = attributes::read(self.key.kind(), self.table, declared, faults).boxed();
        if self.key.kind() == Kind::Source && node.attributes().publisher.is_none() {
            faults.add(self.at, format!("`{}` has no publisher: add publisher = \"…\"", self.key));
        }
        let relations = fields::relations_of(kind);
        for (field, at, _) in table.fields() {
            if kind == Kind::Source && ["sources", "codes_from"].contains(&field) {
                faults.add(at, "a source has no sources: remove the field");
            }
            let known = fields::COMMON.contains(&field)
                || fields::ATTRIBUTES.contains(&field)
                || relations.iter().any(|relation| relation.name == field);
            if !known {
                let (message, meant) = fields::refusal(kind, field);
                faults.suggest(at, message, meant);
            }
        }
        node
    }

    /// The list of sources that holds for the entry and its relations: its own, or its file's. A source has none.
    pub(super) fn sources(&self) -> Option<Value<'t>> {
        self.table.get("sources").or(self.file_sources).filter(|_| self.key.kind() != Kind::Source)
    }

    fn aliases(&self, name: &str, faults: &mut Faults) -> Vec<Box<str>> {
        let mut taken = vec![name];
        let mut aliases = Vec::new();
        for value in self.table.get("aliases").map(|value| value.list()).unwrap_or_default() {
            let Some(alias) = value.text(faults) else { continue };
            if taken.contains(&alias) {
                faults.add(value.spot(), format!("`{alias}` is there twice in one entry: remove one"));
                continue;
            }
            taken.push(alias);
            aliases.push(alias.into());
        }
        aliases
    }

    fn codes(&self, faults: &mut Faults) -> Vec<Code> {
        let Some(table) = self.table.get("codes").and_then(|value| value.table(faults)) else { return Vec::new() };
        let mut codes = Vec::new();
        for (scheme, at, values) in table.fields() {
            if scheme.is_empty() || !scheme.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
                faults.add(
                    at,
                    format!("`{scheme}` is no code scheme: write it in capitals, for example ROME, RNCP, UAI"),
                );
            }
            codes.extend(values.texts(faults).into_iter().map(|value| Code { scheme: scheme.into(), value }));
        }
        codes.sort();
        codes.dedup();
        codes
    }
}

/// Notes names and codes that two entries of a kind share. Parcours may share names: one acronym serves several
/// universities.
pub(super) fn check_names(entries: &[SeedEntry<'_>], faults: &mut Faults) {
    let mut bearers: BTreeMap<(Kind, String), &SeedEntry<'_>> = BTreeMap::new();
    for entry in entries {
        let kind = entry.key.kind();
        let aliases = entry.table.get("aliases").map(|value| value.list()).unwrap_or_default();
        let names = entry.table.get("name").into_iter().chain(aliases).filter(|_| kind != Kind::Parcours);
        let names = names.filter_map(|value| Some((value, fold(value.plain()?))));
        let codes = entry.table.get("codes").and_then(|value| value.table(&mut Faults::default()));
        let codes = codes.into_iter().flat_map(|table| table.fields()).flat_map(|(scheme, _, values)| {
            let values = values.list().into_iter();
            values.filter_map(move |value| Some((value, format!("{scheme} {}", value.plain()?))))
        });
        for (value, name) in names.chain(codes) {
            match bearers.get(&(kind, name.clone())) {
                Some(other) if other.key != entry.key => faults.add(
                    value.spot(),
                    format!(
                        "`{}` already belongs to `{}` at {}: keep it in one of them",
                        value.plain().unwrap_or_default(),
                        other.key,
                        other.at
                    ),
                ),
                Some(_) => {}
                None => {
                    bearers.insert((kind, name), entry);
                }
            }
        }
    }
}

/// Gives each parcours without a place the region and académie that the seats of its universities share. The town of a
/// seat is not where a parcours is taught: that is told only where a source tells it.
pub(super) fn inherit_regions(nodes: &mut [Node], edges: &BTreeMap<EdgeId, (Edge, Spot<'_>)>) {
    let seats: BTreeMap<Key, Place> =
        nodes.iter().filter_map(|node| Some((node.key.clone(), node.attributes().place.clone()?))).collect();
    for node in nodes.iter_mut().filter(|node| node.key.kind() == Kind::Parcours && node.attributes().place.is_none()) {
        let hosts = edges.keys().filter(|id| id.relation == Relation::Hosts && id.to == node.key);
        let places: Vec<&Place> = hosts.filter_map(|id| seats.get(&id.from)).collect();
        let Some((first, others)) = places.split_first() else { continue };
        let common = |of: fn(&Place) -> &Option<Box<str>>| {
            of(first).clone().filter(|_| others.iter().all(|other| of(other) == of(first)))
        };
        let place = Place {
            region: common(|place| &place.region),
            academy: common(|place| &place.academy),
            ..Place::default()
        };
        if place != Place::default() {
            let mut attributes = node.attributes().clone();
            attributes.place = Some(place);
            node.attributes = attributes.boxed();
        }
    }
}
