//! Why open data is refused: each error says what, where, and what to do.

use crate::import::open_data::format::Format;
use crate::import::open_data::refused::LeftAside;

/// Why open data was refused. What, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenDataError {
    /// A file or folder cannot be read.
    #[error("{path} : illisible ({cause}) ; vérifiez qu'il est là et que vous pouvez le lire")]
    Read {
        path: String,
        /// The system's word.
        cause: std::io::Error,
    },
    /// The bytes are no table.
    #[error("{file} : ce n'est pas un tableau : {reason}")]
    NotATable { file: String, reason: String },
    /// The archive is damaged or hostile.
    #[error("{file} : archive refusée : {reason}")]
    Archive { file: String, reason: String },
    /// The XML is damaged or hostile.
    #[error("{file} : XML refusé : {reason}")]
    Markup { file: String, reason: String },
    /// The file is none of the data sets.
    #[error("{file} : non reconnu : {reason}")]
    Unknown { file: String, reason: String },
    /// A column is not there.
    #[error(
        "{file} : la colonne {missing} manque ; ses premières colonnes sont {present} ; voyez ce que l'éditeur a changé"
    )]
    MissingColumn {
        file: String,
        /// The column, and the one that may stand in its place.
        missing: String,
        /// The first columns that are there.
        present: String,
    },
    /// Too many rows are damaged.
    #[error(
        "{file} : {refused} lignes sur {rows} sont refusées, trop pour se fier aux autres ; le fichier est-il entier et tel que publié ? La première : {first}"
    )]
    TooManyRefused { file: String, refused: usize, rows: usize, first: String },
    /// A table of a set is not there.
    #[error("{format} : la table {missing} manque ; donnez ensemble tous les fichiers du jeu (donnés : {})", files.join(", "))]
    Incomplete {
        format: Format,
        /// The table.
        missing: String,
        files: Vec<String>,
    },
    /// A file of another format.
    #[error("{file} : c'est {found}, non {wanted} ; importez-le comme `{found}`")]
    OtherFormat {
        file: String,
        found: Format,
        /// What was asked for.
        wanted: Format,
    },
    /// A table of a known data set, but for some columns.
    #[error("{file} : {reason}")]
    Changed {
        file: String,
        /// Which data set, and which columns.
        reason: String,
    },
    /// Nothing to import.
    #[error(
        "{path} : aucun fichier d'un jeu de données connu ; docs/data-sources.md dit quoi télécharger{}{}",
        listed("refusé", refused),
        listed("laissé de côté", skipped)
    )]
    Nothing {
        path: String,
        /// The files that were refused.
        refused: Vec<LeftAside>,
        /// The files that are none of the data sets.
        skipped: Vec<LeftAside>,
    },
}

impl OpenDataError {
    /// The files to blame, where an import can go on without them.
    pub fn culprits(&self) -> Vec<String> {
        match self {
            OpenDataError::Read { path: file, .. }
            | OpenDataError::NotATable { file, .. }
            | OpenDataError::Archive { file, .. }
            | OpenDataError::Markup { file, .. }
            | OpenDataError::Unknown { file, .. }
            | OpenDataError::MissingColumn { file, .. }
            | OpenDataError::Changed { file, .. }
            | OpenDataError::TooManyRefused { file, .. }
            | OpenDataError::OtherFormat { file, .. } => vec![file.clone()],
            OpenDataError::Incomplete { files, .. } => files.clone(),
            OpenDataError::Nothing { .. } => Vec::new(),
        }
    }

    /// The message without the file's name, for a list that gives it.
    pub fn reason(&self) -> String {
        let text = self.to_string();
        let named =
            self.culprits().into_iter().find_map(|file| text.strip_prefix(&format!("{file} : ")).map(str::to_owned));
        named.unwrap_or(text)
    }
}

fn listed(what: &str, files: &[LeftAside]) -> String {
    let lines = files.iter().map(|LeftAside { file, reason, .. }| format!("\n{what} {file} : {reason}"));
    lines.collect()
}
