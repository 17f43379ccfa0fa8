//! The curated files say what they must; `mistakes` shows that each kind of mistake is reported where it is.

mod mistakes;

use super::*;
use crate::graph::Graph;
use crate::model::{Modality, Relation, text};
use crate::pathway::{self, Query};

const IMST: &str = "master/information-et-mediation-scientifique-et-technique";
const JET: &str = "parcours/jet-universite-cote-d-azur";
const ISME_CAEN: &str = "parcours/isme-universite-de-caen-normandie";
const SCIENCE_SOCIETE_CAEN: &str = "parcours/mediation-science-societe-universite-de-caen-normandie";
const CAEN: &str = "university/universite-de-caen-normandie";
const MST_PAGE: &str = "source/thotis-mediation-scientifique-et-technique";
const IMST_PAGE: &str = "source/thotis-imst";

fn seed() -> SeedGraph {
    embedded().unwrap_or_else(|faults| {
        panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    })
}

fn node<'g>(graph: &'g SeedGraph, key: &str) -> &'g Node {
    graph.nodes.iter().find(|node| node.key.as_str() == key).unwrap_or_else(|| panic!("no {key}"))
}

fn edge<'g>(graph: &'g SeedGraph, relation: Relation, from: &str, to: &str) -> Option<&'g Edge> {
    graph
        .edges
        .iter()
        .find(|edge| edge.id.relation == relation && edge.id.from.as_str() == from && edge.id.to.as_str() == to)
}

fn sources(edge: &Edge) -> Vec<&str> {
    edge.statements.iter().map(|statement| statement.source.as_str()).collect()
}

#[test]
fn every_file_of_the_folder_is_in_the_binary() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/seed")).unwrap();
    let mut there: Vec<String> = folder.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    // The everyday words are no part of the graph: `graph::names` reads them.
    there.retain(|name| name.ends_with(".toml") && name != "everyday.toml");
    there.sort();
    let mut embedded: Vec<&str> = FILES.iter().map(|(name, _)| name.trim_start_matches("seed/")).collect();
    embedded.sort_unstable();
    assert_eq!(there, embedded);
}

#[test]
fn every_edge_joins_known_nodes_of_the_right_kinds_and_cites_known_sources() {
    let graph = seed();
    let known = |key: &Key| graph.nodes.iter().any(|node| node.key == *key);
    for edge in &graph.edges {
        let (from, to) = edge.id.relation.ends();
        assert!(from.contains(&edge.id.from.kind()) && to.contains(&edge.id.to.kind()), "{}", edge.id);
        assert!(known(&edge.id.from) && known(&edge.id.to), "{}", edge.id);
        assert!(edge.id.from != edge.id.to && !edge.statements.is_empty(), "{}", edge.id);
        assert!(edge.statements.iter().all(|said| said.source.kind() == Kind::Source && known(&said.source)));
    }
    let cited = |key: &Key| {
        graph.nodes.iter().any(|node| node.sources.contains(key))
            || graph.edges.iter().any(|edge| edge.statements.iter().any(|said| said.source == *key))
    };
    for node in &graph.nodes {
        match node.key.kind() {
            Kind::Source => assert!(cited(&node.key), "nothing cites {}", node.key),
            _ => assert!(!node.sources.is_empty(), "{} has no source", node.key),
        }
    }
}

#[test]
fn every_entity_is_related_to_another() {
    let graph = seed();
    let related = |key: &Key| graph.edges.iter().any(|edge| edge.id.from == *key || edge.id.to == *key);
    for node in graph.nodes.iter().filter(|node| node.key.kind() != Kind::Source) {
        assert!(related(&node.key), "{} stands alone", node.key);
    }
}

#[test]
fn every_parcours_has_one_master_and_no_university_but_a_named_one() {
    let graph = seed();
    let hosted = |key: &Key| graph.edges.iter().any(|edge| edge.id.relation == Relation::Hosts && edge.id.to == *key);
    let mut without = Vec::new();
    for node in graph.nodes.iter().filter(|node| node.key.kind() == Kind::Parcours) {
        assert!(edge(&graph, Relation::Offers, IMST, node.key.as_str()).is_some(), "{}", node.key);
        if !hosted(&node.key) {
            assert!(node.attributes().place.is_none(), "{} has a place without a university", node.key);
            without.push(node.key.slug());
        }
    }
    assert_eq!(
        without,
        [
            "orientation-communication-et-journalisme-scientifiques",
            "orientation-innovation-veille-et-information-scientifique",
            "orientation-mediation-environnement-et-transition",
            "orientation-mediation-patrimoniale",
            "orientation-recherche",
            "vti",
        ]
    );
}

#[test]
fn every_job_bears_its_feminine_and_inclusive_names() {
    const SAME_IN_BOTH: [&str; 4] = ["journaliste", "journaliste-scientifique", "documentaliste", "community-manager"];
    let graph = seed();
    for job in graph.nodes.iter().filter(|node| node.key.kind() == Kind::Job) {
        let inclusive: Vec<&str> = job.names().filter(|name| name.contains('·')).collect();
        if SAME_IN_BOTH.contains(&job.key.slug()) {
            continue;
        }
        assert!(!inclusive.is_empty(), "{} has no inclusive form", job.key);
        let feminine = ["Chargée", "Cheffe", "ice ", "Consultante", "Ingénieure", "ale", "spécialisée"];
        assert!(job.aliases.iter().any(|alias| feminine.iter().any(|mark| alias.contains(mark))), "{}", job.key);
    }
    let mediator = node(&graph, "job/mediateur-scientifique");
    for name in ["médiateur scientifique", "médiatrice scientifique", "médiateur·rice scientifique"] {
        assert!(mediator.names().any(|known| text::fold(known) == text::fold(name)), "{name}");
    }
}

#[test]
fn svt_leads_to_environmental_journalism_through_jet() {
    let graph = seed();
    let svt = node(&graph, "licence/sciences-de-la-vie-et-de-la-terre");
    assert!(svt.aliases.iter().any(|alias| &**alias == "SVT"));
    let opens = edge(&graph, Relation::Opens, svt.key.as_str(), IMST).unwrap();
    assert_eq!(sources(opens), [MST_PAGE, "source/trouver-mon-master-2019", "source/trouver-mon-master-2020"]);
    assert_eq!(opens.weight.get(), 0.55);
    let weights: Vec<Option<f64>> = opens.statements.iter().map(|said| said.weight.map(Into::into)).collect();
    assert_eq!(weights, [Some(0.55), Some(0.5), Some(0.5)]);
    assert!(edge(&graph, Relation::Offers, IMST, JET).is_some());
    assert!(edge(&graph, Relation::Hosts, "university/universite-cote-d-azur", JET).is_some());
    let outlet = edge(&graph, Relation::LeadsTo, JET, "job/journaliste-environnemental").unwrap();
    assert_eq!((outlet.weight.get(), sources(outlet)), (0.7, vec![MST_PAGE]));
    let elsewhere = edge(&graph, Relation::LeadsTo, IMST, "job/journaliste-environnemental").unwrap();
    assert!(elsewhere.weight < outlet.weight && elsewhere.condition.is_some());
}

#[test]
fn the_best_pathway_from_svt_to_environmental_journalism_is_the_stated_one() {
    let SeedGraph { nodes, edges } = seed();
    let graph = Graph::build(nodes, edges, 1).unwrap();
    let query = Query::new(graph.resolve("SVT"), graph.resolve("journaliste environnementale"));
    let found = pathway::search(&graph, &query, &|| false).unwrap();
    let keys: Vec<&str> = found.pathways[0].nodes().map(|node| graph.key(node).as_str()).collect();
    assert_eq!(keys, ["licence/sciences-de-la-vie-et-de-la-terre", IMST, JET, "job/journaliste-environnemental"]);
    assert!(found.exhaustive());
}

#[test]
fn what_people_say_names_one_node() {
    let SeedGraph { nodes, edges } = seed();
    let graph = Graph::build(nodes, edges, 1).unwrap();
    for (said, key) in [
        ("svt", "licence/sciences-de-la-vie-et-de-la-terre"),
        ("IMST", IMST),
        ("mediation scientifique et technique", IMST),
        ("RNCP38209", IMST),
        ("JET", JET),
        ("Côte d’Azur", "university/universite-cote-d-azur"),
        ("0062205P", "university/universite-cote-d-azur"),
        ("open science", "skill/science-ouverte"),
        ("veille", "skill/veille"),
        ("vulgarisation", "skill/vulgarisation"),
        ("méthodologie documentaire", "course/methodologie-documentaire"),
        ("E1106", "job/journaliste"),
        ("médiateur.rice scientifique", "job/mediateur-scientifique"),
        ("CCSTI", "sector/ccsti"),
        ("R&D", "sector/recherche-et-developpement"),
        ("doctorat", "study/doctorat"),
    ] {
        let bearers: Vec<&str> = graph.resolve(said).iter().map(|node| graph.key(*node).as_str()).collect();
        assert_eq!(bearers, [key], "{said}");
    }
}

#[test]
fn both_statements_about_caen_stay_each_with_its_source() {
    let graph = seed();
    for (parcours, source) in [(ISME_CAEN, MST_PAGE), (SCIENCE_SOCIETE_CAEN, IMST_PAGE)] {
        let hosts = edge(&graph, Relation::Hosts, CAEN, parcours).unwrap();
        assert_eq!((sources(hosts), hosts.weight.get()), (vec![source], 0.6));
        assert!(hosts.condition.is_some());
        let place = node(&graph, parcours).attributes().place.clone().unwrap();
        assert_eq!((place.city, place.region.as_deref()), (None, Some("Normandie")), "no document says in which town");
    }
}

#[test]
fn the_two_names_of_the_mention_are_one_node_with_its_codes() {
    let graph = seed();
    let imst = node(&graph, IMST);
    for name in ["IMST", "Médiation scientifique et technique"] {
        assert!(imst.names().any(|known| known == name), "{name}");
    }
    let codes: Vec<String> = imst.codes.iter().map(|code| format!("{} {}", code.scheme, code.value)).collect();
    assert!(codes.contains(&"RNCP 38209".to_owned()) && codes.contains(&"INM 1800874A".to_owned()), "{codes:?}");
    let attributes = imst.attributes();
    assert_eq!((attributes.ects, attributes.internships.len()), (Some(120), 2));
    let application = attributes.application.as_ref().unwrap();
    assert_eq!(
        application.documents.iter().filter(|document| document.required).count(),
        0,
        "« très souvent » is not always"
    );
    assert!(attributes.internships.iter().all(|internship| internship.compulsory.is_none()), "« dans la plupart »");
    assert_eq!(attributes.modalities, [Modality::Initial], "what depends on the site is no modality of the mention");
    assert!(node(&graph, JET).attributes().modalities.is_empty());
    assert_eq!(node(&graph, "parcours/vti").attributes().modalities, [Modality::Distance]);
}

#[test]
fn joint_hosts_give_a_parcours_only_what_their_places_share() {
    let graph = seed();
    let place = node(&graph, "parcours/mcst-universites-de-bordeaux").attributes().place.clone().unwrap();
    assert_eq!((place.city, place.region.as_deref()), (None, Some("Nouvelle-Aquitaine")));
}

#[test]
fn every_weight_is_that_of_a_rule_and_the_readme_gives_each_rule_its_reason() {
    let readme = include_str!("../../../seed/README.md");
    let (_, weights) = FILES[0];
    let rules: Vec<(&str, f64)> = weights
        .split("[[rule]]")
        .skip(1)
        .map(|rule| {
            let field = |name: &str| rule.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
            (field("name = ").trim_matches('"'), field("weight = ").parse().unwrap())
        })
        .collect();
    for (name, weight) in &rules {
        assert!(
            readme.contains(&format!("| `{name}` | {weight} |")),
            "seed/README.md does not explain {name} {weight}"
        );
    }
    let graph = seed();
    for edge in &graph.edges {
        let known = |weight: f64| rules.iter().any(|(_, of)| *of == weight);
        assert!(known(edge.weight.get()), "{}", edge.id);
        assert!(edge.statements.iter().filter_map(|said| said.weight).all(|weight| known(weight.get())));
    }
}

#[test]
fn a_reading_of_ours_cites_nobody_else() {
    let graph = seed();
    let ours = "source/lecture-passerelle";
    assert!(graph.edges.iter().filter(|edge| sources(edge).contains(&ours)).count() > 40);
    for edge in &graph.edges {
        match edge.id.relation {
            Relation::Broader => assert_eq!(sources(edge), [ours], "{}", edge.id),
            Relation::RequiredBy => {
                assert!(
                    !sources(edge).iter().any(|source| source.contains("thotis")),
                    "{}: no document says so",
                    edge.id
                )
            }
            _ => {}
        }
    }
}

#[test]
fn a_job_with_a_rome_sheet_requires_what_the_master_does_not_teach_too() {
    let graph = seed();
    let developed =
        |skill: &Key| graph.edges.iter().any(|edge| edge.id.relation == Relation::Develops && edge.id.to == *skill);
    for job in ["job/journaliste", "job/documentaliste", "job/community-manager", "job/mediateur-scientifique"] {
        let required =
            graph.edges.iter().filter(|edge| edge.id.relation == Relation::RequiredBy && edge.id.to.as_str() == job);
        let (known, beyond): (Vec<_>, Vec<_>) = required.partition(|edge| developed(&edge.id.from));
        assert!(beyond.len() > known.len() && beyond.len() > 20, "{job}: {} of {}", known.len(), beyond.len());
    }
}

#[test]
fn the_order_of_files_and_entries_does_not_matter() {
    let mut reversed = FILES.to_vec();
    reversed.reverse();
    assert_eq!(read(&reversed), embedded());
}

#[test]
fn the_fingerprint_is_a_sha_256_in_hexadecimal() {
    assert_eq!(fingerprint().len(), 64);
    assert!(fingerprint().bytes().all(|b| b.is_ascii_hexdigit()));
}

/// No run of eight words of a document is in the files, names apart.
#[test]
#[ignore = "needs the optional test data"]
fn no_sentence_of_the_documents_is_copied_with_data() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/sources")).unwrap();
    let words = |text: &str| text::fold(text).split(' ').map(str::to_owned).collect::<Vec<_>>();
    let documents: Vec<Vec<String>> =
        folder.map(|file| words(&std::fs::read_to_string(file.unwrap().path()).unwrap())).collect();
    let runs: std::collections::BTreeSet<&[String]> = documents.iter().flat_map(|words| words.windows(8)).collect();
    assert!(runs.len() > 500, "the documents are not there");
    let graph = seed();
    let names: Vec<String> = graph.nodes.iter().flat_map(|node| node.names()).map(text::fold).collect();
    for (file, text) in FILES {
        for run in words(text).windows(8).filter(|run| runs.contains(run)) {
            let run = run.join(" ");
            assert!(names.iter().any(|name| name.contains(&run)), "{file} copies `{run}`");
        }
    }
}
