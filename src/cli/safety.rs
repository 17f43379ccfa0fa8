//! `passerelle backup`, `restore` and `repair`: keeping the store, and getting it back.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DataDir, open, terminal};
use crate::app::{self, Missing, Repaired};
use crate::store;

/// Arguments of `backup`.
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// Le fichier à écrire.
    file: PathBuf,
    #[command(flatten)]
    data: DataDir,
}

/// Arguments of `restore`.
#[derive(Args, Debug)]
pub struct Restore {
    /// Le fichier que `backup` a écrit.
    file: PathBuf,
    #[command(flatten)]
    data: DataDir,
}

/// Arguments of `repair`.
#[derive(Args, Debug)]
pub struct Repair {
    #[command(flatten)]
    data: DataDir,
}

/// Runs `backup`.
pub fn backup(backup: &BackupArgs) -> anyhow::Result<ExitCode> {
    let head = open::existing(&backup.data.dir)?.store().backup(&backup.file)?;
    anstream::println!("la version {} est dans {}", head.version, terminal::path(&backup.file));
    Ok(ExitCode::SUCCESS)
}

/// Runs `restore`.
pub fn restore(restore: &Restore) -> anyhow::Result<ExitCode> {
    let head = store::restore(&restore.file, &restore.data.dir)?;
    anstream::println!("la version {} est dans {}", head.version, terminal::path(&restore.data.dir));
    Ok(ExitCode::SUCCESS)
}

/// Runs `repair`.
pub fn repair(repair: &Repair) -> anyhow::Result<ExitCode> {
    let dir = &repair.data.dir;
    let Repaired { head, base, missing, unplaced, aside } =
        app::repair(dir).map_err(|error| open::advised(dir, error))?;
    anstream::println!("sauvé jusqu'à la version {}", head.version);
    if base > 0 {
        anstream::println!("les lots de changements jusqu'à la version {base} manquent ; le graphe d'alors est gardé");
    }
    for Missing { versions, saved, of, keys } in &missing {
        let of = of.map_or("un nombre inconnu".to_owned(), |of| of.to_string());
        let what = saved.map_or("rien n'est sauvé".to_owned(), |saved| format!("{saved} changements sauvés sur {of}"));
        let keys = match keys.iter().map(String::as_str).collect::<Vec<_>>().join(", ") {
            keys if keys.is_empty() => keys,
            keys => format!(" ; manquent : {keys}"),
        };
        let keys = terminal::line(&keys);
        match (versions.start(), versions.end()) {
            (first, last) if first == last => anstream::println!("version {first} : {what}{keys}"),
            (first, last) => anstream::println!("versions {first} à {last} : {what}{keys}"),
        }
    }
    if let Some(path) = unplaced {
        anstream::println!("ce qui n'a pas pu être placé est dans {}", terminal::path(&path));
    }
    anstream::println!("la base abîmée est gardée dans {}", terminal::path(&aside));
    Ok(ExitCode::SUCCESS)
}
