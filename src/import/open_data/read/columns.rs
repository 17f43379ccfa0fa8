//! Which columns a header has, and which may be one that it lacks under another name.

use std::collections::HashSet;

use crate::model::text::fold;

/// What is known of headers before one is read.
#[derive(Clone, Copy)]
pub struct Headers {
    /// How much of a known header a line is, from 0 to 1.
    pub share: fn(&[&str]) -> f64,
    /// Whether a column is one by which some table is known: it stands for no other.
    pub taken: fn(&str) -> bool,
}

/// The column that may stand in the place of a missing one: it shares half of its words, or nearly all of its letters.
pub fn instead<'n>(column: &str, names: impl Iterator<Item = &'n str>, taken: fn(&str) -> bool) -> Option<&'n str> {
    let wanted = fold(column);
    let content = |text: &str| text.split(' ').filter(|word| word.len() > 3).map(str::to_owned).collect::<HashSet<_>>();
    let words = content(&wanted);
    let likeness = |name: &str| {
        let folded = fold(name);
        let theirs = content(&folded);
        let by_words = words.intersection(&theirs).count() as f64 / words.len().max(theirs.len()).max(1) as f64;
        let by_letters = strsim::normalized_damerau_levenshtein(&wanted, &folded);
        if by_letters >= 0.75 { by_letters } else { by_words }
    };
    let candidates = names.filter(|name| !taken(name));
    let nearest = candidates.map(|name| (likeness(name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    nearest.filter(|(likeness, _)| *likeness > 0.5).map(|(_, name)| name)
}

/// ` (found …)`, where a column may stand in the place of a missing one.
pub fn found_instead<'n>(column: &str, names: impl Iterator<Item = &'n str>, taken: fn(&str) -> bool) -> String {
    instead(column, names, taken).map(|name| format!(" (trouvé : `{name}`)")).unwrap_or_default()
}
