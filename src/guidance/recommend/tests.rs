//! Each rule of recommendations on a small graph, and that a score is the sum of its reasons.

use super::*;
use crate::model::Relation::{Bridges, Develops, LeadsTo, Near, Offers, Opens, RequiredBy, WorksIn};
use crate::pathway::world::World;

fn world() -> World {
    World::default()
        .with(Opens, "licence/l", "master/m", 0.8)
        .with(Bridges, "licence/l", "licence/b", 0.5)
        .with(Opens, "licence/b", "master/n", 1.0)
        .with(Offers, "master/m", "parcours/p", 1.0)
        .with(Offers, "master/n", "parcours/q", 1.0)
        .with(Offers, "master/x", "parcours/x", 1.0)
        .with(Near, "master/m", "master/x", 0.6)
        .with(LeadsTo, "parcours/p", "job/j", 0.9)
        .with(LeadsTo, "master/n", "job/k", 0.8)
        .with(Develops, "parcours/p", "skill/a", 1.0)
        .with(Develops, "master/n", "skill/a", 1.0)
        .with(RequiredBy, "skill/a", "job/j", 1.0)
        .with(WorksIn, "job/k", "sector/s", 0.5)
        .placed("parcours/p", "Caen")
}

fn ask(graph: &Graph, profile: &Profile) -> Vec<(String, f64)> {
    let ranking = rank(graph, profile, &Filter::default(), &|| false).unwrap();
    let line = |ranked: &Ranked| (graph.key(ranked.node).to_string(), number(ranked.score));
    ranking.diplomas.iter().map(line).collect()
}

fn at(graph: &Graph, key: &str) -> NodeIx {
    graph.find(key).unwrap()
}

fn kinds(graph: &Graph, profile: &Profile, key: &str) -> Vec<ReasonKind> {
    let ranking = rank(graph, profile, &Filter::default(), &|| false).unwrap();
    let ranked = ranking.diplomas.iter().find(|ranked| ranked.node == at(graph, key)).unwrap();
    reasons(graph, profile, &Filter::default(), &ranking, ranked).iter().map(|reason| reason.kind).collect()
}

#[test]
fn a_licence_ranks_by_the_best_way_in_and_what_it_does_not_open_is_left_out() {
    let graph = world().graph();
    let profile = Profile { licence: Some(at(&graph, "licence/l")), ..Profile::default() };
    let expected = [("master/m", 0.8), ("parcours/p", 0.8), ("master/n", 0.5), ("parcours/q", 0.5)];
    assert_eq!(ask(&graph, &profile), expected.map(|(key, score)| (key.to_owned(), score)));
    assert_eq!(kinds(&graph, &profile, "master/m"), [ReasonKind::LicenceOpens]);
    assert_eq!(kinds(&graph, &profile, "parcours/q"), [ReasonKind::LicenceBridges]);
}

#[test]
fn wishes_and_interests_count_by_the_strength_of_the_link() {
    let graph = world().graph();
    let wish = Profile { wishes: vec![at(&graph, "master/m")], ..Profile::default() };
    let found = ask(&graph, &wish);
    assert_eq!(found[..2], [("master/m".to_owned(), 1.0), ("parcours/p".to_owned(), 1.0)]);
    assert_eq!(found[2..], [("master/x".to_owned(), 0.3)], "a neighbour counts for half its weight");
    let sector = Profile { interests: vec![at(&graph, "sector/s")], ..Profile::default() };
    // The master states 0.8; its parcours inherits 0.6 of that; the job works half in the sector.
    assert_eq!(ask(&graph, &sector), [("master/n".to_owned(), 0.4), ("parcours/q".to_owned(), 0.24)]);
}

#[test]
fn what_is_unknown_or_missing_is_said_and_weighs_nothing_or_little() {
    let graph = world().graph();
    let profile = Profile {
        licence: Some(at(&graph, "licence/b")),
        skills: vec![at(&graph, "skill/a")],
        region: Some("Normandie".into()),
        modality: Some(Modality::Distance),
        ..Profile::default()
    };
    let found = kinds(&graph, &profile, "parcours/p");
    assert_eq!(found[..2], [ReasonKind::LicenceUnstated, ReasonKind::SkillsKept]);
    assert!(found.contains(&ReasonKind::RegionUnknown) && found.contains(&ReasonKind::ModalityUnknown));
}

#[test]
fn a_score_is_the_sum_of_its_reasons_and_shifts_are_true_ranks() {
    let graph = world().graph();
    let profile = Profile {
        licence: Some(at(&graph, "licence/l")),
        skills: vec![at(&graph, "skill/a")],
        interests: vec![at(&graph, "job/j"), at(&graph, "sector/s"), at(&graph, "skill/a")],
        riasec: Some("IAS".parse().unwrap()),
        region: Some("Normandie".into()),
        modality: Some(Modality::Distance),
        wishes: vec![at(&graph, "job/k"), at(&graph, "master/m")],
    };
    let filter = Filter::default();
    let ranking = rank(&graph, &profile, &filter, &|| false).unwrap();
    assert!(ranking.diplomas.len() >= 5);
    for ranked in &ranking.diplomas {
        let reasons = reasons(&graph, &profile, &filter, &ranking, ranked);
        let sum: f64 = reasons.iter().map(|reason| reason.points).sum();
        assert!((sum - number(ranked.score)).abs() < 1e-9, "{}: {reasons:#?}", graph.key(ranked.node));
        assert!(reasons.iter().all(|reason| reason.kind.is_against() || reason.points > 0.0));
    }
    let shifts = ranking.shifts(&graph, &profile, &(0..ranking.diplomas.len()).collect::<Vec<_>>());
    let without = Profile { licence: None, ..profile.clone() };
    let ranked_without = rank(&graph, &without, &filter, &|| false).unwrap();
    for (place, shifts) in shifts.iter().enumerate() {
        let node = ranking.diplomas[place].node;
        let told =
            shifts.iter().find(|shift| shift.criterion == Criterion::Licence).map_or(place + 1, |shift| shift.rank);
        let truly = ranked_without.diplomas.iter().position(|ranked| ranked.node == node);
        assert!(truly.is_none_or(|truly| truly + 1 == told), "{}", graph.key(node));
    }
}
