//! `TestApp`: a server on a port of its own for one test, stopped when dropped.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use passerelle::api::access::{Caller, Role, TokenCheck};
use passerelle::api::gateway::{Gateway, Settings};
use passerelle::api::validate::Validator;
use passerelle::http::{self, Config, Gauge, Parts};
use serde_json::{Value, json};

use crate::schema::{Version, schema};

pub struct Tokens;

/// Whether the token `test-doomed`, an editor's, was revoked.
pub static REVOKED: AtomicBool = AtomicBool::new(false);

impl TokenCheck for Tokens {
    fn check(&self, token: &str) -> Option<Caller> {
        if token == "test-doomed" && !REVOKED.load(Ordering::Relaxed) {
            return Some(Caller::new(Role::Editor, "doomed"));
        }
        let role = Role::from_name(token.strip_prefix("test-")?)?;
        Some(Caller::new(role, format!("test {}", role.name())))
    }
}

pub struct TestApp {
    pub address: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

pub struct Reply {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or("").to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub const JSON: (&str, &str) = ("Accept", "application/json");
pub const GRAPHQL: (&str, &str) = ("Accept", "application/graphql-response+json");

impl TestApp {
    pub fn start() -> TestApp {
        TestApp::with(Config::default(), Settings::default())
    }

    pub fn with(config: Config, settings: Settings) -> TestApp {
        let listener = http::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let schema = schema();
            let validator = Arc::new(Validator::new(&schema.sdl()).unwrap());
            let gateway = Gateway::new(schema, validator, Version::default(), settings).unwrap();
            let parts = Parts {
                gateway: Arc::new(gateway),
                tokens: Arc::new(Tokens),
                graph: Box::new(|| Arc::new(crate::records::graph())),
                gauges: Box::new(|| vec![Gauge { name: "graph_nodes", help: "Nodes of the graph", value: 7 }]),
            };
            let config = Config { workers: 2, ..config };
            let serving = http::serve(listener, config, parts, async move { drop(stopped.await) });
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(serving).unwrap();
        });
        TestApp { address, stop: Some(stop), thread: Some(thread) }
    }

    /// Asks the server to stop, and waits until it has.
    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let mut request = ureq::http::Request::builder().method(method).uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            [] => agent.run(request.body(()).unwrap()).unwrap(),
            body => agent.run(request.body(body).unwrap()).unwrap(),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.body_mut().read_to_string().unwrap();
        Reply { status, headers, text }
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send("GET", path, headers, b"")
    }

    pub fn post(&self, body: &Value, headers: &[(&str, &str)]) -> Reply {
        let mut all = vec![("Content-Type", "application/json")];
        all.extend_from_slice(headers);
        self.send("POST", "/graphql", &all, body.to_string().as_bytes())
    }

    pub fn query(&self, query: &str) -> Reply {
        self.post(&json!({ "query": query }), &[GRAPHQL])
    }

    /// The health check answers, and soon.
    pub fn healthy(&self) {
        let start = Instant::now();
        assert_eq!(self.get("/healthz", &[]).status, 200);
        let took = start.elapsed();
        // An unoptimised server beside other tests has no limit.
        assert!(cfg!(debug_assertions) || took < Duration::from_millis(100), "the health check took {took:?}");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
    }
}
