//! Permalinks of records: a page for people, JSON-LD for programs, and what caches are told.

use passerelle::graph::Graph;
use passerelle::model::{Key, Node};

use crate::app::TestApp;

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// A job, one that was merged into it, one that has no longer any currency.
pub fn graph() -> Graph {
    let job = Node::new(key("job/journaliste"), "Journaliste <b>");
    let mut merged = Node::new(key("job/reporter"), "Reporter");
    (merged.retired, merged.replaced_by) = (true, Some(key("job/journaliste")));
    let mut retired = Node::new(key("job/typographe"), "Typographe");
    retired.retired = true;
    Graph::build(vec![job, merged, retired], Vec::new(), 4).unwrap()
}

#[test]
fn a_record_is_a_page_without_script() {
    let app = TestApp::start();
    let page = app.get("/job/journaliste", &[]);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains("<h1>Journaliste &lt;b&gt;</h1>") && !page.text.contains("<script"), "{}", page.text);
    assert!(page.text.contains("../?q=voies&amp;a=job/journaliste"), "{}", page.text);
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(app.get("/job/typographe", &[]).text.contains("n’a plus cours"));
}

#[test]
fn json_ld_is_for_whom_asks() {
    let app = TestApp::start();
    let data = app.get("/job/journaliste", &[("Accept", "application/ld+json")]);
    assert_eq!(data.header("content-type"), "application/ld+json");
    assert_eq!(data.json()["@graph"][0]["skos:prefLabel"], "Journaliste <b>", "{}", data.text);
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.7";
    assert!(app.get("/job/journaliste", &[("Accept", browser)]).header("content-type").starts_with("text/html"));
}

#[test]
fn a_cache_asks_again_and_is_told_that_nothing_changed() {
    let app = TestApp::start();
    let first = app.get("/job/journaliste", &[("Accept-Encoding", "identity")]);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("\"4-"), "{tag}");
    assert!(first.header("vary").contains("Accept"));
    let again = app.get("/job/journaliste", &[("If-None-Match", &tag), ("Accept-Encoding", "identity")]);
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    let other = app.get("/job/typographe", &[("If-None-Match", &tag), ("Accept-Encoding", "identity")]);
    assert_eq!(other.status, 200);
}

#[test]
fn a_merged_record_leads_to_the_one_that_replaces_it() {
    let app = TestApp::start();
    let page = app.get("/job/reporter", &[]);
    // Followed by the client, as a browser does.
    assert!(page.status == 200 && page.text.contains("Journaliste"), "{} {}", page.status, page.text);
}

#[test]
fn what_is_not_there_is_said_in_words() {
    let app = TestApp::start();
    let near = app.get("/job/journalist", &[]);
    assert_eq!((near.status, near.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(near.text.contains("Aucune fiche") && near.text.contains("../job/journaliste"), "{}", near.text);
    assert_eq!(app.get("/job/..%2f..%2fetc", &[]).status, 404);
    assert_eq!(app.get("/animal/chat", &[]).status, 404);
}
