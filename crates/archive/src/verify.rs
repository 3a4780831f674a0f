//! Re-reading the archive: every original, object and journal line against its digest, every journal file against its
//! seal, every seal against the chain; and a look at what lies among the originals without being one. Finds and notes;
//! deletes nothing.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use sidekeep_model::{Digest, Hasher, RunId};

use crate::archive::read_format;
use crate::index::catch_up::{self, Standing};
use crate::index::{self, DigestSql, Json};
use crate::journal::{self, Scanned};
use crate::{
    Archive, ArchiveError, ArchiveErrorKind, Body, Check, Damage, Fault, Healed, Line, Original, Progress,
    Purpose, VerifyOptions, Writer, heal, layout, paths, shelf,
};

/// Bytes read at once: enough that the disk, not the system call, sets the pace.
const CHUNK: usize = 1 << 20;

/// A file with the digest that its bytes must have.
struct Kept {
    path: String,
    digest: Digest,
    size: u64,
    object: bool,
}

/// An archive that was read again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reread {
    /// What it found.
    pub check: Check,
    /// The journal tells of it. Where nothing can be written it cannot, and the archive goes on naming the check before.
    pub noted: bool,
}

/// Re-reads the archive at `root` as [`Writer::verify`] does. One that cannot be written (a disc, a snapshot, somebody
/// else's folder) is re-read as it stands: nothing in it is healed, set aside or noted.
///
/// # Errors
/// `Absent` when there is none; `Busy` when another process writes; as [`Writer::verify`].
pub fn verify(
    root: &Path,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Reread, ArchiveError> {
    // Verifying an archive that is not there must not make one.
    if !read_format(root)? && !layout::below(root, layout::JOURNAL).is_dir() {
        return Err(ArchiveError::new(ArchiveErrorKind::Absent, root));
    }
    let noted = |noted| move |check| Reread { check, noted };
    match Writer::open(root) {
        Ok(mut writer) => writer.verify(options, progress).map(noted(true)),
        Err(error) if error.kind() == ArchiveErrorKind::Denied => {
            as_it_stands(root, options, progress).map(noted(false))
        }
        Err(error) => Err(error),
    }
}

/// See [`Writer::verify`].
pub(crate) fn heal_and_verify(
    writer: &mut Writer,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Check, ArchiveError> {
    // A journal file may have been lost since this writer was opened.
    writer.heal(crate::Outcome::Interrupted)?;
    let lost = writer.healed.damage.clone();
    let check = reread(writer, lost, Runs::Ended, options, progress)?;
    conclude(writer, options, &check)?;
    writer.healed = Healed::default();
    Ok(check)
}

/// Re-reads an archive that cannot be written. Its index may be missing, may lack the last run or need a log that only
/// a writer may open, so a passing one is made from the journal, outside the archive.
fn as_it_stands(
    root: &Path,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Check, ArchiveError> {
    let files = journal::files(root)?;
    // The index on disk can still tell of lines that the journal has lost.
    let lost = match index::open_to_read(root) {
        Ok(Some(index)) => match catch_up::standing(&index, &files)? {
            Standing::Ahead(lost) => lost,
            Standing::Current | Standing::Behind(_) => Vec::new(),
        },
        Ok(None) => Vec::new(),
        Err(error) => {
            tracing::debug!(%error, "the index cannot be asked what the journal has lost");
            Vec::new()
        }
    };
    let archive = Archive::passing(root, files, &mut |_| progress(&Progress::default()))?;
    reread(&archive, lost, Runs::AsTheyStopped, options, progress)
}

/// Whether every journal file must have its end and its seal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    /// Healing has seen to it.
    Ended,
    /// A run that was cut off stands as it stopped, and that is no damage.
    AsTheyStopped,
}

/// Reads everything and compares; writes nothing. `lost` is what is known to be missing from the journal.
fn reread(
    archive: &Archive,
    lost: Vec<Damage>,
    runs: Runs,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Check, ArchiveError> {
    let root = &archive.root;
    let kept = kept(archive, options)?;
    let journals = journal::chain(journal::files(root)?)?;
    let mut done = Progress {
        files_total: (kept.len() + journals.len()) as u64,
        bytes_total: kept.iter().map(|file| file.size).sum::<u64>()
            + journals.iter().map(|file| file.length).sum::<u64>(),
        ..Progress::default()
    };
    let mut check = Check {
        sample: options.sample.is_some(),
        ..Check::default()
    };
    let stopped = || ArchiveError::new(ArchiveErrorKind::Stopped, root);
    let mut seen = Seen::default();
    for file in &journals {
        let faults = journal_file(file, runs, &mut seen)?;
        let path = layout::journal(&file.run);
        check.damage.extend(faults.into_iter().map(|fault| Damage {
            path: path.clone(),
            fault,
        }));
        done.files += 1;
        done.bytes += file.length;
        if progress(&done).is_break() {
            return Err(stopped());
        }
    }
    if files(root, &kept, options.jobs, &mut done, &mut check, progress).is_break() {
        return Err(stopped());
    }
    check.files = done.files;
    check.bytes = done.bytes;
    check.damage.extend(told(archive, lost)?);
    strays(root, &seen.originals, &mut check);
    check
        .damage
        .sort_by(|a, b| (&a.path, a.fault as u8).cmp(&(&b.path, b.fault as u8)));
    check.damage.dedup();
    Ok(check)
}

/// What is lost of the journal, and what healing noted of it since the archive was last re-read: it notes a loss as a
/// check that read no file, so that this is told even if another process healed.
fn told(archive: &Archive, lost: Vec<Damage>) -> Result<Vec<Damage>, ArchiveError> {
    let mut damage = lost;
    let noted = archive.checks()?.into_iter().map(|checked| checked.check);
    for check in noted.take_while(|check| check.files == 0) {
        let journal = check.damage.into_iter();
        damage.extend(journal.filter(|damage| damage.path.starts_with(layout::JOURNAL)));
    }
    // A file that its owner has put back is not missing any more.
    damage.retain(|damage| {
        damage.fault != Fault::Missing || !layout::below(&archive.root, &damage.path).exists()
    });
    Ok(damage)
}

/// Sets damaged objects aside, notes the result, and brings index and views up to it.
fn conclude(writer: &mut Writer, options: &VerifyOptions, check: &Check) -> Result<(), ArchiveError> {
    for damage in &check.damage {
        if damage.path.starts_with(layout::OBJECTS) && damage.fault == Fault::Altered {
            let path = layout::below(&writer.root, &damage.path);
            heal::quarantine(&writer.archive.root, &writer.disk, &path)?;
        }
    }
    writer.note(Purpose::Check, options.at, &Line::Check(check.clone()))?;
    let lines_lost = |damage: &Damage| {
        damage.path.starts_with(layout::JOURNAL) && matches!(damage.fault, Fault::BrokenLine | Fault::Altered)
    };
    if check.damage.iter().any(lines_lost) {
        // The index still believes in lines that are gone; made anew, it shows their items as not kept, so that the
        // next run fetches them again.
        writer.rebuild(&mut |_| ControlFlow::Continue(()))?;
    }
    writer.refresh_views()
}

/// Originals and objects that the index knows; a share of them for a sample.
fn kept(archive: &Archive, options: &VerifyOptions) -> Result<Vec<Kept>, ArchiveError> {
    let mut kept = Vec::new();
    let mut statement = archive.index.prepare("SELECT digest, original FROM originals")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let original: Original = row.get::<_, Json<_>>(1)?.0;
        kept.push(Kept {
            path: original.path,
            digest: row.get::<_, DigestSql>(0)?.0,
            size: original.size,
            object: false,
        });
    }
    let mut statement = archive
        .index
        .prepare("SELECT digest, size FROM payloads WHERE object = 1")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let digest = row.get::<_, DigestSql>(0)?.0;
        kept.push(Kept {
            path: layout::object(&digest),
            digest,
            size: row.get(1)?,
            object: true,
        });
    }
    if let Some(share) = options.sample {
        // The time of the check salts the choice, so that samples roll over the whole archive.
        let salt = options.at.millis().to_le_bytes();
        kept.retain(|file| {
            let mut hasher = Hasher::new();
            hasher.update(&salt).update(file.digest.as_bytes());
            f64::from(hasher.digest().as_bytes()[0]) < share * 256.0
        });
    }
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(kept)
}

/// Re-reads originals and objects on several threads.
fn files(
    root: &Path,
    kept: &[Kept],
    jobs: usize,
    done: &mut Progress,
    check: &mut Check,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let jobs = match jobs {
        0 => std::thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(4),
        jobs => jobs,
    };
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let (tell, told) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let tell = tell.clone();
            let (next, stop) = (&next, &stop);
            scope.spawn(move || {
                while let Some(file) = kept.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut tell_bytes = |bytes| {
                        // The receiver outlives the threads; a closed channel means that nobody listens any more.
                        let _ = tell.send((bytes, None));
                        !stop.load(Ordering::Relaxed)
                    };
                    let fault = one(root, file, &mut tell_bytes);
                    if stop.load(Ordering::Relaxed) || tell.send((0, Some((file, fault)))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        for (bytes, result) in told {
            done.bytes += bytes;
            if let Some((file, fault)) = result {
                done.files += 1;
                check.damage.extend(fault.map(|fault| Damage {
                    path: file.path.clone(),
                    fault,
                }));
            }
            if progress(done).is_break() {
                stop.store(true, Ordering::Relaxed);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })
}

/// Re-reads one file. `tell` hears of bytes read and says whether to go on.
fn one(root: &Path, kept: &Kept, tell: &mut dyn FnMut(u64) -> bool) -> Option<Fault> {
    let path = layout::below(root, &kept.path);
    if kept.object {
        if !path.exists() {
            return Some(Fault::Missing);
        }
        let sound = shelf::read_object(&path).is_ok_and(|raw| Digest::of(&raw) == kept.digest);
        tell(kept.size);
        return (!sound).then_some(Fault::Altered);
    }
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Some(Fault::Missing),
        Err(_) => return Some(Fault::Unreadable),
    };
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; CHUNK.min(usize::try_from(kept.size).unwrap_or(CHUNK).max(1))];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                hasher.update(&buffer[..length]);
                if !tell(length as u64) {
                    return None;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Some(Fault::Unreadable),
        }
    }
    (hasher.digest() != kept.digest).then_some(Fault::Altered)
}

/// Looks for files below `Photos` that no record names any more. They are not ours to judge: their owner may have put
/// them there, the line that named them is lost, or what they were has been fetched anew beside them.
fn strays(root: &Path, originals: &HashMap<Digest, String>, check: &mut Check) {
    let named: HashSet<&str> = originals.values().map(String::as_str).collect();
    let walk = walkdir::WalkDir::new(root.join(layout::PHOTOS)).into_iter();
    for entry in walk.filter_entry(|entry| !layout::is_litter(entry.file_name())) {
        let (path, fault) = match &entry {
            Ok(entry) if entry.file_type().is_dir() => continue,
            Ok(entry) => (Some(entry.path()), None),
            // Without a photo there is no such folder.
            Err(error) if error.io_error().map(std::io::Error::kind) == Some(ErrorKind::NotFound) => continue,
            Err(error) => (error.path(), Some(Fault::Unreadable)),
        };
        let Some(below) = path.and_then(|path| path.strip_prefix(root).ok()) else {
            continue;
        };
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let path = parts.join("/");
        match fault {
            Some(fault) => check.damage.push(Damage { path, fault }),
            None if named.contains(paths::clash_key(&path).as_str()) => {}
            None => check.unknown.push(path),
        }
    }
    check.unknown.sort();
}

/// What the journal files read so far hold.
#[derive(Default)]
struct Seen {
    seals: HashMap<RunId, Digest>,
    /// The path of each original by the last record of its bytes, as a clash key.
    originals: HashMap<Digest, String>,
}

/// Re-reads a journal file: its lines, the payloads in them, its seal, and its link to the file before. `seen` holds
/// what the files before it said.
fn journal_file(file: &journal::OnDisk, runs: Runs, seen: &mut Seen) -> Result<Vec<Fault>, ArchiveError> {
    let mut faults = Vec::new();
    let mut hasher = Hasher::new();
    let mut lines = 0;
    let mut sealed = None;
    let mut first = true;
    journal::scan(&file.path, 0, &mut |_, bytes, scanned| {
        match scanned {
            Scanned::Line(Line::Run(begin)) if first => {
                let linked = begin
                    .prev
                    .as_ref()
                    .is_none_or(|prev| seen.seals.get(&prev.run) == Some(&prev.digest));
                // Only the very first file of an archive has none before it.
                if !linked || (begin.prev.is_none() && !seen.seals.is_empty()) {
                    faults.push(Fault::BrokenChain);
                }
            }
            Scanned::Line(Line::Seal(seal)) => {
                if seal.digest != hasher.digest() || seal.lines != lines {
                    faults.push(Fault::Altered);
                }
                sealed = Some(seal.digest);
            }
            Scanned::Line(Line::Item(record)) => match (&record.body, record.digest) {
                (Some(Body::Raw(text)), Some(digest)) if Digest::of(text.as_bytes()) != digest => {
                    faults.push(Fault::BrokenLine);
                }
                (Some(Body::File(original)), Some(digest)) => {
                    seen.originals.insert(digest, paths::clash_key(&original.path));
                }
                _ => {}
            },
            Scanned::Line(_) => {}
            Scanned::Torn if runs == Runs::AsTheyStopped => {}
            Scanned::Broken | Scanned::Torn => faults.push(Fault::BrokenLine),
        }
        first = false;
        hasher.update(bytes);
        lines += 1;
        Ok(ControlFlow::Continue(()))
    })
    .or_else(|error| match error.kind() {
        // A file that cannot be read is a finding; the rest is still worth checking.
        ArchiveErrorKind::Io | ArchiveErrorKind::Denied => {
            faults.push(Fault::Unreadable);
            Ok(())
        }
        _ => Err(error),
    })?;
    match sealed {
        Some(digest) => {
            seen.seals.insert(file.run.clone(), digest);
        }
        None if runs == Runs::AsTheyStopped => {}
        None => faults.push(Fault::Altered),
    }
    faults.sort_by_key(|fault| *fault as u8);
    faults.dedup();
    Ok(faults)
}
