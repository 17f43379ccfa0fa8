//! The terms of the RDF, what their values are, and how a text becomes part of an IRI or a typed date.

use std::borrow::Cow;

use crate::model::Relation;

/// The prefixes of the terms used.
pub(in crate::export) const PREFIXES: [(&str, &str); 8] = [
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("passerelle", BASE),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// What every IRI of our own begins with.
pub(super) const BASE: &str = "urn:passerelle:";

/// A predicate, as prefix and name, and what its values are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::export) struct Property {
    pub(in crate::export) name: Cow<'static, str>,
    pub(in crate::export) form: Form,
}

/// What the values of a property are, unless one says its own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::export) enum Form {
    /// Text in French.
    French,
    /// Text in no language.
    Plain,
    /// A literal of a type, as prefix and name.
    Data(&'static str),
    /// Another resource, by its whole IRI.
    Link,
}

#[derive(Debug)]
pub(in crate::export) enum Value {
    /// As the property's form says.
    Plain(String),
    /// A literal of a type of its own, as prefix and name.
    Typed(String, String),
    /// A resource that has no place of its own.
    Within(Resource),
}

/// A resource and what is said of it. No property comes twice.
#[derive(Debug)]
pub(in crate::export) struct Resource {
    pub(in crate::export) iri: String,
    pub(in crate::export) classes: Vec<String>,
    pub(in crate::export) properties: Vec<(Property, Vec<Value>)>,
}

const fn property(name: &'static str, form: Form) -> Property {
    Property { name: Cow::Borrowed(name), form }
}

pub(super) const ACCESS: Property = property("passerelle:access", Form::French);
pub(super) const ALT_LABEL: Property = property("skos:altLabel", Form::French);
pub(super) const ALTERNATIVE: Property = property("dct:alternative", Form::French);
pub(super) const CONDITION: Property = property("passerelle:condition", Form::French);
pub(super) const DATE: Property = property("dct:date", Form::Plain);
pub(super) const DEFINITION: Property = property("skos:definition", Form::French);
pub(super) const DEPRECATED: Property = property("owl:deprecated", Form::Data("xsd:boolean"));
pub(super) const DESCRIPTION: Property = property("dct:description", Form::French);
pub(super) const DIPLOMA: Property = property("passerelle:diploma", Form::French);
pub(super) const ENTRY: Property = property("passerelle:entry", Form::Plain);
pub(super) const FROM: Property = property("passerelle:from", Form::Link);
pub(super) const IS_REPLACED_BY: Property = property("dct:isReplacedBy", Form::Link);
pub(super) const LANDING_PAGE: Property = property("dcat:landingPage", Form::Link);
pub(super) const LANGUAGE: Property = property("dct:language", Form::Plain);
pub(super) const LEVEL: Property = property("passerelle:level", Form::French);
pub(super) const LICENSE: Property = property("dct:license", Form::Link);
pub(super) const MODALITY: Property = property("passerelle:modality", Form::Plain);
pub(super) const NAME: Property = property("foaf:name", Form::Plain);
pub(super) const NOTATION: Property = property("skos:notation", Form::Plain);
pub(super) const PREF_LABEL: Property = property("skos:prefLabel", Form::French);
pub(super) const PUBLISHER: Property = property("dct:publisher", Form::Link);
pub(super) const REGULATED: Property = property("passerelle:regulated", Form::Data("xsd:boolean"));
pub(super) const RELATION: Property = property("passerelle:relation", Form::Link);
pub(super) const SEE_ALSO: Property = property("rdfs:seeAlso", Form::Link);
pub(super) const SOURCE: Property = property("dct:source", Form::Link);
pub(super) const TITLE: Property = property("dct:title", Form::French);
pub(super) const TO: Property = property("passerelle:to", Form::Link);
pub(super) const VERSION: Property = property("dcat:version", Form::Plain);
pub(super) const WEIGHT: Property = property("passerelle:weight", Form::Data("xsd:decimal"));

/// Every property that a resource may have.
pub(in crate::export) fn vocabulary() -> impl Iterator<Item = Property> {
    let fixed = [
        ACCESS,
        ALT_LABEL,
        ALTERNATIVE,
        CONDITION,
        DATE,
        DEFINITION,
        DEPRECATED,
        DESCRIPTION,
        DIPLOMA,
        ENTRY,
        FROM,
        IS_REPLACED_BY,
        LANDING_PAGE,
        LANGUAGE,
        LEVEL,
        LICENSE,
        MODALITY,
        NAME,
        NOTATION,
        PREF_LABEL,
        PUBLISHER,
        REGULATED,
        RELATION,
        SEE_ALSO,
        SOURCE,
        TITLE,
        TO,
        VERSION,
        WEIGHT,
    ];
    fixed.into_iter().chain(Relation::ALL.into_iter().map(direct))
}

/// The property that states a relation between its two ends.
pub(super) fn direct(relation: Relation) -> Property {
    let name = match relation {
        Relation::Broader => Cow::Borrowed("skos:broader"),
        relation => Cow::Owned(format!("passerelle:{relation}")),
    };
    Property { name, form: Form::Link }
}

/// A date as far as it is known: year, month or day; text where it is none of these.
pub(super) fn dated(text: &str) -> Value {
    let parts: Vec<Option<u8>> = text
        .split('-')
        .skip(1)
        .map(|part| part.parse().ok().filter(|_| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())))
        .collect();
    let year = text.split('-').next().unwrap_or_default();
    let year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) && year != "0000";
    let kind = match *parts {
        [] if year => "xsd:gYear",
        [Some(1..=12)] if year => "xsd:gYearMonth",
        [Some(1..=12), Some(1..=28)] | [Some(1 | 3..=12), Some(29..=30)] if year => "xsd:date",
        [Some(1 | 3 | 5 | 7 | 8 | 10 | 12), Some(31)] if year => "xsd:date",
        _ => return Value::Plain(text.to_owned()),
    };
    Value::Typed(text.to_owned(), kind.to_owned())
}

/// The text with all but letters, digits and `-._~` as `%` and two digits a byte.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
