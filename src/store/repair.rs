//! Saving what is sound of a damaged store. It reads the engine's files as bytes, without the engine: every
//! record stands on its own, so those that are whole are found whatever became of the rest.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{self, MARKER, State, engine_dir};
use super::log::{self, CHECKPOINT, CHECKPOINT_PIECE, CheckpointLine, SEED, SET, SET_PIECE};
use super::record::salvage;
use super::shape::Keys;
use super::stream::{Records, Stream, piece_key};
use super::{Access, Folder, Head, Store, StoreError, begin};

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// Where the repaired store ends.
    pub head: Head,
    /// The version after which its log begins; above 0, the changes before it are lost, their result is not.
    pub base: u64,
    /// The last version of which any trace was found: what lies between `head` and it is lost.
    pub traced: u64,
    /// Where the damaged files were put aside.
    pub aside: PathBuf,
}

/// Rebuilds a store from its sound records. The damaged files are put aside, never removed.
///
/// # Errors
/// When the folder is not a store's or is in use, or when nothing in it can be saved; it is as before then.
pub fn repair(dir: &Path) -> Result<Repaired, StoreError> {
    match folder::examine(dir) {
        Ok(folder::Found::Nothing) => return Err(StoreError::Missing { dir: dir.to_owned() }),
        Ok(_) | Err(StoreError::Damaged { .. }) => {}
        Err(error) => return Err(error),
    }
    let _lock = folder::hold(dir)?;
    let salvaged = Salvaged::read(dir)?;
    let plan = salvaged.plan().ok_or_else(|| StoreError::damaged(dir, "no record of it can be saved"))?;
    let traced = salvaged.traced().max(plan.last);

    let fresh = dir.join(".repairing");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(|error| StoreError::io(&fresh, error))?;
    }
    let (engine, mut folder) = begin(&fresh, Folder::create(&fresh, State::Filling)?, plan.base)?;
    let copy = |key: &[u8]| match salvaged.records.get(key) {
        Some(content) => engine.put(key, content),
        None => Ok(()),
    };
    copy(SEED)?;
    let pieces = |letter, version, stream: &Stream| {
        (0..stream.pieces).try_for_each(|number| copy(&piece_key(letter, version, stream.nonce, number)))
    };
    if let Some(line) = &plan.checkpoint {
        pieces(CHECKPOINT_PIECE, line.version, &line.stream)?;
        copy(&log::key(CHECKPOINT, line.version))?;
    }
    for version in plan.base + 1..=plan.last {
        let content = salvaged.content(&log::key(SET, version));
        if let Some(stream) = log::set_line(&salvaged, version, content)?.0.stream {
            pieces(SET_PIECE, version, &stream)?;
        }
        copy(&log::key(SET, version))?;
    }
    engine.sync()?;
    folder.mark(State::Ready)?;
    drop((engine, folder));
    let head = Store::open(&fresh, Access::Existing)?.head();

    let aside = (1..).map(|n| dir.join(format!(".damaged-{n}"))).find(|path| !path.exists());
    let aside = aside.expect("one of the numbers is free");
    exchange(dir, &fresh, &aside).map_err(|error| StoreError::io(dir, error))?;
    Ok(Repaired { head, base: plan.base, traced, aside })
}

/// Puts the repaired files in the place of the damaged ones. The old marker goes last: killed half way, the
/// folder is still known as a damaged store.
fn exchange(dir: &Path, fresh: &Path, aside: &Path) -> std::io::Result<()> {
    fs::create_dir(aside)?;
    for name in ["sled", "head"] {
        if dir.join(name).exists() {
            fs::rename(dir.join(name), aside.join(name))?;
        }
        fs::rename(fresh.join(name), dir.join(name))?;
    }
    if dir.join(MARKER).exists() {
        fs::copy(dir.join(MARKER), aside.join(MARKER))?;
    }
    fs::rename(fresh.join(MARKER), dir.join(MARKER))?;
    folder::sync_dir(dir)?;
    fs::remove_dir_all(fresh)
}

/// The sound records of a damaged store, by key.
pub(super) struct Salvaged {
    dir: PathBuf,
    records: HashMap<Vec<u8>, Vec<u8>>,
}

/// What can be made of the records: a checkpoint or the beginning, and the change sets that follow without a gap.
pub(super) struct Plan {
    base: u64,
    last: u64,
    checkpoint: Option<CheckpointLine>,
}

impl Records for Salvaged {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.records.get(key).cloned())
    }

    fn damaged(&self, what: String) -> StoreError {
        StoreError::damaged(&self.dir, what)
    }
}

impl Salvaged {
    fn read(dir: &Path) -> Result<Salvaged, StoreError> {
        let engine = engine_dir(dir);
        let mut files = vec![engine.join("db")];
        files.extend(fs::read_dir(engine.join("blobs")).into_iter().flatten().flatten().map(|entry| entry.path()));
        let mut salvaged = Salvaged { dir: dir.to_owned(), records: HashMap::new() };
        for path in files {
            match fs::read(&path) {
                Ok(bytes) => salvaged.take(&bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(StoreError::io(&path, error)),
            }
        }
        Ok(salvaged)
    }

    /// Those in a run of bytes.
    #[cfg(fuzzing)]
    pub(super) fn of(bytes: &[u8]) -> Salvaged {
        let mut salvaged = Salvaged { dir: PathBuf::new(), records: HashMap::new() };
        salvaged.take(bytes);
        salvaged
    }

    fn take(&mut self, bytes: &[u8]) {
        self.records.extend(salvage(bytes).map(|(key, content)| (key.to_vec(), content)));
    }

    /// The content under a key; nothing where there is none.
    pub(super) fn content(&self, key: &[u8]) -> &[u8] {
        self.records.get(key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn versions(&self, letter: u8) -> Vec<u64> {
        let keys = self.records.keys().filter(|key| key.len() == 9 && key[0] == letter);
        let mut versions: Vec<u64> = keys.filter_map(|key| key[1..].try_into().ok().map(u64::from_be_bytes)).collect();
        versions.sort_unstable();
        versions
    }

    fn traced(&self) -> u64 {
        self.versions(SET).last().copied().unwrap_or(0)
    }

    /// The last version that the log reaches from one without a gap.
    fn reach(&self, from: u64) -> u64 {
        let mut keys = Keys::default();
        (from.saturating_add(1)..=u64::MAX)
            .take_while(|version| log::read_set(self, *version, &mut keys).is_ok())
            .last()
            .unwrap_or(from)
    }

    /// The whole log if it reaches as far as any checkpoint, else the checkpoint that leads furthest.
    pub(super) fn plan(&self) -> Option<Plan> {
        let from_start = Plan { base: 0, last: self.reach(0), checkpoint: None };
        let mut best = from_start;
        for version in self.versions(CHECKPOINT).into_iter().rev() {
            let content = self.content(&log::key(CHECKPOINT, version));
            let Ok(line) = log::checkpoint_line(self, version, content) else { continue };
            if version <= best.last || log::read_checkpoint(self, &line).is_err() {
                continue;
            }
            let last = self.reach(version);
            if last > best.last {
                best = Plan { base: version, last, checkpoint: Some(line) };
            }
        }
        (best.last > 0).then_some(best)
    }
}
