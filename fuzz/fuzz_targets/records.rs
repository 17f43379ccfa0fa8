//! Arbitrary bytes where the store has written its records: an error, or what is written the same again. Taken raw, and as the
//! contents of sound envelopes: parts between lines that are `---`, each under the key that its first line spells
//! (`L 1`: change set 1; `C 1 7 0`: its piece 0 of the attempt 7; `P`, `K`: checkpoints).
#![no_main]

use passerelle::store::fuzzing;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzzing::raw(bytes);
    let records: Vec<(Vec<u8>, &[u8])> = parts(bytes).into_iter().filter_map(record).collect();
    fuzzing::sealed(&records);
});

fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(5).position(|window| window == b"\n---\n") {
        parts.push(&rest[..at]);
        rest = &rest[at + 5..];
    }
    parts.push(rest);
    parts
}

fn record(part: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let end = part.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&part[..end]).ok()?;
    let mut words = line.split(' ');
    let mut key = words.next()?.as_bytes().to_vec();
    key.extend(words.next()?.parse::<u64>().ok()?.to_be_bytes());
    for word in words {
        key.extend(word.parse::<u32>().ok()?.to_be_bytes());
    }
    Some((key, &part[end + 1..]))
}
