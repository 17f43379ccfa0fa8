//! What requests cost, told before and after; and what followers of the log are told.

use std::sync::Arc;

use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::api::access::{Caller, Role};
use crate::api::gateway::{Call, Gateway, Settings, Via};
use crate::app::{App, Write};
use crate::model::{Change, Node};
use crate::store::Access;

fn gateway(folder: &std::path::Path, versions: usize) -> Arc<Gateway> {
    let app = App::open(folder, Access::Create).unwrap();
    for at in 0..versions {
        let changes =
            vec![Change::PutNode(Node::new(format!("source/s{at}").parse().unwrap(), &format!("Source {at}")))];
        app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
    }
    let settings =
        Settings { limits: crate::api::guard::Limits { price: 5_000, ..Default::default() }, ..Settings::default() };
    Arc::new(crate::api::gateway(&Arc::new(app), settings))
}

fn call<'c>(query: &'c str, extensions: Option<&'c str>, via: Via) -> Call<'c> {
    Call { query: Some(query), operation: None, variables: None, extensions, via, text: None }
}

async fn ask(gateway: &Gateway, query: &str, extensions: Option<&str>) -> Value {
    let caller = Caller::new(Role::Reader, "test");
    serde_json::from_slice(&gateway.answer(&call(query, extensions, Via::Post), &caller).await.body).unwrap()
}

#[tokio::test]
async fn a_dry_request_tells_its_price_and_does_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(folder.path(), 1);
    let dry = Some(r#"{"dryRun": true}"#);
    let query = "{ node(id: \"source/s0\") { id } }";
    let told = ask(&gateway, query, dry).await;
    assert_eq!(told["data"], json!({}));
    let real = ask(&gateway, query, Some(r#"{"dryRun": false, "other": [1]}"#)).await;
    assert_eq!(real["data"]["node"]["id"], "source/s0");
    assert_eq!(told["extensions"]["cost"]["price"], real["extensions"]["cost"]["price"]);
    // `node` and its `id`.
    assert_eq!(real["extensions"]["cost"]["values"], 2, "{real}");
    let dear = "{ a: reachable(from: \"x\", kind: JOB) { totalCount } b: reachable(from: \"y\", kind: JOB) { totalCount } \
                c: reachable(from: \"z\", kind: JOB) { totalCount } }";
    assert_eq!(ask(&gateway, dear, None).await["errors"][0]["extensions"]["code"], "TOO_COMPLEX");
    let told = ask(&gateway, dear, dry).await;
    assert!(told["extensions"]["cost"]["price"].as_u64() > Some(5_000), "{told}");
    // Rights count all the same, and so does validation.
    let write = "mutation { applyChanges(input: {changes: []}) { version } }";
    assert_eq!(ask(&gateway, write, dry).await["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(ask(&gateway, "{ no }", dry).await["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    for (wrong, code) in [
        ("{ pathways(from: \"a\", to: \"b\", whatIf: {}) { exhaustive } }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ pathways(from: \"a\", to: \"b\", whatIf: {deleteNode: null}) { exhaustive } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query($d: DeleteNodeInput) { pathways(from: \"a\", to: \"b\", whatIf: {deleteNode: $d}) { exhaustive } }",
            "INVALID_INPUT",
        ),
    ] {
        for extensions in [None, dry] {
            let answer = ask(&gateway, wrong, extensions).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{wrong}: {answer}");
        }
    }
    assert_eq!(ask(&gateway, query, Some(r#"{"dryRun": 1}"#)).await["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    let asked = call("subscription { graphChanged { version } }", dry, Via::Stream);
    let answers: Vec<_> = gateway.stream(&asked, &Caller::default(), None).unwrap().collect().await;
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn a_follower_that_comes_back_names_its_last_event() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(folder.path(), 4);
    let asked = call("subscription { graphChanged(since: 0) { author } }", None, Via::Stream);
    let events = async |last: Option<&str>| {
        let answers = gateway.stream(&asked, &Caller::default(), last).ok()?;
        let answers = answers.take_until(tokio::time::sleep(std::time::Duration::from_millis(500)));
        Some(answers.map(|answer| answer.event).collect::<Vec<_>>().await)
    };
    assert_eq!(events(None).await.unwrap(), [Some(1), Some(2), Some(3), Some(4)]);
    let identity = gateway.identity();
    assert_eq!(events(Some(&format!("{identity}:2"))).await.unwrap(), [Some(3), Some(4)]);
    assert!(events(Some("0123456789abcdef:2")).await.is_none());
}

#[tokio::test]
async fn changes_are_replayed_by_the_thousand_and_since_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(folder.path(), 250);
    let of = async |arguments: &str| {
        let query = format!("{{ changes(since: {arguments}) {{ nodes {{ version }} pageInfo {{ endCursor }} }} }}");
        let answer = ask(&gateway, &query, None).await;
        let nodes = answer["data"]["changes"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).len();
        (nodes, answer["data"]["changes"]["pageInfo"]["endCursor"].as_str().map(str::to_owned))
    };
    assert_eq!(of("0, first: 1000").await.0, 250);
    assert_eq!(of(r#"7, first: 1000, recordedSince: "2020-01-01T00:00:00Z""#).await.0, 243);
    assert_eq!(of(r#"0, first: 1000, recordedSince: "2120-01-01T00:00:00+02:00""#).await.0, 0);
    let (page, cursor) = of(r#"0, first: 200, recordedSince: "2020-01-01T00:00:00Z""#).await;
    let rest =
        of(&format!(r#"0, first: 200, recordedSince: "2020-01-01T00:00:00Z", after: "{}""#, cursor.unwrap())).await.0;
    assert_eq!((page, rest), (200, 50));
    for bad in ["0, first: 1001", r#"0, recordedSince: "hier""#] {
        let answer = ask(&gateway, &format!("{{ changes(since: {bad}) {{ nodes {{ version }} }} }}"), None).await;
        assert!(answer["errors"][0]["extensions"]["code"].is_string(), "{bad}: {answer}");
    }
}
