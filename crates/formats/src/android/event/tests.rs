use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDateTime};
use insta::assert_snapshot;
use proptest::prelude::*;
use rrule::RRuleSet;
use sidekeep_model::Entry;

use super::*;
use crate::ical;

fn row(columns: &[(&str, &str)]) -> Row {
    columns
        .iter()
        .map(|(column, value)| ((*column).to_owned(), (*value).to_owned()))
        .collect()
}

/// The text of a series, the zones left out, in lines without CR.
fn shown(rows: &EventRows) -> String {
    String::from_utf8(icalendar_without_zones(rows))
        .unwrap()
        .replace("\r\n", "\n")
}

#[test]
fn a_series_with_everything() {
    let rows = EventRows {
        event: row(&[
            ("_id", "7"),
            ("_sync_id", "abc123"),
            ("title", "Jour fixe; \"Küche\", EG\nneu"),
            ("description", "Zeile 1\r\nZeile 2"),
            ("eventLocation", "Berlin"),
            ("dtstart", "1711614600000"),
            ("duration", "P3600S"),
            ("eventTimezone", "Europe/Berlin"),
            ("allDay", "0"),
            ("rrule", "FREQ=WEEKLY;UNTIL=20240503;BYDAY=TH"),
            ("rdate", "Europe/Berlin;20240402T093000"),
            ("exdate", "20240411T073000Z"),
            ("eventStatus", "1"),
            ("accessLevel", "2"),
            ("availability", "1"),
            ("eventColor", "-14069085"),
            ("organizer", "anna@example.org"),
            ("ownerAccount", "anna@example.org"),
        ]),
        exceptions: vec![
            row(&[
                ("_id", "8"),
                ("original_id", "7"),
                ("originalInstanceTime", "1712215800000"),
                ("title", "Jour fixe (New York)"),
                ("dtstart", "1712329200000"),
                ("dtend", "1712332800000"),
                ("eventTimezone", "America/New_York"),
            ]),
            row(&[
                ("_id", "9"),
                ("original_id", "7"),
                ("originalInstanceTime", "1713425400000"),
                ("eventStatus", "2"),
            ]),
        ],
        attendees: vec![
            row(&[
                ("event_id", "7"),
                ("attendeeEmail", "anna@example.org"),
                ("attendeeName", "Anna \"A\" Ä, Dr."),
                ("attendeeRelationship", "2"),
                ("attendeeType", "1"),
                ("attendeeStatus", "1"),
            ]),
            row(&[
                ("event_id", "7"),
                ("attendeeEmail", "bo@example.org"),
                ("attendeeRelationship", "4"),
                ("attendeeType", "2"),
                ("attendeeStatus", "3"),
            ]),
        ],
        reminders: vec![
            row(&[("event_id", "7"), ("minutes", "15"), ("method", "1")]),
            row(&[("event_id", "7"), ("minutes", "1440"), ("method", "2")]),
            row(&[("event_id", "7"), ("minutes", "-1"), ("method", "0")]),
            row(&[("event_id", "8"), ("minutes", "0"), ("method", "3")]),
        ],
        extended: vec![
            row(&[
                ("event_id", "7"),
                ("name", "categories"),
                ("value", "\\Arbeit\\A,B"),
            ]),
            row(&[
                ("event_id", "7"),
                (
                    "name",
                    "vnd.android.cursor.item/vnd.ical4android.unknown-property",
                ),
                ("value", "[\"GEO\",\"52.5;13.4\"]"),
            ]),
            row(&[
                ("event_id", "7"),
                (
                    "name",
                    "vnd.android.cursor.item/vnd.ical4android.unknown-property",
                ),
                ("value", "[\"X-A\",\"1;2\",{\"P\":\"q:r\"}]"),
            ]),
            row(&[("event_id", "7"), ("name", "odd \"name\""), ("value", "v")]),
        ],
    };
    assert_snapshot!(shown(&rows), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Sidekeep//Sidekeep//EN
    CALSCALE:GREGORIAN
    BEGIN:VEVENT
    UID:android-abc123
    DTSTAMP:19700101T000000Z
    DTSTART;TZID=Europe/Berlin:20240328T093000
    DTEND;TZID=Europe/Berlin:20240328T103000
    SUMMARY:Jour fixe\; "Küche"\, EG\nneu
    DESCRIPTION:Zeile 1\nZeile 2
    LOCATION:Berlin
    STATUS:CONFIRMED
    CLASS:PRIVATE
    TRANSP:TRANSPARENT
    X-ANDROID-COLOR:#2952A3
    ORGANIZER;CN="Anna ^'A^' Ä, Dr.":mailto:anna@example.org
    ATTENDEE;CN="Anna ^'A^' Ä, Dr.";ROLE=CHAIR;PARTSTAT=ACCEPTED:mailto:anna@e
     xample.org
    ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;X-ANDROID-RELATIONSHIP=
     SPEAKER:mailto:bo@example.org
    CATEGORIES:Arbeit,A\,B
    GEO:52.5;13.4
    X-A;P="q:r":1\;2
    X-ANDROID-EXTENDED;X-NAME=odd ^'name^':v
    X-ANDROID-DEFAULT-REMINDER:0
    RRULE:FREQ=WEEKLY;UNTIL=20240503T215959Z;BYDAY=TH
    RDATE;TZID=Europe/Berlin:20240402T093000
    EXDATE;TZID=Europe/Berlin:20240411T093000
    EXDATE;TZID=Europe/Berlin:20240418T093000
    BEGIN:VALARM
    TRIGGER:-PT15M
    DESCRIPTION:Jour fixe\; "Küche"\, EG\nneu
    ACTION:DISPLAY
    END:VALARM
    BEGIN:VALARM
    TRIGGER:-PT1440M
    DESCRIPTION:Jour fixe\; "Küche"\, EG\nneu
    ACTION:EMAIL
    SUMMARY:Jour fixe\; "Küche"\, EG\nneu
    ATTENDEE:mailto:anna@example.org
    X-ANDROID-METHOD:2
    END:VALARM
    END:VEVENT
    BEGIN:VEVENT
    UID:android-abc123
    DTSTAMP:19700101T000000Z
    RECURRENCE-ID;TZID=Europe/Berlin:20240404T093000
    DTSTART;TZID=America/New_York:20240405T110000
    DTEND;TZID=America/New_York:20240405T120000
    SUMMARY:Jour fixe (New York)
    BEGIN:VALARM
    TRIGGER:-PT0M
    DESCRIPTION:Jour fixe (New York)
    ACTION:DISPLAY
    X-ANDROID-METHOD:3
    END:VALARM
    END:VEVENT
    END:VCALENDAR
    "#);
}

/// The VEVENTs of an event alone.
fn alone(columns: &[(&str, &str)]) -> String {
    events(&EventRows {
        event: row(columns),
        ..EventRows::default()
    })
}

fn events(rows: &EventRows) -> String {
    let text = shown(rows);
    let start = text.find("BEGIN:VEVENT").unwrap();
    text[start..]
        .trim_end_matches("END:VCALENDAR\n")
        .replace("DTSTAMP:19700101T000000Z\n", "")
}

#[test]
fn whole_days_end_the_day_after() {
    fn check(columns: &[(&str, &str)], expected: &str) {
        let mut all = vec![
            ("_id", "1"),
            ("_sync_id", "s"),
            ("allDay", "1"),
            ("dtstart", "1714694400000"),
        ];
        all.extend_from_slice(columns);
        let text = alone(&all);
        let times: Vec<&str> = text.lines().filter(|line| line.starts_with("DT")).collect();
        assert_eq!(times, ["DTSTART;VALUE=DATE:20240503", expected], "{columns:?}");
    }
    check(
        &[("dtend", "1714780800000"), ("eventTimezone", "UTC")],
        "DTEND;VALUE=DATE:20240504",
    );
    check(
        &[("dtend", "1714867200000"), ("eventTimezone", "Europe/Berlin")],
        "DTEND;VALUE=DATE:20240505",
    );
    check(&[("duration", "P2D")], "DTEND;VALUE=DATE:20240505");
    check(&[("duration", "P86400S")], "DTEND;VALUE=DATE:20240504");
    check(&[], "DTEND;VALUE=DATE:20240504");
    check(&[("dtend", "1714694400000")], "DTEND;VALUE=DATE:20240504");
    check(&[("dtend", "0")], "DTEND;VALUE=DATE:20240504");
    check(&[("dtend", "1714784400000")], "DTEND;VALUE=DATE:20240505");
}

#[test]
fn a_series_of_whole_days_with_exceptions() {
    let rows = EventRows {
        event: row(&[
            ("_id", "1"),
            ("uid2445", "days"),
            ("allDay", "1"),
            ("dtstart", "1714694400000"),
            ("duration", "P1D"),
            ("eventTimezone", "UTC"),
            ("rrule", "FREQ=DAILY;UNTIL=20240520T000000Z"),
            ("exdate", "20240505T000000Z\n20240506"),
        ]),
        exceptions: vec![
            row(&[
                ("_id", "2"),
                ("originalInstanceTime", "1715040000000"),
                ("deleted", "1"),
            ]),
            row(&[
                ("_id", "3"),
                ("originalInstanceTime", "1715126400000"),
                ("originalAllDay", "1"),
                ("allDay", "0"),
                ("dtstart", "1715162400000"),
                ("dtend", "1715162400000"),
                ("eventTimezone", "Europe/Berlin"),
            ]),
        ],
        ..EventRows::default()
    };
    assert_snapshot!(events(&rows), @"
    BEGIN:VEVENT
    UID:days
    DTSTART;VALUE=DATE:20240503
    DTEND;VALUE=DATE:20240504
    RRULE:FREQ=DAILY;UNTIL=20240520
    EXDATE;VALUE=DATE:20240505
    EXDATE;VALUE=DATE:20240506
    EXDATE;VALUE=DATE:20240507
    END:VEVENT
    BEGIN:VEVENT
    UID:days
    RECURRENCE-ID;VALUE=DATE:20240508
    DTSTART;TZID=Europe/Berlin:20240508T120000
    END:VEVENT
    ");
}

#[test]
fn orphans_and_what_has_no_place() {
    // The master is not there: the override has the UID that it would have.
    let orphan = alone(&[
        ("_id", "5"),
        ("original_sync_id", "abc123"),
        ("original_id", "4"),
        ("originalInstanceTime", "1711614600000"),
        ("dtstart", "1711618200000"),
        ("eventTimezone", "Europe/Berlin"),
        ("eventStatus", "2"),
    ]);
    assert_snapshot!(orphan, @"
    BEGIN:VEVENT
    UID:android-abc123
    RECURRENCE-ID;TZID=Europe/Berlin:20240328T093000
    DTSTART;TZID=Europe/Berlin:20240328T103000
    STATUS:CANCELLED
    END:VEVENT
    ");
    // An exception that does not say of which occurrence is an event of its own; a cancelled one is nothing.
    let rows = EventRows {
        event: row(&[("_id", "1"), ("_sync_id", "s")]),
        exceptions: vec![
            row(&[("_id", "2"), ("title", "where?")]),
            row(&[("_id", "3"), ("eventStatus", "2")]),
        ],
        ..EventRows::default()
    };
    assert_snapshot!(events(&rows), @"
    BEGIN:VEVENT
    UID:android-s
    END:VEVENT
    BEGIN:VEVENT
    UID:android-ec2bd03bf86b-2
    SUMMARY:where?
    END:VEVENT
    ");
}

#[test]
fn times_that_a_zone_cannot_say() {
    // The second half past two of the night when summer time ends; a zone that is in no database; times out of range.
    assert_snapshot!(alone(&[
        ("_id", "1"),
        ("_sync_id", "s"),
        ("dtstart", "1729992600000"),
        ("dtend", "1729996200000"),
        ("eventTimezone", "Europe/Berlin"),
    ]), @"
    BEGIN:VEVENT
    UID:android-s
    DTSTART:20241027T013000Z
    DTEND;TZID=Europe/Berlin:20241027T033000
    END:VEVENT
    ");
    assert_snapshot!(alone(&[
        ("_id", "1"),
        ("_sync_id", "s"),
        ("dtstart", "1714737600000"),
        ("eventTimezone", "Mars/Olympus"),
    ]), @"
    BEGIN:VEVENT
    UID:android-s
    DTSTART:20240503T120000Z
    X-ANDROID-TIMEZONE:Mars/Olympus
    END:VEVENT
    ");
    assert_snapshot!(alone(&[
        ("_id", "1"),
        ("_sync_id", "s"),
        ("dtstart", "9223372036854775807"),
        ("dtend", "soon"),
        ("rrule", "FREQ=DAILY"),
    ]), @"
    BEGIN:VEVENT
    UID:android-s
    END:VEVENT
    ");
}

#[test]
fn uids_are_stable_and_tell_events_apart() {
    let uid = |columns: &[(&str, &str)], extended: &[(&str, &str)]| {
        super::uid(&EventRows {
            event: row(columns),
            extended: if extended.is_empty() {
                Vec::new()
            } else {
                vec![row(extended)]
            },
            ..EventRows::default()
        })
    };
    assert_eq!(uid(&[("uid2445", " u "), ("_sync_id", "s")], &[]), "u");
    assert_eq!(
        uid(
            &[("_sync_id", "s")],
            &[("name", "iCalUid"), ("value", "g@google.com")]
        ),
        "g@google.com"
    );
    assert_eq!(uid(&[("_sync_id", "s"), ("_id", "1")], &[]), "android-s");
    let local = uid(
        &[
            ("_id", "1"),
            ("calendar_id", "3"),
            ("account_name", "a"),
            ("title", "x"),
        ],
        &[],
    );
    assert_eq!(
        local,
        uid(
            &[
                ("_id", "1"),
                ("calendar_id", "3"),
                ("account_name", "a"),
                ("title", "y")
            ],
            &[]
        )
    );
    assert_ne!(
        local,
        uid(&[("_id", "2"), ("calendar_id", "3"), ("account_name", "a")], &[])
    );
    assert_ne!(
        local,
        uid(&[("_id", "1"), ("calendar_id", "3"), ("account_name", "b")], &[])
    );
}

#[test]
fn zones_come_with_the_series() {
    let rows = EventRows {
        event: row(&[
            ("_id", "1"),
            ("dtstart", "-800000000000"),
            ("eventTimezone", "Europe/Berlin"),
        ]),
        ..EventRows::default()
    };
    let text = String::from_utf8(icalendar(&rows)).unwrap();
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    assert!(
        text.contains("TZNAME:CEMT"),
        "the zone begins before the event: {text}"
    );
}

#[test]
fn rows_are_canonical_json() {
    let rows = EventRows {
        event: row(&[("title", "b"), ("_id", "1")]),
        ..EventRows::default()
    };
    let bytes = rows.to_bytes();
    assert_eq!(
        String::from_utf8(bytes.clone()).unwrap(),
        r#"{"event":{"_id":"1","title":"b"}}"#
    );
    assert_eq!(EventRows::from_bytes(&bytes), Ok(rows));
    for bad in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"event":{"_id":1}}"#,
        &"[".repeat(100_000),
    ] {
        assert_eq!(EventRows::from_bytes(bad.as_bytes()), Err(RowsError));
    }
}

/// A daily or weekly series in a zone, and which of its occurrences are cancelled or moved.
fn series() -> impl Strategy<Value = (EventRows, BTreeSet<NaiveDateTime>, BTreeSet<NaiveDateTime>)> {
    let zones = prop_oneof![
        Just("Europe/Berlin"),
        Just("America/New_York"),
        Just("Australia/Sydney"),
        Just("Asia/Kathmandu"),
        Just("UTC"),
    ];
    let changes = prop::collection::btree_map(0..40i64, any::<bool>(), 0..10);
    (zones, 0..4000i64, 5..22i64, any::<bool>(), 40..60i64, changes).prop_map(
        |(tzid, day, hour, weekly, count, changes)| {
            let zone: chrono_tz::Tz = tzid.parse().unwrap();
            let start = DateTime::from_timestamp(946_684_800, 0).unwrap().naive_utc() + Duration::days(day);
            let step = if weekly { 7 } else { 1 };
            let occurrence = |nth: i64| {
                let wall = start + Duration::hours(hour) + Duration::days(nth * step);
                ical::zone::to_utc(zone, wall).unwrap()
            };
            let millis = |time: NaiveDateTime| (time.and_utc().timestamp() * 1000).to_string();
            let rule = format!("FREQ={};COUNT={count}", if weekly { "WEEKLY" } else { "DAILY" });
            let first = millis(occurrence(0));
            let mut rows = EventRows {
                event: row(&[
                    ("_id", "1"),
                    ("_sync_id", "s"),
                    ("dtstart", &first),
                    ("duration", "P1800S"),
                    ("eventTimezone", tzid),
                    ("rrule", &rule),
                ]),
                ..EventRows::default()
            };
            let mut left: BTreeSet<NaiveDateTime> = (0..count).map(occurrence).collect();
            let mut moved = BTreeSet::new();
            for (nth, cancelled) in changes {
                let at = occurrence(nth);
                let original = millis(at);
                let later = millis(at + Duration::hours(3));
                let status = if cancelled { "2" } else { "1" };
                rows.exceptions.push(row(&[
                    ("_id", "2"),
                    ("originalInstanceTime", &original),
                    ("dtstart", &later),
                    ("eventTimezone", "Asia/Tokyo"),
                    ("eventStatus", status),
                ]));
                if cancelled {
                    left.remove(&at);
                } else {
                    moved.insert(at);
                }
            }
            (rows, left, moved)
        },
    )
}

/// The occurrences of the master by the `rrule` crate, in UTC.
fn expanded(text: &str) -> BTreeSet<NaiveDateTime> {
    let master = text.split("END:VEVENT").next().unwrap();
    let lines: Vec<&str> = master
        .lines()
        .filter(|line| {
            ["DTSTART", "RRULE", "RDATE", "EXDATE"]
                .iter()
                .any(|name| line.starts_with(name))
        })
        .collect();
    let set: RRuleSet = lines.join("\n").parse().unwrap();
    set.into_iter().map(|time| time.naive_utc()).collect()
}

proptest! {
    #[test]
    fn cancellations_and_overrides_hit_occurrences((rows, left, moved) in series()) {
        prop_assert_eq!(expanded(&shown(&rows)), left.clone());
        let entries: Vec<Entry> = ical::read(&icalendar(&rows)).value;
        let zone: chrono_tz::Tz = rows.event["eventTimezone"].parse().unwrap();
        let replaced: BTreeSet<NaiveDateTime> = entries[1..]
            .iter()
            .map(|entry| match entry.recurrence_id.clone().unwrap() {
                sidekeep_model::Moment::Wall(wall) => ical::zone::to_utc(zone, wall).unwrap(),
                sidekeep_model::Moment::Utc(utc) => utc,
                sidekeep_model::Moment::Date(_) => unreachable!(),
            })
            .collect();
        prop_assert!(replaced.is_subset(&left));
        prop_assert_eq!(replaced, moved);
    }

    #[test]
    fn any_rows_are_survived(
        columns in prop::collection::btree_map(
            "(_id|_sync_id|dtstart|dtend|duration|allDay|eventTimezone|rrule|rdate|exdate|title|originalInstanceTime|original_id|event_id|minutes|method|name|value|organizer|eventStatus|deleted)",
            prop_oneof!["-?[0-9]{1,19}", "P[0-9WDTHMS]{0,30}", "(Europe/Berlin|UTC|X)", "[0-9TZ,;\n]{0,40}", ".{0,20}", "\\PC{0,20}"],
            0..21,
        ),
    ) {
        let rows = EventRows {
            event: columns.clone(),
            exceptions: vec![columns.clone()],
            attendees: vec![columns.clone()],
            reminders: vec![columns.clone()],
            extended: vec![columns],
        };
        let again = EventRows::from_bytes(&rows.to_bytes());
        prop_assert_eq!(again.as_ref(), Ok(&rows));
        let bytes = icalendar(&rows);
        let file = ical::split(&bytes);
        prop_assert_eq!(file.warnings, vec![]);
        let opinion = std::str::from_utf8(&bytes).unwrap().parse::<icalendar::Calendar>();
        prop_assert!(opinion.is_ok(), "{opinion:?}");
        let read = ical::read(&bytes);
        prop_assert_eq!(read.warnings.iter().find(|warning| warning.trouble == crate::Trouble::NotALine), None);
        prop_assert!(!read.value.is_empty());
        for line in String::from_utf8(bytes).unwrap().split("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(|char: char| char.is_control() && char != '\t'), "{:?}", line);
        }
    }
}
