//! Passerelle: a GraphQL knowledge graph of curricula and careers.

pub mod api;
pub mod app;
pub mod cli;
pub mod export;
pub mod graph;
pub mod guidance;
pub mod http;
pub mod import;
pub mod journal;
pub mod logging;
pub mod model;
pub mod page;
pub mod pathway;
#[cfg(test)]
mod promises;
pub mod store;
pub mod tokens;
