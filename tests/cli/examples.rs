//! The example queries of the page, on the curated graph. They are what a newcomer tries first.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{passerelle, seeded};

/// The queries, by file name.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src/graphiql/examples");
    let mut found: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    found.sort();
    found
}

/// How many facts are in a value: texts, numbers and the like, but no nulls.
fn facts(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Array(items) => items.iter().map(facts).sum(),
        Value::Object(fields) => fields.values().map(facts).sum(),
        _ => 1,
    }
}

#[test]
fn every_example_has_an_answer() {
    let (_folder, data) = seeded();
    let examples = examples();
    assert!(examples.len() >= 6, "{} examples", examples.len());
    for (name, query) in examples {
        let run = passerelle(&data, &["query", &query]);
        let answer: Value = serde_json::from_str(&run.out).unwrap();
        assert!(answer.get("errors").is_none(), "{name}: {:#}", answer["errors"]);
        for (field, value) in answer["data"].as_object().unwrap() {
            assert!(facts(value) >= 10, "{name}: {field} tells next to nothing: {value:#}");
            let lists = ["nodes", "edges"].into_iter().filter_map(|list| value[list].as_array());
            assert!(lists.into_iter().all(|list| !list.is_empty()), "{name}: {field} finds nothing: {value:#}");
        }
    }
}

#[test]
fn the_svt_question_has_this_answer() {
    let (_folder, data) = seeded();
    let (_, query) = examples().remove(0);
    assert!(query.contains("SVT"), "the first example is the SVT question");
    let answer = passerelle(&data, &["query", &query]).done();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    insta::assert_json_snapshot!(answer["data"]);
}

#[test]
fn path_gives_programs_the_same_answer() {
    let (_folder, data) = seeded();
    let json = passerelle(&data, &["path", "SVT", "journaliste environnemental", "--json"]).done();
    let json: Value = serde_json::from_str(&json).unwrap();
    let (_, query) = examples().remove(0);
    let answer: Value = serde_json::from_str(&passerelle(&data, &["query", &query]).done()).unwrap();
    let scores =
        |answer: &Value| answer["nodes"].as_array().unwrap().iter().map(|n| n["score"].clone()).collect::<Vec<_>>();
    assert_eq!(scores(&json), scores(&answer["data"]["pathways"]));
    let text = passerelle(&data, &["path", "SVT", "journaliste environnemental"]).done();
    assert!(text.contains("Journalisme environnemental") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_first_question_makes_the_store_and_logs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = passerelle(&folder.path().join("data"), &["path", "SVT", "journaliste environnemental"]);
    assert!(run.out.contains("JET") && run.err.is_empty(), "{}", run.err);
}

#[test]
fn an_audit_of_the_curated_graph_is_reproducible() {
    let (_folder, data) = crate::program::seeded();
    let arguments = ["audit", "--json", "--pairs", "12", "--top", "5", "--seed", "7"];
    let first = passerelle(&data, &arguments).done();
    let report: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!((&report["drawnPairs"], &report["plan"]["seed"]), (&12.into(), &7.into()), "{report:#}");
    assert!(report["moves"].as_array().unwrap().iter().all(|moved| moved["overlap"].as_f64().unwrap() <= 1.0));
    assert_eq!(passerelle(&data, &arguments).done(), first);
    assert!(
        passerelle(&data, &["audit", "--pairs", "12"]).done().contains("ce que deviennent les 10 premières réponses")
    );
}
