//! The shapes of a line of the interchange file, as read. They are stricter than JSON: no field unknown,
//! none twice. What the values mean is checked by the reader, which knows where they stand.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer};

use crate::model::{
    Admission, Application, Attributes, Award, Code, Internship, Key, Modality, Node, Outcome, Place, Work, Year,
};

/// The first line.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderLine<'a> {
    #[serde(borrow)]
    pub format: Cow<'a, str>,
    pub version: u64,
    /// `None`: not given. `Some(None)`: `null`, nothing is to be taken under any source.
    #[serde(borrow, default, deserialize_with = "given")]
    pub source: Option<Option<Cow<'a, str>>>,
}

fn given<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Cow<'a, str>>>, D::Error> {
    Option::<BorrowedText<'a>>::deserialize(deserializer).map(|text| Some(text.map(|BorrowedText(text)| text)))
}

/// Text that is borrowed from the line wherever it has no escapes (a bare `Cow` inside an `Option` would be copied).
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub struct BorrowedText<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// What a line is, told by the field that it carries.
#[derive(serde::Deserialize)]
pub struct Probe {
    pub format: Option<IgnoredAny>,
    pub node: Option<IgnoredAny>,
    pub edge: Option<IgnoredAny>,
}

/// A line that says what an edge is.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeLine<'a> {
    #[serde(borrow)]
    pub edge: Cow<'a, str>,
    #[serde(borrow)]
    pub from: Cow<'a, str>,
    #[serde(borrow)]
    pub to: Cow<'a, str>,
    pub weight: Option<f64>,
    #[serde(borrow)]
    pub sources: Option<Vec<StatementLine<'a>>>,
    pub condition: Option<Box<str>>,
    pub level: Option<Box<str>>,
    entry: Option<Year>,
    #[serde(default)]
    modalities: Vec<Modality>,
    #[serde(default)]
    languages: Vec<Box<str>>,
    #[serde(default)]
    admissions: Vec<Admission>,
}

impl EdgeLine<'_> {
    /// What the line says of a master as one university awards it.
    pub fn award(&mut self) -> Option<Box<Award>> {
        let (modalities, languages) = (std::mem::take(&mut self.modalities), std::mem::take(&mut self.languages));
        let admissions = std::mem::take(&mut self.admissions);
        Award { entry: self.entry, modalities, languages, admissions }.boxed()
    }
}

/// An item of an edge's `sources`: a key, or an object with more.
pub struct StatementLine<'a> {
    pub source: Cow<'a, str>,
    pub row: Option<Box<str>>,
    pub weight: Option<f64>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementObject<'a> {
    #[serde(borrow)]
    source: Cow<'a, str>,
    row: Option<Box<str>>,
    weight: Option<f64>,
}

impl<'de: 'a, 'a> Deserialize<'de> for StatementLine<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = StatementLine<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the key of a source, or {\"source\":key,\"row\":…,\"weight\":…}")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(StatementLine { source: Cow::Borrowed(text), row: None, weight: None })
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(StatementLine { source: Cow::Owned(text.to_owned()), row: None, weight: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let StatementObject { source, row, weight } =
                    Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(StatementLine { source, row, weight })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A line that says what a node is: its own fields, then those of [`Attributes`] at the same level.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NodeLine<'a> {
    #[serde(borrow)]
    pub node: Cow<'a, str>,
    pub name: Box<str>,
    #[serde(default)]
    pub aliases: Vec<Box<str>>,
    pub description: Option<Box<str>>,
    #[serde(default)]
    pub codes: Vec<Code>,
    #[serde(borrow)]
    pub sources: Option<Vec<BorrowedText<'a>>>,
    #[serde(default)]
    pub retired: bool,
    #[serde(borrow)]
    pub replaced_by: Option<BorrowedText<'a>>,
    publisher: Option<Box<str>>,
    date: Option<Box<str>>,
    edition: Option<Box<str>>,
    licence: Option<Box<str>>,
    url: Option<Box<str>>,
    #[serde(default)]
    domains: Vec<Box<str>>,
    ects: Option<u16>,
    place: Option<Place>,
    #[serde(default)]
    modalities: Vec<Modality>,
    #[serde(default)]
    languages: Vec<Box<str>>,
    #[serde(default)]
    internships: Vec<Internship>,
    thesis: Option<Box<str>>,
    projects: Option<Box<str>>,
    profile: Option<Box<str>>,
    application: Option<Application>,
    #[serde(default)]
    admissions: Vec<Admission>,
    #[serde(default)]
    outcomes: Vec<Outcome>,
    riasec: Option<Box<str>>,
    entry: Option<Year>,
    regulated: Option<bool>,
    access: Option<Box<str>>,
    #[serde(default)]
    diplomas: Vec<Box<str>>,
    beyond_master: Option<bool>,
    access_source: Option<Key>,
    #[serde(default)]
    rare_names: Vec<Box<str>>,
    work: Option<Box<Work>>,
}

impl NodeLine<'_> {
    /// The node that the line says, under keys already checked, in its canonical form.
    pub fn into_node(self, key: Key, sources: Vec<Key>, replaced_by: Option<Key>) -> Node {
        let attributes = Attributes {
            publisher: self.publisher,
            date: self.date,
            edition: self.edition,
            licence: self.licence,
            url: self.url,
            domains: self.domains,
            ects: self.ects,
            place: self.place,
            modalities: self.modalities,
            languages: self.languages,
            internships: self.internships,
            thesis: self.thesis,
            projects: self.projects,
            profile: self.profile,
            application: self.application,
            admissions: self.admissions,
            outcomes: self.outcomes,
            riasec: self.riasec,
            entry: self.entry,
            regulated: self.regulated,
            access: self.access,
            diplomas: self.diplomas,
            beyond_master: self.beyond_master,
            access_source: self.access_source,
            rare_names: self.rare_names,
            work: self.work,
        };
        let mut node = Node {
            key,
            name: self.name,
            aliases: self.aliases,
            description: self.description,
            codes: self.codes,
            sources,
            retired: self.retired,
            replaced_by,
            attributes: attributes.boxed(),
        };
        node.normalise();
        node
    }
}
