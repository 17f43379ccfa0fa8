//! The forms of a job's name: `Conducteur / Conductrice d'engins` is also `Conducteur d'engins`, `Conductrice
//! d'engins` and `Conducteur·rice d'engins`.
//!
//! Only what the two halves show is expanded: where they do not align, each half stands as it is.

use crate::model::text::fold;

/// The masculine and feminine forms of a name; both alike where it has one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// `Conducteur d'engins`
    pub masculine: String,
    /// `Conductrice d'engins`
    pub feminine: String,
}

/// Pairs whose halves share no stem.
const IRREGULAR: [(&str, &str); 8] = [
    ("homme", "femme"),
    ("steward", "hôtesse"),
    ("garçon", "fille"),
    ("valet", "femme"),
    ("gouvernant", "gouvernante"),
    ("sage-femme", "maïeuticien"),
    ("garçon", "serveuse"),
    ("lad", "palefrenière"),
];

/// The two forms of a name written `masculine / feminine`.
pub fn forms(name: &str) -> Forms {
    let name = name.trim();
    let Some((left, right)) = name.split_once(" / ") else {
        return Forms { masculine: name.to_owned(), feminine: name.to_owned() };
    };
    let (left, right): (Vec<&str>, Vec<&str>) = (words(left), words(right));
    let Some(start) = alignment(&left, &right) else {
        return Forms { masculine: left.join(" "), feminine: right.join(" ") };
    };
    let paired = left.len() - start;
    let (feminine, tail) = right.split_at(paired);
    let tail = forms(&tail.join(" "));
    let join = |prefix: &[&str], head: &[&str], tail: &str| {
        let parts = prefix.iter().chain(head).copied().chain(Some(tail).filter(|tail| !tail.is_empty()));
        parts.collect::<Vec<_>>().join(" ")
    };
    Forms {
        masculine: join(&left[..start], &left[start..], &tail.masculine),
        feminine: join(&left[..start], feminine, &tail.feminine),
    }
}

/// The inclusive form of two forms, word by word; nothing where they are alike or do not align.
pub fn inclusive(forms: &Forms) -> Option<String> {
    let (masculine, feminine) = (words(&forms.masculine), words(&forms.feminine));
    if forms.masculine == forms.feminine || masculine.len() != feminine.len() {
        return None;
    }
    let mut parts = Vec::with_capacity(masculine.len());
    for (m, f) in masculine.iter().zip(&feminine) {
        if m != f && !kin(m, f) {
            return None;
        }
        let hyphens = (m.split('-').count(), f.split('-').count());
        parts.push(if m == f {
            (*m).to_owned()
        } else if hyphens.0 == hyphens.1 {
            m.split('-').zip(f.split('-')).map(|(m, f)| inclusive_word(m, f)).collect::<Vec<_>>().join("-")
        } else {
            return None;
        });
    }
    Some(parts.join(" "))
}

/// All the names under which a job written so may be looked for, the name itself left out.
pub fn other_names(name: &str) -> Vec<String> {
    let forms = forms(name);
    let plain = |name: &str| without_acronym(name).map(ToOwned::to_owned);
    let mut names = vec![forms.masculine.clone(), forms.feminine.clone()];
    names.extend(inclusive(&forms));
    names.extend([plain(name), plain(&forms.masculine), plain(&forms.feminine)].into_iter().flatten());
    let mut seen = std::collections::HashSet::from([fold(name)]);
    names.retain(|name| seen.insert(fold(name)));
    names
}

/// The name without a final acronym, `-DSI-` or `(MJPM)`; nothing where it has none.
fn without_acronym(name: &str) -> Option<&str> {
    let (start, end) = match name.trim_end() {
        text if text.ends_with(')') => (text.rfind(" (")?, text.len()),
        text if text.ends_with('-') => (text[..text.len() - 1].rfind(" -")?, text.len()),
        _ => return None,
    };
    let acronym = name[start..end].trim_matches([' ', '(', ')', '-']);
    let upper = acronym.len() <= 8 && acronym.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '&');
    (upper && start > 0).then(|| &name[..start])
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Where in the masculine half the words begin that the feminine half repeats.
fn alignment(left: &[&str], right: &[&str]) -> Option<usize> {
    (0..left.len()).find(|start| {
        let paired = &left[*start..];
        paired.len() <= right.len()
            && kin(paired[0], right[0])
            && paired.iter().zip(right).all(|(m, f)| m == f || kin(m, f))
    })
}

/// Whether two words are forms of one: a common stem of half the shorter, and at least two letters, or a known pair.
fn kin(masculine: &str, feminine: &str) -> bool {
    let (m, f) = (masculine.to_lowercase(), feminine.to_lowercase());
    if IRREGULAR.iter().any(|(a, b)| (m == *a && f == *b) || (m == *b && f == *a)) {
        return true;
    }
    let (parts, theirs) = (m.split('-').count(), f.split('-').count());
    if parts > 1 && parts == theirs {
        return m.split('-').zip(f.split('-')).all(|(m, f)| m == f || kin(m, f));
    }
    let (m, f) = (fold(&m), fold(&f));
    let stem = m.bytes().zip(f.bytes()).take_while(|(a, b)| a == b).count();
    let shorter = m.len().min(f.len());
    stem >= 2 && 2 * stem >= shorter && m.len().abs_diff(f.len()) <= 5
}

/// One word: `agent·e`, `conducteur·rice`, `vendeur·euse`, `infirmier·ère`, `administratif·ive`.
fn inclusive_word(masculine: &str, feminine: &str) -> String {
    if masculine == feminine {
        return masculine.to_owned();
    }
    if let Some(rest) = feminine.strip_prefix(masculine) {
        return format!("{masculine}·{rest}");
    }
    let ends = [
        ("teur", "trice", "rice"),
        ("eur", "euse", "euse"),
        ("eux", "euse", "euse"),
        ("if", "ive", "ive"),
        ("er", "ère", "ère"),
        ("eur", "eresse", "eresse"),
    ];
    for (m, f, shown) in ends {
        if masculine.ends_with(m) && feminine.ends_with(f) {
            return format!("{masculine}·{shown}");
        }
    }
    let common: usize =
        masculine.chars().zip(feminine.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    format!("{masculine}·{}", &feminine[common..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, masculine: &str, feminine: &str, shown: Option<&str>) {
        let got = forms(name);
        assert_eq!((got.masculine.as_str(), got.feminine.as_str()), (masculine, feminine), "{name}");
        assert_eq!(inclusive(&got).as_deref(), shown, "{name}");
    }

    #[test]
    fn names_in_two_halves_become_two_forms_and_an_inclusive_one() {
        check(
            "Conducteur / Conductrice d'engins agricoles",
            "Conducteur d'engins agricoles",
            "Conductrice d'engins agricoles",
            Some("Conducteur·rice d'engins agricoles"),
        );
        check(
            "Agent administratif / Agente administrative de banque",
            "Agent administratif de banque",
            "Agente administrative de banque",
            Some("Agent·e administratif·ive de banque"),
        );
        check(
            "Monteur-vendeur / Monteuse-vendeuse de marine",
            "Monteur-vendeur de marine",
            "Monteuse-vendeuse de marine",
            Some("Monteur·euse-vendeur·euse de marine"),
        );
        check(
            "Chef de projets santé / Cheffe de projets santé",
            "Chef de projets santé",
            "Cheffe de projets santé",
            Some("Chef·fe de projets santé"),
        );
        check(
            "Analyste Concepteur / Conceptrice informatique",
            "Analyste Concepteur informatique",
            "Analyste Conceptrice informatique",
            Some("Analyste Concepteur·rice informatique"),
        );
        check("Boulanger / Boulangère", "Boulanger", "Boulangère", Some("Boulanger·ère"));
        check("Technicien / Technicienne", "Technicien", "Technicienne", Some("Technicien·ne"));
        check(
            "Acheteur / Acheteuse - Approvisionneur / Approvisionneuse",
            "Acheteur - Approvisionneur",
            "Acheteuse - Approvisionneuse",
            Some("Acheteur·euse - Approvisionneur·euse"),
        );
    }

    #[test]
    fn irregular_halves_and_single_names_stand_as_they_are() {
        check("Homme / Femme de ménage", "Homme de ménage", "Femme de ménage", Some("Homme·Femme de ménage"));
        check("Archéomètre", "Archéomètre", "Archéomètre", None);
        check("UX - UI Designer", "UX - UI Designer", "UX - UI Designer", None);
        check("Greffier / Commis de bureau", "Greffier", "Commis de bureau", None);
    }

    #[test]
    fn other_names_leave_out_the_name_and_a_final_acronym() {
        let names = other_names("Directeur / Directrice des systèmes -DSI-");
        assert_eq!(
            names,
            [
                "Directeur des systèmes -DSI-",
                "Directrice des systèmes -DSI-",
                "Directeur·rice des systèmes -DSI-",
                "Directeur / Directrice des systèmes",
                "Directeur des systèmes",
                "Directrice des systèmes",
            ]
        );
        assert!(other_names("Climatologue").is_empty());
    }
}
