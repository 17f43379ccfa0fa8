//! Importing: one file per format. Each reads foreign text and yields nodes and edges in the vocabulary of
//! [`crate::model`], or the faults that a person must mend, each with file, line, column and advice.

pub mod accumulator;
pub mod fault;
pub mod interchange;
pub mod open_data;
mod order;
pub mod seed;

pub use fault::{Fault, Faults};
pub use order::changes;
