//! From a folder, or from files named one by one, to recognised tables. What is no data set is left aside; what is
//! damaged or hostile is refused by name, with the reason, and never stops the others of a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::import::open_data::Progress;
use crate::import::open_data::error::OpenDataError;
use crate::import::open_data::format::Format;
use crate::import::open_data::read::table::MAX_BYTES;
use crate::import::open_data::recognise::{self, Contents};
use crate::import::open_data::refused::LeftAside;
use crate::import::open_data::set::RecognisedTable;

/// What was found.
#[derive(Debug, Default)]
pub struct Collected {
    /// The tables, in the order of their files' paths.
    pub documents: Vec<RecognisedTable>,
    /// Files that are none of the data sets.
    pub skipped: Vec<LeftAside>,
    /// Files that may not be taken.
    pub refused: Vec<LeftAside>,
}

/// Reads a folder and those below it. Tables in `refused` are left out: an import of them has failed, for that reason.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn folder(
    folder: &Path,
    refused: &BTreeMap<String, String>,
    progress: &dyn Progress,
) -> Result<Collected, OpenDataError> {
    let mut found = Collected::default();
    let mut paths = Vec::new();
    walk(folder, &mut paths, &mut found)?;
    for (n, path) in paths.iter().enumerate() {
        let shown = shown(folder, path);
        progress.step(&shown, n + 1, paths.len());
        found.take(&shown, read(path, &shown).and_then(|bytes| recognise::contents(&shown, &bytes)));
    }
    found.leave_out(refused);
    Ok(found)
}

/// Takes files that are at hand. Tables in `refused` are left out: an import of them has failed, for that reason.
pub fn memory(files: &[(String, Vec<u8>)], refused: &BTreeMap<String, String>) -> Collected {
    let mut found = Collected::default();
    for (name, bytes) in files {
        found.take(name, recognise::contents(name, bytes));
    }
    found.leave_out(refused);
    found
}

impl Collected {
    fn take(&mut self, file: &str, read: Result<Contents, OpenDataError>) {
        match read {
            Ok(Contents { documents, skipped, refused }) => {
                self.documents.extend(documents);
                self.skipped.extend(skipped);
                let culprit = |error: &OpenDataError| error.culprits().into_iter().next().unwrap_or(file.to_owned());
                self.refused.extend(refused.iter().map(|error| LeftAside::new(culprit(error), error.reason())));
            }
            Err(error) => match recognise::foreign(file, &error) {
                Some(aside) => self.skipped.push(aside),
                None => self.refused.push(LeftAside::new(file, error.reason())),
            },
        }
    }

    fn leave_out(&mut self, refused: &BTreeMap<String, String>) {
        self.documents.retain(|document| !refused.contains_key(&*document.table.file));
        self.refused.extend(refused.iter().map(|(file, reason)| LeftAside::new(file, reason)));
    }
}

/// Reads files that are all of one format.
///
/// # Errors
/// When one is damaged or of another format.
pub fn files(format: Format, paths: &[PathBuf], progress: &dyn Progress) -> Result<Collected, OpenDataError> {
    let mut found = Collected::default();
    for (n, path) in paths.iter().enumerate() {
        let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        progress.step(&shown, n + 1, paths.len());
        let contents = recognise::contents(&shown, &read(path, &path.display().to_string())?)?;
        if let Some(error) = contents.refused.into_iter().next() {
            return Err(error);
        }
        found.skipped.extend(contents.skipped);
        for document in contents.documents {
            let of = document.part.format();
            if of != format {
                return Err(OpenDataError::OtherFormat { file: shown, found: of, wanted: format });
            }
            found.documents.push(document);
        }
    }
    Ok(found)
}

fn read(path: &Path, shown: &str) -> Result<Vec<u8>, OpenDataError> {
    let fault = |cause| OpenDataError::Read { path: shown.to_owned(), cause };
    if std::fs::metadata(path).map_err(fault)?.len() > MAX_BYTES as u64 {
        let reason = format!("il dépasse {} Mio : donnez-en un export filtré", MAX_BYTES >> 20);
        return Err(OpenDataError::NotATable { file: shown.to_owned(), reason });
    }
    std::fs::read(path).map_err(fault)
}

fn shown(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

/// The files of a folder and those below it, by path; hidden ones left out, links to folders not followed.
fn walk(folder: &Path, paths: &mut Vec<PathBuf>, found: &mut Collected) -> Result<(), OpenDataError> {
    let fault = |cause| OpenDataError::Read { path: folder.display().to_string(), cause };
    let mut entries = std::fs::read_dir(folder).map_err(fault)?.collect::<Result<Vec<_>, _>>().map_err(fault)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(fault)?;
        if kind.is_dir() {
            if let Err(error) = walk(&path, paths, found) {
                found.refused.push(LeftAside::new(path.display().to_string(), error.reason()));
            }
        } else if kind.is_file() || std::fs::metadata(&path).is_ok_and(|target| target.is_file()) {
            paths.push(path);
        } else {
            let reason = "ce n'est ni un fichier ni un dossier".to_owned();
            found.skipped.push(LeftAside::new(path.display().to_string(), reason));
        }
    }
    Ok(())
}
