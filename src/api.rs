//! The GraphQL side of the program: what a request may ask, what it costs, who may ask it, and what its
//! errors say. Only this module names async-graphql.

#![warn(missing_docs)]

pub mod access;
pub mod catalogue;
pub mod changes;
mod complete;
pub mod documents;
pub mod entity;
pub mod error;
mod facets;
mod federation;
pub mod gateway;
pub mod guard;
pub mod guidance;
pub mod indicators;
pub mod info;
mod introspection;
mod known;
pub mod listing;
pub mod lookups;
mod normalise;
pub mod page;
pub mod pathways;
mod place;
mod plan;
mod position;
mod profile;
pub mod reference;
pub mod related;
pub mod schema_names;
pub mod scope;
pub mod search;
#[cfg(test)]
mod tests;
pub mod validate;
pub mod work;

use std::sync::{Arc, OnceLock};

use async_graphql::{MergedObject, Request, SchemaBuilder, ValidationMode};

use crate::app::App;
use crate::graph::Graph;
use access::Caller;
use changes::{History, Mutation, Subscriptions};
use entity::{Entity, Node};
use error::ApiError;
use federation::Federated;
use gateway::{Gateway, Settings, Snapshots};
use guidance::Guidance;
use lookups::Lookups;
use pathways::PathwayQuestions;
use related::RelationEdge;
use scope::Scope;
use validate::Validator;

/// Toutes les questions que l'on peut poser au graphe.
#[derive(MergedObject, Default)]
pub struct Query(Lookups, PathwayQuestions, Guidance, History);

/// The schema, with its resolvers.
pub type Schema = async_graphql::Schema<Federated<Query>, Mutation, Subscriptions>;

/// What the schema says of itself.
const ABOUT: &str = "Les formations et les métiers en France : des voies expliquées de la licence au master, au parcours et au \
                     métier, chaque affirmation avec sa source.";

fn builder() -> SchemaBuilder<Federated<Query>, Mutation, Subscriptions> {
    // Documents are validated by `validate`, once each, before they come to the schema.
    Schema::build(Federated(Query::default()), Mutation, Subscriptions)
        .validation_mode(ValidationMode::Fast)
        .register_output_type::<Node>()
        .register_output_type::<Entity>()
        .register_output_type::<RelationEdge>()
}

/// The schema in GraphQL's own language: what `schema.graphql` holds.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().include_specified_by();
    let sdl = builder().finish().sdl_with_options(options);
    let sdl = guard::with_prices(&sdl);
    sdl.replacen("\nschema {", &format!("\n\"\"\"\n{ABOUT}\n\"\"\"\nschema {{"), 1)
}

/// The way of requests to an app's graph; once a process.
pub fn gateway(app: &Arc<App>, settings: Settings) -> Gateway {
    let schema = builder().data(app.clone()).finish();
    Gateway::new(schema, validator(), app.clone(), settings).expect("the schema prints as GraphQL")
}

/// Validates documents against our schema; read once a process.
fn validator() -> Arc<Validator> {
    static VALIDATOR: OnceLock<Arc<Validator>> = OnceLock::new();
    VALIDATOR.get_or_init(|| Arc::new(Validator::new(&sdl()).expect("the schema prints as GraphQL"))).clone()
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

    fn identity(&self) -> String {
        App::identity(self).to_owned()
    }

    fn refused(&self, caller: &Caller, error: &ApiError) {
        changes::note_refusal(self, caller, error);
    }
}
