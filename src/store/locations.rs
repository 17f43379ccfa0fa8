//! Where the change sets of a log are. A log of a gigabyte holds a million small ones, so each takes a few bytes: those that stand
//! one after the other share a run, which keeps their lengths.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::blocks::{Cursor, number};

/// Where a change set is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub(super) path: Arc<Path>,
    pub(super) start: u64,
    pub(super) length: u64,
    /// The length of its last record, which tells what it is; pieces stand before.
    pub(super) record: u64,
}

/// The location of each version that has one.
#[derive(Debug, Default)]
pub struct Locations {
    /// By the first version of each.
    runs: BTreeMap<u64, Run>,
}

/// One change set of each of some versions without a gap, one after the other in a file.
#[derive(Clone, Debug)]
pub struct Run {
    pub(super) path: Arc<Path>,
    count: u64,
    start: u64,
    pub(super) end: u64,
    /// Length and length of the last record, one change set after the other.
    lengths: Vec<u8>,
    /// For every [`STRIDE`]th change set, where it begins and where its lengths are.
    marks: Vec<(u64, usize)>,
}

/// How many lengths are read at most to find one.
const STRIDE: u64 = 64;

impl Run {
    fn new(path: Arc<Path>, start: u64) -> Run {
        Run { path, count: 0, start, end: start, lengths: Vec::new(), marks: Vec::new() }
    }

    /// The run that [`Run::bytes`] told of.
    pub(super) fn of(path: Arc<Path>, bytes: &[u8]) -> Option<Run> {
        let mut rest = Cursor(bytes);
        let mut run = Run::new(path, rest.number()?);
        while !rest.0.is_empty() {
            let (length, record) = (rest.number()?, rest.number()?);
            run.end.checked_add(length).filter(|_| record <= length)?;
            run.push(length, record);
        }
        run.lengths.shrink_to_fit();
        Some(run)
    }

    /// Where it begins, and its lengths.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.lengths.len() + 10);
        number(&mut bytes, self.start);
        bytes.extend_from_slice(&self.lengths);
        bytes
    }

    fn push(&mut self, length: u64, record: u64) {
        if self.count.is_multiple_of(STRIDE) {
            self.marks.push((self.end, self.lengths.len()));
        }
        number(&mut self.lengths, length);
        number(&mut self.lengths, record);
        self.count += 1;
        self.end += length;
    }

    /// The change sets from the `from`th on: where each begins, its length, that of its last record.
    fn iter(&self, from: u64) -> impl Iterator<Item = (u64, u64, u64)> {
        let (start, at) = self.marks.get((from / STRIDE) as usize).copied().unwrap_or((self.end, self.lengths.len()));
        let (mut start, mut rest) = (start, Cursor(&self.lengths[at..]));
        let all = std::iter::from_fn(move || {
            let (length, record) = (rest.number()?, rest.number()?);
            start += length;
            Some((start - length, length, record))
        });
        all.skip((from % STRIDE) as usize)
    }

    /// The change sets from the `from`th on go to another run. O(change sets).
    fn split_off(&mut self, from: u64) -> Run {
        let mut parts = [Run::new(self.path.clone(), self.start), Run::new(self.path.clone(), self.end)];
        parts[1].start = self.iter(from).next().map_or(self.end, |(start, ..)| start);
        parts[1].end = parts[1].start;
        for (at, (_, length, record)) in (0..).zip(self.iter(0)) {
            parts[usize::from(at >= from)].push(length, record);
        }
        let [before, after] = parts;
        *self = before;
        after
    }
}

impl Locations {
    /// Takes note of a change set; what was known of its version is forgotten. O(log runs), and O(change sets of the run) where the
    /// version was known: a log repeats one where a write failed late, not more.
    pub fn insert(&mut self, version: u64, location: Location) {
        if self.get(version).is_some() {
            let mut after = self.split_off(version);
            let mut rest = after.split_off(version + 1);
            self.runs.append(&mut rest.runs);
        }
        let Location { path, start, length, record } = location;
        if let Some((first, run)) = self.runs.range_mut(..version).next_back()
            && first + run.count == version
            && run.path == path
            && run.end == start
        {
            return run.push(length, record);
        }
        let mut run = Run::new(path, start);
        run.push(length, record);
        self.runs.insert(version, run);
    }

    /// Takes note of the change sets from a version on, up to another. None of them is known.
    pub fn insert_run(&mut self, first: u64, mut run: Run, upto: u64) {
        if first + run.count > upto + 1 {
            run.split_off((upto + 1).saturating_sub(first));
        }
        if run.count > 0 {
            self.runs.insert(first, run);
        }
    }

    /// Where the change set of a version is. O(log runs).
    pub fn get(&self, version: u64) -> Option<Location> {
        let (first, run) = self.runs.range(..=version).next_back()?;
        let (start, length, record) = (version - first < run.count).then(|| run.iter(version - first).next())??;
        Some(Location { path: run.path.clone(), start, length, record })
    }

    /// The run that begins with a version.
    pub fn run(&self, first: u64) -> Option<&Run> {
        self.runs.get(&first)
    }

    /// Forgets those from a version on, and gives them.
    pub fn split_off(&mut self, version: u64) -> Locations {
        let mut after = Locations { runs: self.runs.split_off(&version) };
        if let Some((first, run)) = self.runs.range_mut(..version).next_back()
            && first + run.count > version
        {
            let rest = run.split_off(version - first);
            after.runs.insert(version, rest);
        }
        after
    }

    pub fn len(&self) -> u64 {
        self.runs.values().map(|run| run.count).sum()
    }

    /// The last version.
    pub fn last(&self) -> Option<u64> {
        self.runs.last_key_value().map(|(first, run)| first + run.count - 1)
    }

    /// The versions after one, up to another, that have none.
    pub fn missing(&self, after: u64, upto: u64) -> Vec<RangeInclusive<u64>> {
        let mut missing = Vec::new();
        let mut next = after + 1;
        let ends = self.runs.iter().map(|(first, run)| (*first, first + run.count));
        for (first, end) in ends.chain([(upto.saturating_add(1), u64::MAX)]) {
            let last = (first - 1).min(upto);
            if next <= last {
                missing.push(next..=last);
            }
            next = next.max(end);
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Next,
        Insert { version: u64, other_file: bool },
        SplitOff(u64),
        KeepFrom(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            12 => Just(Step::Next),
            2 => (1u64..200, any::<bool>()).prop_map(|(version, other_file)| Step::Insert { version, other_file }),
            1 => (1u64..200).prop_map(Step::SplitOff),
            1 => (1u64..200).prop_map(Step::KeepFrom),
        ];
        prop::collection::vec(step, 0..400)
    }

    proptest! {
        #[test]
        fn they_are_those_of_a_plain_map(steps in steps(), after in 0u64..200, length in 0u64..200) {
            let files: [Arc<Path>; 2] = [Path::new("a").into(), Path::new("b").into()];
            let (mut plain, mut kept) = (BTreeMap::new(), Locations::default());
            let mut end = 0;
            for (number, step) in steps.into_iter().enumerate() {
                let next = plain.last_key_value().map_or(1, |(version, _): (&u64, &Location)| version + 1);
                let (version, file) = match step {
                    Step::SplitOff(version) => {
                        plain.split_off(&version);
                        kept.split_off(version);
                        continue;
                    }
                    Step::KeepFrom(version) => {
                        plain = plain.split_off(&version);
                        kept = kept.split_off(version);
                        continue;
                    }
                    Step::Next => (next, 0),
                    Step::Insert { version, other_file } => (version, usize::from(other_file)),
                };
                let length = 1 + (number as u64 * 7919) % 300;
                let location = Location { path: files[file].clone(), start: end, length, record: length / 2 };
                end += length;
                plain.insert(version, location.clone());
                kept.insert(version, location);
            }
            for version in 0..600 {
                prop_assert_eq!(kept.get(version), plain.get(&version).cloned());
            }
            prop_assert_eq!(kept.len(), plain.len() as u64);
            prop_assert_eq!(kept.last(), plain.last_key_value().map(|(version, _)| *version));
            let missing: Vec<u64> = kept.missing(after, after + length).into_iter().flatten().collect();
            let gaps: Vec<u64> = (after + 1..=after + length).filter(|version| !plain.contains_key(version)).collect();
            prop_assert_eq!(missing, gaps);
        }

        #[test]
        fn a_run_is_what_its_bytes_tell(lengths in prop::collection::vec((0u64..1 << 40, 0u64..100), 1..300), upto in 1u64..300) {
            let path: Arc<Path> = Path::new("a").into();
            let mut kept = Locations::default();
            let mut start = 9;
            for (version, (length, record)) in (1..).zip(&lengths) {
                let location = Location { path: path.clone(), start, length: length + 100, record: *record };
                start += location.length;
                kept.insert(version, location);
            }
            let run = Run::of(path, &kept.run(1).unwrap().bytes()).unwrap();
            prop_assert_eq!(run.end, start);
            let mut read = Locations::default();
            read.insert_run(1, run, upto);
            kept.split_off(upto + 1);
            for version in 0..400 {
                prop_assert_eq!(read.get(version), kept.get(version));
            }
        }
    }
}
