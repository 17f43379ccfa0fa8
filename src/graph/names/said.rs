//! Words of kind around a name: « licence de droit », « master en psychologie », « métier de journaliste », « devenir avocat ».
//! They say which kind is meant, and are not looked for.

use crate::model::Kind;

/// Words of kind, folded; the longest first where one begins another.
const BEFORE: &[(&str, &[Kind])] = &[
    ("mention de licence", &[Kind::Licence]),
    ("licence mention", &[Kind::Licence]),
    ("licence generale", &[Kind::Licence]),
    ("licences", &[Kind::Licence]),
    ("licence 1", &[Kind::Licence]),
    ("licence 2", &[Kind::Licence]),
    ("licence 3", &[Kind::Licence]),
    ("licence", &[Kind::Licence]),
    ("license", &[Kind::Licence]),
    ("lisence", &[Kind::Licence]),
    ("l1", &[Kind::Licence]),
    ("l2", &[Kind::Licence]),
    ("l3", &[Kind::Licence]),
    ("mention de master", &[Kind::Master]),
    ("master mention", &[Kind::Master]),
    ("masters", &[Kind::Master]),
    ("master 1", &[Kind::Master]),
    ("master 2", &[Kind::Master]),
    ("master", &[Kind::Master]),
    ("m1", &[Kind::Master]),
    ("m2", &[Kind::Master]),
    ("parcours", &[Kind::Parcours]),
    ("etudes", &[Kind::Licence]),
    ("fac", &[Kind::Licence, Kind::University]),
    ("faculte", &[Kind::Licence, Kind::University]),
    ("universite", &[Kind::University]),
    ("univ", &[Kind::University]),
    ("metiers", &[Kind::Job]),
    ("metier", &[Kind::Job]),
    ("profession", &[Kind::Job]),
    ("emploi", &[Kind::Job]),
    ("poste", &[Kind::Job]),
    ("devenir", &[Kind::Job]),
    ("travailler comme", &[Kind::Job]),
];

/// Words of kind that also come last: « psychologie (master) ».
const AFTER: &[(&str, &[Kind])] = &[
    ("licence", &[Kind::Licence]),
    ("master", &[Kind::Master]),
    ("parcours", &[Kind::Parcours]),
    ("metier", &[Kind::Job]),
];

/// What joins a word of kind to a name.
const JOINTS: &[&str] =
    &["de", "d", "des", "du", "en", "la", "le", "les", "l", "un", "une", "mention", "comme", "specialite"];

/// The kinds that a folded text says and the name that it says them of; `None` where it says none, or nothing else.
pub(in crate::graph) fn kinds_said(folded: &str) -> Option<(&'static [Kind], &str)> {
    let before = BEFORE.iter().find_map(|(word, kinds)| Some((*kinds, folded.strip_prefix(word)?.strip_prefix(' ')?)));
    if let Some((kinds, mut name)) = before {
        while let Some((first, rest)) = name.split_once(' ')
            && JOINTS.contains(&first)
        {
            name = rest;
        }
        return Some((kinds, name));
    }
    AFTER.iter().find_map(|(word, kinds)| Some((*kinds, folded.strip_suffix(word)?.strip_suffix(' ')?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_said_in_words_is_taken_off() {
        for (text, kind, name) in [
            ("licence de droit", Kind::Licence, "droit"),
            ("licence d economie", Kind::Licence, "economie"),
            ("l3 de la psychologie", Kind::Licence, "psychologie"),
            ("master en sciences de la vie", Kind::Master, "sciences de la vie"),
            ("master 2 psychologie", Kind::Master, "psychologie"),
            ("psychologie master", Kind::Master, "psychologie"),
            ("metier de journaliste", Kind::Job, "journaliste"),
            ("devenir avocat", Kind::Job, "avocat"),
            ("fac de droit", Kind::Licence, "droit"),
        ] {
            let (kinds, said) = kinds_said(text).unwrap();
            assert_eq!((kinds[0], said), (kind, name), "{text}");
        }
        for text in ["licence", "droit", "licenciement de droit", "masterclass"] {
            assert_eq!(kinds_said(text), None, "{text}");
        }
    }
}
