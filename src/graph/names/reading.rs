//! Reading a query: which words of the names each of its words may stand for.

use smallvec::SmallVec;

use super::fuzzy::Fuzzy;
use super::overlay::Overlay;
use super::scoring::{self, Hit, Term, TextQuery};
use super::typo;
use super::vocabulary::WordId;
use crate::model::text;

/// A query's further words are left out.
const MOST_TERMS: usize = 32;
/// Shorter words may be unfinished only where they come last: two letters begin too many words.
const SHORTEST_BEGUN: usize = 3;
/// A word is cut into no shorter parts: articles would be found in most words.
const SHORTEST_PART: usize = 3;

impl Fuzzy {
    /// The terms of a folded text, and per term the words it may stand for, the most alike first; fewer once interrupted.
    pub(super) fn query(
        &self,
        text: &str,
        overlay: &Overlay,
        interrupted: &dyn Fn() -> bool,
    ) -> (TextQuery, Vec<(u8, Vec<Hit>)>) {
        let last = text.rsplit(' ').next().unwrap_or_default();
        let mut read: SmallVec<[(&str, Vec<Hit>); 16]> = SmallVec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()).take_while(|_| !interrupted()) {
            // « par » and « des » begin « parcours » and « design », borne by thousands, and mean neither.
            let long = word.len() >= SHORTEST_BEGUN && !text::is_small(word);
            // The start of a number says nothing: « Paris 2 » is not 20035.
            let unfinished = long || word == last && !word.bytes().all(|b| b.is_ascii_digit());
            let hits = self.hits(word, unfinished, overlay);
            let parts = if hits.is_empty() { self.parts(word, overlay) } else { SmallVec::new() };
            let words = if parts.is_empty() { SmallVec::from_iter([(word, hits)]) } else { parts };
            for (word, hits) in words {
                if read.len() < MOST_TERMS && read.iter().all(|(other, _)| *other != word) {
                    read.push((word, hits));
                }
            }
        }
        let mut terms = SmallVec::new();
        let mut plan = Vec::new();
        let mut all = Vec::new();
        for (term, (word, mut hits)) in (0u8..).zip(read) {
            for hit in &mut hits {
                hit.term = term;
            }
            // Of equally alike words the most frequent is the likeliest.
            let meant = hits.first().map(|best| {
                let equals = hits.iter().take_while(|hit| hit.likeness == best.likeness);
                equals.map(|hit| self.weight(hit.word, overlay)).min_by(f32::total_cmp).unwrap_or(1.0)
            });
            let small = text::is_small(word);
            terms.push(Term { weight: meant.unwrap_or(if small { 0.25 } else { 1.0 }), required: !small });
            all.extend_from_slice(&hits);
            plan.push((term, hits));
        }
        (TextQuery::new(terms, all), plan)
    }

    /// The two words that one stands for which no name has, begins with or has a typo away: « datascientist ». The longest first
    /// part counts; none where it cannot be cut so. O(letters · (log words + changed words)).
    fn parts<'t>(&self, word: &'t str, overlay: &Overlay) -> SmallVec<[(&'t str, Vec<Hit>); 2]> {
        if !typo::allowed_in(word) {
            return SmallVec::new();
        }
        let whole = |part: &'t str| {
            let hits: Vec<Hit> = self.exact(part, overlay).collect();
            (!hits.is_empty()).then_some((part, hits))
        };
        let cuts = word.char_indices().map(|(at, _)| at).rev();
        let mut cuts = cuts.filter(|at| *at >= SHORTEST_PART && word.len() - at >= SHORTEST_PART);
        let parts = cuts.find_map(|at| {
            let (left, right) = word.split_at(at);
            Some([whole(left)?, whole(right)?])
        });
        parts.into_iter().flatten().collect()
    }

    /// A word as it stands, where a name has it.
    fn exact(&self, text: &str, overlay: &Overlay) -> impl Iterator<Item = Hit> {
        let new = overlay.words().filter(|(full, _)| *full == text).map(|(_, word)| word);
        let known = self.words().find(text).into_iter().chain(new).filter(|word| self.borne_by(*word, overlay) > 0);
        let words: SmallVec<[WordId; 2]> = known.collect();
        words.into_iter().map(|word| Hit { word, term: 0, whole: true, likeness: 1.0 })
    }

    /// The words that a term may stand for, the most alike first: itself, longer ones if it may be unfinished, those
    /// one typo away; those two typos away only where there is nothing nearer.
    fn hits(&self, text: &str, unfinished: bool, overlay: &Overlay) -> Vec<Hit> {
        // Terms are numbered when all are known.
        let term = 0;
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
            let alike = |full: &str| typo::begin_alike(text, full) && typo::are_two(text, full);
            let far = overlay.words().filter(|(full, _)| alike(full));
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
