//! Mon Master: ways of one parcours, places, capitals, sessions, both header forms.

use super::*;
use crate::model::{Admission, Modality};

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
    let old = "2024;0;0010001A;Université de la Source;9A3;9;BIOLOGIE MARINE;9-05;Abysses;0;INITIALE;Campus - BREST (29);20;90;40;\n";
    let new = "2025;0;0010001A;Université de la Source;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", format!("{HEADER}{old}"));
    write(folder.path(), "b.csv", format!("{HEADER}{new}"));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let closed = node(&graph, "parcours/abysses-universite-de-la-source");
    assert!(closed.retired && closed.description.as_deref().unwrap().contains("session 2025"));
    assert!(!node(&graph, "parcours/rivages-universite-de-la-source").retired);
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
    let mention = "2021;0010001A;Université de la Source;1;Comptabilité - contrôle - audit;diplôme;1;Formation initiale;30;Droit;PAY01\n";
    let mentions = format!("{}\n{mention}", MENTIONS.lines().next().unwrap());
    let (graph, _) = imported(&[("m.csv", &format!("{HEADER}{row}")), ("t.csv", &mentions)]);
    assert_eq!(graph.nodes_of(Kind::Master).len(), 1);
    assert_eq!(&*graph.node(graph.nodes_of(Kind::Master)[0]).name, "Comptabilité - contrôle - audit");
}

#[test]
fn an_establishment_whose_code_another_bears_too_stays_itself_the_second_time() {
    let row = "2025;0;0030003C;Institut des Marées;9A1;9;BIOLOGIE MARINE;9-01;Rivages;0;INITIALE;Campus - BREST (29);30;500;90;\n";
    let absorbed = "2021;0030003C;Institut des Marées;1;Biologie marine;diplôme;1;Formation initiale;30;Droit;PAY01\n";
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.csv", ESTABLISHMENTS);
    write(folder.path(), "m.csv", format!("{HEADER}{row}"));
    write(folder.path(), "t.csv", format!("{}\n{absorbed}", MENTIONS.lines().next().unwrap()));
    let (graph, _) = import(folder.path(), &Graph::empty());
    let (_, again) = import(folder.path(), &graph);
    assert!(again.report.changes_nothing(), "{:?}", again.changes);
}
