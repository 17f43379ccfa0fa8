//! ROME 4.0 (France Travail): jobs with all their names, skills and knowledge, moves and sectors.
//!
//! `under` links the codes of the former ROME, which other sources still use, to the jobs of today. Diplomas that ROME lists
//! for a job are the job's, and no skills; its sentences on access say whether it is regulated (see `access`).

mod access;
mod amounts;
mod tables;
mod work;

use std::collections::{HashMap, HashSet};

use crate::import::open_data::description::{Description, Takes, table};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::rome_codes::{FORMER, former};
use crate::import::open_data::draft::weights;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::identity::shown_title;
use crate::import::open_data::naming::job_names;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::read::table::Row;
use crate::import::open_data::review::Standing;
use crate::import::open_data::set::Set;
use crate::model::text::fold;
use crate::model::{Attributes, Key, Kind, Relation};
use tables::{Appellations, access_texts, appellations, definitions, diplomas, is_certificate, riasec};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("rome-4"),
    takes: Takes::WholeEdition,
    tables: &[
        table(Part::RomeJobs, &[&["code_rome"], &["code_fiche_metier"], &["libelle_rome"], &["code_rome_parent"]]),
        table(
            Part::RomeAppellations,
            &[&["code_ogr"], &["libelle_appellation_long"], &["classification"], &["code_rome"]],
        ),
        table(Part::RomeSkills, &[&["code_ogr"], &["nature"], &["libelle_competence"], &["code_ogr_macro_comp"]]),
        table(Part::RomeKnowledge, &[&["code_ogr_savoir"], &["libelle_savoir"]]),
        table(Part::RomeCoherence, &[&["code_rome"], &["code_ogr"], &["coeur_metier"]]),
        table(Part::RomeMobility, &[&["code_rome"], &["code_rome_cible"], &["numero_ordre"]]),
        table(
            Part::RomeSectors,
            &[&["code_sect_activite"], &["libelle_ss_sect_activite"], &["code_rome"], &["principal"]],
        ),
        table(Part::RomeRiasec, &[&["code_rome"], &["riasec_majeur"]]),
        table(Part::RomeTexts, &[&["code_rome"], &["libelle_type_texte"], &["libelle_texte"]]),
        table(
            Part::RomeInterests,
            &[
                &["code_centre_interet"],
                &["libelle_centre_interet"],
                &["code_ogr_rome"],
                &["code_rome"],
                &["libelle_rome"],
                &["principal"],
            ],
        ),
        table(
            Part::RomeOther,
            &[&["code_secteur_naf"], &["libelle_secteur_naf"], &["code_ogr_rome"], &["code_rome"], &["libelle_rome"]],
        ),
        table(
            Part::RomeThemes,
            &[&["code_theme"], &["libelle_theme"], &["code_ogr_rome"], &["code_rome"], &["libelle_rome"]],
        ),
        table(
            Part::RomeOther,
            &[&["code_centre_interet"], &["libelle_centre_interet"], &["definition_centre_interet"]],
        ),
        table(Part::RomeOther, &[&["code_compo_bloc"], &["libelle_bloc"]]),
        table(
            Part::RomeOther,
            &[
                &["code_grand_domaine"],
                &["code_domaine_professionnel"],
                &["numero_fiche_rome"],
                &["intitule"],
                &["libelle_appellation_long"],
                &["libelle_appellation_court"],
                &["type_provenance"],
                &["code_fiche"],
                &["ogr_rome"],
                &["ogr_appellation"],
            ],
        ),
        table(
            Part::RomeOther,
            &[
                &["code_rome"],
                &["libelle_rome"],
                &["code_grand_domaine"],
                &["libelle_grand_domaine"],
                &["code_domaine_professionel"],
                &["libelle_domaine_professionel"],
            ],
        ),
        table(
            Part::RomeOther,
            &[&["code_rubrique"], &["code_compo_bloc"], &["position_rubrique"], &["libelle_rubrique"]],
        ),
        table(Part::RomeOther, &[&["code_domaine_professionnel"], &["libelle_domaine_professionnel"]]),
        table(Part::RomeOther, &[&["code_grand_domaine"], &["libelle_grand_domaine"]]),
        table(Part::RomeOther, &[&["code_ogr"], &["libelle"], &["code_rubrique"]]),
        table(Part::RomeOther, &[&["code_rome"], &["code_compo_bloc"], &["code_rubrique"], &["code_ogr"]]),
        table(
            Part::RomeContexts,
            &[&["code_ogr"], &["libelle_cont_travail"], &["code_type_cont_trav"], &["libelle_type_cont_trav"]],
        ),
        table(Part::RomeOther, &[&["code_ogr"], &["riasec_majeur"], &["riasec_mineur"]]),
        table(Part::RomeOther, &[&["code_sect_activite"], &["libelle_sect_activite"], &["definition_sect_activite"]]),
        table(Part::RomeOther, &[&["code_tech_secteur_naf"], &["code_secteur_naf"], &["libelle_secteur_naf"]]),
        table(
            Part::RomeOther,
            &[
                &["code_ss_sect_activite"],
                &["libelle_ss_sect_activite"],
                &["definition_ss_sect_activite"],
                &["code_sect_activite"],
            ],
        ),
        table(Part::RomeOther, &[&["code_theme"], &["libelle_theme"], &["definition_theme"]]),
        table(Part::RomeOther, &[&["code_type_referentiel"], &["libelle_type_referentiel"]]),
        // The flags of the table of jobs once more, as a workbook.
        table(
            Part::RomeOther,
            &[
                &["Code ROME"],
                &["Libellé fiche ROME"],
                &["Transition Ecologique"],
                &["Transition Numérique"],
                &["Transition Démographique"],
                &["Emploi cadre ?"],
            ],
        ),
    ],
    edition: |name, _| version_in(name),
    apply,
};

/// `v460` in `unix_item_v460_utf8.csv`.
fn version_in(name: &str) -> Option<String> {
    name.split(['_', '.', '-', ' '])
        .find(|word| word.len() > 1 && word.starts_with('v') && word[1..].bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}

/// Puts jobs, skills, sectors and their relations.
///
/// # Errors
/// When a needed table or column is missing, or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let jobs = put_jobs(set, draft, &source)?;
    let refused = put_skills(set, draft, &source, &jobs)?;
    put_moves(set, draft, &source, &jobs)?;
    put_sectors(set, draft, &source, &jobs)?;
    set.refuse(Part::RomeCoherence, refused)
}

/// How a row of one of the tables is cited.
fn cited(row: &Row, table: &str) -> String {
    format!("{}, {table}", row.reference())
}

fn put_jobs(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<HashMap<String, Key>, OpenDataError> {
    let Appellations { names, rare, mut ogr } = appellations(set)?;
    let texts = definitions(set)?;
    let letters = riasec(set)?;
    let access = access_texts(set)?;
    let mut diplomas = diplomas(set)?;
    let mut work = work::told(set, draft, source)?;
    let table = set.need(Part::RomeJobs)?;
    let code = table.column(&["code_rome"])?;
    let name = table.column(&["libelle_rome"])?;
    let parent = table.column(&["code_rome_parent"])?;
    let regulated = table.optional(&["emploi_reglemente"]);
    let mut own: HashMap<String, String> = HashMap::new();
    for row in table.rows() {
        let names = job_names::with_forms(&row.text(name));
        own.extend(names.iter().map(|name| (fold(name), row.text(code).into_owned())));
    }
    let mut told = Vec::new();
    for row in table.rows() {
        let (code, name) = (row.text(code).into_owned(), accented(&row.text(name)));
        let mut aliases = job_names::other_names(&name);
        // An appellation that is another job's own name means that job.
        let theirs = names.get(&code).into_iter().flatten();
        aliases.extend(theirs.filter(|name| own.get(&fold(name)).is_none_or(|job| *job == code)).cloned());
        let listed = diplomas.remove(&code).unwrap_or_default();
        let mut further_codes = vec![(FORMER, former(&row.text(parent)))];
        further_codes.extend(ogr.remove(&code).unwrap_or_default().into_iter().map(|ogr| ("OGR", ogr)));
        let facts = Facts {
            name,
            aliases,
            codes: vec![("ROME", code.clone())],
            further_codes,
            description: texts.get(&code).cloned(),
            attributes: Attributes {
                riasec: letters.get(&code).map(|letters| letters.as_str().into()),
                regulated: is_regulated(row.some(regulated).as_deref(), access.get(&code).map(String::as_str)),
                access: access.get(&code).map(|text| text.as_str().into()),
                diplomas: listed.iter().map(|(name, _)| name.clone()).collect(),
                beyond_master: access.get(&code).is_some_and(|text| access::is_beyond_master(text)).then_some(true),
                access_source: Some(source.clone()),
                rare_names: rare.get(&code).into_iter().flatten().map(|name| name.as_str().into()).collect(),
                work: work.remove(&code).map(Box::new),
                ..Attributes::NONE
            },
            key_name: None,
        };
        told.push((row, code, facts, listed));
    }
    let held_back = amounts::held_back(draft, source, told.iter().map(|(_, code, facts, _)| (code.as_str(), facts)));
    let mut jobs = HashMap::new();
    for (row, code, mut facts, listed) in told {
        if held_back.contains(&code) {
            (facts.description, facts.attributes) = (None, Attributes::NONE);
        }
        if let Some(key) = draft.put(Kind::Job, facts, Standing::Official, source, &cited(row, "code_rome")) {
            for (diploma, row) in listed {
                if let Some(title) = diploma.strip_prefix("Master mention ") {
                    draft.listed_masters.push((title.to_owned(), key.clone(), source.clone(), row));
                }
            }
            let parent = row.text(parent);
            let told = (key.clone(), source.clone(), cited(row, "code_rome"));
            if !parent.is_empty() {
                draft.descents.entry(parent.into_owned()).or_default().push(told);
            }
            jobs.insert(code, key);
        }
    }
    // A code that nothing descends from is a sheet of its own.
    for row in table.rows() {
        let code = row.text(code);
        if let Some(job) = jobs.get(&*code) {
            let itself = || vec![(job.clone(), source.clone(), cited(row, "code_rome"))];
            draft.descents.entry(code.into_owned()).or_insert_with(itself);
        }
    }
    Ok(jobs)
}

/// Whether the access to a job is regulated: by ROME's flag, or by what its sentences on access require. Without a flag,
/// sentences that require nothing leave it unsaid, and so does a flag against it without the sentences.
fn is_regulated(flag: Option<&str>, access: Option<&str>) -> Option<bool> {
    let required = access.is_some_and(|text| access::requirement(text).is_some());
    match flag {
        Some("O") => Some(true),
        _ if required => Some(true),
        Some(_) if access.is_some() => Some(false),
        _ => None,
    }
}

/// A skill or a piece of knowledge.
struct Item {
    name: String,
    description: Option<String>,
    /// The macro-skill above it.
    above: Option<String>,
    row: String,
}

type Refused = Vec<(u64, &'static str, String)>;

fn put_skills(
    set: &Set,
    draft: &mut Draft<'_>,
    source: &Key,
    jobs: &HashMap<String, Key>,
) -> Result<Refused, OpenDataError> {
    let items = items(set)?;
    let table = set.need(Part::RomeCoherence)?;
    let code = table.column(&["code_rome"])?;
    let item = table.column(&["code_ogr"])?;
    let core = table.column(&["coeur_metier"])?;
    let mut skills: HashMap<&str, Key> = HashMap::new();
    let mut refused = Vec::new();
    let read_elsewhere = work::codes_read(set)?;
    // In the place of another edition, elements that no table names would be taken away: a table is not whole.
    let must_be_whole = draft.is_known(source) && !draft.reviews.accepts_shrinking("rome");
    let wanted: HashSet<String> = table.rows().iter().map(|row| row.text(item).into_owned()).collect();
    // A macro-skill is wanted too, for the tree; in the order of the codes, so that names collide alike each time.
    let mut ordered: Vec<(&String, &Item)> = items.iter().filter(|(code, _)| wanted.contains(*code)).collect();
    let above: HashSet<&String> = ordered.iter().filter_map(|(_, item)| item.above.as_ref()).collect();
    ordered.extend(items.iter().filter(|(code, _)| above.contains(code) && !wanted.contains(*code)));
    ordered.sort_by_key(|(code, _)| code.parse::<u64>().unwrap_or(u64::MAX));
    for (code, item) in &ordered {
        let facts = Facts {
            name: item.name.clone(),
            codes: vec![("OGR", (*code).clone())],
            description: item.description.clone(),
            ..Facts::default()
        };
        if let Some(key) = draft.put(Kind::Skill, facts, Standing::Official, source, &item.row) {
            skills.insert(code, key);
        }
    }
    for (code, item) in &ordered {
        let above = item.above.as_deref().and_then(|above| skills.get(above));
        if let (Some(narrow), Some(broad)) = (skills.get(code.as_str()), above) {
            draft.relate(Relation::Broader, narrow, broad, weights::BROADER, source, &item.row);
        }
    }
    for row in table.rows() {
        let (job, wanted) = (row.text(code), row.text(item));
        let Some(job) = jobs.get(&*job) else {
            refused.push((row.line, "code_rome", format!("`{job}` n'est un métier d'aucune fiche de cette édition")));
            continue;
        };
        let Some(skill) = skills.get(&*wanted) else {
            if read_elsewhere.contains(&*wanted) || items.contains_key(&*wanted) {
                continue;
            }
            if must_be_whole {
                let reason = format!("`{wanted}` n'est l'élément d'aucune table : compétences, savoirs ou contextes");
                refused.push((row.line, "code_ogr", reason));
            } else {
                draft.report.leave_out("éléments d'un métier qu'aucune table du jeu ne nomme");
            }
            continue;
        };
        let weight = match &*row.text(core) {
            "Principale" => weights::CORE,
            "Émergente" | "Emergente" => weights::EMERGING,
            _ => weights::SECONDARY,
        };
        draft.relate(Relation::RequiredBy, skill, job, weight, source, &cited(row, "coherence_item"));
    }
    Ok(refused)
}

fn items(set: &Set) -> Result<HashMap<String, Item>, OpenDataError> {
    let mut items = HashMap::new();
    let table = set.need(Part::RomeSkills)?;
    let code = table.column(&["code_ogr"])?;
    let name = table.column(&["libelle_competence"])?;
    let above = table.column(&["code_ogr_macro_comp"])?;
    let definition = table.optional(&["definition"]);
    for row in table.rows() {
        let above = row.text(above).into_owned();
        let item = Item {
            name: accented(&row.text(name)),
            description: row.some(definition).map(std::borrow::Cow::into_owned),
            above: (!above.is_empty() && above != *row.text(code)).then_some(above),
            row: cited(row, "competence"),
        };
        items.insert(row.text(code).into_owned(), item);
    }
    let table = set.need(Part::RomeKnowledge)?;
    let code = table.column(&["code_ogr_savoir"])?;
    let name = table.column(&["libelle_savoir"])?;
    let category = table.column(&["categorie_savoir"])?;
    for row in table.rows().iter().filter(|row| !is_certificate(row, category)) {
        let item = Item { name: accented(&row.text(name)), description: None, above: None, row: cited(row, "savoir") };
        items.insert(row.text(code).into_owned(), item);
    }
    Ok(items)
}

fn put_moves(set: &Set, draft: &mut Draft<'_>, source: &Key, jobs: &HashMap<String, Key>) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RomeMobility) else { return Ok(()) };
    let from = table.column(&["code_rome"])?;
    let to = table.column(&["code_rome_cible"])?;
    let order = table.optional(&["numero_ordre"]);
    for row in table.rows() {
        match (jobs.get(&*row.text(from)), jobs.get(&*row.text(to))) {
            (Some(from), Some(to)) => {
                let weight = weights::mobility(row.count(order).unwrap_or(u32::MAX));
                draft.relate(Relation::EvolvesTo, from, to, weight, source, &cited(row, "mobilite"));
            }
            _ => draft.report.leave_out("mobilités depuis ou vers un code ROME périmé"),
        }
    }
    Ok(())
}

fn put_sectors(
    set: &Set,
    draft: &mut Draft<'_>,
    source: &Key,
    jobs: &HashMap<String, Key>,
) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RomeSectors) else { return Ok(()) };
    let code = table.column(&["code_rome"])?;
    let main = table.column(&["principal"])?;
    let levels = [
        (table.column(&["code_sect_activite"])?, table.column(&["libelle_sect_activite"])?),
        (table.column(&["code_ss_sect_activite"])?, table.column(&["libelle_ss_sect_activite"])?),
    ];
    let mut sectors: HashMap<String, Key> = HashMap::new();
    for row in table.rows() {
        let Some(job) = jobs.get(&*row.text(code)) else { continue };
        let weight = if row.text(main) == "oui" { weights::MAIN_SECTOR } else { weights::OTHER_SECTOR };
        let cited = cited(row, "arborescence_secteur_activite");
        for (code, name) in levels {
            let (code, name) = (row.text(code).into_owned(), row.text(name).into_owned());
            if code.is_empty() || name.is_empty() {
                continue;
            }
            let known = sectors.get(&code).cloned();
            let facts = Facts { name, codes: vec![("ROME-SECTEUR", code.clone())], ..Facts::default() };
            let Some(sector) = known.or_else(|| draft.put(Kind::Sector, facts, Standing::Official, source, &cited))
            else {
                continue;
            };
            // A job in two sub-sectors of one sector is in that sector once, at its best.
            draft.relate(Relation::WorksIn, job, &sector, weight, source, &cited);
            sectors.insert(code, sector);
        }
    }
    Ok(())
}

fn edition(set: &Set) -> Edition {
    let version = set.edition();
    Edition {
        family: "rome-4",
        slug: version.clone(),
        name: "ROME 4.0, référentiel des métiers et des compétences".to_owned(),
        date: set.date(),
        edition: Some(version),
        publisher: "France Travail",
        licence: ETALAB,
        url: "https://www.data.gouv.fr/fr/datasets/repertoire-operationnel-des-metiers-et-des-emplois-rome/",
        replaces_older: true,
    }
}

/// States that the masters which ROME lists for a job lead to it: once all masters are known, whoever names them.
pub fn put_masters(draft: &mut Draft<'_>) {
    for (title, job, source, row) in std::mem::take(&mut draft.listed_masters) {
        match draft.certain(Kind::Master, &shown_title(&title), &[]) {
            Some(_) if draft.is_beyond_master(&job) => {
                draft.report.leave_out("débouchés que l'accès au métier contredit");
            }
            Some(master) => {
                draft.relate(Relation::LeadsTo, &master, &job, weights::ROME_LEADS_TO, &source, &row);
            }
            None => {
                draft.report.leave_out("masters que le ROME énumère pour un métier et qu'aucune autre source ne nomme")
            }
        }
    }
}
