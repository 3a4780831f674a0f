//! `restore`: something kept goes back to a phone.

use serde_json::json;
use sidekeep_engine::{
    Choice, EngineError, Labels, Obstacle, Options, Outcome, Policy, RestoreFate as Fate, RestoreOptions,
    RestoreReport, RestoredItem, Side, Source, Watch,
};
use sidekeep_model::{CollectionId, Kind, PhoneId};

use super::{Context, block_on, list, mirror};
use crate::args::{Policy as Chosen, Restore};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::{progress, words};

pub(crate) fn run(context: &Context, restore: &Restore) -> Result<Exit, Failure> {
    if restore.kind == Kind::Group {
        let words =
            "Groups that are cards of an address book go back with its contacts: sidekeep restore contacts.";
        return Err(Failure::Usage(words.into()));
    }
    if !matches!(restore.kind, Kind::Contact | Kind::Event | Kind::Task) {
        return Err(Failure::Usage(format!(
            "Contacts, events and to-dos can be restored; {} cannot yet. `sidekeep export` brings them out.",
            words::nouns(restore.kind)
        )));
    }
    let here = std::env::current_dir()?;
    let source = context.engine.source(&restore.to, &here)?;
    if !source.takes().contains(&restore.kind) {
        return Err(Failure::Usage(not_taken(&source, restore.kind)));
    }
    let mut query = list::query(context, restore.kind, &restore.filter)?;
    query.ids.clone_from(&restore.id);
    // What was on one phone is not poured into another unasked, whatever belongs to what.
    query.phones = match &restore.filter.phone {
        Some(name) => vec![context.engine.phone(name)?],
        None if query.ids.is_empty() => vec![own_of(context, &restore.to)?],
        None => Vec::new(),
    };
    let wish = RestoreOptions {
        query,
        policy: match restore.policy {
            Chosen::KeepBoth => Policy::KeepBoth,
            Chosen::Merge => Policy::Merge,
            Chosen::KeepPhone => Policy::KeepPhone,
            Chosen::KeepArchive => Policy::KeepArchive,
        },
        into: match &restore.into {
            Some(name) => Some(place(context, restore, name)?),
            None => None,
        },
        preview: restore.preview,
    };
    let watch = Watch::new();
    let report = block_on(async {
        let shown = tokio::spawn(progress::show(watch.clone(), context.output.quiet));
        let stop = tokio::spawn(mirror::stop_on_signal(watch.clone(), context.output));
        let options = Options::new(source.name());
        let report = context
            .engine
            .restore(&source, restore.kind, &wish, &options, &watch)
            .await;
        drop(watch);
        stop.abort();
        // The display ends with the first of the two runs and has no say in how the second ended.
        shown.abort();
        report
    })?
    .map_err(mirror::at(&source))?;
    context.output.object(&object(&report, restore.preview))?;
    for line in lines(&report.items, restore.kind, restore.preview) {
        context.output.summary(line)?;
    }
    let (exit, sentence) = ending(&report, restore.kind, restore.preview);
    context.output.line(sentence)?;
    Ok(exit)
}

/// The phone whose things are meant where none is named: the one that they go to.
fn own_of(context: &Context, to: &str) -> Result<PhoneId, Failure> {
    context.engine.phone(to).map_err(|error| match error {
        EngineError::UnknownPhone(_) => Failure::Usage(format!(
            "Nothing is kept of {to} yet. Whose things are to go there? Name it with --phone; `sidekeep status` lists \
             what is known."
        )),
        other => other.into(),
    })
}

/// The collection to put things into, of those that were there when it was last mirrored.
fn place(context: &Context, restore: &Restore, name: &str) -> Result<CollectionId, Failure> {
    let there = context.engine.phone(&restore.to).map_err(|error| match error {
        EngineError::UnknownPhone(_) => Failure::Usage(format!(
            "Which {} {} has is not known before it was mirrored once: `sidekeep mirror {}`, then try again.",
            words::nouns(restore.kind),
            restore.to,
            restore.to
        )),
        other => other.into(),
    })?;
    Ok(context.engine.place(&there, restore.kind, name)?)
}

/// Why nothing of a kind can be put into a source, and what can.
fn not_taken(source: &Source, kind: Kind) -> String {
    let kinds: Vec<&str> = source.takes().iter().map(|kind| words::nouns(*kind)).collect();
    let instead = match kinds.as_slice() {
        [] => "this source can only be read".to_owned(),
        kinds => format!("{source} takes {}", kinds.join(" and ")),
    };
    format!(
        "Nothing was written: {} cannot be put there; {instead}. `sidekeep export` writes files that other programs open.",
        words::nouns(kind)
    )
}

fn object(report: &RestoreReport, preview: bool) -> serde_json::Value {
    json!({
        "preview": preview, "mirror": report.fresh.run, "run": report.run, "phone": report.fresh.phone,
        "outcome": report.outcome, "stopped": report.stopped, "asked": report.items.len(), "counts": report.counts,
        "items": report.items,
    })
}

/// Once so many lines stand there, the rest of what was written is counted; a preview tells all.
const TOLD: usize = 20;

/// A line for each item that is not there already as asked for, and under it what becomes of its fields. After a restore
/// comes first what did not go well, and of many only the first.
fn lines(items: &[RestoredItem], kind: Kind, preview: bool) -> Vec<String> {
    let mut told: Vec<&RestoredItem> = items.iter().filter(|item| item.fate != Fate::Same).collect();
    if !preview {
        told.sort_by_key(|item| is_well(item));
    }
    let mut lines = Vec::new();
    for (at, item) in told.iter().enumerate() {
        // A line that stands for one item saves none.
        let rest = told.len() - at;
        if !preview && lines.len() >= TOLD && rest > 1 {
            lines.push(format!(
                "and {} more; --json names all",
                words::number(rest as u64)
            ));
            break;
        }
        lines.push(line(item, kind, preview));
        lines.extend(item.choices.iter().map(field));
        let written = matches!(item.fate, Fate::Added | Fate::Updated) && !preview;
        if !item.differing.is_empty() {
            lines.push(format!("    came back otherwise: {}", item.differing.join(", ")));
        } else if written && !item.confirmed {
            lines.push("    could not be read again".to_owned());
        }
    }
    lines
}

/// It is as asked for, or stays by the policy.
fn is_well(item: &RestoredItem) -> bool {
    match item.fate {
        Fate::Added | Fate::Updated => item.confirmed,
        Fate::Same | Fate::Kept => true,
        Fate::Conflict | Fate::Refused(_) | Fate::Failed(_) => false,
    }
}

fn line(item: &RestoredItem, kind: Kind, preview: bool) -> String {
    let title = match Output::clean(&item.title) {
        title if title.is_empty() => "(no name)".to_owned(),
        title => title,
    };
    let place = item.place.as_ref().map_or(String::new(), |place| {
        format!(" ({})", Output::clean(&place.name))
    });
    let fate = match &item.fate {
        Fate::Added if preview => "would be added".to_owned(),
        Fate::Added => "added".to_owned(),
        Fate::Updated if preview => "would be changed".to_owned(),
        Fate::Updated => "changed".to_owned(),
        Fate::Same => "there already".to_owned(),
        Fate::Kept => "stays as it is there".to_owned(),
        Fate::Conflict => "changed there meanwhile; not written".to_owned(),
        Fate::Refused(why) => obstacle(*why, kind),
        Fate::Failed(text) if text.is_empty() => "not written".to_owned(),
        Fate::Failed(text) => format!("failed: {}", Output::clean(text)),
    };
    format!("{title}{place}: {fate}")
}

/// Why an item cannot be written.
fn obstacle(why: Obstacle, kind: Kind) -> String {
    match why {
        Obstacle::NoPlace => "there is no collection of its own for it; name one with --into".to_owned(),
        Obstacle::ReadOnly => "its collection may not be written to".to_owned(),
        Obstacle::Unseen => "not everything there could be read; it may be there already".to_owned(),
        Obstacle::Elsewhere => format!("this {} is there in another collection", words::noun(kind)),
        Obstacle::Foreign => format!(
            "it is no {}, and stays kept as the file that it is",
            words::noun(kind)
        ),
        Obstacle::Damaged => "its kept bytes are damaged or cannot be written".to_owned(),
    }
}

/// `    TEL: + 555`, `    TEL: - 555`, `    TITLE: Doctor -> Nurse`; what stays with its reason.
fn field(choice: &Choice) -> String {
    let value = |value: &Option<String>, labels: Option<&Labels>| {
        let value = value.as_deref().map(Output::clean)?;
        Some(match labels {
            Some(labels) => format!("{value} ({})", Output::clean(&words::labels(labels))),
            None => value,
        })
    };
    let apart = choice.apart.as_ref().filter(|apart| apart.phone != apart.archive);
    let phone = value(&choice.phone, apart.map(|apart| &apart.phone));
    let archive = value(&choice.archive, apart.map(|apart| &apart.archive));
    let change = match (choice.taken, phone, archive) {
        (Side::Archive, Some(phone), Some(archive)) => format!("{phone} -> {archive}"),
        (Side::Archive, None, Some(archive)) => format!("+ {archive}"),
        (Side::Archive, Some(phone), None) => format!("- {phone}"),
        (Side::Phone, Some(phone), Some(archive)) => format!("{phone} stays, not {archive}"),
        (Side::Phone, Some(phone), None) => format!("{phone} stays"),
        (Side::Phone, None, Some(archive)) => format!("{archive} stays away"),
        (_, None, None) => "both without".to_owned(),
    };
    let conflict = if choice.conflict { " (the two differ)" } else { "" };
    let unseen = match choice.apart.is_some() && apart.is_none() {
        true => " (they differ in what is not shown here)",
        false => "",
    };
    let occurrence = choice
        .occurrence
        .as_ref()
        .map_or(String::new(), |id| format!(" of {}", Output::clean(id)));
    format!("    {}{occurrence}: {change}{unseen}{conflict}", choice.property)
}

/// How it ended, in a sentence. A mismatch is never told as success (PRODUCT R8).
fn ending(report: &RestoreReport, kind: Kind, preview: bool) -> (Exit, String) {
    let counts = &report.counts;
    let named = [
        (counts.added, if preview { "to add" } else { "added" }),
        (counts.updated, if preview { "to change" } else { "changed" }),
        (counts.same, "there already"),
        (counts.kept, "left as they are there"),
        (counts.conflicts, "changed there meanwhile"),
        (counts.refused, "not to be written"),
        (counts.failed, "failed"),
    ];
    let parts: Vec<String> = named
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{} {name}", words::number(*count)))
        .collect();
    let groups = report
        .items
        .iter()
        .filter(|item| item.kind == Kind::Group)
        .count() as u64;
    let asked = words::with_groups(report.items.len() as u64, groups, kind);
    if report.items.is_empty() && report.outcome == Outcome::Complete {
        let words = "Nothing that was asked for is kept of that time; nothing was written.";
        return (Exit::Done, words.to_owned());
    }
    let told = match parts.is_empty() {
        true => format!("{asked} asked for."),
        false => format!("{asked} asked for: {}.", parts.join(", ")),
    };
    let written = counts.added + counts.updated;
    let proof = match (report.run.is_some(), written, counts.confirmed == written) {
        (true, 1.., true) => format!(" All {} read again as they were written.", words::number(written)),
        (true, 1.., false) => format!(
            " Only {} of {} read again as they were written.",
            words::number(counts.confirmed),
            words::number(written)
        ),
        _ => String::new(),
    };
    let invites = report.items.iter().filter(|item| item.invites).count() as u64;
    let invited = match preview && invites > 0 {
        true => format!(
            " {} with guests: the server may send them invitations.",
            words::number(invites)
        ),
        false => String::new(),
    };
    let told = format!("{told}{invited}");
    match report.outcome {
        Outcome::Complete => (Exit::Done, format!("{told}{proof}")),
        Outcome::Partial => (Exit::Partial, format!("{told}{proof}")),
        Outcome::Failed | Outcome::Cancelled | Outcome::Interrupted => {
            let why = match &report.stopped {
                Some(why) => format!(" ({})", words::reason(why)),
                None => String::new(),
            };
            let state = words::outcome(report.outcome);
            let on = "Nothing was deleted; run it again to go on.";
            (Exit::Failed, format!("{told}{proof} Restore {state}{why}. {on}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use sidekeep_engine::Apart;

    use super::*;

    fn choice(phone: Option<&str>, archive: Option<&str>, taken: Side, conflict: bool) -> Choice {
        Choice {
            property: "TEL".into(),
            occurrence: None,
            phone: phone.map(str::to_owned),
            archive: archive.map(str::to_owned),
            apart: None,
            taken,
            conflict,
        }
    }

    #[test]
    fn fields() {
        let check = |choice: Choice, expected: &str| assert_eq!(field(&choice).trim_start(), expected);
        check(choice(None, Some("1"), Side::Archive, false), "TEL: + 1");
        check(choice(Some("1"), None, Side::Archive, false), "TEL: - 1");
        check(choice(Some("1"), Some("2"), Side::Archive, false), "TEL: 1 -> 2");
        check(
            choice(Some("1"), Some("2"), Side::Phone, true),
            "TEL: 1 stays, not 2 (the two differ)",
        );
        check(
            choice(Some("1\u{202e}\n"), None, Side::Phone, false),
            "TEL: 1   stays",
        );
    }

    #[test]
    fn values_that_read_the_same() {
        let labels = |types: &[&str], own: Option<&str>, params: &[(&str, &str)]| Labels {
            types: types.iter().map(|kind| (*kind).to_owned()).collect(),
            own: own.map(str::to_owned),
            params: params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        };
        let check = |phone: Labels, archive: Labels, expected: &str| {
            let apart = Some(Apart { phone, archive });
            let choice = Choice {
                apart,
                ..choice(Some("1"), Some("1"), Side::Archive, false)
            };
            assert_eq!(field(&choice).trim_start(), expected);
        };
        check(
            labels(&["cell", "home"], None, &[]),
            labels(&["work"], None, &[("PREF", "1")]),
            "TEL: 1 (mobile, home) -> 1 (work, preferred)",
        );
        check(
            labels(&[], Some("Boat"), &[]),
            labels(&[], None, &[]),
            "TEL: 1 (\"Boat\") -> 1 (no label)",
        );
        check(
            labels(&[], None, &[("TZID", "Europe/Berlin")]),
            labels(&["x-odd"], None, &[("VALUE", "DATE")]),
            "TEL: 1 (time zone Europe/Berlin) -> 1 (odd, VALUE=DATE)",
        );
        check(
            Labels::default(),
            Labels::default(),
            "TEL: 1 -> 1 (they differ in what is not shown here)",
        );
    }

    #[test]
    fn what_a_source_does_not_take() {
        let check = |source: &str, kind: Kind, expected: &str| {
            let source = Source::parse(source, std::path::Path::new("/")).unwrap();
            let said = not_taken(&source, kind);
            assert!(said.contains(expected), "{said}");
        };
        check(
            "adb://10.0.0.2:5555",
            Kind::Task,
            "to-dos cannot be put there; adb://10.0.0.2:5555 takes contacts and events",
        );
        check(
            "folder:/card",
            Kind::Contact,
            "contacts cannot be put there; this source can only be read",
        );
    }

    fn item(fate: Fate) -> RestoredItem {
        RestoredItem {
            item: "0123456789abcdef".parse().unwrap(),
            kind: Kind::Contact,
            title: "Ada".into(),
            place: None,
            fate,
            choices: Vec::new(),
            invites: false,
            confirmed: false,
            differing: Vec::new(),
        }
    }

    #[test]
    fn of_many_the_first_are_told_and_the_rest_is_counted() {
        let added = || RestoredItem {
            confirmed: true,
            ..item(Fate::Added)
        };
        let many = |count: usize| -> Vec<RestoredItem> {
            let same = [item(Fate::Same), item(Fate::Conflict)];
            (0..count).map(|_| added()).chain(same).collect()
        };
        let told = |count: usize, preview: bool| lines(&many(count), Kind::Contact, preview);
        assert_eq!(told(20, false).len(), 21, "one more is no line less");
        let cut = told(300, false);
        assert_eq!(cut.len(), 21);
        assert_eq!(cut[0], "Ada: changed there meanwhile; not written");
        assert_eq!(cut[1], "Ada: added");
        assert_eq!(cut[20], "and 281 more; --json names all");
        assert_eq!(told(300, true).len(), 301, "a preview tells all");
        assert_eq!(told(300, true)[0], "Ada: would be added");
    }

    #[test]
    fn items() {
        let check = |fate: Fate, preview: bool, expected: &str| {
            assert_eq!(line(&item(fate), Kind::Contact, preview), expected);
        };
        check(Fate::Added, false, "Ada: added");
        check(Fate::Added, true, "Ada: would be added");
        check(Fate::Conflict, false, "Ada: changed there meanwhile; not written");
        check(
            Fate::Refused(Obstacle::Elsewhere),
            false,
            "Ada: this contact is there in another collection",
        );
        check(Fate::Failed(String::new()), false, "Ada: not written");
        check(Fate::Failed("no\u{1b}[2J".into()), false, "Ada: failed: no [2J");
    }
}
