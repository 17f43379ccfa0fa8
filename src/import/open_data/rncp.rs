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
use crate::model::{Attributes, Key, Kind, Relation};

/// Adds jobs and offers to the masters of the graph.
///
/// # Errors
/// When the table of ROME codes or a column is missing.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    put_titles(set, draft, &source)?;
    let follows = successions(set, draft, &source)?;
    put_outlets(set, draft, &source, &follows)?;
    put_blocs(set, draft, &source, &follows)?;
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
    let state = table.optional(&["Actif"]);
    for row in table.rows() {
        let fiche = row.text(fiche);
        let Some(number) = number(&fiche).filter(|_| row.text(kind).eq_ignore_ascii_case("MASTER")) else {
            continue;
        };
        let name = shown_title(&row.text(title));
        let codes = vec![("RNCP", number.to_owned())];
        // The register keeps every title since 2002: what is no longer awarded brings no new mention.
        let ended = row.some(state).is_some_and(|state| state.eq_ignore_ascii_case("INACTIVE"));
        if ended && draft.certain(Kind::Master, &name, &codes).is_none() {
            draft.report.leave_out("inactive certifications that are no known master");
            continue;
        }
        let facts = Facts { name, codes, ..Facts::default() };
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
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for row in table.rows() {
        let (old, new) = (row.text(fiche), row.text(newer));
        if let (Some(old), Some(new)) = (number(&old), number(&new)) {
            follows.insert(old.to_owned(), new.to_owned());
            rows.push((old.to_owned(), new.to_owned(), row.reference().into_string()));
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
            break;
        }
    }
    // Two mentions of which one takes the other's place.
    for (old, new, row) in &rows {
        let bearers = |number| draft.by_code(Kind::Master, "RNCP", number);
        if let ([before], [after]) = (bearers(old), bearers(new))
            && before != after
        {
            let (before, after) = (before.clone(), after.clone());
            let row = format!("{row}, Ancienne_Nouvelle_Certification (RNCP{old}, RNCP{new})");
            draft.relate(Relation::Near, &before, &after, weights::SUCCEEDS, source, &row);
        }
    }
    Ok(follows)
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

/// The « blocs de compétences » of a fiche are what its holder is certified to be able to do.
fn put_blocs(
    set: &Set,
    draft: &mut Draft<'_>,
    source: &Key,
    follows: &HashMap<String, String>,
) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RncpBlocs) else { return Ok(()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let code = table.column(&["Bloc_Competences_Code"])?;
    let title = table.column(&["Bloc_Competences_Libelle"])?;
    let filed: HashSet<String> = table.rows().iter().map(|row| row.text(fiche).into_owned()).collect();
    for row in table.rows() {
        let fiche = row.text(fiche);
        let masters = number(&fiche).map(|number| draft.by_code(Kind::Master, "RNCP", number).to_vec());
        let Some(masters) = masters.filter(|masters| !masters.is_empty()) else {
            draft.report.leave_out("blocs of certifications that are no known master");
            continue;
        };
        let cited = format!("{}, Blocs", row.reference());
        let number = number(&fiche).unwrap_or_default();
        for master in masters {
            if superseded(draft, &master, number, follows, |next| filed.contains(&format!("RNCP{next}"))) {
                draft.report.leave_out("blocs of a number that a newer one of the same master replaces");
                continue;
            }
            let facts = Facts {
                name: bloc_title(&row.text(title)).to_owned(),
                codes: vec![("RNCP-BLOC", row.text(code).into_owned())],
                ..Facts::default()
            };
            if let Some(skill) = draft.put(Kind::Skill, facts, Standing::Official, source, &cited) {
                draft.relate(Relation::Develops, &master, &skill, weights::BLOC, source, &cited);
            }
        }
    }
    Ok(())
}

/// The title of a bloc without its place in the list: `BC01 - `, `Bloc 2 : `, `UE3. `.
fn bloc_title(title: &str) -> &str {
    let labels = ["bloc de compétences", "bloc", "bcc", "bc", "ue", "ug", "up"];
    let after_label = labels.iter().find_map(|label| {
        let head = title.get(..label.len())?;
        head.to_lowercase().eq(label).then(|| title[label.len()..].trim_start())
    });
    let Some(rest) = after_label else { return title };
    let rest = rest.trim_start_matches("n°").trim_start_matches(|c: char| c == '°' || c == ' ');
    let named = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let place_told = named.len() < rest.len();
    let name = named.trim_start_matches([' ', ':', '-', '–', '—', '.', ')']);
    let parted = name.len() < named.len();
    if place_told && parted && !name.is_empty() { name } else { title }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_a_bloc_has_no_number() {
        assert_eq!(bloc_title("BC01 - Communiquer"), "Communiquer");
        assert_eq!(bloc_title("Bloc de compétences n°2 : Communiquer"), "Communiquer");
        assert_eq!(bloc_title("UG1 : Français – Histoire"), "Français – Histoire");
        assert_eq!(bloc_title("Up to date"), "Up to date");
        assert_eq!(bloc_title("Communiquer en 2 langues"), "Communiquer en 2 langues");
    }
}
