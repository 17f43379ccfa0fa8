//! Each file damaged in many ways, as browsers, spreadsheets and mail leave files: what comes of it is the same graph, or
//! the report names what is wrong. Never a silent loss.

use super::*;
use crate::import::open_data::{Report, in_memory};

type Way = (&'static str, fn(&str) -> Vec<u8>);

fn lines(text: &str, each: impl Fn(usize, &str) -> String) -> Vec<u8> {
    text.lines().enumerate().map(|(n, line)| each(n, line) + "\n").collect::<String>().into_bytes()
}

fn delimiter(text: &str) -> char {
    if text.lines().next().unwrap_or_default().contains(';') { ';' } else { ',' }
}

/// The rows read as they are and written by another hand.
fn rewritten(text: &str, write: impl Fn(&mut Vec<Vec<String>>), delimiter_out: u8) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text) as u8)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    write(&mut rows);
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter_out).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

const WAYS: [Way; 20] = [
    ("cut within a row", |text| text[..text.floor_char_boundary(text.len() - 3)].trim_end().as_bytes().to_vec()),
    ("empty", |_| Vec::new()),
    ("an error page", |_| b"<!DOCTYPE html><html>502</html>".to_vec()),
    ("its first column renamed", |text| {
        rewritten(text, |rows| rows[0][0].insert_str(0, "nouveau "), delimiter(text) as u8)
    }),
    ("its last column renamed", |text| {
        rewritten(text, |rows| rows[0].last_mut().unwrap().push_str(" 2"), delimiter(text) as u8)
    }),
    ("its first column gone", |text| {
        rewritten(text, |rows| rows.iter_mut().for_each(|row| drop(row.remove(0))), delimiter(text) as u8)
    }),
    ("its columns turned round", |text| {
        rewritten(
            text,
            |rows| {
                let width = rows[0].len();
                rows.iter_mut().for_each(|row| row.resize(width, String::new()));
                rows.iter_mut().for_each(|row| row.reverse());
            },
            delimiter(text) as u8,
        )
    }),
    ("tabs between the columns", |text| rewritten(text, |_| {}, b'\t')),
    ("bars between the columns", |text| rewritten(text, |_| {}, b'|')),
    ("a title above", |text| [b"Jeu de donn\xc3\xa9es, extrait\n\n".as_slice(), text.as_bytes()].concat()),
    ("sep=", |text| {
        [format!("sep={}\n", delimiter(text)).as_bytes(), text.trim_start_matches('\u{feff}').as_bytes()].concat()
    }),
    ("UTF-16", |text| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
    ("UTF-16 without a mark", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("windows-1252", |text| encoding_rs::WINDOWS_1252.encode(text.trim_start_matches('\u{feff}')).0.into_owned()),
    ("read as windows-1252 and saved", |text| {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned().into_bytes()
    }),
    ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
    ("empty cells at the end of each row", |text| lines(text, |_, line| format!("{line}{0}{0}", delimiter(text)))),
    ("empty lines", |text| lines(text, |_, line| format!("{line}\n"))),
    ("rows twice", |text| {
        let body: Vec<&str> = text.lines().skip(1).collect();
        format!("{}\n{}\n{}\n", text.lines().next().unwrap(), body.join("\n"), body.join("\n")).into_bytes()
    }),
    ("numbers as a spreadsheet shows them", |text| {
        let cell = |cell: &mut String| {
            if cell.len() > 2 && cell.bytes().all(|b| b.is_ascii_digit()) {
                cell.push_str(".0");
            }
        };
        rewritten(text, |rows| rows.iter_mut().skip(1).flatten().for_each(cell), delimiter(text) as u8)
    }),
];

/// Whether the report tells that something is wrong; `absent` columns are absent from the sound files too.
fn is_told(report: &Report, absent: usize) -> bool {
    let refused = report.sources.iter().any(|source| source.refused > 0);
    let files = !report.refused_files.is_empty() || !report.skipped.is_empty();
    refused || files || !report.held_back.is_empty() || absent_columns(report) > absent
}

fn absent_columns(report: &Report) -> usize {
    report.sources.iter().flat_map(|source| source.absent_columns.values()).map(Vec::len).sum()
}

fn check_ways(files: &[(String, String)]) {
    let bytes = |damaged: Option<(usize, &[u8])>| {
        let files = files.iter().enumerate();
        let content = |n: usize, text: &str| match damaged {
            Some((at, bytes)) if at == n => bytes.to_vec(),
            _ => text.as_bytes().to_vec(),
        };
        files.map(|(n, (name, text))| (name.clone(), content(n, text))).collect::<Vec<_>>()
    };
    let import = |files: &[(String, Vec<u8>)]| in_memory(files, &Graph::empty(), Reviews::default());
    let sound = import(&bytes(None)).unwrap();
    let absent = absent_columns(&sound.report);
    let sound = merge::applied(&Graph::empty(), &sound.changes);
    for (at, (name, text)) in files.iter().enumerate() {
        for (way, damage) in WAYS {
            let outcome = match import(&bytes(Some((at, &damage(text))))) {
                Ok(outcome) => outcome,
                Err(error) => {
                    assert!(error.to_string().contains(name.as_str()), "{name}, {way}: {error}");
                    continue;
                }
            };
            if is_told(&outcome.report, absent) {
                continue;
            }
            let graph = merge::applied(&Graph::empty(), &outcome.changes);
            assert_eq!(lacking(&sound, &graph), [] as [String; 0], "{name}, {way}: lost in silence");
        }
    }
}

/// What one graph has and another lacks, by key and relation.
fn lacking(one: &Graph, other: &Graph) -> Vec<String> {
    let ((nodes, edges), (their_nodes, their_edges)) = (merge::facts(one), merge::facts(other));
    let of_nodes = nodes.keys().filter(|key| key.kind() != Kind::Source && !their_nodes.contains_key(*key));
    let of_edges = edges.keys().filter(|id| !their_edges.contains_key(*id));
    of_nodes.map(ToString::to_string).chain(of_edges.map(ToString::to_string)).take(5).collect()
}

#[test]
fn a_damaged_file_is_read_all_the_same_or_named() {
    let folder = all_files();
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    check_ways(&files);
}

#[test]
#[ignore = "needs the optional test data, and a release build"]
fn the_publishers_files_damaged_are_read_all_the_same_or_named() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    for set in [&["etablissements"][..], &["tmm"], &["certifinfo"], &["rncp"], &["mon_master"]] {
        let mut files = Vec::new();
        for entry in set.iter().flat_map(|name| std::fs::read_dir(folder.join(name)).unwrap()) {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "csv") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
        files.sort();
        check_ways(&files);
    }
}
