//! What is wrong with an imported file: where, what, and what to write instead.

use std::fmt;

use crate::model::French;

/// The most faults kept of one file; further ones are only counted.
pub const MAX_FAULTS: usize = 100;

/// One thing to mend in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<P> {
    /// The file's name, as it was given.
    pub file: Box<str>,
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1; where a value spans several, its first.
    pub column: u64,
    /// What is wrong, with the value that is, and what to write instead where that can be told.
    pub problem: P,
}

impl<P: fmt::Display> fmt::Display for Fault<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.problem)
    }
}

impl<P: French> French for Fault<P> {
    fn french(&self) -> String {
        format!("{}:{}:{} : {}", self.file, self.line, self.column, self.problem.french())
    }
}

/// The faults of one file, in order of line: the first [`MAX_FAULTS`], and how many more there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults<P> {
    /// The ones kept.
    pub shown: Vec<Fault<P>>,
    /// How many were only counted.
    pub more: usize,
}

impl<P> Default for Faults<P> {
    fn default() -> Faults<P> {
        Faults { shown: Vec::new(), more: 0 }
    }
}

impl<P> Faults<P> {
    /// Adds one, or counts it when enough are kept.
    pub fn push(&mut self, fault: Fault<P>) {
        if self.shown.len() < MAX_FAULTS { self.shown.push(fault) } else { self.more += 1 }
    }

    pub fn len(&self) -> usize {
        self.shown.len() + self.more
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }
}

impl<P: fmt::Display> fmt::Display for Faults<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.shown.iter().enumerate() {
            write!(f, "{}{fault}", if n == 0 { "" } else { "\n" })?;
        }
        if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) }
    }
}

impl<P: French> French for Faults<P> {
    fn french(&self) -> String {
        let mut lines: Vec<String> = self.shown.iter().map(French::french).collect();
        if self.more > 0 {
            lines.push(format!("et {} autres", self.more));
        }
        lines.join("\n")
    }
}

impl<P: fmt::Debug + fmt::Display> std::error::Error for Faults<P> {}

/// The candidate nearest to a misspelt word, unless none is near.
pub(crate) fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (given.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(given.len()) <= 2 * allowed)
        .map(|candidate| (strsim::osa_distance(given, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}
