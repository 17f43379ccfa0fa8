//! The public suites, when Node and their packages are there: `npm ci` in tests/conformance brings them.

use std::path::Path;
use std::process::Command;

use crate::app::TestApp;

/// Runs one of the scripts against the server at an address; says so when it cannot.
pub fn script(name: &str, url: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    if !folder.join("node_modules").is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{name}: CI brings the packages, and they are not here");
        println!("SKIPPED {name}: run `npm ci` in tests/conformance first");
        return;
    }
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
fn graphql_over_http_passes_all_audits() {
    run("audit.mjs");
}

#[test]
fn the_graphql_ws_client_is_served() {
    run("socket.mjs");
}

#[test]
fn the_graphql_sse_client_is_served() {
    run("events.mjs");
}
