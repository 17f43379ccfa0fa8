//! Refs, queries and arguments that mean nothing: each gets one clear message, and the store stays as it is.

use std::net::TcpListener;

use crate::program::{command, passerelle, seeded, unchanged};

#[test]
fn a_ref_that_nothing_bears_comes_with_suggestions() {
    let (folder, data) = seeded();
    unchanged(folder.path(), || {
        passerelle(&data, &["path", "journalist environemental", "SVT"]).refused(&[
            "journalist environemental",
            "Journaliste environnemental",
            "job/journaliste-environnemental",
        ]);
        let query = r#"{ master(ref: "IMTS") { id } }"#;
        let error = passerelle(&data, &["query", query]).refused_with("UNKNOWN_REF");
        assert!(error["message"].as_str().unwrap().contains("IMTS"), "{error:#}");
        assert!(error["extensions"]["suggestions"].is_array(), "{error:#}");
    });
}

#[test]
fn a_ref_that_two_bear_comes_with_both() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/graphs/ambiguous.jsonl");
    passerelle(&data, &["import", "graph", file]).done();
    passerelle(&data, &["check"]).done();
    unchanged(folder.path(), || {
        let query = r#"{ entity(ref: "Médiation") { id } }"#;
        let error = passerelle(&data, &["query", query]).refused_with("AMBIGUOUS_REF");
        let candidates: Vec<&str> =
            error["extensions"]["candidates"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
        assert_eq!(candidates, ["master/mediation", "skill/mediation"]);
    });
}

#[test]
fn a_query_that_is_none_says_where() {
    let (folder, data) = seeded();
    unchanged(folder.path(), || {
        let parse = passerelle(&data, &["query", "{ graph {\n version"]).refused_with("GRAPHQL_PARSE_FAILED");
        assert_eq!(parse["locations"][0]["line"], 2, "{parse:#}");
        let field = passerelle(&data, &["query", "{ graph { colour } }"]).refused_with("GRAPHQL_VALIDATION_FAILED");
        assert!(field["message"].as_str().unwrap().contains("colour"), "{field:#}");
        let range = r#"{ pathways(from: "SVT", to: "journaliste environnemental", maxSteps: 99) { exhaustive } }"#;
        let range = passerelle(&data, &["query", range]).refused_with("INVALID_INPUT");
        assert!(range["message"].as_str().unwrap().contains("maxSteps"), "{range:#}");
    });
}

#[test]
fn arguments_that_mean_nothing_are_refused() {
    let (folder, data) = seeded();
    unchanged(folder.path(), || {
        passerelle(&data, &["path", "SVT", "doctorat", "--first", "0"]).refused(&["--first", "1 à 100"]);
        passerelle(&data, &["path", "SVT", "doctorat", "--max-steps", "13"]).refused(&["--max-steps", "1 à 12"]);
        passerelle(&data, &["serve", "--listen", "here"]).refused(&["--listen", "here"]);
        passerelle(&data, &["export", "--format", "pdf"]).refused(&["pdf", "jsonl"]);
        passerelle(&data, &["import", "seed", "seed.toml"]).refused(&["ne prend pas de fichier"]);
        passerelle(&data, &["import", "graph"]).refused(&["au moins un fichier"]);
    });
}

#[test]
fn a_port_in_use_is_no_reason_to_touch_the_store() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    unchanged(folder.path(), || {
        let run = passerelle(&folder.path().join("data"), &["serve", "--listen", &address]);
        run.refused(&[&address, "est déjà prise", "--listen"]);
    });
}

#[test]
fn the_terminal_is_told_in_french_and_never_steered() {
    let (folder, data) = seeded();
    passerelle(&data, &["revert", "99"]).refused(&["il n’y a pas de version 99"]);
    passerelle(&data, &["serve", "--deadline", "soon"]).refused(&["n'est pas une durée en secondes"]);
    passerelle(&data, &["query", "--variables", "{1}", "{ graph { version } }"]).refused(&["--variables", "l. 1"]);
    passerelle(&data, &["check", "--\u{1b}[31m"]).refused(&["argument inconnu", "\\u{1b}"]);
    passerelle(&data, &["token", "create", "--role", "reader", "--name", "essai"]).done();
    assert!(passerelle(&data, &["token", "list"]).done().contains("en vigueur jamais utilisé"));
    assert!(passerelle(&data, &["journal"]).done().contains("cette machine"));
    let file = folder.path().join("a\u{1b}[31m");
    let made = passerelle(&data, &["backup", file.to_str().unwrap()]).done();
    assert!(made.contains("\\u{1b}[31m") && !made.contains('\u{1b}'), "{made}");
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    use std::process::Stdio;
    let (_folder, data) = seeded();
    let mut export = command(&data, &["export"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(export.stdout.take());
    let output = export.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
