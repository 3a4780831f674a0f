//! `status`: am I safe, and if not, what is missing? (PRODUCT R15, R16, R20)

use serde_json::json;
use sidekeep_engine::{OVERDUE_AFTER, Status};
use sidekeep_model::{PhoneId, Reading, Time};

use super::{Context, ago, is_beyond_the_link, now};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

pub(crate) fn run(context: &Context) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let rows = archive.status()?;
    let now = now();
    for row in &rows {
        context.output.object(&object(row, now))?;
    }
    for phone in archive.phones()? {
        let of: Vec<&Status> = rows.iter().filter(|row| row.phone.id == phone.id).collect();
        context
            .output
            .line(Output::clean(&headline(&phone.name, &phone.id, &of, now)))?;
        let mut cells = vec![
            ["", "on the phone", "kept", "gone", "verified", ""]
                .map(str::to_owned)
                .to_vec(),
        ];
        cells.extend(of.iter().map(|row| cells_of(row)));
        context.output.line(indent(&table(&cells)))?;
    }
    if rows.is_empty() {
        context
            .output
            .summary("Nothing is kept yet. `sidekeep mirror SOURCE` begins.")?;
    }
    match archive.checks()?.first() {
        Some(last) if last.check.damage.is_empty() => {
            context
                .output
                .summary(format!("Last verified {}: all as it was kept.", ago(last.at)))?;
        }
        Some(last) => context.output.summary(format!(
            "Last verified {}: {} damaged or missing.",
            ago(last.at),
            words::number(last.check.damage.len() as u64)
        ))?,
        None => context
            .output
            .summary("Never verified. `sidekeep verify` re-reads everything.")?,
    }
    Ok(Exit::Done)
}

fn object(row: &Status, now: Time) -> serde_json::Value {
    json!({
        "phone": row.phone.id, "name": row.phone.name, "kind": row.kind,
        "on_phone": row.on_phone, "kept": row.present, "gone": row.gone, "bytes": row.bytes,
        "verified": row.verified, "verified_at": row.verified_at, "damaged": row.damaged,
        "tried": row.is_tried(), "reading": row.reading, "held": row.held,
        "last_run": row.last_run, "last_complete": row.last_complete,
        "overdue": is_overdue(row.last_complete, now),
    })
}

fn is_overdue(last_complete: Option<Time>, now: Time) -> bool {
    let limit = i64::try_from(OVERDUE_AFTER.as_millis()).unwrap_or(i64::MAX);
    last_complete.is_none_or(|last| now.millis() - last.millis() > limit)
}

/// One honest sentence for a phone: the first thing that is not well, or that all is.
fn headline(name: &str, id: &PhoneId, rows: &[&Status], now: Time) -> String {
    let who = if name.is_empty() {
        id.to_string()
    } else {
        name.to_owned()
    };
    let (tried, untried): (Vec<&Status>, Vec<&Status>) = rows.iter().partition(|row| row.is_tried());
    let (beyond, within): (Vec<&Status>, Vec<&Status>) = tried
        .into_iter()
        .partition(|row| row.reading.as_ref().is_some_and(is_beyond_the_link));
    let unwell = within
        .iter()
        .find(|row| row.reading.as_ref().is_some_and(|reading| !reading.is_complete()));
    let sentence = if let Some(row) = rows.iter().find(|row| row.held > 0) {
        format!(
            "held back: {} look suspicious; see `sidekeep hold`",
            words::nouns(row.kind)
        )
    } else if let Some(row) = rows.iter().find(|row| row.damaged > 0) {
        format!(
            "damaged here: {}; mirror again",
            words::counted(row.damaged, row.kind)
        )
    } else if let Some(row) = within.iter().find(|row| row.held == 0 && is_short(row)) {
        let lacking = row.on_phone.unwrap_or(0) - row.present;
        format!(
            "{} on the phone are not kept; mirror again",
            words::counted(lacking, row.kind)
        )
    } else if let Some(row) = unwell {
        let reading = row.reading.as_ref().map(words::reading).unwrap_or_default();
        format!("incomplete: {}: {reading}", words::nouns(row.kind))
    } else {
        match within.iter().map(|row| row.last_complete).min().flatten() {
            None => "never mirrored completely".into(),
            Some(last) if is_overdue(Some(last), now) => format!("overdue: last complete {}", ago(last)),
            Some(last) => format!("complete, {}", ago(last)),
        }
    };
    let mut line = format!("{who}: {sentence}");
    for (words, rows) in [("This link cannot read", beyond), ("Not tried:", untried)] {
        if !rows.is_empty() {
            let kinds: Vec<&str> = rows.iter().map(|row| words::nouns(row.kind)).collect();
            line = format!("{line}. {words} {}", kinds.join(", "));
        }
    }
    line
}

/// Fewer are kept than the phone said it has, although all could be read.
fn is_short(row: &Status) -> bool {
    row.reading.as_ref().is_some_and(Reading::is_complete)
        && row.on_phone.is_some_and(|there| row.present < there)
}

fn cells_of(row: &Status) -> Vec<String> {
    let on_phone = row.on_phone.map_or_else(|| "?".into(), words::number);
    let verified = match row.verified_at {
        Some(at) => format!("{}, {}", words::number(row.verified), ago(at)),
        None => "never".into(),
    };
    let mut note = match &row.reading {
        Some(reading) if !reading.is_complete() => words::reading(reading),
        None if !row.is_tried() => "not tried".into(),
        _ => String::new(),
    };
    if row.held > 0 {
        note.push_str(" held back");
    }
    vec![
        words::nouns(row.kind).into(),
        on_phone,
        words::number(row.present),
        words::number(row.gone),
        verified,
        note,
    ]
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
