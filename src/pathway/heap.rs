//! A binary heap, least first, whose order is given with each call: it may look into tables that grow meanwhile.

use std::cmp::Ordering;

pub(super) struct Heap<T>(Vec<T>);

impl<T> Default for Heap<T> {
    fn default() -> Heap<T> {
        Heap(Vec::new())
    }
}

impl<T> Heap<T> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// O(log n) comparisons.
    pub fn push(&mut self, item: T, order: impl Fn(&T, &T) -> Ordering) {
        self.0.push(item);
        let mut at = self.0.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            if order(&self.0[at], &self.0[parent]).is_ge() {
                break;
            }
            self.0.swap(at, parent);
            at = parent;
        }
    }

    /// The least item. O(log n) comparisons.
    pub fn pop(&mut self, order: impl Fn(&T, &T) -> Ordering) -> Option<T> {
        let last = self.0.len().checked_sub(1)?;
        self.0.swap(0, last);
        let least = self.0.pop();
        let mut at = 0;
        loop {
            let children = [2 * at + 1, 2 * at + 2].into_iter().filter(|child| *child < self.0.len());
            let Some(child) = children.min_by(|a, b| order(&self.0[*a], &self.0[*b])) else { break };
            if order(&self.0[child], &self.0[at]).is_ge() {
                break;
            }
            self.0.swap(child, at);
            at = child;
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_leave_in_order() {
        let mut heap = Heap::default();
        [5, 3, 9, 1, 3, 7].into_iter().for_each(|n| heap.push(n, Ord::cmp));
        let left: Vec<i32> = std::iter::from_fn(|| heap.pop(Ord::cmp)).collect();
        assert_eq!(left, [1, 3, 3, 5, 7, 9]);
        assert!(heap.is_empty());
    }
}
