//! The attribute fields of an entry, read into the model's record; a field on the wrong kind is a fault.

use crate::model::{Application, ApplicationStep, Attributes, Document, Internship, Kind, Modality, Place, Year};

use super::Declared;
use super::cited::source_keys;
use super::fault::Faults;
use super::fields;
use super::toml_view::{Table, Value};
use crate::import::fault::nearest;

const MODALITIES: [(&str, Modality); 8] = [
    ("initial", Modality::Initial),
    ("alternance", Modality::Alternance),
    ("apprenticeship", Modality::Apprenticeship),
    ("professional", Modality::Professional),
    ("continuing", Modality::Continuing),
    ("distance", Modality::Distance),
    ("hybrid", Modality::Hybrid),
    ("vae", Modality::Vae),
];

const YEARS: [(&str, Year); 2] = [("M1", Year::M1), ("M2", Year::M2)];

/// What an entry says of its node beyond its names.
pub(super) fn read(kind: Kind, entry: Table<'_>, declared: &Declared<'_>, faults: &mut Faults) -> Attributes {
    let mut attributes = Attributes::default();
    for (field, at, value) in entry.fields() {
        if !fields::ATTRIBUTES.contains(&field) {
            continue;
        }
        let before = attributes.clone();
        set(&mut attributes, field, value, declared, faults);
        if attributes.misplaced(kind).is_some() {
            let (message, meant) = fields::refusal(kind, field);
            faults.suggest(at, message, meant);
            attributes = before;
        }
    }
    attributes
}

fn set(attributes: &mut Attributes, field: &str, value: Value<'_>, declared: &Declared<'_>, faults: &mut Faults) {
    let boxed = |value: Value<'_>, faults: &mut Faults| value.text(faults).map(Box::from);
    match field {
        "publisher" => attributes.publisher = boxed(value, faults),
        "date" => attributes.date = date(value, faults),
        "edition" => attributes.edition = boxed(value, faults),
        "licence" => attributes.licence = boxed(value, faults),
        "url" => attributes.url = boxed(value, faults),
        "domains" => attributes.domains = value.texts(faults),
        "ects" => attributes.ects = value.whole(360, faults),
        "city" => place(attributes).city = boxed(value, faults),
        "region" => place(attributes).region = boxed(value, faults),
        "academy" => place(attributes).academy = boxed(value, faults),
        "modalities" => {
            attributes.modalities = value.list().iter().filter_map(|item| word(*item, &MODALITIES, faults)).collect();
            attributes.modalities.sort();
            attributes.modalities.dedup();
        }
        "languages" => attributes.languages = value.texts(faults),
        "internships" => {
            attributes.internships =
                value.list().iter().filter_map(|item| internship(*item, declared, faults)).collect();
        }
        "thesis" => attributes.thesis = boxed(value, faults),
        "projects" => attributes.projects = boxed(value, faults),
        "profile" => attributes.profile = boxed(value, faults),
        "application" => attributes.application = application(value, declared, faults),
        "riasec" => attributes.riasec = boxed(value, faults),
        "entry" => attributes.entry = word(value, &YEARS, faults),
        "regulated" => attributes.regulated = value.truth(faults),
        "access" => attributes.access = boxed(value, faults),
        "diplomas" => attributes.diplomas = value.texts(faults),
        // A field of the list that is missing here shows in the test that reads them all.
        _ => faults.add(value.spot(), format!("`{field}` cannot be read yet")),
    }
}

fn place(attributes: &mut Attributes) -> &mut Place {
    attributes.place.get_or_insert_default()
}

fn date(value: Value<'_>, faults: &mut Faults) -> Option<Box<str>> {
    let text = value.text(faults)?;
    let sizes: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if digits && matches!(sizes[..], [4] | [4, 2] | [4, 2, 2]) {
        return Some(text.into());
    }
    faults.add(value.spot(), format!("`{text}` is no date: write 2025, 2025-09 or 2025-09-18"));
    None
}

/// The meaning of a word out of a fixed list.
fn word<T: Copy>(value: Value<'_>, words: &[(&str, T)], faults: &mut Faults) -> Option<T> {
    let text = value.text(faults)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let meant = nearest(text, known.iter().copied());
        faults.suggest(value.spot(), format!("`{text}` is none of {}", known.join(", ")), meant);
    }
    found
}

fn internship(value: Value<'_>, declared: &Declared<'_>, faults: &mut Faults) -> Option<Internship> {
    let table = value.table(faults)?;
    table.expect_only(&["year", "months", "compulsory", "note", "sources"], faults);
    let Some(year) = table.get("year") else {
        faults.add(table.spot(), "`year` is missing: add year = \"M1\" or \"M2\"");
        return None;
    };
    let months: Vec<u8> = table
        .get("months")
        .map(|months| months.list())
        .unwrap_or_default()
        .iter()
        .filter_map(|months| months.whole(24, faults).and_then(|months| u8::try_from(months).ok()))
        .collect();
    Some(Internship {
        year: word(year, &YEARS, faults)?,
        months_min: months.first().copied(),
        months_max: months.last().copied(),
        compulsory: table.get("compulsory").and_then(|value| value.truth(faults)),
        note: table.text("note", faults).map(Box::from),
        sources: table.get("sources").map(|list| source_keys(list, declared, faults)).unwrap_or_default(),
    })
}

fn application(value: Value<'_>, declared: &Declared<'_>, faults: &mut Faults) -> Option<Application> {
    let table = value.table(faults)?;
    table.expect_only(&["platform", "steps", "documents", "sources"], faults);
    let parts = |field: &str, faults: &mut Faults| -> Vec<NamedPart> {
        let items = table.get(field).map(|list| list.list()).unwrap_or_default();
        items.iter().filter_map(|item| part(*item, faults)).collect()
    };
    let steps = parts("steps", faults).into_iter();
    let documents = parts("documents", faults).into_iter();
    Some(Application {
        platform: table.text("platform", faults).map(Box::from),
        steps: steps.map(|(name, required, note)| ApplicationStep { name, required, note }).collect(),
        documents: documents.map(|(name, required, note)| Document { name, required, note }).collect(),
        sources: table.get("sources").map(|list| source_keys(list, declared, faults)).unwrap_or_default(),
    })
}

/// Name, whether required, note.
type NamedPart = (Box<str>, bool, Option<Box<str>>);

fn part(value: Value<'_>, faults: &mut Faults) -> Option<NamedPart> {
    let table = value.table(faults)?;
    table.expect_only(&["name", "required", "note"], faults);
    let name = table.required_text("name", faults)?;
    let Some(required) = table.get("required") else {
        faults.add(table.spot(), "`required` is missing: add required = true, or false where only some ask for it");
        return None;
    };
    Some((name.into(), required.truth(faults)?, table.text("note", faults).map(Box::from)))
}
