//! Every kind of hostile request: documents, bodies, heads and values, floods, and what has the server work.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::hostile::{bodies, documents, heads};
use crate::wire::{Socket, exchange, status};

pub fn request(address: SocketAddr, media: &str, body: &[u8]) -> Vec<u8> {
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

pub type Kind = (String, Box<dyn Fn(SocketAddr) -> String + Send>);

/// Every kind: its name, and what does it and tells what came of it.
pub fn kinds(address: SocketAddr) -> Vec<Kind> {
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
    add("8 streams of all lines of all changes", |address| {
        let lines: String = (0..25).map(|n| format!("a{n}: line ")).collect();
        let query =
            format!("subscription {{ graphChanged(since: 0) {{ version changes(first: 1000) {{ {lines} }} }} }}");
        let body = json!({ "query": query }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let held = idle(address, 8, head.as_bytes());
        std::thread::sleep(Duration::from_secs(2));
        held
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
    add("200 bodies of a megabyte that never end", |address| {
        let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n";
        idle(address, 200, &[head.as_bytes(), &[b' '; 990_000]].concat())
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
