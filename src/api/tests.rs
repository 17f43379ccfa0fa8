//! What clients rely on at the root, asked of the curated graph through the gateway.

mod asked;
mod costs;
mod history;
mod lists;
mod specification;
mod worked;

use std::sync::Arc;

use serde_json::{Value, json};

use super::access::{Caller, Role};
use super::gateway::{Call, Settings, Via};
use crate::app::{App, Write};
use crate::import::{self, seed};
use crate::model::{Admission, Attributes, Ecology, Edge, Node, Relation, Weight, Work, WorkContext};
use crate::store::Access;

pub(super) async fn ask(query: &str) -> Value {
    let graph = seed::embedded().unwrap();
    let mut nodes = graph.nodes;
    nodes.push(Node::new("licence/seule".parse().unwrap(), "Licence seule"));
    nodes.push(Node::new("job/seul".parse().unwrap(), "Métier seul"));
    ask_of(nodes, graph.edges, query).await
}

pub(super) async fn ask_of(nodes: Vec<Node>, edges: Vec<Edge>, query: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path(), Access::Create).unwrap();
    let changes = import::changes(nodes, edges, |_| false);
    app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
    let gateway = super::gateway(&Arc::new(app), Settings::patient());
    let call =
        Call { query: Some(query), operation: None, variables: None, extensions: None, via: Via::Post, text: None };
    let answer = gateway.answer(&call, &Caller::new(Role::Reader, "test")).await;
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn a_node_has_its_own_type() {
    let answer = ask(r#"{ node(id: "job/journaliste-environnemental") { __typename id ... on Job { name } }
             nodes(ids: ["licence/none", "source/thotis-imst"]) { __typename } }"#)
    .await;
    let job = json!({
        "__typename": "Job", "id": "job/journaliste-environnemental", "name": "Journaliste environnemental"
    });
    assert_eq!(answer["data"], json!({ "node": job, "nodes": [null, { "__typename": "Source" }] }));
}

#[tokio::test]
async fn a_look_up_that_fails_is_null_and_leaves_the_others() {
    let answer = ask(r#"{ a: licence(ref: "rien du tout") { id } b: licence(ref: "SVT") { slug } }"#).await;
    let expected = json!({ "a": null, "b": { "slug": "sciences-de-la-vie-et-de-la-terre" } });
    assert_eq!(answer["data"], expected);
    assert_eq!((&answer["errors"][0]["path"], answer["errors"].as_array().unwrap().len()), (&json!(["a"]), 1));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNKNOWN_REF");
}

#[tokio::test]
async fn a_root_field_that_may_not_be_null_takes_the_answer_with_it() {
    let answer = ask(r#"{ pathways(from: "rien", to: "SVT") { exhaustive } licence(ref: "SVT") { slug } }"#).await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNKNOWN_REF");
}

#[tokio::test]
async fn where_nothing_leaves_and_nothing_arrives_the_diagnosis_says_so() {
    let answer =
        ask(r#"{ pathways(from: "licence/seule", to: "job/seul") { nodes { score } diagnosis { message } } }"#).await;
    let diagnosis = &answer["data"]["pathways"]["diagnosis"]["message"];
    assert_eq!(answer["data"]["pathways"]["nodes"], json!([]));
    assert!(diagnosis.as_str().is_some_and(|message| message.contains("Aucune source")), "{answer}");
}

/// A master with parcours of 20, 0 and 20 places, one without a figure.
fn offers() -> (Vec<Node>, Vec<Edge>) {
    let mut nodes = vec![Node::new("source/s".parse().unwrap(), "Source"), Node::new("master/m".parse().unwrap(), "M")];
    let mut edges = Vec::new();
    for (slug, places) in [("a", Some(20)), ("b", None), ("c", Some(0)), ("d", Some(20))] {
        let mut node = Node::new(format!("parcours/{slug}").parse().unwrap(), slug);
        let admission = places.map(|places| Admission {
            session: 2025,
            phase: None,
            capacity: Some(places),
            applications: Some(200),
            ranked: None,
            offered: None,
            admitted: None,
            last_rank: None,
            origins: Vec::new(),
            source: "source/s".parse().unwrap(),
            row: None,
        });
        node.attributes = Attributes { admissions: admission.into_iter().collect(), ..Attributes::NONE }.boxed();
        let (master, key) = ("master/m".parse().unwrap(), node.key.clone());
        edges.push(Edge::new(Relation::Offers, master, key, Weight::FULL, "source/s".parse().unwrap()));
        nodes.push(node);
    }
    (nodes, edges)
}

#[tokio::test]
async fn a_licence_lists_the_universities_that_recruit_for_it_and_those_their_licences_and_masters() {
    let source: crate::model::Key = "source/s".parse().unwrap();
    let keys = ["university/u", "licence/l", "master/m"];
    let mut nodes = vec![Node::new(source.clone(), "Source")];
    nodes.extend(keys.map(|key| Node::new(key.parse().unwrap(), "Droit")));
    let award = |to: &str| {
        Edge::new(Relation::Awards, keys[0].parse().unwrap(), to.parse().unwrap(), Weight::FULL, source.clone())
    };
    let query = r#"{ licence(ref: "licence/l") { universities { edges { entry node { id } } } }
                     university(ref: "university/u") { licences { nodes { id } } masters { edges { entry node { id } } } } }"#;
    let answer = ask_of(nodes, vec![award("licence/l"), award("master/m")], query).await;
    let of_university = json!({ "licences": { "nodes": [{ "id": "licence/l" }] },
        "masters": { "edges": [{ "entry": "M1", "node": { "id": "master/m" } }] } });
    let of_licence = json!({ "universities": { "edges": [{ "entry": null, "node": { "id": "university/u" } }] } });
    assert_eq!(answer["data"], json!({ "licence": of_licence, "university": of_university }));
}

#[tokio::test]
async fn a_job_says_what_its_nomenclature_says_and_null_where_it_is_silent() {
    let source: crate::model::Key = "source/s".parse().unwrap();
    let contexts = vec![WorkContext { kind: "Horaires".into(), names: vec!["Travail de nuit".into()] }];
    let unsaid = Work::unsaid(source.clone());
    let work = Work { executive: Some(false), ecology: Some(Ecology::Green), contexts, ..unsaid };
    let told = Attributes { work: Some(Box::new(work)), ..Attributes::NONE };
    let nodes = vec![
        Node::new(source, "Source"),
        Node { attributes: told.boxed(), ..Node::new("job/j".parse().unwrap(), "J") },
        Node::new("job/k".parse().unwrap(), "K"),
    ];
    let fields = "executive ecologicalTransition digitalTransition demographicTransition interests themes
                  workContexts { kind names } workSource { id }";
    let query = format!("{{ j: job(ref: \"job/j\") {{ {fields} }} k: job(ref: \"job/k\") {{ {fields} }} }}");
    let answer = ask_of(nodes, Vec::new(), &query).await;
    let silent = json!({ "executive": null, "ecologicalTransition": null, "digitalTransition": null,
        "demographicTransition": null, "interests": [], "themes": [], "workContexts": [], "workSource": null });
    assert_eq!(answer["data"]["k"], silent);
    let mut told = silent;
    told["executive"] = json!(false);
    told["ecologicalTransition"] = json!("GREEN");
    told["workContexts"] = json!([{ "kind": "Horaires", "names": ["Travail de nuit"] }]);
    told["workSource"] = json!({ "id": "source/s" });
    assert_eq!(answer["data"]["j"], told);
}

fn slugs(list: &Value) -> String {
    list["nodes"].as_array().unwrap().iter().map(|node| node["slug"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn offers_are_ordered_by_a_figure_those_without_last_everywhere_alike() {
    let (nodes, edges) = offers();
    let list = "totalCount nodes { slug }";
    let query = format!(
        "{{ all: allParcours(orderBy: {{field: PLACES, direction: DESC}}) {{ {list} }}
            up: allParcours(orderBy: {{field: PLACES}}) {{ {list} }}
            pressed: allParcours(orderBy: {{field: PRESSURE}}) {{ {list} }}
            master(ref: \"M\") {{ parcours(orderBy: {{field: PLACES, direction: DESC}}) {{ {list} }}
                               one: parcours(where: {{nameContains: \"c\"}}) {{ {list} }}
                               indicators(kinds: PLACES) {{ value level population missing sources {{ id }} }} }}
            parcours(ref: \"b\") {{ indicators {{ kind value missing }} }} }}"
    );
    let answer = ask_of(nodes, edges, &query).await;
    let data = &answer["data"];
    assert!(answer["errors"].is_null(), "{answer:#}");
    assert_eq!((slugs(&data["all"]), slugs(&data["up"])), ("adcb".into(), "cadb".into()));
    assert_eq!(slugs(&data["pressed"]), "adbc", "no applications per place without a place");
    assert_eq!(slugs(&data["master"]["parcours"]), "adcb");
    assert_eq!((slugs(&data["master"]["one"]), &data["master"]["one"]["totalCount"]), ("c".into(), &json!(1)));
    let places = &data["master"]["indicators"][0];
    assert_eq!((&places["value"], &places["level"]), (&json!(40.0), &json!("PARCOURS")), "{places:#}");
    let none = data["parcours"]["indicators"].as_array().unwrap();
    assert_eq!(none.len(), 5);
    assert!(none.iter().all(|one| one["value"].is_null() && one["missing"].is_string()), "{none:#?}");
}

#[tokio::test]
async fn pages_of_an_ordered_list_join_without_gap_or_repeat() {
    for direction in ["ASC", "DESC"] {
        for list in ["allParcours(", "master(ref: \"M\") { parcours("] {
            let close = if list.contains('{') { "}" } else { "" };
            let (mut seen, mut after) = (String::new(), String::new());
            loop {
                let (nodes, edges) = offers();
                let order = format!("orderBy: {{field: PLACES, direction: {direction}}}");
                let query = format!(
                    "{{ {list}first: 1, {order}{after}) {{ nodes {{ slug }} pageInfo {{ hasNextPage endCursor }} }} {close} }}"
                );
                let answer = ask_of(nodes, edges, &query).await;
                let page = if close.is_empty() {
                    &answer["data"]["allParcours"]
                } else {
                    &answer["data"]["master"]["parcours"]
                };
                seen += &slugs(page);
                after = format!(", after: {}", page["pageInfo"]["endCursor"]);
                if page["pageInfo"]["hasNextPage"] != json!(true) {
                    break;
                }
            }
            assert_eq!(seen, if direction == "ASC" { "cadb" } else { "adcb" }, "{list}");
        }
    }
}

#[tokio::test]
async fn a_figure_of_offers_orders_nothing_else() {
    let answer = ask("{ allJobs(orderBy: {field: PLACES}) { totalCount } }").await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_INPUT");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("parcours ou des masters"));
}

#[tokio::test]
async fn a_question_tells_what_each_reference_met() {
    let answer =
        ask(r#"{ pathways(from: "S.V.T.", to: "journaliste environnementale", avoid: "licence/seule", first: 1) {
        asked { ref role matched told entities { id } } } }"#)
        .await;
    let asked = &answer["data"]["pathways"]["asked"];
    let svt = json!({
        "ref": "S.V.T.", "role": "FROM", "matched": "SVT",
        "told": "S.V.T. (fiche « Sciences de la vie et de la Terre »)",
        "entities": [{ "id": "licence/sciences-de-la-vie-et-de-la-terre" }]
    });
    assert_eq!(asked[0], svt, "{answer:#}");
    assert_eq!(
        (&asked[1]["role"], &asked[1]["entities"][0]["id"]),
        (&json!("TO"), &json!("job/journaliste-environnemental"))
    );
    assert_eq!((&asked[2]["role"], &asked[2]["matched"]), (&json!("AVOID"), &json!("licence/seule")));
}

#[tokio::test]
async fn a_diploma_that_is_not_there_answers_what_to_do_instead() {
    let answer = ask(r#"{ pathways(from: "BUT info-com", to: "journaliste environnemental") { exhaustive } }"#).await;
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "UNKNOWN_REF", "{answer:#}");
    assert!(error["message"].as_str().unwrap().contains("bac+3"), "{error:#}");
}

#[tokio::test]
async fn places_are_taken_as_people_write_them_or_refused_with_suggestions() {
    let answer = ask(
        r#"{ allUniversities(where: {region: "PACA"}) { nodes { id } facets { region { value count } city { value } } }
        bad: allSkills(where: {region: "Normandie"}) { totalCount } }"#,
    )
    .await;
    let errors = answer["errors"].as_array().unwrap();
    assert!(
        errors.iter().any(|error| error["message"].as_str().unwrap().contains("`where.region` ne s'applique pas")),
        "{answer:#}"
    );
    let answer =
        ask(r#"{ allUniversities(where: {region: "PACA"}) { totalCount facets { region { value count } } } }"#).await;
    let list = &answer["data"]["allUniversities"];
    let region = json!([{ "value": "Provence-Alpes-Côte d'Azur", "count": list["totalCount"] }]);
    assert_eq!(list["facets"]["region"], region, "{answer:#}");
    let answer = ask(r#"{ allUniversities(where: {region: "Nromandie"}) { totalCount } }"#).await;
    assert_eq!(answer["errors"][0]["extensions"]["suggestions"], json!(["Normandie"]), "{answer:#}");
    let answer =
        ask(r#"{ search(text: "médiat sci", first: 1) { edges { matched highlights { start end } node { id } } } }"#)
            .await;
    let edge = &answer["data"]["search"]["edges"][0];
    assert_eq!(edge["node"]["id"], "job/mediateur-scientifique", "{answer:#}");
    assert_eq!(edge["highlights"], json!([{ "start": 0, "end": 6 }, { "start": 10, "end": 13 }]), "{answer:#}");
}
