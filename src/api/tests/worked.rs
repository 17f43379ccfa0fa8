//! What works does so on the pool: with all its threads taken, it waits, and what only looks up goes on.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::super::access::{Caller, Role, Who};
use super::super::gateway::{Answer, Call, Gateway, Settings, Via};
use super::super::work::Cancel;
use crate::app::{App, Write};
use crate::import::{self, seed};
use crate::store::Access;

/// Whatever searches, scans, supposes or replays.
const WORKS: [&str; 16] = [
    r#"{ a: search(text: "journalisme") { nodes { id } } b: search(text: "journaliste") { nodes { id } } }"#,
    r#"{ search(text: "journalisme", first: 2) { totalCount edges { matched } } }"#,
    r#"{ pathways(from: "SVT", to: "journaliste environnemental") { nodes { score } } }"#,
    r#"{ pathways(from: "rien du tout", to: "SVT") { exhaustive } }"#,
    r#"{ pathways(from: "SVT", to: "journaliste environnemental") { asked { told } diagnosis { message } totalCount { value } } }"#,
    r#"{ pathways(from: "SVT", to: "musées", whatIf: [{putNode: {id: "job/x", name: "X"}}]) { exhaustive } }"#,
    r#"{ reachable(from: "SVT", kind: JOB) { nodes { id } } }"#,
    r#"{ recommend(profile: {licence: "SVT"}) { nodes { score } } }"#,
    r#"{ skillGap(have: "veille", target: "journaliste environnemental") { coverage } }"#,
    r#"{ compare(parcours: ["JET", "ISME Caen"]) { rows { label } } }"#,
    r#"{ allSectors(first: 1) { totalCount } }"#,
    r#"{ allJobs(first: 1) { facets { city { value } } } }"#,
    r#"{ changes(since: 0) { nodes { version } } }"#,
    r#"{ graph { relations { count } } }"#,
    r#"{ resolve(refs: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"]) { suggestions { id } } }"#,
    r#"{ master(ref: "IMST") { parcours(where: {nameContains: "e"}) { totalCount } } }"#,
];

const LOOKS_UP: [&str; 2] =
    [r#"{ job(ref: "journaliste environnemental") { id skills { nodes { id } } } }"#, "{ __typename }"];

/// Has a head start on the thread that reads it.
const SEARCHES: &str = r#"{ search(text: "journalisme") { nodes { id } } }"#;

fn asked<'g>(gateway: &'g Gateway, query: &'static str) -> Pin<Box<dyn Future<Output = Answer> + 'g>> {
    let call =
        Call { query: Some(query), operation: None, variables: None, extensions: None, via: Via::Post, text: None };
    Box::pin(async move { gateway.answer(&call, &Caller::new(Role::Reader, "test")).await })
}

#[tokio::test]
async fn whatever_works_waits_for_a_thread_of_the_pool() {
    // Without a head start, a search by name does too.
    wait_while_the_pool_is_taken(Duration::ZERO, WORKS.into_iter().chain([SEARCHES]), LOOKS_UP.into_iter()).await;
}

#[tokio::test]
async fn a_search_by_name_that_its_head_start_is_enough_for_waits_for_no_thread() {
    let head_start = Duration::from_secs(60);
    wait_while_the_pool_is_taken(head_start, WORKS.into_iter(), LOOKS_UP.into_iter().chain([SEARCHES])).await;
}

/// Fails unless, with all threads of the pool taken, the first queries wait and the others are answered at once.
async fn wait_while_the_pool_is_taken(
    head_start: Duration,
    work: impl Iterator<Item = &'static str> + Clone,
    look_up: impl Iterator<Item = &'static str> + Clone,
) {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(folder.path(), Access::Create).unwrap();
    let graph = seed::embedded().unwrap();
    let changes = import::changes(graph.nodes, graph.edges, |_| false);
    app.write(Write { changes, author: "test".into(), expected_version: None, dry_run: false }).unwrap();
    let settings = Settings { answer_bytes: 0, search_threads: 1, head_start, ..Settings::default() };
    let gateway = crate::api::gateway(&Arc::new(app), settings);
    // A document is planned once it has been answered: those that have a plan are asked of it.
    for query in work.clone().chain(look_up.clone()) {
        for _ in 0..2 {
            assert!(!asked(&gateway, query).await.body.is_empty());
        }
    }
    let (cancel, callers) = (Cancel::after(Duration::from_secs(60)), [Who::Address(1), Who::Address(2)]);
    let wait = |cancel: &Cancel| {
        while !cancel.is_set() {
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    let mut taken: Vec<_> = callers.iter().map(|who| Box::pin(gateway.pool().run(who, &cancel, wait))).collect();
    taken.iter_mut().for_each(|one| assert!(futures_util::FutureExt::now_or_never(one).is_none()));
    while gateway.pool().load().0 < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for query in work {
        let mut waits = asked(&gateway, query);
        assert!(futures_util::poll!(waits.as_mut()).is_pending(), "{query}");
    }
    for query in look_up {
        assert!(futures_util::poll!(asked(&gateway, query).as_mut()).is_ready(), "{query}");
    }
    cancel.set();
}
