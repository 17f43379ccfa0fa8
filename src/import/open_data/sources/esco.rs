//! ESCO (European Commission), French labels: the URI of jobs and skills that ROME names exactly alike, and which of
//! those skills ESCO asks of which job.
//!
//! Labels that ROME lacks stay out: they would be thousands of entries that no pathway reaches. Of a shared entity only
//! the URI comes from ESCO, so that the graph can be had without it.

use std::collections::HashMap;

use crate::import::open_data::description::{Description, Takes, day, greatest, table};
use crate::import::open_data::draft::edition::Edition;
use crate::import::open_data::draft::weights;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::set::Set;
use crate::model::text::fold;
use crate::model::{Key, Kind, Relation};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| None,
    takes: Takes::NewestOfEach,
    tables: &[
        table(Part::EscoRelations, &[&["occupationUri"], &["relationType"], &["skillUri"]]),
        table(Part::EscoOther, &[&["conceptType"], &["broaderUri"]]),
        table(Part::EscoOther, &[&["conceptUri"], &["broaderConceptUri"]]),
        table(Part::EscoOther, &[&["conceptSchemeUri"], &["hasTopConcept"]]),
        table(Part::EscoOther, &[&["Level 0 URI"], &["Level 0 preferred term"]]),
        table(Part::EscoOther, &[&["originalSkillUri"], &["relatedSkillUri"]]),
        table(Part::EscoOccupations, &[&["conceptUri"], &["preferredLabel"], &["iscoGroup"]]),
        table(Part::EscoSkills, &[&["conceptUri"], &["preferredLabel"], &["skillType"]]),
        table(Part::EscoOther, &[&["conceptUri"], &["preferredLabel"], &["conceptType"]]),
    ],
    edition: |_, table| greatest(table, &["modifiedDate"], day),
    apply,
};

/// Adds URIs and relations between entities so found.
///
/// # Errors
/// When a column is missing.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let jobs = put_uris(set, draft, Part::EscoOccupations, Kind::Job, &source)?;
    let skills = put_uris(set, draft, Part::EscoSkills, Kind::Skill, &source)?;
    let Some(table) = set.table(Part::EscoRelations) else { return Ok(()) };
    let occupation = table.column(&["occupationUri"])?;
    let kind = table.column(&["relationType"])?;
    let skill = table.column(&["skillUri"])?;
    for row in table.rows() {
        match (skills.get(&*row.text(skill)), jobs.get(&*row.text(occupation))) {
            (Some(skill), Some(job)) => {
                let weight = if row.text(kind) == "essential" { weights::ESSENTIAL } else { weights::OPTIONAL };
                let cited = format!("{}, occupationSkillRelations", row.reference());
                draft.relate(Relation::RequiredBy, skill, job, weight, &source, &cited);
            }
            _ => draft.report.leave_out("relations d'un métier ou d'une compétence que le ROME ne nomme pas de même"),
        }
    }
    Ok(())
}

fn put_uris(
    set: &Set,
    draft: &mut Draft<'_>,
    part: Part,
    kind: Kind,
    source: &Key,
) -> Result<HashMap<String, Key>, OpenDataError> {
    let Some(table) = set.table(part) else { return Ok(HashMap::new()) };
    let uri = table.column(&["conceptUri"])?;
    let label = table.column(&["preferredLabel"])?;
    let status = table.optional(&["status"]);
    let mut known = HashMap::new();
    for row in table.rows() {
        if row.some(status).is_some_and(|status| status == "obsolete") {
            draft.report.leave_out("concepts périmés");
            continue;
        }
        let Some(key) = proper(draft, kind, &row.text(label)) else {
            draft.report.leave_out("concepts que le ROME ne nomme pas exactement de même");
            continue;
        };
        let uri = row.text(uri).into_owned();
        let name = draft.node(&key).map(|node| node.name.to_string()).unwrap_or_default();
        draft.report.nodes_merged += 1;
        draft.add(&key, Facts { name, further_codes: vec![("ESCO", uri.clone())], ..Facts::default() }, source);
        known.insert(uri, key);
    }
    Ok(known)
}

/// The one entity whose own name is this label, `directeur/directrice` being `Directeur / Directrice`.
fn proper(draft: &Draft<'_>, kind: Kind, label: &str) -> Option<Key> {
    let wanted = fold(label);
    let forms: Vec<String> = label.split('/').map(fold).collect();
    let mut found = draft.by_name(kind, forms.first()?).iter().chain(draft.by_name(kind, label)).filter(|key| {
        draft.node(key).is_some_and(|node| {
            // What ROME does not have stays out, though a curated entity may bear the name.
            if !node.codes.iter().any(|code| ["OGR", "ROME"].contains(&&*code.scheme)) {
                return false;
            }
            let own = crate::model::gender::forms(&node.name).map(|own| own.both().map(|form| fold(&form)));
            fold(&node.name) == wanted || own.is_some_and(|own| own == forms[..])
        })
    });
    let first = found.next()?;
    found.all(|other| other == first).then(|| first.clone())
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "esco",
        slug: set.edition(),
        name: "ESCO, classification européenne des compétences et des métiers, en français".to_owned(),
        date: set.date(),
        edition: None,
        publisher: "Commission européenne",
        licence: "ESCO : réutilisation selon la décision 2011/833/UE, avec mention de la classification ESCO de la Commission européenne",
        url: "https://esco.ec.europa.eu/fr/use-esco/download",
        replaces_older: true,
    }
}
