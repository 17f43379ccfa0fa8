//! One way to write: checked, durable, published, answered.

use std::sync::Barrier;
use std::time::Duration;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::export::jsonl;
use crate::import::{self, interchange};
use crate::model::{Edge, EdgeId, Key, Node, Relation, Weight, arbitrary};

pub fn key(text: &str) -> Key {
    text.parse().unwrap()
}

pub fn put(text: &str) -> Change {
    Change::PutNode(Node::new(key(text), text))
}

pub fn write(changes: Vec<Change>) -> Write {
    Write { changes, author: "essai".into(), expected_version: None, dry_run: false }
}

pub fn open() -> (TempDir, App) {
    let dir = TempDir::new().unwrap();
    let app = App::open(dir.path(), Access::Create).unwrap();
    (dir, app)
}

pub fn reopened(dir: &TempDir, app: App) -> App {
    drop(app);
    App::open(dir.path(), Access::Existing).unwrap()
}

/// The graph as the interchange file, which tells any two apart.
pub fn text(graph: &Graph) -> String {
    let mut bytes = Vec::new();
    let edges: Vec<Edge> = graph.edges().map(|edge| edge.to_edge()).collect();
    jsonl::write(&mut bytes, graph.nodes().map(|(_, node)| node), edges).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_write_is_published_durable_and_replayed() {
    let (dir, app) = open();
    let before = app.graph();
    let written = app.write(write(vec![put("job/a"), put("job/b"), put("source/s")])).unwrap();
    assert_eq!((written.version, app.graph().version(), before.version()), (1, 1, 0));
    assert_eq!(written.effective.changes.len(), 3);
    assert!(before.find("job/a").is_none() && app.graph().find("job/a").is_some());

    let edge = Edge::new(Relation::EvolvesTo, key("job/a"), key("job/b"), Weight::FULL, key("source/s"));
    app.write(write(vec![Change::PutEdge(edge.clone()), put("job/c"), Change::DeleteNode(key("job/c"))])).unwrap();
    app.write(write(vec![put("job/d"), Change::MergeNodes { from: key("job/b"), into: key("job/d") }])).unwrap();
    let id = EdgeId::new(Relation::EvolvesTo, key("job/a"), key("job/d"));
    app.write(write(vec![Change::DeleteEdge(id), Change::DeleteNode(key("job/a"))])).unwrap();
    let expected = text(&app.graph());
    let app = reopened(&dir, app);
    assert_eq!((text(&app.graph()), app.graph().version()), (expected, 4));
}

#[test]
fn what_changes_nothing_makes_no_version() {
    let (_dir, app) = open();
    app.write(write(vec![put("job/a")])).unwrap();
    for changes in [vec![], vec![put("job/a")]] {
        let written = app.write(write(changes)).unwrap();
        assert_eq!((written.version, written.effective.changes.len()), (1, 0));
    }
    assert_eq!((app.graph().version(), app.store().head().version), (1, 1));
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let (_dir, app) = open();
    let written = app.write(Write { dry_run: true, ..write(vec![put("job/a")]) }).unwrap();
    assert_eq!((written.version, written.effective.changes.len()), (0, 1));
    assert!(written.graph.find("job/a").is_some());
    assert!(app.graph().find("job/a").is_none());
    assert_eq!(app.store().head().version, 0);
}

#[test]
fn a_version_that_has_moved_on_is_a_conflict_dry_or_not() {
    let (_dir, app) = open();
    app.write(write(vec![put("job/a")])).unwrap();
    for dry_run in [false, true] {
        let late = Write { expected_version: Some(0), dry_run, ..write(vec![put("job/b")]) };
        assert!(matches!(app.write(late).err(), Some(WriteError::VersionConflict { expected: 0, actual: 1 })));
    }
    assert!(app.write(Write { expected_version: Some(1), ..write(vec![put("job/b")]) }).is_ok());
}

#[test]
fn one_bad_change_leaves_all_untouched() {
    let (dir, app) = open();
    app.write(write(vec![put("job/a")])).unwrap();
    let before = text(&app.graph());
    let bad = vec![put("job/b"), Change::DeleteNode(key("job/none")), Change::DeleteNode(key("job/nor"))];
    let Err(WriteError::Faults(faults)) = app.write(write(bad)) else { panic!("taken") };
    assert_eq!(faults.iter().map(|fault| fault.index).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(text(&app.graph()), before);
    assert_eq!(text(&reopened(&dir, app).graph()), before);
}

#[test]
fn nothing_is_published_that_the_log_did_not_take() {
    let (_dir, app) = open();
    let set = ChangeSet { version: 1, at: 0, author: "autre".into(), changes: vec![put("job/z")] };
    // The log moves on behind the application's back, so that it refuses the next write.
    app.store().commit(&set, 1, 0).unwrap();
    let mut versions = app.subscribe();
    assert!(matches!(app.write(write(vec![put("job/a")])).err(), Some(WriteError::Store(_))));
    assert!(app.graph().is_empty() && !versions.has_changed().unwrap());
    assert_eq!(*versions.borrow_and_update(), 0);
}

#[test]
fn subscribers_miss_nothing_and_see_nothing_twice() {
    let (dir, app) = open();
    let mut versions = app.subscribe();
    let mut seen = Vec::new();
    for n in 0..600 {
        app.write(write(vec![put(&format!("job/n{n}"))])).unwrap();
        if n % 97 == 0 && versions.has_changed().unwrap() {
            versions.mark_unchanged();
            let last = seen.last().copied().unwrap_or(0);
            seen.extend(app.heads_since(last, usize::MAX).unwrap().iter().map(|set| set.version));
        }
    }
    let last = *seen.last().unwrap();
    seen.extend(app.heads_since(last, usize::MAX).unwrap().iter().map(|set| set.version));
    assert_eq!(seen, (1..=600).collect::<Vec<u64>>());
    let versions = |app: &App, since, limit| -> Vec<u64> {
        app.heads_since(since, limit).unwrap().iter().map(|set| set.version).collect()
    };
    assert_eq!(versions(&app, 0, 2), [1, 2], "from the log");
    assert_eq!(versions(&app, 597, 2), [598, 599], "from memory");
    assert_eq!(versions(&app, 600, 2), [0u64; 0]);
    assert_eq!(versions(&app, u64::MAX, 2), [0u64; 0]);
    let app = reopened(&dir, app);
    assert_eq!(versions(&app, 598, 9), [599, 600]);
}

#[test]
fn a_checkpoint_is_written_beside_and_opens_to_the_same_graph() {
    let (dir, app) = open();
    for round in 0..3 {
        let node = |n: usize| Change::PutNode(Node::new(key(&format!("job/n{n}")), &format!("Tour {round}")));
        app.write(write((0..4_000).map(node).collect())).unwrap();
    }
    app.close();
    assert_eq!(app.store().checkpoint().unwrap().map(|checkpoint| checkpoint.version), Some(3));
    app.write(write(vec![put("job/n1"), Change::MergeNodes { from: key("job/n2"), into: key("job/n1") }])).unwrap();
    let expected = text(&app.graph());
    assert_eq!(text(&reopened(&dir, app).graph()), expected);
}

#[test]
fn readers_never_wait_for_a_write() {
    let (_dir, app) = open();
    app.write(write((0..500).map(|n| put(&format!("job/n{n}"))).collect())).unwrap();
    let started = Barrier::new(2);
    let waiting = app.published.turn();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            started.wait();
            app.write(write(vec![put("job/late")])).map(|written| written.version)
        });
        started.wait();
        std::thread::sleep(Duration::from_millis(20));
        assert!(!writer.is_finished(), "the write is held up");
        for _ in 0..1_000 {
            assert_eq!(app.graph().version(), 1);
        }
        assert_eq!(app.heads_since(0, 9).unwrap().len(), 1);
        let dry = Write { dry_run: true, ..write(vec![put("job/x")]) };
        assert!(app.write(dry).is_ok(), "a dry run reads");
        assert!(!writer.is_finished());
        drop(waiting);
        assert_eq!(writer.join().unwrap().unwrap(), 2);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn importing_twice_is_importing_once_and_export_gives_it_back((nodes, edges) in arbitrary::graph()) {
        let mut file = Vec::new();
        jsonl::write(&mut file, &nodes, &edges).unwrap();
        let (dir, app) = open();
        for round in 0..2 {
            let known = app.graph();
            let known = |key: &Key| known.find(key.as_str()).is_some();
            let contents = interchange::read(&*file, "essai.jsonl", known).unwrap();
            let written = app.write(write(import::changes(contents.nodes, contents.edges, known))).unwrap();
            prop_assert_eq!((written.version, written.effective.changes.is_empty()), (1, round == 1));
        }
        prop_assert_eq!(text(&app.graph()), String::from_utf8(file.clone()).unwrap());
        prop_assert_eq!(text(&reopened(&dir, app).graph()), String::from_utf8(file).unwrap());
    }
}
