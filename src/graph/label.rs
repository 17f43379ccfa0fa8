//! `Label`: a node's key and name as JSON strings, side by side. They are most of what answers say of most nodes. From the
//! node's row they are one step through memory, in one piece; by way of the node they would be two steps, in three.

use std::sync::Arc;

use crate::model::Node;

/// A node's key and name, as JSON writes them.
#[derive(Clone)]
pub struct Label {
    text: Arc<str>,
    /// Where the name begins.
    name: u32,
}

impl Label {
    pub(super) fn new(node: &Node) -> Label {
        // Nothing in a key needs to be escaped.
        let mut text = format!("\"{}\"", node.key);
        let name = u32::try_from(text.len()).expect("a key is short");
        text.push_str(&serde_json::to_string(&node.name).expect("a string is JSON"));
        Label { text: text.into(), name }
    }

    /// The key, between quotes.
    pub fn key(&self) -> &str {
        &self.text[..self.name as usize]
    }

    /// The name, between quotes and with what JSON escapes.
    pub fn name(&self) -> &str {
        &self.text[self.name as usize..]
    }

    /// Whether it is that of the node with this key.
    pub(super) fn is_of(&self, key: &str) -> bool {
        self.key()[1..self.name as usize - 1] == *key
    }

    /// A byte of each line of memory that it stands on, so that it is read.
    pub(super) fn touch(&self) -> u8 {
        self.text.bytes().step_by(64).chain(self.text.bytes().next_back()).fold(0, std::ops::BitXor::bitxor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_json() {
        let node = Node::new("job/redacteur".parse().unwrap(), "Rédacteur « web »\t\"numérique\" \\ 🎓");
        let label = Label::new(&node);
        assert_eq!(label.key(), "\"job/redacteur\"");
        assert!(label.is_of("job/redacteur") && !label.is_of("job/redacteu"));
        assert_eq!(serde_json::from_str::<String>(label.name()).unwrap(), *node.name);
    }
}
