//! The table, the documentation and the precedence.

use clap::{Args, Command, FromArgMatches};

use super::*;

fn given(arguments: &[&str]) -> Result<Given, clap::Error> {
    let command = Given::augment_args(Command::new("serve"));
    Given::from_arg_matches(&command.try_get_matches_from([&["serve"], arguments].concat())?)
}

#[test]
fn the_documentation_has_every_setting_with_its_default_and_a_reason() {
    let page = include_str!("../../../docs/configuration.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| row.trim_end_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    let options = Options::default();
    let expected: Vec<(&str, String)> = ALL
        .iter()
        .map(|setting| match setting.get(&options) {
            _ if setting.by_machine => (setting.name, String::new()),
            none if none.is_empty() => (setting.name, "none".to_owned()),
            default => (setting.name, default),
        })
        .collect();
    let listed: Vec<(&str, String)> = rows
        .iter()
        .zip(ALL)
        .map(|(row, setting)| (row[0], if setting.by_machine { String::new() } else { row[1].to_owned() }))
        .collect();
    assert_eq!(listed, expected);
    assert_eq!(rows.len(), ALL.len());
    for row in rows {
        assert!(row.len() == 3 && row[2].len() > 10, "no reason: {row:?}");
    }
}

#[test]
fn every_default_is_read_back_as_it_is_shown() {
    let options = Options::default();
    for setting in ALL {
        let text = setting.get(&options);
        let mut other = options.clone();
        setting.set(&mut other, &text).unwrap_or_else(|why| panic!("{}: {why}", setting.name));
        assert_eq!(setting.get(&other), text);
        assert!(super::named(setting.name).is_some_and(|index| ALL[index].variable().starts_with("PASSERELLE_")));
    }
}

#[test]
fn a_flag_counts_before_the_file_and_the_file_before_the_default() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("passerelle.toml");
    std::fs::write(&path, "listen = \"0.0.0.0:1\"\nlimit-depth = 7\nbehind-proxy = true\n").unwrap();
    let file = path.to_str().unwrap();
    let arguments =
        ["--config", file, "--limit-depth", "9", "--behind-proxy=false", "--allow-origin", "https://a.example"];
    let resolved =
        given(&[&arguments[..], &["--allow-origin", "https://b.example"]].concat()).unwrap().resolve().unwrap();
    let options = &resolved.options;
    assert_eq!((options.listen.port(), options.requests.limits.depth, options.http.behind_proxy), (1, 9, false));
    assert_eq!(options.http.origins.0, ["https://a.example", "https://b.example"]);
    assert!(resolved.listed(&Origin::Flag).contains("limit-depth=9"));
    assert!(resolved.listed(&Origin::File).contains("listen=0.0.0.0:1"));
    assert!(resolved.listed(&Origin::Default).contains("workers="));
    assert_eq!(resolved.origins(), [Origin::Flag, Origin::File, Origin::Default]);
}

#[test]
fn a_variable_that_is_misspelt_is_refused_with_the_nearest() {
    let check = |name: &str| check_variables(std::iter::once(name.to_owned()));
    let told = check("PASSERELLE_REQUIRE_TOKENS").unwrap_err().to_string();
    assert_eq!(
        told,
        "il n'y a pas de variable `PASSERELLE_REQUIRE_TOKENS` : vouliez-vous dire `PASSERELLE_REQUIRE_TOKEN` ?"
    );
    // Whoever asks the server may keep its address in such a variable.
    check("PASSERELLE_URL").unwrap();
    for name in ["PASSERELLE", "PASSERELLE_WORKERS", "PASSERELLE_LOG", "PASSERELLE_CONFIG", "PASSERELLE_CRASH_STATES"] {
        check(name).unwrap();
    }
    // Kubernetes names these after a service called `passerelle`.
    for name in ["PASSERELLE_SERVICE_HOST", "PASSERELLE_PORT", "PASSERELLE_PORT_8080_TCP_ADDR", "PATH"] {
        check(name).unwrap();
    }
}

#[test]
fn a_value_that_is_none_is_refused_by_name() {
    for arguments in [
        ["--workers", "0"],
        ["--workers", "100000"],
        ["--listen", "here"],
        ["--deadline", "soon"],
        ["--allow-origin", "example.org"],
        ["--workers", "0_"],
        ["--workers", "0_0"],
        ["--workers", "-1"],
        ["--max-connections", "0_0"],
        ["--backup-keep", "0_"],
        ["--limit-price", "0_"],
        ["--ping-every", "0s"],
        ["--ping-every", "31000000s"],
        ["--ping-every", "1e400"],
        ["--deadline", "0 s"],
        ["--deadline", "NaN"],
    ] {
        let error = given(&arguments).unwrap_err().to_string();
        assert!(error.contains(arguments[0]), "{error}");
    }
    let error = given(&["--config", "/nowhere.toml"]).unwrap().resolve().err().unwrap().to_string();
    assert!(error.contains("/nowhere.toml"), "{error}");
}
