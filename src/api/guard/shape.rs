//! What the price needs to know of the schema: for every type, which fields are lists, which are pages.
//!
//! Read once from the SDL, so that it is the schema that clients see; introspection's own types, which the
//! SDL leaves out, are added with the sizes that this schema gives them.

use std::collections::HashMap;

use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{Positioned, parse_schema};

use super::table::{self, Extra};

/// How many values a list is taken to hold when nothing in the request says.
pub const ASSUMED_LIST: u64 = 5;

/// One field of a type.
#[derive(Clone, Debug)]
pub struct FieldShape {
    /// The named type under its lists and non-nulls.
    pub target: Box<str>,
    /// The length of its list when nothing says; `None` for a single value.
    pub list: Option<u64>,
    /// Whether it takes `first` or `last`.
    pub paged: bool,
    /// The price of the field itself.
    pub own: u64,
    /// What arguments add.
    pub extras: Vec<(&'static str, Extra)>,
}

/// One type.
#[derive(Clone, Debug, Default)]
pub struct TypeShape {
    /// Its fields by name.
    pub fields: HashMap<Box<str>, FieldShape>,
    /// An object type, which excludes any other.
    pub object: bool,
    /// A connection: its lists are pages of the field that returned it.
    pub connection: bool,
}

/// The schema as the price sees it.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    types: HashMap<Box<str>, TypeShape>,
    roots: [Box<str>; 3],
}

impl Shape {
    /// Reads the SDL of a schema.
    ///
    /// # Errors
    /// When the text is no SDL.
    pub fn from_sdl(sdl: &str) -> Result<Shape, async_graphql::parser::Error> {
        let mut shape =
            Shape { types: HashMap::new(), roots: ["Query".into(), "Mutation".into(), "Subscription".into()] };
        for definition in parse_schema(without_description(sdl))?.definitions {
            match definition {
                TypeSystemDefinition::Type(definition) => match &definition.node.kind {
                    TypeKind::Object(object) => shape.add(&definition.node.name.node, &object.fields, true),
                    TypeKind::Interface(interface) => shape.add(&definition.node.name.node, &interface.fields, false),
                    _ => {}
                },
                TypeSystemDefinition::Schema(schema) => {
                    let named = [&schema.node.query, &schema.node.mutation, &schema.node.subscription];
                    for (root, name) in shape.roots.iter_mut().zip(named) {
                        if let Some(name) = name {
                            *root = name.node.as_str().into();
                        }
                    }
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        shape.add_introspection();
        Ok(shape)
    }

    /// A type by name.
    pub fn get(&self, name: &str) -> Option<&TypeShape> {
        self.types.get(name)
    }

    /// The names of the query, mutation and subscription types.
    pub fn roots(&self) -> [&str; 3] {
        self.roots.each_ref().map(|root| &**root)
    }

    fn add(&mut self, name: &str, fields: &[Positioned<FieldDefinition>], object: bool) {
        let fields: HashMap<Box<str>, FieldShape> = fields.iter().map(|field| read_field(name, &field.node)).collect();
        let connection = fields.contains_key("pageInfo");
        self.types.insert(name.into(), TypeShape { fields, object, connection });
    }

    fn add_introspection(&mut self) {
        let types = self.types.len() as u64;
        let fields: u64 = self.types.values().map(|t| t.fields.len() as u64).sum();
        let mean = fields.div_ceil(types.max(1));
        let own: [(&str, &[Own]); 5] = [
            (
                "__Schema",
                &[
                    ("types", "__Type", Some(types)),
                    ("queryType", "__Type", None),
                    ("mutationType", "__Type", None),
                    ("subscriptionType", "__Type", None),
                    ("directives", "__Directive", Some(6)),
                ],
            ),
            (
                "__Type",
                &[
                    ("fields", "__Field", Some(mean)),
                    ("inputFields", "__InputValue", Some(2)),
                    ("interfaces", "__Type", Some(2)),
                    ("possibleTypes", "__Type", Some(2)),
                    ("enumValues", "__EnumValue", Some(2)),
                    ("ofType", "__Type", None),
                ],
            ),
            ("__Field", &[("args", "__InputValue", Some(2)), ("type", "__Type", None)]),
            ("__InputValue", &[("type", "__Type", None)]),
            ("__Directive", &[("args", "__InputValue", Some(2))]),
        ];
        for (name, fields) in own {
            let fields = fields.iter().map(|&(field, target, list)| (field.into(), single(target, list))).collect();
            self.types.insert(name.into(), TypeShape { fields, object: true, connection: false });
        }
        let query = self.roots[0].clone();
        let root = self.types.entry(query).or_default();
        root.fields.insert("__schema".into(), single("__Schema", None));
        root.fields.insert("__type".into(), single("__Type", None));
    }
}

/// The SDL without the schema's own description, which async-graphql's parser does not take.
pub fn without_description(sdl: &str) -> String {
    let cut = || {
        let end = sdl.find("\"\"\"\nschema {")?;
        let start = sdl[..end].rfind("\"\"\"")?;
        Some(format!("{}{}", &sdl[..start], &sdl[end + 4..]))
    };
    cut().unwrap_or_else(|| sdl.to_owned())
}

/// A field of introspection: name, type, length of its list.
type Own = (&'static str, &'static str, Option<u64>);

fn single(target: &str, list: Option<u64>) -> FieldShape {
    FieldShape { target: target.into(), list, paged: false, own: 1, extras: Vec::new() }
}

fn read_field(on: &str, field: &FieldDefinition) -> (Box<str>, FieldShape) {
    let name = field.name.node.as_str();
    let paged = field.arguments.iter().any(|a| matches!(a.node.name.node.as_str(), "first" | "last"));
    let list = matches!(field.ty.node.base, BaseType::List(_)).then_some(ASSUMED_LIST);
    let (own, extras) = (table::own(on, name), table::extras(on, name));
    (name.into(), FieldShape { target: named(&field.ty.node).into(), list, paged, own, extras })
}

fn named(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => named(inner),
    }
}
