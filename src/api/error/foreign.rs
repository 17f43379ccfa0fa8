//! async-graphql's own errors get a code here: it puts none on what it finds itself, a value that could not be read while
//! executing. An error that already has a code is ours and is left alone, except for its length.

use async_graphql::{Response, ServerError};

use super::{ApiError, ErrorCode, french};

/// The most errors that one answer holds.
pub const MAX_ERRORS: usize = 20;

/// The most characters that one message holds.
pub const MAX_MESSAGE: usize = 500;

/// Gives every error of an answer a code, and bounds their number and length.
pub fn complete(response: &mut Response) {
    let total = response.errors.len();
    response.errors.truncate(MAX_ERRORS);
    for error in &mut response.errors {
        if code_of(error).is_none() {
            let extensions = error.extensions.get_or_insert_with(Default::default);
            extensions.set("code", ErrorCode::InvalidInput.name());
            let mut original = std::mem::take(&mut error.message);
            shorten(&mut original);
            error.message = french::foreign(&original);
            // A message that stays as it was is one of our scalars', in French.
            let english =
                if error.message == original { ErrorCode::InvalidInput.meaning().to_owned() } else { original };
            extensions.set("en", english);
        }
        shorten(&mut error.message);
        error.locations.truncate(2);
    }
    if total > MAX_ERRORS {
        let last = response.errors.last().and_then(code_of).unwrap_or(ErrorCode::GraphqlValidationFailed);
        let message = format!("… et {} autres erreurs.", total - MAX_ERRORS);
        response.errors.push(ApiError::new(last, message).into_server_error());
    }
}

/// The code that an error carries.
pub fn code_of(error: &ServerError) -> Option<ErrorCode> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(name) => ErrorCode::from_name(name),
        _ => None,
    }
}

/// Whether the request was refused before anything was executed.
pub fn refused_before_execution(response: &Response) -> bool {
    response.data == async_graphql::Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

pub(super) fn shorten(message: &mut String) {
    if let Some((cut, _)) = message.char_indices().nth(MAX_MESSAGE) {
        message.truncate(cut);
        message.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_bounded_in_number_and_length() {
        let many = (0..5000).map(|_| ServerError::new("x".repeat(10_000), None)).collect();
        let mut response = Response::from_errors(many);
        complete(&mut response);
        assert_eq!(response.errors.len(), MAX_ERRORS + 1);
        assert!(response.errors.iter().all(|e| e.message.chars().count() <= MAX_MESSAGE + 1 && code_of(e).is_some()));
    }
}
