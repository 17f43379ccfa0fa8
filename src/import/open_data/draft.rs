//! The graph to be: the current one with what the sources state put on top, kept until the end of the import.
//!
//! Finding is by official code, then by name as [`identity`](crate::import::open_data::naming::identity) compares it. Writing only ever adds,
//! replaces what the same data set said before, and leaves every other source's word alone. `changes` compares with
//! the graph the import began with, so that importing the same files twice changes nothing.

pub mod attributes;
pub mod capitals;
mod changes;
pub mod edition;
mod figures;
mod find;
pub mod licences;
mod nodes;
pub mod offers;
pub mod outlets;
pub mod register;
mod relations;
pub mod rome_codes;
mod shrinking;
pub mod successions;
pub mod weights;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::graph::Graph;
use crate::import::open_data::draft::edition::Edition;
use crate::import::open_data::draft::register::Register;
use crate::import::open_data::report::{HeldBack, SourceReport};
use crate::import::open_data::review::Reviews;
use crate::model::{Attributes, Edge, EdgeId, Key, Kind, Node, Relation};

pub use changes::Changed;
pub use nodes::push_alias;
pub use relations::{join, settle};
pub use shrinking::is_far_less;

/// What a source says of an entity.
#[derive(Debug, Default)]
pub struct Facts {
    /// Its name, as the source writes it.
    pub name: String,
    /// What a new entity's key is made of, where not its name.
    pub key_name: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Official codes, scheme and value, by which it is recognised; the most decisive first.
    pub codes: Vec<(&'static str, String)>,
    /// Codes that it bears but that may name something else too.
    pub further_codes: Vec<(&'static str, String)>,
    /// What it is, in French.
    pub description: Option<String>,
    /// What else is known.
    pub attributes: Attributes,
}

#[derive(Clone, Debug, Default)]
struct Slot<T> {
    now: T,
    /// As the graph has it; `None` where it is new.
    before: Option<Box<T>>,
    /// The sources that spoke of it in this import.
    by: Vec<Key>,
}

/// What takes the place of an older edition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Successor {
    source: Key,
    format: &'static str,
}

/// A ROME code that the register gives for a number which is no known master's: Onisep may tell whose it is.
#[derive(Clone, Debug)]
pub struct Unclaimed {
    /// The ROME code.
    pub rome: String,
    pub label: Option<String>,
    /// Where the register says so.
    pub cited: String,
}

/// The graph to be.
pub struct Draft<'g> {
    graph: &'g Graph,
    nodes: HashMap<Key, Slot<Node>>,
    edges: HashMap<EdgeId, Slot<Edge>>,
    by_name: HashMap<(Kind, String), Vec<Key>>,
    by_code: HashMap<(Kind, String, String), Vec<Key>>,
    hosts: HashMap<Key, BTreeSet<Key>>,
    masters_of: HashMap<Key, BTreeSet<Key>>,
    merges: Vec<(Key, Key)>,
    /// The older editions of the data sets at hand, each with the one that takes its place.
    older: BTreeMap<Key, Successor>,
    older_at_hand: Vec<Key>,
    /// The sources at hand, each with its format.
    begun: BTreeMap<Key, &'static str>,
    damaged: BTreeSet<Key>,
    /// What the register at hand says of its numbers.
    pub register: Register,
    /// The jobs under each ROME code, with the source and the row that say so, where a ROME set is among the files.
    pub descents: HashMap<String, Vec<(Key, Key, String)>>,
    /// The masters that ROME lists for its jobs: title, job, source, row.
    pub listed_masters: Vec<(String, Key, Key, String)>,
    /// What the register says of numbers that are no known master's, by number.
    pub unclaimed: HashMap<String, Vec<Unclaimed>>,
    held_back: Vec<HeldBack>,
    /// The near matches found so far, and what was decided on them.
    pub reviews: Reviews,
    /// What the source at hand did.
    pub report: SourceReport,
}

fn code_index(kind: Kind, scheme: &str, value: &str) -> (Kind, String, String) {
    (kind, scheme.to_owned(), value.to_ascii_lowercase())
}

impl<'g> Draft<'g> {
    /// The graph as it is. O(names and codes) in time; nodes are copied when first touched.
    pub fn of(graph: &'g Graph, reviews: Reviews) -> Draft<'g> {
        let mut draft = Draft {
            graph,
            nodes: HashMap::new(),
            edges: HashMap::new(),
            by_name: HashMap::new(),
            by_code: HashMap::new(),
            hosts: HashMap::new(),
            masters_of: HashMap::new(),
            merges: Vec::new(),
            older: BTreeMap::new(),
            older_at_hand: Vec::new(),
            begun: BTreeMap::new(),
            damaged: BTreeSet::new(),
            register: Register::default(),
            descents: HashMap::new(),
            listed_masters: Vec::new(),
            unclaimed: HashMap::new(),
            held_back: Vec::new(),
            reviews,
            report: SourceReport::default(),
        };
        for (ix, node) in graph.nodes() {
            if node.replaced_by.is_none() {
                draft.index(node);
            } else {
                // A merged node's names and codes lead to what it became.
                draft.index_as(node, &graph.key(graph.current(ix)).clone());
            }
        }
        for edge in graph.edges().filter(|edge| matches!(edge.relation(), Relation::Hosts | Relation::Offers)) {
            draft.index_offer(&edge.id());
        }
        draft
    }

    /// Puts the source of an edition, and marks the older editions of the same data set as superseded.
    pub fn begin(&mut self, edition: &Edition) -> Key {
        let key = edition.key();
        for (_, node) in self.graph.nodes().filter(|(_, node)| node.key.kind() == Kind::Source) {
            if edition.supersedes(&node.key) {
                let successor = Successor { source: key.clone(), format: self.report.format };
                self.older.insert(node.key.clone(), successor);
                self.older_at_hand.push(node.key.clone());
            }
        }
        self.begun.insert(key.clone(), self.report.format);
        let known = self.node(&key).is_some();
        let slot = self.slot(&key, &edition.name);
        if !known {
            slot.now = edition.node();
        }
        slot.by.push(key.clone());
        key
    }

    /// Turns to the next set of files.
    pub fn turn_to(&mut self, report: SourceReport) {
        self.report = report;
        self.older_at_hand.clear();
    }

    /// Whether the graph has an edition of the data set at hand already.
    pub fn is_known(&self, source: &Key) -> bool {
        !self.older_at_hand.is_empty() || self.graph.find(source.as_str()).is_some()
    }

    /// Whether a source is the one at hand or an older edition of it.
    pub fn is_edition_of(&self, other: &Key, source: &Key) -> bool {
        other == source || self.older_at_hand.contains(other)
    }

    /// Says that rows of a source were refused: what it no longer states may just be damaged, and stays.
    pub fn mark_damaged(&mut self) {
        self.damaged.extend(self.older_at_hand.iter().cloned());
    }

    /// The node of a key, as it stands.
    pub fn node(&self, key: &Key) -> Option<&Node> {
        match self.nodes.get(key) {
            Some(slot) => Some(&slot.now),
            None => self.graph.find(key.as_str()).map(|ix| self.graph.node(ix)),
        }
    }

    fn slot(&mut self, key: &Key, name: &str) -> &mut Slot<Node> {
        let graph = self.graph;
        self.nodes.entry(key.clone()).or_insert_with(|| match graph.find(key.as_str()) {
            Some(ix) => {
                let node = graph.node(ix);
                Slot { now: node.clone(), before: Some(Box::new(node.clone())), by: Vec::new() }
            }
            None => Slot { now: Node::new(key.clone(), name), before: None, by: Vec::new() },
        })
    }
}
