//! The values of an operation's variables, as the specification coerces them (6.1.2), against the schema.

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type as VariableType};
use async_graphql::{Name, Value, Variables};

use crate::api::error::{ApiError, quoted};
use crate::api::validate::{ANY, nearest};

/// The value of each variable that has one: given, or by default. What is not declared is left out.
///
/// # Errors
/// `INVALID_INPUT` for a value that is not of its variable's type, or lacking.
pub fn coerce(schema: &Schema, operation: &OperationDefinition, given: &Variables) -> Result<Variables, ApiError> {
    let mut values = Variables::default();
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let (name, ty) = (&definition.name.node, read(&definition.var_type.node));
        let value = match (given.get(name), &definition.default_value) {
            (Some(Value::Null), _) | (None, None) if ty.is_non_null() => {
                let message = format!("La variable « ${} » ({ty}) est requise.", quoted(name));
                return Err(ApiError::invalid_input(message));
            }
            (Some(value), _) => value,
            (None, Some(default)) => &default.node,
            (None, None) => continue,
        };
        let mut path = format!("${name}");
        values.insert(name.clone(), Coercion { schema }.value(&ty, value, &mut path)?);
    }
    Ok(values)
}

struct Coercion<'s> {
    schema: &'s Schema,
}

impl Coercion<'_> {
    fn value(&self, ty: &Type, value: &Value, path: &mut String) -> Result<Value, ApiError> {
        if *value == Value::Null {
            return if ty.is_non_null() { Err(wrong(ty, path)) } else { Ok(Value::Null) };
        }
        let (Type::List(inner) | Type::NonNullList(inner)) = ty else { return self.named(ty, value, path) };
        let Value::List(items) = value else { return Ok(Value::List(vec![self.value(inner, value, path)?])) };
        let mut list = Vec::with_capacity(items.len());
        let length = path.len();
        for (at, item) in items.iter().enumerate() {
            path.push_str(&format!("[{at}]"));
            list.push(self.value(inner, item, path)?);
            path.truncate(length);
        }
        Ok(Value::List(list))
    }

    fn named(&self, ty: &Type, value: &Value, path: &mut String) -> Result<Value, ApiError> {
        let name = ty.inner_named_type();
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(input)) => match value {
                Value::Object(fields) => self.object(input, fields, path),
                _ => Err(wrong(ty, path)),
            },
            Some(ExtendedType::Enum(known)) => match value {
                Value::String(text) if known.values.contains_key(text.as_str()) => Ok(Value::Enum(Name::new(text))),
                Value::Enum(word) if known.values.contains_key(word.as_str()) => Ok(value.clone()),
                Value::String(text) => {
                    let near = nearest(text, known.values.keys().map(|name| name.as_str()));
                    let near = near.map_or(String::new(), |near| format!(" Vouliez-vous dire « {near} » ?"));
                    let message = format!("`{path}` : « {} » n'est pas une valeur de « {name} ».{near}", quoted(text));
                    Err(ApiError::invalid_input(message))
                }
                _ => Err(wrong(ty, path)),
            },
            _ => scalar(name, value).ok_or_else(|| wrong(ty, path)),
        }
    }

    fn object(
        &self,
        input: &InputObjectType,
        given: &IndexMap<Name, Value>,
        path: &mut String,
    ) -> Result<Value, ApiError> {
        if let Some(unknown) = given.keys().find(|name| !input.fields.contains_key(name.as_str())) {
            let near = nearest(unknown, input.fields.keys().map(|name| name.as_str()));
            let near = near.map_or(String::new(), |near| format!(" Vouliez-vous dire « {near} » ?"));
            let message = format!("`{path}` : « {} » n'a pas de champ « {} ».{near}", input.name, quoted(unknown));
            return Err(ApiError::invalid_input(message));
        }
        if input.directives.get("oneOf").is_some() && (given.len() != 1 || given.values().any(|v| *v == Value::Null)) {
            let message = format!("`{path}` ({}) : donnez exactement un champ, qui ne soit pas null.", input.name);
            return Err(ApiError::invalid_input(message));
        }
        let mut values = IndexMap::with_capacity(given.len());
        let length = path.len();
        for (name, field) in &input.fields {
            path.push('.');
            path.push_str(name);
            match given.get(name.as_str()) {
                // A field with a default takes null as that default.
                Some(Value::Null) if field.default_value.is_some() => {}
                Some(value) => {
                    values.insert(Name::new(name), self.value(&field.ty, value, path)?);
                }
                None if field.ty.is_non_null() && field.default_value.is_none() => return Err(wrong(&field.ty, path)),
                None => {}
            }
            path.truncate(length);
        }
        Ok(Value::Object(values))
    }
}

/// A value as a scalar takes it; what the texts of our own say, they look at themselves.
fn scalar(name: &str, value: &Value) -> Option<Value> {
    let taken = match (name, value) {
        ("Int", Value::Number(number)) => {
            let whole = number.as_i64().or_else(|| number.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64))?;
            return i32::try_from(whole).ok().map(Value::from);
        }
        ("Float", Value::Number(number)) => number.as_f64().is_some_and(f64::is_finite),
        ("Boolean", Value::Boolean(_)) | (ANY, _) => true,
        ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => {
            return Some(Value::from(number.to_string()));
        }
        ("Int" | "Float" | "Boolean", _) => false,
        (_, value) => matches!(value, Value::String(_)),
    };
    taken.then(|| value.clone())
}

fn wrong(ty: &Type, path: &str) -> ApiError {
    ApiError::invalid_input(format!("`{}` : une valeur de type « {ty} » est attendue.", quoted(path)))
}

fn read(ty: &VariableType) -> Type {
    let read_type = match &ty.base {
        BaseType::Named(name) => Type::Named(apollo_compiler::Name::new_unchecked(name)),
        BaseType::List(inner) => Type::List(Box::new(read(inner))),
    };
    if ty.nullable { read_type } else { read_type.non_null() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::validate::Validator;
    use serde_json::json;

    const SDL: &str = "type Query { a(n: Int = 3, f: F): Int } enum E { UN DEUX } \
        input F { n: Int = 7, l: [E!], r: Boolean! } input O @oneOf { a: Int b: Int } directive @oneOf on INPUT_OBJECT scalar Ref scalar _Any";

    fn coerced(definitions: &str, given: serde_json::Value) -> Result<serde_json::Value, String> {
        let validator = Validator::new(SDL).unwrap();
        let parsed = validator.parse(&format!("query({definitions}) {{ a }}")).map_err(|e| e.message)?;
        let (_, operation) = parsed.document.operations.iter().next().unwrap();
        let values = coerce(validator.schema(), &operation.node, &Variables::from_json(given));
        values.map(|values| serde_json::to_value(values).unwrap()).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn values_are_coerced_as_the_specification_says() {
        for (definitions, given, expected) in [
            ("$n: Int = 5", json!({}), json!({ "n": 5 })),
            ("$n: Int = 5", json!({ "n": null }), json!({ "n": null })),
            ("$n: Int", json!({}), json!({})),
            ("$n: Int", json!({ "n": 3.0, "other": 1 }), json!({ "n": 3 })),
            ("$l: [E!]!", json!({ "l": "UN" }), json!({ "l": ["UN"] })),
            ("$i: ID", json!({ "i": 12 }), json!({ "i": "12" })),
            ("$f: F", json!({ "f": { "r": true, "n": null, "l": null } }), json!({ "f": { "l": null, "r": true } })),
            ("$o: O", json!({ "o": { "b": 1 } }), json!({ "o": { "b": 1 } })),
            ("$r: [Ref!]", json!({ "r": "SVT" }), json!({ "r": ["SVT"] })),
            ("$a: [_Any!]", json!({ "a": [5, { "id": null }] }), json!({ "a": [5, { "id": null }] })),
        ] {
            assert_eq!(coerced(definitions, given.clone()), Ok(expected), "{definitions} {given}");
        }
    }

    #[test]
    fn values_of_another_type_are_refused() {
        for (definitions, given) in [
            ("$n: Int!", json!({})),
            ("$n: Int! = 5", json!({ "n": null })),
            ("$n: Int", json!({ "n": "3" })),
            ("$n: Int", json!({ "n": 3_000_000_000_u64 })),
            ("$n: Int", json!({ "n": 1.5 })),
            ("$n: Int", json!({ "n": true })),
            ("$s: String", json!({ "s": 1 })),
            ("$l: [E!]", json!({ "l": ["UN", null] })),
            ("$l: [E!]", json!({ "l": ["TROIS"] })),
            ("$f: F", json!({ "f": {} })),
            ("$f: F", json!({ "f": { "r": true, "x": 1 } })),
            ("$r: Ref", json!({ "r": true })),
            ("$r: Ref", json!({ "r": ["SVT"] })),
            ("$r: [Ref!]", json!({ "r": ["SVT", 5] })),
            ("$r: Ref", json!({ "r": { "id": "SVT" } })),
            ("$o: O", json!({ "o": {} })),
            ("$o: O", json!({ "o": { "a": 1, "b": 2 } })),
            ("$o: O", json!({ "o": { "a": null } })),
        ] {
            assert!(coerced(definitions, given.clone()).is_err(), "{definitions} {given}");
        }
    }
}
