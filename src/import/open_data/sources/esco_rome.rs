//! The official table between ESCO and ROME (Pôle emploi for EURES): which occupation of ESCO an appellation of ROME is, or
//! stands near. A job of ROME has many appellations, so the scheme of the code says how the occupation stands to the job:
//! `ESCO` is the same; `ESCO-ETROIT` is narrower, `ESCO-PROCHE` near, `ESCO-LARGE` broader.

use std::collections::BTreeMap;

use crate::import::open_data::description::{Description, Takes, possible, table};
use crate::import::open_data::draft::edition::Edition;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::job_names;
use crate::import::open_data::set::Set;
use crate::model::text::fold;
use crate::model::{Key, Kind, clean};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("esco-rome"),
    takes: Takes::WholeEdition,
    tables: &[table(
        Part::EscoRome,
        &[
            &["classification 1 ID"],
            &["classification 2 ID"],
            &["classification 2 prefered label"],
            &["mapping relation"],
        ],
    )],
    edition: |name, _| day_in(name),
    apply,
};

/// `2023-06-07` in `FR_20230607_mapping_esco_rome.csv`.
fn day_in(name: &str) -> Option<String> {
    let day = name
        .split(['_', '.', '-', '/', ' '])
        .find(|word| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit()))?;
    let day = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    possible(&day)
}

/// How an occupation stands to a job, the nearest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Exact,
    Narrower,
    Close,
    Broader,
}

impl Match {
    fn scheme(self) -> &'static str {
        match self {
            Match::Exact => "ESCO",
            Match::Narrower => "ESCO-ETROIT",
            Match::Close => "ESCO-PROCHE",
            Match::Broader => "ESCO-LARGE",
        }
    }
}

/// Adds the URIs of occupations to the jobs of their appellations.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let table = set.need(Part::EscoRome)?;
    let uri = table.column(&["classification 1 ID"])?;
    let appellation = table.column(&["classification 2 ID"])?;
    let label = table.column(&["classification 2 prefered label"])?;
    let relation = table.column(&["mapping relation"])?;
    let mut refused = Vec::new();
    let mut matches: BTreeMap<(Key, String), Match> = BTreeMap::new();
    for row in table.rows() {
        let [job] = draft.by_code(Kind::Job, "OGR", &row.text(appellation)) else {
            draft.report.leave_out("appellations que le ROME lu n'a pas");
            continue;
        };
        let address = row.text(uri);
        if !clean::is_link(&address) {
            let reason = format!("`{address}` n'est pas l'adresse d'une profession d'ESCO");
            refused.push((row.line, "classification 1 ID", reason));
            continue;
        }
        let named = row.text(relation);
        // The relation says how the occupation stands to the appellation; an appellation is the job, or a part of it.
        let own = || draft.node(job).is_some_and(|node| bears(&node.name, &row.text(label)));
        let found = match named.strip_prefix("skos:").unwrap_or(&named) {
            "exactMatch" if own() => Match::Exact,
            "exactMatch" | "narrowMatch" => Match::Narrower,
            "closeMatch" => Match::Close,
            "broadMatch" => Match::Broader,
            _ => {
                refused.push((
                    row.line,
                    "mapping relation",
                    format!("`{named}` n'est pas une relation de SKOS entre deux concepts"),
                ));
                continue;
            }
        };
        let nearest = matches.entry((job.clone(), address.into_owned())).or_insert(found);
        *nearest = found.min(*nearest);
    }
    for ((job, uri), found) in matches {
        let Some(node) = draft.node(&job) else { continue };
        // ESCO itself may name the job alike: nothing is nearer.
        if node.codes.iter().any(|code| &*code.scheme == "ESCO" && *code.value == *uri) {
            continue;
        }
        let name = node.name.to_string();
        draft.report.nodes_merged += 1;
        draft.add(&job, Facts { name, further_codes: vec![(found.scheme(), uri)], ..Facts::default() }, &source);
    }
    set.refuse(Part::EscoRome, refused)
}

/// Whether an appellation is the name of the job.
fn bears(name: &str, appellation: &str) -> bool {
    let own = job_names::with_forms(name);
    job_names::with_forms(appellation).iter().any(|form| own.iter().any(|own| fold(own) == fold(form)))
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "esco-rome",
        slug: set.edition(),
        name: "Correspondance officielle entre ESCO et le ROME".to_owned(),
        date: set.date(),
        edition: None,
        publisher: "Pôle emploi (France Travail)",
        licence: "ESCO : réutilisation selon la décision 2011/833/UE, avec mention de la classification ESCO de la Commission européenne",
        url: "https://esco.ec.europa.eu/fr/use-esco/eures-countries-mapping-tables",
        replaces_older: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_its_day_and_an_appellation_the_job_that_it_names() {
        assert_eq!(day_in("FR_20230607_mapping_esco_rome.csv").as_deref(), Some("2023-06-07"));
        assert_eq!((day_in("mapping.csv"), day_in("FR_20239907_mapping.csv")), (None, None));
        assert!(bears("Gemmologue", "Gemmologue") && bears("Directeur / Directrice d'école", "Directrice d'école"));
        assert!(!bears("Juriste", "Avocat / Avocate"));
    }
}
