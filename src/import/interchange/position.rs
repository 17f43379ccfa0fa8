//! Where a value stands in a line, found again only when something is wrong with it.

/// The column, in characters from 1, of a byte offset in the line.
pub fn column(line: &str, offset: usize) -> u64 {
    let mut end = offset.min(line.len());
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line[..end].chars().count() as u64 + 1
}

/// The column of `text` inside the value of a top-level field; of the value where the text is not found as
/// such (it has escapes), of the line's start where the field is not.
pub fn column_of(line: &str, field: &str, text: &str) -> u64 {
    let Some(start) = value_of(line, field) else { return 1 };
    let quoted = format!("\"{text}\"");
    let offset = if text.is_empty() { 0 } else { line[start..].find(&quoted).unwrap_or(0) };
    column(line, start + offset)
}

/// The offset of the value of a top-level field of an object. The line is sound JSON by now.
fn value_of(line: &str, field: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let name = line.get(start..at)?;
                let blank = |at: usize| bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
                let colon = (at + 1).min(bytes.len());
                let colon = colon + blank(colon);
                if depth == 1 && name == field && bytes.get(colon) == Some(&b':') {
                    return Some(colon + 1 + blank(colon + 1));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_at_its_level_whatever_stands_before() {
        let line = r#"{"é":{"to":"x"}, "a":"\"to\":", "to" : ["y","z"]}"#;
        assert_eq!(column_of(line, "to", ""), 40);
        assert_eq!(column_of(line, "to", "z"), 45);
        assert_eq!(column_of(line, "absent", ""), 1);
    }
}
