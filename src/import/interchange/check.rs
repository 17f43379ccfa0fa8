//! What a node or edge line means, checked as it is read: keys, ends, weight, sources, repetition.

use super::line::{EdgeLine, NodeLine};
use super::position::column_of;
use super::refs::Slot;
use super::{Problem, Reader};
use crate::import::fault::nearest;
use crate::model::{Award, Edge, EdgeId, Key, Kind, Relation, Statement, Violation, Weight, clean};

impl Reader<'_> {
    pub(super) fn node_line(&mut self, line: &str, shape: NodeLine) {
        let Some(slot) = self.slot(line, "node", &shape.node) else { return };
        let key = self.refs.key(slot);
        if let Err(first) = self.refs.define(slot, self.number) {
            return self.fault(column_of(line, "node", ""), Problem::NodeTwice { key, first });
        }
        if shape.name.trim().is_empty() {
            self.fault(column_of(line, "name", ""), Violation::EmptyName);
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
                self.fault(at, Violation::BadReplacement { by: other.clone(), kind: key.kind() });
            } else if !shape.retired {
                self.fault(at, Violation::NotRetired);
            }
        }
        if let Some(code) = shape.codes.iter().find(|code| code.scheme.is_empty() || code.value.is_empty()) {
            self.fault(column_of(line, "codes", ""), Violation::EmptyCode(code.clone()));
        }
        let node = shape.into_node(key, sources, replaced_by);
        if let Some(field) = node.attributes().misplaced(node.key.kind()) {
            self.fault(column_of(line, field, ""), Violation::Misplaced { kind: node.key.kind(), field });
        }
        if let Err(unclean) = clean::check_node(&node) {
            self.fault(column_of(line, &unclean.field, ""), Violation::Unclean(unclean));
        }
        for source in node.attributes().cited() {
            self.source(line, "", source.as_str());
        }
        self.nodes.push(node);
    }

    pub(super) fn edge_line(&mut self, line: &str, mut shape: EdgeLine) {
        let Ok(relation) = shape.edge.parse::<Relation>() else {
            return self
                .fault(column_of(line, "edge", ""), Problem::UnknownRelation { given: shape.edge.into_owned() });
        };
        let ends = (self.slot(line, "from", &shape.from), self.slot(line, "to", &shape.to));
        let weight = self.weight(line, "weight", shape.weight);
        let statements = self.statements(line, &shape);
        let (Some(from), Some(to)) = ends else { return };
        let (from_key, to_key) = (self.refs.key(from), self.refs.key(to));
        if from == to {
            return self.fault(column_of(line, "to", ""), Problem::Loop(from_key));
        }
        if !self.permitted(line, relation, &from_key, &to_key) {
            return;
        }
        if relation.is_symmetrical() && to_key < from_key {
            let id = EdgeId::new(relation, from_key, to_key);
            return self.fault(column_of(line, "from", ""), Problem::Symmetrical(id));
        }
        if let Some(first) = self.edge_lines.insert((relation, from, to), self.number) {
            return self.fault(1, Problem::EdgeTwice { id: EdgeId { relation, from: from_key, to: to_key }, first });
        }
        for (slot, field) in [(from, "from"), (to, "to")] {
            self.refs.cite(slot, self.number, || column_of(line, field, ""));
        }
        let award = shape.award();
        if let Some(field) = award.as_ref().filter(|_| relation != Relation::Awards).map(|award| first_field(award)) {
            self.fault(column_of(line, field, ""), Problem::NoAward { relation, field });
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
            self.fault(column_of(line, &unclean.field, ""), Violation::Unclean(unclean));
        }
        self.edges.push(edge);
    }

    fn weight(&mut self, line: &str, field: &str, given: Option<f64>) -> Option<Weight> {
        match given.map(Weight::new) {
            Some(Ok(weight)) => return Some(weight),
            Some(Err(error)) => self.fault(column_of(line, field, ""), Violation::Weight(error)),
            None => self.fault(column_of(line, field, ""), Problem::NoWeight),
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
                self.fault(column_of(line, "sources", &item.source), Problem::CitedTwice(source.clone()));
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
        let field = if froms.contains(&from.kind()) { "to" } else { "from" };
        let reversed = fits(to, from);
        let (from, to) = (from.kind(), to.kind());
        let problem = match reversed {
            true => Problem::Reversed { relation, from, to },
            false => Violation::Ends { relation, from, to }.into(),
        };
        self.fault(column_of(line, field, ""), problem);
        false
    }

    /// The place of a key, or a fault.
    fn slot(&mut self, line: &str, field: &str, text: &str) -> Option<Slot> {
        match self.refs.slot(text) {
            Ok(slot) => Some(slot),
            Err(error) => {
                let kind = text.split_once('/').and_then(|(kind, _)| nearest(kind, Kind::ALL.map(Kind::name)));
                let nearest = kind.and_then(|kind| kind.parse().ok());
                self.fault(column_of(line, field, text), Problem::Key { error, nearest });
                None
            }
        }
    }

    /// The key of a source that a line cites, or a fault.
    pub(super) fn source(&mut self, line: &str, field: &str, text: &str) -> Option<Key> {
        let slot = self.slot(line, field, text)?;
        let key = self.refs.key(slot);
        if key.kind() != Kind::Source {
            self.fault(column_of(line, field, text), Problem::NotASource { key });
            return None;
        }
        self.refs.cite(slot, self.number, || column_of(line, field, text));
        Some(key)
    }

    fn no_sources(&mut self, line: &str) {
        self.fault(column_of(line, "sources", ""), Problem::NoSources);
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
