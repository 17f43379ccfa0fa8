//! What an import could not take: rows, and whole files.

use std::fmt;

use serde::Serialize;

/// A row or value that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub file: Box<str>,
    /// Its line, from 1.
    pub line: u64,
    /// The column, where one is to blame.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub column: Box<str>,
    /// Why, with the value.
    pub reason: Box<str>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refused { file, line, column, reason } = self;
        if column.is_empty() {
            write!(f, "{file}, l. {line} : {reason}")
        } else {
            write!(f, "{file}, l. {line}, colonne `{column}` : {reason}")
        }
    }
}

/// A file that was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftAside {
    /// Its path below the folder given; that of an archive goes before the name of a file in it.
    pub file: String,
    pub reason: String,
    /// Whether a newer or fuller edition took its place.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub superseded: bool,
}

impl LeftAside {
    /// A file that is not taken, with the reason.
    pub fn new(file: impl Into<String>, reason: impl Into<String>) -> LeftAside {
        LeftAside { file: file.into(), reason: reason.into(), superseded: false }
    }
}
