//! Hostile requests: each is refused or answered with what the table says, and the health check answers
//! during every one of them.

use std::fmt::Write;
use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use passerelle::api::gateway::Settings;
use passerelle::http::Config;
use serde_json::{Value, json};

use crate::app::{GRAPHQL, TestApp};
use crate::wire::{exchange, status};

fn bomb(levels: usize) -> String {
    let mut query = String::from("{ ...f0 }");
    for level in 0..levels {
        write!(query, " fragment f{level} on Query {{ ...f{n} ...f{n} }}", n = level + 1).unwrap();
    }
    write!(query, " fragment f{levels} on Query {{ __typename }}").unwrap();
    query
}

fn nested(levels: usize, open: &str, inside: &str, close: &str) -> String {
    format!("{}{inside}{}", open.repeat(levels), close.repeat(levels))
}

/// Documents that must be refused before they are validated or executed, with the code.
pub fn documents() -> Vec<(&'static str, String, &'static str)> {
    let many = |part: &str, n: usize| format!("{{ {} }}", part.repeat(n));
    vec![
        ("fragment bomb", bomb(24), "TOO_COMPLEX"),
        ("fragment bomb, deep", bomb(150), "TOO_COMPLEX"),
        ("fragment cycle", "{ ...a } fragment a on Query { ...a ...a }".into(), "GRAPHQL_VALIDATION_FAILED"),
        (
            "fragment cycle of two",
            "{ ...a } fragment a on Query { me { ...b } } fragment b on Query { me { ...a } }".into(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("fragment unknown", "{ ...nowhere }".into(), "GRAPHQL_VALIDATION_FAILED"),
        ("unused fragment bomb", bomb(24).replacen("...f0", "version", 1), "TOO_COMPLEX"),
        ("depth", nested(30, "{ me ", "{ version }", "}"), "TOO_COMPLEX"),
        ("depth by fragments", nested(25, "{ ... on Query { me ", "{ version }", "} }"), "TOO_COMPLEX"),
        ("depth past the parser", nested(5_000, "{ me ", "{ version }", "}"), "TOO_COMPLEX"),
        ("width", many("version ", 4_900), "TOO_COMPLEX"),
        ("aliases", many("a: version ", 1_000), "TOO_COMPLEX"),
        ("aliases inside", format!("{{ me {} }}", many("a: version ", 300)), "TOO_COMPLEX"),
        ("directives", many("version @include(if: true) @skip(if: false) ", 90), "TOO_COMPLEX"),
        ("one field's directives", format!("{{ version {} }}", "@a ".repeat(4_000)), "TOO_COMPLEX"),
        ("tokens", "{".to_owned() + &" a".repeat(60_000), "TOO_COMPLEX"),
        ("long", format!("{{ version }} #{}", "x".repeat(900_000)), "TOO_COMPLEX"),
        ("commas", ",".repeat(100_000), "GRAPHQL_PARSE_FAILED"),
        ("comment", format!("# {}", "x".repeat(100_000)), "GRAPHQL_PARSE_FAILED"),
        ("list literal, deep", format!("{{ double(n: {}) }}", nested(20_000, "[", "1", "]")), "TOO_COMPLEX"),
        ("object literal, deep", format!("{{ double(n: {}) }}", nested(20_000, "{a:", "1", "}")), "TOO_COMPLEX"),
        ("list literal, long", format!("{{ double(n: [{}]) }}", "1 ".repeat(50_000)), "TOO_COMPLEX"),
        ("string literal, long", format!("{{ entity(ref: \"{}\") {{ id }} }}", "x".repeat(100_000)), "UNKNOWN_REF"),
        ("string unfinished", "{ entity(ref: \"".into(), "GRAPHQL_PARSE_FAILED"),
        ("block string unfinished", format!("{{ entity(ref: \"\"\"{}", "\\".repeat(10_000)), "GRAPHQL_PARSE_FAILED"),
        ("number huge", format!("{{ half(n: {}) }}", "9".repeat(100_000)), "INVALID_INPUT"),
        ("name huge", format!("{{ {} }}", "a".repeat(100_000)), "TOO_COMPLEX"),
        (
            "name huge in a fragment spread often",
            format!("{{ {} }} fragment f on Query {{ {} }}", "...f ".repeat(2_000), "a".repeat(100_000)),
            "TOO_COMPLEX",
        ),
        ("page huge", "{ allLicences(first: 2000000000) { nodes { id name } } }".into(), "TOO_COMPLEX"),
        ("pages by alias", many("a: allLicences(first: 4000) { nodes { id name } } ", 60), "TOO_COMPLEX"),
        (
            "introspection nested",
            format!("{{ __schema {{ types {} }} }}", nested(7, "{ fields { type ", "{ name }", "} }")),
            "TOO_COMPLEX",
        ),
        (
            "operations many",
            (0..1_000).fold(String::new(), |q, n| q + &format!("query q{n} {{ version }} ")),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("unknown fields many", many("nothing ", 99), "GRAPHQL_VALIDATION_FAILED"),
        ("control characters", "{ \u{0}\u{7} }".into(), "GRAPHQL_PARSE_FAILED"),
        ("not GraphQL", "<script>alert(1)</script>".into(), "GRAPHQL_PARSE_FAILED"),
        ("schema definition", "type Query { a: Int }".into(), "GRAPHQL_VALIDATION_FAILED"),
        ("empty", String::new(), "GRAPHQL_PARSE_FAILED"),
    ]
}

#[test]
fn hostile_documents_are_refused_soon_and_shortly() {
    let app = TestApp::start();
    for (name, query, code) in documents() {
        let start = Instant::now();
        let reply = app.query(&query);
        let took = start.elapsed();
        assert_eq!(reply.code(), code, "{name}: {}", &reply.text[..reply.text.len().min(400)]);
        assert!(reply.text.len() < 20_000, "{name}: the answer has {} bytes", reply.text.len());
        assert!(cfg!(debug_assertions) || took < Duration::from_secs(5), "{name} took {took:?}");
        app.healthy();
    }
}

/// Bodies and heads that are no GraphQL request, with the status.
pub fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>, u16)> {
    let json = "application/json";
    let deep = |open: &str, close: &str| nested(100_000, open, "1", close);
    let ask = r#"{"query":"{ version }"}"#;
    let with = |variables: &str| {
        format!(r#"{{"query":"query($n: Int) {{ double(n: 1) x: double(n: $n) }}","variables":{variables}}}"#)
    };
    vec![
        ("form", "application/x-www-form-urlencoded", b"query={version}".to_vec(), 415),
        ("plain text", "text/plain", ask.into(), 415),
        ("multipart", "multipart/form-data; boundary=x", ask.into(), 415),
        ("raw GraphQL", "application/graphql", b"{ version }".to_vec(), 415),
        ("another charset", "application/json; charset=utf-16", ask.into(), 415),
        ("no JSON", json, b"{\"query\":".to_vec(), 400),
        ("invalid UTF-8", json, b"{\"query\":\"\xc3\x28\"}".to_vec(), 400),
        ("lone surrogate", json, br#"{"query":"\ud800"}"#.to_vec(), 400),
        ("batch", json, format!("[{ask},{ask}]").into(), 400),
        ("batch of thousands", json, format!("[{}]", vec![ask; 10_000].join(",")).into(), 400),
        ("JSON nested in arrays", json, deep("[", "]").into(), 400),
        ("JSON nested in objects", json, deep("{\"a\":", "}").into(), 400),
        ("variables nested", json, with(&format!("{{\"n\":{}}}", deep("[", "]"))).into(), 400),
        ("variables many", json, with(&format!("{{\"n\":[{}1]}}", "1,".repeat(200_000))).into(), 400),
        ("variables no object", json, with("[1]").into(), 400),
        ("variables of another type", json, with("{\"n\":{\"a\":1}}").into(), 400),
        ("extensions no object", json, br#"{"query":"{ version }","extensions":"x"}"#.to_vec(), 400),
        (
            "hash of another query",
            json,
            format!(
                r#"{{"query":"{{ version }}","extensions":{{"persistedQuery":{{"sha256Hash":"{}"}}}}}}"#,
                "0".repeat(64)
            )
            .into(),
            400,
        ),
        ("hash malformed", json, r#"{"extensions":{"persistedQuery":{"sha256Hash":"é"}}}"#.into(), 400),
        ("operation unknown", json, br#"{"query":"query A { version }","operationName":"B"}"#.to_vec(), 400),
        (
            "operation name huge",
            json,
            format!(r#"{{"query":"query A {{ version }}","operationName":"{}"}}"#, "B".repeat(500_000)).into(),
            400,
        ),
        ("keys twice", json, br#"{"query":"{ version }","query":"{ me { version } }"}"#.to_vec(), 400),
        ("over the cap", json, format!(r#"{{"query":"{{ version }} #{}"}}"#, "x".repeat(2 << 20)).into(), 413),
    ]
}

#[test]
fn hostile_bodies_are_refused_without_being_given_back() {
    let app = TestApp::start();
    for (name, media, body, expected) in bodies() {
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: {media}\r\nAccept: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            app.address,
            GRAPHQL.1,
            body.len()
        );
        let answer = exchange(app.address, &[head.as_bytes(), &body].concat());
        assert_eq!(status(&answer), expected, "{name}: {answer}");
        assert!(answer.len() < 3_000, "{name}: {}", answer.len());
        app.healthy();
    }
}

#[test]
fn hostile_heads_are_refused() {
    let app = TestApp::start();
    for (name, bytes, expected) in heads(app.address) {
        let answer = exchange(app.address, bytes.as_bytes());
        assert!(expected.contains(&status(&answer)), "{name}: {answer}");
        assert!(!answer.contains("root:"), "{name}");
        app.healthy();
    }
}

/// Heads that are no request of ours, with the statuses that may answer them; 0 is none.
pub fn heads(address: SocketAddr) -> Vec<(&'static str, String, &'static [u16])> {
    let host = format!("Host: {address}\r\n");
    let body =
        "Content-Type: application/json\r\nContent-Length: 23\r\nConnection: close\r\n\r\n{\"query\":\"{ version }\"}";
    vec![
        ("no HTTP", "\u{0}\u{1}\u{2}\r\n\r\n".into(), &[400, 0]),
        ("TLS hello", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n".into(), &[400, 0]),
        ("head huge", format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "x".repeat(300_000)), &[400, 413, 431, 0]),
        (
            "headers many",
            format!("GET /healthz HTTP/1.1\r\n{host}{}\r\n", "A: b\r\n".repeat(5_000)),
            &[400, 413, 431, 0],
        ),
        (
            "path traversal",
            format!("GET /../../../../etc/passwd HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[404, 400],
        ),
        (
            "path traversal, encoded",
            format!("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[404, 400],
        ),
        ("path with NUL", format!("GET /assets/%00 HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[404, 400]),
        ("method of no one", format!("HACK /graphql HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[405, 400]),
        ("cross-site post", format!("POST /graphql HTTP/1.1\r\n{host}Origin: https://evil.example\r\n{body}"), &[403]),
        ("post of a sandboxed page", format!("POST /graphql HTTP/1.1\r\n{host}Origin: null\r\n{body}"), &[403]),
        (
            "cross-site post without an origin",
            format!("POST /graphql HTTP/1.1\r\n{host}Sec-Fetch-Site: cross-site\r\n{body}"),
            &[403],
        ),
        ("compressed body", format!("POST /graphql HTTP/1.1\r\n{host}Content-Encoding: gzip\r\n{body}"), &[415]),
        (
            "token huge",
            format!("POST /graphql HTTP/1.1\r\n{host}Authorization: Bearer {}\r\n{body}", "x".repeat(20_000)),
            &[401],
        ),
        ("token not ASCII", format!("POST /graphql HTTP/1.1\r\n{host}Authorization: Bearer é\r\n{body}"), &[401]),
        (
            "length of lies",
            format!(
                "POST /graphql HTTP/1.1\r\n{host}Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n"
            ),
            &[413],
        ),
        ("length negative", format!("POST /graphql HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n"), &[400]),
        (
            "two lengths",
            format!("POST /graphql HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            &[400],
        ),
        (
            "length and chunks",
            format!("POST /graphql HTTP/1.1\r\n{host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            &[400, 415],
        ),
        (
            "chunk of lies",
            format!(
                "POST /graphql HTTP/1.1\r\n{host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx"
            ),
            &[400, 413, 0],
        ),
        ("accepts nothing", format!("POST /graphql HTTP/1.1\r\n{host}Accept: image/png\r\n{body}"), &[406]),
        (
            "invalid UTF-8 in the address",
            format!("GET /graphql?query=%FF%FE HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[400],
        ),
        (
            "the query twice",
            format!("GET /graphql?query=a&query=b HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[400],
        ),
        (
            "another site's name",
            "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".into(),
            &[403],
        ),
        (
            "another site's name in the address",
            "GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".into(),
            &[403],
        ),
        (
            "a name that begins as ours",
            "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\nConnection: close\r\n\r\n".into(),
            &[403],
        ),
        ("no name", "GET /graphql HTTP/1.1\r\nConnection: close\r\n\r\n".into(), &[400]),
        (
            "tunnel",
            format!("CONNECT evil.example:443 HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[403, 404, 405, 400],
        ),
        ("trace", format!("TRACE /graphql HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[405]),
        ("deletion", format!("DELETE /healthz HTTP/1.1\r\n{host}Connection: close\r\n\r\n"), &[405]),
        (
            "method override",
            format!(
                "GET /graphql?query=mutation%7Bbump%7D HTTP/1.1\r\n{host}X-HTTP-Method-Override: POST\r\nConnection: close\r\n\r\n"
            ),
            &[405, 400],
        ),
        ("HTTP/2 without TLS", format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{}", "\0".repeat(64)), &[400, 505, 0]),
        ("header without an end", format!("GET /healthz HTTP/1.1\r\n{host}X: a\nY: b\n"), &[400, 408, 0]),
        (
            "header in two lines",
            format!("GET /healthz HTTP/1.1\r\n{host}X: a\r\n b\r\nConnection: close\r\n\r\n"),
            &[400],
        ),
        (
            "header name with a space",
            format!("GET /healthz HTTP/1.1\r\n{host}X Y: a\r\nConnection: close\r\n\r\n"),
            &[400],
        ),
        (
            "chunks of another coding",
            format!(
                "POST /graphql HTTP/1.1\r\n{host}Content-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
            ),
            &[400, 415, 501],
        ),
        (
            "chunk that is no number",
            format!(
                "POST /graphql HTTP/1.1\r\n{host}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n"
            ),
            &[400, 0],
        ),
        (
            "address huge",
            format!("GET /graphql?query={} HTTP/1.1\r\n{host}Connection: close\r\n\r\n", "a".repeat(200_000)),
            &[400, 414, 431, 0],
        ),
        (
            "splitting the answer",
            format!("GET /healthz HTTP/1.1\r\n{host}X-Request-Id: a%0d%0aSet-Cookie: b\r\nConnection: close\r\n\r\n"),
            &[200],
        ),
        (
            "socket of another site",
            format!(
                "GET /graphql HTTP/1.1\r\n{host}Origin: https://evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            ),
            &[403],
        ),
        (
            "socket without a key",
            format!("GET /graphql HTTP/1.1\r\n{host}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
            &[400],
        ),
    ]
}

#[test]
fn a_slow_body_is_cut_off_and_a_slow_head_too() {
    let config = Config {
        body_time: Duration::from_millis(400),
        header_time: Duration::from_millis(1_000),
        ..Config::default()
    };
    let app = TestApp::with(config, Settings::default());
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        app.address
    );
    assert_eq!(status(&exchange(app.address, head.as_bytes())), 408);
    assert!(
        [408, 0].contains(&status(&exchange(app.address, b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")))
    );
    let idle: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(app.address).unwrap();
            stream.write_all(b"GET /healthz HTTP/1.1\r\nX: ").unwrap();
            stream
        })
        .collect();
    app.healthy();
    assert_eq!(app.query("{ version }").status, 200);
    drop(idle);
}

#[test]
fn searches_fill_the_pool_and_nothing_else() {
    let settings = Settings { deadline: Duration::from_millis(1_500), ..Settings::default() };
    let app = TestApp::with(Config::default(), settings);
    let many = format!("{{ {} }}", (0..90).fold(String::new(), |q, n| q + &format!("s{n}: search ")));
    std::thread::scope(|scope| {
        let flood = scope.spawn(|| app.query(&many));
        for _ in 0..10 {
            app.healthy();
            assert_eq!(app.query("{ version }").status, 200);
            std::thread::sleep(Duration::from_millis(50));
        }
        let reply = flood.join().unwrap();
        assert!([503, 504].contains(&reply.status), "{} {}", reply.status, reply.text);
    });
    // The pool is whole again.
    let reply = app.query("{ search }");
    assert_eq!((reply.status, reply.code().as_str()), (504, "TIMEOUT"));
}

#[test]
fn a_full_pool_says_when_to_come_back() {
    let settings =
        Settings { deadline: Duration::from_secs(2), search_threads: 1, search_queue: 1, ..Settings::default() };
    let app = TestApp::with(Config::default(), settings);
    std::thread::scope(|scope| {
        // One runs, one waits, both of one caller.
        let floods: Vec<_> = (0..3)
            .map(|_| {
                let many = format!("{{ {} }}", (0..90).fold(String::new(), |q, n| q + &format!("s{n}: search ")));
                scope.spawn(|| {
                    let many = many;
                    app.query(&many)
                })
            })
            .collect();
        let replies: Vec<_> = floods.into_iter().map(|flood| flood.join().unwrap()).collect();
        let overloaded = replies.iter().find(|reply| reply.status == 503).expect("one is refused at once");
        assert!(!overloaded.header("retry-after").is_empty() && overloaded.text.contains("OVERLOADED"));
    });
    app.healthy();
}

#[test]
fn ordinary_queries_go_on_during_a_flood_of_hostile_ones() {
    let app = TestApp::start();
    let queries: Vec<Value> = documents().into_iter().map(|(_, query, _)| json!({ "query": query })).collect();
    std::thread::scope(|scope| {
        let floods: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| queries.iter().for_each(|query| drop(app.post(query, &[GRAPHQL])))))
            .collect();
        while floods.iter().any(|flood| !flood.is_finished()) {
            let reply = app.query("{ double(n: 4) }");
            assert_eq!(reply.json()["data"]["double"], 8);
            app.healthy();
        }
    });
}
