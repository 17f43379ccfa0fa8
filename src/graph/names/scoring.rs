//! How well a name answers a query: one rule, whether the name is in the index or newer than it.
//!
//! A word weighs the less the more names have it, small grammatical words less again. A name's likeness is
//! the weight of the words it shares with the query over the weight of all words of both (Dice), a typo or
//! an unfinished word counting in part. A name with all words of the query comes before any that lacks one.

use smallvec::SmallVec;

use super::vocabulary::WordId;
use crate::model::{Kind, text};

/// Names that have all words of the query score from here up to [`MOST`]; all others below.
pub(in crate::graph) const ALL_WORDS: f32 = 0.8;
/// Names that have all words as they were typed, none only begun, score from here.
const ALL_EXACT: f32 = 0.88;
/// Below the score of a name or alias written out.
pub(super) const MOST: f32 = 0.96;
/// The least and the most that a name scores with all words as typed, with all words, with some.
const BANDS: [(f32, f32); 3] = [(ALL_EXACT, MOST), (ALL_WORDS, ALL_EXACT), (0.0, ALL_WORDS)];
/// A name must share this much of the query's weight.
const LEAST_SHARED: f32 = 0.3;
/// How much of the likeness hangs on the order of the words.
const ORDER: f32 = 0.02;

/// A word of the query.
pub(super) struct Term {
    /// What it weighs in a name that lacks it: the weight of the word that it most likely means.
    pub(super) weight: f32,
    /// Small words may be missing from a name that "has all words".
    pub(super) required: bool,
}

/// A word of some name that a term stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) word: WordId,
    pub(super) term: u8,
    /// Whether the term is the word, or the start of it.
    pub(super) whole: bool,
    /// In (0, 1].
    pub(super) likeness: f32,
}

impl Hit {
    /// Whether the term is the word as it stands.
    pub(super) fn is_exact(&self) -> bool {
        self.whole && self.likeness >= 1.0
    }
}

/// A query, as names are compared with it.
pub(super) struct TextQuery {
    pub(super) terms: SmallVec<[Term; 16]>,
    /// By word, then term.
    hits: Vec<Hit>,
    /// One bit for the words of `hits`, by number modulo its size: most words of a name fail here.
    seen: [u64; 16],
    weight: f32,
    /// How many words a name must have to have them all.
    wanted: u8,
}

impl TextQuery {
    /// Terms with the words that they stand for.
    pub(super) fn new(terms: SmallVec<[Term; 16]>, mut hits: Vec<Hit>) -> TextQuery {
        hits.sort_unstable_by_key(|hit| (hit.word, hit.term));
        let mut seen = [0; 16];
        for hit in &hits {
            seen[hit.word as usize / 64 % 16] |= 1 << (hit.word % 64);
        }
        let weight = terms.iter().map(|term| term.weight).sum();
        let required = terms.iter().filter(|term| term.required).count();
        let wanted = if required == 0 { terms.len() } else { required } as u8;
        TextQuery { terms, hits, seen, weight, wanted }
    }

    /// For how many terms one word stands at the most: « socia » and « social » are both met by « sociale ».
    pub(super) fn most_terms_of_a_word(&self) -> usize {
        self.hits.chunk_by(|a, b| a.word == b.word).map(<[Hit]>::len).max().unwrap_or(1)
    }

    fn hits_of(&self, word: WordId) -> &[Hit] {
        if self.seen[word as usize / 64 % 16] & 1 << (word % 64) == 0 {
            return &[];
        }
        let start = self.hits.partition_point(|hit| hit.word < word);
        let rest = &self.hits[start..];
        &rest[..rest.iter().take_while(|hit| hit.word == word).count()]
    }

    /// The score in 0..=0.96 of a name with these words, or `None` when it has too little in common.
    pub(super) fn score(&self, words: &[WordId], weight: impl Fn(WordId) -> f32) -> Option<f32> {
        let mut pairs: SmallVec<[(Hit, u32); 24]> = SmallVec::new();
        for (at, word) in words.iter().enumerate() {
            pairs.extend(self.hits_of(*word).iter().map(|hit| (*hit, at as u32)));
        }
        // The most alike first; a term takes one word, a word serves one term.
        pairs.sort_unstable_by(|(a, at), (b, bt)| {
            b.likeness.total_cmp(&a.likeness).then(a.term.cmp(&b.term)).then(at.cmp(bt))
        });
        let mut places: SmallVec<[(u8, u32); 24]> = SmallVec::new();
        let (mut shared, mut asked, mut whole, mut exact) = (0.0, self.weight, 0, 0);
        for (hit, at) in pairs {
            if places.iter().any(|(term, place)| *term == hit.term || *place == at) {
                continue;
            }
            places.push((hit.term, at));
            let term = &self.terms[hit.term as usize];
            let word_weight = weight(hit.word);
            shared += hit.likeness * word_weight;
            asked += word_weight - term.weight;
            whole += u8::from(hit.whole && self.wants(hit.term));
            exact += u8::from(hit.is_exact() && self.wants(hit.term));
        }
        if shared < LEAST_SHARED * asked || places.is_empty() {
            return None;
        }
        places.sort_unstable();
        let ascents = places.windows(2).filter(|pair| pair[0].1 < pair[1].1).count();
        let order = if places.len() < 2 { 1.0 } else { ascents as f32 / (places.len() - 1) as f32 };
        let likeness = dice(shared, asked, words.iter().map(|word| weight(*word)).sum());
        Some(self.banded(likeness * (1.0 - ORDER + ORDER * order), whole, exact))
    }

    /// A score before order is looked at, to choose what to score in full.
    pub(super) fn estimate(&self, shared: f32, name_weight: f32, whole: u8, exact: u8) -> f32 {
        self.banded(dice(shared, self.weight, name_weight), whole, exact)
    }

    /// What a name of each band must share for its estimate to reach this one, if it weighs at least `lightest` times what it shares.
    /// Sums in another order differ in the last digits, so what shares a thousandth less is taken for reaching it.
    pub(super) fn least_shared(&self, estimate: f32, lightest: f32) -> [f32; 3] {
        BANDS.map(|(least, most)| {
            let likeness = (estimate - least) / (most - least);
            // From `dice`: likeness = 2 · shared / (asked + lightest · shared).
            0.999 * likeness * self.weight / (2.0 - likeness * lightest)
        })
    }

    /// Which of the three bands a name stands in: all words as they were typed, all words, some.
    pub(super) fn band(&self, whole: u8, exact: u8) -> usize {
        if exact >= self.wanted {
            0
        } else if whole >= self.wanted {
            1
        } else {
            2
        }
    }

    fn banded(&self, likeness: f32, whole: u8, exact: u8) -> f32 {
        let (least, most) = BANDS[self.band(whole, exact)];
        least + (most - least) * likeness
    }

    /// Whether a name "has all words" only with this one: small words count where the query has no others.
    pub(super) fn wants(&self, term: u8) -> bool {
        self.wanted == self.terms.len() as u8 || self.terms[term as usize].required
    }
}

fn dice(shared: f32, asked: f32, name: f32) -> f32 {
    (2.0 * shared / (asked + name)).clamp(0.0, 1.0)
}

/// What a word weighs that so many names have: 1 for one, a half for 64, an eighth for some 100,000. It does
/// not hang on how many names there are, so a new name changes the weight of its own words only.
pub(super) fn weight(word: &str, names: u32) -> f32 {
    let rarity = (names.max(1) as f32).log2() / 6.0;
    let weight = 1.0 / (1.0 + rarity * rarity);
    if text::is_small(word) { weight / 4.0 } else { weight }
}

/// By how much a name of a kind comes after an equal one of the kinds that people look for first.
pub(super) fn handicap(kind: Kind) -> f32 {
    match kind {
        Kind::Licence | Kind::Master | Kind::Job | Kind::Study => 0.0,
        Kind::Parcours | Kind::University | Kind::Family => 0.01,
        Kind::Course | Kind::Sector | Kind::Skill | Kind::Source => 0.02,
    }
}

/// Whether people who write a name mean a node of this kind where another bears the same name.
pub(in crate::graph) fn is_looked_for(kind: Kind) -> bool {
    match kind {
        Kind::Licence | Kind::Master | Kind::Job | Kind::Study | Kind::Parcours | Kind::University => true,
        Kind::Family | Kind::Course | Kind::Sector | Kind::Skill | Kind::Source => false,
    }
}

/// How alike a word is to the term that it was found by with typos.
pub(super) fn with_typos(term: &str, word: &str, typos: u8) -> f32 {
    let letters = term.len().max(word.len()) as f32;
    1.0 - f32::from(typos) * 1.2 / letters.max(4.0)
}

/// How alike a word is to the start of it that was typed.
pub(super) fn begun(term: &str, word: &str) -> f32 {
    0.75 + 0.2 * term.len() as f32 / word.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(words: &[(WordId, f32)]) -> TextQuery {
        let terms = words.iter().map(|_| Term { weight: 0.5, required: true }).collect();
        let hit = |(term, (word, likeness)): (usize, &(WordId, f32))| Hit {
            word: *word,
            term: term as u8,
            whole: *likeness == 1.0,
            likeness: *likeness,
        };
        TextQuery::new(terms, words.iter().enumerate().map(hit).collect())
    }

    fn score(query: &TextQuery, words: &[WordId]) -> f32 {
        query.score(words, |_| 0.5).unwrap_or(0.0)
    }

    #[test]
    fn all_words_come_before_a_typo_and_order_breaks_a_tie() {
        let (exact, typo) = (query(&[(1, 1.0), (2, 1.0)]), query(&[(1, 1.0), (2, 0.9)]));
        assert_eq!(score(&exact, &[1, 2]), MOST);
        assert!(score(&exact, &[1, 2]) > score(&exact, &[2, 1]));
        assert!(score(&exact, &[2, 1]) > score(&exact, &[1, 2, 3]));
        assert!(score(&exact, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) > score(&typo, &[1, 2]));
        assert!(score(&typo, &[1, 2]) > score(&typo, &[1, 3]));
        assert_eq!(score(&exact, &[3, 4]), 0.0);
    }

    #[test]
    fn one_word_serves_one_term() {
        let twice = TextQuery::new(
            (0..2).map(|_| Term { weight: 0.5, required: true }).collect(),
            vec![
                Hit { word: 1, term: 0, whole: true, likeness: 1.0 },
                Hit { word: 1, term: 1, whole: false, likeness: 0.9 },
            ],
        );
        assert!(score(&twice, &[1]) < ALL_WORDS, "social, sociale: a name with « social » alone lacks a word");
    }

    #[test]
    fn frequent_and_small_words_weigh_little() {
        assert_eq!(weight("ethologie", 1), 1.0);
        assert_eq!(weight("ethologie", 64), 0.5);
        assert!(weight("parcours", 12_000) < 0.2);
        assert_eq!(weight("de", 1), 0.25);
    }
}
