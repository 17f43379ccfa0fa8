//! A small schema with one field for each thing that the request path must handle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, Enum, ID, Interface, Object, Request, SimpleObject, Subscription, ValidationMode};
use futures_util::Stream;
use passerelle::api::error::{ApiError, Candidate};
use passerelle::api::gateway::{Position, Snapshots};
use passerelle::api::work::Work;

/// Turns that slow searches have made: it stands still once they have stopped.
pub static TURNS: AtomicU64 = AtomicU64::new(0);

/// The version that the test graph is at.
#[derive(Clone, Default)]
pub struct Version(pub Arc<AtomicU64>);

impl Snapshots for Version {
    fn version(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn attach(&self, request: Request) -> (Request, u64) {
        let version = self.version();
        (request.data(version).data(self.clone()), version)
    }
}

#[derive(Enum, Copy, Clone, Eq, PartialEq)]
enum Colour {
    Red,
    Blue,
}

#[derive(SimpleObject, Clone)]
struct Licence {
    id: ID,
    name: String,
}

#[derive(SimpleObject, Clone)]
struct Master {
    id: ID,
    name: String,
    level: i32,
}

#[derive(Interface, Clone)]
#[graphql(field(name = "id", ty = "&ID"), field(name = "name", ty = "&String"))]
enum Entity {
    Licence(Licence),
    Master(Master),
}

#[derive(Default)]
pub struct Query;

#[Object]
impl Query {
    async fn version(&self, ctx: &Context<'_>) -> u64 {
        *ctx.data_unchecked::<u64>()
    }

    async fn double(&self, n: i32) -> Result<i32, ApiError> {
        n.checked_mul(2).ok_or_else(|| ApiError::invalid_input("n est trop grand"))
    }

    async fn half(&self, n: f64) -> f64 {
        n / 2.0
    }

    async fn colour(&self, colour: Colour) -> Colour {
        colour
    }

    async fn text(&self, length: usize) -> String {
        "é".repeat(length.min(10_000_000))
    }

    async fn me(&self) -> Query {
        Query
    }

    async fn entity(&self, r#ref: String) -> Result<Option<Entity>, ApiError> {
        match r#ref.as_str() {
            "svt" => Ok(Some(Entity::Licence(Licence { id: "licence/svt".into(), name: "SVT".into() }))),
            _ => {
                let nearest = Candidate { id: "licence/svt".into(), kind: "LICENCE", name: "SVT".into() };
                Err(ApiError::unknown_ref(&r#ref, vec![nearest]))
            }
        }
    }

    async fn all_licences(
        &self,
        first: Option<i32>,
    ) -> Result<Connection<usize, Licence, EmptyFields, EmptyFields>, ApiError> {
        let mut connection = Connection::new(false, false);
        let edges = (0..first.unwrap_or(20)).map(|n| {
            Edge::new(n as usize, Licence { id: format!("licence/{n}").into(), name: format!("Licence numéro {n}") })
        });
        connection.edges.extend(edges);
        Ok(connection)
    }

    async fn search(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let work = ctx.data_unchecked::<Work>();
        let turn = |cancel: &passerelle::api::work::Cancel| {
            let mut turns = 0;
            while !cancel.is_set() {
                std::thread::sleep(Duration::from_millis(1));
                turns += 1;
                TURNS.fetch_add(1, Ordering::Relaxed);
            }
            turns
        };
        work.run(turn).await
    }

    async fn wait(&self, ms: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        ms
    }

    async fn fault(&self) -> Result<i32, ApiError> {
        Err(ApiError::internal(&std::io::Error::other("secret-path-of-the-inside")))
    }

    async fn panics(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        ctx.data_unchecked::<Work>().run(|_| panic!("a search that panics")).await
    }
}

#[derive(Default)]
pub struct Mutation;

#[Object]
impl Mutation {
    async fn bump(&self, ctx: &Context<'_>) -> u64 {
        ctx.data_unchecked::<Version>().0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

#[derive(Default)]
pub struct Counting;

#[Subscription]
impl Counting {
    async fn count(&self, to: u32, #[graphql(default = 0)] ms: u64) -> impl Stream<Item = u32> {
        async_stream::stream! {
            for n in 1..=to {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                yield n;
            }
        }
    }

    /// As the log of changes is told: a client that comes back goes on after the event that it names.
    async fn told(&self, ctx: &Context<'_>, since: u64, to: u64) -> impl Stream<Item = u64> + use<> {
        let position = ctx.data_unchecked::<Position>().clone();
        let since = position.from().unwrap_or(since);
        async_stream::stream! {
            for version in since + 1..=to {
                position.reach(version);
                yield version;
            }
        }
    }

    async fn forever(&self) -> impl Stream<Item = u32> {
        futures_util::stream::pending()
    }

    async fn refused(&self) -> Result<futures_util::stream::Empty<u32>, ApiError> {
        Err(ApiError::invalid_input("refusé"))
    }
}

pub type Schema = async_graphql::Schema<Query, Mutation, Counting>;

pub fn schema() -> Schema {
    Schema::build(Query, Mutation, Counting)
        .validation_mode(ValidationMode::Fast)
        .register_output_type::<Entity>()
        .finish()
}
