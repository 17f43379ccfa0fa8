//! What a file is, by its content: the columns of its table tell the format, whatever the file is called.
//!
//! A name only helps to date an edition of a data set whose content does not say (`…_v460_…`, `…_2026_02_01.csv`).

use std::collections::HashSet;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::import::open_data::description::Signature;
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::{Format, Part};
use crate::import::open_data::read::archive;
use crate::import::open_data::read::columns::{Headers, found_instead, instead};
use crate::import::open_data::read::json;
use crate::import::open_data::read::markup;
use crate::import::open_data::read::sheets;
use crate::import::open_data::read::table::Table;
use crate::import::open_data::refused::LeftAside;
use crate::import::open_data::set::RecognisedTable;
use crate::import::open_data::sources::description;
use crate::model::text::fold;

/// What a file holds.
#[derive(Default)]
pub struct Contents {
    /// Its tables: one, or those of an archive or a workbook.
    pub documents: Vec<RecognisedTable>,
    /// What in it is none of the data sets.
    pub skipped: Vec<LeftAside>,
    /// What in it may not be taken.
    pub refused: Vec<OpenDataError>,
}

/// What is in a file. A damaged part of an archive or a workbook does not stop the others; a file that is nothing known is an
/// error that says so.
///
/// # Errors
/// When the file itself is damaged, unknown or hostile.
pub fn contents(name: &str, bytes: &[u8]) -> Result<Contents, OpenDataError> {
    let mut contents = Contents::default();
    if sheets::is_workbook(bytes) {
        contents.take_sheets(name, bytes)?;
        return contents.known(name, "e feuille");
    }
    if !archive::is_zip(bytes) {
        contents.documents.push(document(name, name, bytes)?);
        return Ok(contents);
    }
    archive::each_file(name, bytes, |entry, content| {
        let shown = format!("{name}/{entry}");
        let read = content.and_then(|content| {
            if sheets::is_workbook(&content) {
                return contents.take_sheets(&shown, &content);
            }
            if archive::is_zip(&content) {
                let reason = "c'est une archive dans une archive : ouvrez-la et donnez ce qu'elle contient".to_owned();
                return Err(OpenDataError::Archive { file: shown.clone(), reason });
            }
            // Only the file's own name may date it.
            let own = entry.rsplit('/').next().unwrap_or(entry);
            contents.documents.push(document(&shown, own, &content)?);
            Ok(())
        });
        if let Err(error) = read {
            contents.leave(&shown, error);
        }
    })?;
    contents.known(name, " fichier")
}

impl Contents {
    fn take_sheets(&mut self, name: &str, bytes: &[u8]) -> Result<(), OpenDataError> {
        for (sheet, csv) in sheets::to_delimited(name, bytes)? {
            match document(&format!("{name}/{sheet}"), name, &csv) {
                Ok(document) => self.documents.push(document),
                Err(OpenDataError::Unknown { file, reason }) => self.skipped.push(LeftAside::new(file, reason)),
                Err(error) => self.refused.push(error),
            }
        }
        Ok(())
    }

    fn leave(&mut self, file: &str, error: OpenDataError) {
        match foreign(file, &error) {
            Some(aside) => self.skipped.push(aside),
            None => self.refused.push(error),
        }
    }

    fn known(self, name: &str, what: &str) -> Result<Contents, OpenDataError> {
        if self.documents.is_empty() && self.refused.is_empty() {
            return Err(none_known(name, what, &self.skipped));
        }
        Ok(self)
    }
}

/// A file that cannot be taken because it is just something else: nothing known, or no table where its name promises none.
pub fn foreign(file: &str, error: &OpenDataError) -> Option<LeftAside> {
    const DATA: [&str; 7] = ["csv", "tsv", "xml", "zip", "json", "xlsx", "ods"];
    let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let is_data = extension.is_some_and(|extension| DATA.contains(&&*extension));
    match error {
        OpenDataError::Unknown { .. } => Some(LeftAside::new(file, error.reason())),
        OpenDataError::Changed { .. } => None,
        // Prose has lines of any number of cells: which of them are damaged says nothing.
        OpenDataError::TooManyRefused { .. } if !is_data => {
            Some(LeftAside::new(file, "ce n'est pas le tableau d'un jeu de données connu"))
        }
        _ => (!is_data).then(|| LeftAside::new(file, error.reason())),
    }
}

fn none_known(name: &str, what: &str, skipped: &[LeftAside]) -> OpenDataError {
    let reasons = skipped.iter().take(5).map(|aside| format!("{}: {}", aside.file, aside.reason));
    let reasons: Vec<String> = reasons.collect();
    let reason = match &reasons[..] {
        [] => format!("il ne contient aucun{what}"),
        _ => format!("rien de ce qu'il contient n'est un jeu de données connu : {}", reasons.join("; ")),
    };
    OpenDataError::Unknown { file: name.to_owned(), reason }
}

/// A table; its own name may date it, whatever it lies in.
fn document(shown: &str, name: &str, bytes: &[u8]) -> Result<RecognisedTable, OpenDataError> {
    let mut table = if json::is_json(bytes) {
        Table::read(shown, &json::to_delimited(shown, bytes)?, ITEMS)?.of_items()
    } else if markup::is_xml(bytes) {
        Table::read(shown, &markup::to_delimited(shown, bytes)?, ITEMS)?.of_items()
    } else {
        Table::read(shown, bytes, HEADERS)?
    };
    let part = recognise(&table).ok_or_else(|| unknown(&table))?;
    let print = Sha256::digest(bytes).iter().take(4).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    table.check_columns()?;
    let edition = (description(part.format()).edition)(name, &mut table);
    table.check_share(table.rows().len() + table.refused.len())?;
    Ok(RecognisedTable { part, table, edition, print })
}

/// Every table that is known, in the order in which they are tried.
fn signatures() -> impl Iterator<Item = &'static Signature> {
    Format::ALL.into_iter().flat_map(|format| description(format).tables)
}

const HEADERS: Headers = Headers { share: known, taken };
/// The fields of items have no line of their own to look for.
const ITEMS: Headers = Headers { share: |_| 0.0, taken };

/// Whether a column is one by which some table is known.
fn taken(name: &str) -> bool {
    static TELLING: OnceLock<HashSet<String>> = OnceLock::new();
    let telling = || signatures().flat_map(|one| one.columns.iter().copied().flatten());
    TELLING.get_or_init(|| telling().map(|name| fold(name)).collect()).contains(&fold(name))
}

/// How much of a known header a line is: the greatest share of a table's telling columns that it has.
fn known(cells: &[&str]) -> f64 {
    let folded: HashSet<String> = cells.iter().map(|cell| fold(cell)).collect();
    let share = |signature: &Signature| {
        let has = |names: &&&[&str]| names.iter().any(|name| folded.contains(&fold(name)));
        signature.columns.iter().filter(has).count() as f64 / signature.columns.len() as f64
    };
    // Of tables of one column a single word would be a header.
    signatures().filter(|signature| signature.columns.len() > 1).map(share).fold(0.0, f64::max)
}

/// Why a table is none that is known: which one it is nearest to, and the columns that differ. A table that has most of the
/// columns of one, or others in their place, is that one in a new layout, and refused; anything else is just not ours.
fn unknown(table: &Table) -> OpenDataError {
    let missing = |signature: &Signature| -> Vec<&'static str> {
        let lacks = signature.columns.iter().filter(|names| table.find(names).is_none());
        lacks.filter_map(|names| names.first().copied()).collect()
    };
    let share = |signature: &Signature, lacking: usize| 1.0 - lacking as f64 / signature.columns.len() as f64;
    let nearest = signatures()
        .map(|signature| (signature, missing(signature)))
        .max_by(|(a, lacking), (b, fewer)| share(a, lacking.len()).total_cmp(&share(b, fewer.len())));
    let file = table.file.to_string();
    let shown: Vec<&str> = table.names().take(6).collect();
    let more = if table.width() > shown.len() { "…" } else { "" };
    let columns = format!("ses {} colonnes ({}{more})", table.width(), shown.join(", "));
    let Some((signature, lacking)) = nearest.filter(|(signature, lacking)| share(signature, lacking.len()) > 0.0)
    else {
        return OpenDataError::Unknown {
            file,
            reason: format!("{columns} ne sont celles d'aucun jeu de données connu"),
        };
    };
    let (format, part) = (signature.part.format(), signature.part.name());
    let differs = lacking.iter().map(|column| format!("`{column}`{}", found_instead(column, table.names(), taken)));
    let differs = differs.collect::<Vec<_>>().join(", ");
    let replaced = lacking.iter().all(|column| instead(column, table.names(), taken).is_some());
    let share = share(signature, lacking.len());
    let own = (signature.columns.len() - lacking.len()) * 2 >= table.width();
    if share >= 0.75 || (share >= 0.6 && own) || (share >= 0.5 && replaced) {
        let reason = format!("table {part} de {format}, dans une forme inconnue : la colonne {differs} manque");
        OpenDataError::Changed { file, reason }
    } else {
        let reason = format!(
            "{columns} ne sont celles d'aucun jeu de données connu ; le plus proche est la table {part} de {format}, qui a aussi {differs}"
        );
        OpenDataError::Unknown { file, reason }
    }
}

/// What a table is, by its columns: the first description that fits.
pub fn recognise(table: &Table) -> Option<Part> {
    let fits = |signature: &&Signature| signature.columns.iter().all(|names| table.find(names).is_some());
    let part = signatures().find(fits).map(|signature| signature.part);
    let esco_labels = table.has("conceptUri") && table.has("altLabels");
    part.or_else(|| esco_labels.then(|| esco_kind(table))).map(|part| match part {
        Part::EscoOccupations | Part::EscoSkills if !is_french(table) => Part::EscoOther,
        part => part,
    })
}

/// Labels without the columns that tell skills from occupations: their URIs do.
fn esco_kind(table: &Table) -> Part {
    let uri = table.find(&["conceptUri"]);
    let first = table.rows().iter().find_map(|row| row.some(uri)).unwrap_or_default();
    if first.contains("/occupation/") {
        Part::EscoOccupations
    } else if first.contains("/skill/") {
        Part::EscoSkills
    } else {
        Part::EscoOther
    }
}

/// Whether labels are in French: accented letters and articles are common there, and absent from English.
fn is_french(table: &Table) -> bool {
    let label = table.find(&["preferredLabel"]);
    let rows = table.rows().iter().take(300);
    let (mut all, mut french) = (0, 0);
    for text in rows.filter_map(|row| row.some(label)) {
        all += 1;
        let articles = [" de ", " des ", " du ", " d’", " d'", " la ", " les ", " l’", " l'", " en "];
        french += usize::from(!text.is_ascii() || articles.iter().any(|article| text.contains(article)));
    }
    2 * french > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_format_and_the_edition() {
        let one = |name: &str, text: &str| contents(name, text.as_bytes()).unwrap().documents.remove(0);
        let rncp = one("x_2026_02_01.csv", "\"Numero_Fiche\";\"Codes_Rome_Code\"\n\"RNCP1\";\"M1203\"\n");
        assert_eq!((rncp.part, rncp.edition.as_deref()), (Part::RncpRome, Some("2026-02-01")));
        let rome = one("a_v460_b.csv", "\"code_rome\",\"code_ogr\",\"coeur_metier\"\n\"A1101\",\"1\",\"\"\n");
        assert_eq!((rome.part, rome.edition.as_deref()), (Part::RomeCoherence, Some("v460")));
        let labels = "conceptUri,preferredLabel,altLabels\nhttp://data.europa.eu/esco/skill/1,gérer,\n";
        assert_eq!(one("s.csv", labels).part, Part::EscoSkills);
        let english = "conceptType,conceptUri,iscoGroup,preferredLabel\nOccupation,http://x/occupation/1,1,baker\n";
        assert_eq!(one("o.csv", english).part, Part::EscoOther);
        let item = "<root><item><libelle_metier>acteur</libelle_metier><code_rome>L1203</code_rome></item></root>";
        assert_eq!(one("o.xml", item).part, Part::OnisepJobs);
        let json = "[{\"libelle_metier\":\"acteur\",\"code_rome\":\"L1203\",\"annee\":2024}]";
        let jobs = one("o.json", json);
        assert_eq!((jobs.part, jobs.edition.as_deref()), (Part::OnisepJobs, Some("2024")));
        assert_eq!(&*jobs.table.rows()[0].reference(), "élément 1");
    }

    #[test]
    fn a_part_is_of_the_format_that_describes_it() {
        for format in Format::ALL {
            assert!(description(format).tables.iter().all(|table| table.part.format() == format), "{format}");
        }
    }

    #[test]
    fn what_is_not_known_is_said_to_be() {
        let error = contents("x.csv", b"a;b\n1;2\n").map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("x.csv") && error.contains("aucun jeu de données connu"), "{error}");
    }
}
