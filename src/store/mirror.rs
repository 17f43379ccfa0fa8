//! The log's records in sled, by key: the history as it is read by version, and a second copy of every change set, from which a
//! bad page of the log is mended. It follows the log on a thread of its own; no write waits for it. sled is opened only if it was
//! closed cleanly, which a file beside it says, and is made anew from the log otherwise: nothing is lost with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::damage::{Damage, Fault};
use super::disk;
use super::engine::Engine;
use super::error::StoreError;
use super::folder::engine_dir;
use super::locations::Location;
use super::log::{self, META, Meta, SET, SET_PIECE};
use super::record::{frame, seal};
use super::stream::{Records, piece_key};

/// Says that sled was closed cleanly; it is gone while sled is open.
pub const CLEAN: &str = "sled.clean";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clean {
    id: String,
    base: u64,
    version: u64,
}

/// sled, and how far it has followed.
#[derive(Debug)]
pub struct Mirror {
    dir: PathBuf,
    id: String,
    pub engine: Arc<Engine>,
    pub base: u64,
    pub version: u64,
}

/// The version up to which sled holds the log of a store, if it was closed cleanly.
pub fn clean_version(dir: &Path, id: &str) -> Option<u64> {
    clean(dir, id).map(|clean| clean.version)
}

fn clean(dir: &Path, id: &str) -> Option<Clean> {
    let text = fs::read(dir.join(CLEAN)).ok()?;
    serde_json::from_slice::<Clean>(&text).ok().filter(|clean| clean.id == id)
}

impl Mirror {
    /// Opens sled where it was closed cleanly, and makes it anew where not.
    pub fn open(dir: &Path, id: &str, base: u64, head: u64) -> Result<Mirror, StoreError> {
        let io = |error| StoreError::io(dir, error);
        let clean = clean(dir, id).filter(|clean| clean.version <= head);
        if dir.join(CLEAN).exists() {
            disk::remove(&dir.join(CLEAN)).and_then(|()| disk::sync_dir(dir)).map_err(io)?;
        }
        if let Some(Clean { base, version, .. }) = clean
            && let Some(engine) = opened(dir, id, version)
        {
            return Ok(Mirror { dir: dir.to_owned(), id: id.to_owned(), engine: engine.into(), base, version });
        }
        let sled = engine_dir(dir);
        if sled.exists() {
            fs::remove_dir_all(&sled).map_err(io)?;
        }
        let engine = Engine::create(dir)?;
        let meta = Meta { magic: "passerelle".into(), format: super::FORMAT, id: id.to_owned(), base, total: 0 };
        engine.put(META, &seal(META, &log::json(&meta)))?;
        Ok(Mirror { dir: dir.to_owned(), id: id.to_owned(), engine: engine.into(), base, version: base })
    }

    /// Takes the next change set, unless it is to stop in the middle of it.
    pub fn follow(&mut self, version: u64, location: &Location, stop: impl Fn() -> bool) -> Result<bool, StoreError> {
        let bytes = location.bytes()?;
        let mut rest = &bytes[..];
        while let Ok((key, length)) = frame(rest) {
            if stop() {
                return Ok(false);
            }
            self.engine.put(key, &rest[..length])?;
            rest = &rest[length..];
        }
        if !rest.is_empty() {
            return Err(StoreError::damaged(&self.dir, Damage::ChangeSet(version, Fault::Changed)));
        }
        self.version = version;
        Ok(true)
    }

    /// Forgets the change sets that the log has forgotten.
    pub fn forget(&mut self, base: u64) -> Result<(), StoreError> {
        let next = base + 1;
        self.engine.remove(&log::key(SET, 0), &log::key(SET, next))?;
        self.engine.remove(&piece_key(SET_PIECE, 0, 0, 0), &piece_key(SET_PIECE, next, 0, 0))?;
        self.base = base;
        Ok(())
    }

    /// Closes sled and says that it is clean. Readers must be done with it.
    pub fn close(self) -> Result<(), StoreError> {
        let Mirror { dir, id, engine, base, version } = self;
        let Some(engine) = Arc::into_inner(engine) else { return Ok(()) };
        engine.close()?;
        let path = dir.join(CLEAN);
        disk::replace(&path, &log::json(&Clean { id, base, version })).map_err(|error| StoreError::io(&path, error))
    }
}

/// sled, if it is this store's and holds the log up to a version.
fn opened(dir: &Path, id: &str, version: u64) -> Option<Engine> {
    let engine = Engine::open(dir).ok()?;
    let meta: Meta = serde_json::from_slice(&engine.get(META).ok()??).ok()?;
    let last = engine.last_before(&[SET + 1]).ok()?.map(|(key, _)| key);
    let ends = match last {
        Some(key) if key[0] == SET => key == log::key(SET, version),
        _ => version == meta.base,
    };
    (meta.id == id && ends).then_some(engine)
}
