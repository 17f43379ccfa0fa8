//! sled 0.34.7: a real sync, every record in its envelope, every panic and every complaint of its own turned into an error.
//! Nothing else names it, and nothing that was promised rests on it alone.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use super::damage::Damage;
use super::error::StoreError;
use super::folder::engine_dir;
use super::record::unseal;
use super::stream::Records;

/// Memory for its pages. Records are read once, at start; what is read later is small.
const CACHE_BYTES: u64 = 16 << 20;

/// How many times 10 ms to wait for sled to let go of its file.
const PATIENCE: usize = 300;

/// A key and the content of its record.
pub type Keyed = (Vec<u8>, Vec<u8>);

/// An open database of sealed records.
#[derive(Debug)]
pub struct Engine {
    dir: PathBuf,
    db: sled::Db,
    /// The data file, a second time: sled's own flush leaves its bytes to the system.
    file: File,
}

impl Engine {
    /// Makes an empty one in the folder of a store.
    pub fn create(dir: &Path) -> Result<Engine, StoreError> {
        let engine = engine_dir(dir);
        fs::create_dir_all(&engine).map_err(|error| StoreError::io(&engine, error))?;
        Engine::start(dir)
    }

    /// Closes it, all that it wrote on the disk.
    pub fn close(self) -> Result<(), StoreError> {
        self.sync()?;
        let Engine { dir, db, file } = self;
        // sled writes once more as it goes, and panics where it cannot.
        guarded(&dir, || {
            drop(db);
            Ok(())
        })?;
        let io = |error| StoreError::io(&engine_dir(&dir), error);
        file.sync_all().map_err(io)?;
        for entry in fs::read_dir(engine_dir(&dir)).map_err(io)? {
            let path = entry.map_err(io)?.path();
            File::open(&path).and_then(|file| file.sync_all()).map_err(io)?;
        }
        File::open(engine_dir(&dir)).and_then(|file| file.sync_all()).map_err(io)
    }

    /// Opens the one in the folder of a store.
    pub fn open(dir: &Path) -> Result<Engine, StoreError> {
        let engine = Engine::start(dir)?;
        if !engine.db.was_recovered() {
            return Err(StoreError::damaged(dir, Damage::NoDatabase));
        }
        Ok(engine)
    }

    fn start(dir: &Path) -> Result<Engine, StoreError> {
        let path = engine_dir(dir);
        let config = sled::Config::new().path(&path).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let open = || guarded(dir, || config.open());
        let mut db = open();
        // The folder's lock is ours: if sled's file is still locked, a database that this process closed is about to let
        // go of it, on one of sled's own threads.
        for _ in 0..PATIENCE {
            if !matches!(db, Err(StoreError::Locked { .. })) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
            db = open();
        }
        let db = db?;
        let file = path.join("db");
        let file = File::open(&file).map_err(|error| StoreError::io(&file, error))?;
        Ok(Engine { dir: dir.to_owned(), db, file })
    }

    /// The last record before a key, with its own key.
    pub fn last_before(&self, key: &[u8]) -> Result<Option<Keyed>, StoreError> {
        let found = guarded(&self.dir, || self.db.get_lt(key))?;
        found.map(|(key, record)| Ok((key.to_vec(), self.unsealed(&key, &record)?))).transpose()
    }

    /// Writes a sealed record. It is durable after the next [`Engine::sync`].
    pub fn put(&self, key: &[u8], record: &[u8]) -> Result<(), StoreError> {
        guarded(&self.dir, || self.db.insert(key, record)).map(|_| ())
    }

    /// Removes the records from one key up to another.
    pub fn remove(&self, from: &[u8], to: &[u8]) -> Result<(), StoreError> {
        guarded(&self.dir, || self.db.range(from..to).keys().try_for_each(|key| self.db.remove(key?).map(|_| ())))
    }

    /// Lets it write what it holds back. Not durable: a process may be killed then, the machine may not.
    pub fn flush(&self) -> Result<(), StoreError> {
        guarded(&self.dir, || self.db.flush()).map(|_| ())
    }

    /// Makes all that was written durable.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.flush()?;
        self.file.sync_data().map_err(|error| StoreError::io(&self.dir, error))
    }

    fn unsealed(&self, key: &[u8], record: &[u8]) -> Result<Vec<u8>, StoreError> {
        unseal(key, record).map_err(|fault| self.damaged(Damage::record(key, fault)))
    }
}

impl Records for Engine {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let found = guarded(&self.dir, || self.db.get(key))?;
        found.map(|record| self.unsealed(key, &record)).transpose()
    }

    fn damaged(&self, what: Damage) -> StoreError {
        StoreError::damaged(&self.dir, what)
    }
}

/// Runs something of sled's; its errors and panics become ours.
fn guarded<T>(dir: &Path, run: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    quiet_panics();
    QUIET.set(true);
    // sled's state is not looked at again after a panic: the store is dropped or halted.
    let outcome = catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) if error.to_string().starts_with("could not acquire lock") => {
            Err(StoreError::Locked { dir: dir.to_owned() })
        }
        Ok(Err(sled::Error::Io(error)))
            if !matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::Other) =>
        {
            Err(StoreError::io(&engine_dir(dir), error))
        }
        Ok(Err(error)) => Err(StoreError::damaged(dir, Damage::Sled(error.to_string()))),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Err(StoreError::damaged(dir, Damage::Sled(text.to_owned())))
        }
    }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics that [`guarded`] answers for off the terminal; all others are shown as before.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| if QUIET.get() { tracing::debug!("{info}") } else { shown(info) }));
    });
}
