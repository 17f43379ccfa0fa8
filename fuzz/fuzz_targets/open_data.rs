//! Arbitrary bytes as a publisher's file, alone and beside a sound one: refused by name, or read; and what was read changes nothing
//! when it is read again.
#![no_main]

use passerelle::graph::Graph;
use passerelle::import::open_data::{Reviews, in_memory};

const SOUND: &str =
    "identifiant interne;libellé;uai - identifiant;siren\nP1;Université de la Source;0010001A;111111111\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let files = [("x_v1_2026_02_01.csv".to_owned(), bytes.to_vec()), ("sound.csv".to_owned(), SOUND.into())];
    for files in [&files[..1], &files[..]] {
        let Ok(outcome) = in_memory(files, &Graph::empty(), Reviews::default()) else { continue };
        let graph = Graph::empty().apply(&outcome.changes).expect("an import can be applied").graph;
        let again = in_memory(files, &graph, Reviews::default()).expect("what was read is read again");
        assert!(again.report.changes_nothing(), "{:?}", again.changes);
    }
});
