//! Counts the lexical tokens and the deepest nesting of a document without parsing it. Linear in the bytes,
//! constant memory, stops at the first limit passed; takes any text, GraphQL or not.

use super::{Limits, bound};
use crate::api::error::ApiError;

/// The longest name, in bytes. For an unknown one validation looks for the nearest that exist, each time that a fragment with it
/// is spread: a name of 100 KiB spread two thousand times would take minutes.
const MOST_NAME: u64 = 128;

/// Refuses a document with too many bytes, too many tokens or too many brackets open at once.
///
/// # Errors
/// `TOO_COMPLEX` with `measure` `bytes`, `tokens` or `nesting`.
pub fn check(text: &str, limits: &Limits) -> Result<(), ApiError> {
    bound("bytes", "longueur du document", text.len() as u64, limits.bytes)?;
    let (mut count, mut open) = (0u64, 0u64);
    for Span { start, end } in tokens(text) {
        match text.as_bytes()[start] {
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => bound("name", "nom de", (end - start) as u64, MOST_NAME)?,
            b'{' | b'[' | b'(' => {
                open += 1;
                bound("nesting", "imbrication de", open, limits.nesting)?;
            }
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        count += 1;
        bound("tokens", "nombre de lexèmes supérieur ou égal à", count, limits.tokens)?;
    }
    Ok(())
}

/// Where a token stands in its text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// The tokens of a text as the specification cuts them; a byte that begins none is one of its own.
pub fn tokens(text: &str) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let length = match *bytes.get(at)? {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                    at += 1;
                    continue;
                }
                b'#' => {
                    at += span(&bytes[at..], |b| b != b'\n' && b != b'\r');
                    continue;
                }
                0xEF if bytes[at..].starts_with(b"\xEF\xBB\xBF") => {
                    at += 3;
                    continue;
                }
                b'"' => string(&bytes[at..]),
                b'.' if bytes[at..].starts_with(b"...") => 3,
                b'_' | b'a'..=b'z' | b'A'..=b'Z' => span(&bytes[at..], |b| b == b'_' || b.is_ascii_alphanumeric()),
                b'-' | b'0'..=b'9' => {
                    1 + span(&bytes[at + 1..], |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
                }
                _ => 1,
            };
            at += length;
            return Some(Span { start: at - length, end: at });
        }
    })
}

fn span(bytes: &[u8], inside: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|&b| !inside(b)).unwrap_or(bytes.len())
}

/// The length of the string that the bytes open with, up to its end or, unfinished, to the end of the text.
fn string(bytes: &[u8]) -> usize {
    let (quote, start) = if bytes.starts_with(b"\"\"\"") { (&b"\"\"\""[..], 3) } else { (&b"\""[..], 1) };
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(quote) {
            return at + quote.len();
        }
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> bool {
        check(text, &Limits { tokens: 6, ..Limits::default() }).is_ok()
    }

    #[test]
    fn tokens_are_counted_as_the_specification_cuts_them() {
        assert!(!tokens("{ a(b: 1) }"));
        assert!(tokens("{ a, b ,,, c # d e f g h\n }"));
        assert!(tokens(r#"a("{ a b c d e f g }")"#));
        assert!(tokens(r#"a("""b " \""" c""" 1 )"#));
        assert!(tokens("{ ... on A x"));
        assert!(!tokens("{ ... on A x y z"));
        assert!(tokens("-1.5e+10 1 2 3"));
    }

    #[test]
    fn names_are_bounded() {
        assert!(check(&format!("{{ {} }}", "a".repeat(128)), &Limits::default()).is_ok());
        assert!(check(&format!("{{ {} }}", "a".repeat(129)), &Limits::default()).is_err());
        assert!(check(&format!("{{ a(x: \"{}\") }}", "a".repeat(129)), &Limits::default()).is_ok());
    }

    #[test]
    fn nesting_is_bounded_and_odd_text_is_taken() {
        let deep = "{a".repeat(100);
        assert_eq!(check(&deep, &Limits::default()).unwrap_err().code().name(), "TOO_COMPLEX");
        let brackets = format!("{{a(x:{}1", "[".repeat(100_000));
        assert!(check(&brackets, &Limits::default()).is_err());
        for odd in ["\"", "\"\\", "\"\"\"", "é\u{feff}🏊", "}}}}", "-", "\\"] {
            assert!(check(odd, &Limits::default()).is_ok(), "{odd}");
        }
    }
}
