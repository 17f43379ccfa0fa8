//! What a cache should know of an answer: what follows from a supposed change is true of no graph, though its records bear their
//! real ids.

use async_graphql::parser::types::{ExecutableDocument, Selection};
use async_graphql::{Name, Value as ConstValue, Variables, value};
use async_graphql_value::Value;

/// The keys at the root of a normalised operation whose answers rest on supposed changes.
pub(super) fn supposed(operation: &ExecutableDocument, variables: &Variables) -> Vec<Name> {
    let fields = operation.operations.iter().flat_map(|(_, operation)| &operation.node.selection_set.node.items);
    let supposes = |value: &Value| match value {
        Value::Null => false,
        Value::List(changes) => !changes.is_empty(),
        Value::Variable(name) => match variables.get(name) {
            None | Some(ConstValue::Null) => false,
            Some(ConstValue::List(changes)) => !changes.is_empty(),
            Some(_) => true,
        },
        _ => true,
    };
    let key = |item: &Selection| match item {
        Selection::Field(field) => {
            let what_if = field.node.get_argument("whatIf")?;
            supposes(&what_if.node).then(|| field.node.response_key().node.clone())
        }
        Selection::InlineFragment(_) | Selection::FragmentSpread(_) => None,
    };
    fields.filter_map(|item| key(&item.node)).collect()
}

/// `extensions.cacheControl`, as Apollo's first format has it: these keys are not to be kept.
pub(super) fn not_to_be_kept(keys: &[Name]) -> ConstValue {
    let hints = keys.iter().map(|key| value!({ "path": [key.as_str()], "maxAge": 0 }));
    value!({ "version": 1, "hints": ConstValue::List(hints.collect()) })
}
