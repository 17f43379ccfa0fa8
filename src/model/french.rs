//! What breaks a rule, in the French of editors and advisers. The English is each type's `Display`.

use super::clean::{MOST_ENTRIES, TextFault, Unclean};
use super::edge::WeightError;
use super::key::{KeyError, MAX_KEY_BYTES};
use super::kind::Kind;
use super::violation::Violation;

/// A fault that can be told in French.
pub trait French {
    /// What is wrong and what to do; begins in lower case, ends without a full stop.
    fn french(&self) -> String;
}

/// The word for a kind; keys and files have [`Kind::name`].
fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Source => "source",
        Kind::Licence => "licence",
        Kind::Master => "master",
        Kind::Parcours => "parcours",
        Kind::Course => "enseignement",
        Kind::University => "université",
        Kind::Skill => "compétence",
        Kind::Job => "métier",
        Kind::Sector => "secteur",
        Kind::Study => "poursuite d'études",
        Kind::Family => "famille de métiers",
    }
}

fn ou(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| noun(*kind)).collect::<Vec<_>>().join(" ou ")
}

impl French for Violation {
    fn french(&self) -> String {
        match self {
            Violation::EmptyName => "son nom est vide : donnez-lui-en un".to_owned(),
            Violation::EmptyCode(code) => {
                format!("un code n'a pas de nomenclature ou de valeur (« {} » « {} »)", code.scheme, code.value)
            }
            Violation::Misplaced { kind, field } => {
                format!("une fiche de nature « {} » n'a pas de champ « {field} » : retirez-le", noun(*kind))
            }
            Violation::NotASource(key) => {
                format!("« {key} » est citée comme source : citez une fiche de nature source")
            }
            Violation::UnknownSource(key) => {
                format!("elle cite « {key} », qui n'existe pas : ajoutez cette source ou citez-en une autre")
            }
            Violation::NotRetired => "elle est remplacée sans être retirée : marquez-la retirée".to_owned(),
            Violation::BadReplacement { by, kind } => format!(
                "elle est remplacée par « {by} », qui n'est pas une autre fiche existante de nature « {} »",
                noun(*kind)
            ),
            Violation::CircularReplacement(key) => format!("« {key} » est elle-même remplacée par cette fiche"),
            Violation::Ends { relation, from, to } => {
                let (froms, tos) = relation.ends();
                let (froms, tos) = (ou(froms), ou(tos));
                format!("« {relation} » va de {froms} à {tos}, et non de {} à {}", noun(*from), noun(*to))
            }
            Violation::Loop => "une relation va d'une fiche à une autre".to_owned(),
            Violation::UnknownEnd(key) => {
                format!("« {key} » n'existe pas : ajoutez cette fiche ou corrigez l'identifiant")
            }
            Violation::Unsourced => "elle n'a pas de source : dites qui l'affirme".to_owned(),
            Violation::NoAward(relation) => format!(
                "année d'entrée, modalités, langues et chiffres d'admission se disent d'« awards », et non de « {relation} »"
            ),
            Violation::UnknownNode => "cette fiche n'existe pas : vérifiez l'identifiant".to_owned(),
            Violation::UnknownRelation => "cette relation n'existe pas, il n'y a rien à supprimer".to_owned(),
            Violation::MergedKinds(into) => {
                format!("elle ne peut être fusionnée dans « {into} » : les deux doivent être de même nature")
            }
            Violation::MergedRetired(into) => format!(
                "elle ne peut être fusionnée dans « {into} » : il faut deux fiches différentes, ni retirées ni remplacées"
            ),
            Violation::MergedSources => {
                "les sources ne se fusionnent pas : les relations citent chacune par son identifiant".to_owned()
            }
            Violation::Unclean(unclean) => unclean.french(),
            Violation::Key(error) => error.french(),
            Violation::Weight(error) => error.french(),
        }
    }
}

impl French for Unclean {
    fn french(&self) -> String {
        let field = &self.field;
        match &self.what {
            TextFault::Character(c) => {
                let c = u32::from(*c);
                format!("« {field} » contient U+{c:04X}, qui commande l'affichage : retirez ce caractère")
            }
            TextFault::Long { bytes, most } => format!("« {field} » a {bytes} octets : {most} au plus"),
            TextFault::Many { entries } => format!("« {field} » a {entries} valeurs : {MOST_ENTRIES} au plus"),
            TextFault::Date { given } => {
                format!("« {field} » vaut « {given} », qui n'est pas une date : écrivez 2025, 2025-09 ou 2025-09-18")
            }
            TextFault::Url => {
                format!("« {field} » n'est pas un lien : écrivez une adresse qui commence par http:// ou https://")
            }
        }
    }
}

impl French for KeyError {
    fn french(&self) -> String {
        match self {
            KeyError::Form { given } => format!(
                "« {given} » n'est pas un identifiant : écrivez <nature>/<nom abrégé>, par exemple \
                 job/journaliste-environnemental"
            ),
            KeyError::Kind { given, source } => {
                let known = Kind::ALL.map(Kind::name).join(", ");
                format!(
                    "dans l'identifiant « {given} », la nature « {} » n'existe pas : prenez l'une de {known}",
                    source.given
                )
            }
            KeyError::Slug { given, advice } => format!(
                "dans l'identifiant « {given} », le nom abrégé ne peut avoir que a-z, 0-9 et des tirets isolés : écrivez \
                 « {advice} »"
            ),
            KeyError::TooLong { start, bytes } => {
                format!("l'identifiant qui commence par « {start} » a {bytes} octets : {MAX_KEY_BYTES} au plus")
            }
        }
    }
}

impl French for WeightError {
    fn french(&self) -> String {
        format!("le poids {} est hors des bornes : il doit être plus grand que 0 et au plus 1", self.given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Edge, Key, Relation, Weight};

    /// A sentence of ours inside an id is the id's own text, not a fault of another kind.
    #[test]
    fn an_id_that_holds_one_of_our_sentences_is_quoted_whole() {
        for sentence in
            ["there is no such node: check the key", "`x` is not a key: write <kind>/<slug>, for example y", "{0}"]
        {
            let error = Violation::from(sentence.parse::<Key>().unwrap_err());
            assert!(error.to_string().contains(&format!("`{sentence}`")), "{error}");
            let french = error.french();
            assert!(french.contains(&format!("« {sentence} »")) && french.contains("identifiant"), "{french}");
        }
    }

    #[test]
    fn ends_are_told_in_one_language() {
        let [from, to, source] = ["job/a", "licence/l", "source/s"].map(|key| key.parse::<Key>().unwrap());
        let fault = Edge::new(Relation::Develops, from, to, Weight::FULL, source).check(|_| true).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "`develops` goes from master or parcours or course to skill, not from job to licence"
        );
        assert_eq!(
            fault.french(),
            "« develops » va de master ou parcours ou enseignement à compétence, et non de métier à licence"
        );
    }
}
