//! GraphML, for Gephi, yEd, Cytoscape and networkx. Lossy: lists are one text with `|` between, and of what is known of
//! a node only names, description, codes, address and sources are in it.
//!
//! An id is the key with `:` for the `/` that XML does not allow in one; the key itself is among the data. `near` is
//! written once and directed like the others, since several readers refuse a mixed graph.

use std::borrow::{Borrow, Cow};
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{canonical, cited};
use crate::model::{Edge, Key, Node, Year};

const NAMESPACE: &str = "http://graphml.graphdrawing.org/xmlns";

/// What a node or an edge may carry: name, whom it is for, type.
const KEYS: [(&str, &str, &str); 17] = [
    ("key", "node", "string"),
    ("kind", "node", "string"),
    ("name", "node", "string"),
    ("aliases", "node", "string"),
    ("description", "node", "string"),
    ("codes", "node", "string"),
    ("url", "node", "string"),
    ("retired", "node", "boolean"),
    ("replaced_by", "node", "string"),
    ("relation", "edge", "string"),
    ("weight", "edge", "double"),
    ("condition", "edge", "string"),
    ("level", "edge", "string"),
    ("entry", "edge", "string"),
    ("modalities", "edge", "string"),
    ("languages", "edge", "string"),
    ("sources", "all", "string"),
];

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
    let mut xml = Writer::new_with_indent(&mut out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("graphml").with_attribute(("xmlns", NAMESPACE)).write_inner_content(|xml| {
        for (name, whose, kind) in KEYS {
            let attributes = [("id", name), ("for", whose), ("attr.name", name), ("attr.type", kind)];
            xml.create_element("key").with_attributes(attributes).write_empty()?;
        }
        let attributes = [("id", "passerelle"), ("edgedefault", "directed")];
        xml.create_element("graph").with_attributes(attributes).write_inner_content(|xml| {
            nodes.iter().try_for_each(|node| write_node(xml, node.borrow()))?;
            edges.iter().try_for_each(|edge| write_edge(xml, edge.borrow()))
        })?;
        Ok(())
    })?;
    out.write_all(b"\n")?;
    out.flush()
}

fn write_node(xml: &mut Writer<impl Write>, node: &Node) -> io::Result<()> {
    let codes: Vec<String> = node.codes.iter().map(|code| format!("{} {}", code.scheme, code.value)).collect();
    let sources: Vec<&str> = node.sources.iter().map(Key::as_str).collect();
    let element = xml.create_element("node").with_attribute(("id", &*id(&node.key)));
    element.write_inner_content(|xml| {
        data(xml, "key", node.key.as_str())?;
        data(xml, "kind", node.key.kind().name())?;
        data(xml, "name", &node.name)?;
        data(xml, "aliases", &node.aliases.join("|"))?;
        data(xml, "description", node.description.as_deref().unwrap_or_default())?;
        data(xml, "codes", &codes.join("|"))?;
        data(xml, "url", node.attributes().url.as_deref().unwrap_or_default())?;
        data(xml, "retired", if node.retired { "true" } else { "" })?;
        data(xml, "replaced_by", node.replaced_by.as_ref().map(Key::as_str).unwrap_or_default())?;
        data(xml, "sources", &sources.join("|"))
    })?;
    Ok(())
}

fn write_edge(xml: &mut Writer<impl Write>, edge: &Edge) -> io::Result<()> {
    let ends = [("source", &*id(&edge.id.from)), ("target", &*id(&edge.id.to))];
    xml.create_element("edge").with_attributes(ends).write_inner_content(|xml| {
        data(xml, "relation", edge.id.relation.name())?;
        data(xml, "weight", &edge.weight.to_string())?;
        data(xml, "condition", edge.condition.as_deref().unwrap_or_default())?;
        data(xml, "level", edge.level.as_deref().unwrap_or_default())?;
        if let Some(award) = &edge.award {
            data(xml, "entry", award.entry.map_or("", Year::name))?;
            data(xml, "modalities", &award.modality_names("|"))?;
            data(xml, "languages", &award.languages.join("|"))?;
        }
        data(xml, "sources", &cited(edge))
    })?;
    Ok(())
}

/// One `data` element; none where there is nothing to say.
fn data(xml: &mut Writer<impl Write>, key: &str, text: &str) -> io::Result<()> {
    if !text.is_empty() {
        let text = BytesText::from_escaped(escaped(text));
        xml.create_element("data").with_attribute(("key", key)).write_text_content(text)?;
    }
    Ok(())
}

fn id(key: &Key) -> String {
    key.as_str().replace('/', ":")
}

/// The text as XML takes it: a carriage return by its number, or reading makes a line feed of it; U+FFFD for the
/// controls that XML has no way to write.
fn escaped(text: &str) -> String {
    let writable = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    let text: Cow<'_, str> = match text.chars().all(writable) {
        true => text.into(),
        false => text.chars().map(|c| if writable(c) { c } else { '\u{FFFD}' }).collect(),
    };
    escape(text).replace('\r', "&#13;")
}

#[cfg(test)]
mod tests;
