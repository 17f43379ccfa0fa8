//! The words that people say and no register has (`seed/everyday.toml`): what each may mean, and what to do instead of a diploma
//! that the graph does not have.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::model::text::fold;
use crate::model::{Kind, gender};

/// What a word may mean: a kind, and a code or name of it.
pub(in crate::graph) type Meaning = (Kind, String);

/// A word that people say.
pub(in crate::graph) struct Said {
    /// What it may mean, the commonest first.
    pub means: Vec<Meaning>,
    /// What whoever says it must know, in French, where what it means does not tell.
    pub note: Option<String>,
}

impl Said {
    fn is_job(&self) -> bool {
        self.means.first().is_some_and(|(kind, _)| *kind == Kind::Job)
    }
}

/// The file, by folded word.
pub(in crate::graph) struct Everyday {
    words: HashMap<String, Arc<Said>>,
    /// Jobs' words in the other gender.
    other_gender: HashMap<String, Arc<Said>>,
    diplomas: HashMap<String, String>,
    /// No diploma is said in more words.
    longest_diploma: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EverydayFile {
    word: Vec<Word>,
    diploma: Vec<Diploma>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    said: Vec<String>,
    means: Vec<String>,
    note: Option<String>,
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Diploma {
    said: Vec<String>,
    instead: String,
    #[serde(rename = "reason")]
    _reason: String,
}

static BUILT_IN: LazyLock<Everyday> = LazyLock::new(|| {
    Everyday::read(include_str!("../../../seed/everyday.toml")).expect("a test reads the file that is built in")
});

impl Everyday {
    /// The words that are built in.
    pub(in crate::graph) fn built_in() -> &'static Everyday {
        &BUILT_IN
    }

    fn read(text: &str) -> Result<Everyday, String> {
        let file: EverydayFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut everyday = Everyday {
            words: HashMap::new(),
            other_gender: HashMap::new(),
            diplomas: HashMap::new(),
            longest_diploma: 0,
        };
        for word in file.word {
            let meaning = |text: &String| {
                let (kind, name) =
                    text.split_once(' ').ok_or_else(|| format!("`{text}`: write <kind> <code or name>"))?;
                Ok::<Meaning, String>((kind.parse().map_err(|fault| format!("`{text}`: {fault}"))?, name.to_owned()))
            };
            let means: Vec<Meaning> = word.means.iter().map(meaning).collect::<Result<_, _>>()?;
            let entry = Arc::new(Said { means, note: word.note });
            for said in &word.said {
                let folded = fold(said);
                if entry.is_job() {
                    for other in gender::other_gender_of(&folded, |_| true) {
                        everyday.other_gender.entry(other).or_insert_with(|| entry.clone());
                    }
                }
                if everyday.words.insert(folded, entry.clone()).is_some() {
                    return Err(format!("`{said}` is said twice"));
                }
            }
        }
        for diploma in file.diploma {
            for said in &diploma.said {
                let folded = fold(said);
                everyday.longest_diploma = everyday.longest_diploma.max(folded.split(' ').count());
                if everyday.diplomas.insert(folded.clone(), diploma.instead.clone()).is_some()
                    || everyday.words.contains_key(&folded)
                {
                    return Err(format!("`{said}` is said twice"));
                }
            }
        }
        Ok(everyday)
    }

    /// What is known of a text, in whatever case and punctuation. A job's word answers in either gender, and to both at once:
    /// « chercheuse » and « chercheur·euse » are « chercheur ».
    pub(in crate::graph) fn said(&self, text: &str) -> Option<&Said> {
        let folded = fold(text);
        let forms = || gender::forms(text).into_iter().flat_map(gender::Forms::both);
        let of_job = |form: String| self.words.get(&fold(&form)).filter(|said| said.is_job());
        let said = self.words.get(&folded).or_else(|| forms().find_map(of_job));
        let said = said.or_else(|| self.other_gender.get(&folded));
        said.map(|said| &**said)
    }

    /// What to do instead of a diploma that the graph does not have, and the words said after it.
    pub(in crate::graph) fn instead<'t>(&self, folded: &'t str) -> Option<(&str, &'t str)> {
        let ends = folded.match_indices(' ').map(|(at, _)| at).chain([folded.len()]).take(self.longest_diploma);
        let said = ends.filter_map(|end| Some((&**self.diplomas.get(&folded[..end])?, folded[end..].trim_start())));
        said.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let everyday = Everyday::read(include_str!("../../../seed/everyday.toml")).unwrap();
        assert_eq!(everyday.said("prof").unwrap().means.first(), Some(&(Kind::Job, "K2107".to_owned())));
        for job in ["chercheuse", "chercheur·euse", "Ingénieure", "chargée de com"] {
            assert!(everyday.said(job).is_some(), "{job}");
        }
        assert!(everyday.said("droite").is_none(), "a licence has no gender");
        assert!(everyday.instead("but gea").is_some_and(|(text, rest)| text.contains("BUT") && rest == "gea"));
        assert!(
            everyday.instead("licence pro metiers du web").is_some_and(|(text, _)| text.contains("professionnelles"))
        );
        assert!(
            everyday.instead("but").is_some() && everyday.instead("buter").is_none() && everyday.instead("").is_none()
        );
    }

    #[test]
    fn an_unknown_kind_or_a_word_said_twice_is_refused() {
        for bad in [
            "diploma = []\n[[word]]\nsaid = ['a']\nmeans = ['jobb X']\nreason = 'r'",
            "diploma = []\n[[word]]\nsaid = ['a', 'A']\nmeans = []\nreason = 'r'",
            "diploma = []\n[[word]]\nsaid = ['a']\nmeans = []",
        ] {
            assert!(Everyday::read(bad).is_err(), "{bad}");
        }
    }
}
