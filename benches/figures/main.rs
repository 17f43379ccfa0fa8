//! How long questions and writes take, as Markdown tables: `cargo bench --bench figures -- GRAPH [QUESTIONS.json]`.
//!
//! GRAPH is an interchange file, or the folder of a store: that is copied, opened (and timed), and written to. Without
//! QUESTIONS (`{"q3": [{"licence": key, "job": key}, …], "q4": [{"text": …, "expect": key}, …]}`, as the generators of
//! the synthetic graphs write them) the graph's own licences, jobs and names are asked about.
//!
//! Times are those that the asking thread ran, so what else the machine does counts only through its caches. *First*
//! is the first time of each question, in a graph that has worked out nothing; *best* the least of five in a row.

mod asked;
mod clock;
mod written;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use passerelle::app::App;
use passerelle::graph::Graph;
use passerelle::import::interchange;
use passerelle::store::Access;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let files: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let (graph, questions) = match files.as_slice() {
        [graph] => (PathBuf::from(graph), None),
        [graph, questions] => (PathBuf::from(graph), Some(questions)),
        _ => {
            println!("SKIPPED: cargo bench --bench figures -- GRAPH.jsonl|STORE [QUESTIONS.json]");
            return Ok(());
        }
    };
    if graph.is_dir() {
        let copy = tempfile::tempdir()?;
        copy_into(&graph, copy.path())?;
        let (begun, ran) = (Instant::now(), clock::process());
        let app = App::open(copy.path(), Access::Existing)?;
        let (took, ran) = (begun.elapsed(), clock::process() - ran);
        clock::settle();
        let graph = app.graph();
        title(&graph);
        println!(
            "Opened in {took:.2?} ({:.0} ms on a core); resident memory after it {} MiB.\n",
            ran,
            clock::resident()
        );
        asked::all(&graph, questions.map(|file| asked::read(file)).transpose()?.as_ref())?;
        written::all(&app)
    } else {
        let name = graph.display().to_string();
        let file = File::open(&graph).with_context(|| format!("cannot open {name}"))?;
        let contents = interchange::read(file, &name, |_| false)?;
        let built = Graph::build(contents.nodes, contents.edges, 1).map_err(|faults| anyhow::anyhow!("{faults:?}"))?;
        title(&built);
        asked::all(&built, questions.map(|file| asked::read(file)).transpose()?.as_ref())?;
        written::changes(&built)
    }
}

fn title(graph: &Graph) {
    println!("\n{} nodes, {} relations, on {} cores.", graph.len(), graph.edge_count(), clock::cores());
}

fn copy_into(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir(&there)?;
            copy_into(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}
