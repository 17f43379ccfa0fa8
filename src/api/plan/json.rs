//! Writes JSON into one buffer. Keys are written from what was prepared when the plan was made.

use bytes::Bytes;

use super::select::Selected;

/// JSON being written, and how many values: fields of objects and items of lists.
#[derive(Debug)]
pub struct Json(Vec<u8>, u64);

impl Default for Json {
    fn default() -> Json {
        Json(Vec::with_capacity(4 << 10), 0)
    }
}

/// A field of an object: what stands before its value (`{"name":` or `,"name":`), and what its value is.
#[derive(Debug)]
pub struct SelectedField<F> {
    /// Brace or comma, key, colon.
    pub lead: Box<str>,
    /// The value.
    pub field: F,
}

/// The fields of an object, in the order in which they were asked for; `None` when one of them is not known.
pub fn entries<'d, F>(
    selected: &[Selected<'d>],
    mut compile: impl FnMut(&Selected<'d>) -> Option<F>,
) -> Option<Box<[SelectedField<F>]>> {
    let entry = |(at, field): (usize, &Selected<'d>)| {
        let open = if at == 0 { '{' } else { ',' };
        Some(SelectedField { lead: format!("{open}\"{}\":", field.key).into(), field: compile(field)? })
    };
    selected.iter().enumerate().map(entry).collect()
}

/// The JSON of a type's name.
pub fn typename(name: &str) -> Box<str> {
    format!("\"{name}\"").into()
}

/// Whether a text is JSON between quotes as it is. Sixteen bytes at a time without an early way out; the last sixteen may overlap
/// others.
fn is_plain(text: &[u8]) -> bool {
    let bad =
        |bytes: &[u8]| bytes.iter().fold(false, |any, &byte| any | (byte < b' ') | (byte == b'"') | (byte == b'\\'));
    let (sixteens, rest) = text.as_chunks::<16>();
    let last = text.last_chunk::<16>().map_or(rest, |last| last);
    !(sixteens.iter().fold(false, |any, sixteen| any | bad(sixteen)) | bad(last))
}

impl Json {
    /// Writes what is JSON already.
    pub fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A string.
    pub fn string(&mut self, text: &str) {
        if is_plain(text.as_bytes()) {
            self.plain(text);
        } else {
            serde_json::to_writer(&mut self.0, text).expect("a string is JSON, and memory takes it");
        }
    }

    /// A string in which nothing needs to be escaped, as keys are.
    pub fn plain(&mut self, text: &str) {
        self.0.reserve(text.len() + 2);
        self.0.push(b'"');
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(b'"');
    }

    /// A string, or null.
    pub fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    /// A finite number, a truth value, or null.
    pub fn value(&mut self, value: impl serde::Serialize) {
        serde_json::to_writer(&mut self.0, &value).expect("a plain value is JSON, and memory takes it");
    }

    /// A truth value.
    pub fn boolean(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// A list.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Json, T) -> Option<()>,
    ) -> Option<()> {
        self.0.push(b'[');
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.0.push(b',');
            }
            self.1 += 1;
            write(self, item)?;
        }
        self.0.push(b']');
        Some(())
    }

    /// A list of strings.
    pub fn strings<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Option<()> {
        self.list(texts, |json, text| {
            json.string(text);
            Some(())
        })
    }

    /// An object.
    pub fn object<F>(
        &mut self,
        entries: &[SelectedField<F>],
        mut write: impl FnMut(&mut Json, &F) -> Option<()>,
    ) -> Option<()> {
        if entries.is_empty() {
            self.0.push(b'{');
        }
        self.1 += entries.len() as u64;
        for entry in entries {
            self.raw(&entry.lead);
            write(self, &entry.field)?;
        }
        self.0.push(b'}');
        Some(())
    }

    /// How many values were written.
    pub fn values(&self) -> u64 {
        self.1
    }

    /// What was written.
    pub fn into_bytes(self) -> Bytes {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_json_asks() {
        let written = |text: &str| {
            let mut json = Json::default();
            json.string(text);
            assert_eq!(serde_json::from_slice::<String>(&json.into_bytes()).unwrap(), text);
        };
        for text in ["", "plain", "é œ 漢 🎓", "a\"b\\c\n\t\u{1}\u{7f}\u{2028}/"] {
            written(text);
        }
        // Wherever the one that needs it stands.
        for length in 1..40 {
            for at in 0..length {
                for bad in ["\"", "\\", "\n"] {
                    let mut text = "x".repeat(length);
                    text.replace_range(at..=at, bad);
                    written(&text);
                }
            }
        }
    }
}
