//! `passerelle backup`, `restore` and `repair`: keeping the store, and getting it back.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DataDir, open};
use crate::store;

/// Arguments of `backup`.
#[derive(Args, Debug)]
pub struct Backup {
    /// The file to write.
    file: PathBuf,
    #[command(flatten)]
    data: DataDir,
}

/// Arguments of `restore`.
#[derive(Args, Debug)]
pub struct Restore {
    /// The file that `backup` wrote.
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
pub fn backup(backup: &Backup) -> anyhow::Result<ExitCode> {
    let head = open::existing(&backup.data.dir)?.store().backup(&backup.file)?;
    anstream::println!("version {} is in {}", head.version, backup.file.display());
    Ok(ExitCode::SUCCESS)
}

/// Runs `restore`.
pub fn restore(restore: &Restore) -> anyhow::Result<ExitCode> {
    let head = store::restore(&restore.file, &restore.data.dir)?;
    anstream::println!("version {} is in {}", head.version, restore.data.dir.display());
    Ok(ExitCode::SUCCESS)
}

/// Runs `repair`.
pub fn repair(repair: &Repair) -> anyhow::Result<ExitCode> {
    let repaired = store::repair(&repair.data.dir)?;
    anstream::println!("saved up to version {}", repaired.head.version);
    if repaired.base > 0 {
        anstream::println!("the change sets up to version {} are lost; the graph as of then is kept", repaired.base);
    }
    anstream::println!("the damaged store is kept in {}", repaired.aside.display());
    Ok(ExitCode::SUCCESS)
}
