//! The envelope of every record: mark, key, lengths and checksum around content that is packed where that
//! saves room. It stands on its own, so that records can be found again in a file whose order is lost.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// The most bytes of content, unpacked, in one record that sled holds too. A leaf of sled holds up to sixteen records, a few
/// more before it is split or after two are merged; above 131,052 bytes it would go to a file of its own that nothing syncs.
pub const MAX_CONTENT: usize = 5 << 10;

/// The most bytes of content that are believed of a record: what is written stays far below, and a few forged bytes must not
/// unpack to gigabytes.
pub const MOST_CONTENT: usize = 64 << 20;

/// `psl`, then the version of the envelope.
const MARK: &[u8; 4] = b"psl1";
const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;
/// Mark, encoding, length of the key, length unpacked, length packed, checksum.
const HEAD: usize = 4 + 1 + 1 + 4 + 4 + 4;
/// Below this, packing costs more than it saves.
const WORTH_PACKING: usize = 256;

/// Why bytes are no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordFault {
    /// No mark of ours.
    #[error("it is not a record")]
    Mark,
    /// Fewer bytes than its head says.
    #[error("it is cut short")]
    Short,
    /// Longer than any that is written.
    #[error("it claims a length that no record has")]
    Length,
    /// Other bytes than were written.
    #[error("its checksum is wrong")]
    Checksum,
    /// A record of another key.
    #[error("it belongs elsewhere")]
    Key,
}

/// The record of some content under a key of at most 255 bytes.
pub fn seal(key: &[u8], content: &[u8]) -> Vec<u8> {
    let packed = if content.len() < WORTH_PACKING { None } else { pack(content) };
    let (encoding, body) = packed.as_ref().map_or((PLAIN, content), |packed| (DEFLATED, packed));
    let mut record = Vec::with_capacity(HEAD + key.len() + body.len());
    record.extend_from_slice(MARK);
    record.push(encoding);
    record.push(key.len() as u8);
    record.extend_from_slice(&(content.len() as u32).to_le_bytes());
    record.extend_from_slice(&(body.len() as u32).to_le_bytes());
    record.extend_from_slice(&[0; 4]);
    record.extend_from_slice(key);
    record.extend_from_slice(body);
    let checksum = checksum(&record);
    record[HEAD - 4..HEAD].copy_from_slice(&checksum.to_le_bytes());
    record
}

/// The content of the record of a key.
///
/// # Errors
/// Unless it is exactly what [`seal`] gave for that key.
pub fn unseal(key: &[u8], record: &[u8]) -> Result<Vec<u8>, RecordFault> {
    let (found, content, length) = open(record)?;
    if length != record.len() {
        return Err(RecordFault::Short);
    }
    if found == key { Ok(content) } else { Err(RecordFault::Key) }
}

/// Every sound record in a run of bytes, wherever it stands, with its key. O(bytes).
pub fn salvage(bytes: &[u8]) -> impl Iterator<Item = (&[u8], Vec<u8>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let step = bytes.get(at..)?.iter().position(|byte| *byte == MARK[0])?;
            at += step;
            match open(&bytes[at..]) {
                Ok((key, content, length)) => {
                    at += length;
                    return Some((key, content));
                }
                Err(_) => at += 1,
            }
        }
    })
}

/// Key and length of the sound record that begins here, its content still packed.
///
/// # Errors
/// What keeps it from being one.
pub fn frame(bytes: &[u8]) -> Result<(&[u8], usize), RecordFault> {
    framed(bytes).map(|frame| (frame.key, frame.length))
}

/// The next place, from one on, where a sound record begins.
pub fn next_frame(bytes: &[u8], from: usize) -> Option<usize> {
    let places = bytes.get(from..)?.iter().enumerate().filter(|(_, byte)| **byte == MARK[0]);
    places.map(|(at, _)| from + at).find(|at| frame(&bytes[*at..]).is_ok())
}

struct Frame<'b> {
    key: &'b [u8],
    body: &'b [u8],
    encoding: u8,
    unpacked: usize,
    length: usize,
}

fn framed(bytes: &[u8]) -> Result<Frame<'_>, RecordFault> {
    if bytes.get(..4) != Some(MARK) {
        return Err(RecordFault::Mark);
    }
    let head = bytes.get(..HEAD).ok_or(RecordFault::Short)?;
    let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (encoding, key_length) = (head[4], head[5] as usize);
    let (unpacked, packed) = (number(6) as usize, number(10) as usize);
    if unpacked > MOST_CONTENT || packed > MOST_CONTENT {
        return Err(RecordFault::Length);
    }
    let length =
        HEAD.checked_add(key_length).and_then(|length| length.checked_add(packed)).ok_or(RecordFault::Short)?;
    let record = bytes.get(..length).ok_or(RecordFault::Short)?;
    if checksum(record) != number(14) {
        return Err(RecordFault::Checksum);
    }
    let (key, body) = record[HEAD..].split_at(key_length);
    Ok(Frame { key, body, encoding, unpacked, length })
}

/// Key, content and length of the record that begins here.
fn open(bytes: &[u8]) -> Result<(&[u8], Vec<u8>, usize), RecordFault> {
    let Frame { key, body, encoding, unpacked, length } = framed(bytes)?;
    let content = match encoding {
        PLAIN => body.to_vec(),
        _ => {
            let mut content = Vec::with_capacity(unpacked.min(1 << 20));
            let mut unpacking = DeflateDecoder::new(body).take(unpacked as u64 + 1);
            unpacking.read_to_end(&mut content).map_err(|_| RecordFault::Checksum)?;
            content
        }
    };
    if content.len() == unpacked { Ok((key, content, length)) } else { Err(RecordFault::Checksum) }
}

/// Of all but the checksum's own place.
fn checksum(record: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&record[..HEAD - 4]);
    crc.update(&record[HEAD..]);
    crc.finalize()
}

/// Packed, where that is smaller.
fn pack(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(content.len() / 4), Compression::fast());
    let packed = encoder.write_all(content).and_then(|()| encoder.finish()).ok()?;
    (packed.len() < content.len()).then_some(packed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_sealed_is_unsealed(key in prop::collection::vec(any::<u8>(), 0..20), content in prop::collection::vec(0u8..9, 0..2000)) {
            prop_assert_eq!(unseal(&key, &seal(&key, &content)), Ok(content));
        }

        #[test]
        fn a_record_with_any_bit_flipped_is_refused(content in prop::collection::vec(0u8..9, 0..600), at in any::<prop::sample::Index>(), bit in 0..8) {
            let mut record = seal(b"key", &content);
            let at = at.index(record.len());
            record[at] ^= 1u8 << bit;
            prop_assert!(unseal(b"key", &record).is_err());
        }

        #[test]
        fn arbitrary_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(unseal(b"key", &bytes).is_err());
            prop_assert!(unseal(b"key", &[MARK, &*bytes].concat()).is_err());
        }
    }

    #[test]
    fn a_record_cut_short_or_under_another_key_is_refused() {
        let record = seal(b"key", b"content");
        assert_eq!(unseal(b"kex", &record), Err(RecordFault::Key));
        for length in 0..record.len() {
            assert!(unseal(b"key", &record[..length]).is_err());
        }
    }

    #[test]
    fn records_are_found_among_noise() {
        let (one, mut two, three) = (seal(b"1", b"un"), seal(b"2", b"deux"), seal(b"3", &[7; 3000]));
        *two.last_mut().unwrap() ^= 1;
        let bytes = [b"ppsl1ps".as_slice(), &one, b"psl", &two, b"\0\0", &three, b"psl1"].concat();
        let found: Vec<_> = salvage(&bytes).map(|(key, content)| (key.to_vec(), content)).collect();
        assert_eq!(found, [(b"1".to_vec(), b"un".to_vec()), (b"3".to_vec(), vec![7; 3000])]);
    }
}
