//! What commands write to a terminal: whatever a graph, a file or a token says is escaped where it would steer it.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::model::clean;

/// A text of one line.
pub fn line(text: &str) -> Cow<'_, str> {
    match clean::shown(text) {
        text if text.contains('\n') => text.replace('\n', "\\u{a}").into(),
        text => text,
    }
}

/// The name of a file.
pub fn path(path: &Path) -> String {
    line(&path.to_string_lossy()).into_owned()
}

/// An answer, all texts of which are lines.
pub fn lines(mut answer: Value) -> Value {
    fn escape(value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(shown) = line(text) {
                    *text = shown;
                }
            }
            Value::Array(list) => list.iter_mut().for_each(escape),
            Value::Object(fields) => fields.values_mut().for_each(escape),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    escape(&mut answer);
    answer
}

/// As JSON to be read by people; what would steer a terminal is written as JSON escapes it, and says the same.
///
/// # Errors
/// When it is nothing that JSON can say.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    if !text.chars().any(|c| clean::steers(c) && c != '\n') {
        return Ok(text);
    }
    let mut escaped = String::with_capacity(text.len() + 32);
    for c in text.chars() {
        // Line breaks stand between values only: in a text they are escaped already.
        match clean::steers(c) && c != '\n' {
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped += &format!("\\u{unit:04x}")),
            false => escaped.push(c),
        }
    }
    Ok(escaped)
}

/// Writes lines to a terminal.
pub struct Screen<W: Write> {
    out: W,
    line: Vec<u8>,
}

impl<W: Write> Screen<W> {
    /// Over a terminal.
    pub fn new(out: W) -> Screen<W> {
        Screen { out, line: Vec::new() }
    }

    fn end_line(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line).replace('\t', "    ");
        self.out.write_all(clean::shown(&text).as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.end_line()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BAD: &str = "a\u{1b}[31mb\u{9b}c\u{202e}d\u{e0041}\r\ne";

    fn sound(text: &str) -> bool {
        text.chars().all(|c| c == '\n' || !clean::steers(c))
    }

    #[test]
    fn lines_and_answers_hold_nothing_that_steers_and_no_line_break() {
        assert_eq!(line("Métier\u{a0}: journaliste"), "Métier\u{a0}: journaliste");
        assert_eq!(line(BAD), r"a\u{1b}[31mb\u{9b}c\u{202e}d\u{e0041}\u{d}\u{a}e");
        let answer = lines(json!({ "nodes": [{ "name": BAD, "score": 1 }], "at": BAD }));
        let shown = line(BAD);
        assert_eq!(answer, json!({ "nodes": [{ "name": shown, "score": 1 }], "at": shown }));
    }

    #[test]
    fn json_says_the_same_escaped() {
        let value = json!({ "name": BAD });
        let text = json(&value).unwrap();
        assert!(sound(&text), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(json(&json!({ "a": "é" })).unwrap(), "{\n  \"a\": \"é\"\n}");
    }

    #[test]
    fn a_screen_shows_all_that_is_written_however_it_is_cut() {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out);
        let text = format!("é {BAD}\nlast\tline");
        text.as_bytes().chunks(3).for_each(|piece| screen.write_all(piece).unwrap());
        screen.flush().unwrap();
        drop(screen);
        let shown = String::from_utf8(out).unwrap();
        assert!(sound(&shown) && shown.starts_with("é a\\u{1b}[31m") && shown.ends_with("\nlast    line"), "{shown}");
    }
}
