//! Passerelle: a GraphQL knowledge graph of curricula and careers. The rooms below stand in reading order, each naming those
//! above it; ARCHITECTURE.md is the map.

// The words, and the graph that is said in them.
pub mod graph;
pub mod model;

// What is worked out over a graph.
pub mod pathway;

pub mod guidance;

// How facts come in, last, and go out.
pub mod export;
pub mod import;
pub mod store;

// The one writer and the current graph, with who wrote what.
pub mod app;
pub mod journal;

// What clients speak to.
pub mod api;

pub mod page;
pub mod tokens;

pub mod http;

// The program.
pub mod cli;
pub mod logging;

#[cfg(test)]
mod layers;
#[cfg(test)]
mod promises;
