//! Both genders written out, and what one gender stands for in the other.

use std::sync::LazyLock;

use super::Forms;
use crate::model::text::fold;

/// How a feminine ending after a separator joins its word: the ending as written, what it takes off the end of
/// the masculine word, what it puts there.
pub(super) const ENDINGS: &[(&str, &str, &str)] = &[
    ("trice", "teur", "trice"),
    ("rice", "eur", "rice"),
    ("ice", "eur", "rice"),
    ("rice", "er", "rice"),
    ("euse", "eur", "euse"),
    ("euse", "er", "euse"),
    ("se", "r", "se"),
    ("eresse", "eur", "eresse"),
    ("ère", "er", "ère"),
    ("ere", "er", "ère"),
    ("re", "er", "ère"),
    ("ienne", "ien", "ienne"),
    ("enne", "en", "enne"),
    ("nne", "n", "nne"),
    ("ne", "n", "nne"),
    ("ive", "if", "ive"),
    ("ve", "f", "ve"),
    ("ffe", "f", "ffe"),
    ("fe", "f", "ffe"),
    ("elle", "el", "elle"),
    ("lle", "l", "lle"),
    ("le", "l", "lle"),
    ("ale", "al", "ale"),
    ("que", "c", "que"),
    ("esse", "e", "esse"),
    ("sse", "e", "esse"),
    ("e", "", "e"),
];

/// Pairs that share no stem, or whose ending is of no rule.
const IRREGULAR: &[(&str, &str)] = &[
    ("homme", "femme"),
    ("monsieur", "dame"),
    ("garcon", "fille"),
    ("garcon", "serveuse"),
    ("steward", "hotesse"),
    ("valet", "femme"),
    ("lad", "palefreniere"),
    ("maieuticien", "sage femme"),
    ("decontaminateur", "decontamineuse"),
];

/// Endings of pairs that are never written as inclusive spellings: what the masculine and the feminine end in.
const FURTHER: &[(&str, &str)] = &[
    ("man", "woman"),
    ("man", "maid"),
    ("olo", "ola"),
    ("ero", "era"),
    ("illo", "illa"),
    ("eux", "euse"),
    ("eau", "elle"),
];

/// « Médiateur / Médiatrice scientifique », « Assistant social / Assistante sociale », « Analyste Concepteur / Conceptrice ».
/// Each word of one side stands for one of the other, in order; what follows in the longer side belongs to both.
pub(super) fn halves(name: &str) -> Option<Forms> {
    let (left, right) = name.split_once('/')?;
    let (left, right): (Vec<&str>, Vec<&str>) = (words(left), words(right));
    if let [first, rest @ ..] = &left[..]
        && fold(first) == "homme"
        && !rest.is_empty()
        && fold(&rest.join(" ")) == fold(&right.join(" "))
    {
        return Some(Forms { masculine: left.join(" "), feminine: right.join(" ") });
    }
    (0..left.len()).find_map(|start| aligned(&left, &right, start)).or_else(|| skipping(&left, &right))
}

/// The forms where the words of the left side from `start` on are those that the right side gives in the other gender.
fn aligned(left: &[&str], right: &[&str], start: usize) -> Option<Forms> {
    let (shared, rest) = left.split_at(start);
    let length = rest.len().min(right.len());
    let (ours, ours_only) = rest.split_at(length);
    let (theirs, tail) = right.split_at(length);
    // A word before the pair is the left side's own, so the pair must begin with the word that differs.
    let begins = start == 0 || ours.first().zip(theirs.first()).is_some_and(|(a, b)| gendered(a, b));
    let pairs = || ours.iter().zip(theirs);
    let alike = pairs().all(|(a, b)| singular(&fold(a)) == singular(&fold(b)) || gendered(a, b))
        && pairs().any(|(a, b)| gendered(a, b));
    if !begins || !alike {
        return None;
    }
    let tail = tail.join(" ");
    let tail = super::forms(&tail).unwrap_or_else(|| Forms { masculine: tail.clone(), feminine: tail });
    let join = |own: &[&str], tail: &str| {
        let parts =
            shared.iter().chain(own).chain(ours_only).copied().chain(Some(tail).filter(|tail| !tail.is_empty()));
        parts.collect::<Vec<_>>().join(" ")
    };
    Some(Forms { masculine: join(ours, &tail.masculine), feminine: join(theirs, &tail.feminine) })
}

/// « Chef d'équipe dépanneur / Cheffe dépanneuse de chaudières »: the right side leaves words out that it means.
fn skipping(left: &[&str], right: &[&str]) -> Option<Forms> {
    let (mut feminine, mut next, mut pairs) = (Vec::new(), 0, 0);
    for (at, word) in left.iter().enumerate() {
        let met = right.get(next).filter(|other| gendered(word, other));
        if met.is_none() && (at == 0 || at + 1 == left.len()) {
            return None;
        }
        next += usize::from(met.is_some());
        pairs += usize::from(met.is_some());
        feminine.push(*met.unwrap_or(word));
    }
    let tail = &right[next..];
    (pairs >= 2)
        .then(|| Forms { masculine: [left, tail].concat().join(" "), feminine: [&feminine, tail].concat().join(" ") })
}

/// « Médiateur (Médiatrice) scientifique ».
pub(super) fn bracketed(name: &str) -> Option<Forms> {
    let words = words(name);
    let inside = |word: &str| word.strip_prefix('(').and_then(|word| word.strip_suffix(')')).map(str::to_owned);
    let at = (1..words.len()).find(|at| inside(words[*at]).is_some_and(|word| gendered(words[at - 1], &word)))?;
    let other = inside(words[at])?;
    let with = |word: &str| [&words[..at - 1], &[word], &words[at + 1..]].concat().join(" ");
    Some(Forms { masculine: with(words[at - 1]), feminine: with(&other) })
}

/// Whether two words are the two genders of one; part by part where they are compounds.
pub(super) fn gendered(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    if a == b {
        return false;
    }
    if one_word(&a, &b) {
        return true;
    }
    let (parts, others): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    parts.len() > 1 && parts.len() == others.len() && parts.iter().zip(others).all(|(a, b)| *a == b || one_word(a, b))
}

fn one_word(a: &str, b: &str) -> bool {
    let (a, b) = (singular(a), singular(b));
    let regular = |masculine: &str, feminine: &str| {
        masculines(feminine).any(|word| word == masculine)
            || FURTHER.iter().any(|(m, f)| {
                masculine
                    .strip_suffix(m)
                    .is_some_and(|stem| feminine.strip_suffix(f).is_some_and(|other| stem == other))
            })
    };
    let irregular = |masculine: &str, feminine: &str| IRREGULAR.contains(&(masculine, feminine));
    irregular(a, b) || irregular(b, a) || a.len().min(b.len()) > 2 && (regular(a, b) || regular(b, a))
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// What the masculine and the feminine of [`ENDINGS`] end in, folded: a search asks for each of its words.
static FOLDED: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| ENDINGS.iter().map(|(_, cut, tail)| (fold(cut), fold(tail))).collect());

/// The masculine words, folded, that a folded word may be the feminine of.
fn masculines(feminine: &str) -> impl Iterator<Item = String> + '_ {
    FOLDED.iter().filter_map(move |(cut, tail)| Some(format!("{}{cut}", feminine.strip_suffix(&**tail)?)))
}

/// The feminine words, folded, that a folded word may be the masculine of.
fn feminines(masculine: &str) -> impl Iterator<Item = String> + '_ {
    FOLDED.iter().filter_map(move |(cut, tail)| Some(format!("{}{tail}", masculine.strip_suffix(&**cut)?)))
}

/// The folded texts of the other gender that a folded text may stand for: its first word, or its first two, in the other
/// gender. Only words of which `is_word` holds are tried: most of what the endings make of a word is none.
pub fn other_gender_of(folded: &str, is_word: impl Fn(&str) -> bool) -> Vec<String> {
    let words: Vec<&str> = folded.split(' ').collect();
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let all = |word: &str| -> Vec<String> {
        let mut all: Vec<String> = masculines(word).chain(feminines(word)).filter(|word| is_word(word)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut found = Vec::new();
    for first in all(first) {
        found.push([&[&*first], rest].concat().join(" "));
        // « assistante sociale »: the word after it agrees.
        if let Some((second, rest)) = rest.split_first() {
            found.extend(all(second).iter().map(|second| [&[&*first, second], rest].concat().join(" ")));
        }
    }
    found
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}
