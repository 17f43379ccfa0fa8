//! Arbitrary bytes as an interchange file: refused with its faults, or read, and then what is written is read back as the same.
#![no_main]

use passerelle::export::jsonl;
use passerelle::graph::Graph;
use passerelle::import::interchange::read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match read(bytes, "fuzz.jsonl", |_| false) {
        Ok(contents) => {
            let mut once = Vec::new();
            jsonl::write(&mut once, &contents.nodes, &contents.edges).expect("a Vec takes it");
            let again = read(&*once, "fuzz.jsonl", |_| false).expect("what is written is read");
            let mut twice = Vec::new();
            jsonl::write(&mut twice, &again.nodes, &again.edges).expect("a Vec takes it");
            assert!(once == twice, "a second export differs");
            let _ = Graph::build(contents.nodes, contents.edges, 1);
        }
        Err(error) => assert!(error.to_string().len() < 100_000),
    }
});
