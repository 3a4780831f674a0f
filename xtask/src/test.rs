//! `cargo xtask test`: every check, cheapest first, the test runner last so that its summary ends the output.

use std::path::Path;

use crate::setup::{self, TestTools};
use crate::shell::{self, Result, read_dir, say, sh};

/// Inputs that each fuzz target is given after the corpus. Counted, not timed, so that a slow machine tries the same.
const FUZZ_RUNS: u32 = 20_000;

/// A commit gets the same verdict each time; new cases are tried by the test runner and the fuzzer themselves.
const SEED: u32 = 2009;

/// A check: its name, and what runs it.
type Step = (&'static str, fn(&TestTools) -> Result<()>);

const STEPS: &[Step] = &[
    ("fmt", fmt),
    ("clippy", clippy),
    ("deny", deny),
    ("ui", ui),
    ("doc", doc),
    ("fuzz", fuzz),
    ("nextest", nextest),
];

/// Has everything be tried that this machine could leave out.
const ALL: &str = "--all";

/// Runs the named steps, or all of them.
pub(crate) fn test(arguments: &[String]) -> Result<()> {
    let (all, wanted): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|word| *word == ALL);
    if let Some(unknown) = wanted
        .iter()
        .find(|name| !STEPS.iter().any(|(step, _)| step == *name))
    {
        let names: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
        return Err(format!("no step {unknown:?}; there are {}", names.join(" ")));
    }
    setup::build_tools()?;
    setup::desktop_tools()?;
    let tools = setup::test_tools()?;
    if !all.is_empty() {
        tools.servers.as_ref().map_err(Clone::clone)?;
        tools.machine.as_ref().map_err(Clone::clone)?;
        tools.pictures.as_ref().map_err(Clone::clone)?;
    }
    for (name, step) in STEPS {
        if wanted.is_empty() || wanted.iter().any(|wanted| *wanted == name) {
            say(&format!("== {name}"));
            step(&tools)?;
        }
    }
    Ok(())
}

fn fmt(_: &TestTools) -> Result<()> {
    sh(shell::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy(_: &TestTools) -> Result<()> {
    sh(shell::cargo().args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

/// The window's pages: types, rules of style, tests.
fn ui(_: &TestTools) -> Result<()> {
    pages()?;
    for step in ["check", "lint", "test"] {
        sh(shell::npm().args(["run", "--silent", step]))?;
    }
    Ok(())
}

/// Installs what the pages are built with, unless it is there.
pub(crate) fn pages() -> Result<()> {
    let ui = shell::root().join("ui");
    let time = |file: &str| ui.join(file).metadata().and_then(|found| found.modified()).ok();
    let installed = time("node_modules/.package-lock.json");
    if installed.is_none() || installed < time("package-lock.json") {
        sh(shell::npm().args(["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(())
}

/// Writes the window's types from the Rust ones. The test of the same name holds the two together.
pub(crate) fn write_bindings() -> Result<()> {
    sh(shell::cargo().env("SIDEKEEP_BINDINGS", "write").args([
        "test",
        "--locked",
        // One package alone would have the features of its dependencies settled, and most of them built, anew.
        "--workspace",
        "--test",
        "it",
        "bindings",
    ]))
}

/// Advisories need a database from the network, on which no check may depend; `cargo deny check advisories` asks for it.
fn deny(_: &TestTools) -> Result<()> {
    sh(shell::cargo().args(["deny", "--workspace", "check", "bans", "licenses", "sources"]))
}

fn doc(_: &TestTools) -> Result<()> {
    sh(shell::cargo().args(["test", "--locked", "--workspace", "--doc", "--quiet"]))?;
    sh(shell::cargo().env("RUSTDOCFLAGS", "-D warnings").args([
        "doc",
        "--locked",
        "--workspace",
        "--no-deps",
        "--quiet",
    ]))
}

/// Coverage-guided fuzzing needs compiler flags that stable Rust only takes with RUSTC_BOOTSTRAP. The committed corpus is
/// replayed; what the fuzzer finds on the way goes beside the build, and is forgotten by the next run.
fn fuzz(_: &TestTools) -> Result<()> {
    for (dir, target) in fuzz_targets()? {
        let found = shell::target().join("fuzz").join("found").join(&target);
        let _ = std::fs::remove_dir_all(&found);
        std::fs::create_dir_all(&found).map_err(|error| format!("{}: {error}", found.display()))?;
        sh(shell::cargo()
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", shell::target().join("fuzz"))
            .args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir", &dir, &target])
            .arg(&found)
            .arg(Path::new(&dir).join("corpus").join(&target))
            .arg("--")
            .args([
                format!("-runs={FUZZ_RUNS}"),
                format!("-seed={SEED}"),
                "-rss_limit_mb=1024".into(),
                "-timeout=10".into(),
                "-verbosity=0".into(),
            ]))?;
    }
    Ok(())
}

/// Every `crates/*/fuzz/fuzz_targets/*.rs`.
fn fuzz_targets() -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for room in read_dir(&shell::root().join("crates"))? {
        let dir = room.join("fuzz");
        for file in read_dir(&dir.join("fuzz_targets")).unwrap_or_default() {
            if let Some(name) = file
                .file_stem()
                .filter(|_| file.extension().is_some_and(|end| end == "rs"))
            {
                found.push((dir.display().to_string(), name.to_string_lossy().into_owned()));
            }
        }
    }
    if found.is_empty() {
        Err("no fuzz target found".into())
    } else {
        Ok(found)
    }
}

/// The journeys start the programs themselves, so these are built first.
fn nextest(tools: &TestTools) -> Result<()> {
    sh(shell::cargo().args(["build", "--locked", "--workspace", "--bins"]))?;
    let mut command = shell::cargo();
    tools.tell(&mut command);
    command.env("PROPTEST_RNG_SEED", SEED.to_string());
    command.args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
    // Tests of what may not be there are ignored where nobody says that it is. The summary, which comes last, counts them.
    command.args(["--run-ignored", "all"]);
    let fetched = [
        (
            &tools.servers,
            "/cyrus|davical|sogo/",
            "accounts on Cyrus, DAViCal and SOGo",
        ),
        (
            &tools.machine,
            "/^cable::/",
            "phones at the cable of an emulated computer",
        ),
        (
            &tools.pictures,
            "/^others::/",
            "the facts of pictures that others made, beside ExifTool's",
        ),
    ];
    let mut tests = String::from("all()");
    for (tool, name, what) in fetched {
        if let Err(why) = tool {
            tests.push_str(&format!(" and not test({name})"));
            say(&format!(
                "SKIPPED: {what}, because these could not be fetched ({why})."
            ));
        }
    }
    command.args(["-E", &tests]);
    sh(&mut command)
}
