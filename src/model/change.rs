//! Changes: the only way a graph comes to be. A change set is atomic and has one version.

use super::edge::{Edge, EdgeId};
use super::key::Key;
use super::node::Node;

/// One change. Each says the whole new state of what it touches, so that replaying a log of them is exact.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The node is now this, whether it existed or not.
    PutNode(Node),
    /// The node is retired: its key and relations stay, answers leave it out unless asked.
    DeleteNode(Key),
    /// `from` is the same thing as `into`: its names, codes, sources and relations go over, and its key
    /// resolves to `into` from now on.
    MergeNodes {
        /// The node that ceases.
        from: Key,
        /// The node that stays.
        into: Key,
    },
    /// The relation is now this, whether it existed or not.
    PutEdge(Edge),
    /// The relation no longer holds.
    DeleteEdge(EdgeId),
}

/// What one write or import changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeSet {
    /// The graph's version once applied; versions rise by one.
    pub version: u64,
    /// When it was acknowledged, in seconds since 1970-01-01T00:00:00Z.
    pub at: u64,
    /// Who made it: a token's name, a command.
    pub author: Box<str>,
    /// In order of application.
    pub changes: Vec<Change>,
}
