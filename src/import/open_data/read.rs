//! Bytes as publishers offer them, read into tables: archives, encodings, spreadsheets, XML and JSON.

pub mod archive;
pub mod columns;
mod encoding;
pub mod json;
pub mod markup;
pub mod sheets;
pub mod table;
