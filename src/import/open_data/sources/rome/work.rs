//! What ROME says of a job beside its names, its access and its skills: status, transitions, interests, themes, contexts of work.
//!
//! An empty cell says nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::tables::is_certificate;
use crate::import::open_data::draft::Draft;
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::read::table::{Column, Row};
use crate::import::open_data::set::Set;
use crate::model::text::fold;
use crate::model::{Ecology, Key, Work, WorkContext};

/// The elements of jobs that are no skills and yet read: contexts of work here, certificates with the access.
pub(super) fn codes_read(set: &Set) -> Result<HashSet<String>, OpenDataError> {
    let mut codes: HashSet<String> = contexts(set)?.into_keys().collect();
    let table = set.need(Part::RomeKnowledge)?;
    let code = table.column(&["code_ogr_savoir"])?;
    let category = table.column(&["categorie_savoir"])?;
    let certificates = table.rows().iter().filter(|row| is_certificate(row, category));
    codes.extend(certificates.map(|row| row.text(code).into_owned()));
    Ok(codes)
}

/// What is said of the jobs, by their codes; of those of which anything is.
///
/// # Errors
/// When a needed table or column is missing.
pub(super) fn told(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<HashMap<String, Work>, OpenDataError> {
    let table = set.need(Part::RomeJobs)?;
    let code = table.column(&["code_rome"])?;
    let [executive, ecology, digital, demographic] =
        ["emploi_cadre", "transition_eco", "transition_num", "transition_demo"].map(|name| table.optional(&[name]));
    let mut interests = listed(set, Part::RomeInterests, "code_centre_interet", "libelle_centre_interet")?;
    let mut themes = listed(set, Part::RomeThemes, "code_theme", "libelle_theme")?;
    let mut contexts = contexts_of_jobs(set)?;
    let silent = Work {
        executive: None,
        ecology: None,
        digital: None,
        demographic: None,
        interests: Vec::new(),
        themes: Vec::new(),
        contexts: Vec::new(),
        source: source.clone(),
    };
    let mut told = HashMap::new();
    for row in table.rows() {
        let code = row.text(code).into_owned();
        // Of a job that stands twice, the first row says it.
        if told.contains_key(&code) {
            continue;
        }
        let work = Work {
            executive: flag(draft, row, executive),
            ecology: class(draft, row, ecology),
            digital: flag(draft, row, digital),
            demographic: flag(draft, row, demographic),
            interests: interests.remove(&code).unwrap_or_default(),
            themes: themes.remove(&code).unwrap_or_default(),
            contexts: contexts.remove(&code).unwrap_or_default(),
            source: source.clone(),
        };
        if work != silent {
            told.insert(code, work);
        }
    }
    Ok(told)
}

fn flag(draft: &mut Draft<'_>, row: &Row, column: Option<Column>) -> Option<bool> {
    match &*row.some(column)? {
        "O" | "Oui" => Some(true),
        "N" | "Non" => Some(false),
        other => {
            draft.report.leave_out(&format!("drapeaux `{other}`, qui ne sont ni O ni N"));
            None
        }
    }
}

fn class(draft: &mut Draft<'_>, row: &Row, column: Option<Column>) -> Option<Ecology> {
    let given = row.some(column)?;
    match fold(&given).as_str() {
        "emploi vert" => Some(Ecology::Green),
        "emploi strategique pour la transition ecologique" => Some(Ecology::Strategic),
        "emploi blanc" => Some(Ecology::White),
        "emploi brun" => Some(Ecology::Brown),
        _ => {
            draft.report.leave_out(&format!("classes `{given}` de la transition écologique, inconnues"));
            None
        }
    }
}

type Texts = Vec<Box<str>>;

/// Where a label stands in the list of a job: the main ones before the others, then by number.
type Rank = (bool, u32, String);

/// The labels under which a table lists each job: those marked as the main ones first, then by code.
fn listed(set: &Set, part: Part, number: &str, label: &str) -> Result<HashMap<String, Texts>, OpenDataError> {
    let Some(table) = set.table(part) else { return Ok(HashMap::new()) };
    let job = table.column(&["code_rome"])?;
    let (number, label) = (table.column(&[number])?, table.column(&[label])?);
    let main = table.find(&["principal"]);
    let mut listed: HashMap<String, BTreeMap<Rank, Box<str>>> = HashMap::new();
    for row in table.rows() {
        let secondary = row.some(main).as_deref() != Some("oui");
        let at = (secondary, row.count(Some(number)).unwrap_or(u32::MAX), row.text(number).into_owned());
        let label = accented(&row.text(label));
        listed.entry(row.text(job).into_owned()).or_default().insert(at, label.into());
    }
    Ok(listed.into_iter().map(|(job, labels)| (job, labels.into_values().collect())).collect())
}

/// A context of work: the number and name of its sort, and its own name.
type Context = (u32, String, String);

/// The contexts of work by their codes.
fn contexts(set: &Set) -> Result<HashMap<String, Context>, OpenDataError> {
    let Some(table) = set.table(Part::RomeContexts) else { return Ok(HashMap::new()) };
    let code = table.column(&["code_ogr"])?;
    let name = table.column(&["libelle_cont_travail"])?;
    let number = table.column(&["code_type_cont_trav"])?;
    let kind = table.column(&["libelle_type_cont_trav"])?;
    let context = |row: &Row| {
        let order = row.count(Some(number)).unwrap_or(u32::MAX);
        (row.text(code).into_owned(), (order, accented(&row.text(kind)), accented(&row.text(name))))
    };
    Ok(table.rows().iter().map(context).collect())
}

fn contexts_of_jobs(set: &Set) -> Result<HashMap<String, Vec<WorkContext>>, OpenDataError> {
    let contexts = contexts(set)?;
    let table = set.need(Part::RomeCoherence)?;
    let job = table.column(&["code_rome"])?;
    let item = table.column(&["code_ogr"])?;
    let mut sorts: HashMap<String, BTreeMap<(u32, &str), Texts>> = HashMap::new();
    for row in table.rows() {
        if let Some((order, kind, name)) = contexts.get(&*row.text(item)) {
            let of_job = sorts.entry(row.text(job).into_owned()).or_default();
            of_job.entry((*order, kind)).or_default().push(name.as_str().into());
        }
    }
    let sorted = |mut names: Texts| {
        names.sort();
        names.dedup();
        names
    };
    let shown = |((_, kind), names): ((u32, &str), Texts)| WorkContext { kind: kind.into(), names: sorted(names) };
    Ok(sorts.into_iter().map(|(job, of_job)| (job, of_job.into_iter().map(shown).collect())).collect())
}
