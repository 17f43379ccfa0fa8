//! SECURITY.md promises nothing without a test: each that it names exists.

use std::fs;

/// `file: test`, as the table names them.
fn named(cell: &str) -> impl Iterator<Item = (&str, &str)> {
    cell.split('`').skip(1).step_by(2).filter_map(|text| text.split_once(": "))
}

#[test]
fn every_promise_names_tests_that_exist() {
    let page = include_str!("../SECURITY.md");
    let (_, table) = page.split_once("| promise | test |\n").expect("the table of promises");
    let rows: Vec<&str> = table.lines().skip(1).take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() >= 15, "{} promises", rows.len());
    for row in rows {
        let mut count = 0;
        for (file, test) in named(row) {
            let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
            let at = text.find(&format!("fn {test}()")).unwrap_or_else(|| panic!("{file} has no {test}"));
            let before = &text[at.saturating_sub(120)..at];
            assert!(
                before.contains("#[test]") || before.contains("#[tokio::test]") || before.contains("proptest"),
                "{test}"
            );
            count += 1;
        }
        assert!(count > 0, "a promise without a test: {row}");
    }
}
