//! The server's life: a port in use, clients that go, a stop that finishes what runs.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use passerelle::http;
use serde_json::json;

use crate::app::TestApp;
use crate::schema::TURNS;
use crate::wire::{Frame, Socket};

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
