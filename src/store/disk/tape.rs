//! Records what happens to the files below a folder, and fails what it is told to fail.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::Op;

static TAPES: Mutex<Vec<Arc<Tape>>> = Mutex::new(Vec::new());

/// A recording.
#[derive(Debug)]
pub struct Tape {
    root: PathBuf,
    state: Mutex<TapeState>,
}

#[derive(Debug, Default)]
struct TapeState {
    ops: Vec<(PathBuf, Op)>,
    /// From this operation on, so many fail, with this code of the system's.
    fail: Option<(usize, usize, i32)>,
    failed: usize,
}

impl Tape {
    /// Records from now on what happens below a folder.
    pub fn record(root: &Path) -> Arc<Tape> {
        let tape = Arc::new(Tape { root: root.to_owned(), state: Mutex::default() });
        TAPES.lock().unwrap().push(tape.clone());
        tape
    }

    /// Ends the recording.
    pub fn end(self: &Arc<Tape>) -> Vec<(PathBuf, Op)> {
        TAPES.lock().unwrap().retain(|tape| !Arc::ptr_eq(tape, self));
        self.state.lock().unwrap().ops.clone()
    }

    /// How many operations there were.
    pub fn len(&self) -> usize {
        self.state.lock().unwrap().ops.len()
    }

    /// So many operations fail from one on.
    pub fn fail(&self, from: usize, count: usize, code: i32) {
        self.state.lock().unwrap().fail = Some((from, count, code));
    }

    /// How many have failed.
    pub fn failed(&self) -> usize {
        self.state.lock().unwrap().failed
    }
}

/// Notes an operation, which is about to be done.
pub fn note(path: &Path, op: impl Fn() -> Op) -> io::Result<()> {
    let tapes = TAPES.lock().unwrap().clone();
    for tape in tapes.iter().filter(|tape| path.starts_with(&tape.root)) {
        let mut state = tape.state.lock().unwrap();
        let number = state.ops.len() + state.failed;
        if let Some((from, count, code)) = state.fail
            && (from..from + count).contains(&number)
        {
            state.failed += 1;
            return Err(io::Error::from_raw_os_error(code));
        }
        state.ops.push((path.to_owned(), op()));
    }
    Ok(())
}
