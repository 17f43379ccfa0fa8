//! What lists, questions and their pages take, asked of the curated graph through the gateway.

use serde_json::{Value, json};

use super::ask;

fn codes(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_same_criteria_filter_lists_and_questions() {
    let answer = ask(
        r#"{ masters: allMasters(where: {region: "Normandie"}) { nodes { id } }
             parcours: allParcours(where: {university: "Caen", modality: [INITIAL, DISTANCE, ALTERNANCE]}) { totalCount }
             caen: university(ref: "Caen") { parcours { totalCount } }
             there: pathways(from: "SVT", to: "journaliste environnemental", where: {region: "Normandie"}) { nodes { master { id } } }
             all: allMasters(first: 1000) { totalCount facets { region { value count } domain { value count } } } }"#,
    )
    .await;
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    let data = &answer["data"];
    let masters: Vec<&Value> = data["masters"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]).collect();
    let there = data["there"]["nodes"].as_array().unwrap();
    assert!(!there.is_empty() && there.iter().all(|way| masters.contains(&&way["master"]["id"])), "{data:#}");
    let normandie = json!({ "value": "Normandie", "count": masters.len() });
    assert!(data["all"]["facets"]["region"].as_array().unwrap().contains(&normandie), "{data:#}");
    assert!(data["parcours"]["totalCount"].as_u64() <= data["caen"]["parcours"]["totalCount"].as_u64());
}

#[tokio::test]
async fn a_domain_leaves_out_pathways_through_masters_of_others() {
    let answer = ask("{ allMasters { facets { domain { value } } } }").await;
    let domain = answer["data"]["allMasters"]["facets"]["domain"][0]["value"].as_str().unwrap().to_owned();
    let folded = domain.to_uppercase();
    let answer = ask(&format!(
        r#"{{ reachable(from: "SVT", kind: MASTER, where: {{domain: "{folded}"}}, first: 100) {{ nodes {{ ... on Master {{ domains }} }} }}
              recommend(profile: {{licence: "SVT"}}, where: {{domain: "{folded}"}}) {{ nodes {{ entity {{ ... on Master {{ domains }} }} }} }}
              pathways(from: "SVT", to: "journaliste environnemental", where: {{domain: ["{folded}"]}}) {{ nodes {{ master {{ domains }} }} }} }}"#
    ))
    .await;
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    let data = &answer["data"];
    let of = |node: &Value| node["domains"].as_array().is_none_or(|domains| domains.contains(&json!(domain)));
    for node in data["reachable"]["nodes"].as_array().unwrap() {
        assert!(node["domains"].is_array() && of(node), "{node}");
    }
    for node in data["recommend"]["nodes"].as_array().unwrap() {
        assert!(of(&node["entity"]), "{node}");
    }
    for node in data["pathways"]["nodes"].as_array().unwrap() {
        assert!(of(&node["master"]), "{node}");
    }
    for question in [
        r#"reachable(from: "SVT", kind: JOB, where: {domain: "Sorcellerie"}) { totalCount }"#,
        r#"pathways(from: "SVT", to: "doctorat", where: {language: "xx"}) { exhaustive }"#,
        r#"allParcours(where: {region: []}) { totalCount }"#,
        r#"allJobs(where: {university: "Caen"}) { totalCount }"#,
        r#"allJobs(first: 1001) { totalCount }"#,
        r#"allJobs(orderBy: {field: WEIGHT}) { totalCount }"#,
        r#"licence(ref: "SVT") { masters(first: 101) { totalCount } }"#,
    ] {
        let answer = ask(&format!("{{ {question} }}")).await;
        assert_eq!(codes(&answer), ["INVALID_INPUT"], "{question}: {answer}");
    }
}

#[tokio::test]
async fn pages_go_back_from_where_they_came() {
    for (field, arguments, entry) in [
        ("search", r#"text: "environnement""#, "node { id }"),
        ("reachable", r#"from: "SVT", kind: JOB"#, "node { id }"),
        ("reachable", r#"from: "SVT", kind: JOB, orderBy: BREADTH"#, "node { id }"),
        ("recommend", r#"profile: {licence: "SVT"}"#, "node { entity { id } }"),
        ("recommend", r#"profile: {licence: "SVT"}, orderBy: BREADTH"#, "node { entity { id } }"),
    ] {
        let page = async |more: &str| {
            let query = format!(
                "{{ {field}({arguments}{more}) {{ edges {{ cursor {entry} }} pageInfo {{ hasNextPage hasPreviousPage }} }} }}"
            );
            let answer = ask(&query).await;
            assert_eq!(answer["errors"], Value::Null, "{query}: {answer:#}");
            answer["data"][field].clone()
        };
        let five = page(", first: 5").await;
        let edges = five["edges"].as_array().unwrap();
        assert_eq!(edges.len(), 5, "{field}");
        let cursor = |at: usize| edges[at]["cursor"].as_str().unwrap();
        let before = page(&format!(", last: 2, before: \"{}\"", cursor(4))).await;
        assert_eq!(before["edges"].as_array().unwrap()[..], edges[2..4], "{field}");
        assert_eq!(before["pageInfo"], json!({ "hasNextPage": true, "hasPreviousPage": true }), "{field}");
        let first = page(&format!(", last: 3, before: \"{}\"", cursor(2))).await;
        assert_eq!(first["edges"].as_array().unwrap()[..], edges[..2], "{field}");
        assert_eq!(first["pageInfo"], json!({ "hasNextPage": true, "hasPreviousPage": false }), "{field}");
        let last = page(", last: 1").await;
        assert_eq!(last["pageInfo"], json!({ "hasNextPage": false, "hasPreviousPage": true }), "{field}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused_and_null_is_the_usual_order() {
    let answer = ask(
        r#"{ recommend(profile: {licence: "SVT"}, first: 2, orderBy: null) { edges { cursor node { inFavour { text } for { text } } } } }"#,
    )
    .await;
    let edge = &answer["data"]["recommend"]["edges"][1];
    assert_eq!(edge["node"]["inFavour"], edge["node"]["for"], "{answer:#}");
    let cursor = edge["cursor"].as_str().unwrap();
    let question = format!(
        r#"{{ recommend(profile: {{licence: "SVT"}}, orderBy: BREADTH, after: "{cursor}") {{ totalCount }} }}"#
    );
    assert_eq!(codes(&ask(&question).await), ["INVALID_INPUT"]);
}

#[tokio::test]
async fn one_fragment_serves_all_relations_and_weights_order_them() {
    let answer = ask(r#"{ job(ref: "journaliste environnemental") {
               skills(orderBy: {field: WEIGHT, direction: DESC}, first: 4) { edges { ...E } }
               usual: skills(first: 4) { edges { ...E } }
               light: skills(orderBy: {field: WEIGHT}, first: 3) { edges { ...E } }
               parcours { edges { __typename ... on RelationEdge { __typename node { __typename } } } } } }
           fragment E on RelationEdge { weight node { id name } sources { id date } statements { row } }"#)
    .await;
    assert_eq!(answer["errors"], Value::Null, "{answer:#}");
    let job = &answer["data"]["job"];
    assert_eq!(job["skills"], job["usual"]);
    let weights = |list: &str| {
        let edges = job[list]["edges"].as_array().unwrap().iter();
        edges.map(|edge| edge["weight"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    assert!(weights("light").is_sorted() && weights("light")[0] < weights("usual")[0], "{job:#}");
    let parcours = json!({ "__typename": "ParcoursRelationEdge", "node": { "__typename": "Parcours" } });
    assert_eq!(job["parcours"]["edges"][0], parcours, "{job:#}");
    let cursor = ask(r#"{ job(ref: "journaliste environnemental") { skills(orderBy: {field: WEIGHT}, first: 2) { edges { cursor } } } }"#)
        .await["data"]["job"]["skills"]["edges"][1]["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = ask(&format!(
        r#"{{ job(ref: "journaliste environnemental") {{ skills(orderBy: {{field: WEIGHT}}, first: 1, after: "{cursor}") {{ edges {{ node {{ id name }} }} }} }} }}"#
    ))
    .await;
    let third = &job["light"]["edges"][2]["node"];
    assert_eq!(&next["data"]["job"]["skills"]["edges"][0]["node"], third, "{next:#}");
}

#[tokio::test]
async fn what_follows_from_a_supposed_change_is_not_to_be_kept() {
    let ends = r#"from: "SVT", to: "journaliste environnemental", first: 1"#;
    let answer = ask(&format!(
        r#"{{ pathways({ends}) {{ nodes {{ score }} }} empty: pathways({ends}, whatIf: []) {{ nodes {{ score }} }}
              if: pathways({ends}, whatIf: {{deleteNode: {{id: "parcours/jet-universite-cote-d-azur"}}}}) {{ nodes {{ score }} }} }}"#
    ))
    .await;
    let hint = json!({ "version": 1, "hints": [{ "path": ["if"], "maxAge": 0 }] });
    assert_eq!(answer["extensions"]["cacheControl"], hint, "{answer:#}");
    let answer = ask(&format!("{{ pathways({ends}) {{ nodes {{ class }} }} }}")).await;
    assert_eq!(answer["extensions"]["cacheControl"], Value::Null, "{answer:#}");
}
