//! JSON exports: a list of items with one value per field, as the publishers' portals write it. Turned into the same rows as
//! their CSV files: a field within another is named by its path, a list of values stands in one cell, a [`MARK`] between.

use serde_json::Value;

use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::read::markup::{MARK, MAX_FIELDS};

/// Whether the bytes begin like JSON.
pub fn is_json(bytes: &[u8]) -> bool {
    matches!(start(bytes).first(), Some(b'{' | b'['))
}

fn start(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start()
}

/// The items of a document as delimited text, with the union of their fields as its header.
///
/// # Errors
/// When the document is cut short, malformed or no list of items.
pub fn to_delimited(file: &str, bytes: &[u8]) -> Result<Vec<u8>, OpenDataError> {
    let not_a_table = |reason: String| OpenDataError::NotATable { file: file.to_owned(), reason };
    let document: Value = serde_json::from_slice(start(bytes)).map_err(|error| {
        let why = if error.is_eof() { "ce JSON est tronqué" } else { "ce JSON est illisible" };
        not_a_table(format!("{why} (l. {}, colonne {}) : téléchargez-le de nouveau", error.line(), error.column()))
    })?;
    let Value::Array(items) = document else {
        let reason =
            "c'est un objet JSON, non la liste d'éléments qu'un portail exporte : aucun jeu connu n'a cette forme";
        return Err(OpenDataError::Unknown { file: file.to_owned(), reason: reason.to_owned() });
    };
    let mut fields: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
    for item in items {
        let Value::Object(item) = item else {
            return Err(not_a_table("un élément de ce JSON n'est pas un objet".to_owned()));
        };
        let mut row = Vec::new();
        for (name, value) in item {
            put(name, value, &mut fields, &mut row);
            if fields.len() > MAX_FIELDS {
                return Err(not_a_table(format!("ses éléments ont plus de {MAX_FIELDS} champs différents")));
            }
        }
        rows.push(row);
    }
    if fields.is_empty() {
        return Err(not_a_table("il est vide : téléchargez-le de nouveau".to_owned()));
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let mut cells = vec![String::new(); fields.len()];
    writer.write_record(&fields).map_err(|error| not_a_table(error.to_string()))?;
    for row in rows {
        cells.iter_mut().for_each(String::clear);
        row.into_iter().for_each(|(at, text)| cells[at] = text);
        writer.write_record(&cells).map_err(|error| not_a_table(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| not_a_table(error.to_string()))
}

fn put(name: String, value: Value, fields: &mut Vec<String>, row: &mut Vec<(usize, String)>) {
    if let Value::Object(within) = value {
        within.into_iter().for_each(|(inner, value)| put(format!("{name}/{inner}"), value, fields, row));
        return;
    }
    let at = fields.iter().position(|known| *known == name).unwrap_or_else(|| {
        fields.push(name);
        fields.len() - 1
    });
    row.push((at, text(&value)));
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(&MARK.to_string()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_become_rows() {
        let json = "\u{feff}[{\"a\":\"x\",\"b\":[1,\"y\"],\"c\":{\"d\":true}},{\"a\":null,\"e\":2024}]";
        let rows = String::from_utf8(to_delimited("o.json", json.as_bytes()).unwrap()).unwrap();
        assert_eq!(rows, "a;b;c/d;e\nx;1|y;true;\n;;;2024\n");
    }

    #[test]
    fn what_is_no_list_of_items_is_refused_with_the_reason() {
        let refusal = |json: &str| to_delimited("o.json", json.as_bytes()).unwrap_err().to_string();
        assert!(refusal("[{\"a\":1},{\"a\"").contains("tronqué"));
        assert!(refusal("[{\"a\":1}}").contains("illisible (l. 1"));
        assert!(refusal("{\"a\":1}").contains("objet JSON"));
        assert!(refusal("[1]").contains("pas un objet"));
        assert!(refusal("[]").contains("vide"));
        let many: Vec<String> = (0..=MAX_FIELDS).map(|n| format!("{{\"a{n}\":1}}")).collect();
        assert!(refusal(&format!("[{}]", many.join(","))).contains("2000 champs"));
    }
}
