//! Reading the interchange file (JSON Lines): strict, lossless, in one pass over any input.
//!
//! Lines may stand in any order after the header; what a line refers to is checked once all are read. All
//! faults are collected. Either the whole file is taken or none of it.

mod check;
mod line;
mod position;
mod problem;
mod refs;

use std::io::{self, BufRead, BufReader, Read};

use hashbrown::HashMap;

use crate::import::fault::{Fault, Faults};
use crate::model::{Edge, French, Key, Kind, Node, Relation, Statement};
use line::{HeaderLine, Probe};
use position::{column, column_of};
pub use problem::Problem;
use refs::{Refs, Slot};

/// The version of the format that is read and written.
pub const VERSION: u64 = 1;

/// The longest line taken, in bytes.
const MAX_LINE: u64 = 16 << 20;

/// What a file says: every edge stated by at least one source, every end and source in the file or known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// In the order of the file.
    pub nodes: Vec<Node>,
    /// In the order of the file.
    pub edges: Vec<Edge>,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The input could not be read to its end.
    #[error("{file}: {source}")]
    Io {
        /// The file's name.
        file: Box<str>,
        /// What the system says.
        source: io::Error,
    },
    /// What a person must mend.
    #[error(transparent)]
    Faults(#[from] Faults<Problem>),
}

impl French for ReadError {
    fn french(&self) -> String {
        match self {
            ReadError::Io { file, source } => format!("{file} : {source}"),
            ReadError::Faults(faults) => faults.french(),
        }
    }
}

/// Reads a file. `known` says which keys the graph to import into holds already: a line may refer to them.
///
/// # Errors
/// All that is wrong with the file, or that it could not be read.
pub fn read(input: impl Read, file: &str, known: impl Fn(&Key) -> bool) -> Result<Contents, ReadError> {
    let mut input = BufReader::with_capacity(1 << 18, input);
    let mut reader = Reader::new(file);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = input.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut bytes);
        let read = read.map_err(|source| ReadError::Io { file: file.into(), source })?;
        if read == 0 {
            break;
        }
        reader.number += 1;
        if bytes.len() as u64 > MAX_LINE {
            reader.fault(1, Problem::LongLine { most: MAX_LINE });
            return Err(reader.faults.into());
        }
        if reader.line(&bytes).is_break() {
            return Err(reader.faults.into());
        }
    }
    reader.finish(&known).map_err(ReadError::from)
}

/// Goes on, or leaves the file as hopeless.
type Flow = std::ops::ControlFlow<()>;

struct Reader<'f> {
    file: &'f str,
    /// The line being read, from 1.
    number: u64,
    header: Option<Header>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The line on which each edge stands.
    edge_lines: HashMap<(Relation, Slot, Slot), u64>,
    refs: Refs,
    /// Where edges without sources stand: (line, place in `edges`).
    unsourced: Vec<(u64, usize)>,
    /// Whether any line has sources of its own.
    sourced: bool,
    faults: Faults<Problem>,
}

struct Header {
    /// The default source, where given; `Some(None)` where given as none.
    source: Option<Option<Key>>,
}

impl<'f> Reader<'f> {
    fn new(file: &'f str) -> Reader<'f> {
        Reader {
            file,
            number: 0,
            header: None,
            nodes: Vec::new(),
            edges: Vec::new(),
            edge_lines: HashMap::new(),
            refs: Refs::default(),
            unsourced: Vec::new(),
            sourced: false,
            faults: Faults::default(),
        }
    }

    fn fault(&mut self, column: u64, problem: impl Into<Problem>) {
        self.fault_at(self.number, column, problem);
    }

    fn fault_at(&mut self, line: u64, column: u64, problem: impl Into<Problem>) {
        self.faults.push(Fault { file: self.file.into(), line, column, problem: problem.into() });
    }

    fn line(&mut self, bytes: &[u8]) -> Flow {
        let whole = bytes.ends_with(b"\n");
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let bytes = if self.number == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
        let line = match std::str::from_utf8(bytes) {
            Ok(line) => line,
            Err(error) => {
                let sound = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                self.fault(column(&sound, sound.len()), Problem::NotUtf8);
                return if self.header.is_none() { Flow::Break(()) } else { Flow::Continue(()) };
            }
        };
        if self.header.is_none() {
            return self.header_line(line);
        }
        if line.trim().is_empty() {
            return Flow::Continue(());
        }
        if line.starts_with("{\"edge\":") {
            self.parsed(line, whole, Reader::edge_line);
        } else if line.starts_with("{\"node\":") {
            self.parsed(line, whole, Reader::node_line);
        } else {
            // Without this, serde would take an array of the fields' values for the object.
            let object = line.trim_start().starts_with('{');
            match serde_json::from_str::<Probe>(if object { line } else { "{}" }) {
                Ok(Probe { edge: Some(_), .. }) => self.parsed(line, whole, Reader::edge_line),
                Ok(Probe { node: Some(_), .. }) => self.parsed(line, whole, Reader::node_line),
                Ok(Probe { format: Some(_), .. }) => self.fault(1, Problem::SecondHeader),
                Ok(_) => self.fault(1, Problem::NeitherNodeNorEdge),
                Err(error) => self.syntax(line, whole, &error),
            }
        }
        Flow::Continue(())
    }

    /// The first line decides whether the file is read at all.
    fn header_line(&mut self, line: &str) -> Flow {
        match serde_json::from_str::<Probe>(line) {
            Ok(Probe { format: Some(_), .. }) => {}
            _ => {
                self.fault(1, Problem::NoHeader);
                return Flow::Break(());
            }
        }
        let header = match serde_json::from_str::<HeaderLine>(line) {
            Ok(header) => header,
            Err(error) => {
                self.syntax(line, true, &error);
                return Flow::Break(());
            }
        };
        if header.format != "passerelle-graph" {
            self.fault(column_of(line, "format", ""), Problem::Format { given: header.format.into_owned() });
            return Flow::Break(());
        }
        if header.version != VERSION {
            self.fault(column_of(line, "version", ""), Problem::Version { given: header.version });
            return Flow::Break(());
        }
        let source = header.source.map(|source| {
            let source = source?;
            self.source(line, "source", &source)
        });
        self.header = Some(Header { source });
        Flow::Continue(())
    }

    fn parsed<'l, L: serde::Deserialize<'l>>(&mut self, line: &'l str, whole: bool, take: fn(&mut Self, &'l str, L)) {
        match serde_json::from_str(line) {
            Ok(shape) => take(self, line, shape),
            Err(error) => self.syntax(line, whole, &error),
        }
    }

    /// JSON that is not sound, or has not the shape.
    fn syntax(&mut self, line: &str, whole: bool, error: &serde_json::Error) {
        let text = error.to_string();
        let said = text.split(" at line ").next().unwrap_or(&text).to_owned();
        if error.is_eof() {
            return self.fault(column(line, line.len()), Problem::CutOff { of_file: !whole });
        }
        let word = said.split('`').nth(1);
        // serde_json stops after the value that it refuses; a name is shown from its beginning.
        let end = error.column().min(line.len());
        let start = word.and_then(|word| line.get(..end)?.rfind(&format!("\"{word}\"")));
        self.fault(column(line, start.unwrap_or(end.saturating_sub(1))), Problem::Json { said });
    }

    /// What only the whole file tells.
    fn finish(mut self, known: &dyn Fn(&Key) -> bool) -> Result<Contents, Faults<Problem>> {
        let Some(header) = self.header.take() else {
            self.fault_at(1, 1, Problem::Empty);
            return Err(self.faults);
        };
        for missing in self.refs.missing(known) {
            let problem = Problem::Undefined { key: missing.key, nearest: missing.nearest };
            self.fault_at(missing.line, missing.column, problem);
        }
        match header.source {
            Some(Some(source)) => {
                self.attribute(&source);
            }
            None if !self.sourced => {
                let source = own_source(self.file);
                if self.attribute(&source) && !self.refs.is_defined(&source) && !known(&source) {
                    self.nodes.push(Node::new(source, base_name(self.file)));
                }
            }
            _ => {
                for (line, _) in std::mem::take(&mut self.unsourced) {
                    self.fault_at(line, 1, Problem::EdgeUnsourced);
                }
            }
        }
        self.faults.shown.sort_by_key(|fault| (fault.line, fault.column));
        if self.faults.is_empty() { Ok(Contents { nodes: self.nodes, edges: self.edges }) } else { Err(self.faults) }
    }

    /// Puts what has no source under one; says whether anything was.
    fn attribute(&mut self, source: &Key) -> bool {
        let unsourced = std::mem::take(&mut self.unsourced);
        let mut any = !unsourced.is_empty();
        for (_, place) in unsourced {
            self.edges[place].statements.push(Statement::of(source.clone()));
        }
        for node in &mut self.nodes {
            if node.sources.is_empty() && node.key.kind() != Kind::Source {
                node.sources.push(source.clone());
                any = true;
            }
        }
        any
    }
}

fn base_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

/// The source made from a file's own name: `thotis.jsonl` gives `source/thotis`.
fn own_source(file: &str) -> Key {
    let name = base_name(file);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let key = Key::from_name(Kind::Source, stem).or_else(|_| Key::new(Kind::Source, "import"));
    key.expect("`import` is a slug")
}

#[cfg(test)]
mod tests;
