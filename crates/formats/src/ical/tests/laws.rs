//! What holds for every input.

use chrono::{DateTime, NaiveDateTime};
use proptest::prelude::*;
use sidekeep_model::{Alarm, Attendee, Entry, EntryKind, Moment};

use super::super::{convert, join, read, split};
use super::calendar;
use crate::Dialect;
use crate::line::{Line, text::escape};

fn time() -> impl Strategy<Value = NaiveDateTime> {
    (0..4_000_000_000i64).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap().naive_utc())
}

/// Text as people write it, and worse; not blank, since an empty property is none.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äöü漢,;:\"\\\\^=\\- ]{0,20}[a-zß\\\\;,]\n?[a-z]"
}

/// The same moment kind for a whole entry: a date, a time of this TZID (or floating), or UTC.
#[derive(Clone, Debug)]
enum Kind {
    Date,
    Wall(Option<&'static str>),
    Utc,
}

impl Kind {
    fn moment(&self, at: NaiveDateTime) -> Moment {
        match self {
            Kind::Date => Moment::Date(at.date()),
            Kind::Wall(_) => Moment::Wall(at),
            Kind::Utc => Moment::Utc(at),
        }
    }

    fn line(&self, name: &str, moment: &Moment) -> Line {
        match (self, moment) {
            (_, Moment::Date(date)) => {
                Line::new(name, date.format("%Y%m%d").to_string()).with("VALUE", "DATE")
            }
            (_, Moment::Utc(at)) => Line::new(name, at.format("%Y%m%dT%H%M%SZ").to_string()),
            (Kind::Wall(Some(tzid)), Moment::Wall(at)) => {
                Line::new(name, at.format("%Y%m%dT%H%M%S").to_string()).with("TZID", *tzid)
            }
            (_, Moment::Wall(at)) => Line::new(name, at.format("%Y%m%dT%H%M%S").to_string()),
        }
    }
}

fn entry() -> impl Strategy<Value = (Kind, Entry)> {
    let kind = prop_oneof![
        Just(Kind::Date),
        Just(Kind::Wall(None)),
        Just(Kind::Wall(Some("Europe/Berlin"))),
        Just(Kind::Wall(Some("(UTC+01:00) Amsterdam, Berlin"))),
        Just(Kind::Utc),
    ];
    let people = prop::collection::vec((prop::option::of(words()), "[a-z]{1,8}@example\\.org"), 0..3);
    let times = (
        time(),
        time(),
        prop::collection::vec(time(), 0..3),
        prop::collection::vec(time(), 0..3),
    );
    let texts = (
        words(),
        prop::option::of(words()),
        prop::option::of(words()),
        prop::collection::vec(words(), 0..3),
    );
    (
        kind,
        times,
        texts,
        people,
        any::<bool>(),
        prop::option::of(time()),
    )
        .prop_map(
            |(
                kind,
                (start, end, rdates, exdates),
                (summary, description, location, categories),
                people,
                rule,
                replaced,
            )| {
                let moment = |at| kind.moment(at);
                let mut entry = Entry::new(EntryKind::Event);
                entry.uid = "a;b,c\\d".to_owned();
                entry.summary = summary;
                entry.description = description;
                entry.location = location;
                entry.categories = categories
                    .into_iter()
                    .map(|category| category.trim().to_owned())
                    .collect();
                entry.start = Some(moment(start));
                entry.end = Some(moment(end));
                entry.all_day = matches!(kind, Kind::Date);
                entry.tz = match kind {
                    Kind::Date | Kind::Wall(None) => None,
                    Kind::Wall(Some(tzid)) => Some(tzid.to_owned()),
                    Kind::Utc => Some("UTC".to_owned()),
                };
                entry.rdates = rdates.into_iter().map(moment).collect();
                entry.exdates = exdates.into_iter().map(moment).collect();
                entry.recurrence_id = replaced.map(moment);
                entry.rrule = rule.then(|| "FREQ=DAILY;COUNT=3".to_owned());
                entry.attendees = people
                    .into_iter()
                    .map(|(name, address)| Attendee {
                        name,
                        address,
                        role: Some("CHAIR".to_owned()),
                        status: None,
                    })
                    .collect();
                entry.alarms = vec![Alarm {
                    action: "DISPLAY".to_owned(),
                    trigger: "-PT5M".to_owned(),
                }];
                entry.status = Some("TENTATIVE".to_owned());
                (kind, entry)
            },
        )
}

/// The entry as a calendar.
fn written(kind: &Kind, entry: &Entry) -> String {
    let mut lines = vec![
        Line::new("UID", escape(&entry.uid)),
        Line::new("SUMMARY", escape(&entry.summary)),
    ];
    for (name, value) in [("DESCRIPTION", &entry.description), ("LOCATION", &entry.location)] {
        lines.extend(value.as_ref().map(|value| Line::new(name, escape(value))));
    }
    let moments = [
        ("DTSTART", entry.start.as_slice()),
        ("DTEND", entry.end.as_slice()),
        ("RECURRENCE-ID", entry.recurrence_id.as_slice()),
        ("RDATE", &entry.rdates),
        ("EXDATE", &entry.exdates),
    ];
    for (name, moments) in moments {
        lines.extend(moments.iter().map(|moment| kind.line(name, moment)));
    }
    lines.extend(entry.rrule.iter().map(|rule| Line::new("RRULE", rule)));
    lines.extend(
        entry
            .categories
            .iter()
            .map(|category| Line::new("CATEGORIES", escape(category))),
    );
    lines.extend(entry.status.iter().map(|status| Line::new("STATUS", status)));
    for attendee in &entry.attendees {
        let mut line = Line::new("ATTENDEE", format!("mailto:{}", attendee.address)).with("ROLE", "CHAIR");
        if let Some(name) = &attendee.name {
            line = line.with("CN", name);
        }
        lines.push(line);
    }
    let mut text = String::from("BEGIN:VEVENT\r\n");
    for line in lines {
        line.write(&mut text);
    }
    text.push_str("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n");
    format!("BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n")
}

/// Lines that come near to being a calendar.
fn nearly() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "(BEGIN|END):(VCALENDAR|VEVENT|VTODO|VTIMEZONE|VALARM|STANDARD|X)",
        "(DTSTART|DTEND|DUE|RDATE|EXDATE|RECURRENCE-ID|DURATION)(;(TZID|VALUE)=(Europe/Berlin|DATE|PERIOD|\"x))?:[0-9TZP/,+-]{0,20}",
        "(UID|TZID|SUMMARY|CATEGORIES|ATTENDEE|RRULE|TRIGGER)[;:=,\"a-z^\\\\]{0,12}",
        "[ \\t].{0,10}",
        ".{0,20}",
    ];
    prop::collection::vec(
        (
            line,
            prop_oneof![Just("\r\n"), Just("\n"), Just("\r"), Just("\n\n")],
        ),
        0..40,
    )
    .prop_map(|lines| {
        lines
            .into_iter()
            .map(|(line, end)| format!("{line}{end}"))
            .collect()
    })
}

fn survive(bytes: &[u8]) {
    let file = split(bytes).value;
    let _ = read(bytes);
    for dialect in [Dialect::Google, Dialect::Outlook, Dialect::Plain] {
        let _ = convert(bytes, dialect);
    }
    let raws: Vec<&[u8]> = file.items.iter().map(|item| item.raw.as_slice()).collect();
    let text = join("n", Some("#123456"), raws.iter().copied());
    let again = split(&text);
    // What is written is well formed and says the same.
    assert_eq!(again.warnings, []);
    let uids = |items: &[super::super::CalendarItem]| {
        let mut uids: Vec<String> = items.iter().map(|item| item.uid.clone()).collect();
        uids.sort();
        uids
    };
    assert_eq!(uids(&again.value.items), uids(&file.items));
    // Once written, no line is left out any more, and with it no zone that only such a line names.
    let rejoin = |text: &[u8]| {
        let items = split(text).value.items;
        join("n", Some("#123456"), items.iter().map(|item| item.raw.as_slice()))
    };
    let settled = rejoin(&text);
    assert_eq!(String::from_utf8(rejoin(&settled)), String::from_utf8(settled));
}

proptest! {
    #[test]
    fn an_entry_is_read_as_it_was_written((kind, entry) in entry()) {
        let text = written(&kind, &entry);
        let found = read(text.as_bytes());
        prop_assert_eq!(&found.warnings, &vec![]);
        prop_assert_eq!(&found.value, &vec![entry]);
        // Through a file and out of it, and for any target but those that rename zones.
        let item = split(text.as_bytes()).value.items.remove(0);
        prop_assert_eq!(&read(&item.raw).value, &found.value);
        let joined = join("x", None, [item.raw.as_slice()]);
        prop_assert_eq!(&read(&joined).value, &found.value);
        // A second opinion: the icalendar crate refuses a whole file for one bad line.
        let opinion = String::from_utf8(joined).unwrap().parse::<icalendar::Calendar>();
        prop_assert_eq!(opinion.map(|calendar| !calendar.components.is_empty()), Ok(true));
        prop_assert_eq!(&read(convert(&item.raw, Dialect::Plain).text.as_bytes()).value, &found.value);
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&bytes);
        survive(calendar(&String::from_utf8_lossy(&bytes)).as_bytes());
    }

    #[test]
    fn near_calendars_are_survived(text in nearly()) {
        survive(text.as_bytes());
    }
}
