//! What became of graduates of master (MESR survey): by university and discipline, as outcomes of the university.

use std::collections::BTreeMap;

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::read::table::{Column, Row};
use crate::import::open_data::set::Set;
use crate::model::{Attributes, Key, Kind, Outcome};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| None,
    takes: Takes::EveryEdition,
    tables: &[table(
        Part::Insertion,
        &[
            &["numero_de_l_etablissement", "Numéro de l'établissement"],
            &["code_de_la_discipline", "Code de la discipline"],
            &["code_de_l_academie", "Code de l'académie"],
            &["etablissement", "Établissement"],
            &["situation"],
            &["taux_dinsertion", "Taux d'insertion"],
        ],
    )],
    edition: |_, table| greatest(table, &["annee"], year),
    apply,
};

/// Adds outcomes to the universities of the graph.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let table = set.need(Part::Insertion)?;
    let year = table.column(&["annee"])?;
    let uai = table.column(&["numero_de_l_etablissement", "Numéro de l'établissement"])?;
    let name = table.column(&["etablissement", "Établissement"])?;
    let discipline = table.column(&["discipline"])?;
    let situation = table.column(&["situation"])?;
    let paysage = table.optional(&["id_paysage"]);
    let today = table.optional(&["etablissementactuel", "Établissement actuel"]);
    let answers = table.optional(&["nombre_de_reponses", "Nombre de réponses"]);
    let response = table.optional(&["taux_de_reponse", "Taux de réponse"]);
    let employed = table.optional(&["taux_dinsertion", "Taux d'insertion"]);
    let stable = table.optional(&["emplois_stables", "% emplois stables"]);
    let qualified = table
        .optional(&["emplois_cadre_ou_professions_intermediaires", "% emplois cadre ou professions intermédiaires"]);
    let pay = table
        .optional(&["salaire_net_median_des_emplois_a_temps_plein", "Salaire net médian des emplois à temps plein"]);
    let mut by_university: BTreeMap<Key, Vec<Outcome>> = BTreeMap::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        if row.text(uai) == "UNIV" {
            draft.report.leave_out("chiffres de toutes les universités ensemble");
            continue;
        }
        let share = |column| row.share(column);
        let outcome = Outcome {
            year: match row.text(year).parse() {
                Ok(year) => year,
                Err(_) => {
                    refused.push((row.line, "annee".into(), format!("`{}` n'est pas une année", row.text(year))));
                    continue;
                }
            },
            months: match month(&row.text(situation)) {
                Some(months) => months,
                None => {
                    refused.push((
                        row.line,
                        "situation".into(),
                        format!("`{}` n'est ni 18 ni 30 mois", row.text(situation)),
                    ));
                    continue;
                }
            },
            population: row.text(discipline).into(),
            answers: row.count(answers),
            response_rate: share(response),
            employed: share(employed),
            salaried: None,
            stable: share(stable),
            qualified: share(qualified),
            median_salary: row.count(pay),
            source: source.clone(),
            row: Some(row.reference()),
        };
        if let Some(fault) = table.unread(row) {
            refused.push(fault);
            continue;
        }
        if outcome.employed.is_none() && outcome.median_salary.is_none() && outcome.stable.is_none() {
            draft.report.leave_out("lignes sans chiffre (`ns`, `nd` : trop peu de réponses)");
            continue;
        }
        match university(draft, row, uai, paysage, today) {
            Some((key, former)) => {
                let mut outcome = outcome;
                if former {
                    outcome.population = format!("{} ({})", outcome.population, row.text(name)).into();
                }
                by_university.entry(key).or_default().push(outcome);
            }
            None => draft.report.leave_out("établissements qu'aucune autre source ne nomme"),
        }
    }
    for (university, outcomes) in by_university {
        let name = draft.node(&university).map(|node| node.name.to_string()).unwrap_or_default();
        draft.report.nodes_merged += 1;
        let attributes = Attributes { outcomes, ..Attributes::NONE };
        draft.add(&university, Facts { name, attributes, ..Facts::default() }, &source);
    }
    set.refuse(Part::Insertion, refused)
}

/// How many months after the diploma, in `30 mois après le diplôme`.
pub(super) fn month(situation: &str) -> Option<u8> {
    match situation.split(' ').next() {
        Some("18") => Some(18),
        Some("30") => Some(30),
        _ => None,
    }
}

/// The university of a row, and whether it is what a former one has become.
fn university(
    draft: &Draft<'_>,
    row: &Row,
    uai: Column,
    paysage: Option<Column>,
    today: Option<Column>,
) -> Option<(Key, bool)> {
    let today = row.some(today);
    let (paysage, uai) = (row.some(paysage), row.some(Some(uai)));
    let itself = draft.one_by_codes(Kind::University, &[("PAYSAGE", paysage.as_deref()), ("UAI", uai.as_deref())]);
    if let Some(key) = itself {
        return Some((key, today.is_some()));
    }
    let today = today?;
    let name = today.split(" (").next().unwrap_or_default();
    draft.certain(Kind::University, name, &[]).map(|key| (key, true))
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "insertion-master",
        slug: set.edition(),
        name: "Insertion professionnelle des diplômés de master".to_owned(),
        date: set.date(),
        edition: set.date().map(|year| format!("diplômés jusqu'à {year}")),
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-insertion_professionnelle-master/",
        // A later file may hold a few universities only: of a year that both have, its figures count.
        replaces_older: false,
    }
}
