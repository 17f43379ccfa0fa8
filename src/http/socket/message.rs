//! The messages of `graphql-transport-ws`, as text.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::api::gateway::{Answer, Call, Via};

/// The longest operation id taken, in bytes: clients send UUIDs or numbers.
const MAX_ID: usize = 128;

/// A message from a client.
#[derive(Debug)]
pub enum Received {
    /// `connection_init`, with the token that its payload may hold.
    Init {
        /// `Bearer …`, or the token alone.
        authorization: Option<String>,
    },
    /// `subscribe`.
    Subscribe(Subscribe),
    /// `complete`.
    Complete {
        /// The operation's id.
        id: String,
    },
    /// `ping`.
    Ping {
        /// To be given back.
        payload: Option<Box<RawValue>>,
    },
    /// `pong`.
    Pong,
}

/// An operation to start.
#[derive(Debug)]
pub struct Subscribe {
    /// Its id on this socket.
    pub id: String,
    payload: Payload,
    /// The payload as it was written.
    text: Box<str>,
}

#[derive(Debug, Deserialize)]
struct Payload {
    query: Option<String>,
    #[serde(rename = "operationName")]
    operation: Option<String>,
    variables: Option<Box<RawValue>>,
    extensions: Option<Box<RawValue>>,
}

impl Subscribe {
    pub fn call(&self) -> Call<'_> {
        Call {
            query: self.payload.query.as_deref(),
            operation: self.payload.operation.as_deref(),
            variables: self.payload.variables.as_deref().map(RawValue::get),
            extensions: self.payload.extensions.as_deref().map(RawValue::get),
            via: Via::Stream,
            text: Some(self.text.as_bytes()),
        }
    }
}

#[derive(Deserialize)]
struct Envelope<'t> {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'t RawValue>,
}

/// Reads a message; `None` when it is none of the protocol's.
pub fn read(text: &str) -> Option<Received> {
    let envelope: Envelope<'_> = serde_json::from_str(text).ok()?;
    let payload = envelope.payload;
    let object = payload.is_none_or(|payload| payload.get().starts_with('{'));
    let id = envelope.id.filter(|id| !id.is_empty() && id.len() <= MAX_ID);
    match envelope.kind.as_str() {
        "connection_init" if object => Some(Received::Init { authorization: authorization(payload) }),
        "subscribe" => {
            let text = payload?.get();
            let payload: Payload = serde_json::from_str(text).ok()?;
            let maps = [&payload.variables, &payload.extensions];
            let maps = maps.into_iter().flatten().all(|value| value.get().starts_with('{'));
            (maps && payload.query.is_some()).then_some(Received::Subscribe(Subscribe {
                id: id?,
                payload,
                text: text.into(),
            }))
        }
        "complete" => Some(Received::Complete { id: id? }),
        "ping" if object => Some(Received::Ping { payload: payload.map(ToOwned::to_owned) }),
        "pong" if object => Some(Received::Pong),
        _ => None,
    }
}

/// The token in the payload of `connection_init`: a browser cannot set a socket's headers.
fn authorization(payload: Option<&RawValue>) -> Option<String> {
    #[derive(Deserialize)]
    struct Init {
        #[serde(alias = "Authorization")]
        authorization: Option<String>,
    }
    serde_json::from_str::<Init>(payload?.get()).ok()?.authorization
}

/// `next` with an answer.
pub fn next(id: &str, answer: &Answer) -> String {
    with_payload("next", id, &String::from_utf8_lossy(&answer.body))
}

/// `error` with the errors of a refusal.
pub fn error(id: &str, refusal: &Answer) -> String {
    with_payload("error", id, &refusal.errors())
}

/// `complete`.
pub fn complete(id: &str) -> String {
    serde_json::json!({ "id": id, "type": "complete" }).to_string()
}

/// `pong` with the payload of its `ping`.
pub fn pong(payload: Option<Box<RawValue>>) -> String {
    match payload {
        Some(payload) => format!(r#"{{"type":"pong","payload":{}}}"#, payload.get()),
        None => r#"{"type":"pong"}"#.to_owned(),
    }
}

fn with_payload(kind: &str, id: &str, payload: &str) -> String {
    format!(r#"{{"id":{},"type":"{kind}","payload":{payload}}}"#, serde_json::Value::from(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_protocols_messages_are_read() {
        assert!(matches!(
            read(r#"{"type":"connection_init","payload":{"Authorization":"Bearer x"}}"#),
            Some(Received::Init { authorization: Some(token) }) if token == "Bearer x"
        ));
        assert!(matches!(read(r#"{"type":"ping"}"#), Some(Received::Ping { payload: None })));
        let subscribe = r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":null}}"#;
        assert!(matches!(read(subscribe), Some(Received::Subscribe(_))));
        for bad in [
            "",
            "null",
            "[]",
            r#"{"type":"next","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","payload":{"query":"a"}}"#,
            r#"{"type":"subscribe","id":"","payload":{"query":"a"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"a","variables":[]}}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"ping","payload":1}"#,
        ] {
            assert!(read(bad).is_none(), "{bad}");
        }
        assert!(read(&format!(r#"{{"type":"complete","id":"{}"}}"#, "x".repeat(200))).is_none());
    }

    #[test]
    fn an_id_is_escaped() {
        assert_eq!(complete("a\"b"), r#"{"id":"a\"b","type":"complete"}"#);
    }
}
