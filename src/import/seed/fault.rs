//! Faults found so far: each is what is wrong in a seed file, where, and what to do; never only the first.

use super::spot::Spot;
use crate::import::Fault;

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults {
    found: Vec<Fault<String>>,
}

impl Faults {
    /// Notes a fault at a place.
    pub(super) fn add(&mut self, at: Spot<'_>, message: impl Into<String>) {
        self.suggest(at, message, None);
    }

    /// Notes a fault at a place, with what may have been meant.
    pub(super) fn suggest(&mut self, at: Spot<'_>, message: impl Into<String>, meant: Option<&str>) {
        let (line, column) = at.line_and_column();
        let mut problem = message.into();
        if let Some(meant) = meant {
            problem.push_str(&format!(" (did you mean `{meant}`?)"));
        }
        self.found.push(Fault { file: at.file_name().into(), line: line as u64, column: column as u64, problem });
    }

    /// The value when nothing was found, else all that was, in order of file, line and column.
    pub(super) fn or<T>(mut self, value: T) -> Result<T, Vec<Fault<String>>> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found
            .sort_by(|a, b| (&a.file, a.line, a.column, &a.problem).cmp(&(&b.file, b.line, b.column, &b.problem)));
        self.found.dedup();
        Err(self.found)
    }
}
