//! The GraphQL side of the program: what a request may ask, what it costs, who may ask it, and what its
//! errors say. Only this module names async-graphql.

pub mod access;
pub mod answers;
pub mod documents;
pub mod error;
pub mod gateway;
pub mod guard;
pub mod work;
