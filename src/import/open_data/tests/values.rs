//! Values that cannot be read are refused by line and column, never taken for something that is not published.

use super::*;

const RATES: &str = "annee;numero_de_l_etablissement;etablissement;code_de_l_academie;code_de_la_discipline;discipline;situation;taux_dinsertion;emplois_stables;salaire_net_median_des_emplois_a_temps_plein
2020;0010001A;Université de la Source;A01;disc01;Chimie;30 mois après le diplôme;95,5;71 %;1950.0
2020;0010001A;Université de la Source;A01;disc02;Droit;30 mois après le diplôme;ns;ns;nd
";
const SOUND_RATE: &str =
    "2019;0010001A;Université de la Source;A01;disc01;Chimie;30 mois après le diplôme;90;70;1900\n";

#[test]
fn shares_have_decimals_and_what_is_no_figure_is_refused_by_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", ESTABLISHMENTS);
    let bad = SOUND_RATE.replace(";70;", ";sept;");
    write(folder.path(), "i.csv", padded(&(RATES.to_owned() + &bad), SOUND_RATE, 30));
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    let source = outcome.report.sources.iter().find(|source| source.format == "insertion").unwrap();
    assert_eq!(source.left_out.values().sum::<u64>(), 1, "{:?}", source.left_out);
    let [refused] = &source.refused_rows[..] else { panic!("{:?}", source.refused_rows) };
    assert_eq!((refused.line, &*refused.column), (4, "emplois_stables"));
    let university = graph.node(graph.find("university/universite-de-la-source").unwrap());
    let told = university.attributes().outcomes.iter().find(|outcome| outcome.year == 2020).unwrap();
    assert_eq!((told.employed, told.stable, told.median_salary), (Some(0.955), Some(0.71), Some(1950)));
}

#[test]
fn a_number_of_the_register_is_read_with_or_without_its_prefix_and_a_damaged_one_is_refused() {
    let folder = all_files();
    let (sound, _) = import(folder.path(), &Graph::empty());
    let sent = |text: &str| {
        write(folder.path(), "x_2026_02_01_r.csv", padded(text, "\"RS2\";\"X1101\";\"x\"\n", 40));
        import(folder.path(), &Graph::empty())
    };
    let (graph, _) = sent(&RNCP_ROME.replace("RNCP800", "800").replace("RNCP900", "900.0"));
    merge::same_facts(&graph, &sound);
    let (_, outcome) = sent(&RNCP_ROME.replace("RNCP800", "RNCP8.0E2"));
    let source = outcome.report.sources.iter().find(|source| source.format == "rncp").unwrap();
    assert_eq!((source.refused_rows[0].line, &*source.refused_rows[0].column), (2, "Numero_Fiche"));
}

#[test]
fn a_code_of_rome_is_read_with_a_space_and_a_damaged_one_is_refused() {
    let folder = all_files();
    let (sound, _) = import(folder.path(), &Graph::empty());
    let sent = |text: &str| {
        write(folder.path(), "c.csv", padded(text, "79;CAP;Certificat;03/05/2024;;;;;Publié\n", 40));
        import(folder.path(), &Graph::empty())
    };
    let (graph, _) = sent(&CERTIF_INFO.replace(";X1101;", ";x 1101;"));
    merge::same_facts(&graph, &sound);
    let (_, outcome) = sent(&CERTIF_INFO.replace(";X1101;", ";X11;"));
    let source = outcome.report.sources.iter().find(|source| source.format == "certif-info").unwrap();
    assert_eq!((source.refused_rows[0].line, &*source.refused_rows[0].column), (2, "Code_Rome_1"));
}

#[test]
fn an_address_that_is_none_is_no_code_of_esco() {
    let folder = all_files();
    let head = "classification 1 ID,classification 1 prefered label,classification 2 ID,classification 2 prefered label,mapping relation\n";
    let sound = "http://data.europa.eu/esco/occupation/1,conteur,22,Conteur,skos:closeMatch\n";
    let text = format!("{head}javascript:alert(1),conteur,22,Conteur,skos:closeMatch\n");
    write(folder.path(), "FR_20230607_mapping.csv", padded(&text, sound, 40));
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    let source = outcome.report.sources.iter().find(|source| source.format == "esco-rome").unwrap();
    assert_eq!(source.refused, 1, "{:?}", source.left_out);
    assert!(graph.nodes().all(|(_, node)| node.codes.iter().all(|code| !code.value.starts_with("javascript"))));
}

#[test]
fn a_row_that_stands_twice_is_one_universitys_advice() {
    let folder = tempfile::tempdir().unwrap();
    let row = "2021;0010001A;Université de la Source;1;Médiation des savoirs;diplôme;1;;;Droit;PAY01\n";
    let head = MENTIONS.lines().next().unwrap().to_owned() + "\n";
    write(folder.path(), "b.csv", head + &row.repeat(2));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let opens = edge(&graph, Relation::Opens, "licence/droit", "master/mediation-des-savoirs").unwrap();
    assert_eq!(opens.condition.as_deref(), Some("conseillée par la seule université qui en conseille (2021)"));
}

#[test]
fn what_may_not_be_stored_changes_nothing_when_it_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let name = "Université de la Source";
    assert!(ESTABLISHMENTS.contains(name));
    write(folder.path(), "a.csv", ESTABLISHMENTS.replace(name, "Université\u{7} de\u{202e} la Source"));
    let (graph, first) = import(folder.path(), &Graph::empty());
    assert!(first.report.tidied > 0 && graph.nodes().all(|(_, node)| !node.name.contains(['\u{7}', '\u{202e}'])));
    let (_, second) = import(folder.path(), &graph);
    assert!(second.report.changes_nothing() && second.report.tidied == 0, "{:?}", second.changes);
}
