//! `passerelle export`: the graph as a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::{DataDir, open};
use crate::export::jsonl;
use crate::graph::Graph;

/// Arguments of `export`.
#[derive(Args, Debug)]
pub struct Export {
    #[command(flatten)]
    data: DataDir,
    /// The file to write; standard output without it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The format.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// The interchange file: JSON Lines, lossless.
    Jsonl,
}

/// Runs `export`.
pub fn run(export: &Export) -> anyhow::Result<ExitCode> {
    let app = open::existing(&export.data.dir)?;
    let graph = app.graph();
    match &export.out {
        None => {
            let written = write(export.format, &graph, BufWriter::new(io::stdout().lock()));
            match written {
                // The reader has had enough, as `head` has.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written.context("standard output takes no more")?,
            }
        }
        Some(path) => {
            let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
            write(export.format, &graph, BufWriter::new(file))
                .with_context(|| format!("{} is not complete", path.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(format: Format, graph: &Graph, out: impl Write) -> io::Result<()> {
    match format {
        Format::Jsonl => {
            jsonl::write(out, graph.nodes().map(|(_, node)| node), graph.edges().map(|edge| edge.to_edge()))
        }
    }
}
