//! Each guidance question asked of the curated graph through the gateway, as a client would.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::access::{Caller, Role};
use crate::api::gateway::{Call, Gateway, Settings, Via};
use crate::app::{App, Write};
use crate::import::{self, seed};
use crate::store::Access;

struct Asked {
    gateway: Gateway,
    _folder: tempfile::TempDir,
}

impl Asked {
    fn new() -> Asked {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(folder.path(), Access::Create).unwrap();
        let graph = seed::embedded().unwrap();
        let changes = import::changes(graph.nodes, graph.edges, |_| false);
        app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
        Asked { gateway: crate::api::gateway(&Arc::new(app), Settings::patient()), _folder: folder }
    }

    async fn whole(&self, query: &str) -> Value {
        let call =
            Call { query: Some(query), operation: None, variables: None, extensions: None, via: Via::Post, text: None };
        let answer = self.gateway.answer(&call, &Caller::new(Role::Reader, "test")).await;
        serde_json::from_slice(&answer.body).unwrap()
    }

    async fn data(&self, query: &str) -> Value {
        let answer = self.whole(query).await;
        assert!(answer["errors"].is_null(), "{answer:#}");
        answer["data"].clone()
    }

    async fn code(&self, query: &str) -> String {
        let answer = self.whole(query).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer:#}")).to_owned()
    }
}

#[tokio::test]
async fn reachable_agrees_with_pathways_and_pages_add_up() {
    let asked = Asked::new();
    let page = |after: &str| {
        format!(
            "{{ reachable(from: \"SVT\", kind: JOB, first: 7{after}) {{ totalCount exhaustive pageInfo {{ hasNextPage endCursor }} \
             edges {{ score node {{ id }} best {{ score steps {{ to {{ id }} evidence {{ kind }} }} }} }} }} }}"
        )
    };
    let mut edges: Vec<Value> = Vec::new();
    let mut after = String::new();
    let total = loop {
        let found = asked.data(&page(&after)).await["reachable"].clone();
        edges.extend(found["edges"].as_array().unwrap().iter().cloned());
        assert_eq!(found["exhaustive"], json!(true));
        if found["pageInfo"]["hasNextPage"] != json!(true) {
            break found["totalCount"].as_u64().unwrap();
        }
        after = format!(", after: {}", found["pageInfo"]["endCursor"]);
    };
    assert!(total > 5, "{total} jobs from SVT");
    assert_eq!(edges.len() as u64, total);
    let ids: std::collections::HashSet<&str> = edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len() as u64, total, "no job twice");
    for edge in &edges {
        let id = &edge["node"]["id"];
        let query = format!(
            "{{ pathways(from: \"SVT\", to: {id}, first: 1) {{ nodes {{ score steps {{ to {{ id }} evidence {{ kind }} }} }} }} }}"
        );
        assert_eq!(asked.data(&query).await["pathways"]["nodes"][0], edge["best"], "{id}");
    }
    let back =
        asked.data("{ reachable(to: \"journaliste environnemental\", kind: LICENCE) { nodes { id kind } } }").await;
    let licences = back["reachable"]["nodes"].as_array().unwrap();
    assert!(licences.iter().any(|node| node["id"] == "licence/sciences-de-la-vie-et-de-la-terre"), "{licences:?}");
    let between = "{ reachable(from: \"SVT\", to: \"journaliste environnemental\", kind: PARCOURS) { totalCount nodes { kind } } }";
    assert!(asked.data(between).await["reachable"]["totalCount"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn reachable_refuses_what_it_cannot_answer() {
    let asked = Asked::new();
    assert_eq!(asked.code("{ reachable(kind: JOB) { totalCount } }").await, "INVALID_INPUT");
    assert_eq!(asked.code("{ reachable(from: \"SVT\", kind: SKILL) { totalCount } }").await, "INVALID_INPUT");
    assert_eq!(asked.code("{ reachable(from: \"SVT\", kind: JOB, first: -1) { totalCount } }").await, "INVALID_INPUT");
    assert_eq!(
        asked.code("{ reachable(from: \"SVT\", kind: JOB, after: \"aGVsbG8\") { totalCount } }").await,
        "INVALID_INPUT"
    );
    assert_eq!(asked.code("{ reachable(from: \"zzqx\", kind: JOB) { totalCount } }").await, "UNKNOWN_REF");
}

#[tokio::test]
async fn a_skill_gap_adds_up_and_closes() {
    let asked = Asked::new();
    let query = "{ skillGap(have: [\"veille\", \"vulgarisation\"], target: \"médiatrice scientifique\") { target { id } coverage \
                 held { skill { slug } weight sources { id } } missing { skill { slug } weight } unknown { id } \
                 parcours { exact atLeast items { entity { kind } skills { slug } } uncovered { slug } } \
                 courses { exact items { entity { kind } } } } }";
    let gap = asked.data(query).await["skillGap"].clone();
    assert_eq!(gap["target"]["id"], "job/mediateur-scientifique");
    let slugs = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| one["skill"]["slug"].as_str().unwrap().to_owned()).collect()
    };
    let (held, missing) = (slugs(&gap["held"]), slugs(&gap["missing"]));
    assert!(held.contains(&"veille".to_owned()) && held.contains(&"vulgarisation".to_owned()), "{held:?}");
    let weights = |list: &Value| -> Vec<f64> {
        list.as_array().unwrap().iter().map(|one| one["weight"].as_f64().unwrap()).collect()
    };
    assert!(weights(&gap["missing"]).windows(2).all(|pair| pair[0] >= pair[1]), "by importance");
    assert!(!gap["held"][0]["sources"].as_array().unwrap().is_empty());
    let (got, lacking): (f64, f64) = (weights(&gap["held"]).iter().sum(), weights(&gap["missing"]).iter().sum());
    assert!((gap["coverage"].as_f64().unwrap() - got / (got + lacking)).abs() < 1e-9);
    let items = gap["parcours"]["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["entity"]["kind"] == "PARCOURS"));
    let brought: usize = items.iter().map(|item| item["skills"].as_array().unwrap().len()).sum();
    assert_eq!(brought + gap["parcours"]["uncovered"].as_array().unwrap().len(), missing.len(), "each once");
    assert_eq!(
        asked.code("{ skillGap(have: [\"zzqx\"], target: \"journaliste environnemental\") { coverage } }").await,
        "UNKNOWN_REF"
    );
    assert_eq!(asked.code("{ skillGap(have: [], target: \"veille\") { coverage } }").await, "UNKNOWN_REF");
}

#[tokio::test]
async fn parcours_are_compared_side_by_side() {
    let asked = Asked::new();
    let query = "{ compare(parcours: [\"JET\", \"ISME Caen\"]) { parcours { name } rows { aspect label same common { id } \
                 cells { known inherited values entities { id } unlike { id } sources { id } } } } }";
    let compared = asked.data(query).await["compare"].clone();
    assert_eq!(compared["parcours"].as_array().unwrap().len(), 2);
    let rows = compared["rows"].as_array().unwrap();
    let row = |aspect: &str| rows.iter().find(|row| row["aspect"] == aspect).unwrap_or_else(|| panic!("{aspect}"));
    assert_eq!(row("MASTER")["same"], json!(true), "both are of the same mention");
    assert_eq!(row("UNIVERSITY")["same"], json!(false));
    assert_eq!(row("PLACE")["same"], json!(false));
    for row in rows {
        for cell in row["cells"].as_array().unwrap() {
            let said =
                !cell["values"].as_array().unwrap().is_empty() || !cell["entities"].as_array().unwrap().is_empty();
            assert_eq!(cell["known"], json!(said));
            assert!(!said || !cell["sources"].as_array().unwrap().is_empty(), "who says so: {row:#}");
            let (all, unlike) = (cell["entities"].as_array().unwrap(), cell["unlike"].as_array().unwrap());
            assert_eq!(all.len(), unlike.len() + row["common"].as_array().unwrap().len());
        }
    }
    assert_eq!(asked.code("{ compare(parcours: [\"JET\"]) { rows { same } } }").await, "INVALID_INPUT");
    assert_eq!(asked.code("{ compare(parcours: [\"JET\", \"SVT\"]) { rows { same } } }").await, "UNKNOWN_REF");
}

#[tokio::test]
async fn recommendations_give_reasons_that_add_up() {
    let asked = Asked::new();
    let profile = "profile: {licence: \"SVT\", interests: [\"vulgarisation\", \"musées\"], riasec: \"IAS\", region: \"normandie\", \
                   wishes: \"journaliste environnemental\"}";
    let page = |rest: &str| {
        format!(
            "{{ recommend({profile}{rest}) {{ totalCount criteria {{ criterion share }} pageInfo {{ hasNextPage endCursor }} \
             edges {{ cursor score node {{ rank score entity {{ id kind }} for {{ kind criterion weight text sources {{ id }} }} \
             against {{ kind weight text }} sensitivity {{ criterion rank text }} }} }} }} }}"
        )
    };
    let found = asked.data(&page(", first: 5")).await["recommend"].clone();
    let shares: f64 = found["criteria"].as_array().unwrap().iter().map(|one| one["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    let edges = found["edges"].as_array().unwrap();
    assert_eq!(edges.len(), 5);
    let mut last = f64::INFINITY;
    for (place, edge) in edges.iter().enumerate() {
        let node = &edge["node"];
        assert_eq!(node["rank"], json!(place + 1));
        let score = node["score"].as_f64().unwrap();
        assert!(score <= last);
        last = score;
        let sum: f64 = ["for", "against"]
            .iter()
            .flat_map(|side| node[side].as_array().unwrap())
            .map(|reason| reason["weight"].as_f64().unwrap())
            .sum();
        assert!((sum - score).abs() < 1e-9, "{node:#}");
        for reason in node["for"].as_array().unwrap() {
            let placed = reason["kind"] == "REGION_SAME";
            assert!(placed || !reason["sources"].as_array().unwrap().is_empty(), "{reason:#}");
        }
    }
    let rest = format!(", first: 100, after: {}", found["pageInfo"]["endCursor"]);
    let rest = asked.data(&page(&rest)).await["recommend"].clone();
    assert_eq!(rest["edges"][0]["node"]["rank"], json!(6));
    assert_eq!(rest["totalCount"], found["totalCount"]);
}

#[tokio::test]
async fn a_profile_is_checked() {
    let asked = Asked::new();
    for (profile, code) in [
        ("{}", "INVALID_INPUT"),
        ("{riasec: \"XYZ\"}", "INVALID_INPUT"),
        ("{region: \"Atlantide\"}", "INVALID_INPUT"),
        ("{skills: \"zzqx\"}", "UNKNOWN_REF"),
        ("{licence: \"veille\"}", "UNKNOWN_REF"),
    ] {
        assert_eq!(
            asked.code(&format!("{{ recommend(profile: {profile}) {{ totalCount }} }}")).await,
            code,
            "{profile}"
        );
    }
}

#[tokio::test]
async fn admission_gives_a_rate_or_says_why_not() {
    let asked = Asked::new();
    let query = "{ allMasters(first: 100) { nodes { admission { applications offered admitted rate { counted value low high } } \
                 admissionUnavailable } } allParcours(first: 100) { nodes { admission { rate { value low high } } admissionUnavailable } } }";
    let data = asked.data(query).await;
    let mut without = 0;
    for node in ["allMasters", "allParcours"].iter().flat_map(|all| data[all]["nodes"].as_array().unwrap()) {
        let figures = node["admission"].as_array().unwrap();
        assert_eq!(figures.is_empty(), node["admissionUnavailable"].is_string(), "{node:#}");
        without += usize::from(figures.is_empty());
        for rate in figures.iter().map(|figure| &figure["rate"]).filter(|rate| !rate.is_null()) {
            let number = |name: &str| rate[name].as_f64().unwrap();
            assert!(0.0 <= number("low") && number("low") <= number("value") && number("value") <= number("high"));
        }
    }
    assert!(without > 0);
}

#[tokio::test]
async fn a_profile_reorders_pathways_and_explains_each_change() {
    let asked = Asked::new();
    let fields = "nodes { score parcours { id } rankWithoutProfile profileChange profileReasons { kind bonus text } \
                  steps { to { id } } } pageInfo { endCursor hasNextPage }";
    let ends = "from: \"SVT\", to: \"journaliste environnemental\"";
    let plain = asked.data(&format!("{{ pathways({ends}, first: 100) {{ {fields} }} }}")).await["pathways"].clone();
    assert!(plain["nodes"][0]["rankWithoutProfile"].is_null());
    let plain = plain["nodes"].as_array().unwrap();
    // The first pathway that a wish lifts over the one before it, which takes another parcours.
    let score = |node: &Value| node["score"].as_f64().unwrap();
    let lifted = plain.windows(2).find(|pair| {
        let other = pair[1]["parcours"]["id"].is_string() && pair[0]["parcours"] != pair[1]["parcours"];
        other && 1.3 * score(&pair[1]) > score(&pair[0]) + 1e-9
    });
    let wish = &lifted.expect("two pathways of the seed are that near")[1]["parcours"]["id"];
    let profile = format!("profile: {{wishes: {wish}}}");
    let query = |rest: &str| format!("{{ pathways({ends}, {profile}, {rest}) {{ {fields} }} }}");
    let ranked = asked.data(&query("first: 100")).await["pathways"].clone();
    let ranked_nodes = ranked["nodes"].as_array().unwrap();
    assert_eq!(plain.len(), ranked_nodes.len());
    let mut moved = 0;
    for (rank, node) in ranked_nodes.iter().enumerate() {
        let before = node["rankWithoutProfile"].as_u64().unwrap() as usize;
        assert_eq!(plain[before - 1]["steps"], node["steps"], "the same pathway");
        assert_eq!(plain[before - 1]["score"], node["score"], "a profile leaves scores alone");
        assert_eq!(before != rank + 1, node["profileChange"].is_string(), "each change is explained");
        moved += usize::from(before != rank + 1);
    }
    assert!(moved > 0, "{ranked_nodes:#?}");
    let wished = ranked_nodes.iter().find(|node| &node["parcours"]["id"] == wish).unwrap();
    assert_eq!(wished["profileReasons"][0]["kind"], "WISH");
    let first = asked.data(&query("first: 1")).await["pathways"].clone();
    if first["pageInfo"]["hasNextPage"] == json!(true) {
        let after = format!("first: 1, after: {}", first["pageInfo"]["endCursor"]);
        let second = asked.data(&query(&after)).await["pathways"].clone();
        assert_eq!(second["nodes"][0]["steps"], ranked_nodes[1]["steps"]);
    }
}

#[tokio::test]
async fn a_list_says_what_its_conditions_leave_out_and_what_no_source_says() {
    let asked = Asked::new();
    let message = |list: &Value| list["diagnosis"]["message"].as_str().unwrap_or_default().to_owned();
    let jobs = |condition: &str| {
        format!(
            "{{ all: reachable(from: \"SVT\", kind: JOB) {{ totalCount }} reachable(from: \"SVT\", kind: JOB{condition}) \
             {{ totalCount diagnosis {{ message reasons {{ kind filter }} }} }} }}"
        )
    };
    let few = asked.data(&jobs(", where: {region: \"Normandie\"}")).await;
    let (all, here) = (few["all"]["totalCount"].as_u64().unwrap(), few["reachable"]["totalCount"].as_u64().unwrap());
    assert!(here < all, "{few:#}");
    let reason = &few["reachable"]["diagnosis"]["reasons"][0];
    assert_eq!((&reason["kind"], &reason["filter"]), (&json!("EXCLUDED"), &json!("where.region")));
    let more = match (here, all - here) {
        (1.., 1) => "un autre métier".to_owned(),
        (_, more) => format!("{more} autres métiers"),
    };
    let said = message(&few["reachable"]);
    assert!(said.starts_with(&format!("Hors de Normandie : {more}.")), "{said}");
    let none = asked.data(
        "{ reachable(from: \"journaliste environnemental\", kind: MASTER) { totalCount diagnosis { message } } }",
    );
    let none = none.await["reachable"].clone();
    assert_eq!(none["totalCount"], 0);
    assert_eq!(message(&none), "Aucune source ne dit à quel master mène « Journaliste environnemental ».");
    let recommended = "{ recommend(profile: {licence: \"SVT\"}, where: {region: \"Normandie\"}) { totalCount diagnosis { message } } }";
    let recommended = asked.data(recommended).await["recommend"].clone();
    assert!(message(&recommended).contains("Hors de Normandie"), "{recommended:#}");
}
