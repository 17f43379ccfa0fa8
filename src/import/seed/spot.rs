//! Where in a seed file something stands, told as line and column only when it is asked for.

/// A place in a file.
#[derive(Clone, Copy)]
pub(super) struct Spot<'t> {
    pub(super) name: &'t str,
    pub(super) text: &'t str,
    pub(super) offset: usize,
}

impl<'t> Spot<'t> {
    pub(super) fn file_name(&self) -> &'t str {
        self.name
    }

    /// Line and character in it, from 1.
    pub(super) fn line_and_column(&self) -> (usize, usize) {
        let before = self.text.get(..self.offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl std::fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.name, self.line_and_column().0)
    }
}
