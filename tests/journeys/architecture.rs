//! The real edges between crates are those that ARCHITECTURE.md states, no more and no fewer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
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
