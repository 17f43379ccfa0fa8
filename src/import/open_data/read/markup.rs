//! Onisep's XML: a list of items with one text per field, or fields within fields. Turned into the same rows as the CSV
//! files: a field within another is named by its path, and one that is there several times has its texts in one cell, a
//! [`MARK`] between, so that lists of one item stay in step.
//!
//! Entities of the document's own are never expanded, so a document that declares any is refused.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::import::open_data::error::OpenDataError;

/// Between the texts of a field that an item has several times.
pub const MARK: char = '|';
/// How deep fields may lie.
const MAX_DEPTH: usize = 8;
/// How many fields the items of a document may have, ten times what any publisher's have: each makes a cell of every row.
pub const MAX_FIELDS: usize = 2_000;

/// Whether the bytes begin like XML.
pub fn is_xml(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    [&b"<?xml"[..], b"<root", b"<formations", b"<metiers"].iter().any(|head| start.starts_with(head))
}

/// The items of a document as delimited text, with the union of their fields as its header.
///
/// # Errors
/// When the document is cut short, malformed, declares a document type or is no list of items.
pub fn to_delimited(file: &str, bytes: &[u8]) -> Result<Vec<u8>, OpenDataError> {
    let fault = |reason: String| OpenDataError::Markup { file: file.to_owned(), reason };
    let text = std::str::from_utf8(bytes).map_err(|_| fault("il n'est pas en UTF-8".to_owned()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut fields: Vec<String> = Vec::new();
    let mut items: Vec<Vec<(usize, String)>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    // The fields that the reader is within.
    let mut open: Vec<usize> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| {
            fault(format!("{error} (octet {}) : téléchargez-le de nouveau", reader.error_position()))
        })?;
        match event {
            Event::DocType(_) => {
                return Err(fault("il déclare un type de document, ce qu'aucun éditeur ne fait".to_owned()));
            }
            Event::Start(tag) => {
                path.push(String::from_utf8_lossy(tag.name().as_ref()).into_owned());
                match path.len() {
                    2 => items.push(Vec::new()),
                    3..=MAX_DEPTH => {
                        let field = path[2..].join("/");
                        let at = fields.iter().position(|known| *known == field).unwrap_or_else(|| {
                            fields.push(field);
                            fields.len() - 1
                        });
                        if fields.len() > MAX_FIELDS {
                            return Err(fault(format!("ses éléments ont plus de {MAX_FIELDS} champs différents")));
                        }
                        if let Some(item) = items.last_mut() {
                            match item.iter_mut().find(|(known, _)| *known == at) {
                                Some((_, texts)) => texts.push(MARK),
                                None => item.push((at, String::new())),
                            }
                            open.push(at);
                        }
                    }
                    1 => {}
                    _ => return Err(fault(format!("un élément a plus de {MAX_DEPTH} niveaux"))),
                }
            }
            Event::End(_) => {
                path.pop();
                open.pop();
            }
            // An empty field takes its place in the list, so that lists stay in step.
            Event::Empty(tag) if path.len() >= 2 => {
                let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
                let field = path[2..].iter().chain([&name]).cloned().collect::<Vec<_>>().join("/");
                if let (Some(at), Some(item)) = (fields.iter().position(|known| *known == field), items.last_mut())
                    && let Some((_, texts)) = item.iter_mut().find(|(known, _)| *known == at)
                {
                    texts.push(MARK);
                }
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if path.len() >= 3 => {
                let piece = match event {
                    Event::Text(text) => text.decode().map_err(|error| fault(error.to_string()))?.into_owned(),
                    Event::CData(text) => text.decode().map_err(|error| fault(error.to_string()))?.into_owned(),
                    Event::GeneralRef(entity) => {
                        let name = entity.decode().map_err(|error| fault(error.to_string()))?;
                        quick_xml::escape::unescape(&format!("&{name};"))
                            .map_err(|error| fault(error.to_string()))?
                            .into_owned()
                    }
                    _ => String::new(),
                };
                let at = open.last().copied();
                let field = items.last_mut().and_then(|item| item.iter_mut().find(|(known, _)| Some(*known) == at));
                if let Some((_, value)) = field {
                    value.push_str(&piece);
                }
            }
            Event::Eof if path.is_empty() => break,
            Event::Eof => return Err(fault("il est tronqué : téléchargez-le de nouveau".to_owned())),
            _ => {}
        }
    }
    if items.is_empty() || fields.is_empty() {
        return Err(fault("ce n'est pas une liste d'éléments".to_owned()));
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let mut row = vec![String::new(); fields.len()];
    writer.write_record(&fields).map_err(|error| fault(error.to_string()))?;
    for item in items {
        row.iter_mut().for_each(String::clear);
        for (at, value) in item {
            row[at] = tidy(&value);
        }
        writer.write_record(&row).map_err(|error| fault(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| fault(error.to_string()))
}

/// Texts without the line breaks of the layout.
fn tidy(texts: &str) -> String {
    texts.split(MARK).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_within_fields_are_named_by_their_path_and_lists_stay_in_step() {
        let xml = "<formations><formation><id>F1</id><metiers><metier><id>M1</id><nom>a</nom></metier>\
                   <metier><id>M2</id><nom/></metier></metiers></formation></formations>";
        let rows = String::from_utf8(to_delimited("o.xml", xml.as_bytes()).unwrap()).unwrap();
        assert_eq!(rows, "id;metiers;metiers/metier;metiers/metier/id;metiers/metier/nom\nF1;;|;M1|M2;a|\n");
    }

    #[test]
    fn items_become_rows() {
        let xml = "<root><item><a>x &amp; y</a><b>1</b></item><item><c>é</c></item></root>";
        let rows = String::from_utf8(to_delimited("o.xml", xml.as_bytes()).unwrap()).unwrap();
        assert_eq!(rows, "a;b;c\nx & y;1;\n;;é\n");
    }

    #[test]
    fn entity_bombs_and_cut_documents_are_refused() {
        let refusal = |xml: &str| to_delimited("o.xml", xml.as_bytes()).unwrap_err().to_string();
        assert!(
            refusal("<!DOCTYPE r [<!ENTITY a \"aa\">]><root><item><a>&a;</a></item></root>")
                .contains("type de document")
        );
        assert!(refusal("<root><item><a>&a;</a></item></root>").contains("a"));
        assert!(refusal("<root><item><a>x").contains("tronqué"));
        assert!(refusal("<root></root>").contains("pas une liste"));
        let many: String = (0..=MAX_FIELDS).map(|n| format!("<a{n}>x</a{n}>")).collect();
        assert!(refusal(&format!("<root><item>{many}</item></root>")).contains("2000 champs"));
    }
}
