//! The publishers' own files, in the optional folder of test data. Heavy in a debug build:
//! `cargo test --release -- --ignored real_files`.

use std::path::PathBuf;

use crate::import::open_data::Outcome;

use crate::import::open_data::Reviews;

use crate::import::open_data::Silent;

use crate::graph::Graph;
use crate::import::open_data::directory;
use crate::model::Change;

fn folder() -> PathBuf {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    assert!(folder.is_dir(), "the optional test data is not there");
    folder
}

fn with_national_graph(check: impl FnOnce(&Graph, &Graph, &Outcome, &std::path::Path)) {
    let folder = folder();
    let seed = crate::import::seed::embedded().unwrap();
    let seeded = Graph::build(seed.nodes, seed.edges, 1).unwrap();
    let start = std::time::Instant::now();
    let outcome = directory(&folder, &seeded, Reviews::default(), &Silent).unwrap();
    println!("{}\nimported in {:?}: {} changes", outcome.report, start.elapsed(), outcome.changes.len());
    let applied = seeded.apply(&outcome.changes).unwrap_or_else(|faults| panic!("{}: {}", faults.len(), faults[0]));
    assert_eq!(applied.effective.len(), outcome.changes.len(), "every change changes something");
    println!("applied after {:?}", start.elapsed());
    check(&seeded, &applied.graph, &outcome, &folder);
}

#[test]
#[ignore = "needs the optional test data, and a release build"]
fn the_curated_graph_may_come_first_or_last() {
    let folder = folder();
    let seed = || crate::import::seed::embedded().unwrap();
    let (one, first) = {
        let seeded = Graph::build(seed().nodes, seed().edges, 1).unwrap();
        let outcome = directory(&folder, &seeded, Reviews::default(), &Silent).unwrap();
        (seeded.apply(&outcome.changes).unwrap().graph, outcome.report)
    };
    let outcome = directory(&folder, &Graph::empty(), Reviews::default(), &Silent).unwrap();
    let national = Graph::empty().apply(&outcome.changes).unwrap().graph;
    let joined = national.apply(&crate::import::open_data::curated(seed(), &national).unwrap()).unwrap().graph;
    // A sheet about a job that only the curated graph has (« consultant ») finds it with the next import: until then those outlets
    // are lacking, and nothing else.
    let outcome = directory(&folder, &joined, Reviews::default(), &Silent).unwrap();
    assert!(outcome.changes.iter().all(|change| matches!(change, Change::PutEdge(_))), "{:?}", outcome.changes);
    assert!(outcome.changes.len() < 10, "{:?}", outcome.changes);
    let other = joined.apply(&outcome.changes).unwrap().graph;
    crate::import::open_data::tests::merge::same_facts(&one, &other);
    for graph in [one, other] {
        let again = graph.apply(&crate::import::open_data::curated(seed(), &graph).unwrap()).unwrap();
        assert!(again.effective.is_empty(), "{:?}", again.effective);
        let again = directory(&folder, &graph, Reviews::default(), &Silent).unwrap();
        assert!(again.report.changes_nothing(), "{:?} {:?}", again.report.nodes, again.report.relations);
    }
    assert!(first.refused_files.is_empty());
}

#[test]
#[ignore = "needs the optional test data, and a release build"]
fn the_national_graph_joins_the_curated_one_and_building_it_again_changes_nothing() {
    with_national_graph(|seeded, graph, outcome, folder| {
        for (_, node) in seeded.nodes() {
            let ix = graph.find(node.key.as_str()).unwrap();
            assert!(!graph.is_retired(ix), "{} is retired", node.key);
        }
        let coverage = &outcome.report.coverage;
        let skilled = coverage.jobs_with_skills;
        println!("{:?}", coverage.without_job);
        assert!(skilled.count >= 1584, "{skilled}");
        let reached = coverage.newest_mentions_with_skilled_job;
        assert!(reached.count * 100 >= reached.of * 95, "{reached}");
        println!("{}", outcome.reviews.to_text());
        let again = directory(folder, graph, Reviews::default(), &Silent).unwrap();
        for change in again.changes.iter().take(5) {
            println!("{change:?}");
        }
        assert!(again.report.changes_nothing(), "{:?} {:?}", again.report.nodes, again.report.relations);
    });
}

#[test]
#[ignore = "needs the optional test data, and a release build"]
fn the_national_offers_compare_by_published_figures() {
    use crate::guidance::indicators::{Indicator, Level, figure, value};
    use crate::model::Kind;
    with_national_graph(|_, graph, _, _| {
        let diplomas: Vec<_> = [Kind::Master, Kind::Parcours].iter().flat_map(|kind| graph.nodes_of(*kind)).collect();
        for indicator in Indicator::ALL {
            let known: Vec<_> = diplomas.iter().filter_map(|ix| Some((**ix, value(graph, **ix, indicator)?))).collect();
            println!("{indicator:?}: {} of {} masters and parcours", known.len(), diplomas.len());
            assert!(known.len() >= if indicator == Indicator::Pressure { 1 } else { 200 }, "{indicator:?}");
            for (ix, value) in known.iter().step_by(97) {
                let figure = figure(graph, *ix, indicator).unwrap();
                assert_eq!(figure.value, *value);
                assert!(!figure.sources.is_empty() && (2010..=2030).contains(&figure.year), "{figure:?}");
                let share = matches!(indicator, Indicator::Insertion18 | Indicator::Insertion30);
                assert!(!share || (0.0..=1.0).contains(value) && figure.level != Level::Itself, "{figure:?}");
                let parcours = graph.kind(*ix) == Kind::Parcours;
                assert!(!(share && parcours) || figure.population.contains("non ce parcours seul"), "{figure:?}");
            }
        }
    });
}

#[test]
#[ignore = "needs the optional test data, and a release build"]
fn everyday_references_find_what_people_mean() {
    use crate::model::Kind;
    with_national_graph(|_, graph, _, _| {
        let (mut asked, mut first, mut third) = (0, 0, 0);
        let lines = include_str!("../../../tests/words/references.txt").lines().filter(|line| !line.starts_with('#'));
        for (meant, texts) in lines.filter_map(|line| line.split_once(" = ")) {
            let (kind, name) = meant.split_once(' ').unwrap();
            let kind: Kind = kind.parse().unwrap();
            let right =
                graph.read(name, &[kind]).matches.first().unwrap_or_else(|| panic!("{meant} is not there")).node;
            for text in texts.split('|').map(str::trim) {
                let found = graph.search(text, Kind::ENTITIES, 3);
                let at = found.iter().position(|(ix, _)| *ix == right);
                asked += 1;
                first += usize::from(at == Some(0));
                third += usize::from(at.is_some());
                if at != Some(0) {
                    let found: Vec<&str> = found.iter().map(|(ix, _)| graph.key(*ix).as_str()).collect();
                    println!("{text}: {meant} is {at:?} of {found:?}");
                }
                // Whoever asks for one is never given another without a word of it.
                if let [only] = &graph.read(text, &[kind]).matches[..]
                    && only.node != right
                {
                    assert!(only.told(graph, text).is_some(), "{text} is silently {}", graph.key(only.node));
                }
            }
        }
        println!("of {asked}, {first} first, {third} among three");
        assert!(first * 100 >= asked * 92 && third * 100 >= asked * 98, "{first} and {third} of {asked}");
    });
}
