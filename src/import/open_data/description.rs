//! How a format is described in its own file: how its tables are known, which of them count, and who imports them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::draft::Draft;
use super::error::OpenDataError;
use super::format::Part;
use super::read::table::Table;
use super::set::Set;
use crate::model::clean;

/// All that the import knows of a format: a constant in the format's own file.
pub struct Description {
    /// How the keys of the sources of a part begin, where a newer edition takes the place of an older one.
    pub family: fn(part: Part) -> Option<&'static str>,
    /// Which of several files count.
    pub takes: Takes,
    /// Its tables, by their columns; the first that fits wins.
    pub tables: &'static [Signature],
    /// The edition of a file, from its name or its rows: an ISO date, a session, a version. Later ones compare greater. Rows
    /// of no possible date are refused.
    pub edition: fn(name: &str, table: &mut Table) -> Option<String>,
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

/// The greatest of the dates that the cells of a column tell. A row whose cell tells something else is refused: one such date
/// would be the edition's, and older than it every sound file to come.
pub fn greatest(table: &mut Table, columns: &[&str], read: fn(&str) -> Option<String>) -> Option<String> {
    let column = table.optional(columns)?;
    let impossible = |text: &str| !text.is_empty() && read(text).is_none();
    table.refuse_where(column, |text| impossible(text).then(|| format!("`{text}` n'est pas une date possible")));
    table.rows().iter().filter_map(|row| read(&row.text(column))).max()
}

/// `2021` in `2021-09-01`.
pub fn year(text: &str) -> Option<String> {
    let (year, rest) = text.split_at_checked(4)?;
    possible(year).filter(|_| !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `2021-09-01` in `2021-09-01T10:00:00Z`.
pub fn day(text: &str) -> Option<String> {
    possible(text.get(..10)?)
}

/// A date that an edition may be of: one of the calendar, from 1950 to next year.
pub fn possible(date: &str) -> Option<String> {
    let year: u64 = date.get(..4)?.parse().ok()?;
    (clean::is_date(date) && (1950..=next_year()).contains(&year)).then(|| date.to_owned())
}

/// By the machine's clock.
pub fn next_year() -> u64 {
    const SECONDS_OF_A_YEAR: u64 = 31_556_952;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    1971 + since_1970.as_secs() / SECONDS_OF_A_YEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_of_a_real_date_that_is_not_to_come() {
        for text in ["2024", "2024-05", "2024-02-29", "1950"] {
            assert_eq!(possible(text).as_deref(), Some(text));
        }
        let far = format!("{}-01-01", next_year() + 1);
        for text in ["", "25", "0", "20255", "2205", "9999-99-99", "2025-45-13", "2023-02-29", "1431", &far] {
            assert_eq!(possible(text), None, "{text}");
        }
        assert_eq!((year("2021-09-01").as_deref(), year("20215"), year("an 2021")), (Some("2021"), None, None));
        assert_eq!(day("2024-04-30T17:22:05Z").as_deref(), Some("2024-04-30"));
    }
}
