//! The search against the naive contract, on generated graphs with everything in them, and each rule by itself.

mod diagnosed;
mod explained;
mod generated;
mod reached;
mod rules;
pub mod world;
