//! What a question names, its conditions and its cursors, on the curated graph.

use serde_json::json;

use super::specification::Server;

#[test]
fn many_refs_are_resolved_at_once_and_unknown_ones_skipped_on_demand() {
    let server = Server::new();
    let answer = server.ask(r#"{ resolve(refs: ["SVT", "journaliste environnementl", "IMST"]) { ref entities { id } suggestions { id } } }"#);
    let found = answer["data"]["resolve"].as_array().unwrap();
    assert_eq!(
        found[0],
        json!({ "ref": "SVT", "entities": [{ "id": "licence/sciences-de-la-vie-et-de-la-terre" }], "suggestions": [] })
    );
    assert_eq!(found[1]["entities"], json!([]));
    assert_eq!(found[1]["suggestions"][0]["id"], "job/journaliste-environnemental");
    for (query, root) in [
        (
            r#"{ pathways(from: ["SVT", "xyzzy"], to: "journaliste environnemental", skipUnknown: true) { unresolved nodes { score } } }"#,
            "pathways",
        ),
        (
            r#"{ reachable(from: ["SVT", "xyzzy"], kind: JOB, skipUnknown: true) { unresolved nodes { id } } }"#,
            "reachable",
        ),
        (
            r#"{ skillGap(have: ["veille", "xyzzy"], target: "journaliste environnemental", skipUnknown: true) { unresolved } }"#,
            "skillGap",
        ),
        (r#"{ compare(parcours: ["JET", "ISME Caen", "xyzzy"], skipUnknown: true) { unresolved } }"#, "compare"),
        (
            r#"{ recommend(profile: {licence: "SVT", interests: ["open science", "xyzzy"]}, skipUnknown: true) { unresolved nodes { rank } } }"#,
            "recommend",
        ),
        (r#"{ recommend(profile: {wishes: ["xyzzy"]}, skipUnknown: true) { unresolved totalCount } }"#, "recommend"),
        (
            r#"{ pathways(from: "SVT", to: "journaliste environnemental", profile: {skills: ["veille", "xyzzy"]}, skipUnknown: true) { unresolved } }"#,
            "pathways",
        ),
    ] {
        let answer = server.ask(query);
        assert_eq!(answer["data"][root]["unresolved"], json!(["xyzzy"]), "{query}: {answer}");
        let strict = server.ask(&query.replace(", skipUnknown: true", ""));
        assert_eq!(strict["errors"][0]["extensions"]["code"], "UNKNOWN_REF", "{query}: {strict}");
    }
}

#[test]
fn what_is_skipped_is_what_a_strict_question_does_not_know() {
    let server = Server::new();
    let said = "licence de SVT";
    let answer = server.ask(&format!(
        r#"{{ resolve(refs: ["{said}"]) {{ entities {{ id }} }}
        pathways(from: ["{said}"], to: "journaliste environnemental", first: 1, skipUnknown: true) {{ from {{ id }} unresolved }} }}"#
    ));
    let licence = json!([{ "id": "licence/sciences-de-la-vie-et-de-la-terre" }]);
    assert_eq!(answer["data"]["resolve"][0]["entities"], licence, "{answer}");
    assert_eq!(answer["data"]["pathways"], json!({ "from": licence, "unresolved": [] }), "{answer}");
    // Where nothing is known of an end, nothing is found, and `unresolved` says why.
    let answer = server.ask(
        r#"{ pathways(from: "xyzzy", to: "journaliste environnemental", skipUnknown: true) { nodes { score } to { id } unresolved diagnosis { reasons { message } } }
        reachable(from: "xyzzy", to: "journaliste environnemental", kind: MASTER, skipUnknown: true) { totalCount unresolved diagnosis { reasons { message } } } }"#,
    );
    let pathways = json!({ "nodes": [], "to": [{ "id": "job/journaliste-environnemental" }], "unresolved": ["xyzzy"], "diagnosis": null });
    assert_eq!(answer["data"]["pathways"], pathways, "{answer}");
    assert_eq!(answer["data"]["reachable"], json!({ "totalCount": 0, "unresolved": ["xyzzy"], "diagnosis": null }));
    let answer = server
        .ask(r#"{ pathways(from: [], to: "journaliste environnemental", skipUnknown: true) { nodes { score } } }"#);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_INPUT", "{answer}");
}

#[test]
fn a_criterion_that_nothing_can_meet_is_refused_with_what_could() {
    let server = Server::new();
    for query in [
        r#"{ pathways(from: "SVT", to: "journaliste environnemental", where: {relations: [HOSTS, TEACHES]}) { nodes { score } } }"#,
        r#"{ reachable(from: "SVT", kind: JOB, where: {relations: [LEADS_TO, AWARDS]}) { totalCount } }"#,
        r#"{ allJobs(where: {region: ["Normandie"]}) { totalCount } }"#,
    ] {
        let error = &server.ask(query)["errors"][0];
        assert_eq!(error["extensions"]["code"], "INVALID_INPUT", "{query}: {error}");
        assert!(error["extensions"]["suggestions"].as_array().is_some_and(|list| list.len() > 3), "{query}: {error}");
    }
    for query in [
        r#"{ pathways(from: "SVT", to: "journaliste environnemental", where: {relations: []}) { nodes { score } } }"#,
        r#"{ search(text: "a", kinds: []) { totalCount } }"#,
    ] {
        assert_eq!(server.ask(query)["errors"][0]["extensions"]["code"], "INVALID_INPUT", "{query}");
    }
}

#[test]
fn a_cursor_is_of_its_profile_and_its_assumptions() {
    let server = Server::new();
    let ask = |more: &str| {
        server.ask(&format!(
            r#"{{ pathways(from: "SVT", to: "journaliste environnemental", first: 1{more}) {{ pageInfo {{ endCursor }} }} }}"#
        ))
    };
    let conditions = [
        "",
        r#", profile: {region: "Normandie"}"#,
        r#", whatIf: {deleteEdge: {from: "licence/sciences-de-la-vie-et-de-la-terre", to: "master/information-et-mediation-scientifique-et-technique", relation: OPENS}}"#,
    ];
    for one in conditions {
        let answer = ask(one);
        let Some(cursor) = answer["data"]["pathways"]["pageInfo"]["endCursor"].as_str() else { continue };
        for other in conditions {
            let refused =
                ask(&format!("{other}, after: \"{cursor}\""))["errors"][0]["extensions"]["code"] == "INVALID_INPUT";
            assert_eq!(refused, one != other, "a cursor of « {one} » for « {other} »");
        }
    }
    assert!(ask("")["data"]["pathways"]["pageInfo"]["endCursor"].is_string());
}
