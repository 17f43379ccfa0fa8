//! An answer: its JSON, and what became of the request, from which transports make a status or a message.

use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;
use serde::Serialize;

use crate::api::error::{Code, foreign};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Executed without an error.
    Data,
    /// Executed; some fields have errors. The gravest code, when one concerns the whole answer.
    Partial(Option<Code>),
    /// Refused before it was executed.
    Refused(Code),
}

/// The JSON of a GraphQL response, and its outcome.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The JSON object.
    pub body: Bytes,
    /// What became of the request.
    pub outcome: Outcome,
    /// Whether the transport compressed the body before.
    pub packed: bool,
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

impl Answer {
    /// The refusal of a request.
    pub fn refused(error: ServerError) -> Answer {
        let response = Response::from_errors(vec![error]);
        Answer::of(&response)
    }

    /// The refusal of a document that is not valid.
    pub fn invalid(errors: Vec<ServerError>) -> Answer {
        let mut response = Response::from_errors(errors);
        foreign::complete(&mut response);
        Answer::of(&response)
    }

    /// The answer of a response whose errors all have codes. A request that was refused has no `data`.
    pub fn of(response: &Response) -> Answer {
        let refused = foreign::refused_before_execution(response);
        let mut codes = response.errors.iter().filter_map(foreign::code_of);
        let outcome = if refused {
            Outcome::Refused(codes.next().unwrap_or(Code::Internal))
        } else if response.errors.is_empty() {
            Outcome::Data
        } else {
            let whole =
                |code: &Code| *code == Code::Overloaded || (*code == Code::Timeout && response.data == Value::Null);
            Outcome::Partial(codes.find(whole))
        };
        let body = Body {
            data: (!refused).then_some(&response.data),
            errors: &response.errors,
            extensions: &response.extensions,
        };
        // A response is made of GraphQL values, all of which have a JSON form.
        let json = serde_json::to_vec(&body).expect("a GraphQL response is JSON");
        Answer { body: json.into(), outcome, packed: false }
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
