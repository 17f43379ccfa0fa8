//! The curated graph and open data make the same graph in whichever order they come.

use std::collections::BTreeMap;

use super::*;
use crate::import::open_data::curated;
use crate::import::seed::SeedGraph;
use crate::model::{Attributes, Change, Place, Statement};

/// What a graph says of today: its current nodes and the relations between them.
pub(super) fn facts(graph: &Graph) -> (BTreeMap<Key, Node>, BTreeMap<EdgeId, Edge>) {
    let nodes = graph.nodes().filter(|(_, node)| !node.retired).map(|(_, node)| (node.key.clone(), node.clone()));
    let nodes: BTreeMap<Key, Node> = nodes.collect();
    let edges = graph.edges().map(|edge| (edge.id(), edge.to_edge()));
    let edges = edges.filter(|(id, _)| nodes.contains_key(&id.from) && nodes.contains_key(&id.to)).collect();
    (nodes, edges)
}

/// Says where two graphs differ, and fails there.
#[track_caller]
pub(in crate::import::open_data) fn same_facts(one: &Graph, other: &Graph) {
    let ((nodes, edges), (their_nodes, their_edges)) = (facts(one), facts(other));
    for key in nodes.keys().chain(their_nodes.keys()) {
        assert_eq!(nodes.get(key), their_nodes.get(key), "{key}");
    }
    for id in edges.keys().chain(their_edges.keys()) {
        assert_eq!(edges.get(id), their_edges.get(id), "{id}");
    }
}

#[track_caller]
pub(super) fn applied(graph: &Graph, changes: &[Change]) -> Graph {
    graph.apply(changes).unwrap_or_else(|faults| panic!("{}", faults[0])).graph
}

/// A curated graph that speaks of what the files speak of too: by code, by name, under other keys, at other strengths.
fn seed() -> SeedGraph {
    let page: Key = "source/page".parse().unwrap();
    let rncp: Key = "source/rncp-2026-02-01".parse().unwrap();
    let node = |key: &str, name: &str, aliases: &[&str]| Node {
        sources: vec![page.clone()],
        aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
        ..Node::new(key.parse().unwrap(), name)
    };
    let mut job = node("job/mediateur", "Médiateur des savoirs", &["Passeur de savoirs"]);
    job.codes = vec![Code { scheme: "ROME".into(), value: "X1101".into() }];
    job.description = Some("Fait passer.".into());
    let mut university = node("university/lac", "Université du Lac (UL)", &[]);
    university.codes = vec![Code { scheme: "UAI".into(), value: "0020002B".into() }];
    let place = Place { city: Some("Lac".into()), ..Place::default() };
    university.attributes = Attributes { place: Some(place), ..Attributes::NONE }.boxed();
    let nodes = vec![
        Node::new(page.clone(), "Page"),
        Node::new(rncp.clone(), "Le RNCP, lu à la main"),
        node("licence/droit", "Droit", &["Licence de droit"]),
        node("master/mds", "Médiation des savoirs", &["MDS"]),
        node("parcours/rivages", "Rivages, Université du Lac", &[]),
        university,
        // The curated skill is named otherwise; its alias is what ROME calls it, and another's alias is its name.
        node("skill/recit", "Récit", &["Raconter l'histoire", "Hydrologie"]),
        job,
        node("job/conteur", "Animatrice de savoirs", &[]),
    ];
    let key = |text: &str| -> Key { text.parse().unwrap() };
    let edge = |relation, from: &str, to: &str, weight, source: &Key| {
        Edge::new(relation, key(from), key(to), Weight::new(weight).unwrap(), source.clone())
    };
    let mut both = edge(Relation::LeadsTo, "master/mds", "job/mediateur", 0.5, &page);
    both.statements.push(Statement { row: Some("fiche 900".into()), ..Statement::of(rncp) });
    let edges = vec![
        edge(Relation::Opens, "licence/droit", "master/mds", 0.95, &page),
        both,
        edge(Relation::Offers, "master/mds", "parcours/rivages", 1.0, &page),
        edge(Relation::Hosts, "university/lac", "parcours/rivages", 1.0, &page),
        edge(Relation::Develops, "parcours/rivages", "skill/recit", 0.8, &page),
        edge(Relation::RequiredBy, "skill/recit", "job/mediateur", 0.5, &page),
    ];
    SeedGraph { nodes, edges }
}

fn curated_first(folder: &Path) -> Graph {
    let seeded = applied(&Graph::empty(), &curated(seed(), &Graph::empty()).unwrap());
    import(folder, &seeded).0
}

fn open_data_first(folder: &Path) -> Graph {
    let (graph, _) = import(folder, &Graph::empty());
    applied(&graph, &curated(seed(), &graph).unwrap())
}

#[test]
fn the_order_does_not_matter() {
    let folder = all_files();
    let (one, other) = (curated_first(folder.path()), open_data_first(folder.path()));
    same_facts(&one, &other);

    // And what both say stands: names, codes, places, sources, statements.
    let job = other.node(other.find("job/mediateur").unwrap());
    assert_eq!(&*job.name, "Médiateur des savoirs");
    assert!(job.names().any(|name| name == "Passeur de savoirs") && job.names().any(|name| name.contains(" / ")));
    assert_eq!(job.description.as_deref(), Some("Fait passer."));
    assert_eq!(job.sources.len(), 2);
    let lac = other.node(other.find("university/lac").unwrap());
    let place = lac.attributes().place.clone().unwrap();
    assert_eq!((place.city.as_deref(), place.region.as_deref()), (Some("Lac"), Some("Occitanie")));
    assert!(lac.codes.iter().any(|code| &*code.scheme == "SIREN"));
    let leads = edge(&other, Relation::LeadsTo, "master/mds", "job/mediateur").unwrap();
    let by: Vec<&str> = leads.statements.iter().map(|statement| statement.source.slug()).collect();
    assert_eq!(by, ["page", "rncp-2026-02-01"], "the files name the family, not the job");
    assert_eq!(leads.statements[1].row.as_deref(), Some("fiche 900"), "the curated word of a source stays");

    // The key that the import had made leads to the curated one.
    let old = other.find("job/mediateur-mediatrice-des-savoirs").unwrap();
    assert_eq!(other.key(other.current(old)).as_str(), "job/mediateur");
    assert!(other.find("parcours/mediation-des-savoirs-universite-du-lac").is_none());
}

#[test]
fn either_again_changes_nothing() {
    let folder = all_files();
    for graph in [curated_first(folder.path()), open_data_first(folder.path())] {
        let again = graph.apply(&curated(seed(), &graph).unwrap()).unwrap();
        assert!(again.effective.is_empty(), "{:?}", again.effective);
        let (_, outcome) = import(folder.path(), &graph);
        assert!(outcome.report.changes_nothing(), "{:?}", outcome.changes);
    }
}

#[test]
fn what_somebody_merged_away_stays_so() {
    let seeded = applied(&Graph::empty(), &curated(seed(), &Graph::empty()).unwrap());
    let merge = Change::MergeNodes { from: "job/conteur".parse().unwrap(), into: "job/mediateur".parse().unwrap() };
    let merged = applied(&seeded, &[merge]);
    let again = applied(&merged, &curated(seed(), &merged).unwrap());
    assert_eq!(again.key(again.current(again.find("job/conteur").unwrap())).as_str(), "job/mediateur");
}
