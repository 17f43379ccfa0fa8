//! Mon Master (MESR, one file a session): the parcours that recruit, with their places and admissions.
//!
//! Each session is a source and a data set of its own: a later one adds figures and does not take earlier ones away.

mod origins;
mod town;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::offers::{self, Offer};
use crate::import::open_data::draft::weights;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::read::table::{Column, Row, Table};
use crate::import::open_data::review::Standing;
use crate::import::open_data::set::Set;
use crate::import::open_data::sources::etablissements;
use crate::model::text::fold;
use crate::model::{Admission, Attributes, Award, Key, Kind, Modality, Place, Relation};
use origins::Origins;
use town::city;

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| None,
    takes: Takes::EveryEdition,
    tables: &[table(
        Part::MonMaster,
        &[
            &["Session"],
            &["Identifiant de la formation", "ifc"],
            &["Identifiant navette de mention", "inm"],
            &["Intitulé de la mention", "mention"],
            &["Intitulé du parcours", "parcours"],
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
    inmp: Column,
    parcours: Column,
    alternance: Column,
    modality: Column,
    place: Column,
    academy: Option<Column>,
    region: Option<Column>,
    complementary: Option<Column>,
    paysage: Option<Column>,
    capacity: Column,
    main: Phase,
    second: Phase,
    origins: Origins,
}

/// The columns of one phase.
struct Phase {
    name: &'static str,
    applications: Option<Column>,
    ranked: Option<Column>,
    offered: Option<Column>,
    admitted: Option<Column>,
    last_rank: Option<Column>,
}

impl Phase {
    /// The columns under their labels, else under the technical names of one of these endings.
    fn of(table: &Table, name: &'static str, endings: &[&str]) -> Phase {
        let candidates = "Effectif de candidats";
        let first_of = |label: String, technical: &[&str]| {
            let ended = technical.iter().flat_map(|name| endings.iter().map(move |ending| format!("{name}{ending}")));
            let technical: Vec<String> = ended.collect();
            let names: Vec<&str> = std::iter::once(&*label).chain(technical.iter().map(String::as_str)).collect();
            table.find(&names)
        };
        let column = |label: String, technical: &str| first_of(label, &[technical]);
        let asked = "candidature formulée en phase";
        Phase {
            name,
            applications: column(format!("{candidates} ayant confirmé une candidature en phase {name}"), "n_can"),
            ranked: column(format!("{candidates} classés sur une {asked} {name}"), "n_clas"),
            offered: column(format!("{candidates} ayant reçu une proposition pour une {asked} {name}"), "n_prop"),
            admitted: column(
                format!("{candidates} ayant accepté une proposition d'admission pour une {asked} {name}"),
                "n_accept",
            ),
            last_rank: first_of(
                format!("Rang du dernier appelé en phase {name}"),
                &["rang_dernier", "rang_dernier_appele"],
            ),
        }
    }

    fn is_told(&self) -> bool {
        [self.applications, self.ranked, self.offered, self.admitted, self.last_rank].iter().any(Option::is_some)
    }
}

impl Columns {
    fn of(table: &Table) -> Result<Columns, OpenDataError> {
        let second = Phase::of(table, "complémentaire", &["_pc"]);
        let origins = Origins::of(table);
        let complementary = &["Phase complémentaire", "phase_complementaire", "pc"];
        let complementary = if second.is_told() || origins.tell_the_second_phase() {
            // Without it, nobody can tell which rows have a second phase, and the two would be mixed.
            Some(table.column(complementary)?)
        } else {
            table.find(complementary)
        };
        Ok(Columns {
            session: table.column(&["Session"])?,
            uai: table.column(&["Identifiant de l'établissement", "eta_uai"])?,
            establishment: table.column(&["Libellé de l'établissement", "eta_nom"])?,
            formation: table.column(&["Identifiant de la formation", "ifc"])?,
            inm: table.column(&["Identifiant navette de mention", "inm"])?,
            mention: table.column(&["Intitulé de la mention", "mention"])?,
            inmp: table.column(&["Identifiant navette de parcours", "inmp"])?,
            parcours: table.column(&["Intitulé du parcours", "parcours"])?,
            alternance: table.column(&["Alternance"])?,
            modality: table.column(&["Modalités d'enseignement", "modalite_enseignement"])?,
            place: table.column(&["Lieu(x) de formation", "lieux_formation", "lieux"])?,
            // Of session 2023 only the seat's are known, which may be others.
            academy: table.find(&["Académie du lieu de formation", "acad_lieu_lib", "lieu_acad_lib"]),
            region: table.find(&["Région académique du lieu de formation", "acad_reg_lieu_lib", "lieu_reg_acad_lib"]),
            complementary,
            paysage: table.optional(&[
                "Identifiant interne actuel",
                "id_paysage_actuel",
                "Identifiant interne",
                "id_paysage",
            ]),
            capacity: table.column(&["Capacité offerte limitée par la formation", "col"])?,
            // Session 2023 has one phase, whose columns have no ending.
            main: Phase::of(table, "principale", &["_pp", ""]),
            second,
            origins,
        })
    }
}

/// What a formation recruits for: a parcours, or the mention itself where it bears no name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Parcours(Key),
    Award { university: Key, master: Key },
}

/// Those that recruit for one target, each with its figures.
type Formations<'t> = Vec<(&'t Row, Vec<Admission>)>;

/// Puts parcours with their admissions.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let table = set.need(Part::MonMaster)?;
    let columns = Columns::of(table)?;
    let mut sources: BTreeMap<u16, Key> = BTreeMap::new();
    let mut known: HashMap<(u16, String), &Row> = HashMap::new();
    let mut recruiting: BTreeMap<(u16, Target), Formations<'_>> = BTreeMap::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        let given = row.text(columns.session);
        let Ok(session) = given.parse::<u16>() else {
            refused.push((row.line, "Session".into(), format!("`{given}` n'est pas une année")));
            continue;
        };
        if row.text(columns.mention).is_empty() || row.text(columns.uai).is_empty() {
            refused.push((
                row.line,
                "Intitulé de la mention".into(),
                "la mention ou l'établissement manque".to_owned(),
            ));
            continue;
        }
        let source = sources.entry(session).or_insert_with(|| draft.begin(&edition(session)));
        // Nothing of a row is put before all its figures are known to be such.
        let figures = figures(row, &columns, session, source);
        if let Some(fault) = table.unread(row) {
            refused.push(fault);
            continue;
        }
        if let Some(formation) = row.some(Some(columns.formation)) {
            match known.entry((session, formation.into_owned())) {
                Entry::Vacant(new) => {
                    new.insert(row);
                }
                Entry::Occupied(same) if same.get().repeats(row) => {
                    draft.report.leave_out("formations qui figurent deux fois");
                    continue;
                }
                Entry::Occupied(other) => {
                    let (formation, line) = (&other.key().1, other.get().line);
                    let reason =
                        format!("`{formation}` est déjà la formation de la ligne {line}, qui en dit autre chose");
                    refused.push((row.line, "Identifiant de la formation".into(), reason));
                    continue;
                }
            }
        }
        for name in unknown_modalities(row, &columns) {
            draft.report.leave_out(&format!("modalités d'enseignement que le graphe ne connaît pas (« {name} »)"));
        }
        if let Some(target) = put_formation(draft, row, &columns, source) {
            recruiting.entry((session, target)).or_default().push((row, figures));
        }
    }
    for ((session, target), formations) in recruiting {
        let source = &sources[&session];
        let (rows, figures): (Vec<&Row>, Vec<Vec<Admission>>) = formations.into_iter().unzip();
        let told = figures.into_iter().zip(ways(&rows, &columns));
        let figures = told.flat_map(|(figures, way)| figures.into_iter().map(move |one| in_way(one, way.as_deref())));
        let figures = figures.collect();
        match target {
            Target::Parcours(parcours) => draft.restate(&parcours, source, session, figures),
            Target::Award { university, master } => {
                draft.restate_award(&university, &master, source, session, figures);
            }
        }
    }
    set.refuse(Part::MonMaster, refused)
}

/// One parcours may recruit in several ways, each a formation of its own (IFC) with figures of its own. What tells each row
/// from the others: its way, or where two have the same, its identifier; nothing where a row is alone.
fn ways(rows: &[&Row], columns: &Columns) -> Vec<Option<String>> {
    if rows.len() < 2 {
        return vec![None; rows.len()];
    }
    let ways: Vec<&str> = rows.iter().map(|row| way(&modalities(row, columns))).collect();
    let tell = |(row, way): (&&Row, &&str)| {
        let told = ways.iter().filter(|other| *other == way).count() == 1;
        let identifier = || row.some(Some(columns.formation)).unwrap_or_else(|| row.reference().into_string().into());
        Some(if told { (*way).to_owned() } else { format!("formation {}", identifier()) })
    };
    rows.iter().zip(&ways).map(tell).collect()
}

/// The way of a formation, as it stands beside its phase.
fn way(modalities: &[Modality]) -> &'static str {
    let has = |modality| modalities.contains(&modality);
    if has(Modality::Apprenticeship) {
        "apprentissage"
    } else if has(Modality::Professional) {
        "contrat de professionnalisation"
    } else if has(Modality::Alternance) {
        "alternance"
    } else if has(Modality::Initial) {
        "formation initiale"
    } else {
        "autre voie"
    }
}

/// Puts what a row says beside its figures, and finds what they are of.
fn put_formation(draft: &mut Draft<'_>, row: &Row, columns: &Columns, source: &Key) -> Option<Target> {
    let cited = row.reference();
    let mention = Facts { name: accented(&row.text(columns.mention)), ..Facts::default() };
    let master = draft.put(Kind::Master, mention, Standing::Official, source, &cited)?;
    let mut codes = vec![("UAI", row.text(columns.uai).to_uppercase())];
    codes.extend(row.some(columns.paysage).map(|id| ("PAYSAGE", id.into_owned())));
    codes.reverse();
    let name = accented(&row.text(columns.establishment));
    let university = etablissements::named(draft, &name, Vec::new(), codes, source, &cited)?;
    let title = row.text(columns.parcours);
    let inm = row.text(columns.inm).into_owned();
    if title.is_empty() {
        let weight = weights::RECRUITS;
        let award = Award { modalities: modalities(row, columns), ..Award::default() };
        let (of, at) = (&master, &university);
        let offer = Offer { master: of, university: at, weight, source, row: &cited, condition: None, award };
        offers::add(draft, offer);
        return Some(Target::Award { university, master });
    }
    let host = draft.node(&university)?.name.to_string();
    let mut codes = vec![("MONMASTER", row.text(columns.formation).into_owned())];
    codes.extend(row.some(Some(columns.inmp)).map(|code| ("INMP", code.into_owned())));
    let facts = Facts {
        name: format!("{title}, {host}"),
        codes,
        further_codes: vec![("INM", inm)],
        attributes: attributes(row, columns),
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
    Some(Target::Parcours(parcours))
}

/// Whether a known parcours of the same mention and university bears this title.
fn bears(draft: &Draft<'_>, parcours: &Key, title: &str, host: &str) -> bool {
    let wanted = [fold(title), fold(&format!("{title}, {host}"))];
    draft.node(parcours).is_some_and(|node| node.names().any(|name| wanted.contains(&fold(name))))
}

fn attributes(row: &Row, columns: &Columns) -> Attributes {
    let city = row.some(Some(columns.place)).and_then(|place| city(&place));
    let place = Place {
        city: city.map(Into::into),
        region: row.some(columns.region).map(|text| text.into()),
        academy: row.some(columns.academy).map(|text| text.into()),
        ..Place::default()
    };
    let place = (place != Place::default()).then_some(place);
    Attributes { place, modalities: modalities(row, columns), ..Attributes::NONE }
}

/// The figures of a row, by phase.
fn figures(row: &Row, columns: &Columns, session: u16, source: &Key) -> Vec<Admission> {
    let mut main = admission(row, &columns.main, session, source);
    main.capacity = row.count(Some(columns.capacity));
    let mut admissions = Vec::new();
    if row.some(columns.complementary).as_deref() == Some("1") {
        main.origins = columns.origins.applications(row, true);
        let mut second = admission(row, &columns.second, session, source);
        second.origins = columns.origins.applications(row, false);
        admissions.extend([main, second]);
        let [ranked, offered, admitted] = columns.origins.session(row);
        let origins = columns.origins.outcomes(row);
        if !origins.is_empty() {
            let phase = Some(BOTH.into());
            admissions.push(Admission { phase, ranked, offered, admitted, origins, ..unsaid(row, session, source) });
        }
    } else {
        main.origins = columns.origins.whole(row);
        admissions.push(main);
    }
    admissions
}

const BETWEEN_MODALITIES: [char; 3] = ['|', ',', ';'];

/// The modalities of a row that the graph has no word for.
fn unknown_modalities(row: &Row, columns: &Columns) -> Vec<String> {
    let told = row.text(columns.modality);
    let names = told.split(BETWEEN_MODALITIES).map(str::trim).filter(|name| !name.is_empty());
    names.filter(|name| modality(name).is_none()).map(str::to_owned).collect()
}

fn modalities(row: &Row, columns: &Columns) -> Vec<Modality> {
    let told = row.some(Some(columns.modality));
    let mut modalities: Vec<Modality> =
        told.iter().flat_map(|text| text.split(BETWEEN_MODALITIES)).filter_map(|m| modality(m.trim())).collect();
    let contract = |m: &Modality| matches!(m, Modality::Alternance | Modality::Apprenticeship | Modality::Professional);
    if row.text(columns.alternance) == "1" && !modalities.iter().any(contract) {
        modalities.push(Modality::Alternance);
    }
    modalities
}

/// What stands in the place of a phase where figures are of both.
const BOTH: &str = "principale et complémentaire";

/// Figures of a phase, with the way beside it where a parcours recruits in several.
fn in_way(figures: Admission, way: Option<&str>) -> Admission {
    let Some(way) = way else { return figures };
    Admission { phase: figures.phase.map(|phase| format!("{phase}, {way}").into()), ..figures }
}

fn admission(row: &Row, of: &Phase, session: u16, source: &Key) -> Admission {
    Admission {
        phase: Some(of.name.into()),
        applications: row.count(of.applications),
        ranked: row.count(of.ranked),
        offered: row.count(of.offered),
        admitted: row.count(of.admitted),
        last_rank: row.count(of.last_rank),
        ..unsaid(row, session, source)
    }
}

fn unsaid(row: &Row, session: u16, source: &Key) -> Admission {
    Admission { row: Some(row.reference()), ..Admission::unsaid(session, source.clone()) }
}

fn modality(name: &str) -> Option<Modality> {
    match fold(name).as_str() {
        "initiale" | "formation initiale" => Some(Modality::Initial),
        "apprentissage" | "contrat apprentissage" | "contrat d apprentissage" => Some(Modality::Apprenticeship),
        "professionnalisation" | "contrat de professionnalisation" | "contrat pro" => Some(Modality::Professional),
        "alternance" => Some(Modality::Alternance),
        "continue" | "formation continue" => Some(Modality::Continuing),
        "distance" | "a distance" => Some(Modality::Distance),
        "hybride" => Some(Modality::Hybrid),
        _ => None,
    }
}

/// How the description of a parcours begins that the newest session does not have.
const ABSENT: &str = "Absent de Mon Master à la session";

/// Marks what only older sessions of Mon Master state as no longer current, and says so; unless the newest session at hand
/// is but a part of one: then it says nothing of what is absent from it.
pub fn mark_absent(draft: &mut Draft<'_>) {
    let session = |source: &Key| source.slug().strip_prefix("mon-master-")?.parse::<u16>().ok();
    let mut of_session: BTreeMap<u16, usize> = BTreeMap::new();
    let mut older = Vec::new();
    for node in draft.nodes_of(Kind::Parcours) {
        let sessions: Option<Vec<u16>> = node.sources.iter().map(session).collect();
        for session in node.sources.iter().filter_map(session) {
            *of_session.entry(session).or_default() += 1;
        }
        if let Some(last) = sessions.and_then(|sessions| sessions.into_iter().max()) {
            older.push((last, node.key.clone(), node.retired));
        }
    }
    let Some((newest, count)) = of_session.pop_last() else { return };
    let Some((_, known)) = of_session.pop_last() else { return };
    if count * 2 < known {
        draft.note_shrinking("mon-master", format!("mon-master-{newest}"), "parcours", known, count);
        if !draft.reviews.accepts_shrinking("mon-master") {
            return;
        }
    }
    older.sort_by(|a, b| a.1.cmp(&b.1));
    for (last, key, retired) in older {
        if last == newest {
            draft.undescribe(&key, ABSENT);
            continue;
        }
        if !retired {
            draft.retire(&key);
        }
        draft.describe(&key, ABSENT, &format!("{ABSENT} {newest} ; la dernière qui le propose est celle de {last}."));
    }
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
    fn modalities_are_read_however_they_are_written() {
        assert_eq!(modality("CONTRAT_APPRENTISSAGE"), Some(Modality::Apprenticeship));
        assert_eq!(modality("CONTRAT_PRO"), Some(Modality::Professional));
        assert_eq!(modality("VAE"), None);
    }
}
