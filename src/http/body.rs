//! Reads a request's body within bounds, and the GraphQL parameters out of a body or a query string.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::web;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::flight::{LONG_BODY, Load};
use crate::api::error::{ApiError, ErrorCode};
use crate::api::gateway::{Call, Via};
use crate::api::work::within;

/// The parameters of a GraphQL request.
#[derive(Debug, Deserialize)]
pub struct Parameters<'b> {
    #[serde(borrow)]
    query: Option<Cow<'b, str>>,
    #[serde(borrow, rename = "operationName")]
    operation: Option<Cow<'b, str>>,
    #[serde(borrow)]
    variables: Option<&'b RawValue>,
    #[serde(borrow)]
    extensions: Option<&'b RawValue>,
    /// As they were written.
    #[serde(skip)]
    text: &'b [u8],
}

impl<'b> Parameters<'b> {
    /// Reads a JSON body.
    ///
    /// # Errors
    /// `BAD_REQUEST`, saying which parameter is wrong; nothing of the body is given back.
    pub fn from_json(body: &'b [u8]) -> Result<Parameters<'b>, ApiError> {
        let text = std::str::from_utf8(body).map_err(|_| bad("Le corps n'est pas de l'UTF-8 valide."))?;
        match text.trim_start_matches([' ', '\t', '\r', '\n']).as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => return Err(bad("Les lots ne sont pas acceptés : envoyez une requête à la fois.")),
            None => return Err(bad("Le corps est vide : envoyez {\"query\": \"…\"}.")),
            _ => return Err(bad("Le corps doit être un objet JSON : {\"query\": \"…\"}.")),
        }
        let parameters: Parameters<'b> = serde_json::from_str(text).map_err(|error| {
            bad(format!(
                "Le corps n'est pas une requête GraphQL en JSON (ligne {}, colonne {}).",
                error.line(),
                error.column()
            ))
        })?;
        Parameters { text: body, ..parameters }.checked()
    }

    fn checked(self) -> Result<Parameters<'b>, ApiError> {
        for (name, value) in [("variables", self.variables), ("extensions", self.extensions)] {
            if value.is_some_and(|value| !value.get().starts_with('{')) {
                return Err(bad(format!("« {name} » doit être un objet JSON.")));
            }
        }
        Ok(self)
    }

    pub fn call(&self, via: Via) -> Call<'_> {
        Call {
            query: self.query.as_deref(),
            operation: self.operation.as_deref(),
            variables: self.variables.map(RawValue::get),
            extensions: self.extensions.map(RawValue::get),
            via,
            text: Some(self.text),
        }
    }
}

/// The parameters of a query string, decoded.
#[derive(Debug, Default)]
pub struct QueryString<'q> {
    values: [Option<String>; 4],
    text: &'q str,
}

const NAMES: [&str; 4] = ["query", "operationName", "variables", "extensions"];

impl<'q> QueryString<'q> {
    /// Decodes the four parameters; others are passed over.
    ///
    /// # Errors
    /// `BAD_REQUEST` for a parameter given twice or not in UTF-8.
    pub fn read(text: &'q str) -> Result<QueryString<'q>, ApiError> {
        let mut read = QueryString { text, ..QueryString::default() };
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text);
        let pairs = pairs.map_err(|_| bad("L'adresse ne peut être lue."))?;
        let replaced = text.to_ascii_uppercase().contains("%EF%BF%BD") || text.contains('\u{fffd}');
        for (name, value) in pairs.into_inner() {
            let Some(at) = NAMES.iter().position(|known| *known == name) else { continue };
            if value.contains('\u{fffd}') && !replaced {
                return Err(bad(format!("« {name} » n'est pas de l'UTF-8 valide.")));
            }
            if read.values[at].replace(value).is_some() {
                return Err(bad(format!("« {name} » est donné deux fois.")));
            }
        }
        Ok(read)
    }

    /// Reads the JSON that two of them hold.
    ///
    /// # Errors
    /// As [`Parameters::from_json`].
    pub fn parameters(&self) -> Result<Parameters<'_>, ApiError> {
        let [query, operation, variables, extensions] = &self.values;
        let text = self.text.as_bytes();
        let parameters = Parameters {
            query: query.as_deref().map(Cow::Borrowed),
            operation: operation.as_deref().filter(|name| !name.is_empty()).map(Cow::Borrowed),
            variables: raw("variables", variables.as_deref())?,
            extensions: raw("extensions", extensions.as_deref())?,
            text,
        };
        parameters.checked()
    }
}

fn raw<'t>(name: &str, text: Option<&'t str>) -> Result<Option<&'t RawValue>, ApiError> {
    match text.map(str::trim) {
        None | Some("" | "null") => Ok(None),
        Some(text) => serde_json::from_str(text).map(Some).map_err(|_| bad(format!("« {name} » n'est pas du JSON."))),
    }
}

/// Reads a whole body of at most `limit` bytes that arrives within `time`. Before it holds more than a little, `count` is told how much
/// it may become; what that gives is to be held as long as the body.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`, `REQUEST_TIMEOUT`, `BAD_REQUEST` when the client breaks off, or those of `count`.
pub async fn read(
    mut payload: web::Payload,
    declared: Option<u64>,
    limit: usize,
    time: Duration,
    count: impl Fn(usize) -> Result<Option<Load>, ApiError>,
) -> Result<(Bytes, Option<Load>), ApiError> {
    let too_large = || {
        ApiError::new(ErrorCode::PayloadTooLarge, format!("Le corps dépasse {limit} octets."))
            .with("limit", limit as u64)
    };
    if declared.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let mut load = count(declared.map_or(0, |length| length as usize))?;
    let whole = async {
        // One chunk is the usual case and is not copied.
        let mut first: Option<Bytes> = None;
        let mut all = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| bad("Le corps a été interrompu."))?;
            let length = first.as_ref().map_or(0, Bytes::len).max(all.len());
            if length + chunk.len() > limit {
                return Err(too_large());
            }
            if load.is_none() && length + chunk.len() >= LONG_BODY {
                load = count(limit)?;
            }
            match first.take() {
                None if all.is_empty() => first = Some(chunk),
                None => all.extend_from_slice(&chunk),
                Some(start) => {
                    all.extend_from_slice(&start);
                    all.extend_from_slice(&chunk);
                }
            }
        }
        Ok((first.unwrap_or_else(|| all.freeze()), load))
    };
    let late = || Err(ApiError::new(ErrorCode::RequestTimeout, "Le corps met trop de temps à arriver."));
    within(time, whole).await.unwrap_or_else(late)
}

fn bad(message: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_or_refused_without_being_given_back() {
        assert!(Parameters::from_json(br#"{"query":"{ a }","variables":null,"other":[1]}"#).is_ok());
        let bad: [&[u8]; 12] = [
            b"",
            b"  ",
            b"null",
            b"\"secret\"",
            b"[]",
            br#"[{"query":"{ secret }"}]"#,
            br#"{"query":"{ secret }""#,
            br#"{"query":{"secret":1}}"#,
            br#"{"query":"a","variables":"secret"}"#,
            br#"{"query":"a","variables":[1]}"#,
            br#"{"query":"a","extensions":0}"#,
            b"{\"query\":\"\xff\"}",
        ];
        for body in bad {
            let error = Parameters::from_json(body).unwrap_err();
            assert!(error.code() == ErrorCode::BadRequest && !error.message().contains("secret"), "{body:?}");
        }
    }

    #[test]
    fn a_query_string_gives_the_same_parameters() {
        let read = QueryString::read("query=%7B+a+%7D&operationName=&variables=%7B%22x%22%3A1%7D&utm=1").unwrap();
        let parameters = read.parameters().unwrap();
        let call = parameters.call(Via::Get);
        assert_eq!((call.query, call.operation, call.variables), (Some("{ a }"), None, Some("{\"x\":1}")));
        assert!(QueryString::read("query=a&query=b").is_err());
        assert!(QueryString::read("query=%FF").is_err());
        assert!(QueryString::read("query=a&variables=1").unwrap().parameters().is_err());
        assert!(QueryString::read("query=a&variables=%7B").unwrap().parameters().is_err());
    }
}
