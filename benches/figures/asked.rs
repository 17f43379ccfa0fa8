//! The questions: pathways, what is within reach both ways, recommendations, searches.

use std::fs::File;
use std::io::BufReader;

use anyhow::{Context, Result};
use passerelle::graph::names::shown::shown;
use passerelle::graph::{Graph, NodeIx};
use passerelle::guidance::recommend::{Profile, rank, reasons};
use passerelle::guidance::skill_gap::gap;
use passerelle::model::text::fold;
use passerelle::model::{Kind, Relation};
use passerelle::pathway::reach::{Reach, reach};
use passerelle::pathway::{EvidenceKind, Filter, Query, search};
use serde::Deserialize;

use super::clock;

/// Pairs and texts asked about, and nodes of a kind.
const MOST: usize = 1_000;
const SOME: usize = 200;

/// Questions from a file.
#[derive(Deserialize)]
pub struct Questions {
    q3: Vec<Pair>,
    q4: Vec<Text>,
}

#[derive(Deserialize)]
struct Pair {
    licence: String,
    job: String,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

pub fn read(file: &str) -> Result<Questions> {
    let file = File::open(file).with_context(|| format!("cannot open {file}"))?;
    Ok(serde_json::from_reader(BufReader::new(file))?)
}

/// Prints the table of all questions on a graph.
pub fn all(graph: &Graph, questions: Option<&Questions>) -> Result<()> {
    let find = |key: &str| graph.find(key).with_context(|| format!("the graph has no {key}"));
    let pairs: Vec<(NodeIx, NodeIx)> = match questions {
        Some(questions) => {
            questions.q3.iter().map(|pair| Ok((find(&pair.licence)?, find(&pair.job)?))).collect::<Result<_>>()?
        }
        None => answerable(&fresh(graph)),
    };
    let texts: Vec<String> = match questions {
        Some(questions) => questions.q4.iter().map(|text| text.text.clone()).collect(),
        None => mistyped(graph),
    };
    println!("| question | asked | first, ms p50 · p99 | best of five, ms p50 · p99 | answers |");
    println!("| --- | --- | --- | --- | --- |");
    let stated = Filter { evidence: [EvidenceKind::Stated].into_iter().collect(), ..Filter::default() };
    for (title, filter) in
        [("ten best pathways, stated evidence", stated), ("ten best pathways, all evidence", Filter::default())]
    {
        let graph = fresh(graph);
        row(title, &pairs, |(from, to)| {
            let query = Query { filter: filter.clone(), ..Query::new(vec![*from], vec![*to]) };
            search(&graph, &query, &|| false).map_or(0, |found| found.pathways.len())
        });
    }
    let graph = &fresh(graph);
    row("search, one typo", &texts, |text| graph.search(text, Kind::ENTITIES, 10).len());
    row("completion: eight as one types, with what each met", &begun(), |text| {
        let found = graph.search(text, Kind::ENTITIES, 9);
        found.iter().take(8).map(|(node, _)| shown(graph.node(*node), text).met.len()).sum()
    });
    let ahead =
        |from, to, kind| reach(graph, &Reach::new(from, to, kind), &|| false).map_or(0, |found| found.entries.len());
    row("all jobs from a licence", &some(graph, Kind::Licence), |node| ahead(vec![*node], vec![], Kind::Job));
    for (title, kind) in [
        ("all licences to a job", Kind::Licence),
        ("all masters to a job", Kind::Master),
        ("all parcours to a job", Kind::Parcours),
    ] {
        row(title, &some(graph, Kind::Job), |node| ahead(vec![], vec![*node], kind));
    }
    recommendations(graph);
    let (jobs, skills) = (some(graph, Kind::Job), some(graph, Kind::Skill));
    row("skill gap", &jobs, |job| gap(graph, &skills[..skills.len().min(5)], *job).missing.len());
    println!("\nResident memory at the end {} MiB.\n", clock::resident());
    Ok(())
}

fn recommendations(graph: &Graph) {
    let (jobs, skills) = (some(graph, Kind::Job), some(graph, Kind::Skill));
    if jobs.is_empty() || skills.is_empty() {
        return;
    }
    let filter = Filter::default();
    row("recommend, a page of 20 with reasons", &some(graph, Kind::Licence), |licence| {
        let at = |list: &[NodeIx], place: usize| list[(licence.get() * 7 + place) % list.len()];
        let profile = Profile {
            licence: Some(*licence),
            skills: (0..5).map(|place| at(&skills, place)).collect(),
            interests: vec![at(&skills, 9), at(&skills, 11), at(&jobs, 3)],
            riasec: "IAS".parse().ok(),
            wishes: vec![at(&jobs, 0), at(&jobs, 1)],
            ..Profile::default()
        };
        let ranking = rank(graph, &profile, &filter, &|| false);
        ranking.map_or(0, |ranking| {
            let page = ranking.diplomas.len().min(20);
            std::hint::black_box(ranking.shifts(graph, &profile, &(0..page).collect::<Vec<_>>()));
            let said =
                ranking.diplomas[..page].iter().map(|one| reasons(graph, &profile, &filter, &ranking, one).len());
            said.sum()
        })
    });
}

fn row<T>(title: &str, asked: &[T], ask: impl Fn(&T) -> usize) {
    let (mut first, mut best) = (Vec::new(), Vec::new());
    let mut answers = 0;
    for one in asked {
        let tries: Vec<f64> = (0..5)
            .map(|_| {
                let begun = clock::thread();
                answers += std::hint::black_box(ask(one));
                clock::thread() - begun
            })
            .collect();
        first.push(tries[0]);
        best.push(tries.iter().copied().fold(f64::INFINITY, f64::min));
    }
    let count = asked.len();
    println!(
        "| {title} | {count} | {} | {} | {} |",
        clock::spread(&mut first),
        clock::spread(&mut best),
        answers / 5 / count.max(1)
    );
}

/// The same graph with nothing worked out.
fn fresh(graph: &Graph) -> Graph {
    let nodes = graph.nodes().map(|(_, node)| node.clone()).collect();
    let edges = graph.edges().map(|edge| edge.to_edge()).collect();
    Graph::build(nodes, edges, graph.version()).expect("a graph builds again from its own parts")
}

fn some(graph: &Graph, kind: Kind) -> Vec<NodeIx> {
    let all: Vec<NodeIx> = graph.nodes_of(kind).iter().copied().filter(|node| !graph.is_retired(*node)).collect();
    all.iter().step_by((all.len() / SOME).max(1)).copied().take(SOME).collect()
}

/// Licences with jobs that they lead to.
fn answerable(graph: &Graph) -> Vec<(NodeIx, NodeIx)> {
    let licences = some(graph, Kind::Licence);
    let each = MOST.div_ceil(licences.len().max(1));
    let mut pairs = Vec::new();
    for licence in licences.into_iter().filter(|licence| !graph.out(*licence, Relation::Opens).is_empty()) {
        let Ok(found) = reach(graph, &Reach::new(vec![licence], vec![], Kind::Job), &|| false) else { continue };
        let step = (found.entries.len() / each).max(1);
        pairs.extend(found.entries.iter().step_by(step).take(each).map(|entry| (licence, entry.node)));
    }
    pairs.truncate(MOST);
    pairs
}

/// What everyday references begin with, one letter after the other.
fn begun() -> Vec<String> {
    let lines = include_str!("../../tests/words/references.txt").lines().filter(|line| !line.starts_with('#'));
    let texts = lines.filter_map(|line| line.split_once(" = ")).flat_map(|(_, texts)| texts.split(" | "));
    let prefixes = texts.flat_map(|text| (1..=text.len()).filter_map(move |end| text.get(..end)));
    prefixes.filter(|text| !fold(text).is_empty()).map(str::to_owned).collect()
}

/// Names folded, one letter less in the longest word.
fn mistyped(graph: &Graph) -> Vec<String> {
    let names = Kind::ENTITIES.iter().flat_map(|kind| some(graph, *kind)).map(|node| fold(&graph.node(node).name));
    let typo = |name: String| {
        let word = name.split(' ').max_by_key(|word| word.len())?;
        let middle = word.char_indices().nth(word.chars().count() / 2)?;
        let at = word.as_ptr() as usize - name.as_ptr() as usize + middle.0;
        (word.len() > 4).then(|| format!("{}{}", &name[..at], &name[at + middle.1.len_utf8()..]))
    };
    names.filter_map(typo).take(MOST).collect()
}
