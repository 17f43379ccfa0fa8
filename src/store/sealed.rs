//! Beside a file of the log to which nothing is written any more: where its change sets are, so that opening need not read it once a
//! checkpoint is newer. It says nothing that the file does not, and counts only for a file of the length that it names.

use std::fs;
use std::path::{Path, PathBuf};

use super::blocks::{Cursor, number};
use super::disk;
use super::record::{seal, unseal};
use super::segments::{Location, Segment};

const KEY: &[u8] = b"I";

/// Where it is.
pub fn path(segment: &Path) -> PathBuf {
    segment.with_extension("index")
}

/// Writes it, where the change sets stand one after the other to the end of the file.
pub fn write<'p>(
    id: &str,
    segment: &Segment,
    places: impl Iterator<Item = (u64, &'p Location)>,
) -> std::io::Result<()> {
    let mut content = Vec::new();
    let mut next = None;
    for ((version, place), expected) in places.zip(segment.base + 1..) {
        let start = *next.get_or_insert_with(|| {
            number(&mut content, place.start);
            place.start
        });
        if version != expected || place.start != start || place.path != segment.path {
            return Ok(());
        }
        number(&mut content, place.length);
        number(&mut content, place.record);
        next = Some(start + place.length);
    }
    if next != Some(fs::metadata(&segment.path)?.len()) {
        return Ok(());
    }
    disk::replace(&path(&segment.path), &seal(KEY, &[id.as_bytes(), b"\n", &content].concat()))
}

/// The change sets of a file, if they are written down for it as it is.
pub fn read(id: &str, segment: &Segment) -> Option<Vec<(u64, Location)>> {
    let content = unseal(KEY, &fs::read(path(&segment.path)).ok()?).ok()?;
    let mut rest = Cursor(content.strip_prefix(id.as_bytes())?.strip_prefix(b"\n")?);
    let mut places = Vec::new();
    let mut start = rest.number()?;
    for version in segment.base + 1.. {
        if rest.0.is_empty() {
            break;
        }
        let (length, record) = (rest.number()?, rest.number()?);
        let end = start.checked_add(length).filter(|_| record <= length)?;
        places.push((version, Location { path: segment.path.clone(), start, length, record }));
        start = end;
    }
    (start == fs::metadata(&segment.path).ok()?.len()).then_some(places)
}

/// Removes it, before the file is another.
pub fn forget(segment: &Path) -> std::io::Result<()> {
    let path = path(segment);
    if path.exists() { disk::remove(&path) } else { Ok(()) }
}
