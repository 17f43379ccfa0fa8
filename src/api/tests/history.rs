//! Editors, readers and followers at once, held against a plain model: texts that grow by a word with each version. Writes are
//! linearizable, a reader never sees one half or goes back, a follower gets each version once and in order, and the last of a burst
//! without waiting for another write.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::Value;

use crate::api::access::{Caller, Role};
use crate::api::gateway::{Call, Gateway, Settings, Via};
use crate::app::{App, Terms, WriteError};
use crate::graph::Graph;
use crate::model::{Change, Node};
use crate::store::Access;

const JOBS: usize = 3;
const EDITORS: u64 = 3;
const BURSTS: u64 = 8;
/// What a burst must not take to reach all followers, on any machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// When something began and ended, by a clock that only counts.
#[derive(Clone, Copy, Debug)]
struct When {
    begun: u64,
    ended: u64,
}

/// A word added to a text.
#[derive(Debug)]
struct Edit {
    when: When,
    version: u64,
    job: usize,
    word: String,
}

/// An edit refused because the graph had moved on.
#[derive(Debug)]
struct Refused {
    when: When,
    expected: u64,
    actual: u64,
}

/// What a reader found.
#[derive(Debug)]
struct Read {
    when: When,
    version: u64,
    texts: Vec<String>,
}

fn key(job: usize) -> String {
    format!("job/n{job}")
}

fn texts(graph: &Graph) -> Vec<String> {
    let text = |job| graph.find(&key(job)).and_then(|ix| graph.node(ix).description.as_deref()).unwrap_or_default();
    (0..JOBS).map(|job| text(job).to_owned()).collect()
}

fn added(graph: &Graph, job: usize, word: &str) -> Vec<Change> {
    let known = graph.find(&key(job)).map(|ix| graph.node(ix).clone());
    let mut node = known.unwrap_or_else(|| Node::new(key(job).parse().unwrap(), "Métier"));
    node.description = Some(format!("{} {word}", node.description.as_deref().unwrap_or_default()).trim().into());
    vec![Change::PutNode(node)]
}

/// One run: what everybody saw of it.
struct Run {
    app: Arc<App>,
    clock: AtomicU64,
    edits: Mutex<Vec<Edit>>,
    refused: Mutex<Vec<Refused>>,
    over: AtomicBool,
}

impl Run {
    fn timed<T>(&self, work: impl FnOnce() -> T) -> (When, T) {
        let begun = self.clock.fetch_add(1, Ordering::SeqCst);
        let result = work();
        (When { begun, ended: self.clock.fetch_add(1, Ordering::SeqCst) }, result)
    }

    fn edit(&self, job: usize, word: String, expected_version: Option<u64>) {
        let terms = Terms { author: word.as_str().into(), expected_version, ..Terms::default() };
        let apply = |graph: &Graph| graph.apply(&added(graph, job, &word)).map_err(WriteError::Faults);
        let (when, written) = self.timed(|| self.app.edit(terms, apply).map(|written| written.version));
        match written {
            Ok(version) => self.edits.lock().unwrap().push(Edit { when, version, job, word }),
            Err(WriteError::VersionConflict { expected, actual }) => {
                self.refused.lock().unwrap().push(Refused { when, expected, actual });
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn read(&self) -> Vec<Read> {
        let mut reads = Vec::new();
        while !self.over.load(Ordering::SeqCst) {
            let (when, graph) = self.timed(|| self.app.graph());
            reads.push(Read { when, version: graph.version(), texts: texts(&graph) });
            std::thread::sleep(Duration::from_micros(200));
        }
        reads
    }

    /// Follows the changes as clients do; gives the versions that came.
    fn follow(&self, gateway: &Arc<Gateway>, since: u64, seen: &AtomicU64) -> Vec<u64> {
        let query = format!("subscription {{ graphChanged(since: {since}) {{ version author }} }}");
        let call = Call {
            query: Some(&query),
            operation: None,
            variables: None,
            extensions: None,
            via: Via::Stream,
            text: None,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let caller = Caller::new(Role::Reader, "follower");
            let mut answers = gateway.stream(&call, &caller, None).unwrap_or_else(|_| panic!("it is refused"));
            let mut versions = Vec::new();
            while !self.over.load(Ordering::SeqCst) {
                let next = tokio::time::timeout(Duration::from_millis(20), answers.next()).await;
                let Ok(answer) = next else { continue };
                let answer: Value = serde_json::from_slice(&answer.unwrap().body).unwrap();
                let version = answer["data"]["graphChanged"]["version"].as_u64().unwrap_or_else(|| panic!("{answer}"));
                versions.push(version);
                seen.store(version, Ordering::SeqCst);
            }
            versions
        })
    }
}

/// The texts after each version.
fn model(edits: &[Edit]) -> Vec<Vec<String>> {
    let mut states = vec![vec![String::new(); JOBS]];
    for edit in edits {
        let mut state = states.last().unwrap().clone();
        state[edit.job] = format!("{} {}", state[edit.job], edit.word).trim().to_owned();
        states.push(state);
    }
    states
}

/// A version that somebody was given is no older than what was acknowledged before they asked, and no newer than what was
/// begun before they were told.
fn current(edits: &[Edit], when: When, version: u64, who: &dyn std::fmt::Debug) {
    let before = edits.iter().filter(|edit| edit.when.ended < when.begun).map(|edit| edit.version).max().unwrap_or(0);
    assert!(before <= version, "{who:?}: {before} was acknowledged before");
    let of = version.checked_sub(1).map(|at| &edits[at as usize]);
    assert!(of.is_none_or(|edit| edit.when.begun < when.ended), "{who:?}: nobody had begun it");
}

fn history(seed: u64) {
    let dir = tempfile::tempdir().unwrap();
    let app = Arc::new(App::open(dir.path(), Access::Create).unwrap());
    let gateway = Arc::new(crate::api::gateway(&app, Settings::patient()));
    let run = Run {
        app: app.clone(),
        clock: AtomicU64::new(0),
        edits: Mutex::default(),
        refused: Mutex::default(),
        over: AtomicBool::new(false),
    };
    let seen: [AtomicU64; 3] = Default::default();
    let (reads, followed) = std::thread::scope(|scope| {
        let run = &run;
        let readers = [(); 2].map(|()| scope.spawn(|| run.read()));
        let followers = seen.each_ref().map(|seen| scope.spawn(|| run.follow(&gateway, 0, seen)));
        for burst in 0..BURSTS {
            std::thread::scope(|editors| {
                for editor in 0..EDITORS {
                    editors.spawn(move || {
                        let mut chance = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (burst * EDITORS + editor);
                        let mut below = |bound: u64| {
                            chance =
                                chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                            (chance >> 33) % bound
                        };
                        for number in 0..=below(6) {
                            let word = format!("{burst}-{editor}-{number}");
                            let expected = (below(4) == 0).then(|| run.app.version());
                            run.edit(below(JOBS as u64) as usize, word, expected);
                        }
                    });
                }
            });
            // The last of the burst comes to all, though nothing is written after it.
            let (begun, last) = (Instant::now(), run.app.version());
            while seen.iter().any(|seen| seen.load(Ordering::SeqCst) < last) {
                assert!(begun.elapsed() < PATIENCE, "burst {burst} ends at {last}, followers have {seen:?}");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        run.over.store(true, Ordering::SeqCst);
        let reads = readers.map(|reader| reader.join().unwrap());
        (reads, followers.map(|follower| follower.join().unwrap()))
    });
    let Run { edits, refused, app: kept, .. } = run;
    let (mut edits, refused) = (edits.into_inner().unwrap(), refused.into_inner().unwrap());
    edits.sort_by_key(|edit| edit.version);
    let versions: Vec<u64> = edits.iter().map(|edit| edit.version).collect();
    assert_eq!(versions, (1..=edits.len() as u64).collect::<Vec<u64>>(), "a version each, none twice");
    for edit in &edits {
        let before = edits.iter().filter(|other| other.when.ended < edit.when.begun);
        assert!(before.into_iter().all(|other| other.version < edit.version), "{edit:?} before one that had ended");
    }
    for Refused { when, expected, actual } in &refused {
        assert_ne!(expected, actual);
        current(&edits, *when, *actual, &"a conflict");
    }
    let states = model(&edits);
    for reader in &reads {
        assert!(reader.is_sorted_by_key(|read| read.version), "a reader goes back");
        for read in reader {
            assert_eq!(read.texts, states[read.version as usize], "{read:?}");
            current(&edits, read.when, read.version, read);
        }
    }
    for versions_seen in &followed {
        assert_eq!(*versions_seen, versions, "each version once, in order");
    }
    drop((gateway, app, kept));
    let reopened = App::open(dir.path(), Access::Existing).unwrap();
    assert_eq!(texts(&reopened.graph()), *states.last().unwrap());
}

#[test]
fn histories_of_editors_readers_and_followers_are_those_of_one_writer() {
    let histories = std::env::var("PASSERELLE_HISTORIES").ok().and_then(|text| text.parse().ok()).unwrap_or(6);
    (0..histories).for_each(history);
}
