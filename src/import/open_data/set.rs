//! The tables of one format that are imported together: an edition.

use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::{Format, Part};
use crate::import::open_data::read::table::Table;

#[derive(Debug)]
pub struct RecognisedTable {
    pub part: Part,
    /// Its rows.
    pub table: Table,
    /// Its edition: an ISO date, a session, a version. Later editions compare greater within one format.
    pub edition: Option<String>,
    /// The first eight hexadecimal digits of its SHA-256, the edition of a file that tells none.
    pub print: String,
}

/// An edition's tables.
#[derive(Debug)]
pub struct Set {
    pub format: Format,
    /// The tables, one of each part, in the order of the parts.
    pub documents: Vec<RecognisedTable>,
}

impl Set {
    /// The table of a part that an import cannot do without.
    ///
    /// # Errors
    /// When it is not among the files.
    pub fn need(&self, part: Part) -> Result<&Table, OpenDataError> {
        self.table(part).ok_or_else(|| OpenDataError::Incomplete {
            format: self.format,
            missing: part.name().to_owned(),
            files: self.documents.iter().map(|document| document.table.file.to_string()).collect(),
        })
    }

    /// The table of a part, if it is among the files.
    pub fn table(&self, part: Part) -> Option<&Table> {
        self.documents.iter().find(|document| document.part == part).map(|document| &document.table)
    }

    /// Marks rows of a part as refused.
    ///
    /// # Errors
    /// When that makes too many.
    pub fn refuse(&mut self, part: Part, refused: Vec<(u64, impl AsRef<str>, String)>) -> Result<(), OpenDataError> {
        if let Some(document) = self.documents.iter_mut().find(|document| document.part == part) {
            let rows = document.table.rows().len() + document.table.refused.len();
            for (line, column, reason) in refused {
                document.table.refuse(line, column.as_ref(), &reason);
            }
            document.table.check_share(rows)?;
        }
        Ok(())
    }

    /// The edition that the files tell, if any does.
    fn told(&self) -> Option<String> {
        self.documents.iter().filter_map(|document| document.edition.clone()).max()
    }

    /// The edition's slug: what the files tell, else their fingerprint.
    pub fn edition(&self) -> String {
        self.told().unwrap_or_else(|| self.documents.first().map(|document| document.print.clone()).unwrap_or_default())
    }

    /// The edition where it is a date.
    pub fn date(&self) -> Option<String> {
        self.told().filter(|told| told.starts_with(|c: char| c.is_ascii_digit()))
    }
}
