//! What is said where nothing, or little, is found.

use super::super::diagnose::{Cause, diagnose};
use super::super::*;
use super::world::World;
use crate::model::Relation::{Bridges, Broader, Develops, EvolvesTo, Groups, LeadsTo, Offers, Opens, RequiredBy};

fn reasons(world: &World, from: &str, to: &str, change: impl Fn(&mut Query)) -> Vec<(Cause, String)> {
    let graph = world.graph();
    let mut query = Query::new(vec![graph.find(from).unwrap()], vec![graph.find(to).unwrap()]);
    change(&mut query);
    let found = search(&graph, &query, &|| false).unwrap();
    let diagnosis = diagnose(&graph, &query, &found, &|| false).unwrap();
    diagnosis.into_iter().flat_map(|said| said.reasons).map(|reason| (reason.cause, reason.message)).collect()
}

fn ladder() -> World {
    World::default()
        .named("licence/l", "Lettres")
        .named("job/j", "Écologue")
        .with(Opens, "licence/l", "master/m", 0.8)
        .with(Offers, "master/m", "parcours/p", 0.8)
        .with(LeadsTo, "parcours/p", "job/j", 0.8)
}

#[test]
fn all_that_there_is_needs_no_diagnosis() {
    assert_eq!(reasons(&ladder(), "licence/l", "job/j", |_| {}), []);
}

#[test]
fn the_same_ends_are_said() {
    let said = reasons(&ladder(), "licence/l", "licence/l", |_| {});
    assert!(matches!(said[..], [(Cause::SameEnds, _)]), "{said:?}");
}

#[test]
fn an_end_that_no_pathway_holds_is_said() {
    let world = ladder().with(RequiredBy, "skill/s", "job/j", 1.0);
    let said = reasons(&world, "skill/s", "job/j", |_| {});
    assert!(matches!(said[..], [(Cause::Kind { .. }, _)]), "{said:?}");
}

#[test]
fn a_retired_end_is_said() {
    let said = reasons(&ladder().retired("job/j"), "licence/l", "job/j", |_| {});
    assert!(matches!(said[..], [(Cause::RetiredEnds { .. }, _)]), "{said:?}");
}

#[test]
fn the_condition_that_excludes_is_named() {
    for (by, change) in [
        ("where.minStrength", (|query| query.filter.min_strength = Some(0.9)) as fn(&mut Query)),
        ("where.minScore", |query| query.filter.min_score = Some(0.9)),
        ("where.city", |query| query.filter.cities = vec!["Nice".to_owned()]),
        ("where.domain", |query| query.filter.domains = vec!["Droit".to_owned()]),
        ("maxSteps", |query| query.max_steps = 2),
        ("where.relations", |query| query.filter.relations = Some(vec![Opens, Offers])),
    ] {
        let said = reasons(&ladder(), "licence/l", "job/j", change);
        assert!(
            matches!(said[..], [(Cause::Excluded { by: named, found: 1, exact: true }, _)] if named == by),
            "{by}: {said:?}"
        );
    }
}

#[test]
fn two_conditions_that_exclude_only_together_are_said() {
    let said = reasons(&ladder(), "licence/l", "job/j", |query| {
        query.filter.min_strength = Some(0.9);
        query.filter.min_score = Some(0.9);
    });
    assert!(matches!(said[..], [(Cause::Excluded { by: "where", .. }, _)]), "{said:?}");
}

#[test]
fn ends_the_wrong_way_round_are_said() {
    let said = reasons(&ladder(), "job/j", "licence/l", |_| {});
    assert!(matches!(said[..], [(Cause::Reversed, _)]), "{said:?}");
}

#[test]
fn a_spent_budget_is_said() {
    let said = reasons(&ladder(), "licence/l", "job/j", |query| query.budget = 1);
    assert!(matches!(said[0], (Cause::Budget, _)), "{said:?}");
}

#[test]
fn the_missing_link_and_a_neighbour_are_named() {
    let world = ladder()
        .named("master/x", "Chimie")
        .with(Offers, "master/x", "parcours/y", 1.0)
        .with(LeadsTo, "parcours/y", "job/k", 1.0)
        .with(EvolvesTo, "job/k", "job/j", 0.5);
    let said = reasons(&world, "licence/l", "job/k", |_| {});
    let causes: Vec<&Cause> = said.iter().map(|(cause, _)| cause).collect();
    let graph = world.graph();
    let at = |key: &str| graph.find(key).unwrap();
    assert_eq!(causes[0], &Cause::DeadEnd { reached: vec![at("job/j")] });
    assert_eq!(causes[1], &Cause::Unreached { reached: vec![at("master/x")] });
    let link = Cause::MissingLink { relation: Opens, from: vec![at("licence/l")], to: vec![at("master/x")] };
    assert_eq!(causes[2], &link);
    assert_eq!(said[2].1, "Aucune source ne dit que la licence Lettres donne accès au master Chimie.");
    assert_eq!(causes[3], &Cause::TryInstead { nodes: vec![at("job/j")] });
}

#[test]
fn of_a_job_beyond_any_master_silence_is_not_claimed() {
    let world = World::default()
        .named("licence/l", "Sciences de la vie")
        .named("job/j", "Pharmacien")
        .with(Opens, "licence/l", "master/m", 0.8)
        .with(LeadsTo, "master/m", "family/f", 0.8)
        .with(Groups, "family/f", "job/j", 1.0);
    // A family of one job speaks for it, regulated or not, unless what the access asks for is no master.
    assert_eq!(reasons(&world, "licence/l", "job/j", |_| {}), []);
    let said = reasons(&world.beyond_master("job/j"), "licence/l", "job/j", |_| {});
    let link = said.iter().find(|(cause, _)| matches!(cause, Cause::MissingLink { .. })).unwrap();
    assert_eq!(
        link.1,
        "Le diplôme exigé pour accéder au métier de pharmacien n'est pas un master : aucun master n'y suffit."
    );
    assert!(said.iter().any(|(cause, _)| matches!(cause, Cause::TooWide { .. })), "{said:?}");
}

type Followed = fn(&Query, NodeIx) -> Query;

/// What each attempt names, by slug, and that following it finds something.
fn attempts(world: &World, from: &str, to: &str, change: impl Fn(&mut Query)) -> Vec<Vec<String>> {
    let graph = world.graph();
    let mut query = Query::new(vec![graph.find(from).unwrap()], vec![graph.find(to).unwrap()]);
    change(&mut query);
    let mut named = Vec::new();
    for (cause, message) in reasons(world, from, to, change) {
        let (nodes, followed): (Vec<NodeIx>, Followed) = match cause {
            Cause::TryInstead { nodes } => (nodes, |query, node| Query { to: vec![node], ..query.clone() }),
            Cause::TryLicence { nodes } => (nodes, |query, node| Query { from: vec![node], ..query.clone() }),
            Cause::TrySkill { nodes, .. } => (nodes, |query, node| Query { via: vec![vec![node]], ..query.clone() }),
            _ => continue,
        };
        for node in &nodes {
            assert!(!search(&graph, &followed(&query, *node), &|| false).unwrap().pathways.is_empty(), "{message}");
        }
        named.push(nodes.into_iter().map(|node| graph.key(node).slug().to_owned()).collect());
    }
    named
}

#[test]
fn a_job_of_like_skills_and_the_nearest_licence_are_attempts_that_find_something() {
    let world = ladder()
        .with(RequiredBy, "skill/s", "job/j", 0.9)
        .with(RequiredBy, "skill/s", "job/k", 0.9)
        .with(RequiredBy, "skill/s", "job/unreached", 1.0)
        .with(Opens, "licence/near", "master/m", 0.5)
        .with(Opens, "licence/near", "master/x", 0.5)
        .with(Opens, "licence/far", "master/x", 1.0)
        .with(Offers, "master/x", "parcours/y", 1.0)
        .with(LeadsTo, "parcours/y", "job/k", 1.0);
    assert_eq!(attempts(&world, "licence/l", "job/k", |_| {}), [vec!["j"], vec!["near", "far"]]);
    // A bridge that a source states is walked, so nothing needs trying.
    let world = world.with(Bridges, "licence/l", "licence/near", 0.5);
    assert!(attempts(&world, "licence/l", "job/k", |_| {}).is_empty());
}

#[test]
fn a_broader_skill_of_via_is_an_attempt_else_a_narrower_one() {
    let world = ladder()
        .with(Broader, "skill/precise", "skill/wide", 1.0)
        .with(Broader, "skill/precise", "skill/idle", 1.0)
        .with(Broader, "skill/wide", "skill/widest", 1.0)
        .with(Develops, "parcours/p", "skill/wide", 1.0);
    let via = |skill: &'static str| {
        let graph = world.graph();
        let skill = graph.find(skill).unwrap();
        attempts(&world, "licence/l", "job/j", move |query| query.via = vec![vec![skill]])
    };
    assert_eq!(via("skill/precise"), [vec!["wide"]]);
    assert_eq!(via("skill/widest"), [vec!["wide"]]);
    assert!(via("skill/wide").is_empty(), "it is developed as it is");
}
