//! Arguments of a planned field: constants and variables, read by the very input types of the general way.

use async_graphql::{InputType, Value as ConstValue, Variables};
use async_graphql_value::Value;

use super::select::Selected;
use crate::api::page::Page;

/// The arguments of one field.
#[derive(Debug)]
pub struct Arguments(Box<[(Box<str>, Value)]>);

/// The variables of one request, coerced, with the defaults that the operation gives them.
#[derive(Clone, Copy)]
pub struct Given<'r>(&'r Variables);

impl<'r> Given<'r> {
    /// Of these coerced values.
    pub fn new(variables: &'r Variables) -> Given<'r> {
        Given(variables)
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
        T::parse(self.value(name, given)).ok()
    }

    /// An argument that has a default, which null and an omitted variable mean too.
    pub fn get_or<T: InputType>(&self, name: &str, default: T, given: &Given<'_>) -> Option<T> {
        match self.value(name, given) {
            None | Some(ConstValue::Null) => Some(default),
            value => T::parse(value).ok(),
        }
    }

    /// What an argument is given, if anything.
    fn value(&self, name: &str, given: &Given<'_>) -> Option<ConstValue> {
        let (_, value) = self.0.iter().find(|(other, _)| **other == *name)?;
        match value {
            Value::Variable(variable) => given.0.get(variable).cloned(),
            value => {
                let known = |name: async_graphql::Name| Ok::<_, ()>(given.0.get(&name).cloned().unwrap_or_default());
                value.clone().into_const_with(known).ok()
            }
        }
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
        arguments.page(&Given(&Variables::default())).map(Paging::Fixed)
    }

    /// Calls with the page of a request.
    pub fn with<T>(&self, given: &Given<'_>, read: impl FnOnce(&Page) -> Option<T>) -> Option<T> {
        match self {
            Paging::Fixed(page) => read(page),
            Paging::Asked(arguments) => read(&arguments.page(given)?),
        }
    }
}
