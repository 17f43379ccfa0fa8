//! Inclusive spellings: which plain forms « médiateur·rice » or « chargé(e) » stand for; both genders in full are
//! [`paired`]'s.

use super::paired;

/// How a feminine ending after a separator joins its word: the ending as written, what it takes off the end of
/// the masculine word, what it puts there.
pub(super) const ENDINGS: &[(&str, &str, &str)] = &[
    ("trice", "teur", "trice"),
    ("rice", "eur", "rice"),
    ("ice", "eur", "rice"),
    ("euse", "eur", "euse"),
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
    ("esse", "e", "esse"),
    ("sse", "e", "esse"),
    ("e", "", "e"),
];

/// What stands between a word and its other ending.
pub(super) const MARKS: [char; 9] = ['·', '•', '∙', '‧', '.', '-', '/', '(', ')'];

/// The masculine and the feminine form of a text with inclusive spellings; none when it has no such spelling.
pub(super) fn forms(text: &str) -> Vec<String> {
    let paired = paired::forms(text);
    if !paired.is_empty() {
        return paired;
    }
    let mut masculine = Vec::new();
    let mut feminine = Vec::new();
    let mut inclusive = false;
    for word in text.split_whitespace() {
        match split(word) {
            Some((stem, ending)) => {
                inclusive = true;
                let (plural, singular_ending) = match ending.strip_suffix('s') {
                    Some(rest) if !rest.is_empty() => ("s", rest),
                    _ => ("", ending.as_str()),
                };
                let joint = ENDINGS.iter().find(|(ending, cut, _)| *ending == singular_ending && stem.ends_with(cut));
                let (cut, tail) = joint.map_or(("", singular_ending), |(_, cut, tail)| (*cut, *tail));
                masculine.push(format!("{stem}{plural}"));
                feminine.push(format!("{}{tail}{plural}", &stem[..stem.len() - cut.len()]));
            }
            None => {
                masculine.push(word.to_owned());
                feminine.push(word.to_owned());
            }
        }
    }
    if inclusive { vec![masculine.join(" "), feminine.join(" ")] } else { Vec::new() }
}

/// `médiateur·rice`, `médiateur.rice`, `médiateur(rice)`, `médiateur-rice`, `médiateur/rice`, `chargé·e·s`.
fn split(word: &str) -> Option<(String, String)> {
    let lower = word.to_lowercase();
    let mut parts = lower.split(MARKS).filter(|part| !part.is_empty());
    let (stem, ending) = (parts.next()?, parts.next()?);
    let plural = match parts.next() {
        Some("s") => "s",
        Some(_) => return None,
        None => "",
    };
    let known = ENDINGS.iter().any(|(known, ..)| *known == ending.trim_end_matches('s') || *known == ending);
    (known && stem.chars().count() > 2).then(|| (stem.to_owned(), format!("{ending}{plural}")))
}

#[cfg(test)]
mod tests {
    use super::forms;

    #[test]
    fn each_inclusive_spelling_gives_both_forms() {
        for (given, masculine, feminine) in [
            ("médiateur·rice scientifique", "médiateur scientifique", "médiatrice scientifique"),
            ("médiateur·trice scientifique", "médiateur scientifique", "médiatrice scientifique"),
            ("médiateur(trice)", "médiateur", "médiatrice"),
            ("chargé·e de veille", "chargé de veille", "chargée de veille"),
            ("chargé.e.s de veille", "chargés de veille", "chargées de veille"),
            ("chef·fe de projet", "chef de projet", "cheffe de projet"),
            ("rédacteur/rice", "rédacteur", "rédactrice"),
            ("vendeur·euse", "vendeur", "vendeuse"),
            ("vendeur·se", "vendeur", "vendeuse"),
            ("technicien·ne", "technicien", "technicienne"),
            ("conseiller·ère", "conseiller", "conseillère"),
            ("Consultant·e", "consultant", "consultante"),
        ] {
            assert_eq!(forms(given), [masculine, feminine], "{given}");
        }
    }

    #[test]
    fn a_plain_text_has_no_other_form() {
        for given in ["médiateur scientifique", "garde-rivière", "Physique-chimie", "R&D", "e.g."] {
            assert!(forms(given).is_empty(), "{given}: {:?}", forms(given));
        }
    }
}
