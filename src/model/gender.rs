//! How French writes a job's name in both genders, and how to read it: « Médiateur / Médiatrice scientifique »,
//! « Médiateur (Médiatrice) », « médiateur·rice », and the one form that the other stands for.
//!
//! Two halves are two names only where they are a gender pair; « Chercheur / Concepteur » is one name with a slash in it.

mod inclusive;
mod pair;

use super::text::fold;

pub use inclusive::{MARKS, inclusive};
pub use pair::other_gender_of;

/// The two forms of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// `Conducteur d'engins`
    pub masculine: String,
    /// `Conductrice d'engins`
    pub feminine: String,
}

impl Forms {
    /// Both forms, the masculine first.
    pub fn both(self) -> [String; 2] {
        [self.masculine, self.feminine]
    }
}

/// The two forms of a name that is written in both; `None` for any other name. « Cheffe / Chef » keeps its order.
pub fn forms(name: &str) -> Option<Forms> {
    if !name.contains(MARKS) {
        return None;
    }
    pair::halves(name).or_else(|| pair::bracketed(name)).or_else(|| inclusive::forms(name))
}

/// Whether a name is another's, or one of its gendered forms: « Médiatrice scientifique » is « Médiateur scientifique ». Case,
/// accents and punctuation aside.
pub fn is_name_of(name: &str, other: &str) -> bool {
    let all = |text: &str| {
        let both = forms(text).map(|forms| forms.both()).into_iter().flatten();
        both.chain([text.to_owned()]).map(|form| fold(&form)).collect::<Vec<_>>()
    };
    let (ours, theirs) = (all(name), all(other));
    let is_ours = |form: &String| ours.contains(form);
    theirs.iter().any(|form| is_ours(form) || other_gender_of(form, |_| true).iter().any(is_ours))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_in_the_other_gender_is_the_same_name() {
        assert!(is_name_of("médiatrice  scientifique", "Médiateur scientifique"));
        assert!(is_name_of("Médiateur / Médiatrice scientifique", "Médiatrice scientifique"));
        assert!(is_name_of("CONSEILLERE", "conseiller"));
        assert!(!is_name_of("Médiateur", "Médiateur scientifique"));
    }

    use super::*;

    fn check(name: &str, masculine: &str, feminine: &str, shown: Option<&str>) {
        let got = forms(name).unwrap_or_else(|| panic!("{name} is no pair"));
        assert_eq!((&*got.masculine, &*got.feminine), (masculine, feminine), "{name}");
        assert_eq!(inclusive(&got).as_deref(), shown, "{name}");
    }

    #[test]
    fn two_halves_are_two_forms_and_an_inclusive_one() {
        for (name, masculine, feminine, shown) in [
            (
                "Médiateur / Médiatrice scientifique",
                "Médiateur scientifique",
                "Médiatrice scientifique",
                "Médiateur·rice scientifique",
            ),
            (
                "Médiateur/Médiatrice scientifique",
                "Médiateur scientifique",
                "Médiatrice scientifique",
                "Médiateur·rice scientifique",
            ),
            (
                "Médiateur (Médiatrice) scientifique",
                "Médiateur scientifique",
                "Médiatrice scientifique",
                "Médiateur·rice scientifique",
            ),
            (
                "Assistant / Assistante social / sociale",
                "Assistant social",
                "Assistante sociale",
                "Assistant·e social·e",
            ),
            ("Assistant social / Assistante sociale", "Assistant social", "Assistante sociale", "Assistant·e social·e"),
            ("Chargé / Chargée d'études", "Chargé d'études", "Chargée d'études", "Chargé·e d'études"),
            ("Acteur / Actrice", "Acteur", "Actrice", "Acteur·rice"),
            (
                "Journaliste sportif / Journaliste sportive de presse",
                "Journaliste sportif de presse",
                "Journaliste sportive de presse",
                "Journaliste sportif·ive de presse",
            ),
            (
                "Conseiller en emploi / Conseillère en emploi",
                "Conseiller en emploi",
                "Conseillère en emploi",
                "Conseiller·ère en emploi",
            ),
            (
                "Techniciens / Techniciennes de laboratoire",
                "Techniciens de laboratoire",
                "Techniciennes de laboratoire",
                "Techniciens·nes de laboratoire",
            ),
            (
                "Agent administratif / Agente administrative de banque",
                "Agent administratif de banque",
                "Agente administrative de banque",
                "Agent·e administratif·ive de banque",
            ),
            (
                "Monteur-vendeur / Monteuse-vendeuse de marine",
                "Monteur-vendeur de marine",
                "Monteuse-vendeuse de marine",
                "Monteur·euse-vendeur·euse de marine",
            ),
            (
                "Chef de projets santé / Cheffe de projets santé",
                "Chef de projets santé",
                "Cheffe de projets santé",
                "Chef·fe de projets santé",
            ),
            (
                "Analyste Concepteur / Conceptrice informatique",
                "Analyste Concepteur informatique",
                "Analyste Conceptrice informatique",
                "Analyste Concepteur·rice informatique",
            ),
            ("Boulanger / Boulangère", "Boulanger", "Boulangère", "Boulanger·ère"),
            (
                "Acheteur / Acheteuse - Approvisionneur / Approvisionneuse",
                "Acheteur - Approvisionneur",
                "Acheteuse - Approvisionneuse",
                "Acheteur·euse - Approvisionneur·euse",
            ),
            ("Designer / Designeuse textile", "Designer textile", "Designeuse textile", "Designer·euse textile"),
            ("Ecrivain public / Ecrivaine publique", "Ecrivain public", "Ecrivaine publique", "Ecrivain·e public·que"),
        ] {
            check(name, masculine, feminine, Some(shown));
        }
    }

    #[test]
    fn pairs_without_a_common_stem_have_no_inclusive_form() {
        for (name, masculine, feminine) in [
            ("Homme / Femme de ménage", "Homme de ménage", "Femme de ménage"),
            ("Steward / Hôtesse de l'air", "Steward de l'air", "Hôtesse de l'air"),
            ("Premier valet / Première femme de chambre", "Premier valet de chambre", "Première femme de chambre"),
            ("Homme sage-femme / Sage-femme", "Homme sage-femme", "Sage-femme"),
            ("Barman / Barmaid mixologue", "Barman mixologue", "Barmaid mixologue"),
        ] {
            check(name, masculine, feminine, None);
        }
    }

    /// The appellations of ROME 4.60 whose halves do not align word by word.
    #[test]
    fn of_halves_that_do_not_align_only_gender_pairs_are_cut() {
        for (name, forms) in [
            (
                "Chef d'équipe assistant / Cheffe assistante avion",
                Some(["Chef d'équipe assistant avion", "Cheffe d'équipe assistante avion"]),
            ),
            (
                "Chef d'équipe dépanneur / Cheffe dépanneuse de chaudières domestiques",
                Some([
                    "Chef d'équipe dépanneur de chaudières domestiques",
                    "Cheffe d'équipe dépanneuse de chaudières domestiques",
                ]),
            ),
            (
                "Chef d'équipe dépanneur / Cheffe dépanneuse d'installations sanitaires",
                Some([
                    "Chef d'équipe dépanneur d'installations sanitaires",
                    "Cheffe d'équipe dépanneuse d'installations sanitaires",
                ]),
            ),
            ("Layout man / Layout woman", Some(["Layout man", "Layout woman"])),
            (
                "Layout man / Layout woman - films d'animation",
                Some(["Layout man - films d'animation", "Layout woman - films d'animation"]),
            ),
            ("Monsieur / Dame de compagnie", Some(["Monsieur de compagnie", "Dame de compagnie"])),
            ("Responsable plate-forme expédition / Livraison", None),
            ("Traminot / Employée de tramway", None),
            ("Tubiste / Contre tubiste", None),
            ("Responsable développement / Business Developer", None),
            ("Lapidaire / Diamantaire", None),
            ("Bioinformaticienne / Bio-informaticienne", None),
            ("Chercheur / Concepteur informatique", None),
        ] {
            assert_eq!(super::forms(name).map(Forms::both), forms.map(|both| both.map(str::to_owned)), "{name}");
        }
    }

    #[test]
    fn what_is_no_pair_stays_as_it_is() {
        for name in [
            "Vente / Marketing",
            "Biologie / Biochimie",
            "R/S",
            "/",
            "Médiateur",
            "Art (théâtre)",
            "A / B / C",
            "Greffier / Commis de bureau",
            "Sound designer / Designer sonore",
            "Analyste prix / Analyste pricing",
            "Groupiste / Groupiste",
            "Archéomètre",
            "UX - UI Designer",
            "garde-rivière",
            "Physique-chimie",
            "R&D",
            "e.g.",
            "Analyste biologie/microbiologie en industrie",
        ] {
            assert_eq!(forms(name), None, "{name}");
        }
    }

    #[test]
    fn each_inclusive_spelling_gives_both_forms() {
        for (given, masculine, feminine) in [
            ("médiateur·rice scientifique", "médiateur scientifique", "médiatrice scientifique"),
            ("médiateur·trice scientifique", "médiateur scientifique", "médiatrice scientifique"),
            ("médiateur(trice)", "médiateur", "médiatrice"),
            ("chargé·e de veille", "chargé de veille", "chargée de veille"),
            ("chargé.e.s de veille", "chargés de veille", "chargées de veille"),
            ("chef·fe de projet", "chef de projet", "cheffe de projet"),
            ("rédacteur/rice", "rédacteur", "rédactrice"),
            ("vendeur·euse", "vendeur", "vendeuse"),
            ("vendeur·se", "vendeur", "vendeuse"),
            ("technicien·ne", "technicien", "technicienne"),
            ("conseiller·ère", "conseiller", "conseillère"),
            ("reporter·rice", "reporter", "reportrice"),
            ("Consultant·e", "consultant", "consultante"),
        ] {
            assert_eq!(forms(given).map(Forms::both), Some([masculine.to_owned(), feminine.to_owned()]), "{given}");
        }
    }

    #[test]
    fn one_gender_stands_for_the_other() {
        for (given, wanted) in [
            ("mediatrice scientifique", "mediateur scientifique"),
            ("assistante sociale", "assistant social"),
            ("infirmiere", "infirmier"),
            ("chargee de veille", "charge de veille"),
            ("assistant maternel", "assistante maternelle"),
        ] {
            let others = other_gender_of(given, |_| true);
            assert!(others.iter().any(|form| form == wanted), "{given}: {others:?}");
            let known = other_gender_of(given, |word| wanted.split(' ').any(|part| part == word));
            assert!(known.iter().any(|form| form == wanted) && known.len() <= 2, "{given}: {known:?}");
            assert!(other_gender_of(given, |_| false).is_empty());
        }
    }
}
