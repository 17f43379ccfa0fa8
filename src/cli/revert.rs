//! `passerelle revert`: back to what the graph said at a version.

use std::process::ExitCode;

use clap::Args;

use super::{DataDir, open};
use crate::app::Terms;
use crate::model::Change;

/// Arguments of `revert`.
#[derive(Args, Debug)]
pub struct Revert {
    /// La version à laquelle revenir (`passerelle journal` et `changes` disent ce que chacune a changé). Tout ce qui a été écrit
    /// depuis est défait par un nouveau lot de changements ; rien n’est effacé, et `revert` peut lui-même être défait.
    version: u64,
    #[command(flatten)]
    data: DataDir,
    /// Dire ce qui serait défait, sans rien écrire.
    #[arg(long)]
    dry_run: bool,
}

/// Runs `revert`.
pub fn run(revert: &Revert) -> anyhow::Result<ExitCode> {
    let app = open::existing(&revert.data.dir)?;
    let terms =
        Terms { author: format!("revert {}", revert.version).into(), dry_run: revert.dry_run, ..Terms::default() };
    let written = app.revert(revert.version, terms)?;
    let changes = &written.effective.changes;
    if changes.is_empty() {
        anstream::println!("rien à défaire : le graphe dit ce qu’il disait à la version {}", revert.version);
        return Ok(ExitCode::SUCCESS);
    }
    let count = |is: fn(&Change) -> bool| changes.iter().filter(|change| is(change)).count();
    let told = [
        ("fiches rétablies", count(|change| matches!(change, Change::PutNode(_)))),
        ("fiches marquées retirées", count(|change| matches!(change, Change::DeleteNode(_)))),
        ("relations rétablies", count(|change| matches!(change, Change::PutEdge(_)))),
        ("relations supprimées", count(|change| matches!(change, Change::DeleteEdge(_)))),
    ];
    let told = told.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what} : {count}"));
    let told = told.collect::<Vec<_>>().join(", ");
    match revert.dry_run {
        true => anstream::println!("le retour à la version {} changerait ceci — {told}", revert.version),
        false => anstream::println!(
            "version {} : le graphe dit de nouveau ce qu’il disait à la version {} — {told}",
            written.version,
            revert.version
        ),
    }
    Ok(ExitCode::SUCCESS)
}
