//! The interchange file, written canonically: header, then nodes by kind and key, then edges by relation
//! and ends; fields in one order, absent ones left out. Reading it back gives the same graph, and writing
//! that gives the same bytes.

use std::borrow::Borrow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::canonical;
use crate::model::{Admission, Attributes, Award, Code, Edge, Key, Kind, Modality, Node, Statement, Year};

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

    // A file in which nothing has a source would be taken under one made from its name: say that it is not to be.
    let unsourced = edges.is_empty()
        && nodes.iter().all(|node| node.borrow().sources.is_empty())
        && nodes.iter().any(|node| node.borrow().key.kind() != Kind::Source);
    let source: &[u8] = if unsourced { b",\"source\":null" } else { b"" };
    out.write_all(b"{\"format\":\"passerelle-graph\",\"version\":1")?;
    out.write_all(source)?;
    out.write_all(b"}\n")?;
    for node in &nodes {
        line(&mut out, &NodeLine::of(node.borrow()))?;
    }
    for edge in &edges {
        line(&mut out, &EdgeLine::of(edge.borrow()))?;
    }
    out.flush()
}

/// A node's line, without the line break.
pub fn node_line(node: &Node) -> String {
    serde_json::to_string(&NodeLine::of(node)).expect("the line of a node has only string keys")
}

/// A relation's line, without the line break.
pub fn edge_line(edge: &Edge) -> String {
    serde_json::to_string(&EdgeLine::of(edge)).expect("the line of a relation has only string keys")
}

fn line(out: &mut impl Write, shape: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, shape)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeLine<'a> {
    node: &'a Key,
    name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [Box<str>],
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    codes: &'a [Code],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sources: &'a [Key],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    retired: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<&'a Key>,
    #[serde(flatten)]
    attributes: Option<&'a Attributes>,
}

impl<'a> NodeLine<'a> {
    fn of(node: &'a Node) -> NodeLine<'a> {
        let Node { key, name, aliases, description, codes, sources, retired, replaced_by, attributes } = node;
        NodeLine {
            node: key,
            name,
            aliases,
            description: description.as_deref(),
            codes,
            sources,
            retired: *retired,
            replaced_by: replaced_by.as_ref(),
            attributes: attributes.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct EdgeLine<'a> {
    edge: &'a str,
    from: &'a Key,
    to: &'a Key,
    weight: f64,
    sources: Vec<StatementItem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'a str>,
    #[serde(flatten)]
    award: Option<AwardFields<'a>>,
}

#[derive(Serialize)]
struct AwardFields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<Year>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    modalities: &'a [Modality],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    languages: &'a [Box<str>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    admissions: &'a [Admission],
}

impl<'a> AwardFields<'a> {
    fn of(award: &'a Award) -> AwardFields<'a> {
        let Award { entry, modalities, languages, admissions } = award;
        AwardFields { entry: *entry, modalities, languages, admissions }
    }
}

impl<'a> EdgeLine<'a> {
    fn of(edge: &'a Edge) -> EdgeLine<'a> {
        let Edge { id, weight, statements, condition, level, award } = edge;
        EdgeLine {
            edge: id.relation.name(),
            from: &id.from,
            to: &id.to,
            weight: weight.get(),
            sources: statements.iter().map(StatementItem).collect(),
            condition: condition.as_deref(),
            level: level.as_deref(),
            award: award.as_deref().map(AwardFields::of),
        }
    }
}

/// A statement: its key where nothing more is said.
struct StatementItem<'a>(&'a Statement);

impl Serialize for StatementItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Full<'a> {
            source: &'a Key,
            #[serde(skip_serializing_if = "Option::is_none")]
            row: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            weight: Option<f64>,
        }
        let Statement { source, row, weight } = self.0;
        if row.is_none() && weight.is_none() {
            return source.serialize(serializer);
        }
        let weight = weight.map(|weight| weight.get());
        Full { source, row: row.as_deref(), weight }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::import::interchange;
    use crate::model::arbitrary;

    fn export(nodes: &[Node], edges: &[Edge]) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, nodes, edges).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_and_written_again_byte_for_byte((nodes, edges) in arbitrary::graph()) {
            let first = export(&nodes, &edges);
            let read = interchange::read(&*first, "essai.jsonl", |_| false)
                .map_err(|error| TestCaseError::fail(format!("{error}\n{}", String::from_utf8_lossy(&first))))?;
            let (mut nodes, mut edges) = (nodes, edges);
            nodes.sort_by(|a, b| (a.key.kind(), &a.key).cmp(&(b.key.kind(), &b.key)));
            edges.sort_by(|a, b| a.id.cmp(&b.id));
            prop_assert_eq!(&read.nodes, &nodes);
            prop_assert_eq!(&read.edges, &edges);
            let second = export(&read.nodes, &read.edges);
            prop_assert_eq!(String::from_utf8(second), String::from_utf8(first));
        }
    }

    #[test]
    fn a_graph_without_any_source_says_so() {
        let nodes = [Node::new("job/x".parse().unwrap(), "X")];
        let text = String::from_utf8(export(&nodes, &[])).unwrap();
        assert_eq!(
            text,
            "{\"format\":\"passerelle-graph\",\"version\":1,\"source\":null}\n{\"node\":\"job/x\",\"name\":\"X\"}\n"
        );
        assert_eq!(interchange::read(text.as_bytes(), "f", |_| false).unwrap().nodes, nodes);
    }
}
