//! WebSockets: the `graphql-transport-ws` protocol, with its close codes and with bounds on everything a
//! client may do: time to initialise, operations at once, message size, silence, sockets in all and of one
//! caller.
//!
//! Operations pass the same gateway as HTTP requests. One task reads messages; each operation has a task that
//! writes its answers, waiting when the client reads slowly; ending the socket ends them all.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::rt::task::JoinHandle;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, CloseCode, CloseReason, ProtocolError, Session};
use futures_util::StreamExt;
use tokio::sync::mpsc;

use super::connections::{Handle, Hurry};
use super::flight::Load;
use super::negotiate::Media;
use super::streams::Permit;
use super::{State, caller, connections, reply};
use crate::api::access::Caller;
use crate::api::error::{ApiError, ErrorCode};
use crate::api::gateway::{Answer, RequestOutcome};

mod message;

use message::{Received, Subscribe};

const PROTOCOL: &str = "graphql-transport-ws";

/// The longest wait for a client to take a message of the protocol's own.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// How often the token of an open socket is looked at: with how often the server reads the tokens, within a second.
pub(super) const ASK_EVERY: Duration = Duration::from_millis(500);

/// Why a socket is closed.
struct Close(u16, &'static str);

/// What stands behind the status of a handshake. Python's `gql` looks for the second name in these very letters, and actix writes
/// `Sec-Websocket-Protocol`; a constant of ours may stand where it writes the reason.
const SWITCHING: &str = "Switching Protocols\r\nSec-WebSocket-Protocol: graphql-transport-ws";

/// The token opens nothing, or no longer what was opened with it.
const ENDED: Close = Close(4403, "Forbidden");

/// Opens a socket, or says why not.
pub fn open(request: &HttpRequest, payload: web::Payload, state: &Arc<State>) -> HttpResponse {
    let refuse = |error: ApiError| {
        state.metrics.count(RequestOutcome::Refused(error.code()));
        reply::error(request, Media::Json, error)
    };
    if let Err(error) = state.config.origins.check(request.headers()) {
        return refuse(error);
    }
    if let Err(error) = connections::check(request) {
        return refuse(error);
    }
    let address = caller::address(request, state);
    let known = match caller::bearer(request, state) {
        Ok(known) => known.at(address),
        Err(error) => return refuse(error),
    };
    if let Some(told) = state.rates.count(&known, address).filter(|told| !told.passes) {
        return refuse(ApiError::rate_limited(told.reset));
    }
    let place = match state.streams.take(&known, address) {
        Ok(place) => place,
        Err(error) => return refuse(error),
    };
    let Ok((mut response, session, messages)) = actix_ws::handle(request, payload) else {
        return refuse(ApiError::new(ErrorCode::BadRequest, "La demande de WebSocket est mal formée."));
    };
    response.head_mut().set_camel_case_headers(true);
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let spoken = offered.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    let spoken = spoken.map(str::trim).any(|protocol| protocol == PROTOCOL);
    if spoken {
        response.head_mut().reason = Some(SWITCHING);
    }
    let limit = state.config.message_bytes;
    let messages = messages.max_frame_size(limit).aggregate_continuations().max_continuation_size(limit);
    let (tell, ended) = mpsc::unbounded_channel();
    let flow = Flow {
        state: state.clone(),
        caller: Caller::default(),
        address,
        loads: Rc::default(),
        sent: Rc::default(),
        handle: Handle::of(request),
    };
    let socket = Socket {
        state: state.clone(),
        session,
        caller: known,
        authorization: caller::authorization(request),
        address,
        ready: false,
        operations: HashMap::new(),
        ended: tell,
        flow,
        _place: place,
    };
    actix_web::rt::spawn(socket.run(messages, ended, spoken));
    response
}

/// One open socket.
struct Socket {
    state: Arc<State>,
    session: Session,
    caller: Caller,
    /// The token that the caller showed, as `Bearer …`: it is asked for again, since it may end or be revoked.
    authorization: Option<String>,
    address: IpAddr,
    /// Past `connection_init`.
    ready: bool,
    operations: HashMap<String, (u64, JoinHandle<()>)>,
    ended: mpsc::UnboundedSender<Ended>,
    flow: Flow,
    _place: Permit,
}

/// What an operation's task tells its socket.
enum Ended {
    /// The operation is over: its id, and its number.
    Operation(String, u64),
    /// The client takes nothing, or too slowly.
    Deaf(Close),
}

/// A large answer on its way: the number of the ping behind it, what it counts, and its time.
type Sent = (u64, Load, Option<Hurry>);

/// The answers of a socket on their way. A large one is followed by a ping with a number: the pong says that all before it was taken.
#[derive(Clone)]
struct Flow {
    state: Arc<State>,
    caller: Caller,
    address: IpAddr,
    loads: Rc<RefCell<VecDeque<Sent>>>,
    handle: Option<Handle>,
    sent: Rc<Cell<u64>>,
}

impl Flow {
    /// Sends an answer, once there is room.
    async fn send(&self, session: &mut Session, text: String) -> Result<(), Close> {
        let bytes = text.len();
        let load = self.state.flight.take(&self.caller, self.address, bytes);
        let load = load.map_err(|_| Close(1013, "Too much is not read yet: try again later"))?;
        let deaf = Close(1001, "No sign of life");
        let hurry = load.as_ref().and(self.handle.as_ref()).map(|handle| handle.hurry(bytes + self.untaken()));
        match tokio::time::timeout(WRITE_TIME, session.text(text)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return Err(deaf),
        }
        let Some(load) = load else { return Ok(()) };
        self.sent.set(self.sent.get() + 1);
        self.loads.borrow_mut().push_back((self.sent.get(), load, hurry));
        match tokio::time::timeout(WRITE_TIME, session.ping(&self.sent.get().to_be_bytes())).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(deaf),
        }
    }

    /// The client has taken what was sent before the ping that this answers.
    fn taken(&self, pong: &[u8]) {
        let Ok(number) = pong.try_into().map(u64::from_be_bytes) else { return };
        let mut loads = self.loads.borrow_mut();
        while loads.front().is_some_and(|(sent, ..)| *sent <= number) {
            loads.pop_front();
        }
    }

    /// Bytes that were sent before and are not taken yet.
    fn untaken(&self) -> usize {
        self.loads.borrow().iter().map(|(_, load, _)| load.bytes()).sum()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.operations.values().for_each(|(_, task)| task.abort());
    }
}

impl Socket {
    async fn run(
        mut self,
        mut messages: actix_ws::AggregatedMessageStream,
        mut ended: mpsc::UnboundedReceiver<Ended>,
        spoken: bool,
    ) {
        let close = if spoken {
            self.converse(&mut messages, &mut ended).await
        } else {
            Some(Close(4406, "Subprotocol not acceptable"))
        };
        self.operations.drain().for_each(|(_, (_, task))| task.abort());
        if let Some(Close(code, reason)) = close {
            let reason = CloseReason { code: CloseCode::from(code), description: Some(reason.to_owned()) };
            let _ = tokio::time::timeout(WRITE_TIME, self.session.clone().close(Some(reason))).await;
        }
    }

    /// Until the client goes (`None`) or there is a reason to close.
    async fn converse(
        &mut self,
        messages: &mut actix_ws::AggregatedMessageStream,
        ended: &mut mpsc::UnboundedReceiver<Ended>,
    ) -> Option<Close> {
        let mut stopping = self.state.stopping.subscribe();
        let mut beat = tokio::time::interval(self.state.config.ping_every);
        beat.tick().await;
        let mut asking = tokio::time::interval(ASK_EVERY);
        let init = tokio::time::sleep(self.state.config.init_time);
        tokio::pin!(init);
        let (mut silences, mut number) = (0, 0);
        loop {
            tokio::select! {
                message = messages.next() => {
                    silences = 0;
                    let outcome = match message? {
                        Ok(AggregatedMessage::Text(text)) => {
                            number += 1;
                            self.receive(&text, number).await
                        }
                        Ok(AggregatedMessage::Ping(bytes)) => self.written(self.session.clone().pong(&bytes)).await,
                        Ok(AggregatedMessage::Pong(bytes)) => {
                            self.flow.taken(&bytes);
                            Ok(())
                        }
                        Ok(AggregatedMessage::Close(_)) => return Some(Close(1000, "")),
                        Ok(AggregatedMessage::Binary(_)) => Err(Close(4400, "Binary messages are not taken")),
                        Err(ProtocolError::Overflow) => Err(Close(1009, "Message too big")),
                        Err(_) => Err(Close(1002, "Protocol error")),
                    };
                    if let Err(close) = outcome {
                        return Some(close);
                    }
                    // A client may have sent thousands: whoever else is on this thread has a turn after each.
                    tokio::task::yield_now().await;
                }
                Some(told) = ended.recv() => {
                    let (id, number) = match told {
                        Ended::Operation(id, number) => (id, number),
                        Ended::Deaf(close) => return Some(close),
                    };
                    if self.operations.get(&id).is_some_and(|(current, _)| *current == number) {
                        self.operations.remove(&id);
                    }
                }
                () = &mut init, if !self.ready => return Some(Close(4408, "Connection initialisation timeout")),
                _ = beat.tick() => {
                    silences += 1;
                    if silences > 3 || self.written(self.session.clone().ping(b"")).await.is_err() {
                        return Some(Close(1001, "No sign of life"));
                    }
                }
                _ = asking.tick(), if self.authorization.is_some() => {
                    if let Err(close) = self.still_known() {
                        return Some(close);
                    }
                }
                _ = stopping.wait_for(|stop| *stop) => return Some(Close(1001, "Server is stopping")),
            }
        }
    }

    async fn receive(&mut self, text: &str, number: u64) -> Result<(), Close> {
        match message::read(text).ok_or(Close(4400, "Invalid message"))? {
            Received::Init { .. } if self.ready => Err(Close(4429, "Too many initialisation requests")),
            Received::Init { authorization } => {
                if let Some(authorization) = authorization {
                    let bearer = match authorization.contains(' ') {
                        true => authorization,
                        false => format!("Bearer {authorization}"),
                    };
                    self.authorization = Some(bearer);
                    self.still_known()?;
                }
                self.ready = true;
                self.send(r#"{"type":"connection_ack"}"#.to_owned()).await
            }
            Received::Ping { payload } => self.send(message::pong(payload)).await,
            Received::Pong => Ok(()),
            Received::Complete { id } => {
                if let Some((_, task)) = self.operations.remove(&id) {
                    task.abort();
                }
                Ok(())
            }
            Received::Subscribe(_) if !self.ready => Err(Close(4401, "Unauthorized")),
            Received::Subscribe(_) if self.still_known().is_err() => Err(ENDED),
            Received::Subscribe(subscribe) if self.operations.contains_key(&subscribe.id) => {
                Err(Close(4409, "Subscriber already exists"))
            }
            Received::Subscribe(subscribe) => self.subscribe(subscribe, number).await,
        }
    }

    /// Asks for the caller's token again: its role may have changed, and its end closes the socket with all that runs on it.
    fn still_known(&mut self) -> Result<(), Close> {
        if let Some(authorization) = &self.authorization {
            let known = caller::named(authorization, &self.state).map_err(|_| ENDED)?.at(self.address);
            if self.ready && known.role < self.caller.role {
                return Err(ENDED);
            }
            self.caller = known;
        }
        Ok(())
    }

    async fn subscribe(&mut self, subscribe: Subscribe, number: u64) -> Result<(), Close> {
        let started = self
            .bounds()
            .map_err(Answer::from)
            .and_then(|()| self.state.parts.gateway.stream(&subscribe.call(), &self.caller, None));
        let mut answers = match started {
            Ok(answers) => answers,
            Err(refusal) => {
                self.state.metrics.count(refusal.outcome);
                return self.send(message::error(&subscribe.id, &refusal)).await;
            }
        };
        let (flow, mut session, ended) = (self.flow.clone(), self.session.clone(), self.ended.clone());
        let id = subscribe.id.clone();
        let task = actix_web::rt::spawn(async move {
            let sent = async {
                while let Some(answer) = answers.next().await {
                    flow.state.metrics.count(answer.outcome);
                    if matches!(answer.outcome, RequestOutcome::Refused(_)) {
                        return flow.send(&mut session, message::error(&id, &answer)).await;
                    }
                    flow.send(&mut session, message::next(&id, &answer)).await?;
                }
                flow.send(&mut session, message::complete(&id)).await
            };
            // The socket may be gone.
            let _ = match sent.await {
                Ok(()) => ended.send(Ended::Operation(id, number)),
                Err(close) => ended.send(Ended::Deaf(close)),
            };
        });
        self.operations.insert(subscribe.id, (number, task));
        Ok(())
    }

    /// Whether this socket may start one more operation.
    fn bounds(&self) -> Result<(), ApiError> {
        let limit = self.state.config.max_operations;
        if self.operations.len() >= limit {
            let message = format!("Au plus {limit} opérations à la fois sur une connexion.");
            return Err(ApiError::new(ErrorCode::RateLimited, message).with("limit", limit as u64));
        }
        match self.state.rates.count(&self.caller, self.address) {
            Some(told) if !told.passes => Err(ApiError::rate_limited(told.reset)),
            _ => Ok(()),
        }
    }

    async fn send(&self, text: String) -> Result<(), Close> {
        let mut session = self.session.clone();
        self.written(async move { session.text(text).await }).await
    }

    /// A client that takes nothing for a while is let go.
    async fn written(&self, write: impl Future<Output = Result<(), actix_ws::Closed>>) -> Result<(), Close> {
        match tokio::time::timeout(WRITE_TIME, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Close(1001, "No sign of life")),
        }
    }
}
