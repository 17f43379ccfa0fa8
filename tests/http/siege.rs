//! The program itself under every kind of hostile request, one after the other: all the while the health check answers, ordinary
//! queries go on, and memory comes back. `scripts/hostile` runs it against the release build and prints the table. Those who ask
//! hostile things have one address, those who ask ordinary ones another.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::hostile::{bodies, documents, heads};
use crate::program::Program;
use crate::wire::{Socket, exchange, status};

/// The most memory that may come on top, in bytes.
const GROWTH: u64 = 150 << 20;
/// How many times as long as on an idle server the slowest hundredth of ordinary queries may take.
const SLOWER: u64 = 3;

/// So many ordinary queries during one kind have a slowest hundredth.
const ENOUGH: usize = 100;

/// The most that the slowest hundredth may take: what is quicker than a few milliseconds is quick.
fn quick(idle: u64) -> u64 {
    (SLOWER * idle).max(5_000)
}

fn request(address: SocketAddr, media: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: {media}\r\nAccept: application/graphql-response+json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn ask(address: SocketAddr, query: &str, variables: &serde_json::Value) -> String {
    let body = json!({ "query": query, "variables": variables }).to_string();
    exchange(address, &request(address, "application/json", body.as_bytes()))
}

type Kind = (String, Box<dyn Fn(SocketAddr) -> String + Send>);

/// Every kind: its name, and what does it and tells what came of it.
fn kinds(address: SocketAddr) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for (name, query, _) in documents() {
        kinds.push((format!("document: {name}"), Box::new(move |address| told(&ask(address, &query, &json!({}))))));
    }
    for (name, media, body, _) in bodies() {
        kinds.push((
            format!("body: {name}"),
            Box::new(move |address| told(&exchange(address, &request(address, media, &body)))),
        ));
    }
    for (name, bytes, _) in heads(address) {
        kinds.push((format!("head: {name}"), Box::new(move |address| told(&exchange(address, bytes.as_bytes())))));
    }
    kinds.extend(values());
    kinds.extend(floods());
    kinds.extend(worked());
    kinds
}

/// The status and the code of a raw answer.
fn told(answer: &str) -> String {
    let code = answer.split_once("\"code\":\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or("");
    match status(answer) {
        0 => "closed".to_owned(),
        status => format!("{status} {code}"),
    }
}

/// Documents of this very schema, sound ones, with values that are not.
fn values() -> Vec<Kind> {
    let nest = |depth: usize| (0..depth).fold(json!("SVT"), |inner, _| json!([inner]));
    let many: Vec<String> = (0..40_000).map(|n| format!("SVT{n}")).collect();
    let pathways = "query($f: [Ref!]!) { pathways(from: $f, to: \"journaliste environnemental\") { nodes { score } } }";
    let search = "query($t: String!) { search(text: $t, first: 100) { nodes { id } } }";
    let page = "query($c: String) { allJobs(first: 100, after: $c) { nodes { id } } }";
    let cases: Vec<(&str, &'static str, serde_json::Value)> = vec![
        ("ends, 40,000", pathways, json!({ "f": many })),
        ("lists in lists", pathways, json!({ "f": nest(12) })),
        ("lists in lists, too deep", pathways, json!({ "f": nest(100) })),
        ("ref of 100 kB", pathways, json!({ "f": "é".repeat(50_000) })),
        ("ref of combining marks", pathways, json!({ "f": "e\u{301}\u{327}\u{300}".repeat(300) })),
        ("search for 100 kB", search, json!({ "t": "journaliste ".repeat(8_000) })),
        ("search for noise", search, json!({ "t": "zqxj kvwy ".repeat(30) })),
        ("cursor forged", page, json!({ "c": "am9iL3ph4p2k" })),
        ("cursor of 100 kB", page, json!({ "c": "A".repeat(100_000) })),
        ("null where none may be", search, json!({ "t": null })),
        ("number of another size", "query($n: Int) { allJobs(first: $n) { nodes { id } } }", json!({ "n": 1e300 })),
        (
            "steps without end",
            "query($n: Int) { pathways(from: \"SVT\", to: \"musées\", maxSteps: $n) { nodes { score } } }",
            json!({ "n": 1_000_000 }),
        ),
        (
            "write without a token",
            "mutation($c: [ChangeInput!]!) { applyChanges(input: {changes: $c}) { version } }",
            json!({ "c": (0..900).map(|n| json!({ "putNode": { "id": format!("job/x{n}"), "name": "x" } })).collect::<Vec<_>>() }),
        ),
        (
            "what-if of a thousand changes",
            "query($c: [ChangeInput!]) { pathways(from: \"SVT\", to: \"journaliste environnemental\", whatIf: $c) { nodes { score } } }",
            json!({ "c": (0..1_000).map(|n| json!({ "putNode": { "id": format!("job/x{n}"), "name": "x".repeat(200) } })).collect::<Vec<_>>() }),
        ),
    ];
    let kind = |(name, query, variables): (&str, &'static str, serde_json::Value)| {
        let kind: Kind = (format!("value: {name}"), Box::new(move |address| told(&ask(address, query, &variables))));
        kind
    };
    cases.into_iter().map(kind).collect()
}

/// What has the server work: replays, scans, what-ifs; and readers who take nothing of what they asked for.
fn worked() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut add = |name: &str, run: fn(SocketAddr) -> String| kinds.push((format!("work: {name}"), Box::new(run)));
    add("60 replays of everything in one document", |address| {
        let one = "changes(since: 0, first: 100) { nodes { version totalCount changes(first: 100) { line } } }";
        let all: String = (0..60).map(|n| format!("a{n}: {one} ")).collect();
        told(&ask(address, &format!("{{ {all} }}"), &json!({})))
    });
    add("20 followers of everything on one socket", |address| {
        let mut socket = Socket::ready(address);
        for id in 0..20 {
            let query = "subscription { graphChanged(since: 0) { version changes(first: 100) { line } } }";
            socket.subscribe(&id.to_string(), query);
        }
        std::thread::sleep(Duration::from_millis(1_500));
        socket.text()["type"].to_string()
    });
    add("20 followers who do not listen", |address| {
        let sockets: Vec<Socket> = (0..20)
            .map(|_| {
                let mut socket = Socket::ready(address);
                for id in 0..50 {
                    let query = "query { allJobs(first: 100) { nodes { id name aliases description sources { id name url } } } }";
                    socket.subscribe(&id.to_string(), query);
                }
                socket
            })
            .collect();
        std::thread::sleep(Duration::from_secs(2));
        format!("{} held", sockets.len())
    });
    add("50 filtered and sorted lists of a kind, on eight connections", |address| {
        let one = "allSkills(where: {nameContains: \"a\"}, orderBy: {field: NAME}, first: 1) { totalCount }";
        let all: String = (0..50).map(|n| format!("a{n}: {one} ")).collect();
        let query = format!("{{ {all} }}");
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| told(&ask(address, &query, &json!({}))))).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).next_back().unwrap()
        })
    });
    add("a what-if of a thousand merges", |address| {
        let query = "query($c: [ChangeInput!]) { pathways(from: \"SVT\", to: \"journaliste environnemental\", whatIf: $c) { nodes { score } } }";
        let put = (0..500).map(|n| json!({ "putNode": { "id": format!("job/x{n}"), "name": format!("x {n}") } }));
        let merge = (1..500).map(|n| json!({ "mergeNodes": { "from": format!("job/x{n}"), "into": "job/x0" } }));
        let changes: Vec<serde_json::Value> = put.chain(merge).collect();
        told(&ask(address, query, &json!({ "c": changes })))
    });
    add("60 what-ifs of a thousand changes at once", |address| {
        let query = "query($c: [ChangeInput!]) { pathways(from: \"SVT\", to: \"journaliste environnemental\", whatIf: $c) { nodes { score } } }";
        let put = |n| json!({ "putNode": { "id": format!("job/x{n}"), "name": "x".repeat(200), "description": "y".repeat(500) } });
        let changes: Vec<serde_json::Value> = (0..1_000).map(put).collect();
        let body = json!({ "query": query, "variables": { "c": changes } }).to_string();
        let bytes = request(address, "application/json", body.as_bytes());
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..60).map(|_| scope.spawn(|| told(&exchange(address, &bytes)))).collect();
            let told: Vec<String> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
            let done = told.iter().filter(|told| told.starts_with("200")).count();
            format!("{done} answered, {}", told.iter().find(|told| !told.starts_with("200")).map_or("", |told| told))
        })
    });
    add("200 slow readers", |address| {
        let one = "allJobs(first: 100) { nodes { id name aliases description sources { id name url } skills(first: 50) { nodes { id name description } } } }";
        let all: String = (0..3).map(|n| format!("a{n}: {one} ")).collect();
        let body = json!({ "query": format!("{{ {all} }}") }).to_string();
        let streams: Vec<TcpStream> = (0..200)
            .map(|_| {
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = socket2::SockRef::from(&stream).set_recv_buffer_size(4_096);
                let _ = stream.write_all(&request(address, "application/json", body.as_bytes()));
                stream
            })
            .collect();
        std::thread::sleep(Duration::from_secs(3));
        let held = streams.len();
        drop(streams);
        format!("{held} held")
    });
    add("200 slow readers by GET", |address| {
        let one = "allJobs(first:100){nodes{id%20name%20aliases%20description%20skills(first:50){nodes{id%20name%20description}}}}";
        let head = format!(
            "GET /graphql?query=%7B{}%7D HTTP/1.1\r\nHost: localhost\r\n\r\n",
            one.replace('{', "%7B").replace('}', "%7D")
        );
        let held = idle(address, 200, head.as_bytes());
        std::thread::sleep(Duration::from_secs(2));
        held
    });
    add("100 drip readers, a byte at a time", |address| {
        let one = "allJobs(first: 100) { nodes { id name aliases description skills(first: 50) { nodes { id name description } } } }";
        let body = json!({ "query": format!("{{ {one} }}") }).to_string();
        let mut streams: Vec<TcpStream> = (0..100)
            .map(|_| {
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = socket2::SockRef::from(&stream).set_recv_buffer_size(4_096);
                let _ = stream.write_all(&request(address, "application/json", body.as_bytes()));
                let _ = stream.set_read_timeout(Some(Duration::from_millis(20)));
                stream
            })
            .collect();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(4) {
            streams.iter_mut().for_each(|stream| drop(stream.read(&mut [0])));
        }
        "4 s long".to_owned()
    });
    add("2,000 records, half of them of nothing", |address| {
        let head = |n: usize| {
            let slug = if n.is_multiple_of(2) {
                "job/journaliste-environnemental".to_owned()
            } else {
                format!("job/personne-{n}")
            };
            format!("GET /{slug} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        };
        let answered = (0..2_000).filter(|n| status(&exchange(address, head(*n).as_bytes())) != 0).count();
        format!("{answered} answered")
    });
    add("400 schemas, compressed, at once", |address| {
        idle(address, 400, b"GET /schema.graphql HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")
    });
    add("50 exports of the graph", |address| {
        idle(address, 50, b"GET /export.jsonl.gz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    });
    add("100 references that nothing bears, on eight connections", |address| {
        let all: String =
            (0..100).map(|n| format!("a{n}: job(ref: \"professseur dez ecolles {n}\") {{ id }} ")).collect();
        let query = format!("{{ {all} }}");
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| told(&ask(address, &query, &json!({}))))).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).next_back().unwrap()
        })
    });
    add("two lists of all skills sorted and filtered, on eight connections", |address| {
        let one = "allSkills(where: {nameContains: \"a\"}, orderBy: {field: NAME}, first: 1) { totalCount }";
        let query = format!("{{ a: {one} b: {one} }}");
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| told(&ask(address, &query, &json!({}))))).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).next_back().unwrap()
        })
    });
    add("an image in a foreign page", |address| {
        let head = "GET /graphql?query=%7Bchanges(since%3A0)%7Bnodes%7Bversion%7D%7D%7D HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\nConnection: close\r\n\r\n";
        told(&exchange(address, head.as_bytes()))
    });
    kinds
}

/// Many at once, and those that take their time.
fn floods() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut add = |name: &str, run: fn(SocketAddr) -> String| kinds.push((format!("flood: {name}"), Box::new(run)));
    add("600 heads that never end", |address| idle(address, 600, b"GET /healthz HTTP/1.1\r\nX: "));
    add("600 bodies that never end", |address| {
        idle(address, 600, b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{")
    });
    add("600 connections that say nothing", |address| idle(address, 600, b""));
    add("a body byte by byte", |address| {
        let mut stream = TcpStream::connect(address).unwrap();
        let _ = stream.write_all(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n");
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(2) && stream.write_all(b"{").is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
        "left".to_owned()
    });
    add("3,000 connections, one after the other", |address| {
        (0..3_000).for_each(|_| drop(TcpStream::connect(address)));
        "left".to_owned()
    });
    add("5,000 requests down one connection", |address| {
        let one = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let mut stream = TcpStream::connect(address).unwrap();
        let _ = stream.set_write_timeout(Some(Duration::from_secs(5)));
        // Nothing is read: the server must not keep answers without end.
        let sent = (0..5_000).take_while(|_| stream.write_all(one).is_ok()).count();
        format!("{sent} sent")
    });
    add("answers that nobody reads", |address| {
        let body = json!({ "query": "{ allJobs(first: 100) { nodes { id name description aliases sources { id name url } } } }" }).to_string();
        let streams: Vec<TcpStream> = (0..100)
            .map(|_| {
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = stream.write_all(&request(address, "application/json", body.as_bytes()));
                stream
            })
            .collect();
        std::thread::sleep(Duration::from_millis(500));
        drop(streams);
        "left".to_owned()
    });
    add("searches, 400 at once, and away", |address| {
        let body = json!({ "query": "{ pathways(from: \"SVT\", to: \"journaliste environnemental\", maxSteps: 12, first: 100) { nodes { explanation } } }" });
        let bytes = request(address, "application/json", body.to_string().as_bytes());
        let streams: Vec<TcpStream> = (0..400)
            .filter_map(|_| {
                let mut stream = TcpStream::connect(address).ok()?;
                stream.write_all(&bytes).ok()?;
                Some(stream)
            })
            .collect();
        drop(streams);
        "left".to_owned()
    });
    add("500 tokens that are none", |address| {
        let head = |n: usize| {
            format!(
                "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer passerelle_{n}\r\nConnection: close\r\n\r\n"
            )
        };
        let refused = (0..500).filter(|n| status(&exchange(address, head(*n).as_bytes())) == 401).count();
        format!("{refused} times 401")
    });
    add("2,200 sockets", |address| {
        let header = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";
        let sockets: Vec<Socket> = (0..2_200).map_while(|_| Socket::open(address, header).ok()).collect();
        format!("{} open", sockets.len())
    });
    add("subscriptions, 2,000 on a socket", |address| {
        let mut socket = Socket::ready(address);
        (0..2_000).for_each(|id: u32| socket.subscribe(&id.to_string(), "subscription { graphChanged { version } }"));
        socket.text()["type"].to_string()
    });
    add("a socket's message of 10 MB", |address| {
        let mut socket = Socket::ready(address);
        socket.frame(0x81, &vec![b'x'; 10 << 20]);
        format!("{:?}", socket.hear())
    });
    add("a socket's message in pieces without end", |address| {
        let mut socket = Socket::ready(address);
        socket.frame(0x01, &[b'x'; 60_000]);
        (0..40).for_each(|_| socket.frame(0x00, &[b'x'; 60_000]));
        format!("{:?}", socket.hear())
    });
    add("10,000 pings on a socket", |address| {
        let mut socket = Socket::ready(address);
        (0..10_000).for_each(|_| socket.say(r#"{"type":"ping"}"#));
        socket.text()["type"].to_string()
    });
    add("noise on a socket", |address| {
        let mut socket = Socket::ready(address);
        socket.frame(0xff, b"\xff\xfe\xfd");
        format!("{:?}", socket.hear())
    });
    add("500 event streams", |address| {
        let request = b"GET /graphql?query=subscription%7BgraphChanged%7Bversion%7D%7D HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
        idle(address, 500, request)
    });
    kinds
}

/// So many connections that send this and wait.
fn idle(address: SocketAddr, count: usize, bytes: &[u8]) -> String {
    let streams: Vec<TcpStream> = (0..count)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(address).ok()?;
            stream.write_all(bytes).ok()?;
            Some(stream)
        })
        .collect();
    std::thread::sleep(Duration::from_millis(1_500));
    format!("{} held", streams.len())
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
    let (healths, ordinaries, over) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()), AtomicBool::new(false));
    let take = |times: &Mutex<Vec<u64>>| std::mem::take(&mut *times.lock().unwrap());
    // What comes with the first requests of each kind (threads, buffers, kept documents) is no growth.
    (0..50).for_each(|_| drop(exchange(address, &ordinary)));
    // The steps from and to each node are worked out in the background first.
    std::thread::sleep(Duration::from_secs(if store.is_some() { 10 } else { 0 }));
    let before = program.memory();
    let kinds = kinds(address);
    assert!(kinds.len() >= 100, "{} kinds", kinds.len());
    let (mut late, mut slow, mut most, mut idle, mut besieged) = (Vec::new(), Vec::new(), 0, 0, Vec::new());
    std::thread::scope(|scope| {
        // Whatever ends the siege ends the watch.
        let _end = End(&over);
        let watchers = [
            scope.spawn(|| watch(address, health.as_bytes(), "200 OK", &healths, &over)),
            scope.spawn(|| watch(address, &ordinary, "journaliste-environnemental", &ordinaries, &over)),
        ];
        println!(
            "| hostile request | answered with | slowest health check | slowest query | memory |\n| --- | --- | --- | --- | --- |"
        );
        std::thread::sleep(Duration::from_secs(2));
        idle = p99(&mut take(&ordinaries));
        if chosen.is_some() {
            give_way();
        }
        for (name, run) in &kinds {
            drop((take(&healths), take(&ordinaries)));
            let outcome = run(address);
            std::thread::sleep(Duration::from_millis(30));
            let (health, mut times) = (take(&healths).into_iter().max().unwrap_or(0), take(&ordinaries));
            let ordinary = times.iter().copied().max().unwrap_or(0);
            if times.len() >= ENOUGH && p99(&mut times) > quick(idle) {
                slow.push(format!("{name}: {} ms", p99(&mut times) as f64 / 1e3));
            }
            besieged.append(&mut times);
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
    let (after, besieged) = (program.memory(), p99(&mut besieged));
    println!(
        "{} kinds; an ordinary query, 99 of 100: {} ms idle, {} ms besieged; memory before {} MiB, at most {} MiB, after {} MiB",
        kinds.len(),
        idle as f64 / 1e3,
        besieged as f64 / 1e3,
        before >> 20,
        most >> 20,
        after >> 20
    );
    if chosen.is_some() {
        assert!(besieged <= quick(idle), "an ordinary query takes {besieged} µs, {idle} µs on an idle server");
        assert!(slow.is_empty(), "an ordinary query, {idle} µs on an idle server, takes 99 of 100 times: {slow:?}");
    }
    assert!(late.is_empty(), "the health check was late during: {late:?}");
    assert!(most.saturating_sub(before) <= GROWTH, "{} MiB more than before", most.saturating_sub(before) >> 20);
}
