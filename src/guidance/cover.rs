//! The fewest sets that cover what can be covered (minimum set cover, Karp 1972: hard in general, small here).
//!
//! Branch and bound: the element that the fewest sets hold is covered by each of them in turn, as long as so many sets
//! can still be bettered; greedy first (Chvátal 1979), within 1 + ln(largest) of the best. Work is bounded by a number
//! of branches, so the same sets give the same answer everywhere.

/// Branches looked at before the best cover so far is given as it is.
pub const BRANCHES: usize = 20_000;
pub const MOST_ELEMENTS: usize = 128;
/// Up to so many different sets, those inside others are left out first.
const MOST_COMPARED: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Which sets, by their place in the list given.
    pub sets: Vec<usize>,
    /// Whether no smaller cover exists: proven.
    pub exact: bool,
    /// No cover is smaller than this.
    pub at_least: usize,
    /// What no set holds.
    pub uncovered: u128,
}

/// The smallest cover of `wanted` by sets, given as bits. Of equal sets the first counts; sets earlier in the list are
/// tried first among equals. O(sets²) to reduce, then at most [`BRANCHES`] × sets.
pub fn cover(wanted: u128, sets: &[u128]) -> Cover {
    let all = sets.iter().fold(0, |all, set| all | set) & wanted;
    let mut search = CoverSearch { sets: reduce(all, sets), best: Vec::new(), branches: 0, taken: Vec::new() };
    search.best = search.greedy(all);
    let largest = search.sets.iter().map(|(set, _)| set.count_ones()).max().unwrap_or(1).max(1);
    let floor = all.count_ones().div_ceil(largest) as usize;
    if search.best.len() > floor {
        search.branch(all, largest);
    }
    let exact = search.branches < BRANCHES;
    let at_least = if exact { search.best.len() } else { floor };
    Cover { sets: search.best, exact, at_least, uncovered: wanted & !all }
}

/// The different sets, cut to what is wanted, with their first places; without those that another holds entirely.
fn reduce(wanted: u128, sets: &[u128]) -> Vec<(u128, usize)> {
    let mut places = std::collections::HashMap::new();
    let mut different: Vec<(u128, usize)> = Vec::new();
    for (place, set) in sets.iter().enumerate() {
        let set = set & wanted;
        if set != 0 && places.insert(set, ()).is_none() {
            different.push((set, place));
        }
    }
    if different.len() <= MOST_COMPARED {
        let all: Vec<u128> = different.iter().map(|(set, _)| *set).collect();
        different.retain(|(set, _)| !all.iter().any(|other| other != set && set & !other == 0));
    }
    // Largest first, then in the order given.
    different.sort_by_key(|(set, place)| (u32::MAX - set.count_ones(), *place));
    different
}

struct CoverSearch {
    sets: Vec<(u128, usize)>,
    best: Vec<usize>,
    taken: Vec<usize>,
    branches: usize,
}

impl CoverSearch {
    fn greedy(&self, mut left: u128) -> Vec<usize> {
        let mut taken = Vec::new();
        while left != 0 {
            let gain = |(set, _): &&(u128, usize)| (set & left).count_ones();
            // The first of the best: `max_by_key` would give the last.
            let Some((set, place)) = self.sets.iter().rev().max_by_key(gain) else { break };
            left &= !set;
            taken.push(*place);
        }
        taken
    }

    fn branch(&mut self, left: u128, largest: u32) {
        if left == 0 {
            self.best.clone_from(&self.taken);
            return;
        }
        self.branches += 1;
        let needed = left.count_ones().div_ceil(largest) as usize;
        if self.branches >= BRANCHES || self.taken.len() + needed >= self.best.len() {
            return;
        }
        let held = |element: u32| self.sets.iter().filter(|(set, _)| set & (1 << element) != 0).count();
        let elements = (0..MOST_ELEMENTS as u32).filter(|element| left & (1 << element) != 0);
        let Some(rarest) = elements.min_by_key(|element| held(*element)) else { return };
        let mut choices: Vec<(u128, usize)> =
            self.sets.iter().filter(|(set, _)| set & (1 << rarest) != 0).copied().collect();
        choices.sort_by_key(|(set, place)| (u32::MAX - (set & left).count_ones(), *place));
        for (set, place) in choices {
            self.taken.push(place);
            self.branch(left & !set, largest);
            self.taken.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn greedy_alone_would_take_three() {
        // The classic trap: the largest set is not part of the best cover.
        let sets = [0b0011_1100, 0b0001_0111, 0b1110_1000, 0b0001_0111];
        let found = cover(0b1111_1111, &sets);
        assert_eq!((found.sets, found.exact, found.at_least), (vec![1, 2], true, 2));
    }

    #[test]
    fn what_no_set_holds_is_said() {
        let found = cover(0b111, &[0b001, 0b001]);
        assert_eq!(found, Cover { sets: vec![0], exact: true, at_least: 1, uncovered: 0b110 });
        assert_eq!(cover(0b1, &[]), Cover { sets: vec![], exact: true, at_least: 0, uncovered: 0b1 });
        assert_eq!(cover(0, &[0b1]), Cover { sets: vec![], exact: true, at_least: 0, uncovered: 0 });
    }

    proptest! {
        #[test]
        fn a_cover_is_as_small_as_trying_all_finds(sets in proptest::collection::vec(0u128..1 << 9, 0..9), wanted in 0u128..1 << 9) {
            let found = cover(wanted, &sets);
            let reachable = sets.iter().fold(0, |all, set| all | set) & wanted;
            let covered = |places: &mut dyn Iterator<Item = usize>| places.fold(0, |all, place| all | sets[place]);
            prop_assert_eq!(covered(&mut found.sets.iter().copied()) & reachable, reachable);
            prop_assert_eq!(found.uncovered, wanted & !reachable);
            let smallest = (0u32..1 << sets.len())
                .filter(|choice| covered(&mut (0..sets.len()).filter(|i| choice & (1 << i) != 0)) & reachable == reachable)
                .map(u32::count_ones).min().unwrap();
            prop_assert!(found.exact);
            prop_assert_eq!(found.sets.len(), smallest as usize);
        }
    }
}
