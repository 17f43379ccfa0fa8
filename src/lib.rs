//! Passerelle: a GraphQL knowledge graph of curricula and careers.

pub mod graph;
pub mod model;
pub mod pathway;
