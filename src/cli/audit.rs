//! `passerelle audit`: how much rankings hang on the weights, and whether anyone gains systematically.

mod render;

use std::process::ExitCode;

use clap::Args;

use super::{DataDir, open, terminal};
use crate::guidance::audit::{self, Plan};

/// Arguments of `audit`.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// Combien de paires d'une licence et d'un métier tirer.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pairs: u32,
    /// Combien de réponses de chacune regarder.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
    top: u8,
    /// Le nombre d'étapes au plus ; 3 laisse les voies sans réorientation ni changement de métier.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=12))]
    max_steps: u8,
    /// De quoi dépend le tirage : la même graine donne le même rapport.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Écrit le rapport en JSON, avec tous les chiffres.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataDir,
}

/// Runs `audit`, on the curated graph where the folder is empty or missing.
pub fn run(audit: &AuditArgs) -> anyhow::Result<ExitCode> {
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
        anstream::println!("{}", terminal::json(&report)?);
    } else {
        anstream::print!("{}", render::text(&graph, &plan, &found));
    }
    Ok(ExitCode::SUCCESS)
}
