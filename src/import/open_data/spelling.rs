//! How names are spelt where a publisher's typewriter shows: capitals without their accent, titles all in capitals. Comparing names
//! folds this away, so it only changes what is shown.

use std::collections::{BTreeMap, HashMap};

use super::draft::Draft;
use super::identity::ACRONYMS;
use crate::model::text::fold;
use crate::model::{Key, Kind};

/// The kinds whose names are titles, as sentences are written.
const TITLED: [Kind; 3] = [Kind::Licence, Kind::Master, Kind::Parcours];
/// A shorter word that no other name has is taken for an acronym.
const SHORTEST_WORD: usize = 5;

/// Writes titles that a source gives all in capitals as one writes them: each word as most other names have it, accents and
/// acronyms too. The capitals stay as an alias.
pub fn write_out(draft: &mut Draft<'_>) {
    let titles = TITLED.iter().flat_map(|kind| draft.nodes_of(*kind));
    let shouted: Vec<(Key, Box<str>)> =
        titles.filter(|node| is_shouted(&node.name)).map(|node| (node.key.clone(), node.name.clone())).collect();
    if shouted.is_empty() {
        return;
    }
    let words = shouted.iter().flat_map(|(_, name)| name.split(between)).map(fold);
    let mut forms: Forms = words.map(|word| (word, BTreeMap::new())).collect();
    for kind in TITLED.iter().chain(&[Kind::Job, Kind::Skill]) {
        draft.nodes_of(*kind).filter(|node| !is_shouted(&node.name)).for_each(|node| count(&mut forms, &node.name));
    }
    for (key, name) in shouted {
        draft.rename(&key, &written_out(&name, &forms));
    }
}

/// Per folded word, how often each way to write it was met.
type Forms = HashMap<String, BTreeMap<String, usize>>;

fn between(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Whether a title is all in capitals and no acronym.
fn is_shouted(name: &str) -> bool {
    let long = name.split(between).any(|word| word.chars().count() >= SHORTEST_WORD);
    long && !name.chars().any(char::is_lowercase) && !ACRONYMS.contains(&name)
}

fn count(forms: &mut Forms, name: &str) {
    for (n, word) in name.split(between).filter(|word| !word.is_empty()).enumerate() {
        if let Some(known) = forms.get_mut(&fold(word)) {
            // The first word of a name has its capital from its place.
            let begins = n == 0 && word.chars().any(char::is_lowercase);
            *known.entry(if begins { word.to_lowercase() } else { word.to_owned() }).or_default() += 1;
        }
    }
}

fn written_out(name: &str, forms: &Forms) -> String {
    let mut out = String::new();
    for part in name.split_inclusive(between) {
        let word = part.trim_end_matches(between);
        let most = forms.get(&fold(word)).and_then(|known| known.iter().max_by_key(|(_, count)| **count));
        match most {
            Some((form, _)) => out.push_str(form),
            None if word.chars().count() < SHORTEST_WORD => out.push_str(word),
            None => out.push_str(&word.to_lowercase()),
        }
        out.push_str(&part[word.len()..]);
    }
    let mut letters = out.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A name with the accent that the publisher leaves off a capital: `Educateur` becomes `Éducateur`. Only where the
/// spelling tells: before one consonant and a vowel, or two consonants that begin a syllable.
pub fn accented(name: &str) -> String {
    if name.split(' ').any(|word| ENGLISH.contains(&word)) {
        return name.to_owned();
    }
    let mut words: Vec<String> = Vec::new();
    for word in name.split(' ') {
        let letters: Vec<char> = fold(word).chars().collect();
        let vowel = |at: usize| letters.get(at).is_some_and(|c| "aeiouy".contains(*c));
        let open = match letters.get(1..3) {
            Some([c, 'l' | 'r']) if "bcdfgptv".contains(*c) => vowel(3),
            Some(['c' | 't' | 'p', 'h'] | ['q', 'u']) => vowel(3),
            Some([c, _]) => !"aeiouyx".contains(*c) && vowel(2),
            _ => false,
        };
        let upright = word.starts_with('E') && word.chars().nth(1).is_some_and(char::is_lowercase);
        words.push(match word {
            "Etre" => "Être".to_owned(),
            _ if upright && open && !FOREIGN.contains(&word) => format!("É{}", &word[1..]),
            _ => word.to_owned(),
        });
    }
    words.join(" ")
}

/// Words that tell an English name: some mentions have one.
const ENGLISH: [&str; 5] = ["and", "of", "the", "for", "with"];

/// Words of other languages, and a trade mark, that ROME uses.
const FOREIGN: [&str; 3] = ["Eclipse", "Energy", "Event"];

/// Whether a name is better written than another of the same letters: not all in capitals, or with more accents.
pub fn is_better(name: &str, known: &str) -> bool {
    let shouted = |text: &str| !text.chars().any(char::is_lowercase);
    let accents = |text: &str| text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    match (shouted(name), shouted(known)) {
        (false, true) => true,
        (true, false) => false,
        _ => fold(name) == fold(known) && accents(name) > accents(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capital_gets_its_accent_where_the_spelling_tells() {
        for (given, wanted) in [
            ("Educateur / Educatrice en locomotion", "Éducateur / Éducatrice en locomotion"),
            ("Ecrivain / Ecrivaine", "Écrivain / Écrivaine"),
            ("Equipier polyvalent", "Équipier polyvalent"),
            ("Eclusier-barragiste", "Éclusier-barragiste"),
            ("Etalagiste", "Étalagiste"),
            ("Echafaudeur", "Échafaudeur"),
            ("Expert / Experte", "Expert / Experte"),
            ("Employé d'étage", "Employé d'étage"),
            ("Esthéticien", "Esthéticien"),
            ("Ergonome", "Ergonome"),
            ("Ethnologue", "Ethnologue"),
            ("Enquêteur privé", "Enquêteur privé"),
            ("Ethique et déontologie", "Éthique et déontologie"),
            ("Etre à l'écoute", "Être à l'écoute"),
            ("Event manager", "Event manager"),
            ("EHPAD", "EHPAD"),
            ("Functional Biology and Ecology", "Functional Biology and Ecology"),
            ("Eau", "Eau"),
            ("Ecole normale supérieure", "École normale supérieure"),
        ] {
            assert_eq!(accented(given), wanted);
        }
    }

    #[test]
    fn a_title_in_capitals_is_written_as_other_names_write_its_words() {
        let mut forms: Forms =
            "SCIENCES POUR L'INGENIEUR EN EUROPE MIAGE".split(between).map(|w| (fold(w), BTreeMap::new())).collect();
        for name in ["Sciences de l'ingénieur", "Ingénieur pour l'Europe", "Droit en Europe", "Méthodes (MIAGE)"] {
            count(&mut forms, name);
        }
        for (given, wanted) in [
            ("SCIENCES POUR L'INGENIEUR", "Sciences pour l'ingénieur"),
            ("SCIENCES EN EUROPE - MIAGE", "Sciences en Europe - MIAGE"),
            ("INGENIEUR QSE", "Ingénieur QSE"),
            ("SCIENCES INCONNUES", "Sciences inconnues"),
        ] {
            assert!(is_shouted(given));
            assert_eq!(written_out(given, &forms), wanted);
        }
        assert!(!is_shouted("MIAGE") && !is_shouted("EAU") && !is_shouted("Droit") && is_shouted("AUDIT"));
    }

    #[test]
    fn the_better_written_name_is_told() {
        assert!(is_better("Urbanisme et aménagement", "URBANISME ET AMENAGEMENT"));
        assert!(is_better("Urbanisme et aménagement", "Urbanisme et amenagement"));
        assert!(!is_better("Urbanisme et amenagement", "Urbanisme et aménagement"));
        assert!(!is_better("DROIT", "Droit") && !is_better("Droit", "Droit"));
    }
}
