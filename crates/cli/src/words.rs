//! Every word for people about kinds, reasons, suspicions and faults, in one place. Libraries have none.

mod ways;

use std::time::Duration;

use sidekeep_engine::{
    Change, Complaint, Counts, Fate, Fault, Labels, Loss, Members, NoPicture, Outcome, Reduced, Skipped,
    Suspicion,
};
use sidekeep_model::{Kind, Reading, Reason, Why};

use crate::output::Output;

pub(crate) use ways::{link_hint, link_state, missed, pairing_hint, wait};

/// `1 contact`, `1,204 contacts`.
pub(crate) fn counted(count: u64, kind: Kind) -> String {
    format!(
        "{} {}",
        number(count),
        if count == 1 { noun(kind) } else { nouns(kind) }
    )
}

/// `300 contacts and 2 groups`: what goes along as `kind`, some of which are groups.
pub(crate) fn with_groups(count: u64, groups: u64, kind: Kind) -> String {
    match groups {
        0 => counted(count, kind),
        _ => format!(
            "{} and {}",
            counted(count.saturating_sub(groups), kind),
            counted(groups, Kind::Group)
        ),
    }
}

/// What a value is labelled with: `mobile, home, preferred`.
pub(crate) fn labels(labels: &Labels) -> String {
    let types = labels.types.iter().map(|kind| match kind.as_str() {
        "cell" => "mobile".to_owned(),
        kind => kind.trim_start_matches("x-").to_owned(),
    });
    let own = labels.own.iter().map(|own| format!("\"{own}\""));
    let params = labels.params.iter().map(|(name, value)| match name.as_str() {
        "PREF" => "preferred".to_owned(),
        "TZID" => format!("time zone {value}"),
        name => format!("{name}={value}"),
    });
    let all: Vec<String> = own.chain(types).chain(params).collect();
    match all.is_empty() {
        true => "no label".to_owned(),
        false => all.join(", "),
    }
}

/// `12 members`, `12 members, 3 more not found`.
pub(crate) fn members(members: &Members) -> String {
    let found = match members.found.len() as u64 {
        1 => "1 member".to_owned(),
        found => format!("{} members", number(found)),
    };
    match members.missing {
        0 => found,
        missing => format!("{found}, {} more not found", number(missing)),
    }
}

/// The singular for people.
pub(crate) fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Task => "to-do",
        other => other.name(),
    }
}

/// The plural for people.
pub(crate) fn nouns(kind: Kind) -> &'static str {
    match kind {
        Kind::Task => "to-dos",
        other => other.plural(),
    }
}

/// Digits in groups of three.
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `0 B`, `999 B`, `1.2 kB`, `34 MB`.
pub(crate) fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value < 9.95 {
        format!("{value:.1} {}", UNITS[unit])
    } else {
        format!("{value:.0} {}", UNITS[unit])
    }
}

/// `under a second`, `12 s`, `3 min`, `2 h 5 min`, `9 days`.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => "under a second".into(),
        1..=89 => format!("{seconds} s"),
        90..=5399 => format!("{} min", (seconds + 30) / 60),
        5400..=172_799 => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// What a reading means, with its reasons.
pub(crate) fn reading(reading: &Reading) -> String {
    match reading {
        Reading::Complete => "complete".into(),
        Reading::Partial { why } => format!("partial: {}", reasons(why)),
        Reading::Unavailable { why } => format!("not readable: {}", reason(why)),
    }
}

fn reasons(why: &[Why]) -> String {
    why.iter().map(reason).collect::<Vec<_>>().join("; ")
}

/// One reason, with its count where it has one, and what the other side or the system said where that tells more.
pub(crate) fn reason(why: &Why) -> String {
    let words = plain_reason(why);
    // A link that cannot carry a kind, or one that is gone, has said it all.
    let told = matches!(
        why.reason,
        Reason::Unsupported | Reason::Unplugged | Reason::Cancelled
    );
    match Output::clean(&why.detail) {
        detail if detail.is_empty() || told => words,
        detail => format!("{words} ({detail})"),
    }
}

fn plain_reason(why: &Why) -> String {
    let items = |one: &str, many: &str| match why.count {
        0 => many.to_owned(),
        1 => format!("1 {one}"),
        count => format!("{} {many}", number(count)),
    };
    match why.reason {
        Reason::Refused => "access is refused; a permission is missing".into(),
        Reason::Missing => "there is no such data".into(),
        Reason::Unsupported => "cannot be read over this link".into(),
        Reason::Garbled => "it could not be understood".into(),
        Reason::Unplugged => "the connection was lost".into(),
        Reason::Locked => "the phone is locked; unlock it".into(),
        Reason::NotTrusted => "the phone does not trust this computer yet; tap Allow on the phone".into(),
        Reason::Busy => "it is busy or did not answer".into(),
        Reason::ItemsUnreadable => items("item could not be read", "items could not be read"),
        Reason::ItemsChanging => items(
            "file was changing while it was read",
            "files were changing while they were read",
        ),
        Reason::ItemsUnnameable => items("name could not be understood", "names could not be understood"),
        Reason::PicturesUnreadable => items(
            "contact picture could not be read",
            "contact pictures could not be read",
        ),
        Reason::WalkedOnly => {
            "the phone's media index is not readable; favourites and the bin are unknown".into()
        }
        Reason::Picked => "only what was picked was looked at".into(),
        Reason::StorageAway => "a memory card that was there before is missing".into(),
        Reason::Cancelled => "stopped".into(),
        Reason::Disk => "this computer's disk is full or failed".into(),
    }
}

/// Why a collection was held back.
pub(crate) fn suspicion(suspicion: &Suspicion, kind: Kind) -> String {
    let nouns = nouns(kind);
    match suspicion {
        Suspicion::Emptied { before } => format!("all {} are gone", counted(*before, kind)),
        Suspicion::Lost { lost, before } => {
            format!("{} of {} {nouns} are gone", number(*lost), number(*before))
        }
        Suspicion::Changed { changed, before } => {
            format!(
                "{} of {} {nouns} changed at once",
                number(*changed),
                number(*before)
            )
        }
        Suspicion::FieldLost { field, lost, before } => {
            format!(
                "{} {nouns} lost every {} ({} had one)",
                number(*lost),
                field_name(field),
                number(*before)
            )
        }
        Suspicion::Vanished { before } => {
            format!(
                "the whole collection is no longer listed; it held {}",
                counted(*before, kind)
            )
        }
    }
}

fn field_name(field: &str) -> &str {
    match field {
        "phones" => "phone number",
        "emails" => "e-mail address",
        "addresses" => "address",
        "groups" => "group",
        "notes" => "note",
        "photo" => "picture",
        other => other,
    }
}

/// `1,204 there, 2 of them groups, 3 new, 1 changed, 12 MB`; what is zero is left out.
pub(crate) fn counts(counts: &Counts) -> String {
    let mut parts = vec![format!("{} there", number(counts.listed))];
    match counts.groups {
        0 => {}
        1 => parts.push("1 of them a group".to_owned()),
        groups => parts.push(format!("{} of them groups", number(groups))),
    }
    match counts.foreign {
        0 => {}
        1 => parts.push("1 of them not understood and kept as it came".to_owned()),
        foreign => parts.push(format!(
            "{} of them not understood and kept as they came",
            number(foreign)
        )),
    }
    let named = [
        (counts.seen, "new"),
        (counts.changed, "changed"),
        (counts.gone, "no longer there"),
        (counts.back, "there again"),
        (counts.unread, "not read"),
    ];
    parts.extend(
        named
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{} {name}", number(*count))),
    );
    if counts.bytes > 0 {
        parts.push(bytes(counts.bytes));
    }
    parts.join(", ")
}

/// Contacts whose pictures are not kept, and why.
pub(crate) fn without_picture(why: NoPicture, count: u64) -> String {
    let verb = if count == 1 { "names" } else { "name" };
    let contacts = format!("{} {verb}", counted(count, Kind::Contact));
    match why {
        NoPicture::Missing => format!("{contacts} a picture that is not there."),
        NoPicture::Unusable => {
            format!(
                "{contacts} a picture on another server, or one that may not be seen or is none; it is not kept."
            )
        }
    }
}

/// How many contacts of a phone name a picture that is not kept.
pub(crate) fn pictures_elsewhere(count: u64) -> String {
    match count {
        1 => "1 picture is elsewhere or not there, and not kept".to_owned(),
        _ => format!(
            "{} pictures are elsewhere or not there, and not kept",
            number(count)
        ),
    }
}

/// Files that came whole and are broken where they came from.
pub(crate) fn broken(count: u64) -> String {
    match count {
        1 => "1 file is empty, cut short or no picture; it is kept as it is.".into(),
        _ => format!(
            "{} files are empty, cut short or no picture; they are kept as they are.",
            number(count)
        ),
    }
}

/// All numbers together.
pub(crate) fn sum<'a>(all: impl Iterator<Item = &'a Counts>) -> Counts {
    all.fold(Counts::default(), |sum, one| Counts {
        listed: sum.listed + one.listed,
        groups: sum.groups + one.groups,
        foreign: sum.foreign + one.foreign,
        seen: sum.seen + one.seen,
        changed: sum.changed + one.changed,
        gone: sum.gone + one.gone,
        back: sum.back + one.back,
        unread: sum.unread + one.unread,
        bytes: sum.bytes + one.bytes,
    })
}

/// What a record says happened.
pub(crate) fn change(change: Change) -> &'static str {
    match change {
        Change::Seen => "new",
        Change::Changed => "changed",
        Change::Marked => "marked",
        Change::Gone => "no longer there",
        Change::Back => "there again",
    }
}

/// How a run ended.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Complete => "complete",
        Outcome::Partial => "partial",
        Outcome::Failed => "failed",
        Outcome::Cancelled => "stopped",
        Outcome::Interrupted => "cut off",
    }
}

/// What is wrong with a file.
pub(crate) fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Missing => "is missing",
        Fault::Altered => "is not what was kept",
        Fault::Unreadable => "cannot be read",
        Fault::BrokenLine => "has a damaged line",
        Fault::BrokenChain => "does not follow the run before it",
    }
}

/// Files of the record that were found lost or damaged without a check.
pub(crate) fn noticed(count: u64) -> String {
    let files = match count {
        1 => "1 file was".to_owned(),
        count => format!("{} files were", number(count)),
    };
    format!(
        "The archive is not whole: {files} found damaged or missing when it was opened. Nothing was deleted; `sidekeep \
         verify` says what is wrong."
    )
}

/// What is to be said of a file among the originals that no record names.
pub(crate) const UNKNOWN_FILE: &str = "is below Photos, but no record names it";

/// One row of the loss report.
pub(crate) fn loss(loss: &Loss, count: u64) -> String {
    let fate = match loss.fate {
        Fate::Dropped => "left out",
        Fate::Moved => "moved to a field that the target shows",
        Fate::Ignored => "written, but the target ignores it",
        Fate::Reduced => "written with less detail",
    };
    format!("{} in {}: {fate}", loss.property, number(count))
}

/// Contacts of which an export has the address of a picture and no picture.
pub(crate) fn addressed(count: u64) -> String {
    let verb = if count == 1 { "has" } else { "have" };
    format!(
        "{} {verb} only the address of a picture, which is not kept and not in the file.",
        counted(count, Kind::Contact)
    )
}

/// What becomes of a field, for scripts.
pub(crate) fn fate_name(fate: Fate) -> &'static str {
    match fate {
        Fate::Dropped => "dropped",
        Fate::Moved => "moved",
        Fate::Ignored => "ignored",
        Fate::Reduced => "reduced",
    }
}

/// What a JPEG lacks, for scripts.
pub(crate) fn reduced_name(reduced: Reduced) -> &'static str {
    match reduced {
        Reduced::Depth => "depth",
        Reduced::Alpha => "alpha",
        Reduced::Frames => "frames",
        Reduced::Size => "size",
        Reduced::Range => "range",
        Reduced::Metadata => "metadata",
        Reduced::Broken => "broken",
    }
}

/// Why an item was left out of an export, for scripts.
pub(crate) fn skipped_name(why: Skipped) -> &'static str {
    match why {
        Skipped::Damaged => "damaged",
        Skipped::NotUnderstood => "not-understood",
        Skipped::Empty => "empty",
        Skipped::NotConvertible => "not-convertible",
        Skipped::TooLarge => "too-large",
    }
}

/// What a JPEG lacks.
pub(crate) fn reduced(reduced: Reduced) -> &'static str {
    match reduced {
        Reduced::Depth => "more than 8 bits a channel",
        Reduced::Alpha => "transparency (white now)",
        Reduced::Frames => "all pictures but the first",
        Reduced::Size => "size in pixels",
        Reduced::Range => "brightness range",
        Reduced::Metadata => "some metadata",
        Reduced::Broken => "pixels that the original lacks itself (it came damaged)",
    }
}

/// Why an item was left out of an export.
pub(crate) fn skipped(why: Skipped) -> &'static str {
    match why {
        Skipped::Damaged => "its kept bytes are damaged; mirror again",
        Skipped::NotUnderstood => "its bytes cannot be understood; `show --raw` gives them as they came",
        Skipped::Empty => "it came empty",
        Skipped::NotConvertible => "no JPEG can be made of it; export it with --originals",
        Skipped::TooLarge => "it is too large to convert; export it with --originals",
    }
}

/// What the self-check of an export found.
pub(crate) fn complaint(complaint: &Complaint) -> String {
    match complaint {
        Complaint::Invalid(invalid) if invalid.property.is_empty() => {
            "another reader refuses the card".into()
        }
        Complaint::Invalid(invalid) => format!("another reader refuses {}", invalid.property),
        Complaint::Differs(field) => format!("{field} differs"),
        Complaint::Unread => "another reader does not find it".into(),
        Complaint::Missing => "it is missing".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(number),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0, 999, 1000, 9_949, 9_999, 34_000_000, 999_600_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "34 MB", "1.0 GB"]
        );
        assert_eq!(
            [0, 1, 89, 90, 7500, 800_000].map(|seconds| span(Duration::from_secs(seconds))),
            ["under a second", "1 s", "89 s", "2 min", "2 h 5 min", "9 days"]
        );
    }
}
