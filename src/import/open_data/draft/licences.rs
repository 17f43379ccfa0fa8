//! National licences in the draft.

use super::{Draft, Facts};
use crate::import::open_data::naming::licences;
use crate::import::open_data::naming::spelling::accented;
use crate::import::open_data::review::Standing;
use crate::model::{Key, Kind};

/// The condition of a way that a campaign knows only by « Toutes licences ».
pub const ANY_LICENCE: &str = "L'établissement conseille « toutes licences », sans nommer celle-ci.";

/// Finds or makes a national licence, by its place in [`licences::all`].
pub fn put_licence(draft: &mut Draft<'_>, licence: usize, source: &Key, row: &str) -> Option<Key> {
    let licence = &licences::all()[licence];
    if let Some(key) = draft.certain(Kind::Licence, &licence.name, &[])
        && draft.node(&key).is_some_and(|node| node.sources.contains(source))
    {
        return Some(key);
    }
    let facts = Facts { name: accented(&licence.name), aliases: licence.aliases.clone(), ..Facts::default() };
    draft.put(Kind::Licence, facts, Standing::Official, source, row)
}
