//! `graphql-transport-ws` and event streams: the protocol's ways, and its limits.

use std::time::{Duration, Instant};

use passerelle::api::access::Reading;
use passerelle::api::gateway::Settings;
use passerelle::http::Config;
use passerelle::http::rate::Rates;
use serde_json::json;

use crate::app::{GRAPHQL, REVOKED, TestApp};
use crate::wire::{Frame, Socket, status};

#[test]
fn operations_of_every_kind_run_on_a_socket() {
    let app = TestApp::start();
    let mut socket = Socket::ready(app.address);
    socket.subscribe("a", "subscription { count(to: 2) }");
    for n in [1, 2] {
        let next = socket.text();
        assert_eq!(
            (&next["type"], &next["id"], &next["payload"]["data"]["count"]),
            (&json!("next"), &json!("a"), &json!(n))
        );
    }
    assert_eq!(socket.text(), json!({ "id": "a", "type": "complete" }));
    socket.subscribe("a", "{ double(n: 21) }");
    assert_eq!(socket.text()["payload"]["data"]["double"], 42);
    assert_eq!(socket.text()["type"], "complete");
    socket.say(r#"{"type":"ping","payload":{"x":1}}"#);
    assert_eq!(socket.text(), json!({ "type": "pong", "payload": { "x": 1 } }));
}

#[test]
fn refusals_come_as_error_messages() {
    let app = TestApp::start();
    let mut socket = Socket::ready(app.address);
    for (query, code) in [
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ double(", "GRAPHQL_PARSE_FAILED"),
        ("mutation { bump }", "UNAUTHENTICATED"),
        ("query($n: Int!) { double(n: $n) }", "INVALID_INPUT"),
        (&"{ me ".repeat(40), "TOO_COMPLEX"),
        ("{ ...a } fragment a on Query { ...a }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { ...f } fragment f on Counting { ...g ...g } fragment g on Counting { ...f }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        let query = if query.starts_with("{ me ") {
            format!("{query}{{ version }}{}", "}".repeat(40))
        } else {
            query.to_owned()
        };
        socket.subscribe("1", &query);
        let error = socket.text();
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!("1")), "{query}");
        assert_eq!(error["payload"][0]["extensions"]["code"], code, "{query}");
    }
    // The id is free again after each.
    socket.subscribe("1", "{ version }");
    assert_eq!(socket.text()["type"], "next");
}

#[test]
fn the_protocol_closes_with_its_codes() {
    let app = TestApp::with(Config { init_time: Duration::from_millis(300), ..Config::default() }, Settings::default());
    let close = |say: &[&str]| {
        let mut socket = Socket::plain(app.address);
        say.iter().for_each(|text| socket.say(text));
        loop {
            match socket.hear() {
                Frame::Text(_) => {}
                Frame::Close(code) => return code,
                Frame::Gone => return 0,
            }
        }
    };
    let init = r#"{"type":"connection_init"}"#;
    let forever = r#"{"type":"subscribe","id":"1","payload":{"query":"subscription { forever }"}}"#;
    assert_eq!(close(&[]), 4408);
    assert_eq!(close(&[forever]), 4401);
    assert_eq!(close(&[init, init]), 4429);
    assert_eq!(close(&[init, forever, forever]), 4409);
    assert_eq!(close(&[init, "no JSON"]), 4400);
    assert_eq!(close(&[init, r#"{"type":"next","id":"1","payload":{}}"#]), 4400);
    assert_eq!(close(&[r#"{"type":"connection_init","payload":{"Authorization":"Bearer guess"}}"#]), 4403);
    assert_eq!(close(&[init, &"x".repeat(300_000)]), 1009);
    let mut socket = Socket::ready(app.address);
    socket.frame(0x82, b"binary");
    assert_eq!(socket.hear(), Frame::Close(4400));
    let mut other = Socket::open(app.address, "Sec-WebSocket-Protocol: graphql-ws\r\n").unwrap();
    assert_eq!(other.hear(), Frame::Close(4406));
    app.healthy();
}

#[test]
fn completing_stops_an_operation_and_frees_its_id() {
    let app = TestApp::start();
    let mut socket = Socket::ready(app.address);
    for _ in 0..3 {
        socket.subscribe("1", "subscription { forever }");
        socket.say(r#"{"type":"complete","id":"1"}"#);
    }
    socket.subscribe("1", "subscription { count(to: 1) }");
    assert_eq!(socket.text()["payload"]["data"]["count"], 1);
}

#[test]
fn a_token_opens_a_socket_by_header_or_first_message() {
    let app = TestApp::with(Config::default(), Settings { reading: Reading::TokenOnly, ..Settings::default() });
    let mut socket = Socket::ready(app.address);
    socket.subscribe("1", "subscription { count(to: 1) }");
    assert_eq!(socket.text()["payload"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let mut socket = Socket::plain(app.address);
    socket.say(r#"{"type":"connection_init","payload":{"Authorization":"Bearer test-editor"}}"#);
    assert_eq!(socket.text()["type"], "connection_ack");
    socket.subscribe("1", "mutation { bump }");
    assert_eq!(socket.text()["payload"]["data"]["bump"], 1);
    let header = "Sec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer guess\r\n";
    assert_eq!(Socket::open(app.address, header).err().map(|answer| status(&answer)), Some(401));
}

#[test]
fn a_revoked_token_closes_its_socket_and_its_stream_within_a_second() {
    let app = TestApp::start();
    let doomed = "Authorization: Bearer test-doomed\r\n";
    let mut byheader =
        Socket::open(app.address, &format!("Sec-WebSocket-Protocol: graphql-transport-ws\r\n{doomed}")).unwrap();
    byheader.say(r#"{"type":"connection_init"}"#);
    assert_eq!(byheader.text()["type"], "connection_ack");
    byheader.subscribe("1", "subscription { forever }");
    let mut bymessage = Socket::plain(app.address);
    bymessage.say(r#"{"type":"connection_init","payload":{"Authorization":"test-doomed"}}"#);
    assert_eq!(bymessage.text()["type"], "connection_ack");
    bymessage.subscribe("1", "mutation { bump }");
    assert_eq!(bymessage.text()["type"], "next");
    let address = app.address;
    let stream = std::thread::spawn(move || {
        let head = format!(
            "GET /graphql?query=subscription%7Bforever%7D HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n{doomed}\r\n"
        );
        crate::wire::exchange(address, head.as_bytes())
    });
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    REVOKED.store(true, std::sync::atomic::Ordering::Relaxed);
    for mut socket in [byheader, bymessage] {
        loop {
            match socket.hear() {
                Frame::Text(_) => {}
                other => break assert_eq!(other, Frame::Close(4403)),
            }
        }
    }
    let took = begun.elapsed();
    assert!(cfg!(debug_assertions) || took < Duration::from_secs(1), "{took:?}");
    let ended = stream.join().unwrap();
    assert!(ended.contains("UNAUTHENTICATED") && ended.contains("event: complete"), "{ended}");
}

#[test]
fn sockets_of_other_sites_are_refused() {
    let app = TestApp::start();
    let open = |headers: &str| Socket::open(app.address, headers).err().map(|answer| status(&answer));
    assert_eq!(open("Origin: https://evil.example\r\n"), Some(403));
    assert_eq!(open("Origin: null\r\n"), Some(403));
    assert_eq!(open("Sec-Fetch-Site: cross-site\r\n"), Some(403));
    assert_eq!(open(&format!("Origin: http://{}\r\n", app.address)), None);
}

#[test]
fn operations_and_sockets_are_bounded() {
    let config = Config { max_streams: 20, max_operations: 5, ..Config::default() };
    let app = TestApp::with(config, Settings::default());
    let mut socket = Socket::ready(app.address);
    for id in 0..7 {
        socket.subscribe(&id.to_string(), "subscription { forever }");
    }
    for id in ["5", "6"] {
        let error = socket.text();
        assert_eq!((&error["id"], &error["payload"][0]["extensions"]["code"]), (&json!(id), &json!("RATE_LIMITED")));
    }
    let header = "Sec-WebSocket-Protocol: graphql-transport-ws\r\n";
    let sockets: Vec<_> = (0..40).map(|_| Socket::open(app.address, header)).collect();
    assert_eq!(sockets.iter().filter(|socket| socket.is_ok()).count(), 19);
    assert!(sockets.iter().filter_map(|socket| socket.as_ref().err()).all(|answer| status(answer) == 503));
    app.healthy();
    assert_eq!(app.query("{ version }").status, 200);
    drop((sockets, socket));
    let start = Instant::now();
    while Socket::open(app.address, header).is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "places come back when sockets close");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn streams_are_counted_for_the_address_that_a_proxy_tells() {
    let rates = Rates { loopback: true, ..Rates::default() };
    let config = Config { streams_per_caller: 2, behind_proxy: true, rates, ..Config::default() };
    let app = TestApp::with(config, Settings::default());
    let open = |address: &str| {
        let headers = format!("Sec-WebSocket-Protocol: graphql-transport-ws\r\nX-Forwarded-For: {address}\r\n");
        Socket::open(app.address, &headers).map_err(|answer| status(&answer))
    };
    let events = |address: &str| {
        let headers = [("accept", "text/event-stream"), ("x-forwarded-for", address)];
        app.get("/graphql?query=subscription%7Bforever%7D", &headers).status
    };
    let (_first, second) = (open("192.0.2.1").unwrap(), open("192.0.2.1").unwrap());
    assert_eq!((open("192.0.2.1").err(), events("192.0.2.1")), (Some(429), 429));
    assert!(open("192.0.2.2").is_ok());
    drop(second);
    let start = Instant::now();
    while open("192.0.2.1").is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "the place comes back when the socket closes");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_flood_of_subscriptions_is_refused_one_by_one() {
    let app = TestApp::start();
    let mut socket = Socket::ready(app.address);
    for id in 0..2_000 {
        socket.subscribe(&id.to_string(), "subscription { forever }");
    }
    for _ in 0..1_950 {
        assert_eq!(socket.text()["type"], "error");
    }
    app.healthy();
}

#[test]
fn a_silent_socket_is_closed() {
    let app =
        TestApp::with(Config { ping_every: Duration::from_millis(100), ..Config::default() }, Settings::default());
    let mut socket = Socket::ready(app.address);
    assert_eq!(socket.hear(), Frame::Close(1001));
}

#[test]
fn answers_come_as_events() {
    let app = TestApp::start();
    let events = [("Accept", "text/event-stream")];
    let reply = app.post(&json!({ "query": "subscription { count(to: 2) }" }), &events);
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/event-stream; charset=utf-8"));
    let parts: Vec<&str> = reply.text.split("\n\n").collect();
    assert!(parts[0].starts_with("event: next\ndata: {\"data\":{\"count\":1}"), "{}", reply.text);
    assert!(parts[1].starts_with("event: next\ndata: {\"data\":{\"count\":2}"), "{}", reply.text);
    assert_eq!(parts[2], "event: complete\ndata: ");
    let reply = app.get("/graphql?query=%7Bversion%7D", &events);
    assert!(reply.text.starts_with("event: next\ndata: {\"data\":{\"version\":0}"), "{}", reply.text);
    let reply = app.post(&json!({ "query": "{" }), &events);
    assert!(reply.text.starts_with("event: next\ndata: {\"errors\":[") && reply.text.ends_with("complete\ndata: \n\n"));
    assert!(reply.text.contains("GRAPHQL_PARSE_FAILED"), "{}", reply.text);
    let reply = app.post(&json!({ "query": "mutation { bump }" }), &events);
    assert_eq!((reply.status, reply.code().as_str()), (401, "UNAUTHENTICATED"));
    let reply = app.get(
        "/graphql?query=mutation%7Bbump%7D",
        &[("Accept", "text/event-stream"), ("Authorization", "Bearer test-editor")],
    );
    assert_eq!((reply.status, reply.code().as_str()), (405, "METHOD_NOT_ALLOWED"));
    assert_eq!(app.post(&json!({ "query": "{ version }" }), &[GRAPHQL]).json()["data"]["version"], 0);
}

#[test]
fn a_long_body_is_answered_by_events_too() {
    let app = TestApp::start();
    let pad = "x".repeat(100 << 10);
    let told = |query: &str| {
        let body = json!({ "query": query, "extensions": { "pad": pad } });
        let text = app.post(&body, &[("Accept", "text/event-stream")]).text;
        assert!(text.ends_with("event: complete\ndata: \n\n"), "{text}");
        text
    };
    assert!(told("{ version }").starts_with("event: next\ndata: {\"data\":{\"version\":0}"));
    assert_eq!(told("subscription { count(to: 2) }").matches("\"count\"").count(), 2);
    assert!(told("{").contains("GRAPHQL_PARSE_FAILED"));
}

#[test]
fn a_client_that_comes_back_gets_nothing_twice() {
    let app = TestApp::start();
    let events = ("Accept", "text/event-stream");
    let body = json!({ "query": "subscription { told(since: 0, to: 3) }" });
    let ids = |headers: &[(&str, &str)]| {
        let text = app.post(&body, headers).text;
        text.lines().filter_map(|line| line.strip_prefix("id: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let all = ids(&[events]);
    assert_eq!(all, [":1", ":2", ":3"], "the test server's log has no name");
    assert_eq!(ids(&[events, ("Last-Event-ID", &all[0])]), all[1..]);
    assert_eq!(ids(&[events, ("Last-Event-ID", "")]), all);
    for other in ["another:1", ":", "1", ":-1", ":18446744073709551616"] {
        let text = app.post(&body, &[events, ("Last-Event-ID", other)]).text;
        assert!(text.contains("INVALID_INPUT") && !text.contains("told"), "{other}: {text}");
    }
    // What is no stream of changes has no such name, and takes none.
    let reply = app.post(&json!({ "query": "{ version }" }), &[events, ("Last-Event-ID", "another:1")]);
    assert!(reply.text.contains("\"version\":0") && !reply.text.contains("id:"), "{}", reply.text);
}

#[test]
fn a_quiet_event_stream_shows_that_it_lives() {
    let app =
        TestApp::with(Config { ping_every: Duration::from_millis(100), ..Config::default() }, Settings::default());
    let request = format!(
        "GET /graphql?query=subscription%7Bforever%7D HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\r\n",
        app.address
    );
    let start = Instant::now();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            use std::io::{Read, Write};
            let mut stream = std::net::TcpStream::connect(app.address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut text = String::new();
            let mut part = [0; 1024];
            while text.matches("\n:\n\n").count() + text.matches("\r\n:\n\n").count() < 2 {
                let length = stream.read(&mut part).unwrap();
                text.push_str(&String::from_utf8_lossy(&part[..length]));
            }
        });
        reading.join().unwrap();
    });
    assert!(cfg!(debug_assertions) || start.elapsed() < Duration::from_secs(5));
    let gone = || app.get("/metrics", &[]).text.contains("passerelle_streams_open 0\n");
    while !gone() {
        assert!(start.elapsed() < Duration::from_secs(60), "the place of a stream whose client went comes back");
        std::thread::sleep(Duration::from_millis(20));
    }
}
