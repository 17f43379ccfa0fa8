//! Parts of the log, for those who replay it page by page: what is said of a change set, and some of its changes, without the rest
//! in memory. A change set has as many changes as an import brought, so a page is read line by line, a piece of it at a time.

use super::damage::{Damage, Fault};
use super::log::{SET, SET_PIECE, SetLine, key, set_line};
use super::shape::{self, KeyPool};
use super::stream::{Records, piece_key};
use super::{Store, StoreError};
use crate::model::Change;

/// What the log says of a change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetHead {
    pub version: u64,
    /// When it was acknowledged, in seconds since 1970.
    pub at: u64,
    /// Who made it.
    pub author: Box<str>,
    /// How many changes it has.
    pub changes: u64,
}

impl Store {
    /// What is said of the change set of a version. O(1).
    ///
    /// # Errors
    /// [`StoreError::Forgotten`] when the log does not go back that far; damage.
    pub fn set_head(&self, version: u64) -> Result<SetHead, StoreError> {
        self.inner.reaches(version.saturating_sub(1))?;
        let line = self.inner.line(version)?;
        Ok(SetHead { version, at: line.at(), author: line.author().into(), changes: line.changes() })
    }

    /// Some changes of a version, in order, `from` counted from 0. O(bytes of the set up to the last of them), a piece in memory
    /// once sled has it; `None` where `stop` said so first.
    ///
    /// # Errors
    /// As [`Store::set_head`].
    pub fn change_page(
        &self,
        version: u64,
        from: usize,
        most: usize,
        stop: &dyn Fn() -> bool,
    ) -> Result<Option<Vec<Change>>, StoreError> {
        self.inner.reaches(version.saturating_sub(1))?;
        if let Some(engine) = self.inner.keeper.engine_with(version)
            && let Ok(page) = page(&*engine, version, (from, most), stop)
        {
            return Ok(page);
        }
        page(&self.inner.location(version)?.read(&self.inner.dir)?, version, (from, most), stop)
    }
}

fn page(
    records: &impl Records,
    version: u64,
    (from, most): (usize, usize),
    stop: &dyn Fn() -> bool,
) -> Result<Option<Vec<Change>>, StoreError> {
    let (line, content, start) = set(records, version)?;
    let mut page = Page { from, most, at: 0, keys: KeyPool::default(), changes: Vec::new() };
    let damaged = |fault| records.damaged(Damage::ChangeSet(version, fault));
    let Some(stream) = &line.stream else {
        let lines = content[start..].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        for line in lines {
            page.take(line).map_err(|error| damaged(error.into()))?;
            if page.full() {
                break;
            }
        }
        return Ok(Some(page.changes));
    };
    let mut rest: Vec<u8> = Vec::new();
    for number in 0..stream.pieces {
        if page.full() {
            break;
        }
        if stop() {
            return Ok(None);
        }
        let piece = records.get(&piece_key(SET_PIECE, version, stream.nonce, number))?;
        let piece = piece.ok_or_else(|| damaged(Fault::Incomplete))?;
        rest.extend_from_slice(&piece);
        let mut begin = 0;
        while let Some(length) = rest[begin..].iter().position(|byte| *byte == b'\n') {
            page.take(&rest[begin..begin + length]).map_err(|error| damaged(error.into()))?;
            begin += length + 1;
        }
        rest.drain(..begin);
    }
    Ok(Some(page.changes))
}

/// The first line of a set's record, the record, and where its other lines begin.
fn set(records: &impl Records, version: u64) -> Result<(SetLine, Vec<u8>, usize), StoreError> {
    let content = records.get(&key(SET, version))?;
    let content = content.ok_or_else(|| records.damaged(Damage::ChangeSet(version, Fault::Missing)))?;
    let (line, start) = set_line(records, version, &content)?;
    Ok((line, content, start))
}

/// The lines wanted, taken out of all.
struct Page {
    from: usize,
    most: usize,
    at: usize,
    keys: KeyPool,
    changes: Vec<Change>,
}

impl Page {
    fn full(&self) -> bool {
        self.changes.len() >= self.most
    }

    fn take(&mut self, line: &[u8]) -> Result<(), shape::ShapeError> {
        if self.at >= self.from && !self.full() {
            self.changes.push(shape::read(line, &mut self.keys)?);
        }
        self.at += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Change, ChangeSet, Node};
    use crate::store::{Access, Store};

    #[test]
    fn a_page_of_a_set_is_the_part_of_it_that_was_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Access::Create).unwrap();
        let put = |n: usize| Change::PutNode(Node::new(format!("job/n{n}").parse().unwrap(), &"é".repeat(200)));
        // The second set takes several pieces.
        for (version, count) in [(1, 3), (2, 2_000)] {
            let changes: Vec<Change> = (0..count).map(put).collect();
            let set = ChangeSet { version, at: 7, author: "essai".into(), changes };
            store.commit(&set, count as u64, 0).unwrap();
            let head = store.set_head(version).unwrap();
            assert_eq!((head.version, head.at, &*head.author, head.changes), (version, 7, "essai", count as u64));
            for (from, most) in [(0, 2), (1, 100), (count - 1, 5), (count, 5), (0, 0), (count / 2, 20)] {
                let page = store.change_page(version, from, most, &|| false).unwrap().unwrap();
                let expected: Vec<Change> = set.changes.iter().skip(from).take(most).cloned().collect();
                assert_eq!(page, expected, "{version} {from} {most}");
            }
        }
        assert!(store.change_page(2, 1_999, 1, &|| true).unwrap().is_none(), "it can be stopped");
        assert!(store.set_head(3).is_err() && store.set_head(0).is_err());
    }
}
