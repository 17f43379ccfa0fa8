//! Indicators on small graphs, and on the imported national data where it is there.

use std::cmp::Ordering;

use super::*;
use crate::model::{Attributes, Award, Edge, Node, Weight};

fn admission(session: u16, phase: Option<&str>, capacity: Option<u32>, applications: Option<u32>) -> Admission {
    Admission {
        session,
        phase: phase.map(Into::into),
        capacity,
        applications,
        ranked: None,
        offered: None,
        admitted: None,
        last_rank: None,
        origins: Vec::new(),
        source: "source/s".parse().unwrap(),
        row: Some("l. 7".into()),
    }
}

fn outcome(year: u16, months: u8, population: &str, employed: Option<f64>, salary: Option<u32>) -> Outcome {
    Outcome {
        year,
        months,
        population: population.into(),
        answers: Some(50),
        response_rate: Some(0.8),
        employed,
        stable: None,
        salaried: None,
        qualified: None,
        median_salary: salary,
        source: "source/s".parse().unwrap(),
        row: None,
    }
}

/// A master of one field with two parcours at a surveyed university, and a parcours that no university hosts.
fn graph(master_name: &str, domains: &[&str]) -> Graph {
    let node = |key: &str, name: &str, known: Attributes| {
        let mut node = Node::new(key.parse().unwrap(), name);
        node.attributes = known.boxed();
        node
    };
    let nodes = vec![
        node("source/s", "Source", Attributes::NONE),
        node(
            "master/m",
            master_name,
            Attributes { domains: domains.iter().map(|one| (*one).into()).collect(), ..Attributes::NONE },
        ),
        node(
            "parcours/a",
            "A",
            Attributes {
                admissions: vec![
                    admission(2021, None, Some(20), None),
                    admission(2025, Some("complémentaire"), Some(5), Some(9)),
                    admission(2025, Some("principale"), Some(30), Some(300)),
                ],
                ..Attributes::NONE
            },
        ),
        node(
            "parcours/b",
            "B",
            Attributes { admissions: vec![admission(2025, None, Some(10), None)], ..Attributes::NONE },
        ),
        node("parcours/c", "C", Attributes::NONE),
        node(
            "university/u",
            "Université de Caen Normandie",
            Attributes {
                outcomes: vec![
                    outcome(
                        2015,
                        30,
                        "Ensemble formations juridiques, économiques et de gestion",
                        Some(0.9),
                        Some(2000),
                    ),
                    outcome(2017, 30, "Ensemble formations juridiques, économiques et de gestion", None, Some(2100)),
                    outcome(2016, 30, "Droit", Some(0.8), None),
                    outcome(2016, 18, "Psychologie", Some(0.7), None),
                ],
                ..Attributes::NONE
            },
        ),
    ];
    let edge = |relation, from: &str, to: &str| {
        let source = "source/s".parse().unwrap();
        Edge::new(relation, from.parse().unwrap(), to.parse().unwrap(), Weight::FULL, source)
    };
    let edges = vec![
        edge(Relation::Offers, "master/m", "parcours/a"),
        edge(Relation::Offers, "master/m", "parcours/b"),
        edge(Relation::Offers, "master/m", "parcours/c"),
        edge(Relation::Hosts, "university/u", "parcours/a"),
        edge(Relation::Hosts, "university/u", "parcours/b"),
    ];
    Graph::build(nodes, edges, 1).unwrap()
}

fn of(graph: &Graph, key: &str, indicator: Indicator) -> Result<Figure, String> {
    let node = graph.find(key).unwrap();
    let figure = figure(graph, node, indicator);
    assert_eq!(figure.as_ref().ok().map(|figure| figure.value), value(graph, node, indicator), "{key} {indicator:?}");
    figure
}

#[test]
fn places_and_pressure_are_of_the_main_phase_of_the_latest_session_that_publishes_them() {
    let graph = graph("Droit privé", &["DROIT, ECONOMIE, GESTION"]);
    let places = of(&graph, "parcours/a", Indicator::Places).unwrap();
    assert_eq!((places.value, places.year, places.level), (30.0, 2025, Level::Itself));
    assert!(places.population.contains("session 2025, phase principale"), "{}", places.population);
    let pressure = of(&graph, "parcours/a", Indicator::Pressure).unwrap();
    assert_eq!((pressure.value, pressure.counted), (10.0, Some(300)));
    let none = of(&graph, "parcours/b", Indicator::Pressure).unwrap_err();
    assert!(none.contains("les places et les candidatures"), "{none}");
    let none = of(&graph, "parcours/c", Indicator::Places).unwrap_err();
    assert!(none.contains("Aucune source du graphe ne publie de chiffres d'admission"), "{none}");
}

#[test]
fn a_master_s_places_are_those_of_its_parcours_together_and_say_of_how_many() {
    let graph = graph("Droit privé", &["DROIT, ECONOMIE, GESTION"]);
    let places = of(&graph, "master/m", Indicator::Places).unwrap();
    assert_eq!((places.value, places.level, places.year), (40.0, Level::Parcours, 2025));
    assert!(places.population.contains("2 sur 3 publient"), "{}", places.population);
    let pressure = of(&graph, "master/m", Indicator::Pressure).unwrap();
    assert_eq!(pressure.value, 10.0, "places without applications are not divided by");
    assert!(of(&graph, "master/m", Indicator::Insertion30).unwrap_err().contains("non par mention"));
}

#[test]
fn insertion_is_that_of_the_discipline_or_the_field_at_the_university_and_says_so() {
    let droit = graph("Droit privé", &["DROIT, ECONOMIE, GESTION"]);
    let insertion = of(&droit, "parcours/a", Indicator::Insertion30).unwrap();
    assert_eq!((insertion.value, insertion.year, insertion.level), (0.8, 2016, Level::Discipline));
    assert!(insertion.population.contains("« Droit »") && insertion.population.contains("non ce parcours seul"));
    assert_eq!((insertion.counted, insertion.response_rate), (Some(50), Some(0.8)));
    let (low, high) = insertion.interval.unwrap();
    assert!(low < 0.8 && 0.8 < high && high - low < 0.25, "{low} {high}");
    // No salary for the discipline: that of the field, and the level tells.
    let salary = of(&droit, "parcours/a", Indicator::MedianSalary).unwrap();
    assert_eq!((salary.value, salary.year, salary.level), (2100.0, 2017, Level::Domain));
    assert_eq!(salary.interval, None);
    let other = graph("Gestion de l'environnement", &["DROIT, ECONOMIE, GESTION"]);
    assert_eq!(of(&other, "parcours/a", Indicator::Insertion30).unwrap().value, 0.9);
}

#[test]
fn without_a_figure_the_reason_is_told() {
    let reason =
        |name: &str, domains: &[&str], key: &str| of(&graph(name, domains), key, Indicator::Insertion18).unwrap_err();
    assert!(reason("Droit privé", &["DROIT"], "parcours/a").contains("« Droit »"), "not published at 18 months");
    assert!(reason("Design", &["DROIT", "SCIENCES HUMAINES"], "parcours/a").contains("plusieurs domaines"));
    assert!(reason("Design", &[], "parcours/a").contains("aucune source ne dit de quel domaine"));
    assert!(reason("Design", &[], "parcours/c").contains("quelle université"));
    // Psychology is none without a source that puts the mention into its field.
    assert!(reason("Psychologie sociale", &["DROIT"], "parcours/a").contains("Ensemble formations juridiques"));
}

#[test]
fn what_has_no_figure_comes_last_in_either_direction() {
    for descending in [false, true] {
        let mut list = [None, Some(2.0), Some(0.0), None, Some(1.0)];
        list.sort_by(|a, b| order(*a, *b, descending));
        assert_eq!(list[3..], [None, None]);
        assert_eq!(list[0], Some(if descending { 2.0 } else { 0.0 }));
    }
    assert_eq!(order(None, None, true), Ordering::Equal);
}

/// The same graph with a national survey, and a university that awards the master without naming a parcours.
fn with_national_survey(master: &str, domains: &[&str]) -> Graph {
    let small = graph(master, domains);
    let mut nodes: Vec<Node> = small.nodes().map(|(_, node)| node.clone()).collect();
    let mut edges: Vec<Edge> = small.edges().map(|edge| edge.to_edge()).collect();
    let outcomes = vec![
        outcome(2020, 30, "Sciences juridiques", Some(0.85), Some(2200)),
        outcome(2020, 30, "Ensemble formations juridiques, économiques et de gestion", Some(0.9), None),
        outcome(2019, 30, "Chimie", Some(0.87), None),
    ];
    let source = nodes.iter_mut().find(|node| node.key.as_str() == "source/s").unwrap();
    source.attributes = Attributes { outcomes, ..Attributes::NONE }.boxed();
    let (university, master) = ("university/u".parse().unwrap(), "master/m".parse().unwrap());
    let mut award = Edge::new(Relation::Awards, university, master, Weight::FULL, "source/s".parse().unwrap());
    award.award = Some(Box::new(Award { admissions: vec![admission(2025, None, Some(12), None)], ..Award::default() }));
    edges.push(award);
    Graph::build(nodes, edges, 1).unwrap()
}

#[test]
fn of_a_master_the_survey_of_all_of_france_tells_its_sector_or_its_field_and_says_so() {
    for (name, domain, value, group) in [
        ("Droit privé", "DROIT, ECONOMIE, GESTION", 0.85, "Sciences juridiques"),
        ("Management", "DROIT, ECONOMIE, GESTION", 0.9, "Ensemble formations juridiques"),
        ("Chimie", "SCIENCES, TECHNOLOGIES, SANTE", 0.87, "Chimie"),
    ] {
        let graph = with_national_survey(name, &[domain]);
        let told = of(&graph, "master/m", Indicator::Insertion30).unwrap();
        assert_eq!((told.value, told.level), (value, Level::National), "{name}");
        assert!(told.population.contains(group) && told.population.contains("et non celui-ci seul"), "{told:?}");
    }
    let graph = with_national_survey("Sociologie", &["SCIENCES HUMAINES ET SOCIALES"]);
    assert!(of(&graph, "master/m", Indicator::Insertion30).is_err(), "the survey has neither its sector nor its field");
    let graph = with_national_survey("Droit privé", &["DROIT, ECONOMIE, GESTION"]);
    let parcours = of(&graph, "parcours/a", Indicator::Insertion30).unwrap();
    assert_eq!(parcours.level, Level::Discipline, "the university's own figure comes first");
    assert_eq!(of(&graph, "parcours/c", Indicator::Insertion30).unwrap().level, Level::National);
}

#[test]
fn a_master_s_places_count_what_universities_award_without_a_parcours() {
    let graph = with_national_survey("Droit privé", &["DROIT, ECONOMIE, GESTION"]);
    let places = of(&graph, "master/m", Indicator::Places).unwrap();
    assert_eq!((places.value, places.year), (52.0, 2025));
    assert!(places.population.contains("3 sur 4 publient"), "{}", places.population);
}
