//! `passerelle path FROM TO`: the pathways, to read in a terminal.

mod render;

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{DataDir, query};

/// Arguments of `path`.
#[derive(Args, Debug)]
pub struct Path {
    /// Where it begins: any name, alias, code or key, for example SVT.
    from: String,
    /// Where it leads, for example "journaliste environnemental".
    to: String,
    /// Pass through this too; may be given several times.
    #[arg(long, value_name = "REF")]
    via: Vec<String>,
    /// Keep clear of this; may be given several times.
    #[arg(long, value_name = "REF")]
    avoid: Vec<String>,
    /// How many pathways.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=100))]
    first: i32,
    /// The most steps of a pathway.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(i32).range(1..=12))]
    max_steps: i32,
    /// Show every pathway, not the best of each master alone.
    #[arg(long)]
    all: bool,
    /// Print the answer as JSON, as the API gives it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    data: DataDir,
}

const QUESTION: &str = include_str!("path/question.graphql");

/// Runs `path`. Exits with 1 when nothing was found.
pub fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let variables = json!({
        "from": [path.from],
        "to": [path.to],
        "via": path.via,
        "avoid": path.avoid,
        "distinct": if path.all { None } else { Some("MASTER") },
        "first": path.first,
        "maxSteps": path.max_steps,
    });
    let (answer, sound) = query::ask(&path.data.dir, QUESTION, None, Some(&variables.to_string()))?;
    let found = answer["data"]["pathways"]["nodes"].as_array().is_some_and(|nodes| !nodes.is_empty());
    if path.json {
        let whole = if sound { &answer["data"]["pathways"] } else { &answer };
        anstream::println!("{}", serde_json::to_string_pretty(whole)?);
    } else if sound {
        anstream::print!("{}", render::pathways(&answer["data"]["pathways"]));
    } else {
        anstream::eprint!("{}", render::errors(&answer["errors"]));
    }
    Ok(if found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
