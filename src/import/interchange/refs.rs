//! The keys that a file names, each held once: which are defined, and where the others are first cited.

use hashbrown::HashMap;

use crate::import::fault::nearest;
use crate::model::{Key, KeyError};

/// How many missing keys get a suggestion: each costs a pass over all keys.
const MAX_SUGGESTIONS: usize = 10;

/// A key's place among those of the file.
pub type Slot = u32;

#[derive(Default)]
pub struct Refs {
    slots: HashMap<Key, Slot>,
    entries: Vec<RefEntry>,
}

struct RefEntry {
    key: Key,
    /// The line that defines it.
    defined: Option<u64>,
    /// Line and column of its first citation before any definition.
    cited: Option<(u64, u64)>,
}

/// A key that is cited and defined nowhere.
pub struct Missing {
    pub key: Key,
    pub line: u64,
    pub column: u64,
    pub nearest: Option<Key>,
}

impl Refs {
    /// The place of a key, new or not.
    pub fn slot(&mut self, text: &str) -> Result<Slot, KeyError> {
        if let Some(slot) = self.slots.get(text) {
            return Ok(*slot);
        }
        let key: Key = text.parse()?;
        let slot = self.entries.len() as Slot;
        self.entries.push(RefEntry { key: key.clone(), defined: None, cited: None });
        self.slots.insert(key, slot);
        Ok(slot)
    }

    pub fn key(&self, slot: Slot) -> Key {
        self.entries[slot as usize].key.clone()
    }

    /// Notes the line that defines a key; the first line where there is one already.
    pub fn define(&mut self, slot: Slot, line: u64) -> Result<(), u64> {
        let entry = &mut self.entries[slot as usize];
        match entry.defined {
            Some(first) => Err(first),
            None => {
                entry.defined = Some(line);
                Ok(())
            }
        }
    }

    /// Notes that a line relies on a key. The column is worked out only where it may be needed.
    pub fn cite(&mut self, slot: Slot, line: u64, column: impl FnOnce() -> u64) {
        let entry = &mut self.entries[slot as usize];
        if entry.defined.is_none() && entry.cited.is_none() {
            entry.cited = Some((line, column()));
        }
    }

    pub fn is_defined(&self, key: &Key) -> bool {
        self.slots.get(key).is_some_and(|slot| self.entries[*slot as usize].defined.is_some())
    }

    /// The keys cited and not defined here nor known, in the order of their first citation.
    pub fn missing(&self, known: &dyn Fn(&Key) -> bool) -> Vec<Missing> {
        let mut missing: Vec<Missing> = self
            .entries
            .iter()
            .filter(|entry| entry.defined.is_none())
            .filter_map(|entry| Some((entry, entry.cited?)))
            .filter(|(entry, _)| !known(&entry.key))
            .map(|(entry, (line, column))| Missing { key: entry.key.clone(), line, column, nearest: None })
            .collect();
        missing.sort_by_key(|missing| (missing.line, missing.column));
        for missing in missing.iter_mut().take(MAX_SUGGESTIONS) {
            let kind = missing.key.kind();
            let candidates = self.entries.iter().filter(|entry| entry.defined.is_some() && entry.key.kind() == kind);
            let slug = nearest(missing.key.slug(), candidates.map(|entry| entry.key.slug()));
            missing.nearest = slug.and_then(|slug| Key::new(kind, slug).ok());
        }
        missing
    }
}
