//! JSON-LD: the same RDF as the Turtle, as one JSON object with a context and a list of resources, one a line.

use std::borrow::Borrow;
use std::io::{self, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, json};

use super::canonical;
use super::rdf::{self, Form, PREFIXES, Resource, Value};
use crate::model::{Edge, Node};

/// Writes a graph's nodes and edges, given in any order.
///
/// # Errors
/// What the output answers; nothing else can fail.
pub fn write<N: Borrow<Node>, E: Borrow<Edge>>(
    mut out: impl Write,
    nodes: impl IntoIterator<Item = N>,
    edges: impl IntoIterator<Item = E>,
) -> io::Result<()> {
    let (nodes, edges) = canonical(nodes, edges);
    out.write_all(b"{\"@context\":")?;
    serde_json::to_writer(&mut out, &context())?;
    out.write_all(b",\n\"@graph\":[")?;
    for (place, resource) in rdf::resources(&nodes, &edges).enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut out, &resource)?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}

/// The prefixes, and for each property what its strings are.
fn context() -> Map<String, serde_json::Value> {
    let mut context: Map<_, _> = PREFIXES.iter().map(|(prefix, iri)| ((*prefix).to_owned(), json!(iri))).collect();
    for property in rdf::vocabulary() {
        let strings = match property.form {
            Form::French => json!({ "@language": "fr" }),
            Form::Data(datatype) => json!({ "@type": datatype }),
            Form::Link => json!({ "@type": "@id" }),
            Form::Plain => continue,
        };
        context.insert(property.name.into_owned(), strings);
    }
    context
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("@id", &self.iri)?;
        map.serialize_entry("@type", &OneOrMore(&self.classes))?;
        for (property, values) in &self.properties {
            map.serialize_entry(&*property.name, &OneOrMore(values))?;
        }
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Plain(text) => text.serialize(serializer),
            Value::Typed(text, datatype) => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("@value", text)?;
                map.serialize_entry("@type", datatype)?;
                map.end()
            }
            Value::Within(resource) => resource.serialize(serializer),
        }
    }
}

/// A list of one as its one value, as JSON-LD is usually written.
struct OneOrMore<'a, T>(&'a [T]);

impl<T: Serialize> Serialize for OneOrMore<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => one.serialize(serializer),
            all => all.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use oxjsonld::JsonLdParser;
    use oxrdf::{Graph, Triple};
    use oxttl::TurtleParser;
    use proptest::prelude::*;

    use super::*;
    use crate::export::{sample, ttl};
    use crate::model::arbitrary;

    fn export(nodes: &[Node], edges: &[Edge]) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, nodes, edges).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn read(text: &str) -> Result<Graph, String> {
        let quads = JsonLdParser::new().for_slice(text);
        quads.map(|quad| quad.map(Triple::from).map_err(|error| error.to_string())).collect()
    }

    fn as_turtle(nodes: &[Node], edges: &[Edge]) -> Result<Graph, String> {
        let mut bytes = Vec::new();
        ttl::write(&mut bytes, nodes, edges).unwrap();
        let triples = TurtleParser::new().for_slice(&bytes);
        triples.map(|triple| triple.map_err(|error| error.to_string())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn it_says_just_what_the_turtle_says((nodes, edges) in arbitrary::graph()) {
            let graph = read(&export(&nodes, &edges)).map_err(TestCaseError::fail)?;
            prop_assert_eq!(&graph, &as_turtle(&nodes, &edges).map_err(TestCaseError::fail)?);
            prop_assert!(graph.len() >= 2 * nodes.len() + 6 * edges.len());
        }
    }

    #[test]
    fn it_has_one_object_for_each_node_and_relation() {
        let (nodes, edges) = sample::graph();
        let document: serde_json::Value = serde_json::from_str(&export(&nodes, &edges)).unwrap();
        let resources = document["@graph"].as_array().unwrap();
        let relations = resources.iter().filter(|resource| resource["@type"] == "passerelle:Relation").count();
        assert_eq!((resources.len(), relations), (8, 3));
        let job = resources.iter().find(|resource| resource["@id"] == "urn:passerelle:job/redacteur").unwrap();
        assert_eq!(
            *job,
            json!({
                "@id": "urn:passerelle:job/redacteur",
                "@type": ["skos:Concept", "passerelle:Job"],
                "skos:prefLabel": "Rédacteur",
                "skos:altLabel": [sample::ODD, "rédactrice"],
                "skos:notation": { "@value": "E1106", "@type": "passerelle:code/ROME" },
                "dct:source": "urn:passerelle:source/s",
            })
        );
    }

    #[test]
    fn an_empty_graph_is_a_document_without_resources() {
        let text = export(&[], &[]);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["@graph"], json!([]));
        assert!(read(&text).unwrap().is_empty());
    }
}
