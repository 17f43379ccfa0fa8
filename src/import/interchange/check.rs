//! What a node or edge line means, checked as it is read: keys, ends, weight, sources, repetition.

use super::Reader;
use super::line::{EdgeLine, NodeLine};
use super::position::column_of;
use super::refs::Slot;
use crate::import::fault::nearest;
use crate::model::{Award, Edge, EdgeId, Key, Kind, Relation, Statement, Weight, clean};

impl Reader<'_> {
    pub(super) fn node_line(&mut self, line: &str, shape: NodeLine) {
        let Some(slot) = self.slot(line, "node", &shape.node) else { return };
        let key = self.refs.key(slot);
        if let Err(first) = self.refs.define(slot, self.number) {
            let message = format!("the node `{key}` stands on line {first} already");
            return self.fault(column_of(line, "node", ""), message, Some("join the two lines".to_owned()));
        }
        if shape.name.trim().is_empty() {
            self.fault(column_of(line, "name", ""), format!("the node `{key}` has an empty name"), None);
        }
        let sources = match &shape.sources {
            None => Vec::new(),
            Some(list) => {
                self.sourced = true;
                if list.is_empty() {
                    self.no_sources(line);
                }
                list.iter().filter_map(|text| self.source(line, "sources", &text.0)).collect()
            }
        };
        let replaced_by = shape.replaced_by.as_ref().and_then(|text| {
            let slot = self.slot(line, "replacedBy", &text.0)?;
            self.refs.cite(slot, self.number, || column_of(line, "replacedBy", ""));
            Some(self.refs.key(slot))
        });
        if let Some(other) = &replaced_by {
            let at = column_of(line, "replacedBy", "");
            if *other == key || other.kind() != key.kind() {
                let message = format!("`{key}` is replaced by `{other}`");
                let advice = format!("name another {}", key.kind());
                self.fault(at, message, Some(advice));
            } else if !shape.retired {
                let message = format!("`{key}` is replaced but not retired");
                self.fault(at, message, Some("add \"retired\":true".to_owned()));
            }
        }
        if let Some(code) = shape.codes.iter().find(|code| code.scheme.is_empty() || code.value.is_empty()) {
            let message = format!("a code lacks its scheme or value (`{}` `{}`)", code.scheme, code.value);
            self.fault(column_of(line, "codes", ""), message, None);
        }
        let node = shape.into_node(key, sources, replaced_by);
        if let Some(field) = node.attributes().misplaced(node.key.kind()) {
            let message = format!("a {} has no field `{field}`", node.key.kind());
            self.fault(column_of(line, field, ""), message, None);
        }
        if let Err(unclean) = clean::check_node(&node) {
            self.fault(column_of(line, &unclean.field, ""), unclean.to_string(), None);
        }
        for source in node.attributes().cited() {
            self.source(line, "", source.as_str());
        }
        self.nodes.push(node);
    }

    pub(super) fn edge_line(&mut self, line: &str, mut shape: EdgeLine) {
        let relation = match shape.edge.parse::<Relation>() {
            Ok(relation) => relation,
            Err(error) => {
                let advice = nearest(&shape.edge, Relation::ALL.map(Relation::name));
                let advice = advice.map(|word| format!("did you mean `{word}`?"));
                return self.fault(column_of(line, "edge", ""), error.to_string(), advice);
            }
        };
        let ends = (self.slot(line, "from", &shape.from), self.slot(line, "to", &shape.to));
        let weight = self.weight(line, "weight", shape.weight);
        let statements = self.statements(line, &shape);
        let (Some(from), Some(to)) = ends else { return };
        let (from_key, to_key) = (self.refs.key(from), self.refs.key(to));
        if from == to {
            let message = format!("an edge from `{from_key}` to itself");
            return self.fault(column_of(line, "to", ""), message, Some("leave it out".to_owned()));
        }
        if !self.permitted(line, relation, &from_key, &to_key) {
            return;
        }
        if relation.is_symmetrical() && to_key < from_key {
            let message = format!("`{relation}` is symmetrical: it is written once, smaller key first");
            let advice = format!("write \"from\":\"{to_key}\",\"to\":\"{from_key}\"");
            return self.fault(column_of(line, "from", ""), message, Some(advice));
        }
        if let Some(first) = self.edge_lines.insert((relation, from, to), self.number) {
            let message = format!("the edge {relation} {from_key} → {to_key} stands on line {first} already");
            return self.fault(1, message, Some("join the two lines".to_owned()));
        }
        for (slot, field) in [(from, "from"), (to, "to")] {
            self.refs.cite(slot, self.number, || column_of(line, field, ""));
        }
        let award = shape.award();
        if let Some(field) = award.as_ref().filter(|_| relation != Relation::Awards).map(|award| first_field(award)) {
            let message = format!("`{relation}` has no field `{field}`: it is said of `awards`");
            self.fault(column_of(line, field, ""), message, None);
        }
        for figures in award.iter().flat_map(|award| &award.admissions) {
            self.source(line, "", figures.source.as_str());
        }
        let Some(weight) = weight else { return };
        if shape.sources.is_none() {
            self.unsourced.push((self.number, self.edges.len()));
        }
        let id = EdgeId { relation, from: from_key, to: to_key };
        let edge = Edge { id, weight, statements, condition: shape.condition, level: shape.level, award };
        if let Err(unclean) = clean::check_edge(&edge) {
            self.fault(column_of(line, &unclean.field, ""), unclean.to_string(), None);
        }
        self.edges.push(edge);
    }

    fn weight(&mut self, line: &str, field: &str, given: Option<f64>) -> Option<Weight> {
        let advice = || Some("a weight is a number, more than 0 and at most 1".to_owned());
        match given.map(Weight::new) {
            Some(Ok(weight)) => return Some(weight),
            Some(Err(error)) => self.fault(column_of(line, field, ""), error.to_string(), advice()),
            None => self.fault(column_of(line, field, ""), "the edge has no weight".to_owned(), advice()),
        }
        None
    }

    fn statements(&mut self, line: &str, shape: &EdgeLine) -> Vec<Statement> {
        let Some(items) = &shape.sources else { return Vec::new() };
        self.sourced = true;
        if items.is_empty() {
            self.no_sources(line);
        }
        let mut statements: Vec<Statement> = Vec::with_capacity(items.len());
        for item in items {
            let Some(source) = self.source(line, "sources", &item.source) else { continue };
            let weight = item.weight.and_then(|weight| self.weight(line, "sources", Some(weight)));
            if statements.iter().any(|statement| statement.source == source) {
                let message = format!("the source `{source}` is cited twice on one edge");
                self.fault(column_of(line, "sources", &item.source), message, Some("cite it once".to_owned()));
            }
            statements.push(Statement { source, row: item.row.clone(), weight });
        }
        statements.sort_by(|a, b| a.source.cmp(&b.source));
        statements
    }

    fn permitted(&mut self, line: &str, relation: Relation, from: &Key, to: &Key) -> bool {
        let (froms, tos) = relation.ends();
        let fits = |a: &Key, b: &Key| froms.contains(&a.kind()) && tos.contains(&b.kind());
        if fits(from, to) {
            return true;
        }
        let list = |kinds: &[Kind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ");
        let advice = if fits(to, from) {
            "exchange `from` and `to`".to_owned()
        } else {
            format!("`{relation}` goes from {} to {}", list(froms), list(tos))
        };
        let field = if froms.contains(&from.kind()) { "to" } else { "from" };
        let message = format!("`{relation}` cannot go from a {} to a {}", from.kind(), to.kind());
        self.fault(column_of(line, field, ""), message, Some(advice));
        false
    }

    /// The place of a key, or a fault.
    fn slot(&mut self, line: &str, field: &str, text: &str) -> Option<Slot> {
        match self.refs.slot(text) {
            Ok(slot) => Some(slot),
            Err(error) => {
                let kind = text.split_once('/').and_then(|(kind, _)| nearest(kind, Kind::ALL.map(Kind::name)));
                let advice = kind.map(|kind| format!("did you mean `{kind}/…`?"));
                self.fault(column_of(line, field, text), error.to_string(), advice);
                None
            }
        }
    }

    /// The key of a source that a line cites, or a fault.
    pub(super) fn source(&mut self, line: &str, field: &str, text: &str) -> Option<Key> {
        let slot = self.slot(line, field, text)?;
        let key = self.refs.key(slot);
        if key.kind() != Kind::Source {
            let message = format!("`{key}` is a {}, not a source", key.kind());
            self.fault(column_of(line, field, text), message, Some("cite a key source/…".to_owned()));
            return None;
        }
        self.refs.cite(slot, self.number, || column_of(line, field, text));
        Some(key)
    }

    fn no_sources(&mut self, line: &str) {
        let advice = "name at least one source".to_owned();
        self.fault(column_of(line, "sources", ""), "the list of sources is empty".to_owned(), Some(advice));
    }
}

/// The first field that says something of an award.
fn first_field(award: &Award) -> &'static str {
    let Award { entry, modalities, languages, admissions: _ } = award;
    match () {
        () if entry.is_some() => "entry",
        () if !modalities.is_empty() => "modalities",
        () if !languages.is_empty() => "languages",
        () => "admissions",
    }
}
