//! The facts of every file below a folder, one JSON object a line: what the bench measures beside ExifTool and exiv2.
//!
//! `cargo run --release -p sidekeep-pictures --example facts -- FOLDER`

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut left: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    while let Some(path) = left.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                left.push(entry?.path());
            }
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let facts = sidekeep_pictures::facts(&mut File::open(&path)?, &name)?;
        serde_json::to_writer(&mut out, &facts)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}
