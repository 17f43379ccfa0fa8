//! Each file damaged in many ways, as browsers, spreadsheets and mail leave files: what comes of it is the same graph, or
//! the report names what is wrong. Never a silent loss.

use super::damaged::zip_of;
use super::*;
use crate::import::open_data::Report;
use crate::import::open_data::in_memory;
use crate::model::{Attributes, Work};

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

/// What befalls any text.
const OF_TEXTS: [Way; 11] = [
    ("cut within a row", |text| text[..text.floor_char_boundary(text.len() - 3)].trim_end().as_bytes().to_vec()),
    ("empty", |_| Vec::new()),
    ("an error page", |_| b"<!DOCTYPE html><html>502</html>".to_vec()),
    ("UTF-16", |text| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
    ("UTF-16 without a mark", |text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ("windows-1252", |text| encoding_rs::WINDOWS_1252.encode(text.trim_start_matches('\u{feff}')).0.into_owned()),
    ("read as windows-1252 and saved", |text| {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned().into_bytes()
    }),
    ("a mark of UTF-8", |text| format!("\u{feff}{}", text.trim_start_matches('\u{feff}')).into_bytes()),
    ("CRLF", |text| text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()),
    ("in an archive", |text| zip_of(&[("x.csv", text.as_bytes())])),
    ("in an archive that is cut", |text| {
        let whole = zip_of(&[("x.csv", text.as_bytes())]);
        whole[..whole.len() - 30].to_vec()
    }),
];

/// What befalls a table.
const OF_TABLES: [Way; 18] = [
    ("cut at a line end", |text| {
        let kept = text.lines().count() / 4;
        text.lines().take(kept.max(1)).map(|line| format!("{line}\n")).collect::<String>().into_bytes()
    }),
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
    ("an empty column more", |text| {
        let more = |rows: &mut Vec<Vec<String>>| rows.iter_mut().for_each(|row| row.insert(0, String::new()));
        rewritten(text, more, delimiter(text) as u8)
    }),
    ("its header twice", |text| rewritten(text, |rows| rows.insert(1, rows[0].clone()), delimiter(text) as u8)),
    ("each cell in quotes", |text| {
        let mut writer = csv::WriterBuilder::new();
        let mut writer = writer.flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        let plain = rewritten(text, |_| {}, b',');
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&plain[..]);
        reader.records().for_each(|row| writer.write_record(&row.unwrap()).unwrap());
        writer.into_inner().unwrap()
    }),
    ("tabs between the columns", |text| rewritten(text, |_| {}, b'\t')),
    ("bars between the columns", |text| rewritten(text, |_| {}, b'|')),
    ("a title above", |text| [b"Jeu de donn\xc3\xa9es, extrait\n\n".as_slice(), text.as_bytes()].concat()),
    ("sep=", |text| {
        [format!("sep={}\n", delimiter(text)).as_bytes(), text.trim_start_matches('\u{feff}').as_bytes()].concat()
    }),
    ("empty cells at the end of each row", |text| {
        let longer =
            |rows: &mut Vec<Vec<String>>| rows.iter_mut().for_each(|row| row.resize(row.len() + 2, String::new()));
        rewritten(text, longer, delimiter(text) as u8)
    }),
    ("empty lines", |text| {
        let written = rewritten(text, |_| {}, delimiter(text) as u8);
        lines(&String::from_utf8(written).unwrap(), |_, line| {
            line.to_owned() + if line.contains('"') { "" } else { "\n" }
        })
    }),
    ("rows twice", |text| {
        let twice = |rows: &mut Vec<Vec<String>>| rows.extend_from_within(1..);
        rewritten(text, twice, delimiter(text) as u8)
    }),
    ("rows turned round", |text| rewritten(text, |rows| rows[1..].reverse(), delimiter(text) as u8)),
    ("numbers as a spreadsheet shows them", |text| {
        let cell = |cell: &mut String| {
            if cell.len() > 2 && cell.bytes().all(|b| b.is_ascii_digit()) {
                cell.push_str(".0");
            }
        };
        rewritten(text, |rows| rows.iter_mut().skip(1).flatten().for_each(cell), delimiter(text) as u8)
    }),
    ("numbers as a spreadsheet shortens them", |text| {
        let cell = |cell: &mut String| {
            if cell.len() > 4 && cell.bytes().all(|b| b.is_ascii_digit()) {
                let (head, rest) = cell.split_at(1);
                *cell = format!("{head}.{}E+{:02}", &rest[..1], rest.len());
            }
        };
        rewritten(text, |rows| rows.iter_mut().skip(1).flatten().for_each(cell), delimiter(text) as u8)
    }),
];

/// What a report tells to be wrong, by sort.
fn told(report: &Report) -> [usize; 5] {
    let refused = report.sources.iter().map(|source| source.refused as usize).sum();
    let absent = report.sources.iter().flat_map(|source| source.absent_columns.values()).map(Vec::len).sum();
    [refused, report.refused_files.len(), report.skipped.len(), report.held_back.len(), absent]
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
    let import = |files: &[(String, Vec<u8>)], graph: &Graph| in_memory(files, graph, Reviews::default());
    let sound = import(&bytes(None), &Graph::empty()).unwrap();
    let usual = told(&sound.report);
    let sound = merge::applied(&Graph::empty(), &sound.changes);
    let check = &|at: usize| {
        let (name, text) = &files[at];
        let table = name.ends_with(".csv");
        for (way, damage) in OF_TEXTS.iter().chain(OF_TABLES.iter().filter(|_| table)) {
            let damaged = bytes(Some((at, &damage(text))));
            // A file that ends early says so to nobody, but what it no longer has was known before.
            let before = if *way == "cut at a line end" { &sound } else { &Graph::empty() };
            let outcome = match import(&damaged, before) {
                Ok(outcome) => outcome,
                Err(error) => {
                    assert!(error.to_string().contains(name.as_str()), "{name}, {way}: {error}");
                    continue;
                }
            };
            if told(&outcome.report).iter().zip(usual).any(|(now, usual)| *now > usual) {
                continue;
            }
            let graph = merge::applied(before, &outcome.changes);
            assert_eq!(lacking(&sound, &graph), [] as [String; 0], "{name}, {way}: lost in silence");
            assert_eq!(lacking(&graph, &sound), [] as [String; 0], "{name}, {way}: made up");
        }
    };
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (half..files.len()).step_by(2).for_each(check));
        }
    });
}

/// What one graph has and another lacks, by key and relation; and whose attributes differ, sources and rows aside.
fn lacking(one: &Graph, other: &Graph) -> Vec<String> {
    let ((nodes, edges), (their_nodes, their_edges)) = (merge::facts(one), merge::facts(other));
    let known = |node: &Node| {
        let Attributes {
            place,
            modalities,
            domains,
            riasec,
            regulated,
            access,
            diplomas,
            work,
            admissions,
            outcomes,
            ..
        } = node.attributes().clone();
        let work = work.map(|work| Work { source: node.key.clone(), ..*work });
        let figures = (admissions.len(), outcomes.len());
        let texts = (riasec, regulated, access, diplomas);
        (place, modalities, domains, texts, work, figures)
    };
    let lost = |(key, node): &(&Key, &Node)| their_nodes.get(*key).is_none_or(|their| known(their) != known(node));
    let of_nodes = nodes.iter().filter(|(key, _)| key.kind() != Kind::Source).filter(lost).map(|(key, _)| key);
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

/// The first rows of a file, none of them cut where its quotes are in pairs.
fn head(text: &str) -> String {
    let (mut kept, mut quoted) = (String::new(), false);
    for (n, line) in text.split_inclusive('\n').enumerate() {
        if n >= 200 || n >= 40 && !quoted {
            break;
        }
        quoted ^= line.matches('"').count() % 2 == 1;
        kept.push_str(line);
    }
    kept
}

#[test]
#[ignore = "needs the optional test data"]
fn the_heads_of_the_publishers_files_damaged_are_read_all_the_same_or_named() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let sets: [&[&str]; 8] = [
        &["etablissements", "tmm"],
        &["etablissements", "insertion"],
        &["certifinfo", "rncp"],
        &["mon_master"],
        &["rome_v460"],
        &["rome_v460", "onisep"],
        &["rome_v460", "rome_esco"],
        &["rome_v460", "esco_v1.2"],
    ];
    for set in sets {
        let mut files = Vec::new();
        for entry in set.iter().flat_map(|name| std::fs::read_dir(folder.join(name)).unwrap()) {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "csv") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                files.push((name, head(&text)));
            }
        }
        files.sort();
        println!("{set:?}: {} files", files.len());
        check_ways(&files);
    }
}
