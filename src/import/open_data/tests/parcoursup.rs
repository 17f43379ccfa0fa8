//! Parcoursup: which university recruits for which national licence, under both header forms; and nothing more.

use super::*;

const LABELS: &str = "Session;Statut de l’établissement de la filière de formation (public, privé…);Code UAI de l'établissement;Établissement;Filière de formation très agrégée;Filière de formation détaillée bis\n";
const TECHNICAL: &str = "session;contrat_etab;cod_uai;g_ea_lib_vx;fili;fil_lib_voe_acc\n";
const ROWS: &str = "2025;Public;0010001A;Université de la Source;Licence_Las;Droit
2025;Public;0010001A;Université de la Source;Licence;Droit
2025;Public;0010001A;Université de la Source;Licence_Las;Histoire
2025;Public;0010001A;Université de la Source;Licence;Portail Droit
2025;Public;0010001A;Université de la Source;Licence;Droit, Histoire
2025;Public;0010001A;Université de la Source;BUT;Informatique
2025;Privé enseignement supérieur;0020002B;Université du Lac;Licence;Droit
2025;Public;0999999Z;Lycée Inconnu;Licence;Droit
2024;Public;0020002B;Université du Lac;Licence;Histoire
";

fn imported(header: &str, rows: &str) -> (Graph, Outcome) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", ESTABLISHMENTS);
    write(folder.path(), "p.csv", format!("{header}{rows}"));
    import(folder.path(), &Graph::empty())
}

#[test]
fn a_public_university_awards_the_national_licence_that_a_row_names() {
    let (graph, outcome) = imported(LABELS, ROWS);
    let university = "university/universite-de-la-source";
    let law = edge(&graph, Relation::Awards, university, "licence/droit").unwrap();
    assert_eq!((law.weight.get(), law.condition.as_deref()), (0.95, None), "one of its rows asks for no option");
    assert_eq!(law.statements[0].row.as_deref(), Some("l. 3"), "the row without the option");
    assert_eq!(law.statements[0].source.slug(), "parcoursup-2025");
    let history = edge(&graph, Relation::Awards, university, "licence/histoire").unwrap();
    assert!(history.condition.unwrap().contains("accès santé"));
    let awards = graph.edges().filter(|edge| edge.relation() == Relation::Awards).count();
    assert_eq!(awards, 2, "neither a portal, nor a private establishment, nor another session says so");
    let left_out = &outcome.report.sources.iter().find(|source| source.format == "parcoursup").unwrap().left_out;
    assert_eq!(left_out.values().sum::<u64>(), 6, "{left_out:?}");
    merge::same_facts(&graph, &imported(TECHNICAL, ROWS).0);
}

#[test]
fn a_newer_session_takes_the_place_of_the_older_and_changes_nothing_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", ESTABLISHMENTS);
    write(folder.path(), "p.csv", format!("{TECHNICAL}{ROWS}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    assert!(import(folder.path(), &graph).1.report.changes_nothing());
    let newer = "2026;Public;0010001A;Université de la Source;Licence;Droit\n2026;Public;0020002B;Université du Lac;Licence;Histoire\n";
    write(folder.path(), "p.csv", format!("{TECHNICAL}{newer}"));
    let (newer, _) = import(folder.path(), &graph);
    assert!(edge(&newer, Relation::Awards, "university/universite-de-la-source", "licence/histoire").is_none());
    assert!(edge(&newer, Relation::Awards, "university/universite-du-lac", "licence/histoire").is_some());
}
