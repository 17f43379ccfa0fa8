//! Descriptions of operations, fragments and variables, which documents may have since September 2025: they mean nothing to who
//! executes, and apollo-compiler does not read them yet, so blanks take their place.

use std::borrow::Cow;

use crate::api::guard::lexer::{self, Span};

/// The text with blanks for descriptions; the same bytes elsewhere, so that places stay what they are.
pub fn blanked(text: &str) -> Cow<'_, str> {
    if !text.contains('"') {
        return Cow::Borrowed(text);
    }
    // A string is a description before the keyword of a definition and, among the variables of one, before a `$`, unless it is
    // the default of the variable before.
    let (mut depth, mut before) = (0usize, &b""[..]);
    let mut string: Option<(usize, usize, usize, bool)> = None;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for Span { start, end } in lexer::tokens(text) {
        let token = &text.as_bytes()[start..end];
        if let Some((from, to, at, default)) = string.take() {
            let definition = matches!(token, b"query" | b"mutation" | b"subscription" | b"fragment");
            if (at == 0 && definition) || (at == 1 && token == b"$" && !default) {
                found.push((from, to));
            }
        }
        match token[0] {
            b'"' => string = Some((start, end, depth, before == b"=")),
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before = token;
    }
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut blank = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in found {
        blank.push_str(&text[at..from]);
        blank.extend(text[from..to].chars().map(|letter| if matches!(letter, '\n' | '\r') { letter } else { ' ' }));
        at = to;
    }
    blank.push_str(&text[at..]);
    Cow::Owned(blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_give_way_and_values_stay() {
        for (text, left) in [
            ("\"a\" query { b }", "    query { b }"),
            ("\"\"\"a\nb\"\"\" fragment F on Q { b }", "    \n     fragment F on Q { b }"),
            ("query(\"x\" $a: T = \"y\" \"z\" $b: T) { b }", "query(    $a: T = \"y\"     $b: T) { b }"),
            ("query($a: T = \"y\" $b: T) { b(c: \"d\") }", "query($a: T = \"y\" $b: T) { b(c: \"d\") }"),
            ("{ b(c: \"query\") }", "{ b(c: \"query\") }"),
        ] {
            assert_eq!(blanked(text), left);
        }
    }
}
