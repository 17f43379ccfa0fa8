//! What can be wrong with a store or a backup. `Display` is the English of logs, [`French`] what whoever runs the terminal reads.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::record::RecordFault;
use super::shape::ShapeError;
use crate::model::{French, KeyError};

/// What is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("what was written is not what is read")]
    NotAsWritten,
    #[error("no record of it can be saved")]
    NothingToSave,
    #[error("passerelle.json {0}")]
    Marker(MarkerFault),
    #[error("the files of its log are missing")]
    LogMissing,
    #[error("sled/db holds no database of passerelle's")]
    NoDatabase,
    #[error("{} belongs to another store", path.display())]
    Foreign { path: PathBuf },
    /// Change sets that were acknowledged, with what is wrong in the files.
    #[error(
        "change sets that were acknowledged cannot be read (version {}){}",
        listed(versions, "to"),
        first(faults, [": ", "; "], ToString::to_string)
    )]
    Acknowledged { versions: Vec<RangeInclusive<u64>>, faults: Vec<Damage> },
    #[error("the checkpoint of version {since} or a later one is missing")]
    NoCheckpoint { since: u64 },
    /// A file of the log that does not say first whose it is.
    #[error("the beginning of {} is not readable", path.display())]
    Beginning { path: PathBuf },
    #[error("{}: bytes {from} to {to} are not readable", path.display())]
    Bytes { path: PathBuf, from: usize, to: usize },
    #[error("change set {0} {1}")]
    ChangeSet(u64, Fault),
    #[error("checkpoint {0} {1}")]
    Checkpoint(u64, Fault),
    #[error("the record {name}: {fault}")]
    Record { name: String, fault: RecordFault },
    #[error("{0}")]
    Backup(BackupFault),
    /// In its own words.
    #[error("sled answers: {0}")]
    Sled(String),
}

/// What is wrong with the file that tells whose a store is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkerFault {
    #[error("is missing")]
    Missing,
    #[error("is not readable ({0})")]
    Unreadable(String),
    #[error("does not say that it is passerelle's")]
    NotOurs,
    #[error("names no format that there ever was")]
    Format,
    #[error("names the engine `{0}`")]
    Engine(String),
}

/// What is wrong with a change set or a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("is missing")]
    Missing,
    #[error("lacks a part")]
    Incomplete,
    #[error("is not as it was written")]
    Changed,
    /// In the words of serde.
    #[error("is not readable ({0})")]
    Unreadable(String),
    #[error("is not readable ({0})")]
    Key(KeyError),
    #[error("says that it is of version {0}")]
    Misplaced(u64),
    #[error("holds {found} items of {expected}")]
    Counts { found: u64, expected: u64 },
    /// Its changes and those before it are not as many as it says.
    #[error("miscounts the log")]
    Miscounts,
    /// A checkpoint that holds other changes, or a relation without its ends.
    #[error("holds what is no state of a graph")]
    NoState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupFault {
    #[error("it does not begin as one, or is a later version's")]
    Beginning,
    #[error("it is cut short")]
    Short,
    #[error("it is not as it was written")]
    Changed,
    #[error("something follows its end")]
    Trailing,
}

/// Versions, the first few runs of them, each from one `to` another.
pub fn listed(versions: &[RangeInclusive<u64>], to: &str) -> String {
    let run = |run: &RangeInclusive<u64>| match (run.start(), run.end()) {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first} {to} {last}"),
    };
    let mut text: Vec<String> = versions.iter().take(5).map(run).collect();
    if versions.len() > text.len() {
        let all: u64 = versions.iter().map(|run| run.end() - run.start() + 1).sum();
        text.push(format!("… ({all} versions)"));
    }
    text.join(", ")
}

fn first(faults: &[Damage], [before, between]: [&str; 2], told: impl Fn(&Damage) -> String) -> String {
    let told: Vec<String> = faults.iter().take(3).map(told).collect();
    if told.is_empty() { String::new() } else { format!("{before}{}", told.join(between)) }
}

impl Damage {
    pub fn foreign(path: &Path) -> Damage {
        Damage::Foreign { path: path.to_owned() }
    }

    /// The record of a key, which a person may quote as its letter and its version.
    pub fn record(key: &[u8], fault: RecordFault) -> Damage {
        let version = key.get(1..9).and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        let letter = key.first().map_or('?', |byte| *byte as char);
        let name = version.map_or_else(|| letter.to_string(), |version| format!("{letter}{version}"));
        Damage::Record { name, fault }
    }
}

impl Fault {
    /// Whether so many were found as there should be.
    pub fn count(found: u64, expected: u64) -> Result<(), Fault> {
        if found == expected { Ok(()) } else { Err(Fault::Counts { found, expected }) }
    }
}

impl From<ShapeError> for Fault {
    fn from(error: ShapeError) -> Fault {
        match error {
            ShapeError::Json(error) => Fault::Unreadable(error.to_string()),
            ShapeError::Key(error) => Fault::Key(error),
        }
    }
}

impl French for Damage {
    fn french(&self) -> String {
        match self {
            Damage::NotAsWritten => "ce qui a été écrit ne se relit pas de même".into(),
            Damage::NothingToSave => "aucun de ses enregistrements ne peut être sauvé".into(),
            Damage::Marker(fault) => format!("passerelle.json {}", fault.french()),
            Damage::LogMissing => "les fichiers de son journal manquent".into(),
            Damage::NoDatabase => "sled/db ne contient pas de base de passerelle".into(),
            Damage::Foreign { path } => format!("{} est d'une autre base", path.display()),
            Damage::Acknowledged { versions, faults } => format!(
                "des lots de changements confirmés ne peuvent être lus (version {}){}",
                listed(versions, "à"),
                first(faults, [" : ", " ; "], French::french)
            ),
            Damage::NoCheckpoint { since } => {
                format!("le point de reprise de la version {since}, ou un plus récent, manque")
            }
            Damage::Beginning { path } => format!("le début de {} est illisible", path.display()),
            Damage::Bytes { path, from, to } => {
                format!("{} : les octets {from} à {to} sont illisibles", path.display())
            }
            Damage::ChangeSet(version, fault) => format!("le lot de changements {version} {}", fault.french()),
            Damage::Checkpoint(version, fault) => {
                format!("le point de reprise de la version {version} {}", fault.french())
            }
            Damage::Record { name, fault } => format!("l'enregistrement {name} {}", fault.french()),
            Damage::Backup(fault) => fault.french(),
            Damage::Sled(words) => format!("sled répond : {words}"),
        }
    }
}

impl French for MarkerFault {
    fn french(&self) -> String {
        match self {
            MarkerFault::Missing => "manque".into(),
            MarkerFault::Unreadable(cause) => format!("est illisible ({cause})"),
            MarkerFault::NotOurs => "ne dit pas qu'il est de passerelle".into(),
            MarkerFault::Format => "nomme un format qui n'a jamais existé".into(),
            MarkerFault::Engine(engine) => format!("nomme le moteur `{engine}`"),
        }
    }
}

impl French for Fault {
    fn french(&self) -> String {
        match self {
            Fault::Missing => "manque".into(),
            Fault::Incomplete => "est incomplet".into(),
            Fault::Changed => "n'est pas tel qu'il a été écrit".into(),
            Fault::Unreadable(cause) => format!("est illisible ({cause})"),
            Fault::Key(error) => format!("est illisible ({})", error.french()),
            Fault::Misplaced(version) => format!("dit être de la version {version}"),
            Fault::Counts { found, expected } => format!("contient {found} éléments sur {expected}"),
            Fault::Miscounts => "compte mal les changements du journal".into(),
            Fault::NoState => "contient ce qui n'est pas l'état d'un graphe".into(),
        }
    }
}

impl French for BackupFault {
    fn french(&self) -> String {
        match self {
            BackupFault::Beginning => "elle ne commence pas comme une sauvegarde, ou vient d'une version plus récente",
            BackupFault::Short => "elle est tronquée",
            BackupFault::Changed => "elle n'est pas telle qu'elle a été écrite",
            BackupFault::Trailing => "quelque chose suit sa fin",
        }
        .into()
    }
}

impl French for RecordFault {
    fn french(&self) -> String {
        match self {
            RecordFault::Mark => "n'en est pas un",
            RecordFault::Short => "est tronqué",
            RecordFault::Length => "annonce une longueur impossible",
            RecordFault::Checksum => "a une somme de contrôle fausse",
            RecordFault::Key => "n'est pas à sa place",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each kind of damage leads to the next, so that the compiler asks for a new one here.
    fn next(damage: &Damage) -> Option<Damage> {
        use Damage::*;
        let text = || "…".to_owned();
        let path = || PathBuf::from("log");
        let record = |fault| Record { name: text(), fault };
        Some(match damage {
            NotAsWritten => NothingToSave,
            NothingToSave => LogMissing,
            LogMissing => NoDatabase,
            NoDatabase => Damage::foreign(&path()),
            Foreign { .. } => Acknowledged { versions: vec![3..=5], faults: vec![LogMissing] },
            Acknowledged { .. } => NoCheckpoint { since: 7 },
            NoCheckpoint { .. } => Beginning { path: path() },
            Beginning { .. } => Bytes { path: path(), from: 3, to: 9 },
            Bytes { .. } => Sled(text()),
            Sled(_) => Marker(MarkerFault::Missing),
            Marker(fault) => match fault {
                MarkerFault::Missing => Marker(MarkerFault::Unreadable(text())),
                MarkerFault::Unreadable(_) => Marker(MarkerFault::NotOurs),
                MarkerFault::NotOurs => Marker(MarkerFault::Format),
                MarkerFault::Format => Marker(MarkerFault::Engine(text())),
                MarkerFault::Engine(_) => Backup(BackupFault::Beginning),
            },
            Backup(fault) => match fault {
                BackupFault::Beginning => Backup(BackupFault::Short),
                BackupFault::Short => Backup(BackupFault::Changed),
                BackupFault::Changed => Backup(BackupFault::Trailing),
                BackupFault::Trailing => record(RecordFault::Mark),
            },
            Record { fault, .. } => match fault {
                RecordFault::Mark => record(RecordFault::Short),
                RecordFault::Short => record(RecordFault::Length),
                RecordFault::Length => record(RecordFault::Checksum),
                RecordFault::Checksum => record(RecordFault::Key),
                RecordFault::Key => ChangeSet(7, Fault::Missing),
            },
            ChangeSet(version, fault) => match after(fault) {
                Some(fault) => ChangeSet(*version, fault),
                None => Checkpoint(7, Fault::Missing),
            },
            Checkpoint(version, fault) => Checkpoint(*version, after(fault)?),
        })
    }

    fn after(fault: &Fault) -> Option<Fault> {
        Some(match fault {
            Fault::Missing => Fault::Incomplete,
            Fault::Incomplete => Fault::Changed,
            Fault::Changed => Fault::Unreadable("…".into()),
            Fault::Unreadable(_) => Fault::Key(KeyError::Form { given: "…".into() }),
            Fault::Key(_) => Fault::Misplaced(9),
            Fault::Misplaced(_) => Fault::Counts { found: 3, expected: 4 },
            Fault::Counts { .. } => Fault::Miscounts,
            Fault::Miscounts => Fault::NoState,
            Fault::NoState => return None,
        })
    }

    #[test]
    fn each_kind_of_damage_is_told_in_english_and_in_french() {
        let all: Vec<Damage> = std::iter::successors(Some(Damage::NotAsWritten), next).collect();
        for damage in &all {
            let (english, french) = (damage.to_string(), damage.french());
            assert!(!english.is_empty() && !french.is_empty() && english != french, "{damage:?}: {english} / {french}");
            let words = |text: &str, words: [&str; 4]| text.split(' ').any(|word| words.contains(&word));
            assert!(!words(&french, ["is", "are", "the", "not"]) && !words(&english, ["est", "la", "le", "les"]));
        }
        assert_eq!(all.last(), Some(&Damage::Checkpoint(7, Fault::NoState)), "the last of them is reached");
    }
}
