//! Importing: one file per format. Each reads foreign text and yields nodes and edges in the vocabulary of
//! [`crate::model`], or the faults that a person must mend, each with file, line, column and advice.

pub mod fault;
pub mod interchange;

pub use fault::{Fault, Faults};

pub mod seed;

pub mod changes;
//! Importing: one file per format. Each reads foreign text and yields changes and a report.

pub mod open_data;
