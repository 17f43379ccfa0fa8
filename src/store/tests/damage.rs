//! Damage of any kind: named, or harmless.

use super::*;

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
    damages.push((
        "the log swapped for another store's".into(),
        Box::new(|dir| {
            let (other, _) = sample();
            fs::remove_dir_all(dir.join("log")).unwrap();
            copy(&other.path().join("log"), &dir.join("log"));
        }),
    ));
    damages.push(("all of the log deleted".into(), Box::new(|dir| fs::remove_dir_all(dir.join("log")).unwrap())));
    damages
        .push(("all checkpoints deleted".into(), Box::new(|dir| fs::remove_dir_all(dir.join("checkpoint")).unwrap())));
    damages
}

/// The heart of the promise: whatever happens to the files, all that was acknowledged or an error that names it, and an opening
/// that is refused leaves every byte as it was.
#[test]
fn damage_of_any_kind_is_named_or_does_no_harm() {
    let (dir, sets) = sample();
    let damages = damages(dir.path());
    assert!(damages.len() >= 30);
    let (mut named, mut short) = (0, 0);
    for (name, damage) in &damages {
        let place = TempDir::new().unwrap();
        copy(dir.path(), place.path());
        damage(place.path());
        let before = files(place.path());
        match Store::open(place.path(), Access::Existing) {
            Ok(store) => {
                assert_eq!(store.head().version, 30, "{name}");
                if store.base() == 0 {
                    let read = read(&store).unwrap_or_else(|error| panic!("{name}: {error}"));
                    assert_eq!(read, sets, "{name}");
                } else {
                    short += 1;
                    assert!(!store.verify().is_empty(), "{name}: what is damaged is told");
                    assert_eq!(read(&store).unwrap(), sets[store.base() as usize..], "{name}");
                }
                match store.checkpoint().unwrap() {
                    Some(checkpoint) => assert_eq!(checkpoint.nodes, jobs(&sets[..20]), "{name}"),
                    None => assert_eq!(store.base(), 0, "{name}"),
                }
                commit(&store, &set(31, 2));
                drop(store);
                let store =
                    Store::open(place.path(), Access::Existing).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(store.head().version, 31, "{name}");
            }
            Err(StoreError::Damaged { .. } | StoreError::NotOurs { .. } | StoreError::NewerFormat { .. }) => {
                named += 1;
                assert_eq!(files(place.path()), before, "{name}");
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
    println!("{} kinds of damage, {named} named at opening, {short} with less history", damages.len());
}
