//! The publishers' own files, where the optional folder of test data is there; said to be skipped where it is not.
//!
//! Heavy in a debug build: `cargo test --release -- --ignored real_files`.

use std::path::PathBuf;

use super::{Outcome, Reviews, Silent, directory};
use crate::graph::Graph;

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: the optional folder of test data is not there");
    None
}

#[test]
#[ignore = "heavy: run in release"]
fn the_national_graph_is_built_and_building_it_again_changes_nothing() {
    let Some(folder) = folder() else { return };
    let start = std::time::Instant::now();
    let empty = Graph::empty();
    let Outcome { changes, report, reviews } = directory(&folder, &empty, Reviews::default(), &Silent).unwrap();
    println!("{report}\nimport {:?}, {} changes", start.elapsed(), changes.len());
    std::fs::write(std::env::temp_dir().join("passerelle-review.toml"), reviews.to_text()).unwrap();
    let applied = empty.apply(&changes).unwrap_or_else(|faults| panic!("{} faults: {}", faults.len(), faults[0]));
    println!("applied {:?}", start.elapsed());
    let again = directory(&folder, &applied.graph, Reviews::default(), &Silent).unwrap();
    println!("again {:?}: {:?} {:?}", start.elapsed(), again.report.nodes, again.report.relations);
    for change in again.changes.iter().take(5) {
        println!("{change:?}");
    }
    assert!(again.report.changes_nothing());
    let coverage = report.coverage;
    assert_eq!((coverage.jobs_with_skills.count, coverage.jobs_with_skills.of), (1584, 1584));
    let reached = coverage.newest_mentions_with_skilled_job;
    assert!(reached.count * 100 >= reached.of * 90, "{reached}");
}
