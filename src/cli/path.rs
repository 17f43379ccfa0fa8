//! `passerelle path FROM TO`: the pathways, to read in a terminal.

mod render;

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{DataDir, query, terminal};

/// Arguments of `path`.
#[derive(Args, Debug)]
pub struct Path {
    /// D'où l'on part : un nom, une appellation, un code ou un identifiant, par exemple SVT.
    #[arg(value_name = "DÉPART")]
    from: String,
    /// Où l'on veut arriver, par exemple "journaliste environnemental".
    #[arg(value_name = "ARRIVÉE")]
    to: String,
    /// Passer aussi par là ; peut être répété.
    #[arg(long, value_name = "REF")]
    via: Vec<String>,
    /// Éviter cela ; peut être répété.
    #[arg(long, value_name = "REF")]
    avoid: Vec<String>,
    /// Combien de voies.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=100))]
    first: i32,
    /// Le nombre d'étapes au plus.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(i32).range(1..=12))]
    max_steps: i32,
    /// Montre toutes les voies, pas seulement la mieux attestée de chaque master.
    #[arg(long)]
    all: bool,
    /// Écrit la réponse en JSON, comme la donne l'API.
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
        anstream::println!("{}", terminal::json(whole)?);
    } else if sound {
        anstream::print!("{}", render::pathways(&terminal::lines(answer)["data"]["pathways"]));
    } else {
        anstream::eprint!("{}", render::errors(&terminal::lines(answer)["errors"]));
    }
    Ok(if found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
