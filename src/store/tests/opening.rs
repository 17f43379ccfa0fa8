//! What opening reads, and what it need not.

use super::*;

/// A store whose log has three files, the first two of which a checkpoint covers.
fn covered() -> (TempDir, Vec<ChangeSet>) {
    let dir = TempDir::new().unwrap();
    let sets: Vec<ChangeSet> =
        (1..=9).map(|version| if version % 4 == 0 { noisy(version, 2_500) } else { set(version, 2) }).collect();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    for set in &sets {
        commit(&store, set);
        if set.version == 4 || set.version == 8 {
            let sets = &sets[..set.version as usize];
            store.write_checkpoint(set.version, jobs(sets).iter(), std::iter::empty::<Edge>()).unwrap();
        }
    }
    drop(store);
    (dir, sets)
}

fn first_file(dir: &Path) -> PathBuf {
    segments::files(dir).unwrap()[0].1.clone()
}

#[test]
fn a_file_of_the_log_that_a_checkpoint_covers_is_not_read_at_start() {
    let (dir, sets) = covered();
    let files = segments::files(dir.path()).unwrap();
    assert_eq!(files.iter().map(|(base, _)| *base).collect::<Vec<_>>(), [0, 4, 8], "a checkpoint begins a new one");
    assert!(files[..2].iter().all(|(_, path)| sealed::path(path).exists()));
    assert_eq!(open_and_read(dir.path()).unwrap().0, sets);
    // It could not be read: nothing would be as it was.
    let file = first_file(dir.path());
    let whole = fs::read(&file).unwrap();
    fs::write(&file, vec![0; whole.len()]).unwrap();
    fs::remove_dir_all(dir.path().join("sled")).unwrap();
    fs::remove_file(dir.path().join(mirror::CLEAN)).unwrap();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!((store.head().version, store.base()), (9, 0));
    assert_eq!(store.checkpoint().unwrap().unwrap().nodes, jobs(&sets[..8]));
    let damaged = store.change_sets(0).unwrap().next().unwrap();
    assert!(matches!(damaged, Err(StoreError::Damaged { .. })), "what is damaged is told when it is asked for");
    assert!(!store.verify().is_empty());
    let later: Vec<ChangeSet> = store.change_sets(4).unwrap().map(Result::unwrap).collect();
    assert_eq!(later, sets[4..]);
    commit(&store, &set(10, 2));
}

#[test]
fn without_the_checkpoint_or_for_another_file_all_is_read() {
    let (dir, sets) = covered();
    let file = first_file(dir.path());
    let index = fs::read(sealed::path(&file)).unwrap();
    let intact = || assert_eq!(open_and_read(dir.path()).unwrap().0, sets);
    for (what, bytes) in
        [("nothing", &b""[..]), ("half", &index[..index.len() / 2]), ("text", b"hello"), ("zeros", &[0; 99])]
    {
        fs::write(sealed::path(&file), bytes).unwrap();
        println!("an index of {what}");
        intact();
    }
    fs::write(sealed::path(&file), &index).unwrap();
    for version in [8, 4] {
        fs::write(checkpoint::path(dir.path(), version), "torn").unwrap();
        intact();
    }
    let known = || segments::scan(dir.path(), &marker_id(dir.path()), 8).unwrap().locations.get(4).is_some();
    assert!(known());
    // A file of another length than was written down is read.
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 7]).unwrap();
    assert!(!known());
}

#[test]
fn old_files_go_with_what_is_written_down_of_them() {
    let (dir, mut sets) = covered();
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(store.inner.history.load(Ordering::Relaxed), u64::MAX, "who was not told lets nothing go");
    store.keep_history(1);
    sets.push(noisy(10, 2_500));
    commit(&store, &sets[9]);
    store.write_checkpoint(10, jobs(&sets).iter(), std::iter::empty::<Edge>()).unwrap();
    assert_eq!((store.base(), store.earliest()), (8, 8));
    let left: Vec<PathBuf> =
        fs::read_dir(segments::log_dir(dir.path())).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.iter().all(|path| path.file_name().unwrap().to_str().unwrap() > "00000000000000000007"), "{left:?}");
    drop(store);
    assert_eq!(open_and_read(dir.path()).unwrap().0, sets[8..]);
}

#[test]
fn old_files_of_the_log_go_once_two_checkpoints_are_newer() {
    let dir = TempDir::new().unwrap();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    store.keep_history(1);
    let none = std::iter::empty::<Edge>;
    let sets: Vec<ChangeSet> = (1..=8).map(|version| set(version, 3)).collect();
    for set in &sets {
        commit(&store, set);
        let (mut writer, head) = (store.inner.writer(), store.head());
        writer.tail = Tail::begin(dir.path(), &store.inner.id, head.version, head.total).unwrap();
        store.inner.index_mut().segments.push(writer.tail.segment.clone());
    }
    store.write_checkpoint(4, jobs(&sets[..4]).iter(), none()).unwrap();
    assert_eq!(store.base(), 0, "one checkpoint is not enough");
    store.write_checkpoint(6, jobs(&sets[..6]).iter(), none()).unwrap();
    assert_eq!(store.base(), 4);
    assert!(matches!(store.change_sets(3).err(), Some(StoreError::Forgotten { base: 4 })));
    drop(store);
    let store = Store::open(dir.path(), Access::Existing).unwrap();
    assert_eq!((store.base(), store.head().version, store.head().total), (4, 8, 24));
    assert_eq!(read(&store).unwrap(), sets[4..]);
    let file = dir.path().join("backup");
    store.backup(&file).unwrap();
    let other = dir.path().join("other");
    assert_eq!(restore(&file, &other).unwrap(), store.head());
    let restored = Store::open(&other, Access::Existing).unwrap();
    assert_eq!((restored.base(), read(&restored).unwrap()), (4, sets[4..].to_vec()));
    assert_eq!(restored.checkpoint().unwrap().unwrap().nodes, jobs(&sets[..4]));
}
