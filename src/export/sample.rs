//! A small graph that has every awkward thing in it, for the tests of all formats.

use crate::model::{Attributes, Code, Edge, Key, Node, Relation, Weight};

/// A text with what each format has to escape.
pub(super) const ODD: &str = "« l'été » \"cité\" <b> & co;\r\nà la ligne, | \\ \t fin";

/// Five nodes and three relations, out of order.
pub(super) fn graph() -> (Vec<Node>, Vec<Edge>) {
    let key = |text: &str| text.parse::<Key>().unwrap();
    let cited = |text: &str, name: &str| Node { sources: vec![key("source/s")], ..Node::new(key(text), name) };
    let source = Attributes {
        publisher: Some("Éditeur & fils".into()),
        date: Some("2025-09".into()),
        licence: Some("Licence Ouverte 2.0".into()),
        url: Some("https://exemple.fr/s?a=1&b=2".into()),
        ..Attributes::NONE
    };
    let nodes = vec![
        Node {
            aliases: vec![ODD.into(), "rédactrice".into()],
            codes: vec![Code { scheme: "ROME".into(), value: "E1106".into() }],
            ..cited("job/redacteur", "Rédacteur")
        },
        cited("skill/veille", "Veille"),
        Node { retired: true, replaced_by: Some(key("skill/veille")), ..cited("skill/guet", "Guet") },
        cited("skill/information", "Information"),
        Node { attributes: source.boxed(), ..Node::new(key("source/s"), "Les \"sources\"") },
    ];
    let edge = |relation, from: &str, to: &str, weight: f64| {
        Edge::new(relation, key(from), key(to), Weight::new(weight).unwrap(), key("source/s"))
    };
    let edges = vec![
        edge(Relation::Broader, "skill/veille", "skill/information", 1.0),
        Edge {
            condition: Some(ODD.into()),
            level: Some("N3".into()),
            ..edge(Relation::RequiredBy, "skill/veille", "job/redacteur", 0.9)
        },
        edge(Relation::RequiredBy, "skill/information", "job/redacteur", 0.25),
    ];
    (nodes, edges)
}
