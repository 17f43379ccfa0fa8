//! Question Q4 in process: names in lower case, without accents, with one typo; the node must be among the 10 best.
//!
//! `cargo bench --bench search -- GRAPH.jsonl QUERIES.json` prints how long the index takes to build, how many
//! expected nodes are found and where, and the time a search takes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use passerelle::graph::names::Names;
use passerelle::graph::{Graph, NodeIx};
use passerelle::model::{Change, Kind, Node};
use serde::Deserialize;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each query is asked.
const ROUNDS: usize = 5;
/// Few enough that the index of a national graph is not built anew.
const CHANGED: usize = 2_000;

#[derive(Deserialize)]
struct Line {
    node: Option<String>,
    #[serde(default)]
    name: Box<str>,
    #[serde(default)]
    aliases: Vec<Box<str>>,
}

#[derive(Deserialize)]
struct Queries {
    q4: Vec<Q4>,
}

#[derive(Deserialize)]
struct Q4 {
    text: String,
    expect: String,
}

fn main() -> Result<()> {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let [graph, queries] = files.as_slice() else {
        println!("SKIPPED: give a graph and its queries, as the generators in the test data write them");
        return Ok(());
    };
    let nodes = read_nodes(graph)?;
    let queries: Queries = serde_json::from_reader(BufReader::new(std::fs::File::open(queries)?))?;
    let slots = || nodes.iter().enumerate().map(|(slot, node)| (NodeIx::at(slot), node));
    let (before, start, cpu) = (resident(), Instant::now(), on_cpu());
    let names = Names::build(slots());
    let (took, cpu, grown) = (start.elapsed(), on_cpu().saturating_sub(cpu), resident().saturating_sub(before) >> 20);
    println!("{} nodes indexed in {took:?} ({cpu:?} on a core), {grown} MiB", nodes.len());
    drop(names);
    let graph = Graph::build(nodes, Vec::new(), 0).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    run(&graph, &queries.q4);
    println!("with {CHANGED} nodes newer than the index:");
    let renamed = graph.nodes().take(CHANGED).map(|(_, node)| {
        let mut node = node.clone();
        node.aliases.push(format!("{} bis", node.name).into());
        Change::PutNode(node)
    });
    let changed = graph.apply(&renamed.collect::<Vec<_>>()).map_err(|faults| anyhow::anyhow!("{faults:?}"))?.graph;
    run(&changed, &queries.q4);
    Ok(())
}

fn read_nodes(path: &str) -> Result<Vec<Node>> {
    let mut nodes = Vec::new();
    for line in BufReader::new(std::fs::File::open(path).with_context(|| format!("cannot open {path}"))?).lines() {
        let line: Line = serde_json::from_str(&line?)?;
        let Some(key) = line.node else { continue };
        let mut node = Node::new(key.parse()?, &line.name);
        node.aliases = line.aliases;
        nodes.push(node);
    }
    Ok(nodes)
}

fn run(graph: &Graph, queries: &[Q4]) {
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); queries.len()];
    for round in 0..ROUNDS {
        for (query, times) in queries.iter().zip(&mut times) {
            let start = Instant::now();
            let found = graph.search(&query.text, Kind::ENTITIES, 10);
            times.push(start.elapsed());
            if round > 0 {
                continue;
            }
            let place = found.iter().position(|(ix, _)| graph.key(*ix).as_str() == query.expect);
            *places.entry(place.map_or(0, |at| at + 1)).or_default() += 1;
            if place.is_none() {
                let best = found.first().map(|(ix, score)| (graph.key(*ix), score));
                println!("MISSED {:?}: wanted {}, best {best:?}", query.text, query.expect);
            }
        }
    }
    println!("queries by place of the node expected, 0 for not found: {places:?}");
    print_spread("each search", times.iter().flatten().copied().collect());
    let unfinished = queries.iter().flat_map(|query| (1..query.text.chars().count()).map(move |end| (query, end)));
    let typed: Vec<String> = unfinished.map(|(query, end)| query.text.chars().take(end).collect()).collect();
    let time = |text: &String| {
        let start = Instant::now();
        std::hint::black_box(graph.search(text, Kind::ENTITIES, 10));
        start.elapsed()
    };
    print_spread("each letter typed", typed.iter().step_by(7).map(time).collect());
    // What other work on the machine adds falls away here.
    print_spread("each query's fastest", times.iter().filter_map(|times| times.iter().min()).copied().collect());
}

fn print_spread(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what}: p50 {:?}, p90 {:?}, p99 {:?}, most {:?}", at(0.5), at(0.9), at(0.99), at(1.0));
}

/// How long this thread ran, where the system tells it: the machine's other work does not count.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    Duration::from_nanos(stat.and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(0))
}

/// Resident memory in bytes, where the system tells it.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    pages.and_then(|text| text.split(' ').nth(1)?.parse().ok()).map_or(0, |pages: usize| pages * 4096)
}
