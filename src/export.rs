//! Exporting: one file per format. Output is deterministic: the same graph gives the same bytes.

pub mod jsonl;
pub mod licence;
