//! From a file's nodes and edges to changes in an order in which each can be applied: what is referred to
//! comes before what refers to it.

use std::collections::HashSet;

use crate::model::{Change, Edge, Key, Node};

/// The changes that put these nodes and edges into a graph; `known` says which keys it holds already. Of nodes that cite
/// each other in a circle, one is put without those citations first. O(nodes) for each step of the longest chain
/// of references.
pub fn changes(mut nodes: Vec<Node>, edges: Vec<Edge>, known: impl Fn(&Key) -> bool) -> Vec<Change> {
    let mut changes = Vec::with_capacity(nodes.len() + edges.len());
    // Sources are the first kind: they come first, as nearly all else cites them.
    nodes.sort_by_key(|node| node.key.kind());
    let mut pending: HashSet<Key> = nodes.iter().map(|node| node.key.clone()).filter(|key| !known(key)).collect();
    while !nodes.is_empty() {
        let before = nodes.len();
        let mut left = Vec::new();
        for node in nodes {
            let refers = node.sources.iter().chain(&node.replaced_by).chain(node.attributes().cited());
            // A source may cite itself.
            let waits = refers.into_iter().any(|key| *key != node.key && pending.contains(key));
            if waits {
                left.push(node);
            } else {
                pending.remove(&node.key);
                changes.push(Change::PutNode(node));
            }
        }
        nodes = left;
        if nodes.len() == before {
            // All wait: some for a circle, whose members are themselves among them. Each round frees one more.
            let Some(node) = nodes.iter().find(|node| pending.contains(&node.key)) else { break };
            pending.remove(&node.key);
            changes.push(Change::PutNode(Node::new(node.key.clone(), &node.name)));
        }
    }
    changes.extend(edges.into_iter().map(Change::PutEdge));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;

    fn node(key: &str) -> Node {
        Node::new(key.parse().unwrap(), key)
    }

    #[test]
    fn a_chain_of_replacements_and_citations_can_be_applied() {
        let replaced =
            |key: &str, by: &str| Node { retired: true, replaced_by: Some(by.parse().unwrap()), ..node(key) };
        let citing = |key: &str, source: &str| Node { sources: vec![source.parse().unwrap()], ..node(key) };
        let nodes = vec![
            replaced("job/a", "job/b"),
            replaced("job/b", "job/c"),
            citing("job/c", "source/x"),
            citing("source/x", "source/y"),
            citing("source/y", "source/y"),
        ];
        let applied = Graph::empty().apply(&changes(nodes, Vec::new(), |_| false)).unwrap();
        assert_eq!(applied.graph.len(), 5);
    }

    #[test]
    fn a_circle_is_opened_once_and_only_where_it_must_be() {
        let citing = |key: &str, source: &str| Node { sources: vec![source.parse().unwrap()], ..node(key) };
        let nodes = ["a x", "x y", "y x"]
            .map(|pair| pair.split_once(' ').unwrap())
            .map(|(a, b)| (format!("source/{a}"), format!("source/{b}")));
        let nodes: Vec<Node> = nodes.iter().map(|(a, b)| citing(a, b)).collect();
        let graph = Graph::empty().apply(&changes(nodes.clone(), Vec::new(), |_| false)).unwrap().graph;
        assert!(nodes.iter().all(|node| graph.node(graph.find(node.key.as_str()).unwrap()) == node));
        let again = changes(nodes, Vec::new(), |key| graph.find(key.as_str()).is_some());
        assert!(graph.apply(&again).unwrap().effective.is_empty());
    }
}
