//! An answer: its JSON, and what became of the request, from which transports make a status or a message.

use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::api::error::{ApiError, ErrorCode, foreign};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestOutcome {
    /// Executed without an error.
    Data,
    /// Executed; some fields have errors. The gravest code, when one concerns the whole answer.
    Partial(Option<ErrorCode>),
    /// Refused before it was executed.
    Refused(ErrorCode),
}

/// What tells a body from any other.
pub type Tag = [u8; 16];

/// The tag of a body. O(its bytes): of a large one it is made where the answer is worked out.
pub fn tag(body: &[u8]) -> Tag {
    let mut tag = Tag::default();
    tag.copy_from_slice(&Sha256::digest(body)[..16]);
    tag
}

/// The JSON of a GraphQL response, and its outcome.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The JSON object.
    pub body: Bytes,
    /// What became of the request.
    pub outcome: RequestOutcome,
    /// Whether the transport compressed the body before.
    pub packed: bool,
    /// The body's tag, where it is at hand.
    pub tag: Option<Tag>,
    /// In a stream of changes, the version that it tells of: who comes back with it goes on from there.
    pub event: Option<u64>,
}

#[derive(Serialize)]
struct Body<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'r Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'r [ServerError],
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    extensions: &'r std::collections::BTreeMap<String, Value>,
}

/// How many values an answer holds: the fields of its objects and the items of its lists.
pub(super) fn values(data: &Value) -> u64 {
    match data {
        Value::Object(fields) => fields.len() as u64 + fields.values().map(values).sum::<u64>(),
        Value::List(items) => items.len() as u64 + items.iter().map(values).sum::<u64>(),
        _ => 0,
    }
}

/// Takes what is written up to a length.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.most {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Answer {
    /// The refusal of a request.
    pub fn refused(error: ServerError) -> Answer {
        let response = Response::from_errors(vec![error]);
        Answer::of(&response, usize::MAX)
    }

    /// The refusal of a document that is not valid.
    pub fn invalid(errors: Vec<ServerError>) -> Answer {
        let mut response = Response::from_errors(errors);
        foreign::complete(&mut response);
        Answer::of(&response, usize::MAX)
    }

    /// The answer of a response whose errors all have codes; refused where it would have more bytes than `most`. A request that
    /// was refused has no `data`.
    pub fn of(response: &Response, most: usize) -> Answer {
        let refused = foreign::refused_before_execution(response);
        let mut codes = response.errors.iter().filter_map(foreign::code_of);
        let outcome = if refused {
            RequestOutcome::Refused(codes.next().unwrap_or(ErrorCode::Internal))
        } else if response.errors.is_empty() {
            RequestOutcome::Data
        } else {
            let whole = |code: &ErrorCode| {
                *code == ErrorCode::Overloaded || (*code == ErrorCode::Timeout && response.data == Value::Null)
            };
            RequestOutcome::Partial(codes.find(whole))
        };
        let body = Body {
            data: (!refused).then_some(&response.data),
            errors: &response.errors,
            extensions: &response.extensions,
        };
        let mut json = Bounded { bytes: Vec::new(), most };
        if serde_json::to_writer(&mut json, &body).is_err() {
            return Answer::too_long(most);
        }
        Answer { body: json.bytes.into(), outcome, packed: false, tag: None, event: None }
    }

    /// The refusal of an answer that would be longer than is allowed.
    pub fn too_long(most: usize) -> Answer {
        let message =
            format!("La réponse dépasse {most} octets : demandez moins de champs, ou des pages plus petites.");
        let error = ApiError::too_complex("answer", most as u64 + 1, most as u64, message);
        Answer::refused(error.into_server_error())
    }

    /// The JSON array of the errors of a refusal, as `graphql-transport-ws` sends it.
    pub fn errors(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Errors<'r> {
            #[serde(borrow)]
            errors: Option<&'r serde_json::value::RawValue>,
        }
        let errors: Option<Errors<'_>> = serde_json::from_slice(&self.body).ok();
        errors.and_then(|body| body.errors).map_or_else(|| "[]".to_owned(), |errors| errors.get().to_owned())
    }
}
