//! Mending the log from sled: change sets that a bad page has taken from the log are put back from the copies in sled's file,
//! which is read as bytes. A file of the log is replaced whole, atomically; the damaged one is put aside.

use std::ops::RangeInclusive;
use std::path::Path;

use super::damage::listed;
use super::log::{self, META, Meta, SET, SET_PIECE};
use super::record::seal;
use super::salvage::{Salvaged, aside};
use super::sealed;
use super::segments::Scan;
use super::shape::KeyPool;
use super::stream::{Records, piece_key};
use super::{StoreError, disk};

/// Puts missing change sets back, all or none; whether it could.
pub fn mend(dir: &Path, id: &str, scan: &Scan, missing: &[RangeInclusive<u64>]) -> Result<bool, StoreError> {
    let sled = Salvaged::of_sled(dir)?;
    let owner = sled.get(META)?.and_then(|content| serde_json::from_slice::<Meta>(&content).ok());
    if owner.is_none_or(|meta| meta.id != id) {
        return Ok(false);
    }
    let mut found = Vec::new();
    for version in missing.iter().cloned().flatten() {
        let Some(bytes) = bytes_of(&sled, version) else { return Ok(false) };
        found.push((version, bytes));
    }
    let aside = aside(dir);
    disk::make_dir(&aside).map_err(|error| StoreError::io(&aside, error))?;
    for (number, segment) in scan.segments.iter().enumerate() {
        let end = scan.segments.get(number + 1).map_or(u64::MAX, |next| next.base);
        if !missing.iter().any(|run| segment.base < *run.end() && *run.start() <= end) {
            continue;
        }
        let io = |error| StoreError::io(&segment.path, error);
        let meta = Meta {
            magic: "passerelle".into(),
            format: super::FORMAT,
            id: id.to_owned(),
            base: segment.base,
            total: scan.total,
        };
        let mut bytes = seal(META, &log::json(&meta));
        for version in segment.base + 1..=end {
            match (scan.locations.get(version), found.binary_search_by_key(&version, |(version, _)| *version)) {
                (Some(location), _) => bytes.extend(location.bytes()?),
                (None, Ok(at)) => bytes.extend_from_slice(&found[at].1),
                (None, Err(_)) => break,
            }
        }
        let name = segment.path.file_name().unwrap_or_default();
        // Durable before the other takes its place.
        disk::copy(&segment.path, &aside.join(name)).and_then(|()| disk::sync_dir(&aside)).map_err(io)?;
        sealed::forget(&segment.path).and_then(|()| disk::replace(&segment.path, &bytes)).map_err(io)?;
    }
    tracing::warn!(
        "change sets of version {} could not be read in the log and were put back from sled; the damaged files are in {}",
        listed(missing, "to"),
        aside.display()
    );
    Ok(true)
}

/// The records of a change set, if all of them are there and sound.
fn bytes_of(records: &Salvaged, version: u64) -> Option<Vec<u8>> {
    log::read_set(records, version, &mut KeyPool::default()).ok()?;
    let key = log::key(SET, version);
    let content = records.get(&key).ok()??;
    let (line, _) = log::set_line(records, version, &content).ok()?;
    let mut bytes = Vec::new();
    if let Some(stream) = line.stream {
        for number in 0..stream.pieces {
            let key = piece_key(SET_PIECE, version, stream.nonce, number);
            bytes.extend(seal(&key, &records.get(&key).ok()??));
        }
    }
    bytes.extend(seal(&key, &content));
    Some(bytes)
}
