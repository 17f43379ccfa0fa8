//! The relation fields of an entry, read into edges: ends that exist and fit, sources, weights by rule.

use std::collections::BTreeMap;

use crate::model::{Edge, EdgeId, Key, Kind, Statement, Weight};

use super::Declared;
use super::cited::source_key;
use super::fault::Faults;
use super::fields::{self, RelationField};
use super::node::SeedEntry;
use super::rules::Rules;
use super::spot::Spot;
use super::toml_view::Value;

/// The edges so far, each with the place that states it.
pub(super) type Edges<'t> = BTreeMap<EdgeId, (Edge, Spot<'t>)>;

/// Reads every relation of an entry.
pub(super) fn read<'t>(
    entry: &SeedEntry<'t>,
    declared: &Declared<'_>,
    rules: &Rules<'t>,
    edges: &mut Edges<'t>,
    faults: &mut Faults,
) {
    for field in fields::relations_of(entry.key.kind()) {
        let Some(list) = entry.table.get(field.name) else { continue };
        for item in list.list() {
            for (edge, at) in (Item { entry, field, item }).edges(declared, rules, faults) {
                if let Some((_, first)) = edges.get(&edge.id) {
                    faults.add(at, format!("{} is there twice, first at {first}: put both into one", edge.id));
                } else {
                    edges.insert(edge.id.clone(), (edge, at));
                }
            }
        }
    }
    if entry.key.kind() == Kind::Parcours && entry.table.get("master").is_none() {
        faults.add(entry.at, format!("`{}` has no master: add master = \"…\"", entry.key));
    }
}

/// One item of a relation field: a slug, or a table with `to` (one or several) and what is said of the relations.
struct Item<'e, 't> {
    entry: &'e SeedEntry<'t>,
    field: RelationField,
    item: Value<'t>,
}

/// What a table says of its relations.
#[derive(Default)]
struct TableWide<'t> {
    stated: Option<Value<'t>>,
    sources: Option<Value<'t>>,
    condition: Option<&'t str>,
    level: Option<&'t str>,
}

impl<'t> Item<'_, 't> {
    fn edges(&self, declared: &Declared<'_>, rules: &Rules<'t>, faults: &mut Faults) -> Vec<(Edge, Spot<'t>)> {
        if self.item.plain().is_some() {
            let edge = self.edge(self.item, &TableWide::default(), declared, rules, faults);
            return edge.into_iter().map(|edge| (edge, self.item.spot())).collect();
        }
        let Some(table) = self.item.table(faults) else { return Vec::new() };
        table.expect_only(&["to", "stated", "sources", "condition", "level"], faults);
        let Some(to) = table.get("to") else {
            faults.add(table.spot(), "`to` is missing: add to = \"…\", the slug of the other end");
            return Vec::new();
        };
        let said = TableWide {
            stated: table.get("stated"),
            sources: table.get("sources"),
            condition: table.text("condition", faults),
            level: table.text("level", faults),
        };
        let ends = to.list().into_iter();
        ends.filter_map(|end| Some((self.edge(end, &said, declared, rules, faults)?, end.spot()))).collect()
    }

    fn edge(
        &self,
        end: Value<'t>,
        said: &TableWide<'t>,
        declared: &Declared<'_>,
        rules: &Rules<'t>,
        faults: &mut Faults,
    ) -> Option<Edge> {
        let other = self.other_end(end, declared, faults);
        let weight = self.weight(said.stated, other.as_ref(), rules, faults);
        let from = if self.field.reversed { other.as_ref().map(Key::kind) } else { Some(self.entry.key.kind()) };
        let ruled = from.and_then(|from| rules.sources(said.stated, from, self.field.relation));
        let statements = self.statements(said.sources.or(ruled), weight, declared, rules, faults);
        let (other, weight) = (other?, weight?);
        let here = self.entry.key.clone();
        let (from, to) = if self.field.reversed { (other, here) } else { (here, other) };
        let strongest = statements.iter().filter_map(|statement| statement.weight).fold(None, strongest);
        let agreed = statements.iter().all(|statement| statement.weight == strongest);
        let statements = statements
            .into_iter()
            .map(|statement| Statement { weight: statement.weight.filter(|_| !agreed), ..statement })
            .collect();
        Some(Edge {
            id: EdgeId::new(self.field.relation, from, to),
            weight: strongest.unwrap_or(weight),
            statements,
            condition: said.condition.map(Box::from),
            level: said.level.map(Box::from),
            award: None,
        })
    }

    /// The node that a slug names, among the kinds that the relation takes.
    fn other_end(&self, value: Value<'_>, declared: &Declared<'_>, faults: &mut Faults) -> Option<Key> {
        let given = value.text(faults)?;
        let (from, to) = self.field.relation.ends();
        let kinds = if self.field.reversed { from } else { to };
        let fits = |key: &&Key| key.as_str() == given || (key.slug() == given && kinds.contains(&key.kind()));
        let bearers: Vec<&Key> = declared.keys().filter(fits).collect();
        let (message, meant) = match bearers[..] {
            [key] if *key == self.entry.key => (format!("`{key}` is related to itself: remove it"), None),
            [key] if kinds.contains(&key.kind()) => return Some(key.clone()),
            [_] | [] => self.no_such_end(given, kinds, declared),
            [first, second, ..] => {
                (format!("`{given}` is both `{first}` and `{second}`: write the one meant in full"), None)
            }
        };
        faults.suggest(value.spot(), message, meant);
        None
    }

    fn no_such_end<'d>(&self, given: &str, kinds: &[Kind], declared: &'d Declared<'_>) -> (String, Option<&'d str>) {
        let slug = given.split_once('/').map_or(given, |(_, slug)| slug);
        let (field, wanted) = (self.field.name, fields::names(kinds));
        match declared.keys().find(|key| key.slug() == slug && !kinds.contains(&key.kind())) {
            Some(key) => {
                let kind = key.kind();
                (format!("`{given}` is a {kind}, but {field} takes a {wanted} here: put it where it belongs"), None)
            }
            None => {
                let message = format!("no {wanted} has the slug `{given}`: correct it, or add its entry");
                (message, super::nearest_slug(declared, slug, kinds))
            }
        }
    }

    /// The weight of the rule named, or of the default one.
    fn weight(
        &self,
        stated: Option<Value<'_>>,
        other: Option<&Key>,
        rules: &Rules<'t>,
        faults: &mut Faults,
    ) -> Option<Weight> {
        if let Some(stated) = stated {
            return rules.named(stated, faults);
        }
        let other = other?;
        let from = if self.field.reversed { other.kind() } else { self.entry.key.kind() };
        let weight = rules.default_for(from, self.field.relation);
        if weight.is_none() {
            let place = format!("{from}.{}", self.field.relation);
            faults.add(
                self.item.spot(),
                format!(
                    "no rule holds for {place}: add stated = \"…\" here, or `{place}` to default_for of a [[rule]]"
                ),
            );
        }
        weight
    }

    /// Who states the relation: its own sources, else its entry's, else its file's. Each has its weight here.
    fn statements(
        &self,
        sources: Option<Value<'t>>,
        weight: Option<Weight>,
        declared: &Declared<'_>,
        rules: &Rules<'t>,
        faults: &mut Faults,
    ) -> Vec<Statement> {
        let own = sources.is_some();
        let Some(list) = sources.or_else(|| self.entry.sources()) else { return Vec::new() };
        let items = list.list();
        if own && items.is_empty() {
            faults.add(list.spot(), "the list of sources is empty: name at least one");
        }
        let mut statements: Vec<Statement> = Vec::new();
        for item in items {
            // The entry's own sources were checked with its node.
            let unheard = &mut Faults::default();
            let Some(statement) = statement(item, weight, declared, rules, if own { faults } else { unheard }) else {
                continue;
            };
            match statements.iter().find(|known| known.source == statement.source) {
                Some(known) if own => {
                    faults.add(item.spot(), format!("`{}` is cited twice here: remove one", known.source));
                }
                Some(_) => {}
                None => statements.push(statement),
            }
        }
        statements.sort_by(|a, b| a.source.cmp(&b.source));
        statements
    }
}

fn statement(
    item: Value<'_>,
    weight: Option<Weight>,
    declared: &Declared<'_>,
    rules: &Rules<'_>,
    faults: &mut Faults,
) -> Option<Statement> {
    if item.plain().is_some() {
        return Some(Statement { source: source_key(item, declared, faults)?, row: None, weight });
    }
    let table = item.table(faults)?;
    table.expect_only(&["source", "stated", "row"], faults);
    let Some(source) = table.get("source") else {
        faults.add(table.spot(), "`source` is missing: add source = \"…\"");
        return None;
    };
    let named = table.get("stated").map(|stated| rules.named(stated, faults));
    Some(Statement {
        source: source_key(source, declared, faults)?,
        row: table.text("row", faults).map(Box::from),
        weight: named.unwrap_or(weight),
    })
}

fn strongest(best: Option<Weight>, weight: Weight) -> Option<Weight> {
    Some(best.filter(|best| best.get() >= weight.get()).unwrap_or(weight))
}
