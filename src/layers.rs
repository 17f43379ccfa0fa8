//! ARCHITECTURE.md's directions, held: which room may name which, which file may name which library, and that files of one room
//! form no circles. Only `use` and paths in code count; tests may name what they like.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each room, and those that it names. `cli` dispatches to all.
const ROOMS: [(&str, &[&str]); 13] = [
    ("model", &[]),
    ("graph", &["model"]),
    ("pathway", &["graph", "model"]),
    ("guidance", &["graph", "model", "pathway"]),
    ("store", &["model"]),
    ("export", &["graph", "model"]),
    ("import", &["graph", "model"]),
    ("journal", &[]),
    ("app", &["export", "graph", "journal", "model", "store"]),
    ("api", &["app", "export", "graph", "guidance", "journal", "model", "pathway", "store"]),
    // A token's role is one of the API's.
    ("tokens", &["api", "model"]),
    ("page", &["export", "graph", "model"]),
    ("http", &["api", "export", "graph", "model", "page"]),
];

/// Libraries that stand behind a wall, and the files that may name them, by how their paths begin.
const LIBRARIES: [(&str, &[&str]); 14] = [
    ("sled", &["store/engine"]),
    ("petgraph", &["graph/build", "graph/petgraph_view"]),
    ("async_graphql", &["api"]),
    ("apollo_compiler", &["api"]),
    ("actix_web", &["http"]),
    ("actix_ws", &["http/socket"]),
    ("clap", &["cli", "main"]),
    ("anyhow", &["cli"]),
    ("indicatif", &["cli/import"]),
    ("calamine", &["import/open_data"]),
    ("zip", &["import/open_data"]),
    ("quick_xml", &["export/graphml", "import/open_data"]),
    ("arc_swap", &["app"]),
    ("rust_embed", &["page"]),
];

/// What rooms that only compute never name: files, sockets, clocks, the environment, other threads.
const IMPURE: [&str; 9] =
    ["std::fs", "std::io", "std::net", "std::env", "std::time", "std::thread", "std::process", "tokio", "tracing"];

/// The circles among files of one folder, each with why it stands.
const CIRCLES: &[(&str, &str)] = &[
    (
        "api: entity indicators listing related",
        "types of the schema hold one another: a master its jobs, a job its masters",
    ),
    ("api/plan: connection record", "a record holds connections, a connection records"),
    (
        "graph/names: fuzzy overlay",
        "an index looks beside itself into a small one of what changed, which is of the same make",
    ),
    ("store: engine folder mirror sealed segments", "what lies in a folder, told apart by who wrote it"),
];

struct Source {
    /// The path below `src`, without its ending.
    module: Vec<String>,
    /// Every path that the code names, spelt out.
    named: BTreeSet<Vec<String>>,
    code: String,
}

fn sources() -> Vec<Source> {
    fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
        for entry in fs::read_dir(folder).expect("src is readable") {
            let path = entry.expect("src is readable").path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let of_tests = ["tests", "arbitrary", "brute", "real_files", "promises", "layers"];
    let sources =
        paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "rs")).filter_map(|path| {
            let below = path.strip_prefix(&root).expect("it is below").with_extension("");
            let module: Vec<String> = below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if module.iter().any(|part| of_tests.contains(&part.as_str())) {
                return None;
            }
            let text = fs::read_to_string(&path).expect("src is readable");
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code: String =
                text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let named = named(&code, &module);
            Some(Source { module, named, code })
        });
    sources.collect()
}

/// The paths from `crate`, `super` and `self` in a file's code, with groups taken apart, as paths from the root.
fn named(code: &str, module: &[String]) -> BTreeSet<Vec<String>> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| word(c) || c == ':') {
                continue;
            }
            let rest = &code[at..];
            let end = rest.find(|c: char| !word(c) && !":{}, \n".contains(c)).unwrap_or(rest.len());
            let mut paths = Vec::new();
            spell_out("", &rest[..end], &mut paths);
            found.extend(paths.into_iter().map(|path| absolute(&path, module)));
        }
    }
    found
}

/// `a::{b, c::d}` as `a::b` and `a::c::d`; what follows the path is left.
fn spell_out(before: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim_start();
    let end = tree.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(tree.len());
    let path = format!("{before}{}", &tree[..end]);
    let rest = &tree[end..];
    if !path.ends_with("::") || !rest.starts_with('{') {
        found.push(path.trim_end_matches(':').to_owned());
        return;
    }
    let (mut depth, mut from) = (0, 1);
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 1 || c == '}' && depth == 0 {
            let item = rest[from..at].trim();
            if !item.is_empty() {
                spell_out(&path, item, found);
            }
            from = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
}

fn absolute(path: &str, module: &[String]) -> Vec<String> {
    let mut place = module.to_vec();
    let mut parts = path.split("::").peekable();
    while let Some(part) = parts.peek() {
        match *part {
            "crate" => place.clear(),
            "super" => drop(place.pop()),
            "self" => {}
            _ => break,
        }
        parts.next();
    }
    place.extend(parts.map(str::to_owned));
    place
}

#[test]
fn rooms_name_those_below_them() {
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sources = sources();
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    for source in &sources {
        let others = source.named.iter().filter_map(|path| path.first()).filter(|room| **room != source.module[0]);
        let others = others.filter(|room| rooms.contains(room.as_str()) || *room == "cli" || *room == "logging");
        seen.entry(source.module[0].clone()).or_default().extend(others.cloned());
    }
    for (room, named) in ROOMS {
        let expected: BTreeSet<String> = named.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(seen[room], expected, "{room} names");
    }
    for source in
        sources.iter().filter(|source| ["model", "graph", "pathway", "guidance"].contains(&&*source.module[0]))
    {
        // Building a graph makes its index beside its relations; the scope ends before the graph is there.
        let scoped = |library: &str| source.module == ["graph", "build"] && library == "std::thread";
        let named = |library: &&str| names(&source.code, library) && !scoped(library);
        let impure: Vec<&str> = IMPURE.into_iter().filter(named).collect();
        assert!(impure.is_empty(), "{} names {impure:?}", source.module.join("/"));
    }
}

/// Whether code names a library or a module of one.
fn names(code: &str, library: &str) -> bool {
    let path = format!("{library}::");
    code.match_indices(&path)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn libraries_stand_behind_their_walls() {
    for (library, places) in LIBRARIES {
        for source in sources().iter().filter(|source| names(&source.code, library)) {
            let file = source.module.join("/");
            assert!(places.iter().any(|place| file.starts_with(place)), "{file} names {library}");
        }
    }
}

#[test]
fn files_of_one_folder_form_no_other_circles() {
    let sources = sources();
    let modules: BTreeSet<&[String]> = sources.iter().map(|source| &*source.module).collect();
    // By folder: which of its files, with what is below each, names which.
    let mut folders: BTreeMap<String, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for source in &sources {
        for path in &source.named {
            let Some(end) = (1..=path.len()).rev().find(|end| modules.contains(&path[..*end])) else { continue };
            let same = source.module.iter().zip(&path[..end]).take_while(|(one, other)| one == other).count();
            if same < end && same < source.module.len() && same > 0 {
                let folder = folders.entry(source.module[..same].join("/")).or_default();
                folder.entry(&source.module[same]).or_default().insert(&path[same]);
            }
        }
    }
    let mut found = BTreeSet::new();
    for (folder, names) in &folders {
        for file in names.keys().filter(|file| reached(names, file).contains(*file)) {
            let circle: Vec<&str> =
                reached(names, file).into_iter().filter(|other| reached(names, other).contains(file)).collect();
            found.insert(format!("{folder}: {}", circle.join(" ")));
        }
    }
    let known: BTreeSet<String> = CIRCLES.iter().map(|(circle, _)| (*circle).to_owned()).collect();
    assert_eq!(found, known);
}

/// The files that a file names, and those that these name, and so on.
fn reached<'n>(names: &BTreeMap<&'n str, BTreeSet<&'n str>>, from: &'n str) -> BTreeSet<&'n str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        open.extend(names.get(file).into_iter().flatten().copied().filter(|next| reached.insert(*next)));
    }
    reached
}
