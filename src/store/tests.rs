//! What the store promises: what was acknowledged is there, and damage of any kind is named.

mod disk;

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::model::{Change, Key, Relation, Weight, arbitrary};

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
    assert_eq!(store.seed().unwrap().as_deref(), Some("empreinte"));
    assert_eq!(store.verify(), Vec::<String>::new());
    let blobs = fs::read_dir(dir.path().join("sled/blobs")).unwrap().count();
    assert_eq!(blobs, 0, "the engine keeps nothing in files that are never synced");
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
    assert_eq!(store.engine.keys(&[CHECKPOINT], &[CHECKPOINT + 1]).unwrap().len(), 1);
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
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    store.engine.put(&piece_key(SET_PIECE, 31, 9, 0), b"orphan").unwrap();
    store.engine.put(&piece_key(CHECKPOINT_PIECE, 30, 9, 0), b"orphan").unwrap();
    store.engine.sync().unwrap();
    drop(store);
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(read(&store).unwrap(), sets);
    for key in [piece_key(SET_PIECE, 31, 9, 0), piece_key(CHECKPOINT_PIECE, 30, 9, 0)] {
        assert_eq!(store.engine.get(&key).unwrap(), None);
    }
}

#[test]
fn a_full_disk_is_refused_before_anything_is_written() {
    let (dir, sets) = sample();
    let mut store = Store::open(dir.path(), Access::Existing).unwrap();
    store.reserve = u64::MAX;
    assert!(matches!(store.commit(&set(31, 2), 1_260, 0), Err(StoreError::DiskFull { .. })));
    assert!(matches!(store.set_seed("x"), Err(StoreError::DiskFull { .. })));
    assert_eq!(read(&store).unwrap(), sets, "reading goes on");
    store.reserve = 0;
    store.commit(&set(31, 2), 1_260, 0).expect("and writing, once there is room");
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
    refused(&|_| {}, Access::Existing, missing);
    let dir = TempDir::new().unwrap();
    let gone = dir.path().join("none");
    assert!(missing(&Store::open(&gone, Access::Existing).unwrap_err()) && !gone.exists());
    fs::write(&gone, "x").unwrap();
    assert!(foreign(&Store::open(&gone, Access::Create).unwrap_err()));
}

#[test]
fn one_process_at_a_time() {
    let (dir, _) = sample();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    for access in [Access::Create, Access::Existing] {
        assert!(matches!(Store::open(dir.path(), access), Err(StoreError::Locked { .. })));
    }
    assert!(matches!(repair(dir.path()), Err(StoreError::Locked { .. })));
    drop(store);
    assert!(Store::open(dir.path(), Access::Existing).is_ok());
}

#[test]
fn a_making_cut_short_begins_again_and_a_restore_cut_short_does_not() {
    let dir = TempDir::new().unwrap();
    let (engine, folder) = begin(dir.path(), Folder::create(dir.path(), State::Creating).unwrap(), 0).unwrap();
    drop((engine, folder));
    assert!(matches!(Store::open(dir.path(), Access::Existing), Err(StoreError::Missing { .. })));
    assert_eq!(Store::open(dir.path(), Access::Create).unwrap().head(), Head::default());

    let dir = TempDir::new().unwrap();
    drop(begin(dir.path(), Folder::create(dir.path(), State::Filling).unwrap(), 0).unwrap());
    assert!(matches!(Store::open(dir.path(), Access::Create), Err(StoreError::Damaged { .. })));
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

/// A way of damaging a store, with its name.
type Damage = (String, Box<dyn Fn(&Path)>);

/// Each way of damaging a store, by name.
fn damages(dir: &Path) -> Vec<Damage> {
    let mut damages: Vec<Damage> = Vec::new();
    for (path, content) in files(dir) {
        let name = path.strip_prefix(dir).unwrap().to_owned();
        let mut add = |what: String, bytes: Option<Vec<u8>>| {
            let name = name.clone();
            let label = format!("{} {what}", name.display());
            damages.push((
                label,
                Box::new(move |dir: &Path| match &bytes {
                    Some(bytes) => fs::write(dir.join(&name), bytes).unwrap(),
                    None => fs::remove_file(dir.join(&name)).unwrap(),
                }),
            ));
        };
        add("deleted".into(), None);
        add("emptied".into(), Some(Vec::new()));
        add("replaced by zeros".into(), Some(vec![0; content.len()]));
        add("replaced by text".into(), Some(b"hello\n".repeat(content.len() / 6 + 1)));
        add("with more at its end".into(), Some([&*content, &[7; 5_000]].concat()));
        for share in [10, 50, 90] {
            add(format!("cut to {share} %"), Some(content[..content.len() * share / 100].to_vec()));
        }
        add("one byte short".into(), Some(content[..content.len().saturating_sub(1)].to_vec()));
        let flips = if content.len() > 10_000 { 36 } else { 6 };
        for n in 0..flips.min(content.len()) {
            let at = n * content.len() / flips.min(content.len());
            let mut bytes = content.clone();
            bytes[at] ^= 1u8 << (n % 8);
            add(format!("with bit {} of byte {at} flipped", n % 8), Some(bytes));
        }
        if content.len() > 10_000 {
            for n in 0..5 {
                let at = n * content.len() / 5;
                let mut bytes = content.clone();
                bytes[at..(at + 4096).min(content.len())].fill(0);
                add(format!("with a page of zeros at {at}"), Some(bytes));
            }
        }
    }
    damages.push(("all of sled deleted".into(), Box::new(|dir| fs::remove_dir_all(dir.join("sled")).unwrap())));
    damages.push((
        "sled swapped for an empty one".into(),
        Box::new(|dir| {
            fs::remove_dir_all(dir.join("sled")).unwrap();
            drop(sled::open(dir.join("sled")).unwrap());
        }),
    ));
    damages.push((
        "sled swapped for another store's".into(),
        Box::new(|dir| {
            let (other, _) = sample();
            fs::remove_dir_all(dir.join("sled")).unwrap();
            copy(&other.path().join("sled"), &dir.join("sled"));
        }),
    ));
    damages
}

/// The heart of the promise: whatever happens to the files, all that was acknowledged or an error that names it;
/// and a repair gives a beginning of what there was, or says that it cannot.
#[test]
fn damage_of_any_kind_is_named_and_repaired_as_far_as_can_be() {
    let (dir, sets) = sample();
    let damages = damages(dir.path());
    assert!(damages.len() >= 30);
    let (mut named, mut saved) = (0, 0);
    for (name, damage) in &damages {
        let place = TempDir::new().unwrap();
        copy(dir.path(), place.path());
        damage(place.path());
        let pristine = TempDir::new().unwrap();
        copy(place.path(), pristine.path());
        match open_and_read(place.path()) {
            Ok((read, checkpoint)) => {
                assert_eq!(read, sets, "{name}");
                if let Some(checkpoint) = checkpoint {
                    assert_eq!(checkpoint.nodes, jobs(&sets[..20]), "{name}");
                }
            }
            Err(StoreError::Damaged { .. } | StoreError::NotOurs { .. } | StoreError::NewerFormat { .. }) => named += 1,
            Err(other) => panic!("{name}: {other}"),
        }
        match repair(pristine.path()) {
            Ok(repaired) => {
                saved += 1;
                let store = Store::open(pristine.path(), Access::Existing).unwrap();
                assert_eq!(store.head(), repaired.head, "{name}");
                let last = repaired.head.version as usize;
                assert_eq!(read(&store).unwrap(), sets[repaired.base as usize..last], "{name}");
                if repaired.base > 0 {
                    assert_eq!(
                        store.checkpoint().unwrap().unwrap().nodes,
                        jobs(&sets[..repaired.base as usize]),
                        "{name}"
                    );
                    assert!(matches!(store.change_sets(0).err(), Some(StoreError::Forgotten { base: 20 })));
                }
                assert!(store.verify().is_empty(), "{name}");
            }
            Err(StoreError::Damaged { .. } | StoreError::NotOurs { .. } | StoreError::NewerFormat { .. }) => {}
            Err(other) => panic!("{name}: repair: {other}"),
        }
    }
    println!("{} kinds of damage, {named} named at opening or reading, {saved} repaired", damages.len());
}

#[test]
fn an_edge_survives_a_repair_from_the_checkpoint() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    let nodes: Vec<Node> = ["source/s", "job/a", "job/b"].map(|text| Node::new(key(text), text)).into();
    let edges = [Edge::new(Relation::EvolvesTo, key("job/a"), key("job/b"), Weight::FULL, key("source/s"))];
    let changes = nodes.iter().cloned().map(Change::PutNode).chain(edges.iter().cloned().map(Change::PutEdge));
    let set = ChangeSet { version: 1, at: 0, author: "essai".into(), changes: changes.collect() };
    store.commit(&set, 3, 1).unwrap();
    store.write_checkpoint(1, nodes.iter(), edges.iter()).unwrap();
    store.engine.remove(&log::key(SET, 1)).unwrap();
    store.engine.sync().unwrap();
    assert!(!store.verify().is_empty());
    drop(store);
    // The engine has forgotten the record, and its bytes are still in the file: they are found.
    let repaired = repair(dir.path()).unwrap();
    assert_eq!((repaired.head.version, repaired.base), (1, 0));
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(read(&store).unwrap(), [set]);
}
