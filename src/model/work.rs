//! What a job is like, and whom it suits.

use serde::{Deserialize, Serialize};

use super::key::Key;

/// What a source says of a job's status, of its part in the great transitions, of whom it suits and of where and how it is done.
/// Where the source is silent, so is each field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Work {
    /// Whether it is a post of *cadre*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executive: Option<bool>,
    /// Its class in the ecological transition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecology: Option<Ecology>,
    /// Whether the source counts it in the digital transition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digital: Option<bool>,
    /// Whether the source counts it in the demographic transition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demographic: Option<bool>,
    /// What one likes who likes it, the main interest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<Box<str>>,
    /// The themes under which the source lists it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub themes: Vec<Box<str>>,
    /// Where, when, with whom and under which conditions it is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contexts: Vec<WorkContext>,
    /// Who says so.
    pub source: Key,
}

impl Work {
    /// What a source that says nothing says.
    pub fn unsaid(source: Key) -> Work {
        Work {
            executive: None,
            ecology: None,
            digital: None,
            demographic: None,
            interests: Vec::new(),
            themes: Vec::new(),
            contexts: Vec::new(),
            source,
        }
    }
}

/// A job's class in the ecological transition, as ROME names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecology {
    /// *Emploi vert*.
    Green,
    /// *Emploi stratégique pour la transition écologique*.
    Strategic,
    /// *Emploi blanc*.
    White,
    /// *Emploi brun*.
    Brown,
}

/// The contexts of work of one sort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkContext {
    /// The sort, as the source names it.
    pub kind: Box<str>,
    /// The contexts.
    pub names: Vec<Box<str>>,
}
