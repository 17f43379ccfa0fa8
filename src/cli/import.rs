//! `passerelle import FORMAT FILE…`: facts from files into the graph, in one change set or not at all.

mod progress;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, anyhow, bail};
use clap::Args;

use super::{DataDir, open, terminal};
use crate::app::{App, Terms, WriteError};
use crate::graph::Graph;
use crate::import::accumulator::Accumulator;
use crate::import::open_data::{self, Format, Report, Reviews};
use crate::import::{self, interchange, seed};
use crate::model::{Change, French, Key, clean};
use crate::store::{self, Access};
use progress::Bar;

/// Arguments of `import`.
#[derive(Args, Debug)]
pub struct Import {
    /// Ce que sont les fichiers : `graph` (le fichier d'échange), `seed` (le graphe rédigé de ce programme, sans fichier),
    /// `open-data` (un dossier de données ouvertes), ou un jeu de données : etablissements, rome, mon-master,
    /// trouver-mon-master, parcoursup, certif-info, onisep, rncp, insertion,
    /// insertion-nationale, insersup, esco, esco-rome.
    format: ImportKind,
    /// Les fichiers, ou le dossier d'`open-data` ; aucun pour `seed`.
    files: Vec<PathBuf>,
    #[command(flatten)]
    data: DataDir,
    /// Dit ce qui changerait, sans rien écrire.
    #[arg(long)]
    dry_run: bool,
    /// Écrit le rapport en JSON.
    #[arg(long)]
    json: bool,
    /// Écrit ici le rapport complet, en JSON : réparations, ce qui est laissé et pourquoi, chaque fichier.
    #[arg(long, value_name = "FICHIER")]
    report: Option<PathBuf>,
    /// Prend une édition plus récente de ce jeu bien qu'elle en dise bien moins que celle qu'elle remplace ; `open-data` pour
    /// tous. Peut être répété.
    #[arg(long, value_name = "NOM")]
    accept_shrinking: Vec<ImportKind>,
    /// Les verdicts sur les noms presque semblables : lu s'il est là, puis écrit avec ceux qui restent à rendre.
    #[arg(long, value_name = "FICHIER")]
    review: Option<PathBuf>,
}

/// The exit code when files of a folder were refused and the others imported.
const REFUSED: u8 = 3;

/// What there is to import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ImportKind {
    Graph,
    Seed,
    OpenData,
    DataSet(Format),
}

impl FromStr for ImportKind {
    type Err = String;

    fn from_str(text: &str) -> Result<ImportKind, String> {
        match text {
            "graph" => Ok(ImportKind::Graph),
            "seed" => Ok(ImportKind::Seed),
            "open-data" => Ok(ImportKind::OpenData),
            other => other.parse().map(ImportKind::DataSet).map_err(|_| {
                let names = Format::ALL.map(Format::name).join(", ");
                format!("format inconnu ; choisissez parmi graph, seed, open-data, {names}")
            }),
        }
    }
}

impl ImportKind {
    fn name(self) -> &'static str {
        match self {
            ImportKind::Graph => "graph",
            ImportKind::Seed => "seed",
            ImportKind::OpenData => "open-data",
            ImportKind::DataSet(format) => format.name(),
        }
    }
}

/// What was read, before anything is written.
struct ReadFiles {
    changes: Vec<Change>,
    report: Option<Report>,
    reviews: Option<Reviews>,
}

/// Runs `import`.
pub fn run(args: &Import) -> anyhow::Result<ExitCode> {
    // Not after the graph was written: the error would hide that it was.
    if let Some(path) = &args.report {
        let opened = File::options().create(true).append(true).open(path);
        opened.with_context(|| format!("rien n'est importé : {} ne peut pas être écrit", path.display()))?;
    }
    let vacant = store::is_vacant(&args.data.dir)?;
    // Nothing is made on disk before all files have been read and found sound.
    let opened = if vacant { None } else { Some(open::existing(&args.data.dir)?) };
    let graph = opened.as_ref().map_or_else(|| Graph::empty().into(), |app| app.graph());
    let ReadFiles { changes, report, reviews } = read(args, &graph)?;
    let asked = changes.len();
    let applied = graph.apply_all(changes).map_err(|faults| {
        let lines: Vec<String> = faults.iter().take(100).map(French::french).collect();
        anyhow!("rien n'est importé :\n{}", lines.join("\n"))
    })?;
    let accumulator = Accumulator::of(&graph, &applied.effective, asked);
    let before = graph.version();
    let version = if args.dry_run {
        before
    } else {
        drop(graph);
        let app = match opened {
            Some(app) => app,
            None => App::open(&args.data.dir, Access::Create)?.into(),
        };
        let author = format!("import {}", args.format.name()).into();
        // Another process may have filled the folder since it was found empty. At the same version it is the same graph: the
        // store that was read has been locked since.
        let terms = Terms { author, expected_version: Some(before), ..Terms::default() };
        let written = app.edit(terms, |_| Ok::<_, WriteError>(applied)).map_err(not_imported)?;
        if written.version == 0 {
            // An import of nothing makes an empty store on purpose, which no later command may fill with the seed.
            app.store().ready()?;
        }
        if args.format == ImportKind::Seed {
            app.store().set_seed(&seed::fingerprint())?;
        }
        written.version
    };
    if let (Some(path), Some(reviews)) = (&args.review, &reviews) {
        fs::write(path, reviews.to_text()).with_context(|| format!("{} ne peut pas être écrit", path.display()))?;
    }
    show(args, report.as_ref(), accumulator, version)?;
    let held = report.iter().flat_map(|report| &report.held_back).filter(|held| !held.accepted).count();
    if held > 0 {
        anstream::eprintln!(
            "attention : {held} partie(s) d'éditions plus récentes en disent bien moins que celles qu'elles remplacent ; rien n'en est retiré"
        );
    }
    let refused = report.map_or(0, |report| report.refused_files.len());
    if refused == 0 && held > 0 {
        return Ok(ExitCode::from(REFUSED));
    }
    if refused > 0 {
        let done = if args.dry_run { "serait importé" } else { "est importé" };
        anstream::eprintln!(
            "attention : {refused} fichier(s) refusé(s), nommés plus haut avec la raison ; le reste {done}"
        );
        return Ok(ExitCode::from(REFUSED));
    }
    Ok(ExitCode::SUCCESS)
}

fn not_imported(error: WriteError) -> anyhow::Error {
    let why = match &error {
        WriteError::VersionConflict { .. } => "rien n'est importé : la base a changé entre-temps ; importez de nouveau",
        WriteError::Faults(_) | WriteError::Store(_) => "rien n'est importé",
    };
    anyhow::Error::from(error).context(why)
}

fn read(args: &Import, graph: &Graph) -> anyhow::Result<ReadFiles> {
    let plain = |changes| ReadFiles { changes, report: None, reviews: None };
    let name = args.format.name();
    match args.format {
        ImportKind::Seed if args.files.is_empty() => open::seed_changes(graph).map(plain),
        ImportKind::Seed => bail!("`import seed` ne prend pas de fichier : le graphe rédigé est dans ce programme"),
        _ if args.files.is_empty() => bail!("`import {name}` prend au moins un fichier ou un dossier : nommez-le"),
        ImportKind::Graph => interchange(&args.files, graph).map(plain),
        ImportKind::OpenData | ImportKind::DataSet(_) => {
            let accepted = args.accept_shrinking.iter().flat_map(|name| match name {
                ImportKind::OpenData => Format::ALL.map(|format| format.name().to_owned()).to_vec(),
                one => vec![one.name().to_owned()],
            });
            let reviews = reviews(args.review.as_deref())?.accepting(accepted);
            let bar = Bar::new();
            let outcome = match (args.format, &args.files[..]) {
                (ImportKind::DataSet(format), files) => open_data::files(format, files, graph, reviews, &bar),
                (_, [folder]) => open_data::directory(folder, graph, reviews, &bar),
                _ => bail!("`import open-data` prend un seul dossier"),
            };
            bar.finish();
            let outcome = outcome.context("rien n'est importé")?;
            Ok(ReadFiles { changes: outcome.changes, report: Some(outcome.report), reviews: Some(outcome.reviews) })
        }
    }
}

fn interchange(files: &[PathBuf], graph: &Graph) -> anyhow::Result<Vec<Change>> {
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for path in files {
        let file = File::open(path).with_context(|| format!("{} ne peut pas être lu", path.display()))?;
        let known = |key: &Key| graph.find(key.as_str()).is_some();
        let contents = interchange::read(file, &file_name(path), known);
        let contents = contents.map_err(|error| anyhow!("rien n'est importé :\n{}", error.french()))?;
        nodes.extend(contents.nodes);
        edges.extend(contents.edges);
    }
    Ok(import::changes(nodes, edges, |key| graph.find(key.as_str()).is_some()))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn reviews(path: Option<&Path>) -> anyhow::Result<Reviews> {
    let Some(path) = path.filter(|path| path.exists()) else { return Ok(Reviews::default()) };
    let text = fs::read_to_string(path).with_context(|| format!("{} ne peut pas être lu", path.display()))?;
    Reviews::read(&text).map_err(|fault| anyhow!("{}: {fault}", path.display()))
}

fn show(args: &Import, report: Option<&Report>, counts: Accumulator, version: u64) -> anyhow::Result<()> {
    let complete = || {
        serde_json::json!({
            "version": version, "dryRun": args.dry_run, "changes": counts, "report": report,
        })
    };
    if let Some(path) = &args.report {
        let report = serde_json::to_string_pretty(&complete())? + "\n";
        fs::write(path, report).with_context(|| format!("{} ne peut pas être écrit", path.display()))?;
    }
    if args.json {
        anstream::println!("{}", terminal::json(&complete())?);
        return Ok(());
    }
    // What files say stands in it.
    match report {
        Some(report) => anstream::println!("{}", clean::shown(&report.to_string())),
        None => anstream::println!("{counts}"),
    }
    let note = if args.dry_run { " (essai : rien n'est écrit)" } else { "" };
    anstream::println!("version    {version}{note}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    #[test]
    fn only_a_store_that_has_changed_is_told_to_have_changed() {
        let told = |error| super::super::told(&not_imported(error));
        assert!(told(WriteError::VersionConflict { expected: 1, actual: 2 }).contains("a changé entre-temps"));
        let full = StoreError::DiskFull { dir: "data".into(), free: 1, needed: 2 };
        let told = told(WriteError::Store(full));
        assert!(told.starts_with("rien n'est importé : le disque de data est plein"), "{told}");
    }
}
