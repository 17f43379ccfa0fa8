//! `__schema` and `__type`, answered from the SDL that documents are validated against: what clients read by introspection and
//! what `schema.graphql` says are one and the same. (async-graphql's own introspection knows no interface of an interface.)

use apollo_compiler::Schema;
use apollo_compiler::ast::{EnumValueDefinition, FieldDefinition, InputValueDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Value, Variables};
use async_graphql_value::Value as Argument;

/// Takes the fields of introspection out of the root of a normalised query.
pub fn take(document: &mut ExecutableDocument) -> Vec<Field> {
    let DocumentOperations::Single(operation) = &mut document.operations else { return Vec::new() };
    let items = &mut operation.node.selection_set.node.items;
    let asked = |selection: &Selection| matches!(selection, Selection::Field(field) if is_ours(&field.node));
    let taken = items.extract_if(.., |item| asked(&item.node));
    taken.filter_map(|item| if let Selection::Field(field) = item.node { Some(field.node) } else { None }).collect()
}

fn is_ours(field: &Field) -> bool {
    matches!(field.name.node.as_str(), "__schema" | "__type")
}

/// What a field of introspection answers. Linear in the answer.
pub fn answer(schema: &Schema, field: &Field, variables: &Variables) -> Value {
    let reader = MetaReader { schema, variables };
    let set = &field.selection_set.node;
    if field.name.node == "__schema" {
        return reader.schema(set);
    }
    match reader.argument(field, "name") {
        Some(Value::String(name)) => match schema.types.get(name.as_str()) {
            Some(found) => reader.named(found, set),
            None => Value::Null,
        },
        _ => Value::Null,
    }
}

struct MetaReader<'s> {
    schema: &'s Schema,
    variables: &'s Variables,
}

fn text<T: ToString + ?Sized>(text: Option<&T>) -> Value {
    text.map_or(Value::Null, |text| Value::String(text.to_string()))
}

fn word(word: &str) -> Value {
    Value::Enum(async_graphql::Name::new(word))
}

/// The reason of a `@deprecated` among directives.
fn deprecated(directive: Option<&apollo_compiler::Node<apollo_compiler::ast::Directive>>) -> Option<&str> {
    let reason = directive?.specified_argument_by_name("reason").and_then(|reason| reason.as_str());
    Some(reason.unwrap_or("No longer supported"))
}

impl<'s> MetaReader<'s> {
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        match &field.get_argument(name)?.node {
            Argument::Variable(variable) => self.variables.get(variable).cloned(),
            value => value.clone().into_const(),
        }
    }

    /// An object of introspection: each field asked for, by what gives its value.
    fn object(
        &self,
        type_name: &str,
        set: &SelectionSet,
        value: impl Fn(&str, &Field, &SelectionSet) -> Value,
    ) -> Value {
        let mut object = IndexMap::with_capacity(set.items.len());
        for item in &set.items {
            let Selection::Field(field) = &item.node else { continue };
            let field = &field.node;
            let name = field.name.node.as_str();
            let found = match name {
                "__typename" => Value::from(type_name),
                name => value(name, field, &field.selection_set.node),
            };
            object.insert(field.response_key().node.clone(), found);
        }
        Value::Object(object)
    }

    fn schema(&self, set: &SelectionSet) -> Value {
        let definition = &self.schema.schema_definition;
        self.object("__Schema", set, |name, _, inner| {
            let root = |root: &Option<apollo_compiler::schema::ComponentName>| match root {
                Some(root) => self.by_name(root, inner),
                None => Value::Null,
            };
            match name {
                "description" => text(definition.description.as_deref()),
                "types" => self.schema.types.values().map(|found| self.named(found, inner)).collect(),
                "queryType" => root(&definition.query),
                "mutationType" => root(&definition.mutation),
                "subscriptionType" => root(&definition.subscription),
                "directives" => {
                    self.schema.directive_definitions.values().map(|one| self.directive(one, inner)).collect()
                }
                _ => Value::Null,
            }
        })
    }

    fn by_name(&self, name: &str, set: &SelectionSet) -> Value {
        self.schema.types.get(name).map_or(Value::Null, |found| self.named(found, set))
    }

    fn named(&self, found: &ExtendedType, set: &SelectionSet) -> Value {
        self.object("__Type", set, |name, field, inner| match (name, found) {
            ("kind", _) => word(match found {
                ExtendedType::Scalar(_) => "SCALAR",
                ExtendedType::Object(_) => "OBJECT",
                ExtendedType::Interface(_) => "INTERFACE",
                ExtendedType::Union(_) => "UNION",
                ExtendedType::Enum(_) => "ENUM",
                ExtendedType::InputObject(_) => "INPUT_OBJECT",
            }),
            ("name", _) => text(Some(found.name())),
            ("description", _) => text(found.description().map(|text| &**text)),
            ("specifiedByURL", ExtendedType::Scalar(scalar)) => {
                let by = scalar.directives.get("specifiedBy");
                text(by.and_then(|by| by.specified_argument_by_name("url")?.as_str()))
            }
            ("fields", ExtendedType::Object(object)) => {
                self.fields(field, object.fields.values().map(|field| &***field), inner)
            }
            ("fields", ExtendedType::Interface(interface)) => {
                self.fields(field, interface.fields.values().map(|field| &***field), inner)
            }
            ("interfaces", ExtendedType::Object(object)) => {
                object.implements_interfaces.iter().map(|name| self.by_name(name, inner)).collect()
            }
            ("interfaces", ExtendedType::Interface(interface)) => {
                interface.implements_interfaces.iter().map(|name| self.by_name(name, inner)).collect()
            }
            ("possibleTypes", ExtendedType::Interface(interface)) => {
                let implements = |object: &&ExtendedType| {
                    object.as_object().is_some_and(|object| object.implements_interfaces.contains(&interface.name))
                };
                self.schema.types.values().filter(implements).map(|object| self.named(object, inner)).collect()
            }
            ("possibleTypes", ExtendedType::Union(union)) => {
                union.members.iter().map(|name| self.by_name(name, inner)).collect()
            }
            ("enumValues", ExtendedType::Enum(of)) => {
                let all = self.with_deprecated(field);
                let values = of.values.values().map(|value| &***value);
                let kept = values.filter(|value| all || value.directives.get("deprecated").is_none());
                kept.map(|value| self.enum_value(value, inner)).collect()
            }
            ("inputFields", ExtendedType::InputObject(input)) => {
                self.inputs(field, input.fields.values().map(|field| &***field), inner)
            }
            ("isOneOf", ExtendedType::InputObject(input)) => Value::from(input.directives.get("oneOf").is_some()),
            _ => Value::Null,
        })
    }

    fn ty(&self, ty: &Type, set: &SelectionSet) -> Value {
        let (kind, of) = match ty {
            Type::Named(name) => return self.by_name(name, set),
            Type::NonNullNamed(_) | Type::NonNullList(_) => ("NON_NULL", ty.clone().nullable()),
            Type::List(inner) => ("LIST", (**inner).clone()),
        };
        self.object("__Type", set, |name, _, inner| match name {
            "kind" => word(kind),
            "ofType" => self.ty(&of, inner),
            _ => Value::Null,
        })
    }

    fn with_deprecated(&self, field: &Field) -> bool {
        self.argument(field, "includeDeprecated") == Some(Value::Boolean(true))
    }

    fn fields<'d>(
        &self,
        field: &Field,
        fields: impl Iterator<Item = &'d FieldDefinition>,
        set: &SelectionSet,
    ) -> Value {
        let all = self.with_deprecated(field);
        let kept = fields.filter(|one| all || one.directives.get("deprecated").is_none());
        let shown = kept.map(|one| {
            self.object("__Field", set, |name, field, inner| match name {
                "name" => text(Some(&one.name)),
                "description" => text(one.description.as_deref()),
                "args" => self.inputs(field, one.arguments.iter().map(|argument| &**argument), inner),
                "type" => self.ty(&one.ty, inner),
                name => deprecation(name, &one.directives),
            })
        });
        shown.collect()
    }

    fn inputs<'d>(
        &self,
        field: &Field,
        inputs: impl Iterator<Item = &'d InputValueDefinition>,
        set: &SelectionSet,
    ) -> Value {
        let all = self.with_deprecated(field);
        let kept = inputs.filter(|one| all || one.directives.get("deprecated").is_none());
        let shown = kept.map(|one| {
            self.object("__InputValue", set, |name, _, inner| match name {
                "name" => text(Some(&one.name)),
                "description" => text(one.description.as_deref()),
                "type" => self.ty(&one.ty, inner),
                "defaultValue" => {
                    text(one.default_value.as_ref().map(|value| value.serialize().no_indent().to_string()).as_ref())
                }
                name => deprecation(name, &one.directives),
            })
        });
        shown.collect()
    }

    fn enum_value(&self, value: &EnumValueDefinition, set: &SelectionSet) -> Value {
        self.object("__EnumValue", set, |name, _, _| match name {
            "name" => text(Some(&value.value)),
            "description" => text(value.description.as_deref()),
            name => deprecation(name, &value.directives),
        })
    }

    fn directive(&self, one: &apollo_compiler::ast::DirectiveDefinition, set: &SelectionSet) -> Value {
        self.object("__Directive", set, |name, field, inner| match name {
            "name" => text(Some(&one.name)),
            "description" => text(one.description.as_deref()),
            "locations" => one.locations.iter().map(|location| word(location.name())).collect(),
            "args" => self.inputs(field, one.arguments.iter().map(|argument| &**argument), inner),
            "isRepeatable" => Value::from(one.repeatable),
            _ => Value::Null,
        })
    }
}

fn deprecation(name: &str, directives: &apollo_compiler::ast::DirectiveList) -> Value {
    let reason = deprecated(directives.get("deprecated"));
    match name {
        "isDeprecated" => Value::from(reason.is_some()),
        "deprecationReason" => text(reason),
        _ => Value::Null,
    }
}
