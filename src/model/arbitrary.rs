//! Arbitrary graphs for property tests: sound by the rules of the vocabulary, odd in every other way.

use std::collections::BTreeMap;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use super::*;

/// Nodes and edges that a graph could hold, in no order.
pub(crate) fn graph() -> impl Strategy<Value = (Vec<Node>, Vec<Edge>)> {
    let keys = btree_set((0..Kind::ALL.len(), "[a-c]{1,2}(-[a-z0-9]{1,3})?"), 4..40);
    let keys = keys.prop_map(|keys| {
        let mut keys: Vec<Key> =
            keys.into_iter().map(|(kind, slug)| Key::new(Kind::ALL[kind], &slug).expect("a slug")).collect();
        keys.extend(["source/un", "source/deux"].map(|key| key.parse().expect("a key")));
        keys.sort();
        keys.dedup();
        keys
    });
    keys.prop_flat_map(|keys| {
        let nodes: Vec<BoxedStrategy<Node>> = keys.iter().map(|key| node(key.clone(), sources(&keys))).collect();
        (nodes, edges(&keys))
    })
    .prop_flat_map(|(nodes, edges)| (Just(nodes).prop_shuffle(), Just(edges).prop_shuffle()))
}

fn sources(keys: &[Key]) -> Vec<Key> {
    keys.iter().filter(|key| key.kind() == Kind::Source).cloned().collect()
}

/// Text of any kind: empty, controls, quotes, other scripts.
fn text() -> impl Strategy<Value = Box<str>> + Clone {
    let any = any::<String>().prop_map(|text| text.chars().filter(|c| !clean::steers(*c)).collect());
    prop_oneof!["[a-zé\" ]{1,8}", "\\PC{0,6}".prop_map(|text: String| text.replace(clean::steers, "")), any]
        .prop_map(String::into_boxed_str)
}

fn date() -> impl Strategy<Value = Box<str>> {
    prop::sample::select(vec!["2025", "2024-02", "2024-02-29"]).prop_map(Into::into)
}

fn link() -> impl Strategy<Value = Box<str>> {
    "https?://[a-zé]{1,5}(/[a-z?&=#]{0,5})?".prop_map(String::into_boxed_str)
}

fn node(key: Key, sources: Vec<Key>) -> BoxedStrategy<Node> {
    let attributes = attributes(key.kind(), sources.clone());
    let codes = btree_set(("[A-Z]{1,3}", "[^\\pC\\pZ]{1,6}"), 0..3);
    let cited = prop::sample::subsequence(sources.clone(), 0..=sources.len());
    ("[A-Za-zé'’]{1,9}", btree_set(text(), 0..3), option::of(text()), codes, cited, any::<bool>(), attributes)
        .prop_map(move |(name, aliases, description, codes, sources, retired, attributes)| Node {
            key: key.clone(),
            aliases: aliases.into_iter().filter(|alias| **alias != *name && !alias.trim().is_empty()).collect(),
            name: name.into(),
            description,
            codes: codes
                .into_iter()
                .map(|(scheme, value)| Code { scheme: scheme.into(), value: value.into() })
                .collect(),
            sources,
            retired,
            replaced_by: None,
            attributes: attributes.boxed(),
        })
        .boxed()
}

fn attributes(kind: Kind, sources: Vec<Key>) -> BoxedStrategy<Attributes> {
    let source = prop::sample::select(sources);
    let rate = option::of(0.0..=1.0);
    let figures = (any::<u16>(), option::of(any::<u32>()), rate, option::of(text()), source, text()).prop_map(
        |(year, count, rate, row, source, population)| {
            let admission = Admission {
                phase: row.clone(),
                capacity: count,
                ranked: count,
                admitted: count,
                origins: vec![FromOrigin {
                    origin: Origin::LicencePro,
                    applications: count,
                    ranked: None,
                    offered: None,
                    admitted: count,
                }],
                row: row.clone(),
                ..Admission::unsaid(year, source.clone())
            };
            let outcome = Outcome {
                year,
                months: 30,
                population,
                answers: count,
                response_rate: rate,
                employed: rate,
                stable: None,
                salaried: None,
                qualified: rate,
                median_salary: count,
                source,
                row,
            };
            (admission, outcome)
        },
    );
    let place = (option::of(text()), option::of(text())).prop_map(|(city, region)| Place {
        city,
        region,
        academy: Some("Lille".into()),
        latitude: Some(50.6),
        longitude: Some(-3.0625),
    });
    let lines = (option::of(text()), option::of(date()), option::of(link()));
    (vec(figures, 0..3), option::of(place), vec(text(), 0..3), lines, any::<bool>())
        .prop_map(move |(figures, place, list, (text, date, url), flag)| {
            let (admissions, outcomes): (Vec<Admission>, Vec<Outcome>) = figures.into_iter().unzip();
            let all = Attributes { url, ..Attributes::NONE };
            match kind {
                Kind::Source => {
                    Attributes { publisher: text.clone(), date, edition: text.clone(), licence: text, ..all }
                }
                Kind::Licence => Attributes { domains: list, ects: flag.then_some(180), ..all },
                Kind::University => Attributes { place, outcomes, ..all },
                Kind::Course => Attributes { ects: flag.then_some(3), ..all },
                Kind::Job => Attributes {
                    riasec: text.clone(),
                    access: text,
                    regulated: Some(flag),
                    beyond_master: flag.then_some(true),
                    work: admissions.first().map(|admission| {
                        let contexts = vec![WorkContext { kind: "Horaires".into(), names: list.clone() }];
                        let (ecology, source) = (flag.then_some(Ecology::Strategic), admission.source.clone());
                        let unsaid = Work::unsaid(source);
                        Box::new(Work { digital: Some(flag), ecology, interests: list.clone(), contexts, ..unsaid })
                    }),
                    rare_names: list.clone(),
                    diplomas: list,
                    ..all
                },
                Kind::Master | Kind::Parcours => Attributes {
                    domains: if kind == Kind::Master { list.clone() } else { Vec::new() },
                    place: if kind == Kind::Parcours { place } else { None },
                    entry: (kind == Kind::Parcours && flag).then_some(Year::M2),
                    modalities: if flag { vec![Modality::Vae, Modality::Initial] } else { Vec::new() },
                    languages: list,
                    internships: admissions
                        .iter()
                        .map(|admission| Internship {
                            year: if flag { Year::M1 } else { Year::M2 },
                            months_min: Some(2),
                            months_max: None,
                            compulsory: Some(flag),
                            note: text.clone(),
                            sources: vec![admission.source.clone()],
                        })
                        .collect(),
                    thesis: text.clone(),
                    projects: text.clone(),
                    profile: text.clone(),
                    application: flag.then(|| Application {
                        platform: text.clone(),
                        steps: vec![ApplicationStep { name: "Dossier".into(), required: flag, note: text.clone() }],
                        documents: vec![Document { name: "CV".into(), required: flag, note: text.clone() }],
                        sources: Vec::new(),
                    }),
                    admissions,
                    outcomes,
                    ..all
                },
                Kind::Skill | Kind::Sector | Kind::Study | Kind::Family => all,
            }
        })
        .boxed()
}

fn edges(keys: &[Key]) -> BoxedStrategy<Vec<Edge>> {
    let mut ids = Vec::new();
    for relation in Relation::ALL {
        let (froms, tos) = relation.ends();
        for from in keys.iter().filter(|key| froms.contains(&key.kind())) {
            for to in keys.iter().filter(|key| tos.contains(&key.kind()) && *key != from) {
                ids.push(EdgeId::new(relation, from.clone(), to.clone()));
            }
        }
    }
    ids.sort();
    ids.dedup();
    let statement = (prop::sample::select(sources(keys)), option::of(text()), option::of(weight()));
    let entry = option::of(prop_oneof![Just(Year::M1), Just(Year::M2)]);
    let languages = vec(text(), 0..2);
    let award = (entry, any::<bool>(), languages, prop::sample::select(sources(keys)), option::of(any::<u32>()));
    let award = award.prop_map(|(entry, flag, languages, source, count)| Award {
        entry,
        modalities: if flag { vec![Modality::Distance, Modality::Initial] } else { Vec::new() },
        languages,
        admissions: count.map(|count| admission(count, source)).into_iter().collect(),
    });
    let said = (weight(), vec(statement, 1..3), option::of(text()), option::of(text()), award);
    let count = ids.len().min(30);
    prop::sample::subsequence(ids, 0..=count)
        .prop_flat_map(move |ids| {
            let said = vec(said.clone(), ids.len());
            (Just(ids), said)
        })
        .prop_map(|(ids, said)| ids.into_iter().zip(said).map(|(id, said)| edge(id, said)).collect())
        .boxed()
}

type Said = (Weight, Vec<(Key, Option<Box<str>>, Option<Weight>)>, Option<Box<str>>, Option<Box<str>>, Award);

fn admission(count: u32, source: Key) -> Admission {
    Admission { capacity: Some(count), ..Admission::unsaid(2025, source) }
}

fn edge(id: EdgeId, (weight, statements, condition, level, award): Said) -> Edge {
    let statements: BTreeMap<Key, Statement> = statements
        .into_iter()
        .map(|(source, row, weight)| (source.clone(), Statement { source, row, weight }))
        .collect();
    let award = if id.relation == Relation::Awards { award.boxed() } else { None };
    Edge { id, weight, statements: statements.into_values().collect(), condition, level, award }
}

/// Any weight, down to the smallest that a float holds.
fn weight() -> impl Strategy<Value = Weight> + Clone {
    prop_oneof![Just(f64::MIN_POSITIVE), Just(1.0), 1e-9..=1.0f64].prop_map(|w| Weight::new(w).expect("in bounds"))
}
