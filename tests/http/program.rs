//! The program itself, on its seed: the audits, and its memory under hostile requests.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::hostile::documents;

pub struct Program {
    child: Child,
    pub url: String,
    data: tempfile::TempDir,
}

impl Program {
    pub fn start() -> Program {
        Program::with(env!("CARGO_BIN_EXE_passerelle"), &[])
    }

    /// Another build of the program, with further arguments.
    pub fn with(binary: &str, arguments: &[&str]) -> Program {
        Program::on(binary, None, arguments)
    }

    /// The same, on a copy of a store.
    pub fn on(binary: &str, store: Option<&str>, arguments: &[&str]) -> Program {
        let data = tempfile::tempdir().unwrap();
        if let Some(store) = store {
            let copied = Command::new("cp").args(["-r", &format!("{store}/.")]).arg(data.path()).status().unwrap();
            assert!(copied.success(), "{store} cannot be copied");
        }
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let start = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("http://")?.1.trim_end_matches('/').to_owned()));
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Program { child, url: format!("http://{}/graphql", start.expect("it says where it answers")), data }
    }

    /// The folder of its store.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.url.trim_start_matches("http://").trim_end_matches("/graphql").parse().unwrap()
    }

    /// Bytes of memory that the process holds.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    fn post(&self, query: &str) -> serde_json::Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.post(&self.url).send_json(json!({ "query": query })).unwrap();
        response.body_mut().read_json().unwrap()
    }
}

/// The program on a folder, with its log in a pipe.
fn serving(data: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Fails unless a program that was asked to stop does so in time.
fn stops(mut child: Child, patience: Duration) {
    let asked = Instant::now();
    let ended = loop {
        match child.try_wait().unwrap() {
            Some(ended) => break Some(ended),
            None if asked.elapsed() > patience => break None,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let _ = child.kill();
    assert!(ended.is_some_and(|ended| ended.success()), "{ended:?}");
}

#[test]
fn a_server_whose_log_nobody_takes_goes_on_and_stops_when_asked() {
    let data = tempfile::tempdir().unwrap();
    let mut child = serving(data.path());
    let log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    // Once it has said where it answers, nobody reads on.
    assert!(log.into_iter().any(|line| line.starts_with("passerelle answers at")));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    stops(child, Duration::from_secs(20));
}

#[test]
fn a_log_that_is_open_and_not_read_freezes_nothing_and_a_hangup_ends_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("PASSERELLE_LOG", "debug,sled=warn")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept open, and not read any more once it has said where it answers.
    let mut log = BufReader::with_capacity(1, child.stderr.take().unwrap());
    let mut line = String::new();
    let address = loop {
        line.clear();
        log.read_line(&mut line).unwrap();
        if let Some((_, address)) = line.trim_end().split_once("passerelle answers at http://") {
            break address.trim_end_matches('/').parse().unwrap();
        }
    };
    let signal =
        |name: &str| assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
    signal("-HUP");
    // A line for each request: thirty times what a pipe holds.
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n").repeat(200);
    for _ in 0..40 {
        let answers = crate::wire::exchange(address, head.as_bytes());
        assert!(answers.starts_with("HTTP/1.1 200"), "{answers}");
    }
    signal("-TERM");
    stops(child, Duration::from_secs(30));
    drop(log);
}

#[test]
fn a_hangup_while_the_store_is_opened_ends_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut child = serving(data.path());
    let taken = |signal: u32| {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        u64::from_str_radix(caught.trim(), 16).unwrap() & (1 << (signal - 1)) != 0
    };
    while !taken(1) {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(!taken(15), "the store is not open yet");
    assert!(Command::new("kill").args(["-HUP", &child.id().to_string()]).status().unwrap().success());
    let log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(log.into_iter().any(|line| line.starts_with("passerelle answers at")));
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn a_log_that_is_full_when_the_server_starts_freezes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let (log, mut end) = std::io::pipe().unwrap();
    let theirs = end.try_clone().unwrap();
    // More than a pipe holds: it is full for as long as nobody reads.
    std::thread::spawn(move || std::io::Write::write_all(&mut end, &[b'x'; 1 << 20]));
    std::thread::sleep(Duration::from_millis(300));
    let child = Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .stderr(theirs)
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let address: std::net::SocketAddr = loop {
        let told = std::fs::read_to_string(data.path().join(".server")).unwrap_or_default();
        match told.parse() {
            Ok(address) => break address,
            Err(_) => assert!(begun.elapsed() < Duration::from_secs(60), "the server says nowhere where it answers"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut answer = String::new();
    let answered = std::io::Read::read_to_string(&mut stream, &mut answer);
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    stops(child, Duration::from_secs(30));
    assert!(answered.is_ok() && answer.starts_with("HTTP/1.1 200"), "{answered:?}: {answer}");
    drop(log);
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn hostile_documents_leave_no_memory_behind() {
    let program = Program::start();
    let alive = || assert!(program.post("{ graph { version } }")["data"]["graph"]["version"].is_number());
    alive();
    let before = program.memory();
    for round in 0..3 {
        for (name, query, _) in documents() {
            let answer = program.post(&query);
            let extensions = &answer["errors"][0]["extensions"];
            assert!(extensions["code"].is_string() && extensions["en"].is_string(), "{round} {name}: {answer}");
        }
        alive();
    }
    let grown = program.memory().saturating_sub(before) >> 20;
    assert!(grown <= 100, "{grown} MiB more than before");
}

#[test]
fn the_graph_can_be_had_whole_and_asked_about_again() {
    use std::io::Read;
    let program = Program::start();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let get = |path: &str, tag: &str| {
        let url = program.url.replace("/graphql", path);
        agent.get(url).header("If-None-Match", tag).header("Accept-Encoding", "identity").call().unwrap()
    };
    for (path, opens) in [
        ("/export.jsonl.gz", "{\"format\":\"passerelle-graph\",\"version\":1}"),
        ("/export.ttl.gz", "@prefix"),
        ("/export.csv.gz", ""),
    ] {
        let mut first = get(path, "");
        assert_eq!(first.status(), 200, "{path}");
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        assert!(tag.starts_with('"') && first.headers()["x-graph-version"] == "1", "{path}");
        let mut text = String::new();
        let packed = first.body_mut().read_to_vec().unwrap();
        flate2::read::GzDecoder::new(&*packed).read_to_string(&mut text).unwrap();
        assert!(text.starts_with(opens) && text.len() > 10_000, "{path}: {}", &text[..80]);
        assert_eq!(get(path, &tag).status(), 304, "{path}");
        assert_eq!(get(&format!("{path}?without-licence=zzz"), "").status(), 400, "{path}");
    }
    assert_eq!(get("/export.xml.gz", "").status(), 404);
    for path in ["/graphql?query=%7Bgraph%7Bversion%7D%7D", "/schema.graphql"] {
        let first = get(path, "");
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        assert_eq!((first.status().as_u16(), get(path, &tag).status().as_u16()), (200, 304), "{path}");
        assert!(first.headers().contains_key("x-api-version"));
    }
}
