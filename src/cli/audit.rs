//! `passerelle audit`: how much rankings hang on the weights, and whether anyone gains systematically.

mod render;

use std::process::ExitCode;

use clap::Args;

use super::{DataDir, open};
use crate::guidance::audit::{self, Plan};

/// Arguments of `audit`.
#[derive(Args, Debug)]
pub struct Audit {
    /// How many pairs of a licence and a job to draw.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pairs: u32,
    /// How many answers of each to look at.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
    top: u8,
    /// The most steps of a pathway; 3 leaves those without a change of track or of job.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=12))]
    max_steps: u8,
    /// What the sample is drawn by: the same seed gives the same report.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the report as JSON, with every figure.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataDir,
}

/// Runs `audit`, on the curated graph where the folder is empty or missing.
pub fn run(audit: &Audit) -> anyhow::Result<ExitCode> {
    let app = open::seeded(&audit.data.dir)?;
    let graph = app.graph();
    let plan = Plan {
        pairs: audit.pairs as usize,
        top: audit.top.into(),
        max_steps: audit.max_steps.into(),
        seed: audit.seed,
        ..Plan::default()
    };
    let found = audit::audit(&graph, &plan, &mut |doing| tracing::debug!("{doing}"))?;
    if audit.json {
        let report = render::json(&graph, &plan, &found);
        anstream::println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        anstream::print!("{}", render::text(&graph, &plan, &found));
    }
    Ok(ExitCode::SUCCESS)
}
