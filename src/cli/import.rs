//! `passerelle import FORMAT FILE…`: facts from files into the graph, in one change set or not at all.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::{DataDir, open};
use crate::app::{App, Write};
use crate::graph::Graph;
use crate::import::changes::{self, Tally};
use crate::import::{interchange, seed};
use crate::model::Change;
use crate::store::{self, Access};

/// Arguments of `import`.
#[derive(Args, Debug)]
pub struct Import {
    /// What the files are.
    format: Format,
    /// The files; none for `seed`.
    files: Vec<PathBuf>,
    #[command(flatten)]
    data: DataDir,
    /// Report what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// The interchange file (JSON Lines), as `export` writes it.
    Graph,
    /// The curated graph in this program.
    Seed,
}

/// Runs `import`.
pub fn run(import: &Import) -> anyhow::Result<ExitCode> {
    let vacant = store::is_vacant(&import.data.dir)?;
    // Nothing is made on disk before all files have been read and found sound.
    let open = if vacant { None } else { Some(open::existing(&import.data.dir)?) };
    let graph = open.as_ref().map_or_else(|| Graph::empty().into(), |app| app.graph());
    let changes = read(import, &graph)?;
    let asked = changes.len();
    let applied = graph.apply(&changes).map_err(|faults| {
        let lines: Vec<String> = faults.iter().take(100).map(ToString::to_string).collect();
        anyhow::anyhow!("nothing was imported:\n{}", lines.join("\n"))
    })?;
    let tally = Tally::of(&graph, &applied.effective, asked);
    let version = if import.dry_run {
        graph.version()
    } else {
        drop((applied, graph));
        let app = match open {
            Some(app) => app,
            None => App::open(&import.data.dir, Access::Create)?.into(),
        };
        let author = format!("import {}", name(import.format)).into();
        let written = app.write(Write { changes, author, expected_version: None, dry_run: false })?;
        if import.format == Format::Seed {
            app.store().set_seed(&seed::fingerprint())?;
        }
        written.version
    };
    report(import, tally, version)?;
    Ok(ExitCode::SUCCESS)
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Graph => "graph",
        Format::Seed => "seed",
    }
}

fn read(import: &Import, graph: &Graph) -> anyhow::Result<Vec<Change>> {
    match import.format {
        Format::Seed if import.files.is_empty() => open::seed_changes(),
        Format::Seed => bail!("`import seed` takes no file: the curated graph is in this program"),
        Format::Graph if import.files.is_empty() => bail!("`import graph` takes at least one file"),
        Format::Graph => {
            let (mut nodes, mut edges) = (Vec::new(), Vec::new());
            for path in &import.files {
                let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
                let known = |key: &crate::model::Key| graph.find(key.as_str()).is_some();
                let contents = interchange::read(file, &file_name(path), known).context("nothing was imported")?;
                nodes.extend(contents.nodes);
                edges.extend(contents.edges);
            }
            Ok(changes::puts(nodes, edges))
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn report(import: &Import, tally: Tally, version: u64) -> anyhow::Result<()> {
    if import.json {
        let report = serde_json::json!({ "version": version, "dryRun": import.dry_run, "changes": tally });
        anstream::println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    anstream::println!("{tally}");
    if import.dry_run {
        anstream::println!("version    {version} (dry run: nothing was written)");
    } else {
        anstream::println!("version    {version}");
    }
    Ok(())
}
