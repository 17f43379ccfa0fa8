//! Variables inside lists and input objects: whether each may stand where it stands (5.8.5 of the specification). The validator
//! compares their types with those of whole arguments only. Linear in the operations with each fragment once.

use std::collections::HashSet;

use apollo_compiler::Node;
use apollo_compiler::Schema;
use apollo_compiler::ast::{Argument, Type, Value, VariableDefinition};
use apollo_compiler::executable::{ExecutableDocument, Operation, Selection, SelectionSet};
use apollo_compiler::parser::LineColumn;

/// A variable where none of its type may stand: what the validator would say, and the place.
pub(super) type Misplaced = (String, Option<LineColumn>);

/// All misplaced variables of a valid document.
pub(super) fn misplaced(schema: &Schema, document: &ExecutableDocument) -> Vec<Misplaced> {
    let mut found = Vec::new();
    for operation in document.operations.iter().filter(|operation| !operation.variables.is_empty()) {
        let mut usages = Usages { schema, document, operation, seen: HashSet::new(), found: &mut found };
        usages.set(&operation.selection_set);
    }
    found
}

struct Usages<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    operation: &'d Operation,
    /// The fragments visited.
    seen: HashSet<&'d str>,
    found: &'d mut Vec<Misplaced>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct InputPosition<'d> {
    ty: &'d Type,
    has_default: bool,
}

impl<'d> Usages<'d> {
    fn set(&mut self, set: &'d SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        self.argument(&field.definition, argument);
                    }
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if self.seen.insert(&spread.fragment_name)
                        && let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                    {
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn argument(&mut self, field: &'d apollo_compiler::ast::FieldDefinition, argument: &'d Node<Argument>) {
        // A variable that is the argument itself was looked at.
        if matches!(&*argument.value, Value::List(_) | Value::Object(_))
            && let Some(known) = field.argument_by_name(&argument.name)
        {
            self.value(InputPosition { ty: &known.ty, has_default: false }, &argument.value);
        }
    }

    fn value(&mut self, place: InputPosition<'d>, value: &'d Node<Value>) {
        match &**value {
            Value::Variable(name) => {
                let variable = self.operation.variables.iter().find(|variable| variable.name == *name);
                if let Some(variable) = variable.filter(|variable| !allowed(variable, place)) {
                    let (has, wanted) = (&variable.ty, place.ty);
                    let said =
                        format!(r#"Variable "${name}" of type "{has}" used in position expecting type "{wanted}"."#);
                    let at = value.line_column_range(&self.document.sources).map(|range| range.start);
                    self.found.push((said, at));
                }
            }
            Value::List(items) => {
                let place = InputPosition { ty: place.ty.item_type(), has_default: false };
                items.iter().for_each(|item| self.value(place, item));
            }
            Value::Object(fields) => {
                let Some(input) = self.schema.get_input_object(place.ty.inner_named_type()) else { return };
                for (name, value) in fields {
                    if let Some(known) = input.fields.get(name) {
                        self.value(InputPosition { ty: &known.ty, has_default: known.default_value.is_some() }, value);
                    }
                }
            }
            Value::Null | Value::Enum(_) | Value::String(_) | Value::Float(_) | Value::Int(_) | Value::Boolean(_) => {}
        }
    }
}

/// `IsVariableUsageAllowed` of the specification. A nullable variable as the one field of a oneOf is let pass, as graphql-js does in
/// lists: what is null then is refused with the variables.
fn allowed(variable: &VariableDefinition, InputPosition { ty, has_default }: InputPosition<'_>) -> bool {
    if ty.is_non_null() && !variable.ty.is_non_null() {
        let default = variable.default_value.as_ref().is_some_and(|value| !value.is_null());
        return (default || has_default) && variable.ty.is_assignable_to(&ty.clone().nullable());
    }
    variable.ty.is_assignable_to(ty)
}
