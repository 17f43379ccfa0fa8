//! Opening a store: everything is read by our own reader and judged before anything is changed, so that a refused opening
//! leaves every byte as it was.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use super::damage::{Damage, listed};
use super::folder::{FolderContent, Marker};
use super::locations::Locations;
use super::log::CheckpointLine;
use super::segments::{Scan, Tail};
use super::{
    Access, Folder, Head, Index, Inner, Keeper, RESERVE, Stage, Store, StoreError, Writer, checkpoint, disk, folder,
    keeper, mend, mirror, salvage, segments, upgrade,
};

impl Store {
    /// Opens the store in a folder. O(bytes of its log), and no more than reading and checking them.
    ///
    /// # Errors
    /// Whatever keeps the folder from being a sound store of ours; nothing has changed on disk then.
    pub fn open(dir: &Path, access: Access) -> Result<Store, StoreError> {
        let missing = || StoreError::Missing { dir: dir.to_owned() };
        let create = access == Access::Create;
        if salvage::is_decided(dir) {
            let _lock = folder::hold(dir)?;
            salvage::exchange(dir).map_err(|error| StoreError::io(dir, error))?;
        }
        match folder::examine(dir)? {
            FolderContent::Ours(Marker { state: Stage::Ready, .. }) => {}
            FolderContent::Ours(Marker { state: Stage::Filling, .. }) => {
                return Err(StoreError::Unfinished { dir: dir.to_owned() });
            }
            FolderContent::Ours(Marker { state: Stage::Creating, .. }) | FolderContent::Nothing if create => {
                return Store::create(dir, Stage::Creating);
            }
            FolderContent::Ours(Marker { state: Stage::Creating, .. }) | FolderContent::Nothing => {
                return Err(missing());
            }
        }
        let had_lock = folder::has_lock(dir);
        let lock = folder::hold(dir)?;
        let opened = match folder::examine(dir) {
            Ok(FolderContent::Ours(marker)) if marker.state == Stage::Ready && marker.format < super::FORMAT => {
                upgrade::upgrade(dir, Folder::take(dir, marker, lock)).and_then(|folder| Store::take_up(dir, folder))
            }
            Ok(FolderContent::Ours(marker)) if marker.state == Stage::Ready => {
                Store::take_up(dir, Folder::take(dir, marker, lock))
            }
            Ok(_) => Err(missing()),
            Err(error) => Err(error),
        };
        if opened.is_err() && !had_lock {
            folder::forget_lock(dir);
        }
        opened
    }

    /// Begins a store in an empty or missing folder; in state [`Stage::Creating`] it counts from its first commit on.
    pub(super) fn create(dir: &Path, state: Stage) -> Result<Store, StoreError> {
        Store::begin(dir, state, 0)
    }

    /// Begins a store whose log goes on after a version.
    pub(super) fn begin(dir: &Path, state: Stage, base: u64) -> Result<Store, StoreError> {
        let folder = Folder::create(dir, state)?;
        let tail = Tail::begin(dir, &folder.marker.id, base, 0)?;
        let index = Index {
            head: Head { version: base, ..Head::default() },
            base,
            locations: Locations::default(),
            segments: vec![tail.segment.clone()],
            checkpoints: Vec::new(),
            halted: None,
            halts: 0,
            faults: Vec::new(),
        };
        Ok(Store::start(dir, folder, tail, index, state == Stage::Filling))
    }

    fn start(dir: &Path, folder: Folder, tail: Tail, index: Index, without_sled: bool) -> Store {
        let inner = Arc::new(Inner {
            dir: dir.to_owned(),
            id: folder.marker.id.clone(),
            reserve: RESERVE.into(),
            history: u64::MAX.into(),
            index: RwLock::new(index),
            writer: Mutex::new(Writer { folder, tail }),
            checkpointing: Mutex::new(()),
            keeping: Mutex::new(()),
            keeper: Keeper::new(without_sled),
        });
        let kept = inner.clone();
        let keeper = std::thread::Builder::new().name("store".into()).spawn(move || keeper::run(&kept));
        let keeper = keeper.inspect_err(|error| tracing::warn!("sled does not follow the log: {error}")).ok();
        Store { inner, keeper }
    }

    /// Takes up a store where its log ends.
    fn take_up(dir: &Path, mut folder: Folder) -> Result<Store, StoreError> {
        // What the newest sound checkpoint has need not be read again, where there is much of it.
        let covered = if segments::files(dir)?.len() > 1 { checkpoint::newest_sound(dir) } else { 0 };
        let mut scan = segments::scan(dir, &folder.marker.id, covered)?;
        let witnessed = folder.witnessed().max(mirror::clean_version(dir, &folder.marker.id)).unwrap_or(0);
        let judged = match judge(dir, &scan, witnessed)? {
            Judged::Mend(missing) => match mend::mend(dir, &folder.marker.id, &scan, &missing)? {
                true => {
                    scan = segments::scan(dir, &folder.marker.id, 0)?;
                    judge(dir, &scan, witnessed)?
                }
                false => spared(dir, &scan, missing)?,
            },
            judged => judged,
        };
        let (head, base, checkpoints, fresh) = match judged {
            Judged::Whole { head, base, checkpoints, fresh } => (head, base, checkpoints, fresh),
            Judged::Mend(missing) => return Err(lost(dir, &scan, missing)),
        };
        // From here on files are changed: the store is sound.
        if let Some(path) = &scan.stillborn {
            disk::remove(path).map_err(|error| StoreError::io(path, error))?;
        }
        checkpoint::sweep(dir)?;
        let tail = match scan.segments.last() {
            Some(segment) if !fresh => Tail::open(segment.clone(), &folder.marker.id)?,
            _ => Tail::begin(dir, &folder.marker.id, head.version, head.total)?,
        };
        if fresh {
            scan.segments.push(tail.segment.clone());
        }
        folder.witness(head.version)?;
        for fault in &scan.faults {
            if fresh || base > 0 {
                tracing::warn!("{fault}");
            }
        }
        let faults = if fresh { scan.faults } else { Vec::new() };
        let locations = scan.locations.split_off(base + 1);
        let segments = scan.segments;
        let index = Index { head, base, locations, segments, checkpoints, halted: None, halts: 0, faults };
        Ok(Store::start(dir, folder, tail, index, false))
    }
}

enum Judged {
    /// All that was acknowledged is there.
    Whole {
        head: Head,
        base: u64,
        checkpoints: Vec<CheckpointLine>,
        /// The last file holds what cannot be read and is to be left as it is.
        fresh: bool,
    },
    /// Change sets that were acknowledged cannot be read.
    Mend(Vec<RangeInclusive<u64>>),
}

/// What a log amounts to. What follows the last sound change set is the rest of a write that nobody was told of, unless the
/// witness or a checkpoint knows of it or a later one is there.
fn judge(dir: &Path, scan: &Scan, witnessed: u64) -> Result<Judged, StoreError> {
    let damaged = |what| StoreError::damaged(dir, what);
    let first = scan.segments.first().ok_or_else(|| damaged(Damage::LogMissing))?.base;
    let last_base = scan.segments.last().map_or(0, |segment| segment.base);
    let checkpoints = checkpoints(dir, u64::MAX)?;
    let known = [
        last_base,
        witnessed,
        scan.last().unwrap_or(first),
        scan.unsound.last().map_or(0, |version| version - 1),
        checkpoints.first().map_or(0, |line| line.version),
    ];
    let acknowledged = known.into_iter().max().unwrap_or(0);
    let missing = scan.missing(first, acknowledged);
    if !missing.is_empty() {
        return Ok(Judged::Mend(missing));
    }
    let head = match scan.locations.get(acknowledged) {
        Some(location) => location.line(dir, acknowledged)?.head(),
        None if acknowledged == 0 => Head::default(),
        None => match checkpoints.iter().find(|line| line.version == acknowledged) {
            Some(line) => line.head(),
            None => return Err(damaged(Damage::NoCheckpoint { since: acknowledged })),
        },
    };
    if first > 0 && !checkpoints.iter().any(|line| line.version >= first) {
        return Err(damaged(Damage::NoCheckpoint { since: first }));
    }
    Ok(Judged::Whole { head, base: first, checkpoints, fresh: false })
}

/// A log with change sets missing, if a checkpoint has what came of them.
fn spared(dir: &Path, scan: &Scan, missing: Vec<RangeInclusive<u64>>) -> Result<Judged, StoreError> {
    let last_missing = missing.last().map_or(0, |run| *run.end());
    let sound = scan.last().unwrap_or(0);
    let usable = checkpoints(dir, u64::MAX)?
        .into_iter()
        .find(|line| line.version >= last_missing && checkpoint::replay(dir, line.version, |_| {}).is_ok());
    let Some(line) = usable else { return Err(lost(dir, scan, missing)) };
    tracing::warn!(
        "change sets of version {} cannot be read; the graph is whole, from the checkpoint of version {}: \
         `passerelle check` lists what is damaged",
        listed(&missing, "to"),
        line.version
    );
    let head = match scan.locations.get(sound) {
        Some(location) if sound > line.version => location.line(dir, sound)?.head(),
        _ => line.head(),
    };
    Ok(Judged::Whole { head, base: last_missing, checkpoints: checkpoints(dir, head.version)?, fresh: true })
}

fn lost(dir: &Path, scan: &Scan, versions: Vec<RangeInclusive<u64>>) -> StoreError {
    StoreError::damaged(dir, Damage::Acknowledged { versions, faults: scan.faults.clone() })
}

/// The checkpoints up to a version, the newest first.
fn checkpoints(dir: &Path, upto: u64) -> Result<Vec<CheckpointLine>, StoreError> {
    let versions = checkpoint::versions(dir)?.into_iter().filter(|version| *version <= upto);
    Ok(versions.filter_map(|version| checkpoint::line(dir, version).ok()).collect())
}
