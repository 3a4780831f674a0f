//! `export`: contacts, calendars and pictures for another program.

use serde_json::json;
use sidekeep_engine::{Archive, Dialect, ExportReport, JpegOptions, Order, VcardVersion};
use sidekeep_model::{ItemId, Kind};

use super::{Context, Stop, list, upkeep};
use crate::args::{Export, Target, VcardVersion as Version};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::words;

pub(crate) fn run(context: &Context, export: &Export) -> Result<Exit, Failure> {
    if let Some(words) = misuse(export) {
        return Err(Failure::Usage(words));
    }
    let archive = context.engine.archive()?;
    let dialect = match export.target {
        Target::Apple => Dialect::Apple,
        Target::Google => Dialect::Google,
        Target::Outlook => Dialect::Outlook,
        Target::Android => Dialect::Android,
        Target::Nextcloud => Dialect::Nextcloud,
        Target::Plain => Dialect::Plain,
    };
    let vcard = export.vcard.map(|version| match version {
        Version::V3 => VcardVersion::V3,
        Version::V4 => VcardVersion::V4,
    });
    // A size or a quality makes no sense for originals, so asking for one asks for JPEGs.
    let jpeg = export.jpeg || export.long_edge.is_some() || export.quality.is_some();
    let query = list::query(context, export.kind, &export.filter)?;
    let order = Order {
        repeated: context.engine.repeated(&archive, &query)?,
        query,
        to: export.to.clone(),
        dialect,
        vcard,
        per_contact: export.per_contact,
        jpeg: jpeg.then_some(JpegOptions {
            quality: export.quality.unwrap_or(JpegOptions::default().quality),
            long_edge: export.long_edge,
        }),
        replace: export.replace,
        derived: export.derived,
    };
    let stop = Stop::on_signal()?;
    let bar = upkeep::bar(context.output);
    let report = sidekeep_engine::export(&archive, &order, &mut |progress| {
        bar.set_length(progress.items_total);
        bar.set_position(progress.items);
        stop.flow()
    })?;
    bar.finish_and_clear();
    tell(context, &archive, export.kind, &report)
}

/// Why the command line makes no sense: a kind that cannot leave yet, or an option that would do nothing.
fn misuse(export: &Export) -> Option<String> {
    let pictures = matches!(export.kind, Kind::Photo | Kind::Film);
    let of_pictures =
        export.jpeg || export.quality.is_some() || export.long_edge.is_some() || export.originals;
    let of_contacts = export.vcard.is_some() || export.per_contact;
    match export.kind {
        Kind::Group => Some("Groups leave with the contacts in them: sidekeep export contacts.".into()),
        Kind::Message | Kind::Call => Some(format!(
            "This version cannot export {} yet; what is kept of them stays kept.",
            words::nouns(export.kind)
        )),
        _ if of_pictures && !pictures => {
            Some("--jpeg, --quality, --long-edge and --originals are for photos and films.".into())
        }
        _ if of_contacts && export.kind != Kind::Contact => {
            Some("--vcard and --per-contact are for contacts.".into())
        }
        _ => None,
    }
}

fn tell(context: &Context, archive: &Archive, kind: Kind, report: &ExportReport) -> Result<Exit, Failure> {
    let output = context.output;
    let losses: Vec<_> = report
        .losses
        .iter()
        .map(|(loss, hits)| json!({ "property": loss.property, "fate": words::fate_name(loss.fate), "items": hits.items }))
        .collect();
    let reduced: Vec<_> = report
        .reduced
        .iter()
        .map(|(reduced, hits)| json!({ "what": words::reduced_name(*reduced), "items": hits.items }))
        .collect();
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|(id, why)| json!({ "id": id, "why": words::skipped_name(*why) }))
        .collect();
    let complaints: Vec<_> = report
        .complaints
        .iter()
        .map(|(id, complaint)| json!({ "id": id, "complaint": words::complaint(complaint) }))
        .collect();
    output.object(&json!({
        "items": report.items, "groups": report.groups, "written": report.written, "already": report.already, "derived": report.derived,
        "repeated": report.repeated, "addressed": report.addressed.items,
        "skipped": skipped, "losses": losses, "reduced": reduced, "complaints": complaints,
    }))?;
    for path in &report.written {
        output.line(path.display().to_string())?;
    }
    let files = report.written.len() as u64;
    let files = format!(
        "{} {}",
        words::number(files),
        if files == 1 { "file" } else { "files" }
    );
    let nothing = report.items == 0 && report.already == 0 && report.skipped.is_empty();
    if nothing {
        output.summary("Nothing to export.")?;
    } else {
        let items = words::with_groups(report.items, report.groups, kind);
        output.summary(format!("{items} in {files}."))?;
    }
    if report.already > 0 {
        output.summary(format!("{} were there already.", words::number(report.already)))?;
    }
    if report.derived > 0 {
        let copies = words::counted(report.derived, kind);
        output.summary(format!(
            "{copies} made from other data left out; --derived brings them."
        ))?;
    }
    if report.repeated > 0 {
        let copies = words::counted(report.repeated, kind);
        output.summary(format!(
            "{copies} of a second source left out: the same as in the first."
        ))?;
    }
    let whole = report.skipped.is_empty() && report.complaints.is_empty();
    let addressed = report.addressed.items;
    if report.losses.is_empty() && report.reduced.is_empty() {
        if whole && !nothing && addressed == 0 {
            output.summary("Nothing is lost for this target.")?;
        }
    } else {
        output.summary("What this target cannot hold (the archive keeps it):")?;
        for (loss, hits) in &report.losses {
            output.summary(format!("  {}", words::loss(loss, hits.items)))?;
        }
        for (reduced, hits) in &report.reduced {
            output.summary(format!(
                "  {} in {}",
                words::reduced(*reduced),
                words::number(hits.items)
            ))?;
        }
    }
    if addressed > 0 {
        output.summary(words::addressed(addressed))?;
    }
    for (id, why) in &report.skipped {
        let title = title(archive, *id)?;
        output.warn(format!("Left out: {title} ({id}): {}", words::skipped(*why)));
    }
    for (id, complaint) in &report.complaints {
        let title = title(archive, *id)?;
        output.warn(format!(
            "Does not read back as kept: {title} ({id}): {}",
            words::complaint(complaint)
        ));
    }
    Ok(if !report.complaints.is_empty() {
        Exit::Failed
    } else if !report.skipped.is_empty() {
        Exit::Partial
    } else {
        Exit::Done
    })
}

/// What people know the item by.
fn title(archive: &Archive, id: ItemId) -> Result<String, Failure> {
    let item = archive.item(id)?;
    let title = item.map(|item| Output::clean(&item.title)).unwrap_or_default();
    Ok(if title.is_empty() {
        "(no name)".to_owned()
    } else {
        title
    })
}
