//! The document as if every fragment were written out, counted without writing any out.
//!
//! Each fragment is counted once and remembered, so the time is linear in the document however often its
//! fragments are spread; counts saturate. Every operation and every fragment counts, used or not, since
//! validation visits them all.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::{Limits, bound, cycle};
use crate::api::error::ApiError;

/// What a selection set amounts to with its fragments written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Selections.
    pub size: u64,
    /// Fields inside fields.
    pub depth: u64,
    /// Aliases.
    pub aliases: u64,
    /// Directives.
    pub directives: u64,
    /// Fields of the set itself.
    pub fields: u64,
}

impl Measure {
    fn add(&mut self, other: Measure) {
        self.size = self.size.saturating_add(other.size);
        self.depth = self.depth.max(other.depth);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.fields = self.fields.saturating_add(other.fields);
    }
}

/// Refuses a document that is over a limit once its fragments are written out.
///
/// # Errors
/// `TOO_COMPLEX`, or `GRAPHQL_VALIDATION_FAILED` for a fragment that contains itself.
pub fn check(document: &ExecutableDocument, limits: &Limits) -> Result<(), ApiError> {
    let mut counter = Counter { document, known: HashMap::with_capacity(document.fragments.len()) };
    let mut total = Measure::default();
    for (_, operation) in document.operations.iter() {
        let mut one = counter.set(&operation.node.selection_set.node)?;
        one.directives = one.directives.saturating_add(operation.node.directives.len() as u64);
        bound("rootFields", "champs à la racine", one.fields, limits.root_fields)?;
        total.add(one);
    }
    for name in document.fragments.keys() {
        total.add(counter.fragment(name)?);
    }
    bound("size", "nombre de champs, fragments développés", total.size, limits.size)?;
    bound("depth", "profondeur", total.depth, limits.depth)?;
    bound("aliases", "nombre d'alias", total.aliases, limits.aliases)?;
    bound("directives", "nombre de directives", total.directives, limits.directives)
}

struct Counter<'d> {
    document: &'d ExecutableDocument,
    /// `None` while the fragment is being counted.
    known: HashMap<&'d str, Option<Measure>>,
}

impl<'d> Counter<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Result<Measure, ApiError> {
        let mut total = Measure::default();
        for selection in &set.items {
            let directives = selection.node.directives().len() as u64;
            let mut one = match &selection.node {
                Selection::Field(field) => {
                    let inner = self.set(&field.node.selection_set.node)?;
                    Measure {
                        depth: inner.depth + 1,
                        aliases: inner.aliases.saturating_add(u64::from(field.node.alias.is_some())),
                        fields: 1,
                        ..inner
                    }
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node)?,
            };
            one.size = one.size.saturating_add(1);
            one.directives = one.directives.saturating_add(directives);
            total.add(one);
        }
        Ok(total)
    }

    /// An unknown fragment counts nothing: validation refuses it.
    fn fragment(&mut self, name: &str) -> Result<Measure, ApiError> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Ok(Measure::default()) };
        match self.known.get(name.as_str()) {
            Some(Some(measure)) => return Ok(*measure),
            Some(None) => return Err(cycle(name)),
            None => {}
        }
        self.known.insert(name, None);
        let mut measure = self.set(&fragment.node.selection_set.node)?;
        measure.directives = measure.directives.saturating_add(fragment.node.directives.len() as u64);
        self.known.insert(name, Some(measure));
        Ok(measure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::ErrorCode;
    use async_graphql::parser::parse_query;
    use std::fmt::Write;

    fn refusal(query: &str) -> Option<ApiError> {
        check(&parse_query(query).unwrap(), &Limits::default()).err()
    }

    fn bomb(levels: usize) -> String {
        let mut query = String::from("{ ...f0 }");
        for level in 0..levels {
            write!(query, " fragment f{level} on Query {{ ...f{} ...f{} }}", level + 1, level + 1).unwrap();
        }
        write!(query, " fragment f{levels} on Query {{ __typename }}").unwrap();
        query
    }

    #[test]
    fn a_bomb_of_nested_fragments_is_refused_at_once() {
        let query = bomb(24);
        let document = parse_query(&query).unwrap();
        let start = std::time::Instant::now();
        let error = check(&document, &Limits::default()).unwrap_err();
        let took = start.elapsed();
        assert!(cfg!(debug_assertions) || took.as_millis() <= 5, "{took:?}");
        assert_eq!(error.code(), ErrorCode::TooComplex);
        assert!(refusal(&bomb(6)).is_none());
        assert_eq!(refusal(&bomb(200)).unwrap().code(), ErrorCode::TooComplex);
    }

    #[test]
    fn a_fragment_that_contains_itself_ends() {
        for query in [
            "{ ...a } fragment a on Query { ...a ...a }",
            "{ ...a } fragment a on Query { x { ...b } } fragment b on Query { ...a }",
            "{ x } fragment a on Query { ...a }",
        ] {
            assert_eq!(refusal(query).unwrap().code(), ErrorCode::GraphqlValidationFailed);
        }
    }

    #[test]
    fn each_limit_refuses_what_passes_it() {
        let many = |one: &str, n: usize| format!("{{ {} }}", one.repeat(n));
        let cases = [
            (format!("{}{}", "{a".repeat(21), "}".repeat(21)), "profondeur 21"),
            (many("x: a ", 101), "racine 101"),
            (format!("{{ b {} }}", many("x: a ", 201)), "alias 201"),
            (format!("{{ b {} }}", many("a ", 5000)), "développés 5001"),
            (format!("{{ a {} }}", "@skip(if: false)".repeat(101)), "directives 101"),
        ];
        for (query, part) in cases {
            let error = refusal(&query).unwrap();
            assert!(error.message().contains(part), "{part}: {}", error.message());
        }
    }
}
