//! How a format is described in its own file: how its tables are known, which of them count, and who imports them.

use super::draft::Draft;
use super::error::OpenDataError;
use super::format::Part;
use super::read::table::Table;
use super::set::Set;

/// All that the import knows of a format: a constant in the format's own file.
pub struct Description {
    /// How the keys of its sources begin, where a newer edition takes the place of an older one.
    pub family: Option<&'static str>,
    /// Which of several files count.
    pub takes: Takes,
    /// Its tables, by their columns; the first that fits wins.
    pub tables: &'static [Signature],
    /// The edition of a file, from its name or its rows: an ISO date, a session, a version. Later ones compare greater.
    pub edition: fn(name: &str, table: &Table) -> Option<String>,
    /// Puts what a set of its tables says into the draft.
    pub apply: fn(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError>,
}

/// Which files of a format are imported together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// The tables of the newest edition, which belong together.
    WholeEdition,
    /// The newest of each table, none more than a year older than another.
    PartsOfAYear,
    /// The newest of each table.
    NewestOfEach,
    /// Every edition, each a set of its own.
    EveryEdition,
}

/// How a table is recognised.
pub struct Signature {
    pub part: Part,
    /// The columns that it has and no other table has; each under any of its names.
    pub columns: &'static [&'static [&'static str]],
}

/// A table known by these columns.
pub const fn table(part: Part, columns: &'static [&'static [&'static str]]) -> Signature {
    Signature { part, columns }
}

/// The greatest of the editions that the cells of a column tell.
pub fn greatest(table: &Table, columns: &[&str], read: fn(&str) -> Option<String>) -> Option<String> {
    let column = table.optional(columns)?;
    table.rows().iter().filter_map(|row| read(&row.text(column))).max()
}

/// `2021` in `2021-09-01`.
pub fn year(text: &str) -> Option<String> {
    text.get(..4).filter(|year| year.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned)
}
