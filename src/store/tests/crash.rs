//! Kills and power cuts at any moment, and files that fail: whatever is left opens by itself and holds all that was acknowledged.
//!
//! What happens to the files is recorded. From the recording, states of the disk are made: up to a moment everything that was
//! synced is there, and of the rest as much as a model says. 120 states as a rule, so many as PASSERELLE_CRASH_STATES says
//! otherwise (`scripts/crash-states`).

mod simulated;

use std::collections::BTreeMap;

use super::*;
use crate::app;
use crate::store::disk::Op;
use crate::store::disk::tape::Tape;
use simulated::{Chance, Disk, Model};

/// A change set of a story: now and then long, now and then one that packs badly.
fn told(version: u64) -> ChangeSet {
    match version % 9 {
        4 => noisy(version, 40),
        7 => set(version, 700),
        _ => set(version, 3),
    }
}

/// Writes up to a version, with a checkpoint now and then; notes after which operation each was acknowledged.
fn write(store: &Store, upto: u64, tape: &Tape, acknowledged: &mut BTreeMap<u64, usize>) {
    let none = std::iter::empty::<Edge>;
    for version in store.head().version + 1..=upto {
        commit(store, &told(version));
        acknowledged.insert(version, tape.len());
        if version % 5 == 0 {
            let sets: Vec<ChangeSet> = (1..=version).map(told).collect();
            store.write_checkpoint(version, jobs(&sets).iter(), none()).unwrap();
        }
    }
}

/// A recording, the folder before it, and after which of its operations each version was acknowledged.
struct Story {
    name: &'static str,
    before: Disk,
    ops: Vec<(PathBuf, Op)>,
    acknowledged: BTreeMap<u64, usize>,
    root: PathBuf,
}

/// Records what is done in a folder.
fn record(name: &'static str, dir: &Path, work: impl FnOnce(&Tape, &mut BTreeMap<u64, usize>)) -> Story {
    let before = Disk::of(dir);
    let tape = Tape::record(dir);
    let mut acknowledged = BTreeMap::new();
    work(&tape, &mut acknowledged);
    Story { name, before, ops: tape.end(), acknowledged, root: dir.to_owned() }
}

fn stories(home: &Path) -> Vec<Story> {
    let dir = home.join("data");
    let mut stories = vec![record("create, write, checkpoint", &dir, |tape, acknowledged| {
        let store = Store::open(&dir, Access::Create).unwrap();
        store.set_seed("empreinte").unwrap();
        write(&store, 11, tape, acknowledged);
        // The next file of the log.
        let (mut writer, head) = (store.inner.writer(), store.head());
        writer.tail = Tail::begin(&dir, &store.inner.id, head.version, head.total).unwrap();
        store.inner.index_mut().segments.push(writer.tail.segment.clone());
        drop(writer);
        write(&store, 16, tape, acknowledged);
    })];
    stories.push(record("start again, write", &dir, |tape, acknowledged| {
        acknowledged.insert(16, 0);
        let store = Store::open(&dir, Access::Create).unwrap();
        write(&store, 21, tape, acknowledged);
        store.backup(&home.join("backup")).unwrap();
    }));
    let restored = home.join("restored");
    stories.push(record("restore", &restored, |tape, acknowledged| {
        restore(&home.join("backup"), &restored).unwrap();
        acknowledged.insert(21, tape.len());
    }));
    let damaged = home.join("damaged");
    copy(&dir, &damaged);
    stories.push(record("repair", &damaged, |_, acknowledged| {
        acknowledged.insert(21, 0);
        assert!(app::repair(&damaged).unwrap().missing.is_empty());
    }));
    let old = home.join("old");
    super::old::unpacked(&old);
    stories.push(record("upgrade", &old, |_, acknowledged| {
        acknowledged.insert(6, 0);
        drop(Store::open(&old, Access::Existing).unwrap());
    }));
    stories
}

/// What must hold of a state: it opens by itself, with all that was acknowledged and nothing that never was.
fn holds(story: &Story, dir: &Path, at: usize, label: &str) {
    let label = format!("{}, operation {at} of {}, {label}", story.name, story.ops.len());
    let acknowledged =
        story.acknowledged.iter().filter(|(_, op)| **op <= at).map(|(version, _)| *version).max().unwrap_or(0);
    if story.name == "restore" && acknowledged == 0 {
        // Cut short, it is done again in an empty folder; that it is not taken for a store is all that is asked.
        let opened = Store::open(dir, Access::Existing);
        assert!(opened.is_err() || opened.is_ok_and(|store| store.head().version == 21), "{label}");
        return;
    }
    let store = Store::open(dir, Access::Create).unwrap_or_else(|error| panic!("{label}: {error}"));
    let head = store.head().version;
    assert!(
        (acknowledged..=acknowledged + 1).contains(&head),
        "{label}: version {head}, {acknowledged} was acknowledged"
    );
    if story.name == "upgrade" {
        return;
    }
    let sets: Vec<ChangeSet> = (1..=head).map(told).collect();
    assert_eq!(read(&store).unwrap(), sets, "{label}");
    if let Some(checkpoint) = store.checkpoint().unwrap() {
        assert_eq!(checkpoint.nodes, jobs(&sets[..checkpoint.version as usize]), "{label}");
    }
    commit(&store, &told(head + 1));
    drop(store);
    assert_eq!(Store::open(dir, Access::Existing).unwrap().head().version, head + 1, "{label}");
}

#[test]
fn every_state_that_a_kill_or_a_power_cut_leaves_opens_with_all_that_was_acknowledged() {
    let states: usize = std::env::var("PASSERELLE_CRASH_STATES").ok().and_then(|text| text.parse().ok()).unwrap_or(120);
    let seed = std::env::var("PASSERELLE_CRASH_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(7);
    let home = TempDir::new().unwrap();
    let stories = stories(home.path());
    let mut chance = Chance(seed);
    let mut made = BTreeMap::new();
    for number in 0..states {
        let story = &stories[number % stories.len()];
        let model = Model::ALL[number / stories.len() % Model::ALL.len()];
        let at = chance.below(story.ops.len() + 1);
        let mut disk = story.before.clone();
        story.ops[..at]
            .iter()
            .for_each(|(path, op)| disk.apply(path.strip_prefix(&story.root).unwrap(), &story.root, op));
        let place = TempDir::new().unwrap();
        let dir = place.path().join("data");
        disk.crash(model, &mut chance, &dir);
        let label = format!("{model:?}, state {number} of seed {seed}");
        let copied = place.path().join("copy");
        copy(&dir, &copied);
        holds(story, &dir, at, &label);
        if dir.join("passerelle.json").exists()
            && story.name != "restore"
            && Store::open(&copied, Access::Existing).is_ok()
        {
            let head = Store::open(&copied, Access::Existing).unwrap().head();
            let repaired =
                app::repair(&copied).unwrap_or_else(|error| panic!("{}, {label}: repair: {error}", story.name));
            assert_eq!(
                (repaired.head.version, &repaired.missing[..]),
                (head.version, &[][..]),
                "{}, {label}",
                story.name
            );
        }
        *made.entry((story.name, format!("{model:?}"))).or_insert(0) += 1;
    }
    println!("{states} states, each opened and repaired with all that was acknowledged: {made:?}");
}

/// Each operation on a file fails in turn, alone or with all that follow for a while: what was acknowledged stays, nothing else
/// is taken until writing goes on, and it goes on without a restart.
#[test]
fn a_file_that_fails_halts_writing_until_the_cause_has_gone() {
    const EIO: i32 = 5;
    const ENOSPC: i32 = 28;
    let mut failed = 0;
    for (code, count) in [(EIO, 1), (ENOSPC, 1), (EIO, 3), (ENOSPC, 7)] {
        for at in 0.. {
            let home = TempDir::new().unwrap();
            let dir = home.path().join("data");
            let tape = Tape::record(&dir);
            tape.fail(at, count, code);
            let label = format!("operation {at}, {count} with code {code}");
            let store =
                (0..=count).find_map(|_| Store::open(&dir, Access::Create).ok()).unwrap_or_else(|| panic!("{label}"));
            let mut halted = tape.failed() > 0;
            for version in 1..=6 {
                let set = told(version);
                while let Err(error) = store.commit(&set, store.head().nodes + set.changes.len() as u64, 0) {
                    assert!(!matches!(error, StoreError::Damaged { .. }), "{label}: {error}");
                    assert_eq!(read(&store).unwrap().len() as u64, version - 1, "{label}: reading goes on");
                    halted = true;
                    let again = store.commit(&set, 0, 0);
                    assert!(matches!(again, Err(StoreError::Halted { .. })), "{label}: {again:?}");
                    while store.halted().is_some() {
                        let _ = store.inner.resume();
                    }
                }
                if version % 3 == 0 {
                    let sets: Vec<ChangeSet> = (1..=version).map(told).collect();
                    if store.write_checkpoint(version, jobs(&sets).iter(), std::iter::empty::<Edge>()).is_err() {
                        assert!(store.halted().is_some(), "{label}");
                        halted = true;
                        while store.halted().is_some() {
                            let _ = store.inner.resume();
                        }
                    }
                }
            }
            drop(store);
            let met = tape.failed();
            tape.end();
            let store = Store::open(&dir, Access::Existing).unwrap_or_else(|error| panic!("{label}: {error}"));
            assert_eq!(read(&store).unwrap(), (1..=6).map(told).collect::<Vec<_>>(), "{label}");
            if met == 0 {
                break;
            }
            failed += 1;
            assert!(halted || met < count || at > 0, "{label}");
        }
    }
    assert!(failed > 50, "{failed} operations failed");
}
