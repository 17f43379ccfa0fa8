//! What the store promises: what was acknowledged is there, and damage of any kind is named.

mod crash;
mod damage;
mod disk;
mod evidence;
mod old;
mod opening;

use std::fs;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use tempfile::TempDir;

use super::shape::KeyPool;
use super::*;
use crate::model::{Change, Key, arbitrary};

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// A change set that puts `count` jobs of this version, so that the state can be told from the version.
fn set(version: u64, count: usize) -> ChangeSet {
    let job =
        |n: usize| Change::PutNode(Node::new(key(&format!("job/v{version}-{n}")), &format!("Métier {n} de {version}")));
    ChangeSet { version, at: 1_700_000_000 + version, author: "essai".into(), changes: (0..count).map(job).collect() }
}

fn jobs(sets: &[ChangeSet]) -> Vec<Node> {
    let changes = sets.iter().flat_map(|set| &set.changes);
    changes.filter_map(|change| if let Change::PutNode(node) = change { Some(node.clone()) } else { None }).collect()
}

fn commit(store: &Store, set: &ChangeSet) {
    let nodes = store.head().nodes + set.changes.len() as u64;
    store.commit(set, nodes, 0).unwrap();
}

fn read(store: &Store) -> Result<Vec<ChangeSet>, StoreError> {
    store.change_sets(store.base())?.collect()
}

/// A store of thirty versions, one of them in many pieces, with a checkpoint at the twentieth.
fn sample() -> (TempDir, Vec<ChangeSet>) {
    let dir = TempDir::new().unwrap();
    let sets: Vec<ChangeSet> = (1..=30).map(|version| set(version, if version == 7 { 1_200 } else { 2 })).collect();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    for set in &sets[..20] {
        commit(&store, set);
    }
    store.write_checkpoint(20, jobs(&sets[..20]).iter(), std::iter::empty::<Edge>()).unwrap();
    store.set_seed("empreinte").unwrap();
    sets[20..].iter().for_each(|set| commit(&store, set));
    drop(store);
    (dir, sets)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Every file below a folder, with its content.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push((path.clone(), fs::read(&path).unwrap())) }
    }
    found.sort();
    found
}

/// Opens and reads all; an `Ok` is the whole of what was acknowledged.
fn open_and_read(dir: &Path) -> Result<(Vec<ChangeSet>, Option<Checkpoint>), StoreError> {
    let store = Store::open(dir, Access::Existing)?;
    let sets = read(&store)?;
    let checkpoint = store.checkpoint()?;
    Ok((sets, checkpoint))
}

#[test]
fn what_is_committed_is_read_back_after_reopening() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(store.head(), Head { version: 30, nodes: 1_258, edges: 0, total: 1_258 });
    assert_eq!(read(&store).unwrap(), sets);
    let tail: Vec<ChangeSet> = store.change_sets(28).unwrap().map(Result::unwrap).collect();
    assert_eq!(tail, sets[28..]);
    let checkpoint = store.checkpoint().unwrap().unwrap();
    assert_eq!((checkpoint.version, checkpoint.nodes), (20, jobs(&sets[..20])));
    assert_eq!(store.seed().as_deref(), Some("empreinte"));
    let faults = store.verify();
    assert!(faults.is_empty(), "{faults:?}");
    drop(store);
    assert_eq!(mirror::clean_version(dir.path(), &marker_id(dir.path())), Some(30));
    assert_eq!(blobs(dir.path()), 0);
}

fn marker_id(dir: &Path) -> String {
    let folder::FolderContent::Ours(marker) = folder::examine(dir).unwrap() else { panic!("no store") };
    marker.id
}

fn blobs(dir: &Path) -> usize {
    fs::read_dir(dir.join("sled/blobs")).unwrap().count()
}

/// A set whose text packs badly, so that its records are as long as they can be.
fn noisy(version: u64, count: usize) -> ChangeSet {
    let mut state = version.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut noise = || {
        let character = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4e00 + (state >> 48) as u32 % 20_000).unwrap()
        };
        std::iter::repeat_with(character).take(300).collect::<String>()
    };
    let job = |n: usize| Change::PutNode(Node::new(key(&format!("job/v{version}-{n}")), &noise()));
    ChangeSet { version, at: 0, author: "essai".into(), changes: (0..count).map(job).collect() }
}

#[test]
fn sled_never_makes_a_blob_whatever_packs_badly() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    let sets: Vec<ChangeSet> =
        (1..=120).map(|version| noisy(version, if version % 40 == 0 { 2_000 } else { 4 })).collect();
    sets.iter().for_each(|set| commit(&store, set));
    drop(store);
    assert_eq!(blobs(dir.path()), 0, "sled keeps nothing in files that are never synced");
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    commit(&store, &noisy(121, 1_000));
    drop(store);
    assert_eq!(blobs(dir.path()), 0);
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(read(&store).unwrap()[..120], sets);
}

#[test]
fn history_is_read_from_sled_and_from_the_log_alike() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    let engine = loop {
        store.inner.keeper.wake();
        if let Some(engine) = store.inner.keeper.engine_with(30) {
            break engine;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    for version in 1..=30 {
        let read = log::read_set(&*engine, version, &mut KeyPool::default()).unwrap().0;
        assert_eq!(read, sets[version as usize - 1]);
        let records = store.inner.location(version).unwrap().read(dir.path()).unwrap();
        assert_eq!(log::read_set(&records, version, &mut KeyPool::default()).unwrap().0, read);
    }
}

#[test]
fn sled_that_was_not_closed_cleanly_is_made_anew() {
    let (dir, sets) = sample();
    for spoil in [
        &(|dir: &Path| fs::remove_file(dir.join("sled.clean")).unwrap()) as &dyn Fn(&Path),
        &|dir| fs::write(dir.join("sled/snap.FFFFFFFFFFFFFFFF.generating"), "torn").unwrap(),
        &|dir| fs::write(dir.join("sled/db"), "torn").unwrap(),
        &|dir| fs::remove_dir_all(dir.join("sled")).unwrap(),
    ] {
        spoil(dir.path());
        let store = Store::open(dir.path(), Access::Existing).unwrap();
        assert_eq!(read(&store).unwrap(), sets);
        store.inner.keeper.wake();
        drop(store);
        let id = marker_id(dir.path());
        assert_eq!(mirror::clean_version(dir.path(), &id), Some(30));
        let mirror = mirror::Mirror::open(dir.path(), &id, 0, 30).unwrap();
        assert_eq!(log::read_set(&*mirror.engine, 7, &mut KeyPool::default()).unwrap().0, sets[6]);
        mirror.close().unwrap();
    }
}

#[test]
fn a_folder_that_is_replaced_while_it_is_open_is_noticed_at_the_next_write() {
    for whole in [true, false] {
        let parent = TempDir::new().unwrap();
        let dir = parent.path().join("data");
        let store = Store::open(&dir, Access::Create).unwrap();
        commit(&store, &set(1, 2));
        let moved = parent.path().join("moved");
        fs::rename(&dir, &moved).unwrap();
        copy(&moved, &dir);
        if !whole {
            fs::remove_file(dir.join("lock")).unwrap();
            fs::rename(moved.join("lock"), dir.join("lock")).unwrap();
        }
        // The copy in sled may be opened later than the store, by a thread of its own: it is disposable, and promises nothing.
        let kept = || -> Vec<_> {
            let of_sled = |path: &Path| path.iter().any(|part| part == "sled");
            files(&dir).into_iter().filter(|(path, _)| !of_sled(path.as_ref())).collect()
        };
        let before = kept();
        assert!(matches!(store.commit(&set(2, 2), 4, 0), Err(StoreError::Replaced { .. })));
        assert!(store.halted().is_some());
        assert!(store.commit(&set(2, 2), 4, 0).is_err(), "and from then on");
        assert_eq!(kept(), before);
    }
}

/// Copying a folder over another keeps the inodes of its files.
#[test]
fn files_that_are_written_over_while_they_are_open_are_noticed_at_the_next_write() {
    type Spoil = dyn Fn(&Path, &Path);
    let spoils: [&Spoil; 4] = [
        &|dir, old| copy(old, dir),
        &|dir, _| fs::OpenOptions::new().write(true).open(last_file(dir)).unwrap().set_len(100).unwrap(),
        &|dir, _| {
            let length = fs::metadata(last_file(dir)).unwrap().len();
            fs::write(last_file(dir), vec![b'x'; length as usize]).unwrap();
        },
        // The file that is written to has no older copy, those before it do.
        &|dir, old| fs::copy(old.join("head"), dir.join("head")).map(|_| ()).unwrap(),
    ];
    for (number, spoil) in spoils.iter().enumerate() {
        let parent = TempDir::new().unwrap();
        let (dir, old) = (parent.path().join("data"), parent.path().join("old"));
        let store = Store::open(&dir, Access::Create).unwrap();
        commit(&store, &set(1, 2));
        copy(&dir, &old);
        (2..=4).for_each(|version| commit(&store, &set(version, 2)));
        spoil(&dir, &old);
        let before = files(&dir.join("log"));
        for _ in 0..2 {
            let refused = store.commit(&set(5, 2), 10, 0).unwrap_err();
            assert!(matches!(refused, StoreError::Replaced { .. } | StoreError::Halted { .. }), "{number}: {refused}");
            assert!(store.inner.resume().is_err(), "{number}: writing does not go on by itself");
        }
        assert_eq!(files(&dir.join("log")), before, "{number}");
    }
}

fn last_file(dir: &Path) -> PathBuf {
    segments::files(dir).unwrap().pop().unwrap().1
}

#[test]
fn a_restore_that_was_cut_short_is_made_again_and_never_passes_for_a_store() {
    let (dir, sets) = sample();
    let home = TempDir::new().unwrap();
    let (file, target) = (home.path().join("backup"), home.path().join("new/target"));
    Store::open(dir.path(), Access::Existing).unwrap().backup(&file).unwrap();
    // As a kill leaves it.
    let store = Store::begin(&target, Stage::Filling, 0).unwrap();
    sets[..5].iter().for_each(|set| commit(&store, set));
    drop(store);
    let before = files(&target);
    let unfinished = |error: &StoreError| matches!(error, StoreError::Unfinished { .. });
    assert!(unfinished(&Store::open(&target, Access::Create).unwrap_err()));
    assert!(unfinished(&salvage(&target).err().unwrap()), "a repair would make a part pass for all");
    assert_eq!(files(&target), before);
    restore(&file, &target).unwrap();
    assert_eq!(open_and_read(&target).unwrap().0, sets);
    assert!(matches!(restore(&file, &target), Err(StoreError::NotEmpty { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_graph_comes_back_from_log_checkpoint_and_backup((nodes, edges) in arbitrary::graph()) {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path(), Access::Create).unwrap();
        let changes = nodes.iter().cloned().map(Change::PutNode).chain(edges.iter().cloned().map(Change::PutEdge));
        let set = ChangeSet { version: 1, at: 7, author: "é\"\n".into(), changes: changes.collect() };
        store.commit(&set, nodes.len() as u64, edges.len() as u64).unwrap();
        store.write_checkpoint(1, nodes.iter(), edges.iter()).unwrap();
        prop_assert_eq!(store.checkpoint().unwrap().unwrap(), Checkpoint { version: 1, nodes, edges });
        let file = dir.path().join("backup");
        store.backup(&file).unwrap();
        let other = dir.path().join("other");
        restore(&file, &other).unwrap();
        prop_assert_eq!(open_and_read(&other).unwrap().0, vec![set]);
    }
}

#[test]
fn versions_follow_one_another() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    for wrong in [0, 2] {
        assert!(matches!(store.commit(&set(wrong, 1), 1, 0), Err(StoreError::OutOfOrder { head: 0, .. })));
    }
    commit(&store, &set(1, 1));
    assert!(store.commit(&set(1, 1), 1, 0).is_err());
    assert!(store.write_checkpoint(2, std::iter::empty::<Node>(), std::iter::empty::<Edge>()).is_err());
}

#[test]
fn a_checkpoint_replaces_the_last_and_miscounted_ones_are_refused() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    let none = std::iter::empty::<Edge>;
    assert!(store.write_checkpoint(30, jobs(&sets[1..]).iter(), none()).is_err());
    assert_eq!(store.checkpoint().unwrap().unwrap().version, 20);
    store.write_checkpoint(30, jobs(&sets).iter(), none()).unwrap();
    assert!(store.write_checkpoint(25, jobs(&sets[..25]).iter(), none()).is_err(), "an older one adds nothing");
    drop(store);
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(store.checkpoint().unwrap().unwrap().nodes, jobs(&sets));
    assert_eq!(checkpoint::versions(dir.path()).unwrap(), [30, 20]);
    // With the newer one damaged the older one serves, with the log since.
    fs::write(checkpoint::path(dir.path(), 30), "torn").unwrap();
    assert_eq!(store.checkpoint().unwrap().unwrap().version, 20);
}

#[test]
fn a_checkpoint_is_wanted_once_the_log_outgrows_the_state() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    store.commit(&set(1, 100), 100, 0).unwrap();
    assert!(!store.wants_checkpoint());
    store.commit(&set(2, 6_000), 100, 0).unwrap();
    assert!(store.wants_checkpoint());
}

#[test]
fn what_a_killed_write_leaves_is_ignored_and_swept() {
    let (dir, sets) = sample();
    let (_, file) = segments::files(dir.path()).unwrap().pop().unwrap();
    let whole = fs::read(&file).unwrap();
    let next = log::seal_set(&set(31, 900), Head { version: 31, ..Head::default() });
    for rest in [&next[..next.len() - 1], &next[..9], &next[5_000..], &[0; 700]] {
        fs::write(&file, [&*whole, rest].concat()).unwrap();
        fs::write(dir.path().join("checkpoint/00000000000000000030.new"), "half").unwrap();
        let store = Store::open(dir.path(), Access::Existing).unwrap();
        assert_eq!(read(&store).unwrap(), sets);
        drop(store);
        assert_eq!(fs::read(&file).unwrap(), whole);
        assert!(!dir.path().join("checkpoint/00000000000000000030.new").exists());
    }
}

#[test]
fn a_full_disk_is_refused_before_anything_is_written() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    store.inner.reserve.store(u64::MAX, Ordering::Relaxed);
    assert!(matches!(store.commit(&set(31, 2), 1_260, 0), Err(StoreError::DiskFull { .. })));
    assert!(matches!(store.set_seed("x"), Err(StoreError::DiskFull { .. })));
    assert_eq!(read(&store).unwrap(), sets, "reading goes on");
    assert!(!store.takes_writes() && store.halted().is_none());
    store.inner.reserve.store(0, Ordering::Relaxed);
    assert!(store.takes_writes());
    store.commit(&set(31, 2), 1_260, 0).expect("and writing, once there is room");
}

#[test]
fn a_repair_that_is_refused_leaves_nothing_behind() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("passerelle.json"), "{\"name\":\"autre\"}").unwrap();
    let before = files(dir.path());
    crate::app::repair(dir.path()).unwrap_err();
    assert_eq!(files(dir.path()), before, "no lock in a folder of something else");

    let (dir, _) = sample();
    let place = salvage::Replacement::hold(dir.path()).unwrap();
    let before = files(dir.path());
    let store = place.begin(0).unwrap();
    commit(&store, &set(1, 1));
    drop((store, place));
    assert_eq!(files(dir.path()), before);
    assert!(!dir.path().join(".repairing").exists());
}

#[test]
fn a_folder_that_is_not_a_store_is_refused_and_left_alone() {
    let refused = |make: &dyn Fn(&Path), access, expected: fn(&StoreError) -> bool| {
        let dir = TempDir::new().unwrap();
        make(dir.path());
        let before = files(dir.path());
        let error = Store::open(dir.path(), access).unwrap_err();
        assert!(expected(&error), "{error}");
        assert_eq!(files(dir.path()), before, "{error}");
    };
    let file = |name: &'static str, text: &'static str| move |dir: &Path| fs::write(dir.join(name), text).unwrap();
    let foreign: fn(&StoreError) -> bool = |error| matches!(error, StoreError::NotOurs { .. });
    let damaged: fn(&StoreError) -> bool = |error| matches!(error, StoreError::Damaged { .. });
    for access in [Access::Create, Access::Existing] {
        refused(&file("notes.txt", "x"), access, foreign);
        refused(&file(".bashrc", "x"), access, foreign);
        refused(&|dir| fs::create_dir(dir.join(".git")).unwrap(), access, foreign);
        refused(&file("lock", "x"), access, foreign);
        refused(&file("db", "x"), access, foreign);
        refused(&file("passerelle.json", ""), access, damaged);
        refused(&file("passerelle.json", "{}"), access, damaged);
        refused(&file("passerelle.json", "{\"magic\":\"autre\",\"format\":1}"), access, damaged);
        refused(&file("passerelle.json", "{\"magic\":\"passerelle\",\"format\":0}"), access, damaged);
        refused(&file("passerelle.json", "{\"magic\":\"passerelle\",\"format\":99,\"more\":1}"), access, |error| {
            matches!(error, StoreError::NewerFormat { format: 99, .. })
        });
        refused(
            &|dir| {
                sled::open(dir).unwrap().insert("a", "b").unwrap();
            },
            access,
            foreign,
        );
    }
    let missing: fn(&StoreError) -> bool = |error| matches!(error, StoreError::Missing { .. });
    refused(&file(".tokens.json", "[]"), Access::Existing, missing);
    refused(&file("lock", ""), Access::Existing, missing);
    refused(&|_| {}, Access::Existing, missing);
    let dir = TempDir::new().unwrap();
    let gone = dir.path().join("none");
    assert!(missing(&Store::open(&gone, Access::Existing).unwrap_err()) && !gone.exists());
    fs::write(&gone, "x").unwrap();
    assert!(matches!(Store::open(&gone, Access::Create), Err(StoreError::NotFolder { .. })));
}

#[test]
fn one_process_at_a_time() {
    let (dir, _) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    for access in [Access::Create, Access::Existing] {
        assert!(matches!(Store::open(dir.path(), access), Err(StoreError::Locked { .. })));
    }
    assert!(matches!(salvage::Replacement::hold(dir.path()), Err(StoreError::Locked { .. })));
    drop(store);
    assert!(Store::open(dir.path(), Access::Existing).is_ok());
}

#[test]
fn a_making_cut_short_begins_again_at_the_next_opening_and_a_restore_cut_short_does_not() {
    let dir = TempDir::new().unwrap();
    drop(Store::open(dir.path(), Access::Create).unwrap());
    assert!(is_vacant(dir.path()).unwrap(), "without a change set there is nothing yet");
    assert!(matches!(Store::open(dir.path(), Access::Existing), Err(StoreError::Missing { .. })));
    let store = Store::open(dir.path(), Access::Create).unwrap();
    store.set_seed("empreinte").unwrap();
    commit(&store, &set(1, 1));
    drop(store);
    assert!(!is_vacant(dir.path()).unwrap());
    assert_eq!(Store::open(dir.path(), Access::Existing).unwrap().seed().as_deref(), Some("empreinte"));

    let dir = TempDir::new().unwrap();
    drop(Store::begin(dir.path(), Stage::Filling, 0).unwrap());
    assert!(matches!(Store::open(dir.path(), Access::Create), Err(StoreError::Unfinished { .. })));
}

#[test]
fn a_backup_comes_back_whole_or_not_at_all() {
    let (dir, sets) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    let file = dir.path().join("backup");
    store.backup(&file).unwrap();
    let other = TempDir::new().unwrap();
    let target = other.path().join("new");
    assert_eq!(restore(&file, &target).unwrap(), store.head());
    assert_eq!(open_and_read(&target).unwrap().0, sets);
    assert!(matches!(restore(&file, &target), Err(StoreError::NotEmpty { .. })));
    assert!(matches!(restore(&file, dir.path()), Err(StoreError::NotEmpty { .. })));
    assert!(matches!(store.backup(&file), Err(StoreError::Exists { .. })), "nothing is overwritten");
    assert_eq!(
        fs::read_dir(dir.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "draft"))
            .count(),
        0
    );

    let whole = fs::read(&file).unwrap();
    let target = other.path().join("never");
    let refused = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        assert!(matches!(restore(&file, &target), Err(StoreError::BadBackup { .. })));
        assert!(!target.exists());
    };
    for length in [0, 10, 25, whole.len() / 2, whole.len() - 33, whole.len() - 1] {
        refused(&whole[..length]);
    }
    for n in 0..40 {
        let mut bytes = whole.clone();
        bytes[n * (whole.len() - 1) / 39] ^= 1u8 << (n % 8);
        refused(&bytes);
    }
    refused(&[&*whole, b"x"].concat());
    assert!(matches!(restore(&other.path().join("absent"), &target), Err(StoreError::Io { .. })));
}
