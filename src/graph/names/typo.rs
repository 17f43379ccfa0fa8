//! What counts as a typo: one insertion, deletion, substitution or transposition of neighbours; two of them in a
//! long word. Words with a digit are codes or levels (`E1106`, `M2`): another digit is another thing.

/// Longer words are compared exactly: nobody types them by hand.
const LONGEST: usize = 48;
/// A shorter word holds no typo: another letter makes another word of it, or another acronym.
const SHORTEST: usize = 4;
/// From this length on, two typos are taken.
const LONG: usize = 9;

/// Whether a word may hold a typo at all.
pub(super) fn allowed_in(word: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&word.len()) && !word.bytes().any(|b| b.is_ascii_digit())
}

/// Whether two different words are one typo apart; the longer has five letters or more.
pub(super) fn is_one(a: &str, b: &str) -> bool {
    if !allowed_in(a) || !allowed_in(b) || a.len().abs_diff(b.len()) > 4 {
        return false;
    }
    if a.is_ascii() && b.is_ascii() {
        return one_apart(a.as_bytes(), b.as_bytes());
    }
    one_apart(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
}

fn one_apart<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    if a.len().abs_diff(b.len()) > 1 || a.len().max(b.len()) <= SHORTEST || a.len().min(b.len()) < SHORTEST {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}

/// Whether two long words are two typos apart.
pub(super) fn are_two(a: &str, b: &str) -> bool {
    let long = |word: &str| allowed_in(word) && word.len() >= LONG;
    // Two typos change at most four letters of the set of letters in use: cheap to refute.
    long(a)
        && long(b)
        && a.len().abs_diff(b.len()) <= 8
        && (letters(a) ^ letters(b)).count_ones() <= 4
        && strsim::osa_distance(a, b) == 2
}

/// Whether a word begins with the same sound as what was typed: the same letter, or « ph » for « f ».
pub(super) fn begin_alike(typed: &str, word: &str) -> bool {
    typed.chars().next() == word.chars().next() || typed.starts_with('f') && word.starts_with("ph")
}

fn letters(word: &str) -> u32 {
    word.chars().fold(0, |set, c| set | 1 << (c as u32 % 32))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_typo_is_one_of_four_kinds() {
        for near in ["jounaliste", "jourrnaliste", "jourmaliste", "juornaliste", "ournaliste", "journalistes"] {
            assert!(is_one("journaliste", near) && is_one(near, "journaliste"), "{near}");
        }
        for far in ["journaliste", "jounalist", "jurnoaliste", "journal"] {
            assert!(!is_one("journaliste", far), "{far}");
        }
    }

    #[test]
    fn short_words_and_codes_hold_no_typo() {
        for (a, b) in [
            ("svt", "svr"),
            ("m1", "m2"),
            ("e1106", "e1107"),
            ("de", "des"),
            ("38208", "38209"),
            ("art", "arts"),
            ("prof", "prog"),
            ("pass", "pas"),
        ] {
            assert!(!is_one(a, b), "{a} {b}");
        }
        assert!(is_one("drot", "droit") && is_one("droi", "droit"));
    }

    #[test]
    fn two_typos_are_taken_in_long_words_only() {
        assert!(are_two("environmental", "environnemental"));
        assert!(!are_two("economie", "ecologie") && !are_two("journaliste", "journalisme international"));
    }

    proptest! {
        #[test]
        fn one_apart_is_the_distance_of_optimal_string_alignment(a in "[abé]{1,7}", b in "[abé]{1,7}") {
            let (x, y) = (a.chars().count(), b.chars().count());
            let tolerant = x.max(y) > SHORTEST && x.min(y) >= SHORTEST && allowed_in(&a) && allowed_in(&b);
            prop_assert_eq!(is_one(&a, &b), tolerant && strsim::osa_distance(&a, &b) == 1);
        }
    }
}
