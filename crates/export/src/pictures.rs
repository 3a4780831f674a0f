//! Photos and films: as they are, or stills as JPEG. The folders are the archive's own: `2024/2024-05-03/IMG_1234.jpg`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::SystemTime;

use chrono::FixedOffset;
use sidekeep_archive::{ArchiveErrorKind, Content, StateRef, nth_name};
use sidekeep_model::{Digest, ItemId, Kind, Taken, TakenFrom};
use sidekeep_pictures::{JpegOptions, PictureError, Reduced, to_jpeg};

use crate::names::Names;
use crate::{ExportError, Why, Work, disk};

/// One file to be written, for all the items that are these bytes.
struct Picture {
    ids: Vec<ItemId>,
    state: StateRef,
    /// Below the archive's folder of photos, `/`-separated.
    path: String,
    size: u64,
    taken: Taken,
    /// It is cut off or damaged, as it was on the phone.
    broken: bool,
    /// It becomes a JPEG.
    converted: bool,
    /// It has more pixels than are asked for, as far as is known without decoding it.
    shrinks: bool,
}

pub(crate) fn export(work: &mut Work<'_>) -> Result<(), ExportError> {
    let pictures = pictures(work)?;
    let targets = targets(work, &pictures);
    let (there, missing): (Vec<_>, Vec<_>) = pictures
        .iter()
        .zip(targets)
        .partition(|(_, target)| !work.order.replace && target.symlink_metadata().is_ok());
    // What is there must be what would be written; that is known before anything is.
    for (picture, target) in there {
        if let Some(made) = make(work, picture)? {
            if !made.is_at(&target).map_err(ExportError::write(&target))? {
                return Err(ExportError::Exists { path: target });
            }
            work.report.items += picture.ids.len() as u64;
            work.report.already += picture.ids.len() as u64;
        }
        work.step(picture.size)?;
    }
    for (picture, target) in missing {
        if let Some(made) = make(work, picture)? {
            write(work, picture, made, target)?;
        }
        work.step(picture.size)?;
    }
    work.disk.sync_dirs(&work.report.written)
}

/// What [`export`] would set out to write: the files' names, in the report, and the bytes of their originals. Nothing is
/// opened or converted, so that of what a JPEG lacks only the size is known.
pub(crate) fn plan(work: &mut Work<'_>) -> Result<u64, ExportError> {
    let pictures = pictures(work)?;
    work.report.written = targets(work, &pictures);
    for picture in &pictures {
        work.report.items += picture.ids.len() as u64;
        if picture.shrinks {
            let hits = work.report.reduced.entry(Reduced::Size).or_default();
            picture.ids.iter().for_each(|id| hits.add(*id));
        }
    }
    Ok(pictures.iter().map(|picture| picture.size).sum())
}

fn pictures(work: &mut Work<'_>) -> Result<Vec<Picture>, ExportError> {
    let mut pictures: Vec<Picture> = Vec::new();
    let mut places: HashMap<Digest, usize> = HashMap::new();
    let report = &mut work.report;
    let order = work.order;
    let wished_edge = order
        .jpeg
        .as_ref()
        .and_then(|jpeg| jpeg.long_edge)
        .unwrap_or(u32::MAX);
    work.archive.each(&order.query, &mut |item| {
        if item.collection.derived && !order.derived {
            report.derived += 1;
            return ControlFlow::Continue(());
        }
        let Content::File(original) = item.content else {
            report.skipped.push((item.id, Why::NotUnderstood));
            return ControlFlow::Continue(());
        };
        if item.damage.is_some() {
            report.skipped.push((item.id, Why::Damaged));
            return ControlFlow::Continue(());
        }
        // A copy under a picture's name would pass for a JPEG that it is not.
        if order.jpeg.is_some() && item.kind == Kind::Photo {
            let unfit = match original.size {
                0 => Some(Why::Empty),
                _ if !original.facts.media.as_str().starts_with("image/") => Some(Why::NotConvertible),
                _ => None,
            };
            if let Some(why) = unfit {
                report.skipped.push((item.id, why));
                return ControlFlow::Continue(());
            }
        }
        let place = *places.entry(item.digest).or_insert_with(|| {
            let media = original.facts.media.as_str();
            let converted = order.jpeg.is_some() && media.starts_with("image/") && media != "image/jpeg";
            let edge = original.facts.width.max(original.facts.height).unwrap_or(0);
            pictures.push(Picture {
                ids: Vec::new(),
                state: item.state,
                path: below_photos(&original.path).to_owned(),
                size: original.size,
                taken: original.taken,
                broken: original.facts.broken,
                converted,
                shrinks: media.starts_with("image/") && edge > wished_edge,
            });
            pictures.len() - 1
        });
        pictures[place].ids.push(item.id);
        ControlFlow::Continue(())
    })?;
    work.progress.items_total = pictures.len() as u64;
    work.progress.bytes_total = pictures.iter().map(|picture| picture.size).sum();
    Ok(pictures)
}

/// Without the archive's own first folder.
fn below_photos(path: &str) -> &str {
    path.split_once('/').map_or(path, |(_, below)| below)
}

/// Where each picture goes. The same pictures get the same names every time: those that keep their ending first.
fn targets(work: &Work<'_>, pictures: &[Picture]) -> Vec<PathBuf> {
    let mut names = Names::default();
    let mut targets = vec![PathBuf::new(); pictures.len()];
    let mut order: Vec<usize> = (0..pictures.len()).collect();
    order.sort_by(|&a, &b| {
        (pictures[a].converted, &pictures[a].path).cmp(&(pictures[b].converted, &pictures[b].path))
    });
    for place in order {
        let picture = &pictures[place];
        let (folder, name) = picture.path.rsplit_once('/').unwrap_or(("", &picture.path));
        let name = if picture.converted {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            format!("{stem}.jpg")
        } else {
            name.to_owned()
        };
        let mut nth = 1;
        let path = loop {
            let path = format!("{folder}/{}", nth_name(&name, nth));
            if names.reserve(&path) {
                break path;
            }
            nth += 1;
        };
        targets[place] = work.order.to.clone();
        targets[place].extend(path.split('/').filter(|part| !part.is_empty()));
    }
    targets
}

/// What will be in a file.
enum Made {
    /// The original, copied.
    Original(File, Digest),
    /// A JPEG made of it.
    Jpeg(Vec<u8>),
}

impl Made {
    /// The file at `target` holds just this.
    fn is_at(&self, target: &std::path::Path) -> io::Result<bool> {
        if !target.is_file() {
            return Ok(false);
        }
        let mut there = File::open(target)?;
        let length = there.metadata()?.len();
        match self {
            Made::Original(file, digest) => {
                Ok(length == file.metadata()?.len() && disk::digest(&mut there)? == *digest)
            }
            Made::Jpeg(bytes) => {
                Ok(length == bytes.len() as u64 && disk::digest(&mut there)? == Digest::of(bytes))
            }
        }
    }
}

/// Opens or converts the picture; None, and noted, when it cannot be.
fn make(work: &mut Work<'_>, picture: &Picture) -> Result<Option<Made>, ExportError> {
    let mut skip = |why| {
        work.report
            .skipped
            .extend(picture.ids.iter().map(|id| (*id, why)));
        Ok(None)
    };
    let path = match work.archive.original(&picture.state) {
        Ok(path) => path,
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => return skip(Why::Damaged),
        Err(error) => return Err(error.into()),
    };
    let Ok(mut file) = File::open(&path) else {
        return skip(Why::Damaged);
    };
    let Some(options) = work
        .order
        .jpeg
        .as_ref()
        .filter(|options| needs_work(picture, options))
    else {
        return Ok(Some(Made::Original(file, picture.state.digest)));
    };
    // A conversion cannot be compared with the original's digest afterwards.
    if disk::digest(&mut file).ok() != Some(picture.state.digest) {
        return skip(Why::Damaged);
    }
    // A file's modification time is too weak to be written into it as a fact.
    let taken = Some(&picture.taken).filter(|taken| taken.source != TakenFrom::Modified);
    match to_jpeg(&mut file, options, taken) {
        Ok(jpeg) => {
            for reduced in &jpeg.reduced {
                let hits = work.report.reduced.entry(*reduced).or_default();
                picture.ids.iter().for_each(|id| hits.add(*id));
            }
            Ok(Some(if jpeg.original {
                Made::Original(file, picture.state.digest)
            } else {
                Made::Jpeg(jpeg.bytes)
            }))
        }
        Err(PictureError::TooLarge { .. }) => skip(Why::TooLarge),
        Err(_) => skip(Why::NotConvertible),
    }
}

/// A picture that is no JPEG yet, or a JPEG that may be too large, lack its capture time, or be less than a whole picture.
fn needs_work(picture: &Picture, options: &JpegOptions) -> bool {
    let undated = !matches!(picture.taken.source, TakenFrom::Exif | TakenFrom::Modified);
    picture.converted
        || (options.long_edge.is_some() || undated || picture.broken)
            && picture.state.media.as_str() == "image/jpeg"
}

fn write(work: &mut Work<'_>, picture: &Picture, made: Made, target: PathBuf) -> Result<(), ExportError> {
    let mut draft = work.disk.draft(&target)?;
    match made {
        Made::Jpeg(bytes) => draft.write(&bytes)?,
        Made::Original(mut file, digest) => {
            let mut buffer = vec![0; 1 << 20];
            if io::Seek::rewind(&mut file).is_err() {
                return damaged(work, picture);
            }
            loop {
                match file.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => draft.write(&buffer[..count])?,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => return damaged(work, picture),
                }
            }
            if draft.digest() != digest {
                return damaged(work, picture);
            }
        }
    }
    let written = draft.finish(work.order.replace, modified(&picture.taken))?;
    work.report.written.push(written);
    work.report.items += picture.ids.len() as u64;
    Ok(())
}

fn damaged(work: &mut Work<'_>, picture: &Picture) -> Result<(), ExportError> {
    work.report
        .skipped
        .extend(picture.ids.iter().map(|id| (*id, Why::Damaged)));
    Ok(())
}

/// The capture time as a modification time; as UTC where the zone is not known.
fn modified(taken: &Taken) -> Option<SystemTime> {
    let offset = taken
        .offset
        .as_deref()
        .and_then(|offset| offset.parse::<FixedOffset>().ok());
    let utc = match offset {
        Some(offset) => taken.wall.checked_sub_offset(offset)?,
        None => taken.wall,
    };
    Some(SystemTime::from(utc.and_utc()))
}
