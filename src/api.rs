//! The GraphQL side of the program: what a request may ask, what it costs, who may ask it, and what its
//! errors say. Only this module names async-graphql.

pub mod access;
pub mod catalogue;
pub mod changes;
pub mod documents;
pub mod entity;
pub mod error;
mod facets;
pub mod gateway;
pub mod guard;
pub mod guidance;
pub mod indicators;
pub mod info;
pub mod listing;
pub mod lookups;
pub mod page;
pub mod pathways;
mod place;
mod plan;
pub mod reference;
pub mod related;
pub mod response_cache;
pub mod schema_names;
pub mod scope;
pub mod search;
#[cfg(test)]
mod tests;
pub mod work;

use std::sync::Arc;

use async_graphql::{MergedObject, Request, SchemaBuilder};

use crate::app::App;
use crate::graph::Graph;
use access::Caller;
use changes::{History, Mutation, Subscriptions};
use entity::{Entity, Node};
use error::ApiError;
use gateway::{Gateway, Settings, Snapshots};
use guidance::Guidance;
use lookups::Lookups;
use pathways::PathwayQuestions;
use scope::Scope;

/// Toutes les questions que l'on peut poser au graphe.
#[derive(MergedObject, Default)]
pub struct Query(Lookups, PathwayQuestions, Guidance, History);

/// The schema, with its resolvers.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscriptions>;

fn builder() -> SchemaBuilder<Query, Mutation, Subscriptions> {
    Schema::build(Query::default(), Mutation, Subscriptions)
        .register_output_type::<Node>()
        .register_output_type::<Entity>()
}

/// The schema in GraphQL's own language: what `schema.graphql` holds.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments())
}

/// The way of requests to an app's graph; once a process.
pub fn gateway(app: &Arc<App>, settings: Settings) -> Gateway {
    let schema = builder().data(app.clone()).finish();
    Gateway::new(schema, &sdl(), app.clone(), settings).expect("the schema prints as GraphQL")
}

impl Snapshots for Arc<App> {
    fn version(&self) -> u64 {
        App::version(self)
    }

    fn attach(&self, request: Request) -> (Request, u64) {
        let graph = App::graph(self);
        let version = graph.version();
        (request.data(Scope::new(graph)), version)
    }

    fn graph(&self) -> Option<Arc<Graph>> {
        Some(App::graph(self))
    }

    fn refused(&self, caller: &Caller, error: &ApiError) {
        changes::note_refusal(self, caller, error);
    }
}
