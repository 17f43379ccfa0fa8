//! The rules that a node and a relation must keep, each by itself, whatever says them.

use super::edge::{Edge, EdgeId};
use super::key::Key;
use super::kind::Kind;
use super::node::Node;
use super::relation::Relation;
use super::violation::Violation;

impl Node {
    /// The rules for one node; `known` tells which keys there are.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, known: impl Fn(&Key) -> bool) -> Result<(), Violation> {
        let kind = self.key.kind();
        if self.name.trim().is_empty() {
            return Err(Violation::EmptyName);
        }
        if let Some(code) = self.codes.iter().find(|code| code.scheme.is_empty() || code.value.is_empty()) {
            return Err(Violation::EmptyCode(code.clone()));
        }
        if let Some(field) = self.attributes().misplaced(kind) {
            return Err(Violation::Misplaced { kind, field });
        }
        for source in self.sources.iter().chain(self.attributes().cited()) {
            if source.kind() != Kind::Source {
                return Err(Violation::NotASource(source.clone()));
            }
            if !known(source) {
                return Err(Violation::UnknownSource(source.clone()));
            }
        }
        if let Some(other) = &self.replaced_by {
            if !self.retired {
                return Err(Violation::NotRetired);
            }
            if other == &self.key || other.kind() != kind || !known(other) {
                return Err(Violation::BadReplacement { by: other.clone(), kind });
            }
        }
        Ok(())
    }
}

impl Edge {
    /// The rules for one relation; `known` tells which keys there are.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, known: impl Fn(&Key) -> bool) -> Result<(), Violation> {
        let EdgeId { relation, from, to } = &self.id;
        let (from_kinds, to_kinds) = relation.ends();
        if !from_kinds.contains(&from.kind()) || !to_kinds.contains(&to.kind()) {
            return Err(Violation::Ends { relation: *relation, from: from.kind(), to: to.kind() });
        }
        if from == to {
            return Err(Violation::Loop);
        }
        if let Some(end) = [from, to].into_iter().find(|end| !known(end)) {
            return Err(Violation::UnknownEnd(end.clone()));
        }
        if self.statements.is_empty() {
            return Err(Violation::Unsourced);
        }
        if self.award.is_some() && *relation != Relation::Awards {
            return Err(Violation::NoAward(*relation));
        }
        for source in self.cited() {
            if source.kind() != Kind::Source {
                return Err(Violation::NotASource(source.clone()));
            }
            if !known(source) {
                return Err(Violation::UnknownSource(source.clone()));
            }
        }
        Ok(())
    }
}
