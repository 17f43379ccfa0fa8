//! `Exact`: which nodes may answer to a text. It keeps hashes and no text, a tenth of the room, so who looks up asks the
//! nodes found whether they do; nearly always they do.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::graph::NodeIx;

/// An index by the hash of folded texts.
#[derive(Default)]
pub(super) struct Exact(Box<[(u32, NodeIx)]>);

/// An index in the making.
#[derive(Default)]
pub(super) struct Builder(Vec<(u32, NodeIx)>);

impl Builder {
    /// Takes note that a node answers to a folded text.
    pub(super) fn add(&mut self, text: &str, node: NodeIx) {
        self.0.push((hash(text), node));
    }

    /// The index. O(n log n).
    pub(super) fn build(mut self) -> Exact {
        self.0.sort_unstable();
        self.0.dedup();
        Exact(self.0.into())
    }
}

impl Exact {
    /// The nodes that may answer to a folded text, by slot. O(log n).
    pub(super) fn of(&self, text: &str) -> impl Iterator<Item = NodeIx> {
        let wanted = hash(text);
        let start = self.0.partition_point(|(hash, _)| *hash < wanted);
        self.0[start..].iter().take_while(move |(hash, _)| *hash == wanted).map(|(_, node)| *node)
    }
}

/// The same for the same text as long as the process lives.
fn hash(text: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish() as u32
}
