//! What tells that a version was acknowledged, and what only seems to.

use super::*;
use crate::store::damage::listed;

#[test]
fn a_write_that_failed_after_it_was_witnessed_leaves_a_store_that_opens() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    // The write of version 31 fails at its very end: the log is cut, and the witness must not know better.
    store.inner.writer().folder.witness(31).unwrap();
    store.inner.halt(&StoreError::damaged(dir.path(), Damage::LogMissing));
    while store.halted().is_some() {
        store.inner.resume().unwrap();
    }
    drop(store);
    fs::remove_file(dir.path().join(mirror::CLEAN)).unwrap();
    assert_eq!(read(&Store::open(dir.path(), Access::Existing).unwrap()).unwrap(), sets);
}

#[test]
fn halting_twice_at_one_version_leaves_one_file_of_the_log() {
    let (dir, mut sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    for _ in 0..3 {
        store.inner.halt(&StoreError::damaged(dir.path(), Damage::LogMissing));
        while store.halted().is_some() {
            store.inner.resume().unwrap();
        }
    }
    let known: Vec<_> = store.inner.index().segments.iter().map(|segment| segment.path.to_path_buf()).collect();
    let there: Vec<_> = segments::files(dir.path()).unwrap().into_iter().map(|(_, path)| path).collect();
    assert_eq!(
        (known.len(), known),
        (2, there),
        "each file is known once: the last must never be taken for an old one"
    );
    sets.push(set(31, 2));
    commit(&store, &sets[30]);
    drop(store);
    assert_eq!(read(&Store::open(dir.path(), Access::Existing).unwrap()).unwrap(), sets);
}

#[test]
fn a_last_change_set_that_is_gone_is_missed_as_long_as_anything_knows_of_it() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    store.write_checkpoint(30, jobs(&sets).iter(), std::iter::empty::<Edge>()).unwrap();
    drop(store);
    let (_, file) = segments::files(dir.path()).unwrap().pop().unwrap();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    for gone in ["head", "sled", mirror::CLEAN, "checkpoint/00000000000000000030.checkpoint"] {
        let path = dir.path().join(gone);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap()
        } else {
            fs::remove_file(path).unwrap()
        }
        let place = TempDir::new().unwrap();
        copy(dir.path(), place.path());
        let store = Store::open(place.path(), Access::Existing);
        if gone.starts_with("checkpoint") {
            // Nothing is left that knows of it: it cannot be told from a write that nobody was told of.
            assert_eq!(store.unwrap().head().version, 29);
        } else {
            assert_eq!(store.unwrap().head().version, 30, "without {gone}");
        }
    }
}

#[test]
fn what_only_the_witness_knows_of_is_missed_by_version() {
    let (dir, _) = sample();
    fs::remove_dir_all(dir.path().join("log")).unwrap();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    fs::remove_file(dir.path().join(mirror::CLEAN)).unwrap();
    let repaired = crate::app::repair(dir.path()).unwrap();
    let missing: Vec<_> = repaired.missing.into_iter().flat_map(|missing| missing.versions).collect();
    assert_eq!((repaired.head.version, missing), (30, (21..=30).collect()));
}

#[test]
fn a_store_without_its_marker_is_known_by_its_log() {
    let (dir, sets) = sample();
    fs::remove_file(dir.path().join("passerelle.json")).unwrap();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    let refused = Store::open(dir.path(), Access::Create).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { what: Damage::Marker(_), .. }), "{refused}");
    let repaired = crate::app::repair(dir.path()).unwrap();
    assert_eq!((repaired.head.version, repaired.missing.len()), (30, 0));
    assert_eq!(open_and_read(dir.path()).unwrap().0, sets);
}

#[test]
fn a_version_that_none_can_have_is_nobodys() {
    let (dir, sets) = sample();
    let (_, file) = segments::files(dir.path()).unwrap().pop().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let forged = ChangeSet { version: u64::MAX, ..set(1, 1) };
    let forger = Head { version: u64::MAX, ..Head::default() };
    bytes.extend(log::seal_set(&forged, forger));
    fs::write(&file, &bytes).unwrap();
    fs::write(segments::log_dir(dir.path()).join(format!("{}.log", u64::MAX)), "x").unwrap();
    fs::write(dir.path().join("checkpoint").join(format!("{}.checkpoint", u64::MAX)), "x").unwrap();
    fs::write(dir.path().join("sled/db"), log::seal_set(&forged, forger)).unwrap();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(read(&store).unwrap(), sets);
    drop(store);
    fs::write(&file, &bytes).unwrap();
    assert_eq!(crate::app::repair(dir.path()).unwrap().head.version, 30);
}

#[test]
fn what_is_missing_is_told_in_runs() {
    let mut scan = segments::Scan::default();
    assert_eq!(scan.missing(0, 0), []);
    assert_eq!(scan.missing(2, 1 << 40), [3..=1 << 40]);
    let (dir, _) = sample();
    scan = segments::scan(dir.path(), &marker_id(dir.path()), 0).unwrap();
    let all = std::mem::take(&mut scan.locations);
    let kept = (2..30).filter(|version| ![5, 6].contains(version));
    kept.for_each(|version| all.get(version).into_iter().for_each(|at| scan.locations.insert(version, at)));
    assert_eq!(scan.missing(0, 31), [1..=1, 5..=6, 30..=31]);
    assert_eq!(scan.missing(5, 29), [6..=6]);
    assert_eq!(listed(&scan.missing(0, 31), "to"), "1, 5 to 6, 30 to 31");
}
