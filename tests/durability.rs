//! `kill -9` under concurrent writes: nothing acknowledged is lost, nothing is half applied.
//!
//! The test runs its own binary again as the process to be killed. Five rounds as a rule; fifty with
//! `cargo test --release --test durability -- --ignored`.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use passerelle::app::{App, Write};
use passerelle::model::{Change, Key, Node};
use passerelle::store::Access;

const DIR: &str = "PASSERELLE_DURABILITY_DIR";
const WRITERS: usize = 4;

/// The nodes of one write: a few, and now and then enough to need many records.
fn nodes(writer: usize, round: usize, n: usize) -> Vec<Node> {
    let count = if n % 7 == 3 { 2_000 } else { 3 };
    let node = |i: usize| {
        let key: Key = format!("job/r{round}-w{writer}-n{n}-i{i}").parse().expect("a key");
        Node::new(key, &format!("Écrit par {writer}, {i} de {count}"))
    };
    (0..count).map(node).collect()
}

/// The process that is killed: writes without end, and prints each write once it is acknowledged.
#[test]
fn child() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let app = App::open(Path::new(&dir), Access::Create).expect("the store opens");
    let round = usize::try_from(app.graph().version()).expect("a small version");
    println!("open {round}");
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let app = &app;
            scope.spawn(move || {
                for n in 0.. {
                    let changes = nodes(writer, round, n).into_iter().map(Change::PutNode).collect();
                    let write = Write { changes, author: "essai".into(), expected_version: None, dry_run: false };
                    let version = app.write(write).map(|written| written.version).expect("the write is taken");
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "done {version} {writer} {n}")
                        .and_then(|()| out.flush())
                        .expect("the parent listens");
                }
            });
        }
    });
}

fn rounds(count: usize) {
    let dir = tempfile::TempDir::new().expect("a folder");
    let mut acknowledged: Vec<(u64, usize, usize, usize)> = Vec::new();
    for round in 0..count {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .args(["child", "--exact", "--nocapture", "--test-threads=1"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let pause = Duration::from_millis((round as u64 * 7919) % 400);
        let id = child.id();
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        let (begun, first) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            let lines = lines.lines().map_while(Result::ok);
            // Told from the first acknowledgement on; nobody listens later.
            let tell = |line: &String| {
                if line.contains("done ") {
                    let _ = begun.send(());
                }
            };
            lines.inspect(tell).collect::<Vec<_>>()
        });
        first.recv_timeout(Duration::from_secs(60)).expect("the child writes within a minute");
        std::thread::sleep(pause);
        child.kill().unwrap_or_else(|error| panic!("process {id} is gone: {error}"));
        child.wait().expect("it ends");
        let lines = reader.join().expect("it is read");
        let opened = lines.iter().find_map(|line| line.split_once("open ").map(|(_, text)| text.to_owned()));
        let opened: usize = opened.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        for line in &lines {
            let mut words = line.split(' ').skip_while(|word| *word != "done").skip(1).map(str::parse::<usize>);
            if let (Some(Ok(version)), Some(Ok(writer)), Some(Ok(n))) = (words.next(), words.next(), words.next()) {
                acknowledged.push((version as u64, opened, writer, n));
            }
        }
        let app = App::open(dir.path(), Access::Existing).unwrap_or_else(|error| panic!("round {round}: {error}"));
        let graph = app.graph();
        for &(version, opened, writer, n) in &acknowledged {
            assert!(version <= graph.version(), "round {round}: version {version} is lost");
            for node in nodes(writer, opened, n) {
                let found = graph.find(node.key.as_str()).map(|ix| graph.node(ix).clone());
                assert_eq!(found.as_ref(), Some(&node), "round {round}: acknowledged and lost");
            }
        }
        // Each change set is one whole write of one writer, acknowledged or not.
        let mut keys = HashSet::new();
        for set in app.store().change_sets(0).expect("the log is readable") {
            let set = set.expect("the log is readable");
            let Some(Change::PutNode(first)) = set.changes.first() else { panic!("an empty change set") };
            let numbers: Vec<usize> = first.key.slug().split('-').filter_map(|part| part[1..].parse().ok()).collect();
            let whole = nodes(numbers[1], numbers[0], numbers[2]);
            let changes: Vec<Change> = whole.into_iter().map(Change::PutNode).collect();
            assert_eq!(set.changes, changes, "round {round}: version {} is half applied", set.version);
            assert!(keys.insert(first.key.clone()), "round {round}: applied twice");
        }
        let faults = app.store().verify();
        assert!(faults.is_empty(), "{faults:?}");
    }
    assert!(acknowledged.len() >= count, "each round waits for a first acknowledgement");
    println!("{count} rounds, {} writes acknowledged, none lost", acknowledged.len());
}

#[test]
fn nothing_acknowledged_is_lost_in_five_rounds() {
    rounds(5);
}

#[test]
#[ignore = "takes a minute: fifty rounds"]
fn nothing_acknowledged_is_lost_in_fifty_rounds() {
    rounds(50);
}
