//! `verify`, `rebuild` and `dump`: looking after the archive itself.

use std::io::{BufWriter, Write};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use sidekeep_engine::{Check, Drill, Reread, VcardVersion, VerifyOptions};

use super::{Context, Stop, now};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::words;

pub(crate) fn verify(context: &Context, sample: Option<u8>, drill: bool) -> Result<Exit, Failure> {
    let options = VerifyOptions {
        at: now(),
        sample: sample.map(|percent| f64::from(percent) / 100.0),
        jobs: 0,
    };
    let stop = Stop::on_signal()?;
    let bar = bar_of_bytes(context.output);
    let verified = context.engine.verify(&options, &mut |progress| {
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes);
        stop.flow()
    })?;
    bar.finish_and_clear();
    let drills = if drill {
        context.engine.drill(&context.engine.archive()?)?
    } else {
        Vec::new()
    };
    report(context.output, &verified, &drills)
}

fn report(output: Output, verified: &Reread, drills: &[Drill]) -> Result<Exit, Failure> {
    let Reread { check, noted } = verified;
    let drilled: Vec<_> = drills
        .iter()
        .map(|drill| {
            json!({ "kind": drill.kind, "vcard": version_name(drill.vcard), "items": drill.report.items, "differences": drill.report.complaints.len() })
        })
        .collect();
    output.object(&json!({ "check": check, "noted": noted, "drill": drilled }))?;
    found(output, check)?;
    let mut sound = check.damage.is_empty();
    for drill in drills {
        let differences = drill.report.complaints.len() as u64;
        sound &= differences == 0;
        let version =
            version_name(drill.vcard).map_or_else(String::new, |version| format!(" as vCard {version}"));
        output.summary(format!(
            "Drill: {}{version} written, read back and compared; {} differ.",
            words::with_groups(drill.report.items, drill.report.groups, drill.kind),
            words::number(differences)
        ))?;
    }
    let scope = if check.sample {
        "A sample was read"
    } else {
        "Everything was read"
    };
    let size = format!(
        "{} files, {}",
        words::number(check.files),
        words::bytes(check.bytes)
    );
    if check.damage.is_empty() {
        output.summary(format!("{scope} ({size}) and is as it was kept."))?;
    } else {
        output.summary(format!(
            "{scope} ({size}); {} damaged or missing. Nothing was deleted. Mirror again: what is still there is \
             fetched anew.",
            words::number(check.damage.len() as u64)
        ))?;
    }
    if !check.unknown.is_empty() {
        output.summary(format!(
            "{} below Photos did not come by a run, or was altered and fetched anew beside itself, or the record of \
             it is lost. Sidekeep leaves such files alone and does not watch over them.",
            match check.unknown.len() as u64 {
                1 => "1 file".to_owned(),
                count => format!("{} files", words::number(count)),
            }
        ))?;
    }
    if !noted {
        output.summary(
            "Nothing can be written here, so the archive does not know of this check: `status` goes on naming the one \
             before.",
        )?;
    }
    Ok(if sound { Exit::Done } else { Exit::Failed })
}

/// What a check found, a line each.
pub(crate) fn found(output: Output, check: &Check) -> Result<(), Failure> {
    for damage in &check.damage {
        output.line(format!(
            "{} {}",
            Output::clean(&damage.path),
            words::fault(damage.fault)
        ))?;
    }
    for path in &check.unknown {
        output.line(format!("{} {}", Output::clean(path), words::UNKNOWN_FILE))?;
    }
    Ok(())
}

fn version_name(version: Option<VcardVersion>) -> Option<&'static str> {
    version.map(|version| match version {
        VcardVersion::V4 => "4.0",
        VcardVersion::V21 | VcardVersion::V3 => "3.0",
    })
}

pub(crate) fn rebuild(context: &Context) -> Result<Exit, Failure> {
    // A missing index must not stop the command that makes one, so this asks the writer, not a reader.
    if !context.engine.root().join(".sidekeep").exists() {
        drop(context.engine.archive()?);
    }
    let mut writer = context.engine.writer()?;
    let stop = Stop::on_signal()?;
    let bar = bar_of_bytes(context.output);
    writer.rebuild(&mut |progress| {
        bar.set_length(progress.bytes_total);
        bar.set_position(progress.bytes);
        stop.flow()
    })?;
    bar.finish_and_clear();
    context.output.object(&json!({ "rebuilt": true }))?;
    context
        .output
        .summary("The index was made anew from the journal.")?;
    Ok(Exit::Done)
}

pub(crate) fn dump(context: &Context) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    archive.dump(&mut out)?;
    out.flush()?;
    Ok(Exit::Done)
}

/// A bar over a number of things.
pub(crate) fn bar(output: Output) -> ProgressBar {
    styled(output, "[{bar:40}] {pos} of {len}, {eta} left")
}

fn bar_of_bytes(output: Output) -> ProgressBar {
    styled(
        output,
        "[{bar:40}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    )
}

fn styled(output: Output, template: &str) -> ProgressBar {
    if output.quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}
