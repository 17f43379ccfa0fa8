//! Runs of the program, and folders compared before and after.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// What a run ended with.
pub struct Run {
    pub success: bool,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
        Run { success: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The standard output of a run that went well.
    #[track_caller]
    pub fn done(self) -> String {
        assert!(self.success, "{}{}", self.out, self.err);
        self.out
    }

    /// Checks that the program refused in its own words: one message on standard error, with all of these parts.
    #[track_caller]
    pub fn refused(&self, parts: &[&str]) {
        assert!(!self.success, "not refused: {}{}", self.out, self.err);
        assert_eq!(self.out, "");
        let messages = self.err.lines().filter(|line| line.starts_with("error: ") || line.starts_with("erreur : "));
        assert_eq!(messages.count(), 1, "{}", self.err);
        self.says(&self.err, parts);
    }

    /// Checks that a query was refused with this code; returns its first error.
    #[track_caller]
    pub fn refused_with(&self, code: &str) -> Value {
        assert!(!self.success, "not refused: {}{}", self.out, self.err);
        self.says(&self.out, &[]);
        let answer: Value = serde_json::from_str(&self.out).expect("the answer is JSON");
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer:#}");
        answer["errors"][0].clone()
    }

    #[track_caller]
    fn says(&self, text: &str, parts: &[&str]) {
        for part in parts {
            assert!(text.contains(part), "`{part}` is not in: {text}");
        }
        for inside in ["panicked", "RUST_BACKTRACE", "src/", "stack backtrace"] {
            assert!(!self.err.contains(inside) && !self.out.contains(inside), "`{inside}` is in: {}", self.err);
        }
    }
}

/// The program with these arguments, on the store in a folder.
pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passerelle"));
    command.args(arguments).arg("--data").arg(dir).env_remove("PASSERELLE_LISTEN").env_remove("PASSERELLE_LOG");
    command
}

/// Runs the program on the store in a folder.
pub fn passerelle(dir: &Path, arguments: &[&str]) -> Run {
    Run::of(command(dir, arguments).output().expect("the program starts"))
}

/// A folder for one test, with a store that holds the curated graph in `data`.
pub fn seeded() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    passerelle(&data, &["query", "{ graph { version } }"]).done();
    // The engine notes where it stands at the second opening; from then on, reading leaves every byte as it is.
    passerelle(&data, &["check"]).done();
    (folder, data)
}

/// Every file below a folder with its content; a missing folder has none.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), Vec::new());
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// Runs a test and checks that nothing below the folder has changed.
#[track_caller]
pub fn unchanged<T>(folder: &Path, test: impl FnOnce() -> T) -> T {
    let before = contents(folder);
    let result = test();
    let after = contents(folder);
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    let differing: Vec<&PathBuf> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert!(differing.is_empty(), "changed: {differing:?}");
    result
}

/// A path as an argument.
pub fn text(path: &(impl AsRef<OsStr> + ?Sized)) -> &str {
    path.as_ref().to_str().expect("the paths of tests are UTF-8")
}
