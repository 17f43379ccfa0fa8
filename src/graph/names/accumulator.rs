//! Adding up, name by name, what of a query it shares; the memory is kept for the thread's next query.

use std::cell::RefCell;

/// One name's account. It counts for the query of its `epoch` only, so nothing has to be wiped in between.
#[derive(Clone, Copy, Default)]
struct Account {
    shared: f32,
    epoch: u16,
    /// The last term added, from 1 on.
    term: u8,
    /// Terms that the name has whole.
    whole: u8,
    /// Terms that it has as they were typed.
    exact: u8,
}

/// What a word gives to the names that have it.
#[derive(Clone, Copy)]
pub(super) struct Share {
    pub(super) term: u8,
    pub(super) shared: f32,
    pub(super) whole: bool,
    pub(super) exact: bool,
}

impl Account {
    fn add(&mut self, Share { term, shared, whole, exact }: Share) {
        if self.term != term + 1 {
            self.term = term + 1;
            self.shared += shared;
            self.whole += u8::from(whole);
            self.exact += u8::from(exact);
        }
    }
}

/// The accounts of all names for one query.
#[derive(Default)]
pub(super) struct Accumulator {
    accounts: Vec<Account>,
    epoch: u16,
    touched: Vec<u32>,
}

impl Accumulator {
    /// Runs with this thread's accumulator, empty, for so many names.
    pub(super) fn with<T>(names: usize, run: impl FnOnce(&mut Accumulator) -> T) -> T {
        thread_local! {
            static ACCUMULATOR: RefCell<Accumulator> = RefCell::default();
        }
        ACCUMULATOR.with_borrow_mut(|accumulator| {
            if accumulator.epoch == u16::MAX {
                accumulator.accounts.fill(Account::default());
                accumulator.epoch = 0;
            }
            accumulator.epoch += 1;
            accumulator.touched.clear();
            if accumulator.accounts.len() < names {
                accumulator.accounts.resize(names, Account::default());
            }
            run(accumulator)
        })
    }

    /// Adds to each name, once a term: add a term's best words first.
    pub(super) fn add(&mut self, names: &[u32], share: Share) {
        for name in names {
            let account = &mut self.accounts[*name as usize];
            if account.epoch != self.epoch {
                *account = Account { epoch: self.epoch, ..Account::default() };
                self.touched.push(*name);
            }
            account.add(share);
        }
    }

    /// As [`Accumulator::add`], but only to names that something was added to before. Takes sorted names.
    /// O(the fewer of the names given, and of those found times the logarithm of those given).
    pub(super) fn add_to_found(&mut self, names: &[u32], share: Share) {
        if self.touched.len() * 16 < names.len() {
            for name in self.touched.iter().filter(|name| names.binary_search(name).is_ok()) {
                self.accounts[*name as usize].add(share);
            }
        } else {
            for name in names {
                let account = &mut self.accounts[*name as usize];
                if account.epoch == self.epoch {
                    account.add(share);
                }
            }
        }
    }

    /// How many names something was added to.
    pub(super) fn len(&self) -> usize {
        self.touched.len()
    }

    /// The names that something was added to: number, sum, terms had whole, terms had as typed.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, f32, u8, u8)> {
        self.touched.iter().map(|name| {
            let account = &self.accounts[*name as usize];
            (*name, account.shared, account.whole, account.exact)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(term: u8, shared: f32, whole: bool) -> Share {
        Share { term, shared, whole, exact: false }
    }

    #[test]
    fn frequent_words_add_to_what_is_found() {
        for others in [0, 100] {
            Accumulator::with(200, |accumulator| {
                accumulator.add(&[1, 3], share(0, 0.5, true));
                let names: Vec<u32> = [2, 3].into_iter().chain(4..4 + others).collect();
                accumulator.add_to_found(&names, share(1, 0.25, true));
                assert_eq!(accumulator.iter().collect::<Vec<_>>(), [(1, 0.5, 1, 0), (3, 0.75, 2, 0)]);
            });
        }
    }

    #[test]
    fn a_term_counts_once_a_name_and_the_next_query_starts_empty() {
        for _ in 0..70_000 {
            Accumulator::with(4, |accumulator| {
                accumulator.add(&[1, 3], share(0, 0.5, true));
                accumulator.add(&[3], share(0, 0.25, false));
                accumulator.add(&[3], share(1, 0.25, false));
                assert_eq!(accumulator.iter().collect::<Vec<_>>(), [(1, 0.5, 1, 0), (3, 0.75, 1, 0)]);
            });
        }
    }
}
