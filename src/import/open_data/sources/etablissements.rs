//! Main establishments of higher education (MESR): universities with their codes, old and new, and their place.

use crate::import::open_data::description::{Description, Takes, greatest, next_year, table};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::naming::codes;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::review::Standing;
use crate::import::open_data::set::Set;
use crate::model::{Attributes, Key, Kind, Place, clean};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("principaux-etablissements"),
    takes: Takes::NewestOfEach,
    tables: &[table(
        Part::Etablissements,
        &[
            &["identifiant interne", "etablissement_id_paysage"],
            &["libellé", "uo_lib"],
            &["uai - identifiant", "uai"],
            &["siren"],
        ],
    )],
    edition: |_, table| greatest(table, &["date_creation"], founded),
    apply,
};

/// The year in which an establishment was founded, which may be long ago.
fn founded(date: &str) -> Option<String> {
    let year = date.get(..4)?;
    let past = clean::is_date(date) && year.parse::<u64>().is_ok_and(|year| year <= next_year());
    past.then(|| year.to_owned())
}

/// Puts every establishment.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let table = set.need(Part::Etablissements)?;
    let id = table.column(&["identifiant interne", "etablissement_id_paysage"])?;
    let name = table.column(&["libellé", "uo_lib"])?;
    let uai = table.optional(&["uai - identifiant", "uai"]);
    let old_uai = table.optional(&["anciens codes uai", "anciens_codes_uai"]);
    let siren = table.optional(&["siren"]);
    let ror = table.optional(&["Identifiant ROR", "identifiant_ror"]);
    let names = ["nom court", "sigle", "uo_lib_officiel", "champ_recherche", "nom_court"];
    let names: Vec<_> = names.iter().filter_map(|name| table.optional(&[name])).collect();
    let city = table.optional(&["Commune", "com_nom"]);
    let region = table.optional(&["Région", "reg_nom"]);
    let academy = table.optional(&["Académie", "aca_nom"]);
    let url = table.optional(&["site internet", "url"]);
    let mut refused = Vec::new();
    for row in table.rows() {
        let (id, name) = (row.text(id), row.text(name));
        if id.is_empty() || name.is_empty() {
            refused.push((row.line, "libellé", "l'identifiant ou le nom manque".to_owned()));
            continue;
        }
        let current: Vec<String> = uai.map(|c| row.text(c)).iter().flat_map(|text| split(text)).collect();
        let old: Vec<String> = old_uai.map(|c| row.text(c)).iter().flat_map(|text| split(text)).collect();
        let mut codes = vec![("PAYSAGE", id.to_string())];
        codes.extend(current.into_iter().map(|uai| ("UAI", uai)));
        // A legal person may run several establishments: its SIREN identifies none of them.
        let siren = row.some(siren).and_then(|siren| codes::digits(&siren)).map(|siren| ("SIREN", siren));
        let mut further_codes: Vec<_> = old.into_iter().map(|uai| ("UAI", uai)).collect();
        further_codes.extend(siren);
        further_codes.extend(row.some(ror).map(|ror| ("ROR", ror.into_owned())));
        let place = Place {
            city: row.some(city).map(|text| text.into()),
            region: row.some(region).map(|text| text.into()),
            academy: row.some(academy).map(|text| text.into()),
            ..Place::default()
        };
        let aliases = names.iter().flat_map(|column| {
            let text = row.text(*column).into_owned();
            text.split([';', '|'])
                .map(|name| name.split_once(':').map_or(name, |(_, name)| name).trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
        });
        let facts = Facts {
            name: accented(&name),
            aliases: aliases.collect(),
            codes,
            further_codes,
            attributes: Attributes {
                place: (place != Place::default()).then_some(place),
                url: row.some(url).and_then(|text| codes::web_address(&text)),
                ..Attributes::NONE
            },
            ..Facts::default()
        };
        draft.put(Kind::University, facts, Standing::Official, &source, &row.reference());
    }
    set.refuse(Part::Etablissements, refused)
}

fn split(codes: &str) -> impl Iterator<Item = String> {
    let codes = codes.split([';', ',', '|', ' ']).map(str::trim).filter(|code| !code.is_empty());
    codes.map(ToOwned::to_owned).collect::<Vec<_>>().into_iter()
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "principaux-etablissements",
        slug: set.edition(),
        name: "Principaux établissements d'enseignement supérieur".to_owned(),
        date: set.date(),
        edition: None,
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-principaux-etablissements-enseignement-superieur/",
        replaces_older: true,
    }
}

/// The establishment that a row of another data set names, by its codes, else its name; made where it is not known.
pub fn named(
    draft: &mut Draft<'_>,
    name: &str,
    aliases: Vec<String>,
    codes: Vec<(&'static str, String)>,
    source: &Key,
    row: &str,
) -> Option<Key> {
    let facts = Facts { name: name.to_owned(), aliases, codes, ..Facts::default() };
    draft.put(Kind::University, facts, Standing::Official, source, row)
}
