//! Backups by the clock: one file a version, so many of them kept, on a thread of their own. Each is read back before it has its
//! name, and an older one goes only once a newer is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::App;
use crate::store::{StoreError, disk};

/// Where backups go, and how many stay.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// The folder; it is made where it is missing.
    pub folder: PathBuf,
    /// How many of this store's stay.
    pub keep: usize,
}

/// Makes backups until it is dropped.
pub struct Backups {
    over: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl App {
    /// Makes a backup, unless there is one of this version, and lets those go that are too many. Gives the file that was made.
    ///
    /// # Errors
    /// What kept it from being made; the others are as before then.
    pub fn back_up(&self, shelf: &Shelf) -> Result<Option<PathBuf>, StoreError> {
        let folder = &shelf.folder;
        let io = |path: &Path| {
            let path = path.to_owned();
            |source| StoreError::Io { path, source }
        };
        disk::make_dir(folder).map_err(io(folder))?;
        let prefix = format!("passerelle-{}-", self.store().id());
        let kept = numbered(folder, &prefix)?;
        let version = self.store().head().version;
        if kept.iter().any(|(there, _)| *there == version) {
            return Ok(None);
        }
        let file = folder.join(format!("{prefix}{version:012}{ENDING}"));
        for draft in drafts(folder, &prefix)? {
            disk::remove(&draft).map_err(io(&draft))?;
        }
        self.store().backup(&file)?;
        let mut kept = numbered(folder, &prefix)?;
        kept.sort();
        let many = kept.len().saturating_sub(shelf.keep.max(1));
        for (_, old) in kept.into_iter().take(many) {
            disk::remove(&old).map_err(io(&old))?;
        }
        Ok(Some(file))
    }

    /// Makes a backup now, and again after each such time.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn back_up_every(self: &Arc<App>, every: Duration, shelf: Shelf) -> std::io::Result<Backups> {
        let over = Arc::<(Mutex<bool>, Condvar)>::default();
        let (app, asked) = (self.clone(), over.clone());
        let work = move || {
            let (over, changed) = &*asked;
            loop {
                match app.back_up(&shelf) {
                    Ok(Some(file)) => tracing::info!(file = %file.display(), "backup"),
                    Ok(None) => {}
                    Err(error) => tracing::error!("no backup was made: {error}"),
                }
                let waited = over.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = changed.wait_timeout_while(waited, every, |over| !*over);
                if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("backups".into()).spawn(work)?;
        Ok(Backups { over, thread: Some(thread) })
    }
}

impl Drop for Backups {
    fn drop(&mut self) {
        *self.over.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.over.1.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("making backups broke off");
        }
    }
}

const ENDING: &str = ".backup";

/// The backups of a store, with their versions.
fn numbered(folder: &Path, prefix: &str) -> Result<Vec<(u64, PathBuf)>, StoreError> {
    let io = |source| StoreError::Io { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let version =
            path.file_name().and_then(|name| name.to_str()?.strip_prefix(prefix)?.strip_suffix(ENDING)?.parse().ok());
        found.extend(version.map(|version| (version, path)));
    }
    Ok(found)
}

/// Drafts of a store's backups that a kill has left: whoever holds the store makes one at a time.
fn drafts(folder: &Path, prefix: &str) -> Result<Vec<PathBuf>, StoreError> {
    let io = |source| StoreError::Io { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        let name = path.file_name().and_then(|name| name.to_str()?.strip_prefix('.')?.strip_prefix(prefix));
        if name.is_some_and(|name| name.ends_with(".draft")) {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::{open, put, text, write};
    use crate::store::{self, Access};

    #[test]
    fn so_many_are_kept_and_each_of_them_is_the_graph_of_its_version() {
        let (dir, app) = open();
        let shelf = Shelf { folder: dir.path().join("backups"), keep: 3 };
        let mut texts = Vec::new();
        fs::create_dir_all(&shelf.folder).unwrap();
        let foreign = shelf.folder.join("passerelle-0000000000000000-000000000001.backup");
        fs::write(&foreign, "another store's").unwrap();
        for n in 0..5 {
            app.write(write(vec![put(&format!("job/n{n}"))])).unwrap();
            texts.push(text(&app.graph()));
            assert!(app.back_up(&shelf).unwrap().is_some());
            assert!(app.back_up(&shelf).unwrap().is_none(), "there is one of this version");
        }
        assert!(foreign.exists());
        fs::remove_file(foreign).unwrap();
        let mut kept: Vec<PathBuf> = fs::read_dir(&shelf.folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        kept.sort();
        assert_eq!(kept.len(), 3);
        for (file, expected) in kept.iter().zip(&texts[2..]) {
            let restored = tempfile::tempdir().unwrap();
            store::restore(file, restored.path()).unwrap();
            assert_eq!(text(&App::open(restored.path(), Access::Existing).unwrap().graph()), *expected);
        }
    }

    #[test]
    fn one_that_cannot_be_made_costs_none_that_is_there() {
        let (dir, app) = open();
        app.write(write(vec![put("job/a")])).unwrap();
        let shelf = Shelf { folder: dir.path().join("backups"), keep: 1 };
        let first = app.back_up(&shelf).unwrap().unwrap();
        app.write(write(vec![put("job/b")])).unwrap();
        assert!(app.back_up(&Shelf { folder: first.clone(), keep: 1 }).is_err(), "a file is no folder");
        assert!(first.is_file());
        assert_ne!(app.back_up(&shelf).unwrap().unwrap(), first);
        assert!(!first.exists(), "the newer one is there");
    }

    #[test]
    fn the_clock_makes_them_and_stops_at_once() {
        let (dir, app) = open();
        let app = Arc::new(app);
        let shelf = Shelf { folder: dir.path().join("backups"), keep: 2 };
        let backups = app.back_up_every(Duration::from_millis(5), shelf.clone()).unwrap();
        for n in 0..3 {
            app.write(write(vec![put(&format!("job/n{n}"))])).unwrap();
            let version = app.version();
            let begun = std::time::Instant::now();
            let name = format!("passerelle-{}-{version:012}.backup", app.store().id());
            while !shelf.folder.join(&name).exists() {
                assert!(begun.elapsed() < Duration::from_secs(30), "no backup of version {version}");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        drop(backups);
        let hourly = app.back_up_every(Duration::from_secs(3_600), shelf).unwrap();
        let begun = std::time::Instant::now();
        drop(hourly);
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
