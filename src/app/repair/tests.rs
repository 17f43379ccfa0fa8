use super::*;
use crate::model::{Key, Node};
use crate::store::{Access, Store};

fn set(version: u64) -> ChangeSet {
    let key: Key = format!("job/v{version}").parse().unwrap();
    let changes = vec![Change::PutNode(Node::new(key, &format!("Métier {version}")))];
    ChangeSet { version, at: 7, author: "essai".into(), changes }
}

/// A damaged store in which change sets of these versions are found, and nothing else.
fn with(versions: &[u64]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Access::Create).unwrap();
    store.commit(&set(1), 1, 0).unwrap();
    drop(store);
    let mut bytes = Vec::new();
    for version in versions {
        bytes.extend(crate::store::sealed_set(&set(*version)));
    }
    std::fs::remove_dir_all(dir.path().join("sled")).unwrap();
    std::fs::write(dir.path().join("log/00000000000000000000.log"), bytes).unwrap();
    dir
}

#[test]
fn a_few_lost_versions_are_filled_and_many_begin_the_log_anew() {
    let far = 1 << 40;
    for (found, base, lost) in [
        (&[1, 2, 5, 6][..], 0, vec![3..=4]),
        (&[1, 2, 5, far, far + 1], far - 1, vec![3..=4, 6..=far - 1]),
        (&[far, far + 3], far - 1, vec![1..=far - 1, far + 1..=far + 2]),
    ] {
        let dir = with(found);
        let repaired = repair(dir.path()).unwrap();
        let missing: Vec<_> = repaired.missing.iter().map(|missing| missing.versions.clone()).collect();
        let told: Vec<_> =
            lost.iter().flat_map(|run| if is_long(run) { vec![run.clone()] } else { single(run) }).collect();
        assert_eq!((repaired.base, missing), (base, told));
        let store = Store::open(dir.path(), Access::Existing).unwrap();
        assert_eq!(store.head(), repaired.head);
        assert_eq!((store.head().version, store.head().nodes), (found[found.len() - 1], found.len() as u64));
        let graph = crate::app::App::open(dir.path(), Access::Existing);
        assert!(graph.is_err(), "one process at a time");
        drop(store);
        let app = crate::app::App::open(dir.path(), Access::Existing).unwrap();
        assert!(found.iter().all(|version| app.graph().find(&format!("job/v{version}")).is_some()));
    }
}

fn single(run: &RangeInclusive<u64>) -> Vec<RangeInclusive<u64>> {
    run.clone().map(|version| version..=version).collect()
}

#[test]
fn runs_end_at_the_last_version_and_take_each_found_one_alone() {
    let found = BTreeSet::from([2, 3, 9, 12]);
    let of = |after, last| runs(after, last, &found).collect::<Vec<_>>();
    assert_eq!(of(0, 11), [1..=1, 2..=2, 3..=3, 4..=8, 9..=9, 10..=11]);
    assert_eq!(of(2, 2), []);
    assert_eq!(of(8, 9), [9..=9]);
}
