//! The town in a cell of places: publishers write it in capitals, without hyphens, with its postcode or without.

use crate::model::text::fold;

/// The town of the first place of `UFR Physique – Grands Moulins - PARIS (75)|…`: what stands after the last dash, without
/// postcode, department and CEDEX. Places are joined by a bar or, in older files, a comma.
pub(super) fn city(places: &str) -> Option<String> {
    let mut first = places.split('|').next()?.trim();
    // A comma within the name of a place is followed by a space.
    if let Some((before, _)) = first.split_once("),") {
        first = before;
    }
    let (_, town) = first.rsplit_once(" - ").or_else(|| before_department(first))?;
    let town = town.split(" (").next()?.trim();
    let town = town.split([',', '(']).next()?.trim();
    let town = town.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let words = town.split(' ').take_while(|word| !fold(word).starts_with("cedex"));
    let town = words.enumerate().fold(String::new(), |mut town, (n, word)| {
        let lower = word.to_lowercase();
        let links = |word: &str| LINKS.contains(&word) || word.starts_with("d'") || word.starts_with("d’");
        let linked = links(&lower) || town.rsplit('-').next().is_some_and(links) || town.ends_with("Saint");
        match n {
            0 => {}
            _ if linked => town.push('-'),
            _ => town.push(' '),
        }
        let written = place_word(&format!("{}{word}", if n > 0 && linked { "-" } else { "" }));
        town.push_str(written.trim_start_matches('-'));
        town
    });
    let town = town.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    (!town.is_empty()).then(|| town.to_owned())
}

/// The words that stand between hyphens within the name of a town.
const LINKS: [&str; 8] = ["en", "sur", "sous", "lès", "lez", "de", "du", "des"];

/// A town that a dash parts from its place, in `Campus – NANTES (44)`: its department tells that it is one. A name alone may be that
/// of a place.
fn before_department(place: &str) -> Option<(&str, &str)> {
    let (named, department) = place.rsplit_once(" (")?;
    named.rsplit_once(" – ").filter(|_| department.starts_with(|c: char| c.is_ascii_digit()))
}

/// A word of a town in capitals as it is written in French: `AIX-EN-PROVENCE` is Aix-en-Provence, `SAINT-MARTIN-D'HÈRES`
/// Saint-Martin-d'Hères.
fn place_word(word: &str) -> String {
    const SMALL: [&str; 14] =
        ["en", "sur", "sous", "lès", "les", "le", "la", "de", "des", "du", "et", "à", "aux", "lez"];
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
    };
    let part = |(n, part): (usize, &str)| {
        let lower = part.to_lowercase();
        match lower.split_once(['\'', '’']) {
            Some((article, name)) if n > 0 => format!("{article}'{}", capital(name)),
            Some((article, name)) => format!("{}'{}", capital(article), capital(name)),
            None if n > 0 && SMALL.contains(&&*lower) => lower,
            None => capital(&lower),
        }
    };
    word.split('-').enumerate().map(part).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_town_is_read_from_the_places() {
        for (places, town) in [
            ("UFR Physique – Campus X - PARIS (75)|Y - LYON (69)", "Paris"),
            ("Faculté - AIX-EN-PROVENCE (13)", "Aix-en-Provence"),
            ("Université du Lac - LYON CEDEX 07 (69)", "Lyon"),
            ("UFR de Langues - Campus des Ports - BRON", "Bron"),
            ("Antenne - BOURG-EN-BRESSE (01),Université - LYON (69)", "Bourg-en-Bresse"),
            ("Site, bâtiment B - SAINT-MARTIN-D'HÈRES (38)", "Saint-Martin-d'Hères"),
            ("Campus 2 - ST ETIENNE 2 (42)", "St Etienne"),
            ("Faculté - LE HAVRE (76)", "Le Havre"),
            ("UFR - MONTPELLIER CÉDEX (34)", "Montpellier"),
            ("UFR - MONTPELLIER CEDEX9 (34)", "Montpellier"),
            ("UFR - 75013 PARIS (75)", "Paris"),
            ("UFR - Aix En Provence (13)", "Aix-en-Provence"),
            ("UFR - Villeneuve D'Ascq (59)", "Villeneuve-d'Ascq"),
            ("UFR - SAINT MARTIN D'HÈRES (38)", "Saint-Martin-d'Hères"),
            ("UFR - PARIS LA DÉFENSE (92)", "Paris La Défense"),
            ("Campus – NANTES (44)", "Nantes"),
        ] {
            assert_eq!(city(places).as_deref(), Some(town), "{places}");
        }
        for untold in ["sans lieu", "Institut de Nice (06)", "IUT (33)", "INSTITUT DE CHIMIE (06)"] {
            assert_eq!(city(untold), None, "{untold}");
        }
    }
}
