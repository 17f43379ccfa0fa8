//! Near matches: names that are like a known one without being it. A person decides; nothing is guessed.
//!
//! The review file is TOML. Each case has a `decision`: `undecided`, `same` (the name is one more name of the
//! candidate) or `different`. Given back to an import, the decisions hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{Key, Kind};

/// How alike two names must be, of 1, to be worth a person's look (normalised Damerau-Levenshtein).
const NEAR: f64 = 0.9;

/// What a person decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nobody looked yet.
    #[default]
    Undecided,
    /// The name means the candidate.
    Same,
    /// The name means something else.
    Different,
}

/// How far a source may bring new entities of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The official list of them: each name that is not known yet is a new one.
    Official,
    /// A secondary list: a name that is near a known one waits for review.
    Secondary,
}

/// A name as a source gives it.
#[derive(Clone, Copy, Debug)]
pub struct GivenName<'a> {
    /// The kind of what it names.
    pub kind: Kind,
    /// As written.
    pub name: &'a str,
    /// As compared.
    pub folded: &'a str,
    /// Who gives it.
    pub source: &'a Key,
    pub row: &'a str,
    /// With what authority.
    pub standing: Standing,
}

/// What becomes of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It means this entity.
    Known(Key),
    /// It means a new one.
    New,
    /// Nobody can tell yet: it is left out.
    Wait,
}

/// One near match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(default)]
    pub decision: Decision,
    /// The kind of both.
    pub kind: Kind,
    /// The name that a source gives.
    pub name: String,
    /// The source and row that give it.
    pub stated_by: String,
    /// The known entity that it is near.
    pub candidate: Key,
    /// How alike they are, of 1.
    pub likeness: f64,
    /// What happens while undecided: `new` entity, since an official list names it, or left `out`.
    pub meanwhile: String,
}

/// The near matches of an import, by kind and compared name.
#[derive(Clone, Debug, Default)]
pub struct Reviews {
    decided: BTreeMap<(Kind, String), Case>,
    /// The cases met by this import.
    pub met: BTreeMap<(Kind, String), Case>,
    /// The data sets of which a newer edition may say far less than the one it replaces.
    shrinking: BTreeSet<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewFile {
    #[serde(default)]
    case: Vec<Case>,
}

impl Reviews {
    /// Reads a review file.
    ///
    /// # Errors
    /// With line and column, when it is no review file.
    pub fn read(text: &str) -> Result<Reviews, String> {
        let file: ReviewFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let keyed = |case: Case| {
            ((case.kind, crate::import::open_data::naming::identity::compared(case.kind, &case.name)), case)
        };
        Ok(Reviews { decided: file.case.into_iter().map(keyed).collect(), ..Reviews::default() })
    }

    /// These decisions, and the data sets that may shrink.
    #[must_use]
    pub fn accepting(self, shrinking: impl IntoIterator<Item = String>) -> Reviews {
        Reviews { shrinking: shrinking.into_iter().collect(), ..self }
    }

    /// Whether a person accepted that a newer edition of a data set says far less.
    pub fn accepts_shrinking(&self, format: &str) -> bool {
        self.shrinking.contains(format)
    }

    /// The review file: the cases met and every decision made, undecided first.
    pub fn to_text(&self) -> String {
        // A decision stays written down, though the name it is about may now be certain.
        let kept = self
            .decided
            .iter()
            .filter(|(at, case)| case.decision != Decision::Undecided && !self.met.contains_key(*at));
        let mut cases: Vec<&Case> = self.met.values().chain(kept.map(|(_, case)| case)).collect();
        cases.sort_by_key(|case| case.decision != Decision::Undecided);
        let file = ReviewFile { case: cases.into_iter().cloned().collect() };
        let body = toml::to_string(&file).unwrap_or_default();
        format!(
            "# Near matches. Set each decision to \"same\" or \"different\" and import again with this file.\n\n{body}"
        )
    }

    /// How many cases nobody has decided.
    pub fn undecided(&self) -> usize {
        self.met.values().filter(|case| case.decision == Decision::Undecided).count()
    }

    /// The entity that a person decided a name to mean.
    pub fn same_as(&self, kind: Kind, name: &str) -> Option<&Key> {
        if self.decided.is_empty() {
            return None;
        }
        let case = self.decided.get(&(kind, crate::import::open_data::naming::identity::compared(kind, name)))?;
        (case.decision == Decision::Same).then_some(&case.candidate)
    }

    /// What to do with a name that means nothing known for certain. O(names of the kind × length).
    pub fn judge<'a>(&mut self, named: &GivenName<'_>, names: impl Iterator<Item = (&'a str, &'a Key)>) -> Verdict {
        let GivenName { kind, name, folded, source, row, standing } = named;
        let at = (*kind, (*folded).to_owned());
        let decided = self.decided.get(&at).cloned();
        let near = names
            .filter(|(other, _)| other.len().abs_diff(folded.len()) * 10 <= other.len().max(folded.len()))
            .map(|(other, key)| (strsim::normalized_damerau_levenshtein(folded, other), other, key))
            .filter(|(likeness, _, _)| *likeness > NEAR)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)).then_with(|| b.2.cmp(a.2)));
        let Some((likeness, _, candidate)) = near else {
            let same = decided.filter(|case| case.decision == Decision::Same);
            return same.map_or(Verdict::New, |case| Verdict::Known(case.candidate));
        };
        let decision = decided.as_ref().map_or(Decision::Undecided, |case| case.decision);
        let candidate = decided.map_or_else(|| candidate.clone(), |case| case.candidate);
        let official = *standing == Standing::Official;
        let case = Case {
            decision,
            kind: *kind,
            name: (*name).to_owned(),
            stated_by: format!("{source}, {row}"),
            candidate: candidate.clone(),
            likeness: (likeness * 100.0).round() / 100.0,
            meanwhile: if official { "new" } else { "out" }.to_owned(),
        };
        self.met.insert(at, case);
        match decision {
            Decision::Same => Verdict::Known(candidate),
            Decision::Different => Verdict::New,
            Decision::Undecided if official => Verdict::New,
            Decision::Undecided => Verdict::Wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(reviews: &mut Reviews, name: &str, standing: Standing) -> Verdict {
        let key: Key = "master/droit-des-affaires".parse().unwrap();
        let source: Key = "source/liste".parse().unwrap();
        let folded = crate::import::open_data::naming::identity::compared(Kind::Master, name);
        let named = GivenName { kind: Kind::Master, name, folded: &folded, source: &source, row: "l. 2", standing };
        reviews.judge(&named, [("droit des affaires", &key)].into_iter())
    }

    #[test]
    fn a_near_name_waits_for_a_decision_which_then_holds() {
        let mut reviews = Reviews::default();
        assert_eq!(judge(&mut reviews, "Droit des affaire", Standing::Secondary), Verdict::Wait);
        assert_eq!(judge(&mut reviews, "Droit des affaire", Standing::Official), Verdict::New);
        assert_eq!(judge(&mut reviews, "Biologie", Standing::Secondary), Verdict::New);
        assert_eq!(reviews.undecided(), 1);
        let text = reviews.to_text().replace("undecided", "same");
        let mut again = Reviews::read(&text).unwrap();
        let known = Verdict::Known("master/droit-des-affaires".parse().unwrap());
        assert_eq!(judge(&mut again, "Droit des affaire", Standing::Secondary), known);
        assert_eq!(again.undecided(), 0);
    }

    #[test]
    fn a_file_that_is_no_review_file_is_refused() {
        assert!(Reviews::read("[[case]]\nname = 1").is_err());
        assert!(Reviews::read("[[cases]]").is_err());
    }
}
