//! Executes what the guards let pass: by a plan where there is one, else by the schema. Where it has to work, on the pool.

use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Executor, Name, Request, Response, Value, Variables};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::answer::{Tag, tag};
use super::{Answer, Form, RequestOutcome, Settings, Snapshots, advice, answer};
use crate::api::access::Caller;
use crate::api::complete::Completion;
use crate::api::documents::{self, ValidDocument};
use crate::api::error::{ApiError, foreign};
use crate::api::guard::table::{WORK, own};
use crate::api::normalise::normalise;
use crate::api::validate::Validator;
use crate::api::work::Work;
use crate::api::{federation, introspection};

/// Executes any schema behind one type.
pub(super) trait Run: Send + Sync {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    fn stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl<E: Executor> Run for E {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(Executor::execute(self, request))
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.execute_stream(request, None)
    }
}

/// What executes.
pub(super) struct Engine {
    pub run: Box<dyn Run>,
    pub snapshots: Box<dyn Snapshots>,
    pub validator: Arc<Validator>,
    pub settings: Settings,
}

/// An operation that the guards let pass.
pub(super) struct Admitted {
    pub document: Arc<ValidDocument>,
    pub operation: Option<String>,
    pub kind: OperationType,
    pub variables: Variables,
    pub price: u64,
    pub work: Work,
}

/// An operation, ready to be executed.
pub(super) struct Prepared {
    /// `None` when nothing is left to execute.
    pub request: Option<Request>,
    /// What introspection answered already.
    introspected: Vec<(Name, Value)>,
    /// The keys whose answers rest on supposed changes.
    supposed: Vec<Name>,
    /// Of the graph that it sees.
    version: u64,
}

/// What came of an operation.
pub(super) struct Executed {
    pub answer: Answer,
    /// Of the graph that it was read from.
    pub version: u64,
    /// The answer's body compressed, where that was wanted and worth it, with its tag.
    pub packed: Option<(Bytes, Option<Tag>)>,
}

impl Engine {
    /// Executes an operation. A query that costs as much as a search is executed on the pool from its first look-up to the last
    /// byte of its answer, compressed and tagged there too: the threads that answer requests do no more than a little for anyone. A search
    /// by name alone has a head start on this thread. Writes
    /// have threads of their own, since they wait for the disk.
    pub async fn execute(self: &Arc<Self>, text: &str, caller: &Caller, admitted: Admitted, form: Form) -> Executed {
        if admitted.kind != OperationType::Query || admitted.price < WORK {
            return self.executed(text, caller, &admitted, Form::default()).await;
        }
        if let Some((answer, version)) = self.searched(&admitted).await {
            return Executed { answer, version, packed: None };
        }
        let (engine, text, caller) = (self.clone(), text.to_owned(), caller.clone());
        let work = admitted.work.clone();
        let driven = work.drive(async move { engine.executed(&text, &caller, &admitted, form).await });
        match driven.await {
            Ok(executed) => executed,
            Err(error) => Executed { answer: error.into(), version: self.snapshots.version(), packed: None },
        }
    }

    /// By its plan when it has one that can answer, else the general way.
    async fn executed(&self, text: &str, caller: &Caller, admitted: &Admitted, form: Form) -> Executed {
        let (mut answer, version) = match self.planned(admitted, &admitted.work).await {
            Some(planned) => planned,
            None => self.general(text, caller, admitted).await,
        };
        let tagged = |body: &Bytes| form.tagged.then(|| tag(body));
        answer.tag = tagged(&answer.body);
        let packed = form.pack.and_then(|pack| pack(&answer.body)).map(|packed| {
            let packed = Bytes::from(packed.into_boxed_slice());
            let tag = tagged(&packed);
            (packed, tag)
        });
        Executed { answer, version, packed }
    }

    async fn general(&self, text: &str, caller: &Caller, admitted: &Admitted) -> (Answer, u64) {
        match self.request(text, caller, admitted) {
            Ok(Prepared { request, introspected, supposed, version }) => {
                let mut response = match request {
                    Some(request) => self.run.execute(request).await,
                    None => Response::new(Value::Object(Default::default())),
                };
                if let Value::Object(data) = &mut response.data {
                    data.extend(introspected);
                }
                if !supposed.is_empty() {
                    response.extensions.insert("cacheControl".into(), advice::not_to_be_kept(&supposed));
                }
                (self.finish(response, admitted), version)
            }
            Err(error) => (error.into(), self.snapshots.version()),
        }
    }

    /// Answers a document that only searches by name, and looks up little of what it finds; `None` where its head start is not enough.
    async fn searched(&self, admitted: &Admitted) -> Option<(Answer, u64)> {
        if !admitted.document.plan()?.only_searches() || admitted.price >= own("Query", "search") + WORK {
            return None;
        }
        self.planned(admitted, &admitted.work.cut_short(self.settings.head_start)).await
    }

    /// The answer of a kept document's plan; `None` when the general way must answer.
    async fn planned(&self, admitted: &Admitted, work: &Work) -> Option<(Answer, u64)> {
        let Admitted { document, variables, price, .. } = admitted;
        let plan = document.plan()?;
        let graph = self.snapshots.graph()?;
        let body = plan.answer(&graph, variables, work, [*price, self.settings.limits.price]).await?;
        if body.len() > self.most() {
            return Some((Answer::too_long(self.most()), graph.version()));
        }
        Some((Answer { body, outcome: RequestOutcome::Data, packed: false, tag: None, event: None }, graph.version()))
    }

    /// What the general way executes, and the version of the graph that it sees.
    ///
    /// # Errors
    /// When the variables make of the operation what it may not be.
    pub fn request(&self, text: &str, caller: &Caller, admitted: &Admitted) -> Result<Prepared, ApiError> {
        let Admitted { variables, work, .. } = admitted;
        let schema = self.validator.schema();
        let mut normalised = self.normalised(admitted)?;
        let supposed = advice::supposed(&normalised, variables);
        federation::redirect(&mut normalised);
        let asked = introspection::take(&mut normalised);
        let introspected: Vec<(Name, Value)> = asked
            .iter()
            .map(|field| (field.response_key().node.clone(), introspection::answer(schema, field, variables)))
            .collect();
        let nothing_else =
            normalised.operations.iter().all(|(_, operation)| operation.node.selection_set.node.items.is_empty());
        let mut request = Request::new(text).variables(variables.clone());
        request.set_parsed_query(normalised);
        let (request, version) = self.snapshots.attach(request.data(work.clone()).data(caller.clone()));
        let request = (!nothing_else).then_some(request);
        Ok(Prepared { request, introspected, supposed, version })
    }

    /// The operation as the general way executes it.
    ///
    /// # Errors
    /// As [`Engine::request`].
    pub fn normalised(&self, admitted: &Admitted) -> Result<ExecutableDocument, ApiError> {
        let Admitted { document, operation, variables, .. } = admitted;
        let operation = documents::operation(&document.parsed, operation.as_deref())?;
        normalise(self.validator.schema(), &document.parsed, operation, variables)
    }

    /// The longest answer.
    pub fn most(&self) -> usize {
        usize::try_from(self.settings.limits.answer).unwrap_or(usize::MAX)
    }

    /// The answer of a response to an operation, with its price.
    pub fn finish(&self, mut response: Response, admitted: &Admitted) -> Answer {
        let Admitted { document, operation, variables, price, .. } = admitted;
        let (schema, document) = (self.validator.schema(), &document.parsed);
        if let Ok(operation) = documents::operation(document, operation.as_deref()) {
            Completion { schema, document, operation, variables }.complete(&mut response);
        }
        foreign::complete(&mut response);
        let (limit, values) = (self.settings.limits.price, answer::values(&response.data));
        let cost = async_graphql::value!({ "price": *price, "limit": limit, "values": values });
        response.extensions.insert("cost".into(), cost);
        Answer::of(&response, self.most())
    }
}
