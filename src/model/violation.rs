//! The rules of nodes, relations and changes, each as a variant with the values that break it. `Display` is the English of
//! files' faults and logs, [`French`](super::French) what advisers and editors read; neither names the node or relation it is about.

use super::clean::Unclean;
use super::edge::WeightError;
use super::key::{Key, KeyError};
use super::kind::Kind;
use super::node::Code;
use super::relation::Relation;

/// A rule that a node, a relation or a change breaks.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Violation {
    /// A node without a name.
    #[error("its name is empty: give it one")]
    EmptyName,
    /// A code without a scheme or a value.
    #[error("a code lacks its scheme or value (`{}` `{}`)", .0.scheme, .0.value)]
    EmptyCode(Code),
    /// An attribute that nodes of this kind don't have.
    #[error("a {kind} has no field `{field}`: remove it")]
    Misplaced {
        /// The kind of the node.
        kind: Kind,
        /// The attribute, in its spelling in files.
        field: &'static str,
    },
    /// Something else cited as a source.
    #[error("`{0}` is cited as a source: cite a node of kind source")]
    NotASource(Key),
    /// A source that is not there.
    #[error("it cites `{0}`, which is not there: add that source or cite another")]
    UnknownSource(Key),
    /// A node that is replaced and still current.
    #[error("it is replaced but not retired: mark it retired")]
    NotRetired,
    /// A node replaced by itself, by one of another kind, or by none that is there.
    #[error("it is replaced by `{by}`, which is not another {kind} that is there")]
    BadReplacement {
        /// What it is said to be replaced by.
        by: Key,
        /// The kind that the other should have.
        kind: Kind,
    },
    /// A node replaced by one that it replaces itself.
    #[error("`{0}` is itself replaced by this node")]
    CircularReplacement(Key),
    /// Ends that the relation does not take.
    #[error("`{relation}` goes from {} to {}, not from {from} to {to}", or(relation.ends().0), or(relation.ends().1))]
    Ends {
        /// The relation.
        relation: Relation,
        /// The kind that it is said to come from.
        from: Kind,
        /// The kind that it is said to go to.
        to: Kind,
    },
    /// A relation from a node to itself.
    #[error("a relation joins two different nodes")]
    Loop,
    /// An end that is not there.
    #[error("`{0}` is not there: add that node or correct the key")]
    UnknownEnd(Key),
    /// A relation that nobody states.
    #[error("it has no source: say who states it")]
    Unsourced,
    /// What only an award has, said of another relation.
    #[error("entry, modalities, languages and admissions are said of `awards`, not of `{0}`")]
    NoAward(Relation),
    /// A change of a node that is not there.
    #[error("there is no such node: check the key")]
    UnknownNode,
    /// The deletion of a relation that is not there.
    #[error("there is no such relation to delete")]
    UnknownRelation,
    /// A merge of two kinds.
    #[error("it cannot merge into `{0}`: both must be of one kind")]
    MergedKinds(Key),
    /// A merge of a node with itself, or of one that is no longer current.
    #[error("it cannot merge into `{0}`: both must be current, and two")]
    MergedRetired(Key),
    /// A merge of sources.
    #[error("sources do not merge: relations cite each by its own key")]
    MergedSources,
    /// A text that cannot be shown as it is.
    #[error(transparent)]
    Unclean(#[from] Unclean),
    /// A text that is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A number that is no weight.
    #[error(transparent)]
    Weight(#[from] WeightError),
}

fn or(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
}
