//! Onisep's XML: a flat list of `<item>` with one text per field. Turned into the same rows as the CSV files.
//!
//! Entities of the document's own are never expanded, so a document that declares any is refused.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::OpenDataError;

/// Whether the bytes begin like XML.
pub fn is_xml(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    start.starts_with(b"<?xml") || start.starts_with(b"<root")
}

/// The items of a document as delimited text, with the union of their fields as its header.
///
/// # Errors
/// When the document is cut short, malformed, declares a document type or is no list of items.
pub fn to_delimited(file: &str, bytes: &[u8]) -> Result<Vec<u8>, OpenDataError> {
    let fault = |reason: String| OpenDataError::Markup { file: file.to_owned(), reason };
    let text = std::str::from_utf8(bytes).map_err(|_| fault("it is not UTF-8".to_owned()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut fields: Vec<String> = Vec::new();
    let mut items: Vec<Vec<(usize, String)>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    loop {
        let event = reader
            .read_event()
            .map_err(|error| fault(format!("{error} (byte {}): download it again", reader.error_position())))?;
        match event {
            Event::DocType(_) => return Err(fault("it declares a document type, which no publisher does".to_owned())),
            Event::Start(tag) => {
                path.push(String::from_utf8_lossy(tag.name().as_ref()).into_owned());
                match path.len() {
                    2 => items.push(Vec::new()),
                    3 => {
                        let field = path.last().cloned().unwrap_or_default();
                        let at = fields.iter().position(|known| *known == field).unwrap_or_else(|| {
                            fields.push(field);
                            fields.len() - 1
                        });
                        if let Some(item) = items.last_mut() {
                            item.push((at, String::new()));
                        }
                    }
                    4.. => return Err(fault("an item has fields within fields".to_owned())),
                    _ => {}
                }
            }
            Event::End(_) => {
                path.pop();
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if path.len() == 3 => {
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
                if let Some((_, value)) = items.last_mut().and_then(|item| item.last_mut()) {
                    value.push_str(&piece);
                }
            }
            Event::Eof if path.is_empty() => break,
            Event::Eof => return Err(fault("it is cut short: download it again".to_owned())),
            _ => {}
        }
    }
    if items.is_empty() || fields.is_empty() {
        return Err(fault("it is no list of items".to_owned()));
    }
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let mut row = vec![String::new(); fields.len()];
    writer.write_record(&fields).map_err(|error| fault(error.to_string()))?;
    for item in items {
        row.iter_mut().for_each(String::clear);
        for (at, value) in item {
            row[at] = value;
        }
        writer.write_record(&row).map_err(|error| fault(error.to_string()))?;
    }
    writer.into_inner().map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            refusal("<!DOCTYPE r [<!ENTITY a \"aa\">]><root><item><a>&a;</a></item></root>").contains("document type")
        );
        assert!(refusal("<root><item><a>&a;</a></item></root>").contains("a"));
        assert!(refusal("<root><item><a>x").contains("cut short"));
        assert!(refusal("<root></root>").contains("no list"));
    }
}
