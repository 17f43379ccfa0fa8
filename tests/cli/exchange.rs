//! What goes out comes back: export and import, twice, elsewhere, and who seeds what.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{passerelle, seeded, text, unchanged};

fn version(data: &Path) -> u64 {
    let answer = passerelle(data, &["query", "{ graph { version } }"]).done();
    serde_json::from_str::<Value>(&answer).unwrap()["data"]["graph"]["version"].as_u64().unwrap()
}

fn export(data: &Path) -> String {
    passerelle(data, &["export"]).done()
}

/// Imports a file twice, exports, and takes the export elsewhere and back again.
fn there_and_back(file: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
    passerelle(&first, &["import", "graph", text(file)]).done();
    let (before, exported) = (version(&first), export(&first));
    assert_eq!(before, 1);
    assert!(exported.lines().count() > 100, "a graph worth the test");

    let again = passerelle(&first, &["import", "graph", text(file), "--json"]).done();
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["version"], 1, "{again:#}");
    let mut counts = again["changes"].as_object().unwrap().clone();
    assert!(counts.remove("unchanged").and_then(|count| count.as_u64()) > Some(100), "{again:#}");
    assert!(counts.len() >= 5 && counts.values().all(|count| *count == 0), "{again:#}");
    assert_eq!((version(&first), &export(&first)), (before, &exported));

    let written = folder.path().join("export.jsonl");
    passerelle(&first, &["export", "--out", text(&written)]).done();
    assert_eq!(fs::read_to_string(&written).unwrap(), exported);
    passerelle(&second, &["import", "graph", text(&written)]).done();
    assert!(export(&second) == exported, "the second export differs from the first");
    passerelle(&second, &["check"]).done();
}

#[test]
fn an_earlier_version_is_exported_and_brought_back() {
    let (folder, data) = seeded();
    let first = export(&data);
    let more = folder.path().join("plus.jsonl");
    let lines = [
        r#"{"format":"passerelle-graph","version":1,"source":"source/essai"}"#,
        r#"{"node":"source/essai","name":"Un essai"}"#,
        r#"{"node":"job/essayeur","name":"Essayeur"}"#,
        r#"{"node":"job/essayiste","name":"Essayiste"}"#,
        r#"{"edge":"evolves_to","from":"job/essayeur","to":"job/essayiste","weight":0.5}"#,
    ];
    fs::write(&more, lines.join("\n")).unwrap();
    passerelle(&data, &["import", "graph", text(&more)]).done();
    let second = export(&data);
    assert_ne!(first, second);
    assert_eq!(passerelle(&data, &["export", "--at", "1"]).done(), first);
    assert_eq!(passerelle(&data, &["export", "--at", "2"]).done(), second);
    unchanged(&data, || passerelle(&data, &["export", "--at", "3"]).refused(&["version 3", "version 2"]));
    unchanged(&data, || passerelle(&data, &["revert", "3"]).refused(&["version 3", "version 2"]));

    let told = passerelle(&data, &["revert", "1", "--dry-run"]).done();
    assert!(told.contains("fiches marquées retirées : 3, relations supprimées : 1"), "{told}");
    assert_eq!(version(&data), 2);
    let told = passerelle(&data, &["revert", "1"]).done();
    assert!(told.contains("version 3") && told.contains("version 1"), "{told}");
    let third = export(&data);
    let said = |text: &str| text.lines().filter(|line| !line.contains("essa")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(said(&third), said(&first));
    assert_eq!(third.lines().filter(|line| line.contains("\"retired\":true")).count(), 3, "a key is for ever");
    assert!(passerelle(&data, &["revert", "1"]).done().contains("rien à défaire"));
    passerelle(&data, &["revert", "2"]).done();
    assert_eq!(export(&data), second, "an undoing can be undone");
    passerelle(&data, &["check"]).done();
}

#[test]
fn the_curated_graph_goes_there_and_back() {
    let (folder, data) = seeded();
    let file = folder.path().join("curated.jsonl");
    passerelle(&data, &["export", "--out", text(&file)]).done();
    there_and_back(&file);
}

#[test]
#[ignore = "needs the optional test data"]
fn the_tiny_synthetic_graph_goes_there_and_back_with_data() {
    let generator = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/bench/gen_graph.py");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tiny.jsonl");
    let python = std::process::Command::new("python3").args([generator, "--scale", "tiny", "-o", text(&file)]).output();
    assert!(python.as_ref().is_ok_and(|output| output.status.success()), "{python:?}");
    there_and_back(&file);
}

#[test]
fn an_import_never_seeds() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("one.jsonl"), folder.path().join("data"));
    fs::write(&file, "{\"format\":\"passerelle-graph\",\"version\":1}\n{\"node\":\"job/x\",\"name\":\"X\"}\n").unwrap();
    passerelle(&data, &["import", "graph", text(&file), "--dry-run"]).done();
    assert!(!data.exists(), "a dry run makes no store");
    passerelle(&data, &["import", "graph", text(&file)]).done();
    // Nor does any command on the store that is there now.
    assert!(!passerelle(&data, &["path", "SVT", "X"]).success);
    assert_eq!((version(&data), export(&data).contains("licence/")), (1, false));
}

#[test]
fn an_emptied_store_is_not_seeded_either() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("none.jsonl"), folder.path().join("data"));
    fs::write(&file, "{\"format\":\"passerelle-graph\",\"version\":1}\n").unwrap();
    passerelle(&data, &["import", "graph", text(&file)]).done();
    assert_eq!((version(&data), export(&data).lines().count()), (0, 1));
}

#[test]
fn the_seed_again_changes_nothing() {
    let (folder, data) = seeded();
    let exported = export(&data);
    passerelle(&data, &["import", "seed"]).done();
    assert_eq!((version(&data), export(&data)), (1, exported));
    let dry = || passerelle(&data, &["import", "seed", "--dry-run"]).done();
    unchanged(folder.path(), dry);
}

#[test]
fn every_format_is_written_whole_or_without_a_licence() {
    let (folder, data) = seeded();
    for format in ["ttl", "jsonld", "graphml", "csv"] {
        let whole = passerelle(&data, &["export", "--format", format]).done();
        let part = passerelle(&data, &["export", "--format", format, "--without-licence", "licence ouverte"]).done();
        assert!(part.len() < whole.len(), "{format}: {} and {} bytes", part.len(), whole.len());
        let cites = |text: &str| text.contains("trouver-mon-master-2019");
        assert!(cites(&whole) && !cites(&part), "{format}");
    }
    let file = folder.path().join("kept.csv");
    fs::write(&file, "mine").unwrap();
    let refused = ["export", "--format", "csv", "--without-licence", "WTFPL", "--out", text(&file)];
    passerelle(&data, &refused).refused(&["`WTFPL`", "Licence Ouverte"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}
