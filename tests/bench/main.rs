//! The speed table: whole commands on phones in bulk, each beside its peer where it has one, peers in the same run.
//!
//! `cargo xtask bench [FILTER]`. Medians of several runs; the limits are printed beside them and judged by the reader,
//! since a shared machine is no judge. The phones and archives lie in SIDEKEEP_BENCH_DIR (the system's temporary folder
//! without it).

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its table and stops at what it cannot do"
)]

mod archive;
mod cable;
mod facts;
mod link;
mod mtp;
mod net;
mod pictures;
mod screen;
mod ui;

use std::path::{Path, PathBuf};

/// One row of the table.
struct Row {
    /// What was measured.
    what: String,
    /// What came out.
    figure: String,
    /// What the peer needs, where there is one.
    peer: String,
    /// The limit.
    limit: &'static str,
}

/// What a bench is given.
struct Bench {
    folder: PathBuf,
    rows: Vec<Row>,
}

impl Bench {
    /// A fresh folder for one measurement.
    fn fresh(&self, name: &str) -> PathBuf {
        let folder = self.folder.join(name);
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    /// Adds a row, and shows it at once.
    fn row(&mut self, what: &str, figure: String, peer: String, limit: &'static str) {
        println!("{what}: {figure}; {peer}; limit {limit}");
        self.rows.push(Row {
            what: what.to_owned(),
            figure,
            peer,
            limit,
        });
    }
}

/// A name and the bench behind it.
type Named = (&'static str, fn(&mut Bench));

const ALL: &[Named] = &[
    ("photos", link::photos),
    ("delay", link::delay),
    ("again", link::again),
    ("mtp", mtp::listing),
    ("cable mtp", cable::mtp),
    ("cable adb", cable::adb),
    ("net radicale", net::radicale),
    ("net xandikos", net::xandikos),
    ("contacts", archive::contacts),
    ("alike", archive::alike),
    ("large", archive::large),
    ("heic", pictures::heic),
    ("facts", facts::facts),
    ("ui start", ui::start),
    ("ui photos", ui::photos),
    ("ui memory", ui::held),
    ("ui contacts", ui::contacts),
    ("ui calendar", ui::calendar),
    ("ui run", ui::mirroring),
];

fn main() {
    // cargo bench adds `--bench`.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let base = std::env::var_os("SIDEKEEP_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::Builder::new()
        .prefix("sidekeep-bench-")
        .tempdir_in(base)
        .unwrap();
    let mut bench = Bench {
        folder: folder.path().to_owned(),
        rows: Vec::new(),
    };
    for (name, run) in ALL {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str())) {
            run(&mut bench);
        }
    }
    println!("\n| what | Sidekeep | peer | limit |\n|---|---|---|---|");
    for Row {
        what,
        figure,
        peer,
        limit,
    } in &bench.rows
    {
        println!("| {what} | {figure} | {peer} | {limit} |");
    }
}

/// Bytes below a folder.
fn size(folder: &Path) -> u64 {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .fold(0, |sum, entry| {
            let found = entry.metadata().unwrap();
            sum + if found.is_dir() {
                size(&entry.path())
            } else {
                found.len()
            }
        })
}
