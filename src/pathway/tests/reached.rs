//! What is within reach is, node by node, the first pathway of the query that names the node alone.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::super::reach::{Reach, Within, reach};
use super::super::*;
use super::generated::{Ask, ask, cases, keys, parts, query};
use super::world::World;
use crate::model::Relation::{EvolvesTo, LeadsTo, Offers, Opens};

fn wanted(graph: &Graph, ask: &Ask, from: &[NodeIx], to: &[NodeIx], kind: Kind) -> Reach {
    let asked = query(graph, ask);
    Reach {
        filter: asked.filter,
        max_steps: asked.max_steps,
        max_moves: asked.max_moves,
        ..Reach::new(from.to_vec(), to.to_vec(), kind)
    }
}

/// Node by node, what `pathways` says, in the order of the result.
fn one_by_one(graph: &Graph, wanted: &Reach) -> Vec<(NodeIx, f64, Vec<NodeIx>)> {
    let mut all = Vec::new();
    for &node in graph.nodes_of(wanted.kind) {
        let query = match (wanted.from.is_empty(), wanted.to.is_empty()) {
            (false, true) => Query { to: vec![node], ..wanted.query() },
            (true, _) => Query { from: vec![node], ..wanted.query() },
            _ => Query { via: vec![vec![node]], ..wanted.query() },
        };
        let found = search(graph, &Query { first: 1, ..query }, &|| false).unwrap();
        all.extend(found.pathways.iter().map(|way| (node, way.score, way.nodes().collect::<Vec<_>>())));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn each_node_within_reach_has_its_best_pathway(
        (nodes, edges) in parts(), ask in ask(),
        ends in subsequence(keys().into_iter().filter(|key| key.kind().on_pathways()).collect::<Vec<_>>(), 2..=4),
        split in 0usize..=4, kind in 0usize..5,
    ) {
        let graph = Graph::build(nodes, edges, 1).unwrap();
        let kind = [Kind::Licence, Kind::Master, Kind::Parcours, Kind::Job, Kind::Study][kind];
        let ends: Vec<NodeIx> = ends.iter().map(|key| graph.find(key.as_str()).unwrap()).collect();
        let (from, to) = ends.split_at(split.min(ends.len()));
        let wanted = wanted(&graph, &ask, from, to, kind);
        let found = reach(&graph, &wanted, &|| false).unwrap();
        prop_assert_eq!(found.end, End::Proven);
        let mut shown: Vec<(NodeIx, f64, Vec<NodeIx>)> =
            found.entries.iter().map(|e: &Within| (e.node, e.score, e.nodes.clone())).collect();
        for pair in shown.windows(2) {
            prop_assert!(pair[0].1 >= pair[1].1 - 1e-12, "by score");
        }
        shown.sort_by_key(|entry| entry.0);
        let mut one_by_one = one_by_one(&graph, &wanted);
        one_by_one.sort_by_key(|entry| entry.0);
        let paths = |list: &[(NodeIx, f64, Vec<NodeIx>)]| -> Vec<(NodeIx, Vec<NodeIx>)> {
            list.iter().map(|entry| (entry.0, entry.2.clone())).collect()
        };
        prop_assert_eq!(paths(&shown), paths(&one_by_one));
        for (one, other) in shown.iter().zip(&one_by_one) {
            prop_assert!((one.1 - other.1).abs() <= 1e-12);
        }
    }
}

#[test]
fn a_direct_outlet_counts_where_its_detour_is_too_long() {
    let graph = World::default()
        .with(Opens, "licence/l", "master/m", 1.0)
        .with(Offers, "master/m", "parcours/p", 0.5)
        .with(LeadsTo, "master/m", "job/a", 0.9)
        .with(EvolvesTo, "job/a", "job/b", 1.0)
        .graph();
    let at = |key: &str| graph.find(key).unwrap();
    let scores = |max_steps: usize| {
        let wanted = Reach { max_steps, ..Reach::new(vec![at("licence/l")], vec![], Kind::Job) };
        let found = reach(&graph, &wanted, &|| false).unwrap();
        found
            .entries
            .iter()
            .map(|entry| (graph.key(entry.node).slug().to_owned(), entry.nodes.len() - 1))
            .collect::<Vec<_>>()
    };
    assert_eq!(scores(2), [("a".to_owned(), 2)]);
    // With three steps job a is come to through the parcours, job b directly: its detour would take four.
    assert_eq!(scores(3), [("b".to_owned(), 3), ("a".to_owned(), 3)]);
    assert_eq!(scores(4), [("a".to_owned(), 3), ("b".to_owned(), 4)]);
}

#[test]
fn scores_too_small_to_be_told_apart_are_scores() {
    let graph = World::default()
        .with(Opens, "licence/l", "master/m", 1e-9)
        .with(LeadsTo, "master/m", "job/a", 1e-9)
        .with(EvolvesTo, "job/a", "job/b", 1e-13)
        .graph();
    let at = |key: &str| graph.find(key).unwrap();
    for wanted in [
        Reach::new(vec![at("licence/l")], vec![], Kind::Job),
        Reach::new(vec![], vec![at("job/b"), at("job/a")], Kind::Licence),
        Reach::new(vec![], vec![at("job/b"), at("job/a")], Kind::Job),
    ] {
        let found = reach(&graph, &wanted, &|| false).unwrap();
        let mut shown: Vec<_> = found.entries.into_iter().map(|entry| (entry.node, entry.nodes)).collect();
        shown.sort();
        let one_by_one: Vec<_> =
            one_by_one(&graph, &wanted).into_iter().map(|(node, _, nodes)| (node, nodes)).collect();
        assert_eq!(shown, one_by_one);
    }
}
