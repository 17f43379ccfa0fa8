//! Properties of graphs: order does not matter, applying equals rebuilding, a refused change changes nothing.

use proptest::prelude::*;

use super::*;
use crate::graph::step_cache::Outlet;
use crate::model::{Change, Code, arbitrary};
use crate::pathway::outlets;

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn node(text: &str, name: &str) -> Node {
    Node::new(key(text), name)
}

fn edge(relation: Relation, from: &str, to: &str, weight: f64) -> Edge {
    Edge::new(relation, key(from), key(to), Weight::new(weight).unwrap(), key("source/s"))
}

/// All that a graph answers, as text, to compare two.
fn portrait(graph: &Graph) -> String {
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        for &ix in graph.nodes_of(kind) {
            let node = graph.node(ix);
            let (label, named) = (graph.label(ix), keys(graph, &graph.resolve(&node.name)));
            lines.push(format!("{node:?} {} {} resolves {named:?}", label.key(), label.name()));
            for relation in Relation::ALL {
                for (side, halves) in [("→", graph.out(ix, relation)), ("←", graph.incoming(ix, relation))] {
                    for half in halves {
                        let said = graph.edge(half.edge).to_edge();
                        lines.push(format!("  {side} {} {} {said:?}", graph.key(half.node), half.weight));
                    }
                }
            }
        }
    }
    lines.push(format!("{} relations", graph.edge_count()));
    lines.join("\n")
}

fn keys(graph: &Graph, found: &[NodeIx]) -> Vec<Key> {
    found.iter().map(|ix| graph.key(*ix).clone()).collect()
}

fn rebuilt(graph: &Graph) -> Graph {
    let nodes = graph.nodes().map(|(_, node)| node.clone()).collect();
    let edges = graph.edges().map(EdgeView::to_edge).collect();
    Graph::build(nodes, edges, graph.version()).unwrap()
}

fn small() -> Graph {
    let mut svt = node("licence/svt", "Sciences de la vie et de la Terre");
    svt.aliases = vec!["SVT".into()];
    let mut job = node("job/mediateur-scientifique", "Médiateur scientifique");
    job.aliases = vec!["Médiatrice scientifique".into()];
    job.codes = vec![Code { scheme: "ROME".into(), value: "K1601".into() }];
    let nodes = vec![node("source/s", "Source"), svt, job, node("master/m", "Maîtrise"), node("parcours/p", "SVT")];
    let edges = vec![
        edge(Relation::Opens, "licence/svt", "master/m", 0.5),
        edge(Relation::Offers, "master/m", "parcours/p", 1.0),
        edge(Relation::LeadsTo, "parcours/p", "job/mediateur-scientifique", 0.9),
    ];
    Graph::build(nodes, edges, 1).unwrap()
}

#[test]
fn a_reference_resolves_by_key_slug_code_name_alias_and_inclusive_form() {
    let graph = small();
    for text in [
        "job/mediateur-scientifique",
        "mediateur-scientifique",
        "K1601",
        "rome k1601",
        "MÉDIATRICE  scientifique",
        "médiateur·rice scientifique",
        "médiateur.trice scientifique",
        "Médiateur(rice) scientifique",
    ] {
        assert_eq!(keys(&graph, &graph.resolve(text)), [key("job/mediateur-scientifique")], "{text}");
    }
    assert_eq!(keys(&graph, &graph.resolve("svt")), [key("licence/svt"), key("parcours/p")]);
    assert!(graph.resolve("···").is_empty() && graph.resolve("").is_empty());
}

#[test]
fn a_code_is_found_however_it_is_written() {
    let mut job = node("job/j", "Data scientist");
    job.codes = vec![
        crate::model::Code { scheme: "ROME".into(), value: "M1405".into() },
        crate::model::Code { scheme: "ESCO".into(), value: "http://data.europa.eu/esco/occupation/258".into() },
    ];
    let mut master = node("master/m", "Droit");
    master.codes = vec![crate::model::Code { scheme: "RNCP".into(), value: "39001".into() }];
    let graph = Graph::build(vec![job, master, node("licence/svt", "SVT")], Vec::new(), 1).unwrap();
    for (wanted, texts) in [
        (
            "job/j",
            &[
                "M1405",
                "m 1405",
                "M-1405",
                "ROME M 1405",
                "code ROME M1405",
                "https://data.europa.eu/esco/occupation/258",
            ][..],
        ),
        (
            "master/m",
            &[
                "39001",
                "RNCP39001",
                "RNCP 39 001",
                "RNCP n° 39001",
                "fiche RNCP 39001",
                "39001.0",
                "RNCP39001.0",
                "39\u{a0}001",
            ],
        ),
        ("licence/svt", &["S.V.T.", "S V T", "s.v.t", "S-V-T", "sv\u{ad}t"]),
    ] {
        for text in texts {
            assert_eq!(keys(&graph, &graph.resolve(text)), [key(wanted)], "{text}");
        }
    }
    assert!(graph.resolve("M1406").is_empty() && graph.resolve("39001.5").is_empty());
}

#[test]
fn a_job_answers_to_either_gender_however_its_source_writes_it() {
    for name in [
        "Médiateur / Médiatrice scientifique",
        "Médiateur/Médiatrice scientifique",
        "Médiateur·rice scientifique",
        "Médiateur(trice) scientifique",
        "Médiateur scientifique / Médiatrice scientifique",
        "Médiateur scientifique",
        "Médiatrice scientifique",
    ] {
        let jobs = vec![Node::new(key("job/m"), name), Node::new(key("skill/m"), "Un autre")];
        let graph = Graph::build(jobs, Vec::new(), 1).unwrap();
        for text in ["médiateur scientifique", "MEDIATRICE scientifique", "médiateur·rice scientifique", name] {
            assert_eq!(keys(&graph, &graph.resolve(text)), [key("job/m")], "{text} for {name}");
        }
        assert!(graph.resolve("scientifique").is_empty());
    }
    let skill = Graph::build(vec![Node::new(key("skill/s"), "Médiateur")], Vec::new(), 1).unwrap();
    assert!(skill.resolve("médiatrice").is_empty(), "only jobs have a gender");
}

#[test]
fn a_merged_node_resolves_to_its_replacement_and_hands_over_its_relations() {
    let graph = small();
    let change = |graph: &Graph, change| graph.apply(&[change]).unwrap().graph;
    let graph = change(&graph, Change::PutNode(node("licence/bio-geo", "Bio-géologie")));
    let graph = change(&graph, Change::PutEdge(edge(Relation::Opens, "licence/bio-geo", "master/m", 0.7)));
    let graph = change(&graph, Change::MergeNodes { from: key("licence/bio-geo"), into: key("licence/svt") });
    assert_eq!(keys(&graph, &graph.resolve("bio-géologie")), [key("licence/svt")]);
    assert_eq!(keys(&graph, &graph.resolve("licence/bio-geo")), [key("licence/svt")]);
    let old = graph.find("licence/bio-geo").unwrap();
    assert!(graph.node(old).retired && graph.out(old, Relation::Opens).is_empty());
    let opens = graph.out(graph.find("licence/svt").unwrap(), Relation::Opens);
    assert_eq!((opens.len(), opens[0].weight), (1, 0.7), "one relation, the greater weight");
    assert_eq!(portrait(&graph), portrait(&rebuilt(&graph)));
}

#[test]
fn a_refused_change_names_each_fault_and_changes_nothing() {
    let graph = small();
    let before = portrait(&graph);
    let faults = graph
        .apply(&[
            Change::PutNode(node("job/new", "Nouveau")),
            Change::PutEdge(edge(Relation::Opens, "job/new", "master/m", 0.5)),
            Change::PutEdge(edge(Relation::Opens, "licence/none", "master/m", 0.5)),
            Change::DeleteNode(key("job/none")),
            Change::DeleteEdge(EdgeId::new(Relation::Offers, key("master/m"), key("parcours/q"))),
            Change::MergeNodes { from: key("licence/svt"), into: key("master/m") },
        ])
        .err()
        .unwrap();
    assert_eq!(faults.iter().map(|fault| fault.index).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(faults[0].to_string().contains("change 2: opens job/new → master/m: `opens` goes from licence to master"));
    assert_eq!(before, portrait(&graph));
}

#[test]
fn what_changes_nothing_makes_no_version() {
    let graph = small();
    let applied = graph.apply(&[Change::PutNode(node("master/m", "Maîtrise"))]).unwrap();
    assert!(applied.effective.is_empty() && applied.touched.is_empty());
    assert_eq!(applied.graph.version(), graph.version());
}

fn any_change() -> impl Strategy<Value = Change> {
    let any_key = (0..4usize, 0..4u8)
        .prop_map(|(kind, n)| key(&format!("{}/n{n}", ["licence", "master", "parcours", "job"][kind])));
    let any_edge = (0..5usize, 0..4u8, 0..4u8, 1..5u8, 0..2u8).prop_map(|(kind, from, to, weight, source)| {
        let (relation, a, b) = [
            (Relation::Opens, "licence", "master"),
            (Relation::Offers, "master", "parcours"),
            (Relation::LeadsTo, "parcours", "job"),
            (Relation::EvolvesTo, "job", "job"),
            (Relation::Near, "master", "master"),
        ][kind];
        let weight = Weight::new(f64::from(weight) / 4.0).unwrap();
        let (from, to) = (key(&format!("{a}/n{from}")), key(&format!("{b}/n{to}")));
        Edge::new(relation, from, to, weight, key(&format!("source/s{source}")))
    });
    prop_oneof![
        4 => (any_key.clone(), 0..4u8).prop_map(|(key, name)| {
            let mut node = Node::new(key, &format!("Nom {name}"));
            node.aliases = vec![format!("Alias {}", name / 2).into()];
            Change::PutNode(node)
        }),
        1 => any_key.clone().prop_map(Change::DeleteNode),
        1 => (any_key.clone(), any_key).prop_map(|(from, into)| Change::MergeNodes { from, into }),
        6 => any_edge.clone().prop_map(Change::PutEdge),
        2 => any_edge.prop_map(|edge| Change::DeleteEdge(edge.id)),
    ]
}

proptest! {
    #[test]
    fn applying_equals_rebuilding(changes in proptest::collection::vec(any_change(), 0..60)) {
        let start: Vec<Node> = ["source/s0", "source/s1"].into_iter().map(|s| node(s, s)).collect();
        let mut one_by_one = Graph::build(start, Vec::new(), 0).unwrap();
        let first = one_by_one.clone();
        let mut taken = Vec::new();
        for change in &changes {
            let before = portrait(&one_by_one);
            match one_by_one.apply(std::slice::from_ref(change)) {
                Ok(applied) => {
                    prop_assert_eq!(applied.graph.version(), one_by_one.version() + applied.effective.len() as u64);
                    taken.extend(applied.effective);
                    prop_assert_eq!(&before, &portrait(&one_by_one), "a published graph never changes");
                    one_by_one = applied.graph;
                }
                Err(_) => prop_assert_eq!(&before, &portrait(&one_by_one)),
            }
        }
        let at_once = first.apply(&taken).unwrap_or_else(|faults| panic!("{faults:?}"));
        prop_assert_eq!(portrait(&one_by_one), portrait(&at_once.graph));
        prop_assert_eq!(portrait(&one_by_one), portrait(&rebuilt(&one_by_one)));
    }
}

/// The steps ahead of every node by its key, as the graph keeps them.
fn ahead(graph: &Graph) -> Vec<String> {
    let line = |(ix, node): (NodeIx, &Node)| {
        let step = |step: &Outlet| {
            let by_master = (step.stated_by_master, step.family_by_master);
            let grounds = (step.regulated, step.stated, step.family, by_master, step.coverage);
            format!("{} {} {grounds:?}", step.relation, graph.key(step.to))
        };
        let mut steps: Vec<String> = outlets::ahead(graph, ix).outlets.iter().map(step).collect();
        steps.sort();
        format!("{} {}", node.key, steps.join(", "))
    };
    let mut lines: Vec<String> = graph.nodes().map(line).collect();
    lines.sort();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn steps_ahead_are_invalidated_where_a_change_touches_them(
        (nodes, edges) in arbitrary::graph(),
        picks in proptest::collection::vec((0u8..5, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0.1..=1.0f64), 1..12),
    ) {
        let mut graph = Graph::build(nodes.clone(), edges.clone(), 1).unwrap();
        for (turn, (kind, one, other, weight)) in picks.into_iter().enumerate() {
            let before = ahead(&graph);
            let node = &nodes[one.index(nodes.len())];
            let change = match kind {
                0 => Change::DeleteNode(node.key.clone()),
                1 => Change::PutNode(Node { retired: false, replaced_by: None, ..node.clone() }),
                2 if !edges.is_empty() => {
                    let weight = Weight::new(weight).unwrap();
                    Change::PutEdge(Edge { weight, ..edges[one.index(edges.len())].clone() })
                }
                3 if !edges.is_empty() => Change::DeleteEdge(edges[one.index(edges.len())].id.clone()),
                4 => Change::MergeNodes { from: node.key.clone(), into: nodes[other.index(nodes.len())].key.clone() },
                _ => Change::PutNode(Node::new(Key::new(node.key.kind(), &format!("neuf-{turn}")).unwrap(), "Neuf")),
            };
            let Ok(applied) = graph.apply(&[change]) else { continue };
            prop_assert_eq!(ahead(&applied.graph), ahead(&rebuilt(&applied.graph)));
            prop_assert_eq!(ahead(&graph), before);
            graph = applied.graph;
        }
    }
}
