//! A document as apollo-compiler parsed it, turned into async-graphql's own form of it, which the guards measure and plans read.

use std::collections::HashMap;

use apollo_compiler::{Node, ast};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::Positioned;
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
    InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
    VariableDefinition,
};
use async_graphql::{Name, Pos, ServerError, Value as ConstValue};
use async_graphql_value::Value;

use crate::api::error::{ApiError, ErrorCode, quoted};

/// The document.
///
/// # Errors
/// See [`Validator::parse`](super::Validator::parse).
pub fn document(ast: &ast::Document, text: &str) -> Result<ExecutableDocument, ServerError> {
    let mut reader = NodeReader { text, at: 0, pos: Pos { line: 1, column: 1 } };
    let refused = |message: String| ApiError::new(ErrorCode::GraphqlValidationFailed, message).into_server_error();
    let mut operations: HashMap<Name, Positioned<OperationDefinition>> = HashMap::new();
    let mut anonymous = None;
    let mut fragments = HashMap::new();
    for definition in &ast.definitions {
        match definition {
            ast::Definition::OperationDefinition(operation) => {
                let read = reader.operation(operation)?;
                match &operation.name {
                    Some(name) => {
                        if operations.insert(Name::new(name), read).is_some() {
                            return Err(refused(format!("L'opération « {} » est définie deux fois.", quoted(name))));
                        }
                    }
                    None if anonymous.is_none() => anonymous = Some(read),
                    None => return Err(refused(ALONE.to_owned())),
                }
            }
            ast::Definition::FragmentDefinition(fragment) => {
                let read = reader.fragment(fragment)?;
                if fragments.insert(Name::new(&fragment.name), read).is_some() {
                    let message = format!("Le fragment « {} » est défini deux fois.", quoted(&fragment.name));
                    return Err(refused(message));
                }
            }
            _ => {
                return Err(refused(
                    "Le document définit un type : une requête n'a que des opérations et des fragments.".into(),
                ));
            }
        }
    }
    let operations = match (anonymous, operations.is_empty()) {
        (Some(only), true) => DocumentOperations::Single(only),
        (Some(_), false) => return Err(refused(ALONE.to_owned())),
        (None, false) => DocumentOperations::Multiple(operations),
        (None, true) => return Err(refused("Le document ne contient aucune opération.".into())),
    };
    Ok(ExecutableDocument { operations, fragments })
}

const ALONE: &str = "Le document a une opération sans nom à côté d'une autre : nommez-les toutes.";

/// Reads nodes in the order of the text, so that their lines and columns are counted once.
struct NodeReader<'t> {
    text: &'t str,
    at: usize,
    pos: Pos,
}

type Converted<T> = Result<T, ServerError>;

impl NodeReader<'_> {
    fn place(&mut self, offset: Option<usize>) -> Pos {
        let Some(offset) = offset.filter(|offset| *offset <= self.text.len()) else { return self.pos };
        if offset < self.at {
            (self.at, self.pos) = (0, Pos { line: 1, column: 1 });
        }
        for letter in self.text.get(self.at..offset).unwrap_or_default().chars() {
            if letter == '\n' {
                self.pos = Pos { line: self.pos.line + 1, column: 1 };
            } else {
                self.pos.column += 1;
            }
        }
        self.at = offset;
        self.pos
    }

    fn of<T: ?Sized>(&mut self, node: &Node<T>) -> Pos {
        self.place(node.location().map(|span| span.offset()))
    }

    fn name(&mut self, name: &apollo_compiler::Name) -> Positioned<Name> {
        let pos = self.place(name.location().map(|span| span.offset()));
        Positioned::new(Name::new(name), pos)
    }

    fn operation(&mut self, operation: &Node<ast::OperationDefinition>) -> Converted<Positioned<OperationDefinition>> {
        let pos = self.of(operation);
        let ty = match operation.operation_type {
            ast::OperationType::Query => OperationType::Query,
            ast::OperationType::Mutation => OperationType::Mutation,
            ast::OperationType::Subscription => OperationType::Subscription,
        };
        let mut variable_definitions = Vec::with_capacity(operation.variables.len());
        for definition in &operation.variables {
            let pos = self.of(definition);
            let name = self.name(&definition.name);
            let var_type = Positioned::new(read_type(&definition.ty), pos);
            let default_value = match &definition.default_value {
                Some(value) => Some(self.constant(value)?),
                None => None,
            };
            let directives = self.directives(&definition.directives)?;
            let read = VariableDefinition { name, var_type, directives, default_value };
            variable_definitions.push(Positioned::new(read, pos));
        }
        let directives = self.directives(&operation.directives)?;
        let selection_set = Positioned::new(self.set(&operation.selection_set)?, pos);
        Ok(Positioned::new(OperationDefinition { ty, variable_definitions, directives, selection_set }, pos))
    }

    fn fragment(&mut self, fragment: &Node<ast::FragmentDefinition>) -> Converted<Positioned<FragmentDefinition>> {
        let pos = self.of(fragment);
        let type_condition = self.condition(&fragment.type_condition);
        let directives = self.directives(&fragment.directives)?;
        let selection_set = Positioned::new(self.set(&fragment.selection_set)?, pos);
        Ok(Positioned::new(FragmentDefinition { type_condition, directives, selection_set }, pos))
    }

    fn condition(&mut self, name: &apollo_compiler::Name) -> Positioned<TypeCondition> {
        let on = self.name(name);
        let pos = on.pos;
        Positioned::new(TypeCondition { on }, pos)
    }

    fn set(&mut self, selections: &[ast::Selection]) -> Converted<SelectionSet> {
        let mut items = Vec::with_capacity(selections.len());
        for selection in selections {
            let (pos, read) = match selection {
                ast::Selection::Field(field) => {
                    let pos = self.of(field);
                    let alias = field.alias.as_ref().map(|alias| self.name(alias));
                    let name = self.name(&field.name);
                    let arguments = self.arguments(&field.arguments)?;
                    let directives = self.directives(&field.directives)?;
                    let selection_set = Positioned::new(self.set(&field.selection_set)?, pos);
                    let field = Field { alias, name, arguments, directives, selection_set };
                    (pos, Selection::Field(Positioned::new(field, pos)))
                }
                ast::Selection::FragmentSpread(spread) => {
                    let pos = self.of(spread);
                    let fragment_name = self.name(&spread.fragment_name);
                    let directives = self.directives(&spread.directives)?;
                    let spread = FragmentSpread { fragment_name, directives };
                    (pos, Selection::FragmentSpread(Positioned::new(spread, pos)))
                }
                ast::Selection::InlineFragment(inline) => {
                    let pos = self.of(inline);
                    let type_condition = inline.type_condition.as_ref().map(|condition| self.condition(condition));
                    let directives = self.directives(&inline.directives)?;
                    let selection_set = Positioned::new(self.set(&inline.selection_set)?, pos);
                    let inline = InlineFragment { type_condition, directives, selection_set };
                    (pos, Selection::InlineFragment(Positioned::new(inline, pos)))
                }
            };
            items.push(Positioned::new(read, pos));
        }
        Ok(SelectionSet { items })
    }

    fn directives(&mut self, directives: &ast::DirectiveList) -> Converted<Vec<Positioned<Directive>>> {
        let mut read = Vec::with_capacity(directives.len());
        for directive in directives.iter() {
            let pos = self.of(directive);
            let name = self.name(&directive.name);
            let arguments = self.arguments(&directive.arguments)?;
            read.push(Positioned::new(Directive { name, arguments }, pos));
        }
        Ok(read)
    }

    fn arguments(
        &mut self,
        arguments: &[Node<ast::Argument>],
    ) -> Converted<Vec<(Positioned<Name>, Positioned<Value>)>> {
        let mut read = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let name = self.name(&argument.name);
            let pos = self.of(&argument.value);
            read.push((name, Positioned::new(self.value(&argument.value)?, pos)));
        }
        Ok(read)
    }

    fn constant(&mut self, value: &Node<ast::Value>) -> Converted<Positioned<ConstValue>> {
        let pos = self.of(value);
        // A variable here is refused by validation, whatever stands in its place.
        let constant = self.value(value)?.into_const_with(|_| Ok::<_, ()>(ConstValue::Null));
        Ok(Positioned::new(constant.unwrap_or_default(), pos))
    }

    fn value(&mut self, value: &Node<ast::Value>) -> Converted<Value> {
        Ok(match &**value {
            ast::Value::Null => Value::Null,
            ast::Value::Enum(name) => Value::Enum(Name::new(name)),
            ast::Value::Variable(name) => Value::Variable(Name::new(name)),
            ast::Value::String(text) => Value::String(text.clone()),
            ast::Value::Boolean(truth) => Value::Boolean(*truth),
            ast::Value::Int(number) => Value::Number(self.number(value, number.as_str())?),
            ast::Value::Float(number) => Value::Number(self.number(value, number.as_str())?),
            ast::Value::List(items) => {
                Value::List(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            ast::Value::Object(fields) => {
                let mut object = IndexMap::with_capacity(fields.len());
                for (name, value) in fields {
                    let read = self.value(value)?;
                    if object.insert(Name::new(name), read).is_some() {
                        // Input field uniqueness (5.6.3), which the validator does not look at.
                        let at = self.of(value);
                        let message = format!("Le champ « {} » est donné deux fois.", quoted(name));
                        let mut error = ApiError::new(ErrorCode::GraphqlValidationFailed, message).into_server_error();
                        error.locations.push(at);
                        return Err(error);
                    }
                }
                Value::Object(object)
            }
        })
    }

    fn number(&mut self, node: &Node<ast::Value>, text: &str) -> Converted<serde_json::Number> {
        if let Ok(whole) = text.parse::<i64>() {
            return Ok(whole.into());
        }
        let number = text.parse().ok().and_then(serde_json::Number::from_f64);
        number.ok_or_else(|| {
            let at = self.of(node);
            let message = format!("Un nombre est hors des bornes (ligne {}, colonne {}).", at.line, at.column);
            let mut error = ApiError::invalid_input(message).into_server_error();
            error.locations.push(at);
            error
        })
    }
}

fn read_type(ty: &ast::Type) -> Type {
    match ty {
        ast::Type::Named(name) => Type { base: BaseType::Named(Name::new(name)), nullable: true },
        ast::Type::NonNullNamed(name) => Type { base: BaseType::Named(Name::new(name)), nullable: false },
        ast::Type::List(inner) => Type { base: BaseType::List(Box::new(read_type(inner))), nullable: true },
        ast::Type::NonNullList(inner) => Type { base: BaseType::List(Box::new(read_type(inner))), nullable: false },
    }
}
