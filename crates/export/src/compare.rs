//! The self-check: what was written, read back by the same reader as the source, field by field.

use std::collections::HashMap;

use sidekeep_formats::{Fate, Loss};
use sidekeep_model::{Contact, Entry, Labelled};

/// The fields of a contact that read back other than they are kept, losses that the target's dialect announces
/// aside.
pub(crate) fn contacts(kept: &Contact, written: &Contact, losses: &[Loss]) -> Vec<&'static str> {
    // A field that goes into the notes changes two fields, and one of them is the notes.
    let moved = losses.iter().any(|loss| loss.fate == Fate::Moved);
    let announced = |properties: &[&str]| {
        losses
            .iter()
            .any(|loss| properties.contains(&loss.property.as_str()))
            || moved && properties.contains(&"NOTE")
    };
    let unlabelled = announced(&["X-ABLABEL"]);
    let same = |kept: &[Labelled], written: &[Labelled]| {
        let alike = |(kept, written): (&Labelled, &Labelled)| {
            let (kept_types, kept_label) = spelt(kept);
            let (written_types, written_label) = spelt(written);
            kept.value == written.value
                && kept_types == written_types
                && (unlabelled || kept_label == written_label)
        };
        kept.len() == written.len() && kept.iter().zip(written).all(alike)
    };
    let mut differing = Vec::new();
    let mut check = |field: &'static str, equal: bool, properties: &[&str]| {
        if !equal && !announced(properties) {
            differing.push(field);
        }
    };
    check("name", kept.name == written.name, &["FN", "N"]);
    // A card without N gets one made from its name where the version demands it.
    let parts_made = kept.parts.is_none();
    check("parts", kept.parts == written.parts || parts_made, &["N"]);
    check("uid", kept.uid == written.uid || kept.uid.is_none(), &["UID"]);
    check("nicknames", kept.nicknames == written.nicknames, &["NICKNAME"]);
    check("phones", same(&kept.phones, &written.phones), &["TEL"]);
    check("emails", same(&kept.emails, &written.emails), &["EMAIL"]);
    check(
        "addresses",
        kept.addresses == written.addresses,
        &["ADR", "LABEL", "X-ABLABEL"],
    );
    check("org", kept.org == written.org, &["ORG"]);
    check("title", kept.title == written.title, &["TITLE"]);
    check("birthday", kept.birthday == written.birthday, &["BDAY"]);
    check(
        "dates",
        same(&kept.dates, &written.dates),
        &["ANNIVERSARY", "X-ABDATE"],
    );
    check("urls", same(&kept.urls, &written.urls), &["URL"]);
    check(
        "messengers",
        same(&kept.messengers, &written.messengers),
        &["IMPP"],
    );
    check(
        "relations",
        same(&kept.relations, &written.relations),
        &["RELATED", "X-ABRELATEDNAMES"],
    );
    check("notes", kept.notes == written.notes, &["NOTE"]);
    check("groups", kept.groups == written.groups, &["CATEGORIES"]);
    check("photo", kept.photo == written.photo, &["PHOTO"]);
    differing
}

/// Types and custom label of a value. Android's importer takes the label as a type: `TYPE=X-boat`.
fn spelt(value: &Labelled) -> (Vec<&str>, Option<String>) {
    let (labels, types): (Vec<&str>, Vec<&str>) = value
        .types
        .iter()
        .map(String::as_str)
        .partition(|word| word.starts_with("x-"));
    let in_types = labels.first().map(|label| label["x-".len()..].to_owned());
    (
        types,
        value
            .label
            .as_ref()
            .map(|label| label.to_lowercase())
            .or(in_types),
    )
}

/// What was written of a calendar, to look entries up in.
pub(crate) struct Written<'a> {
    by_uid: HashMap<&'a str, Vec<&'a Entry>>,
}

impl<'a> Written<'a> {
    pub(crate) fn new(entries: &'a [Entry]) -> Self {
        let mut by_uid: HashMap<&str, Vec<&Entry>> = HashMap::new();
        for entry in entries {
            by_uid.entry(&entry.uid).or_default().push(entry);
        }
        Self { by_uid }
    }

    /// The fields of `kept` that read back other than they are kept, losses that were announced aside; None when it does
    /// not read back at all.
    pub(crate) fn differing(&self, kept: &Entry, losses: &[Loss]) -> Option<Vec<&'static str>> {
        let same = self.by_uid.get(kept.uid.as_str())?;
        // Two copies of one event in one calendar have the same UID: the nearest counts.
        same.iter()
            .filter(|written| {
                written.component == kept.component && written.recurrence_id == kept.recurrence_id
            })
            .map(|written| entry(kept, written, losses))
            .min_by_key(Vec::len)
    }
}

fn entry(kept: &Entry, written: &Entry, losses: &[Loss]) -> Vec<&'static str> {
    // What a target only ignores is written all the same.
    let reduced = |properties: &[&str]| {
        losses
            .iter()
            .any(|loss| loss.fate == Fate::Reduced && properties.contains(&loss.property.as_str()))
    };
    let mut differing = Vec::new();
    let mut check = |field: &'static str, equal: bool| {
        if !equal {
            differing.push(field);
        }
    };
    check(
        "summary",
        kept.summary == written.summary || reduced(&["SUMMARY"]),
    );
    check(
        "description",
        kept.description == written.description || reduced(&["DESCRIPTION"]),
    );
    check("start", kept.start == written.start);
    check("end", kept.end == written.end);
    check("all_day", kept.all_day == written.all_day);
    // A Windows zone name becomes its IANA name for targets that know only those.
    check("tz", kept.tz.is_some() == written.tz.is_some());
    // A target that refuses dates without a rule gets one that adds nothing.
    check(
        "rrule",
        kept.rrule == written.rrule || kept.rrule.is_none() && !kept.rdates.is_empty() || reduced(&["RRULE"]),
    );
    check("rdates", kept.rdates == written.rdates);
    check("exdates", kept.exdates == written.exdates);
    check(
        "location",
        kept.location == written.location || reduced(&["LOCATION"]),
    );
    check(
        "organizer",
        kept.organizer == written.organizer || reduced(&["ORGANIZER"]),
    );
    check(
        "attendees",
        kept.attendees == written.attendees || reduced(&["ATTENDEE"]),
    );
    check(
        "alarms",
        kept.alarms == written.alarms || reduced(&["ACTION", "TRIGGER"]),
    );
    check("status", kept.status == written.status || reduced(&["STATUS"]));
    check(
        "categories",
        kept.categories == written.categories || reduced(&["CATEGORIES"]),
    );
    check("due", kept.due == written.due);
    check("completed", kept.completed == written.completed);
    differing
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidekeep_model::EntryKind;

    #[test]
    fn a_field_that_is_lost_without_a_word_is_found() {
        let phone = Labelled {
            value: "1".to_owned(),
            ..Labelled::default()
        };
        let kept = Contact {
            name: "Ada".to_owned(),
            phones: vec![phone],
            notes: Some("n".to_owned()),
            ..Contact::default()
        };
        let written = Contact {
            phones: Vec::new(),
            notes: Some("n\nmore".to_owned()),
            ..kept.clone()
        };
        let loss = |property: &str, fate| Loss {
            property: property.to_owned(),
            fate,
        };
        assert_eq!(contacts(&kept, &kept, &[]), [""; 0]);
        assert_eq!(contacts(&kept, &written, &[]), ["phones", "notes"]);
        assert_eq!(
            contacts(&kept, &written, &[loss("TEL", Fate::Dropped)]),
            ["notes"]
        );
        assert_eq!(contacts(&kept, &written, &[loss("TEL", Fate::Moved)]), [""; 0]);
    }

    #[test]
    fn copies_of_an_event_are_told_apart() {
        let named = |summary: &str| Entry {
            uid: "u".to_owned(),
            summary: summary.to_owned(),
            ..Entry::new(EntryKind::Event)
        };
        let written = [named("a"), named("b")];
        let written = Written::new(&written);
        assert_eq!(written.differing(&named("b"), &[]), Some(vec![]));
        assert_eq!(written.differing(&named("c"), &[]), Some(vec!["summary"]));
        assert_eq!(written.differing(&Entry::new(EntryKind::Event), &[]), None);
        let loss = |property: &str, fate| Loss {
            property: property.to_owned(),
            fate,
        };
        for (loss, differing) in [
            (loss("SUMMARY", Fate::Reduced), vec![]),
            (loss("SUMMARY", Fate::Ignored), vec!["summary"]),
            (loss("LOCATION", Fate::Reduced), vec!["summary"]),
        ] {
            assert_eq!(written.differing(&named("c"), &[loss]), Some(differing));
        }
    }
}
