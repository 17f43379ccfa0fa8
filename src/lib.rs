//! Passerelle: a GraphQL knowledge graph of curricula and careers.
pub mod import;
pub mod model;
