//! On thousands of generated graphs, the search equals brute force: same pathways, same order, scores to 1e-9.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::super::brute::Brute;
use super::super::*;
use crate::model::attributes::Place;
use crate::model::{Attributes, Award, Edge, Key, Node, Weight, Year};

const COUNTS: [(Kind, usize); 9] = [
    (Kind::Licence, 3),
    (Kind::Master, 3),
    (Kind::Parcours, 4),
    (Kind::Course, 2),
    (Kind::University, 2),
    (Kind::Skill, 4),
    (Kind::Job, 4),
    (Kind::Study, 1),
    (Kind::Family, 2),
];

/// Two genders of one name, two spellings, and others.
const NAMES: [&str; 5] = ["Médiateur", "médiatrice", "Conseiller", "Conseillère", "Autre"];

pub(super) fn keys() -> Vec<Key> {
    let of = |(kind, count): (Kind, usize)| (0..count).map(move |i| Key::new(kind, &format!("n{i}")).unwrap());
    COUNTS.into_iter().flat_map(of).collect()
}

/// Every relation that could hold, `broader` and the like left out.
fn slots() -> Vec<(Relation, Key, Key)> {
    let keys = keys();
    let mut slots = Vec::new();
    for relation in Relation::ALL {
        let (from, to) = relation.ends();
        for a in keys.iter().filter(|key| from.contains(&key.kind())) {
            for b in keys.iter().filter(|key| to.contains(&key.kind()) && *key != a) {
                if !matches!(relation, Relation::Broader | Relation::Near | Relation::WorksIn) {
                    slots.push((relation, a.clone(), b.clone()));
                }
            }
        }
    }
    slots
}

fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![4 => select(vec![0.5, 0.8, 1.0]), 1 => (1u32..=1_000).prop_map(|n| f64::from(n) / 1_000.0)]
}

pub(super) type Parts = (Vec<Node>, Vec<Edge>);

pub(super) fn parts() -> impl Strategy<Value = Parts> {
    let slots = slots();
    let n = slots.len();
    // Dense graphs for ties and cycles, sparse ones for detours and gaps.
    let held = prop_oneof![Just(0.15), Just(0.35), Just(0.6)]
        .prop_flat_map(move |share| proptest::collection::vec(prop::bool::weighted(share), n));
    let weights = proptest::collection::vec(weight(), n);
    let retired = proptest::collection::vec(prop::bool::weighted(0.05), keys().len());
    let cities = proptest::collection::vec(select(vec![None, Some("Caen"), Some("Lyon")]), keys().len());
    let late = proptest::collection::vec(prop::bool::weighted(0.2), n);
    let names = proptest::collection::vec(select(NAMES.to_vec()), keys().len());
    let flags = proptest::collection::vec(prop::bool::weighted(0.25), keys().len());
    (held, weights, retired, cities, late, names, flags).prop_map(
        move |(held, weights, retired, cities, late, names, flags)| {
            let mut nodes = vec![Node::new("source/s".parse().unwrap(), "Source")];
            for (i, (key, city)) in keys().into_iter().zip(cities).enumerate() {
                let mut node = Node::new(key.clone(), key.slug());
                node.retired = retired[i];
                if matches!(key.kind(), Kind::Job | Kind::Family) {
                    node.name = names[i].into();
                }
                if matches!(key.kind(), Kind::Parcours | Kind::University) {
                    let place = city.map(|city| Place { city: Some(city.into()), ..Place::default() });
                    let entry = (key.kind() == Kind::Parcours && flags[i]).then_some(Year::M2);
                    node.attributes = Attributes { place, entry, ..Attributes::NONE }.boxed();
                }
                if key.kind() == Kind::Master && flags[i] {
                    node.attributes = Attributes { domains: vec!["Droit".into()], ..Attributes::NONE }.boxed();
                }
                if key.kind() == Kind::Job {
                    node.attributes = Attributes {
                        regulated: Some(flags[i]),
                        beyond_master: (flags[i] && i % 2 == 0).then_some(true),
                        ..Attributes::NONE
                    }
                    .boxed();
                }
                nodes.push(node);
            }
            let edges = (0..slots.len()).filter(|i| held[*i]).map(|i| {
                let (r, a, b) = slots[i].clone();
                let mut edge = Edge::new(r, a, b, Weight::new(weights[i]).unwrap(), "source/s".parse().unwrap());
                if r == Relation::Awards && late[i] {
                    edge.award = Award { entry: Some(Year::M2), ..Award::default() }.boxed();
                }
                edge
            });
            (nodes, edges.collect())
        },
    )
}

#[derive(Clone, Debug)]
pub(super) struct Ask {
    from: Vec<Key>,
    to: Vec<Key>,
    via: Vec<Vec<Key>>,
    avoid: Vec<Key>,
    universities: Vec<Key>,
    city: Option<&'static str>,
    domain: Option<&'static str>,
    min_strength: Option<f64>,
    min_score: Option<f64>,
    evidence: Vec<EvidenceKind>,
    relations: Option<Vec<Relation>>,
    retired: Retired,
    distinct: Option<Kind>,
    diversity: f64,
    max_steps: usize,
    max_moves: usize,
}

pub(super) fn ask() -> impl Strategy<Value = Ask> {
    let of = |kinds: &[Kind]| keys().into_iter().filter(|key| kinds.contains(&key.kind())).collect::<Vec<_>>();
    let on = of(&[Kind::Licence, Kind::Master, Kind::Parcours, Kind::Job, Kind::Study]);
    let starts = of(&[Kind::Licence]);
    let ends = of(&[Kind::Job, Kind::Study]);
    let via =
        of(&[Kind::Licence, Kind::Master, Kind::Parcours, Kind::Job, Kind::University, Kind::Skill, Kind::Course]);
    let avoid = of(&[Kind::Licence, Kind::Master, Kind::Parcours, Kind::Job, Kind::University, Kind::Course]);
    let ends = (
        prop_oneof![3 => subsequence(starts, 1..=2), 1 => subsequence(on.clone(), 1..=3)],
        prop_oneof![3 => subsequence(ends, 1..=2), 1 => subsequence(on, 1..=3)],
        prop_oneof![3 => Just(vec![]), 2 => proptest::collection::vec(subsequence(via, 1..=2), 1..=2)],
        prop_oneof![3 => Just(vec![]), 1 => subsequence(avoid, 1..=2)],
    );
    let filter = (
        prop_oneof![4 => Just(vec![]), 1 => subsequence(of(&[Kind::University]), 1)],
        prop_oneof![4 => Just(None), 1 => Just(Some("Caen"))],
        prop_oneof![6 => Just(None), 1 => Just(Some("Droit"))],
        prop_oneof![3 => Just(None), 1 => select(vec![Some(0.5), Some(0.8)])],
        prop_oneof![3 => Just(None), 1 => select(vec![Some(0.25), Some(0.4)])],
        prop_oneof![3 => Just(EvidenceKind::ALL.to_vec()), 2 => subsequence(EvidenceKind::ALL.to_vec(), 1..=2)],
        prop_oneof![6 => Just(None), 1 => subsequence(Relation::ALL.to_vec(), 10).prop_map(Some)],
        prop_oneof![5 => Just(Retired::LeftOut), 1 => Just(Retired::Included)],
    );
    let shape = (
        prop_oneof![3 => Just(None), 1 => select(vec![Kind::Master, Kind::Parcours, Kind::University, Kind::Job]).prop_map(Some)],
        prop_oneof![3 => Just(0.0), 1 => select(vec![0.25, 0.5, 0.9])],
        prop_oneof![3 => Just(6usize), 2 => 1usize..=5, 1 => Just(8)],
        prop_oneof![3 => Just(1usize), 2 => 0usize..=3, 1 => Just(11)],
    );
    (ends, filter, shape).prop_map(|(ends, filter, shape)| {
        let (from, to, via, avoid) = ends;
        let (universities, city, domain, min_strength, min_score, evidence, relations, retired) = filter;
        let (distinct, diversity, max_steps, max_moves) = shape;
        Ask {
            from,
            to,
            via,
            avoid,
            universities,
            city,
            domain,
            min_strength,
            min_score,
            evidence,
            relations,
            retired,
            distinct,
            diversity,
            max_steps,
            max_moves,
        }
    })
}

pub(super) fn query(graph: &Graph, ask: &Ask) -> Query {
    let at = |keys: &Vec<Key>| keys.iter().map(|key| graph.find(key.as_str()).unwrap()).collect::<Vec<_>>();
    Query {
        via: ask.via.iter().map(at).collect(),
        avoid: at(&ask.avoid),
        filter: Filter {
            universities: at(&ask.universities),
            cities: ask.city.iter().map(|city| city.to_uppercase()).collect(),
            domains: ask.domain.iter().map(|domain| (*domain).to_owned()).collect(),
            min_strength: ask.min_strength,
            min_score: ask.min_score,
            evidence: ask.evidence.iter().copied().collect(),
            relations: ask.relations.clone(),
            retired: ask.retired,
            ..Filter::default()
        },
        distinct: ask.distinct,
        diversity: ask.diversity,
        max_steps: ask.max_steps,
        max_moves: ask.max_moves,
        first: 100,
        budget: u64::MAX,
        ..Query::new(at(&ask.from), at(&ask.to))
    }
}

fn lines(graph: &Graph, pathways: &[Pathway]) -> Vec<(f64, Vec<String>)> {
    pathways.iter().map(|way| (way.score, way.nodes().map(|node| graph.key(node).to_string()).collect())).collect()
}

fn equal(found: &[(f64, Vec<String>)], wanted: &[(f64, Vec<String>)]) -> Result<(), TestCaseError> {
    let paths = |lines: &[(f64, Vec<String>)]| lines.iter().map(|line| line.1.join(" → ")).collect::<Vec<_>>();
    prop_assert_eq!(paths(found), paths(wanted));
    for (one, other) in found.iter().zip(wanted) {
        prop_assert!((one.0 - other.0).abs() <= 1e-9, "{} is not {} for {:?}", one.0, other.0, one.1);
    }
    Ok(())
}

fn contradicts(query: &Query) -> bool {
    query.via.iter().any(|group| group.iter().all(|node| query.avoid.contains(node)))
}

/// Enough to meet the rare combinations in a long run, few enough for everyday use: `PROPTEST_CASES` says otherwise.
pub(super) fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_search_equals_brute_force((nodes, edges) in parts(), ask in ask(), first in 1usize..12) {
        let graph = Graph::build(nodes.clone(), edges.clone(), 1).unwrap();
        let all = query(&graph, &ask);
        prop_assume!(!contradicts(&all));
        // Cities are compared folded; brute force compares as written.
        let mut plain = all.clone();
        plain.filter.cities = ask.city.iter().map(|city| (*city).to_string()).collect();
        let brute = Brute::new(&nodes, &edges, &graph, &plain);
        let wanted = brute.answer();

        let found = search(&graph, &all, &|| false).unwrap();
        prop_assert!(found.exhaustive());
        equal(&lines(&graph, &found.pathways), &wanted[..wanted.len().min(100)])?;
        let classes = brute.classes(&wanted);
        if ask.diversity == 0.0 {
            prop_assert_eq!(found.classes.as_deref(), Some(&classes[..found.pathways.len()]));
        }
        prop_assert_eq!(found.has_next, wanted.len() > 100);

        let few = Query { first, ..all.clone() };
        let page = search(&graph, &few, &|| false).unwrap();
        equal(&lines(&graph, &page.pathways), &wanted[..wanted.len().min(first)])?;
        prop_assert_eq!(page.has_next, wanted.len() > first);
        if let Some(last) = page.pathways.last() {
            let rest = Query { after: Some(last.position(&graph)), ..all };
            let rest = search(&graph, &rest, &|| false).unwrap();
            equal(&lines(&graph, &rest.pathways), &wanted[wanted.len().min(first)..wanted.len().min(first + 100)])?;
            if let Some(told) = &rest.classes {
                let first = first.min(classes.len());
                prop_assert_eq!(&told[..], &classes[first..first + rest.pathways.len()]);
            }
        }
        for pathway in &found.pathways {
            let mut score = 1.0;
            for step in &pathway.steps {
                let (relation, strength) = brute.step(graph.key(step.from).as_str(), graph.key(step.to).as_str()).unwrap();
                prop_assert_eq!(step.relation, relation);
                prop_assert!((step.strength - strength).abs() <= 1e-9);
                let missing: f64 = step.evidence.iter().map(|piece| 1.0 - piece.strength).product();
                prop_assert!((step.strength - (1.0 - missing)).abs() <= 1e-9);
                prop_assert!(step.evidence.iter().all(|piece| ask.evidence.contains(&piece.kind)));
                prop_assert!(step.evidence.iter().all(|piece| !piece.sources.is_empty()));
                score *= step.strength;
            }
            prop_assert!((score - pathway.score).abs() <= 1e-15);
        }
    }

    #[test]
    fn the_order_of_import_and_later_changes_do_not_show((nodes, edges) in parts(), ask in ask(), cut in any::<Index>()) {
        let graph = Graph::build(nodes.clone(), edges.clone(), 1).unwrap();
        let all = query(&graph, &ask);
        prop_assume!(!contradicts(&all));
        let wanted = search(&graph, &all, &|| false).unwrap();

        // The same graph come by through changes: later nodes first, so that slots and keys disagree.
        let mut changes: Vec<crate::model::Change> = vec![crate::model::Change::PutNode(nodes[0].clone())];
        changes.extend(nodes[1..].iter().rev().cloned().map(crate::model::Change::PutNode));
        changes.extend(edges.iter().rev().cloned().map(crate::model::Change::PutEdge));
        let cut = cut.index(changes.len());
        let part = Graph::empty().apply(&changes[..cut]).unwrap().graph;
        // Asking in between fills rows that the next changes must not leave stale.
        for (node, _) in part.nodes() {
            outlets::ahead(&part, node);
        }
        let grown = part.apply(&changes[cut..]).unwrap().graph;
        let found = search(&grown, &query(&grown, &ask), &|| false).unwrap();
        prop_assert_eq!(lines(&grown, &found.pathways), lines(&graph, &wanted.pathways));
        prop_assert_eq!(found.expansions, wanted.expansions);
    }

    #[test]
    fn a_smaller_budget_gives_the_true_beginning((nodes, edges) in parts(), ask in ask(), budget in 0u64..200) {
        let graph = Graph::build(nodes, edges, 1).unwrap();
        let all = query(&graph, &ask);
        prop_assume!(!contradicts(&all));
        let whole = search(&graph, &all, &|| false).unwrap();
        let part = search(&graph, &Query { budget, ..all }, &|| false).unwrap();
if part.exhaustive() {
            prop_assert_eq!(&part, &whole);
        } else {
            prop_assert!(part.expansions >= budget && part.expansions <= whole.expansions);
        }
        prop_assert_eq!(&part.pathways[..], &whole.pathways[..part.pathways.len()]);
    }
}
