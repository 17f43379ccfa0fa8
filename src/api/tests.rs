//! What clients rely on at the root, asked of the curated graph through the gateway.

use std::sync::Arc;

use serde_json::{Value, json};

use super::access::{Caller, Role};
use super::gateway::{Call, Settings, Via};
use crate::app::{App, Write};
use crate::import::{self, seed};
use crate::model::Node;
use crate::store::Access;

async fn ask(query: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path(), Access::Create).unwrap();
    let graph = seed::embedded().unwrap();
    let mut nodes = graph.nodes;
    nodes.push(Node::new("licence/seule".parse().unwrap(), "Licence seule"));
    nodes.push(Node::new("job/seul".parse().unwrap(), "Métier seul"));
    let changes = import::changes(nodes, graph.edges, |_| false);
    app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
    let gateway = super::gateway(&Arc::new(app), Settings::default());
    let call = Call { query: Some(query), operation: None, variables: None, extensions: None, via: Via::Post };
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
