//! French for explanations: articles, elision, lists, numbers. Only what can be decided from a name is decided.

use crate::graph::{Graph, NodeIx};
use crate::model::Kind;
use crate::model::text::fold;

/// What comes before a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// le master
    Plain,
    /// du master
    Of,
    /// au master
    To,
}

/// A node as a noun phrase: `le master X`, `du métier d'écologue`, `à la licence Y`.
pub(super) fn phrase(graph: &Graph, node: NodeIx, case: Case) -> String {
    let name = &*graph.node(node).name;
    let (article, noun) = match graph.kind(node) {
        Kind::Licence => ("la", format!("licence {}", without(name, "licence"))),
        Kind::Master => ("le", format!("master {}", without(name, "master"))),
        Kind::Parcours => ("le", format!("parcours {}", without(name, "parcours"))),
        Kind::Job => ("le", format!("métier {}", de(&job(name)))),
        Kind::Study => ("la", format!("poursuite d'études « {name} »")),
        Kind::Family => ("la", format!("famille de métiers « {name} »")),
        Kind::Source | Kind::Course | Kind::University | Kind::Skill | Kind::Sector => return name.to_owned(),
    };
    match (case, article) {
        (Case::Plain, _) => format!("{article} {noun}"),
        (Case::Of, "le") => format!("du {noun}"),
        (Case::To, "le") => format!("au {noun}"),
        (Case::Of, _) => format!("de {article} {noun}"),
        (Case::To, _) => format!("à {article} {noun}"),
    }
}

/// `de journaliste`, `d'écologue`.
pub(super) fn de(name: &str) -> String {
    if elides(name) { format!("d'{name}") } else { format!("de {name}") }
}

/// A town or region: `de Normandie`, `d'Occitanie`, `du Grand Est`, `des Hauts-de-France`, `du Havre`.
pub(super) fn de_place(name: &str) -> String {
    let plural = ["hauts de france", "pays de la loire"];
    let masculine = ["grand est", "centre val de loire"];
    let folded = fold(name);
    if let Some(rest) = name.strip_prefix("Le ") {
        format!("du {rest}")
    } else if let Some(rest) = name.strip_prefix("Les ") {
        format!("des {rest}")
    } else if plural.contains(&&*folded) {
        format!("des {name}")
    } else if masculine.contains(&&*folded) {
        format!("du {name}")
    } else {
        de(name)
    }
}

/// At a university: `à l'Université de Caen`, `au Conservatoire de Pau`, `à Sorbonne Université`.
pub(super) fn at_university(name: &str) -> String {
    let first = fold(name.split([' ', '-', '\'', '’']).next().unwrap_or_default());
    match &*first {
        "universite" | "ecole" | "institut" | "insa" | "inp" | "iut" | "iep" | "inalco" | "ensemble" | "academie"
        | "ens" | "ehess" | "ephe" => format!("à l'{name}"),
        "conservatoire" | "campus" | "centre" | "museum" | "college" | "groupe" | "cnam" | "pole" => {
            format!("au {name}")
        }
        "faculte" | "communaute" | "haute" => format!("à la {name}"),
        _ => format!("à {name}"),
    }
}

/// A name without the word for its kind before it.
fn without<'n>(name: &'n str, word: &str) -> &'n str {
    match name.split_once(' ') {
        Some((first, rest)) if fold(first) == word && !rest.trim().is_empty() => rest.trim_start(),
        _ => name,
    }
}

/// The name inside a sentence: its capital goes, unless it is an acronym's or the second letter is one too.
pub(super) fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && (second.is_lowercase() || second == '\'') => {
            first.to_lowercase().chain(name.chars().skip(1)).collect()
        }
        _ => name.to_owned(),
    }
}

/// A job's name inside a sentence; one that gives both genders (« Traducteur / Traductrice ») has two beginnings.
fn job(name: &str) -> String {
    let begun = |part: &str| {
        let lower = lower_first(part);
        if lower == part { lower } else { accented(&lower) }
    };
    name.split(" / ").map(begun).collect::<Vec<_>>().join(" / ")
}

/// A word that lost its capital gets the accent back that many publishers leave off capitals: `editeur` is `éditeur`,
/// `echographiste` `échographiste`, but `ergonome`, `employé` and `ethnologue` stay. An e that ends its syllable has it: before one
/// consonant and a vowel, or a consonant with r, l or h and a vowel.
fn accented(name: &str) -> String {
    const FOREIGN: [&str; 4] = ["event", "editor", "evangelist", "email"];
    let mut letters = name.chars().map(|c| fold(&c.to_string()).chars().next().unwrap_or(' '));
    let (first, second, third, fourth) = (letters.next(), letters.next(), letters.next(), letters.next());
    let vowel = |letter: Option<char>| letter.is_some_and(|letter| "aeiouy".contains(letter));
    let joined = match (second, third) {
        (Some(second), Some('r' | 'l')) => "bcdfgptv".contains(second),
        (Some(second), Some('h')) => "cpt".contains(second),
        _ => false,
    };
    let open =
        second.is_some_and(|second| "bcdfgjklmnprstvz".contains(second)) && (vowel(third) || joined && vowel(fourth));
    let word = name.split(' ').next().unwrap_or_default();
    if first == Some('e') && name.starts_with('e') && open && !FOREIGN.contains(&word) {
        format!("é{}", &name[1..])
    } else {
        name.to_owned()
    }
}

pub(super) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Words in h that take no elision, by their beginnings, folded.
const ASPIRATED: [&str; 27] = [
    "hack", "haie", "hall", "halt", "handball", "handicap", "hangar", "harcel", "hardware", "haricot", "harp",
    "hasard", "hausse", "haut", "heros", "heraut", "herisson", "heurt", "hibou", "hierarch", "hip", "hockey", "homard",
    "hongr", "hors", "houille", "huit",
];

/// Whether `de` and `le` lose their vowel before a name.
fn elides(name: &str) -> bool {
    let word = name.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    let folded = fold(word);
    let acronym = word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
    match folded.chars().next() {
        // `le onze`, `le yoga`, `le oui`; y elides before a consonant: `d'Yvetot`.
        Some('a' | 'e' | 'i' | 'u') => !folded.starts_with("uhlan") && folded != "un",
        Some('o') => folded != "onze" && folded != "oui" && !folded.starts_with("ouistiti"),
        Some('y') => folded.chars().nth(1).is_some_and(|second| !"aeiou".contains(second)),
        Some('h') => !acronym && !ASPIRATED.iter().any(|start| folded.starts_with(start)),
        _ => false,
    }
}

/// `a`, `a et b`, `a, b et c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} et {last}", init.join(", ")),
    }
}

/// A number: in words up to nine.
pub(super) fn number(count: usize) -> String {
    const WORDS: [&str; 10] = ["aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vowels_and_mute_h_elide_but_not_aspirated_h() {
        for (name, wanted) in [
            ("écologue", "d'écologue"),
            ("hydrogéologue", "d'hydrogéologue"),
            ("haut fonctionnaire", "de haut fonctionnaire"),
            ("œnologue", "d'œnologue"),
            ("journaliste", "de journaliste"),
            ("yoga", "de yoga"),
            ("onze métiers", "de onze métiers"),
        ] {
            assert_eq!(de(name), wanted);
        }
    }

    #[test]
    fn places_have_their_own_articles() {
        for (name, wanted) in [
            ("Normandie", "de Normandie"),
            ("Île-de-France", "d'Île-de-France"),
            ("Grand Est", "du Grand Est"),
            ("Hauts-de-France", "des Hauts-de-France"),
            ("Le Havre", "du Havre"),
        ] {
            assert_eq!(de_place(name), wanted);
        }
    }

    #[test]
    fn a_capital_goes_unless_it_is_an_acronym_s() {
        assert_eq!(lower_first("Écologue"), "écologue");
        assert_eq!(lower_first("UX designer"), "UX designer");
        assert_eq!(lower_first("R&D manager"), "R&D manager");
        assert_eq!(job("Traducteur / Traductrice"), "traducteur / traductrice");
        for (name, wanted) in [
            ("Editeur / Editrice", "éditeur / éditrice"),
            ("Economiste", "économiste"),
            ("Echographiste", "échographiste"),
            ("Ecrivain", "écrivain"),
            ("Ergonome", "ergonome"),
            ("Employé de banque", "employé de banque"),
            ("Ethnologue", "ethnologue"),
            ("Examinateur", "examinateur"),
            ("Effleureur", "effleureur"),
            ("Event manager", "event manager"),
            ("Écologue", "écologue"),
        ] {
            assert_eq!(job(name), wanted);
        }
    }

    #[test]
    fn one_studies_at_a_university() {
        assert_eq!(at_university("Université Côte d'Azur"), "à l'Université Côte d'Azur");
        assert_eq!(at_university("Aix-Marseille Université"), "à Aix-Marseille Université");
        assert_eq!(at_university("ENS de Lyon"), "à l'ENS de Lyon");
        assert_eq!(at_university("Sorbonne Université"), "à Sorbonne Université");
        assert_eq!(at_university("Conservatoire supérieur de Pau"), "au Conservatoire supérieur de Pau");
    }
}
