//! Mon Master: ways of one parcours, places, capitals, sessions, both header forms.

use super::*;
use crate::import::open_data::coverage::Share;
use crate::model::{Admission, FromOrigin, Modality, Origin};

const HEADER: &str = "Session;Phase complémentaire;Identifiant de l'établissement;Libellé de l'établissement;Identifiant de la formation;Identifiant navette de mention;Intitulé de la mention;Identifiant navette de parcours;Intitulé du parcours;Alternance;Modalités d'enseignement;Lieu(x) de formation;Capacité offerte limitée par la formation;Effectif de candidats ayant confirmé une candidature en phase principale;Rang du dernier appelé en phase principale;Effectif de candidats ayant confirmé une candidature en phase complémentaire\n";
const TECHNICAL: &str = "session;eta_uai;eta_nom;ifc;inm;mention;inmp;parcours;alternance;modalite_enseignement;lieux_formation;col;n_can;n_clas;n_prop;n_accept;rang_dernier\n";

fn imported(files: &[(&str, &str)]) -> (Graph, Outcome) {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| write(folder.path(), name, text));
    import(folder.path(), &Graph::empty())
}

#[track_caller]
fn node<'g>(graph: &'g Graph, key: &str) -> &'g Node {
    let keys = || graph.nodes().map(|(_, node)| node.key.to_string()).collect::<Vec<_>>();
    graph.node(graph.find(key).unwrap_or_else(|| panic!("no {key} in {:?}", keys())))
}

fn figures(admission: &Admission) -> (&str, Option<u32>, Option<u32>) {
    (admission.phase.as_deref().unwrap_or_default(), admission.capacity, admission.applications)
}

#[test]
fn a_parcours_that_recruits_in_two_ways_keeps_the_figures_of_both() {
    let rows = "2025;1;0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;40
2025;0;0010001A;Université de la Source;9A2;9;BIOLOGIE MARINE;9-01;Rivages;1;APPRENTISSAGE;Campus - BREST (29);10;50;12;\n";
    let (graph, _) = imported(&[("m.csv", &format!("{HEADER}{rows}"))]);
    let parcours = node(&graph, "parcours/rivages-universite-de-la-source");
    let told: Vec<_> = parcours.attributes().admissions.iter().map(figures).collect();
    assert_eq!(
        told,
        [
            ("complémentaire, formation initiale", None, Some(40)),
            ("principale, apprentissage", Some(10), Some(50)),
            ("principale, formation initiale", Some(30), Some(500)),
        ]
    );
    assert_eq!(parcours.attributes().modalities, [Modality::Initial, Modality::Apprenticeship]);
}

/// A row of session 2025: identifiers of formation and parcours, title, way, places, applications.
fn row(ifc: &str, inmp: &str, title: &str, way: &str, places: u32, applications: u32) -> String {
    format!(
        "2025;0;0010001A;Université de la Source;{ifc};9;BIOLOGIE MARINE;{inmp};{title};0;{way};Campus - BREST (29);{places};{applications};;\n"
    )
}

#[test]
fn figures_of_formations_that_share_a_parcours_stand_side_by_side() {
    let initial = row("9A1", "9-01", "Rivages", "INITIALE", 30, 500);
    let by_identifier =
        [("principale, formation 9A1", Some(30), Some(500)), ("principale, formation 9A2", Some(10), Some(50))];
    let by_way =
        [("principale, apprentissage", Some(10), Some(50)), ("principale, formation initiale", Some(30), Some(500))];
    for (other, expected) in [
        (row("9A2", "9-02", "Rivages", "INITIALE", 10, 50), by_identifier),
        (row("9A2", "9-01", "Estuaires", "INITIALE", 10, 50), by_identifier),
        (row("9A2", "", "Rivages", "APPRENTISSAGE", 10, 50), by_way),
        (row("9A2", "9-01", "Rivages", "APPRENTISSAGE", 10, 50).replace("0010001A", "0010001a"), by_way),
    ] {
        let (graph, _) = imported(&[("m.csv", &format!("{HEADER}{initial}{other}"))]);
        let parcours = node(&graph, "parcours/rivages-universite-de-la-source");
        let told: Vec<_> = parcours.attributes().admissions.iter().map(figures).collect();
        assert_eq!((told, graph.nodes_of(Kind::Parcours).len()), (expected.to_vec(), 1), "{other}");
        let university = graph.node(graph.nodes_of(Kind::University)[0]);
        assert_eq!(university.codes.len(), 1, "{:?}", university.codes);
    }
}

#[test]
fn figures_of_formations_without_a_name_stand_side_by_side() {
    let rows = row("9A1", "9-01", "", "INITIALE", 30, 500) + &row("9A2", "9-02", "", "INITIALE", 10, 50);
    let (graph, _) = imported(&[("m.csv", &format!("{HEADER}{rows}"))]);
    let award = edge(&graph, Relation::Awards, "university/universite-de-la-source", "master/biologie-marine").unwrap();
    let award = award.award.unwrap();
    let told: Vec<_> = award.admissions.iter().map(figures).collect();
    assert_eq!(
        told,
        [("principale, formation 9A1", Some(30), Some(500)), ("principale, formation 9A2", Some(10), Some(50))]
    );
}

#[test]
fn a_row_that_stands_twice_counts_once_and_another_of_its_identifier_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let one = row("9A1", "9-01", "Rivages", "INITIALE", 30, 500);
    write(folder.path(), "m.csv", format!("{HEADER}{one}{one}"));
    let (graph, outcome) = import(folder.path(), &Graph::empty());
    let told = |graph: &Graph| {
        let admissions = &node(graph, "parcours/rivages-universite-de-la-source").attributes().admissions;
        admissions.iter().map(|one| format!("{:?}", figures(one))).collect::<Vec<_>>()
    };
    assert_eq!(told(&graph), ["(\"principale\", Some(30), Some(500))"]);
    assert_eq!(outcome.report.sources[0].left_out["formations qui figurent deux fois"], 1);
    let others: String =
        (0..40).map(|n| row(&format!("9B{n}"), "", &format!("Rivage {n}"), "INITIALE", 1, 1)).collect();
    let contradicted = row("9A1", "9-01", "Rivages", "INITIALE", 31, 500);
    write(folder.path(), "m.csv", format!("{HEADER}{one}{contradicted}{others}"));
    let (again, outcome) = import(folder.path(), &graph);
    assert_eq!(told(&again), told(&graph));
    let refused = &outcome.report.sources[0].refused_rows[0];
    assert!(refused.line == 3 && refused.reason.contains("la formation de la ligne 2"), "{refused}");
}

#[test]
fn a_session_again_says_its_figures_anew() {
    let folder = tempfile::tempdir().unwrap();
    let initial = row("9A1", "9-01", "Rivages", "INITIALE", 30, 500);
    let apprentices = row("9A2", "9-01", "Rivages", "APPRENTISSAGE", 10, 50);
    write(folder.path(), "m.csv", format!("{HEADER}{initial}{apprentices}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    write(folder.path(), "m.csv", format!("{HEADER}{initial}"));
    let (again, _) = import(folder.path(), &graph);
    let admissions = &node(&again, "parcours/rivages-universite-de-la-source").attributes().admissions;
    let told: Vec<_> = admissions.iter().map(figures).collect();
    assert_eq!(told, [("principale", Some(30), Some(500))]);
}

#[test]
fn a_table_without_what_tells_phases_and_ways_apart_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let rows = row("9A1", "9-01", "Rivages", "INITIALE", 30, 500);
    let columns = ["Phase complémentaire", "Alternance", "Modalités d'enseignement", "Lieu(x) de formation"];
    for column in columns.into_iter().chain(["Identifiant navette de parcours"]) {
        write(folder.path(), "m.csv", HEADER.replace(column, "Autrement dit") + &rows);
        let error = directory(folder.path(), &Graph::empty(), Reviews::default(), &Silent).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(&format!("`{column}`")), "{error}");
    }
}

#[test]
fn figures_whose_column_is_missing_stay_until_their_loss_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let rows = row("9A1", "9-01", "Rivages", "INITIALE", 30, 500) + &row("9A2", "9-02", "", "INITIALE", 10, 50);
    write(folder.path(), "m.csv", format!("{HEADER}{rows}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let renamed = HEADER.replace("Effectif de candidats ayant confirmé", "Nombre de candidats ayant confirmé");
    write(folder.path(), "m.csv", format!("{renamed}{rows}"));
    let (again, outcome) = import(folder.path(), &graph);
    merge::same_facts(&graph, &again);
    let [held] = &outcome.report.held_back[..] else { panic!("{}", outcome.report) };
    assert_eq!((held.format, &*held.what), ("mon-master", "« candidatures (phase principale) »"));
    assert_eq!((held.before, held.now, &*held.edition), (2, 0, "mon-master-2025"));
    let accepting = Reviews::default().accepting(["mon-master".to_owned()]);
    let outcome = directory(folder.path(), &graph, accepting, &Silent).unwrap();
    let graph = merge::applied(&graph, &outcome.changes);
    let [one] = &node(&graph, "parcours/rivages-universite-de-la-source").attributes().admissions[..] else { panic!() };
    assert_eq!(figures(one), ("principale", Some(30), None));
}

#[test]
fn technical_headers_are_the_same_columns() {
    let row = "2023;0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;1;CONTRAT_PRO;Campus - LYON CEDEX 07 (69);5.0;97;6.0;5;1;5.0\n";
    let (graph, _) = imported(&[("m.csv", &format!("{TECHNICAL}{row}"))]);
    let attributes = node(&graph, "parcours/rivages-universite-de-la-source").attributes();
    let [one] = &attributes.admissions[..] else { panic!("{:?}", attributes.admissions) };
    assert_eq!(figures(one), ("principale", Some(5), Some(97)));
    assert_eq!((one.ranked, one.offered, one.admitted, one.last_rank), (Some(6), Some(5), Some(1), Some(5)));
    assert_eq!(attributes.modalities, [Modality::Professional]);
    assert_eq!(attributes.place.as_ref().and_then(|place| place.city.as_deref()), Some("Lyon"));
}

#[test]
fn what_the_newest_session_lacks_is_marked_and_nothing_changes_the_second_time() {
    let old = "2024;0;0010001A;Université de la Source;9A3;8;OCÉANOGRAPHIE;8-05;Abysses;0;INITIALE;Campus - BREST (29);20;90;40;\n";
    let new = "2025;0;0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", format!("{HEADER}{old}"));
    write(folder.path(), "b.csv", format!("{HEADER}{new}"));
    let (graph, first) = import(folder.path(), &Graph::empty());
    let Share { count, of } = first.report.coverage.masters_with_parcours;
    assert_eq!((count, of), (1, 2), "a closed parcours is none that a master has");
    let closed = node(&graph, "parcours/abysses-universite-de-la-source");
    assert!(closed.retired && closed.description.as_deref().unwrap().contains("session 2025"));
    assert!(!node(&graph, "parcours/rivages-universite-de-la-source").retired);
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn a_parcours_is_closed_with_the_word_of_it_in_one_import() {
    let old = "2024;0;0010001A;Université de la Source;9A3;8;OCÉANOGRAPHIE;8-05;Abysses;0;INITIALE;Campus - BREST (29);20;90;40;\n";
    let new = "2025;0;0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", format!("{HEADER}{old}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    write(folder.path(), "a.csv", format!("{HEADER}{new}"));
    let (graph, _) = import(folder.path(), &graph);
    let closed = node(&graph, "parcours/abysses-universite-de-la-source");
    assert!(closed.retired && closed.description.as_deref().unwrap().contains("session 2025"));
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

#[test]
fn a_part_of_a_session_closes_nothing() {
    let row = |n: usize, session: usize| {
        format!(
            "{session};0;0010001A;Université de la Source;9A{n};9;BIOLOGIE MARINE;9-0{n};Rivage {n};0;INITIALE;Campus - BREST (29);20;90;40;\n"
        )
    };
    let old: String = (1..6).map(|n| row(n, 2024)).collect();
    let new: String = (1..3).map(|n| row(n, 2025)).collect();
    let (graph, outcome) = imported(&[("a.csv", &format!("{HEADER}{old}")), ("b.csv", &format!("{HEADER}{new}"))]);
    assert!(graph.nodes_of(Kind::Parcours).iter().all(|ix| !graph.is_retired(*ix)));
    let [held] = &outcome.report.held_back[..] else { panic!("{}", outcome.report) };
    assert_eq!((held.format, held.before, held.now), ("mon-master", 5, 2));
}

#[test]
fn a_mention_in_capitals_is_the_mention() {
    let row = "2025;0;0010001A;Université de la Source;9A1;9;COMPTABILITE - CONTROLE - AUDIT;;Finance;0;INITIALE;Campus - BREST (29);30;500;90;\n";
    let mention = "2021;0010001A;Université de la Source;1;Comptabilité - contrôle - audit;diplôme;1;Formation initiale;30;Droit;PAY01;\n";
    let mentions = format!("{}\n{mention}", MENTIONS.lines().next().unwrap());
    let (graph, _) = imported(&[("m.csv", &format!("{HEADER}{row}")), ("t.csv", &mentions)]);
    assert_eq!(graph.nodes_of(Kind::Master).len(), 1);
    assert_eq!(&*graph.node(graph.nodes_of(Kind::Master)[0]).name, "Comptabilité - contrôle - audit");
}

#[test]
fn an_establishment_whose_code_another_bears_too_stays_itself_the_second_time() {
    let row = "2025;0;0030003C;Institut des Marées;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;\n";
    let absorbed = "2021;0030003C;Institut des Marées;1;Biologie marine;diplôme;1;Formation initiale;30;Droit;PAY01;\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", ESTABLISHMENTS);
    write(folder.path(), "m.csv", format!("{HEADER}{row}"));
    write(folder.path(), "t.csv", format!("{}\n{absorbed}", MENTIONS.lines().next().unwrap()));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}

/// The labels and one row with these values in the places of the columns by origin, told by what each label holds.
fn by_origin(second_phase: &str, count: impl Fn(&str) -> Option<u32>) -> String {
    const WHO: [&str; 2] = ["inscrits en troisième année de licence générale", "inscrits en licence professionnelle"];
    let mut labels: Vec<String> = Vec::new();
    for who in WHO {
        labels.push(format!("Effectif de candidats en phase principale {who} à la rentrée N-1"));
        labels.push(format!("Effectif de candidats en phase complémentaire {who} à la rentrée N-1"));
        labels.push(format!("Effectif de candidats classés en PP ou en PC {who} à la rentrée N-1"));
        labels.push(format!(
            "Effectif de candidats ayant reçu une proposition pour une candidature de PP ou de PC {who}  à la rentrée N-1"
        ));
        labels.push(format!(
            "Effectif de candidats ayant accepté une proposition d'admission pour une candidature de PP ou de PC {who}  à la rentrée N-1"
        ));
    }
    labels.push("Effectif de candidats ayant confirmé une candidature en phase principale - Dont effectif de candidats qui étaient inscrits dans le même établissement à la rentrée N-1".to_owned());
    labels.push("Effectif de candidats ayant accepté une proposition d'admission pour une candidature formulée en phase principale ou en phase complémentaire - Dont effectif de candidats ayant accepté une proposition qui étaient inscrits dans le même établissement  à la rentrée N-1".to_owned());
    labels.push("Effectif de candidats ayant accepté une proposition d'admission pour une candidature formulée en phase principale ou en phase complémentaire".to_owned());
    let cells = labels.iter().map(|label| count(label).map_or_else(String::new, |count| count.to_string()));
    let row = format!(
        "2025;{second_phase};0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;40;{}",
        cells.collect::<Vec<_>>().join(";")
    );
    format!("{};{}\n{row}\n", HEADER.trim_end(), labels.join(";"))
}

fn of_licence(label: &str) -> Option<u32> {
    let counts =
        [("en phase principale", 376), ("en phase complémentaire", 12), ("classés", 90), ("reçu", 60), ("accepté", 8)];
    let licence = label.contains("licence générale") || label.contains("même établissement");
    let all = label.ends_with("phase complémentaire");
    counts.iter().rfind(|(word, _)| label.contains(word) && (licence || all)).map(|(_, count)| *count)
}

fn origins(admission: &Admission) -> Vec<(Origin, [Option<u32>; 4])> {
    let counts = |from: &FromOrigin| (from.origin, [from.applications, from.ranked, from.offered, from.admitted]);
    admission.origins.iter().map(counts).collect()
}

#[test]
fn where_applicants_came_from_is_told_and_phases_are_not_mixed() {
    let (graph, _) = imported(&[("m.csv", &by_origin("0", of_licence))]);
    let [only] = &node(&graph, "parcours/rivages-universite-de-la-source").attributes().admissions[..] else {
        panic!()
    };
    let told = [
        (Origin::Licence, [Some(376), Some(90), Some(60), Some(8)]),
        (Origin::SameEstablishment, [Some(376), None, None, Some(8)]),
    ];
    assert_eq!(origins(only), told, "a licence pro of which nothing is published is not told");

    let (graph, _) = imported(&[("m.csv", &by_origin("1", of_licence))]);
    let admissions = &node(&graph, "parcours/rivages-universite-de-la-source").attributes().admissions;
    let told: Vec<_> = admissions.iter().map(|one| (one.phase.as_deref().unwrap(), origins(one))).collect();
    let licence = |counts| (Origin::Licence, counts);
    let same = |counts| (Origin::SameEstablishment, counts);
    let second = ("complémentaire", vec![licence([Some(12), None, None, None])]);
    let main = ("principale", vec![licence([Some(376), None, None, None]), same([Some(376), None, None, None])]);
    let both = vec![licence([None, Some(90), Some(60), Some(8)]), same([None, None, None, Some(8)])];
    assert_eq!(told, [second, main, ("principale et complémentaire", both)]);
    assert_eq!((admissions[2].admitted, admissions[2].applications, admissions[2].capacity), (Some(8), None, None));
    assert_eq!(admissions[1].capacity, Some(30));
}

#[test]
fn the_technical_names_of_origins_are_the_same_counts() {
    let header = format!(
        "{};n_can_lg3;n_clas_lg3;n_prop_lg3;n_accept_lg3;n_accept_noninscri;n_accept_etab\n",
        TECHNICAL.trim_end()
    );
    let row = "2023;0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;X - LYON (69);5;97;6;5;1;5;69;4.0;4;1;0;1\n";
    let (graph, _) = imported(&[("m.csv", &format!("{header}{row}"))]);
    let [one] = &node(&graph, "parcours/rivages-universite-de-la-source").attributes().admissions[..] else { panic!() };
    let told = [
        (Origin::Licence, [Some(69), Some(4), Some(4), Some(1)]),
        (Origin::NotEnrolled, [None, None, None, Some(0)]),
        (Origin::SameEstablishment, [None, None, None, Some(1)]),
    ];
    assert_eq!(origins(one), told, "none is none, and what is not published is not told");
}
