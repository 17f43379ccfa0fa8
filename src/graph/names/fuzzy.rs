//! Search by words, tolerant of a typo in each: see [`super::super::Graph::search`].
//!
//! A query's words are looked up in the vocabulary, with the words they may stand for; the names that have these
//! words are added up; the most promising are scored in full, and so is every node newer than the index. Costs
//! O(names that have one of the words), in the main: past [`MOST_NAMES`] a frequent word costs no more than a
//! look at it for each name that the rarer ones found.

use std::collections::HashMap;

use super::accumulator::{Accumulator, Share};
use super::overlay::Overlay;
use super::scoring::{self, Hit, TextQuery};
use super::vocabulary::{Vocabulary, WordId};
use super::{RARE, Spelling};
use crate::graph::NodeIx;
use crate::model::Kind;

/// Once so many names were looked at, frequent words count only for the names that the rarer ones found.
const MOST_NAMES: usize = 8_000;

/// The words of all names. Names are numbered in the order of their nodes' keys.
#[derive(Default)]
pub(super) struct Fuzzy {
    words: Vocabulary,
    /// What each word weighs.
    weights: Box<[f32]>,
    /// Per word, the names that have it.
    bearers: Lists,
    /// Per name, its words in order, each once.
    spelled: Lists,
    names: Box<[NameRow]>,
    /// What the words of each name weigh together: apart, since it is looked at for thousands of names a query.
    name_weights: Box<[f32]>,
    /// Per node slot, its first name.
    first: Box<[u32]>,
}

struct NameRow {
    node: NodeIx,
    kind: Kind,
    /// Whether it is little used.
    rare: bool,
}

impl NameRow {
    /// By how much it comes after an equal name in use of the kinds that people look for first.
    fn handicap(&self) -> f32 {
        scoring::handicap(self.kind) + rarity(self.rare)
    }
}

fn rarity(rare: bool) -> f32 {
    if rare { RARE } else { 0.0 }
}

/// Lists of numbers, one after the other.
#[derive(Default)]
struct Lists {
    ends: Box<[u32]>,
    items: Box<[u32]>,
}

impl Lists {
    fn of(&self, list: u32) -> &[u32] {
        let at = list as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.items[start..self.ends[at] as usize]
    }
}

/// An index in the making.
#[derive(Default)]
pub(super) struct Builder {
    /// Words by the order in which they came.
    numbers: HashMap<Box<str>, u32>,
    ends: Vec<u32>,
    items: Vec<u32>,
    names: Vec<NameRow>,
    first: Vec<u32>,
}

impl Builder {
    /// Adds a node with what it is called, folded. Nodes come in the order of their keys.
    pub(super) fn add(&mut self, node: NodeIx, kind: Kind, spellings: &[Spelling]) {
        if self.first.len() <= node.get() {
            self.first.resize(node.get() + 1, u32::MAX);
        }
        self.first[node.get()] = self.names.len() as u32;
        for Spelling { text, rare } in spellings {
            let start = self.items.len();
            for word in text.split(' ') {
                let number = self.numbers.get(word).copied().unwrap_or_else(|| {
                    let next = self.numbers.len() as u32;
                    self.numbers.insert(word.into(), next);
                    next
                });
                if !self.items[start..].contains(&number) {
                    self.items.push(number);
                }
            }
            self.ends.push(u32::try_from(self.items.len()).expect("names have fewer than 2^32 words together"));
            self.names.push(NameRow { node, kind, rare: *rare });
        }
    }

    /// The index. O(words of all names + distinct words · (log distinct words + letters of a word)).
    pub(super) fn build(mut self) -> Fuzzy {
        let mut sorted: Vec<(&str, u32)> = self.numbers.iter().map(|(word, number)| (&**word, *number)).collect();
        sorted.sort_unstable();
        let mut rank = vec![0; sorted.len()];
        for (at, (_, number)) in sorted.iter().enumerate() {
            rank[*number as usize] = at as u32;
        }
        for item in &mut self.items {
            *item = rank[*item as usize];
        }
        let spelled = Lists { ends: self.ends.into(), items: self.items.into() };
        let bearers = turned(&spelled, sorted.len());
        let words: Vec<&str> = sorted.into_iter().map(|(word, _)| word).collect();
        let weigh = |(word, text): (u32, &&str)| scoring::weight(text, bearers.of(word).len() as u32);
        let weights: Box<[f32]> = (0..).zip(&words).map(weigh).collect();
        let weigh = |name: u32| spelled.of(name).iter().map(|word| weights[*word as usize]).sum();
        let name_weights = (0..self.names.len() as u32).map(weigh).collect();
        let words = Vocabulary::of(&words);
        let (names, first) = (self.names.into(), self.first.into());
        Fuzzy { words, weights, bearers, spelled, names, name_weights, first }
    }
}

impl Fuzzy {
    pub(super) fn words(&self) -> &Vocabulary {
        &self.words
    }

    /// What each word weighed when the index was built.
    pub(super) fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// The words of each name of a node.
    pub(super) fn spellings_of(&self, ix: NodeIx) -> impl Iterator<Item = &[WordId]> {
        let first = self.first.get(ix.get()).map_or(self.names.len(), |first| *first as usize);
        let own = self.names.iter().skip(first).take_while(move |row| row.node == ix).count();
        (first..first + own).map(|name| self.spelled.of(name as u32))
    }

    /// The best score of each node that has something in common with a folded text: at least the `count` best
    /// nodes are there, in no order, some of them twice; fewer once interrupted. `keep` is asked only of nodes of the kinds wanted.
    pub(super) fn search(
        &self,
        text: &str,
        kinds: &[Kind],
        count: usize,
        overlay: &Overlay,
        keep: impl Fn(NodeIx) -> bool,
        interrupted: &dyn Fn() -> bool,
    ) -> Vec<(NodeIx, f32)> {
        let weight = |word: WordId| self.weight(word, overlay);
        let (query, plan) = self.query(text, overlay, interrupted);
        if query.terms.is_empty() {
            return Vec::new();
        }
        let counts = |row: &NameRow| kinds.contains(&row.kind) && !overlay.holds(row.node) && keep(row.node);
        let chosen = self.choose(&query, plan, 64 + 4 * count, overlay, counts, interrupted);
        let mut found: Vec<(NodeIx, f32)> = Vec::with_capacity(chosen.len());
        for name in chosen {
            let (score, row) = (query.score(self.spelled.of(name), weight), &self.names[name as usize]);
            found.extend(score.map(|score| (row.node, score - rarity(row.rare))));
        }
        for (ix, spellings) in overlay.nodes() {
            let best = spellings
                .iter()
                .filter_map(|name| Some(query.score(&name.words, weight)? - rarity(name.rare)))
                .max_by(f32::total_cmp);
            found.extend(best.filter(|_| keep(ix)).map(|score| (ix, score)));
        }
        found
    }

    /// The names of the best estimates, so many if there are, in no order.
    fn choose(
        &self,
        query: &TextQuery,
        mut plan: Vec<(u8, Vec<Hit>)>,
        room: usize,
        overlay: &Overlay,
        counts: impl Fn(&NameRow) -> bool,
        interrupted: &dyn Fn() -> bool,
    ) -> Vec<u32> {
        let weight = |word: WordId| self.weight(word, overlay);
        // The rarer words first.
        plan.sort_by_cached_key(|(term, hits)| (self.cost(hits), *term));
        // What a name weighs at the least, by what it shares. The index may not be the newest word on weights.
        let lightest = if overlay.nodes().next().is_none() { 1.0 / query.most_terms_of_a_word() as f32 } else { 0.0 };
        Accumulator::with(self.names.len(), |accumulator| {
            let mut cost = 0;
            for (term, hits) in &plan {
                let wanted = query.wants(*term);
                cost += self.cost(hits);
                let enough = cost > MOST_NAMES && accumulator.len() >= room;
                if enough && !wanted {
                    continue;
                }
                for hit in hits.iter().filter(|hit| (hit.word as usize) < self.words.len()) {
                    if interrupted() {
                        return Vec::new();
                    }
                    let names = self.bearers.of(hit.word);
                    let share = Share {
                        term: *term,
                        shared: hit.likeness * weight(hit.word),
                        whole: hit.whole && wanted,
                        exact: hit.is_exact() && wanted,
                    };
                    if enough {
                        accumulator.add_to_found(names, share);
                    } else {
                        accumulator.add(names, share);
                    }
                }
            }
            self.best(accumulator, query, room, lightest, counts, interrupted)
        })
    }

    /// The names of the best estimates; equal ones by key. A name that could not be among them, weighed no more than `lightest` times
    /// what it shares, is not looked at: most are spared that way from a read of cold memory.
    fn best(
        &self,
        accumulator: &Accumulator,
        query: &TextQuery,
        room: usize,
        lightest: f32,
        keep: impl Fn(&NameRow) -> bool,
        interrupted: &dyn Fn() -> bool,
    ) -> Vec<u32> {
        // Up to twice as many as wanted, then only the better half stays: less work than a heap.
        let mut best: Vec<u64> = Vec::with_capacity(2 * room);
        let halve = |best: &mut Vec<u64>| {
            best.select_nth_unstable_by(room - 1, |a, b| b.cmp(a));
            best.truncate(room);
        };
        // What enters must have a higher rank, and share as much.
        let (mut least, mut least_shared) = (0, [0.0; 3]);
        for (at, (name, shared, whole, exact)) in accumulator.iter().enumerate() {
            if at % 1_024 == 1_023 && interrupted() {
                break;
            }
            if shared < least_shared[query.band(whole, exact)] {
                continue;
            }
            // Positive numbers are ordered as their bits are.
            let rank = |estimate: f32| u64::from(estimate.max(0.0).to_bits()) << 32 | u64::from(!name);
            let estimate = query.estimate(shared, self.name_weights[name as usize], whole, exact);
            if rank(estimate) <= least {
                continue;
            }
            let row = &self.names[name as usize];
            let rank = rank(estimate - row.handicap());
            if rank > least && keep(row) {
                best.push(rank);
                if best.len() == 2 * room {
                    halve(&mut best);
                    least = best[room - 1];
                    least_shared = query.least_shared(f32::from_bits((least >> 32) as u32), lightest);
                }
            }
        }
        if best.len() > room {
            halve(&mut best);
        }
        best.into_iter().map(|rank| !(rank as u32)).collect()
    }

    fn cost(&self, hits: &[Hit]) -> usize {
        let known = hits.iter().filter(|hit| (hit.word as usize) < self.words.len());
        known.map(|hit| self.bearers.of(hit.word).len()).sum()
    }

    /// How many names have a word today.
    pub(super) fn borne_by(&self, word: WordId, overlay: &Overlay) -> u32 {
        let before = if (word as usize) < self.words.len() { self.bearers.of(word).len() } else { 0 };
        u32::try_from(before as i64 + i64::from(overlay.gained(word))).unwrap_or(0)
    }

    /// What a word weighs today.
    pub(super) fn weight(&self, word: WordId, overlay: &Overlay) -> f32 {
        overlay.weight(word).unwrap_or_else(|| self.weights[word as usize])
    }
}

/// Per item, the lists that hold it.
fn turned(lists: &Lists, items: usize) -> Lists {
    let mut starts = vec![0u32; items + 1];
    for item in &lists.items {
        starts[*item as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut holders = vec![0; lists.items.len()];
    for list in 0..lists.ends.len() as u32 {
        for item in lists.of(list) {
            let place = &mut starts[*item as usize];
            holders[*place as usize] = list;
            *place += 1;
        }
    }
    // Each start has moved to its list's end.
    starts.pop();
    Lists { ends: starts.into(), items: holders.into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_chosen_is_what_adding_up_every_name_chooses(
            names in proptest::collection::vec(proptest::collection::vec(0usize..400, 1..5), 50..250),
            asked in proptest::collection::vec(0usize..400, 1..5),
            room in 1usize..20,
        ) {
            // Squared, so that some words are borne by many.
            let word = |number: &usize| format!("mot{}", ["a", "b", "c", "d"][number % 4].repeat(1 + number * number / 20_000));
            let text = |numbers: &Vec<usize>| numbers.iter().map(word).collect::<Vec<_>>().join(" ");
            let mut builder = Builder::default();
            for (slot, numbers) in names.iter().enumerate() {
                builder.add(NodeIx::at(slot), Kind::Job, &[Spelling { text: text(numbers), rare: false }]);
            }
            let (fuzzy, overlay) = (builder.build(), Overlay::default());
            let (query, plan) = fuzzy.query(&text(&asked), &overlay, &|| false);
            let of_all = |name: u32| {
                let (mut shared, mut whole, mut exact) = (0.0, 0, 0);
                for (term, hits) in &plan {
                    let Some(hit) = hits.iter().find(|hit| fuzzy.spelled.of(name).contains(&hit.word)) else { continue };
                    shared += hit.likeness * fuzzy.weights[hit.word as usize];
                    whole += u8::from(hit.whole && query.wants(*term));
                    exact += u8::from(hit.is_exact() && query.wants(*term));
                }
                (shared > 0.0).then(|| query.estimate(shared, fuzzy.name_weights[name as usize], whole, exact))
            };
            let mut estimates: Vec<f32> = (0..names.len() as u32).filter_map(of_all).collect();
            estimates.sort_by(|a, b| b.total_cmp(a));
            estimates.truncate(room);
            let chosen = fuzzy.choose(&query, plan.clone(), room, &overlay, |_| true, &|| false);
            let mut scores: Vec<f32> = chosen.into_iter().filter_map(of_all).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            // Sums in another order differ in the last digits.
            prop_assert_eq!(scores.len(), estimates.len());
            prop_assert!(scores.iter().zip(&estimates).all(|(a, b)| (a - b).abs() < 1e-5), "{:?} {:?}", scores, estimates);
        }
    }
}
