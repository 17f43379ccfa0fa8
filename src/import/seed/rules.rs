//! Weight rules: the only place where a weight is a number. A relation names its rule, or has the default
//! of its kind and relation.

use std::collections::BTreeMap;

use crate::import::fault::nearest;
use crate::model::{Kind, Relation, Weight};

use super::fault::Faults;
use super::toml_view::{SeedFile, Table, Value};

/// The named rules, and which one holds where none is named.
#[derive(Default)]
pub(super) struct Rules<'t> {
    weights: BTreeMap<String, Weight>,
    /// Who states what a rule covers, whoever the entry cites: a reading of ours is no publisher's word.
    sources: BTreeMap<String, Value<'t>>,
    defaults: BTreeMap<(Kind, Relation), String>,
}

impl<'t> Rules<'t> {
    /// Reads every `[[rule]]` of the files.
    pub(super) fn read(files: &'t [SeedFile<'t>], faults: &mut Faults) -> Rules<'t> {
        let mut rules = Rules::default();
        for entry in files.iter().filter_map(|file| file.table().get("rule")).flat_map(|value| value.list()) {
            if let Some(table) = entry.table(faults) {
                rules.add(table, faults);
            }
        }
        rules
    }

    fn add(&mut self, table: Table<'t>, faults: &mut Faults) {
        table.expect_only(&["name", "weight", "reads", "default_for", "sources"], faults);
        let name = table.required_text("name", faults);
        table.required_text("reads", faults);
        let Some(given) = table.get("weight") else {
            return faults.add(table.spot(), "`weight` is missing: add weight = 0.5, more than 0 and at most 1");
        };
        let (Some(name), Some(number)) = (name, given.number(faults)) else { return };
        match Weight::new(number) {
            Err(error) => faults.add(given.spot(), error.to_string()),
            Ok(weight) if self.weights.insert(name.to_owned(), weight).is_some() => {
                faults.add(table.spot(), format!("the rule `{name}` is there twice: remove one"));
            }
            Ok(_) => {}
        }
        if let Some(sources) = table.get("sources") {
            self.sources.insert(name.to_owned(), sources);
        }
        for place in table.get("default_for").map(|value| value.list()).unwrap_or_default() {
            let Some(text) = place.text(faults) else { continue };
            let parsed = text.split_once('.').and_then(|(kind, relation)| {
                let (kind, relation) = (kind.parse::<Kind>().ok()?, relation.parse::<Relation>().ok()?);
                relation.ends().0.contains(&kind).then_some((kind, relation))
            });
            match parsed {
                None => faults.add(
                    place.spot(),
                    format!(
                        "`{text}` names no relation: write <kind it comes from>.<relation>, e.g. parcours.leads_to"
                    ),
                ),
                Some(place_of) => {
                    if let Some(other) = self.defaults.insert(place_of, name.to_owned()) {
                        faults.add(
                            place.spot(),
                            format!("`{text}` already has the default rule `{other}`: keep it in one"),
                        );
                    }
                }
            }
        }
    }

    /// The weight of the rule that a value names.
    pub(super) fn named(&self, value: Value<'_>, faults: &mut Faults) -> Option<Weight> {
        let name = value.text(faults)?;
        let weight = self.weights.get(name).copied();
        if weight.is_none() {
            let names: Vec<&str> = self.weights.keys().map(String::as_str).collect();
            let meant = nearest(name, names.iter().copied());
            faults.suggest(value.spot(), format!("unknown rule `{name}`: use one of {}", names.join(", ")), meant);
        }
        weight
    }

    /// Who states what the rule that holds covers, where it says.
    pub(super) fn sources(&self, stated: Option<Value<'_>>, from: Kind, relation: Relation) -> Option<Value<'t>> {
        let name = match stated {
            Some(stated) => stated.plain()?,
            None => self.defaults.get(&(from, relation))?,
        };
        self.sources.get(name).copied()
    }

    /// The weight where no rule is named.
    pub(super) fn default_for(&self, from: Kind, relation: Relation) -> Option<Weight> {
        self.weights.get(self.defaults.get(&(from, relation))?).copied()
    }
}
