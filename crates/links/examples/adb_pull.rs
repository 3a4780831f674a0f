//! Receives every file of one folder and throws the bytes away: what the transport alone costs.
//!
//! `adb_pull HOST PORT FOLDER`

use std::time::{Duration, Instant};

use sidekeep_links::LinkError;
use sidekeep_links::adb::{Device, Get, Piece};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [host, port, folder] = match std::env::args().skip(1).collect::<Vec<_>>().try_into() {
        Ok(arguments) => arguments,
        Err(_) => return Err("adb_pull HOST PORT FOLDER".into()),
    };
    let began = Instant::now();
    let device = Device::tcp(&host, port.parse()?, Duration::from_secs(15)).await?;
    let (files, bytes) = pull(&device, &folder).await?;
    let seconds = began.elapsed().as_secs_f64();
    let rate = bytes as f64 / seconds / 1e6;
    writeln(&format!(
        "{files} files, {bytes} bytes, {seconds:.3} s, {rate:.0} MB/s"
    ))?;
    Ok(())
}

/// How many files and bytes came.
async fn pull(device: &Device, folder: &str) -> Result<(usize, u64), LinkError> {
    let mut sync = device.sync().await?;
    let entries = sync.list(folder.as_bytes()).await?;
    let files = entries
        .into_iter()
        .filter(|entry| entry.stat.is_some_and(|stat| stat.is_file()));
    let gets = files.map(|entry| {
        let path = [folder.as_bytes(), b"/", &entry.name].concat();
        Get { path, from: 0 }
    });
    let mut receiving = sync.receive_all(gets.collect());
    let (mut files, mut bytes) = (0, 0);
    while let Some(piece) = receiving.next().await? {
        match piece {
            Piece::Begin(_) => {}
            Piece::Bytes(part) => bytes += part.len() as u64,
            Piece::End(outcome) => {
                outcome?;
                files += 1;
            }
        }
    }
    Ok((files, bytes))
}

fn writeln(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(std::io::stdout(), "{line}")
}
