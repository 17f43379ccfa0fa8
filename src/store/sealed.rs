//! Beside a file of the log to which nothing is written any more: where its change sets are, so that opening need not read it once a
//! checkpoint is newer. It says nothing that the file does not, and counts only for a file of the length that it names.

use std::fs;
use std::path::{Path, PathBuf};

use super::disk;
use super::locations::Run;
use super::record::{seal, unseal};
use super::segments::Segment;

const KEY: &[u8] = b"I";

pub fn path(segment: &Path) -> PathBuf {
    segment.with_extension("index")
}

/// Writes it for the change sets of a file, where they stand one after the other to its end.
pub fn write(id: &str, run: &Run) -> std::io::Result<()> {
    if run.end != fs::metadata(&run.path)?.len() {
        return Ok(());
    }
    disk::replace(&path(&run.path), &seal(KEY, &[id.as_bytes(), b"\n", &run.bytes()].concat()))
}

/// The change sets of a file, if they are written down for it as it is.
pub fn read(id: &str, segment: &Segment) -> Option<Run> {
    let content = unseal(KEY, &fs::read(path(&segment.path)).ok()?).ok()?;
    let run = Run::of(segment.path.clone(), content.strip_prefix(id.as_bytes())?.strip_prefix(b"\n")?)?;
    (run.end == fs::metadata(&segment.path).ok()?.len()).then_some(run)
}

/// Removes it, before the file is another.
pub fn forget(segment: &Path) -> std::io::Result<()> {
    let path = path(segment);
    if path.exists() { disk::remove(&path) } else { Ok(()) }
}
