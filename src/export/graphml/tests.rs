//! GraphML, read back element by element.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

use super::*;
use crate::export::sample;
use crate::model::arbitrary;

fn export(nodes: &[Node], edges: &[Edge]) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes, nodes, edges).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The document as its elements: name, attributes, text of each `data` by key.
#[derive(Debug, Default, PartialEq)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    data: BTreeMap<String, String>,
}

fn opened(start: &BytesStart<'_>) -> Element {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        (text(attribute.key.as_ref()), attribute.decode_and_unescape_value(start.decoder()).unwrap().into_owned())
    });
    Element { name: text(start.name().as_ref()), attributes: attributes.collect(), data: BTreeMap::new() }
}

fn read(text: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(text);
    let mut elements: Vec<Element> = Vec::new();
    let mut inside: Option<(String, String)> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if start.name().as_ref() == b"data" => {
                inside = Some((opened(&start).attributes["key"].clone(), String::new()));
            }
            Event::Start(start) | Event::Empty(start) => elements.push(opened(&start)),
            Event::Text(part) => {
                if let Some((_, text)) = &mut inside {
                    text.push_str(&part.decode().unwrap());
                }
            }
            Event::GeneralRef(part) => {
                let (_, text) = inside.as_mut().unwrap();
                match part.resolve_char_ref().unwrap() {
                    Some(c) => text.push(c),
                    None => text.push_str(resolve_xml_entity(&part.decode().unwrap()).unwrap()),
                }
            }
            Event::End(_) => {
                if let Some((key, text)) = inside.take() {
                    elements.last_mut().unwrap().data.insert(key, text);
                }
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

fn named<'a>(elements: &'a [Element], name: &str) -> Vec<&'a Element> {
    elements.iter().filter(|element| element.name == name).collect()
}

#[test]
fn what_is_written_is_read_back() {
    let (nodes, edges) = sample::graph();
    let elements = read(&export(&nodes, &edges));
    let (nodes, edges) = (named(&elements, "node"), named(&elements, "edge"));
    assert_eq!((nodes.len(), edges.len()), (5, 3));
    let job = nodes.iter().find(|node| node.attributes["id"] == "job:redacteur").unwrap();
    assert_eq!(job.data["aliases"], format!("{}|rédactrice", sample::ODD));
    let skill = edges.iter().find(|edge| edge.data["weight"] == "0.9").unwrap();
    assert_eq!(skill.data["condition"], sample::ODD);
    assert_eq!((&*skill.attributes["source"], &*skill.attributes["target"]), ("skill:veille", "job:redacteur"));
}

#[test]
fn it_reads_well() {
    let (nodes, edges) = sample::graph();
    let text = export(&nodes[1..2], &edges[..1]);
    let (head, graph) = text.split_at(text.find(" <graph ").unwrap());
    let lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines.len(), 2 + KEYS.len());
    assert_eq!(
        lines[..3],
        [
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">"#,
            r#" <key id="key" for="node" attr.name="key" attr.type="string"/>"#,
        ]
    );
    assert_eq!(
        graph,
        r#" <graph id="passerelle" edgedefault="directed">
  <node id="skill:veille">
   <data key="key">skill/veille</data>
   <data key="kind">skill</data>
   <data key="name">Veille</data>
   <data key="sources">source/s</data>
  </node>
  <edge source="skill:veille" target="skill:information">
   <data key="relation">broader</data>
   <data key="weight">1</data>
   <data key="sources">source/s</data>
  </edge>
 </graph>
</graphml>
"#
    );
}

#[test]
fn an_empty_graph_is_a_document_with_keys_alone() {
    let elements = read(&export(&[], &[]));
    let names: Vec<&str> = elements.iter().map(|element| &*element.name).collect();
    assert_eq!(names.len(), KEYS.len() + 2);
    assert_eq!((names[0], names[1], names[names.len() - 1]), ("graphml", "key", "graph"));
}

#[test]
fn what_xml_cannot_write_is_marked() {
    assert_eq!(escaped("a\u{0}b\u{1b}c\u{FFFE}\u{1F600}\r"), "a\u{FFFD}b\u{FFFD}c\u{FFFD}\u{1F600}&#13;");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_datum_has_a_declared_key_and_every_edge_its_ends((nodes, edges) in arbitrary::graph()) {
        let elements = read(&export(&nodes, &edges));
        let (read_nodes, read_edges) = (named(&elements, "node"), named(&elements, "edge"));
        prop_assert_eq!((read_nodes.len(), read_edges.len()), (nodes.len(), edges.len()));
        let ids: Vec<&String> = read_nodes.iter().map(|node| &node.attributes["id"]).collect();
        for edge in &read_edges {
            prop_assert!(ids.contains(&&edge.attributes["source"]) && ids.contains(&&edge.attributes["target"]));
        }
        for element in read_nodes.into_iter().chain(read_edges) {
            for key in element.data.keys() {
                let declared = KEYS.iter().any(|(name, whose, _)| name == key && [&*element.name, "all"].contains(whose));
                prop_assert!(declared, "{} of {}", key, element.name);
            }
        }
    }
}
