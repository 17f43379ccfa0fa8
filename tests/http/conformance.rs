//! The public suites. They need Node and the packages that `npm ci` in tests/conformance brings, so they are ignored unless asked
//! for: `cargo test --test http -- --ignored conformance`.

use std::path::Path;
use std::process::Command;

use crate::app::TestApp;
use crate::program::Program;

/// Runs one of the scripts against the server at an address.
fn script(name: &str, url: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    assert!(folder.join("node_modules").is_dir(), "run `npm ci` in tests/conformance first");
    let output = Command::new("node").arg(name).arg(url).current_dir(&folder).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{text}");
    assert!(output.status.success(), "{text}");
}

fn run(name: &str) {
    let app = TestApp::start();
    script(name, &app.url("/graphql"));
}

#[test]
#[ignore = "needs `npm ci` in tests/conformance"]
fn graphql_over_http_passes_all_audits() {
    run("audit.mjs");
}

#[test]
#[ignore = "needs `npm ci` in tests/conformance"]
fn the_graphql_ws_client_is_served() {
    run("socket.mjs");
}

#[test]
#[ignore = "needs `npm ci` in tests/conformance"]
fn the_graphql_sse_client_is_served() {
    run("events.mjs");
}

#[test]
#[ignore = "needs `npm ci` in tests/conformance"]
fn the_program_passes_all_audits() {
    script("audit.mjs", &Program::start().url);
}
