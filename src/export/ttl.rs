//! Turtle: the graph as RDF, under the terms of `rdf`, for triple stores and SKOS tools.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::io::{self, Write};

use oxrdf::{LiteralRef, NamedNode, NamedNodeRef, TermRef, TripleRef, vocab};
use oxttl::TurtleSerializer;
use oxttl::turtle::WriterTurtleSerializer;

use super::canonical;
use super::rdf::{self, Form, PREFIXES, Resource, Value};
use crate::model::{Edge, Node};

/// Writes a graph's nodes and edges, given in any order.
///
/// # Errors
/// What the output answers; nothing else can fail.
pub fn write<N: Borrow<Node>, E: Borrow<Edge>>(
    out: impl Write,
    nodes: impl IntoIterator<Item = N>,
    edges: impl IntoIterator<Item = E>,
) -> io::Result<()> {
    let (nodes, edges) = canonical(nodes, edges);
    let mut prefixed = TurtleSerializer::new();
    for (prefix, iri) in PREFIXES {
        prefixed = prefixed.with_prefix(prefix, iri).expect("the prefixes are IRIs");
    }
    let mut turtle = prefixed.for_writer(out);
    let mut seen = HashSet::new();
    for resource in rdf::resources(&nodes, &edges) {
        write_resource(&mut turtle, &resource, &mut seen)?;
    }
    turtle.finish()?.flush()
}

/// A resource, then those within it that were not written yet.
fn write_resource(
    turtle: &mut WriterTurtleSerializer<impl Write>,
    resource: &Resource,
    seen: &mut HashSet<String>,
) -> io::Result<()> {
    let subject = NamedNodeRef::new_unchecked(&resource.iri);
    for class in &resource.classes {
        turtle.serialize_triple(TripleRef::new(subject, vocab::rdf::TYPE, &expanded(class)))?;
    }
    for (property, values) in &resource.properties {
        let predicate = expanded(&property.name);
        for value in values {
            let datatype;
            let object: TermRef<'_> = match (value, property.form) {
                (Value::Within(inner), _) => NamedNodeRef::new_unchecked(&inner.iri).into(),
                (Value::Typed(text, kind), _) => {
                    datatype = expanded(kind);
                    LiteralRef::new_typed_literal(text, &datatype).into()
                }
                (Value::Plain(text), Form::Data(kind)) => {
                    datatype = expanded(kind);
                    LiteralRef::new_typed_literal(text, &datatype).into()
                }
                (Value::Plain(text), Form::French) => {
                    LiteralRef::new_language_tagged_literal_unchecked(text, "fr").into()
                }
                (Value::Plain(text), Form::Plain) => LiteralRef::new_simple_literal(text).into(),
                (Value::Plain(iri), Form::Link) => NamedNodeRef::new_unchecked(iri).into(),
            };
            turtle.serialize_triple(TripleRef::new(subject, &predicate, object))?;
        }
    }
    for value in resource.properties.iter().flat_map(|(_, values)| values) {
        if let Value::Within(inner) = value
            && seen.insert(inner.iri.clone())
        {
            write_resource(turtle, inner, seen)?;
        }
    }
    Ok(())
}

/// The IRI of a term given as prefix and name.
fn expanded(term: &str) -> NamedNode {
    let whole = PREFIXES.iter().find_map(|(prefix, iri)| {
        let name = term.strip_prefix(prefix)?.strip_prefix(':')?;
        Some(format!("{iri}{name}"))
    });
    NamedNode::new_unchecked(whole.expect("every term has one of the prefixes"))
}

#[cfg(test)]
mod tests {
    use oxrdf::{Graph, Literal};
    use oxttl::TurtleParser;

    use super::*;
    use crate::export::sample;

    fn export(nodes: &[Node], edges: &[Edge]) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes, nodes, edges).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn read(text: &str) -> Graph {
        TurtleParser::new().for_slice(text).map(|triple| triple.unwrap()).collect()
    }

    fn count(graph: &Graph, class: &str) -> usize {
        graph.subjects_for_predicate_object(vocab::rdf::TYPE, &expanded(class)).count()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (nodes, edges) = sample::graph();
        let graph = read(&export(&nodes, &edges));
        let counts = ["dcat:Dataset", "skos:Concept", "passerelle:Skill", "passerelle:Relation", "foaf:Agent"]
            .map(|class| count(&graph, class));
        assert_eq!(counts, [1, 4, 3, 3, 1]);
        let job = NamedNode::new("urn:passerelle:job/redacteur").unwrap();
        let aliases = graph.objects_for_subject_predicate(&job, &expanded("skos:altLabel"));
        let odd = Literal::new_language_tagged_literal(sample::ODD, "fr").unwrap();
        assert!(aliases.into_iter().any(|alias| alias == odd.as_ref().into()), "{graph}");
        let skill = NamedNode::new("urn:passerelle:skill/veille").unwrap();
        let broader = NamedNode::new("urn:passerelle:skill/information").unwrap();
        let direct =
            |from: &NamedNode, term: &str, to: &NamedNode| graph.contains(TripleRef::new(from, &expanded(term), to));
        assert!(direct(&skill, "skos:broader", &broader) && direct(&skill, "passerelle:required_by", &job));
    }

    #[test]
    fn it_reads_well() {
        let (nodes, edges) = sample::graph();
        let text = export(&nodes[3..], &[]);
        let (prefixes, resources) = text.split_at(text.find("passerelle:source").unwrap());
        assert_eq!(prefixes.lines().count(), PREFIXES.len());
        assert_eq!(
            resources,
            r#"passerelle:source\/s a dcat:Dataset ;
	dct:title "Les \"sources\""@fr ;
	dct:publisher passerelle:publisher\/\%C3\%89diteur\%20\%26\%20fils ;
	dct:date "2025-09"^^xsd:gYearMonth ;
	dct:license passerelle:terms\/Licence\%20Ouverte\%202.0 ;
	dcat:landingPage <https://exemple.fr/s?a=1&b=2> .
passerelle:publisher\/\%C3\%89diteur\%20\%26\%20fils a foaf:Agent ;
	foaf:name "Éditeur & fils" .
passerelle:terms\/Licence\%20Ouverte\%202.0 a dct:LicenseDocument ;
	dct:title "Licence Ouverte 2.0"@fr .
passerelle:skill\/information a skos:Concept , passerelle:Skill ;
	skos:prefLabel "Information"@fr ;
	dct:source passerelle:source\/s .
"#
        );
        let text = export(&[], &edges[1..2]);
        let (_, relation) = text.split_at(text.find("passerelle:relation").unwrap());
        assert_eq!(
            relation,
            r#"passerelle:relation\/required_by\/skill\/veille\/job\/redacteur a passerelle:Relation ;
	passerelle:relation passerelle:required_by ;
	passerelle:from passerelle:skill\/veille ;
	passerelle:to passerelle:job\/redacteur ;
	passerelle:weight 0.9 ;
	passerelle:condition "« l'été » \"cité\" <b> & co;\r\nà la ligne, | \\ \t fin"@fr ;
	passerelle:level "N3"@fr ;
	dct:source passerelle:source\/s .
"#
        );
    }

    #[test]
    fn an_empty_graph_is_an_empty_document() {
        assert!(read(&export(&[], &[])).is_empty());
    }
}
