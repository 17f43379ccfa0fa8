//! The national graph, built once from the publishers' files: those that decide an answer, so that a debug build does it
//! in well under a minute.

use std::path::Path;

use passerelle::graph::Graph;
use passerelle::import::open_data::{self, Reviews, Silent};
use passerelle::import::seed;

/// The files that decide answers; figures, European names and codes of other bodies add none.
const FOLDERS: [&str; 6] = ["etablissements", "rome_v460", "mon_master", "tmm", "certifinfo", "onisep_fiches"];
const REGISTER: [&str; 3] = ["Rome_", "Certificateurs_", "Ancienne_Nouvelle_"];
/// Tables of those folders that decide none.
const IDLE: [&str; 5] = ["arborescence", "cr_gd", "liens_rome", "unix_item", "technical-names"];

/// The graph.
pub fn graph() -> Graph {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let data = data.canonicalize().expect("the optional test data is there");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in FOLDERS {
        for file in files(&data.join(name)) {
            link(&file, folder.path());
        }
    }
    for file in files(&data.join("rncp")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if REGISTER.iter().any(|part| name.contains(part)) {
            link(&file, folder.path());
        }
    }
    let seed = seed::embedded().expect("a sound seed");
    let seeded = Graph::build(seed.nodes, seed.edges, 1).expect("a sound seed");
    let outcome = open_data::directory(folder.path(), &seeded, Reviews::default(), &Silent).expect("sound files");
    assert!(outcome.report.refused_files.is_empty(), "{}", outcome.report);
    seeded.apply(&outcome.changes).unwrap_or_else(|faults| panic!("{}", faults[0])).graph
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("readable").path()).collect()
}

fn link(file: &Path, into: &Path) {
    let name = file.file_name().expect("a file has a name");
    if IDLE.iter().any(|idle| name.to_string_lossy().contains(idle)) {
        return;
    }
    std::os::unix::fs::symlink(file, into.join(name)).expect("a link");
}
