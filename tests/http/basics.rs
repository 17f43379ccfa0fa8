//! What an ordinary client sees: media types, statuses, codes, kept answers, tokens, rates, headers.

use std::io::{Read, Write};
use std::net::TcpStream;

use passerelle::api::access::Reading;
use passerelle::api::gateway::Settings;
use passerelle::http::Config;
use passerelle::http::origin::Origins;
use passerelle::http::rate::Rates;
use serde_json::json;

use crate::app::{GRAPHQL, JSON, TestApp};
use crate::wire::{Socket, exchange, exchange_half_closed};

#[test]
fn the_media_type_decides_the_status_of_a_refused_document() {
    let app = TestApp::start();
    let cases = [
        ("{ double(n: 2) }", 200, 200, ""),
        ("{ double(n: 2", 200, 400, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", 200, 400, "GRAPHQL_VALIDATION_FAILED"),
        ("{ double(n: \"x\") }", 200, 400, "GRAPHQL_VALIDATION_FAILED"),
        ("{ colour(colour: GREEN) }", 200, 400, "GRAPHQL_VALIDATION_FAILED"),
        ("{ half(n: NaN) }", 200, 400, "INVALID_INPUT"),
        ("{ half(n: 1e999) }", 200, 400, "INVALID_INPUT"),
        ("query($n: Int!) { double(n: $n) }", 200, 400, "INVALID_INPUT"),
        ("{ double(n: 2000000000) }", 200, 200, "INVALID_INPUT"),
        ("{ entity(ref: \"svtt\") { name } }", 200, 200, "UNKNOWN_REF"),
        ("{ fault }", 200, 200, "INTERNAL"),
        ("{ panics }", 200, 200, "INTERNAL"),
        ("mutation { bump }", 401, 401, "UNAUTHENTICATED"),
        ("subscription { count(to: 1) }", 400, 400, "BAD_REQUEST"),
    ];
    for (query, as_json, as_graphql, code) in cases {
        for (accept, status) in [(JSON, as_json), (GRAPHQL, as_graphql)] {
            let reply = app.post(&json!({ "query": query }), &[accept]);
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{query} {accept:?} {}", reply.text);
            assert!(reply.header("content-type").starts_with(accept.1), "{query}");
            assert!(reply.header("content-type").ends_with("; charset=utf-8"));
            assert!(!reply.text.contains("secret"), "{}", reply.text);
        }
    }
    let reply = app.query("{ entity(ref: \"svtt\") { name } }").json();
    assert_eq!(reply["errors"][0]["extensions"]["suggestions"][0]["id"], "licence/svt");
    assert!(reply["data"]["entity"].is_null() && reply.get("data").is_some());
}

#[test]
fn bad_variables_are_the_callers_input() {
    let app = TestApp::start();
    let query = "query($n: Int!, $c: Colour) { double(n: $n) colour(colour: RED) x: colour(colour: $c) }";
    let query = query.replace("$c: Colour", "$c: Colour!");
    for variables in
        [json!({}), json!({ "n": "x", "c": "RED" }), json!({ "n": 1.5, "c": "RED" }), json!({ "n": 1, "c": "NO" })]
    {
        let reply = app.post(&json!({ "query": query, "variables": variables }), &[GRAPHQL]);
        assert_eq!((reply.status, reply.code().as_str()), (400, "INVALID_INPUT"), "{variables} {}", reply.text);
    }
    let body = format!("{{\"query\":{},\"variables\":{{\"n\":1e999,\"c\":\"RED\"}}}}", json!(query));
    let reply = app.send("POST", "/graphql", &[("Content-Type", "application/json"), GRAPHQL], body.as_bytes());
    assert_eq!((reply.status, reply.code().as_str()), (400, "INVALID_INPUT"));
}

#[test]
fn get_takes_queries_and_no_mutation() {
    let app = TestApp::start();
    let two = "/graphql?query=query%20A%7Bversion%7Dquery%20B(%24n%3AInt!)%7Bdouble(n%3A%24n)%7D";
    let reply = app.get(&format!("{two}&operationName=B&variables=%7B%22n%22%3A4%7D"), &[]);
    assert_eq!(reply.json()["data"], json!({ "double": 8 }));
    let reply = app.get("/graphql?query=mutation%7Bbump%7D", &[("Authorization", "Bearer test-editor")]);
    assert_eq!((reply.status, reply.code().as_str(), reply.header("allow")), (405, "METHOD_NOT_ALLOWED", "POST"));
    assert_eq!(app.get("/graphql", &[]).code(), "BAD_REQUEST");
    for method in ["PUT", "DELETE", "PATCH", "HEAD"] {
        let reply = app.send(method, "/graphql", &[], b"");
        assert_eq!((reply.status, reply.header("allow")), (405, "GET, POST, OPTIONS"), "{method}");
    }
}

#[test]
fn what_one_connection_asks_at_once_is_answered_in_order() {
    let app = TestApp::start();
    let ask = |n: i32| {
        let body = format!("{{\"query\":\"{{ double(n: {n}) }}\"}}");
        let (address, length) = (app.address, body.len());
        let head = format!("POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n");
        format!("{head}Content-Length: {length}\r\n\r\n{body}")
    };
    let answers = exchange(app.address, (0..20).map(ask).collect::<String>().as_bytes());
    let doubled =
        answers.split("\"double\":").skip(1).map(|rest| rest[..rest.find('}').unwrap()].parse::<i32>().unwrap());
    assert_eq!(doubled.collect::<Vec<_>>(), (0..20).map(|n| 2 * n).collect::<Vec<_>>());
    // Who asks once and closes its side at once is answered too.
    let answer = exchange_half_closed(app.address, ask(21).as_bytes());
    assert!(answer.contains("\"double\":42"), "{answer}");
}

#[test]
fn answers_are_kept_until_the_graph_changes() {
    let app = TestApp::start();
    let ask = || app.query("{ version }").json()["data"]["version"].as_u64();
    assert_eq!((ask(), ask()), (Some(0), Some(0)));
    assert!(app.get("/metrics", &[]).text.contains("passerelle_answers_kept_given 1\n"));
    let bumped = app.post(&json!({ "query": "mutation { bump }" }), &[("Authorization", "Bearer test-editor")]);
    assert_eq!(bumped.json()["data"]["bump"], 1);
    assert_eq!(ask(), Some(1));
    let off = TestApp::with(Config::default(), Settings { answer_bytes: 0, ..Settings::default() });
    off.query("{ version }");
    off.query("{ version }");
    assert!(off.get("/metrics", &[]).text.contains("passerelle_answers_kept_given 0\n"));
}

#[test]
fn a_kept_answer_is_only_for_what_was_written_the_same_and_may_read() {
    let app = TestApp::start();
    let given = || {
        let metrics = app.get("/metrics", &[]).text;
        let line = metrics.lines().find(|line| line.starts_with("passerelle_answers_kept_given ")).unwrap();
        line.rsplit(' ').next().unwrap().parse::<u32>().unwrap()
    };
    let body = json!({ "query": "{ double(n: 4) }" });
    app.post(&body, &[JSON]);
    let other =
        |n: i32| app.post(&json!({ "query": "query($n: Int!) { double(n: $n) }", "variables": { "n": n } }), &[JSON]);
    assert_eq!([1, 2].map(|n| other(n).json()["data"]["double"].as_i64()), [Some(2), Some(4)]);
    app.post(&body, &[JSON, ("Authorization", "Bearer test-reader")]);
    assert_eq!(given(), 0);
    app.post(&body, &[JSON, ("Authorization", "Bearer test-reader")]);
    assert_eq!((app.post(&body, &[JSON]).json()["data"]["double"].as_i64(), given()), (Some(8), 2));
    assert_eq!(app.post(&body, &[("Accept", "text/html")]).code(), "NOT_ACCEPTABLE");
    assert_eq!(app.post(&body, &[JSON, ("Authorization", "Bearer wrong")]).code(), "UNAUTHENTICATED");
    let unrelated = json!({ "query": "{ double(n: 4) }", "extensions": { "client": { "name": "tests" } } });
    assert_eq!([0, 1].map(|_| app.post(&unrelated, &[JSON]).code()), ["", ""]);
    assert_eq!(given(), 3);
    // An event stream gives what it gave before; its text means nothing to a plain request.
    let events = [0, 1].map(|_| app.post(&body, &[("Accept", "text/event-stream")]).text);
    assert!(events[0].contains("\"double\":8") && events[0] == events[1], "{}", events[0]);
    let mut socket = Socket::ready(app.address);
    for id in ["a", "b"] {
        socket.subscribe(id, "{ double(n: 5) }");
        assert_eq!(
            (socket.text()["payload"]["data"]["double"].as_i64(), socket.text()["id"].as_str()),
            (Some(10), Some(id))
        );
    }
    assert_eq!(given(), 5);
}

#[test]
fn persisted_queries_are_found_by_their_hash() {
    let app = TestApp::start();
    let hash = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38"; // {__typename}
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let reply = app.post(&json!({ "extensions": extensions }), &[JSON]);
    assert_eq!((reply.status, reply.code().as_str()), (200, "PERSISTED_QUERY_NOT_FOUND"));
    assert_eq!(reply.json()["errors"][0]["message"], "PersistedQueryNotFound");
    // Registered anew each time, so that it is known as long as it is used.
    for _ in 0..2 {
        assert_eq!(app.post(&json!({ "query": "{__typename}", "extensions": extensions }), &[JSON]).code(), "");
    }
    assert!(app.get("/metrics", &[]).text.contains("passerelle_answers_kept_given 0\n"));
    let path = "/graphql?extensions=%7B%22persistedQuery%22%3A%7B%22version%22%3A1%2C%22sha256Hash%22%3A%22";
    assert_eq!(app.get(&format!("{path}{hash}%22%7D%7D"), &[]).json()["data"]["__typename"], "Query");
}

#[test]
fn the_price_is_told() {
    let app = TestApp::start();
    let cost = app.query("{ allLicences(first: 10) { nodes { name } } }").json()["extensions"]["cost"].clone();
    // `allLicences`, `nodes`, ten licences, their names.
    assert_eq!(cost, json!({ "price": 221, "limit": 400_000, "values": 22 }));
}

#[test]
fn roles_are_enforced() {
    let open = TestApp::start();
    let closed = TestApp::with(Config::default(), Settings { reading: Reading::TokenOnly, ..Settings::default() });
    let cases = [
        ("", 200, 401, 401),
        ("Bearer test-reader", 200, 200, 403),
        ("Bearer test-editor", 200, 200, 200),
        ("Bearer test-admin", 200, 200, 200),
        ("Bearer test-nobody", 401, 401, 401),
        ("Basic dGVzdC1lZGl0b3I=", 401, 401, 401),
        ("Bearer", 401, 401, 401),
        ("Bearer  ", 401, 401, 401),
    ];
    for (authorization, reading, reading_closed, writing) in cases {
        let headers: &[(&str, &str)] = if authorization.is_empty() { &[] } else { &[("Authorization", authorization)] };
        let status = |app: &TestApp, query: &str| app.post(&json!({ "query": query }), headers).status;
        assert_eq!(status(&open, "{ version }"), reading, "{authorization}");
        assert_eq!(status(&closed, "{ version }"), reading_closed, "{authorization}");
        assert_eq!(status(&closed, "{ __schema { types { name } } }"), reading_closed, "{authorization}");
        assert_eq!(status(&open, "mutation { bump }"), writing, "{authorization}");
    }
    let refused = open.post(&json!({ "query": "{ version }" }), &[("Authorization", "Bearer secret-token")]);
    assert!(!refused.text.contains("secret-token"));
    assert_eq!(refused.header("www-authenticate"), "Bearer");
}

#[test]
fn a_rate_is_kept_and_told() {
    let rates = Rates { per_address: 3, per_token: 100, loopback: true };
    let app = TestApp::with(Config { rates, ..Config::default() }, Settings::default());
    for left in ["2", "1", "0"] {
        let reply = app.query("{ version }");
        assert_eq!((reply.status, reply.header("ratelimit-remaining")), (200, left));
    }
    let reply = app.query("{ version }");
    assert_eq!((reply.status, reply.code().as_str()), (429, "RATE_LIMITED"));
    assert!(reply.header("retry-after").parse::<u32>().unwrap() <= 20);
    let reply = app.post(&json!({ "query": "{ version }" }), &[("Authorization", "Bearer test-reader")]);
    assert_eq!((reply.status, reply.header("ratelimit-limit")), (200, "100"));
    app.healthy();
}

#[test]
fn a_wrong_token_counts_for_its_address() {
    let rates = Rates { per_address: 3, per_token: 100, loopback: true };
    let app = TestApp::with(Config { rates, ..Config::default() }, Settings::default());
    let attempt = || app.post(&json!({ "query": "{ version }" }), &[("Authorization", "Bearer guess")]).status;
    assert_eq!([attempt(), attempt(), attempt(), attempt()], [401, 401, 401, 429]);
}

#[test]
fn other_sites_may_come_in_only_when_named() {
    let origins = Origins(vec!["https://ok.example".into()]);
    let app = TestApp::with(Config { origins, ..Config::default() }, Settings::default());
    let body = json!({ "query": "{ version }" });
    let reply = app.post(&body, &[("Origin", "https://ok.example")]);
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, "https://ok.example"));
    let reply = app.post(&body, &[("Origin", "https://evil.example")]);
    assert_eq!((reply.status, reply.code().as_str()), (403, "FORBIDDEN"));
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let ask = |origin: &str| app.send("OPTIONS", "/graphql", &[("Origin", origin)], b"");
    assert_eq!(ask("https://ok.example").header("access-control-allow-methods"), "GET, POST");
    assert_eq!(ask("https://evil.example").header("access-control-allow-methods"), "");
    let own = format!("http://{}", app.address);
    assert_eq!(app.post(&body, &[("Origin", &own)]).status, 200);
    // What is only read may be read by such a page too, with the headers that a copy is kept current by.
    for path in ["/export.jsonl.gz", "/schema.graphql", "/healthz"] {
        let asked = [("Origin", "https://ok.example"), ("Access-Control-Request-Headers", "if-none-match")];
        let reply = app.send("OPTIONS", path, &asked, b"");
        assert_eq!((reply.status, reply.header("access-control-allow-methods")), (204, "GET, HEAD"), "{path}");
        assert_eq!(reply.header("access-control-allow-headers"), "if-none-match", "{path}");
    }
    let reply = app.get("/schema.graphql", &[("Origin", "https://ok.example")]);
    assert!(reply.header("access-control-expose-headers").contains("X-Graph-Version"));
}

#[test]
fn an_image_of_another_site_has_the_server_work_for_nothing() {
    let app = TestApp::start();
    let site = ("Sec-Fetch-Site", "cross-site");
    for path in ["/schema.graphql", "/metrics", "/graphql?query=%7Bversion%7D"] {
        assert_eq!(app.get(path, &[site, ("Sec-Fetch-Mode", "no-cors")]).status, 403, "{path}");
    }
    assert_eq!(app.get("/schema.graphql", &[site, ("Sec-Fetch-Mode", "navigate")]).status, 200, "a link may lead here");
}

#[test]
fn every_answer_has_its_headers() {
    let app = TestApp::start();
    for path in ["/healthz", "/readyz", "/metrics", "/schema.graphql", "/graphql", "/no/such/thing"] {
        let reply = app.get(path, &[]);
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert!(!reply.header("x-request-id").is_empty(), "{path}");
    }
    assert_eq!(app.get("/healthz", &[("X-Request-Id", "abc-1")]).header("x-request-id"), "abc-1");
    assert_ne!(app.get("/healthz", &[("X-Request-Id", "a b\"c")]).header("x-request-id"), "a b\"c");
    assert!(app.get("/schema.graphql", &[]).text.contains("type Query"));
    assert!(app.get("/metrics", &[]).text.contains("passerelle_graph_nodes 7\n"));
    assert!(app.get("/readyz", &[]).text.starts_with("ready"));
}

#[test]
fn a_long_answer_is_compressed_for_those_who_take_it() {
    let app = TestApp::start();
    let fetch = |accept: &str| {
        let path = "/graphql?query=%7Btext(length:5000)%7D";
        let host = app.address;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: {accept}\r\nConnection: close\r\n\r\n");
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8_lossy(&answer[..body]).into_owned();
        assert!(head.lines().any(|line| line.starts_with("vary:") && line.contains("Accept-Encoding")), "{head}");
        (head.contains("content-encoding: gzip"), answer[body..].to_vec())
    };
    let unpacked = |body: &[u8]| {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(body).read_to_end(&mut text).unwrap();
        text
    };
    // Compressed, compressed and kept, given from those kept; and plain.
    let packed = [0, 1, 2].map(|_| fetch("br, gzip"));
    let (gzip, plain) = fetch("gzip;q=0");
    assert!(!gzip && plain.len() > 10_000);
    for (gzip, body) in packed {
        assert!(gzip && body.len() < 2_000 && unpacked(&body) == plain);
    }
    assert_eq!(fetch("identity"), (false, plain));
}

#[test]
fn introspection_of_the_tools_passes() {
    let app = TestApp::start();
    for (tool, query) in [
        ("GraphiQL", include_str!("queries/graphiql-introspection.graphql")),
        ("Apollo", include_str!("queries/apollo-introspection.graphql")),
    ] {
        let reply = app.query(query);
        assert_eq!(reply.status, 200, "{tool}: {}", reply.text);
        assert!(reply.json()["data"]["__schema"]["types"].as_array().is_some_and(|types| types.len() > 10), "{tool}");
    }
}

#[test]
fn the_page_is_served_with_its_policy() {
    let app = TestApp::start();
    let page = app.get("/", &[("Accept-Encoding", "identity")]);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    assert_eq!(page.header("cache-control"), "no-cache");
    let script = page.text.split('"').find(|part| part.ends_with(".js")).unwrap().trim_start_matches('.').to_owned();
    let plain = app.get(&script, &[("Accept-Encoding", "identity")]);
    assert_eq!((plain.status, plain.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert!(plain.header("cache-control").contains("immutable") && plain.header("content-encoding").is_empty());
    assert_eq!(app.send("POST", "/", &[], b"").status, 404);
    assert_eq!(app.get("/assets/../../Cargo.toml", &[]).status, 404);
}

#[test]
fn where_reading_needs_a_token_the_schema_and_the_figures_do_too() {
    let app = TestApp::with(Config::default(), Settings { reading: Reading::TokenOnly, ..Settings::default() });
    let reader = ("Authorization", "Bearer test-reader");
    // A record is a fact as any other.
    assert_eq!(app.get("/job/journaliste-environnemental", &[]).status, 401);
    for path in ["/schema.graphql", "/metrics"] {
        assert_eq!((app.get(path, &[]).status, app.get(path, &[reader]).status), (401, 200), "{path}");
        assert_eq!(app.get(path, &[("Authorization", "Bearer guess")]).code(), "UNAUTHENTICATED", "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.get(path, &[]).status, 200, "{path}");
    }
}

#[test]
fn a_get_that_a_browser_makes_for_a_foreign_page_is_refused() {
    let path = "/graphql?query=%7Bversion%7D";
    let (cross, image) = (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "image"));
    let app = TestApp::start();
    assert_eq!(app.get(path, &[cross, image]).code(), "FORBIDDEN");
    for site in ["same-origin", "same-site", "none"] {
        assert_eq!(app.get(path, &[("Sec-Fetch-Site", site)]).status, 200, "{site}");
    }
    let origins = Origins(vec!["https://ok.example".into()]);
    let app = TestApp::with(Config { origins, ..Config::default() }, Settings::default());
    assert_eq!(app.get(path, &[cross, ("Origin", "https://ok.example")]).status, 200);
    assert_eq!(app.get(path, &[cross, ("Origin", "https://evil.example")]).status, 403);
}
