//! Arguments of a planned field: constants and variables, read by the very input types of the general way.

use async_graphql::parser::Positioned;
use async_graphql::parser::types::{OperationDefinition, VariableDefinition};
use async_graphql::{InputType, Value as ConstValue, Variables};
use async_graphql_value::Value;

use super::select::Selected;
use crate::api::page::Page;

/// The arguments of one field.
#[derive(Debug)]
pub struct Arguments(Box<[(Box<str>, Value)]>);

/// The variables of one request, with the defaults that the operation gives them.
#[derive(Clone, Copy)]
pub struct Given<'r> {
    definitions: &'r [Positioned<VariableDefinition>],
    variables: &'r Variables,
}

impl<'r> Given<'r> {
    /// `None` when a variable lacks a value that it must have.
    pub fn new(operation: &'r OperationDefinition, variables: &'r Variables) -> Option<Given<'r>> {
        let definitions = &operation.variable_definitions;
        let lacking = |definition: &Positioned<VariableDefinition>| match variables.get(&definition.node.name.node) {
            Some(ConstValue::Null) => !definition.node.var_type.node.nullable,
            Some(_) => false,
            None => definition.node.default_value().is_none(),
        };
        (!definitions.iter().any(lacking)).then_some(Given { definitions, variables })
    }

    /// The value of a variable. Objects are left to the general way, whose validation knows their fields.
    fn value(&self, name: &str) -> Option<ConstValue> {
        let definition = &self.definitions.iter().find(|definition| definition.node.name.node == name)?.node;
        let value = self.variables.get(&definition.name.node).or_else(|| definition.default_value())?;
        (!holds_object(value)).then(|| value.clone())
    }
}

fn holds_object(value: &ConstValue) -> bool {
    match value {
        ConstValue::Object(_) => true,
        ConstValue::List(items) => items.iter().any(holds_object),
        _ => false,
    }
}

impl Arguments {
    /// The arguments of a field.
    pub fn of(selected: &Selected<'_>) -> Arguments {
        let arguments = selected.field.arguments.iter();
        Arguments(arguments.map(|(name, value)| (name.node.as_str().into(), value.node.clone())).collect())
    }

    /// An argument; `None` when it cannot be read.
    pub fn get<T: InputType>(&self, name: &str, given: &Given<'_>) -> Option<T> {
        let value = match self.0.iter().find(|(other, _)| **other == *name) {
            Some((_, Value::Variable(variable))) => Some(given.value(variable)?),
            Some((_, value)) => {
                let constant = value.clone().into_const_with(|variable| given.value(&variable).ok_or(()));
                Some(constant.ok()?)
            }
            None => None,
        };
        T::parse(value).ok()
    }

    /// An argument that has a default.
    pub fn get_or<T: InputType>(&self, name: &str, default: T, given: &Given<'_>) -> Option<T> {
        let given_one = self.0.iter().any(|(other, _)| **other == *name);
        if given_one { self.get(name, given) } else { Some(default) }
    }

    /// The page that `first`, `after`, `last` and `before` ask for.
    pub fn page(&self, given: &Given<'_>) -> Option<Page> {
        let first: Option<i32> = self.get("first", given)?;
        let after: Option<String> = self.get("after", given)?;
        let last: Option<i32> = self.get("last", given)?;
        let before: Option<String> = self.get("before", given)?;
        Page::new(first, after.as_deref(), last, before.as_deref()).ok()
    }

    /// Whether no variable is among them.
    pub fn constant(&self) -> bool {
        self.0.iter().all(|(_, value)| value.clone().into_const().is_some())
    }
}

/// The page of a planned connection: known when it was planned, or asked for by each request.
#[derive(Debug)]
pub enum Paging {
    /// The same for all requests.
    Fixed(Page),
    /// With variables in it.
    Asked(Arguments),
}

impl Paging {
    /// The paging of a field.
    pub fn of(selected: &Selected<'_>) -> Option<Paging> {
        let arguments = Arguments::of(selected);
        if !arguments.constant() {
            return Some(Paging::Asked(arguments));
        }
        let none = Variables::default();
        arguments.page(&Given { definitions: &[], variables: &none }).map(Paging::Fixed)
    }

    /// Calls with the page of a request.
    pub fn with<T>(&self, given: &Given<'_>, read: impl FnOnce(&Page) -> Option<T>) -> Option<T> {
        match self {
            Paging::Fixed(page) => read(page),
            Paging::Asked(arguments) => read(&arguments.page(given)?),
        }
    }
}
