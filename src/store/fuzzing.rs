//! What the fuzz targets need of the inside. Built only with `--cfg fuzzing`.

use super::checkpoint;
use super::log::{self, CHECKPOINT, SET};
use super::record::{MAX_CONTENT, salvage, seal, unseal};
use super::salvage::Salvaged;
use super::shape::{self, KeyPool};
use super::stream::Records;

/// Looks for records in arbitrary bytes, as `repair` does, and makes of them what it would.
pub fn raw(bytes: &[u8]) {
    for (key, content) in salvage(bytes) {
        assert_eq!(unseal(key, &seal(key, &content)).as_deref(), Ok(&*content));
    }
    let salvaged = Salvaged::of(bytes);
    salvaged.found().into_iter().for_each(|version| drop(salvaged.set(version)));
}

/// Reads arbitrary contents under arbitrary keys, their envelopes sound: each is an error or something that is written back
/// as what was read.
pub fn sealed(records: &[(Vec<u8>, &[u8])]) {
    let mut bytes = Vec::new();
    for (key, content) in records.iter().filter(|(key, content)| key.len() < 256 && content.len() <= MAX_CONTENT) {
        bytes.extend_from_slice(&seal(key, content));
    }
    let salvaged = Salvaged::of(&bytes);
    let mut keys = KeyPool::default();
    for version in salvaged.versions(SET) {
        let Ok((set, _)) = log::read_set(&salvaged, version, &mut keys) else { continue };
        for change in &set.changes {
            let mut line = Vec::new();
            shape::write(&mut line, change);
            assert_eq!(shape::read(&line, &mut keys).ok().as_ref(), Some(change));
        }
    }
    for version in salvaged.versions(CHECKPOINT) {
        let content = salvaged.get(&log::key(CHECKPOINT, version)).ok().flatten().unwrap_or_default();
        if let Ok(line) = checkpoint::read_line(&salvaged, version, &content) {
            let _ = checkpoint::replay_records(&salvaged, &line, drop);
        }
    }
    salvaged.found().into_iter().for_each(|version| drop(salvaged.set(version)));
}
