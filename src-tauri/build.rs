//! Builds the window's pages, so that `cargo run` needs no other command, and lets Tauri read its configuration.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

/// What the pages are made from, below `ui/`.
const SOURCES: &[&str] = &[
    "src",
    "index.html",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
    "tsconfig.json",
];

fn main() {
    for source in SOURCES {
        println!("cargo::rerun-if-changed=../ui/{source}");
    }
    println!("cargo::rerun-if-changed=../ui/dist/index.html");
    println!("cargo::rerun-if-env-changed=SKIP_UI_BUILD");
    if std::env::var_os("SKIP_UI_BUILD").is_none() {
        pages(Path::new("../ui"));
    }
    tauri_build::build();
}

/// Installs what the pages are built with when the lock file is newer than what is installed, and builds them.
fn pages(ui: &Path) {
    let installed = modified(&ui.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < modified(&ui.join("package-lock.json")) {
        npm(ui, &["ci", "--no-audit", "--no-fund"]);
    }
    npm(ui, &["run", "--silent", "build"]);
    // Cargo compares the page's time with that of this script's last run; a page that the script itself made must not
    // look newer, or every build would build it again.
    let page = std::fs::File::options()
        .write(true)
        .open(ui.join("dist/index.html"));
    if let Ok(page) = page {
        let _ = page.set_modified(SystemTime::now() - Duration::from_secs(60));
    }
}

fn modified(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|found| found.modified()).ok()
}

fn npm(ui: &Path, arguments: &[&str]) {
    let done = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
        .args(arguments)
        .current_dir(ui)
        .status();
    match done {
        Ok(status) if status.success() => {}
        Ok(status) => panic!("npm {}: {status}", arguments.join(" ")),
        Err(error) => panic!(
            "npm {}: {error}; Node.js is needed to build the window's pages",
            arguments.join(" ")
        ),
    }
}
