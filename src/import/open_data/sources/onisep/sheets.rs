//! Onisep's sheets (Idéo-Fiches, ODbL): the links that its editors publish between a master and the jobs themselves.
//!
//! A job is the one that ROME names alike, by its own name or by an appellation; jobs that ROME does not name are left out, and
//! no text of a sheet is taken beyond such an appellation: so the graph can be had without Onisep.

use std::collections::HashMap;

use crate::import::open_data::description::possible;
use crate::import::open_data::draft::Draft;
use crate::import::open_data::draft::rome_codes::jobs_of;
use crate::import::open_data::draft::weights;
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::identity::shown_title;
use crate::import::open_data::naming::job_names;
use crate::import::open_data::read::markup::MARK;
use crate::import::open_data::set::Set;
use crate::import::open_data::sources::onisep::edition;
use crate::model::text::fold;
use crate::model::{Key, Kind, Relation};

/// `2024-06-25` in `Onisep_Ideo_Fiches_Formations_25062024.xml`.
pub fn date(name: &str) -> Option<String> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let digits = stem.rsplit('_').next().filter(|word| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()))?;
    let day = format!("{}-{}-{}", &digits[4..], &digits[2..4], &digits[..2]);
    possible(&day)
}

/// States that masters lead to jobs, from either sheet.
///
/// # Errors
/// When a column is missing.
pub fn apply(set: &Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let jobs = jobs(set, draft)?;
    let masters = from_diplomas(set, draft, &jobs)?;
    from_jobs(set, draft, &jobs, &masters)
}

/// A job of the graph that a sheet names: by its own name, or by one of the appellations that ROME puts under it.
#[derive(Clone)]
struct NamedJob {
    job: Key,
    appellation: Option<String>,
}

/// The jobs of the graph that Onisep's sheets of jobs speak of, by Onisep's identifier.
fn jobs(set: &Set, draft: &Draft<'_>) -> Result<HashMap<String, NamedJob>, OpenDataError> {
    let Some(table) = set.table(Part::OnisepJobSheets) else { return Ok(HashMap::new()) };
    let id = table.column(&["identifiant"])?;
    let names = [table.column(&["libelle_masculin"])?, table.column(&["libelle_feminin"])?];
    let codes = table.optional(&["romesV3/romeV3"]);
    let mut jobs = HashMap::new();
    for row in table.rows() {
        let codes = row.some(codes).unwrap_or_default();
        let under: Vec<Key> = codes.split(MARK).flat_map(|code| jobs_of(draft, code.trim())).collect();
        let names = names.map(|column| row.text(column).into_owned());
        if let Some(job) = job(draft, &names, &under) {
            jobs.insert(row.text(id).into_owned(), job);
        }
    }
    Ok(jobs)
}

/// The one job that bears a name: of several, the only one whose own name it is, or the only one under the codes given. An
/// appellation says nothing of a regulated job, which it may be no part of.
fn job(draft: &Draft<'_>, names: &[String], under: &[Key]) -> Option<NamedJob> {
    let mut found: Vec<&Key> = names.iter().flat_map(|name| draft.by_name(Kind::Job, name)).collect();
    found.sort();
    found.dedup();
    let only = |keys: Vec<&Key>| if let [one] = keys[..] { Some(one.clone()) } else { None };
    let own = |key: &&&Key| {
        let forms = draft.node(key).map(|node| job_names::with_forms(&node.name)).unwrap_or_default();
        names.iter().any(|name| forms.iter().any(|form| fold(form) == fold(name)))
    };
    let proper = only(found.iter().filter(own).copied().collect());
    if let Some(job) = proper {
        return Some(NamedJob { job, appellation: None });
    }
    let job = only(found.iter().filter(|key| under.contains(key)).copied().collect()).or_else(|| only(found))?;
    let known = draft.node(&job)?.attributes.as_ref();
    let free = known.is_none_or(|known| known.regulated != Some(true));
    free.then(|| NamedJob { job, appellation: names.first().cloned() })
}

/// States that a master leads to a job; of a job named by an appellation with that condition, and less where the job's own name
/// does not say that the appellation is one of it.
fn lead(draft: &mut Draft<'_>, master: &Key, to: &NamedJob, source: &Key, cited: &str) {
    if draft.is_beyond_master(&to.job) {
        draft.report.leave_out("débouchés que l'accès au métier contredit");
        return;
    }
    let condition = to.appellation.as_ref().map(|name| format!("sous l'appellation « {name} »"));
    let whole = |name: &String| draft.node(&to.job).is_some_and(|job| narrows(&job.name, name));
    let share = if to.appellation.as_ref().is_none_or(whole) { 1.0 } else { weights::OF_APPELLATION };
    let weight = weights::ONISEP_LEADS_TO * share;
    draft.relate_if(Relation::LeadsTo, master, &to.job, weight, source, cited, condition.as_deref());
}

/// Whether an appellation is a job's own name and more words: a « juriste d'entreprise » is a juriste by its own words, a
/// « fiscaliste » only because ROME says so.
fn narrows(job: &str, appellation: &str) -> bool {
    let appellation = fold(appellation);
    job_names::with_forms(job)
        .iter()
        .any(|form| appellation.strip_prefix(&fold(form)).is_some_and(|rest| rest.starts_with(' ')))
}

fn from_diplomas(
    set: &Set,
    draft: &mut Draft<'_>,
    jobs: &HashMap<String, NamedJob>,
) -> Result<HashMap<String, Vec<Key>>, OpenDataError> {
    let Some(table) = set.table(Part::OnisepDiplomaSheets) else { return Ok(HashMap::new()) };
    let source = draft.begin(&edition(set, Part::OnisepDiplomaSheets));
    let id = table.column(&["identifiant"])?;
    let title = table.column(&["libelle_complet"])?;
    let kind = table.column(&["type_Formation/type_formation_libelle"])?;
    let url = table.optional(&["url"]);
    let list = "metiers_formation/metier";
    let job_id = table.column(&[&format!("{list}/id")])?;
    let masculine = table.column(&[&format!("{list}/libelle_masculin")])?;
    let feminine = table.column(&[&format!("{list}/libelle_feminin")])?;
    let mut masters: HashMap<String, Vec<Key>> = HashMap::new();
    for row in table.rows() {
        if row.text(kind) != "master" {
            draft.report.leave_out("fiches de formations qui ne sont pas un master");
            continue;
        }
        let found = masters_named(draft, &row.text(title), &row.some(url).unwrap_or_default());
        if found.is_empty() {
            draft.report.leave_out("fiches de masters qu'aucune autre source ne nomme");
        }
        let lists = [job_id, masculine, feminine].map(|column| row.text(column).into_owned());
        let [ids, masculine, feminine] =
            lists.each_ref().map(|list| list.split(MARK).map(str::trim).collect::<Vec<_>>());
        for (n, id) in ids.iter().enumerate().filter(|(_, id)| !id.is_empty()) {
            let names = [&masculine, &feminine].map(|list| list.get(n).copied().unwrap_or_default().to_owned());
            // Lists that do not stand in step say which job by its identifier alone.
            let named = if ids.len() == masculine.len() && ids.len() == feminine.len() {
                job(draft, &names, &[])
            } else {
                None
            };
            match jobs.get(*id).cloned().or(named) {
                Some(job) => {
                    let cited = format!("{}, {id}", row.reference());
                    for master in &found {
                        lead(draft, master, &job, &source, &cited);
                    }
                }
                None => draft.report.leave_out("métiers de fiches que le ROME ne nomme pas de même"),
            }
        }
        masters.insert(row.text(id).into_owned(), found);
    }
    Ok(masters)
}

fn from_jobs(
    set: &Set,
    draft: &mut Draft<'_>,
    jobs: &HashMap<String, NamedJob>,
    masters: &HashMap<String, Vec<Key>>,
) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::OnisepJobSheets) else { return Ok(()) };
    let source = draft.begin(&edition(set, Part::OnisepJobSheets));
    let id = table.column(&["identifiant"])?;
    let diplomas = table.column(&["formations_min_requise/formation_min_requise/id"])?;
    for row in table.rows() {
        let Some(job) = jobs.get(&*row.text(id)) else {
            draft.report.leave_out("fiches de métiers que le ROME ne nomme pas de même");
            continue;
        };
        let diplomas = row.text(diplomas).into_owned();
        for diploma in diplomas.split(MARK).map(str::trim) {
            for master in masters.get(diploma).into_iter().flatten() {
                let cited = format!("{}, {diploma}", row.reference());
                lead(draft, master, job, &source, &cited);
            }
        }
    }
    Ok(())
}

/// The masters that a sheet is of: by its title without what only some places offer, or by the number of the register
/// that its address ends with.
fn masters_named(draft: &Draft<'_>, title: &str, url: &str) -> Vec<Key> {
    let name = ["master mention ", "master "].iter().find_map(|head| title.trim().strip_prefix(head)).unwrap_or(title);
    let named = [name, name.split(" (").next().unwrap_or(name)]
        .into_iter()
        .find_map(|name| draft.certain(Kind::Master, &shown_title(name), &[]));
    let number = url.trim_end_matches('/').rsplit('/').next().filter(|end| !end.is_empty());
    let number = number.filter(|end| end.bytes().all(|b| b.is_ascii_digit()));
    match named {
        Some(master) => vec![master],
        None => number.map(|number| draft.by_code(Kind::Master, "RNCP", number).to_vec()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appellation_narrows_a_job_whose_name_it_begins_with() {
        assert!(narrows("Juriste", "juriste d'entreprise"));
        assert!(narrows("Géologue", "géologue minier"));
        assert!(narrows("Traducteur / Traductrice", "traducteur-interprète"));
        assert!(!narrows("Juriste", "fiscaliste"));
        assert!(!narrows("Juriste", "juriste"), "the job's own name is no appellation");
        assert!(!narrows("Juriste", "juristes"));
        assert!(!narrows("Vendeur / Vendeuse d'articles de sport et loisirs", "libraire"));
        assert!(!narrows("Responsable assurance qualité en industrie", "responsable assurance qualité"), "it is wider");
    }

    #[test]
    fn a_file_tells_its_day() {
        assert_eq!(date("Onisep_Ideo_Fiches_metiers_25062024.xml").as_deref(), Some("2024-06-25"));
        assert_eq!(date("ideo-metiers_onisep.csv"), None);
    }
}
