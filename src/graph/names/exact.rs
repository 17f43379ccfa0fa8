//! `Exact`: which nodes may answer to a text. It keeps hashes and no text, to save room, so who looks up asks the
//! nodes found whether they do; nearly always they do.

use std::hash::{DefaultHasher, Hash, Hasher};

use hashbrown::HashTable;

use super::spread;
use crate::graph::NodeIx;

/// An index by the hash of folded texts.
#[derive(Default)]
pub(super) struct Exact(HashTable<(u32, NodeIx)>);

impl Exact {
    /// Takes note that a node answers to a folded text.
    pub(super) fn add(&mut self, text: &str, node: NodeIx) {
        let entry = (hash(text), node);
        let place = self.0.entry(spread(entry.0), |other| *other == entry, |(hash, _)| spread(*hash));
        place.or_insert(entry);
    }

    /// The nodes that may answer to a folded text, in no order. O(1).
    pub(super) fn of(&self, text: &str) -> impl Iterator<Item = NodeIx> {
        let wanted = hash(text);
        self.0.iter_hash(spread(wanted)).filter(move |(hash, _)| *hash == wanted).map(|(_, node)| *node)
    }

    /// Gives back the room that was made for more.
    pub(super) fn fit(&mut self) {
        self.0.shrink_to_fit(|(hash, _)| spread(*hash));
    }
}

/// The same for the same text as long as the process lives.
fn hash(text: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish() as u32
}
