//! Trouver mon master (MESR, campaigns 2019 to 2021): the mentions, who offers them, and the licences that lead there.
//!
//! Each campaign is a source of its own, so that the age of a statement can be seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::edition::{ETALAB, Edition, cite};
use crate::import::open_data::draft::licences::{ANY_LICENCE, put_licence};
use crate::import::open_data::draft::offers::{self, Offer};
use crate::import::open_data::draft::weights::{self, Accredited};
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::licences::{self, Recommended};
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::read::table::RefusedRow;
use crate::import::open_data::review::Standing;
use crate::import::open_data::set::Set;
use crate::import::open_data::sources::etablissements;
use crate::model::{Admission, Attributes, Award, Key, Kind, Modality, Relation, Year};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| None,
    takes: Takes::NewestOfEach,
    tables: &[table(
        Part::TrouverMonMaster,
        &[
            &[LABEL_OF_YEAR, "annee"],
            &["Code UAI de l'établissement accrédité", "etab_uai"],
            &["Identifiant navette de la mention (INM) de master", "for_inm"],
            &["Intitulé de la mention de master", "for_intitule"],
            &["Licences conseillées pour suivre la formation de la mention", "for_lic_conseille"],
        ],
    )],
    edition: |_, table| greatest(table, &[LABEL_OF_YEAR, "annee"], year),
    apply,
};

const LABEL_OF_YEAR: &str = "Année de la campagne de recueil des informations";
/// Why a row without a mention or an establishment is refused.
const NOT_NAMED: &str = "la mention ou l'établissement manque";

/// One row: one mention at one establishment in one campaign.
struct MentionRow {
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
    accredited: Accredited,
    open: bool,
    /// With whom it is accredited, as the file names them.
    joint: Vec<Box<str>>,
    /// The file says that one does not enrol there.
    elsewhere: bool,
    /// In which year one enters; nothing where the file has no such column.
    entry: Option<Year>,
    modalities: Vec<Modality>,
    capacity: Option<u32>,
    licences: Recommended,
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

    let mut mentions: BTreeMap<(u16, String), Vec<&MentionRow>> = BTreeMap::new();
    for entry in &entries {
        let compared = crate::import::open_data::naming::identity::mention(&entry.mention);
        mentions.entry((u16::MAX - entry.year, compared)).or_default().push(entry);
    }
    let mut masters: BTreeMap<String, Key> = BTreeMap::new();
    let newest = newest_advice(&entries);
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
            recommend(draft, &master, rows, source, newest.get(compared));
            masters.insert(compared.clone(), master);
        }
    }
    let from_the_first: BTreeSet<(u16, String, &str)> =
        entries.iter().filter(|entry| entry.open && entry.entry == Some(Year::M1)).map(MentionRow::offer).collect();
    for entry in &entries {
        let Some(master) = masters.get(&crate::import::open_data::naming::identity::mention(&entry.mention)) else {
            continue;
        };
        if entry.open {
            // Where one accreditation is entered in M1 and another only in M2, one can enter in M1.
            let year = if from_the_first.contains(&entry.offer()) { Some(Year::M1) } else { entry.entry };
            offer(draft, master, entry, year, &sources[&entry.year]);
        } else {
            draft.report.leave_out("offres non ouvertes dans leur campagne");
        }
    }
    renamed(draft, &entries, &masters, &sources);
    set.refuse(Part::TrouverMonMaster, refused)
}

/// The mentions of one campaign, each with the entry that names it.
type NamedEntries<'e> = Vec<(Key, &'e MentionRow)>;

/// Mentions that one accreditation bore under its number (INM), one campaign after the other. A number that means two
/// mentions in one campaign says nothing.
fn renamed(
    draft: &mut Draft<'_>,
    entries: &[MentionRow],
    masters: &BTreeMap<String, Key>,
    sources: &BTreeMap<u16, Key>,
) {
    let mut borne: BTreeMap<&str, BTreeMap<u16, NamedEntries<'_>>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.inm.is_empty()) {
        if let Some(master) = masters.get(&crate::import::open_data::naming::identity::mention(&entry.mention)) {
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
        let named: Vec<(Key, &MentionRow)> = years.into_values().flatten().collect();
        for pair in named.windows(2) {
            let ((old, before), (new, after)) = (&pair[0], &pair[1]);
            let row = format!("{} (accréditation {inm} ; en {}, {})", after.row, before.year, before.row);
            draft.relate(Relation::Near, old, new, weights::SAME_ACCREDITATION, &sources[&after.year], &row);
        }
    }
}

fn read(set: &Set) -> Result<(Vec<MentionRow>, Vec<RefusedRow>), OpenDataError> {
    let table = set.need(Part::TrouverMonMaster)?;
    let year = table.column(&[LABEL_OF_YEAR, "annee"])?;
    let uai = table.column(&["Code UAI de l'établissement accrédité", "etab_uai"])?;
    let name = table.column(&["Nom officiel (long) de l'établissement accrédité", "etab_nom"])?;
    let mention = table.column(&["Intitulé de la mention de master", "for_intitule"])?;
    let inm = table.column(&["Identifiant navette de la mention (INM) de master", "for_inm"])?;
    let licences =
        table.column(&["Licences conseillées pour suivre la formation de la mention", "for_lic_conseille"])?;
    let usual = table.optional(&["Nom d'usage de l'établissement accrédité", "etab_nom_usage"]);
    let domains = table.optional(&["Domaine(s) de la mention de master", "for_dom"]);
    let open = table.column(&["Mention ouverte ou non ouverte", "for_ouverte"])?;
    // Only the form with technical names is met without these two.
    let labelled = table.has(LABEL_OF_YEAR);
    let of_labels = |names: &[&str]| if labelled { table.column(names).map(Some) } else { Ok(table.optional(names)) };
    let status = of_labels(&["Mention accréditée ou en cours d'accréditation", "for_type"])?;
    let semester =
        of_labels(&["Semestre auquel la mention est accessible dans l'établissement accrédité", "for_semestre"])?;
    let modalities = table.optional(&["Modalités d'enseignement de la mention", "for_modalite"]);
    let capacity = table.optional(&["Capacité d'accueil limitée au 1er semestre", "for_cal_s1"]);
    let joint = table.optional(&["Etablissement(s) co-accrédité(s) en vue de la délivrance du DNM dans la mention"]);
    let enrols = table.optional(&["Inscription des étudiants effectuée ou non par l'établissement dans la mention"]);
    let paysage = table.optional(&["etablissement_id_paysage"]);
    let (mut entries, mut refused) = (Vec::with_capacity(table.rows().len()), Vec::new());
    for row in table.rows() {
        let given = row.text(year);
        let Ok(campaign) = given.parse() else {
            refused.push((row.line, "Année de la campagne".into(), format!("`{given}` n'est pas une année")));
            continue;
        };
        if row.text(mention).is_empty() || row.text(uai).is_empty() {
            refused.push((row.line, "Intitulé de la mention".into(), NOT_NAMED.to_owned()));
            continue;
        }
        let capacity = row.count(capacity);
        if let Some(fault) = table.unread(row) {
            refused.push(fault);
            continue;
        }
        let text = |column| row.some(column).map(std::borrow::Cow::into_owned).unwrap_or_default();
        entries.push(MentionRow {
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
            accredited: if text(status) == "dossier" { Accredited::UnderReview } else { Accredited::Yes },
            open: row.text(open) != "0",
            joint: text(joint)
                .split(['|', ','])
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(|name| accented(name).into())
                .collect(),
            elsewhere: text(enrols) == "0",
            entry: semester.map(|semester| match &*row.text(semester) {
                "3ème semestre" => Year::M2,
                _ => Year::M1,
            }),
            modalities: text(modalities).split([',', '|']).filter_map(|name| modality(name.trim())).collect(),
            capacity,
            licences: licences::recommended(&row.text(licences).replace('|', ",")),
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
fn recommend(draft: &mut Draft<'_>, master: &Key, rows: &[&MentionRow], source: &Key, newest: Option<&Advice<'_>>) {
    let advising: Vec<&&MentionRow> =
        rows.iter().filter(|entry| entry.licences.any || !entry.licences.licences.is_empty()).collect();
    // A university that says it in two rows has said it once.
    let universities = advising.iter().map(|entry| &*entry.uai).collect::<BTreeSet<_>>().len();
    let mut named: BTreeMap<usize, Vec<Box<str>>> = BTreeMap::new();
    let mut by: BTreeSet<(usize, &str)> = BTreeSet::new();
    for entry in &advising {
        for licence in entry.licences.licences.iter().filter(|licence| by.insert((**licence, &entry.uai))) {
            named.entry(*licence).or_default().push(entry.row.clone());
        }
    }
    for entry in rows {
        for unknown in &entry.licences.unknown {
            draft
                .report
                .leave_out(&format!("licences conseillées qui ne sont pas des licences nationales (« {unknown} »)"));
        }
    }
    let year = rows[0].year;
    for (licence, lines) in &named {
        if let Some(from) = put_licence(draft, *licence, source, &lines[0]) {
            let said = weights::recommended(lines.len(), universities, year);
            // What a newer campaign says of the same mention bounds what an older one still says.
            let weight = newest.map_or(said, |newest| said.min(newest.weight(*licence)));
            draft.relate(Relation::Opens, &from, master, weight, source, &cite(lines));
            draft.conditioned(Relation::Opens, &from, master, source, &advised(lines.len(), universities, year));
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
            let weight = weights::ANY_LICENCE * weights::campaign(year);
            draft.relate_if(Relation::Opens, &from, master, weight, source, &cite(&any), Some(ANY_LICENCE));
        }
    }
}

/// What the condition of a way says: by how many universities it is recommended.
fn advised(named: usize, advising: usize, year: u16) -> String {
    let of = if advising == 1 {
        "la seule université".to_owned()
    } else {
        format!("{named} université{} sur {advising}", if named == 1 { "" } else { "s" })
    };
    let which = if advising == 1 { "qui en conseille" } else { "de celles qui en conseillent" };
    format!("conseillée par {of} {which} ({year})")
}

/// What the newest campaign that recommends any licence for a mention says.
struct Advice<'e> {
    year: u16,
    /// The universities that recommend any.
    advising: BTreeSet<&'e str>,
    /// By licence, those that recommend it.
    named: BTreeMap<usize, BTreeSet<&'e str>>,
}

impl Advice<'_> {
    fn weight(&self, licence: usize) -> f64 {
        weights::recommended(self.named.get(&licence).map_or(0, BTreeSet::len), self.advising.len(), self.year)
    }
}

/// The newest advice on each mention; `entries` begin with the newest campaign.
fn newest_advice(entries: &[MentionRow]) -> BTreeMap<String, Advice<'_>> {
    let mut newest: BTreeMap<String, Advice<'_>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.licences.any || !entry.licences.licences.is_empty()) {
        let mention = crate::import::open_data::naming::identity::mention(&entry.mention);
        let begun = Advice { year: entry.year, advising: BTreeSet::new(), named: BTreeMap::new() };
        let advice = newest.entry(mention).or_insert(begun);
        if advice.year == entry.year {
            advice.advising.insert(&entry.uai);
            for licence in &entry.licences.licences {
                advice.named.entry(*licence).or_default().insert(&entry.uai);
            }
        }
    }
    newest
}

fn offer(draft: &mut Draft<'_>, master: &Key, entry: &MentionRow, year: Option<Year>, source: &Key) {
    let mut codes = vec![("UAI", entry.uai.clone())];
    if !entry.paysage.is_empty() {
        codes.insert(0, ("PAYSAGE", entry.paysage.clone()));
    }
    let aliases = if entry.usual_name.is_empty() { Vec::new() } else { vec![entry.usual_name.clone()] };
    let university = etablissements::named(draft, &entry.establishment, aliases, codes, source, &entry.row);
    let Some(university) = university else { return };
    let admission = entry.capacity.map(|capacity| Admission {
        capacity: Some(capacity),
        row: Some(entry.row.clone()),
        ..Admission::unsaid(entry.year, source.clone())
    });
    let award = Award {
        entry: year,
        modalities: entry.modalities.clone(),
        languages: Vec::new(),
        admissions: admission.into_iter().collect(),
    };
    let condition = entry.jointly();
    let weight = weights::offer(entry.year, entry.accredited);
    let offer = Offer {
        master,
        university: &university,
        weight,
        source,
        row: &entry.row,
        condition: condition.as_deref(),
        award,
    };
    offers::add(draft, offer);
}

impl MentionRow {
    /// The offer that it is a word on: a campaign, a mention, an establishment.
    fn offer(&self) -> (u16, String, &str) {
        (self.year, crate::import::open_data::naming::identity::mention(&self.mention), &self.uai)
    }

    /// The joint accreditation, as the file tells it.
    fn jointly(&self) -> Option<String> {
        if self.joint.is_empty() {
            return None;
        }
        let others = self.joint.join(", ");
        let enrol = if self.elsewhere { " ; les inscriptions n'y sont pas prises" } else { "" };
        Some(format!("accréditation conjointe avec {others}{enrol}"))
    }
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
