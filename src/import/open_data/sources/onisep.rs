//! Onisep (ODbL): its codes for diplomas and jobs that other sources name, and RNCP numbers that only it knows.
//!
//! Names and texts are not taken, and what follows from its numbers cites it: so the graph can be had without it.

mod sheets;

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::edition::{Edition, ODBL};
use crate::import::open_data::draft::outlets::{self, Cited};
use crate::import::open_data::draft::rome_codes::jobs_of;
use crate::import::open_data::draft::weights;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::codes;
use crate::import::open_data::naming::identity::shown_title;
use crate::import::open_data::naming::job_names;
use crate::import::open_data::set::Set;
use crate::model::{Key, Kind};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |part| Some(family(part)),
    takes: Takes::NewestOfEach,
    tables: &[
        table(Part::OnisepCodes, &[&["certif_info_ci_identifiant"], &["ci_code_rncp"], &["ci_intitule"]]),
        table(Part::OnisepJobs, &[&["libelle_metier", "libellé métier"], &["code_rome", "code ROME"]]),
        table(
            Part::OnisepDiplomas,
            &[&["libelle_formation_principal", "libellé formation principal"], &["code_rncp", "code RNCP"]],
        ),
        table(Part::OnisepDomains, &[&["domaine_onisep"], &["sous-domaine_onisep"]]),
        table(
            Part::OnisepDiplomaSheets,
            &[&["identifiant"], &["libelle_complet"], &["metiers_formation/metier/libelle_masculin"]],
        ),
        table(
            Part::OnisepJobSheets,
            &[&["identifiant"], &["nom_metier"], &["formations_min_requise/formation_min_requise/id"]],
        ),
    ],
    edition: |name, table| sheets::date(name).or_else(|| greatest(table, &["annee", "année"], year)),
    apply,
};

/// Adds Onisep's codes.
///
/// # Errors
/// When a column is missing.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    if set.table(Part::OnisepCodes).is_some() {
        put_codes(set, draft)?;
    }
    if set.table(Part::OnisepDiplomas).is_some() {
        put_diplomas(set, draft)?;
    }
    if set.table(Part::OnisepJobs).is_some() {
        put_jobs(set, draft)?;
    }
    sheets::apply(set, draft)
}

/// The table of codes side by side: certifications known by RNCP number or title.
fn put_codes(set: &Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set, Part::OnisepCodes));
    let table = set.need(Part::OnisepCodes)?;
    let title = table.column(&["ci_intitule"])?;
    let kind = table.column(&["ci_intitule_type_diplome"])?;
    let rncp = table.column(&["ci_code_rncp"])?;
    let ideo = table.column(&["ideo_identifiant_formation"])?;
    for row in table.rows() {
        let Some(kind) = diploma(&row.text(kind)) else {
            draft.report.leave_out("certifications qui ne sont ni un master ni une licence");
            continue;
        };
        let diploma = Diploma {
            kind,
            name: shown_title(&row.text(title)),
            number: row.some(Some(rncp)).and_then(|text| codes::rncp(&text)),
            identifier: row.text(ideo).into_owned(),
            row: row.reference(),
        };
        add_codes(draft, diploma, &source);
    }
    Ok(())
}

/// Idéo-Formations: diplomas known by title.
fn put_diplomas(set: &Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set, Part::OnisepDiplomas));
    let table = set.need(Part::OnisepDiplomas)?;
    let title = table.column(&["libellé formation principal", "libelle_formation_principal"])?;
    let kind = table.column(&["libellé type formation", "libelle_type_formation"])?;
    let rncp = table.optional(&["code RNCP", "code_rncp"]);
    let link = table.optional(&["lien site onisep.fr", "lien_site_onisepfr", "url_et_id_onisep"]);
    for row in table.rows() {
        let Some(kind) = diploma(&row.text(kind)) else {
            draft.report.leave_out("formations qui ne sont ni un master ni une licence");
            continue;
        };
        let diploma = Diploma {
            kind,
            name: shown_title(&row.text(title)),
            number: row.some(rncp).and_then(|text| codes::rncp(&text)),
            identifier: identifier(&row.some(link).unwrap_or_default()).to_owned(),
            row: row.reference(),
        };
        add_codes(draft, diploma, &source);
    }
    Ok(())
}

/// Idéo-Métiers: jobs known by name among those that descend from the ROME code given.
fn put_jobs(set: &Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set, Part::OnisepJobs));
    let table = set.need(Part::OnisepJobs)?;
    let name = table.column(&["libelle_metier", "libellé métier"])?;
    let rome = table.column(&["code_rome", "code ROME"])?;
    let link = table.optional(&["lien_site_onisepfr", "lien site onisep.fr"]);
    for row in table.rows() {
        let (name, code) = (row.text(name), row.text(rome));
        let forms = job_names::with_forms(&name);
        let descent = jobs_of(draft, &code);
        let named: Vec<&Key> = forms.iter().flat_map(|form| draft.by_name(Kind::Job, form)).collect();
        let job = descent.iter().find(|job| named.contains(job)).cloned();
        let link = row.some(link).unwrap_or_default();
        match job {
            Some(job) => bear(draft, &job, identifier(&link), &source),
            None => draft.report.leave_out("métiers qu'aucune appellation de leur code ROME ne nomme"),
        }
    }
    Ok(())
}

fn diploma(kind: &str) -> Option<Kind> {
    match crate::model::text::fold(kind).as_str() {
        "master" => Some(Kind::Master),
        "licence" => Some(Kind::Licence),
        _ => None,
    }
}

/// `FOR.9601` in a link.
fn identifier(link: &str) -> &str {
    link.trim().rsplit('/').next().filter(|id| id.starts_with("FOR.") || id.starts_with("MET.")).unwrap_or_default()
}

struct Diploma {
    kind: Kind,
    name: String,
    number: Option<String>,
    identifier: String,
    row: Box<str>,
}

/// Adds the identifier; and where nobody else gives an RNCP number for the master, the jobs that the register gives for
/// the number. They rest on Onisep's word and cite it.
fn add_codes(draft: &mut Draft<'_>, diploma: Diploma, source: &Key) {
    let Diploma { kind, name, number, identifier, row } = diploma;
    let numbers: Vec<_> = number.iter().map(|number| ("RNCP", number.clone())).collect();
    let Some(key) = draft.certain(kind, &name, &numbers) else {
        draft.report.leave_out("diplômes qu'aucune autre source ne nomme");
        return;
    };
    bear(draft, &key, &identifier, source);
    let Some(number) = number.filter(|_| kind == Kind::Master) else { return };
    for said in draft.unclaimed.get(&number).cloned().unwrap_or_default() {
        let cited = format!("{row}, fiche RNCP{number} ({})", said.cited);
        let cited = Cited { code: &said.rome, label: said.label.as_deref(), source, row: &cited };
        outlets::add(draft, &key, cited, weights::CERTIF_INFO_LEADS_TO, None);
    }
}

fn bear(draft: &mut Draft<'_>, key: &Key, code: &str, source: &Key) {
    let name = draft.node(key).map(|node| node.name.to_string()).unwrap_or_default();
    if code.is_empty() || name.is_empty() {
        return;
    }
    draft.report.nodes_merged += 1;
    draft.add(key, Facts { name, further_codes: vec![("ONISEP", code.to_owned())], ..Facts::default() }, source);
}

fn family(part: Part) -> &'static str {
    match part {
        Part::OnisepCodes => "onisep-codes",
        Part::OnisepDiplomas => "onisep-formations",
        Part::OnisepDiplomaSheets => "onisep-fiches-formations",
        Part::OnisepJobSheets => "onisep-fiches-metiers",
        _ => "onisep-metiers",
    }
}

pub fn edition(set: &Set, part: Part) -> Edition {
    let name = match part {
        Part::OnisepCodes => "Onisep, table de passage des codes de certifications et de formations",
        Part::OnisepDiplomas => "Onisep, Idéo-Formations initiales en France",
        Part::OnisepDiplomaSheets => "Onisep, Idéo-Fiches formations",
        Part::OnisepJobSheets => "Onisep, Idéo-Fiches métiers",
        _ => "Onisep, Idéo-Métiers",
    };
    let document = set.documents.iter().find(|document| document.part == part);
    let date = document.and_then(|document| document.edition.clone());
    let print = document.map(|document| document.print.clone()).unwrap_or_default();
    Edition {
        family: family(part),
        slug: date.clone().unwrap_or(print),
        name: name.to_owned(),
        date,
        edition: None,
        publisher: "Onisep",
        licence: ODBL,
        url: "https://opendata.onisep.fr/",
        replaces_older: true,
    }
}
