//! Files that cannot be taken: the message names file, line and column, and no store is made or changed for them.

use std::fs;

use crate::program::{command, passerelle, seeded, text, unchanged};

/// An interchange file's first line, and what is wrong with the second.
const HEADER: &str = r#"{"format":"passerelle-graph","version":1}"#;

const MISTAKES: [(&str, &str, &[&str]); 8] = [
    ("unknown field", r#"{"node":"job/x","name":"X","colour":"red"}"#, &[":2:", "colour"]),
    ("unknown kind", r#"{"node":"jobs/x","name":"X"}"#, &[":2:", "jobs", "job"]),
    ("unknown relation", r#"{"edge":"lead_to","from":"job/x","to":"job/y","weight":1}"#, &[":2:", "lead_to"]),
    ("no weight", r#"{"edge":"evolves_to","from":"job/x","to":"job/y"}"#, &[":2:", "weight"]),
    ("unknown end", r#"{"edge":"evolves_to","from":"job/x","to":"job/y","weight":1}"#, &[":2:", "job/x"]),
    ("an edge to itself", r#"{"edge":"evolves_to","from":"job/x","to":"job/x","weight":1}"#, &[":2:", "job/x"]),
    ("no JSON", "node job/x", &[":2:"]),
    ("a key twice", r#"{"node":"job/x","name":"X","name":"Y"}"#, &[":2:", "name"]),
];

#[test]
fn a_mistake_in_an_interchange_file_is_shown_where_it_is() {
    let (folder, data) = seeded();
    let file = folder.path().join("mistake.jsonl");
    let absent = folder.path().join("absent");
    for (what, line, parts) in MISTAKES {
        println!("{what}");
        fs::write(&file, format!("{HEADER}\n{line}\n")).unwrap();
        let parts = [&["rien n'est importé", "mistake.jsonl"], parts].concat();
        unchanged(folder.path(), || {
            passerelle(&data, &["import", "graph", text(&file)]).refused(&parts);
            passerelle(&absent, &["import", "graph", text(&file)]).refused(&parts);
        });
    }
}

#[test]
fn one_bad_file_among_good_ones_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.jsonl"), folder.path().join("bad.jsonl"));
    fs::write(&good, format!("{HEADER}\n{{\"node\":\"job/x\",\"name\":\"X\"}}\n")).unwrap();
    fs::write(&bad, format!("{HEADER}\n{{\"node\":\"job/y\"}}\n")).unwrap();
    let data = folder.path().join("data");
    unchanged(folder.path(), || {
        passerelle(&data, &["import", "graph", text(&good), text(&bad)]).refused(&["bad.jsonl:2:", "name"]);
    });
}

#[test]
fn a_report_that_cannot_be_written_stops_the_import_before_it_begins() {
    let (folder, data) = seeded();
    let (good, report) = (folder.path().join("good.jsonl"), folder.path().join("absent/report.json"));
    fs::write(&good, format!("{HEADER}\n{{\"node\":\"job/x\",\"name\":\"X\"}}\n")).unwrap();
    unchanged(folder.path(), || {
        passerelle(&data, &["import", "graph", text(&good), "--report", text(&report)])
            .refused(&["rien n'est importé", "report.json"]);
    });
}

#[test]
fn a_missing_file_is_named() {
    let (folder, data) = seeded();
    let absent = folder.path().join("absent.jsonl");
    unchanged(folder.path(), || {
        passerelle(&data, &["import", "graph", text(&absent)]).refused(&[text(&absent)]);
        passerelle(&folder.path().join("new"), &["restore", text(&absent)]).refused(&[text(&absent)]);
    });
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let (folder, data) = seeded();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "nothing to restore").unwrap();
    let backup = folder.path().join("backup");
    passerelle(&data, &["backup", text(&backup)]).done();
    unchanged(folder.path(), || {
        passerelle(&folder.path().join("new"), &["restore", text(&file)]).refused(&[text(&file), "sauvegarde saine"]);
        passerelle(&data, &["restore", text(&backup)]).refused(&[text(&data), "n'est pas vide"]);
    });
}

#[test]
fn a_damaged_file_in_a_folder_of_open_data_is_named_and_the_others_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (files, data) = (folder.path().join("files"), folder.path().join("data"));
    fs::create_dir(&files).unwrap();
    let establishments =
        "identifiant interne;libellé;uai - identifiant;siren\nPAY01;Université de la Source;0010001A;111111111\n";
    fs::write(files.join("sound.csv"), establishments).unwrap();
    fs::write(files.join("page.csv"), "<!DOCTYPE html><html>502</html>").unwrap();
    fs::write(files.join("cut.zip"), b"PK\x03\x04 and no more").unwrap();
    let run = || command(&data, &["import", "open-data", text(&files)]).output().unwrap();
    let output = run();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(3), "{out}{err}");
    assert!(out.contains("REFUSÉ page.csv : ") && out.contains("c'est une page web"), "{out}");
    assert!(out.contains("REFUSÉ cut.zip : archive refusée : elle ne s'ouvre pas"), "{out}");
    assert!(err.contains("2 fichier(s) refusé(s)") && err.contains("le reste est importé"), "{err}");
    assert!(passerelle(&data, &["export"]).done().contains("Université de la Source"));
    // Again: still refused, and nothing changes.
    let again = run();
    assert_eq!(again.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&again.stdout).contains("0 changes"));
}
