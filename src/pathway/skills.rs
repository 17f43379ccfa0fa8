//! The skills of a pathway: what is developed along it, and what its job requires beyond.

use std::collections::HashMap;

use crate::graph::{EdgeIx, Graph, NodeIx};
use crate::model::{Kind, Relation};

use super::Pathway;

/// How a diploma develops a skill.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grounds {
    /// The greatest weight of the relations that say so.
    pub weight: f64,
    /// Those relations; a course's comes after the one that says that it is taught.
    pub edges: Vec<EdgeIx>,
}

/// The skills that a parcours or a master develops: itself, through its courses, and for a parcours through its masters
/// and their courses.
pub fn developed(graph: &Graph, diploma: NodeIx, retired: bool) -> HashMap<NodeIx, Grounds> {
    let current = |node: NodeIx| retired || !graph.is_retired(node);
    let mut found: HashMap<NodeIx, Grounds> = HashMap::new();
    let masters = graph.incoming(diploma, Relation::Offers).iter().map(|half| half.node);
    for diploma in std::iter::once(diploma).chain(masters.filter(|master| current(*master))) {
        let mut add = |through: Option<EdgeIx>, by: NodeIx| {
            for half in graph.out(by, Relation::Develops).iter().filter(|half| current(half.node)) {
                let grounds = found.entry(half.node).or_default();
                grounds.weight = grounds.weight.max(half.weight);
                grounds.edges.extend(through);
                grounds.edges.push(half.edge);
            }
        };
        add(None, diploma);
        for course in graph.out(diploma, Relation::Teaches).iter().filter(|half| current(half.node)) {
            add(Some(course.edge), course.node);
        }
    }
    found
}

/// The skills developed along a pathway, by its parcours, or its master where it has no parcours: by weight descending,
/// then key. `None` where no source says what the diploma develops, or there is none.
pub fn gained(graph: &Graph, pathway: &Pathway, retired: bool) -> Option<Vec<NodeIx>> {
    let developed = developed_along(graph, pathway, retired)?;
    let mut skills: Vec<(NodeIx, f64)> =
        developed.into_iter().map(|(skill, grounds)| (skill, grounds.weight)).collect();
    skills.sort_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| graph.by_key(*a, *b)));
    Some(skills.into_iter().map(|(skill, _)| skill).collect())
}

/// The skills that the job at the end of a pathway requires and its diploma does not develop: by weight descending, then
/// key; none where the end is no job. `None` where no source says what the diploma develops.
pub fn missing(graph: &Graph, pathway: &Pathway, retired: bool) -> Option<Vec<NodeIx>> {
    let developed = developed_along(graph, pathway, retired)?;
    let Some(end) = pathway.nodes().next_back() else { return Some(Vec::new()) };
    // Only jobs require skills.
    let required = graph.incoming(end, Relation::RequiredBy).iter().map(|half| half.node);
    let lacks = |skill: &NodeIx| !developed.contains_key(skill) && (retired || !graph.is_retired(*skill));
    Some(required.filter(lacks).collect())
}

fn developed_along(graph: &Graph, pathway: &Pathway, retired: bool) -> Option<HashMap<NodeIx, Grounds>> {
    let diploma = pathway.first(graph, Kind::Parcours).or_else(|| pathway.first(graph, Kind::Master))?;
    Some(developed(graph, diploma, retired)).filter(|developed| !developed.is_empty())
}
