//! What `distinct` leaves out without a reason of its own: the other parcours of the same group (the same master, the
//! same university…) whose best pathway has the very same score. Only the order of keys put one of them first.

use std::collections::HashSet;

use super::query::{MAX_VIA, Query};
use super::search::{self, End, Way};
use super::{Pathway, TOLERANCE, evidence, offers, rank};
use crate::graph::{Graph, NodeIx};
use crate::model::Kind;

/// The most pathways looked at; beyond, the count is a floor.
const MOST: usize = 10_000;
/// The budget of the search for them.
const BUDGET: u64 = 200_000;

/// The parcours that share a pathway's place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ties {
    /// One pathway for each other parcours, in the order of pathways.
    ways: Vec<Way>,
    /// Whether these are proven to be all.
    pub exhaustive: bool,
}

impl Ties {
    /// How many parcours.
    pub fn count(&self) -> usize {
        self.ways.len()
    }

    /// The parcours, in the order of their pathways.
    pub fn parcours<'a>(&'a self, graph: &'a Graph) -> impl Iterator<Item = NodeIx> + 'a {
        self.ways.iter().filter_map(|way| parcours(graph, &way.nodes))
    }

    /// Their pathways, the first so many.
    pub fn pathways(&self, graph: &Graph, query: &Query, first: usize) -> Vec<Pathway> {
        self.ways.iter().take(first).map(|way| evidence::pathway(graph, query, way)).collect()
    }
}

/// The other parcours at the same score in the group of a pathway found by a query; `None` where the query has no
/// `distinct`, or the pathway no node of its kind. `interrupted` is asked now and then whether to stop.
pub fn ties(graph: &Graph, query: &Query, pathway: &Pathway, interrupted: &dyn Fn() -> bool) -> Option<Ties> {
    let kind = query.distinct?;
    let nodes: Vec<NodeIx> = pathway.nodes().collect();
    let offer = || offers::offers(graph, query, pathway).first().map(|half| half.node);
    let offer = if kind == Kind::University { offer() } else { None };
    let group = rank::first_of(graph, &nodes, kind, query.filter.retired, offer)?;
    let mut wanted = Query {
        distinct: None,
        diversity: 0.0,
        after: None,
        first: MOST,
        budget: BUDGET,
        via: query.via.clone(),
        ..query.clone()
    };
    wanted.filter.min_score = Some((pathway.score - TOLERANCE).max(query.filter.min_score.unwrap_or(0.0)));
    if wanted.via.len() < MAX_VIA {
        // Not needed to be right, only to be quick: whoever is in the group passes through it.
        wanted.via.push(vec![group]);
    }
    let found = search::run(graph, &wanted, interrupted);
    let mut seen: HashSet<NodeIx> = parcours(graph, &nodes).into_iter().collect();
    let equal = |way: &Way| {
        (way.score - pathway.score).abs() <= TOLERANCE
            && rank::first_of(graph, &way.nodes, kind, query.filter.retired, None) == Some(group)
    };
    let fresh = |way: &Way| parcours(graph, &way.nodes).is_some_and(|parcours| seen.insert(parcours));
    let exhaustive = found.end == End::Proven && !found.has_next;
    Some(Ties { ways: found.ways.into_iter().filter(equal).filter(fresh).collect(), exhaustive })
}

fn parcours(graph: &Graph, nodes: &[NodeIx]) -> Option<NodeIx> {
    nodes.iter().copied().find(|node| graph.kind(*node) == Kind::Parcours)
}

#[cfg(test)]
mod tests {
    use super::super::world::World;
    use super::*;
    use crate::model::Relation::{Bridges, Hosts, LeadsTo, Offers, Opens};

    fn world() -> World {
        let mut world =
            World::default().with(Opens, "licence/l", "master/m", 1.0).with(Opens, "licence/l", "master/n", 1.0);
        for parcours in ["parcours/a", "parcours/b", "parcours/c", "parcours/d"] {
            let weight = if parcours == "parcours/c" { 0.7 } else { 0.8 };
            world = world.with(Offers, "master/m", parcours, 1.0).with(LeadsTo, parcours, "job/j", weight);
        }
        // Another master's parcours of the same score is no tie of the first's.
        world.with(Offers, "master/n", "parcours/e", 1.0).with(LeadsTo, "parcours/e", "job/j", 0.8)
    }

    fn ties_of(world: &World, distinct: Option<Kind>) -> Vec<Option<Vec<String>>> {
        let graph = world.graph();
        let mut asked = None;
        let found = world.search(&graph, "licence/l", "job/j", |query| {
            query.distinct = distinct;
            asked = Some(query.clone());
        });
        let query = asked.unwrap();
        let slugs = |ties: Ties| {
            assert!(ties.exhaustive);
            assert_eq!(ties.count(), ties.pathways(&graph, &query, 99).len());
            ties.parcours(&graph).map(|node| graph.key(node).slug().to_owned()).collect()
        };
        found.pathways.iter().map(|pathway| ties(&graph, &query, pathway, &|| false).map(slugs)).collect()
    }

    #[test]
    fn the_other_parcours_of_a_master_at_the_same_score_are_counted() {
        assert_eq!(
            ties_of(&world(), Some(Kind::Master)),
            [Some(vec!["b".to_owned(), "d".to_owned()]), Some(Vec::new())]
        );
        assert_eq!(ties_of(&world(), None), [None, None, None, None, None]);
    }

    #[test]
    fn a_parcours_come_to_in_two_ways_counts_once() {
        let world = world().with(Bridges, "licence/l", "licence/k", 1.0).with(Opens, "licence/k", "master/m", 1.0);
        assert_eq!(ties_of(&world, Some(Kind::Master))[0].as_ref().unwrap().len(), 2);
    }

    #[test]
    fn at_a_university_the_others_that_it_hosts_first() {
        let world = world()
            .with(Hosts, "university/u", "parcours/a", 1.0)
            .with(Hosts, "university/u", "parcours/b", 0.5)
            .with(Hosts, "university/v", "parcours/b", 0.9)
            .with(Hosts, "university/u", "parcours/e", 0.9);
        let ties = ties_of(&world, Some(Kind::University));
        assert_eq!(ties[0], Some(vec!["e".to_owned()]), "b is v's first");
    }
}
