//! Folding: how names are compared, whatever their case, accents and punctuation.

use unicode_normalization::UnicodeNormalization;

/// The text in lower case, without accents, ligatures opened, every run of other characters one space.
///
/// `"Médiateur·rice d'Œuvre"` folds to `"mediateur rice d oeuvre"`. Two names that fold alike are one name.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd().flat_map(char::to_lowercase) {
        let opened = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            _ => "",
        };
        if opened.is_empty() && !c.is_alphanumeric() {
            gap |= !unicode_normalization::char::is_combining_mark(c);
            continue;
        }
        if gap && !folded.is_empty() {
            folded.push(' ');
        }
        gap = false;
        if opened.is_empty() { folded.push(c) } else { folded.push_str(opened) }
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
    fn a_slug_is_ascii_with_single_dashes() {
        assert_eq!(slug("Sciences de la vie et de la Terre"), "sciences-de-la-vie-et-de-la-terre");
        assert_eq!(slug("R&D / 研究"), "r-d");
        assert_eq!(slug("!"), "");
    }
}
