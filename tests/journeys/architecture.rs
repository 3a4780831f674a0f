//! What ARCHITECTURE.md states is so: the edges between crates, no more and no fewer, and what each may touch.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

type Edges = BTreeMap<String, BTreeSet<String>>;

/// The rows below "Who may use whom".
fn stated(page: &str) -> Edges {
    page.lines()
        .skip_while(|line| !line.starts_with("## Who may use whom"))
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| ")?.split_once('|'))
        .filter(|(name, _)| name.trim() != "crate")
        .map(|(name, uses)| {
            let uses = uses
                .trim_end_matches('|')
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty());
            (name.trim().to_owned(), uses.map(str::to_owned).collect())
        })
        .collect()
}

fn short(package: &str) -> &str {
    package.strip_prefix("sidekeep-").unwrap_or(package)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn metadata(root: &Path) -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every package with the names it depends on, development dependencies left out.
fn dependencies(metadata: &serde_json::Value) -> Edges {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let uses = package["dependencies"].as_array().unwrap().iter();
            let uses = uses
                .filter(|edge| edge["kind"] != "dev")
                .map(|edge| text(&edge["name"]));
            (text(&package["name"]), uses.collect())
        })
        .collect()
}

#[test]
fn edges_are_those_of_the_page() {
    let root = root();
    let page = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let all = dependencies(&metadata(root));

    let ours: Edges = all
        .iter()
        .map(|(name, uses)| {
            let uses = uses
                .iter()
                .filter(|name| all.contains_key(*name))
                .map(|name| short(name).to_owned());
            (short(name).to_owned(), uses.collect())
        })
        .collect();
    assert_eq!(
        ours,
        stated(&page),
        "left: Cargo.toml files; right: ARCHITECTURE.md"
    );

    let users = |dependency: &str| -> Vec<&str> {
        all.iter()
            .filter(|(_, uses)| uses.contains(dependency))
            .map(|(name, _)| short(name))
            .collect()
    };
    assert_eq!(users("rusqlite"), ["archive", "testphones"]);
    assert_eq!(users("clap"), ["cli"]);
    for pure in ["sidekeep-model", "sidekeep-formats"] {
        let heavy: Vec<_> = all[pure]
            .iter()
            .filter(|name| ["tokio", "tempfile", "walkdir"].contains(&name.as_str()))
            .collect();
        assert!(heavy.is_empty(), "{pure} is pure, but uses {heavy:?}");
    }
}

/// Each source file below a folder, with its lines of code: no comments, and nothing that is compiled for tests only.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_stem().is_some_and(|name| name == "tests") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.push((path, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    found
}

/// The crates, and the window's shell, in whose code one of these words stands.
fn saying(words: &[&str]) -> BTreeSet<String> {
    let mut rooms = vec![("desktop".to_owned(), root().join("src-tauri/src"))];
    for entry in std::fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap();
        rooms.push((
            folder.file_name().into_string().unwrap(),
            folder.path().join("src"),
        ));
    }
    let says = |(_, code): &(PathBuf, String)| words.iter().any(|word| code.contains(word));
    rooms.retain(|(_, folder)| sources(folder).iter().any(says));
    rooms.into_iter().map(|(name, _)| name).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn only_links_test_phones_and_the_films_of_the_window_open_sockets() {
    let sockets = [
        "TcpStream",
        "TcpListener",
        "TcpSocket",
        "UdpSocket",
        "UnixStream",
        "UnixListener",
        "UnixDatagram",
    ];
    assert_eq!(saying(&sockets), set(&["desktop", "links", "testphones"]));
}

#[test]
fn pure_crates_touch_neither_the_disk_nor_the_clock() {
    let outside = [
        "std::fs",
        "File::open",
        "std::env",
        "std::process",
        "std::net",
        "std::thread",
        "tokio",
        "SystemTime",
        "Instant::now",
        "Utc::now",
        "Local::now",
        "chrono::Local",
    ];
    let touching = saying(&outside);
    for pure in ["model", "formats"] {
        assert!(!touching.contains(pure), "{pure}");
    }
    assert!(touching.contains("archive"), "the words are those that code uses");
}

#[test]
fn only_programs_speak() {
    let speaking = saying(&["println!", "print!(", "io::stdout", "io::stderr"]);
    assert_eq!(speaking, set(&["cli", "desktop", "testphones"]));
}
