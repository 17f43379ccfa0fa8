//! `Vocabulary`: the distinct words of all names, found exactly, by prefix, or with a typo.
//!
//! Words are numbered in alphabetical order, so a prefix is a range of numbers. Words one typo away are found as
//! in SymSpell: two words within one insertion, deletion, substitution or transposition share a form that is
//! either word itself or that word less one letter. The forms are hashed into buckets; since what a bucket holds
//! is always compared letter by letter, a collision costs time, never a wrong answer.

use std::ops::Range;

use super::typo;

/// A word's number.
pub(super) type WordId = u32;

/// An immutable set of folded words.
#[derive(Default)]
pub(super) struct Vocabulary {
    text: Box<str>,
    /// Where each word starts in `text`; one more at the end.
    starts: Box<[u32]>,
    /// Where each bucket of forms starts in `forms`; one more at the end. A power of two of buckets.
    buckets: Box<[u32]>,
    forms: Box<[WordId]>,
}

impl Vocabulary {
    /// The vocabulary of words that are sorted and distinct. O(total letters × letters of a word).
    pub(super) fn of(words: &[&str]) -> Vocabulary {
        let mut text = String::with_capacity(words.iter().map(|word| word.len()).sum());
        let mut starts = Vec::with_capacity(words.len() + 1);
        starts.push(0);
        for word in words {
            text.push_str(word);
            starts.push(u32::try_from(text.len()).expect("a vocabulary has less than 4 GiB of distinct words"));
        }
        let (buckets, forms) = bucketed(words);
        Vocabulary { text: text.into(), starts: starts.into(), buckets, forms }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub(super) fn word(&self, id: WordId) -> &str {
        let at = id as usize;
        &self.text[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The number of exactly this word. O(log words).
    pub(super) fn find(&self, word: &str) -> Option<WordId> {
        let at = self.first_not(|other| other < word);
        ((at as usize) < self.len() && self.word(at) == word).then_some(at)
    }

    /// The words that begin with this, itself included. O(log words).
    pub(super) fn prefixed(&self, prefix: &str) -> Range<WordId> {
        let start = self.first_not(|other| other < prefix);
        start..self.first_not(|other| other < prefix || other.starts_with(prefix))
    }

    /// The words one typo away from this one, in no order, without repeats.
    pub(super) fn one_typo_from(&self, word: &str) -> Vec<WordId> {
        let mut near = Vec::new();
        if self.buckets.is_empty() || !typo::allowed_in(word) {
            return near;
        }
        for_each_form(word, |hash| {
            let bucket = hash as usize & (self.buckets.len() - 2);
            let held = self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize;
            near.extend(self.forms[held].iter().filter(|id| typo::is_one(word, self.word(**id))));
        });
        near.sort_unstable();
        near.dedup();
        near
    }

    /// The words two typos away that begin with the same sound: the same letter, or « f » for « ph ». O(words that begin so).
    pub(super) fn two_typos_from(&self, word: &str) -> Vec<WordId> {
        let first = word.chars().next().map_or(0, char::len_utf8);
        let heard = word.starts_with('f').then_some("ph");
        let begun = [Some(&word[..first]), heard].into_iter().flatten().flat_map(|start| self.prefixed(start));
        begun.filter(|id| typo::are_two(word, self.word(*id))).collect()
    }

    /// The first word for which the test fails; the test holds for all words before it.
    fn first_not(&self, test: impl Fn(&str) -> bool) -> WordId {
        let (mut low, mut high) = (0, self.len() as WordId);
        while low < high {
            let middle = low + (high - low) / 2;
            if test(self.word(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

/// All forms of all words in buckets, some two to four forms a bucket.
fn bucketed(words: &[&str]) -> (Box<[u32]>, Box<[WordId]>) {
    let tolerant = || words.iter().enumerate().filter(|(_, word)| typo::allowed_in(word));
    let count: usize = tolerant().map(|(_, word)| word.chars().count() + 1).sum();
    let buckets = (count / 4).next_power_of_two();
    // Counting sort: how many in each, where each ends, then filled from its end.
    let mut starts = vec![0u32; buckets + 1];
    for (_, word) in tolerant() {
        for_each_form(word, |hash| starts[hash as usize & (buckets - 1)] += 1);
    }
    let mut total = 0;
    for start in &mut starts {
        total += *start;
        *start = total;
    }
    let mut forms = vec![0; total as usize];
    for (id, word) in tolerant() {
        for_each_form(word, |hash| {
            let end = &mut starts[hash as usize & (buckets - 1)];
            *end -= 1;
            forms[*end as usize] = id as WordId;
        });
    }
    (starts.into(), forms.into())
}

/// The hash of the word and of the word less each of its letters.
fn for_each_form(word: &str, mut take: impl FnMut(u32)) {
    let mixed = |hash: u32, c: char| (hash ^ c as u32).wrapping_mul(0x0100_0193).rotate_left(5);
    let finished = |hash: u32| (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d) >> 4;
    take(finished(word.chars().fold(0x811c_9dc5, mixed)));
    let mut before = 0x811c_9dc5;
    for (at, c) in word.char_indices() {
        take(finished(word[at + c.len_utf8()..].chars().fold(before, mixed)));
        before = mixed(before, c);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::of(&["droit", "e1106", "environnement", "environnemental", "social", "sociale", "svt", "vie"])
    }

    fn words(vocabulary: &Vocabulary, ids: impl IntoIterator<Item = WordId>) -> Vec<&str> {
        ids.into_iter().map(|id| vocabulary.word(id)).collect()
    }

    #[test]
    fn a_word_is_found_exactly_and_by_prefix() {
        let vocabulary = vocabulary();
        assert_eq!(vocabulary.find("svt").map(|id| vocabulary.word(id)), Some("svt"));
        assert_eq!((vocabulary.find("sv"), vocabulary.find("zzz"), vocabulary.find("")), (None, None, None));
        assert_eq!(words(&vocabulary, vocabulary.prefixed("env")), ["environnement", "environnemental"]);
        assert_eq!(words(&vocabulary, vocabulary.prefixed("social")), ["social", "sociale"]);
        assert!(vocabulary.prefixed("zz").is_empty() && Vocabulary::default().prefixed("a").is_empty());
    }

    #[test]
    fn a_word_is_found_with_typos() {
        let vocabulary = vocabulary();
        assert_eq!(words(&vocabulary, vocabulary.one_typo_from("sociale")), ["social"]);
        assert_eq!(words(&vocabulary, vocabulary.one_typo_from("driot")), ["droit"]);
        assert!(vocabulary.one_typo_from("e1107").is_empty(), "a digit is never a typo");
        assert_eq!(words(&vocabulary, vocabulary.two_typos_from("environmental")), ["environnemental"]);
        assert!(Vocabulary::default().one_typo_from("droit").is_empty());
        let heard = Vocabulary::of(&["philosophie", "phobie"]);
        assert_eq!(words(&heard, heard.two_typos_from("filosophie")), ["philosophie"]);
    }

    proptest! {
        #[test]
        fn the_buckets_hold_every_word_one_typo_away(
            mut all in proptest::collection::vec("[abé]{1,6}", 1..40), wanted in "[abé]{1,6}",
        ) {
            all.sort();
            all.dedup();
            let vocabulary = Vocabulary::of(&all.iter().map(|word| &**word).collect::<Vec<_>>());
            let near: Vec<&str> = all.iter().map(|word| &**word).filter(|word| typo::is_one(&wanted, word)).collect();
            prop_assert_eq!(words(&vocabulary, vocabulary.one_typo_from(&wanted)), near);
        }
    }
}
