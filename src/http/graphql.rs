//! `/graphql`: GET, POST, event streams, and the way to the socket. GraphQL over HTTP as its specification
//! says it; scripts/http-audit runs the public audits.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;

use super::body::{self, Parameters, QueryString};
use super::flight::Load;
use super::negotiate::{self, Media};
use super::rate::Told;
use super::{State, caller, connections, events, preflight, reply, socket};
use crate::api::access::{Caller, Who};
use crate::api::error::{ApiError, ErrorCode};
use crate::api::gateway::{Answer, Form, Pack, RequestOutcome, Via};
use crate::api::work::within;

/// A query or mutation in a JSON body.
pub async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    let state = state.into_inner();
    finish(&request, &state, async |entered: &Entered| {
        state.config.origins.check(request.headers())?;
        negotiate::takes_body(request.headers())?;
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let count = |bytes| state.bodies.take(&entered.caller, caller::address(&request, &state), bytes);
        let (bytes, load) = body::read(payload, length, state.config.body_bytes, state.config.body_time, count).await?;
        // A body may take its time: a token revoked meanwhile opens nothing.
        let caller = caller::bearer(&request, &state)?;
        if caller.role != entered.caller.role {
            return Err(ApiError::unauthenticated("Le rôle de ce jeton a changé : recommencez."));
        }
        if let Some(kept) = kept(&request, &state, entered, &bytes, Via::Post) {
            return Ok(kept);
        }
        if bytes.len() > LONG {
            return match entered.media {
                Media::Events => Ok(long_stream(&request, &state, entered, bytes, load).await),
                _ => long(&request, &state, entered, bytes, load).await,
            };
        }
        let parameters = Parameters::from_json(&bytes)?;
        Ok(answer(&request, &state, entered, &parameters, Via::Post).await)
    })
    .await
}

/// A longer body is read on the pool, a few at a time: its variables are values by the ten thousand.
const LONG: usize = 64 << 10;

/// [`long`], of a client that wants events.
async fn long_stream(
    request: &HttpRequest,
    state: &Arc<State>,
    entered: &Entered,
    body: Bytes,
    load: Option<Load>,
) -> HttpResponse {
    let gateway = &state.parts.gateway;
    events::stream(request, state, &entered.caller, async |last_event| {
        let begun = within(gateway.settings().deadline, async {
            let _place = state.long.enter(Who::known(&entered.caller)).await;
            let (gateway, caller) = (gateway.clone(), entered.caller.clone());
            let begun = state.parts.gateway.drive(&entered.caller, async move {
                let _load = load;
                let parameters = Parameters::from_json(&body).map_err(Answer::from)?;
                gateway.stream(&parameters.call(Via::Stream), &caller, last_event.as_deref())
            });
            begun.await.map_err(Answer::from)?
        });
        begun.await.unwrap_or_else(|| Err(Answer::from(ApiError::timeout())))
    })
    .await
}

/// The answer to a request whose body is long.
async fn long(
    request: &HttpRequest,
    state: &State,
    entered: &Entered,
    body: Bytes,
    load: Option<Load>,
) -> Result<HttpResponse, ApiError> {
    let (gateway, caller, form) = (state.parts.gateway.clone(), entered.caller.clone(), form(request, Via::Post));
    // What it waits for its place is of its time too.
    let answered = within(gateway.settings().deadline, async {
        let _place = state.long.enter(Who::known(&entered.caller)).await;
        let gateway = gateway.clone();
        let driven = state.parts.gateway.drive(&entered.caller, async move {
            let _load = load;
            let parameters = Parameters::from_json(&body)?;
            Ok::<_, ApiError>(gateway.answer_as(&parameters.call(Via::Post), &caller, form).await)
        });
        driven.await?
    });
    let answer = answered.await.ok_or_else(ApiError::timeout)??;
    state.metrics.count(answer.outcome);
    Ok(reply::answer(request, entered.media, answer))
}

/// A query in the address, or a socket.
pub async fn get(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    let state = state.into_inner();
    if request.headers().get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return socket::open(&request, payload, &state);
    }
    finish(&request, &state, async |entered: &Entered| {
        state.config.origins.check_get(request.headers())?;
        if let Some(kept) = kept(&request, &state, entered, request.query_string().as_bytes(), Via::Get) {
            return Ok(kept);
        }
        let query = QueryString::read(request.query_string())?;
        let parameters = query.parameters()?;
        Ok(answer(&request, &state, entered, &parameters, Via::Get).await)
    })
    .await
}

/// What a page of another site may do, asked before it does it.
pub async fn options(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    preflight::answer(&request, &state, "GET, POST")
}

/// Any other method.
pub async fn other_method(request: HttpRequest) -> HttpResponse {
    let error = ApiError::new(ErrorCode::MethodNotAllowed, "Cette adresse n'accepte que GET et POST.");
    let mut response = reply::error(&request, Media::Json, error);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET, POST, OPTIONS"));
    response
}

/// A request past the door: its caller and the media type of its answer.
struct Entered {
    caller: Caller,
    media: Media,
}

/// What every request passes, around its own part: media type, token, rate; the headers that tell of them.
async fn finish(
    request: &HttpRequest,
    state: &State,
    part: impl AsyncFnOnce(&Entered) -> Result<HttpResponse, ApiError>,
) -> HttpResponse {
    let mut told: Option<Told> = None;
    let mut media = Media::Json;
    let result = async {
        media = negotiate::accepted(request.headers())?;
        connections::check(request)?;
        let address = caller::address(request, state);
        let known = caller::bearer(request, state).map(|caller| caller.at(address));
        // A wrong token counts for its address, so that tokens cannot be tried without end.
        told = state.rates.count(known.as_ref().unwrap_or(&Caller::default()), address);
        if let Some(told) = told.filter(|told| !told.passes) {
            return Err(ApiError::rate_limited(told.reset));
        }
        part(&Entered { caller: known?, media }).await
    };
    let mut response = match result.await {
        Ok(response) => response,
        Err(error) => {
            state.metrics.count(RequestOutcome::Refused(error.code()));
            reply::error(request, media, error)
        }
    };
    let headers = response.headers_mut();
    if let Some(told) = told {
        for (name, value) in caller::rate_headers(&told) {
            headers.insert(name, value);
        }
        if !told.passes {
            headers.insert(header::RETRY_AFTER, told.reset.into());
        }
    }
    response
}

/// The answer kept for the same request, of which nothing needs to be read then. Streams look for theirs themselves.
fn kept(request: &HttpRequest, state: &State, entered: &Entered, text: &[u8], via: Via) -> Option<HttpResponse> {
    if entered.media == Media::Events {
        return None;
    }
    let answer = state.parts.gateway.kept_answer(text, via, &entered.caller, pack(request))?;
    state.metrics.count(answer.outcome);
    Some(reply::answer(request, entered.media, answer))
}

/// How the client wants what took work.
fn form(request: &HttpRequest, via: Via) -> Form {
    Form { pack: pack(request), tagged: via == Via::Get }
}

/// How the client wants what is compressed before it comes here.
fn pack(request: &HttpRequest) -> Option<Pack> {
    reply::takes_gzip(request.headers()).then_some(reply::gzip as Pack)
}

async fn answer(
    request: &HttpRequest,
    state: &Arc<State>,
    entered: &Entered,
    parameters: &Parameters<'_>,
    via: Via,
) -> HttpResponse {
    if entered.media == Media::Events {
        // A mutation by GET is refused here too; a stream carries the rest.
        let via = if via == Via::Get { Via::Get } else { Via::Stream };
        let begin = async |last_event: Option<String>| {
            state.parts.gateway.stream(&parameters.call(via), &entered.caller, last_event.as_deref())
        };
        return events::stream(request, state, &entered.caller, begin).await;
    }
    let answer = state.parts.gateway.answer_as(&parameters.call(via), &entered.caller, form(request, via)).await;
    state.metrics.count(answer.outcome);
    reply::answer(request, entered.media, answer)
}
