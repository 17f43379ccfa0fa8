//! `LazyTable`: what was worked out for each node or block of nodes, in chunks that graphs share until one of them must forget.

use std::sync::{Arc, OnceLock};

const CHUNK: usize = 64;
type Chunk<T> = OnceLock<Box<[OnceLock<T>]>>;

/// Values by slot, each worked out once. Clones share what they hold and what they come to hold.
#[derive(Clone)]
pub(super) struct LazyTable<T>(Vec<Arc<Chunk<T>>>);

impl<T> Default for LazyTable<T> {
    fn default() -> LazyTable<T> {
        LazyTable(Vec::new())
    }
}

impl<T: Clone> LazyTable<T> {
    /// Nothing known of so many slots. O(slots / 64).
    pub fn new(len: usize) -> LazyTable<T> {
        LazyTable((0..len.div_ceil(CHUNK)).map(|_| Arc::default()).collect())
    }

    /// The value of a slot.
    pub fn get(&self, slot: usize, make: impl FnOnce() -> T) -> &T {
        let chunk = self.0[slot / CHUNK].get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect());
        chunk[slot % CHUNK].get_or_init(make)
    }

    /// The same for so many slots, with nothing known of some of them: chunks without these stay shared.
    /// O(slots / 64 + 64 × chunks with a slot forgotten).
    pub fn without(&self, forgotten: impl Iterator<Item = usize>, len: usize) -> LazyTable<T> {
        let mut next = self.clone();
        next.0.resize_with(len.div_ceil(CHUNK), Arc::default);
        let mut own = vec![false; next.0.len()];
        for slot in forgotten {
            let chunk = &mut next.0[slot / CHUNK];
            if !std::mem::replace(&mut own[slot / CHUNK], true) {
                *chunk = Arc::new((**chunk).clone());
            }
            // It is this graph's alone, so there is nobody to wait for.
            if let Some(values) = Arc::get_mut(chunk).and_then(OnceLock::get_mut) {
                values[slot % CHUNK] = OnceLock::new();
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forgotten_is_worked_out_again_and_the_rest_is_shared() {
        let slots: LazyTable<usize> = LazyTable::new(130);
        for slot in [0, 1, 129] {
            assert_eq!(*slots.get(slot, || slot), slot);
        }
        let next = slots.without([1, 130, 131].into_iter(), 200);
        let known = |slots: &LazyTable<usize>, slot: usize| *slots.get(slot, || 1_000);
        assert_eq!([0, 1, 129, 130, 199].map(|slot| known(&next, slot)), [0, 1_000, 129, 1_000, 1_000]);
        assert_eq!(known(&slots, 1), 1, "the graph before keeps its own");
        assert!(Arc::ptr_eq(&slots.0[1], &next.0[1]) && !Arc::ptr_eq(&slots.0[2], &next.0[2]));
    }
}
