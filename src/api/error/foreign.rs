//! async-graphql's own errors get a code here: it puts none on what it finds itself.
//!
//! An error that already has a code is ours and is left alone, except for its length. Errors without a path
//! come from validation; those with one come from an argument that could not be read while executing.

use async_graphql::{Response, ServerError};

use super::{ApiError, Code, french, quoted};

/// The most errors that one answer holds.
pub const MAX_ERRORS: usize = 20;

/// The most characters that one message holds.
pub const MAX_MESSAGE: usize = 500;

/// Gives every error of an answer a code, and bounds their number and length. `query` is the document.
pub fn complete(response: &mut Response, query: &str) {
    let total = response.errors.len();
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        if code_of(error).is_none() {
            let code = classify(error, query);
            let extensions = error.extensions.get_or_insert_with(Default::default);
            extensions.set("code", code.name());
            let mut original = std::mem::take(&mut error.message);
            shorten(&mut original);
            error.message = french::foreign(&original);
            if error.message != original {
                extensions.set("original", original);
            }
        }
        shorten(&mut error.message);
        error.locations.truncate(2);
    }
    if total > MAX_ERRORS {
        let last = response.errors.last().and_then(code_of).unwrap_or(Code::GraphqlValidationFailed);
        let message = format!("… et {} autres erreurs.", total - MAX_ERRORS);
        response.errors.push(ApiError::new(last, message).into_server_error());
    }
}

/// A field of the root that may not be null and failed makes the whole answer null, as the specification says; async-graphql
/// leaves it out instead.
pub fn propagate_null(response: &mut Response) {
    let async_graphql::Value::Object(data) = &response.data else { return };
    let missing = response.errors.iter().any(|error| match error.path.first() {
        Some(async_graphql::PathSegment::Field(name)) => !data.contains_key(name.as_str()),
        _ => false,
    });
    if missing {
        response.data = async_graphql::Value::Null;
    }
}

/// The code that an error carries.
pub fn code_of(error: &ServerError) -> Option<Code> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(name) => Code::from_name(name),
        _ => None,
    }
}

/// Whether the request was refused before anything was executed.
pub fn refused_before_execution(response: &Response) -> bool {
    response.data == async_graphql::Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// A bad value is the caller's input when it came in a variable or is no number at all; a literal of the wrong
/// type is a document that does not fit the schema.
fn classify(error: &ServerError, query: &str) -> Code {
    if !error.path.is_empty() {
        return Code::InvalidInput;
    }
    if !error.message.starts_with("Invalid value for argument") {
        return Code::GraphqlValidationFailed;
    }
    // The location is that of the argument's name.
    let argument = error.locations.first().map_or("", |at| text_at(query, at.line, at.column));
    let value = argument.split_once(':').map_or("", |(_, value)| value.trim_start());
    if ["$", "NaN", "Infinity", "-"].iter().any(|start| value.starts_with(start)) {
        Code::InvalidInput
    } else {
        Code::GraphqlValidationFailed
    }
}

/// The document from a line and column (from 1, in characters) on.
fn text_at(query: &str, line: usize, column: usize) -> &str {
    let start = match line {
        0 | 1 => 0,
        _ => query.match_indices('\n').nth(line - 2).map_or(query.len(), |(at, _)| at + 1),
    };
    query[start..].char_indices().nth(column.saturating_sub(1)).map_or("", |(at, _)| &query[start + at..])
}

fn shorten(message: &mut String) {
    if let Some((cut, _)) = message.char_indices().nth(MAX_MESSAGE) {
        message.truncate(cut);
        message.push('…');
    }
}

/// A parse error: the place, never the text around it.
pub fn parse_failed(error: &async_graphql::parser::Error) -> ServerError {
    use async_graphql::parser::Error;
    let bad_number = matches!(error, Error::Syntax { message, .. } if message.starts_with("invalid number"));
    let code = if bad_number { Code::InvalidInput } else { Code::GraphqlParseFailed };
    let place =
        error.positions().next().map_or(String::new(), |at| format!(" (ligne {}, colonne {})", at.line, at.column));
    let message = match error {
        Error::Syntax { .. } if bad_number => format!("Un nombre est hors des bornes{place}."),
        Error::Syntax { message, .. } => match expectation(message) {
            Some(expected) => format!("La requête n'est pas du GraphQL{place} ; attendu : {expected}."),
            None => format!("La requête n'est pas du GraphQL{place}."),
        },
        Error::MultipleOperations { .. } => {
            "Le document a une opération sans nom à côté d'une autre : nommez-les toutes.".to_owned()
        }
        Error::OperationDuplicated { operation, .. } => {
            format!("L'opération « {} » est définie deux fois.", quoted(operation))
        }
        Error::FragmentDuplicated { fragment, .. } => {
            format!("Le fragment « {} » est défini deux fois.", quoted(fragment))
        }
        Error::MissingOperation => "Le document ne contient aucune opération.".to_owned(),
        Error::RecursionLimitExceeded => "Le document est trop profondément imbriqué.".to_owned(),
        _ => format!("La requête n'est pas du GraphQL{place}."),
    };
    let mut server = ApiError::new(code, message).into_server_error();
    server.locations = error.positions().take(2).collect();
    server
}

/// The parser's last line, `= expected …`, when it is short; the lines above it quote the document.
fn expectation(message: &str) -> Option<&str> {
    message.lines().last()?.trim().strip_prefix("= expected ").filter(|last| last.len() <= 120)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn a_parse_error_gives_the_place_and_no_line() {
        let long = format!("{{ a(x: \"{}\" ", "secret".repeat(1000));
        let error = parse_failed(&parse_query(&long).unwrap_err());
        assert!(error.message.len() < 300 && !error.message.contains("secret"), "{}", error.message);
        assert_eq!(code_of(&error), Some(Code::GraphqlParseFailed));
        assert!(!error.locations.is_empty());
    }

    #[test]
    fn errors_are_bounded_in_number_and_length() {
        let many = (0..5000).map(|_| ServerError::new("x".repeat(10_000), None)).collect();
        let mut response = Response::from_errors(many);
        complete(&mut response, "");
        assert_eq!(response.errors.len(), MAX_ERRORS + 1);
        assert!(response.errors.iter().all(|e| e.message.chars().count() <= MAX_MESSAGE + 1 && code_of(e).is_some()));
    }

    #[test]
    fn a_bad_variable_is_input_and_a_bad_literal_is_validation() {
        let bad = |query: &str| {
            let at = async_graphql::Pos { line: 2, column: query.find("first").unwrap() };
            classify(&ServerError::new("Invalid value for argument \"first\", expected Int", Some(at)), query)
        };
        assert_eq!(bad("\n{ a(first: $n) }"), Code::InvalidInput);
        assert_eq!(bad("\n{ a(first: NaN) }"), Code::InvalidInput);
        assert_eq!(bad("\n{ a(first: \"x\") }"), Code::GraphqlValidationFailed);
    }
}
