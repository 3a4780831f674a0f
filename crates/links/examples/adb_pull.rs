//! Receives every file of one folder and throws the bytes away, or writes them to another: what the transport alone
//! costs, and what `adb pull` would do.
//!
//! `adb_pull HOST PORT FOLDER [INTO]`

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sidekeep_links::adb::{Access, Device, Get, Piece};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(host), Some(port), Some(folder)) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("adb_pull HOST PORT FOLDER [INTO]".into());
    };
    let into = arguments.next().map(PathBuf::from);
    let began = Instant::now();
    let device = Device::tcp(&host, port.parse()?, Duration::from_secs(15), &Access::default()).await?;
    let (files, bytes) = pull(&device, &folder, into.as_deref()).await?;
    let seconds = began.elapsed().as_secs_f64();
    let rate = bytes as f64 / seconds / 1e6;
    writeln!(
        std::io::stdout(),
        "{files} files, {bytes} bytes, {seconds:.3} s, {rate:.0} MB/s"
    )?;
    Ok(())
}

/// How many files and bytes came.
async fn pull(
    device: &Device,
    folder: &str,
    into: Option<&Path>,
) -> Result<(usize, u64), Box<dyn std::error::Error>> {
    let mut sync = device.sync().await?;
    let entries = sync.list(folder.as_bytes()).await?;
    let names: Vec<String> = entries
        .into_iter()
        .filter(|entry| entry.stat.is_some_and(|stat| stat.is_file()))
        .filter_map(|entry| String::from_utf8(entry.name).ok())
        .collect();
    let gets = names.iter().map(|name| Get {
        path: format!("{folder}/{name}").into_bytes(),
        from: 0,
    });
    let mut receiving = sync.receive_all(gets.collect());
    let (mut files, mut bytes) = (0, 0);
    let mut file = None;
    while let Some(piece) = receiving.next().await? {
        match piece {
            Piece::Begin(index) => {
                file = into
                    .map(|into| File::create(into.join(&names[index])))
                    .transpose()?;
            }
            Piece::Bytes(part) => {
                bytes += part.len() as u64;
                if let Some(file) = &mut file {
                    file.write_all(&part)?;
                }
            }
            Piece::End(outcome) => {
                outcome?;
                files += 1;
            }
        }
    }
    Ok((files, bytes))
}
