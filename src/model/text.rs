//! Folding: how names are compared, whatever their case, accents and punctuation.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The first combining mark. Texts below it decompose character by character, at less than half the cost: no marks of two characters
/// meet, which would have to be put in order.
const MARKS: char = '\u{300}';

/// Articles, prepositions and what elision leaves of them, folded.
const SMALL: &[&str] = &[
    "a", "au", "aux", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur",
    "un", "une",
];

/// Whether a folded word is grammar.
pub fn is_small(word: &str) -> bool {
    word.len() <= 4 && SMALL.contains(&word)
}

/// The text in lower case, without accents, ligatures opened, every run of other characters one space.
///
/// `"Médiateur·rice d'Œuvre"` folds to `"mediateur rice d oeuvre"`. « & » is « et », dotted acronyms are words (`S.V.T.`), and
/// characters that nobody sees (soft hyphens, zero-width spaces) are not there. Two names that fold alike are one name.
pub fn fold(text: &str) -> String {
    if text.contains(['.', '&']) {
        folded(&without_dots(&text.nfc().collect::<String>().replace('&', " et ")))
    } else {
        folded(text)
    }
}

fn folded(text: &str) -> String {
    let mut folding = Folding { folded: String::with_capacity(text.len()), gap: false };
    if text.chars().all(|c| c < MARKS) {
        for c in text.chars() {
            match c.is_ascii() {
                true => folding.add_ascii(c.to_ascii_lowercase()),
                false => decompose_compatible(c, |part| part.to_lowercase().for_each(|c| folding.add(c))),
            }
        }
    } else {
        text.nfkd().flat_map(char::to_lowercase).for_each(|c| folding.add(c));
    }
    folding.folded
}

/// A text that is folded character by character.
struct Folding {
    folded: String,
    /// Whether something stood between the last character and the next.
    gap: bool,
}

impl Folding {
    /// Takes a character in lower case; of the common ones no table need be asked.
    fn add_ascii(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            self.close();
            self.folded.push(c);
        } else {
            self.gap = true;
        }
    }

    fn add(&mut self, c: char) {
        if c.is_ascii() {
            return self.add_ascii(c);
        }
        let opened = match c {
            'œ' => "oe",
            'æ' => "ae",
            'ß' => "ss",
            _ if !c.is_alphanumeric() || is_apostrophe(c) => {
                self.gap |= !is_combining_mark(c) && !is_invisible(c);
                return;
            }
            _ => {
                self.close();
                self.folded.push(c);
                return;
            }
        };
        self.close();
        self.folded.push_str(opened);
    }

    fn close(&mut self) {
        if self.gap && !self.folded.is_empty() {
            self.folded.push(' ');
        }
        self.gap = false;
    }
}

/// Modifier letters that stand for an apostrophe or a prime, though Unicode calls them letters.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{2ee}' | '\u{a78b}' | '\u{a78c}')
}

/// Characters without width that PDFs and web pages put inside words: no border between words.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0001}'..='\u{e007f}')
}

/// The text with the dots of its acronyms taken out: single letters each followed by a dot (`S.V.T.`, `s. v. t.`), the last
/// maybe without.
fn without_dots(text: &str) -> Cow<'_, str> {
    if !text.contains('.') {
        return Cow::Borrowed(text);
    }
    let letters: Vec<char> = text.chars().collect();
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let begins = at == 0 || !(letters[at - 1].is_alphanumeric() || letters[at - 1] == '.');
        match begins.then(|| acronym(&letters[at..])).flatten() {
            Some((acronym, length)) => {
                plain.push_str(&acronym);
                plain.push(' ');
                at += length;
            }
            None => {
                plain.push(letters[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(plain)
}

/// The acronym that a text begins with, and how many characters it takes.
fn acronym(text: &[char]) -> Option<(String, usize)> {
    let mut letters = String::new();
    let mut at = 0;
    loop {
        let mut next = at;
        while !letters.is_empty() && text.get(next) == Some(&' ') {
            next += 1;
        }
        let (Some(letter), after) = (text.get(next).filter(|c| c.is_alphabetic()), text.get(next + 1)) else { break };
        match after {
            Some('.') => {
                letters.push(*letter);
                at = next + 2;
            }
            None if next == at => {
                letters.push(*letter);
                at = next + 1;
            }
            Some(c) if next == at && !c.is_alphanumeric() => {
                letters.push(*letter);
                at = next + 1;
                break;
            }
            _ => break,
        }
    }
    (letters.chars().count() >= 2).then_some((letters, at))
}

/// The slug of a name: its fold, in ASCII, with dashes. Empty when the name has nothing to keep. It becomes an id, which is for
/// ever, so it knows neither « & » nor acronyms.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in folded(name).chars() {
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
    fn what_nobody_sees_or_says_folds_away() {
        for hidden in ['\u{ad}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{200e}'] {
            assert_eq!(fold(&format!("journa{hidden}liste")), "journaliste", "{hidden:?}");
        }
        for space in ['\u{a0}', '\u{202f}', '\u{2009}', '\u{3000}', '\t'] {
            assert_eq!(fold(&format!("droit{space}public")), "droit public", "{space:?}");
        }
        for apostrophe in ['\'', '’', '‘', 'ʼ', 'ʹ', '′', '`', '´', '＇', 'ʾ'] {
            assert_eq!(fold(&format!("Côte d{apostrophe}Azur")), "cote d azur", "{apostrophe:?}");
        }
        for hyphen in ['-', '‐', '‑', '–', '—', '−', '﹣', '－'] {
            assert_eq!(fold(&format!("sage{hyphen}femme")), "sage femme", "{hyphen:?}");
        }
        assert_eq!(fold("ﬁlière Œ Æ ĳ"), "filiere oe ae ij");
    }

    proptest::proptest! {
        #[test]
        fn of_plain_text_words_of_letters_and_digits_are_left(text in "[ !-%'-\\-/-~]{0,40}") {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
            let expected = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ");
            proptest::prop_assert_eq!(fold(&text), expected);
        }
    }

    #[test]
    fn an_ampersand_is_et_and_a_dotted_acronym_a_word() {
        assert_eq!(fold("Lettres & arts"), fold("lettres et arts"));
        assert_eq!((fold("R&D"), fold("R & D")), ("r et d".into(), "r et d".into()));
        for (dotted, plain) in [
            ("S.V.T.", "svt"),
            ("s.v.t", "svt"),
            ("S. V. T.", "svt"),
            ("licence S.V.T. (bac+3)", "licence svt bac 3"),
            ("C.C.S.T.I., musées", "ccsti musees"),
            ("L'I.N.A.L.C.O.", "l inalco"),
            ("chargé.e.s", "charge e s"),
            ("M. Dupont", "m dupont"),
            ("3.1.a", "3 1 a"),
            ("A. Martin", "a martin"),
        ] {
            assert_eq!(fold(dotted), plain, "{dotted}");
        }
    }

    #[test]
    fn composed_and_decomposed_texts_fold_alike() {
        use unicode_normalization::UnicodeNormalization;
        for text in ["Œuvres d'été à l'École", "S.V.T. & ñandú", "Ǖber.É.A."] {
            assert_eq!(fold(text), fold(&text.nfd().collect::<String>()), "{text}");
        }
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
