//! `Keys`: which node may have a key. It keeps hashes and no text, a quarter of the room, so who looks up asks the node found
//! whether it does; who asks for a node by its key reads that node next anyway.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::spread;
use crate::graph::NodeIx;

/// An index by the hash of keys.
#[derive(Default)]
pub(super) struct KeyIndex {
    table: HashTable<(u32, NodeIx)>,
    /// Another in every index, so that nobody can choose keys that fall together.
    state: RandomState,
}

impl KeyIndex {
    /// Room for so many.
    pub(super) fn with_capacity(count: usize) -> KeyIndex {
        KeyIndex { table: HashTable::with_capacity(count), state: RandomState::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// Takes note of a node's key, which no other has.
    pub(super) fn add(&mut self, key: &str, node: NodeIx) {
        let hash = self.hash(key);
        self.table.insert_unique(spread(hash), (hash, node), |(hash, _)| spread(*hash));
    }

    /// The node that has a key.
    pub(super) fn find(&self, key: &str, has: impl Fn(NodeIx) -> bool) -> Option<NodeIx> {
        let wanted = self.hash(key);
        self.table.find(spread(wanted), |(hash, node)| *hash == wanted && has(*node)).map(|(_, node)| *node)
    }

    fn hash(&self, key: &str) -> u32 {
        self.state.hash_one(key) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_node_asked_decides() {
        let mut keys = KeyIndex::default();
        (0..100).for_each(|slot| keys.add(&format!("job/{}", slot / 2), NodeIx::at(slot)));
        // Two of one hash: the one that has the key is found.
        for slot in [40, 41] {
            assert_eq!(keys.find("job/20", |ix| ix.get() == slot), Some(NodeIx::at(slot)));
        }
        assert_eq!(keys.find("job/20", |_| false), None);
        assert_eq!(keys.find("job/50", |_| true), None);
    }
}
