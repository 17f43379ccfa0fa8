//! A store's identity: sixteen random digits in a hidden file beside it, made when first asked for. A backup does not carry it: what
//! is restored elsewhere goes on as another log.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::store::disk;

const FILE: &str = ".identity";

/// The identity of the store in a folder. One that cannot be kept lasts until the end of the process.
pub fn of(dir: &Path) -> String {
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

    #[test]
    fn it_stays_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = of(folder.path());
        assert_eq!((of(folder.path()), first.len()), (first.clone(), 16));
        assert_ne!(of(tempfile::tempdir().unwrap().path()), first);
    }
}
