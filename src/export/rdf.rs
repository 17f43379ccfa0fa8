//! The graph as RDF, for Turtle and JSON-LD alike: what is a resource, under which terms, in which order.
//!
//! Entities are SKOS concepts, sources DCAT data sets. A relation is one direct statement between its ends and one
//! resource of its own, with weight, condition, level and sources. Left out: figures, internships, applications and
//! where in a source a statement stands.

use std::borrow::Borrow;
use std::collections::HashMap;

use oxrdf::NamedNode;

use crate::model::{Edge, EdgeId, Key, Kind, Node, Year};

mod terms;

use terms::*;
pub(super) use terms::{Form, PREFIXES, Resource, Value, vocabulary};

/// The resources of a graph whose nodes and relations are in canonical order: nodes, then relations.
pub(super) fn resources<'a, N: Borrow<Node>, E: Borrow<Edge>>(
    nodes: &'a [N],
    edges: &'a [E],
) -> impl Iterator<Item = Resource> + 'a {
    let mut leaving: HashMap<&Key, Vec<&EdgeId>> = HashMap::new();
    for edge in edges {
        let id = &edge.borrow().id;
        leaving.entry(&id.from).or_default().push(id);
    }
    let nodes = nodes.iter().map(move |node| {
        let node = node.borrow();
        if node.key.kind() == Kind::Source {
            return source(node);
        }
        entity(node, leaving.get(&node.key).map_or(&[], Vec::as_slice))
    });
    nodes.chain(edges.iter().map(|edge| relation(edge.borrow())))
}

/// Whether an address can stand as the IRI of a page.
fn page(url: Option<&str>) -> Option<String> {
    url.filter(|url| url.starts_with("http://") || url.starts_with("https://"))
        .filter(|url| NamedNode::new(*url).is_ok())
        .map(str::to_owned)
}

fn entity(node: &Node, leaving: &[&EdgeId]) -> Resource {
    let mut kind = node.key.kind().name().to_owned();
    kind[..1].make_ascii_uppercase();
    let mut resource = Resource::new(iri(&node.key), ["skos:Concept".to_owned(), format!("passerelle:{kind}")]);
    resource.plain(PREF_LABEL, [&*node.name]);
    resource.plain(ALT_LABEL, node.aliases.iter().map(|alias| &**alias));
    resource.plain(DEFINITION, node.description.as_deref());
    let typed = |scheme: &str| format!("passerelle:code/{}", percent_encoded(scheme));
    let codes = node.codes.iter().map(|code| Value::Typed(code.value.to_string(), typed(&code.scheme)));
    resource.add(NOTATION, codes);
    resource.plain(SEE_ALSO, page(node.attributes().url.as_deref()));
    let known = node.attributes();
    resource.plain(ENTRY, known.entry.map(Year::name));
    resource.plain(REGULATED, known.regulated.map(|regulated| regulated.to_string()));
    resource.plain(ACCESS, known.access.as_deref());
    resource.plain(DIPLOMA, known.diplomas.iter().map(|diploma| &**diploma));
    for ids in leaving.chunk_by(|a, b| a.relation == b.relation) {
        resource.plain(direct(ids[0].relation), ids.iter().map(|id| iri(&id.to)));
    }
    resource.plain(SOURCE, node.sources.iter().map(iri));
    resource.retirement(node);
    resource
}

fn source(node: &Node) -> Resource {
    let known = node.attributes();
    let mut resource = Resource::new(iri(&node.key), ["dcat:Dataset".to_owned()]);
    resource.plain(TITLE, [&*node.name]);
    resource.plain(ALTERNATIVE, node.aliases.iter().map(|alias| &**alias));
    resource.plain(DESCRIPTION, node.description.as_deref());
    let named = |place: &str, class: &str, name: Property, text: &str| {
        let iri = format!("{BASE}{place}/{}", percent_encoded(text));
        let mut named = Resource::new(iri, [class.to_owned()]);
        named.plain(name, [text]);
        Value::Within(named)
    };
    let publisher = known.publisher.as_deref().map(|text| named("publisher", "foaf:Agent", NAME, text));
    resource.add(PUBLISHER, publisher);
    resource.add(DATE, known.date.as_deref().map(dated));
    resource.plain(VERSION, known.edition.as_deref());
    let terms = known.licence.as_deref().map(|text| named("terms", "dct:LicenseDocument", TITLE, text));
    resource.add(LICENSE, terms);
    resource.plain(LANDING_PAGE, page(known.url.as_deref()));
    resource.plain(SOURCE, node.sources.iter().map(iri));
    resource.retirement(node);
    resource
}

fn relation(edge: &Edge) -> Resource {
    let EdgeId { relation, from, to } = &edge.id;
    let own = format!("{BASE}relation/{relation}/{from}/{to}");
    let mut resource = Resource::new(own, ["passerelle:Relation".to_owned()]);
    resource.plain(RELATION, [format!("{BASE}{relation}")]);
    resource.plain(FROM, [iri(from)]);
    resource.plain(TO, [iri(to)]);
    resource.plain(WEIGHT, [edge.weight.to_string()]);
    resource.plain(CONDITION, edge.condition.as_deref());
    resource.plain(LEVEL, edge.level.as_deref());
    if let Some(award) = &edge.award {
        resource.plain(ENTRY, award.entry.map(Year::name));
        resource.plain(MODALITY, award.modalities.iter().map(|modality| modality.name()));
        resource.plain(LANGUAGE, award.languages.iter().map(|language| &**language));
    }
    resource.plain(SOURCE, edge.statements.iter().map(|statement| iri(&statement.source)));
    resource
}

impl Resource {
    fn new(iri: String, classes: impl Into<Vec<String>>) -> Resource {
        Resource { iri, classes: classes.into(), properties: Vec::new() }
    }

    fn add(&mut self, property: Property, values: impl IntoIterator<Item = Value>) {
        let values: Vec<Value> = values.into_iter().collect();
        if !values.is_empty() {
            self.properties.push((property, values));
        }
    }

    fn plain(&mut self, property: Property, values: impl IntoIterator<Item = impl Into<String>>) {
        self.add(property, values.into_iter().map(|value| Value::Plain(value.into())));
    }

    fn retirement(&mut self, node: &Node) {
        self.plain(DEPRECATED, node.retired.then_some("true"));
        self.plain(IS_REPLACED_BY, node.replaced_by.as_ref().map(iri));
    }
}

fn iri(key: &Key) -> String {
    format!("{BASE}{key}")
}
