//! Folding: how names are compared, whatever their case, accents and punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The first combining mark. Texts below it decompose character by character, at less than half the cost: no marks of two characters
/// meet, which would have to be put in order.
const MARKS: char = '\u{300}';

/// The text in lower case, without accents, ligatures opened, every run of other characters one space.
///
/// `"Médiateur·rice d'Œuvre"` folds to `"mediateur rice d oeuvre"`. Two names that fold alike are one name.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    let mut add = |c: char| {
        let opened = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            _ => "",
        };
        if opened.is_empty() && !c.is_alphanumeric() {
            gap |= !is_combining_mark(c);
            return;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        if opened.is_empty() { folded.push(c) } else { folded.push_str(opened) }
    };
    if text.chars().all(|c| c < MARKS) {
        for c in text.chars() {
            match c.is_ascii() {
                true => add(c.to_ascii_lowercase()),
                false => decompose_compatible(c, |part| part.to_lowercase().for_each(&mut add)),
            }
        }
    } else {
        text.nfkd().flat_map(char::to_lowercase).for_each(add);
    }
    folded
}

/// The slug of a name: its fold, in ASCII, with dashes. Empty when the name has nothing to keep.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    while slug.ends_with('-') {
        slug.pop();
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_ligatures_and_punctuation_fold_away() {
        assert_eq!(fold("  Médiateur·rice d'Œuvre (SVT) "), "mediateur rice d oeuvre svt");
        assert_eq!(fold("E\u{301}COLOGIE—mer"), "ecologie mer");
        assert_eq!(fold("···"), "");
    }

    #[test]
    fn the_quick_way_folds_as_the_whole_one() {
        // A mark alone at the end makes the text take the whole way, and folds away.
        let whole = |text: &str| fold(&format!("{text}\u{300}"));
        for code in 1..u32::from(MARKS) {
            let c = char::from_u32(code).unwrap();
            for text in [format!("{c}"), format!("a{c}b"), format!("É{c}{c} Ǖ")] {
                assert_eq!(fold(&text), whole(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn a_slug_is_ascii_with_single_dashes() {
        assert_eq!(slug("Sciences de la vie et de la Terre"), "sciences-de-la-vie-et-de-la-terre");
        assert_eq!(slug("R&D / 研究"), "r-d");
        assert_eq!(slug("!"), "");
    }
}
