//! `passerelle journal`: who wrote what, from where, and who was refused; also while a server runs.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::{DataDir, terminal};
use crate::journal::{self, Entry, WriteOutcome};

/// Arguments of `journal`.
#[derive(Args, Debug)]
pub struct JournalArgs {
    /// Seulement les dernières entrées, en ce nombre.
    #[arg(long, value_name = "N", default_value_t = 100)]
    last: usize,
    #[command(flatten)]
    data: DataDir,
}

/// Runs `journal`.
pub fn run(arguments: &JournalArgs) -> anyhow::Result<ExitCode> {
    let dir = &arguments.data.dir;
    let entries = journal::read(dir).with_context(|| format!("le journal des écritures de {}", dir.display()))?;
    for entry in &entries[entries.len().saturating_sub(arguments.last)..] {
        anstream::println!("{}", line(entry));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(entry: &Entry) -> String {
    let from = entry.from.map_or_else(|| "cette machine".to_owned(), |from| from.to_string());
    let outcome = match &entry.outcome {
        WriteOutcome::Written { version, changes } => format!("version {version}, {changes} changements"),
        WriteOutcome::Refused(code) => format!("refusé : {code}"),
    };
    let author = terminal::line(&entry.author);
    format!("{}  {author:<24} {from:<16} {outcome}", date(entry.at))
}

/// Seconds since 1970 as people write them, in UTC (Howard Hinnant's `civil_from_days`).
fn date(at: u64) -> String {
    let (days, seconds) = (at / 86_400 + 719_468, at % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01 00:00:00");
        assert_eq!(date(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(date(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(date(1_767_225_600), "2026-01-01 00:00:00");
    }
}
