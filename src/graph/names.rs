//! `Names`: from what people write to nodes, exactly or nearly.
//!
//! An index over all names, slugs, keys and codes is built with the graph; nodes whose names changed since are
//! kept beside it and looked at first, until they are many enough to build it anew. So a write costs little, and
//! a look-up a search in a table of hashes. Searching by words, with typos, is `fuzzy`'s: `vocabulary` finds words, `reading`
//! what a query's words may stand for, `scoring` ranks names, `overlay` holds the words of nodes that changed.

mod accumulator;
pub(super) mod everyday;
mod exact;
mod fuzzy;
mod keys;
mod overlay;
mod reading;
pub(super) mod said;
mod scoring;
pub mod shown;
#[cfg(test)]
mod tests;
mod typo;
mod vocabulary;

use std::collections::HashMap;
use std::sync::Arc;

use super::{ChunkedVec, NodeIx, NodeRow};
use crate::model::gender::{self, Forms};
use crate::model::text::fold;
use crate::model::{Code, Key, Kind, Node};
use exact::Exact;
use fuzzy::Fuzzy;
use keys::KeyIndex;
use overlay::Overlay;
pub(super) use scoring::{ALL_WORDS, is_looked_for};

/// Past this many changed nodes (or a tenth of all) the index is built anew.
const MOST_CHANGED: usize = 2_048;

/// The score of a name written out, whatever its case and accents.
const EXACT_NAME: f32 = 1.0;
/// The score of an alias, a code or another form of the name written out.
const EXACT_ALIAS: f32 = 0.98;
/// By how much a name that its source says is little used comes after one in use.
const RARE: f32 = 0.01;

/// The index. Clones share it.
#[derive(Clone, Default)]
pub struct Names {
    base: Arc<Index>,
    /// Nodes that are new or whose names changed since the base was built; the base's word on them is stale.
    changed: Arc<HashMap<NodeIx, Entry>>,
    added: Arc<HashMap<Key, NodeIx>>,
    overlay: Arc<Overlay>,
}

#[derive(Default)]
struct Index {
    keys: KeyIndex,
    exact: Exact,
    fuzzy: Fuzzy,
}

/// The nodes that the index is of.
type Nodes = ChunkedVec<NodeRow>;

/// One node's names as they are looked up.
#[derive(Clone, PartialEq)]
struct Entry {
    /// Folded names, slug and codes that it answers to.
    borne: Arc<[Box<str>]>,
}

/// A hash as a table wants it: it looks at both ends.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Names {
    /// The index of all nodes. O(total length of names), and their keys sorted.
    pub fn build<'n>(nodes: impl Iterator<Item = (NodeIx, &'n Node)>) -> Names {
        let mut nodes: Vec<(NodeIx, &Node)> = nodes.collect();
        nodes.sort_unstable_by_key(|(_, node)| &node.key);
        let mut index = Index { keys: KeyIndex::with_capacity(nodes.len()), ..Index::default() };
        let mut fuzzy = fuzzy::Builder::default();
        for (ix, node) in nodes {
            index.keys.add(node.key.as_str(), ix);
            let spellings = spellings(node);
            for text in borne(node, &spellings) {
                index.exact.add(&text, ix);
            }
            fuzzy.add(ix, node.key.kind(), &spellings);
        }
        index.fuzzy = fuzzy.build();
        index.exact.fit();
        Names { base: Arc::new(index), ..Names::default() }
    }

    /// Takes note that these nodes are new or changed; `all` are the nodes as they are now.
    pub fn changed<'n>(
        &self,
        nodes: impl ExactSizeIterator<Item = (NodeIx, &'n Node)>,
        all: impl Iterator<Item = (NodeIx, &'n Node)>,
    ) -> Names {
        let most = MOST_CHANGED.min(16 + self.base.keys.len() / 10);
        if nodes.len() > most {
            return Names::build(all);
        }
        let mut next = self.clone();
        for (ix, node) in nodes {
            let spellings = spellings(node);
            Arc::make_mut(&mut next.overlay).put(&self.base.fuzzy, ix, &spellings);
            Arc::make_mut(&mut next.changed).insert(ix, Entry { borne: borne(node, &spellings).into() });
            // The base knows all nodes that there were when it was built, and slots only grow.
            if ix.get() >= self.base.keys.len() {
                Arc::make_mut(&mut next.added).insert(node.key.clone(), ix);
            }
        }
        if next.changed.len() > most { Names::build(all) } else { next }
    }

    /// The node of exactly this key.
    pub(super) fn key(&self, key: &str, nodes: &Nodes) -> Option<NodeIx> {
        let has = |ix: NodeIx| nodes[ix.get()].label.is_of(key);
        self.base.keys.find(key, has).or_else(|| self.added.get(key).copied())
    }

    /// All nodes that bear a reference: by key, slug, code, name or alias.
    pub(super) fn bearers(&self, text: &str, nodes: &Nodes) -> Vec<NodeIx> {
        let text = text.trim();
        if let Some(ix) = self.key(text, nodes) {
            return vec![ix];
        }
        let folded = fold(text);
        let found = self.bearing(&folded, nodes);
        if !found.is_empty() {
            return found;
        }
        // « médiateur·rice » is borne by whoever bears « médiateur » or « médiatrice »
        let forms = gender::forms(text).into_iter().flat_map(Forms::both).map(|form| fold(&form));
        let found = self.bearing_any(forms, nodes);
        if !found.is_empty() {
            return found;
        }
        self.bearing_any(code_readings(text, &folded).into_iter(), nodes)
    }

    /// The nodes that bear a text in the other gender: of their names, and of ids as far as names have their words.
    pub(super) fn bearers_of_other_gender(&self, text: &str, nodes: &Nodes) -> Vec<NodeIx> {
        self.bearing_any(self.other_gender_of(&fold(text)).iter(), nodes)
    }

    /// What a folded text may be in the other gender, of words that names have.
    pub(super) fn other_gender_of(&self, folded: &str) -> Vec<String> {
        let is_word = |word: &str| self.base.fuzzy.words().find(word).is_some() || self.overlay.has(word);
        gender::other_gender_of(folded, is_word)
    }

    /// The nodes that bear any of these folded texts.
    pub(super) fn bearing_any(&self, texts: impl Iterator<Item = impl AsRef<str>>, nodes: &Nodes) -> Vec<NodeIx> {
        let mut found: Vec<NodeIx> = texts.flat_map(|text| self.bearing(text.as_ref(), nodes)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn bearing(&self, folded: &str, nodes: &Nodes) -> Vec<NodeIx> {
        if folded.is_empty() {
            return Vec::new();
        }
        let base = self.base.exact.of(folded).filter(|ix| !self.changed.contains_key(ix));
        let mut found: Vec<NodeIx> = base.filter(|ix| bears(&nodes[ix.get()].node, folded)).collect();
        let overlay = self.changed.iter().filter(|(_, entry)| entry.borne.iter().any(|text| **text == *folded));
        found.extend(overlay.map(|(ix, _)| *ix));
        found.sort_unstable();
        found
    }

    /// Entries by name, best first, then by key: see [`super::Graph::search_unless`].
    pub(super) fn search(
        &self,
        text: &str,
        kinds: &[Kind],
        count: usize,
        nodes: &Nodes,
        interrupted: &dyn Fn() -> bool,
    ) -> Vec<(NodeIx, f32)> {
        let node = |ix: NodeIx| &nodes[ix.get()].node;
        let keep = |ix: NodeIx| !nodes[ix.get()].retired && kinds.contains(&nodes[ix.get()].kind);
        let folded = fold(text);
        let mut found: Vec<(NodeIx, f32)> = Vec::new();
        let mut bearers = self.bearers(text, nodes);
        if bearers.is_empty() {
            bearers = self.bearers_of_other_gender(text, nodes);
        }
        for ix in bearers.into_iter().filter(|ix| keep(*ix)) {
            let rare = || node(ix).attributes().rare_names.iter().any(|name| fold(name) == folded);
            found.push((
                ix,
                match fold(&node(ix).name) == folded {
                    true => EXACT_NAME,
                    false if rare() => EXACT_ALIAS - RARE,
                    false => EXACT_ALIAS,
                },
            ));
        }
        let forms = gender::forms(text).into_iter().flat_map(Forms::both);
        for form in forms.map(|form| fold(&form)).chain([folded]) {
            found.extend(self.base.fuzzy.search(&form, kinds, count, &self.overlay, keep, interrupted));
        }
        for (ix, score) in found.iter_mut().filter(|(_, score)| *score <= scoring::MOST) {
            *score = (*score - scoring::handicap(nodes[ix.get()].kind)).max(0.0);
        }
        // Of a node found by several names, the best.
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        found.dedup_by_key(|(ix, _)| *ix);
        let last = |ix: NodeIx| scoring::handicap(nodes[ix.get()].kind);
        found.sort_by(|a, b| {
            let kinds = || last(a.0).total_cmp(&last(b.0));
            b.1.total_cmp(&a.1).then_with(kinds).then_with(|| node(a.0).key.cmp(&node(b.0).key))
        });
        found.truncate(count);
        found
    }
}

/// One way to call a node.
struct Spelling {
    /// Folded.
    text: String,
    /// Whether its source says that it is little used.
    rare: bool,
}

/// What a node is called: its names and aliases, both forms of inclusive ones, codes with their scheme.
fn spellings(node: &Node) -> Vec<Spelling> {
    let rare_names = &node.attributes().rare_names;
    let is_rare = |name: &str| rare_names.iter().any(|rare| **rare == *name);
    let named = |name: &str| Spelling { text: fold(name), rare: is_rare(name) };
    let mut spellings: Vec<Spelling> = node.names().map(named).collect();
    for name in node.names() {
        let forms = gender::forms(name).into_iter().flat_map(Forms::both);
        spellings.extend(forms.map(|form| Spelling { text: fold(&form), rare: is_rare(name) }));
    }
    // One word, so that « 10 » is no word of `MET.10`.
    let codes = node.codes.iter();
    let codes = codes.map(|code| format!("{} {}", fold(&code.scheme), fold(&code.value).replace(' ', "")));
    spellings.extend(codes.map(|text| Spelling { text, rare: false }));
    spellings.retain(|spelling| !spelling.text.is_empty());
    spellings
}

/// Words that people put before a code.
const BEFORE_CODES: &[&str] = &["code", "fiche", "metier", "n", "no", "numero", "diplome", "titre", "uri"];
/// A longer text is no code, nor an acronym.
const LONGEST_CODE: usize = 120;

/// What a text may be read as where nothing bears it as it stands: a code written with spaces (`E 1106`, `RNCP 39 001`), after a
/// word for it (`code ROME E1106`), as a spreadsheet leaves it (`39001.0`); an acronym in single letters (`S V T`).
pub(super) fn code_readings(text: &str, folded: &str) -> Vec<String> {
    if text.len() > LONGEST_CODE || folded.is_empty() {
        return Vec::new();
    }
    let mut readings = vec![folded.replace(' ', "")];
    if folded.bytes().any(|b| b.is_ascii_digit()) {
        let whole = text.trim_end().strip_suffix(".0").map_or_else(|| folded.to_owned(), fold);
        let words = whole.split(' ').filter(|word| !BEFORE_CODES.contains(word));
        readings.push(words.collect::<String>());
        // One of the two schemes is in the register.
        readings.extend(folded.strip_prefix("https ").map(|rest| format!("http {rest}")));
        readings.extend(folded.strip_prefix("http ").map(|rest| format!("https {rest}")));
    }
    readings
}

/// Whether a node answers to a folded text exactly: whether the text is among [`borne`], looked for where it most likely is.
fn bears(node: &Node, folded: &str) -> bool {
    let is = |text: &str| fold(text) == *folded;
    let is_code = |code: &Code| {
        let (scheme, value) = (fold(&code.scheme), fold(&code.value));
        let after = folded.strip_prefix(&*scheme);
        value == *folded
            || after.is_some_and(|rest| rest == value)
            || after.and_then(|rest| rest.strip_prefix(' ')).is_some_and(|rest| rest == value.replace(' ', ""))
    };
    let has_form = |name: &str| gender::forms(name).into_iter().flat_map(Forms::both).any(|form| is(&form));
    !folded.is_empty()
        && (node.names().any(is) || is(node.key.slug()) || node.codes.iter().any(is_code) || node.names().any(has_form))
}

/// All texts that a node with these spellings answers to exactly: them, its slug and its codes.
fn borne(node: &Node, spellings: &[Spelling]) -> Vec<Box<str>> {
    let codes = node.codes.iter().flat_map(|code| {
        let value = fold(&code.value);
        [format!("{}{value}", fold(&code.scheme)), value]
    });
    let mut all: Vec<Box<str>> = spellings.iter().map(|spelling| (*spelling.text).into()).collect();
    all.push(fold(node.key.slug()).into());
    all.extend(codes.map(Into::into));
    all.retain(|text| !text.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}
