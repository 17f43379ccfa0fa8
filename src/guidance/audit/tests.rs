//! The audit on graphs small enough to know what it must find.

use super::*;
use crate::model::Relation::{EvolvesTo, Hosts, LeadsTo, Offers, Opens};
use crate::pathway::world::World;

fn quiet(graph: &Graph, plan: Plan) -> Audit {
    audit(graph, &plan, &mut |_| {}).unwrap()
}

/// Four licences, each to twelve jobs; a direct step and a longer way of almost the same strength.
fn close() -> Graph {
    let mut world = World::default();
    for licence in ["licence/a", "licence/b", "licence/c", "licence/d"] {
        world = world.with(Opens, licence, "master/m", 0.9).with(Opens, licence, "master/n", 0.88);
    }
    world = world.with(Offers, "master/m", "parcours/p", 0.9).with(Offers, "master/n", "parcours/q", 0.9);
    for job in 0..12 {
        let job = format!("job/j{job:02}");
        world = world.with(LeadsTo, "parcours/p", &job, 0.9).with(LeadsTo, "parcours/q", &job, 0.9);
    }
    world.graph()
}

#[test]
fn the_same_plan_finds_the_same_and_draws_what_it_is_told() {
    let graph = close();
    let plan = Plan { pairs: 20, ..Plan::default() };
    let found = quiet(&graph, plan);
    assert_eq!(found, quiet(&graph, plan));
    // The same relations in another order.
    let nodes = graph.nodes().map(|(_, node)| node.clone()).collect();
    let mut edges: Vec<Edge> = graph.edges().map(|edge| edge.to_edge()).collect();
    edges.reverse();
    assert_eq!(found, quiet(&Graph::build(nodes, edges, 1).unwrap(), plan));
    assert_eq!((found.answerable, found.drawn), (48, 20));
    assert_eq!(quiet(&graph, Plan { pairs: 1_000, ..plan }).drawn, 48, "no more than there are");
    assert!(audit(&graph, &Plan { top: 0, ..plan }, &mut |_| {}).is_err());
}

#[test]
fn a_relation_that_all_ways_take_alike_moves_nothing_and_noise_does() {
    let found = quiet(&close(), Plan::default());
    let named = |name: &str| found.moves.iter().find(|moved| moved.name.starts_with(name)).unwrap();
    let opens = named("relation opens -20 %");
    assert_eq!((opens.touched, opens.capped, opens.first_changed, opens.overlap), (8, 0, 0.0, 1.0));
    assert_eq!(opens.kendall, Some(1.0));
    let capped = named("relation leads_to +20 %");
    assert_eq!((capped.touched, capped.capped), (24, 24));
    assert!(found.moves.iter().all(|moved| !moved.name.contains("bridges")), "what is not there is not moved");
    let noise: f64 =
        found.moves.iter().filter(|moved| moved.name.starts_with("chaque")).map(|moved| moved.first_changed).sum();
    assert!(noise > 0.5, "0.9 and 0.88 change places: {noise}");
}

#[test]
fn a_source_moves_the_relations_that_rest_on_it_most() {
    let world = World::default()
        .with(EvolvesTo, "job/a", "job/b", 0.5)
        .with(Opens, "licence/l", "master/m", 0.5)
        .with(LeadsTo, "master/m", "job/a", 0.5)
        .stated(Opens, "licence/l", "master/m", "source/t");
    let found = quiet(&world.graph(), Plan::default());
    let touched = |name: &str| found.moves.iter().find(|moved| moved.name == name).unwrap().touched;
    assert_eq!((touched("source/t +20 %"), touched("source/s +20 %")), (1, 2));
}

#[test]
fn who_gains_by_weight_and_who_by_name_alone_are_told_apart() {
    // Ten licences, one job, thirty offers. University A's ten have the first keys, university B's ten weigh more.
    let mut world = World::default();
    for licence in 0..10 {
        world = world.with(Opens, &format!("licence/l{licence}"), "master/m", 0.9);
    }
    for offer in 0..30 {
        let (university, weight) = match offer {
            0..10 => ("university/a", 0.5),
            10..20 => ("university/b", 0.9),
            _ => ("university/c", 0.5),
        };
        let parcours = format!("parcours/p{offer:02}");
        world = world.with(Offers, "master/m", &parcours, weight).with(LeadsTo, &parcours, "job/j", 0.9);
        world = world.with(Hosts, university, &parcours, 1.0);
    }
    let found = quiet(&world.graph(), Plan { top: 15, ..Plan::default() });
    assert_eq!(found.contested, 10);
    let gain = |name: &str| found.gains.iter().find(|gain| gain.name == name).unwrap();
    let (a, b, c) = (gain("university/a"), gain("university/b"), gain("university/c"));
    assert_eq!((a.places, a.fair, a.expected), (50.0, 25.0, 50.0), "five of ten places each, by name");
    assert_eq!((b.places, b.bias), (100.0, Some(Bias::Weights)));
    assert_eq!((c.places, c.fair, c.bias), (0.0, 25.0, Some(Bias::Weights)));
    assert_eq!(gain("source/s").ratio(), 1.0, "what all rest on gains nothing");
}

#[test]
fn among_equals_the_first_names_gain_and_it_is_said_why() {
    let mut world = World::default();
    for licence in 0..10 {
        world = world.with(Opens, &format!("licence/l{licence}"), "master/m", 0.9);
    }
    for offer in 0..30 {
        let university = if offer < 10 { "university/a" } else { "university/z" };
        let parcours = format!("parcours/p{offer:02}");
        world = world.with(Offers, "master/m", &parcours, 0.9).with(LeadsTo, &parcours, "job/j", 0.9);
        world = world.with(Hosts, university, &parcours, 1.0);
    }
    let found = quiet(&world.graph(), Plan::default());
    assert_eq!(found.first_by_key, 10);
    let first = found.gains.iter().find(|gain| gain.name == "university/a").unwrap();
    assert_eq!(first.bias, Some(Bias::Order));
    assert!((first.ratio() - 3.0).abs() < 1e-9 && (first.fair_ratio() - 1.0).abs() < 1e-9, "{first:?}");
}
