//! A damaged or hostile file in a folder is refused by name; the others are imported as if it were not there.

use std::io::Write;

use super::*;
use crate::import::open_data::Report;

/// Imports a folder with and without a file: the graph is the same, and the file is refused with these words.
#[track_caller]
fn refused(name: &str, content: impl AsRef<[u8]>, words: &[&str]) -> Report {
    let folder = all_files();
    let (without, _) = import(folder.path(), &Graph::empty());
    write(folder.path(), name, content);
    let (with, outcome) = import(folder.path(), &Graph::empty());
    let found = outcome.report.refused_files.iter().find(|aside| aside.file.contains(name));
    let found = found.unwrap_or_else(|| panic!("{name} is not refused: {}", outcome.report));
    for word in words {
        assert!(found.reason.contains(word), "{}", found.reason);
    }
    assert!(outcome.report.to_string().contains(&format!("REFUSÉ {} : {}", found.file, found.reason)));
    assert_eq!(merge::facts(&with), merge::facts(&without));
    outcome.report
}

pub(super) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn archives() {
    let bomb = zip_of(&[("esco.csv", &vec![b'0'; 8 << 20])]);
    refused("bomb.zip", &bomb, &["bombe", "Mio"]);
    let sound = zip_of(&[("rncp_2027_01_01.csv", RNCP_ROME.as_bytes())]);
    refused("cut.zip", &sound[..sound.len() - 30], &["ne s'ouvre pas", "téléchargez-la de nouveau"]);
    let page = zip_of(&[("sound_2025_01_01.csv", RNCP_ROME.as_bytes()), ("page.csv", b"<html>502</html>")]);
    refused("half.zip", &page, &["page web"]);
    let within = zip_of(&[("a.csv", RNCP_ROME.as_bytes()), ("within.zip", &sound)]);
    refused("nested.zip", &within, &["une archive dans une archive"]);
}

#[test]
fn a_damaged_file_of_an_archive_is_refused_by_its_path_and_the_others_are_taken() {
    let folder = all_files();
    let (whole, _) = import(folder.path(), &Graph::empty());
    std::fs::remove_file(folder.path().join("a.csv")).unwrap();
    std::fs::remove_file(folder.path().join("c.csv")).unwrap();
    let rows: Vec<Vec<&str>> = CERTIF_INFO.lines().map(|line| line.split(';').collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let cut = &ESTABLISHMENTS.as_bytes()[..ESTABLISHMENTS.len() - 12];
    let files: [(&str, &[u8]); 3] =
        [("cut/a.csv", cut), ("sound/a.csv", ESTABLISHMENTS.as_bytes()), ("c.xlsx", &workbook(&rows))];
    write(folder.path(), "all.zip", zip_of(&files));
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    let [aside] = &outcome.report.refused_files[..] else { panic!("{}", outcome.report) };
    assert!(aside.file == "all.zip/cut/a.csv" && aside.reason.contains("tronqué"), "{aside:?}");
    merge::same_facts(&graph, &whole);
}

#[test]
fn a_text_file_is_read_as_a_table_or_named() {
    let folder = all_files();
    let (whole, _) = import(folder.path(), &Graph::empty());
    std::fs::remove_file(folder.path().join("a.csv")).unwrap();
    let saved: Vec<u8> = ESTABLISHMENTS.replace(';', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect();
    write(folder.path(), "a.txt", saved);
    write(folder.path(), "note.md", "À lire\n\nCe dossier a des données, beaucoup.\n");
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    merge::same_facts(&graph, &whole);
    assert!(outcome.report.refused_files.is_empty(), "{}", outcome.report);
    assert!(outcome.report.to_string().contains("laissé de côté note.md"), "{}", outcome.report);
}

#[test]
fn a_sheet_whose_numbers_were_shortened_is_refused_by_name() {
    let bad = CERTIF_INFO.replace(";900;", ";3.9E4;");
    let rows: Vec<Vec<&str>> = bad.lines().map(|line| line.split(';').collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    refused("bad.xlsx", workbook(&rows), &["1 lignes sur 3", "3.9E4"]);
}

#[test]
fn files_that_are_not_what_their_name_says() {
    refused("page.csv", "<!DOCTYPE html><html>Service indisponible</html>", &["page web", "téléchargez"]);
    refused("cut.csv", &CERTIF_INFO[..CERTIF_INFO.len() - 12], &["tronqué", "l. 4"]);
    refused("empty.csv", "", &["vide"]);
    refused("program.csv", b"\x7fELF\0\0\0", &["binaires"]);
    let hostile = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"aa\">]><root><item><a>&a;</a></item></root>";
    refused("bomb.xml", hostile, &["type de document"]);
}

#[test]
fn a_known_file_of_which_too_many_rows_fail() {
    let bad = RNCP_CERTIFIERS.replace("222222222", "XX") + "\"RNCP900\";\"22222222200010\";\"x\"\n";
    let folder = all_files();
    std::fs::remove_file(folder.path().join("x_2026_02_01_c.csv")).unwrap();
    let (without, _) = import(folder.path(), &Graph::empty());
    write(folder.path(), "x_2026_02_01_c.csv", bad);
    let (with, outcome) = import(folder.path(), &Graph::empty());
    let [aside] = &outcome.report.refused_files[..] else { panic!("{}", outcome.report) };
    assert!(aside.file == "x_2026_02_01_c.csv" && aside.reason.contains("1 lignes sur 2"), "{aside:?}");
    assert!(aside.reason.contains("Siret_Certificateur"), "the first row is shown: {aside:?}");
    assert_eq!(merge::facts(&with), merge::facts(&without));
}

#[test]
fn a_set_with_a_table_missing_is_refused_whole_and_the_others_go_on() {
    let folder = all_files();
    std::fs::remove_file(folder.path().join("skills_v1_x.csv")).unwrap();
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    assert_eq!(outcome.report.refused_files.len(), 4, "{}", outcome.report);
    assert!(outcome.report.refused_files[0].reason.contains("la table referentiel_competence manque"));
    assert!(graph.find("master/mediation-des-savoirs").is_some() && graph.nodes_of(Kind::Job).is_empty());
}

#[test]
fn what_is_no_data_at_all_is_left_aside_without_alarm() {
    let folder = all_files();
    write(folder.path(), "photo.png", b"\x89PNG\0\0");
    write(folder.path(), "other.csv", "a;b\n1;2\n");
    write(folder.path(), "domains.json", "[{\"domaine_onisep\":\"a\",\"sous-domaine_onisep\":\"b\"}]");
    write(folder.path(), "page.json", "{\"domaines\":{}}");
    let (_, outcome) = import(folder.path(), &Graph::empty());
    assert!(outcome.report.refused_files.is_empty(), "{}", outcome.report);
    let skipped: Vec<&str> = outcome.report.skipped.iter().map(|aside| &*aside.file).collect();
    assert_eq!(skipped.len(), 4, "{skipped:?}");
    let domains = outcome.report.skipped.iter().find(|aside| aside.file == "domains.json").unwrap();
    assert!(domains.reason.contains("domaines de l'Onisep"), "{domains:?}");
}

/// A workbook of one sheet.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |cells: &&[&str]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}</sheetData></worksheet>",
        rows.iter().map(row).collect::<String>()
    );
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{relation}\"><sheets><sheet name=\"Feuille\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let rels = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    zip_of(&[
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn a_spreadsheet_is_read_as_its_rows_and_a_damaged_one_is_refused() {
    let folder = all_files();
    let (from_text, _) = import(folder.path(), &Graph::empty());
    std::fs::remove_file(folder.path().join("c.csv")).unwrap();
    let rows: Vec<Vec<&str>> = CERTIF_INFO.lines().map(|line| line.split(';').collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    write(folder.path(), "c.xlsx", workbook(&rows));
    let (from_sheet, outcome) = import(folder.path(), &Graph::empty());
    assert!(outcome.report.refused_files.is_empty(), "{}", outcome.report);
    merge::same_facts(&from_text, &from_sheet);
    refused("sheet.xlsx", zip_of(&[("[Content_Types].xml", b"<x/>")]), &["ce classeur est illisible"]);
}

#[test]
fn a_folder_of_refused_files_only_says_why() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "page.csv", "<html>404</html>");
    let error = directory(folder.path(), &Graph::empty(), Reviews::default(), &Silent).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("page.csv : ce n'est pas un tableau : c'est une page web"), "{error}");
}
