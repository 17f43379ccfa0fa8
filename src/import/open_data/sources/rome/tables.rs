//! What ROME's tables say of each job, by its code: appellations, definition, access, diplomas, RIASEC letters.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cited;
use crate::import::open_data::draft::register::spelt;
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::job_names;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::read::table::{Column, Row};
use crate::import::open_data::set::Set;

/// By the code of a job.
pub(super) type ByJob = HashMap<String, Vec<String>>;

/// The appellations of each job.
#[derive(Default)]
pub(super) struct Appellations {
    /// With their forms.
    pub(super) names: ByJob,
    /// Those that ROME marks as little used.
    pub(super) rare: ByJob,
    /// Their OGR codes.
    pub(super) ogr: ByJob,
}

/// The appellations of each job.
pub(super) fn appellations(set: &Set) -> Result<Appellations, OpenDataError> {
    let table = set.need(Part::RomeAppellations)?;
    let code = table.column(&["code_rome"])?;
    let name = table.column(&["libelle_appellation_long"])?;
    let ogr = table.column(&["code_ogr"])?;
    let rare = table.optional(&["peu_usite"]);
    let mut all = Appellations::default();
    for row in table.rows() {
        let (code, forms) = (row.text(code).into_owned(), job_names::with_forms(&accented(&row.text(name))));
        if row.some(rare).is_some_and(|rare| rare == "O") {
            all.rare.entry(code.clone()).or_default().extend(forms.iter().cloned());
        }
        all.names.entry(code.clone()).or_default().extend(forms);
        all.ogr.entry(code).or_default().push(row.text(ogr).into_owned());
    }
    Ok(all)
}

/// The definition of each job, its sentences joined in their order.
pub(super) fn definitions(set: &Set) -> Result<HashMap<String, String>, OpenDataError> {
    texts(set, "definition")
}

/// How one comes to each job, in ROME's sentences.
pub(super) fn access_texts(set: &Set) -> Result<HashMap<String, String>, OpenDataError> {
    texts(set, "acces_metier")
}

/// For each job, the diplomas and certificates that ROME lists, each with its row.
pub(super) type Diplomas = HashMap<String, Vec<(Box<str>, String)>>;

/// The diplomas and certificates that ROME lists for each job.
pub(super) fn diplomas(set: &Set) -> Result<Diplomas, OpenDataError> {
    let knowledge = set.need(Part::RomeKnowledge)?;
    let item = knowledge.column(&["code_ogr_savoir"])?;
    let name = knowledge.column(&["libelle_savoir"])?;
    let category = knowledge.column(&["categorie_savoir"])?;
    let certificates = knowledge.rows().iter().filter(|row| is_certificate(row, category));
    let names: HashMap<String, Box<str>> =
        certificates.map(|row| (row.text(item).into_owned(), accented(&spelt(&row.text(name))).into())).collect();
    let table = set.need(Part::RomeCoherence)?;
    let code = table.column(&["code_rome"])?;
    let item = table.column(&["code_ogr"])?;
    let mut diplomas: Diplomas = HashMap::new();
    for row in table.rows() {
        if let Some(name) = names.get(&*row.text(item)) {
            diplomas.entry(row.text(code).into_owned()).or_default().push((name.clone(), cited(row, "coherence_item")));
        }
    }
    for list in diplomas.values_mut() {
        list.sort();
        list.dedup_by(|one, other| one.0 == other.0);
    }
    Ok(diplomas)
}

pub(super) fn is_certificate(row: &Row, category: Column) -> bool {
    row.text(category).starts_with("Certifications")
}

/// The sentences of a kind, joined in their order.
fn texts(set: &Set, wanted: &str) -> Result<HashMap<String, String>, OpenDataError> {
    let Some(table) = set.table(Part::RomeTexts) else { return Ok(HashMap::new()) };
    let code = table.column(&["code_rome"])?;
    let kind = table.column(&["libelle_type_texte"])?;
    let text = table.column(&["libelle_texte"])?;
    let position = table.optional(&["position_phrase"]);
    let mut sentences: HashMap<String, BTreeMap<(u32, u64), String>> = HashMap::new();
    for row in table.rows().iter().filter(|row| row.text(kind) == wanted) {
        let at = (row.count(position).unwrap_or(u32::MAX), row.line);
        // Some begin with the point of a list: « . Par un stage ».
        let sentence = spelt(row.text(text).trim_start_matches(['.', '-', ' '])).replace("...", "…");
        let ended = if sentence.ends_with(['.', '!', '?', ':', '…']) { sentence } else { format!("{sentence}.") };
        sentences.entry(row.text(code).into_owned()).or_default().insert(at, ended);
    }
    let joined = |list: BTreeMap<_, String>| {
        // A row that stands twice says nothing more.
        let mut said = HashSet::new();
        let new = |sentence: &&String| said.insert((*sentence).clone());
        list.values().filter(new).map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    Ok(sentences.into_iter().map(|(code, list)| (code, joined(list))).collect())
}

pub(super) fn riasec(set: &Set) -> Result<HashMap<String, String>, OpenDataError> {
    let Some(table) = set.table(Part::RomeRiasec) else { return Ok(HashMap::new()) };
    let code = table.column(&["code_rome"])?;
    let major = table.column(&["riasec_majeur"])?;
    let minor = table.optional(&["riasec_mineur"]);
    let letters = |row: &Row| format!("{}{}", row.text(major), row.some(minor).unwrap_or_default());
    let rows = table.rows().iter().map(|row| (row.text(code).into_owned(), letters(row)));
    Ok(rows.filter(|(_, letters)| !letters.is_empty()).collect())
}
