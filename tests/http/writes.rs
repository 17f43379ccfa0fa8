//! The program itself with several editors at once, and with one whose right ends. `scripts/hostile` runs it against the release
//! build, with a thousand rounds.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::Program;
use crate::wire::{Frame, Socket, exchange};

struct Server {
    program: Program,
    binary: String,
}

impl Server {
    fn start() -> Server {
        let binary = std::env::var("PASSERELLE").unwrap_or_else(|_| env!("CARGO_BIN_EXE_passerelle").to_owned());
        Server { program: Program::with(&binary, &[]), binary }
    }

    /// Runs a command on the server's folder; gives what it says.
    fn command(&self, arguments: &[&str]) -> String {
        let out = Command::new(&self.binary).args(arguments).arg("--data").arg(self.program.data()).output().unwrap();
        assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    }

    fn editor(&self, name: &str) -> String {
        let token = self.command(&["token", "create", "--role", "editor", "--name", name]);
        // The server reads the tokens anew four times a second.
        std::thread::sleep(Duration::from_millis(400));
        token
    }
}

/// A write of one field of a job, as a document.
fn put(field: &str, value: &str) -> String {
    format!(
        "mutation {{ applyChanges(input: {{changes: [{{putNode: {{id: \"job/essai\", {field}: \"{value}\"}}}}]}}) {{ version }} }}"
    )
}

fn post(address: SocketAddr, token: &str, accept: &str, query: &str) -> String {
    let body = json!({ "query": query }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nAccept: {accept}\r\n\
         Authorization: Bearer {token}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    exchange(address, head.as_bytes())
}

fn written(answer: &str) -> bool {
    answer.contains("\"applyChanges\":{\"version\":")
}

#[test]
fn editors_of_different_fields_lose_nothing_of_each_other() {
    let server = Server::start();
    let (address, token) = (server.program.address(), server.editor("both"));
    assert!(written(&post(address, &token, "application/json", &put("name", "Essai"))));
    let rounds = if std::env::var("PASSERELLE").is_ok() { 1_000 } else { 50 };
    let mut lost = Vec::new();
    for round in 0..rounds {
        let (description, url) = (format!("essai {round}"), format!("https://example.org/{round}"));
        std::thread::scope(|scope| {
            for (field, value) in [("description", &description), ("url", &url)] {
                let token = &token;
                scope.spawn(move || {
                    let answer = post(address, token, "application/json", &put(field, value));
                    assert!(written(&answer), "{answer}");
                });
            }
        });
        let answer = post(address, &token, "application/json", "{ job(ref: \"job/essai\") { description url } }");
        let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        if body["data"]["job"] != json!({ "description": description, "url": url }) {
            lost.push(format!("{round}: {body}"));
        }
    }
    println!("{rounds} rounds of two editors at once, {} lost", lost.len());
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn a_revoked_token_writes_nothing_a_second_later_by_any_transport() {
    let server = Server::start();
    let (address, token) = (server.program.address(), server.editor("doomed"));
    let over = AtomicBool::new(false);
    // When each write that was acknowledged was sent.
    let by_http = |accept: &str| {
        let mut sent = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let at = Instant::now();
            if written(&post(address, &token, accept, &put("name", &format!("Essai {}", sent.len())))) {
                sent.push(at);
            }
        }
        sent
    };
    let by_socket = || {
        let header = format!("Sec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer {token}\r\n");
        let mut socket = Socket::open(address, &header).unwrap();
        socket.say(r#"{"type":"connection_init"}"#);
        let mut sent = Vec::new();
        let mut at = Instant::now();
        loop {
            match socket.hear() {
                Frame::Text(text) if text["type"] == "connection_ack" || text["type"] == "complete" => {
                    at = Instant::now();
                    socket.subscribe(
                        &sent.len().to_string(),
                        &put("url", &format!("https://example.org/{}", sent.len())),
                    );
                }
                Frame::Text(text) if written(&text["payload"].to_string()) => sent.push(at),
                Frame::Text(_) => {}
                Frame::Close(_) | Frame::Gone => return sent,
            }
        }
    };
    let (revoked, all) = std::thread::scope(|scope| {
        let writers = [
            scope.spawn(|| by_http("application/json")),
            scope.spawn(|| by_http("text/event-stream")),
            scope.spawn(by_socket),
        ];
        std::thread::sleep(Duration::from_millis(800));
        server.command(&["token", "revoke", "--name", "doomed"]);
        let revoked = Instant::now();
        std::thread::sleep(Duration::from_secs(3));
        over.store(true, Ordering::Relaxed);
        (revoked, writers.map(|writer| writer.join().unwrap()))
    });
    for (transport, sent) in ["POST", "event stream", "socket"].into_iter().zip(all) {
        let last = *sent.last().unwrap_or_else(|| panic!("nothing was ever written by {transport}"));
        let after = last.saturating_duration_since(revoked);
        println!(
            "{transport}: {} writes, the last sent {} ms after the token was revoked",
            sent.len(),
            after.as_millis()
        );
        let optimised = !cfg!(debug_assertions) || std::env::var("PASSERELLE").is_ok();
        assert!(!optimised || after < Duration::from_secs(1), "{transport}: {after:?}");
    }
}
