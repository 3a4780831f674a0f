//! `status`: am I safe, and if not, what is missing? (PRODUCT R15, R16, R20)

use std::path::Path;

use serde_json::json;
use sidekeep_engine::screen::{Safety, is_overdue, last_complete, safety};
use sidekeep_engine::{Archive, Failed, Grouping, Source, Status, Verified};
use sidekeep_model::{Identity, Kind, PhoneId, Reading, Time};

use super::{Context, ago, now};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

pub(crate) fn run(context: &Context) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let rows = archive.status()?;
    let now = now();
    let grouping = context.engine.grouping()?;
    let remembered = context.engine.remembered()?;
    let missed = |phone: &PhoneId| {
        let mut of = remembered
            .iter()
            .filter(|known| known.phone.as_ref() == Some(phone));
        of.find_map(|known| Some((known.source.clone(), known.failed?)))
    };
    for row in &rows {
        let missed = missed(&row.phone.id).map(|(_, failed)| failed);
        context.output.object(&object(row, &grouping, missed, now))?;
    }
    for (phone, belongs_to) in grouped(&grouping, archive.phones()?) {
        let of: Vec<&Status> = rows.iter().filter(|row| row.phone.id == phone.id).collect();
        let account = is_account(&archive, &phone.id)?;
        let mut headline = headline(&phone.name, &phone.id, &of, account, now);
        if let Some(to) = belongs_to {
            headline.push_str(&format!(". Belongs to {to}"));
        }
        if let Some((source, failed)) = missed(&phone.id) {
            let why = words::missed(failed.why);
            headline.push_str(&format!(". Last try by {source}, {}: {why}", ago(failed.at)));
        }
        context.output.line(Output::clean(&headline))?;
        let mut cells = vec![
            ["", "there", "kept", "gone", "verified", ""]
                .map(str::to_owned)
                .to_vec(),
        ];
        let shown = of.iter().filter(|row| !(account && is_never_there(row)));
        cells.extend(shown.map(|row| cells_of(row)));
        context.output.line(indent(&table(&cells)))?;
    }
    let mut waiting = false;
    for known in &remembered {
        if known.phone.is_none() {
            waiting = true;
            context.output.object(&json!({
                "phone": null, "name": known.name, "source": known.source, "kind": null,
                "last_run": null, "last_complete": null, "overdue": true, "last_failed": known.failed,
            }))?;
            let tried = known.failed.map(|failed| {
                let why = words::missed(failed.why);
                format!(". Last try {}: {why}", ago(failed.at))
            });
            context.output.line(Output::clean(&format!(
                "{}: never mirrored; `sidekeep mirror {:?}` begins{}",
                known.name,
                known.name,
                tried.unwrap_or_default()
            )))?;
        }
    }
    if rows.is_empty() && archive.has_strays()? {
        context.output.summary(
            "Pictures are here, but the record of them (.sidekeep/journal) is missing. Nothing was deleted: bring \
             .sidekeep back from a copy, or mirror again.",
        )?;
    } else if rows.is_empty() && !waiting {
        context
            .output
            .summary("Nothing is kept yet. `sidekeep mirror SOURCE` begins.")?;
    }
    context.output.summary(checked(&archive.verified()?))?;
    Ok(Exit::Done)
}

/// What the checks found; a sample is named as one.
fn checked(verified: &Verified) -> String {
    let found = |damaged: usize, right: &str| match damaged {
        0 => right.to_owned(),
        count => format!("{} damaged or missing", words::number(count as u64)),
    };
    let mut text = match &verified.full {
        Some(full) => format!(
            "Last verified {}: {}.",
            ago(full.at),
            found(full.check.damage.len(), "all as it was kept")
        ),
        None => "Never verified as a whole. `sidekeep verify` re-reads everything.".to_owned(),
    };
    if let Some(sample) = verified.sample() {
        text.push_str(&format!(
            " A sample was read {}: {}.",
            ago(sample.at),
            found(sample.check.damage.len(), "what was read is as it was kept")
        ));
    }
    for noticed in verified.since.iter().filter(|noticed| noticed.check.files == 0) {
        text.push_str(&format!(
            " Noticed {}: {}; `sidekeep verify` says what.",
            ago(noticed.at),
            found(noticed.check.damage.len(), "nothing wrong")
        ));
    }
    text
}

/// The phones, each followed by what belongs to it, with that phone's name.
fn grouped(grouping: &Grouping, phones: Vec<Identity>) -> Vec<(Identity, Option<String>)> {
    let groups = grouping.groups(phones).into_iter();
    groups
        .flat_map(|group| {
            let head = group.first().map(|phone| phone.name.clone());
            let of = |at| head.clone().filter(|_| at > 0);
            let phones = group.into_iter().enumerate();
            phones.map(|(at, phone)| (phone, of(at))).collect::<Vec<_>>()
        })
        .collect()
}

fn object(row: &Status, grouping: &Grouping, missed: Option<Failed>, now: Time) -> serde_json::Value {
    let head = grouping.head(&row.phone.id);
    json!({
        "belongs_to": Some(head).filter(|head| **head != row.phone.id),
        "phone": row.phone.id, "name": row.phone.name, "kind": row.kind,
        "on_phone": row.on_phone, "kept": row.present, "gone": row.gone, "bytes": row.bytes,
        "verified": row.verified, "verified_at": row.verified_at, "damaged": row.damaged,
        "without_picture": row.without_picture, "tried": row.is_tried(), "reading": row.reading, "held": row.held,
        "last_run": row.last_run, "last_complete": row.last_complete, "last_failed": missed,
        "overdue": is_due(row) && is_overdue(row.last_complete, now),
    })
}

/// As in the headline: what was never tried, and what the link can never read, cannot be late.
fn is_due(row: &Status) -> bool {
    row.is_tried() && !row.reading.as_ref().is_some_and(Reading::is_beyond_link)
}

fn is_account(archive: &Archive, phone: &PhoneId) -> Result<bool, Failure> {
    let source = archive.last_source(phone)?;
    let source = source.and_then(|source| Source::parse(source.as_str(), Path::new("/")).ok());
    Ok(matches!(source, Some(Source::Dav(_))))
}

/// What such a source never has needs no row: the headline names it.
fn is_never_there(row: &Status) -> bool {
    row.reading.as_ref().is_some_and(Reading::is_beyond_link) && row.present + row.gone == 0
}

/// One honest sentence for a phone: the first thing that is not well, or that all is.
fn headline(name: &str, id: &PhoneId, rows: &[&Status], account: bool, now: Time) -> String {
    let who = if name.is_empty() {
        id.to_string()
    } else {
        name.to_owned()
    };
    let last = || last_complete(rows).map(ago).unwrap_or_default();
    let sentence = match safety(rows, now) {
        Safety::Held { kind } => format!(
            "held back: {} look suspicious; see `sidekeep hold`",
            words::nouns(kind)
        ),
        Safety::Damaged { kind, items } => {
            format!("damaged here: {}; mirror again", words::counted(items, kind))
        }
        Safety::Short { kind, items } => format!(
            "{} {} not kept; mirror again",
            words::counted(items, kind),
            if items == 1 { "is" } else { "are" }
        ),
        Safety::Incomplete { kind, reading } => {
            format!("incomplete: {}: {}", words::nouns(kind), words::reading(&reading))
        }
        Safety::Never => "never mirrored completely".into(),
        Safety::Overdue => format!("overdue: last complete {}", last()),
        Safety::Complete => format!("complete, {}", last()),
    };
    let kinds = |such: fn(&Status) -> bool| {
        let kinds: Vec<&str> = rows
            .iter()
            .filter(|row| such(row))
            .map(|row| words::nouns(row.kind))
            .collect();
        kinds.join(", ")
    };
    let beyond = match account {
        // The groups of an account are in its contacts.
        true => kinds(|row| is_never_there(row) && row.kind != Kind::Group),
        false => kinds(|row| row.reading.as_ref().is_some_and(Reading::is_beyond_link)),
    };
    let untried = kinds(|row| !row.is_tried());
    let mut line = format!("{who}: {sentence}");
    let never = match account {
        true => "Not in this account:",
        false => "This link cannot read",
    };
    for (words, kinds) in [(never, beyond), ("Not tried:", untried)] {
        if !kinds.is_empty() {
            line = format!("{line}. {words} {kinds}");
        }
    }
    line
}

fn cells_of(row: &Status) -> Vec<String> {
    let on_phone = row.on_phone.map_or_else(|| "?".into(), words::number);
    let verified = match row.verified_at {
        // Of nothing, nothing was verified.
        _ if row.present + row.gone == 0 => String::new(),
        Some(at) => format!("{}, {}", words::number(row.verified), ago(at)),
        None => "never".into(),
    };
    let mut notes = Vec::new();
    match &row.reading {
        Some(reading) if !reading.is_complete() => notes.push(words::reading(reading)),
        None if !row.is_tried() => notes.push("not tried".into()),
        _ => {}
    }
    if row.held > 0 {
        notes.push("held back".into());
    }
    if row.without_picture > 0 {
        notes.push(words::pictures_elsewhere(row.without_picture));
    }
    vec![
        words::nouns(row.kind).into(),
        on_phone,
        words::number(row.present),
        words::number(row.gone),
        verified,
        notes.join("; "),
    ]
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
