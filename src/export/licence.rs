//! The graph without what only sources under some licence state, for those who cannot take that licence's terms.

use std::collections::{BTreeSet, HashSet};

use crate::graph::Graph;
use crate::model::text::fold;
use crate::model::{Edge, Key, Kind, Node, Weight};

/// No source of the graph has the licence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no source is under the licence `{given}`; the graph's sources name: {}", known.join(" · "))]
pub struct UnknownLicence {
    /// What was asked for.
    pub given: String,
    /// The licences that there are.
    pub known: Vec<String>,
}

/// The nodes and relations that stand without the sources whose licence bears a name (`ODbL`, `ESCO`…).
///
/// Gone are these sources, their statements, the relations and nodes that nobody else states, the figures they
/// publish, and the codes of their own scheme (`ONISEP` of `source/onisep-…`). A relation's weight is then the greatest
/// of those who still state it. O(nodes + relations).
///
/// # Errors
/// When no source has such a licence: likely a slip of the pen, and an export that hides nothing would mislead.
pub fn without_licence(graph: &Graph, licence: &str) -> Result<(Vec<Node>, Vec<Edge>), UnknownLicence> {
    let wanted = format!(" {} ", fold(licence));
    let sources = || graph.nodes().map(|(_, node)| node).filter(|node| node.key.kind() == Kind::Source);
    let bears = |node: &&Node| {
        let named = node.attributes().licence.as_deref().map(fold).unwrap_or_default();
        !wanted.trim().is_empty() && format!(" {named} ").contains(&wanted)
    };
    let gone: HashSet<Key> = sources().filter(bears).map(|node| node.key.clone()).collect();
    if gone.is_empty() {
        let known: BTreeSet<String> =
            sources().filter_map(|node| Some(node.attributes().licence.clone()?.into())).collect();
        return Err(UnknownLicence { given: licence.to_owned(), known: known.into_iter().collect() });
    }
    let family = |key: &Key| key.slug().split('-').next().unwrap_or_default().to_owned();
    let kept_families: HashSet<String> =
        sources().filter(|node| !gone.contains(&node.key)).map(|node| family(&node.key)).collect();
    let schemes: HashSet<String> = gone
        .iter()
        .map(family)
        .filter(|family| !kept_families.contains(family))
        .map(|family| family.to_uppercase())
        .collect();

    let stands = |node: &Node| {
        !gone.contains(&node.key)
            && (node.sources.is_empty() || node.sources.iter().any(|source| !gone.contains(source)))
    };
    let mut nodes: Vec<Node> = graph.nodes().map(|(_, node)| node).filter(|node| stands(node)).cloned().collect();
    let keys: HashSet<Key> = nodes.iter().map(|node| node.key.clone()).collect();
    for node in &mut nodes {
        strip(node, &gone, &schemes);
        if node.replaced_by.as_ref().is_some_and(|other| !keys.contains(other)) {
            node.replaced_by = None;
        }
    }
    let edges = graph.edges().map(|edge| edge.to_edge());
    let edges = edges.filter(|edge| keys.contains(&edge.id.from) && keys.contains(&edge.id.to));
    Ok((nodes, edges.filter_map(|edge| stated_otherwise(edge, &gone)).collect()))
}

fn strip(node: &mut Node, gone: &HashSet<Key>, schemes: &HashSet<String>) {
    node.sources.retain(|source| !gone.contains(source));
    node.codes.retain(|code| !schemes.contains(&*code.scheme));
    if let Some(known) = &mut node.attributes {
        known.admissions.retain(|admission| !gone.contains(&admission.source));
        known.outcomes.retain(|outcome| !gone.contains(&outcome.source));
        if known.access_source.as_ref().is_some_and(|source| gone.contains(source)) {
            (known.access, known.regulated, known.beyond_master, known.access_source) = (None, None, None, None);
            known.diplomas.clear();
            // The nomenclature that says how one comes to a job also says which of its names are little used.
            known.rare_names.clear();
        }
        known.work.take_if(|work| gone.contains(&work.source));
        let still = |sources: &mut Vec<Key>| {
            let had = !sources.is_empty();
            sources.retain(|source| !gone.contains(source));
            !had || !sources.is_empty()
        };
        known.internships.retain_mut(|internship| still(&mut internship.sources));
        if known.application.as_mut().is_some_and(|application| !still(&mut application.sources)) {
            known.application = None;
        }
    }
    node.normalise();
}

fn stated_otherwise(mut edge: Edge, gone: &HashSet<Key>) -> Option<Edge> {
    let before = edge.statements.len();
    edge.statements.retain(|statement| !gone.contains(&statement.source));
    if let Some(award) = &mut edge.award {
        award.admissions.retain(|admission| !gone.contains(&admission.source));
    }
    edge.normalise();
    if edge.statements.len() < before {
        let weights: Option<Vec<f64>> = edge.statements.iter().map(|said| said.weight.map(Weight::get)).collect();
        let greatest = weights.and_then(|weights| weights.into_iter().reduce(f64::max));
        edge.weight = greatest.and_then(|weight| Weight::new(weight).ok()).unwrap_or(edge.weight);
    }
    (!edge.statements.is_empty()).then_some(edge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attributes, Code, EdgeId, Relation, Statement};

    fn source(slug: &str, licence: &str) -> Node {
        let attributes = Attributes { licence: Some(licence.into()), ..Attributes::NONE };
        Node { attributes: attributes.boxed(), ..Node::new(Key::new(Kind::Source, slug).unwrap(), slug) }
    }

    fn node(key: &str, sources: &[&str]) -> Node {
        let key: Key = key.parse().unwrap();
        let sources = sources.iter().map(|source| Key::new(Kind::Source, source).unwrap()).collect();
        let code = |scheme: &str| Code { scheme: scheme.into(), value: "1".into() };
        Node { sources, codes: vec![code("ONISEP"), code("ROME")], ..Node::new(key.clone(), key.slug()) }
    }

    fn edge(to: &str, said: &[(&str, f64)]) -> Edge {
        let id = EdgeId::new(Relation::LeadsTo, "master/a".parse().unwrap(), to.parse().unwrap());
        let statement = |(source, weight): &(&str, f64)| Statement {
            weight: Weight::new(*weight).ok(),
            ..Statement::of(Key::new(Kind::Source, source).unwrap())
        };
        let weight = said.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
        Edge {
            id,
            weight: Weight::new(weight).unwrap(),
            statements: said.iter().map(statement).collect(),
            condition: None,
            level: None,
            award: None,
        }
    }

    #[test]
    fn only_what_others_state_is_left() {
        let nodes = vec![
            source("onisep-codes-1", "ODbL 1.0"),
            source("rncp-1", "Licence Ouverte v2.0 (Etalab)"),
            node("master/a", &["onisep-codes-1", "rncp-1"]),
            node("job/b", &["rncp-1"]),
            node("job/c", &["onisep-codes-1"]),
            node("job/d", &["rncp-1"]),
        ];
        let edges = vec![
            edge("job/b", &[("onisep-codes-1", 0.9), ("rncp-1", 0.5)]),
            edge("job/c", &[("rncp-1", 0.5)]),
            edge("job/d", &[("onisep-codes-1", 0.5)]),
        ];
        let graph = Graph::build(nodes, edges, 1).unwrap();
        let (nodes, edges) = without_licence(&graph, "odbl").unwrap();
        let mut keys: Vec<&str> = nodes.iter().map(|node| node.key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["job/b", "job/d", "master/a", "source/rncp-1"]);
        assert_eq!(edges, [edge("job/b", &[("rncp-1", 0.5)])]);
        assert!(nodes.iter().flat_map(|node| &node.codes).all(|code| &*code.scheme == "ROME"));
        assert!(Graph::build(nodes, edges, 1).is_ok());
    }

    #[test]
    fn a_licence_of_no_source_is_refused_with_those_there_are() {
        let graph = Graph::build(vec![source("rncp-1", "Licence Ouverte v2.0")], vec![], 1).unwrap();
        let error = without_licence(&graph, "ODbL").unwrap_err().to_string();
        assert!(error.contains("Licence Ouverte v2.0"), "{error}");
    }
}
