//! The identity of a log: sixteen digits, made of random ones in a hidden file beside the store, from when first asked for, and of the
//! store's own. A copy without that file goes on as another log, and so does what was restored or repaired, even beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::store::disk;

const FILE: &str = ".identity";

/// The identity of the log of a store in a folder. One that cannot be kept lasts until the end of the process.
pub fn of(dir: &Path, store: &str) -> String {
    let digest = Sha256::digest([&of_folder(dir), store].concat());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn of_folder(dir: &Path) -> String {
    let path = dir.join(FILE);
    if let Some(known) = read(&path) {
        return known;
    }
    let new = format!("{:016x}", getrandom::u64().unwrap_or_default());
    let written = disk::replace(&path, new.as_bytes());
    if let Err(cause) = written
        && cause.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%cause, file = FILE, "the store's identity cannot be kept: it changes with each start");
    }
    new
}

fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    (text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, Write};
    use crate::model::{Change, Node};
    use crate::store::{Access, restore};

    #[test]
    fn it_stays_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = of(folder.path(), "store");
        assert_eq!((of(folder.path(), "store"), first.len()), (first.clone(), 16));
        assert_ne!(of(tempfile::tempdir().unwrap().path(), "store"), first);
    }

    /// Followers of a log of the same name that goes another way would skip changes.
    #[test]
    fn what_is_restored_or_repaired_beside_it_is_another_log() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let dir = folder.path();
        let source = Node::new("source/s".parse().unwrap(), "S");
        let open = || App::open(dir, Access::Create).unwrap();
        let app = open();
        app.write(Write {
            changes: vec![Change::PutNode(source)],
            author: "essai".into(),
            expected_version: None,
            dry_run: false,
        })
        .unwrap();
        let first = app.identity().to_owned();
        let backup = elsewhere.path().join("backup");
        app.store().backup(&backup).unwrap();
        drop(app);
        assert_eq!(open().identity(), first, "a restart changes nothing");
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if entry.path().is_dir() {
                fs::remove_dir_all(entry.path()).unwrap();
            } else {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        restore(&backup, dir).unwrap();
        let restored = open().identity().to_owned();
        crate::app::repair(dir).unwrap();
        let repaired = open().identity().to_owned();
        assert!(first != restored && restored != repaired && repaired != first);
    }
}
