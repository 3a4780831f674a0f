//! Photos and films: which there are, by the phone's media index and its folders, and their bytes by its file service.
//!
//! Decisions. Everything in the media index is read, wherever it lies, memory cards and the bin included. Folders that
//! ask the index to leave them alone (`.nomedia`) are respected except below `DCIM`, where cameras and editors put
//! what is their owner's own. Where the index cannot be read, `DCIM`, `Pictures`, `Movies` and `Download` are walked,
//! and the answer is partial: what lies elsewhere is not known.

mod catalogue;
mod index;
mod paths;
mod walk;

use std::collections::{BTreeSet, HashMap};

use sidekeep_model::{Kind, Reading, Reason, RemoteId, Why};

use super::content::{Content, Shell};
use super::{Device, Get, Piece, doubts};
use crate::{Cursor, ErrorKind, LinkError, Listing, Sink, Stat, Wanted};
use catalogue::{Catalogue, Known};
use index::{Generation, Indexed};
pub(super) use paths::Root;
pub(crate) use paths::collection;
use walk::Folders;

/// Walked besides the index.
const CAMERA: &str = "DCIM";

/// Walked instead of the index.
const INSTEAD: [&str; 4] = [CAMERA, "Pictures", "Movies", "Download"];

/// Where the items of a listing are whose path is not their id: those in the bin.
#[derive(Debug, Default)]
pub(super) struct Paths(HashMap<RemoteId, String>);

/// What the index said.
struct Index {
    rows: Vec<Indexed>,
    unreadable: u64,
    now: Option<Generation>,
}

/// Lists photos or films.
///
/// # Errors
/// What keeps even the folders from being read.
pub(super) async fn list(
    device: &Device,
    content: &Content<Device>,
    root: &Root,
    kind: Kind,
    since: Option<&Cursor>,
) -> Result<(Listing, Paths), LinkError> {
    let mut sync = device.sync().await?;
    if !sync.stat(root.path().as_bytes()).await?.is_dir() {
        return Err(LinkError::new(
            ErrorKind::Missing,
            format!("{} is no folder", root.path()),
        ));
    }
    let mut folders = Folders::default();
    let camera = root.path_of(CAMERA);
    let (index, walked) = tokio::join!(
        read_index(content, root, kind),
        folders.walk(&mut sync, &camera, true)
    );
    walked?;
    let index = match index {
        Err(error) if error.is_fatal() => return Err(error),
        index => index,
    };

    let mut tops = vec![camera];
    let mut rows = Vec::new();
    let mut known = Known {
        kind,
        root,
        since: None,
        walked: &[],
    };
    let (reading, of_each, cursor) = match index {
        Ok(index) => {
            let parents: BTreeSet<String> = index
                .rows
                .iter()
                .map(|row| paths::parted(&row.path).0.trim_end_matches('/').to_owned())
                .collect();
            for parent in parents {
                folders.list(&mut sync, &parent).await?;
            }
            let whole = index.unreadable == 0;
            let (reading, of_each) = doubts(index.unreadable);
            rows = index.rows;
            known.since = since.and_then(Generation::from_cursor).zip(index.now.clone());
            let cursor = index.now.filter(|_| whole).and_then(|now| now.cursor());
            (reading, of_each, cursor)
        }
        Err(error) => {
            tops = INSTEAD.iter().map(|folder| root.path_of(folder)).collect();
            for top in &tops[1..] {
                folders.walk(&mut sync, top, false).await?;
            }
            if !tops.iter().any(|top| folders.listed.contains_key(top)) {
                return Err(error);
            }
            let walked = Reading::partial(vec![Why::new(Reason::WalkedOnly)]);
            // Collections that only the index would show are not known to be gone.
            let reading = Reading::partial(vec![error.why()]).and(walked.clone());
            (reading, walked, None)
        }
    };
    known.walked = &tops;
    let mut catalogue = Catalogue::new(&known, rows, folders);
    let paths = Paths(std::mem::take(&mut catalogue.paths));
    let listing = Listing {
        reading,
        collections: catalogue.collected(&of_each),
        cursor,
    };
    Ok((listing, paths))
}

async fn read_index<S: Shell>(content: &Content<S>, root: &Root, kind: Kind) -> Result<Index, LinkError> {
    // First the generation: what changes while the rows are read counts as changed the next time.
    let now = Generation::now(content).await?;
    let (rows, unreadable) = index::read(content, root, kind).await?;
    Ok(Index {
        rows,
        unreadable,
        now,
    })
}

/// Brings files, in the order in which they are wanted.
///
/// # Errors
/// When the link is lost or the sink stops.
pub(super) async fn fetch(
    device: &Device,
    root: &Root,
    paths: &Paths,
    jobs: usize,
    wanted: &[Wanted],
    out: &mut dyn Sink,
) -> Result<(), LinkError> {
    if wanted.is_empty() {
        return Ok(());
    }
    let gets = wanted
        .iter()
        .map(|item| Get {
            path: match paths.0.get(&item.remote) {
                Some(path) => path.clone().into_bytes(),
                None => root.path_of(item.remote.as_str()).into_bytes(),
            },
            from: item.from,
        })
        .collect();
    let mut sync = device.sync().await?;
    let mut receiving = sync.receive_all(gets).at_once(jobs);
    while let Some(piece) = receiving.next().await? {
        match piece {
            Piece::Begin(index) => out.begin(index).await?,
            Piece::Bytes(bytes) => out.bytes(bytes).await?,
            Piece::End(outcome) => {
                let stat = outcome.map(|stat| Stat {
                    fingerprint: Some(catalogue::fingerprint(stat.size, stat.mtime)),
                    size: Some(stat.size),
                    media: None,
                });
                out.end(stat).await?;
            }
        }
    }
    Ok(())
}
