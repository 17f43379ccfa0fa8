//! `Names`: from what people write to nodes, exactly or nearly.
//!
//! An index over all names, slugs, keys and codes is built with the graph; nodes whose names changed since are
//! kept beside it and looked at first, until they are many enough to build it anew. So a write costs little, and
//! a look-up two hash probes.

mod fuzzy;
mod inclusive;

use std::collections::HashMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::NodeIx;
use crate::model::text::fold;
use crate::model::{Key, Node};
use fuzzy::Fuzzy;

/// Past this many changed nodes (or a tenth of all) the index is built anew.
const MOST_CHANGED: usize = 2_048;

/// The index. Clones share it.
#[derive(Clone, Default)]
pub struct Names {
    base: Arc<Index>,
    /// Nodes that are new or whose names changed since the base was built; the base's word on them is stale.
    changed: Arc<HashMap<NodeIx, Entry>>,
    added: Arc<HashMap<Key, NodeIx>>,
}

#[derive(Default)]
struct Index {
    keys: HashMap<Key, NodeIx>,
    exact: HashMap<Box<str>, SmallVec<[NodeIx; 1]>>,
    fuzzy: Fuzzy,
}

/// One node's names as they are looked up.
#[derive(Clone, PartialEq)]
struct Entry {
    /// Folded names, slug and codes that it answers to.
    borne: Arc<[Box<str>]>,
}

impl Names {
    /// The index of all nodes. O(total length of names).
    pub fn build<'n>(nodes: impl Iterator<Item = (NodeIx, &'n Node)> + Clone) -> Names {
        let mut index = Index::default();
        for (ix, node) in nodes.clone() {
            index.keys.insert(node.key.clone(), ix);
            for text in borne(node) {
                let bearers = index.exact.entry(text).or_default();
                if bearers.last() != Some(&ix) {
                    bearers.push(ix);
                }
            }
        }
        index.fuzzy = Fuzzy::build(nodes);
        Names { base: Arc::new(index), changed: Arc::default(), added: Arc::default() }
    }

    /// Takes note that these nodes are new or changed; `all` are the nodes as they are now.
    pub fn changed<'n>(
        &self,
        nodes: impl Iterator<Item = (NodeIx, &'n Node)>,
        all: impl Iterator<Item = (NodeIx, &'n Node)> + Clone,
    ) -> Names {
        let mut next = self.clone();
        for (ix, node) in nodes {
            Arc::make_mut(&mut next.changed).insert(ix, Entry { borne: borne(node).collect() });
            if next.key(node.key.as_str()).is_none() {
                Arc::make_mut(&mut next.added).insert(node.key.clone(), ix);
            }
        }
        if next.changed.len() > MOST_CHANGED.min(16 + self.base.keys.len() / 10) {
            return Names::build(all);
        }
        next
    }

    /// The node of exactly this key.
    pub fn key(&self, key: &str) -> Option<NodeIx> {
        self.base.keys.get(key).or_else(|| self.added.get(key)).copied()
    }

    /// All nodes that bear a reference: by key, slug, code, name or alias.
    pub fn bearers<'n>(&self, text: &str, node: impl Fn(NodeIx) -> &'n Node) -> Vec<NodeIx> {
        let text = text.trim();
        if let Some(ix) = self.key(text) {
            return vec![ix];
        }
        let folded = fold(text);
        let mut found = self.bearing(&folded);
        if found.is_empty() {
            // « médiateur·rice » is borne by whoever bears « médiateur » or « médiatrice »
            for form in inclusive::forms(text) {
                found.extend(self.bearing(&fold(&form)));
            }
            found.sort_unstable();
            found.dedup();
        }
        debug_assert!(found.iter().all(|ix| !node(*ix).key.as_str().is_empty()));
        found
    }

    fn bearing(&self, folded: &str) -> Vec<NodeIx> {
        if folded.is_empty() {
            return Vec::new();
        }
        let base = self.base.exact.get(folded).into_iter().flatten().copied();
        let mut found: Vec<NodeIx> = base.filter(|ix| !self.changed.contains_key(ix)).collect();
        let fresh = self.changed.iter().filter(|(_, entry)| entry.borne.iter().any(|text| **text == *folded));
        found.extend(fresh.map(|(ix, _)| *ix));
        found.sort_unstable();
        found
    }

    /// Entries by name, best first, then by key: see [`super::Graph::search`].
    pub fn search<'n>(
        &self,
        text: &str,
        count: usize,
        node: impl Fn(NodeIx) -> &'n Node,
        keep: impl Fn(&Node) -> bool,
    ) -> Vec<(NodeIx, f32)> {
        let changed: Vec<(NodeIx, &Node)> = self.changed.keys().map(|ix| (*ix, node(*ix))).collect();
        self.base.fuzzy.search(text, count, &node, &keep, &changed)
    }
}

/// All texts that a node answers to exactly, folded.
fn borne(node: &Node) -> impl Iterator<Item = Box<str>> {
    let names = node.names().map(fold);
    let slug = fold(node.key.slug());
    let codes = node.codes.iter().flat_map(|code| {
        let value = fold(&code.value);
        [format!("{} {value}", fold(&code.scheme)), format!("{}{value}", fold(&code.scheme)), value]
    });
    let mut all: Vec<Box<str>> =
        names.chain(std::iter::once(slug)).chain(codes).filter(|text| !text.is_empty()).map(Into::into).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter()
}
