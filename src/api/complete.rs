//! What the specification makes of a response that async-graphql gives: nulls where a field failed (6.4.4), keys in the order in
//! which they were asked for, and no trace of what the normaliser added.

use std::sync::Arc;

use apollo_compiler::ast::Type;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, PathSegment, Response, Value};

use super::normalise::{HIDDEN, root};
use super::validate::Validator;

/// What a response to a normalised operation may hold, prepared once.
pub struct Completion {
    validator: Arc<Validator>,
    operation: Option<OperationDefinition>,
    keys: KeyOrder,
}

/// The keys of an object in the order asked for, with those of its objects.
struct KeyOrder(Vec<(Name, KeyOrder)>);

impl Completion {
    /// For a document as [`normalise`](super::normalise::normalise) gives it.
    pub fn new(validator: Arc<Validator>, document: &ExecutableDocument) -> Completion {
        let operation = document.operations.iter().next().map(|(_, operation)| operation.node.clone());
        let mut keys = KeyOrder(Vec::new());
        if let Some(operation) = &operation {
            keys.add(&operation.selection_set.node);
        }
        Completion { validator, operation, keys }
    }

    /// Completes a response.
    pub fn complete(&self, response: &mut Response) {
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
        self.keys.arrange(&mut response.data);
    }

    /// How much of an error's path leads to the value that becomes null; `None` when that is the whole answer.
    fn nullable(&self, path: &[PathSegment]) -> Option<usize> {
        let operation = self.operation.as_ref()?;
        let root = self.validator.schema().root_operation(root(operation.ty))?.as_str();
        let mut places = vec![(root, &operation.selection_set.node)];
        let mut ty: Option<&Type> = None;
        let mut nullable = None;
        for (at, segment) in path.iter().enumerate() {
            match segment {
                PathSegment::Field(key) => {
                    let mut found = Vec::new();
                    for (parent, set) in &places {
                        self.look(parent, set, key, &mut found);
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

    /// The fields of a key, wherever a set has it: the type of each, and its selections.
    fn look<'s, 'd>(
        &'s self,
        parent: &str,
        set: &'d SelectionSet,
        key: &str,
        found: &mut Vec<(&'s Type, &'d SelectionSet)>,
    ) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) if field.node.response_key().node == key => {
                    if let Ok(definition) = self.validator.schema().type_field(parent, &field.node.name.node) {
                        found.push((&definition.ty, &field.node.selection_set.node));
                    }
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref().map_or(parent, |on| on.node.on.node.as_str());
                    self.look(condition, &inline.node.selection_set.node, key, found);
                }
                Selection::Field(_) | Selection::FragmentSpread(_) => {}
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

impl KeyOrder {
    fn add(&mut self, set: &SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let key = &field.node.response_key().node;
                    let inner = &field.node.selection_set.node;
                    match self.0.iter_mut().find(|(other, _)| other == key) {
                        Some((_, keys)) => keys.add(inner),
                        None => {
                            let mut keys = KeyOrder(Vec::new());
                            keys.add(inner);
                            self.0.push((key.clone(), keys));
                        }
                    }
                }
                Selection::InlineFragment(inline) => self.add(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(object) if !self.0.is_empty() => {
                let mut expected = self.0.iter();
                let in_order = object.keys().all(|key| key != HIDDEN && expected.any(|(other, _)| other == key));
                if !in_order {
                    let mut given = std::mem::take(object);
                    for (key, _) in self.0.iter().filter(|(key, _)| key != HIDDEN) {
                        if let Some(value) = given.swap_remove(key) {
                            object.insert(key.clone(), value);
                        }
                    }
                }
                let mut keys = self.0.iter();
                for (key, value) in object.iter_mut() {
                    if let Some((_, keys)) = keys.find(|(other, _)| other == key) {
                        keys.arrange(value);
                    }
                }
            }
            _ => {}
        }
    }
}
