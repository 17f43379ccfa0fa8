//! What became of graduates of master in all of France (MESR survey), by sector of discipline, as outcomes of the source itself:
//! no university and no mention is meant.

use crate::import::open_data::description::{Description, Takes, greatest, table, year};
use crate::import::open_data::draft::edition::{ETALAB, Edition};
use crate::import::open_data::draft::{Draft, Facts};
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Part;
use crate::import::open_data::set::Set;
use crate::import::open_data::sources::insertion::month;
use crate::model::{Attributes, Outcome};

/// What the import knows of the format.
pub const DESCRIPTION: Description = Description {
    family: |_| Some("insertion-master-france"),
    takes: Takes::NewestOfEach,
    tables: &[table(
        Part::InsertionNational,
        &[
            &["code_du_secteur_disciplinaire"],
            &["secteur_disciplinaire"],
            &["genre"],
            &["situation"],
            &["taux_d_insertion", "taux_dinsertion"],
        ],
    )],
    edition: |_, table| greatest(table, &["annee"], year),
    apply,
};

/// Adds outcomes to the source.
///
/// # Errors
/// When a column is missing or too many rows are refused.
pub fn apply(set: &mut Set, draft: &mut Draft<'_>) -> Result<(), OpenDataError> {
    let source = draft.begin(&edition(set));
    let table = set.need(Part::InsertionNational)?;
    let year = table.column(&["annee"])?;
    let sector = table.column(&["secteur_disciplinaire"])?;
    let gender = table.column(&["genre"])?;
    let situation = table.column(&["situation"])?;
    let employed = table.column(&["taux_d_insertion", "taux_dinsertion"])?;
    let answers = table.optional(&["nombre_de_reponses"]);
    let stable = table.optional(&["part_des_emplois_stables", "emplois_stables"]);
    let qualified = table.optional(&[
        "part_des_emplois_de_niveau_cadre_ou_profession_intermediaire",
        "emplois_cadre_ou_professions_intermediaires",
    ]);
    let pay = table.optional(&[
        "salaire_net_mensuel_median_des_emplois_a_temps_plein",
        "salaire_net_median_des_emplois_a_temps_plein",
    ]);
    let mut outcomes = Vec::new();
    let mut refused = Vec::new();
    for row in table.rows() {
        if row.text(gender) != "femmes et hommes" {
            draft.report.leave_out("chiffres des femmes et des hommes à part");
            continue;
        }
        let Ok(year) = row.text(year).parse() else {
            refused.push((row.line, "annee".into(), format!("`{}` n'est pas une année", row.text(year))));
            continue;
        };
        let Some(months) = month(&row.text(situation)) else {
            refused.push((row.line, "situation".into(), format!("`{}` n'est ni 18 ni 30 mois", row.text(situation))));
            continue;
        };
        let outcome = Outcome {
            year,
            months,
            population: row.text(sector).into(),
            answers: row.count(answers),
            response_rate: None,
            employed: row.share(Some(employed)),
            salaried: None,
            stable: row.share(stable),
            qualified: row.share(qualified),
            median_salary: row.count(pay),
            source: source.clone(),
            row: Some(row.reference()),
        };
        if let Some(fault) = table.unread(row) {
            refused.push(fault);
            continue;
        }
        if outcome.employed.is_none() && outcome.median_salary.is_none() {
            draft.report.leave_out("lignes sans chiffre (`ns`, `nd` : trop peu de réponses)");
            continue;
        }
        outcomes.push(outcome);
    }
    let name = draft.node(&source).map(|node| node.name.to_string()).unwrap_or_default();
    let attributes = Attributes { outcomes, ..Attributes::NONE };
    draft.add(&source, Facts { name, attributes, ..Facts::default() }, &source);
    set.refuse(Part::InsertionNational, refused)
}

fn edition(set: &Set) -> Edition {
    Edition {
        family: "insertion-master-france",
        slug: set.edition(),
        name: "Insertion professionnelle des diplômés de master, données nationales".to_owned(),
        date: set.date(),
        edition: set.date().map(|year| format!("diplômés jusqu'à {year}")),
        publisher: "Ministère de l'Enseignement supérieur et de la Recherche",
        licence: ETALAB,
        url: "https://data.enseignementsup-recherche.gouv.fr/explore/dataset/fr-esr-insertion_professionnelle-master_donnees_nationales/",
        replaces_older: true,
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::Graph;
    use crate::import::open_data::Reviews;
    use crate::import::open_data::Silent;
    use crate::import::open_data::directory;

    const TABLE: &str = "\u{feff}Année;situation;Genre;Code du secteur disciplinaire;Secteur disciplinaire;Nombre de réponses;\
        Taux d’insertion;Part des emplois stables;Salaire net mensuel médian des emplois à temps plein\r\n\
        2020;30 mois après le diplôme;femmes et hommes;disc01;Chimie;812;91;70;2080\r\n\
        2020;30 mois après le diplôme;femmes;disc01;Chimie;400;90;70;2000\r\n\
        2020;18 mois après le diplôme;femmes et hommes;disc02;Odontologie;12;ns;ns;ns\r\n";

    #[test]
    fn the_figures_of_all_of_france_are_of_the_source_itself() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), TABLE).unwrap();
        let outcome = directory(folder.path(), &Graph::empty(), Reviews::default(), &Silent).unwrap();
        let graph = Graph::empty().apply(&outcome.changes).unwrap().graph;
        let source = graph.node(graph.find("source/insertion-master-france-2020").unwrap());
        let [told] = &*source.attributes().outcomes else { panic!("{:?}", source.attributes().outcomes) };
        assert_eq!((told.year, told.months, &*told.population, told.answers), (2020, 30, "Chimie", Some(812)));
        assert_eq!((told.employed, told.stable, told.median_salary), (Some(0.91), Some(0.7), Some(2080)));
        assert_eq!(told.row.as_deref(), Some("l. 2"));
        let again = directory(folder.path(), &graph, Reviews::default(), &Silent).unwrap();
        assert!(again.report.changes_nothing());
        std::fs::write(folder.path().join("a.csv"), TABLE.replace("Part des emplois stables", "Emplois durables"))
            .unwrap();
        let renamed = directory(folder.path(), &graph, Reviews::default(), &Silent).unwrap();
        assert!(renamed.report.changes_nothing(), "{:?}", renamed.changes);
        let [held] = &renamed.report.held_back[..] else { panic!("{}", renamed.report) };
        assert_eq!((held.format, &*held.what, held.before), ("insertion-nationale", "« emplois stables »", 1));
    }
}
