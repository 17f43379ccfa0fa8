//! What the specification makes of a response that async-graphql gives: nulls where a field failed, with one error each (6.4.4),
//! keys in the order in which an object of its type is asked for them (6.3.2), and no trace of what the normaliser added. Linear
//! in the response, and in what each place of the document asks for each type that is met there.

use std::collections::HashSet;

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, SelectionSet};
use async_graphql::{Name, PathSegment, Response, Value, Variables};

use super::normalise::{HIDDEN, Item, included, item, root};

/// An operation as it was asked, whose responses are completed.
#[derive(Clone, Copy)]
pub struct Completion<'r> {
    /// What it is valid for.
    pub schema: &'r Schema,
    /// The document of it.
    pub document: &'r ExecutableDocument,
    /// The operation.
    pub operation: &'r OperationDefinition,
    /// Its variables, coerced.
    pub variables: &'r Variables,
}

impl<'r> Completion<'r> {
    /// Completes a response to the operation as [`normalise`](super::normalise::normalise) has it executed.
    pub fn complete(self, response: &mut Response) {
        if response.errors.len() > 1 {
            // A field that stands in two fragments may have been executed for each.
            let mut failed = HashSet::new();
            response.errors.retain(|error| error.path.is_empty() || failed.insert(format!("{:?}", error.path)));
        }
        let mut nulls: Vec<&[PathSegment]> = Vec::new();
        for error in response.errors.iter().filter(|error| !error.path.is_empty()) {
            match self.nullable(&error.path) {
                Some(length) => nulls.push(&error.path[..length]),
                None => {
                    response.data = Value::Null;
                    return;
                }
            }
        }
        // The deepest first: one further up takes those below with it.
        nulls.sort_by_key(|path| std::cmp::Reverse(path.len()));
        for path in nulls {
            set_null(&mut response.data, path);
        }
        KeyOrder::new(vec![&self.operation.selection_set.node]).arrange(self, &mut response.data);
    }

    /// How much of an error's path leads to the value that becomes null; `None` when that is the whole answer.
    fn nullable(self, path: &[PathSegment]) -> Option<usize> {
        let root = self.schema.root_operation(root(self.operation.ty))?.as_str();
        let mut places = vec![(root, &self.operation.selection_set.node)];
        let mut ty: Option<&Type> = None;
        let mut nullable = None;
        for (at, segment) in path.iter().enumerate() {
            match segment {
                PathSegment::Field(key) => {
                    let mut found = Vec::new();
                    for (parent, set) in places {
                        self.fields(parent, set, None, &mut |parent, field| {
                            if field.response_key().node == *key
                                && let Ok(definition) = self.schema.type_field(parent, &field.name.node)
                            {
                                found.push((&definition.ty, &field.selection_set.node));
                            }
                        });
                    }
                    // Fields of one key are alike in what may be null, whatever the type; not in what their objects hold.
                    ty = Some(found.first()?.0);
                    places = found.into_iter().map(|(ty, set)| (ty.inner_named_type().as_str(), set)).collect();
                }
                PathSegment::Index(_) => ty = Some(ty?.item_type()),
            }
            if !ty?.is_non_null() {
                nullable = Some(at + 1);
            }
        }
        nullable
    }

    /// Calls with the fields that a set asks of an object of a type, fragments included, and the types that have them; with
    /// those of all fragments when no type is given.
    fn fields(
        self,
        parent: &'r str,
        set: &'r SelectionSet,
        of: Option<&str>,
        each: &mut dyn FnMut(&'r str, &'r Field),
    ) {
        for selection in &set.items {
            // A condition that is neither true nor false was refused before.
            if !included(selection.node.directives(), self.variables).unwrap_or(false) {
                continue;
            }
            match item(self.document, &selection.node) {
                Some(Item::Field(field)) => each(parent, &field.node),
                Some(Item::Fragment { condition, set }) => {
                    let on = condition.map_or(parent, |condition| condition.node.on.node.as_str());
                    if of.is_none_or(|of| on == of || condition.is_none() || self.schema.is_subtype(on, of)) {
                        self.fields(on, set, of, each);
                    }
                }
                None => {}
            }
        }
    }
}

/// Puts null at a path, into objects that async-graphql gave as null because no field of theirs was left.
fn set_null(data: &mut Value, path: &[PathSegment]) {
    let mut at = data;
    for segment in path {
        match segment {
            PathSegment::Field(key) => {
                if *at == Value::Null {
                    *at = Value::Object(IndexMap::new());
                }
                let Value::Object(object) = at else { return };
                at = object.entry(Name::new(key)).or_insert(Value::Null);
            }
            PathSegment::Index(index) => {
                let Value::List(list) = at else { return };
                let Some(item) = list.get_mut(*index) else { return };
                at = item;
            }
        }
    }
    *at = Value::Null;
}

/// The keys of an object in the order asked for, with those of its objects; worked out for each type that is met.
struct KeyOrder<'r> {
    sets: Vec<&'r SelectionSet>,
    /// The type is not known where no fragment asks for it.
    by_type: Vec<(Option<String>, Keys<'r>)>,
}

type Keys<'r> = Vec<(&'r str, KeyOrder<'r>)>;

impl<'r> KeyOrder<'r> {
    fn new(sets: Vec<&'r SelectionSet>) -> KeyOrder<'r> {
        KeyOrder { sets, by_type: Vec::new() }
    }

    fn arrange(&mut self, completion: Completion<'r>, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(completion, item)),
            Value::Object(object) => {
                let hidden = object.keys().position(|key| key == HIDDEN);
                let ty = match hidden.and_then(|at| object.shift_remove_index(at)) {
                    Some((_, Value::String(name))) => Some(name),
                    _ => None,
                };
                let keys = self.keys(completion, ty);
                let mut expected = keys.iter();
                // Nothing is asked of what a scalar's own object would hold.
                if !keys.is_empty() && !object.keys().all(|key| expected.any(|(other, _)| other == key)) {
                    let mut given = std::mem::take(object);
                    object.extend(keys.iter().filter_map(|(key, _)| given.swap_remove_entry(*key)));
                }
                let mut keys = keys.iter_mut();
                for (key, value) in object.iter_mut() {
                    if let Some((_, order)) = keys.find(|(other, _)| other == key) {
                        order.arrange(completion, value);
                    }
                }
            }
            _ => {}
        }
    }

    fn keys(&mut self, completion: Completion<'r>, ty: Option<String>) -> &mut Keys<'r> {
        let known = self.by_type.iter().position(|(known, _)| *known == ty);
        let at = known.unwrap_or_else(|| {
            let mut keys: IndexMap<&str, Vec<&SelectionSet>> = IndexMap::new();
            for set in &self.sets {
                completion.fields("", set, ty.as_deref(), &mut |_, field| {
                    keys.entry(field.response_key().node.as_str()).or_default().push(&field.selection_set.node);
                });
            }
            let keys = keys.into_iter().map(|(key, sets)| (key, KeyOrder::new(sets))).collect();
            self.by_type.push((ty, keys));
            self.by_type.len() - 1
        });
        &mut self.by_type[at].1
    }
}
