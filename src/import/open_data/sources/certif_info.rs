//! Certif Info (Carif-Oref network): masters with their RNCP number, the ROME codes they lead to, and codes of licences.

use std::collections::BTreeMap;

use crate::import::open_data::description::{Description, Takes, day, greatest, possible, table};
use crate::import::open_data::draft::edition::Edition;
use crate::import::open_data::draft::outlets::{self, Cited};
use crate::import::open_data::draft::register::Register;
use crate::import::open_data::draft::weights;
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::codes;
use crate::import::open_data::naming::identity::shown_title;
use crate::import::open_data::read::table::Column;
use crate::import::open_data::review::Standing;
use crate::import::open_data::set::Set;
use crate::model::{Key, Kind, Relation};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("certif-info"),
    takes: Takes::NewestOfEach,
    tables: &[table(Part::CertifInfo, &[&["Code_Diplome"], &["Libelle_Diplome"], &["Code_Rome_1"], &["Code_RNCP"]])],
    edition: |_, table| greatest(table, &["Date_MaJ"], iso_date),
    apply,
};

/// `2024-05-03` for `03/05/2024`, or as a spreadsheet has it.
fn iso_date(text: &str) -> Option<String> {
    match text.split('/').collect::<Vec<_>>()[..] {
        [day, month, year] => possible(&format!("{year}-{month:0>2}-{day:0>2}")),
        _ => day(text),
    }
}

/// Puts masters with codes and jobs.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let table = set.need(Part::CertifInfo)?;
    let id = table.column(&["Code_Diplome"])?;
    let title = table.column(&["Libelle_Diplome"])?;
    let kind = table.column(&["Libelle_Type_Diplome"])?;
    let rncp = table.column(&["Code_RNCP"])?;
    let older = table.optional(&["Code_Ancien_RNCP"]);
    let replaced = table.optional(&["Intitulé_Ancien_Diplome"]);
    let onisep = table.optional(&["codeIdeo2"]);
    let state = table.optional(&["Etat_Libelle"]);
    let romes: Vec<(Box<str>, Column)> = (1..=5)
        .map(|n| format!("Code_Rome_{n}"))
        .filter_map(|name| Some((name.as_str().into(), table.optional(&[&name])?)))
        .collect();
    let valideur = table.optional(&["valideur"]);
    let (mut refused, mut records, mut former) = (Vec::new(), Vec::new(), Vec::new());
    for row in table.rows() {
        let kind = match &*row.text(kind) {
            "Master" => Kind::Master,
            "Licence" => Kind::Licence,
            _ => {
                draft.report.leave_out("certifications qui ne sont ni un master ni une licence");
                continue;
            }
        };
        if row.some(state).is_some_and(|state| state != "Publié") {
            draft.report.leave_out("certifications qui ne sont plus publiées");
            continue;
        }
        let name = shown_title(&row.text(title));
        if name.is_empty() {
            refused.push((row.line, "Libelle_Diplome".into(), "l'intitulé manque".to_owned()));
            continue;
        }
        let unreadable = [Some(rncp), older].into_iter().find_map(|column| {
            row.some(column).filter(|text| codes::rncp(text).is_none()).map(std::borrow::Cow::into_owned)
        });
        if let Some(text) = unreadable {
            refused.push((
                row.line,
                "Code_RNCP".into(),
                format!("`{text}` n'est pas un numéro du RNCP : un tableur l'a-t-il enregistré ?"),
            ));
            continue;
        }
        let cited = romes.iter().filter_map(|(name, rome)| Some((name, row.some(Some(*rome))?)));
        let cited: Result<Vec<String>, _> =
            cited.map(|(name, text)| codes::rome(&text).ok_or((name, text.into_owned()))).collect();
        let romes = match cited {
            Ok(romes) => romes,
            Err((name, text)) => {
                refused.push((row.line, name.clone(), format!("`{text}` n'est pas un code ROME")));
                continue;
            }
        };
        let number = |text: &str| codes::rncp(text).unwrap_or_default();
        let codes: Vec<_> = row.some(Some(rncp)).map(|text| ("RNCP", number(&text))).into_iter().collect();
        let mut further_codes = vec![("CERTIFINFO", row.text(id).into_owned())];
        further_codes.extend(row.some(older).map(|text| ("RNCP", number(&text))));
        further_codes
            .extend(row.some(onisep).filter(|text| text.starts_with("FOR.")).map(|text| ("ONISEP", text.into_owned())));
        let facts = Facts { name: name.clone(), codes, further_codes, ..Facts::default() };
        if kind == Kind::Licence {
            match draft.certain(Kind::Licence, &name, &[]) {
                Some(licence) => draft.add(&licence, facts, &source),
                None => draft.report.leave_out("licences qu'aucune autre source ne relie à un master"),
            }
            continue;
        }
        let Some(master) = draft.put(Kind::Master, facts, Standing::Secondary, &source, &row.reference()) else {
            draft.report.leave_out("masters voisins d'un master connu, à juger");
            continue;
        };
        let predecessor = row.some(replaced).map(|title| shown_title(&title));
        if let Some(before) = predecessor.and_then(|title| draft.certain(Kind::Master, &title, &[]))
            && before != master
        {
            draft.relate(Relation::Near, &before, &master, weights::SUCCEEDS, &source, &row.reference());
        }
        let awarded_by = row.some(valideur).map(|names| names.split(',').map(|name| name.trim().to_owned()).collect());
        let current = row.some(Some(rncp)).map(|text| number(&text));
        if let (Some(new), Some(old)) = (&current, row.some(older)) {
            former.push((number(&old), new.clone()));
        }
        let awarded_by = awarded_by.unwrap_or_default();
        records.push(Record { master, number: current, romes, awarded_by, row: row.reference() });
    }
    for (old, new) in former {
        draft.register.note_former(&old, &new);
    }
    put_outlets(draft, &records, &source);
    set.refuse(Part::CertifInfo, refused)
}

/// A published record of a master.
#[derive(Clone, Debug)]
pub struct Record {
    master: Key,
    number: Option<String>,
    romes: Vec<String>,
    awarded_by: Vec<String>,
    row: Box<str>,
}

/// States the outlets of each record: of its mention, unless the record speaks for a few of the mention's establishments,
/// or a newer record takes its place.
/// Three names, and how many more.
fn few(names: &[String]) -> String {
    match names.len() {
        0..=4 => names.join(", "),
        many => format!("{} et {} autres", names[..3].join(", "), many - 3),
    }
}

fn put_outlets(draft: &mut Draft<'_>, records: &[Record], source: &Key) {
    let breadth = |draft: &Draft<'_>, record: &Record| {
        let known = record.number.as_ref().and_then(|number| draft.register.breadth(number));
        known.unwrap_or(record.awarded_by.len())
    };
    let mut broadest: BTreeMap<&Key, usize> = BTreeMap::new();
    for record in records {
        let widest = broadest.entry(&record.master).or_default();
        *widest = (*widest).max(breadth(draft, record));
    }
    for record in records {
        if record.number.as_ref().is_some_and(|number| draft.register.replaced_by(number).is_some()) {
            draft.report.leave_out("notices d'un numéro qu'un plus récent remplace");
            continue;
        }
        let local = Register::is_local(breadth(draft, record), broadest[&record.master]);
        let of_few = local.then(|| format!("selon la certification délivrée par {}", few(&record.awarded_by)));
        let weight = weights::CERTIF_INFO_LEADS_TO * if local { weights::OF_A_FEW } else { 1.0 };
        for code in &record.romes {
            let cited = Cited { code, label: None, source, row: &record.row };
            outlets::add(draft, &record.master, cited, weight, of_few.as_deref());
        }
    }
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "certif-info",
        slug: set.edition(),
        name: "Certif Info, base nationale des certifications".to_owned(),
        date: set.date(),
        edition: None,
        publisher: "Réseau des Carif-Oref",
        licence: "non précisée par le fichier ; à confirmer auprès de l'éditeur",
        url: "https://www.intercariforef.org/certif-info",
        replaces_older: true,
    }
}
