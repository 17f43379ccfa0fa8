//! The program itself under every kind of hostile request, one after the other: all the while the health check answers, ordinary
//! queries go on, and memory comes back. `scripts/hostile` runs it against the release build and prints the table. Those who ask
//! hostile things have one address, those who ask ordinary ones another.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use kinds::{kinds, request};

use crate::program::Program;
use crate::wire::{exchange, status};

mod kinds;

/// The most memory that may come on top, in bytes.
const GROWTH: u64 = 150 << 20;
/// How many times as long as on a server that nobody besieges, in the same moments, the slowest hundredth of ordinary queries may take:
/// the besiegers take the cores of both.
const SLOWER: u64 = 3;

/// So many ordinary queries during one kind have a slowest hundredth: of fewer, it is one or two queries.
const ENOUGH: usize = 400;

/// The most that the slowest hundredth may take: what is quicker than a few milliseconds is quick.
fn quick(spared: u64) -> u64 {
    (SLOWER * spared).max(5_000)
}

/// A connection from another of this machine's addresses than those who ask hostile things have.
fn elsewhere(address: SocketAddr) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 2], 0)).into()).unwrap();
    socket.connect(&address.into()).unwrap();
    socket.into()
}

/// The time that all but a hundredth of answers took, in microseconds.
fn p99(times: &mut [u64]) -> u64 {
    times.sort_unstable();
    times.get(times.len() * 99 / 100).or(times.last()).copied().unwrap_or(0)
}

/// Asks again and again, and keeps the time that each answer took, in microseconds.
fn watch(address: SocketAddr, bytes: &[u8], expected: &str, times: &Mutex<Vec<u64>>, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let start = Instant::now();
        let mut stream = elsewhere(address);
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        // A machine that stood still for seconds lets a head time out: late, as the time says.
        assert!(answer.contains(expected) || status(&answer) == 408, "during the siege: {answer}");
        times.lock().unwrap().push(start.elapsed().as_micros() as u64);
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Besiegers would have machines of their own: on the server's, they take what it leaves of the cores. Those that this thread starts
/// do so too.
fn give_way() {
    #[cfg(target_os = "linux")]
    rustix::process::nice(19).unwrap();
}

struct End<'o>(&'o AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn hostile_requests_of_every_kind_harm_nobody() {
    let chosen = std::env::var("PASSERELLE").ok();
    let store = std::env::var("STORE").ok();
    let program = Program::on(chosen.as_deref().unwrap_or(env!("CARGO_BIN_EXE_passerelle")), store.as_deref(), &[]);
    let address = program.address();
    // Optimised, and alone on the machine, it answers in time; a debug build beside other tests is only to answer.
    let limit = if chosen.is_some() { 100_000 } else { 15_000_000 };
    let health = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let body = json!({ "query": "{ job(ref: \"journaliste environnemental\") { id } }" }).to_string();
    let ordinary = request(address, "application/json", body.as_bytes());
    assert!(
        exchange(address, &ordinary).contains("journaliste-environnemental"),
        "the store lacks the curated graph, of which everybody asks here: `passerelle import seed` first"
    );
    // What the machine alone makes of the same question while its cores are taken: a second server, which nobody besieges.
    let spared = Program::on(chosen.as_deref().unwrap_or(env!("CARGO_BIN_EXE_passerelle")), None, &[]);
    let undisturbed = request(spared.address(), "application/json", body.as_bytes());
    (0..50).for_each(|_| drop(exchange(spared.address(), &undisturbed)));
    let (healths, ordinaries, over) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()), AtomicBool::new(false));
    let beside = Mutex::new(Vec::new());
    let take = |times: &Mutex<Vec<u64>>| std::mem::take(&mut *times.lock().unwrap());
    // What comes with the first requests of each kind (threads, buffers, kept documents) is no growth.
    (0..50).for_each(|_| drop(exchange(address, &ordinary)));
    // The steps from and to each node are worked out in the background first.
    std::thread::sleep(Duration::from_secs(if store.is_some() { 10 } else { 0 }));
    let before = program.memory();
    let kinds = kinds(address);
    assert!(kinds.len() >= 100, "{} kinds", kinds.len());
    let (mut late, mut slow, mut most, mut idle, mut besieged) = (Vec::new(), Vec::new(), 0, 0, Vec::new());
    let (mut beside_idle, mut all_spared) = (0, Vec::new());
    std::thread::scope(|scope| {
        // Whatever ends the siege ends the watch.
        let _end = End(&over);
        let watchers = [
            scope.spawn(|| watch(address, health.as_bytes(), "200 OK", &healths, &over)),
            scope.spawn(|| watch(address, &ordinary, "journaliste-environnemental", &ordinaries, &over)),
            scope.spawn(|| watch(spared.address(), &undisturbed, "journaliste-environnemental", &beside, &over)),
        ];
        println!(
            "| hostile request | answered with | slowest health check | slowest query | memory |\n| --- | --- | --- | --- | --- |"
        );
        std::thread::sleep(Duration::from_secs(2));
        (idle, beside_idle) = (p99(&mut take(&ordinaries)), p99(&mut take(&beside)));
        if chosen.is_some() {
            give_way();
        }
        for (name, run) in &kinds {
            drop((take(&healths), take(&ordinaries), take(&beside)));
            let outcome = run(address);
            std::thread::sleep(Duration::from_millis(30));
            let (health, mut times) = (take(&healths).into_iter().max().unwrap_or(0), take(&ordinaries));
            let ordinary = times.iter().copied().max().unwrap_or(0);
            let mut spared = take(&beside);
            if times.len() >= ENOUGH && spared.len() >= ENOUGH {
                let (slowest, limit) = (p99(&mut times), quick(idle.max(p99(&mut spared))));
                if slowest > limit {
                    slow.push(format!("{name}: {} ms where {} would do", slowest as f64 / 1e3, limit as f64 / 1e3));
                }
            }
            besieged.append(&mut times);
            all_spared.append(&mut spared);
            let memory = program.memory();
            most = most.max(memory);
            println!("| {name} | {outcome} | {} ms | {} ms | {} MiB |", health / 1_000, ordinary / 1_000, memory >> 20);
            assert!(!outcome.starts_with("500 I"), "{name}: {outcome}");
            if health > limit {
                late.push(format!("{name}: {} ms", health / 1_000));
            }
            if watchers.iter().any(|watcher| watcher.is_finished()) {
                break;
            }
        }
    });
    std::thread::sleep(Duration::from_secs(2));
    let (after, besieged, beside) = (program.memory(), p99(&mut besieged), p99(&mut all_spared));
    println!(
        "{} kinds; an ordinary query, 99 of 100: {} ms idle, {} ms besieged (of a server beside it that nobody besieges: {} and {} ms); \
         memory before {} MiB, at most {} MiB, after {} MiB",
        kinds.len(),
        idle as f64 / 1e3,
        besieged as f64 / 1e3,
        beside_idle as f64 / 1e3,
        beside as f64 / 1e3,
        before >> 20,
        most >> 20,
        after >> 20
    );
    if chosen.is_some() {
        let limit = quick(idle.max(beside));
        assert!(besieged <= limit, "an ordinary query takes {besieged} µs, where {limit} would do");
        assert!(slow.is_empty(), "an ordinary query takes 99 of 100 times: {slow:?}");
    }
    assert!(late.is_empty(), "the health check was late during: {late:?}");
    assert!(most.saturating_sub(before) <= GROWTH, "{} MiB more than before", most.saturating_sub(before) >> 20);
}
