//! The variables of a request: how deep, how many, and none missing that the operation needs.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Value, Variables};

use super::{Limits, bound};
use crate::api::error::{ApiError, quoted};

/// Refuses variables that are too deep or too many, and the lack of one that the operation requires.
///
/// # Errors
/// `TOO_COMPLEX`, or `INVALID_INPUT` for a required variable that is missing or null.
pub fn check(variables: &Variables, operation: &OperationDefinition, limits: &Limits) -> Result<(), ApiError> {
    let mut values = 0;
    for value in variables.values() {
        count(value, 1, &mut values, limits)?;
    }
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let needed = !definition.var_type.node.nullable && definition.default_value.is_none();
        let given = variables.get(&definition.name.node);
        // An explicit null replaces the default, so it is refused for a non-null type even then.
        let null = !definition.var_type.node.nullable && matches!(given, Some(Value::Null));
        if (needed && given.is_none()) || null {
            let name = quoted(&definition.name.node);
            let message = format!("La variable « ${name} » ({}) est requise.", definition.var_type.node);
            return Err(ApiError::invalid_input(message));
        }
    }
    Ok(())
}

fn count(value: &Value, depth: u64, values: &mut u64, limits: &Limits) -> Result<(), ApiError> {
    *values += 1;
    bound("variableValues", "nombre de valeurs dans les variables", *values, limits.variable_values)?;
    bound("variableDepth", "profondeur des variables", depth, limits.variable_depth)?;
    match value {
        Value::List(list) => list.iter().try_for_each(|item| count(item, depth + 1, values, limits)),
        Value::Object(object) => object.values().try_for_each(|item| count(item, depth + 1, values, limits)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::{parse_query, types::DocumentOperations};

    fn refusal(definitions: &str, variables: serde_json::Value) -> Option<String> {
        let document = parse_query(format!("query {definitions} {{ a }}")).unwrap();
        let DocumentOperations::Single(operation) = document.operations else { panic!("one operation") };
        let variables = Variables::from_json(variables);
        check(&variables, &operation.node, &Limits::default()).err().map(|e| e.code().name().to_owned())
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = (0..20).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
        assert_eq!(refusal("", serde_json::json!({ "x": deep })).as_deref(), Some("TOO_COMPLEX"));
        assert_eq!(refusal("", serde_json::json!({ "x": vec![0; 60_000] })).as_deref(), Some("TOO_COMPLEX"));
        assert_eq!(refusal("", serde_json::json!({ "x": vec![0; 100] })), None);
    }

    #[test]
    fn a_required_variable_must_be_there() {
        let definitions = "($a: Int!, $b: Int! = 2, $c: Int)";
        assert_eq!(refusal(definitions, serde_json::json!({ "a": 1 })), None);
        for bad in [serde_json::json!({}), serde_json::json!({ "a": null }), serde_json::json!({ "a": 1, "b": null })] {
            assert_eq!(refusal(definitions, bad).as_deref(), Some("INVALID_INPUT"));
        }
    }
}
