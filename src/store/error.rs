//! Why the store refuses: each says what is wrong, where, and what to do. Nothing has changed on disk then,
//! unless the text says so.

use std::io;
use std::path::{Path, PathBuf};

use super::damage::Damage;
use crate::model::French;

/// What the store can answer instead of doing what it is asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in the folder.
    #[error("there is no store in {}: `passerelle serve` or `passerelle import` makes one there", dir.display())]
    Missing {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder holds something else.
    #[error("{} holds files that are not passerelle's ({found}): give an empty folder with --data", dir.display())]
    NotOurs {
        /// The folder.
        dir: PathBuf,
        /// One thing in it.
        found: String,
    },
    /// There is a file where the folder should be.
    #[error("{} is a file: give a folder with --data", path.display())]
    NotFolder { path: PathBuf },
    /// A backup was being restored there, and that was cut short.
    #[error("restoring a backup into {} was cut short: run `passerelle restore` there again", dir.display())]
    Unfinished {
        /// The folder.
        dir: PathBuf,
    },
    /// A restore may only fill an empty folder.
    #[error("{} is not empty (it holds {found}): restore into an empty or missing folder", dir.display())]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
        /// One thing in it.
        found: String,
    },
    /// The store was written by a later version of the program.
    #[error("the store in {} has format {format}, this program reads up to {}: update passerelle", dir.display(), super::FORMAT)]
    NewerFormat {
        /// The folder.
        dir: PathBuf,
        format: u64,
    },
    /// Another process has it open.
    #[error("the store in {} is in use by another process", dir.display())]
    Locked {
        /// The folder.
        dir: PathBuf,
    },
    /// The system forbids writing, or even reading.
    #[error("the store at {} cannot be written: give this user the right to write there ({source})", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What is on disk is not what was written.
    #[error("the store in {} is damaged: {what}; `passerelle repair` saves what is sound, `passerelle restore` brings a backup back", dir.display())]
    Damaged {
        /// The folder.
        dir: PathBuf,
        what: Damage,
    },
    /// Too little room on the disk.
    #[error("the disk of {} is full: {free} bytes are free, {needed} are needed; nothing was written, reading goes on", dir.display())]
    DiskFull {
        /// The folder.
        dir: PathBuf,
        /// Bytes free.
        free: u64,
        /// Bytes needed.
        needed: u64,
    },
    /// A write failed; none is taken until one can be made sure of again.
    #[error("an earlier write to {} failed ({why}): writing goes on by itself once the cause has gone, reading goes on", dir.display())]
    Halted {
        /// The folder.
        dir: PathBuf,
        /// What failed.
        why: Told,
    },
    /// The folder was replaced while it was open.
    #[error("the store in {} was replaced while it was open: nothing is written any more; restart passerelle to take the files that are there now", dir.display())]
    Replaced {
        /// The folder.
        dir: PathBuf,
    },
    /// The file is there already.
    #[error("{} is there already and is left as it is: name another file", file.display())]
    Exists { file: PathBuf },
    /// A change set that does not follow the last one.
    #[error("change set {given} does not follow version {head}")]
    OutOfOrder {
        /// The last version.
        head: u64,
        given: u64,
    },
    /// Changes that the log has let go, or lost, are asked for.
    #[error("changes up to version {base} are no longer kept: begin from version {base}")]
    Forgotten {
        /// The earliest version that changes can be read from.
        base: u64,
    },
    /// A backup that is not whole.
    #[error("{} is no sound backup: {what}; nothing was restored", file.display())]
    BadBackup { file: PathBuf, what: Damage },
    /// Anything else that the system answers.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What an error said, when it itself has gone to whoever asked.
#[derive(Clone, Debug)]
pub struct Told {
    english: Box<str>,
    french: Box<str>,
}

impl From<&StoreError> for Told {
    fn from(error: &StoreError) -> Told {
        Told { english: error.to_string().into(), french: error.french().into() }
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.english)
    }
}

impl French for Told {
    fn french(&self) -> String {
        self.french.to_string()
    }
}

impl French for StoreError {
    fn french(&self) -> String {
        match self {
            StoreError::Missing { dir } => format!(
                "il n'y a pas de base dans {} : `passerelle serve` ou `passerelle import` en fait une",
                dir.display()
            ),
            StoreError::NotOurs { dir, found } => format!(
                "{} contient des fichiers qui ne sont pas de passerelle ({found}) : donnez un dossier vide à --data",
                dir.display()
            ),
            StoreError::NotFolder { path } => format!("{} est un fichier : donnez un dossier à --data", path.display()),
            StoreError::Unfinished { dir } => format!(
                "le rétablissement d'une sauvegarde dans {} a été interrompu : relancez-y `passerelle restore`",
                dir.display()
            ),
            StoreError::NotEmpty { dir, found } => format!(
                "{} n'est pas vide (il contient {found}) : rétablissez dans un dossier vide ou absent",
                dir.display()
            ),
            StoreError::NewerFormat { dir, format } => format!(
                "la base dans {} est au format {format}, ce programme lit jusqu'au format {} : mettez passerelle à jour",
                dir.display(),
                super::FORMAT
            ),
            StoreError::Locked { dir } => {
                format!("la base dans {} est tenue par un autre processus", dir.display())
            }
            StoreError::ReadOnly { path, source } => format!(
                "la base ne peut pas être écrite à {} : donnez à cet utilisateur le droit d'y écrire ({source})",
                path.display()
            ),
            StoreError::Damaged { dir, what } => format!(
                "la base dans {} est abîmée : {what} ; `passerelle repair` sauve ce qui est sain, `passerelle restore` rétablit \
                 une sauvegarde",
                dir.display(),
                what = what.french()
            ),
            StoreError::DiskFull { dir, free, needed } => format!(
                "le disque de {} est plein : {free} octets sont libres, il en faut {needed} ; rien n'est écrit, la lecture \
                 continue",
                dir.display()
            ),
            StoreError::Halted { dir, why } => format!(
                "une écriture dans {} a échoué ({}) : elles reprennent d'elles-mêmes quand la cause a disparu, la lecture \
                 continue",
                dir.display(),
                why.french()
            ),
            StoreError::Replaced { dir } => format!(
                "la base dans {} a été remplacée pendant qu'elle était ouverte : plus rien n'est écrit ; relancez passerelle pour \
                 prendre les fichiers qui y sont",
                dir.display()
            ),
            StoreError::Exists { file } => {
                format!("{} existe déjà et reste tel quel : donnez un autre nom", file.display())
            }
            StoreError::OutOfOrder { head, given } => {
                format!("le lot de changements {given} ne suit pas la version {head}")
            }
            StoreError::Forgotten { base } => {
                format!("les changements jusqu'à la version {base} ne sont plus gardés : partez de la version {base}")
            }
            StoreError::BadBackup { file, what } => {
                format!("{} n'est pas une sauvegarde saine : {} ; rien n'est rétabli", file.display(), what.french())
            }
            StoreError::Io { path, source } => format!("{} : {source}", path.display()),
        }
    }
}

impl StoreError {
    /// The variant for an answer of the system about a path.
    pub(super) fn io(path: &Path, source: io::Error) -> StoreError {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly { path, source }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                StoreError::DiskFull { dir: path, free: 0, needed: 1 }
            }
            _ => StoreError::Io { path, source },
        }
    }

    pub(super) fn damaged(dir: &Path, what: Damage) -> StoreError {
        StoreError::Damaged { dir: dir.to_owned(), what }
    }
}
