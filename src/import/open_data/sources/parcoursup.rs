//! Parcoursup (MESR, one file a session): which university recruits for which national licence.
//!
//! A row is taken where it names one national licence and its establishment is public and known by its code. Portals, double
//! licences and tracks name none; of a private establishment the file does not say whose diploma it prepares.

use std::collections::BTreeMap;

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::Draft;
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::licences::put_licence;
use crate::import::open_data::draft::weights;
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::licences;
use crate::import::open_data::set::Set;
use crate::model::text::fold;
use crate::model::{Key, Kind, Relation};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("parcoursup"),
    takes: Takes::NewestOfEach,
    tables: &[table(
        Part::Parcoursup,
        &[
            &["session"],
            &["cod_uai", "Code UAI de l'établissement"],
            &["contrat_etab", "Statut de l'établissement de la filière de formation (public, privé…)"],
            &["fili", "Filière de formation très agrégée"],
            &["fil_lib_voe_acc", "Filière de formation détaillée bis"],
        ],
    )],
    edition: |_, table| greatest(table, &["session"], year),
    apply,
};

/// The condition of a licence for which a university recruits with the health option only.
const WITH_HEALTH: &str = "Parcoursup n'y propose cette licence qu'avec l'option « accès santé » (L.AS).";

/// States which universities award which licences.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let newest = set.edition();
    let source = draft.begin(&edition(&newest));
    let table = set.need(Part::Parcoursup)?;
    let session = table.column(&["session"])?;
    let uai = table.column(&["cod_uai", "Code UAI de l'établissement"])?;
    let status =
        table.column(&["contrat_etab", "Statut de l'établissement de la filière de formation (public, privé…)"])?;
    let sort = table.column(&["fili", "Filière de formation très agrégée"])?;
    let name = table.column(&["fil_lib_voe_acc", "Filière de formation détaillée bis"])?;
    let paysage = table.find(&["etablissement_id_paysage"]);
    // By university and licence: the first row, and whether each asks for the health option.
    let mut told: BTreeMap<(Key, usize), (Box<str>, bool)> = BTreeMap::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        let given = row.text(session);
        let Some(session) = year(&given) else {
            refused.push((row.line, "session", format!("`{given}` n'est pas une année")));
            continue;
        };
        if session != newest {
            draft.report.leave_out("lignes d'une session plus ancienne");
            continue;
        }
        let health = match fold(&row.text(sort)).as_str() {
            "licence" => false,
            "licence las" => true,
            _ => {
                draft.report.leave_out("formations qui ne sont pas une licence");
                continue;
            }
        };
        if !fold(&row.text(status)).starts_with("public") {
            draft.report.leave_out("licences d'établissements privés, dont la ligne ne dit pas qui délivre le diplôme");
            continue;
        }
        let named = licences::recommended(&row.text(name));
        let ([licence], [], false) = (&named.licences[..], &named.unknown[..], named.any) else {
            draft.report.leave_out("portails et doubles licences, qui ne nomment pas une licence nationale");
            continue;
        };
        let (paysage, uai) = (row.some(paysage), row.some(Some(uai)));
        let codes = [("PAYSAGE", paysage.as_deref()), ("UAI", uai.as_deref())];
        let Some(university) = draft.one_by_codes(Kind::University, &codes) else {
            draft.report.leave_out("licences d'établissements qu'aucune autre source ne nomme");
            continue;
        };
        // The row without the option says all that the licence needs; it is the one to cite.
        let cited = told.entry((university, *licence)).or_insert_with(|| (row.reference(), health));
        if cited.1 && !health {
            *cited = (row.reference(), false);
        }
    }
    for ((university, licence), (row, health)) in told {
        if let Some(licence) = put_licence(draft, licence, &source, &row) {
            let condition = health.then_some(WITH_HEALTH);
            draft.relate_if(Relation::Awards, &university, &licence, weights::RECRUITS, &source, &row, condition);
        }
    }
    set.refuse(Part::Parcoursup, refused)
}

fn edition(session: &str) -> Edition {
    Edition {
        family: "parcoursup",
        slug: session.to_owned(),
        name: format!("Parcoursup, session {session}"),
        date: Some(session.to_owned()),
        edition: Some(format!("session {session}")),
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-parcoursup/",
        replaces_older: true,
    }
}
