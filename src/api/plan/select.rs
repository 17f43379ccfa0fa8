//! What a selection asks of an object of a known type: fragments written out, fields of the same key joined.

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};

/// The most fields that a plan may have. A larger one would take more memory than it is worth.
const MOST_FIELDS: usize = 2_000;

/// Compiles the selections of one document, and counts what it compiles.
pub struct Compiler<'d> {
    document: &'d ExecutableDocument,
    fields: usize,
}

/// A field asked for, with all the selections of its value.
#[derive(Debug)]
pub struct Selected<'d> {
    /// The key of its value in the answer.
    pub key: &'d str,
    /// The field, as it was first asked for.
    pub field: &'d Field,
    /// The selections on its value.
    pub sets: Vec<&'d SelectionSet>,
}

impl<'d> Selected<'d> {
    /// The field's name.
    pub fn name(&self) -> &'d str {
        self.field.name.node.as_str()
    }

    /// Whether all its arguments are among these.
    pub fn takes(&self, known: &[&str]) -> bool {
        self.field.arguments.iter().all(|(name, _)| known.contains(&name.node.as_str()))
    }
}

impl<'d> Compiler<'d> {
    /// For the selections of this document.
    pub fn new(document: &'d ExecutableDocument) -> Compiler<'d> {
        Compiler { document, fields: 0 }
    }

    /// How many fields were selected so far.
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// The fields that selections ask of an object whose type has the first name and implements the others. `None` for a
    /// directive or too many fields.
    pub fn select(&mut self, sets: &[&'d SelectionSet], types: &[&str]) -> Option<Vec<Selected<'d>>> {
        let mut found: Vec<Selected<'d>> = Vec::new();
        for set in sets {
            self.gather(set, types, &mut found)?;
        }
        Some(found)
    }

    fn gather(&mut self, set: &'d SelectionSet, types: &[&str], found: &mut Vec<Selected<'d>>) -> Option<()> {
        for selection in &set.items {
            if !selection.node.directives().is_empty() {
                return None;
            }
            let (condition, inner) = match &selection.node {
                Selection::Field(field) => {
                    self.fields += 1;
                    if self.fields > MOST_FIELDS {
                        return None;
                    }
                    let field = &field.node;
                    let key = field.response_key().node.as_str();
                    let set = &field.selection_set.node;
                    match found.iter_mut().find(|other| other.key == key) {
                        Some(other) => other.sets.push(set),
                        None => found.push(Selected { key, field, sets: vec![set] }),
                    }
                    continue;
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &self.document.fragments.get(&spread.node.fragment_name.node)?.node;
                    (Some(&fragment.type_condition), &fragment.selection_set.node)
                }
                Selection::InlineFragment(inline) => {
                    (inline.node.type_condition.as_ref(), &inline.node.selection_set.node)
                }
            };
            if condition.is_none_or(|condition| types.contains(&condition.node.on.node.as_str())) {
                self.gather(inner, types, found)?;
            }
        }
        Some(())
    }
}
