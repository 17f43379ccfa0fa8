//! The national register of certifications (France compétences, CSV export): jobs and accredited universities of the
//! masters whose number is known, and which number follows which.

use std::collections::{HashMap, HashSet};

use super::OpenDataError;
use super::draft::{Draft, Facts, Unclaimed};
use super::edition::{ETALAB, Edition};
use super::identity::shown_title;
use super::offers::{self, Offer};
use super::outlets;
use super::recognise::Part;
use super::review::Standing;
use super::set::Set;
use super::weights;
use crate::model::{Attributes, Key, Kind};

/// Adds jobs and offers to the masters of the graph.
///
/// # Errors
/// When the table of ROME codes or a column is missing.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    put_titles(set, draft, &source)?;
    let follows = successions(set, draft, &source)?;
    put_outlets(set, draft, &source, &follows)?;
    put_offers(set, draft, &source, &follows)
}

fn number(fiche: &str) -> Option<&str> {
    fiche.trim().strip_prefix("RNCP").filter(|number| !number.is_empty())
}

/// Titles and numbers, where the export's main part is among the files.
fn put_titles(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RncpStandard) else { return Ok(()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let title = table.column(&["Intitule"])?;
    let kind = table.column(&["Abrege_Libelle"])?;
    for row in table.rows() {
        let fiche = row.text(fiche);
        let Some(number) = number(&fiche).filter(|_| row.text(kind).eq_ignore_ascii_case("MASTER")) else {
            continue;
        };
        let facts =
            Facts { name: shown_title(&row.text(title)), codes: vec![("RNCP", number.to_owned())], ..Facts::default() };
        draft.put(Kind::Master, facts, Standing::Secondary, source, &format!("{}, Standard", row.reference()));
    }
    Ok(())
}

/// Which number follows which; a master known by an old number only gets the new one.
fn successions(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<HashMap<String, String>, OpenDataError> {
    let Some(table) = set.table(Part::RncpSuccession) else { return Ok(HashMap::new()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let newer = table.column(&["Nouvelle_Certification"])?;
    let mut follows = HashMap::new();
    for row in table.rows() {
        let (old, new) = (row.text(fiche), row.text(newer));
        if let (Some(old), Some(new)) = (number(&old), number(&new)) {
            follows.insert(old.to_owned(), new.to_owned());
        }
    }
    // Numbers follow one another in chains, in any order of rows: until nothing is new.
    let mut pairs: Vec<(&String, &String)> = follows.iter().collect();
    pairs.sort();
    loop {
        let mut news = 0;
        for (old, new) in &pairs {
            if let [master] = draft.by_code(Kind::Master, "RNCP", old)
                && draft.by_code(Kind::Master, "RNCP", new).is_empty()
            {
                let master = master.clone();
                let name = draft.node(&master).map(|node| node.name.to_string()).unwrap_or_default();
                let codes = vec![("RNCP", (*new).clone())];
                draft.add(&master, Facts { name, codes, ..Facts::default() }, source);
                news += 1;
            }
        }
        if news == 0 {
            return Ok(follows);
        }
    }
}

fn put_outlets(
    set: &Set,
    draft: &mut Draft<'_>,
    source: &Key,
    follows: &HashMap<String, String>,
) -> Result<(), OpenDataError> {
    let table = set.need(Part::RncpRome)?;
    let fiche = table.column(&["Numero_Fiche"])?;
    let code = table.column(&["Codes_Rome_Code"])?;
    let filed: HashSet<String> = table.rows().iter().map(|row| row.text(fiche).into_owned()).collect();
    for row in table.rows() {
        let fiche = row.text(fiche);
        let Some(number) = number(&fiche) else {
            draft.report.leave_out("habilitations of the Répertoire spécifique");
            continue;
        };
        let masters = draft.by_code(Kind::Master, "RNCP", number).to_vec();
        if masters.is_empty() {
            draft.report.leave_out("ROME codes of certifications that are no known master");
            let unclaimed =
                Unclaimed { rome: row.text(code).into_owned(), cited: format!("{source}, {}", row.reference()) };
            draft.unclaimed.entry(number.to_owned()).or_default().push(unclaimed);
        }
        for master in masters {
            if superseded(draft, &master, number, follows, |next| filed.contains(&format!("RNCP{next}"))) {
                draft.report.leave_out("ROME codes of a number that a newer one of the same master replaces");
                continue;
            }
            let row_cited = format!("{}, Rome", row.reference());
            outlets::add(draft, &master, &row.text(code), weights::RNCP_LEADS_TO, source, &row_cited);
        }
    }
    Ok(())
}

/// Whether the same master also bears the number that follows, and the register says something of that one.
fn superseded(
    draft: &Draft<'_>,
    master: &Key,
    number: &str,
    follows: &HashMap<String, String>,
    filed: impl Fn(&str) -> bool,
) -> bool {
    let newer = follows.get(number);
    newer.is_some_and(|next| filed(next) && draft.by_code(Kind::Master, "RNCP", next).contains(master))
}

fn put_offers(
    set: &mut Set,
    draft: &mut Draft<'_>,
    source: &Key,
    follows: &HashMap<String, String>,
) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RncpCertifiers) else { return Ok(()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let siret = table.column(&["Siret_Certificateur"])?;
    let filed: HashSet<String> = table.rows().iter().map(|row| row.text(fiche).into_owned()).collect();
    let mut refused = Vec::new();
    for row in table.rows() {
        let (fiche, siret) = (row.text(fiche), row.text(siret).replace(' ', ""));
        let masters = number(&fiche).map(|number| draft.by_code(Kind::Master, "RNCP", number).to_vec());
        let Some(masters) = masters.filter(|masters| !masters.is_empty()) else {
            draft.report.leave_out("certifiers of certifications that are no known master");
            continue;
        };
        let Some(siren) = siret.get(..9).filter(|siren| siren.bytes().all(|b| b.is_ascii_digit())) else {
            refused.push((row.line, "Siret_Certificateur", format!("`{siret}` is no SIRET")));
            continue;
        };
        let [university] = draft.by_code(Kind::University, "SIREN", siren) else {
            draft.report.leave_out("certifiers that are no known university, ministries among them");
            continue;
        };
        let university = university.clone();
        let number = number(&fiche).unwrap_or_default();
        for master in masters {
            if superseded(draft, &master, number, follows, |next| filed.contains(&format!("RNCP{next}"))) {
                draft.report.leave_out("certifiers of a number that a newer one of the same master replaces");
                continue;
            }
            let offer = Offer {
                master: &master,
                university: &university,
                weight: weights::CERTIFIER_OFFERS,
                source,
                row: &format!("{}, Certificateurs", row.reference()),
                attributes: Attributes::NONE,
                inm: None,
            };
            offers::add(draft, offer);
        }
    }
    set.refuse(Part::RncpCertifiers, refused)
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "rncp",
        slug: set.edition(),
        name: "Répertoire national des certifications professionnelles, export CSV".to_owned(),
        date: set.date(),
        edition: None,
        publisher: "France compétences",
        licence: ETALAB,
        url: "https://www.data.gouv.fr/fr/datasets/repertoire-national-des-certifications-professionnelles-et-repertoire-specifique/",
        replaces_older: true,
    }
}
