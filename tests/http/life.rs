//! The server's life: a port in use, clients that go, a stop that finishes what runs.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use passerelle::api::gateway::Settings;
use passerelle::http::{self, Config};
use serde_json::json;

use crate::app::TestApp;
use crate::schema::TURNS;
use crate::wire::{Frame, Socket};

/// So many nodes take more than the half second in which nobody is told to come back, also on a quick machine.
const LONG: usize = 30_000;

/// A graph that takes a while to open, in the interchange format.
fn long_graph() -> String {
    let mut lines = vec![
        r#"{"format":"passerelle-graph","version":1,"source":"source/essai"}"#.to_owned(),
        r#"{"node":"source/essai","name":"Un essai"}"#.to_owned(),
    ];
    let name = |n: usize| format!("métier {} de la {}e sorte", n % 97, n / 97);
    lines.extend((0..LONG).map(|n| json!({ "node": format!("job/m{n}"), "name": name(n) }).to_string()));
    let edge = |n: usize| json!({ "edge": "evolves_to", "from": format!("job/m{n}"), "to": format!("job/m{}", n + 1), "weight": 0.5 });
    lines.extend((0..LONG - 1).map(|n| edge(n).to_string()));
    lines.join("\n")
}

/// Starts a server, asks until it is ready, and stops it: the answer that said so, and those before it.
fn opened(mut program: std::process::Command) -> (String, Vec<String>) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut server = program.args(["serve", "--listen", &free.to_string()]).spawn().unwrap();
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(free).ok()?;
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\nHost: {free}\r\nConnection: close\r\n\r\n").as_bytes())
            .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer).filter(|answer| !answer.is_empty())
    };
    let (begun, mut waited) = (Instant::now(), Vec::new());
    let ready = loop {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never opens: {waited:?}");
        match ask("/readyz") {
            Some(answer) if answer.starts_with("HTTP/1.1 200") => break answer,
            Some(answer) => waited.push(answer),
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let _ = server.kill();
    let _ = server.wait();
    (ready, waited)
}

#[test]
fn while_the_store_is_opened_the_port_says_how_far_it_has_come() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("long.jsonl"));
    std::fs::write(&file, long_graph()).unwrap();
    let program = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_passerelle"));
        command.env("PASSERELLE_LOG", "warn").env("PASSERELLE_DATA", &data);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        command
    };
    assert!(program().args(["import", "graph"]).arg(&file).status().unwrap().success());
    // On a busy machine it may be open before anybody comes to ask: then once more.
    let (ready, waited) = (0..10)
        .map(|_| opened(program()))
        .find(|(_, waited)| !waited.is_empty())
        .expect("it was asked while it opened");
    assert!(ready.contains("ready, graph version 1"), "{ready}");
    let percent = |answer: &String| {
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        answer.split_once("not yet, ")?.1.split_once(" %")?.0.parse::<u64>().ok()
    };
    let told: Vec<u64> = waited.iter().map(|answer| percent(answer).unwrap_or_else(|| panic!("{answer}"))).collect();
    assert!(told.is_sorted() && told.iter().all(|percent| *percent < 100), "{told:?}");
}

#[test]
fn a_port_in_use_is_named() {
    let app = TestApp::start();
    let error = http::bind(app.address).unwrap_err().to_string();
    assert!(error.contains(&app.address.to_string()) && error.contains("--listen"), "{error}");
}

#[test]
fn a_search_stops_when_its_client_goes() {
    let app = TestApp::start();
    let body = json!({ "query": "{ search }" }).to_string();
    let mut stream = TcpStream::connect(app.address).unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let running = || app.get("/metrics", &[]).text.contains("passerelle_searches_running 1\n");
    stream.write_all(head.as_bytes()).unwrap();
    let start = Instant::now();
    while !running() {
        assert!(start.elapsed() < Duration::from_secs(60), "the search starts");
    }
    assert!(TURNS.load(Ordering::Relaxed) > 0 || running());
    drop(stream);
    let left = Instant::now();
    while running() {
        assert!(left.elapsed() < Duration::from_secs(60), "the search goes on without its client");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_stop_finishes_what_runs_and_closes_sockets() {
    let mut app = TestApp::start();
    let mut socket = Socket::ready(app.address);
    socket.subscribe("1", "subscription { forever }");
    let address = app.address;
    std::thread::scope(|scope| {
        let url = app.url("/graphql?query=%7Bwait(ms:700)%7D");
        let slow = scope.spawn(move || ureq::get(&url).call().unwrap().body_mut().read_to_string().unwrap());
        std::thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        app.stop();
        let took = start.elapsed();
        assert!(cfg!(debug_assertions) || took < Duration::from_secs(8), "{took:?}");
        assert!(slow.join().unwrap().contains("\"wait\":700"));
    });
    assert_eq!(socket.hear(), Frame::Close(1001));
    assert!(TcpStream::connect(address).is_err());
}

/// How many connections were ended because their clients took too long.
fn ended(app: &TestApp) -> bool {
    app.get("/metrics", &[]).text.contains("passerelle_connections_closed 1\n")
}

#[test]
fn whoever_reads_a_byte_now_and_then_is_cut_off() {
    let config = Config { body_time: Duration::from_millis(300), read_rate: 1 << 20, ..Config::default() };
    let app = TestApp::with(config, Settings::default());
    let answer = r#"{"query":"{ text(length: 3000000) }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
        answer.len()
    );
    let connect = |buffer: usize| {
        let stream = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        stream.set_recv_buffer_size(buffer).unwrap();
        stream.connect(&app.address.into()).unwrap();
        let mut stream = TcpStream::from(stream);
        stream.write_all(head.as_bytes()).unwrap();
        stream
    };
    // Whoever reads on is given all of it.
    let mut whole = connect(1 << 20);
    let mut answer = vec![0; 6_000_000];
    whole.read_exact(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"));
    let mut drip = connect(4 << 10);
    let start = Instant::now();
    let mut byte = [0];
    while !ended(&app) {
        assert_eq!(drip.read(&mut byte).unwrap(), 1);
        assert!(start.elapsed() < Duration::from_secs(20), "it holds its answer still");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(start.elapsed() > Duration::from_secs(5), "it had its time: {:?}", start.elapsed());
    let freed = || app.get("/metrics", &[]).text.contains("passerelle_answer_bytes_in_flight 0\n");
    assert!((0..50).any(|_| freed() || {
        std::thread::sleep(Duration::from_millis(20));
        false
    }));
}

#[test]
fn long_bodies_on_their_way_are_bounded() {
    let config = Config { flight_bytes: 1 << 20, ..Config::default() };
    let app = TestApp::with(config, Settings::default());
    let begin = |length: &str| {
        let mut stream = TcpStream::connect(app.address).unwrap();
        let head =
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n";
        write!(stream, "{head}{length}\r\n\r\n").unwrap();
        stream
    };
    let held = |bytes: u64| {
        let told = format!("passerelle_request_bytes_in_flight {bytes}\n");
        (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            app.get("/metrics", &[]).text.contains(&told)
        })
    };
    let waiting: Vec<TcpStream> = (0..3).map(|_| begin("Content-Length: 300000")).collect();
    assert!(held(900_000));
    let mut refused = String::new();
    begin("Content-Length: 300000").read_to_string(&mut refused).unwrap();
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("RATE_LIMITED"), "{refused}");
    // Of unknown length, it counts as the longest from a little on.
    let mut chunked = begin("Transfer-Encoding: chunked");
    write!(chunked, "5000\r\n{}\r\n", " ".repeat(0x5000)).unwrap();
    let mut begun = [0; 12];
    chunked.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 429");
    assert_eq!(app.query("{ __typename }").status, 200, "what is short goes on");
    assert!(app.get("/metrics", &[]).text.contains("passerelle_requests_refused_in_flight 2\n"));
    drop(waiting);
    assert!(held(0));
}

#[test]
fn a_refused_body_without_an_end_ends_with_its_connection() {
    let config = Config { body_time: Duration::from_millis(500), body_bytes: 1_000, ..Config::default() };
    let app = TestApp::with(config, Settings::default());
    let mut stream = TcpStream::connect(app.address).unwrap();
    let head =
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    write!(stream, "{head}\r\n5000\r\n{}\r\n", " ".repeat(0x5000)).unwrap();
    let mut answer = String::new();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.read_to_string(&mut answer).expect("it is closed");
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("connection: close"), "{answer}");
}
