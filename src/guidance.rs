//! Guidance: what an adviser asks beyond pathways. Pure functions over a [`Graph`](crate::graph::Graph): no IO, no clock.
//!
//! Reading order: [`admission`] how hard a diploma is to enter; [`indicators`] what offers are compared by; [`skill_gap`] what a job still asks for, and what would
//! close the gap; [`compare`] parcours side by side; [`recommend`] masters and parcours for a profile; [`rerank`]
//! pathways for a profile; [`audit`] how neutral all that is. What is within reach is [`crate::pathway::reach`]'s.

pub mod admission;
pub mod audit;
pub mod compare;
mod cover;
pub mod indicators;
pub mod recommend;
pub mod rerank;
pub mod skill_gap;
