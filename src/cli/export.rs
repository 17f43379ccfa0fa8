//! `passerelle export`: the graph as a file.

use std::borrow::Borrow;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::terminal::Screen;
use super::{DataDir, open};
use crate::export::licence::without_licence;
use crate::export::{csv, graphml, jsonl, jsonld, ttl};
use crate::model::{Edge, Node};

/// Arguments of `export`.
#[derive(Args, Debug)]
pub struct Export {
    #[command(flatten)]
    data: DataDir,
    /// Le fichier à écrire ; la sortie standard sans lui.
    #[arg(long, value_name = "FICHIER")]
    out: Option<PathBuf>,
    /// Le format.
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    format: ExportFormat,
    /// Le graphe tel qu’il était à cette version.
    #[arg(long, value_name = "VERSION")]
    at: Option<u64>,
    /// Laisse de côté ce que seules disent des sources sous cette licence, par exemple ODbL.
    #[arg(long, value_name = "LICENCE")]
    without_licence: Option<String>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum ExportFormat {
    /// Le fichier d'échange : JSON Lines, sans perte.
    Jsonl,
    /// RDF en Turtle : concepts SKOS, sources DCAT, relations pondérées.
    Ttl,
    /// Le même RDF en JSON-LD.
    Jsonld,
    /// GraphML, pour les visionneuses de graphes.
    Graphml,
    /// Une table des relations.
    Csv,
}

/// Runs `export`.
pub fn run(export: &Export) -> anyhow::Result<ExitCode> {
    let app = open::existing(&export.data.dir)?;
    let graph = match export.at {
        Some(version) => app.at(version)?.into(),
        None => app.graph(),
    };
    // Before the file is touched: a licence that no source has is refused.
    let part = export.without_licence.as_deref().map(|licence| without_licence(&graph, licence)).transpose()?;
    let write = |out: &mut dyn Write| match &part {
        Some((nodes, edges)) => write(export.format, nodes, edges, out),
        None => {
            let nodes = graph.nodes().map(|(_, node)| node);
            write(export.format, nodes, graph.edges().map(|edge| edge.to_edge()), out)
        }
    };
    match &export.out {
        None => {
            let out = io::stdout().lock();
            // To a file or a program byte for byte; a terminal is only to be read.
            let written = match out.is_terminal() {
                true => {
                    let mut screen = Screen::new(BufWriter::new(out));
                    write(&mut screen).and_then(|()| screen.flush())
                }
                false => write(&mut BufWriter::new(out)),
            };
            match written {
                // The reader has had enough, as `head` has.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                written => written.context("la sortie standard ne prend plus rien")?,
            }
        }
        Some(path) => {
            let file = File::create(path).with_context(|| format!("{} ne peut pas être écrit", path.display()))?;
            write(&mut BufWriter::new(file)).with_context(|| format!("{} n'est pas complet", path.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write<N: Borrow<Node>, E: Borrow<Edge>>(
    format: ExportFormat,
    nodes: impl IntoIterator<Item = N>,
    edges: impl IntoIterator<Item = E>,
    out: impl Write,
) -> io::Result<()> {
    match format {
        ExportFormat::Jsonl => jsonl::write(out, nodes, edges),
        ExportFormat::Ttl => ttl::write(out, nodes, edges),
        ExportFormat::Jsonld => jsonld::write(out, nodes, edges),
        ExportFormat::Graphml => graphml::write(out, nodes, edges),
        ExportFormat::Csv => csv::write(out, nodes, edges),
    }
}
