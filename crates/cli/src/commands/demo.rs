//! `demo`: a simulated Android phone on loopback, a real run against it, and a real proof of the result.

use std::path::{Path, PathBuf};

use serde_json::json;
use sidekeep_engine::{Engine, Options, Outcome, Source, Watch};
use sidekeep_testphones::demo;

use super::{Context, block_on, mirror, upkeep};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::progress;

pub(crate) fn run(into: Option<PathBuf>, output: Output) -> Result<Exit, Failure> {
    let folder = tempfile::Builder::new().prefix("sidekeep-demo-").tempdir()?;
    let archive = match into {
        Some(archive) if is_new(&archive)? => archive,
        Some(archive) => {
            let words = format!("{} is not empty. Name a new folder.", archive.display());
            return Err(Failure::Usage(words));
        }
        None => tempfile::Builder::new()
            .prefix("sidekeep-archive-")
            .tempdir()?
            .keep(),
    };
    let context = Context {
        engine: Engine::at(&archive),
        output,
    };
    let report = block_on(async {
        let watch = Watch::new();
        let stop = tokio::spawn(mirror::stop_on_signal(watch.clone(), output));
        // From here on Ctrl-C is heard, and no temporary folder is left behind.
        tokio::task::yield_now().await;
        begin(output, &archive)?;
        let phone = demo::start(folder.path()).await.map_err(std::io::Error::other)?;
        let address = phone.android.address();
        let source = Source::Adb {
            host: address.ip().to_string(),
            port: address.port(),
            root: demo::MOUNT.to_owned(),
        };
        output.summary(format!("Mirroring {source} ..."))?;
        let shown = tokio::spawn(progress::show(watch.clone(), output.quiet));
        let report = context
            .engine
            .mirror(&source, &Options::new(source.name()), &watch)
            .await;
        drop(watch);
        stop.abort();
        if report.is_err() {
            shown.abort();
        }
        // The display has no say in how the run ended.
        let _ = shown.await;
        Ok::<_, Failure>(report?)
    })??;
    // The phone's own folder goes before anything is said.
    drop(folder);
    let mirrored = mirror::tell(output, &report)?;
    if report.outcome == Outcome::Cancelled {
        output.warn(format!("The archive is '{}'.", archive.display()));
        return Ok(mirrored);
    }
    output.summary(
        "Now every byte is read again, and contacts and calendars are exported, read back and compared.",
    )?;
    let verified = upkeep::verify(&context, None, true)?;
    output.summary(what_next(&archive))?;
    Ok(mirrored.max(verified))
}

/// Names the archive before anything can go wrong.
fn begin(output: Output, archive: &Path) -> Result<(), Failure> {
    output.object(&json!({ "archive": archive }))?;
    if output.quiet {
        output.line(archive.display().to_string())?;
    }
    output.summary(format!(
        "A simulated Android phone with invented people starts on this computer, on loopback only. Its archive is '{}'.",
        archive.display()
    ))?;
    Ok(())
}

fn is_new(folder: &Path) -> Result<bool, Failure> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error.into()),
    }
}

fn what_next(archive: &Path) -> String {
    let place = format!("'{}'", archive.display());
    format!(
        "\nThe archive is an ordinary folder: {place}\nOpen \"READ ME.html\" there, the pictures under Photos, the .vcf \
         files under Contacts and the .ics files under Calendars. Or:\n  \
         sidekeep --archive {place} status\n  \
         sidekeep --archive {place} list contacts\n  \
         sidekeep --archive {place} export photos --jpeg --to demo-pictures"
    )
}
