//! The price of an operation: about how many values its answer may hold, plus a sum for each search.
//!
//! A page multiplies what is inside it by `first` or `last` (a variable's value where one is given, else 20);
//! a list by the length of the list argument it answers, else by [`ASSUMED_LIST`](super::shape::ASSUMED_LIST). On an interface the
//! fragments on different object types exclude each other, so only the dearest counts. Each fragment is priced
//! once: what depends on the page around it is kept apart, so the time is linear in the document.

use std::collections::HashMap;

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Value as ConstValue, Variables};
use async_graphql_value::Value;

use super::shape::{FieldShape, Shape, TypeShape};
use super::table::Extra;
use super::{Limits, bound, cycle};
use crate::api::error::ApiError;

/// The page that a connection holds when the request does not say.
pub const DEFAULT_PAGE: u64 = 20;

/// A price, and whether it rests on a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// About how many values.
    pub value: u64,
    /// Whether other variables would give another price.
    pub varies: bool,
}

/// Refuses a price above the limit.
///
/// # Errors
/// `TOO_COMPLEX` with `measure` `price`.
pub fn check(price: u64, limits: &Limits) -> Result<(), ApiError> {
    bound("price", "prix", price, limits.price)
}

/// The price of an operation of a document.
///
/// # Errors
/// For a fragment that contains itself.
pub fn price(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    shape: &Shape,
    variables: &Variables,
) -> Result<Price, ApiError> {
    let root = match operation.ty {
        OperationType::Query => shape.roots()[0],
        OperationType::Mutation => shape.roots()[1],
        OperationType::Subscription => shape.roots()[2],
    };
    let mut pricer = Pricer { document, operation, shape, variables, known: HashMap::new(), varies: false };
    let cost = pricer.set(root, &operation.selection_set.node)?;
    Ok(Price { value: cost.on_a_page_of(DEFAULT_PAGE), varies: pricer.varies })
}

/// What a selection set costs: a fixed part, and a part for each entry of the page around it.
#[derive(Clone, Copy, Default)]
struct Cost {
    fixed: u64,
    each: u64,
}

impl Cost {
    fn add(&mut self, other: Cost) {
        self.fixed = self.fixed.saturating_add(other.fixed);
        self.each = self.each.saturating_add(other.each);
    }

    fn max(self, other: Cost) -> Cost {
        Cost { fixed: self.fixed.max(other.fixed), each: self.each.max(other.each) }
    }

    fn on_a_page_of(self, entries: u64) -> u64 {
        self.fixed.saturating_add(self.each.saturating_mul(entries))
    }
}

struct Pricer<'d> {
    document: &'d ExecutableDocument,
    operation: &'d OperationDefinition,
    shape: &'d Shape,
    variables: &'d Variables,
    /// `None` while the fragment is being priced.
    known: HashMap<&'d str, Option<Cost>>,
    varies: bool,
}

impl<'d> Pricer<'d> {
    fn set(&mut self, on: &'d str, set: &'d SelectionSet) -> Result<Cost, ApiError> {
        let ty = self.shape.get(on);
        let mut shared = Cost::default();
        let mut exclusive: Vec<(&str, Cost)> = Vec::new();
        for selection in &set.items {
            let (condition, cost) = match &selection.node {
                Selection::Field(field) => (on, self.field(ty, &field.node)?),
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref().map_or(on, |c| c.node.on.node.as_str());
                    (condition, self.set(condition, &inline.node.selection_set.node)?)
                }
                Selection::FragmentSpread(spread) => self.fragment(on, &spread.node.fragment_name.node)?,
            };
            if condition == on || !self.shape.get(condition).is_some_and(|ty| ty.object) {
                shared.add(cost);
            } else if let Some((_, sum)) = exclusive.iter_mut().find(|(name, _)| *name == condition) {
                sum.add(cost);
            } else {
                exclusive.push((condition, cost));
            }
        }
        shared.add(exclusive.into_iter().fold(Cost::default(), |dearest, (_, cost)| dearest.max(cost)));
        Ok(shared)
    }

    fn fragment(&mut self, on: &'d str, name: &str) -> Result<(&'d str, Cost), ApiError> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok((on, Cost::default()));
        };
        let condition = fragment.node.type_condition.node.on.node.as_str();
        match self.known.get(name.as_str()) {
            Some(Some(cost)) => return Ok((condition, *cost)),
            Some(None) => return Err(cycle(name)),
            None => {}
        }
        self.known.insert(name, None);
        let cost = self.set(condition, &fragment.node.selection_set.node)?;
        self.known.insert(name, Some(cost));
        Ok((condition, cost))
    }

    fn field(&mut self, ty: Option<&'d TypeShape>, field: &'d Field) -> Result<Cost, ApiError> {
        let Some(shape) = ty.and_then(|ty| ty.fields.get(field.name.node.as_str())) else {
            return Ok(Cost { fixed: 1, each: 0 });
        };
        let inner = self.set(&shape.target, &field.selection_set.node)?;
        let extras = shape.extras.iter().map(|(name, extra)| self.extra(field.get_argument(name), *extra));
        let own = extras.fold(shape.own, u64::saturating_add);
        // A list of a connection is the page of the field around it; its entries are priced there.
        if ty.is_some_and(|ty| ty.connection) && shape.list.is_some() && !shape.paged {
            let each = inner.on_a_page_of(DEFAULT_PAGE).saturating_add(1);
            return Ok(Cost { fixed: own, each });
        }
        let entries = self.entries(shape, field);
        let inside = match shape.list {
            Some(_) => entries.saturating_mul(inner.on_a_page_of(DEFAULT_PAGE).saturating_add(1)),
            None => inner.on_a_page_of(entries),
        };
        Ok(Cost { fixed: own.saturating_add(inside), each: 0 })
    }

    /// How many entries the field may return.
    fn entries(&mut self, shape: &FieldShape, field: &'d Field) -> u64 {
        if shape.paged {
            let sizes = ["first", "last"].into_iter().filter_map(|name| field.get_argument(name));
            let given: Option<u64> = sizes.filter_map(|value| self.number(&value.node)).max();
            return given.unwrap_or(DEFAULT_PAGE);
        }
        let Some(assumed) = shape.list else { return DEFAULT_PAGE };
        let given = field.arguments.iter().filter_map(|(_, value)| self.length(&value.node)).max();
        given.unwrap_or(assumed).max(if shape.target.starts_with("__") { assumed } else { 1 })
    }

    /// What an argument adds.
    fn extra(&mut self, given: Option<&'d Positioned<Value>>, extra: Extra) -> u64 {
        let Some(value) = given.map(|value| &value.node) else { return 0 };
        match extra {
            Extra::Given(price) => match value {
                Value::Null => 0,
                // It is given, or the request was refused: the price is the same for all, and kept with the document.
                Value::Variable(name) if self.is_required(name) => price,
                Value::Variable(name) => match self.variable(name) {
                    None | Some(ConstValue::Null) => 0,
                    Some(_) => price,
                },
                _ => price,
            },
            Extra::Each(price) => self.length(value).unwrap_or(1).saturating_mul(price),
            Extra::Share(units) => self.number(value).unwrap_or(0) / units,
            Extra::Changes(each, merge) => {
                let (mut changes, mut merges) = (0u64, 0u64);
                self.changes(value, &mut changes, &mut merges);
                changes.saturating_mul(each).saturating_add(merges.saturating_mul(merge))
            }
        }
    }

    /// Counts the changes, and the merges among them, of a list or of an input that has one.
    fn changes(&mut self, value: &'d Value, changes: &mut u64, merges: &mut u64) {
        match value {
            Value::List(list) => {
                *changes += list.len() as u64;
                list.iter().for_each(|value| self.changes(value, changes, merges));
            }
            Value::Object(fields) => {
                *merges += u64::from(fields.contains_key("mergeNodes"));
                if let Some(inner) = fields.get("changes") {
                    self.changes(inner, changes, merges);
                }
            }
            Value::Variable(name) => {
                if let Some(value) = self.variable(name) {
                    constant_changes(value, changes, merges);
                }
            }
            _ => {}
        }
    }

    fn number(&mut self, value: &'d Value) -> Option<u64> {
        match value {
            Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
            Value::Variable(name) => match self.variable(name)? {
                ConstValue::Number(number) => Some(number.as_u64().unwrap_or(0)),
                _ => None,
            },
            _ => None,
        }
    }

    fn length(&mut self, value: &'d Value) -> Option<u64> {
        match value {
            Value::List(list) => Some(list.len() as u64),
            Value::Variable(name) => match self.variable(name)? {
                ConstValue::List(list) => Some(list.len() as u64),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a variable cannot be null or left out.
    fn is_required(&self, name: &Name) -> bool {
        let definition = self.operation.variable_definitions.iter().find(|known| known.node.name.node == *name);
        definition.is_some_and(|known| !known.node.var_type.node.nullable)
    }

    /// A variable's value or its default.
    fn variable(&mut self, name: &Name) -> Option<&'d ConstValue> {
        self.varies = true;
        let default = || {
            let definition = self.operation.variable_definitions.iter().find(|d| d.node.name.node == *name)?;
            definition.node.default_value.as_ref().map(|value| &value.node)
        };
        self.variables.get(name).or_else(default)
    }
}

/// As [`Pricer::changes`], of a variable's value.
fn constant_changes(value: &ConstValue, changes: &mut u64, merges: &mut u64) {
    match value {
        ConstValue::List(list) => {
            *changes += list.len() as u64;
            list.iter().for_each(|value| constant_changes(value, changes, merges));
        }
        ConstValue::Object(fields) => {
            *merges += u64::from(fields.contains_key("mergeNodes"));
            if let Some(inner) = fields.get("changes") {
                constant_changes(inner, changes, merges);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    const SDL: &str = "
        interface Entity { id: ID! name: String! sources: [Source!]! }
        type Source { id: ID! name: String! }
        type Licence implements Entity { id: ID! name: String! sources: [Source!]! masters(first: Int, last: Int): MasterConnection! }
        type Master implements Entity { id: ID! name: String! sources: [Source!]! }
        type MasterEdge { node: Master! weight: Float! }
        type PageInfo { hasNextPage: Boolean! }
        type MasterConnection { edges: [MasterEdge!]! nodes: [Master!]! pageInfo: PageInfo! totalCount: Int! }
        type Change { kind: String! }
        type ChangeSet { version: Int! changes(first: Int = 20, offset: Int = 0): [Change!]! }
        type ChangeSetConnection { nodes: [ChangeSet!]! pageInfo: PageInfo! }
        type LicenceConnection { nodes: [Licence!]! pageInfo: PageInfo! }
        type Query {
          entity(ref: String!): Entity
          nodes(ids: [ID!]!): [Entity]!
          allLicences(first: Int, last: Int): LicenceConnection!
          pathways(from: [String!]!, first: Int = 10): MasterConnection!
          changes(since: Int!, first: Int): ChangeSetConnection!
        }";

    fn of(query: &str, variables: serde_json::Value) -> (u64, bool) {
        let document = parse_query(query).unwrap();
        let shape = Shape::from_sdl(SDL).unwrap();
        let variables = Variables::from_json(variables);
        let (_, operation) = document.operations.iter().next().unwrap();
        let price = price(&document, &operation.node, &shape, &variables).unwrap();
        (price.value, price.varies)
    }

    fn fixed(query: &str) -> u64 {
        of(query, serde_json::json!({})).0
    }

    #[test]
    fn a_page_multiplies_what_is_inside_it() {
        // The connection, the list, and per entry the object and its name.
        assert_eq!(fixed("{ allLicences(first: 10) { nodes { name } } }"), 200 + 1 + 10 * 2);
        assert_eq!(fixed("{ allLicences { nodes { name } } }"), 201 + 20 * 2);
        assert_eq!(fixed("{ allLicences(last: 3) { pageInfo { hasNextPage } nodes { name } } }"), 201 + 2 + 3 * 2);
        let inner = 1 + 1 + 5 * 2;
        assert_eq!(
            fixed("{ allLicences(first: 10) { nodes { masters(first: 5) { nodes { name } } } } }"),
            201 + 10 * (1 + inner)
        );
    }

    #[test]
    fn fragments_cost_what_they_hold_where_they_stand() {
        let spread = "{ a: allLicences(first: 10) { ...c } b: allLicences(first: 2) { ...c } } \
                      fragment c on LicenceConnection { nodes { name } }";
        assert_eq!(fixed(spread), 201 + 10 * 2 + 201 + 2 * 2);
    }

    #[test]
    fn on_an_interface_the_dearest_object_counts() {
        let query = "{ entity(ref: \"x\") { id ... on Licence { masters(first: 50) { nodes { id } } } ... on Master { name } } }";
        assert_eq!(fixed(query), 301 + 1 + (2 + 50 * 2));
        let through = "{ nodes(ids: [1, 2, 3]) { ... on Licence { masters(first: 50) { nodes { id } } } } }";
        assert_eq!(fixed(through), 1 + 3 * (1 + 2 + 50 * 2));
    }

    #[test]
    fn variables_and_their_defaults_set_the_page() {
        let query = "query($n: Int = 7) { allLicences(first: $n) { nodes { id } } }";
        assert_eq!(of(query, serde_json::json!({})), (201 + 7 * 2, true));
        assert_eq!(of(query, serde_json::json!({ "n": 90 })), (201 + 90 * 2, true));
        assert!(!of("{ entity(ref: \"x\") { id } }", serde_json::json!({})).1);
    }

    #[test]
    fn a_search_has_a_price_of_its_own() {
        assert!(fixed("{ pathways(from: [\"a\"]) { totalCount } }") > 2_000);
    }

    #[test]
    fn arguments_that_have_the_server_work_cost() {
        let plain = fixed("{ allLicences(first: 1) { totalCount } }");
        let filtered = "query($w: F) { allLicences(first: 1, where: $w) { totalCount } }";
        assert_eq!(of(filtered, serde_json::json!({ "w": { "name": "a" } })).0, plain + 1_000);
        assert_eq!(of(filtered, serde_json::json!({ "w": null })).0, plain);
        assert_eq!(of(filtered, serde_json::json!({})).0, plain);
        let required = filtered.replace("$w: F", "$w: F!");
        assert_eq!(
            of(&required, serde_json::json!({ "w": { "name": "a" } })),
            (plain + 1_000, false),
            "it is always given"
        );
        let put = serde_json::json!({ "putNode": {} });
        let merge = serde_json::json!({ "mergeNodes": {} });
        let asked = "query($c: [C!]) { pathways(from: [\"a\"], whatIf: $c) { totalCount } }";
        let none = of(asked, serde_json::json!({})).0;
        assert_eq!(of(asked, serde_json::json!({ "c": [put, put, merge] })).0, none + 3 * 20 + 2_500);
        let written =
            "{ pathways(from: [\"a\"], whatIf: [{ putNode: { id: 1 } }, { mergeNodes: { from: 1 } }]) { totalCount } }";
        assert_eq!(fixed(written), none + 2 * 20 + 2_500);
    }

    #[test]
    fn what_is_read_from_its_beginning_costs_by_the_piece() {
        let written = fixed("{ changes(since: 0) { nodes { version changes(offset: 4000) { kind } } } }");
        let first = fixed("{ changes(since: 0) { nodes { version changes { kind } } } }");
        assert_eq!(written, first + 20 * 1_000);
    }

    #[test]
    fn introspection_nested_in_itself_is_dear() {
        let nested = "{ __schema { types { fields { type { fields { type { fields { type { fields { type { fields { name \
                      } } } } } } } } } } } }";
        let flat = "{ __schema { types { name fields { name type { name ofType { name } } } } } }";
        assert!(fixed(nested) > fixed(flat) * 20);
    }

    #[test]
    fn prices_saturate() {
        let query = "{ allLicences(first: 9e9) { nodes { masters(first: 9e9) { nodes { id } } } } }";
        assert_eq!(fixed(&query.replace("9e9", "18446744073709551615")), u64::MAX);
    }

    /// The documents that the page sends, by name, as its source has them.
    fn documents_of_the_page() -> Vec<(String, String)> {
        let source = include_str!("../../../web/src/api/queries.ts");
        let mut known: Vec<(String, String)> = Vec::new();
        let mut asked = Vec::new();
        for part in source.split("const ").skip(1) {
            let (name, rest) = part.split_once(" = ").unwrap();
            let mut text = rest[1..].split(&rest[..1]).next().unwrap().to_owned();
            for (other, value) in &known {
                text = text.replace(&format!("${{{other}}}"), value);
            }
            if text.starts_with("query ") {
                asked.push((name.to_owned(), text.clone()));
            }
            known.push((name.to_owned(), text));
        }
        asked
    }

    #[test]
    fn what_the_page_asks_is_within_the_limit_whatever_its_forms_let_one_choose() {
        let shape = Shape::from_sdl(&crate::api::sdl()).unwrap();
        let asked = documents_of_the_page();
        for name in ["VOIES", "APRES", "MANQUE", "COMPARER", "CANDIDATER", "FICHES"] {
            assert!(asked.iter().any(|(known, _)| known == name), "the page no longer asks {name}");
        }
        for (name, query) in asked {
            let document = parse_query(&query).unwrap();
            // Twenty starts and a filter, a hundred pathways; the forms let one compare six.
            let starts = if name == "COMPARER" || name == "FICHES" { 6 } else { 20 };
            let refs: Vec<String> = (0..starts).map(|n| format!("licence/n{n}")).collect();
            let variables = Variables::from_json(serde_json::json!({
                "de": refs, "a": refs, "ids": refs, "via": refs[..1], "ou": { "region": ["Bretagne"] }, "premieres": 100,
                "etapes": 6,
            }));
            let (_, operation) = document.operations.iter().next().unwrap();
            let price = price(&document, &operation.node, &shape, &variables).unwrap().value;
            assert!(price <= Limits::default().price, "{name}: {price}");
        }
    }

    #[test]
    fn the_tools_introspection_of_our_schema_is_well_within_the_limit() {
        let shape = Shape::from_sdl(&crate::api::sdl()).unwrap();
        for query in [
            include_str!("../../../tests/http/queries/graphiql-introspection.graphql"),
            include_str!("../../../tests/http/queries/apollo-introspection.graphql"),
        ] {
            let document = parse_query(query).unwrap();
            let (_, operation) = document.operations.iter().next().unwrap();
            let price = price(&document, &operation.node, &shape, &Variables::default()).unwrap().value;
            assert!(price < Limits::default().price * 3 / 4, "{price}");
        }
    }
}
