//! Documents by the rules of the specification: apollo-compiler parses and validates each, once, when it is first seen.
//!
//! async-graphql, which executes, differs from the specification in a dozen rules; nothing that it would take is executed unless
//! this module has accepted it. The guards measure a parsed document before it is validated, so hostile ones cost nothing here.

use std::sync::Arc;

use apollo_compiler::ast;
use apollo_compiler::parser::{LineColumn, Parser};
use apollo_compiler::validation::{DiagnosticList, Valid};
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use async_graphql::{Pos, ServerError};

use super::error::{ApiError, ErrorCode, foreign, french};

mod convert;
mod descriptions;
mod values;

/// Brackets inside each other that the parser takes; the lexer's guard refuses long before.
const DEEPEST: usize = 500;

/// The scalar that takes any value: a gateway's key of an entity. Our others are written as texts.
pub(super) const ANY: &str = "_Any";

/// The schema that documents are validated against.
pub struct Validator {
    sdl: Arc<str>,
    schema: Valid<apollo_compiler::Schema>,
}

/// A document as both libraries read it, not yet validated.
#[derive(Debug)]
pub struct Parsed {
    ast: ast::Document,
    /// The same, as async-graphql has it.
    pub document: ExecutableDocument,
}

impl Validator {
    /// For the schema of this SDL.
    ///
    /// # Errors
    /// When the SDL is none, in words for the developer.
    pub fn new(sdl: &str) -> Result<Validator, String> {
        // The library's introspection is of 2021: it lacks the one field that 2025 added.
        let text = format!("{sdl}\nextend type __Type {{ isOneOf: Boolean }}");
        let schema = apollo_compiler::Schema::parse_and_validate(text, "schema.graphql");
        Ok(Validator { sdl: sdl.into(), schema: schema.map_err(|error| error.errors.to_string())? })
    }

    /// The schema's SDL.
    pub fn sdl(&self) -> &Arc<str> {
        &self.sdl
    }

    /// The schema.
    pub fn schema(&self) -> &apollo_compiler::Schema {
        &self.schema
    }

    /// Parses a document.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED`; `INVALID_INPUT` for a number that no type holds; `GRAPHQL_VALIDATION_FAILED` for what is no
    /// request: two operations or fragments of one name, a type definition.
    pub fn parse(&self, text: &str) -> Result<Parsed, ServerError> {
        let mut parser = Parser::new().recursion_limit(DEEPEST);
        let ast = match parser.parse_ast(descriptions::blanked(text), "request.graphql") {
            Ok(ast) => ast,
            Err(failed) => return Err(syntax_error(&failed.errors)),
        };
        let document = convert::document(&ast, text)?;
        Ok(Parsed { ast, document })
    }

    /// Validates a parsed document.
    ///
    /// # Errors
    /// Everything that the specification's rules find, in French, each with its code and place.
    pub fn validate(&self, parsed: &Parsed) -> Result<(), Vec<ServerError>> {
        match parsed.ast.to_executable_validate(&self.schema) {
            Ok(executable) => {
                let faults = values::faults(&self.schema, &executable);
                let some = faults.into_iter().take(foreign::MAX_ERRORS + 1);
                let errors: Vec<ServerError> = some.map(|(said, at)| self.error(&said, at.as_ref())).collect();
                if errors.is_empty() { Ok(()) } else { Err(errors) }
            }
            Err(failed) => {
                let mut errors = self.errors(&failed.errors);
                // The validator counts a field that is asked for twice as two, where the specification merges them first.
                if one_root_key(&parsed.document) {
                    errors.retain(|(said, _)| !said.ends_with(" must select only one top level field."));
                }
                // What a selection lacks may be what the other errors took out of it.
                let lacks = |said: &str| said.contains(" must have a selection of subfields");
                if errors.iter().any(|(said, _)| !lacks(said)) {
                    errors.retain(|(said, _)| !lacks(said));
                }
                if errors.is_empty() { Ok(()) } else { Err(errors.into_iter().map(|(_, error)| error).collect()) }
            }
        }
    }

    /// What the validator says, each with what we make of it.
    fn errors(&self, diagnostics: &DiagnosticList) -> Vec<(String, ServerError)> {
        let some = diagnostics.iter().take(foreign::MAX_ERRORS + 1);
        some.map(|diagnostic| {
            let original = diagnostic.error.unstable_compat_message().unwrap_or_else(|| diagnostic.error.to_string());
            let place = diagnostic.line_column_range().map(|range| range.start);
            let error = self.error(&original, place.as_ref());
            (original, error)
        })
        .collect()
    }

    /// What we make of what the validator says.
    fn error(&self, original: &str, place: Option<&LineColumn>) -> ServerError {
        let message = french::foreign(original) + &self.suggestion(original);
        let mut error = ApiError::new(code_of(original), message).en(original.to_owned()).into_server_error();
        error.locations.extend(place.map(position));
        error
    }

    /// The nearest name, where a field is not known.
    fn suggestion(&self, message: &str) -> String {
        let Some([field, ty]) = french::unknown_field(message) else { return String::new() };
        let names: Vec<&str> = match self.schema.types.get(ty) {
            Some(apollo_compiler::schema::ExtendedType::Object(object)) => {
                object.fields.keys().map(|k| k.as_str()).collect()
            }
            Some(apollo_compiler::schema::ExtendedType::Interface(one)) => {
                one.fields.keys().map(|k| k.as_str()).collect()
            }
            _ => return String::new(),
        };
        nearest(field, names.into_iter()).map_or(String::new(), |name| format!(" Vouliez-vous dire « {name} » ?"))
    }
}

/// Whether each subscription of a document has fields of one response key at its root, fragments included. The guards made sure
/// that no fragment contains itself.
fn one_root_key(document: &ExecutableDocument) -> bool {
    fn gather<'d>(document: &'d ExecutableDocument, set: &'d SelectionSet, keys: &mut Vec<&'d str>) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    if !keys.contains(&key) {
                        keys.push(key);
                    }
                }
                Selection::InlineFragment(inline) => gather(document, &inline.node.selection_set.node, keys),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        gather(document, &fragment.node.selection_set.node, keys);
                    }
                }
            }
        }
    }
    let mut subscriptions = document.operations.iter().filter(|(_, one)| one.node.ty == OperationType::Subscription);
    subscriptions.all(|(_, one)| {
        let mut keys = Vec::new();
        gather(document, &one.node.selection_set.node, &mut keys);
        keys.len() == 1
    })
}

/// The nearest of some names, if one is near.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let near = names.map(|other| (strsim::jaro_winkler(name, other), other));
    near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

/// A whole number out of bounds, `NaN` and `Infinity` are bad values; everything else is a document that does not fit.
fn code_of(message: &str) -> ErrorCode {
    let no_number =
        ["NaN", "Infinity"].iter().any(|word| message.ends_with(&format!("cannot represent value: {word}")));
    if no_number || message.starts_with("Int cannot represent non 32-bit") {
        ErrorCode::InvalidInput
    } else {
        ErrorCode::GraphqlValidationFailed
    }
}

/// A parse error: the place, never the text around it.
fn syntax_error(errors: &DiagnosticList) -> ServerError {
    let first = errors.iter().next();
    let place = first.as_ref().and_then(|first| first.line_column_range()).map(|range| range.start);
    let told = place.as_ref().map_or(String::new(), |at| format!(" (ligne {}, colonne {})", at.line, at.column));
    let said = first.map(|first| first.error.to_string()).unwrap_or_default();
    let mut message = format!("La requête n'est pas du GraphQL{told}.");
    if let Some(expected) = said.strip_prefix("syntax error: ").filter(|said| said.len() <= 80) {
        message = format!("La requête n'est pas du GraphQL{told} : {expected}.");
    }
    let mut error = ApiError::new(ErrorCode::GraphqlParseFailed, message).into_server_error();
    error.locations.extend(place.as_ref().map(position));
    error
}

fn position(at: &LineColumn) -> Pos {
    Pos { line: at.line, column: at.column }
}
