//! Mon Master (MESR, one file a session): the parcours that recruit, with their places and admissions.
//!
//! Each session is a source and a data set of its own: a later one adds figures and does not take earlier ones away.

use std::collections::BTreeMap;

use super::OpenDataError;
use super::draft::{Draft, Facts};
use super::edition::{ETALAB, Edition};
use super::etablissements;
use super::format::{Description, Format, Takes, greatest, table, year};
use super::offers::{self, Offer};
use super::recognise::Part;
use super::review::Standing;
use super::set::Set;
use super::spelling::accented;
use super::table::{Column, Row, Table};
use super::weights;
use crate::model::text::fold;
use crate::model::{Admission, Attributes, Key, Kind, Modality, Place, Relation};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    format: Format::MonMaster,
    name: "mon-master",
    family: None,
    takes: Takes::EveryEdition,
    tables: &[table(
        Part::MonMaster,
        &[
            &["Session"],
            &["Identifiant navette de mention"],
            &["Intitulé du parcours"],
            &["Rang du dernier appelé en phase principale"],
        ],
    )],
    edition: |_, table| greatest(table, &["Session"], year),
    apply,
};

struct Columns {
    session: Column,
    uai: Column,
    establishment: Column,
    formation: Column,
    inm: Column,
    mention: Column,
    inmp: Option<Column>,
    parcours: Column,
    alternance: Option<Column>,
    modality: Option<Column>,
    place: Option<Column>,
    academy: Option<Column>,
    region: Option<Column>,
    complementary: Option<Column>,
    paysage: Option<Column>,
    capacity: Option<Column>,
    main: Phase,
    second: Phase,
}

/// The columns of one phase.
struct Phase {
    applications: Option<Column>,
    ranked: Option<Column>,
    offered: Option<Column>,
    admitted: Option<Column>,
    last_rank: Option<Column>,
}

impl Phase {
    fn of(table: &Table, phase: &str) -> Phase {
        let candidates = "Effectif de candidats";
        let column = |name: String| table.optional(&[&name]);
        Phase {
            applications: column(format!("{candidates} ayant confirmé une candidature en {phase}")),
            ranked: column(format!("{candidates} classés sur une candidature formulée en {phase}")),
            offered: column(format!(
                "{candidates} ayant reçu une proposition pour une candidature formulée en {phase}"
            )),
            admitted: column(format!(
                "{candidates} ayant accepté une proposition d'admission pour une candidature formulée en {phase}"
            )),
            last_rank: column(format!("Rang du dernier appelé en {phase}")),
        }
    }
}

impl Columns {
    fn of(table: &Table) -> Result<Columns, OpenDataError> {
        Ok(Columns {
            session: table.column(&["Session"])?,
            uai: table.column(&["Identifiant de l'établissement"])?,
            establishment: table.column(&["Libellé de l'établissement"])?,
            formation: table.column(&["Identifiant de la formation"])?,
            inm: table.column(&["Identifiant navette de mention"])?,
            mention: table.column(&["Intitulé de la mention"])?,
            inmp: table.optional(&["Identifiant navette de parcours"]),
            parcours: table.column(&["Intitulé du parcours"])?,
            alternance: table.optional(&["Alternance"]),
            modality: table.optional(&["Modalités d'enseignement"]),
            place: table.optional(&["Lieu(x) de formation"]),
            academy: table.optional(&["Académie du lieu de formation"]),
            region: table.optional(&["Région académique du lieu de formation"]),
            complementary: table.optional(&["Phase complémentaire"]),
            paysage: table.optional(&["Identifiant interne actuel", "Identifiant interne"]),
            capacity: table.optional(&["Capacité offerte limitée par la formation"]),
            main: Phase::of(table, "phase principale"),
            second: Phase::of(table, "phase complémentaire"),
        })
    }
}

/// Puts parcours with their admissions.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let table = set.need(Part::MonMaster)?;
    let columns = Columns::of(table)?;
    let mut sources: BTreeMap<u16, Key> = BTreeMap::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        let given = row.text(columns.session);
        let Ok(session) = given.parse::<u16>() else {
            refused.push((row.line, "Session", format!("`{given}` is no year")));
            continue;
        };
        if row.text(columns.mention).is_empty() || row.text(columns.uai).is_empty() {
            refused.push((row.line, "Intitulé de la mention", "no mention or no establishment".to_owned()));
            continue;
        }
        let source = sources.entry(session).or_insert_with(|| draft.begin(&edition(session))).clone();
        put_parcours(draft, row, &columns, session, &source);
    }
    set.refuse(Part::MonMaster, refused)
}

fn put_parcours(draft: &mut Draft<'_>, row: &Row, columns: &Columns, session: u16, source: &Key) -> Option<()> {
    let cited = row.reference();
    let mention = Facts { name: accented(&row.text(columns.mention)), ..Facts::default() };
    let master = draft.put(Kind::Master, mention, Standing::Official, source, &cited)?;
    let mut codes = vec![("UAI", row.text(columns.uai).into_owned())];
    codes.extend(row.some(columns.paysage).map(|id| ("PAYSAGE", id.into_owned())));
    codes.reverse();
    let name = accented(&row.text(columns.establishment));
    let university = etablissements::named(draft, &name, Vec::new(), codes, source, &cited)?;
    let attributes = attributes(row, columns, session, source);
    let title = row.text(columns.parcours);
    let inm = row.text(columns.inm).into_owned();
    if title.is_empty() {
        let weight = weights::RECRUITS;
        let (master, university) = (&master, &university);
        let offer = Offer { master, university, weight, source, row: &cited, attributes, inm: Some(inm) };
        offers::add(draft, offer);
        return Some(());
    }
    let host = draft.node(&university)?.name.to_string();
    let mut codes = vec![("MONMASTER", row.text(columns.formation).into_owned())];
    codes.extend(row.some(columns.inmp).map(|code| ("INMP", code.into_owned())));
    let facts = Facts {
        name: format!("{title}, {host}"),
        codes,
        further_codes: vec![("INM", inm)],
        attributes,
        ..Facts::default()
    };
    let named = draft.parcours_of(&master, &university).into_iter().find(|key| bears(draft, key, &title, &host));
    let parcours = match named {
        Some(key) => {
            draft.report.nodes_merged += 1;
            let name = draft.node(&key)?.name.to_string();
            draft.add(&key, Facts { name, ..facts }, source);
            key
        }
        None => draft.put(Kind::Parcours, facts, Standing::Official, source, &cited)?,
    };
    draft.relate(Relation::Offers, &master, &parcours, weights::RECRUITS, source, &cited);
    draft.relate(Relation::Hosts, &university, &parcours, weights::RECRUITS, source, &cited);
    Some(())
}

/// Whether a known parcours of the same mention and university bears this title.
fn bears(draft: &Draft<'_>, parcours: &Key, title: &str, host: &str) -> bool {
    let wanted = [fold(title), fold(&format!("{title}, {host}"))];
    draft.node(parcours).is_some_and(|node| node.names().any(|name| wanted.contains(&fold(name))))
}

fn attributes(row: &Row, columns: &Columns, session: u16, source: &Key) -> Attributes {
    let city = row.some(columns.place).and_then(|place| city(&place));
    let place = Place {
        city: city.map(Into::into),
        region: row.some(columns.region).map(|text| text.into()),
        academy: row.some(columns.academy).map(|text| text.into()),
        ..Place::default()
    };
    let mut modalities: Vec<Modality> = row
        .some(columns.modality)
        .iter()
        .flat_map(|text| text.split(['|', ',']))
        .filter_map(|m| modality(m.trim()))
        .collect();
    if modalities.is_empty() && row.some(columns.alternance).as_deref() == Some("1") {
        modalities.push(Modality::Alternance);
    }
    let mut admissions = vec![admission(row, "principale", columns.capacity, &columns.main, session, source)];
    if row.some(columns.complementary).as_deref() == Some("1") {
        admissions.push(admission(row, "complémentaire", None, &columns.second, session, source));
    }
    Attributes { place: (place != Place::default()).then_some(place), modalities, admissions, ..Attributes::NONE }
}

fn admission(
    row: &Row,
    phase: &str,
    capacity: Option<Column>,
    columns: &Phase,
    session: u16,
    source: &Key,
) -> Admission {
    Admission {
        session,
        phase: Some(phase.into()),
        capacity: row.count(capacity),
        applications: row.count(columns.applications),
        ranked: row.count(columns.ranked),
        offered: row.count(columns.offered),
        admitted: row.count(columns.admitted),
        last_rank: row.count(columns.last_rank),
        source: source.clone(),
        row: Some(row.reference()),
    }
}

fn modality(name: &str) -> Option<Modality> {
    match fold(name).as_str() {
        "initiale" | "formation initiale" => Some(Modality::Initial),
        "apprentissage" | "contrat d apprentissage" => Some(Modality::Apprenticeship),
        "professionnalisation" | "contrat de professionnalisation" => Some(Modality::Professional),
        "alternance" => Some(Modality::Alternance),
        "continue" | "formation continue" => Some(Modality::Continuing),
        "distance" | "a distance" => Some(Modality::Distance),
        "hybride" => Some(Modality::Hybrid),
        _ => None,
    }
}

/// The town in `UFR Physique – Grands Moulins - PARIS (75)|…`: of the first place, what stands before the department.
fn city(places: &str) -> Option<String> {
    let first = places.split('|').next()?.trim();
    let town = first.rsplit(" - ").next()?.rsplit_once(" (").map(|(town, _)| town.trim())?;
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|c| c.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect::<String>())
    };
    let parts = |text: &str| text.split('-').filter_map(word).collect::<Vec<_>>().join("-");
    let town = town.split(' ').map(parts).collect::<Vec<_>>().join(" ");
    (!town.is_empty()).then_some(town)
}

fn edition(session: u16) -> Edition {
    Edition {
        family: "mon-master",
        slug: session.to_string(),
        name: format!("Mon Master, session {session}"),
        date: Some(session.to_string()),
        edition: Some(format!("session {session}")),
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-mon_master/",
        replaces_older: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_town_is_read_from_the_places() {
        assert_eq!(city("UFR Physique – Campus X - PARIS (75)|Y - LYON (69)").as_deref(), Some("Paris"));
        assert_eq!(city("Faculté - AIX-EN-PROVENCE (13)").as_deref(), Some("Aix-En-Provence"));
        assert_eq!(city("sans lieu"), None);
    }
}
