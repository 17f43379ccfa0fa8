//! A validated operation as it is executed: what `@skip` and `@include` leave, each response key once, defaults in their place.
//!
//! async-graphql and the specification differ in what omitted variables, skipped fields and fragments mean; the operation that
//! it is given here leaves it nothing to differ in: no directive, no fragment but on a narrower type, no argument whose variable was
//! omitted, no null where a default stands, no selection without a field. Linear in the operation with its fragments
//! written out, which the guards bound.

use apollo_compiler::Schema;
use apollo_compiler::ast::{self, InputValueDefinition};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, InlineFragment, OperationDefinition, OperationType,
    Selection, SelectionSet, TypeCondition,
};
use async_graphql::{Name, Pos, Value as ConstValue, Variables};
use async_graphql_value::Value;

use super::error::{ApiError, quoted};

pub mod variables;

/// The response key of a `__typename` that is asked for where nothing else is, so that an object without fields is told from
/// null, and beside fragments on narrower types, since it decides the order of the object's keys; answers never show it.
pub const HIDDEN: &str = "__passerelle";

/// The operation alone, normalised for these variables.
///
/// # Errors
/// `INVALID_INPUT` where variables make a oneOf value or a directive's condition wrong.
pub fn normalise(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<ExecutableDocument, ApiError> {
    let root = schema.root_operation(root(operation.ty)).map_or("", |name| name.as_str());
    let normaliser = Normaliser { schema, document, variables };
    let items = normaliser.set(root, &[&operation.selection_set.node])?;
    let operation = OperationDefinition {
        ty: operation.ty,
        variable_definitions: operation.variable_definitions.clone(),
        directives: Vec::new(),
        selection_set: Positioned::new(items, operation.selection_set.pos),
    };
    let operations = DocumentOperations::Single(Positioned::new(operation, Pos { line: 1, column: 1 }));
    Ok(ExecutableDocument { operations, fragments: Default::default() })
}

/// Which root type an operation reads.
pub fn root(ty: OperationType) -> ast::OperationType {
    match ty {
        OperationType::Query => ast::OperationType::Query,
        OperationType::Mutation => ast::OperationType::Mutation,
        OperationType::Subscription => ast::OperationType::Subscription,
    }
}

/// What a selection is, wherever a fragment is written.
pub enum Item<'d> {
    /// A field.
    Field(&'d Positioned<Field>),
    /// A fragment, spread or inline.
    Fragment {
        /// The type that it is on.
        condition: Option<&'d Positioned<TypeCondition>>,
        /// What it holds.
        set: &'d SelectionSet,
    },
}

/// What a selection of a document is; `None` for a fragment that the document lacks.
pub fn item<'d>(document: &'d ExecutableDocument, selection: &'d Selection) -> Option<Item<'d>> {
    Some(match selection {
        Selection::Field(field) => Item::Field(field),
        Selection::FragmentSpread(spread) => {
            let fragment = &document.fragments.get(&spread.node.fragment_name.node)?.node;
            Item::Fragment { condition: Some(&fragment.type_condition), set: &fragment.selection_set.node }
        }
        Selection::InlineFragment(inline) => {
            let inline = &inline.node;
            Item::Fragment { condition: inline.type_condition.as_ref(), set: &inline.selection_set.node }
        }
    })
}

/// What `@skip` and `@include` say of a selection.
///
/// # Errors
/// `INVALID_INPUT` for a condition that is null.
pub fn included(directives: &[Positioned<Directive>], variables: &Variables) -> Result<bool, ApiError> {
    for directive in directives {
        let wanted = match directive.node.name.node.as_str() {
            "skip" => false,
            "include" => true,
            _ => continue,
        };
        let condition = match directive.node.get_argument("if").map(|value| &value.node) {
            Some(Value::Boolean(condition)) => Some(*condition),
            Some(Value::Variable(name)) => match variables.get(name) {
                Some(ConstValue::Boolean(condition)) => Some(*condition),
                _ => None,
            },
            _ => None,
        };
        let condition = condition.ok_or_else(|| {
            let name = &directive.node.name.node;
            ApiError::invalid_input(format!("`@{name}(if:)` doit être vrai ou faux, et non null."))
        })?;
        if condition != wanted {
            return Ok(false);
        }
    }
    Ok(true)
}

struct Normaliser<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    variables: &'d Variables,
}

/// What a selection set holds, each key and each narrower type once, in the order of their first appearance.
enum Collected<'d> {
    Field { key: &'d str, field: &'d Positioned<Field>, sets: Vec<&'d SelectionSet> },
    On { condition: &'d Positioned<TypeCondition>, sets: Vec<&'d SelectionSet> },
}

impl<'d> Normaliser<'d> {
    fn set(&self, parent: &str, sets: &[&'d SelectionSet]) -> Result<SelectionSet, ApiError> {
        let mut collected = Vec::new();
        for set in sets {
            self.collect(parent, set, &mut collected)?;
        }
        let mut items = Vec::with_capacity(collected.len() + 1);
        let mut typed = collected.is_empty();
        for one in collected {
            match one {
                Collected::Field { field, sets, .. } => {
                    items.push(Positioned::new(Selection::Field(self.field(parent, field, &sets)?), field.pos));
                }
                Collected::On { condition, sets } => {
                    typed = true;
                    let inner = self.set(condition.node.on.node.as_str(), &sets)?;
                    let (pos, selection_set) = (condition.pos, Positioned::new(inner, condition.pos));
                    let type_condition = Some(condition.clone());
                    let inline = InlineFragment { type_condition, directives: Vec::new(), selection_set };
                    items.push(Positioned::new(Selection::InlineFragment(Positioned::new(inline, pos)), pos));
                }
            }
        }
        if typed {
            let at = |name| Positioned::new(Name::new(name), Pos::default());
            let field = Field {
                alias: Some(at(HIDDEN)),
                name: at("__typename"),
                arguments: Vec::new(),
                directives: Vec::new(),
                selection_set: Positioned::default(),
            };
            items.push(Positioned::new(Selection::Field(Positioned::new(field, Pos::default())), Pos::default()));
        }
        Ok(SelectionSet { items })
    }

    fn collect(&self, parent: &str, set: &'d SelectionSet, found: &mut Vec<Collected<'d>>) -> Result<(), ApiError> {
        for selection in &set.items {
            if !included(selection.node.directives(), self.variables)? {
                continue;
            }
            let (condition, inner) = match item(self.document, &selection.node) {
                Some(Item::Field(field)) => {
                    let (key, set) = (field.node.response_key().node.as_str(), &field.node.selection_set.node);
                    let known = found.iter_mut().find_map(|one| match one {
                        Collected::Field { key: other, sets, .. } if *other == key => Some(sets),
                        _ => None,
                    });
                    match known {
                        Some(sets) => sets.push(set),
                        None => found.push(Collected::Field { key, field, sets: vec![set] }),
                    }
                    continue;
                }
                Some(Item::Fragment { condition, set }) => (condition, set),
                None => continue,
            };
            let narrower = condition.filter(|condition| {
                let on = condition.node.on.node.as_str();
                on != parent && !self.schema.is_subtype(on, parent)
            });
            let Some(condition) = narrower else {
                self.collect(parent, inner, found)?;
                continue;
            };
            let known = found.iter_mut().find_map(|one| match one {
                Collected::On { condition: other, sets } if other.node.on.node == condition.node.on.node => Some(sets),
                _ => None,
            });
            match known {
                Some(sets) => sets.push(inner),
                None => found.push(Collected::On { condition, sets: vec![inner] }),
            }
        }
        Ok(())
    }

    fn field(
        &self,
        parent: &str,
        field: &Positioned<Field>,
        sets: &[&'d SelectionSet],
    ) -> Result<Positioned<Field>, ApiError> {
        let definition = self.schema.type_field(parent, field.node.name.node.as_str()).ok();
        let mut arguments = Vec::with_capacity(field.node.arguments.len());
        for (name, value) in &field.node.arguments {
            let known = definition.and_then(|definition| definition.argument_by_name(name.node.as_str()));
            match known {
                None => arguments.push((name.clone(), value.clone())),
                Some(known) => {
                    if let Some(value_kept) = self.given(known, &value.node)? {
                        arguments.push((name.clone(), Positioned::new(value_kept, value.pos)));
                    }
                }
            }
        }
        let composite = !field.node.selection_set.node.items.is_empty();
        let selection_set = match definition {
            Some(definition) if composite => self.set(definition.ty.inner_named_type().as_str(), sets)?,
            _ => SelectionSet::default(),
        };
        let node = Field {
            alias: field.node.alias.clone(),
            name: field.node.name.clone(),
            arguments,
            directives: Vec::new(),
            selection_set: Positioned::new(selection_set, field.node.selection_set.pos),
        };
        Ok(Positioned::new(node, field.pos))
    }

    /// What an argument or input field is given; `None` where it is to take its default, or nothing.
    fn given(&self, definition: &InputValueDefinition, value: &Value) -> Result<Option<Value>, ApiError> {
        let has_default = definition.default_value.is_some();
        Ok(match value {
            Value::Null if has_default => None,
            Value::Variable(name) => match self.variables.get(name) {
                None => None,
                Some(ConstValue::Null) if has_default => None,
                Some(_) => Some(value.clone()),
            },
            value => Some(self.literal(&definition.ty, value)?),
        })
    }

    fn literal(&self, ty: &ast::Type, value: &Value) -> Result<Value, ApiError> {
        Ok(match value {
            Value::List(items) => {
                let items = items.iter().map(|item| self.literal(ty.item_type(), item));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => {
                let input = self.schema.get_input_object(ty.inner_named_type());
                if let Some(input) = input.filter(|input| input.directives.has("oneOf")) {
                    self.one_of(&input.name, fields)?;
                }
                let mut kept = IndexMap::with_capacity(fields.len());
                for (name, value) in fields {
                    let given = match input.and_then(|input| input.fields.get(name.as_str())) {
                        Some(definition) => self.given(definition, value)?,
                        // Of a scalar's own literal.
                        None if self.omitted(value) => None,
                        None => Some(self.literal(ty, value)?),
                    };
                    kept.extend(given.map(|given| (name.clone(), given)));
                }
                Value::Object(kept)
            }
            value if self.omitted(value) => Value::Null,
            value => value.clone(),
        })
    }

    fn omitted(&self, value: &Value) -> bool {
        matches!(value, Value::Variable(name) if !self.variables.contains_key(name))
    }

    /// That there is one field, the document was validated for.
    fn one_of(&self, name: &str, fields: &IndexMap<Name, Value>) -> Result<(), ApiError> {
        let null = |value: &Value| match value {
            Value::Variable(name) => matches!(self.variables.get(name), None | Some(ConstValue::Null)),
            _ => false,
        };
        if fields.values().any(null) {
            let message = format!("« {} » : donnez exactement un champ, qui ne soit pas null.", quoted(name));
            return Err(ApiError::invalid_input(message));
        }
        Ok(())
    }
}
