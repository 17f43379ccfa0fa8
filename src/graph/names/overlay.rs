//! `Overlay`: the spellings of nodes that are newer than the index, in the index's own terms.
//!
//! Words that the index lacks are numbered on from it, and what the change does to how many names have a word is
//! kept too: so a search over index and overlay nodes scores as one over an index built anew.

use std::collections::HashMap;
use std::sync::Arc;

use super::Spelling;
use super::fuzzy::Fuzzy;
use super::scoring;
use super::vocabulary::WordId;
use crate::graph::NodeIx;

/// What changed since an index was built. Stays with that index.
#[derive(Clone, Default)]
pub(super) struct Overlay {
    words: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, WordId>,
    /// By how much more names have a word than the index says.
    gained: HashMap<WordId, i32>,
    /// What each word weighs today, the index's and its own; empty while nothing changed.
    weights: Vec<f32>,
    nodes: HashMap<NodeIx, Spellings>,
}

/// A node's names.
pub(super) type Spellings = Arc<[Name]>;

/// One of them.
pub(super) struct Name {
    /// The numbers of its words.
    pub(super) words: Box<[WordId]>,
    /// Whether it is little used.
    pub(super) rare: bool,
}

/// All words of a node's names.
fn words(names: &Spellings) -> impl Iterator<Item = WordId> {
    names.iter().flat_map(|name| name.words.iter().copied())
}

impl Overlay {
    /// Takes note of a node's spellings as they are now.
    pub(super) fn put(&mut self, index: &Fuzzy, ix: NodeIx, spellings: &[Spelling]) {
        if self.weights.is_empty() {
            self.weights = index.weights().to_vec();
        }
        let named = |spelling: &Spelling| Name { words: self.numbered(index, &spelling.text), rare: spelling.rare };
        let now: Spellings = spellings.iter().map(named).collect();
        let before = self.nodes.insert(ix, Arc::clone(&now));
        let lost: Vec<WordId> = match before {
            Some(before) => words(&before).collect(),
            None => index.spellings_of(ix).flatten().copied().collect(),
        };
        for word in words(&now) {
            *self.gained.entry(word).or_default() += 1;
        }
        for word in &lost {
            *self.gained.entry(*word).or_default() -= 1;
        }
        for word in words(&now).chain(lost) {
            let known = index.words().len();
            let text = if (word as usize) < known { index.words().word(word) } else { self.word(known, word) };
            self.weights[word as usize] = scoring::weight(text, index.borne_by(word, self));
        }
    }

    fn numbered(&mut self, index: &Fuzzy, spelling: &str) -> Box<[WordId]> {
        let mut numbers: Vec<WordId> = Vec::new();
        for word in spelling.split(' ') {
            let next = (index.words().len() + self.words.len()) as WordId;
            let number = index.words().find(word).or_else(|| self.numbers.get(word).copied()).unwrap_or_else(|| {
                let word: Arc<str> = word.into();
                self.words.push(Arc::clone(&word));
                self.numbers.insert(word, next);
                self.weights.push(1.0);
                next
            });
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        numbers.into()
    }

    /// Whether the index's word on a node is stale.
    pub(super) fn holds(&self, ix: NodeIx) -> bool {
        self.nodes.contains_key(&ix)
    }

    /// By how much more names have a word than the index says.
    pub(super) fn gained(&self, word: WordId) -> i32 {
        if self.gained.is_empty() { 0 } else { self.gained.get(&word).copied().unwrap_or(0) }
    }

    /// The words that the index lacks and that some name has.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, WordId)> {
        self.words.iter().map(|word| (&**word, self.numbers[word])).filter(|(_, number)| self.gained(*number) > 0)
    }

    /// Whether a word is one that the index lacks.
    pub(super) fn has(&self, word: &str) -> bool {
        self.numbers.contains_key(word)
    }

    /// What a word weighs today; the index knows where nothing changed.
    pub(super) fn weight(&self, word: WordId) -> Option<f32> {
        self.weights.get(word as usize).copied()
    }

    /// A word by its number, as numbered on from an index of so many words.
    fn word(&self, known: usize, number: WordId) -> &str {
        &self.words[number as usize - known]
    }

    /// Its nodes with their spellings, in no order.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (NodeIx, &Spellings)> {
        self.nodes.iter().map(|(ix, spellings)| (*ix, spellings))
    }
}
