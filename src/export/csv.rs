//! CSV: the relations as one table, for spreadsheets. Lossy: nodes without a relation, and all that is known of a node
//! beyond its key and name, are not in it, nor where in a source a statement stands.
//!
//! A French spreadsheet opens it by a double click: it begins with a byte order mark, without which accents are lost, and its
//! separator is the semicolon. A text that a spreadsheet would take for a formula has an apostrophe before it.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;
use std::io::{self, Write};

use super::{canonical, cited};
use crate::model::{Edge, Key, Node, Year};

/// The columns, in order; `sources` holds keys with `|` between.
pub const COLUMNS: [&str; 12] = [
    "relation",
    "from",
    "from_name",
    "to",
    "to_name",
    "weight",
    "condition",
    "level",
    "sources",
    "entry",
    "modalities",
    "languages",
];

/// Writes a graph's relations, given in any order; the nodes lend their names.
///
/// # Errors
/// What the output answers; nothing else can fail.
pub fn write<N: Borrow<Node>, E: Borrow<Edge>>(
    out: impl Write,
    nodes: impl IntoIterator<Item = N>,
    edges: impl IntoIterator<Item = E>,
) -> io::Result<()> {
    let (nodes, edges) = canonical(nodes, edges);
    let names: HashMap<&Key, &str> = nodes.iter().map(|node| (&node.borrow().key, &*node.borrow().name)).collect();
    let name = |key: &Key| names.get(key).copied().unwrap_or_default();
    let mut out = out;
    out.write_all(MARK.as_bytes())?;
    let mut table = csv::WriterBuilder::new().delimiter(SEPARATOR).from_writer(out);
    table.write_record(COLUMNS).map_err(refused)?;
    for edge in &edges {
        let Edge { id, weight, condition, level, award, .. } = edge.borrow();
        let languages = award.as_ref().map(|award| award.languages.join("|")).unwrap_or_default();
        let row = [
            id.relation.name(),
            id.from.as_str(),
            &inert(name(&id.from)),
            id.to.as_str(),
            &inert(name(&id.to)),
            &weight.to_string(),
            &inert(condition.as_deref().unwrap_or_default()),
            &inert(level.as_deref().unwrap_or_default()),
            &cited(edge.borrow()),
            award.as_ref().and_then(|award| award.entry).map_or("", Year::name),
            &award.as_ref().map(|award| award.modality_names("|")).unwrap_or_default(),
            &inert(&languages),
        ];
        table.write_record(row).map_err(refused)?;
    }
    table.flush()
}

/// The byte order mark.
const MARK: &str = "\u{feff}";
/// What French spreadsheets take for the end of a cell: the comma is their decimal point.
const SEPARATOR: u8 = b';';

/// The text as no spreadsheet takes it for a formula, and each shows it.
fn inert(text: &str) -> Cow<'_, str> {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    match text.trim_start_matches(' ').starts_with(begins) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

/// What the output answered, with its kind, which a plain conversion would lose.
fn refused(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("a row of the table: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::sample;
    use crate::model::{Award, Modality, Relation, Weight};

    fn export(nodes: &[Node], edges: &[Edge]) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, nodes, edges).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (nodes, edges) = sample::graph();
        let text = export(&nodes, &edges);
        let mut table = csv::ReaderBuilder::new().delimiter(SEPARATOR).from_reader(&text.as_bytes()[MARK.len()..]);
        assert_eq!(table.headers().unwrap(), &COLUMNS[..]);
        let rows: Vec<csv::StringRecord> = table.records().map(|row| row.unwrap()).collect();
        let wanted = [
            [
                "required_by",
                "skill/information",
                "Information",
                "job/redacteur",
                "Rédacteur",
                "0.25",
                "",
                "",
                "source/s",
                "",
                "",
                "",
            ],
            [
                "required_by",
                "skill/veille",
                "Veille",
                "job/redacteur",
                "Rédacteur",
                "0.9",
                sample::ODD,
                "N3",
                "source/s",
                "",
                "",
                "",
            ],
            [
                "broader",
                "skill/veille",
                "Veille",
                "skill/information",
                "Information",
                "1",
                "",
                "",
                "source/s",
                "",
                "",
                "",
            ],
        ];
        assert_eq!(rows, wanted.map(|row| csv::StringRecord::from(&row[..])));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(1;1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"] {
            assert_eq!(inert(text), format!("'{text}"));
        }
        assert_eq!(inert("Éducateur - adjoint = @ +"), "Éducateur - adjoint = @ +");
        let (mut nodes, edges) = sample::graph();
        nodes.iter_mut().for_each(|node| node.name = "=1+1".into());
        let text = export(&nodes, &edges);
        assert!(text.contains(";'=1+1;") && !text.contains(";=1+1"), "{text}");
    }

    #[test]
    fn several_sources_share_a_cell() {
        let (nodes, mut edges) = sample::graph();
        edges[0].statements.push(crate::model::Statement::of("source/t".parse().unwrap()));
        assert!(export(&nodes, &edges[..1]).ends_with(";source/s|source/t;;;\n"));
    }

    #[test]
    fn an_award_says_how_one_enters_and_follows_it() {
        let key = |text: &str| text.parse::<Key>().unwrap();
        let (from, to) = (key("university/u"), key("master/m"));
        let mut edge = Edge::new(Relation::Awards, from, to, Weight::FULL, key("source/s"));
        let modalities = vec![Modality::Initial, Modality::Distance];
        edge.award = Award { entry: Some(Year::M2), modalities, ..Award::default() }.boxed();
        assert!(export(&[], &[edge]).ends_with(";source/s;M2;initial|distance;\n"));
    }

    #[test]
    fn an_empty_graph_is_a_table_without_rows() {
        assert_eq!(export(&[], &[]), format!("{MARK}{}\n", COLUMNS.join(";")));
    }

    #[test]
    fn a_closed_pipe_is_told_as_one() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (nodes, edges) = sample::graph();
        let many = edges.iter().cycle().take(1_000);
        assert_eq!(write(Closed, &nodes, many).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
