//! An import that is killed at any moment: the graph is the old one or the new one, whole, and the next import goes through.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::program::{command, passerelle, seeded, text};

/// How many moments of an import are tried.
const MOMENTS: u32 = 7;

/// A file of interchange that takes a while to import.
fn large(folder: &Path) -> PathBuf {
    let mut lines = r#"{"format":"passerelle-graph","version":1,"source":"source/essai"}"#.to_owned();
    lines.push_str("\n{\"node\":\"source/essai\",\"name\":\"Un essai\"}\n");
    for n in 0..1_500 {
        let _ = writeln!(lines, r#"{{"node":"job/essayeur-{n}","name":"Essayeur {n}"}}"#);
    }
    let path = folder.join("grand.jsonl");
    fs::write(&path, lines).unwrap();
    path
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Starts an import and kills it after a while.
fn killed(data: &Path, file: &Path, after: Duration) {
    let mut import = command(data, &["import", "graph", text(file)]);
    let mut child = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap();
}

fn export(data: &Path) -> String {
    passerelle(data, &["export"]).done()
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_graph_or_the_new_one_and_the_next_goes_through() {
    let (folder, before) = seeded();
    let file = large(folder.path());
    let after = folder.path().join("after");
    copy(&before, &after);
    let start = Instant::now();
    passerelle(&after, &["import", "graph", text(&file)]).done();
    let whole = start.elapsed();
    let (old, new) = (export(&before), export(&after));
    assert_ne!(old, new);
    let mut kept = 0;
    for moment in 0..MOMENTS {
        let data = folder.path().join(format!("killed-{moment}"));
        copy(&before, &data);
        killed(&data, &file, whole * moment / MOMENTS);
        let found = export(&data);
        assert!(found == old || found == new, "neither the old graph nor the new one, killed at {moment}/{MOMENTS}");
        kept += usize::from(found == old);
        passerelle(&data, &["check"]).done();
        passerelle(&data, &["import", "graph", text(&file)]).done();
        assert!(export(&data) == new, "the next import is not whole, killed at {moment}/{MOMENTS}");
    }
    assert!(kept > 0, "no moment was before the end");
}

#[test]
fn killed_while_it_makes_the_folder_it_leaves_one_that_the_next_import_fills() {
    let folder = tempfile::tempdir().unwrap();
    let file = large(folder.path());
    let whole = folder.path().join("whole");
    let start = Instant::now();
    passerelle(&whole, &["import", "graph", text(&file)]).done();
    let (took, new) = (start.elapsed(), export(&whole));
    for moment in 0..MOMENTS {
        let data = folder.path().join(format!("killed-{moment}"));
        killed(&data, &file, took * moment / MOMENTS);
        passerelle(&data, &["import", "graph", text(&file)]).done();
        assert!(export(&data) == new, "the next import is not whole, killed at {moment}/{MOMENTS}");
        passerelle(&data, &["check"]).done();
    }
}
