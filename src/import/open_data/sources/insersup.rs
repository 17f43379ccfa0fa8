//! InserSup (MESR): what became of those who left with a master, from the employers' monthly declarations; by university and
//! mention, and of all of France by mention.
//!
//! It counts the salaried in France among all who left, which is no rate of insertion: that share has a field of its own. Of
//! each mention the newest year with a figure is taken, at 18 and at 30 months.

use std::collections::BTreeMap;

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::identity::shown_title;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::set::Set;
use crate::model::text::fold;
use crate::model::{Attributes, Key, Kind, Outcome};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("insersup"),
    takes: Takes::NewestOfEach,
    tables: &[table(
        Part::InserSup,
        &[
            PROMO,
            DIPLOMA,
            &["obtention_diplome", "Obtention du diplôme"],
            &["regime_inscription", "Régime d'inscription"],
            &["tx_sortants_en_emploi_sal_fr_18", "18-Taux d'emploi salarié en France - 18 mois après le diplôme"],
        ],
    )],
    edition: |_, table| greatest(table, PROMO, year),
    apply,
};

const PROMO: &[&str] = &["promo", "Promotion"];
const DIPLOMA: &[&str] = &["libelle_diplome", "Libellé du diplôme"];

/// The horizons that the graph knows, in months.
const HORIZONS: [u8; 2] = [18, 30];

/// Adds outcomes to masters and universities of the graph.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let table = set.need(Part::InserSup)?;
    let promo = table.column(PROMO)?;
    let diploma = table.column(DIPLOMA)?;
    let sort = table.column(&["type_diplome_long", "Type de diplôme", "type_diplome"])?;
    let name = table.column(&["uo_lib", "Établissement"])?;
    let uai = table.column(&["Code UAI de l'établissement", "etablissement"])?;
    let paysage = table.find(&["id_paysage_actuel", "id_paysage"]);
    let all = [
        table.column(&["genre"])?,
        table.column(&["nationalite", "Nationalité"])?,
        table.column(&["regime_inscription", "Régime d'inscription"])?,
    ];
    let obtained = table.column(&["obtention_diplome", "Obtention du diplôme"])?;
    let rates = HORIZONS.map(|months| {
        let label = format!("{months}-Taux d'emploi salarié en France - {months} mois après le diplôme");
        table.optional(&[&format!("tx_sortants_en_emploi_sal_fr_{months}"), &label])
    });
    let pay = HORIZONS.map(|months| {
        let label = "Salaire mensuel net médian en équivalent temps plein";
        let label = format!("{months}-{label} - {months} mois après le diplôme");
        table.optional(&[&format!("salaire_q2_{months}"), &label])
    });
    // By whom, population and horizon: the newest year with a figure.
    let mut told: BTreeMap<(Key, String, u8), Outcome> = BTreeMap::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        if !fold(&row.text(sort)).starts_with("master") {
            draft.report.leave_out("diplômes qui ne sont pas un master");
            continue;
        }
        if all.iter().any(|column| row.text(*column) != "ensemble") || fold(&row.text(obtained)) != "diplome" {
            draft.report.leave_out("chiffres d'une partie des diplômés");
            continue;
        }
        let given = row.text(promo);
        if given.contains(',') {
            draft.report.leave_out("promotions cumulées");
            continue;
        }
        let Ok(year) = given.parse::<u16>() else {
            refused.push((row.line, "promo".into(), format!("`{given}` n'est pas une année")));
            continue;
        };
        let mention = accented(&row.text(diploma));
        let Some(master) = draft.certain(Kind::Master, &shown_title(&mention), &[]) else {
            draft.report.leave_out("totaux, et mentions qu'aucune autre source ne nomme");
            continue;
        };
        let (whose, population) = if fold(&row.text(name)) == "national" {
            (master, "ses diplômés de toute la France".to_owned())
        } else {
            let (paysage, uai) = (row.some(paysage), row.some(Some(uai)));
            let codes = [("PAYSAGE", paysage.as_deref()), ("UAI", uai.as_deref())];
            let Some(university) = draft.one_by_codes(Kind::University, &codes) else {
                draft.report.leave_out("établissements qu'aucune autre source ne nomme");
                continue;
            };
            let mention = draft.node(&master).map(|node| node.name.to_string()).unwrap_or_default();
            (university, format!("mention {mention}"))
        };
        let figures = [0, 1].map(|n| (row.share(rates[n]), row.count(pay[n])));
        if let Some(fault) = table.unread(row) {
            refused.push(fault);
            continue;
        }
        for (months, (salaried, median_salary)) in HORIZONS.into_iter().zip(figures) {
            if salaried.is_none() && median_salary.is_none() {
                continue;
            }
            let outcome = Outcome {
                year,
                months,
                population: format!("{population} (InserSup, salariés en France)").into(),
                answers: None,
                response_rate: None,
                employed: None,
                salaried,
                stable: None,
                qualified: None,
                median_salary,
                source: source.clone(),
                row: Some(row.reference()),
            };
            let at = (whose.clone(), population.clone(), months);
            if told.get(&at).is_none_or(|known| known.year < year) {
                told.insert(at, outcome);
            }
        }
    }
    let mut by_node: BTreeMap<Key, Vec<Outcome>> = BTreeMap::new();
    for ((key, ..), outcome) in told {
        by_node.entry(key).or_default().push(outcome);
    }
    for (key, outcomes) in by_node {
        let name = draft.node(&key).map(|node| node.name.to_string()).unwrap_or_default();
        draft.report.nodes_merged += 1;
        let attributes = Attributes { outcomes, ..Attributes::NONE };
        draft.add(&key, Facts { name, attributes, ..Facts::default() }, &source);
    }
    set.refuse(Part::InserSup, refused)
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "insersup",
        slug: set.edition(),
        name: "InserSup, insertion professionnelle des diplômés de l'enseignement supérieur".to_owned(),
        date: set.date(),
        edition: set.date().map(|year| format!("diplômés jusqu'à {year}")),
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-insersup/",
        replaces_older: true,
    }
}
