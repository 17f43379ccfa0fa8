//! The GraphQL side of the program: what a request may ask, what it costs, who may ask it, and what its
//! errors say. Only this module names async-graphql.

pub mod error;
pub mod guard;
