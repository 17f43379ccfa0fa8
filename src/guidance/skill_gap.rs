//! The skill gap: what a job asks for and what is held, what is missing by importance, and the fewest parcours or
//! courses that would teach it.
//!
//! A skill is held or not: at what level, no source says. As with coverage on pathways, a broader or narrower skill does
//! not stand for the one asked for. Time O(skills × who develops each), then the cover.

use std::collections::{BTreeMap, HashSet};

use super::cover::{MOST_ELEMENTS, cover};
use crate::graph::{Graph, NodeIx};
use crate::model::{Kind, Relation};
use crate::pathway::skills;

/// A skill that the job requires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Required {
    pub skill: NodeIx,
    /// How important, and how sure.
    pub weight: f64,
}

/// What a job asks for beyond what is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Required and held, by weight, then key.
    pub held: Vec<Required>,
    /// Required and not held, in the same order.
    pub missing: Vec<Required>,
    /// The share of the required weight that is held; `None` where no source says what the job requires.
    pub coverage: Option<f64>,
    /// Those of what is held that no source connects with any skill.
    pub unknown: Vec<NodeIx>,
    /// The fewest parcours that develop what is missing.
    pub parcours: Closing,
    /// The fewest courses.
    pub courses: Closing,
}

/// The fewest that close a gap, as far as any do.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// Each with the missing skills that it develops and none before it does.
    pub items: Vec<(NodeIx, Vec<NodeIx>)>,
    /// Whether fewer are proven not to do.
    pub exact: bool,
    /// Fewer than this cannot do.
    pub at_least: usize,
    /// Missing skills that none develops.
    pub uncovered: Vec<NodeIx>,
}

/// The gap between what is held (skills; or parcours, masters, courses, for what they develop) and a job.
pub fn gap(graph: &Graph, have: &[NodeIx], job: NodeIx) -> Gap {
    let mut known: HashSet<NodeIx> = HashSet::new();
    let mut unknown = Vec::new();
    for &node in have {
        let brings = brings(graph, node);
        if brings.is_empty() {
            unknown.push(node);
        }
        known.extend(brings);
    }
    unknown.sort_by(|a, b| graph.by_key(*a, *b));
    unknown.dedup();
    let required = graph.incoming(job, Relation::RequiredBy).iter().filter(|half| !graph.is_retired(half.node));
    let required = required.map(|half| Required { skill: half.node, weight: half.weight });
    let (held, missing): (Vec<Required>, Vec<Required>) = required.partition(|one| known.contains(&one.skill));
    let sum = |list: &[Required]| list.iter().fold(0.0, |sum, one| sum + one.weight);
    let total = sum(&held) + sum(&missing);
    let coverage = (total > 0.0).then(|| sum(&held) / total);
    let skills: Vec<NodeIx> = missing.iter().map(|one| one.skill).collect();
    let parcours = closing(graph, &skills, &parcours_that_develop(graph, &skills));
    let courses = closing(graph, &skills, &courses_that_develop(graph, &skills));
    Gap { held, missing, coverage, unknown, parcours, courses }
}

fn brings(graph: &Graph, node: NodeIx) -> Vec<NodeIx> {
    match graph.kind(node) {
        Kind::Skill => vec![node],
        Kind::Parcours | Kind::Master | Kind::Course => skills::developed(graph, node, false).into_keys().collect(),
        Kind::Source | Kind::Licence | Kind::University | Kind::Job | Kind::Sector | Kind::Study | Kind::Family => {
            Vec::new()
        }
    }
}

/// By who develops them: bits of the skills, by their place in the list.
type Bits = BTreeMap<NodeIx, u128>;

fn courses_that_develop(graph: &Graph, skills: &[NodeIx]) -> Bits {
    let mut bits = Bits::new();
    for (place, &skill) in skills.iter().enumerate().take(MOST_ELEMENTS) {
        for half in graph.incoming(skill, Relation::Develops) {
            if graph.kind(half.node) == Kind::Course && !graph.is_retired(half.node) {
                *bits.entry(half.node).or_default() |= 1 << place;
            }
        }
    }
    bits
}

fn parcours_that_develop(graph: &Graph, skills: &[NodeIx]) -> Bits {
    let current = |node: NodeIx| !graph.is_retired(node);
    // What courses and masters develop is passed on to those that teach and offer them.
    let mut diplomas = Bits::new();
    for (place, &skill) in skills.iter().enumerate().take(MOST_ELEMENTS) {
        for half in graph.incoming(skill, Relation::Develops) {
            if graph.kind(half.node) != Kind::Course && current(half.node) {
                *diplomas.entry(half.node).or_default() |= 1 << place;
            }
        }
    }
    for (course, set) in courses_that_develop(graph, skills) {
        for half in graph.incoming(course, Relation::Teaches).iter().filter(|half| current(half.node)) {
            *diplomas.entry(half.node).or_default() |= set;
        }
    }
    let mut bits = Bits::new();
    for (diploma, set) in diplomas {
        if graph.kind(diploma) == Kind::Parcours {
            *bits.entry(diploma).or_default() |= set;
        } else {
            for half in graph.out(diploma, Relation::Offers).iter().filter(|half| current(half.node)) {
                *bits.entry(half.node).or_default() |= set;
            }
        }
    }
    bits
}

fn closing(graph: &Graph, skills: &[NodeIx], bits: &Bits) -> Closing {
    let mut who: Vec<(NodeIx, u128)> = bits.iter().map(|(node, set)| (*node, *set)).collect();
    who.sort_by(|(a, _), (b, _)| graph.by_key(*a, *b));
    let sets: Vec<u128> = who.iter().map(|(_, set)| *set).collect();
    let wanted = if skills.len() >= MOST_ELEMENTS { u128::MAX } else { (1 << skills.len()) - 1 };
    let found = cover(wanted, &sets);
    let named = |set: u128| {
        let held = skills.iter().take(MOST_ELEMENTS).enumerate().filter(|(place, _)| set & (1 << place) != 0);
        held.map(|(_, skill)| *skill).collect::<Vec<_>>()
    };
    // The one that teaches the most comes first.
    let mut order = found.sets.clone();
    order.sort_by_key(|place| (u32::MAX - sets[*place].count_ones(), *place));
    let mut left = wanted;
    let mut items = Vec::new();
    for place in order {
        items.push((who[place].0, named(sets[place] & left)));
        left &= !sets[place];
    }
    let beyond = skills.iter().skip(MOST_ELEMENTS).copied();
    let uncovered: Vec<NodeIx> = named(found.uncovered).into_iter().chain(beyond).collect();
    let exact = found.exact && skills.len() <= MOST_ELEMENTS;
    Closing { items, exact, at_least: found.at_least, uncovered }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Relation::{Develops, Offers, RequiredBy, Teaches};
    use crate::pathway::world::World;

    fn world() -> World {
        World::default()
            .with(RequiredBy, "skill/a", "job/j", 1.0)
            .with(RequiredBy, "skill/b", "job/j", 0.6)
            .with(RequiredBy, "skill/c", "job/j", 0.4)
            .with(Offers, "master/m", "parcours/p", 1.0)
            .with(Offers, "master/m", "parcours/q", 1.0)
            .with(Develops, "master/m", "skill/b", 1.0)
            .with(Teaches, "parcours/p", "course/x", 1.0)
            .with(Develops, "course/x", "skill/c", 1.0)
            .with(Develops, "course/y", "skill/b", 1.0)
    }

    fn slugs(graph: &Graph, nodes: impl IntoIterator<Item = NodeIx>) -> Vec<String> {
        nodes.into_iter().map(|node| graph.key(node).slug().to_owned()).collect()
    }

    #[test]
    fn what_is_missing_comes_by_importance_with_the_fewest_that_teach_it() {
        let graph = world().graph();
        let at = |key: &str| graph.find(key).unwrap();
        let gap = gap(&graph, &[at("skill/a")], at("job/j"));
        assert_eq!(slugs(&graph, gap.held.iter().map(|one| one.skill)), ["a"]);
        assert_eq!(slugs(&graph, gap.missing.iter().map(|one| one.skill)), ["b", "c"]);
        assert!((gap.coverage.unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(slugs(&graph, gap.parcours.items.iter().map(|item| item.0)), ["p"], "it alone teaches both");
        assert_eq!(slugs(&graph, gap.courses.items.iter().map(|item| item.0)), ["x", "y"]);
        assert!(gap.parcours.exact && gap.courses.exact && gap.courses.uncovered.is_empty());
    }

    #[test]
    fn diplomas_bring_what_they_develop_and_what_brings_nothing_is_said() {
        let graph = world().with(Relation::Opens, "licence/l", "master/m", 1.0).graph();
        let at = |key: &str| graph.find(key).unwrap();
        let gap = gap(&graph, &[at("parcours/p"), at("licence/l")], at("job/j"));
        assert_eq!(slugs(&graph, gap.held.iter().map(|one| one.skill)), ["b", "c"]);
        assert_eq!(slugs(&graph, gap.unknown), ["l"]);
        assert_eq!(slugs(&graph, gap.parcours.uncovered), ["a"], "nobody teaches it");
        assert!(gap.parcours.items.is_empty());
    }

    #[test]
    fn a_job_without_known_requirements_has_no_coverage() {
        let graph = World::default().with(Relation::LeadsTo, "master/m", "job/k", 1.0).graph();
        let gap = gap(&graph, &[], graph.find("job/k").unwrap());
        assert_eq!((gap.coverage, gap.held.len(), gap.missing.len()), (None, 0, 0));
    }
}
