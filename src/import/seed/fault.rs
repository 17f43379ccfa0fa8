//! Faults: what is wrong in a seed file, where, and what to do. They are collected, never only the first.

use super::toml_view::Spot;

/// One mistake in a seed file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct SeedFault {
    /// The file's name as it was given.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong, with which value, and what to do.
    pub message: String,
}

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<SeedFault>,
}

impl Faults {
    /// Notes a fault at a place.
    pub(super) fn add(&mut self, at: Spot<'_>, message: impl Into<String>) {
        let (line, column) = at.line_and_column();
        self.found.push(SeedFault { file: at.file_name().to_owned(), line, column, message: message.into() });
    }

    /// The value when nothing was found, else all that was, in order of file, line and column.
    pub(super) fn or<T>(mut self, value: T) -> Result<T, Vec<SeedFault>> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort();
        self.found.dedup();
        Err(self.found)
    }
}

/// The candidate most like a misspelt text, if any is near enough to be what was meant.
pub(super) fn nearest<'c, T: ?Sized>(
    given: &str,
    candidates: impl Iterator<Item = &'c T>,
    text: impl Fn(&T) -> &str,
) -> Option<&'c T> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(given, text(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| text(b.1).cmp(text(a.1))))
        .map(|(_, candidate)| candidate)
}

/// ` (did you mean …?)`, or nothing.
pub(super) fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|text| format!("; did you mean `{text}`?")).unwrap_or_default()
}
