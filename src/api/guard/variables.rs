//! The variables of a request: how deep and how many.

use async_graphql::{Value, Variables};

use super::{Limits, bound};
use crate::api::error::ApiError;

/// Refuses variables that are too deep or too many.
///
/// # Errors
/// `TOO_COMPLEX`.
pub fn check(variables: &Variables, limits: &Limits) -> Result<(), ApiError> {
    let mut values = 0;
    for value in variables.values() {
        count(value, 1, &mut values, limits)?;
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

    #[test]
    fn depth_and_number_are_bounded() {
        let refusal = |value: serde_json::Value| {
            let variables = Variables::from_json(serde_json::json!({ "x": value }));
            check(&variables, &Limits::default()).err().map(|error| error.code().name())
        };
        let deep = (0..20).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
        assert_eq!(refusal(deep), Some("TOO_COMPLEX"));
        assert_eq!(refusal(vec![0; 60_000].into()), Some("TOO_COMPLEX"));
        assert_eq!(refusal(vec![0; 100].into()), None);
    }
}
