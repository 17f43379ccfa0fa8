//! Writes compose: of concurrent ones none undoes another.

use std::collections::BTreeMap;
use std::sync::{Arc, Barrier, Mutex};

use async_graphql::{InputType, Value};
use proptest::prelude::*;
use tempfile::TempDir;

use super::apply::{ApplyChangesInput, edit};
use super::*;
use crate::api::access::{Role, Standing};
use crate::app::Written;
use crate::model::ChangeSet;
use crate::store::Access;

fn open() -> (TempDir, Arc<App>) {
    let dir = TempDir::new().unwrap();
    let app = App::open(dir.path(), Access::Create).unwrap();
    (dir, Arc::new(app))
}

fn inputs(changes: serde_json::Value) -> Vec<ChangeInput> {
    InputType::parse(Some(Value::from_json(changes).unwrap())).unwrap_or_else(|_| panic!("changes"))
}

fn write(app: &App, changes: serde_json::Value) -> Result<(Written, ChangeSet), ApiError> {
    let input = ApplyChangesInput { changes: inputs(changes), expected_version: None, dry_run: Some(false) };
    edit(app, &Caller::default(), input)
}

fn node(app: &App, key: &str) -> Node {
    let graph = app.graph();
    graph.node(graph.find(key).unwrap()).clone()
}

#[test]
fn who_asks_for_what_the_log_has_let_go_is_told_to_read_the_graph_anew() {
    let error = store_error(&StoreError::Forgotten { base: 7 });
    assert_eq!(error.code().name(), "INVALID_INPUT");
    assert!(error.message().contains("après la version 7"), "{}", error.message());
}

#[test]
fn a_token_that_was_revoked_while_its_write_waited_writes_nothing() {
    let (_dir, app) = open();
    let put = || ApplyChangesInput {
        changes: inputs(serde_json::json!([{ "putNode": { "id": "job/a", "name": "A" } }])),
        expected_version: None,
        dry_run: Some(false),
    };
    let caller = |stands| Caller::new(Role::Editor, "portail").as_long_as(Standing::new(move || stands));
    let refused = edit(&app, &caller(false), put()).map(|_| ()).unwrap_err();
    assert_eq!((refused.code().name(), app.version()), ("UNAUTHENTICATED", 0));
    edit(&app, &caller(true), put()).map(|_| ()).unwrap();
    assert_eq!(app.version(), 1);
}

#[test]
fn a_store_that_was_replaced_takes_no_writes_from_the_first_on() {
    let error = store_error(&StoreError::Replaced { dir: "data".into() });
    assert_eq!(error.code().name(), "READ_ONLY");
}

#[test]
fn two_editors_of_different_fields_both_stand() {
    let (_dir, app) = open();
    write(&app, serde_json::json!([{ "putNode": { "id": "job/a", "name": "A" } }])).unwrap();
    let together = Barrier::new(2);
    let rounds = 300;
    std::thread::scope(|scope| {
        for field in ["description", "url"] {
            let (app, together) = (&app, &together);
            scope.spawn(move || {
                for round in 0..rounds {
                    together.wait();
                    let value = format!("https://exemple.invalid/{round}");
                    write(app, serde_json::json!([{ "putNode": { "id": "job/a", field: value } }])).unwrap();
                    together.wait();
                    let node = node(app, "job/a");
                    let found = [node.description.clone(), node.attributes().url.clone()];
                    assert_eq!(found, [Some(value.as_str().into()), Some(value.into())], "round {round}");
                }
            });
        }
    });
    assert_eq!(app.version(), 1 + 2 * rounds);
}

#[test]
fn a_change_sees_what_those_before_it_in_the_same_call_did() {
    let (_dir, app) = open();
    let jobs = serde_json::json!([
        { "putNode": { "id": "job/a", "name": "A", "aliases": ["un"] } },
        { "putNode": { "id": "job/b", "name": "B" } },
        { "putNode": { "id": "job/c", "name": "C" } },
        { "mergeNodes": { "from": "job/a", "into": "job/b" } },
        { "putNode": { "id": "job/b", "description": "Deux." } },
        { "deleteNode": { "id": "job/c" } },
        { "putNode": { "id": "job/c", "description": "Trois." } },
    ]);
    write(&app, jobs).unwrap();
    let (b, c) = (node(&app, "job/b"), node(&app, "job/c"));
    assert_eq!(b.aliases, ["A".into(), "un".into()], "the merge is not undone");
    assert!(b.description.is_some() && c.retired && c.description.is_some());
}

#[test]
fn what_is_written_of_a_merged_node_is_refused_and_the_other_named() {
    let (_dir, app) = open();
    let merged = serde_json::json!([
        { "putNode": { "id": "source/s", "name": "S" } },
        { "putNode": { "id": "job/a", "name": "A" } },
        { "putNode": { "id": "job/b", "name": "B" } },
        { "putNode": { "id": "job/c", "name": "C" } },
        { "putNode": { "id": "job/d", "name": "D" } },
        { "mergeNodes": { "from": "job/a", "into": "job/b" } },
        { "mergeNodes": { "from": "job/b", "into": "job/c" } },
    ]);
    write(&app, merged).unwrap();
    for change in [
        serde_json::json!({ "putNode": { "id": "job/a", "name": "Revenu" } }),
        serde_json::json!({ "deleteNode": { "id": "job/a" } }),
        serde_json::json!({ "mergeNodes": { "from": "job/d", "into": "job/a" } }),
        serde_json::json!({ "deleteEdge": { "relation": "EVOLVES_TO", "from": "job/a", "to": "job/d" } }),
        serde_json::json!({ "putEdge":
            { "relation": "EVOLVES_TO", "from": "job/d", "to": "job/a", "weight": 1, "sources": ["source/s"] } }),
    ] {
        let error = write(&app, serde_json::json!([change])).err().unwrap();
        assert_eq!(error.code().name(), "INVALID_INPUT");
        assert!(error.message().contains("job/c"), "{}", error.message());
    }
    assert_eq!(app.version(), 1);
    // Said outright, it is taken.
    write(&app, serde_json::json!([{ "putNode": { "id": "job/a", "name": "Revenu", "retired": false } }])).unwrap();
    assert_eq!(node(&app, "job/a").replaced_by, None);
}

#[test]
fn a_fault_is_told_in_french_and_in_english_whatever_the_id_says() {
    let (_dir, app) = open();
    let told = |change: serde_json::Value| {
        let error = write(&app, serde_json::json!([change])).err().unwrap().into_server_error();
        let answer = serde_json::to_value(&error).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (text(&answer["message"]), text(&answer["extensions"]["en"]))
    };
    let id = "there is no such node: check the key";
    let (french, english) = told(serde_json::json!({ "deleteNode": { "id": id } }));
    assert!(french.contains(&format!("« {id} » n'est pas un identifiant")), "{french}");
    assert!(english.contains(&format!("`{id}` is not a key")), "{english}");
    let (french, english) = told(serde_json::json!({ "deleteNode": { "id": "job/a" } }));
    assert!(french.contains("job/a : cette fiche n'existe pas"), "{french}");
    assert!(english.contains("job/a: there is no such node"), "{english}");
    let (french, english) = told(serde_json::json!({ "putNode": { "id": "job/a", "name": "A", "ects": 3 } }));
    assert!(french.contains("« métier » n'a pas de champ « ects »"), "{french}");
    assert!(english.contains("a job has no field `ects`"), "{english}");
    let (french, english) = told(serde_json::json!({ "putNode": { "id": "job/b" } }));
    assert!(french.contains("donnez `name`") && english.contains("give `name`"), "{french} {english}");
}

#[test]
fn a_payload_says_what_was_replaced() {
    let (_dir, app) = open();
    write(&app, serde_json::json!([{ "putNode": { "id": "job/a", "name": "A" } }])).unwrap();
    let before = node(&app, "job/a");
    let (written, replaced) = write(
        &app,
        serde_json::json!([
            { "putNode": { "id": "job/a", "name": "A" } },
            { "putNode": { "id": "job/b", "name": "B" } },
            { "putNode": { "id": "job/a", "description": "Un." } },
        ]),
    )
    .unwrap();
    assert_eq!(written.effective.changes.len(), 2);
    assert_eq!((replaced.version, replaced.changes), (1, vec![Change::PutNode(before)]));
}

#[test]
fn a_supposed_merge_is_worked_out_as_a_write_is() {
    let (_dir, app) = open();
    write(
        &app,
        serde_json::json!([{ "putNode": { "id": "job/a", "name": "A" } }, { "putNode": { "id": "job/b", "name": "B" } }]),
    )
    .unwrap();
    let graph = app.graph();
    let wanted = serde_json::json!([
        { "putEdge": { "relation": "EVOLVES_TO", "from": "job/a", "to": "job/b", "weight": 0.5 } },
        { "deleteNode": { "id": "job/z" } },
    ]);
    let error = apply_inputs(&graph, inputs(wanted.clone()).into_iter(), Some(hypothesis(&graph))).err().unwrap();
    assert!(error.message().contains("N° 2"), "{}", error.message());
    let sound = inputs(wanted).into_iter().take(1);
    let (applied, _) = apply_inputs(&graph, sound, Some(hypothesis(&graph))).unwrap();
    assert_eq!((applied.graph.edge_count(), app.graph().edge_count()), (1, 0));
}

/// What an editor does to one of three jobs.
#[derive(Clone, Debug)]
enum Act {
    Describe(usize, u8),
    Link(usize, u8),
    Delete(usize),
    Merge(usize, usize),
    Restore(usize),
}

const JOBS: [&str; 3] = ["job/a", "job/b", "job/c"];

impl Act {
    fn input(&self) -> serde_json::Value {
        let json = match *self {
            Act::Describe(job, n) => {
                serde_json::json!({ "putNode": { "id": JOBS[job], "description": n.to_string() } })
            }
            Act::Link(job, n) => {
                serde_json::json!({ "putNode": { "id": JOBS[job], "url": format!("https://exemple.invalid/{n}") } })
            }
            Act::Delete(job) => serde_json::json!({ "deleteNode": { "id": JOBS[job] } }),
            Act::Merge(from, into) => serde_json::json!({ "mergeNodes": { "from": JOBS[from], "into": JOBS[into] } }),
            Act::Restore(job) => serde_json::json!({ "putNode": { "id": JOBS[job], "retired": false } }),
        };
        serde_json::json!([json])
    }

    /// On a model of a few fields.
    fn act(&self, jobs: &mut BTreeMap<usize, Job>) {
        match *self {
            Act::Describe(job, n) => jobs.entry(job).or_default().description = Some(n.to_string()),
            Act::Link(job, n) => jobs.entry(job).or_default().url = Some(format!("https://exemple.invalid/{n}")),
            Act::Delete(job) => jobs.entry(job).or_default().retired = true,
            Act::Merge(from, into) => {
                let gone = jobs.entry(from).or_default();
                (gone.retired, gone.into) = (true, Some(JOBS[into]));
                let gone = gone.clone();
                let kept = jobs.entry(into).or_default();
                kept.description = kept.description.take().or(gone.description);
                kept.url = kept.url.take().or(gone.url);
            }
            Act::Restore(job) => {
                let job = jobs.entry(job).or_default();
                (job.retired, job.into) = (false, None);
            }
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Job {
    description: Option<String>,
    url: Option<String>,
    retired: bool,
    into: Option<&'static str>,
}

fn act() -> impl Strategy<Value = Act> {
    let job = || 0..JOBS.len();
    prop_oneof![
        4 => (job(), any::<u8>()).prop_map(|(job, n)| Act::Describe(job, n)),
        4 => (job(), any::<u8>()).prop_map(|(job, n)| Act::Link(job, n)),
        1 => job().prop_map(Act::Delete),
        1 => (job(), job()).prop_map(|(from, into)| Act::Merge(from, into)),
        1 => job().prop_map(Act::Restore),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever three editors do at once, what is there in the end is what they did one after the other, in the order of the
    /// versions that they were told.
    #[test]
    fn concurrent_writes_are_as_if_one_came_after_the_other(
        histories in prop::collection::vec(prop::collection::vec(act(), 1..12), 3),
    ) {
        let (_dir, app) = open();
        let jobs = JOBS.map(|id| serde_json::json!({ "putNode": { "id": id, "name": id } }));
        write(&app, serde_json::Value::from_iter(jobs)).unwrap();
        let (together, told) = (Barrier::new(histories.len()), Mutex::new(BTreeMap::new()));
        std::thread::scope(|scope| {
            for history in &histories {
                let (app, together, told) = (&app, &together, &told);
                scope.spawn(move || {
                    together.wait();
                    for act in history {
                        if let Ok((written, _)) = write(app, act.input())
                            && !written.effective.changes.is_empty()
                        {
                            let before = told.lock().unwrap().insert(written.version, act.clone());
                            assert!(before.is_none(), "two writes were told the same version");
                        }
                    }
                });
            }
        });
        let told = told.into_inner().unwrap();
        prop_assert_eq!(told.len() as u64 + 1, app.version());
        let mut jobs = BTreeMap::from_iter((0..JOBS.len()).map(|job| (job, Job::default())));
        told.values().for_each(|act| act.act(&mut jobs));
        for (job, expected) in jobs {
            let node = node(&app, JOBS[job]);
            let found = Job {
                description: node.description.as_deref().map(str::to_owned),
                url: node.attributes().url.as_deref().map(str::to_owned),
                retired: node.retired,
                into: node.replaced_by.as_ref().map(|key| JOBS[JOBS.iter().position(|id| *id == key.as_str()).unwrap()]),
            };
            prop_assert_eq!(found, expected, "{}", JOBS[job]);
        }
    }
}
