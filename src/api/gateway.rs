//! The one way of a GraphQL request through the server, whatever carried it: kept answer, persisted query,
//! document, rights, variables, price, snapshot, execution with a deadline, codes on every error.
//!
//! Transports turn what they received into a [`Call`] and write the [`Answer`]; nothing else executes GraphQL.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response, Value, Variables};
use futures_util::stream::{BoxStream, StreamExt};
use serde::Deserialize;

use super::access::{Caller, Right, Who, needed};
use super::documents::{self, Documents};
use super::error::{ApiError, ErrorCode};
use super::guard::table::WORK;
use super::guard::{Shape, price, variables};
use super::normalise;
pub use super::position::Position;
use super::validate::Validator;
use super::work::{Cancel, Pool, Work, within};
use crate::graph::Graph;

mod advice;
mod answer;
mod engine;
mod response_cache;
mod settings;

pub use answer::{Answer, RequestOutcome, Tag, tag};
use engine::{Admitted, Engine, Executed, Prepared};
use response_cache::{Answers, Kept, Question};
pub use settings::Settings;

/// What carries a request, since not all may carry everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// HTTP GET: queries only.
    Get,
    /// HTTP POST: queries and mutations.
    Post,
    /// A WebSocket or an event stream: everything.
    Stream,
}

/// A GraphQL request as a transport received it. Variables and extensions are JSON objects not yet read.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// The document, unless a persisted query is named.
    pub query: Option<&'c str>,
    /// Which operation of it.
    pub operation: Option<&'c str>,
    /// The variables' JSON.
    pub variables: Option<&'c str>,
    /// The extensions' JSON.
    pub extensions: Option<&'c str>,
    /// What carries it.
    pub via: Via,
    /// All of these as they were written, for the answer to be kept for whoever writes the same again.
    pub text: Option<&'c [u8]>,
}

/// The graph that requests see: one snapshot for the whole of each.
pub trait Snapshots: Send + Sync {
    /// The version of the current snapshot.
    fn version(&self) -> u64;

    /// Puts the current snapshot into a request's data; gives its version.
    fn attach(&self, request: Request) -> (Request, u64);

    /// The current snapshot, when plans can read it.
    fn graph(&self) -> Option<Arc<Graph>> {
        None
    }

    /// What tells the log behind it from any other.
    fn identity(&self) -> String {
        String::new()
    }

    /// Told of a write that was refused for want of a right.
    fn refused(&self, _caller: &Caller, _error: &ApiError) {}
}

/// See the module.
pub struct Gateway {
    engine: Arc<Engine>,
    shape: Shape,
    documents: Documents,
    answers: Option<Answers>,
    pool: Arc<Pool>,
    kept_given: AtomicU64,
}

/// Compresses a body as a transport's client wants it; `None` when that is not worth it.
pub type Pack = fn(&[u8]) -> Option<Vec<u8>>;

/// How a transport wants a body that took work, so that the threads that answer requests need not do that with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form {
    /// Compressed this way.
    pub pack: Option<Pack>,
    /// With its tag.
    pub tagged: bool,
}

/// The answers of one operation, one after the other. Dropping it stops the work behind it.
pub type Answering = BoxStream<'static, Answer>;

impl Gateway {
    /// A gateway to a schema, whose documents this validator validates: the schema itself is to execute without (`Fast`).
    ///
    /// # Errors
    /// When the SDL cannot be read.
    pub fn new(
        schema: impl Executor,
        validator: Arc<Validator>,
        snapshots: impl Snapshots + 'static,
        settings: Settings,
    ) -> Result<Gateway, async_graphql::parser::Error> {
        Ok(Gateway {
            shape: Shape::from_sdl(validator.sdl())?,
            documents: Documents::new(settings.document_bytes, settings.persisted_bytes),
            answers: (settings.answer_bytes > 0).then(|| Answers::new(settings.answer_bytes)),
            pool: Arc::new(Pool::new(settings.search_threads, settings.search_queue, settings.what_ifs)),
            kept_given: AtomicU64::new(0),
            engine: Arc::new(Engine { run: Box::new(schema), snapshots: Box::new(snapshots), validator, settings }),
        })
    }

    /// The schema's SDL.
    pub fn sdl(&self) -> &Arc<str> {
        self.engine.validator.sdl()
    }

    /// How requests are treated.
    pub fn settings(&self) -> &Settings {
        &self.engine.settings
    }

    /// The version of the current graph.
    pub fn version(&self) -> u64 {
        self.engine.snapshots.version()
    }

    /// What tells this server's log from any other.
    pub fn identity(&self) -> String {
        self.engine.snapshots.identity()
    }

    /// The current graph, where there is one.
    pub fn graph(&self) -> Option<Arc<Graph>> {
        self.engine.snapshots.graph()
    }

    /// Runs work of a caller on the pool, within the deadline of requests.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn work<T, F>(&self, caller: &Caller, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&Cancel) -> T + Send + 'static,
    {
        let cancel = Cancel::after(self.settings().deadline);
        let _stop = cancel.guard();
        self.pool.run(&Who::known(caller), &cancel, work).await
    }

    /// Drives a caller's future on the pool, within the deadline of requests.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn drive<T: Send + 'static>(
        &self,
        caller: &Caller,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let cancel = Cancel::after(self.settings().deadline);
        let _stop = cancel.guard();
        Work::new(self.pool.clone(), cancel, Who::known(caller)).drive(future).await
    }

    /// The pool for heavy work.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// How many answers were given from those kept, and the bytes that these take.
    pub fn kept(&self) -> (u64, u64) {
        (self.kept_given.load(Ordering::Relaxed), self.answers.as_ref().map_or(0, Answers::bytes))
    }

    /// The answer kept for a request written as this one and carried the same way; compressed, for those who say how. A large one
    /// that is not at hand in that form is none: it is worked out again, and compressed where that is done.
    pub fn kept_answer(&self, text: &[u8], via: Via, caller: &Caller, pack: Option<Pack>) -> Option<Answer> {
        let answers = self.answers.as_ref()?;
        caller.demand(Right::Read, self.engine.settings.reading).ok()?;
        let question =
            Question { text, via, version: self.engine.snapshots.version(), role: caller.role, packed: false };
        let (Kept { body, tag }, packed) = match pack {
            None => (answers.get(&question)?, false),
            Some(pack) => answers.packed(&question, pack)?,
        };
        self.kept_given.fetch_add(1, Ordering::Relaxed);
        Some(Answer { body, outcome: RequestOutcome::Data, packed, tag, event: None })
    }

    /// Answers one query or mutation, without looking for a kept answer. Dropping the future stops the work behind it.
    pub async fn answer(&self, call: &Call<'_>, caller: &Caller) -> Answer {
        self.answer_as(call, caller, Form::default()).await
    }

    /// As [`Gateway::answer`]; one that took work is given its form where it was worked out.
    pub async fn answer_as(&self, call: &Call<'_>, caller: &Caller, form: Form) -> Answer {
        let CallDocument { text, keep, dry } = match self.text(call) {
            Ok(found) => found,
            Err(error) => return Answer::refused(error.into_server_error()),
        };
        let admitted = match self.admit(&text, call, caller, dry) {
            Ok(admitted) if dry => return self.priced(&admitted),
            Ok(admitted) if admitted.kind == OperationType::Subscription => {
                let message = "Un abonnement passe par WebSocket (graphql-transport-ws) ou par un flux d'événements \
                               (Accept: text/event-stream).";
                return Answer::refused(ApiError::new(ErrorCode::BadRequest, message).into_server_error());
            }
            Ok(admitted) => admitted,
            Err(answer) => return answer,
        };
        let _stop = admitted.work.cancel.guard();
        let kind = admitted.kind;
        // In a box: what is refused or given from those kept need not carry the room for it along.
        let executed = Box::pin(self.engine.execute(&text, caller, admitted, form));
        let Some(executed) = within(self.settings().deadline, executed).await else {
            return Answer::refused(ApiError::timeout().into_server_error());
        };
        let Executed { answer, version, packed } = executed;
        if let Some(answers) = &self.answers
            && let Some(text) = keep
            && answer.outcome == RequestOutcome::Data
            && kind == OperationType::Query
        {
            let question = Question { text, via: call.via, version, role: caller.role, packed: false };
            answers.keep(&question, &answer.body, answer.tag);
            if let Some((packed, tag)) = &packed {
                answers.keep(&Question { packed: true, ..question }, packed, *tag);
            }
        }
        match packed {
            Some((body, tag)) => Answer { body, packed: true, tag, ..answer },
            None => answer,
        }
    }

    /// Starts a subscription, or answers a query or mutation as a stream of one.
    ///
    /// A client that comes back names the last event that it has (`<identity>:<version>`), and follows from there.
    ///
    /// # Errors
    /// The answer that refuses it before anything was executed.
    pub fn stream(
        self: &Arc<Self>,
        call: &Call<'_>,
        caller: &Caller,
        last_event: Option<&str>,
    ) -> Result<Answering, Answer> {
        if let Some(answer) = call.text.and_then(|text| self.kept_answer(text, call.via, caller, None)) {
            return Ok(futures_util::stream::once(std::future::ready(answer)).boxed());
        }
        let CallDocument { text, keep, dry } = self.text(call).map_err(Answer::from)?;
        let text = text.into_owned();
        let admitted = self.admit(&text, call, caller, dry)?;
        if dry {
            return Ok(futures_util::stream::once(std::future::ready(self.priced(&admitted))).boxed());
        }
        if admitted.kind != OperationType::Subscription {
            let (caller, operation) = (caller.clone(), call.operation.map(str::to_owned));
            let variables = call.variables.map(str::to_owned);
            let (via, written) = (call.via, keep.map(<[u8]>::to_vec));
            let (gateway, bearer) = (self.clone(), caller.clone());
            let driven = async move {
                let call = Call {
                    query: Some(&text),
                    operation: operation.as_deref(),
                    variables: variables.as_deref(),
                    extensions: None,
                    via,
                    text: written.as_deref(),
                };
                gateway.answer(&call, &bearer).await
            };
            // On the pool: the document and its variables are read once more, and may be long.
            let gateway = self.clone();
            let answer = async move { gateway.drive(&caller, driven).await.unwrap_or_else(Answer::from) };
            return Ok(futures_util::stream::once(answer).boxed());
        }
        let stop = admitted.work.cancel.guard();
        let Prepared { request, .. } = self.engine.request(&text, caller, &admitted).map_err(Answer::from)?;
        let request = request.expect("a subscription asks for a field that is none of introspection");
        let position = Position::after(last_event, &self.engine.snapshots.identity()).map_err(Answer::from)?;
        let (engine, price, work) = (self.engine.clone(), admitted.price, admitted.work.clone());
        let answers = self.engine.run.stream(request.data(position.clone())).map(move |response| {
            let _ = &stop;
            Answer { event: position.reached(), ..engine.finish(response, &admitted) }
        });
        if price <= LIGHT_EVENT {
            return Ok(answers.boxed());
        }
        Ok(on_the_pool(answers.boxed(), work))
    }

    /// The document of a call: its own, or that of the persisted query it names. With the request as it was written, when its
    /// answer may be kept: what registers a persisted query is read each time, lest that be forgotten while the answer is kept.
    fn text<'c>(&self, call: &Call<'c>) -> Result<CallDocument<'c>, ApiError> {
        let extensions: CallExtensions = match call.extensions {
            None => CallExtensions::default(),
            Some(extensions) => serde_json::from_str(extensions).map_err(|_| {
                ApiError::new(ErrorCode::BadRequest, "« extensions » : `persistedQuery` ou `dryRun` est mal formé.")
            })?,
        };
        let dry = extensions.dry_run == Some(true);
        let keep = call.text.filter(|_| !dry);
        if let Some(persisted) = extensions.persisted {
            let text = self.documents.persisted(&persisted.hash, call.query)?;
            return Ok(match call.query {
                Some(query) => CallDocument { text: Cow::Borrowed(query), keep: None, dry },
                None => CallDocument { text: Cow::Owned(text.to_string()), keep, dry },
            });
        }
        let query = call.query.ok_or_else(|| ApiError::new(ErrorCode::BadRequest, "« query » manque."))?;
        Ok(CallDocument { text: Cow::Borrowed(query), keep, dry })
    }

    /// The answer of a request that asks for its price alone; what would not be executed has none.
    fn priced(&self, admitted: &Admitted) -> Answer {
        if let Err(error) = self.engine.normalised(admitted) {
            return error.into();
        }
        let limit = self.engine.settings.limits.price;
        let cost = async_graphql::value!({ "price": admitted.price, "limit": limit, "dryRun": true });
        let response = Response::new(Value::Object(Default::default())).extension("cost", cost);
        Answer::of(&response, self.engine.most())
    }

    /// Everything between the text of a document and its execution.
    /// One that is not to be executed may have any price.
    fn admit(&self, text: &str, call: &Call<'_>, caller: &Caller, dry: bool) -> Result<Admitted, Answer> {
        let limits = &self.engine.settings.limits;
        let refuse = |error: ApiError| Answer::refused(error.into_server_error());
        let read = self.documents.read(text, limits, &self.engine.validator).map_err(Answer::refused)?;
        let operation = documents::operation(read.parsed(), call.operation).map_err(refuse)?;
        let kind = operation.ty;
        if call.via == Via::Get && kind == OperationType::Mutation {
            let message = "Une mutation ne passe pas par GET : envoyez-la par POST.";
            return Err(refuse(ApiError::new(ErrorCode::MethodNotAllowed, message)));
        }
        caller.demand(needed(kind), self.engine.settings.reading).map_err(|error| {
            if kind == OperationType::Mutation {
                self.engine.snapshots.refused(caller, &error);
            }
            refuse(error)
        })?;
        let variables = match call.variables {
            Some(json) => serde_json::from_str::<Variables>(json).map_err(|error| refuse(bad_variables(&error)))?,
            None => Variables::default(),
        };
        variables::check(&variables, limits).map_err(refuse)?;
        let document =
            self.documents.valid(text, read, &self.engine.validator, &self.shape).map_err(Answer::invalid)?;
        let operation = documents::operation(&document.parsed, call.operation).map_err(refuse)?;
        let variables =
            normalise::variables::coerce(self.engine.validator.schema(), operation, &variables).map_err(refuse)?;
        let price = document.price(operation, &self.shape, &variables).map_err(refuse)?;
        if !dry {
            price::check(price, limits).map_err(refuse)?;
        }
        let cancel = match kind {
            OperationType::Subscription => Cancel::after(Duration::from_secs(10 * 365 * 86_400)),
            _ => Cancel::after(self.engine.settings.deadline),
        };
        let work = Work::new(self.pool.clone(), cancel, Who::known(caller));
        let operation = call.operation.map(str::to_owned);
        Ok(Admitted { document, operation, kind, variables, price, work })
    }
}

/// Up to this price an event takes about a millisecond at most. It is worked out where it is sent: thousands may follow, and the queue
/// of the pool is for others.
const LIGHT_EVENT: u64 = 2 * WORK;
/// How long the next event waits where the pool is full.
const PATIENCE: Duration = Duration::from_millis(200);

/// The same answers, each worked out on the pool. A full pool delays them: nothing is lost.
fn on_the_pool(answers: Answering, work: Work) -> Answering {
    let answers = Arc::new(tokio::sync::Mutex::new(answers));
    let driven = async_stream::stream! {
        loop {
            let shared = answers.clone();
            match work.drive(async move { shared.lock().await.next().await }).await {
                Ok(Some(answer)) => yield answer,
                Ok(None) => return,
                Err(error) if error.code() == ErrorCode::Overloaded => tokio::time::sleep(PATIENCE).await,
                Err(error) => {
                    yield Answer::from(error);
                    return;
                }
            }
        }
    };
    driven.boxed()
}

fn bad_variables(error: &serde_json::Error) -> ApiError {
    if error.to_string().starts_with("recursion limit") {
        return ApiError::too_complex("variableDepth", 128, 127, "Les variables sont trop profondément imbriquées.");
    }
    ApiError::invalid_input("Les variables ne peuvent être lues : un nombre est peut-être hors des bornes.")
}

/// The document of a call.
struct CallDocument<'c> {
    text: Cow<'c, str>,
    /// The request as it was written, where its answer may be kept.
    keep: Option<&'c [u8]>,
    /// Whether only its price is asked for.
    dry: bool,
}

#[derive(Deserialize, Default)]
struct CallExtensions {
    #[serde(rename = "persistedQuery")]
    persisted: Option<Persisted>,
    #[serde(rename = "dryRun")]
    dry_run: Option<bool>,
}

#[derive(Deserialize)]
struct Persisted {
    #[serde(rename = "sha256Hash")]
    hash: String,
}

impl From<ApiError> for Answer {
    fn from(error: ApiError) -> Answer {
        Answer::refused(error.into_server_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_events_of_a_dear_subscription_are_worked_out_on_the_pool_and_none_is_lost() {
        let pool = Arc::new(Pool::new(1, 1, 16));
        let work = Work::new(pool, Cancel::after(Duration::from_secs(20)), Who::Address(1));
        let event = || {
            let thread = std::thread::current().name().map(str::to_owned);
            let response = Response::new(Value::from(thread.unwrap_or_default()));
            Answer::of(&response, usize::MAX)
        };
        let answers = async_stream::stream! {
            for _ in 0..3 {
                // What an event waits for holds no thread.
                tokio::time::sleep(Duration::from_millis(5)).await;
                yield event();
            }
        };
        let told: Vec<Answer> = on_the_pool(answers.boxed(), work).collect().await;
        let on_pool = told.iter().filter(|answer| answer.body.windows(6).any(|text| text == b"search")).count();
        assert_eq!((told.len(), on_pool), (3, 3));
    }
}
