//! Finding in the draft: by code, by name, by offer.

use std::collections::BTreeSet;

use super::{Draft, code_index};
use crate::import::open_data::naming::identity::compared;
use crate::model::{EdgeId, Key, Kind, Node, Relation};

impl Draft<'_> {
    /// The entities that bear a code.
    pub fn by_code(&self, kind: Kind, scheme: &str, value: &str) -> &[Key] {
        self.by_code.get(&code_index(kind, scheme, value)).map_or(&[], Vec::as_slice)
    }

    /// The one entity that bears the first of these codes that a single one bears.
    pub fn one_by_codes(&self, kind: Kind, codes: &[(&str, Option<&str>)]) -> Option<Key> {
        let mut bearers = codes.iter().filter_map(|(scheme, value)| Some(self.by_code(kind, scheme, (*value)?)));
        bearers.find_map(|bearers| if let [one] = bearers { Some(one.clone()) } else { None })
    }

    /// The entities that bear a name.
    pub fn by_name(&self, kind: Kind, name: &str) -> &[Key] {
        self.by_name.get(&(kind, compared(kind, name))).map_or(&[], Vec::as_slice)
    }

    /// The one entity that a name or code certainly means, if there is one.
    pub fn certain(&self, kind: Kind, name: &str, codes: &[(&'static str, String)]) -> Option<Key> {
        let other_job =
            |key: &Key| codes.first().is_some_and(|(scheme, _)| *scheme == "ROME" && self.bears(key, scheme));
        let named: Vec<&Key> = self.by_name(kind, name).iter().filter(|key| !other_job(key)).collect();
        // A name proper goes before an alias.
        let proper = |key: &&Key| self.node(key).is_some_and(|node| compared(kind, &node.name) == compared(kind, name));
        let only_proper = || {
            let mut proper = named.iter().copied().filter(proper);
            proper.next().filter(|_| proper.next().is_none()).cloned()
        };
        // The title of a diploma is as official as its number, and a number may pass to another title.
        if matches!(kind, Kind::Master | Kind::Licence)
            && let Some(key) = only_proper()
        {
            return Some(key);
        }
        for (scheme, value) in codes {
            match self.by_code(kind, scheme, value) {
                [] => {}
                [one] => return Some(one.clone()),
                // Several bear the code: the name must tell.
                several => {
                    let of_name: Vec<&Key> = several.iter().filter(|key| named.contains(key)).collect();
                    let own = of_name.iter().copied().find(proper);
                    return own.or(of_name.first().copied()).cloned();
                }
            }
        }
        match named[..] {
            [one] => Some(one.clone()),
            _ => only_proper(),
        }
    }

    fn bears(&self, key: &Key, scheme: &str) -> bool {
        self.node(key).is_some_and(|node| node.codes.iter().any(|code| &*code.scheme == scheme))
    }

    /// The parcours of a mention that a university hosts, by key.
    pub fn parcours_of(&self, master: &Key, university: &Key) -> Vec<Key> {
        let hosted = self.hosts.get(university).into_iter().flatten();
        let of_master = |parcours: &&Key| self.masters_of.get(*parcours).is_some_and(|of| of.contains(master));
        let current = |parcours: &&Key| self.node(parcours).is_some_and(|node| node.replaced_by.is_none());
        hosted.filter(of_master).filter(current).cloned().collect()
    }

    /// The current entities of a kind that bear a code of a scheme, with it, by key.
    pub fn coded(&self, kind: Kind, scheme: &str) -> Vec<(Key, String)> {
        let borne = self.by_code.iter().filter(|((of, by, _), _)| *of == kind && by == scheme);
        let mut all: Vec<(Key, String)> = borne
            .flat_map(|((_, _, value), keys)| keys.iter().map(|key| (key.clone(), value.to_ascii_uppercase())))
            .filter(|(key, _)| self.node(key).is_some_and(|node| !node.retired && node.replaced_by.is_none()))
            .collect();
        all.sort();
        all
    }

    /// The parcours of each university, in no order.
    pub fn hosted(&self) -> impl Iterator<Item = (&Key, &BTreeSet<Key>)> {
        self.hosts.iter()
    }

    pub(super) fn index_offer(&mut self, id: &EdgeId) {
        match id.relation {
            Relation::Hosts => self.hosts.entry(id.from.clone()).or_default().insert(id.to.clone()),
            Relation::Offers => self.masters_of.entry(id.to.clone()).or_default().insert(id.from.clone()),
            _ => false,
        };
    }

    pub(super) fn index(&mut self, node: &Node) {
        self.index_as(node, &node.key.clone());
    }

    pub(super) fn index_as(&mut self, node: &Node, key: &Key) {
        let kind = key.kind();
        for name in node.names() {
            let bearers = self.by_name.entry((kind, compared(kind, name))).or_default();
            if !bearers.contains(key) {
                bearers.push(key.clone());
            }
        }
        for code in &node.codes {
            let bearers = self.by_code.entry(code_index(kind, &code.scheme, &code.value)).or_default();
            if !bearers.contains(key) {
                bearers.push(key.clone());
            }
        }
    }
}
