//! `passerelle check`: is what is on disk sound, and is the graph in it?

use std::process::ExitCode;

use clap::Args;

use super::{DataDir, open, terminal};
use crate::model::French;
use crate::store::StoreError;

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct Check {
    #[command(flatten)]
    data: DataDir,
}

/// Runs `check`.
pub fn run(check: &Check) -> anyhow::Result<ExitCode> {
    let app = open::existing(&check.data.dir)?;
    let graph = app.graph();
    let french = |error: StoreError| match error {
        StoreError::Damaged { what, .. } => what.french(),
        error => error.french(),
    };
    let mut faults: Vec<String> = app.store().verify().into_iter().map(french).collect();
    for cycle in graph.broader_cycles() {
        let keys: Vec<&str> = cycle.iter().map(|ix| graph.key(*ix).as_str()).collect();
        faults.push(format!("chacune de ces compétences est plus large qu'elle-même : {}", keys.join(", ")));
    }
    if faults.is_empty() {
        anstream::println!(
            "la base est saine : version {}, {} fiches, {} relations",
            graph.version(),
            graph.len(),
            graph.edge_count()
        );
        return Ok(ExitCode::SUCCESS);
    }
    for fault in &faults {
        anstream::println!("{}", terminal::line(fault));
    }
    anstream::eprintln!("fautes trouvées : {}", faults.len());
    Ok(ExitCode::FAILURE)
}
