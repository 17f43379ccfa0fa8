//! The GraphQL side of the program: what a request may ask, what it costs, who may ask it, and what its
//! errors say. Only this module names async-graphql.

pub mod access;
pub mod answers;
pub mod catalogue;
pub mod changes;
pub mod documents;
pub mod entity;
pub mod error;
pub mod gateway;
pub mod guard;
pub mod info;
pub mod lookups;
pub mod page;
pub mod pathways;
pub mod reference;
pub mod related;
pub mod scope;
pub mod search;
pub mod words;
pub mod work;

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject};

use entity::{Entity, Node};
use lookups::Lookups;
use pathways::PathwayQuestions;

/// The root of all questions.
#[derive(MergedObject, Default)]
pub struct Query(Lookups, PathwayQuestions);

/// The schema, with its resolvers.
pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

/// Builds the schema; once a process.
pub fn schema() -> Schema {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        .register_output_type::<Node>()
        .register_output_type::<Entity>()
        .finish()
}
pub mod work;
