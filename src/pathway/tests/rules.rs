//! Each rule of the contract by itself, on the smallest graph that shows it.

use super::super::explain::Strength;
use super::super::*;
use super::world::World;
use crate::model::Relation::{
    Awards, Bridges, Develops, EvolvesTo, Groups, Hosts, LeadsTo, Offers, Opens, RequiredBy, Teaches,
};

/// licence/l → master/m → parcours/p → job/j, each 0.8.
fn ladder() -> World {
    World::default().with(Opens, "licence/l", "master/m", 0.8).with(Offers, "master/m", "parcours/p", 0.8).with(
        LeadsTo,
        "parcours/p",
        "job/j",
        0.8,
    )
}

#[test]
fn a_pathway_has_the_product_of_its_strengths() {
    let found = ladder().ask("licence/l", "job/j", |_| {});
    assert_eq!(found, ["0.512 l m p j"]);
}

#[test]
fn from_equal_to_to_gives_none_but_the_others_are_walked() {
    let world = ladder();
    assert!(world.ask("licence/l", "licence/l", |_| {}).is_empty());
    let graph = world.graph();
    let found = world.ask("licence/l", "job/j", |query| query.from.push(graph.find("job/j").unwrap()));
    assert_eq!(found, ["0.512 l m p j"], "a source may be passed through or ended at");
}

#[test]
fn max_steps_bounds_the_length() {
    assert!(ladder().ask("licence/l", "job/j", |query| query.max_steps = 2).is_empty());
    assert_eq!(ladder().ask("licence/l", "job/j", |query| query.max_steps = 3).len(), 1);
}

#[test]
fn mobility_cycles_are_left() {
    let world = ladder().with(EvolvesTo, "job/j", "job/k", 1.0).with(EvolvesTo, "job/k", "job/j", 1.0);
    assert_eq!(world.ask("licence/l", "job/k", |query| query.max_steps = 12), ["0.512 l m p j k"]);
}

#[test]
fn equal_scores_are_settled_by_length_then_keys() {
    let world = World::default()
        .with(EvolvesTo, "job/a", "job/z", 0.5)
        .with(EvolvesTo, "job/a", "job/c", 1.0)
        .with(EvolvesTo, "job/a", "job/b", 1.0)
        .with(EvolvesTo, "job/c", "job/z", 0.5)
        .with(EvolvesTo, "job/b", "job/z", 0.5);
    let asked = world.ask("job/a", "job/z", |query| query.max_moves = 2);
    assert_eq!(asked, ["0.5 a z", "0.5 a b z", "0.5 a c z"]);
}

#[test]
fn scores_that_differ_by_rounding_alone_are_equal() {
    let world = World::default()
        .with(EvolvesTo, "job/s", "job/b", 0.1)
        .with(EvolvesTo, "job/b", "job/c", 0.3)
        .with(EvolvesTo, "job/c", "job/t", 0.7)
        .with(EvolvesTo, "job/s", "job/d", 0.7)
        .with(EvolvesTo, "job/d", "job/e", 0.3)
        .with(EvolvesTo, "job/e", "job/t", 0.1);
    assert_ne!(0.1 * 0.3 * 0.7, 0.7 * 0.3 * 0.1);
    let asked = world.ask("job/s", "job/t", |query| query.max_moves = 3);
    assert_eq!(asked, ["0.021 s b c t", "0.021 s d e t"]);
}

#[test]
fn a_master_s_outlet_is_inherited_at_six_tenths() {
    let world = World::default().with(Offers, "master/m", "parcours/p", 1.0).with(LeadsTo, "master/m", "job/j", 0.5);
    assert_eq!(world.ask("parcours/p", "job/j", |_| {}), ["0.3 p j"]);
    let world = world.with(LeadsTo, "parcours/p", "job/j", 0.5);
    assert_eq!(world.ask("parcours/p", "job/j", |_| {}), ["0.65 p j"], "1 - 0.5 × 0.7");
}

#[test]
fn of_several_masters_the_strongest_word_is_inherited() {
    let world = World::default()
        .with(Offers, "master/m", "parcours/p", 1.0)
        .with(Offers, "master/n", "parcours/p", 0.1)
        .with(LeadsTo, "master/m", "job/j", 0.5)
        .with(LeadsTo, "master/n", "job/j", 1.0);
    assert_eq!(world.ask("parcours/p", "job/j", |_| {}), ["0.6 p j"]);
}

/// A job that requires ten skills of equal weight, `count` of them developed by `by`.
fn covering(by: &str, count: usize) -> World {
    let mut world = World::default();
    for i in 0..10 {
        let skill = format!("skill/s{i}");
        world = world.with(RequiredBy, &skill, "job/j", 0.7);
        if i < count {
            world = world.with(Develops, by, &skill, 0.01);
        }
    }
    world
}

#[test]
fn skills_alone_make_a_step_from_half_the_weight() {
    assert!(covering("parcours/p", 4).ask("parcours/p", "job/j", |_| {}).is_empty());
    assert_eq!(covering("parcours/p", 5).ask("parcours/p", "job/j", |_| {}), ["0.25 p j"]);
}

#[test]
fn skills_add_from_a_fifth_of_the_weight() {
    let with = |count| covering("parcours/p", count).with(LeadsTo, "parcours/p", "job/j", 0.5);
    assert_eq!(with(1).ask("parcours/p", "job/j", |_| {}), ["0.5 p j"]);
    assert_eq!(with(2).ask("parcours/p", "job/j", |_| {}), ["0.55 p j"], "1 - 0.5 × 0.9");
}

#[test]
fn courses_masters_and_their_courses_develop_for_the_parcours() {
    let course = covering("course/c", 10).with(Teaches, "parcours/p", "course/c", 0.1);
    assert_eq!(course.ask("parcours/p", "job/j", |_| {}), ["0.5 p j"]);
    let master = covering("master/m", 10).with(Offers, "master/m", "parcours/p", 0.1);
    assert_eq!(master.ask("parcours/p", "job/j", |_| {}), ["0.5 p j"]);
    let common =
        covering("course/c", 10).with(Teaches, "master/m", "course/c", 0.1).with(Offers, "master/m", "parcours/p", 0.1);
    assert_eq!(common.ask("parcours/p", "job/j", |_| {}), ["0.5 p j"]);
}

#[test]
fn a_broader_skill_does_not_count() {
    let world = covering("parcours/p", 5).with(Relation::Broader, "skill/s0", "skill/s9", 1.0);
    assert_eq!(world.ask("parcours/p", "job/j", |_| {}), ["0.25 p j"]);
}

#[test]
fn skills_are_evidence_not_pathways() {
    let world = covering("parcours/p", 8);
    let graph = world.graph();
    let found = world.search(&graph, "parcours/p", "job/j", |_| {});
    assert_eq!(found.pathways.len(), 1);
    let piece = &found.pathways[0].steps[0].evidence[0];
    assert_eq!((piece.kind, piece.skills.len(), piece.sources.len()), (EvidenceKind::Skills, 8, 1));
    assert_eq!(skills::gained(&graph, &found.pathways[0], false).unwrap().len(), 8);
    let missing = skills::missing(&graph, &found.pathways[0], false).unwrap();
    assert_eq!(missing.iter().map(|skill| graph.key(*skill).slug()).collect::<Vec<_>>(), ["s8", "s9"]);
}

#[test]
fn only_the_kinds_of_evidence_asked_for_count() {
    let stated = |query: &mut Query| query.filter.evidence = [EvidenceKind::Stated].into_iter().collect();
    let skills = |query: &mut Query| query.filter.evidence = [EvidenceKind::Skills].into_iter().collect();
    let world = ladder().with(LeadsTo, "master/m", "job/j", 0.5);
    assert_eq!(world.ask("master/m", "job/j", |query| stated(query))[0], "0.64 m p j");
    assert!(covering("parcours/p", 9).ask("parcours/p", "job/j", stated).is_empty());
    assert_eq!(covering("parcours/p", 8).ask("parcours/p", "job/j", skills), ["0.4 p j"]);
    assert!(ladder().ask("licence/l", "job/j", skills).is_empty(), "the other steps are stated or nothing");
    let weak = covering("parcours/p", 4).with(LeadsTo, "parcours/p", "job/j", 0.9);
    assert!(weak.ask("parcours/p", "job/j", skills).is_empty(), "what does not count does not let skills in");
}

#[test]
fn a_master_s_direct_outlet_gives_way_to_its_parcours() {
    let world = ladder().with(LeadsTo, "master/m", "job/j", 1.0);
    // 1 - 0.2 × 0.4 for the last step.
    assert_eq!(world.ask("licence/l", "job/j", |_| {}), ["0.5888 l m p j"]);
    assert_eq!(world.ask("licence/l", "job/j", |query| query.max_steps = 2), ["0.8 l m j"], "the other is too long");
    let found = world.ask("licence/l", "job/j", |query| query.filter.min_score = Some(0.7));
    assert_eq!(found, ["0.8 l m j"], "the other is filtered out");
    let graph = world.graph();
    let avoid = |query: &mut Query| query.avoid = vec![graph.find("parcours/p").unwrap()];
    assert_eq!(world.ask("licence/l", "job/j", avoid), ["0.8 l m j"]);
}

#[test]
fn via_wants_one_node_of_each_reference_in_any_order() {
    let world = ladder()
        .with(Offers, "master/m", "parcours/q", 1.0)
        .with(LeadsTo, "parcours/q", "job/j", 1.0)
        .with(Hosts, "university/u", "parcours/p", 1.0)
        .with(Develops, "parcours/p", "skill/s", 0.5);
    let graph = world.graph();
    let via = |keys: &[&str]| {
        let groups: Vec<Vec<NodeIx>> = keys.iter().map(|key| vec![graph.find(key).unwrap()]).collect();
        world.ask("licence/l", "job/j", |query| query.via = groups)
    };
    assert_eq!(via(&[]), ["0.8 l m q j", "0.512 l m p j"]);
    for keys in [&["parcours/p"][..], &["university/u"], &["skill/s"], &["job/j", "parcours/p", "licence/l"]] {
        assert_eq!(via(keys), ["0.512 l m p j"], "{keys:?}");
    }
    assert!(via(&["parcours/p", "parcours/q"]).is_empty());
}

#[test]
fn avoid_leaves_out_a_node_or_the_parcours_of_a_university() {
    let world = ladder().with(Hosts, "university/u", "parcours/p", 1.0);
    let graph = world.graph();
    for key in ["licence/l", "master/m", "parcours/p", "job/j", "university/u"] {
        let found = world.ask("licence/l", "job/j", |query| query.avoid = vec![graph.find(key).unwrap()]);
        assert!(found.is_empty(), "{key}");
    }
}

#[test]
fn distinct_keeps_the_best_for_each_first_node() {
    let world = ladder()
        .with(Offers, "master/m", "parcours/q", 1.0)
        .with(LeadsTo, "parcours/q", "job/j", 1.0)
        .with(Opens, "licence/l", "master/n", 0.5)
        .with(Offers, "master/n", "parcours/r", 1.0)
        .with(LeadsTo, "parcours/r", "job/j", 1.0)
        .with(Bridges, "licence/l", "licence/k", 0.1)
        .with(Opens, "licence/k", "master/m", 1.0);
    let found = world.ask("licence/l", "job/j", |query| query.distinct = Some(Kind::Master));
    assert_eq!(found, ["0.8 l m q j", "0.5 l n r j"]);
    let found = world.ask("licence/l", "job/j", |query| query.distinct = Some(Kind::University));
    assert_eq!(found, ["0.8 l m q j"], "no host is known: they count as one");
}

#[test]
fn diversity_leaves_out_what_shares_too_many_steps() {
    let world = ladder()
        .with(Offers, "master/m", "parcours/q", 0.5)
        .with(LeadsTo, "parcours/q", "job/j", 0.5)
        .with(Opens, "licence/l", "master/n", 0.1)
        .with(Offers, "master/n", "parcours/q", 0.5);
    let at = |diversity| world.ask("licence/l", "job/j", |query| query.diversity = diversity);
    assert_eq!(at(0.0), ["0.512 l m p j", "0.2 l m q j", "0.025 l n q j"]);
    // l m q j shares one step of three with the first: more than 1 - 0.7.
    assert_eq!(at(0.7), ["0.512 l m p j", "0.025 l n q j"]);
    assert_eq!(at(0.66), at(0.0));
}

#[test]
fn a_place_is_the_parcours_own_or_else_its_host_s() {
    let world = ladder()
        .with(Hosts, "university/u", "parcours/p", 1.0)
        .placed("university/u", "Nice")
        .with(LeadsTo, "master/n", "job/j", 1.0)
        .with(Opens, "licence/l", "master/n", 1.0);
    let city = |world: &World, city: &str| {
        let cities = vec![city.to_owned()];
        world.ask("licence/l", "job/j", |query| query.filter.cities = cities)
    };
    assert_eq!(city(&world, "nice"), ["0.512 l m p j"], "a pathway without a parcours does not qualify");
    let moved = world.placed("parcours/p", "Menton");
    assert!(city(&moved, "Nice").is_empty());
    assert_eq!(city(&moved, "MENTON"), ["0.512 l m p j"]);
}

#[test]
fn min_strength_concerns_every_step() {
    let world = ladder().with(EvolvesTo, "job/j", "job/k", 0.3);
    assert!(world.ask("licence/l", "job/k", |query| query.filter.min_strength = Some(0.4)).is_empty());
    assert_eq!(world.ask("licence/l", "job/k", |query| query.filter.min_strength = Some(0.3)).len(), 1);
}

#[test]
fn retired_nodes_are_as_if_absent_unless_included() {
    let world = ladder().retired("master/m");
    assert!(world.ask("licence/l", "job/j", |_| {}).is_empty());
    let included = world.ask("licence/l", "job/j", |query| query.filter.retired = Retired::Included);
    assert_eq!(included, ["0.512 l m p j"]);
}

#[test]
fn a_bad_query_is_refused_with_advice() {
    let world = ladder().with(RequiredBy, "skill/s", "job/j", 1.0).with(Relation::WorksIn, "job/j", "sector/x", 1.0);
    let graph = world.graph();
    let at = |key: &str| graph.find(key).unwrap();
    let fault = |change: &dyn Fn(&mut Query)| {
        let mut query = Query::new(vec![at("licence/l")], vec![at("job/j")]);
        change(&mut query);
        search(&graph, &query, &|| false).unwrap_err().to_string()
    };
    assert!(fault(&|query| query.max_steps = 0).contains("de 1 à 12"));
    assert!(fault(&|query| query.max_steps = 1_000).contains("1000"));
    assert!(fault(&|query| query.first = 101).contains("de 1 à 100"));
    assert!(fault(&|query| query.diversity = 1.0).contains("exclu"));
    assert!(fault(&|query| query.diversity = f64::NAN).contains("NaN"));
    assert!(fault(&|query| query.filter.min_score = Some(f64::NAN)).contains("minScore"));
    assert!(fault(&|query| query.avoid = vec![at("skill/s")]).contains("skill/s"));
    assert!(fault(&|query| query.via = vec![vec![at("sector/x")]]).contains("sector/x"));
    assert!(fault(&|query| query.distinct = Some(Kind::Skill)).contains("distinct"));
    let both = |query: &mut Query| {
        query.via = vec![vec![at("master/m")]];
        query.avoid = vec![at("master/m")];
    };
    assert!(fault(&both).contains("à la fois"));
}

#[test]
fn an_interrupted_search_says_so() {
    let world = dense();
    let graph = world.graph();
    let query = Query {
        first: 100,
        max_steps: 12,
        max_moves: 11,
        ..Query::new(vec![graph.find("job/j00").unwrap()], vec![graph.find("job/j29").unwrap()])
    };
    let found = search(&graph, &query, &|| true).unwrap();
    assert_eq!(found.end, End::Interrupted);
}

/// Thirty jobs that all evolve to one another at full weight: 10^15 simple ways of equal score.
fn dense() -> World {
    let mut world = World::default();
    for a in 0..30 {
        for b in (0..30).filter(|b| *b != a) {
            world = world.with(EvolvesTo, &format!("job/j{a:02}"), &format!("job/j{b:02}"), 1.0);
        }
    }
    world
}

#[test]
fn massive_ties_do_not_blow_up() {
    let world = dense();
    let graph = world.graph();
    let found = world.search(&graph, "job/j00", "job/j29", |query| {
        query.max_steps = 12;
        query.max_moves = 11;
        query.first = 100;
    });
    assert!(found.exhaustive() && found.has_next);
    assert!(found.expansions < 20_000, "{} extensions", found.expansions);
    let lines = world.lines(&graph, &found);
    assert_eq!(lines[..3], ["1 j00 j29", "1 j00 j01 j29", "1 j00 j02 j29"]);
    assert_eq!(lines[29], "1 j00 j01 j02 j29");
}

#[test]
fn the_weakest_evidence_is_the_mainstay_of_the_weakest_step() {
    let world = ladder().with(Opens, "licence/l", "master/m", 0.9).with(LeadsTo, "master/m", "job/j", 0.5);
    let graph = world.graph();
    let found = world.search(&graph, "licence/l", "job/j", |_| {});
    let (step, piece) = found.pathways[0].weakest().unwrap();
    assert_eq!((step.relation, piece.kind, piece.strength), (Offers, EvidenceKind::Stated, 0.8));
}

#[test]
fn strengths_have_words() {
    assert_eq!([0.75, 0.45, 0.449].map(Strength::of), [Strength::Strong, Strength::Fair, Strength::Weak]);
}

/// licence/l → master/m, which states a family of these jobs.
fn family(jobs: &[&str]) -> World {
    let world = World::default().with(Opens, "licence/l", "master/m", 1.0).with(LeadsTo, "master/m", "family/f", 0.8);
    jobs.iter().fold(world.named("family/f", "Médiatrice"), |world, job| world.with(Groups, "family/f", job, 0.1))
}

#[test]
fn a_family_speaks_for_its_only_job_for_its_namesake_and_in_part_for_others() {
    assert_eq!(
        family(&["job/a"]).ask("licence/l", "job/a", |_| {}),
        ["0.8 l m a"],
        "the weight of groups bears on nothing"
    );
    let four = family(&["job/a", "job/b", "job/c", "job/d"]).named("job/b", "Médiateur");
    assert_eq!(four.ask("licence/l", "job/a", |_| {}), ["0.4 l m a"], "one in √4");
    assert_eq!(four.ask("licence/l", "job/b", |_| {}), ["0.8 l m b"], "its name, in the other gender");
    let many: Vec<String> = (0..26).map(|i| format!("job/j{i}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(family(&many).ask("licence/l", "job/j0", |_| {}).is_empty(), "one in √26 says nothing");
    assert_eq!(family(&many[1..]).ask("licence/l", "job/j1", |_| {}), ["0.16 l m j1"], "one in √25 does");
}

#[test]
fn no_family_of_several_no_move_and_no_skills_alone_lead_to_a_regulated_job() {
    let world = family(&["job/a", "job/b"]).regulated("job/a").with(EvolvesTo, "job/b", "job/a", 1.0);
    assert!(world.ask("licence/l", "job/a", |_| {}).is_empty());
    assert_eq!(family(&["job/a"]).regulated("job/a").ask("licence/l", "job/a", |_| {}), ["0.8 l m a"]);
    assert!(covering("parcours/p", 10).regulated("job/j").ask("parcours/p", "job/j", |_| {}).is_empty());
    let stated = covering("parcours/p", 10).regulated("job/j").with(LeadsTo, "parcours/p", "job/j", 0.5);
    assert_eq!(stated.ask("parcours/p", "job/j", |_| {}), ["0.75 p j"], "beside another ground they count");
}

#[test]
fn what_a_master_says_by_a_family_is_inherited_where_families_count() {
    let world = family(&["job/a"]).with(Offers, "master/m", "parcours/p", 1.0).with(LeadsTo, "master/m", "job/a", 0.5);
    assert_eq!(world.ask("parcours/p", "job/a", |_| {}), ["0.48 p a"], "0.6 × the greater");
    let only = |kinds: &[EvidenceKind]| {
        world.ask("parcours/p", "job/a", |query| query.filter.evidence = kinds.iter().copied().collect())
    };
    assert_eq!(only(&[EvidenceKind::Inherited]), ["0.3 p a"]);
    assert_eq!(only(&[EvidenceKind::Inherited, EvidenceKind::Family]), ["0.48 p a"]);
    let graph = world.graph();
    let found = world.search(&graph, "parcours/p", "job/a", |_| {});
    let piece = &found.pathways[0].steps[0].evidence[0];
    assert_eq!((piece.kind, piece.family), (EvidenceKind::Inherited, graph.find("family/f")));
    let relations: Vec<Relation> = piece.edges.iter().map(|edge| graph.edge(*edge).relation()).collect();
    assert_eq!(relations, [LeadsTo, Groups]);
}

#[test]
fn moves_are_bounded() {
    let world = ladder().with(EvolvesTo, "job/j", "job/k", 1.0).with(EvolvesTo, "job/k", "job/n", 1.0);
    assert!(world.ask("licence/l", "job/k", |query| query.max_moves = 0).is_empty());
    assert_eq!(world.ask("licence/l", "job/k", |_| {}).len(), 1);
    assert!(world.ask("licence/l", "job/n", |_| {}).is_empty());
    assert_eq!(world.ask("licence/l", "job/n", |query| query.max_moves = 2).len(), 1);
}

#[test]
fn what_is_entered_in_the_second_year_is_nothing_to_who_comes_from_a_licence() {
    let world = ladder().late_parcours("parcours/p");
    assert!(world.ask("licence/l", "job/j", |_| {}).is_empty());
    assert_eq!(world.ask("master/m", "job/j", |_| {}), ["0.64 m p j"]);
    let world = World::default()
        .with(Opens, "licence/l", "master/m", 1.0)
        .with(LeadsTo, "master/m", "job/j", 1.0)
        .with(Awards, "university/u", "master/m", 1.0)
        .late_award("university/u", "master/m");
    assert_eq!(offers(&world, "licence/l"), Some(vec![]), "a pathway without any offer stays, and says so");
    assert_eq!(offers(&world, "master/m"), Some(vec!["u".to_owned()]));
}

/// The slugs of the offers of the first pathway to job/j.
fn offers(world: &World, from: &str) -> Option<Vec<String>> {
    let graph = world.graph();
    let mut asked = None;
    let found = world.search(&graph, from, "job/j", |query| asked = Some(query.clone()));
    let offers = super::super::offers::offers(&graph, &asked.unwrap(), found.pathways.first()?);
    Some(offers.iter().map(|half| graph.key(half.node).slug().to_owned()).collect())
}

#[test]
fn a_direct_outlet_stands_for_the_universities_that_have_no_parcours_of_it() {
    let world = ladder().with(LeadsTo, "master/m", "job/j", 1.0).with(Hosts, "university/u", "parcours/p", 1.0).with(
        Awards,
        "university/u",
        "master/m",
        1.0,
    );
    assert_eq!(world.ask("licence/l", "job/j", |_| {}).len(), 1, "u has the parcours");
    assert_eq!(offers(&world, "licence/l"), Some(vec!["u".to_owned()]));
    let world = world.with(Awards, "university/v", "master/m", 0.5);
    assert_eq!(world.ask("licence/l", "job/j", |_| {})[0], "0.8 l m j");
    assert_eq!(offers(&world, "licence/l"), Some(vec!["v".to_owned()]));
    let graph = world.graph();
    let of = |key: &str| vec![graph.find(key).unwrap()];
    let via = |key: &str| world.ask("licence/l", "job/j", |query| query.via = vec![of(key)]);
    assert_eq!(via("university/v"), ["0.8 l m j"], "v is among its offers");
    assert_eq!(via("university/u").len(), 1, "u hosts the parcours");
    let avoided = world.ask("licence/l", "job/j", |query| query.avoid = of("university/v"));
    assert_eq!(avoided.len(), 1, "the award of v counts for nothing");
}

#[test]
fn an_award_meets_conditions_of_place_for_a_master_alone() {
    let world = World::default()
        .with(Opens, "licence/l", "master/m", 1.0)
        .with(LeadsTo, "master/m", "job/j", 1.0)
        .with(Awards, "university/u", "master/m", 1.0)
        .placed("university/u", "Caen");
    let at = |city: &str| world.ask("licence/l", "job/j", |query| query.filter.cities = vec![city.to_owned()]);
    assert_eq!(at("Caen"), ["1 l m j"]);
    assert!(at("Lyon").is_empty());
}

#[test]
fn pathways_that_weights_do_not_set_apart_are_of_one_class() {
    let world =
        [("a", 0.9), ("b", 0.8), ("c", 0.5), ("d", 0.4)].into_iter().fold(World::default(), |world, (m, weight)| {
            let master = format!("master/{m}");
            world.with(Opens, "licence/l", &master, 1.0).with(LeadsTo, &master, "job/j", weight)
        });
    let graph = world.graph();
    let classes = |after: Option<Position>| {
        let found = world.search(&graph, "licence/l", "job/j", |query| {
            query.first = 2;
            query.after = after;
        });
        (found.classes.unwrap(), found.pathways[1].position(&graph))
    };
    // Opens may be worth 0.8 of what it says, too.
    let (first, position) = classes(None);
    assert_eq!(first, [1, 1]);
    let (second, _) = classes(Some(position));
    assert_eq!(second, [1, 2], "classes go on over pages");
}
