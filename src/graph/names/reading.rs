//! Reading a query: which words of the names each of its words may stand for.

use smallvec::SmallVec;

use super::fuzzy::Fuzzy;
use super::overlay::Overlay;
use super::scoring::{self, Hit, Query, Term};
use super::typo;

/// A query's further words are left out.
const MOST_TERMS: usize = 32;
/// Shorter words may be unfinished only where they come last: two letters begin too many words.
const SHORTEST_BEGUN: usize = 3;
/// A word is cut into no shorter parts: articles would be found in most words.
const SHORTEST_PART: usize = 3;

impl Fuzzy {
    /// The terms of a folded text, and per term the words it may stand for, the most alike first.
    pub(super) fn query(&self, text: &str, overlay: &Overlay) -> (Query, Vec<(u8, Vec<Hit>)>) {
        let mut words: SmallVec<[&str; 16]> = SmallVec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let parts = self.parts(word).map_or([word, ""], |(left, right)| [left, right]);
            for word in parts.into_iter().filter(|word| !word.is_empty()) {
                if words.len() < MOST_TERMS && !words.contains(&word) {
                    words.push(word);
                }
            }
        }
        let last = text.rsplit(' ').next().unwrap_or_default();
        let mut terms = SmallVec::new();
        let mut plan = Vec::new();
        let mut all = Vec::new();
        for (term, word) in (0u8..).zip(&words) {
            let long = word.len() >= SHORTEST_BEGUN;
            // The start of a number says nothing: « Paris 2 » is not 20035.
            let unfinished = long || *word == last && !word.bytes().all(|b| b.is_ascii_digit());
            let hits = self.hits(word, term, unfinished, overlay);
            // Of equally alike words the most frequent is the likeliest.
            let meant = hits.first().map(|best| {
                let equals = hits.iter().take_while(|hit| hit.likeness == best.likeness);
                equals.map(|hit| self.weight(hit.word, overlay)).min_by(f32::total_cmp).unwrap_or(1.0)
            });
            let small = scoring::is_small(word);
            terms.push(Term { weight: meant.unwrap_or(if small { 0.25 } else { 1.0 }), required: !small });
            all.extend_from_slice(&hits);
            plan.push((term, hits));
        }
        (Query::new(terms, all), plan)
    }

    /// The two words that one stands for where no name has it, begins so or is typos away: « datascientist », « socioéconomique ».
    /// The longest first part counts. O(letters · log words).
    fn parts<'t>(&self, word: &'t str) -> Option<(&'t str, &'t str)> {
        if !typo::allowed_in(word)
            || !self.words().prefixed(word).is_empty()
            || !self.words().one_typo_from(word).is_empty()
        {
            return None;
        }
        let cuts = word.char_indices().map(|(at, _)| at).rev();
        let cuts = cuts.filter(|at| *at >= SHORTEST_PART && word.len() - at >= SHORTEST_PART);
        let mut parts = cuts.map(|at| word.split_at(at));
        let known = parts.find(|(a, b)| self.words().find(a).is_some() && self.words().find(b).is_some());
        known.filter(|_| self.words().two_typos_from(word).is_empty())
    }

    /// The words that a term may stand for, the most alike first: itself, longer ones if it may be unfinished, those
    /// one typo away; those two typos away only where there is nothing nearer.
    fn hits(&self, text: &str, term: u8, unfinished: bool, overlay: &Overlay) -> Vec<Hit> {
        let exact = |word| Hit { word, term, whole: true, likeness: 1.0 };
        let begun = |word, full: &str| Hit { word, term, whole: true, likeness: scoring::begun(text, full) };
        let mistyped = |word, full: &str, typos| {
            let likeness = scoring::with_typos(text, full, typos);
            Hit { word, term, whole: false, likeness }
        };
        let mut hits: Vec<Hit> = Vec::new();
        hits.extend(self.words().find(text).map(exact));
        if unfinished {
            let longer = self.words().prefixed(text).filter(|word| self.words().word(*word).len() > text.len());
            hits.extend(longer.map(|word| begun(word, self.words().word(word))));
        }
        hits.extend(
            self.words().one_typo_from(text).into_iter().map(|word| mistyped(word, self.words().word(word), 1)),
        );
        for (full, word) in overlay.words() {
            if full == text {
                hits.push(exact(word));
            } else if unfinished && full.starts_with(text) {
                hits.push(begun(word, full));
            }
            if typo::is_one(text, full) {
                hits.push(mistyped(word, full, 1));
            }
        }
        hits.retain(|hit| self.borne_by(hit.word, overlay) > 0);
        if hits.is_empty() {
            let far = self.words().two_typos_from(text);
            hits.extend(far.into_iter().map(|word| mistyped(word, self.words().word(word), 2)));
            let far = overlay.words().filter(|(full, _)| typo::are_two(text, full));
            hits.extend(far.map(|(full, word)| mistyped(word, full, 2)));
            hits.retain(|hit| self.borne_by(hit.word, overlay) > 0);
        }
        // A word both begun and mistyped counts as begun.
        hits.sort_unstable_by_key(|hit| (hit.word, !hit.whole));
        hits.dedup_by_key(|hit| hit.word);
        hits.sort_by(|a, b| b.likeness.total_cmp(&a.likeness));
        hits
    }
}
