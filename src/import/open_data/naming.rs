//! What publishers call things: codes, titles of diplomas and of jobs, and which of them are the same.

pub mod codes;
pub mod identity;
pub mod job_names;
pub mod licences;
pub mod spelling;
