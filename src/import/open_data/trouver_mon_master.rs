//! Trouver mon master (MESR, campaigns 2019 to 2021): the mentions, who offers them, and the licences that lead there.
//!
//! Each campaign is a source of its own, so that the age of a statement can be seen.

use std::collections::BTreeMap;

use super::OpenDataError;
use super::draft::{Draft, Facts};
use super::edition::{ETALAB, Edition, cite};
use super::etablissements;
use super::format::{Description, Format, Takes, greatest, table, year};
use super::licences::{self, Recommended};
use super::offers::{self, Offer};
use super::recognise::Part;
use super::review::Standing;
use super::set::Set;
use super::spelling::accented;
use super::weights::{self, Accredited};
use crate::model::{Admission, Attributes, Key, Kind, Modality, Place, Relation};

/// The condition of a way that a campaign knows only by « Toutes licences ».
pub const ANY_LICENCE: &str = "L'établissement conseille « toutes licences », sans nommer celle-ci.";

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    format: Format::TrouverMonMaster,
    name: "trouver-mon-master",
    family: None,
    takes: Takes::NewestOfEach,
    tables: &[table(
        Part::TrouverMonMaster,
        &[
            &["Année de la campagne de recueil des informations", "annee"],
            &["Code UAI de l'établissement accrédité", "etab_uai"],
            &["Identifiant navette de la mention (INM) de master", "for_inm"],
            &["Intitulé de la mention de master", "for_intitule"],
            &["Licences conseillées pour suivre la formation de la mention", "for_lic_conseille"],
        ],
    )],
    edition: |_, table| greatest(table, &["Année de la campagne de recueil des informations", "annee"], year),
    apply,
};

/// One row: one mention at one establishment in one campaign.
struct Entry {
    line: u64,
    row: Box<str>,
    year: u16,
    mention: String,
    inm: String,
    domains: Vec<Box<str>>,
    uai: String,
    paysage: String,
    establishment: String,
    usual_name: String,
    city: String,
    accredited: Accredited,
    open: bool,
    modalities: Vec<Modality>,
    capacity: Option<u32>,
    licences: Recommended,
    url: Option<Box<str>>,
}

/// Puts mentions, licences, universities and offers, the newest campaign first.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let (mut entries, refused) = read(set)?;
    entries.sort_by_key(|entry| (u16::MAX - entry.year, entry.line));
    let mut years: Vec<u16> = entries.iter().map(|entry| entry.year).collect();
    years.dedup();
    let sources: BTreeMap<u16, Key> = years.iter().map(|year| (*year, draft.begin(&edition(*year)))).collect();

    let mut mentions: BTreeMap<(u16, String), Vec<&Entry>> = BTreeMap::new();
    for entry in &entries {
        let compared = super::identity::mention(&entry.mention);
        mentions.entry((u16::MAX - entry.year, compared)).or_default().push(entry);
    }
    let mut masters: BTreeMap<String, Key> = BTreeMap::new();
    for ((_, compared), rows) in &mentions {
        let first = rows[0];
        let facts = Facts {
            name: first.mention.clone(),
            aliases: rows.iter().map(|entry| entry.mention.clone()).collect(),
            attributes: Attributes {
                domains: rows.iter().flat_map(|entry| entry.domains.clone()).collect(),
                ..Attributes::NONE
            },
            ..Facts::default()
        };
        let source = &sources[&first.year];
        let master = draft.put(Kind::Master, facts, Standing::Official, source, &first.row);
        if let Some(master) = master {
            recommend(draft, &master, rows, source);
            masters.insert(compared.clone(), master);
        }
    }
    for entry in &entries {
        let Some(master) = masters.get(&super::identity::mention(&entry.mention)) else { continue };
        if entry.open {
            offer(draft, master, entry, &sources[&entry.year]);
        } else {
            draft.report.leave_out("offers not open in their campaign");
        }
    }
    renamed(draft, &entries, &masters, &sources);
    set.refuse(Part::TrouverMonMaster, refused)
}

/// The mentions of one campaign, each with the entry that names it.
type Named<'e> = Vec<(Key, &'e Entry)>;

/// Mentions that one accreditation bore under its number (INM), one campaign after the other. A number that means two
/// mentions in one campaign says nothing.
fn renamed(draft: &mut Draft<'_>, entries: &[Entry], masters: &BTreeMap<String, Key>, sources: &BTreeMap<u16, Key>) {
    let mut borne: BTreeMap<&str, BTreeMap<u16, Named<'_>>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.inm.is_empty()) {
        if let Some(master) = masters.get(&super::identity::mention(&entry.mention)) {
            let named = borne.entry(&entry.inm).or_default().entry(entry.year).or_default();
            if !named.iter().any(|(known, _)| known == master) {
                named.push((master.clone(), entry));
            }
        }
    }
    for (inm, years) in borne {
        if years.values().any(|named| named.len() > 1) {
            continue;
        }
        let named: Vec<(Key, &Entry)> = years.into_values().flatten().collect();
        for pair in named.windows(2) {
            let ((old, before), (new, after)) = (&pair[0], &pair[1]);
            let row = format!("{} (accréditation {inm} ; en {}, {})", after.row, before.year, before.row);
            draft.relate(Relation::Near, old, new, weights::SAME_ACCREDITATION, &sources[&after.year], &row);
        }
    }
}

type RefusedRows = Vec<(u64, &'static str, String)>;

fn read(set: &Set) -> Result<(Vec<Entry>, RefusedRows), OpenDataError> {
    let table = set.need(Part::TrouverMonMaster)?;
    let year = table.column(&["Année de la campagne de recueil des informations", "annee"])?;
    let uai = table.column(&["Code UAI de l'établissement accrédité", "etab_uai"])?;
    let name = table.column(&["Nom officiel (long) de l'établissement accrédité", "etab_nom"])?;
    let mention = table.column(&["Intitulé de la mention de master", "for_intitule"])?;
    let inm = table.column(&["Identifiant navette de la mention (INM) de master", "for_inm"])?;
    let licences =
        table.column(&["Licences conseillées pour suivre la formation de la mention", "for_lic_conseille"])?;
    let usual = table.optional(&["Nom d'usage de l'établissement accrédité", "etab_nom_usage"]);
    let city = table.optional(&["Ville de l'établissement accrédité", "etab_ville"]);
    let domains = table.optional(&["Domaine(s) de la mention de master", "for_dom"]);
    let status = table.optional(&["Mention accréditée ou en cours d'accréditation", "for_type"]);
    let open = table.optional(&["Mention ouverte ou non ouverte", "for_ouverte"]);
    let modalities = table.optional(&["Modalités d'enseignement de la mention", "for_modalite"]);
    let capacity = table.optional(&["Capacité d'accueil limitée au 1er semestre", "for_cal_s1"]);
    let url = table
        .optional(&["URL de la fiche relative à la mention sur le site internet de l'établissement", "for_lien_fiche"]);
    let paysage = table.optional(&["etablissement_id_paysage"]);
    let (mut entries, mut refused) = (Vec::with_capacity(table.rows().len()), Vec::new());
    for row in table.rows() {
        let given = row.text(year);
        let Ok(campaign) = given.trim_end_matches(".0").parse() else {
            refused.push((row.line, "Année de la campagne", format!("`{given}` is no year")));
            continue;
        };
        if row.text(mention).is_empty() || row.text(uai).is_empty() {
            refused.push((row.line, "Intitulé de la mention", "no mention or no establishment".to_owned()));
            continue;
        }
        let text = |column| row.some(column).map(std::borrow::Cow::into_owned).unwrap_or_default();
        entries.push(Entry {
            line: row.line,
            row: row.reference(),
            year: campaign,
            mention: accented(&row.text(mention)),
            inm: row.text(inm).into_owned(),
            domains: text(domains).split('|').map(str::trim).filter(|d| !d.is_empty()).map(Into::into).collect(),
            uai: row.text(uai).into_owned(),
            paysage: text(paysage),
            establishment: accented(&row.text(name)),
            usual_name: text(usual),
            city: text(city),
            accredited: if text(status) == "dossier" { Accredited::UnderReview } else { Accredited::Yes },
            open: text(open) != "0",
            modalities: text(modalities).split([',', '|']).filter_map(|name| modality(name.trim())).collect(),
            capacity: row.count(capacity),
            licences: licences::recommended(&row.text(licences).replace('|', ",")),
            url: row.some(url).and_then(|url| super::codes::web_address(&url)),
        });
    }
    Ok((entries, refused))
}

fn modality(name: &str) -> Option<Modality> {
    match name {
        "Formation initiale" => Some(Modality::Initial),
        "Formation continue" => Some(Modality::Continuing),
        "Formation à distance" => Some(Modality::Distance),
        "Alternance" => Some(Modality::Alternance),
        "Apprentissage" => Some(Modality::Apprenticeship),
        "Hybride" => Some(Modality::Hybrid),
        _ => None,
    }
}

/// What the universities of one campaign recommend for one mention.
fn recommend(draft: &mut Draft<'_>, master: &Key, rows: &[&Entry], source: &Key) {
    let advising: Vec<&&Entry> =
        rows.iter().filter(|entry| entry.licences.any || !entry.licences.licences.is_empty()).collect();
    let mut named: BTreeMap<usize, Vec<Box<str>>> = BTreeMap::new();
    for entry in &advising {
        for licence in &entry.licences.licences {
            named.entry(*licence).or_default().push(entry.row.clone());
        }
    }
    for entry in rows {
        for unknown in &entry.licences.unknown {
            draft.report.leave_out(&format!("recommended licences that are no national licence (« {unknown} »)"));
        }
    }
    let year = rows[0].year;
    for (licence, lines) in &named {
        let share = lines.len() as f64 / advising.len() as f64;
        if let Some(from) = put_licence(draft, *licence, source, &lines[0]) {
            let weight = weights::recommended(share, year);
            draft.relate(Relation::Opens, &from, master, weight, source, &cite(lines));
        }
    }
    let any: Vec<Box<str>> =
        advising.iter().filter(|entry| entry.licences.any).map(|entry| entry.row.clone()).collect();
    if any.is_empty() {
        return;
    }
    for (licence, known) in licences::all().iter().enumerate() {
        if known.local || named.contains_key(&licence) {
            continue;
        }
        if let Some(from) = put_licence(draft, licence, source, &any[0]) {
            let weight = weights::any_licence(year);
            draft.relate_if(Relation::Opens, &from, master, weight, source, &cite(&any), Some(ANY_LICENCE));
        }
    }
}

fn put_licence(draft: &mut Draft<'_>, licence: usize, source: &Key, row: &str) -> Option<Key> {
    let licence = &licences::all()[licence];
    if let Some(key) = draft.certain(Kind::Licence, &licence.name, &[])
        && draft.node(&key).is_some_and(|node| node.sources.contains(source))
    {
        return Some(key);
    }
    let facts = Facts { name: accented(&licence.name), aliases: licence.aliases.clone(), ..Facts::default() };
    draft.put(Kind::Licence, facts, Standing::Official, source, row)
}

fn offer(draft: &mut Draft<'_>, master: &Key, entry: &Entry, source: &Key) {
    let mut codes = vec![("UAI", entry.uai.clone())];
    if !entry.paysage.is_empty() {
        codes.insert(0, ("PAYSAGE", entry.paysage.clone()));
    }
    let aliases = if entry.usual_name.is_empty() { Vec::new() } else { vec![entry.usual_name.clone()] };
    let university = etablissements::named(draft, &entry.establishment, aliases, codes, source, &entry.row);
    let Some(university) = university else { return };
    let admission = entry.capacity.map(|capacity| Admission {
        session: entry.year,
        phase: None,
        capacity: Some(capacity),
        applications: None,
        ranked: None,
        offered: None,
        admitted: None,
        last_rank: None,
        source: source.clone(),
        row: Some(entry.row.clone()),
    });
    let city = entry.city.split(" CEDEX").next().unwrap_or_default().split(" cedex").next().unwrap_or_default();
    let city = (!city.is_empty()).then(|| Box::from(city));
    let attributes = Attributes {
        modalities: entry.modalities.clone(),
        admissions: admission.into_iter().collect(),
        place: city.map(|city| Place { city: Some(city), ..Place::default() }),
        url: entry.url.clone(),
        ..Attributes::NONE
    };
    let inm = (!entry.inm.is_empty()).then(|| entry.inm.clone());
    let weight = weights::offer(entry.year, entry.accredited);
    offers::add(draft, Offer { master, university: &university, weight, source, row: &entry.row, attributes, inm });
}

fn edition(year: u16) -> Edition {
    Edition {
        family: "trouver-mon-master",
        slug: year.to_string(),
        name: format!("Trouver mon master, mentions de master, campagne {year}"),
        date: Some(year.to_string()),
        edition: Some(format!("campagne {year}")),
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-tmm-donnees-du-portail-dinformation-trouver-mon-master-mentions-de-master/",
        replaces_older: false,
    }
}
