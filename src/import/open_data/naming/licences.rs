//! The national licences and how to read a list of them.
//!
//! Sources separate names by commas although some names hold commas; so the longest name that fits is taken.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::import::open_data::naming::identity::compared;
use crate::model::Kind;

/// A national licence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its name, as the ministry writes it.
    pub name: String,
    /// Everyday names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Offered by few establishments: not meant by « Toutes licences ».
    #[serde(default)]
    pub local: bool,
}

/// What a list names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recommended {
    /// The licences, by their place in [`all`], each once.
    pub licences: Vec<usize>,
    /// « Toutes licences ».
    pub any: bool,
    /// Names that are no national licence.
    pub unknown: Vec<String>,
}

/// How many commas a name holds at most.
const MAX_COMMAS: usize = 3;

/// The national licences, by name.
pub fn all() -> &'static [Licence] {
    &table().licences
}

struct Licences {
    licences: Vec<Licence>,
    by_name: HashMap<String, usize>,
}

fn table() -> &'static Licences {
    #[derive(Deserialize)]
    struct LicenceFile {
        licence: Vec<Licence>,
    }
    static TABLE: OnceLock<Licences> = OnceLock::new();
    TABLE.get_or_init(|| {
        let file: LicenceFile =
            toml::from_str(include_str!("licences.toml")).expect("licences.toml is part of the program");
        let by_name = |i: usize, licence: &Licence| (compared(Kind::Licence, &licence.name), i);
        let by_name = file.licence.iter().enumerate().map(|(i, licence)| by_name(i, licence)).collect();
        Licences { licences: file.licence, by_name }
    })
}

/// Reads a list of licences separated by commas.
pub fn recommended(list: &str) -> Recommended {
    let parts: Vec<&str> = list.split(',').map(str::trim).collect();
    let mut found = Recommended::default();
    let mut at = 0;
    while at < parts.len() {
        let longest = (at + 1..=parts.len().min(at + 1 + MAX_COMMAS)).rev().find_map(|end| {
            let name = compared(Kind::Licence, &parts[at..end].join(", "));
            table().by_name.get(&name).map(|licence| (end, *licence))
        });
        match longest {
            Some((end, licence)) => {
                if !found.licences.contains(&licence) {
                    found.licences.push(licence);
                }
                at = end;
            }
            None => {
                match compared(Kind::Licence, parts[at]).as_str() {
                    "" => {}
                    "toutes licences" | "toutes les licences" => found.any = true,
                    _ => found.unknown.push(parts[at].to_owned()),
                }
                at += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Vec<&'static str> {
        recommended(list).licences.iter().map(|i| &*all()[*i].name).collect()
    }

    #[test]
    fn names_that_hold_commas_are_kept_whole() {
        assert_eq!(names("Physique,Physique, chimie,Chimie"), ["Physique", "Physique, chimie", "Chimie"]);
        assert_eq!(
            names("Electronique, énergie électrique, automatique,Mécanique"),
            ["Electronique, énergie électrique, automatique", "Mécanique"]
        );
        assert_eq!(names("Droit, histoire de l'art"), ["Droit, histoire de l'art"]);
        let anthropology = "Sciences de l'Homme, anthropologie, ethnologie";
        assert_eq!(
            names(&format!("Lettres, langues,{anthropology},Droit")),
            ["Lettres, langues", anthropology, "Droit"]
        );
    }

    #[test]
    fn any_licence_and_unknown_names_are_told_apart() {
        let found = recommended("Toutes licences,Alchimie,Droit,Droit");
        assert!(found.any);
        assert_eq!((found.licences.len(), found.unknown), (1, vec!["Alchimie".to_owned()]));
        assert_eq!(recommended(""), Recommended::default());
    }

    #[test]
    fn no_two_licences_share_a_name_and_the_list_is_in_order() {
        assert_eq!(table().by_name.len(), all().len());
        assert!(all().windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
