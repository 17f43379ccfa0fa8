//! A store that a running server holds: questions go through it, other commands say what to do.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::program::{command, passerelle, seeded};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn questions_go_through_the_server_that_holds_the_store() {
    let (_folder, data) = seeded();
    let mut child = command(&data, &["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = { lines }.find_map(|line| line.strip_prefix("passerelle answers at ").map(str::to_owned)).unwrap();
    let server = Server(child);
    let query = ["query", "{ graph { version } }"];
    assert!(passerelle(&data, &query).done().contains("\"version\": 1"));
    let path = passerelle(&data, &["path", "SVT", "journaliste environnemental"]).done();
    assert!(path.contains("JET"), "{path}");
    passerelle(&data, &["query", "{ colour }"]).refused_with("GRAPHQL_VALIDATION_FAILED");
    let write = "mutation { applyChanges(input: {changes: [{putNode: {id: \"job/x\", name: \"X\"}}]}) { version } }";
    passerelle(&data, &["query", write]).refused_with("UNAUTHENTICATED");
    let token = passerelle(&data, &["token", "create", "--role", "editor", "--name", "essai"]).done();
    // The server looks for new tokens once a second.
    let written = || command(&data, &["query", write]).env("PASSERELLE_TOKEN", token.trim()).output().unwrap();
    let made = (0..10).any(|_| {
        std::thread::sleep(Duration::from_millis(500));
        String::from_utf8_lossy(&written().stdout).contains("\"version\": 2")
    });
    assert!(made, "{:?}", written());
    for arguments in [&["check"][..], &["export"], &["import", "seed"], &["backup", "/nowhere/backup"], &["repair"]] {
        passerelle(&data, arguments).refused(&[&address, "arrêtez-le", "applyChanges"]);
    }
    let journal = passerelle(&data, &["journal"]).done();
    assert!(journal.contains("essai") && journal.contains("127.0.0.1") && journal.contains("version 2"), "{journal}");
    drop(server);
    // Killed, it has left its address behind; the store is free all the same, and whoever takes it lets nobody ask there.
    assert!(data.join(".server").exists());
    passerelle(&data, &["check"]).done();
    assert!(!data.join(".server").exists());
}
