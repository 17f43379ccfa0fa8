//! How names are spelt where a publisher's typewriter shows: capitals without their accent. Comparing names folds this
//! away, so it only changes what is shown.

use crate::model::text::fold;

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
    fn the_better_written_name_is_told() {
        assert!(is_better("Urbanisme et aménagement", "URBANISME ET AMENAGEMENT"));
        assert!(is_better("Urbanisme et aménagement", "Urbanisme et amenagement"));
        assert!(!is_better("Urbanisme et amenagement", "Urbanisme et aménagement"));
        assert!(!is_better("DROIT", "Droit") && !is_better("Droit", "Droit"));
    }
}
