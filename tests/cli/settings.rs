//! Settings by flag, environment and file: which counts, what is told, what is refused.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::program::{Run, command, passerelle};

/// What a server says of its settings when it starts, one line an origin.
fn told(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut child = command(&folder.path().join("data"), arguments)
        .env("PASSERELLE_LOG", "info")
        .envs(variables.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told: Vec<String> = lines.take_while(|line| !line.starts_with("passerelle answers at")).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    told.into_iter().filter(|line| line.contains("settings: ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_flag_counts_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passerelle.toml");
    std::fs::write(&file, "limit-depth = 7\nlimit-size = 700\nlimit-tokens = 70\nlisten = \"127.0.0.1:0\"\n").unwrap();
    let variables = [
        ("PASSERELLE_CONFIG", file.to_str().unwrap()),
        ("PASSERELLE_LIMIT_DEPTH", "8"),
        ("PASSERELLE_LIMIT_SIZE", "800"),
        ("PASSERELLE_BEHIND_PROXY", "true"),
    ];
    let told = told(&["serve", "--limit-depth", "9"], &variables);
    let line = |origin: &str| {
        let line = told.lines().find(|line| line.contains(&format!("\"from\":\"{origin}\"")));
        line.unwrap_or_else(|| panic!("nothing from {origin}: {told}")).to_owned()
    };
    assert!(line("command line").contains("limit-depth=9"), "{told}");
    assert!(line("environment").contains("behind-proxy=true limit-size=800"), "{told}");
    assert!(line("file").contains("listen=127.0.0.1:0 limit-tokens=70"), "{told}");
    assert!(line("default").contains("limit-nesting=60"), "{told}");
    assert_eq!(told.matches("limit-depth=").count(), 1, "{told}");
}

#[test]
fn a_variable_that_is_misspelt_starts_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut serve = command(&data, &["serve", "--listen", "127.0.0.1:0"]);
    let run = Run::of(serve.env("PASSERELLE_REQUIRE_TOKENS", "true").output().unwrap());
    run.refused(&["PASSERELLE_REQUIRE_TOKENS", "PASSERELLE_REQUIRE_TOKEN`"]);
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn a_file_with_a_mistake_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passerelle.toml");
    let data = folder.path().join("data");
    std::fs::write(&file, "# ours\n\nlimit-dept = 7\n").unwrap();
    let arguments = ["serve", "--config", file.to_str().unwrap()];
    passerelle(&data, &arguments).refused(&["passerelle.toml, l. 3", "limit-dept", "limit-depth"]);
    passerelle(&data, &["serve", "--config", "/nowhere/x.toml"]).refused(&["/nowhere/x.toml"]);
    assert!(!data.exists(), "nothing was made");
}
