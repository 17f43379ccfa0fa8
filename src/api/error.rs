//! Every error that a client can be told: one enum of codes, one type that carries a code to GraphQL.
//!
//! `ApiError` has no `Display` on purpose: its own `From` puts the code into `extensions`, and a stray `?`
//! on a foreign error does not compile in a resolver that returns `Result<_, ApiError>`. Messages are French
//! and say what to do; an internal cause is logged once, here, and never reaches a client.

use std::borrow::Cow;
use std::error::Error as StdError;

use async_graphql::{ErrorExtensionValues, ServerError, Value};

pub mod foreign;
pub mod french;

/// Declares the codes once: variant, public name, HTTP status of a whole answer that fails with it, meaning.
macro_rules! codes {
    ($(#[doc = $meaning:literal] $variant:ident = $name:literal, $status:literal;)*) => {
        /// The codes that `errors[].extensions.code` can hold, with the HTTP status of an answer that is
        /// nothing but this error (docs/errors.md lists them for clients).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $(#[doc = $meaning] $variant,)* }

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The public name.
            pub const fn name(self) -> &'static str {
                match self { $(ErrorCode::$variant => $name,)* }
            }

            /// The HTTP status of an answer that is only this error.
            pub const fn status(self) -> u16 {
                match self { $(ErrorCode::$variant => $status,)* }
            }

            /// What it means, in English.
            pub fn meaning(self) -> &'static str {
                match self { $(ErrorCode::$variant => $meaning,)* }.trim_start()
            }

            /// The code of a public name.
            pub fn from_name(name: &str) -> Option<ErrorCode> {
                ErrorCode::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// The document is not GraphQL.
    GraphqlParseFailed = "GRAPHQL_PARSE_FAILED", 400;
    /// The document is GraphQL but not of this schema.
    GraphqlValidationFailed = "GRAPHQL_VALIDATION_FAILED", 400;
    /// A value is out of bounds, malformed or contradictory.
    InvalidInput = "INVALID_INPUT", 400;
    /// A ref that nothing bears; with `suggestions`.
    UnknownRef = "UNKNOWN_REF", 200;
    /// A ref that several bear where one is taken; with `candidates`.
    AmbiguousRef = "AMBIGUOUS_REF", 200;
    /// The graph is not at the expected version; with `expected` and `actual`.
    VersionConflict = "VERSION_CONFLICT", 200;
    /// A token is needed, or this one is not known.
    Unauthenticated = "UNAUTHENTICATED", 401;
    /// The token's role does not allow it, or the request comes from a foreign site.
    Forbidden = "FORBIDDEN", 403;
    /// Over one of the limits on the size of a request; with `measure`, `value` and `limit`.
    TooComplex = "TOO_COMPLEX", 400;
    /// Too many requests in a short time; with `retryAfter` in seconds.
    RateLimited = "RATE_LIMITED", 429;
    /// The answer took longer than the server allows.
    Timeout = "TIMEOUT", 504;
    /// The server has no room for this work now; with `retryAfter` in seconds.
    Overloaded = "OVERLOADED", 503;
    /// The store takes no writes at the moment.
    ReadOnly = "READ_ONLY", 503;
    /// The hash of a persisted query is not known here: send the query with it.
    PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND", 200;
    /// The HTTP request is not a GraphQL request.
    BadRequest = "BAD_REQUEST", 400;
    /// This address takes another method.
    MethodNotAllowed = "METHOD_NOT_ALLOWED", 405;
    /// None of the accepted media types can be served.
    NotAcceptable = "NOT_ACCEPTABLE", 406;
    /// The body took too long to arrive.
    RequestTimeout = "REQUEST_TIMEOUT", 408;
    /// The body is longer than the server takes; with `limit` in bytes.
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", 413;
    /// The body is of a media type that the server does not take.
    UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE", 415;
    /// Nothing is at this address.
    NotFound = "NOT_FOUND", 404;
    /// A fault of the server; nothing more is told.
    Internal = "INTERNAL", 500;
}

/// One node that a ref may have meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its id, `<kind>/<slug>`.
    pub id: String,
    /// Its kind, as the schema's enum writes it (`LICENCE`).
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// An error on its way to a client.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    code: ErrorCode,
    message: String,
    english: Cow<'static, str>,
    details: Vec<(&'static str, Value)>,
}

/// The most characters of a client's own text that an error gives back.
const MAX_QUOTED: usize = 100;

/// A client's text as an error may quote it: short, on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(MAX_QUOTED).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        short.push('…');
    }
    short
}

impl ApiError {
    /// An error with a code and a French message that says what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> ApiError {
        ApiError { code, message: message.into(), english: code.meaning().into(), details: Vec::new() }
    }

    /// The same error with the English that developers' logs keep, `extensions.en`: the code's meaning unless given.
    #[must_use]
    pub fn en(mut self, english: impl Into<Cow<'static, str>>) -> ApiError {
        self.english = english.into();
        self
    }

    /// The same error with one more entry in `extensions`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> ApiError {
        self.details.push((name, value.into()));
        self
    }

    /// After how many seconds to try again, where it says.
    pub fn retry_after(&self) -> Option<u64> {
        self.details.iter().find_map(|(name, value)| match value {
            Value::Number(seconds) if *name == "retryAfter" => seconds.as_u64(),
            _ => None,
        })
    }

    /// A value is out of bounds, malformed or contradictory.
    pub fn invalid_input(message: impl Into<String>) -> ApiError {
        ApiError::new(ErrorCode::InvalidInput, message)
    }

    /// Nothing bears this ref; the nearest that exist.
    pub fn unknown_ref(text: &str, suggestions: Vec<Candidate>) -> ApiError {
        let text = quoted(text);
        let message = match suggestions.first() {
            Some(nearest) => {
                format!("Rien ne porte le nom « {text} ». Vouliez-vous dire « {} » ({}) ?", nearest.name, nearest.id)
            }
            None => format!("Rien ne porte le nom « {text} ». Cherchez avec `search(text: …)`."),
        };
        let mut english = format!("Nothing bears the name `{text}`.");
        if let Some(nearest) = suggestions.first() {
            english.push_str(&format!(" Did you mean {}?", nearest.id));
        }
        ApiError::new(ErrorCode::UnknownRef, message).en(english).with("suggestions", nodes(suggestions))
    }

    /// A diploma that no graph holds: what to do instead, in French; what may help.
    pub fn not_in_graph(text: &str, instead: &str, suggestions: Vec<Candidate>) -> ApiError {
        let text = quoted(text);
        let message = format!("« {text} » : {instead}");
        let english = format!("No graph holds the diploma `{text}`; the message says what to ask for instead.");
        ApiError::new(ErrorCode::UnknownRef, message).en(english).with("suggestions", nodes(suggestions))
    }

    /// Several bear this ref where one is taken.
    pub fn ambiguous_ref(text: &str, candidates: Vec<Candidate>) -> ApiError {
        let (text, count) = (quoted(text), candidates.len());
        let first = candidates.first().map_or("", |first| first.id.as_str());
        let message = format!(
            "« {text} » désigne {count} fiches : précisez laquelle par son identifiant, par exemple « {first} »."
        );
        let english = format!("`{text}` is borne by {count} nodes: give the id of one, for example {first}.");
        ApiError::new(ErrorCode::AmbiguousRef, message).en(english).with("candidates", nodes(candidates))
    }

    /// The graph has moved on since the client read it.
    pub fn version_conflict(expected: u64, actual: u64) -> ApiError {
        let message = format!(
            "Le graphe est à la version {actual}, et non {expected} : relisez ce que vous modifiez, puis recommencez."
        );
        let english = format!("The graph is at version {actual}, not {expected}: read again, then write again.");
        ApiError::new(ErrorCode::VersionConflict, message).en(english).with("expected", expected).with("actual", actual)
    }

    /// A token is needed, or the one given is not known, expired or revoked.
    pub fn unauthenticated(message: impl Into<String>) -> ApiError {
        ApiError::new(ErrorCode::Unauthenticated, message)
    }

    /// The role does not allow this.
    pub fn forbidden(message: impl Into<String>) -> ApiError {
        ApiError::new(ErrorCode::Forbidden, message)
    }

    /// Over a limit on the size of a request.
    pub fn too_complex(measure: &'static str, value: u64, limit: u64, message: impl Into<String>) -> ApiError {
        let english = format!("The request's {measure} is {value}, over the limit of {limit}.");
        ApiError::new(ErrorCode::TooComplex, message)
            .en(english)
            .with("measure", measure)
            .with("value", value)
            .with("limit", limit)
    }

    /// Too many requests from this token or address.
    pub fn rate_limited(retry_after: u64) -> ApiError {
        ApiError::new(ErrorCode::RateLimited, format!("Trop de requêtes : recommencez dans {retry_after} s."))
            .with("retryAfter", retry_after)
    }

    /// The answer took longer than allowed.
    pub fn timeout() -> ApiError {
        ApiError::new(
            ErrorCode::Timeout,
            "La réponse demande trop de temps : réduisez `first`, `maxSteps` ou le nombre de champs.",
        )
    }

    /// No room for this work now.
    pub fn overloaded(retry_after: u64) -> ApiError {
        ApiError::new(ErrorCode::Overloaded, format!("Le serveur est saturé : recommencez dans {retry_after} s."))
            .with("retryAfter", retry_after)
    }

    /// The store takes no writes; reading goes on.
    pub fn read_only() -> ApiError {
        ApiError::new(
            ErrorCode::ReadOnly,
            "Le serveur n'accepte pas d'écriture pour le moment ; la lecture reste possible.",
        )
    }

    /// A fault of ours. The cause is logged, here and only here; the client learns nothing of the inside.
    pub fn internal(cause: &dyn StdError) -> ApiError {
        let mut chain = cause.to_string();
        let mut next = cause.source();
        while let Some(deeper) = next {
            chain.push_str(": ");
            chain.push_str(&deeper.to_string());
            next = deeper.source();
        }
        tracing::error!(cause = %chain, "internal error");
        ApiError::new(ErrorCode::Internal, "Erreur interne du serveur. L'incident est consigné ; réessayez plus tard.")
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// As the entry of an answer's `errors` that belongs to the whole request, not to a place in it.
    pub fn into_server_error(self) -> ServerError {
        let error = async_graphql::Error::from(self);
        let mut server = ServerError::new(error.message, None);
        server.extensions = error.extensions;
        server
    }
}

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> async_graphql::Error {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code.name());
        let mut english = error.english.into_owned();
        foreign::shorten(&mut english);
        extensions.set("en", english);
        for (name, value) in error.details {
            extensions.set(name, value);
        }
        let mut graphql = async_graphql::Error::new(error.message);
        graphql.extensions = Some(extensions);
        graphql
    }
}

/// `[{id, kind, name}]`, as `suggestions` and `candidates` have it.
fn nodes(candidates: Vec<Candidate>) -> Value {
    let object = |candidate: Candidate| async_graphql::value!({ "id": candidate.id, "kind": candidate.kind, "name": candidate.name });
    Value::List(candidates.into_iter().map(object).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_details_reach_the_extensions() {
        let candidate = Candidate { id: "licence/x".into(), kind: "LICENCE", name: "X".into() };
        let error = ApiError::unknown_ref("svtt", vec![candidate]).into_server_error();
        let extensions = serde_json::to_value(error.extensions).unwrap();
        assert_eq!(extensions["code"], "UNKNOWN_REF");
        assert_eq!(
            extensions["suggestions"][0],
            serde_json::json!({"id": "licence/x", "kind": "LICENCE", "name": "X"})
        );
    }

    #[test]
    fn an_internal_cause_stays_inside() {
        let error = ApiError::internal(&std::io::Error::other("secret path /var/x")).into_server_error();
        assert!(!serde_json::to_string(&error).unwrap().contains("secret"));
    }

    #[test]
    fn a_quoted_text_is_short_and_on_one_line() {
        assert_eq!(quoted("a\nb"), "a b");
        assert_eq!(quoted(&"é".repeat(500)).chars().count(), MAX_QUOTED + 1);
    }

    #[test]
    fn the_documentation_lists_every_code_and_no_other() {
        let page = include_str!("../../docs/errors.md");
        let listed: Vec<(&str, &str)> = page
            .lines()
            .filter_map(|line| {
                let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
                Some((cells.next()?.trim_end_matches('`'), cells.next()?))
            })
            .collect();
        let known: Vec<(&str, String)> = ErrorCode::ALL.iter().map(|c| (c.name(), c.status().to_string())).collect();
        assert_eq!(listed, known.iter().map(|(name, status)| (*name, status.as_str())).collect::<Vec<_>>());
    }
}
