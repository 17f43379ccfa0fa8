//! What a file is, by its content: the columns of its table tell the format, whatever the file is called.
//!
//! A name only helps to date an edition of a data set whose content does not say (`…_v460_…`, `…_2026_02_01.csv`).

use sha2::{Digest, Sha256};

use super::OpenDataError;
use super::archive;
use super::format::{Format, Signature};
use super::markup;
use super::report::LeftAside;
use super::table::Table;

/// One kind of table of one format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Establishments, under label or technical headers.
    Etablissements,
    /// Mentions offered, by campaign.
    TrouverMonMaster,
    /// Parcours with their admissions.
    MonMaster,
    /// ROME: jobs.
    RomeJobs,
    /// ROME: appellations.
    RomeAppellations,
    /// ROME: skills.
    RomeSkills,
    /// ROME: knowledge.
    RomeKnowledge,
    /// ROME: which job asks for what, and what is core.
    RomeCoherence,
    /// ROME: moves.
    RomeMobility,
    /// ROME: sectors of jobs.
    RomeSectors,
    /// ROME: RIASEC letters of jobs.
    RomeRiasec,
    /// ROME: definitions of jobs.
    RomeTexts,
    /// ROME: another table of the set, which has nothing for the graph.
    RomeOther,
    /// RNCP: ROME codes of certifications.
    RncpRome,
    /// RNCP: titles of certifications.
    RncpStandard,
    /// RNCP: which certification follows which.
    RncpSuccession,
    /// RNCP: certifiers.
    RncpCertifiers,
    /// RNCP: « blocs de compétences ».
    RncpBlocs,
    /// RNCP: another part, which has nothing for the graph.
    RncpOther,
    /// Certif Info.
    CertifInfo,
    /// Onisep: codes of certifications side by side.
    OnisepCodes,
    /// Onisep: jobs.
    OnisepJobs,
    /// Onisep: courses of study.
    OnisepDiplomas,
    /// What became of graduates.
    Insertion,
    /// ESCO: occupations in French.
    EscoOccupations,
    /// ESCO: skills in French.
    EscoSkills,
    /// ESCO: which occupation asks for which skill.
    EscoRelations,
    /// ESCO: another table of the set, or one in another language.
    EscoOther,
}

impl Part {
    /// The format that it belongs to.
    pub fn format(self) -> Format {
        let of = |description: &&super::format::Description| description.tables.iter().any(|table| table.part == self);
        let description = Format::ALL.into_iter().map(Format::description).find(of);
        description.map(|description| description.format).expect("parts come from descriptions")
    }
}

/// A recognised table.
#[derive(Debug)]
pub struct Document {
    /// What it is.
    pub part: Part,
    /// Its rows.
    pub table: Table,
    /// Its edition: an ISO date, a session, a version. Later editions compare greater within one format.
    pub edition: Option<String>,
    /// The first eight hexadecimal digits of its SHA-256, the edition of a file that tells none.
    pub print: String,
}

/// The tables in a file: one, or those of an archive, with what else the archive holds. A file that is nothing known is
/// an error that says so.
///
/// # Errors
/// When the file is damaged, unknown or hostile; of an archive, when any table in it is.
pub fn documents(name: &str, bytes: &[u8]) -> Result<(Vec<Document>, Vec<LeftAside>), OpenDataError> {
    if !archive::is_zip(bytes) {
        return Ok((vec![document(name, name, bytes)?], Vec::new()));
    }
    let (mut found, mut skipped) = (Vec::new(), Vec::new());
    archive::each_file(name, bytes, |entry, content| {
        if entry == "[Content_Types].xml" {
            return Err(OpenDataError::Unknown {
                file: name.to_owned(),
                reason: "it is a spreadsheet: save its sheet as CSV".to_owned(),
            });
        }
        let shown = format!("{name}/{entry}");
        let is_data = [".csv", ".tsv", ".xml"].iter().any(|end| entry.to_lowercase().ends_with(end));
        match document(&shown, entry, &content) {
            Ok(document) => found.push(document),
            Err(error) if is_data && !matches!(error, OpenDataError::Unknown { .. }) => return Err(error),
            Err(error) => skipped.push(LeftAside { file: shown, reason: error.reason() }),
        }
        Ok(())
    })?;
    if found.is_empty() {
        let reason = skipped.first().map_or("it is an empty archive".to_owned(), |first: &LeftAside| {
            format!("no file of this archive is a known data set: {}: {}", first.file, first.reason)
        });
        return Err(OpenDataError::Unknown { file: name.to_owned(), reason });
    }
    Ok((found, skipped))
}

/// A table; its own name may date it, whatever it lies in.
fn document(shown: &str, name: &str, bytes: &[u8]) -> Result<Document, OpenDataError> {
    let table = if markup::is_xml(bytes) {
        Table::read(shown, &markup::to_delimited(shown, bytes)?)?.of_items()
    } else {
        Table::read(shown, bytes)?
    };
    let part = recognise(&table).ok_or_else(|| OpenDataError::Unknown {
        file: shown.to_owned(),
        reason: format!("its {} columns are those of no known data set", table.width()),
    })?;
    let print = Sha256::digest(bytes).iter().take(4).fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let edition = (part.format().description().edition)(name, &table);
    Ok(Document { part, table, edition, print })
}

/// What a table is, by its columns: the first description that fits.
pub fn recognise(table: &Table) -> Option<Part> {
    let tables = Format::ALL.into_iter().flat_map(|format| format.description().tables);
    let fits = |signature: &&Signature| signature.columns.iter().all(|names| table.optional(names).is_some());
    let part = tables.into_iter().find(fits).map(|signature| signature.part);
    let esco_labels = table.has("conceptUri") && table.has("altLabels");
    part.or_else(|| esco_labels.then(|| esco_kind(table))).map(|part| match part {
        Part::EscoOccupations | Part::EscoSkills if !is_french(table) => Part::EscoOther,
        part => part,
    })
}

/// Labels without the columns that tell skills from occupations: their URIs do.
fn esco_kind(table: &Table) -> Part {
    let uri = table.optional(&["conceptUri"]);
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
    let label = table.optional(&["preferredLabel"]);
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
        let one = |name: &str, text: &str| documents(name, text.as_bytes()).unwrap().0.remove(0);
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
    }

    #[test]
    fn what_is_not_known_is_said_to_be() {
        let error = documents("x.csv", b"a;b\n1;2\n").unwrap_err().to_string();
        assert!(error.contains("x.csv") && error.contains("no known data set"), "{error}");
    }
}
