//! Folders that cannot be used: each is named, with what to do, and nothing in it changes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::program::{Run, command, passerelle, seeded, text, unchanged};

const ALL: [&[&str]; 6] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["path", "SVT", "doctorat"],
    &["query", "{ graph { version } }"],
    &["import", "seed"],
    &["export"],
    &["check"],
];

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.tex"), "\\documentclass{book}").unwrap();
    for arguments in ALL {
        unchanged(folder.path(), || {
            passerelle(folder.path(), arguments).refused(&[text(folder.path()), "thesis.tex", "--data"]);
        });
    }
    let file = folder.path().join("thesis.tex");
    unchanged(folder.path(), || passerelle(&file, &["path", "SVT", "doctorat"]).refused(&["est un fichier"]));
}

#[test]
fn a_store_that_must_be_there_and_is_not_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    unchanged(folder.path(), || {
        for arguments in [["export"], ["check"]] {
            passerelle(&absent, &arguments).refused(&[text(&absent), "pas de base"]);
        }
        passerelle(&absent, &["backup", text(&folder.path().join("file"))]).refused(&[text(&absent), "pas de base"]);
    });
}

#[test]
fn a_newer_format_asks_for_a_newer_program() {
    let (folder, data) = seeded();
    let marker = data.join("passerelle.json");
    let newer = fs::read_to_string(&marker).unwrap().replace("\"format\":2", "\"format\":999");
    assert!(newer.contains("999"), "the marker names no format 2: {newer}");
    fs::write(&marker, newer).unwrap();
    for arguments in ALL {
        unchanged(folder.path(), || {
            passerelle(&data, arguments).refused(&[text(&data), "format 999", "mettez passerelle à jour"]);
        });
    }
}

/// Flips a bit in the middle of a file.
fn damage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_damaged_store_is_told_and_repaired_in_french() {
    let (folder, data) = seeded();
    let backup = folder.path().join("sauvegarde");
    passerelle(&data, &["backup", text(&backup)]).done();
    damage(&backup);
    let restored = passerelle(&folder.path().join("neuf"), &["restore", text(&backup)]);
    restored.refused(&["n'est pas une sauvegarde saine : elle n'est pas telle qu'elle a été écrite"]);

    damage(&data.join("checkpoint/00000000000000000001.checkpoint"));
    let checked = passerelle(&data, &["check"]);
    assert!(!checked.success && checked.err.contains("fautes trouvées : 1"), "{}", checked.err);
    assert_eq!(checked.out, "le point de reprise de la version 1 est incomplet\n");

    damage(&data.join("log/00000000000000000000.log"));
    fs::remove_dir_all(data.join("sled")).unwrap();
    let told = "des lots de changements confirmés ne peuvent être lus (version 1) : ";
    for arguments in ALL {
        unchanged(&data, || passerelle(&data, arguments).refused(&[told, "les octets", "sont illisibles ;"]));
    }
    let repaired = passerelle(&data, &["repair"]).done();
    assert!(repaired.contains("changements sauvés sur"), "{repaired}");
    assert!(repaired.contains("la base abîmée est gardée dans"), "{repaired}");
    assert!(passerelle(&data, &["check"]).done().starts_with("la base est saine"));
}

/// A server that is stopped when dropped.
struct Server(Child);

impl Server {
    fn start(data: &Path) -> Server {
        let mut serve = command(data, &["serve", "--listen", "127.0.0.1:0"]);
        let mut child = serve.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = lines.by_ref().map_while(Result::ok).find(|line| line.contains("answers at"));
        assert!(ready.is_some(), "the server did not start");
        // Kept open, so that the server can go on writing.
        std::thread::spawn(move || lines.map_while(Result::ok).count());
        Server(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_store_that_a_server_holds_is_not_opened_twice() {
    let (folder, data) = seeded();
    let _server = Server::start(&data);
    unchanged(folder.path(), || {
        for arguments in [&["import", "seed"][..], &["serve", "--listen", "127.0.0.1:0"], &["check"]] {
            passerelle(&data, arguments).refused(&[text(&data), "est tenue par"]);
        }
    });
}

#[test]
fn a_store_that_this_user_may_not_write_says_so() {
    let (folder, data) = seeded();
    let program = folder.path().join("passerelle");
    fs::copy(env!("CARGO_BIN_EXE_passerelle"), &program).unwrap();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(folder.path(), 0o755);
    let paths: Vec<_> = crate::program::contents(&data).into_keys().chain([data.clone()]).collect();
    for path in &paths {
        mode(path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    let mut run = Command::new(&program);
    if fs::metadata(&program).unwrap().uid() == 0 {
        // The superuser may write anywhere: somebody else runs it.
        run.uid(65534).gid(65534);
    }
    let output = run.args(["path", "SVT", "doctorat", "--data", text(&data)]).env("PASSERELLE_LOG", "warn").output();
    unchanged(&data, || {
        Run::of(output.unwrap()).refused(&[text(&data), "ne peut pas être écrite", "le droit d'y écrire"])
    });
    for path in &paths {
        mode(path, if path.is_dir() { 0o755 } else { 0o644 });
    }
}
