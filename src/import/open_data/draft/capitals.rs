//! Titles that a source gives all in capitals, written as one writes them. Comparing names folds this away, so it only changes what
//! is shown.

use std::collections::{BTreeMap, HashMap};

use crate::import::open_data::draft::Draft;
use crate::import::open_data::naming::identity::ACRONYMS;
use crate::model::text::{self, fold};
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
        let folded = fold(word);
        let is_small = text::is_small(&folded) || folded == "avec";
        let most = forms.get(&folded).and_then(|known| known.iter().max_by_key(|(_, count)| **count));
        match most {
            _ if ACRONYMS.contains(&word) => out.push_str(word),
            _ if is_small => out.push_str(&word.to_lowercase()),
            Some((form, _)) => out.push_str(form),
            None if word.chars().count() < SHORTEST_WORD => out.push_str(word),
            None => out.push_str(&word.to_lowercase()),
        }
        out.push_str(&part[word.len()..]);
    }
    let mut letters = out.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_in_capitals_is_written_as_other_names_write_its_words() {
        let mut forms: Forms =
            "SCIENCES POUR L'INGENIEUR EN EUROPE MIAGE".split(between).map(|w| (fold(w), BTreeMap::new())).collect();
        for name in ["Sciences de l'ingénieur", "Ingénieur pour l'Europe", "Droit en Europe", "Méthodes (miage)"] {
            count(&mut forms, name);
        }
        for (given, wanted) in [
            ("SCIENCES POUR L'INGENIEUR", "Sciences pour l'ingénieur"),
            ("SCIENCES EN EUROPE - MIAGE", "Sciences en Europe - MIAGE"),
            ("INGENIEUR QSE", "Ingénieur QSE"),
            ("SCIENCES INCONNUES", "Sciences inconnues"),
            ("DROIT DE LA SANTE ET DES AFFAIRES", "Droit de la sante et des affaires"),
            ("STAPS : SCIENCES DU SPORT", "STAPS : sciences du sport"),
        ] {
            assert!(is_shouted(given));
            assert_eq!(written_out(given, &forms), wanted);
        }
        assert!(!is_shouted("MIAGE") && !is_shouted("EAU") && !is_shouted("Droit") && is_shouted("AUDIT"));
    }
}
