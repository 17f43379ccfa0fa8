//! Passerelle: a GraphQL knowledge graph of curricula and careers.
pub mod api;
pub mod model;
