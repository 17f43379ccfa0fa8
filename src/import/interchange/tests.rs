//! The table of refusals, and what is taken.

use super::*;

const HEADER: &str = "{\"format\":\"passerelle-graph\",\"version\":1}\n";
const SKILL: &str = "{\"node\":\"skill/veille\",\"name\":\"Veille\"}\n";
const JOB: &str = "{\"node\":\"job/mediateur\",\"name\":\"Médiateur\"}\n";
const SOURCE: &str = "{\"node\":\"source/s\",\"name\":\"S\"}\n";
const EDGE: &str = r#"{"edge":"required_by","from":"skill/veille","to":"job/mediateur","weight":0.5"#;

fn take(text: impl AsRef<[u8]>) -> Contents {
    read(text.as_ref(), "essai.jsonl", |_| false).unwrap_or_else(|error| panic!("{error}"))
}

fn refuse(text: impl AsRef<[u8]>) -> Faults<Problem> {
    match read(text.as_ref(), "essai.jsonl", |_| false) {
        Err(ReadError::Faults(faults)) => faults,
        other => panic!("taken: {other:?}"),
    }
}

/// Each case: what follows the header, the skill, the job and the source (lines 2 to 4); where it is refused,
/// words of the message, and words of the advice.
#[test]
fn each_refusal_names_the_place_and_the_cure() {
    let edge = |rest: &str| format!("{EDGE},\"sources\":[\"source/s\"]{rest}}}");
    let node = |rest: &str| format!("{{\"node\":\"job/x\",\"name\":\"X\"{rest}}}");
    let cases: Vec<(String, u64, u64, &str, &str)> = vec![
        (node(",\"nmae\":1"), 5, 28, "unknown field `nmae`", "`name`"),
        (edge(",\"weigth\":1"), 5, 102, "unknown field `weigth`", "`weight`"),
        (edge(",\"level\":1"), 5, 110, "invalid type: integer `1`, expected a string", ""),
        (node(",\"name\":\"Y\""), 5, 28, "duplicate field `name`", "keep one"),
        (node(",\"place\":{\"city\":\"A\",\"city\":\"B\"}"), 5, 48, "duplicate field `city`", "keep one"),
        (node(",\"regulated\":true,\"ects\":3"), 5, 52, "a job has no field `ects`", ""),
        (node(",\"codes\":[{\"scheme\":\"ROME\",\"code\":\"X\"}]"), 5, 54, "unknown field `code`", ""),
        (node(",\"replacedBy\":\"job/x\""), 5, 41, "replaced by `job/x`", "another job"),
        (node(",\"replacedBy\":\"job/mediateur\""), 5, 41, "not retired", "retired"),
        (node(",\"codes\":[{\"scheme\":\"ROME\",\"value\":\"\"}]"), 5, 36, "lacks its scheme", ""),
        (node(",\"retired\":true,\"replacedBy\":\"job/mediateurs\""), 5, 56, "defined neither", "`job/mediateur`"),
        (node(",\"sources\":[]"), 5, 38, "empty", "at least one"),
        (node(",\"sources\":[\"source/t\"]"), 5, 39, "`source/t` is defined neither", "`source/s`"),
        (node(",\"sources\":[\"skill/veille\"]"), 5, 39, "is a skill, not a source", "source/"),
        (node(",\"sources\":\"source/s\""), 5, 47, "expected a sequence", ""),
        ("{\"node\":\"jbo/x\",\"name\":\"X\"}".into(), 5, 9, "unknown kind `jbo`", "`job/…`"),
        ("{\"node\":\"job/É té\",\"name\":\"X\"}".into(), 5, 9, "write `job/e-te`", ""),
        ("{\"node\":\"mediateur\",\"name\":\"X\"}".into(), 5, 9, "not a key", ""),
        ("{\"node\":\"job/x\"}".into(), 5, 16, "missing field `name`", ""),
        ("{\"node\":\"job/x\",\"name\":\" \"}".into(), 5, 24, "name is empty", ""),
        (JOB.trim().into(), 5, 9, "stands on line 3 already", "join"),
        (format!("{}\n{}", edge(""), edge("")), 6, 1, "stands on line 5 already", "join"),
        (edge("").replace("required_by", "requiredby"), 5, 9, "unknown relation", "`required_by`"),
        (edge("").replace("skill/veille", "skill/veile"), 5, 30, "defined neither", "`skill/veille`"),
        (edge("").replace("job/mediateur", "job/absent-partout"), 5, 50, "defined neither", ""),
        (edge("").replace("job/mediateur", "skill/veille"), 5, 50, "to itself", "leave it out"),
        (edge("").replace("job/mediateur", "sector/musees"), 5, 50, "not from skill to sector", "from skill to job"),
        (
            "{\"edge\":\"required_by\",\"from\":\"job/mediateur\",\"to\":\"skill/veille\",\"weight\":1,\"sources\":[\"source/s\"]}".into(),
            5,
            30,
            "cannot go from a job to a skill",
            "exchange",
        ),
        (edge("").replace("0.5", "0"), 5, 75, "out of bounds", "at most 1"),
        (edge("").replace("0.5", "1.01"), 5, 75, "out of bounds", "at most 1"),
        (edge("").replace("0.5", "-0.5"), 5, 75, "out of bounds", "at most 1"),
        (edge("").replace("0.5", "1e999"), 5, 79, "number out of range", ""),
        (edge("").replace("0.5", "\"0.5\""), 5, 79, "invalid type: string", ""),
        (edge("").replace("0.5", "null"), 5, 75, "no weight", "at most 1"),
        (edge("").replace("0.5", "NaN"), 5, 75, "expected value", ""),
        (edge("").replace(",\"weight\":0.5", ""), 5, 1, "no weight", "at most 1"),
        (format!("{}\n{EDGE}}}", node(",\"sources\":[\"source/s\"]")), 6, 1, "no source", "header"),
        (format!("{EDGE},\"sources\":[]}}"), 5, 89, "empty", "at least one"),
        (edge("").replace("[\"source/s\"]", "[\"source/s\",\"source/s\"]"), 5, 90, "cited twice", "once"),
        (edge("").replace("\"source/s\"", "{\"source\":\"source/s\",\"wieght\":1}"), 5, 111, "unknown field `wieght`", "`weight`"),
        (edge("").replace("\"source/s\"", "{\"source\":\"source/s\",\"weight\":2}"), 5, 89, "out of bounds", ""),
        (edge("").replace("\"source/s\"", "7"), 5, 90, "expected the key of a source", ""),
        (HEADER.trim().into(), 5, 1, "a second header", "one by one"),
        ("{\"nodes\":1}".into(), 5, 1, "neither a node nor an edge", ""),
        ("[1]".into(), 5, 1, "neither", "{\"node"),
        ("{\"node\":\"job/x\",\"name\":\"X\"},".into(), 5, 28, "trailing characters", ""),
        ("{\"node\":\"job/x\",\"na".into(), 5, 20, "the file ends in the middle", "cut off"),
        ("{\"node\":\"job/x\",\"na\n".into(), 5, 20, "the line ends too early", "cut off"),
    ];
    for (text, line, column, message, advice) in cases {
        let faults = refuse(format!("{HEADER}{SKILL}{JOB}{SOURCE}{text}"));
        let fault = &faults.shown[0];
        let said = fault.problem.to_string();
        assert!(said.contains(message) && said.contains(advice), "{text}\n{faults}");
        assert_ne!(fault.problem.french(), said);
        assert_eq!((fault.line, fault.column), (line, column), "{text}\n{faults}");
        assert_eq!(&*fault.file, "essai.jsonl");
    }
}

#[test]
fn a_symmetrical_relation_is_written_once() {
    let masters = "{\"node\":\"master/a\",\"name\":\"A\"}\n{\"node\":\"master/b\",\"name\":\"B\"}\n";
    let near = |from: &str, to: &str| {
        format!("{{\"edge\":\"near\",\"from\":\"master/{from}\",\"to\":\"master/{to}\",\"weight\":1}}\n")
    };
    assert_eq!(take(format!("{HEADER}{masters}{}", near("a", "b"))).edges.len(), 1);
    for wrong in [near("b", "a"), near("a", "b") + &near("b", "a")] {
        let faults = refuse(format!("{HEADER}{masters}{wrong}"));
        assert!(faults.to_string().contains("write \"from\":\"master/a\",\"to\":\"master/b\""), "{faults}");
    }
}

#[test]
fn the_header_decides() {
    for (header, message, column) in [
        ("", "empty", 1),
        ("\n", "no header", 1),
        (SKILL, "no header", 1),
        ("hello", "no header", 1),
        ("{\"format\":\"graph\",\"version\":1}", "unknown format `graph`", 11),
        ("{\"format\":\"passerelle-graph\",\"version\":2}", "version 2", 40),
        ("{\"format\":\"passerelle-graph\",\"version\":0}", "version 0", 40),
        ("{\"format\":\"passerelle-graph\",\"version\":\"1\"}", "invalid type", 42),
        ("{\"format\":\"passerelle-graph\"}", "missing field `version`", 29),
        ("{\"format\":\"passerelle-graph\",\"version\":1,\"sauce\":1}", "unknown field `sauce`", 42),
        ("{\"format\":\"passerelle-graph\",\"version\":1,\"source\":\"source/zz\"}", "defined neither", 51),
        ("{\"format\":\"passerelle-graph\",\"version\":1,\"source\":\"job/x\"}", "not a source", 51),
    ] {
        let faults = refuse(header);
        assert_eq!(faults.len(), 1, "{header}: {faults}");
        assert!(faults.shown[0].problem.to_string().contains(message), "{header}: {faults}");
        assert_eq!((faults.shown[0].line, faults.shown[0].column), (1, column), "{header}: {faults}");
    }
    assert!(refuse("{\"format\":\"passerelle-graph\",\"version\":2}").to_string().contains("update passerelle"));
}

#[test]
fn bytes_that_are_no_utf8_are_located() {
    let faults = refuse([HEADER.as_bytes(), "{\"node\":\"job/x\",\"name\":\"é".as_bytes(), b"\xe9\"}\n"].concat());
    assert_eq!((faults.shown[0].line, faults.shown[0].column), (2, 26), "{faults}");
}

#[test]
fn a_bom_crlf_blank_lines_and_any_order_are_taken() {
    let text = format!("\u{feff}{HEADER}{EDGE}}}\n\n{SKILL}{JOB}").replace('\n', "\r\n");
    let contents = take(text);
    assert_eq!((contents.nodes.len(), contents.edges.len()), (3, 1));
}

#[test]
fn nothing_sourced_is_taken_whole_under_the_file_name() {
    let contents = take(format!("{HEADER}{SKILL}{JOB}{EDGE}}}\n"));
    let source: Key = "source/essai".parse().unwrap();
    assert_eq!(contents.edges[0].statements, [Statement::of(source.clone())]);
    assert_eq!(contents.nodes.len(), 3);
    assert_eq!((&contents.nodes[2].key, &*contents.nodes[2].name), (&source, "essai.jsonl"));
    assert!(contents.nodes[..2].iter().all(|node| node.sources == [source.clone()]));

    let again = read(format!("{HEADER}{SKILL}").as_bytes(), "dir/essai.jsonl", |key| *key == source).unwrap();
    assert_eq!(again.nodes.len(), 1, "a source that the graph holds is not put again");
    assert_eq!(own_source("!.jsonl").as_str(), "source/import");
    assert!(take(format!("{HEADER}{SOURCE}")).nodes.len() == 1, "a source needs no source");
}

#[test]
fn the_header_source_is_the_default() {
    let header = HEADER.replace('}', ",\"source\":\"source/s\"}");
    let contents = take(format!("{header}{SOURCE}{SKILL}{JOB}{EDGE}}}\n"));
    let source: Key = "source/s".parse().unwrap();
    assert_eq!(contents.edges[0].statements, [Statement::of(source.clone())]);
    assert_eq!(contents.nodes[1].sources, [source]);
    assert!(contents.nodes[0].sources.is_empty());
}

#[test]
fn ends_may_live_in_the_graph() {
    let text = format!("{HEADER}{EDGE},\"sources\":[\"source/s\"]}}\n");
    assert_eq!(refuse(&text).len(), 3);
    let contents = read(text.as_bytes(), "essai.jsonl", |_| true).unwrap();
    assert_eq!((contents.nodes.len(), contents.edges.len()), (0, 1));
}

#[test]
fn a_hundred_faults_are_shown_and_the_rest_counted() {
    let faults = refuse(format!("{HEADER}{}", "{\"node\":1}\n".repeat(250)));
    assert_eq!((faults.shown.len(), faults.more), (100, 150));
    assert!(faults.to_string().ends_with("and 150 more"));
}
