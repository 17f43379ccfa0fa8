//! The other names of a job: both genders of what `model::gender` reads as a pair, and the name without a final acronym.

use crate::model::gender;
use crate::model::text::fold;

/// The name and, where it gives both genders, each of its forms.
pub fn with_forms(name: &str) -> Vec<String> {
    let mut names = vec![name.to_owned()];
    names.extend(gender::forms(name).into_iter().flat_map(gender::Forms::both));
    names
}

/// All the names under which a job written so may be looked for, the name itself left out.
pub fn other_names(name: &str) -> Vec<String> {
    let plain = |name: &str| without_acronym(name).map(ToOwned::to_owned);
    let mut names = Vec::new();
    match gender::forms(name) {
        Some(forms) => {
            let inclusive = gender::inclusive(&forms);
            let both = forms.both();
            names.extend(both.clone());
            names.extend(inclusive);
            names.extend(plain(name));
            names.extend(both.iter().filter_map(|form| plain(form)));
        }
        None => names.extend(plain(name)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

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
