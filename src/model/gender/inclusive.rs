//! Inclusive spellings: which plain forms « médiateur·rice » or « chargé(e) » stand for, and how two forms are written as one.

use super::Forms;
use super::pair::{ENDINGS, gendered};

/// What stands between a word and its other ending, or between two forms.
pub const MARKS: [char; 9] = ['·', '•', '∙', '‧', '.', '-', '/', '(', ')'];

/// The forms of a text with inclusive spellings.
pub(super) fn forms(text: &str) -> Option<Forms> {
    let (mut masculine, mut feminine) = (Vec::new(), Vec::new());
    let mut inclusive = false;
    for word in text.split_whitespace() {
        let Some((stem, ending)) = split(word) else {
            masculine.push(word.to_owned());
            feminine.push(word.to_owned());
            continue;
        };
        inclusive = true;
        let (plural, ending) = match ending.strip_suffix('s') {
            Some(rest) if !rest.is_empty() => ("s", rest),
            _ => ("", ending.as_str()),
        };
        let joint = ENDINGS.iter().find(|(known, cut, _)| *known == ending && stem.ends_with(cut));
        let (cut, tail) = joint.map_or(("", ending), |(_, cut, tail)| (*cut, *tail));
        masculine.push(format!("{stem}{plural}"));
        feminine.push(format!("{}{tail}{plural}", &stem[..stem.len() - cut.len()]));
    }
    inclusive.then(|| Forms { masculine: masculine.join(" "), feminine: feminine.join(" ") })
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

/// The inclusive form of two forms, word by word; `None` where a word's two forms share no stem.
pub fn inclusive(forms: &Forms) -> Option<String> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (masculine, feminine) = (words(&forms.masculine), words(&forms.feminine));
    if masculine == feminine || masculine.len() != feminine.len() {
        return None;
    }
    let joined: Option<Vec<String>> = masculine.iter().zip(&feminine).map(|(m, f)| word(m, f)).collect();
    Some(joined?.join(" "))
}

fn word(masculine: &str, feminine: &str) -> Option<String> {
    if masculine == feminine {
        return Some(masculine.to_owned());
    }
    if masculine.contains('-') && masculine.matches('-').count() == feminine.matches('-').count() {
        let parts: Option<Vec<String>> =
            masculine.split('-').zip(feminine.split('-')).map(|(m, f)| word(m, f)).collect();
        return Some(parts?.join("-"));
    }
    if !gendered(masculine, feminine) {
        return None;
    }
    if let Some(rest) = feminine.strip_prefix(masculine) {
        return Some(format!("{masculine}·{rest}"));
    }
    let shown = [
        ("teur", "trice", "rice"),
        ("eur", "euse", "euse"),
        ("eux", "euse", "euse"),
        ("er", "euse", "euse"),
        ("er", "rice", "rice"),
        ("if", "ive", "ive"),
        ("er", "ère", "ère"),
        ("eur", "eresse", "eresse"),
        ("c", "que", "que"),
    ];
    let shown = shown.iter().find(|(m, f, _)| masculine.ends_with(m) && feminine.ends_with(f));
    if let Some((_, _, shown)) = shown {
        return Some(format!("{masculine}·{shown}"));
    }
    let alike = masculine.chars().zip(feminine.chars()).take_while(|(a, b)| a == b);
    let common: usize = alike.map(|(a, _)| a.len_utf8()).sum();
    // « Homme·Femme » says nothing that « Homme / Femme » does not.
    let rest = &feminine[common..];
    let ending = rest.trim_end_matches('s');
    ENDINGS.iter().any(|(known, ..)| *known == ending).then(|| format!("{masculine}·{rest}"))
}
