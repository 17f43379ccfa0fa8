//! Kills and power cuts at any moment, and files that fail: whatever is left opens by itself and holds all that was acknowledged.
//!
//! What happens to the files is recorded, while a store is made, written, backed up, restored, repaired, mended, upgraded, and while
//! it starts. From the recording, states of the disk are made: up to a moment everything that was synced is there, and of the rest
//! as much as a model says. 120 states as a rule, so many as PASSERELLE_CRASH_STATES says otherwise (`scripts/crash-states`).

mod simulated;

use std::collections::BTreeMap;

use super::*;
use crate::app::backups::Shelf;
use crate::app::{self, App};
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

/// What a story tells of, and so what must hold of each of its states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tale {
    Create,
    StartAndWrite,
    StartAfterCut,
    StartMending,
    LetGo,
    Upgrade,
    Restore,
    Repair,
    RepairDamage,
    Backups,
}

/// A recording, the folder before it, and after which of its operations each version was acknowledged.
struct Story {
    tale: Tale,
    before: Disk,
    ops: Vec<(PathBuf, Op)>,
    acknowledged: BTreeMap<u64, usize>,
    root: PathBuf,
}

/// Records what is done in a folder.
fn record(tale: Tale, dir: &Path, work: impl FnOnce(&Tape, &mut BTreeMap<u64, usize>)) -> Story {
    let before = Disk::of(dir);
    let tape = Tape::record(dir);
    let mut acknowledged = BTreeMap::new();
    work(&tape, &mut acknowledged);
    Story { tale, before, ops: tape.end(), acknowledged, root: dir.to_owned() }
}

/// The log goes on in another file.
fn next_file(store: &Store, dir: &Path) {
    let (mut writer, head) = (store.inner.writer(), store.head());
    writer.tail = Tail::begin(dir, &store.inner.id, head.version, head.total).unwrap();
    store.inner.index_mut().segments.push(writer.tail.segment.clone());
}

/// Takes a change set from the log, as a bad page would, and the checkpoints that have it.
fn damage(dir: &Path, version: u64) {
    let location = Store::open(dir, Access::Existing).unwrap().inner.location(version).unwrap();
    let mut bytes = fs::read(&location.path).unwrap();
    bytes[location.start as usize..][..location.length as usize].fill(0);
    fs::write(&location.path, bytes).unwrap();
    let _ = fs::remove_dir_all(dir.join("checkpoint"));
}

/// The version that is damaged.
const DAMAGED: u64 = 8;

fn stories(home: &Path) -> Vec<Story> {
    let dir = home.join("data");
    let mut stories = vec![record(Tale::Create, &dir, |tape, acknowledged| {
        let store = Store::open(&dir, Access::Create).unwrap();
        store.set_seed("empreinte").unwrap();
        write(&store, 11, tape, acknowledged);
        next_file(&store, &dir);
        write(&store, 16, tape, acknowledged);
    })];
    stories.push(record(Tale::StartAndWrite, &dir, |tape, acknowledged| {
        acknowledged.insert(16, 0);
        let store = Store::open(&dir, Access::Create).unwrap();
        write(&store, 21, tape, acknowledged);
    }));
    Store::open(&dir, Access::Existing).unwrap().backup(&home.join("backup")).unwrap();
    let of_it = |name: &str| {
        let other = home.join(name);
        copy(&dir, &other);
        other
    };
    let cut = of_it("cut");
    fs::remove_file(cut.join(mirror::CLEAN)).unwrap();
    let last = segments::files(&cut).unwrap().into_iter().map(|(_, path)| path).max().unwrap();
    let more = crate::store::sealed_set(&told(22));
    fs::write(&last, [fs::read(&last).unwrap(), more[..more.len() - 9].to_vec()].concat()).unwrap();
    stories.push(record(Tale::StartAfterCut, &cut, |tape, acknowledged| {
        acknowledged.insert(21, 0);
        write(&Store::open(&cut, Access::Existing).unwrap(), 22, tape, acknowledged);
    }));
    let mended = of_it("mended");
    damage(&mended, DAMAGED);
    stories.push(record(Tale::StartMending, &mended, |_, acknowledged| {
        acknowledged.insert(21, 0);
        drop(Store::open(&mended, Access::Existing).unwrap());
    }));
    let short = of_it("short");
    stories.push(record(Tale::LetGo, &short, |tape, acknowledged| {
        acknowledged.insert(21, 0);
        let store = Store::open(&short, Access::Existing).unwrap();
        store.keep_history(0);
        for upto in [25, 30, 35] {
            next_file(&store, &short);
            write(&store, upto, tape, acknowledged);
        }
        assert!(store.base() > 0, "nothing was let go");
    }));
    let shelf = Shelf { folder: home.join("shelf"), keep: 1 };
    fs::create_dir(&shelf.folder).unwrap();
    let backed_up = of_it("backed up");
    stories.push(record(Tale::Backups, &shelf.folder, |tape, acknowledged| {
        let app = App::open(&backed_up, Access::Existing).unwrap();
        for version in 21..=23 {
            assert!(app.back_up(&shelf).unwrap().is_some());
            acknowledged.insert(version, tape.len());
            commit(app.store(), &told(version + 1));
        }
    }));
    let restored = home.join("restored");
    stories.push(record(Tale::Restore, &restored, |tape, acknowledged| {
        restore(&home.join("backup"), &restored).unwrap();
        acknowledged.insert(21, tape.len());
    }));
    let sound = of_it("sound");
    stories.push(record(Tale::Repair, &sound, |_, acknowledged| {
        acknowledged.insert(21, 0);
        assert!(app::repair(&sound).unwrap().missing.is_empty());
    }));
    let damaged = of_it("damaged");
    damage(&damaged, DAMAGED);
    fs::remove_dir_all(damaged.join("sled")).unwrap();
    stories.push(record(Tale::RepairDamage, &damaged, |tape, acknowledged| {
        assert_eq!(app::repair(&damaged).unwrap().missing.len(), 1);
        acknowledged.insert(21, tape.len());
    }));
    let old = home.join("old");
    super::old::unpacked(&old);
    stories.push(record(Tale::Upgrade, &old, |_, acknowledged| {
        acknowledged.insert(6, 0);
        drop(Store::open(&old, Access::Existing).unwrap());
    }));
    stories
}

/// What must hold of a state: it opens by itself, with all that was acknowledged and nothing that never was.
fn holds(story: &Story, dir: &Path, at: usize, label: &str) {
    let label = format!("{:?}, operation {at} of {}, {label}", story.tale, story.ops.len());
    let acknowledged =
        story.acknowledged.iter().filter(|(_, op)| **op <= at).map(|(version, _)| *version).max().unwrap_or(0);
    match story.tale {
        Tale::Backups => return backups_hold(dir, acknowledged, &label),
        Tale::Restore if acknowledged == 0 => {
            // Cut short, it is no store, and is done again in the same folder.
            if Store::open(dir, Access::Existing).is_err() {
                let backup = story.root.with_file_name("backup");
                assert_eq!(
                    restore(&backup, dir).map(|head| head.version).unwrap_or_else(|error| panic!("{label}: {error}")),
                    21
                );
            }
            assert_eq!(Store::open(dir, Access::Existing).unwrap().head().version, 21, "{label}");
            return;
        }
        Tale::RepairDamage => return repaired_holds(dir, acknowledged > 0, &label),
        _ => {}
    }
    let store = Store::open(dir, Access::Create).unwrap_or_else(|error| panic!("{label}: {error}"));
    let head = store.head().version;
    assert!(
        (acknowledged..=acknowledged + 1).contains(&head),
        "{label}: version {head}, {acknowledged} was acknowledged"
    );
    if story.tale == Tale::Upgrade {
        return;
    }
    let sets: Vec<ChangeSet> = (1..=head).map(told).collect();
    assert_eq!(read(&store).unwrap(), sets[store.base() as usize..], "{label}");
    assert!(store.base() == 0 || story.tale == Tale::LetGo && store.checkpoint().unwrap().is_some(), "{label}");
    if let Some(checkpoint) = store.checkpoint().unwrap() {
        assert_eq!(checkpoint.nodes, jobs(&sets[..checkpoint.version as usize]), "{label}");
    }
    commit(&store, &told(head + 1));
    drop(store);
    assert_eq!(Store::open(dir, Access::Existing).unwrap().head().version, head + 1, "{label}");
}

/// Of the backups that have their names each is whole, the last that was acknowledged or a later one among them.
fn backups_hold(dir: &Path, acknowledged: u64, label: &str) {
    let mut newest = 0;
    for (path, _) in files(dir) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".backup") {
            let head = verify_backup(&path).unwrap_or_else(|error| panic!("{label}: {name}: {error}"));
            assert!(
                name.ends_with(&format!("{:012}.backup", head.version)),
                "{label}: {name} ends at {}",
                head.version
            );
            newest = newest.max(head.version);
        }
    }
    assert!(newest >= acknowledged, "{label}: the newest backup is of version {newest}, not {acknowledged}");
}

/// A repair of a damaged store that was cut short is made again, or was made: all but what was lost is there.
fn repaired_holds(dir: &Path, made: bool, label: &str) {
    let opened = Store::open(dir, Access::Existing);
    if let Err(error) = &opened {
        assert!(!made && matches!(error, StoreError::Damaged { .. }), "{label}: {error}");
        let repaired = app::repair(dir).unwrap_or_else(|error| panic!("{label}: {error}"));
        let missing: Vec<_> = repaired.missing.into_iter().map(|missing| missing.versions).collect();
        assert_eq!((repaired.head.version, missing), (21, vec![DAMAGED..=DAMAGED]), "{label}");
    }
    let store = opened.or_else(|_| Store::open(dir, Access::Existing)).unwrap();
    let sets = read(&store).unwrap();
    assert_eq!(sets.len(), 21, "{label}");
    for set in sets {
        match set.version {
            DAMAGED => assert_eq!(set.changes, [], "{label}"),
            version => assert_eq!(set, told(version), "{label}"),
        }
    }
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
        let apart = matches!(story.tale, Tale::Restore | Tale::RepairDamage | Tale::Backups);
        if dir.join("passerelle.json").exists() && !apart && Store::open(&copied, Access::Existing).is_ok() {
            let head = Store::open(&copied, Access::Existing).unwrap().head();
            let repaired =
                app::repair(&copied).unwrap_or_else(|error| panic!("{:?}, {label}: repair: {error}", story.tale));
            let (version, missing) = (repaired.head.version, &repaired.missing[..]);
            assert_eq!((version, missing), (head.version, &[][..]), "{:?}, {label}", story.tale);
        }
        *made.entry((story.tale, format!("{model:?}"))).or_insert(0) += 1;
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

/// Each operation on a file fails in turn while a backup is made, while one is restored and while a store is repaired: each is made
/// whole or not at all, and costs nothing that was there.
#[test]
fn a_file_that_fails_leaves_no_half_backup_no_half_store_and_no_less_to_repair() {
    let home = TempDir::new().unwrap();
    let (dir, backup) = (home.path().join("data"), home.path().join("backup"));
    let store = Store::open(&dir, Access::Create).unwrap();
    (1..=12).for_each(|version| commit(&store, &told(version)));
    let sets: Vec<ChangeSet> = (1..=12).map(told).collect();
    let shelf = home.path().join("shelf");
    fs::create_dir(&shelf).unwrap();
    // Fails one operation after the other below a folder, until there is none left to fail.
    let each = |root: &Path, work: &mut dyn FnMut(&Tape, &str)| {
        for code in [5, 28] {
            for at in 0.. {
                let tape = Tape::record(root);
                tape.fail(at, 1, code);
                work(&tape, &format!("operation {at}, code {code}"));
                tape.end();
                if tape.failed() == 0 {
                    assert!(at > 4, "{at} operations");
                    break;
                }
            }
        }
    };
    each(&shelf, &mut |_, label| {
        let file = shelf.join("one.backup");
        let made = store.backup(&file);
        assert_eq!(file.exists(), made.is_ok() || verify_backup(&file).is_ok(), "{label}");
        for (path, _) in files(&shelf) {
            fs::remove_file(path).unwrap();
        }
    });
    store.backup(&backup).unwrap();
    drop(store);
    let restored = home.path().join("restored");
    each(&restored, &mut |tape, label| {
        let made = restore(&backup, &restored);
        // What fails from here on would be the opening.
        tape.fail(usize::MAX, 0, 0);
        match Store::open(&restored, Access::Existing) {
            Ok(store) => assert_eq!(read(&store).unwrap(), sets, "{label}"),
            Err(error) => assert!(made.is_err() && !restored.exists(), "{label}: {error}"),
        }
        // It may not even have been made.
        let _ = fs::remove_dir_all(&restored);
    });
    damage(&dir, DAMAGED);
    fs::remove_dir_all(dir.join("sled")).unwrap();
    let damaged = home.path().join("damaged");
    each(&damaged, &mut |tape, label| {
        copy(&dir, &damaged);
        let made = app::repair(&damaged);
        tape.fail(usize::MAX, 0, 0);
        let again = if made.is_err() && Store::open(&damaged, Access::Existing).is_err() {
            app::repair(&damaged).unwrap_or_else(|error| panic!("{label}: {error}")).missing.len()
        } else {
            1
        };
        let store = Store::open(&damaged, Access::Existing).unwrap_or_else(|error| panic!("{label}: {error}"));
        let found = read(&store).unwrap();
        assert!(again == 1 && found.len() == 12 && found[7].changes.is_empty() && found[8] == sets[8], "{label}");
        drop(store);
        fs::remove_dir_all(&damaged).unwrap();
    });
}
