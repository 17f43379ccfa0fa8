//! The sources that an entry or one of its fields cites.

use super::Declared;
use super::fault::Faults;
use super::toml_view::Value;
use crate::model::{Key, Kind};

/// The key of a source that a value names by its slug.
pub(super) fn source_key(value: Value<'_>, declared: &Declared<'_>, faults: &mut Faults) -> Option<Key> {
    let slug = value.text(faults)?;
    let key = Key::new(Kind::Source, slug.strip_prefix("source/").unwrap_or(slug)).ok();
    let key = key.filter(|key| declared.contains_key(key));
    if key.is_none() {
        let meant = super::nearest_slug(declared, slug, &[Kind::Source]);
        faults.suggest(value.spot(), format!("unknown source `{slug}`: describe it in a [[source]]"), meant);
    }
    key
}

/// The keys of a list of sources, sorted; an empty list is a fault.
pub(super) fn source_keys(list: Value<'_>, declared: &Declared<'_>, faults: &mut Faults) -> Vec<Key> {
    let items = list.list();
    if items.is_empty() {
        faults.add(list.spot(), "the list of sources is empty: name at least one");
    }
    let mut keys: Vec<Key> = items.iter().filter_map(|value| source_key(*value, declared, faults)).collect();
    keys.sort();
    keys.dedup();
    keys
}
