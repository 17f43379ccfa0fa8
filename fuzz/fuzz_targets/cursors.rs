//! Forged cursors, in every list that takes one: refused, or taken for a place in the list. The first byte chooses the list; that of
//! changes takes the second cursor for one of its own.
#![no_main]

use passerelle::api::page::{ListId, Page};

const LISTS: [&str; 9] = [
    "query($c: String) { allJobs(first: 3, after: $c) { nodes { id } } }",
    "query($c: String) { allJobs(last: 3, before: $c, orderBy: {field: NAME, direction: DESC}) { nodes { id } } }",
    "query($c: String) { search(text: \"science\", first: 3, after: $c) { nodes { id } } }",
    "query($c: String) { job(ref: \"journaliste environnemental\") { skills(first: 3, after: $c) { nodes { id } } } }",
    "query($c: String) { pathways(from: \"SVT\", to: \"journaliste environnemental\", first: 3, after: $c) { nodes { score } } }",
    "query($c: String) { reachable(from: \"SVT\", kind: JOB, first: 3, after: $c) { nodes { id } } }",
    "query($c: String) { recommend(profile: {licence: \"SVT\"}, first: 3, after: $c) { edges { cursor } } }",
    "query($c: String) { changes(since: 0, first: 3, after: $c) { nodes { version } } }",
    "query($c: String) { university(ref: \"Université de Caen Normandie\") { parcours(last: 3, before: $c) { nodes { id } } } }",
];

libfuzzer_sys::fuzz_target!(|data: (u8, &str)| {
    let (list, text) = data;
    let _ = Page::new(None, Some(text), None, None);
    let list = LISTS[list as usize % LISTS.len()];
    for cursor in [text.to_owned(), ListId::of(&["changes"]).cursor(text)] {
        let variables = serde_json::json!({ "c": cursor }).to_string();
        passerelle_fuzz::ask(list, Some(&variables));
    }
});
