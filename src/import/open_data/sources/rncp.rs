//! The national register of certifications (France compétences, CSV export): jobs and accredited universities of the
//! masters whose number is known, and which number follows which.

use std::collections::BTreeSet;

use crate::import::open_data::description::{Description, Takes, possible, table};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::offers::{self, Offer};
use crate::import::open_data::draft::outlets::{self, Cited};
use crate::import::open_data::draft::register::{self, Register, number, spelt};
use crate::import::open_data::draft::weights;
use crate::import::open_data::draft::{Draft, Facts, Unclaimed};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::codes;
use crate::import::open_data::naming::identity::shown_title;
use crate::import::open_data::review::Standing;
use crate::import::open_data::set::Set;
use crate::model::{Award, Key, Kind, Relation};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("rncp"),
    takes: Takes::PartsOfAYear,
    tables: &[
        table(Part::RncpRome, &[&["Numero_Fiche"], &["Codes_Rome_Code"]]),
        table(Part::RncpStandard, &[&["Numero_Fiche"], &["Intitule"], &["Abrege_Libelle"]]),
        table(Part::RncpSuccession, &[&["Numero_Fiche"], &["Ancienne_Certification"], &["Nouvelle_Certification"]]),
        table(Part::RncpCertifiers, &[&["Numero_Fiche"], &["Siret_Certificateur"]]),
        table(Part::RncpBlocs, &[&["Numero_Fiche"], &["Bloc_Competences_Code"], &["Bloc_Competences_Libelle"]]),
        table(Part::RncpOther, &[&["Numero_Fiche"], &["Ccn_1_Numero"]]),
        table(Part::RncpOther, &[&["Numero_Fiche"], &["Formacode_Code"]]),
        table(Part::RncpOther, &[&["Numero_Fiche"], &["Nsf_Code"]]),
        table(Part::RncpOther, &[&["Numero_Fiche"], &["Siret_Partenaire"]]),
        table(Part::RncpOther, &[&["Numero_Fiche"], &["Si_Jury"]]),
    ],
    edition: |name, _| date_in(name),
    apply,
};

/// `2026-02-01` in `…_2026_02_01.csv`.
fn date_in(name: &str) -> Option<String> {
    let numbers: Vec<&str> = name.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let date = |w: &&[&str]| w[0].len() == 4 && w[1].len() == 2 && w[2].len() == 2;
    numbers.windows(3).filter(date).find_map(|w| possible(&w.join("-")))
}

/// Adds jobs and offers to the masters of the graph.
///
/// # Errors
/// When the table of ROME codes or a column is missing.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    for table in set.documents.iter_mut().map(|document| &mut document.table) {
        let columns = ["Numero_Fiche", "Ancienne_Certification", "Nouvelle_Certification"];
        for column in columns.iter().filter_map(|name| table.find(&[name])).collect::<Vec<_>>() {
            table.refuse_where(column, register::fault);
        }
        table.check_share(table.rows().len() + table.refused.len())?;
    }
    let source = draft.begin(&edition(set));
    put_titles(set, draft, &source)?;
    successions(set, draft, &source)?;
    let refused = put_offers(set, draft, &source)?;
    put_outlets(set, draft, &source)?;
    put_blocs(set, draft, &source)?;
    set.refuse(Part::RncpCertifiers, refused)
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
        let codes = vec![("RNCP", number)];
        // The register keeps every title since 2002: what is no longer awarded brings no new mention.
        let ended = row.some(state).is_some_and(|state| state.eq_ignore_ascii_case("INACTIVE"));
        if ended && draft.certain(Kind::Master, &name, &codes).is_none() {
            draft.report.leave_out("certifications inactives qui ne sont pas un master connu");
            continue;
        }
        let facts = Facts { name, codes, ..Facts::default() };
        draft.put(Kind::Master, facts, Standing::Secondary, source, &format!("{}, Standard", row.reference()));
    }
    Ok(())
}

/// Which number follows which; a master known by an old number only gets the new one.
fn successions(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RncpSuccession) else { return Ok(()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let newer = table.column(&["Nouvelle_Certification"])?;
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for row in table.rows() {
        let (old, new) = (row.text(fiche), row.text(newer));
        if let (Some(old), Some(new)) = (number(&old), number(&new)) {
            rows.push((old, new, row.reference().into_string()));
        }
    }
    // Numbers follow one another in chains, in any order of rows: until nothing is new.
    let mut pairs: Vec<(&String, &String)> = rows.iter().map(|(old, new, _)| (old, new)).collect();
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
        let bearers = |number: &str| draft.by_code(Kind::Master, "RNCP", number);
        if let ([before], [after]) = (bearers(old), bearers(new))
            && before != after
        {
            let (before, after) = (before.clone(), after.clone());
            let row = format!("{row}, Ancienne_Nouvelle_Certification (RNCP{old}, RNCP{new})");
            draft.relate(Relation::Near, &before, &after, weights::SUCCEEDS, source, &row);
        }
    }
    Ok(())
}

fn put_outlets(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RncpRome) else { return Ok(()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let code = table.column(&["Codes_Rome_Code"])?;
    let label = table.optional(&["Codes_Rome_Libelle"]);
    for row in table.rows() {
        let label = row.some(label).map(|label| spelt(&label));
        let fiche = row.text(fiche);
        let Some(number) = number(&fiche) else {
            draft.report.leave_out("habilitations du Répertoire spécifique");
            continue;
        };
        let masters = draft.by_code(Kind::Master, "RNCP", &number).to_vec();
        if masters.is_empty() {
            draft.report.leave_out("codes ROME de certifications qui ne sont pas un master connu");
            let unclaimed =
                Unclaimed { rome: row.text(code).into_owned(), label, cited: format!("{source}, {}", row.reference()) };
            draft.unclaimed.entry(number.clone()).or_default().push(unclaimed);
            continue;
        }
        for master in masters {
            let (weight, condition) = said_of(draft, &master, &number);
            let (code, reference) = (row.text(code), format!("{}, Rome (RNCP{number})", row.reference()));
            let cited = Cited { code: &code, label: label.as_deref(), source, row: &reference };
            outlets::add(draft, &master, cited, weight, condition.as_deref());
        }
    }
    Ok(())
}

/// How much a fiche says of a mention, and under what condition: less where another has replaced it, or where a broader
/// fiche of the mention is there and this one speaks for a few establishments.
fn said_of(draft: &Draft<'_>, master: &Key, number: &str) -> (f64, Option<String>) {
    if superseded(draft, master, number) {
        let newer = draft.register.replaced_by(number).unwrap_or_default();
        let condition = format!("selon la fiche RNCP{number}, que la fiche RNCP{newer} a remplacée");
        return (weights::RNCP_LEADS_TO * weights::REPLACED, Some(condition));
    }
    let numbers = draft.node(master).into_iter().flat_map(|node| &node.codes).filter(|code| &*code.scheme == "RNCP");
    let broadest = numbers.filter_map(|code| draft.register.breadth(&code.value)).max();
    match (draft.register.breadth(number), broadest) {
        (Some(breadth), Some(broadest)) if Register::is_local(breadth, broadest) => {
            let condition = match breadth {
                1 => format!("selon la fiche RNCP{number}, qui est celle d'un seul établissement"),
                _ => format!("selon la fiche RNCP{number}, qui est celle de {breadth} établissements"),
            };
            (weights::RNCP_LEADS_TO * weights::OF_A_FEW, Some(condition))
        }
        _ => (weights::RNCP_LEADS_TO, None),
    }
}

/// The « blocs de compétences » of a fiche are what its holder is certified to be able to do.
fn put_blocs(set: &Set, draft: &mut Draft<'_>, source: &Key) -> Result<(), OpenDataError> {
    let Some(table) = set.table(Part::RncpBlocs) else { return Ok(()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let code = table.column(&["Bloc_Competences_Code"])?;
    let title = table.column(&["Bloc_Competences_Libelle"])?;
    for row in table.rows() {
        let fiche = row.text(fiche);
        let masters = number(&fiche).map(|number| draft.by_code(Kind::Master, "RNCP", &number).to_vec());
        let Some(masters) = masters.filter(|masters| !masters.is_empty()) else {
            draft.report.leave_out("blocs de certifications qui ne sont pas un master connu");
            continue;
        };
        let cited = format!("{}, Blocs", row.reference());
        let number = number(&fiche).unwrap_or_default();
        for master in masters {
            if superseded(draft, &master, &number) {
                draft.report.leave_out("blocs d'un numéro qu'un plus récent du même master remplace");
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
    let rest = rest.trim_start_matches("n°").trim_start_matches(['°', ' ']);
    let named = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let place_told = named.len() < rest.len();
    let name = named.trim_start_matches([' ', ':', '-', '–', '—', '.', ')']);
    let parted = name.len() < named.len();
    if place_told && parted && !name.is_empty() { name } else { title }
}

/// Whether the same master also bears the number that follows, and the register says something of that one.
fn superseded(draft: &Draft<'_>, master: &Key, number: &str) -> bool {
    let newer = draft.register.replaced_by(number);
    newer.is_some_and(|next| draft.by_code(Kind::Master, "RNCP", next).contains(master))
}

fn put_offers(
    set: &Set,
    draft: &mut Draft<'_>,
    source: &Key,
) -> Result<Vec<(u64, &'static str, String)>, OpenDataError> {
    let Some(table) = set.table(Part::RncpCertifiers) else { return Ok(Vec::new()) };
    let fiche = table.column(&["Numero_Fiche"])?;
    let siret = table.column(&["Siret_Certificateur"])?;
    let mut refused = Vec::new();
    for row in table.rows() {
        let (fiche, siret) = (row.text(fiche), row.text(siret));
        let masters = number(&fiche).map(|number| draft.by_code(Kind::Master, "RNCP", &number).to_vec());
        let Some(masters) = masters.filter(|masters| !masters.is_empty()) else {
            draft.report.leave_out("certificateurs de certifications qui ne sont pas un master connu");
            continue;
        };
        let digits = codes::digits(&siret);
        let Some(siren) = digits.as_deref().and_then(|siret| siret.get(..9)) else {
            refused.push((row.line, "Siret_Certificateur", format!("`{siret}` n'est pas un SIRET")));
            continue;
        };
        let [university] = draft.by_code(Kind::University, "SIREN", siren) else {
            draft.report.leave_out("certificateurs qui ne sont pas un établissement connu, ministères compris");
            continue;
        };
        let university = university.clone();
        let number = number(&fiche).unwrap_or_default();
        for master in masters {
            if superseded(draft, &master, &number) {
                draft.report.leave_out("certificateurs d'un numéro qu'un plus récent du même master remplace");
                continue;
            }
            let offer = Offer {
                master: &master,
                university: &university,
                weight: weights::CERTIFIER_OFFERS,
                source,
                row: &format!("{}, Certificateurs", row.reference()),
                condition: None,
                award: Award::default(),
            };
            offers::add(draft, offer);
        }
    }
    Ok(refused)
}

/// What the parts are of, where they are not all of one day: an export may be had part by part.
fn several_days(set: &Set) -> Option<String> {
    let days: BTreeSet<&str> = set.documents.iter().filter_map(|document| document.edition.as_deref()).collect();
    (days.len() > 1).then(|| format!("parties du {}", days.into_iter().collect::<Vec<_>>().join(" et du ")))
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "rncp",
        slug: set.edition(),
        name: "Répertoire national des certifications professionnelles, export CSV".to_owned(),
        date: set.date(),
        edition: several_days(set),
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
    fn a_name_tells_a_day_of_the_calendar() {
        assert_eq!(date_in("export_fiches_CSV_Rome_2026_02_01.csv").as_deref(), Some("2026-02-01"));
        assert_eq!((date_in("Rome_2026_13_45.csv"), date_in("Rome_2205_01_01.csv")), (None, None));
    }

    #[test]
    fn the_title_of_a_bloc_has_no_number() {
        assert_eq!(bloc_title("BC01 - Communiquer"), "Communiquer");
        assert_eq!(bloc_title("Bloc de compétences n°2 : Communiquer"), "Communiquer");
        assert_eq!(bloc_title("UG1 : Français – Histoire"), "Français – Histoire");
        assert_eq!(bloc_title("Up to date"), "Up to date");
        assert_eq!(bloc_title("Communiquer en 2 langues"), "Communiquer en 2 langues");
    }
}
