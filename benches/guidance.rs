//! How long guidance takes: `cargo bench --bench guidance -- GRAPH.jsonl`, an interchange file.
//!
//! All jobs from each licence, all licences to each job, recommendations for a profile of a licence, skills, interests
//! and wishes, with the reasons of a page, and the skill gap. Each round is asked once to work out what the graph keeps,
//! then measured, the best of three tries.

use std::fs::File;
use std::time::Instant;

use anyhow::{Context, Result};
use passerelle::graph::{Graph, NodeIx};
use passerelle::guidance::recommend::{Profile, rank, reasons};
use passerelle::guidance::skill_gap::gap;
use passerelle::import::interchange;
use passerelle::model::Kind;
use passerelle::pathway::Filter;
use passerelle::pathway::reach::{Reach, reach};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many questions a round.
const MOST: usize = 200;

fn main() -> Result<()> {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let [file] = files.as_slice() else {
        println!("skipped: cargo bench --bench guidance -- GRAPH.jsonl");
        return Ok(());
    };
    let contents =
        interchange::read(File::open(file).with_context(|| format!("cannot open {file}"))?, file, |_| false)?;
    let graph = Graph::build(contents.nodes, contents.edges, 1).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
    println!("{} nodes, {} relations", graph.len(), graph.edge_count());
    let some = |kind: Kind| -> Vec<NodeIx> {
        let all = graph.nodes_of(kind);
        all.iter().step_by((all.len() / MOST).max(1)).copied().take(MOST).collect()
    };
    round("jobs from a licence", &some(Kind::Licence), |licence| {
        reach(&graph, &Reach::new(vec![licence], vec![], Kind::Job), &|| false).map_or(0, |found| found.entries.len())
    });
    round("licences to a job", &some(Kind::Job), |job| {
        reach(&graph, &Reach::new(vec![], vec![job], Kind::Licence), &|| false).map_or(0, |found| found.entries.len())
    });
    round("parcours to a job", &some(Kind::Job), |job| {
        reach(&graph, &Reach::new(vec![], vec![job], Kind::Parcours), &|| false).map_or(0, |found| found.entries.len())
    });
    let (jobs, skills) = (some(Kind::Job), some(Kind::Skill));
    let filter = Filter::default();
    round("recommendations", &some(Kind::Licence), |licence| {
        let at = |list: &[NodeIx], place: usize| list[(licence.get() * 7 + place) % list.len()];
        let profile = Profile {
            licence: Some(licence),
            skills: (0..5).map(|place| at(&skills, place)).collect(),
            interests: vec![at(&skills, 9), at(&skills, 11), at(&jobs, 3)],
            riasec: "IAS".parse().ok(),
            wishes: vec![at(&jobs, 0), at(&jobs, 1)],
            ..Profile::default()
        };
        let ranking = rank(&graph, &profile, &filter, &|| false);
        ranking.map_or(0, |ranking| {
            let page = ranking.diplomas.len().min(20);
            let shifts = ranking.shifts(&graph, &profile, 0..page).len();
            let said =
                ranking.diplomas[..page].iter().map(|one| reasons(&graph, &profile, &filter, &ranking, one).len());
            shifts + said.sum::<usize>()
        })
    });
    round("skill gap", &jobs, |job| gap(&graph, &skills[..5], job).missing.len());
    Ok(())
}

fn round(title: &str, nodes: &[NodeIx], ask: impl Fn(NodeIx) -> usize) {
    if nodes.is_empty() {
        return;
    }
    let found: usize = nodes.iter().map(|node| ask(*node)).sum();
    let mut times: Vec<f64> = nodes
        .iter()
        .map(|node| {
            let tries = (0..3).map(|_| {
                let start = Instant::now();
                std::hint::black_box(ask(*node));
                start.elapsed().as_secs_f64() * 1e3
            });
            tries.fold(f64::INFINITY, f64::min)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!(
        "{title}: p50 {:.2} ms, p90 {:.2}, p99 {:.2}; {} questions, {} entries each",
        at(0.5),
        at(0.9),
        at(0.99),
        nodes.len(),
        found / nodes.len()
    );
}
