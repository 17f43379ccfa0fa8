//! What a search finds, and in which order; the same over an index, over what changed since, and over both.

use proptest::prelude::*;

use crate::graph::Graph;
use crate::model::text::{fold, slug};
use crate::model::{Attributes, Change, Code, Key, Kind, Node};

const ENTITIES: &[Kind] = Kind::ENTITIES;

fn node(kind: Kind, name: &str, aliases: &[&str]) -> Node {
    let mut node = Node::new(Key::new(kind, &slug(name)).unwrap(), name);
    node.aliases = aliases.iter().map(|alias| (*alias).into()).collect();
    node
}

fn graph(nodes: Vec<Node>) -> Graph {
    Graph::build(nodes, Vec::new(), 1).unwrap()
}

/// The same nodes, all of them put after the index was built.
fn late(nodes: Vec<Node>) -> Graph {
    let puts: Vec<Change> = nodes.into_iter().map(Change::PutNode).collect();
    graph(Vec::new()).apply(&puts).unwrap().graph
}

fn careers() -> Vec<Node> {
    let mut environmental =
        node(Kind::Job, "Journaliste environnemental", &["Journaliste environnementale", "Journaliste vert"]);
    environmental.codes = vec![Code { scheme: "ROME".into(), value: "E1106".into() }];
    let mut inspector = node(Kind::Job, "Inspecteur du travail", &[]);
    inspector.codes = vec![Code { scheme: "ROME".into(), value: "E1107".into() }];
    vec![
        environmental,
        inspector,
        node(Kind::Job, "Journaliste", &["Reporter"]),
        node(Kind::Job, "Journaliste sportif", &["Journaliste sportive"]),
        node(Kind::Job, "Chargé·e de mission environnement", &[]),
        node(Kind::Job, "Médiateur scientifique", &["Médiatrice scientifique"]),
        node(Kind::Licence, "Sciences de la vie et de la Terre", &["SVT"]),
        node(Kind::Licence, "Sciences de la Terre", &[]),
        node(Kind::Licence, "Sciences de la vie", &[]),
        node(Kind::Master, "Journalisme", &[]),
        node(Kind::Parcours, "SVT", &[]),
        node(Kind::Skill, "Médiation scientifique", &[]),
    ]
}

fn slugs(graph: &Graph, text: &str) -> Vec<String> {
    let found = graph.search(text, ENTITIES, 10);
    assert!(found.iter().all(|(_, score)| (0.0..=1.0).contains(score)), "{found:?}");
    assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{found:?}");
    found.iter().map(|(ix, _)| graph.key(*ix).slug().to_owned()).collect()
}

#[test]
fn a_node_bears_what_it_is_indexed_by() {
    let mut other = node(Kind::Job, "Médiateur / Médiatrice", &["Chargé·e de médiation", "M. M."]);
    other.codes = vec![Code { scheme: "ONISEP".into(), value: "MET 10".into() }];
    for node in careers().into_iter().chain([other]) {
        let indexed = super::borne(&node, &super::spellings(&node));
        let strange = indexed.iter().filter(|text| !super::bears(&node, text));
        assert_eq!(strange.collect::<Vec<_>>(), Vec::<&Box<str>>::new(), "{}", node.key);
        assert!(!super::bears(&node, "autre chose") && !super::bears(&node, ""));
    }
}

#[test]
fn a_name_in_use_comes_before_one_that_is_little_used() {
    let mut hospital = node(Kind::Job, "Agent des services", &["Agent à domicile", "Agent d'accueil"]);
    let rare = |name: &str| Attributes { rare_names: vec![name.into()], ..Attributes::NONE };
    hospital.attributes = rare("Agent à domicile").boxed();
    let home = node(Kind::Job, "Employé familial", &["Agent à domicile", "Agent domicile"]);
    for graph in [graph(vec![hospital.clone(), home.clone()]), late(vec![hospital, home])] {
        assert_eq!(slugs(&graph, "agent à domicile"), ["employe-familial", "agent-des-services"]);
        assert_eq!(slugs(&graph, "agent à domi"), ["employe-familial", "agent-des-services"]);
        assert_eq!(slugs(&graph, "agent d'accueil")[0], "agent-des-services");
    }
}

#[test]
fn what_is_typed_finds_what_is_meant() {
    for graph in [graph(careers()), late(careers())] {
        for (typed, first) in [
            ("JOURNALISTE environnémental", "journaliste-environnemental"),
            ("environnemental journaliste", "journaliste-environnemental"),
            ("jounaliste environmental", "journaliste-environnemental"),
            ("journalist environmental", "journaliste-environnemental"),
            ("journaliste env", "journaliste-environnemental"),
            ("journaliste e", "journaliste-environnemental"),
            ("journaliste vert", "journaliste-environnemental"),
            ("E1106", "journaliste-environnemental"),
            ("rome e1106", "journaliste-environnemental"),
            ("rome e11", "inspecteur-du-travail"),
            ("journaliste", "journaliste"),
            ("repotrer", "journaliste"),
            ("science vie terre", "sciences-de-la-vie-et-de-la-terre"),
            ("sciences de la trere", "sciences-de-la-terre"),
            ("médiateur·rice scientifique", "mediateur-scientifique"),
            ("mediateur.trice scientifiqe", "mediateur-scientifique"),
            ("chargee de mission environnement", "charge-e-de-mission-environnement"),
            ("mediation", "mediation-scientifique"),
        ] {
            assert_eq!(slugs(&graph, typed).first().map(String::as_str), Some(first), "{typed}");
        }
        for nothing in ["", "···", "E1108", "zzzz"] {
            assert!(slugs(&graph, nothing).is_empty(), "{nothing}");
        }
        assert_eq!(slugs(&graph, "de la")[0], "sciences-de-la-terre");
    }
}

#[test]
fn a_name_comes_before_an_alias_and_all_words_before_a_typo() {
    let graph = graph(careers());
    let scores = |text: &str| graph.search(text, ENTITIES, 10);
    let svt: Vec<(String, f32)> = scores("svt").iter().map(|(ix, s)| (graph.key(*ix).to_string(), *s)).collect();
    assert_eq!(svt[0], ("parcours/svt".to_owned(), 1.0));
    assert_eq!(svt[1], ("licence/sciences-de-la-vie-et-de-la-terre".to_owned(), 0.98));
    assert_eq!(slugs(&graph, "sciences vie")[..2], ["sciences-de-la-vie", "sciences-de-la-vie-et-de-la-terre"]);
    let (all, typo) = (scores("sportif journaliste")[0].1, scores("journalite sportif")[0].1);
    assert!(0.98 > all && all > typo && typo > 0.6, "{all} {typo}");
}

#[test]
fn other_kinds_and_retired_nodes_are_left_out() {
    let mut nodes = careers();
    nodes[2].retired = true;
    let graph = graph(nodes);
    assert!(!slugs(&graph, "journaliste").contains(&"journaliste".to_owned()));
    let masters = graph.search("journaliste", &[Kind::Master], 10);
    assert_eq!(masters.iter().map(|(ix, _)| graph.key(*ix).as_str()).collect::<Vec<_>>(), ["master/journalisme"]);
    let suggested = graph.suggest("journalist environmental", None, 1);
    assert_eq!(graph.key(suggested[0]).as_str(), "job/journaliste-environnemental");
}

#[test]
fn a_renamed_node_is_found_by_its_new_names_only() {
    let graph = graph(careers());
    let renamed = Node::new("job/journaliste-environnemental".parse().unwrap(), "Rédacteur climat");
    let graph = graph.apply(&[Change::PutNode(renamed)]).unwrap().graph;
    assert_eq!(slugs(&graph, "redacteur climt"), ["journaliste-environnemental"]);
    assert!(!slugs(&graph, "journaliste environnementale").contains(&"journaliste-environnemental".to_owned()));
}

#[test]
fn equals_are_given_by_key_however_many_there_are() {
    let mut nodes: Vec<Node> = (0..300).map(|n| node(Kind::Skill, &format!("Veille {n:03}"), &["Guet"])).collect();
    nodes.reverse();
    let graph = graph(nodes);
    for text in ["veille", "veile", "guet"] {
        assert_eq!(slugs(&graph, text), (0..10).map(|n| format!("veille-{n:03}")).collect::<Vec<_>>(), "{text}");
    }
    assert_eq!(graph.search("guet", ENTITIES, 100).len(), 100);
}

#[test]
fn a_frequent_word_is_looked_up_for_what_the_rarer_ones_find() {
    let mut nodes: Vec<Node> = (0..9_000).map(|n| node(Kind::Skill, &format!("Pratique numéro {n}"), &[])).collect();
    let rare = |n| node(Kind::Skill, &format!("Hydrologie {n}"), &[]);
    nodes.extend((0..200).map(rare));
    nodes.push(node(Kind::Skill, "Pratique de l'hydrologie et de la pédologie en terrain de montagne", &[]));
    let graph = graph(nodes);
    assert_eq!(
        slugs(&graph, "hydrologie pratique")[0],
        "pratique-de-l-hydrologie-et-de-la-pedologie-en-terrain-de-montagne"
    );
}

/// One typo in the word: which kind, where, which letter.
fn mistype(word: &str, kind: u8, at: usize, letter: char) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = at % (letters.len() - 1);
    match kind {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letter),
        2 => letters[at] = letter,
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// Names of three words far from each other: any two differ in at least two words.
fn distinct_names() -> Vec<Node> {
    let first = ["Journaliste", "Médiatrice", "Hydrologue", "Chargé", "Ingénieure", "Archiviste", "Botaniste"];
    let second = ["agricole", "européen", "littoral", "bancaire", "numérique", "sportif", "juridique"];
    let third = ["Paris", "Marseille", "Toulouse", "Brest", "Grenoble", "Nancy", "Orléans"];
    let mut nodes = Vec::new();
    for (a, one) in first.iter().enumerate() {
        for (b, two) in second.iter().enumerate() {
            nodes.push(node(Kind::Job, &format!("{one} {two} à {}", third[(a + b) % 7]), &[]));
        }
    }
    nodes
}

proptest! {
    #[test]
    fn a_typo_in_any_word_still_finds_the_name_first(
        which in 0usize..49, word in 0usize..4, kind in 0u8..4, at in 0usize..20, letter in "[a-z]", shuffled: bool,
    ) {
        let nodes = distinct_names();
        let wanted = nodes[which].key.clone();
        let folded = fold(&nodes[which].name);
        let mut words: Vec<String> = folded.split(' ').map(str::to_owned).collect();
        if words[word].len() >= 4 {
            words[word] = mistype(&words[word], kind, at, letter.chars().next().unwrap());
        }
        if shuffled {
            words.reverse();
        }
        for graph in [graph(nodes.clone()), late(nodes)] {
            let found = graph.search(&words.join(" "), ENTITIES, 3);
            prop_assert_eq!(found.first().map(|(ix, _)| graph.key(*ix)), Some(&wanted), "{:?}", words);
        }
    }

    #[test]
    fn searching_what_changed_equals_searching_an_index_built_anew(
        before in proptest::collection::vec((0u8..30, "[abc]{3,4}( [abcd]{2,6}){0,3}"), 0..30),
        changes in proptest::collection::vec((0u8..30, "[abc]{3,4}( [abcd]{2,6}){0,3}", any::<bool>()), 0..12),
        text in "[abc]{2,5}( [abcd]{2,6}){0,2}",
    ) {
        let made = |number: &u8, name: &str| Node::new(Key::new(Kind::Job, &format!("n{number}")).unwrap(), name);
        let mut nodes: std::collections::BTreeMap<u8, Node> =
            before.iter().map(|(number, name)| (*number, made(number, name))).collect();
        let mut changed = graph(nodes.values().cloned().collect());
        for (number, name, retired) in &changes {
            let mut node = made(number, name);
            node.retired = *retired;
            changed = changed.apply(&[Change::PutNode(node.clone())]).unwrap().graph;
            nodes.insert(*number, node);
        }
        let anew = graph(nodes.into_values().collect());
        let found = |graph: &Graph| -> Vec<(Key, f32)> {
            graph.search(&text, ENTITIES, 20).into_iter().map(|(ix, score)| (graph.key(ix).clone(), score)).collect()
        };
        prop_assert_eq!(found(&changed), found(&anew));
    }
}

#[test]
fn a_search_asks_whether_to_stop_and_then_does() {
    let graph = graph(careers());
    let asked = std::cell::Cell::new(0);
    let stops_after = |times: u32| {
        asked.set(0);
        let found = graph.search_unless("journaliste sportfi", ENTITIES, 10, &|| {
            asked.set(asked.get() + 1);
            asked.get() > times
        });
        (found.len(), asked.get())
    };
    let (found, all) = stops_after(u32::MAX);
    assert!(found > 1 && all > 2, "{found} found, asked {all} times");
    assert!(stops_after(0).1 < all);
    assert_eq!(graph.search("journaliste sportfi", ENTITIES, 10).len(), found);
}
