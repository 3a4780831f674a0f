//! The bytes of what was listed.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::BytesMut;
use sidekeep_model::{Kind, Media, RemoteId};
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};

use super::below;
use super::files::{fingerprint, kind_of};
use super::records::{Records, Shelf};
use crate::{ErrorKind, LinkError, Sink, Stat, Wanted};

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// Brings photos and films.
///
/// # Errors
/// When the sink stops.
pub(super) async fn files(root: &Path, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
    for (index, item) in wanted.iter().enumerate() {
        out.begin(index).await?;
        let stat = match below(root, item.remote.as_str()) {
            Some(path) => send(&path, item.from, out).await?,
            None => Err(missing(&item.remote)),
        };
        out.end(stat).await?;
    }
    Ok(())
}

/// Sends a file from an offset on. The outer error is the sink's, the inner one the file's.
async fn send(path: &Path, from: u64, out: &mut dyn Sink) -> Result<Result<Stat, LinkError>, LinkError> {
    let failed = |error: io::Error| LinkError::caused(kind_of(&error), path.display().to_string(), error);
    let mut file = match open(path, from).await {
        Ok(file) => file,
        Err(error) => return Ok(Err(failed(error))),
    };
    loop {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        while chunk.len() < CHUNK {
            match file.read_buf(&mut chunk).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => return Ok(Err(failed(error))),
            }
        }
        if chunk.is_empty() {
            break;
        }
        out.bytes(chunk.freeze()).await?;
    }
    // By its name once more: an editor may have put another file in its place.
    let stat = tokio::fs::metadata(path)
        .await
        .map_err(failed)
        .map(|metadata| Stat {
            fingerprint: Some(fingerprint(&metadata)),
            size: Some(metadata.len()),
            media: None,
        });
    Ok(stat)
}

async fn open(path: &Path, from: u64) -> io::Result<tokio::fs::File> {
    // A link or a pipe may have taken the file's place since it was listed.
    if !tokio::fs::symlink_metadata(path).await?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut file = tokio::fs::File::open(path).await?;
    file.set_max_buf_size(CHUNK);
    if from > 0 {
        file.seek(SeekFrom::Start(from)).await?;
    }
    Ok(file)
}

/// Brings cards or calendar items, file by file.
///
/// # Errors
/// When the sink stops.
pub(super) async fn records(
    root: &Path,
    places: &HashMap<RemoteId, String>,
    shelf: &mut Shelf,
    wanted: &[Wanted],
    out: &mut dyn Sink,
) -> Result<(), LinkError> {
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, item) in wanted.iter().enumerate() {
        match places.get(&item.remote) {
            Some(relative) => by_file.entry(relative).or_default().push(index),
            None => {
                out.begin(index).await?;
                out.end(Err(missing(&item.remote))).await?;
            }
        }
    }
    for (relative, indices) in by_file {
        let found = match below(root, relative) {
            Some(path) => read_file(path, relative.to_owned(), shelf).await,
            None => Ok(Arc::default()),
        };
        for index in indices {
            let item = &wanted[index];
            out.begin(index).await?;
            let stat = match &found {
                Ok(records) => match records.find(item.kind, &item.remote) {
                    Some(record) => {
                        out.bytes(record.raw.clone()).await?;
                        Ok(Stat {
                            fingerprint: Some(record.fingerprint.clone()),
                            size: Some(record.raw.len() as u64),
                            media: Some(media(item.kind)),
                        })
                    }
                    None => Err(missing(&item.remote)),
                },
                Err(error) => Err(error.again()),
            };
            out.end(stat).await?;
        }
    }
    Ok(())
}

async fn read_file(path: PathBuf, relative: String, shelf: &mut Shelf) -> Result<Arc<Records>, LinkError> {
    // Lent to the thread; a call given up half-way loses only what was held.
    let mut lent = std::mem::take(shelf);
    let read = move || {
        let records = lent.read(&path, &relative);
        (records, lent)
    };
    let (records, lent) = tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| LinkError::caused(ErrorKind::Garbled, "reading a file", error))?;
    *shelf = lent;
    records
}

fn media(kind: Kind) -> Media {
    Media::from(match kind {
        Kind::Contact => Media::VCARD,
        _ => Media::ICALENDAR,
    })
}

fn missing(remote: &RemoteId) -> LinkError {
    LinkError::new(ErrorKind::Missing, remote.as_str())
}
