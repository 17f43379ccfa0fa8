//! Delimited text as administrations publish it: mixed encodings, any delimiter, ragged rows.
//!
//! Reading repairs what a rule can repair and counts it; a row that cannot be read is refused with its line and
//! reason; a file of which more than [`MAX_REFUSED_SHARE`] is refused fails whole. Meaning is left to the formats.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use csv::StringRecord;

use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::read::columns::{Headers, found_instead};
use crate::import::open_data::read::encoding;
use crate::import::open_data::read::encoding::{decode, garbled};
use crate::import::open_data::refused::Refused;
use crate::model::text::fold;

/// The share of refused rows above which a file is taken to be damaged or misread.
pub const MAX_REFUSED_SHARE: f64 = 0.05;

/// The largest file taken, in bytes: ten times the largest that the publishers offer.
pub const MAX_BYTES: usize = 512 << 20;

/// A column of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(usize);

/// A table read whole, with what was repaired and refused.
#[derive(Debug)]
pub struct Table {
    /// The file's name, for faults and the report.
    pub file: Box<str>,
    headers: HashMap<String, usize>,
    /// The columns as they are written, in order.
    names: Vec<Box<str>>,
    /// Columns that were asked for, could be done without and are not there.
    absent: RefCell<BTreeSet<Box<str>>>,
    /// Whether a column is one by which some table is known.
    taken: fn(&str) -> bool,
    rows: Vec<Row>,
    /// What was repaired, by rule.
    pub repaired: BTreeMap<&'static str, u64>,
    /// Rows that could not be read.
    pub refused: Vec<Refused>,
}

#[derive(Debug)]
pub struct Row {
    /// Its line in the file, from 1; of the first line where cells span several.
    pub line: u64,
    unit: &'static str,
    cells: StringRecord,
    /// The first cell that was asked for a figure and holds neither one nor a mark that none is published.
    unread: Cell<Option<Column>>,
}

/// A row that a format refuses: its line, the column to blame and the reason.
pub type RefusedRow = (u64, Box<str>, String);

/// What publishers write where they publish no figure: not significant, not available, too few.
const NO_FIGURE: [&str; 5] = ["ns", "nd", "na", "fe", "."];

impl Row {
    /// A cell on one line: trimmed, white space single, doubled apostrophes mended, a whole number without the fraction that a
    /// spreadsheet shows. Empty where absent.
    pub fn text(&self, column: Column) -> Cow<'_, str> {
        let text = tidy(self.cells.get(column.0).unwrap_or_default());
        let whole = text.strip_suffix(".0").filter(|whole| whole.bytes().all(|b| b.is_ascii_digit()));
        match whole {
            Some(whole) if !whole.is_empty() => Cow::Owned(whole.to_owned()),
            _ => text,
        }
    }

    /// A cell, or nothing where it is empty.
    pub fn some(&self, column: Option<Column>) -> Option<Cow<'_, str>> {
        column.map(|column| self.text(column)).filter(|text| !text.is_empty())
    }

    /// A cell of several lines, each tidied, the empty ones left out.
    pub fn lines(&self, column: Column) -> impl Iterator<Item = Cow<'_, str>> {
        self.cells.get(column.0).unwrap_or_default().lines().map(tidy).filter(|line| !line.is_empty())
    }

    /// A count; nothing where the publisher put none, and where what stands there is no count: [`Table::unread`] tells that.
    pub fn count(&self, column: Option<Column>) -> Option<u32> {
        self.figure(column, |text| {
            let (whole, fraction) = text.split_once([',', '.']).unwrap_or((text, "0"));
            if matches!(fraction, "0" | "00") { whole.parse().ok() } else { None }
        })
    }

    /// A percentage as a share; nothing as for [`Row::count`].
    pub fn share(&self, column: Option<Column>) -> Option<f64> {
        self.figure(column, |text| {
            let percent: f64 = text.strip_suffix('%').unwrap_or(text).replace(',', ".").parse().ok()?;
            (0.0..=100.0).contains(&percent).then(|| (percent * 100.0).round() / 10_000.0)
        })
    }

    fn figure<T>(&self, column: Option<Column>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let column = column?;
        let text: String = self.text(column).chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() || NO_FIGURE.contains(&&*text.to_lowercase()) {
            return None;
        }
        let figure = read(&text);
        if figure.is_none() && self.unread.get().is_none() {
            self.unread.set(Some(column));
        }
        figure
    }

    /// Whether it says just what another row says.
    pub fn repeats(&self, other: &Row) -> bool {
        self.cells == other.cells
    }

    /// How the row is cited.
    pub fn reference(&self) -> Box<str> {
        format!("{} {}", self.unit, self.line).into()
    }
}

/// Whether a cell is a number as a spreadsheet shortens it: `3.9E4`, `1,2E+05`.
fn is_shortened(cell: &str) -> bool {
    let cell = cell.trim();
    // Nearly all cells are words: looking for the exponent would read each.
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let Some((number, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let power = exponent.strip_prefix('+');
    let whole = |(whole, rest): (&str, &str)| whole.len() == 1 && digits(whole) && digits(rest);
    let fraction = number.split_once(['.', ',']).is_some_and(whole);
    digits(power.unwrap_or(exponent)) && (fraction || power.is_some() && number.len() == 1 && digits(number))
}

/// One tidy line of text.
pub fn tidy(text: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_whitespace() || c == '\u{feff}';
    let trimmed = text.trim_matches(plain);
    let odd = trimmed.contains("''")
        || trimmed.contains("  ")
        || trimmed.chars().any(|c| c != ' ' && (c.is_whitespace() || c == '\u{feff}'));
    if !odd {
        return Cow::Borrowed(trimmed);
    }
    let single = trimmed.split(plain).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    Cow::Owned(single.replace("''", "'"))
}

impl Table {
    /// Reads a table from the bytes of a file. `headers` tells how much of a known header a line is: what stands above one that is
    /// most of it is a title or a preamble, and its separator is the one that makes it known.
    ///
    /// # Errors
    /// When the bytes are no table: binary, a web page, cut short, no header, or too many bad rows.
    pub fn read(file: &str, bytes: &[u8], headers: Headers) -> Result<Table, OpenDataError> {
        let not_a_table = |reason: &str| OpenDataError::NotATable { file: file.to_owned(), reason: reason.to_owned() };
        if bytes.len() > MAX_BYTES {
            return Err(not_a_table("il dépasse 512 Mio : donnez-en un export filtré"));
        }
        let mut repaired = BTreeMap::new();
        let mut text = decode(bytes, &mut repaired).map_err(not_a_table)?;
        if let Some(mended) = encoding::mend_mojibake(&text) {
            repaired.insert("lignes d'UTF-8 lues un jour dans un autre codage, rétablies", mended.1);
            text = Cow::Owned(mended.0);
        }
        let start = text.trim_start().get(..15.min(text.trim_start().len())).unwrap_or_default().to_ascii_lowercase();
        if start.starts_with("<!doctype") || start.starts_with("<html") {
            return Err(not_a_table("c'est une page web, peut-être d'erreur : téléchargez de nouveau le fichier"));
        }
        if text.trim().is_empty() {
            return Err(not_a_table("il est vide : téléchargez-le de nouveau"));
        }
        if text.contains("\r\n") {
            *repaired.entry("fins de ligne CRLF").or_default() += 1;
            // The reader would count a line less for each record that ends so.
            text = Cow::Owned(text.replace("\r\n", "\n"));
        }
        let Start { above, offset, delimiter } = start_of_table(&text, headers.share);
        if above > 0 {
            repaired.insert("lignes au-dessus de l'en-tête laissées", above);
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(&text.as_bytes()[offset..]);
        let mut records = reader.records();
        let header = match records.next() {
            Some(Ok(header)) => header,
            _ => {
                return Err(not_a_table("sa première ligne n'est pas un en-tête : est-ce le fichier tel que publié ?"));
            }
        };
        let names: Vec<Box<str>> = header.iter().map(|name| tidy(name).into()).collect();
        let mut table = Table {
            file: file.into(),
            // Of a name that stands twice, the first.
            headers: names.iter().enumerate().rev().map(|(i, name)| (fold(name), i)).collect(),
            names,
            absent: RefCell::default(),
            taken: headers.taken,
            rows: Vec::new(),
            repaired,
            refused: Vec::new(),
        };
        let width = header.len();
        let mut last_short = None;
        let mut last = (0, offset);
        for record in records {
            let record = record.map_err(|error| not_a_table(&error.to_string()))?;
            let line = above + record.position().map_or(0, csv::Position::line);
            last = (line, offset + record.position().map_or(0, |position| position.byte() as usize));
            last_short = (record.len() < width).then_some(line);
            if record.len() == 1 && record[0].trim().is_empty() {
                last_short = None;
                continue;
            }
            if record.len() < width {
                *table.repaired.entry("lignes courtes complétées").or_default() += 1;
            } else if record.len() > width {
                if record.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
                    let reason = format!("{} cellules pour {width} colonnes", record.len());
                    table.refuse(line, "", &reason);
                    continue;
                }
                *table.repaired.entry("cellules vides au-delà de l'en-tête ôtées").or_default() += 1;
            }
            if record == header {
                *table.repaired.entry("en-têtes répétés ôtés").or_default() += 1;
                continue;
            }
            if let Some(at) = record.iter().position(is_shortened) {
                let column = table.names.get(at).cloned().unwrap_or_default();
                let reason =
                    format!("`{}` : un tableur a abrégé ce nombre, ses derniers chiffres sont perdus", &record[at]);
                table.refuse(line, &column, &reason);
                continue;
            }
            if let Some((at, text)) = record.iter().enumerate().find_map(|(at, cell)| Some((at, garbled(cell)?))) {
                let column = table.names.get(at).cloned().unwrap_or_default();
                let reason = format!("« {text} » : un changement de codage a perdu des lettres");
                table.refuse(line, &column, &reason);
                continue;
            }
            table.note_repairs(&record);
            table.rows.push(Row { line, unit: "l.", cells: record, unread: Cell::new(None) });
        }
        if let Some(line) = last_short.filter(|_| !text.ends_with('\n')) {
            return Err(not_a_table(&format!(
                "il est tronqué : sa dernière ligne (l. {line}) est incomplète ; téléchargez-le de nouveau"
            )));
        }
        if is_open(&text[last.1..], delimiter) {
            return Err(not_a_table(&format!(
                "il est tronqué : un guillemet ouvert dans sa dernière ligne (l. {}) ne se ferme pas ; téléchargez-le de nouveau",
                last.0
            )));
        }
        table.check_share(table.rows.len() + table.refused.len())?;
        Ok(table)
    }

    fn note_repairs(&mut self, record: &StringRecord) {
        let (mut apostrophes, mut tabs) = (0, 0);
        for cell in record {
            apostrophes += u64::from(cell.contains("''"));
            tabs += u64::from(cell.starts_with('\t') || cell.ends_with('\t'));
        }
        for (rule, cells) in
            [("cellules aux apostrophes doublées", apostrophes), ("cellules aux tabulations perdues", tabs)]
        {
            if cells > 0 {
                *self.repaired.entry(rule).or_default() += cells;
            }
        }
    }

    /// The table of an XML file's items, cited by their number in it.
    #[must_use]
    pub fn of_items(mut self) -> Table {
        for (n, row) in self.rows.iter_mut().enumerate() {
            row.line = n as u64 + 1;
            row.unit = "élément";
        }
        self
    }

    /// The rows in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The names of the columns, folded.
    pub fn has(&self, header: &str) -> bool {
        self.headers.contains_key(&fold(header))
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.headers.len()
    }

    /// The columns as they are written, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// The column of the first of these names that there is. That there is none is noted for the report.
    pub fn optional(&self, names: &[&str]) -> Option<Column> {
        let found = self.find(names);
        if let (None, Some(name)) = (found, names.first()) {
            self.absent.borrow_mut().insert((*name).into());
        }
        found
    }

    /// The column of the first of these names that there is.
    pub fn find(&self, names: &[&str]) -> Option<Column> {
        names.iter().find_map(|name| self.headers.get(&fold(name))).copied().map(Column)
    }

    /// The columns that were asked for, could be done without and are not there.
    pub fn absent(&self) -> Vec<Box<str>> {
        self.absent.borrow().iter().cloned().collect()
    }

    /// The column of the first of these names that there is.
    ///
    /// # Errors
    /// When there is none: the wrong file, or a new layout.
    pub fn column(&self, names: &[&str]) -> Result<Column, OpenDataError> {
        self.find(names).ok_or_else(|| {
            let column = names.first().copied().unwrap_or_default();
            OpenDataError::MissingColumn {
                file: self.file.to_string(),
                missing: format!("`{column}`{}", found_instead(column, self.names(), self.taken)),
                present: self.names().take(6).collect::<Vec<_>>().join(", "),
            }
        })
    }

    /// Why a row is refused of which a figure was asked that cannot be read.
    pub fn unread(&self, row: &Row) -> Option<RefusedRow> {
        let column = row.unread.get()?;
        let reason = format!("`{}` n'est pas un chiffre", row.text(column));
        Some((row.line, self.names[column.0].clone(), reason))
    }

    /// Refuses the rows in whose cell of a column there is a fault.
    pub fn refuse_where(&mut self, column: Column, fault: impl Fn(&str) -> Option<String>) {
        let Table { file, names, rows, refused, .. } = self;
        rows.retain(|row| {
            let reason = fault(&row.text(column));
            refused.extend(reason.iter().map(|reason| Refused {
                file: file.clone(),
                line: row.line,
                column: names[column.0].clone(),
                reason: reason.as_str().into(),
            }));
            reason.is_none()
        });
    }

    /// Fails when a column stands twice and says two things: nobody knows which is meant. Else the first counts.
    ///
    /// # Errors
    /// With the column and the first line where they differ.
    pub fn check_columns(&self) -> Result<(), OpenDataError> {
        for (again, name) in self.names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let Some(&first) = self.headers.get(&fold(name)) else { continue };
            let differs = |row: &&Row| first != again && row.text(Column(first)) != row.text(Column(again));
            if let Some(row) = self.rows.iter().find(differs) {
                let reason = format!(
                    "la colonne `{name}` y est deux fois, avec d'autres valeurs (l. {}) : ôtez l'une",
                    row.line
                );
                return Err(OpenDataError::NotATable { file: self.file.to_string(), reason });
            }
        }
        Ok(())
    }

    /// Whether another table has the same columns and no row that this one has not.
    pub fn holds(&self, other: &Table) -> bool {
        let cells = |row: &Row| row.cells.iter().map(|cell| tidy(cell).into_owned()).collect::<Vec<_>>();
        let own: HashSet<Vec<String>> = self.rows.iter().map(cells).collect();
        self.names == other.names && other.rows.iter().all(|row| own.contains(&cells(row)))
    }

    /// Marks a row as refused.
    pub fn refuse(&mut self, line: u64, column: &str, reason: &str) {
        self.refused.push(Refused { file: self.file.clone(), line, column: column.into(), reason: reason.into() });
    }

    /// Fails when too large a share of the rows, `rows` before any was refused, was refused.
    ///
    /// # Errors
    /// Above [`MAX_REFUSED_SHARE`].
    pub fn check_share(&self, rows: usize) -> Result<(), OpenDataError> {
        let refused = self.refused.len();
        if refused as f64 > MAX_REFUSED_SHARE * rows.max(1) as f64 {
            let first = self.refused.first().map(ToString::to_string).unwrap_or_default();
            return Err(OpenDataError::TooManyRefused { file: self.file.to_string(), refused, rows, first });
        }
        Ok(())
    }
}

/// Where a table begins in a text.
struct Start {
    /// How many lines stand above the header.
    above: u64,
    /// Where the header begins, in bytes.
    offset: usize,
    delimiter: u8,
}

/// How many lines a title or preamble may have.
const MAX_ABOVE: usize = 40;
/// How much of a header must be known for what stands above it to be left out.
const LEAST_KNOWN: f64 = 0.5;

/// The line that is most of a known header, under the separator that makes it so; else the first line.
fn start_of_table(text: &str, known: fn(&[&str]) -> f64) -> Start {
    // Excel's own line says which separator follows.
    let told = text.trim_start_matches('\u{feff}').lines().next().and_then(|line| line.strip_prefix("sep="));
    let first = told.map_or(0, |_| text.find('\n').map_or(0, |end| end + 1));
    let told = told.and_then(|rest| rest.bytes().next());
    let first_line = text[first..].lines().next().unwrap_or_default();
    let mut start =
        Start { above: u64::from(first > 0), offset: first, delimiter: told.unwrap_or_else(|| delimiter(first_line)) };
    let (mut best, mut offset) = (LEAST_KNOWN, 0);
    for (n, line) in text.split_inclusive('\n').take(MAX_ABOVE).enumerate() {
        for delimiter in [b';', b',', b'\t', b'|'] {
            let cells: Vec<&str> =
                line.trim_end().split(char::from(delimiter)).map(|cell| cell.trim().trim_matches('"')).collect();
            let share = if cells.len() > 1 { known(&cells) } else { 0.0 };
            if share > best {
                best = share;
                start = Start { above: n as u64, offset, delimiter };
            }
        }
        offset += line.len();
    }
    start
}

/// The delimiter that the header line uses most, outside quotes.
fn delimiter(header: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0), (b'|', 0)];
    for byte in header.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte) {
            *count += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| delimiter)
}

/// Whether the last record of a text leaves a quote open: then it takes whatever comes after it for its own.
fn is_open(record: &str, delimiter: u8) -> bool {
    let longer = format!("{}\nx", record.trim_end_matches('\n'));
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(delimiter).from_reader(longer.as_bytes());
    reader.records().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Headers = Headers { share: |_| 0.0, taken: |_| false };

    fn read(bytes: &[u8]) -> Result<Table, OpenDataError> {
        Table::read("t.csv", bytes, NONE)
    }

    fn cells(bytes: &[u8]) -> Vec<String> {
        let table = read(bytes).unwrap();
        let column = table.column(&["Nom"]).unwrap();
        table.rows().iter().map(|row| row.text(column).into_owned()).collect()
    }

    #[test]
    fn encodings_delimiters_and_line_ends_are_sniffed() {
        assert_eq!(cells("\u{feff}nom;code\nété;1\n".as_bytes()), ["été"]);
        assert_eq!(cells(b"nom,code\r\n\xe9t\xe9,1\r\n"), ["été"]);
        assert_eq!(cells("code\tNOM\n1\tété\n".as_bytes()), ["été"]);
        let mixed = [b"nom,code\n\xe9t\xe9,1\n".as_slice(), "île,2\n".as_bytes()].concat();
        assert_eq!(cells(&mixed), ["été", "île"]);
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("nom;x\né;1\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(cells(&utf16), ["é"]);
        let unmarked: Vec<u8> = "nom;code\né;1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(cells(&unmarked), ["é"]);
        assert_eq!(cells("sep=;\nnom;x,y,z\né;1\n".as_bytes()), ["é"]);
        assert_eq!(cells("nom;code\nUniversitÃ© de lâ€™Ã®le;1\n".as_bytes()), ["Université de l’île"]);
        assert_eq!(cells(b"nom;code\nLibert\x8e \x8egalit\x8e;1\n"), ["Liberté égalité"]);
    }

    #[test]
    fn what_stands_above_a_known_header_is_left_out_and_lines_are_counted_on() {
        let share = |cells: &[&str]| if cells.contains(&"nom") { 1.0 } else { 0.0 };
        let text = "Titre, un; deux\nÉdition;2025\n\nnom|code\nété|1\n";
        let table = Table::read("t.csv", text.as_bytes(), Headers { share, ..NONE }).unwrap();
        let column = table.column(&["nom"]).unwrap();
        assert_eq!((&*table.rows()[0].text(column), table.rows()[0].line), ("été", 5));
    }

    #[test]
    fn cells_are_tidied_and_the_repairs_counted() {
        let shown = read(b"a;b\n100003.0;4.0.1\n").unwrap();
        let cells = [0, 1].map(|at| shown.rows()[0].text(Column(at)).into_owned());
        assert_eq!(cells, ["100003", "4.0.1"]);
        let table = read("a;b\n\t130;l''été  long\nseul\n".as_bytes()).unwrap();
        let (a, b) = (table.column(&["A"]).unwrap(), table.column(&["B"]).unwrap());
        assert_eq!((&*table.rows()[0].text(a), &*table.rows()[0].text(b)), ("130", "l'été long"));
        assert_eq!(table.rows()[1].text(b), "");
        let counts: Vec<_> = table.repaired.into_iter().collect();
        let stray = ("cellules aux tabulations perdues", 1);
        assert_eq!(counts, [("cellules aux apostrophes doublées", 1), stray, ("lignes courtes complétées", 1)]);
    }

    #[test]
    fn a_header_again_is_no_row_and_a_shortened_number_is_refused_at_its_line() {
        let sound = "x;1\n".repeat(40);
        let table = read(format!("nom;code\nnom;code\n{sound}a;3.9E4\n").as_bytes()).unwrap();
        assert_eq!(table.rows().len(), 40);
        assert_eq!(table.refused[0].to_string().split(" :").next(), Some("t.csv, l. 43, colonne `code`"));
        for (cell, shortened) in [("1,2E+05", true), ("4E+05", true), ("4E5", false), ("E1101", false), ("1.E4", false)]
        {
            assert_eq!(is_shortened(cell), shortened, "{cell}");
        }
    }

    #[test]
    fn a_figure_is_read_as_publishers_and_spreadsheets_write_it_and_anything_else_is_told() {
        let read_as = |cell: &str| {
            let table = read(format!("nom;part\nx;{cell}\n").as_bytes()).unwrap();
            let part = table.find(&["part"]);
            let row = &table.rows()[0];
            (row.share(part), row.count(part), table.unread(row).map(|(line, column, _)| (line, column.into_string())))
        };
        let told = || Some((2, "part".to_owned()));
        for (cell, share, count) in [("95", 0.95, 95), ("95.0", 0.95, 95), ("95,0", 0.95, 95), ("9 5", 0.95, 95)] {
            assert_eq!(read_as(cell), (Some(share), Some(count), None), "{cell}");
        }
        for (cell, share) in [("95.5", 0.955), ("71,4 %", 0.714), ("95 %", 0.95)] {
            assert_eq!(read_as(cell), (Some(share), None, told()), "{cell}: a share, and no count");
        }
        assert_eq!(read_as("1 950"), (None, Some(1950), told()), "a count, and no share");
        for cell in ["", "ns", "nd", "NS"] {
            assert_eq!(read_as(cell), (None, None, None), "{cell}");
        }
        for cell in ["x", "12/30", "1,950", "-3"] {
            assert_eq!((read_as(cell).1, read_as(cell).2), (None, told()), "{cell}");
        }
    }

    #[test]
    fn a_column_that_stands_twice_counts_once_or_is_refused() {
        let table = read(b"nom;code;Nom\na;1;a\nb;2;b\n").unwrap();
        assert!(table.check_columns().is_ok());
        let table = read(b"nom;code;Nom\na;1;a\nb;2;c\n").unwrap();
        assert_eq!(&*table.rows()[1].text(table.column(&["nom"]).unwrap()), "b", "the first");
        let error = table.check_columns().unwrap_err().to_string();
        assert!(error.contains("`Nom` y est deux fois") && error.contains("l. 3"), "{error}");
    }

    #[test]
    fn a_text_that_lost_letters_is_refused_by_its_line() {
        let sound = "x;1\n".repeat(40);
        let table = read(format!("nom;code\n{sound}Universit\u{fffd};1\n").as_bytes()).unwrap();
        let told = table.refused[0].to_string();
        assert!(told.starts_with("t.csv, l. 42, colonne `nom` : ") && told.contains("codage"), "{told}");
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_reason() {
        let reason = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert!(reason(b"<!DOCTYPE html><html>502</html>").contains("page web"));
        assert!(reason(b"").contains("vide"));
        assert!(reason(b"PK\x03\x04\0\0").contains("binaires"));
        assert!(reason(b"a;b;c\n1;2;3\n1;2").contains("tronqué"));
        for cut in [
            &b"a;b\n\"1\";\"2\"\n\"3\";\""[..],
            b"a;b\n\"1\";\"2\"\n\"3\";\"4\n",
            b"a;b\n\"1\";\"2\"\n\"3\";\"4\n5;6\n",
        ] {
            assert!(reason(cut).contains("(l. 3) ne se ferme pas"), "{}", String::from_utf8_lossy(cut));
        }
        assert!(read(b"a;b\n1;5\" de long\n").is_ok());
        assert!(reason(b"a;b\n1;2;3\n1;2\n").contains("1 lignes sur 2"));
        let missing = read(b"a;b\n1;2\n").unwrap().column(&["code_rome"]).unwrap_err().to_string();
        assert!(missing.contains("`code_rome`") && missing.contains("a, b"), "{missing}");
        assert!(reason(b"nom;code\nLibert\x82 \x82galit\x82;1\n").contains("DOS"));
    }
}
