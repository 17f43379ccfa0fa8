//! Adding up, name by name, what of a query it shares; the memory is kept for the thread's next query.

use std::cell::RefCell;

/// What one name shares with the query.
#[derive(Clone, Copy)]
struct Account {
    name: u32,
    shared: f32,
    /// The last term added.
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
    fn new(name: u32, Share { term, shared, whole, exact }: Share) -> Account {
        Account { name, shared, term, whole: u8::from(whole), exact: u8::from(exact) }
    }

    fn add(&mut self, Share { term, shared, whole, exact }: Share) {
        if self.term != term {
            self.term = term;
            self.shared += shared;
            self.whole += u8::from(whole);
            self.exact += u8::from(exact);
        }
    }
}

/// The accounts of the names that something was added to: a sparse set, which needs no wiping between queries.
#[derive(Default)]
pub(super) struct Accumulator {
    accounts: Vec<Account>,
    /// Per name, where its account is if it has one; anything else if not.
    places: Vec<u32>,
}

impl Accumulator {
    /// Runs with this thread's accumulator, empty, for so many names.
    pub(super) fn with<T>(names: usize, run: impl FnOnce(&mut Accumulator) -> T) -> T {
        thread_local! {
            static ACCUMULATOR: RefCell<Accumulator> = RefCell::default();
        }
        ACCUMULATOR.with_borrow_mut(|accumulator| {
            accumulator.accounts.clear();
            if accumulator.places.len() < names {
                accumulator.places.resize(names, 0);
            }
            run(accumulator)
        })
    }

    fn account(&mut self, name: u32) -> Option<&mut Account> {
        self.accounts.get_mut(self.places[name as usize] as usize).filter(|account| account.name == name)
    }

    /// Adds to each name, once a term: add a term's best words first.
    pub(super) fn add(&mut self, names: &[u32], share: Share) {
        for name in names {
            match self.account(*name) {
                Some(account) => account.add(share),
                None => {
                    self.places[*name as usize] = self.accounts.len() as u32;
                    self.accounts.push(Account::new(*name, share));
                }
            }
        }
    }

    /// As [`Accumulator::add`], but only to names that something was added to before. Takes sorted names.
    /// O(the fewer of the names given, and of those found times the logarithm of those given).
    pub(super) fn add_to_found(&mut self, names: &[u32], share: Share) {
        if self.accounts.len() * 16 < names.len() {
            let found = self.accounts.iter_mut().filter(|account| names.binary_search(&account.name).is_ok());
            found.for_each(|account| account.add(share));
        } else {
            for name in names {
                if let Some(account) = self.account(*name) {
                    account.add(share);
                }
            }
        }
    }

    /// How many names something was added to.
    pub(super) fn len(&self) -> usize {
        self.accounts.len()
    }

    /// The names that something was added to: number, sum, terms had whole, terms had as typed.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, f32, u8, u8)> {
        self.accounts.iter().map(|account| (account.name, account.shared, account.whole, account.exact))
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
