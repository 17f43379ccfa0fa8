//! A store that version 0.1.0 wrote, when sled held everything: it opens for ever after, upgraded in one atomic step.

use std::io::Read;

use super::*;

/// The files of the old store, and what it exported.
pub fn unpacked(dir: &Path) -> String {
    let bytes = include_bytes!("../../../tests/fixtures/store-0.1.0.zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut expected = String::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let path = dir.join(entry.enclosed_name().unwrap());
        if path.ends_with("expected.jsonl") {
            entry.read_to_string(&mut expected).unwrap();
            continue;
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::io::copy(&mut entry, &mut fs::File::create(&path).unwrap()).unwrap();
    }
    expected
}

fn exported(app: &crate::app::App) -> String {
    let graph = app.graph();
    let mut text = Vec::new();
    let edges = graph.edges().map(|edge| edge.to_edge());
    crate::export::jsonl::write(&mut text, graph.nodes().map(|(_, node)| node), edges).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn a_store_of_0_1_0_opens_and_is_upgraded() {
    let dir = TempDir::new().unwrap();
    let expected = unpacked(dir.path());
    for _ in 0..2 {
        let app = crate::app::App::open(dir.path(), Access::Existing).unwrap();
        assert_eq!(exported(&app), expected);
        let store = app.store();
        assert_eq!((store.head().version, store.base(), store.verify().len()), (6, 0, 0));
        let authors: Vec<_> = store.change_sets(0).unwrap().map(|set| set.unwrap().author).collect();
        assert_eq!(&*authors[1], "import graph");
        assert_eq!(&*authors[5], "command line");
        drop(app);
        let marker = fs::read_to_string(dir.path().join("passerelle.json")).unwrap();
        assert!(marker.contains("\"format\":2"), "{marker}");
    }
}

#[test]
fn what_a_kill_leaves_in_the_old_store_harms_nothing() {
    for spoil in [
        &(|dir: &Path| fs::write(dir.join("sled/snap.FFFFFFFFFFFFFFFF.generating"), "torn").unwrap()) as &dyn Fn(&Path),
        &|dir| fs::write(dir.join("sled/snap.0FFFFFFFFFFFFFFF"), "torn snapshot").unwrap(),
        &|dir| fs::create_dir_all(dir.join(".upgrading/sled")).unwrap(),
        &|dir| {
            fs::create_dir_all(dir.join("log")).unwrap();
            fs::write(dir.join("log/00000000000000000000.log"), "half").unwrap();
        },
    ] {
        let dir = TempDir::new().unwrap();
        let expected = unpacked(dir.path());
        spoil(dir.path());
        let app = crate::app::App::open(dir.path(), Access::Existing).unwrap();
        assert_eq!(exported(&app), expected);
    }
}

/// A marker of format 1 beside a log, as when the marker alone comes from an old copy.
#[test]
fn a_log_that_is_there_is_never_removed_by_an_upgrade() {
    let (dir, sets) = sample();
    // Closing does not wait for long for sled to take all.
    while mirror::clean_version(dir.path(), &marker_id(dir.path())) != Some(30) {
        drop(Store::open(dir.path(), Access::Existing).unwrap());
    }
    let marker = dir.path().join("passerelle.json");
    let text = fs::read_to_string(&marker).unwrap();
    let older = text.replace("\"format\":2", "\"format\":1");
    fs::write(&marker, &older).unwrap();
    let log = files(&dir.path().join("log"));
    let sled = dir.path().join("sled");
    fs::rename(&sled, dir.path().join(".sled")).unwrap();
    let before = files(dir.path());
    let refused = Store::open(dir.path(), Access::Existing).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { what: Damage::NoDatabase, .. }), "{refused}");
    assert!(files(dir.path()) == before, "a refused opening leaves every byte as it was");
    fs::rename(dir.path().join(".sled"), &sled).unwrap();
    assert_eq!(open_and_read(dir.path()).unwrap().0, sets);
    let aside = files(&dir.path().join(".damaged-1/log"));
    assert!(aside.iter().map(|(_, bytes)| bytes).eq(log.iter().map(|(_, bytes)| bytes)));
    assert!(!dir.path().join(".upgrading").exists());
}

#[test]
fn an_old_store_that_is_damaged_is_left_as_it_is() {
    let dir = TempDir::new().unwrap();
    unpacked(dir.path());
    let db = dir.path().join("sled/db");
    let bytes = fs::read(&db).unwrap();
    fs::write(&db, &bytes[..9_000]).unwrap();
    let before = files(dir.path());
    let refused = Store::open(dir.path(), Access::Existing).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    assert_eq!(files(dir.path()), before);
    let repaired = crate::app::repair(dir.path()).unwrap();
    assert!(repaired.head.version == 6 && !repaired.missing.is_empty(), "{repaired:?}");
    assert!(crate::app::App::open(dir.path(), Access::Existing).is_ok());
}
