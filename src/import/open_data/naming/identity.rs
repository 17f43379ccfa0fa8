//! When two names are one name: the form under which names of a kind are compared.
//!
//! Certain rules only, all written down in `mentions.toml`; likeness is no identity and goes to review.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::Kind;
use crate::model::text::fold;

#[derive(Deserialize)]
struct Rules {
    domains: Vec<String>,
    spellings: BTreeMap<String, String>,
    same: BTreeMap<String, String>,
}

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| toml::from_str(include_str!("mentions.toml")).expect("mentions.toml is part of the program"))
}

/// The form under which a name is compared with others of its kind.
pub fn compared(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Master | Kind::Licence => mention(name),
        Kind::Skill => skill(name),
        _ => fold(name),
    }
}

/// A skill without articles and plurals: `analyser les besoins des clients` and `analyser les besoins du client` are one, and so
/// are `risques liés au chantier` and `risques liés aux chantiers`.
fn skill(name: &str) -> String {
    const ARTICLES: [&str; 10] = ["le", "la", "les", "l", "un", "une", "des", "du", "de", "d"];
    let folded = fold(name);
    let words = folded.split(' ').filter(|word| !ARTICLES.contains(word));
    let singular = |word: &str| match word {
        // The article in it goes as one that stands alone does.
        "au" | "aux" => "a".to_owned(),
        _ if word.len() <= 3 => word.to_owned(),
        _ => match (word.strip_suffix("eaux"), word.strip_suffix("aux")) {
            (Some(stem), _) => format!("{stem}eau"),
            (None, Some(stem)) => format!("{stem}al"),
            (None, None) => word.strip_suffix('s').unwrap_or(word).to_owned(),
        },
    };
    let told = words.map(singular).collect::<Vec<_>>().join(" ");
    if told.is_empty() { folded } else { told }
}

/// A diploma's title without what sources put around it: `Master droit, économie, gestion mention Droit public`,
/// `MASTER - Droit public (fiche nationale)` and `Droit public` are one.
pub fn mention(title: &str) -> String {
    let rules = rules();
    let mut name = fold(&bare_title(title));
    for grade in ["master ", "licence "] {
        if let Some(rest) = name.strip_prefix(grade) {
            let domain = rules.domains.iter().find_map(|domain| rest.strip_prefix(domain.as_str()));
            let rest = domain.filter(|rest| rest.starts_with(' ')).map_or(rest, str::trim_start);
            name = rest.strip_prefix("mention ").unwrap_or(rest).to_owned();
        }
    }
    for (written, meant) in &rules.spellings {
        if contains_words(&name, written) {
            name = format!(" {name} ").replace(&format!(" {written} "), &format!(" {meant} ")).trim().to_owned();
        }
    }
    rules.same.get(&name).cloned().unwrap_or(name)
}

/// The title to show for a diploma: without grade, domain and « mention », its first letter a capital.
pub fn shown_title(title: &str) -> String {
    let rules = rules();
    let bare = bare_title(title);
    let mut rest: &str = bare.trim();
    for grade in ["master - ", "master ", "licence - ", "licence "] {
        if let Some(after) = strip_folded(rest, grade.trim_end_matches([' ', '-'])) {
            let after = after.trim_start_matches([' ', '-']);
            let domain = rules.domains.iter().find_map(|domain| strip_folded(after, domain));
            let after = domain.unwrap_or(after).trim_start();
            rest = strip_folded(after, "mention").unwrap_or(after).trim_start();
            break;
        }
    }
    let mut letters = rest.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What follows a folded prefix in a text, when whole words match.
fn strip_folded<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let cut = text.char_indices().map(|(at, c)| at + c.len_utf8()).find(|end| fold(&text[..*end]) == prefix)?;
    let rest = &text[cut..];
    rest.starts_with([' ', '-']).then_some(rest)
}

/// The acronyms that stand beside the title of a mention.
pub const ACRONYMS: [&str; 8] = ["MIAGE", "MIASHS", "MEEF", "MECI", "STAPS", "AIRE", "LLCER", "LEA"];

/// Without « (fiche nationale) » and acronyms set apart: `(MECI)`, ` - MIAGE`, `MIAGE - `.
fn bare_title(title: &str) -> String {
    // In a title all in capitals, only words that are known to be acronyms are set apart.
    let shouted = !title.chars().any(char::is_lowercase);
    let is_acronym = |word: &str| {
        (!shouted || ACRONYMS.contains(&word))
            && (2..=8).contains(&word.chars().count())
            && word.chars().all(|c| c.is_uppercase())
            && !word.eq_ignore_ascii_case("master")
    };
    let mut text = title.trim().to_owned();
    while let (Some(open), true) = (text.rfind('('), text.contains(')')) {
        let close = text[open..].find(')').map_or(text.len(), |at| open + at);
        let inside = text[open + 1..close].trim().to_owned();
        if !is_acronym(&inside) && fold(&inside) != "fiche nationale" {
            break;
        }
        let end = (close + 1).min(text.len());
        text.replace_range(open..end, "");
    }
    let mut parts: Vec<&str> = text.split(" - ").collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| is_acronym(last.trim())) {
        parts.pop();
    }
    if parts.len() > 1 && parts.first().is_some_and(|first| is_acronym(first.trim()) && first.trim() != "STAPS") {
        parts.remove(0);
    }
    parts.join(" - ").split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",")
}

fn contains_words(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(one: &str, other: &str) {
        assert_eq!(mention(one), mention(other));
    }

    #[test]
    fn a_mention_is_one_whatever_stands_around_its_name() {
        same("Master mention droit public", "Droit public");
        same("Master droit, économie, gestion mention droit public", "DROIT PUBLIC");
        same("MASTER - Droit public (fiche nationale)", "Droit public");
        same(
            "Métiers des études, du conseil et de l'intervention (MECI)",
            "métiers des études, du conseil et de l'intervention",
        );
        let meef = "Master métiers de l'enseignement, de l'éducation et de la formation mention premier degré";
        same(meef, "Métiers de l'enseignement, de l'éducation et de la formation (MEEF), 1er degré");
        same(
            "Master mention sciences et techniques des activités physiques et sportives : management du sport",
            "STAPS : management du sport",
        );
        same(
            "MIAGE - Méthodes Informatiques Appliquées à la Gestion des Entreprises",
            "Méthodes informatiques appliquées à la gestion des entreprises - miage",
        );
        same("Licence mention sciences pour l'ingénieur", "Sciences pour l'ingénieur");
    }

    #[test]
    fn a_skill_is_one_with_or_without_article_and_plural() {
        let skill = |name: &str| compared(Kind::Skill, name);
        assert_eq!(skill("Évaluation d'entreprises"), skill("Évaluation d’une entreprise"));
        assert_eq!(skill("Analyser les besoins des clients"), skill("Analyser les besoins du client"));
        assert_eq!(skill("Risques liés au chantier"), skill("Risques liés aux chantiers"));
        assert_eq!(skill("Risques liés à la radiation"), skill("Risques liés aux radiations"));
        assert_eq!(skill("Impact environnemental"), skill("Impacts environnementaux"));
        assert_eq!(skill("Poser un panneau"), skill("Poser des panneaux"));
        assert_ne!(skill("Gestion des travaux"), skill("Gestion du travail"));
        assert_ne!(skill("Gestion de cas"), skill("Gestion de casse"));
        assert_ne!(skill("Gérer un site"), skill("Gérer sans site"));
    }

    #[test]
    fn acronyms_are_told_from_titles_in_capitals() {
        same("COMPTABILITE - CONTROLE - AUDIT", "Comptabilité - contrôle - audit");
        same(
            "GEOSCIENCES, PLANETE, RESSOURCES, ENVIRONNEMENT - EAU",
            "Géosciences, planète, ressources, environnement - eau",
        );
        same("MIAGE - METHODES INFORMATIQUES APPLIQUEES A LA GESTION DES ENTREPRISES", "MIAGE");
    }

    #[test]
    fn other_mentions_stay_other() {
        assert_ne!(mention("Droit public"), mention("Droit privé"));
        assert_ne!(mention("Mathématiques"), mention("Mathématiques et applications"));
        assert_ne!(mention("STAPS : management du sport"), mention("Management du sport"));
    }

    #[test]
    fn a_title_is_shown_without_its_grade() {
        assert_eq!(shown_title("Master mention droit public"), "Droit public");
        assert_eq!(shown_title("Master sciences, technologies, santé mention énergie"), "Énergie");
        assert_eq!(shown_title("master mention STAPS : management du sport"), "STAPS : management du sport");
        assert_eq!(shown_title("MASTER - Génie urbain (fiche nationale)"), "Génie urbain");
        assert_eq!(shown_title("Masterisation des sols"), "Masterisation des sols");
    }
}
