//! The ways in from a licence: the best over bridges, `opens` and `offers`, by the diploma that they end at.

use std::collections::HashMap;

use super::Profile;
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::reach::{Reach, Within, reach};
use crate::pathway::{Filter, QueryFault};

/// Two bridges at the most, then into the master and the parcours.
const MOST_STEPS: usize = 4;

/// By diploma, the best way in.
pub type Ways = HashMap<NodeIx, Within>;

/// All ways in from the profile's licence; none where it names none. Facts of the parcours are judged elsewhere.
pub(super) fn ways(
    graph: &Graph,
    profile: &Profile,
    filter: &Filter,
    interrupted: &dyn Fn() -> bool,
) -> Result<Ways, QueryFault> {
    let mut ways = Ways::new();
    let Some(licence) = profile.licence else { return Ok(ways) };
    for kind in [Kind::Master, Kind::Parcours] {
        let found = reach(graph, &wanted(licence, kind, filter), interrupted)?;
        ways.extend(found.entries.into_iter().map(|within| (within.node, within)));
    }
    Ok(ways)
}

/// The question behind the ways to diplomas of a kind.
pub(super) fn wanted(licence: NodeIx, kind: Kind, filter: &Filter) -> Reach {
    let ways_in = [Relation::Bridges, Relation::Opens, Relation::Offers];
    let allowed = |relation: &Relation| filter.relations.as_ref().is_none_or(|list| list.contains(relation));
    let filter = Filter {
        relations: Some(ways_in.into_iter().filter(allowed).collect()),
        min_score: filter.min_score,
        ..filter.of_steps()
    };
    Reach { filter, max_steps: MOST_STEPS, ..Reach::new(vec![licence], Vec::new(), kind) }
}
