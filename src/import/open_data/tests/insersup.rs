//! InserSup: the salaried in France and their pay, of a mention in all of France and at a university; and nothing more.

use super::*;

const TECHNICAL: &str = "promo;uo_lib;etablissement;id_paysage;type_diplome_long;libelle_diplome;obtention_diplome;genre;nationalite;regime_inscription;tx_sortants_en_emploi_sal_fr_18;tx_sortants_en_emploi_sal_fr_30;salaire_q2_18;salaire_q2_30\n";
const LABELS: &str = "Promotion;Établissement;Code UAI de l'établissement;id_paysage;Type de diplôme;Libellé du diplôme;Obtention du diplôme;Genre;Nationalité;Régime d'inscription;18-Taux d'emploi salarié en France - 18 mois après le diplôme;30-Taux d'emploi salarié en France - 30 mois après le diplôme;18-Salaire mensuel net médian en équivalent temps plein - 18 mois après le diplôme;30-Salaire mensuel net médian en équivalent temps plein - 30 mois après le diplôme\n";
const ROWS: &str = "2022;National;;;Master LMD;DROIT LACUSTRE;diplômé;ensemble;ensemble;ensemble;80.5;nd;1900;nd
2023;National;;;Master LMD;DROIT LACUSTRE;diplômé;ensemble;ensemble;ensemble;82.25;nd;nd;nd
2023;Université du Lac;0020002B;;Master LMD;DROIT LACUSTRE;diplômé;ensemble;ensemble;ensemble;nd;90,91;nd;2100
2023;National;;;Master LMD;DROIT LACUSTRE;diplômé;femme;ensemble;ensemble;1;1;1;1
2023;National;;;Master LMD;DROIT LACUSTRE;ensemble;ensemble;ensemble;ensemble;2;2;2;2
2022,2023;National;;;Master LMD;DROIT LACUSTRE;diplômé;ensemble;ensemble;ensemble;3;3;3;3
2023;National;;;Licence générale;DROIT LACUSTRE;diplômé;ensemble;ensemble;ensemble;4;4;4;4
2023;National;;;Master LMD;Tout master LMD;diplômé;ensemble;ensemble;ensemble;5;5;5;5
2023;École Inconnue;0999999Z;;Master LMD;DROIT LACUSTRE;diplômé;ensemble;ensemble;ensemble;6;6;6;6
";

fn imported(header: &str) -> Graph {
    let folder = all_files();
    write(folder.path(), "i.csv", format!("{header}{ROWS}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
    graph
}

#[test]
fn the_newest_figures_are_told_as_what_they_are() {
    let graph = imported(TECHNICAL);
    let outcomes = |key: &str| &graph.node(graph.find(key).unwrap()).attributes().outcomes;
    let [france] = &outcomes("master/droit-lacustre")[..] else { panic!("{:?}", outcomes("master/droit-lacustre")) };
    assert_eq!((france.year, france.months, france.salaried, france.median_salary), (2023, 18, Some(0.8225), None));
    assert_eq!(france.employed, None, "the salaried in France are no rate of insertion");
    assert!(france.population.contains("toute la France") && france.population.contains("salariés en France"));
    let [lake] = &outcomes("university/universite-du-lac")[..] else { panic!() };
    assert_eq!((lake.year, lake.months, lake.salaried, lake.median_salary), (2023, 30, Some(0.9091), Some(2100)));
    assert!(lake.population.starts_with("mention Droit lacustre"));
    assert_eq!(lake.row.as_deref(), Some("l. 4"));
    merge::same_facts(&graph, &imported(LABELS));
}

#[test]
fn a_file_of_which_a_telling_column_has_changed_is_refused_by_name() {
    let folder = all_files();
    let header = TECHNICAL.replace("tx_sortants_en_emploi_sal_fr_18", "taux_emploi_salarie_18");
    write(folder.path(), "i.csv", format!("{header}{ROWS}"));
    let (_, outcome) = import(folder.path(), &Graph::empty());
    let [refused] = &outcome.report.refused_files[..] else { panic!("{}", outcome.report) };
    assert!(refused.file == "i.csv" && refused.reason.contains("insersup"), "{refused:?}");
    assert!(refused.reason.contains("`tx_sortants_en_emploi_sal_fr_18`"), "{refused:?}");
}
