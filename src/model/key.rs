//! `Key`: the public, stable, readable identity of a node, `<kind>/<slug>`.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kind::{Kind, UnknownKind};
use super::text;

/// The longest key taken, in bytes.
pub const MAX_KEY_BYTES: usize = 250;

/// `<kind>/<slug>`, for example `licence/sciences-de-la-vie-et-de-la-terre`. Cheap to clone; compares and
/// hashes as its text.
#[derive(Clone)]
pub struct Key {
    text: Arc<str>,
    kind: Kind,
}

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No slash between kind and slug.
    #[error("`{given}` is not a key: write <kind>/<slug>, for example job/journaliste-environnemental")]
    Form {
        /// What was given.
        given: String,
    },
    /// The part before the slash is no kind.
    #[error("in the key `{given}`: {source}")]
    Kind {
        /// What was given.
        given: String,
        /// The kind that it names.
        source: UnknownKind,
    },
    /// The part after the slash is no slug.
    #[error("in the key `{given}`: a slug has only a-z, 0-9 and single inner dashes; write `{advice}`")]
    Slug {
        /// What was given.
        given: String,
        /// A key that would be taken.
        advice: String,
    },
    /// Longer than [`MAX_KEY_BYTES`].
    #[error("the key that begins `{start}` has {bytes} bytes: the most is {MAX_KEY_BYTES}")]
    TooLong {
        /// Its first characters.
        start: String,
        /// Its length.
        bytes: usize,
    },
}

impl Key {
    /// The key of a kind and a slug.
    ///
    /// # Errors
    /// As [`Key::from_str`].
    pub fn new(kind: Kind, slug: &str) -> Result<Key, KeyError> {
        format!("{kind}/{slug}").parse()
    }

    /// The key that a name gets when nothing else says: its slug under the kind, cut at a word when long.
    ///
    /// # Errors
    /// When the name has no letter or digit to make a slug from.
    pub fn from_name(kind: Kind, name: &str) -> Result<Key, KeyError> {
        let mut slug = text::slug(name);
        if slug.len() > 120 {
            slug.truncate(120);
            if let Some(dash) = slug.rfind('-') {
                slug.truncate(dash);
            }
        }
        Key::new(kind, &slug)
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part after the slash.
    pub fn slug(&self) -> &str {
        &self.text[self.kind.name().len() + 1..]
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(given: &str) -> Result<Key, KeyError> {
        if given.len() > MAX_KEY_BYTES {
            return Err(KeyError::TooLong { start: given.chars().take(40).collect(), bytes: given.len() });
        }
        let (kind, slug) = given.split_once('/').ok_or_else(|| KeyError::Form { given: given.to_owned() })?;
        let kind: Kind = kind.parse().map_err(|source| KeyError::Kind { given: given.to_owned(), source })?;
        let plain = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain || slug.is_empty() || slug.starts_with('-') || slug.ends_with('-') || slug.contains("--") {
            let advice = match text::slug(slug) {
                slug if slug.is_empty() => format!("{kind}/…"),
                slug => format!("{kind}/{slug}"),
            };
            return Err(KeyError::Slug { given: given.to_owned(), advice });
        }
        Ok(Key { text: given.into(), kind })
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        Arc::ptr_eq(&self.text, &other.text) || self.text == other.text
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.text)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_kind_and_a_slug() {
        let key: Key = "job/journaliste-environnemental".parse().unwrap();
        assert_eq!((key.kind(), key.slug()), (Kind::Job, "journaliste-environnemental"));
    }

    #[test]
    fn a_bad_key_is_refused_with_advice() {
        let advice = |given: &str| given.parse::<Key>().unwrap_err().to_string();
        assert!(advice("journaliste").contains("<kind>/<slug>"));
        assert!(advice("jobs/x").contains("unknown kind `jobs`"));
        assert!(advice("job/Médiateur Scientifique").contains("`job/mediateur-scientifique`"));
        assert!(advice("job/").contains("job/…"));
        assert!(advice(&format!("job/{}", "a".repeat(300))).contains("304 bytes"));
    }
}
