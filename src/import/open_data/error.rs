//! Why open data is refused: each error says what, where, and what to do.

use super::Format;
use super::report::LeftAside;

/// Why open data was refused. What, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenDataError {
    /// A file or folder cannot be read.
    #[error("{path}: it cannot be read ({cause}): see that it is there and that you may read it")]
    Read {
        /// Which.
        path: String,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The bytes are no table.
    #[error("{file}: not a table: {reason}")]
    NotATable {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// The archive is damaged or hostile.
    #[error("{file}: archive refused: {reason}")]
    Archive {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// The XML is damaged or hostile.
    #[error("{file}: XML refused: {reason}")]
    Markup {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// The file is none of the data sets.
    #[error("{file}: not recognised: {reason}")]
    Unknown {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
    /// A column is not there.
    #[error("{file}: column {missing} is missing; its first columns are {present}: see what the publisher changed")]
    MissingColumn {
        /// Which.
        file: String,
        /// The column, and the one that may stand in its place.
        missing: String,
        /// The first columns that are there.
        present: String,
    },
    /// Too many rows are damaged.
    #[error(
        "{file}: {refused} of {rows} rows cannot be taken, too many to trust the others: is it whole and as published? The first: {first}"
    )]
    TooManyRefused {
        /// Which.
        file: String,
        /// How many.
        refused: usize,
        /// Of how many.
        rows: usize,
        /// The first.
        first: String,
    },
    /// A table of a set is not there.
    #[error("{format}: the table {missing} is missing: give all files of the set together (given: {})", files.join(", "))]
    Incomplete {
        /// The format.
        format: Format,
        /// The table.
        missing: String,
        /// What there is.
        files: Vec<String>,
    },
    /// A file of another format.
    #[error("{file}: this is {found}, not {wanted}: import it as `{found}`")]
    OtherFormat {
        /// Which.
        file: String,
        /// What it is.
        found: Format,
        /// What was asked for.
        wanted: Format,
    },
    /// A table of a known data set, but for some columns.
    #[error("{file}: {reason}")]
    Changed {
        /// Which.
        file: String,
        /// Which data set, and which columns.
        reason: String,
    },
    /// Nothing to import.
    #[error(
        "{path}: no file of any known data set: see docs/data-sources.md for what to download{}{}",
        listed("refused", refused),
        listed("skipped", skipped)
    )]
    Nothing {
        /// Where.
        path: String,
        /// The files that were refused.
        refused: Vec<LeftAside>,
        /// The files that are none of the data sets.
        skipped: Vec<LeftAside>,
    },
}

impl OpenDataError {
    /// The files to blame, where an import can go on without them.
    pub fn culprits(&self) -> Vec<String> {
        match self {
            OpenDataError::Read { path: file, .. }
            | OpenDataError::NotATable { file, .. }
            | OpenDataError::Archive { file, .. }
            | OpenDataError::Markup { file, .. }
            | OpenDataError::Unknown { file, .. }
            | OpenDataError::MissingColumn { file, .. }
            | OpenDataError::Changed { file, .. }
            | OpenDataError::TooManyRefused { file, .. }
            | OpenDataError::OtherFormat { file, .. } => vec![file.clone()],
            OpenDataError::Incomplete { files, .. } => files.clone(),
            OpenDataError::Nothing { .. } => Vec::new(),
        }
    }

    /// The message without the file's name, for a list that gives it.
    pub fn reason(&self) -> String {
        let text = self.to_string();
        let named =
            self.culprits().into_iter().find_map(|file| text.strip_prefix(&format!("{file}: ")).map(str::to_owned));
        named.unwrap_or(text)
    }
}

fn listed(what: &str, files: &[LeftAside]) -> String {
    let lines = files.iter().map(|LeftAside { file, reason, .. }| format!("\n{what} {file}: {reason}"));
    lines.collect()
}
