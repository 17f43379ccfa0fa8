//! What the register of certifications says of its numbers, read before anything is imported: who awards what a number
//! means, which number follows it, and whether it has outlets. It tells a mention's own fiche from one establishment's.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::import::open_data::format::Part;
use crate::import::open_data::naming::codes;
use crate::import::open_data::set::Set;

/// The register at hand; empty where no RNCP file is.
#[derive(Debug, Default)]
pub struct Register {
    certifiers: HashMap<String, BTreeSet<String>>,
    follows: HashMap<String, String>,
    filed: HashSet<String>,
    labels: HashMap<String, String>,
}

/// `38209` in `RNCP38209`, however a spreadsheet left it; nothing in `RS38209`, which is of the Répertoire spécifique.
pub fn number(fiche: &str) -> Option<String> {
    codes::rncp(fiche)
}

/// What is wrong with a cell that should have a number of the register, of either of its two parts, or be empty.
pub fn fault(fiche: &str) -> Option<String> {
    let fiche = fiche.trim();
    let specific = || {
        let (prefix, digits) = fiche.split_at_checked(2)?;
        codes::digits(digits).filter(|_| prefix.eq_ignore_ascii_case("RS"))
    };
    let sound = fiche.is_empty() || number(fiche).or_else(specific).is_some();
    (!sound)
        .then(|| format!("`{fiche}` n'est pas un numéro de fiche (RNCP… ou RS…) : un tableur l'a-t-il enregistré ?"))
}

/// A label as it reads: the export doubles its apostrophes.
pub fn spelt(label: &str) -> String {
    label.trim().replace("''", "'")
}

impl Register {
    /// Reads the tables at hand. A column that is missing is a fault of the import itself, which comes later.
    pub fn of(sets: &[Set]) -> Register {
        let mut register = Register::default();
        register.read(sets, Part::RncpCertifiers, "Siret_Certificateur", |register, number, siret| {
            if let Some(siren) = codes::digits(siret).as_deref().and_then(|siret| siret.get(..9)) {
                register.certifiers.entry(number).or_default().insert(siren.to_owned());
            }
        });
        register.read(sets, Part::RncpSuccession, "Nouvelle_Certification", |register, old, new| {
            if let Some(new) = self::number(new) {
                register.follows.insert(old, new);
            }
        });
        register.read(sets, Part::RncpRome, "Codes_Rome_Code", |register, number, _| {
            register.filed.insert(number);
        });
        register.read_labels(sets);
        register
    }

    /// The label that the register gives a ROME code.
    pub fn label(&self, code: &str) -> Option<&str> {
        self.labels.get(code).map(String::as_str)
    }

    fn read(&mut self, sets: &[Set], part: Part, column: &str, mut each: impl FnMut(&mut Register, String, &str)) {
        let Some(table) = sets.iter().find_map(|set| set.table(part)) else { return };
        let (Some(fiche), Some(value)) = (table.optional(&["Numero_Fiche"]), table.optional(&[column])) else { return };
        for row in table.rows() {
            if let Some(number) = number(&row.text(fiche)) {
                each(self, number, &row.text(value));
            }
        }
    }

    fn read_labels(&mut self, sets: &[Set]) {
        let Some(table) = sets.iter().find_map(|set| set.table(Part::RncpRome)) else { return };
        let columns = (table.optional(&["Codes_Rome_Code"]), table.optional(&["Codes_Rome_Libelle"]));
        let (Some(code), Some(label)) = columns else { return };
        for row in table.rows() {
            if let Some(label) = row.some(Some(label)) {
                self.labels.entry(row.text(code).into_owned()).or_insert_with(|| spelt(&label));
            }
        }
    }

    /// Notes that a number follows another, where the register itself does not say what follows that one.
    pub fn note_former(&mut self, old: &str, new: &str) {
        if old != new {
            self.follows.entry(old.to_owned()).or_insert_with(|| new.to_owned());
        }
    }

    /// How many award what a number means; nothing where the register does not say.
    pub fn breadth(&self, number: &str) -> Option<usize> {
        self.certifiers.get(number).map(BTreeSet::len)
    }

    /// The number that follows, however many steps on, where the register gives outlets for it.
    pub fn replaced_by<'s>(&'s self, number: &str) -> Option<&'s str> {
        let mut seen = HashSet::from([number]);
        let mut found = None;
        let mut next = self.follows.get(number);
        // Two numbers may be said to follow one another.
        while let Some(at) = next.filter(|at| seen.insert(at)) {
            if self.filed.contains(at) {
                found = Some(at.as_str());
            }
            next = self.follows.get(at);
        }
        found
    }

    /// Whether a fiche speaks for some of a mention's establishments only: fewer than half as many award it as the
    /// broadest fiche of the mention.
    pub fn is_local(breadth: usize, broadest: usize) -> bool {
        2 * breadth < broadest
    }
}
