//! Answers as server-sent events, in the distinct-connections mode of the `graphql-sse` protocol: one
//! operation a request, its answers as `next`, its end as `complete`.

use std::future::ready;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use futures_util::StreamExt;

use super::negotiate::Media;
use super::socket::ASK_EVERY;
use super::{State, caller, connections, reply};
use crate::api::access::Caller;
use crate::api::error::ApiError;
use crate::api::gateway::{Answer, Answering, RequestOutcome};

/// Starts a stream, or refuses the caller with an ordinary answer. `begin` is told the last event that the client has.
pub async fn stream(
    request: &HttpRequest,
    state: &Arc<State>,
    known: &Caller,
    begin: impl AsyncFnOnce(Option<String>) -> Result<Answering, Answer>,
) -> HttpResponse {
    let place = match state.streams.take(known, caller::address(request, state)) {
        Ok(place) => place,
        Err(error) => {
            state.metrics.count(RequestOutcome::Refused(error.code()));
            return reply::error(request, Media::Json, error);
        }
    };
    let last_event = request.headers().get("last-event-id").map(|event| event.to_str().unwrap_or("").to_owned());
    let last_event = last_event.filter(|event| !event.is_empty());
    let identity = state.parts.gateway.identity();
    let mut answers = match begin(last_event).await {
        Ok(answers) => answers,
        // What is wrong with the document or its variables comes as an event: clients of the protocol read no other body.
        Err(refusal) if Media::Json.status(refusal.outcome) == 200 => {
            futures_util::stream::once(ready(refusal)).boxed()
        }
        Err(refusal) => {
            state.metrics.count(refusal.outcome);
            return reply::answer(request, Media::Events, refusal);
        }
    };
    let mut stopping = state.stopping.subscribe();
    let mut beat = tokio::time::interval(state.config.ping_every);
    let mut asking = tokio::time::interval(ASK_EVERY);
    let address = caller::address(request, state);
    let handle = connections::Handle::of(request);
    let (authorization, role) = (caller::authorization(request), known.role);
    let state = state.clone();
    let events = async_stream::stream! {
        let _place = place;
        beat.tick().await;
        loop {
            tokio::select! {
                answer = answers.next() => match answer {
                    Some(answer) => {
                        state.metrics.count(answer.outcome);
                        // Counted until the next is asked for: then this one has gone out.
                        match state.flight.take(&Caller::default(), address, answer.body.len()) {
                            Ok(load) => {
                                let hurry = load.is_some().then(|| handle.as_ref().map(|one| one.hurry(answer.body.len())));
                                yield Ok::<Bytes, std::convert::Infallible>(next(&answer, &identity));
                                drop((load, hurry));
                            }
                            Err(error) => {
                                yield Ok(next(&Answer::from(error), &identity));
                                break;
                            }
                        }
                    }
                    None => break,
                },
                // A comment: it keeps proxies from closing the connection, and finds that the client is gone.
                _ = beat.tick() => yield Ok(Bytes::from_static(b":\n\n")),
                _ = asking.tick(), if authorization.is_some() => {
                    let known = authorization.as_deref().map(|token| caller::named(token, &state)).transpose();
                    let error = match known {
                        Ok(known) if known.as_ref().is_none_or(|known| known.role >= role) => continue,
                        Ok(_) => ApiError::unauthenticated("Le rôle de ce jeton a changé : recommencez."),
                        Err(error) => error,
                    };
                    yield Ok(next(&Answer::from(error), &identity));
                    break;
                }
                _ = stopping.wait_for(|stop| *stop) => break,
            }
        }
        yield Ok(Bytes::from_static(b"event: complete\ndata: \n\n"));
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, Media::Events.content_type()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events)
}

/// JSON has no line breaks outside its strings, and none inside them unescaped: one data line holds it. What tells of a change
/// has the id with which a client that lost the stream comes back.
fn next(answer: &Answer, identity: &str) -> Bytes {
    let id = answer.event.map_or_else(String::new, |version| format!("id: {identity}:{version}\n"));
    [b"event: next\n", id.as_bytes(), b"data: ", &answer.body, b"\n\n"].concat().into()
}
