//! Import: one file per format; each yields nodes and edges, or faults with file, line, column and advice.

pub mod seed;
