use proptest::prelude::*;

use super::*;
use crate::app::tests::{key, open, put, reopened, text, write};
use crate::model::{Relation, Weight, arbitrary};

fn terms() -> Terms {
    Terms { author: "essai".into(), ..Terms::default() }
}

/// What a graph says, but for the nodes that another does not have, all of which are retired.
fn said(graph: &Graph, other: &Graph) -> String {
    let known = |key: &Key| other.find(key.as_str()).is_some();
    assert!(graph.nodes().all(|(_, node)| known(&node.key) || node.retired));
    let nodes = graph.nodes().map(|(_, node)| node).filter(|node| known(&node.key)).cloned().collect();
    text(&Graph::build(nodes, graph.edges().map(|edge| edge.to_edge()).collect(), 0).unwrap())
}

#[test]
fn what_a_vandal_did_is_undone_and_stays_in_the_log() {
    let (dir, app) = open();
    let edge = |to: &str| Edge::new(Relation::EvolvesTo, key("job/a"), key(to), Weight::FULL, key("source/s"));
    let all = ["source/s", "job/a", "job/b", "job/c", "job/d"].map(put);
    app.write(write(all.into_iter().chain([Change::PutEdge(edge("job/b"))]).collect())).unwrap();
    app.write(write(vec![Change::MergeNodes { from: key("job/c"), into: key("job/d") }])).unwrap();
    let before = app.graph();

    let mut weak = edge("job/b");
    weak.weight = Weight::new(0.1).unwrap();
    let mut renamed = Node::new(key("job/a"), "Vandalisé");
    renamed.sources.push(key("source/faux"));
    app.write(write(vec![put("source/faux"), Change::PutNode(renamed), Change::PutEdge(weak)])).unwrap();
    app.write(write(vec![put("job/c"), Change::MergeNodes { from: key("job/d"), into: key("job/c") }])).unwrap();
    app.write(write(vec![Change::PutEdge(edge("job/c")), Change::DeleteNode(key("job/b"))])).unwrap();

    let dry = app.revert(2, Terms { dry_run: true, ..terms() }).unwrap();
    assert_eq!((dry.version, app.version()), (5, 5));
    let written = app.revert(2, terms()).unwrap();
    assert_eq!((written.version, said(&app.graph(), &before)), (6, text(&before)));
    assert!(app.graph().is_retired(app.graph().find("source/faux").unwrap()), "a key is for ever");
    assert_eq!(app.revert(2, terms()).unwrap().version, 6, "there is nothing more to undo");
    let after = text(&app.graph());
    let app = reopened(&dir, app);
    assert_eq!(text(&app.graph()), after);
    assert_eq!(&*app.at(5).unwrap().node(app.graph().find("job/a").unwrap()).name, "Vandalisé");
    assert_eq!(text(&app.at(2).unwrap()), text(&before));
    assert!(app.at(0).unwrap().is_empty());
    assert!(matches!(app.at(7).err(), Some(TravelError::Ahead { version: 7, head: 6 })));
    app.revert(5, terms()).expect("an undoing can be undone");
    assert_eq!(said(&app.graph(), &app.at(5).unwrap()), text(&app.at(5).unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_graph_comes_back_from_any_other((nodes, edges) in arbitrary::graph(), (others, links) in arbitrary::graph()) {
        let one = Graph::build(nodes, edges, 1).unwrap();
        let two = one.apply(&crate::import::changes(others, links, |key| one.find(key.as_str()).is_some())).unwrap().graph;
        let back = two.apply(&changes(&two, &one)).unwrap().graph;
        prop_assert_eq!(said(&back, &one), text(&one));
        let forth = back.apply(&changes(&back, &two)).unwrap().graph;
        prop_assert_eq!(text(&forth), text(&two));
    }
}
