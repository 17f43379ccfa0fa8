//! Values, where the validator does not follow the specification: whether each variable may stand where it stands (5.8.5) and is
//! defined (5.8.3), and whether literals are of our own scalars and of oneOf inputs (5.6.1). It compares the types of variables with
//! those of whole arguments only, takes null for a default that makes up for a lacking value, lets our scalars take anything and
//! knows no oneOf. Linear in the operations with each fragment once.

use std::collections::HashSet;

use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition};
use apollo_compiler::executable::{ExecutableDocument, Selection, SelectionSet};
use apollo_compiler::parser::LineColumn;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, Schema};

use super::ANY;

/// What the validator would say, and the place.
pub(super) type Fault = (String, Option<LineColumn>);

/// All faults of a document that the validator let pass.
pub(super) fn faults(schema: &Schema, document: &ExecutableDocument) -> Vec<Fault> {
    let mut found = Vec::new();
    for operation in document.operations.iter() {
        let mut visitor = Visitor { schema, document, variables: &[], seen: HashSet::new(), found: &mut found };
        for variable in &operation.variables {
            // No variable is defined in a default.
            if let Some(default) = &variable.default_value {
                visitor.value(Some(InputPosition { ty: &variable.ty, has_default: false }), default);
            }
        }
        visitor.variables = &operation.variables;
        visitor.directives(&operation.directives);
        visitor.set(&operation.selection_set);
    }
    found
}

struct Visitor<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    /// Those that are defined.
    variables: &'d [Node<VariableDefinition>],
    /// The fragments visited.
    seen: HashSet<&'d str>,
    found: &'d mut Vec<Fault>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct InputPosition<'d> {
    ty: &'d Type,
    has_default: bool,
}

impl<'d> InputPosition<'d> {
    fn of(definition: &'d InputValueDefinition) -> InputPosition<'d> {
        InputPosition { ty: &definition.ty, has_default: definition.default_value.is_some() }
    }
}

impl<'d> Visitor<'d> {
    fn set(&mut self, set: &'d SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, |name| field.definition.argument_by_name(name));
                    self.set(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if self.seen.insert(&spread.fragment_name)
                        && let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                    {
                        self.directives(&fragment.directives);
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'d DirectiveList) {
        for directive in directives.iter() {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, |name| definition.argument_by_name(name));
            }
        }
    }

    fn arguments(
        &mut self,
        arguments: &'d [Node<Argument>],
        definition: impl Fn(&str) -> Option<&'d Node<InputValueDefinition>>,
    ) {
        for argument in arguments {
            if let Some(known) = definition(&argument.name) {
                self.value(Some(InputPosition::of(known)), &argument.value);
            }
        }
    }

    /// A value inside of a scalar's own literal has no position.
    fn value(&mut self, place: Option<InputPosition<'d>>, value: &'d Node<Value>) {
        match (&**value, place) {
            (Value::Variable(name), place) => self.variable(name, place, value),
            (Value::Null | Value::String(_), _) => {}
            (Value::List(items), Some(InputPosition { ty, .. })) if ty.is_list() => {
                let place = Some(InputPosition { ty: ty.item_type(), has_default: false });
                items.iter().for_each(|item| self.value(place, item));
            }
            (_, Some(InputPosition { ty, .. })) if self.is_text(ty) => {
                let found = value.serialize().no_indent();
                let said = format!(r#"Expected value of type "{}", found {found}."#, ty.inner_named_type());
                self.fault(value, said);
            }
            (Value::List(items), _) => items.iter().for_each(|item| self.value(None, item)),
            (Value::Object(fields), place) => {
                let input = place.and_then(|place| self.schema.get_input_object(place.ty.inner_named_type()));
                if let Some(input) = input.filter(|input| input.directives.has("oneOf"))
                    && !matches!(&fields[..], [(_, only)] if !only.is_null())
                {
                    let said =
                        format!(r#"OneOf Input Object "{}" must specify exactly one non-null field."#, input.name);
                    self.fault(value, said);
                }
                for (name, value) in fields {
                    let known = input.and_then(|input| input.fields.get(name));
                    self.value(known.map(|known| InputPosition::of(known)), value);
                }
            }
            (Value::Enum(_) | Value::Float(_) | Value::Int(_) | Value::Boolean(_), _) => {}
        }
    }

    fn variable(&mut self, name: &str, place: Option<InputPosition<'d>>, value: &'d Node<Value>) {
        let Some(variable) = self.variables.iter().find(|variable| variable.name == *name) else {
            return self.fault(value, format!(r#"Variable "${name}" is not defined."#));
        };
        if let Some(place) = place.filter(|place| !allowed(variable, *place)) {
            let (has, wanted) = (&variable.ty, place.ty);
            let said = format!(r#"Variable "${name}" of type "{has}" used in position expecting type "{wanted}"."#);
            self.fault(value, said);
        }
    }

    /// Whether a type is a scalar of ours that is written as a text.
    fn is_text(&self, ty: &Type) -> bool {
        let scalar = self.schema.types.get(ty.inner_named_type());
        matches!(scalar, Some(ExtendedType::Scalar(scalar)) if !scalar.is_built_in() && scalar.name != ANY)
    }

    fn fault(&mut self, value: &Node<Value>, said: String) {
        let at = value.line_column_range(&self.document.sources).map(|range| range.start);
        self.found.push((said, at));
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
