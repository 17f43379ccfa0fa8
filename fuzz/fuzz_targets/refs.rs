//! Arbitrary text as a ref: resolved, searched and suggested for without a panic, and the same each time.
#![no_main]

use passerelle::model::Kind;
use passerelle_fuzz::GRAPH;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let found = GRAPH.resolve(text);
    assert_eq!(found, GRAPH.resolve(text));
    for ix in &found {
        assert_eq!(GRAPH.find(GRAPH.key(*ix).as_str()), Some(*ix));
    }
    assert!(GRAPH.suggest(text, Some(Kind::Job), 5).iter().all(|ix| GRAPH.kind(*ix) == Kind::Job));
    let near = GRAPH.search(text, &[Kind::Master, Kind::Licence], 10);
    assert!(near.len() <= 10 && near.is_sorted_by(|a, b| a.1 >= b.1));
});
