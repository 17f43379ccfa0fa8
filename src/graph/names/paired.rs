//! Both genders written out: « Médiateur / Médiatrice scientifique », « Assistant social / Assistante sociale »; and what one
//! gender stands for in the other.

use super::inclusive::ENDINGS;
use crate::model::text::fold;

/// The masculine and the feminine name of a text that gives both, the words they share in each; none when it does not.
pub(super) fn forms(text: &str) -> Vec<String> {
    let spaced = text.replace('/', " / ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let slashes = words.iter().filter(|word| **word == "/").count();
    if slashes == 0 {
        return bracketed(&words);
    }
    let pairs = pairs_at_slashes(&words);
    if !pairs.is_empty() {
        pairs
    } else if slashes == 1 {
        sides(&words)
    } else {
        Vec::new()
    }
}

/// « Médiateur / Médiatrice scientifique »: each slash stands between the two genders of one word.
fn pairs_at_slashes(words: &[&str]) -> Vec<String> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        match words[at..] {
            [a, "/", b, ..] if gendered(a, b) => {
                left.push(a);
                right.push(b);
                at += 3;
            }
            ["/", ..] | [_, "/", ..] => return Vec::new(),
            [word, ..] => {
                left.push(word);
                right.push(word);
                at += 1;
            }
            [] => break,
        }
    }
    vec![left.join(" "), right.join(" ")]
}

/// « Assistant social / Assistante sociale », « Journaliste reporter / Journaliste reportrice d'images »: both sides run
/// alike up to where the shorter ends; what follows in the longer belongs to both.
fn sides(words: &[&str]) -> Vec<String> {
    let slash = words.iter().position(|word| *word == "/").unwrap_or_default();
    let (left, right) = (&words[..slash], &words[slash + 1..]);
    let shared = left.len().min(right.len());
    let alike = left.iter().zip(right).all(|(a, b)| fold(a) == fold(b) || gendered(a, b));
    if shared == 0 || !alike {
        return Vec::new();
    }
    let tail = if left.len() > right.len() { &left[shared..] } else { &right[shared..] };
    [left, right].map(|side| [&side[..shared], tail].concat().join(" ")).to_vec()
}

/// « Médiateur (Médiatrice) scientifique ».
fn bracketed(words: &[&str]) -> Vec<String> {
    let inside = |word: &'_ str| word.strip_prefix('(').and_then(|word| word.strip_suffix(')')).map(str::to_owned);
    let Some(at) = (1..words.len()).find(|at| inside(words[*at]).is_some_and(|word| gendered(words[at - 1], &word)))
    else {
        return Vec::new();
    };
    let other = inside(words[at]).unwrap_or_default();
    let with = |word: &str| [&words[..at - 1], &[word], &words[at + 1..]].concat().join(" ");
    vec![with(words[at - 1]), with(&other)]
}

/// Whether one word is the feminine of the other.
fn gendered(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let (a, b) = match (a.strip_suffix('s'), b.strip_suffix('s')) {
        (Some(a), Some(b)) => (a, b),
        _ => (&*a, &*b),
    };
    let of = |masculine: &str, feminine: &str| masculines(feminine).any(|word| word == masculine);
    masculine_long_enough(a, b) && (of(a, b) || of(b, a))
}

fn masculine_long_enough(a: &str, b: &str) -> bool {
    a.chars().count().min(b.chars().count()) > 2
}

/// The masculine words, folded, that a folded word may be the feminine of.
fn masculines(feminine: &str) -> impl Iterator<Item = String> + '_ {
    ENDINGS
        .iter()
        .filter_map(move |(_, cut, tail)| Some(format!("{}{}", feminine.strip_suffix(&*fold(tail))?, fold(cut))))
}

/// The feminine words, folded, that a folded word may be the masculine of.
fn feminines(masculine: &str) -> impl Iterator<Item = String> + '_ {
    ENDINGS
        .iter()
        .filter_map(move |(_, cut, tail)| Some(format!("{}{}", masculine.strip_suffix(&*fold(cut))?, fold(tail))))
}

/// The folded texts of the other gender that a folded text may stand for: its first word, or its first two, in the other
/// gender.
pub(super) fn other_gender_of(folded: &str) -> Vec<String> {
    let words: Vec<&str> = folded.split(' ').collect();
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let all = |word: &str| -> Vec<String> {
        let mut all: Vec<String> = masculines(word).chain(feminines(word)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_genders_written_out_give_both_names() {
        for (given, one, other) in [
            ("Médiateur / Médiatrice scientifique", "Médiateur scientifique", "Médiatrice scientifique"),
            ("Médiateur/Médiatrice scientifique", "Médiateur scientifique", "Médiatrice scientifique"),
            ("Médiateur (Médiatrice) scientifique", "Médiateur scientifique", "Médiatrice scientifique"),
            ("Assistant / Assistante social / sociale", "Assistant social", "Assistante sociale"),
            ("Assistant social / Assistante sociale", "Assistant social", "Assistante sociale"),
            ("Chargé / Chargée d'études", "Chargé d'études", "Chargée d'études"),
            ("Cheffe / Chef de projet", "Cheffe de projet", "Chef de projet"),
            ("Acteur / Actrice", "Acteur", "Actrice"),
            (
                "Journaliste sportif / Journaliste sportive de presse",
                "Journaliste sportif de presse",
                "Journaliste sportive de presse",
            ),
            ("Conseiller en emploi / Conseillère en emploi", "Conseiller en emploi", "Conseillère en emploi"),
            (
                "Techniciens / Techniciennes de laboratoire",
                "Techniciens de laboratoire",
                "Techniciennes de laboratoire",
            ),
        ] {
            assert_eq!(forms(given), [one, other], "{given}");
        }
    }

    #[test]
    fn what_is_no_pair_stays_as_it_is() {
        for given in
            ["Vente / Marketing", "Biologie / Biochimie", "R/S", "/", "Médiateur", "Art (théâtre)", "A / B / C"]
        {
            assert!(forms(given).is_empty(), "{given}: {:?}", forms(given));
        }
    }

    #[test]
    fn one_gender_stands_for_the_other() {
        for (given, wanted) in [
            ("mediatrice scientifique", "mediateur scientifique"),
            ("assistante sociale", "assistant social"),
            ("infirmiere", "infirmier"),
            ("chargee de veille", "charge de veille"),
            ("assistant maternel", "assistante maternelle"),
        ] {
            assert!(other_gender_of(given).iter().any(|form| form == wanted), "{given}: {:?}", other_gender_of(given));
        }
    }
}
