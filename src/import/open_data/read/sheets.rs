//! Spreadsheets (xlsx, ods): each sheet as delimited text, so that it is read by the same rules as a CSV file.

use std::io::{Cursor, Read};

use calamine::{Data, Reader};

use crate::import::open_data::error::OpenDataError;

/// The most cells of one workbook.
const MAX_CELLS: usize = 40_000_000;
/// The most that the parts of one workbook may expand to, in bytes.
const MAX_EXPANDED: u64 = 512 << 20;

/// Whether the bytes are a ZIP archive with a workbook's parts.
pub fn is_workbook(bytes: &[u8]) -> bool {
    if !crate::import::open_data::read::archive::is_zip(bytes) {
        return false;
    }
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    archive.index_for_name("[Content_Types].xml").is_some()
        || (archive.index_for_name("content.xml").is_some() && archive.index_for_name("mimetype").is_some())
}

/// Each sheet that has a row, by name, as delimited text.
///
/// # Errors
/// When the workbook is damaged or expands beyond its bounds.
pub fn to_delimited(file: &str, bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, OpenDataError> {
    let fault = |reason: String| OpenDataError::Archive { file: file.to_owned(), reason };
    let unreadable = |error: &dyn std::fmt::Display| {
        fault(format!("ce classeur est illisible ({error}) : enregistrez sa feuille en CSV"))
    };
    check_size(bytes).map_err(fault)?;
    let mut workbook = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let mut sheets = Vec::new();
    let mut cells = 0;
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|error| unreadable(&error))?;
        cells += range.width() * range.height();
        if cells > MAX_CELLS {
            return Err(fault(format!("il a plus de {MAX_CELLS} cellules, plus qu'aucun fichier publié")));
        }
        let mut writer = csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(Vec::new());
        // So that rows are cited by their number in the sheet.
        for _ in 0..range.start().map_or(0, |(row, _)| row.min(1_000)) {
            writer.write_record([""]).map_err(|error| unreadable(&error))?;
        }
        for row in range.rows() {
            let row = row.iter().map(|cell| shown(cell).replace(['\r', '\n'], " "));
            writer.write_record(row).map_err(|error| unreadable(&error))?;
        }
        if range.used_cells().next().is_some() {
            sheets.push((name, writer.into_inner().map_err(|error| unreadable(&error))?));
        }
    }
    Ok(sheets)
}

/// A cell as a CSV file has it: a whole number without a fraction, a date as its day.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Error(_) => String::new(),
        Data::DateTime(date) if date.is_datetime() && date.as_f64() >= 1.0 => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        other => other.to_string(),
    }
}

/// Reads every part once, so that none expands beyond the bounds while it is being understood.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("{error} : téléchargez-le de nouveau"))?;
    let mut left = MAX_EXPANDED.min((bytes.len() as u64).saturating_mul(100).max(1 << 20));
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| format!("{error} : téléchargez-le de nouveau"))?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|error| format!("{error} : téléchargez-le de nouveau"))?;
        left = left.checked_sub(read).ok_or("il dépasse toute borne une fois ouvert : refusé comme une bombe")?;
    }
    Ok(())
}
