//! How long pathways take: `cargo bench --bench pathways -- GRAPH.jsonl QUERIES.json`, files as the generators of the
//! synthetic graphs write them (an interchange file; `{"q3": [{"licence": key, "job": key}, …]}`).
//!
//! Each pair is asked for its ten best pathways of at most six steps, stated evidence only, then all evidence with the
//! outlets worked out on the way (first round) and kept (second). Nothing is cached between questions but the outlets.
//! A kept round takes the best of five tries of each pair, so that other programs on the machine count less.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use anyhow::{Context, Result};
use passerelle::graph::{Graph, NodeIx};
use passerelle::model::{Edge, Key, Node, Relation, Weight};
use passerelle::pathway::{EvidenceKind, Filter, Query, search};
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Deserialize)]
struct Line {
    node: Option<Key>,
    name: Option<String>,
    edge: Option<Relation>,
    from: Option<Key>,
    to: Option<Key>,
    weight: Option<f64>,
}

#[derive(Deserialize)]
struct Questions {
    q3: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    licence: String,
    job: String,
}

fn main() -> Result<()> {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let [graph, questions] = files.as_slice() else {
        println!("skipped: cargo bench --bench pathways -- GRAPH.jsonl QUERIES.json");
        return Ok(());
    };
    let graph = read(graph)?;
    println!("{} nodes, {} relations", graph.len(), graph.edge_count());
    let questions = File::open(questions).with_context(|| format!("cannot open {questions}"))?;
    let questions: Questions = serde_json::from_reader(BufReader::new(questions))?;
    let find = |key: &str| graph.find(key).with_context(|| format!("the graph has no {key}"));
    let pairs: Vec<(NodeIx, NodeIx)> =
        questions.q3.iter().map(|pair| Ok((find(&pair.licence)?, find(&pair.job)?))).collect::<Result<_>>()?;

    let stated = Filter { evidence: [EvidenceKind::Stated].into_iter().collect(), ..Filter::default() };
    round("stated evidence, first", &graph, &pairs, &stated, 1)?;
    round("stated evidence, again", &graph, &pairs, &stated, 5)?;
    let fresh = read_again(&graph);
    round("all evidence, first", &fresh, &pairs, &Filter::default(), 1)?;
    round("all evidence, again", &fresh, &pairs, &Filter::default(), 5)
}

/// The same graph without the outlets worked out so far.
fn read_again(graph: &Graph) -> Graph {
    let nodes = graph.nodes().map(|(_, node)| node.clone()).collect();
    let edges = graph.edges().map(|edge| edge.to_edge()).collect();
    Graph::build(nodes, edges, graph.version()).expect("a graph builds again from its own parts")
}

fn round(title: &str, graph: &Graph, pairs: &[(NodeIx, NodeIx)], filter: &Filter, tries: usize) -> Result<()> {
    let mut times = Vec::with_capacity(pairs.len());
    let (mut expansions, mut found, mut proven) = (0, 0, 0);
    for &(from, to) in pairs {
        let query = Query { filter: filter.clone(), ..Query::new(vec![from], vec![to]) };
        let mut best = f64::INFINITY;
        let mut answer = None;
        for _ in 0..tries {
            let start = Instant::now();
            answer = Some(search(graph, &query, &|| false)?);
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        times.push(best);
        let answer = answer.context("at least one try")?;
        expansions += answer.expansions;
        found += answer.pathways.len();
        proven += usize::from(answer.exhaustive());
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{title}: p50 {:.3} ms, p90 {:.3}, p99 {:.3}, max {:.3}; {found} pathways, {proven} of {} proven, {} extensions each",
        at(0.5),
        at(0.9),
        at(0.99),
        at(1.0),
        pairs.len(),
        expansions / pairs.len() as u64
    );
    Ok(())
}

fn read(path: &str) -> Result<Graph> {
    let file = BufReader::new(File::open(path).with_context(|| format!("cannot open {path}"))?);
    let source: Key = "source/bench".parse()?;
    let mut nodes = HashMap::from([(source.clone(), Node::new(source.clone(), "Bench"))]);
    let mut edges = Vec::new();
    for line in file.lines().skip(1) {
        let line = line?;
        let parsed: Line = serde_json::from_str(&line).with_context(|| line.clone())?;
        match parsed {
            Line { node: Some(key), name: Some(name), .. } => {
                nodes.insert(key.clone(), Node::new(key, &name));
            }
            Line { edge: Some(relation), from: Some(from), to: Some(to), weight: Some(weight), .. } => {
                edges.push(Edge::new(relation, from, to, Weight::new(weight)?, source.clone()));
            }
            _ => anyhow::bail!("neither node nor relation: {line}"),
        }
    }
    Graph::build(nodes.into_values().collect(), edges, 1).map_err(|faults| anyhow::anyhow!("{faults:?}"))
}
