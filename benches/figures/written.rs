//! The writes: a change alone, then made durable, and what reading takes meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use passerelle::app::{App, Write};
use passerelle::graph::{Graph, NodeIx};
use passerelle::model::{Change, Edge, Kind, Node, Relation, Weight};
use passerelle::pathway::{Query, search};

use super::clock;

const TURNS: usize = 300;

/// One of three small changes in turn: a job's new alias, a new course, an outlet of a parcours.
fn change(graph: &Graph, turn: usize) -> Result<Change> {
    let pick = |kind: Kind| {
        let all = graph.nodes_of(kind);
        all.get(turn * 7919 % all.len().max(1)).copied().with_context(|| format!("the graph has no {kind}"))
    };
    let job = pick(Kind::Job)?;
    Ok(match turn % 3 {
        0 => {
            let mut node = graph.node(job).clone();
            node.aliases.push(format!("Autre nom {turn}").into());
            Change::PutNode(node)
        }
        1 => Change::PutNode(Node::new(format!("course/mesure-{turn}").parse()?, "Cours de mesure")),
        _ => {
            let (from, to) = (graph.key(pick(Kind::Parcours)?).clone(), graph.key(job).clone());
            let source = graph.key(pick(Kind::Source)?).clone();
            Change::PutEdge(Edge::new(Relation::LeadsTo, from, to, Weight::new(0.5)?, source))
        }
    })
}

/// Prints what a change costs without a disk.
pub fn changes(graph: &Graph) -> Result<()> {
    let mut times = Vec::new();
    for turn in 0..TURNS {
        let change = [change(graph, turn)?];
        let begun = clock::thread();
        std::hint::black_box(graph.apply(&change).map_err(|faults| anyhow::anyhow!("{faults:?}"))?);
        times.push(clock::thread() - begun);
    }
    println!("A small change (a new alias, node or relation) takes {} ms (p50 · p99).", clock::spread(&mut times));
    Ok(())
}

/// Prints what changes and durable writes cost, and pathways while writes go on without a pause.
pub fn all(app: &App) -> Result<()> {
    changes(&app.graph())?;
    let pairs = pairs(&app.graph());
    read(app, &pairs)?;
    let (mut idle, mut idle_wall) = read(app, &pairs)?;
    let stop = AtomicBool::new(false);
    let (writes, meanwhile) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write(app, &stop));
        let meanwhile = read(app, &pairs);
        stop.store(true, Ordering::Relaxed);
        (writer.join(), meanwhile)
    });
    let mut writes = writes.map_err(|_| anyhow::anyhow!("the writer broke off"))??;
    let (mut busy, mut busy_wall) = meanwhile?;
    println!(
        "Made durable on this disk, by the wall clock, reading meanwhile: {} ms ({} writes).\n",
        clock::spread(&mut writes),
        writes.len()
    );
    println!("| reading (ten best pathways), ms p50 · p99 | idle | under writes |\n| --- | --- | --- |");
    println!("| on a core | {} | {} |", clock::spread(&mut idle), clock::spread(&mut busy));
    println!("| by the wall clock | {} | {} |", clock::spread(&mut idle_wall), clock::spread(&mut busy_wall));
    Ok(())
}

fn pairs(graph: &Graph) -> Vec<(NodeIx, NodeIx)> {
    let (licences, jobs) = (graph.nodes_of(Kind::Licence), graph.nodes_of(Kind::Job));
    let count = if licences.is_empty() || jobs.is_empty() { 0 } else { 2_000 };
    (0..count).map(|i| (licences[i % licences.len()], jobs[i * 7919 % jobs.len()])).collect()
}

/// Times on a core and by the wall clock, each question on the graph of its moment.
fn read(app: &App, pairs: &[(NodeIx, NodeIx)]) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut times, mut wall) = (Vec::new(), Vec::new());
    for &(from, to) in pairs {
        let (begun, start) = (clock::thread(), Instant::now());
        std::hint::black_box(search(&app.graph(), &Query::new(vec![from], vec![to]), &|| false)?);
        times.push(clock::thread() - begun);
        wall.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok((times, wall))
}

fn write(app: &App, stop: &AtomicBool) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let changes = vec![change(&app.graph(), times.len())?];
        let begun = Instant::now();
        app.write(Write { changes, author: "mesure".into(), expected_version: None, dry_run: false })?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}
