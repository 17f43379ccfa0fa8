//! `ChunkedVec`: a table in shared chunks. A clone copies one pointer a chunk; a change copies one chunk.

use std::ops::Index;
use std::sync::Arc;

use smallvec::SmallVec;

const CHUNK: usize = 64;

/// Never more than its own room, so that its rows are where it is: one cold line less to wait for at each.
type Chunk<T> = SmallVec<[T; CHUNK]>;

/// A growing table whose clones share all chunks that neither side has changed since.
#[derive(Clone)]
pub(super) struct ChunkedVec<T> {
    chunks: Vec<Arc<Chunk<T>>>,
    len: usize,
}

impl<T: Clone> ChunkedVec<T> {
    pub(super) fn new() -> ChunkedVec<T> {
        ChunkedVec { chunks: Vec::new(), len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, row: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::new(Chunk::new()));
        }
        let last = self.chunks.last_mut().expect("a chunk was just made where none had room");
        Arc::make_mut(last).push(row);
        self.len += 1;
    }

    /// The row, to change: unshared first. O(chunk).
    pub(super) fn get_mut(&mut self, slot: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.chunks[slot / CHUNK])[slot % CHUNK]
    }
}

impl<T> Index<usize> for ChunkedVec<T> {
    type Output = T;

    fn index(&self, slot: usize) -> &T {
        &self.chunks[slot / CHUNK][slot % CHUNK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_see_later_changes() {
        let mut rows = ChunkedVec::new();
        (0..200).for_each(|i| rows.push(i));
        let before = rows.clone();
        *rows.get_mut(130) = 7;
        rows.push(200);
        assert_eq!((before.len(), before[130]), (200, 130));
        assert_eq!((rows.len(), rows[130], rows[200]), (201, 7, 200));
        assert!(Arc::ptr_eq(&before.chunks[0], &rows.chunks[0]), "untouched chunks are shared");
    }
}
