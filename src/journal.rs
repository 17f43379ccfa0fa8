//! The journal of writes: each that was made, by whom, from where, as which version; and each that the bearer of a token was
//! refused. One JSON object a line, in a hidden file beside the store, so that it can be read while a server runs.
//!
//! What was written stands in the store's own log of change sets, with its author and time, durable before it is acknowledged;
//! the journal adds from where, and the refusals. It never holds a token, nor what was to be written. It is bounded: a
//! full file is kept once, under another name, and the one before that goes.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The journal, among the hidden files that the store's folder may hold.
const FILE: &str = ".writes.jsonl";
/// The full one before it.
const BEFORE: &str = ".writes-before.jsonl";
/// Bytes at which a journal is full.
const FULL: u64 = 16 << 20;

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When, in seconds since 1970.
    pub at: u64,
    /// Who: the name of a token, or a command of this machine.
    pub author: Box<str>,
    /// From which address; absent for a command of this machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<IpAddr>,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: WriteOutcome,
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WriteOutcome {
    /// It was made: the version that it became, and how many changes it had.
    Written { version: u64, changes: u64 },
    /// It was refused, with this code.
    Refused(Box<str>),
}

/// The journal of a store.
#[derive(Debug)]
pub struct Journal {
    dir: PathBuf,
    /// Opened with the first entry.
    file: Mutex<Option<File>>,
}

impl Journal {
    /// The journal beside the store in a folder.
    pub fn of(dir: &Path) -> Journal {
        Journal { dir: dir.to_owned(), file: Mutex::new(None) }
    }

    /// Adds an entry, now. A journal that cannot be written is told in the server's log and stops nobody.
    pub fn note(&self, author: &str, from: Option<IpAddr>, outcome: WriteOutcome) {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        let entry = Entry { at, author: author.into(), from, outcome };
        tracing::info!(target: "passerelle::writes", author, ?from, outcome = ?entry.outcome, "write");
        if let Err(error) = self.append(&entry) {
            tracing::warn!("the journal of writes in {} cannot be written: {error}", self.dir.display());
        }
    }

    fn append(&self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let path = self.dir.join(FILE);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.as_ref().is_some_and(|file| file.metadata().is_ok_and(|data| data.len() >= FULL)) {
            *file = None;
            fs::rename(&path, self.dir.join(BEFORE))?;
        }
        if file.is_none() {
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            *file = Some(options.open(&path)?);
        }
        // One call a line: what two processes append stays whole.
        file.as_mut().map_or(Ok(()), |file| file.write_all(&line))
    }
}

/// The entries of the journal of a folder, the oldest first; lines that are none (cut short by a crash) are passed over.
///
/// # Errors
/// When a file that is there cannot be read.
pub fn read(dir: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for name in [BEFORE, FILE] {
        match File::open(dir.join(name)) {
            Ok(file) => {
                for line in BufReader::new(file).split(b'\n') {
                    entries.extend(serde_json::from_slice::<Entry>(&line?));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_in_order_and_a_torn_line_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::of(dir.path());
        assert_eq!(read(dir.path()).unwrap(), []);
        let from = Some("192.0.2.7".parse().unwrap());
        journal.note("portail", from, WriteOutcome::Written { version: 3, changes: 2 });
        fs::OpenOptions::new().append(true).open(dir.path().join(FILE)).unwrap().write_all(b"{\"at\":1,\n").unwrap();
        journal.note("portail", from, WriteOutcome::Refused("FORBIDDEN".into()));
        let outcomes: Vec<WriteOutcome> = read(dir.path()).unwrap().into_iter().map(|entry| entry.outcome).collect();
        assert_eq!(
            outcomes,
            [WriteOutcome::Written { version: 3, changes: 2 }, WriteOutcome::Refused("FORBIDDEN".into())]
        );
    }

    #[test]
    fn a_full_journal_is_put_aside_once() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::of(dir.path());
        journal.note("a", None, WriteOutcome::Refused("x".into()));
        File::options().write(true).open(dir.path().join(FILE)).unwrap().set_len(FULL).unwrap();
        journal.note("b", None, WriteOutcome::Refused("y".into()));
        let authors: Vec<Box<str>> = read(dir.path()).unwrap().into_iter().map(|entry| entry.author).collect();
        assert_eq!(authors, ["a".into(), "b".into()]);
        assert!(fs::metadata(dir.path().join(FILE)).unwrap().len() < 1_000);
    }
}
