//! The command line: what each subcommand takes, one file per subcommand under `cli/`.

mod audit;
mod check;
mod export;
mod import;
mod journal;
mod open;
mod path;
mod query;
mod revert;
mod safety;
mod serve;
mod server;
pub mod settings;
mod terminal;
mod token;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::app::{OpenError, TravelError, WriteError};
use crate::http::ServeError;
use crate::logging;
use crate::model::French;
use crate::store::StoreError;
use crate::tokens::TokenError;
pub use usage::parse;

/// Un graphe de connaissances des études et des métiers, servi en GraphQL : des voies classées, expliquées et sourcées.
// An option of `serve` before another command would say nothing to that one: `--data x import` would write to another store.
#[derive(Parser, Debug)]
#[command(name = "passerelle", version, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Sert l'API GraphQL et la page des conseillers (par défaut).
    Serve(serve::Serve),
    /// Montre les voies d'un départ à une arrivée. Exemple : passerelle path SVT "journaliste environnemental".
    Path(path::Path),
    /// Pose une question GraphQL à la base, sans serveur.
    Query(query::QueryArgs),
    /// Fait entrer des faits dans le graphe.
    Import(import::Import),
    /// Écrit le graphe sur la sortie standard ou dans un fichier.
    Export(export::Export),
    /// Vérifie la base et le graphe ; finit avec 1 et la liste des fautes s'il y en a.
    Check(check::Check),
    /// Dit combien les classements bougent quand les poids bougent, et si une institution, une région ou une source y gagne.
    Audit(audit::AuditArgs),
    /// Ramène le graphe à ce qu'il disait à une version, par un nouveau lot de changements.
    Revert(revert::Revert),
    /// Écrit une sauvegarde de la base dans un fichier.
    Backup(safety::BackupArgs),
    /// Rétablit une sauvegarde dans un dossier vide ou absent.
    Restore(safety::Restore),
    /// Refait une base abîmée de ce qui y est sain.
    Repair(safety::Repair),
    /// Écrit le schéma GraphQL.
    Schema,
    /// Montre qui a écrit quoi, d'où, et qui a été refusé.
    Journal(journal::JournalArgs),
    /// Gère les jetons d'accès.
    Token(token::TokenArgs),
}

/// Where the store is.
#[derive(Args, Clone, Debug)]
pub struct DataDir {
    /// Le dossier de la base.
    #[arg(long = "data", value_name = "DOSSIER", env = "PASSERELLE_DATA", default_value = "data")]
    pub dir: PathBuf,
}

/// What a person at the terminal is told of an error: each cause in French where it is one of ours.
pub fn told(error: &anyhow::Error) -> String {
    let mut told: Vec<String> = Vec::new();
    for cause in error.chain() {
        let ours = [
            cause.downcast_ref::<StoreError>().map(French::french),
            cause.downcast_ref::<OpenError>().map(French::french),
            cause.downcast_ref::<WriteError>().map(French::french),
            cause.downcast_ref::<TravelError>().map(French::french),
            cause.downcast_ref::<ServeError>().map(French::french),
            cause.downcast_ref::<TokenError>().map(French::french),
        ];
        // It tells what is beneath it too.
        if let Some(french) = ours.into_iter().flatten().next() {
            told.push(french);
            break;
        }
        told.push(cause.to_string());
    }
    told.join(" : ")
}

/// Runs the command line of this process.
///
/// # Errors
/// What the person at the terminal must know; `main` prints it.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(serve)) => serve::run(serve),
        Some(Command::Path(path)) => path::run(&path),
        Some(Command::Query(query)) => query::run(&query),
        Some(Command::Import(import)) => import::run(&import),
        Some(Command::Export(export)) => export::run(&export),
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Audit(audit)) => audit::run(&audit),
        Some(Command::Revert(revert)) => revert::run(&revert),
        Some(Command::Backup(backup)) => safety::backup(&backup),
        Some(Command::Restore(restore)) => safety::restore(&restore),
        Some(Command::Repair(repair)) => safety::repair(&repair),
        Some(Command::Schema) => {
            anstream::print!("{}", crate::api::sdl());
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Journal(journal)) => journal::run(&journal),
        Some(Command::Token(token)) => token::run(&token),
    }
}

/// Sends logs to standard error: `PASSERELLE_LOG` chooses which, JSON where that is no terminal. Unless it is set, a server logs what
/// it does and any other command, whose reader wants an answer and no log, only what went wrong. What nobody takes, the pipe being
/// closed or not read, the disk full, is lost; the work goes on.
pub fn log(cli: &Cli) {
    use crate::http::observe::WithRequest;
    use std::io::IsTerminal;
    use tracing_subscriber::EnvFilter;
    use tracing_subscriber::fmt::format;
    let usual = match cli.command {
        None | Some(Command::Serve(_)) => "info,actix_server=warn,actix_http=warn,sled=warn",
        Some(_) => "warn",
    };
    let filter = EnvFilter::try_from_env("PASSERELLE_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let Some(queue) = logging::ours() else { return };
    // A panic is told through the queue too: written straight to a pipe that nobody reads, it would hold up its thread.
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!("{panic}");
        if std::thread::current().name() == Some("main") {
            logging::settle();
        }
    }));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(queue.clone()).log_internal_errors(false);
    if std::io::stderr().is_terminal() {
        lines.event_format(WithRequest { lines: format().compact(), json: false }).init();
    } else {
        lines.json().event_format(WithRequest { lines: format().json(), json: true }).init();
    }
}
