use sidekeep_model::{Entry, EntryKind};

use super::super::read;
use super::calendar;
use crate::Trouble;

fn entries(lines: &str) -> Vec<Entry> {
    let read = read(calendar(lines).as_bytes());
    assert_eq!(read.warnings, [], "{lines}");
    read.value
}

fn event(lines: &str) -> Entry {
    entries(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")).remove(0)
}

#[test]
fn every_field() {
    let entries = entries(
        "BEGIN:VEVENT
        UID:u-1
        RECURRENCE-ID;TZID=Europe/Berlin:20240510T140000
        SUMMARY:moved
        DTSTART;TZID=America/New_York:20240511T090000
        END:VEVENT
        BEGIN:VEVENT
        UID:u-1
        SUMMARY:Tea\\, cake\\; and\\nmore
        DESCRIPTION;ALTREP=\"cid:x\":a\\\\b
        DTSTART;TZID=Europe/Berlin:20240503T140000
        DURATION:PT1H30M
        RRULE:FREQ=WEEKLY;BYDAY=FR;X-ODD=1
        RDATE;TZID=Europe/Berlin:20240504T140000,20240505T140000
        RDATE;VALUE=PERIOD:20240506T120000Z/PT1H
        EXDATE;TZID=Europe/Berlin:20240517T140000
        EXDATE;TZID=America/New_York:20240524T080000
        LOCATION:Home
        ORGANIZER;CN=Anna:MAILTO:anna@example.org
        ATTENDEE;CN=\"Bo ^'B^' X\";ROLE=req-participant;PARTSTAT=accepted:mailto:bo@example.org
        ATTENDEE:urn:uuid:1
        STATUS:confirmed
        CATEGORIES:A\\,B,C
        CATEGORIES:D
        BEGIN:VALARM
        ACTION:display
        TRIGGER;RELATED=END:-PT15M
        END:VALARM
        BEGIN:VALARM
        ACTION:AUDIO
        TRIGGER;VALUE=DATE-TIME:20240503T110000Z
        END:VALARM
        END:VEVENT",
    );
    insta::assert_snapshot!(serde_json::to_string_pretty(&entries[0]).unwrap(), @r#"
    {
      "component": "event",
      "uid": "u-1",
      "summary": "Tea, cake; and\nmore",
      "description": "a\\b",
      "start": "2024-05-03T14:00:00",
      "end": "2024-05-03T15:30:00",
      "all_day": false,
      "tz": "Europe/Berlin",
      "rrule": "FREQ=WEEKLY;BYDAY=FR;X-ODD=1",
      "rdates": [
        "2024-05-04T14:00:00",
        "2024-05-05T14:00:00",
        "2024-05-06T12:00:00Z"
      ],
      "exdates": [
        "2024-05-17T14:00:00",
        "2024-05-24T12:00:00Z"
      ],
      "recurrence_id": null,
      "location": "Home",
      "organizer": "anna@example.org",
      "attendees": [
        {
          "name": "Bo \"B\" X",
          "address": "bo@example.org",
          "role": "REQ-PARTICIPANT",
          "status": "ACCEPTED"
        },
        {
          "name": null,
          "address": "urn:uuid:1",
          "role": null,
          "status": null
        }
      ],
      "alarms": [
        {
          "action": "DISPLAY",
          "trigger": "-PT15M"
        },
        {
          "action": "AUDIO",
          "trigger": "20240503T110000Z"
        }
      ],
      "status": "CONFIRMED",
      "categories": [
        "A,B",
        "C",
        "D"
      ]
    }
    "#);
    insta::assert_snapshot!(serde_json::to_string(&entries[1]).unwrap(), @r#"
    {"component":"event","uid":"u-1","summary":"moved","start":"2024-05-11T09:00:00","end":"2024-05-11T09:00:00","all_day":false,"tz":"America/New_York","rrule":null,"exdates":[],"recurrence_id":"2024-05-10T12:00:00Z","location":null,"attendees":[],"alarms":[],"status":null}
    "#);
}

#[test]
fn tasks_and_journals() {
    let entries = entries(
        "BEGIN:VTODO
        UID:t
        SUMMARY:pay
        DTSTART;VALUE=DATE:20240501
        DUE;VALUE=DATE:20240503
        COMPLETED:20240502T080000Z
        STATUS:COMPLETED
        END:VTODO
        BEGIN:VTODO
        UID:d
        DTSTART:20240501T080000Z
        DURATION:P1D
        END:VTODO
        BEGIN:VJOURNAL
        UID:j
        SUMMARY:dear diary
        DTSTART;VALUE=DATE:20240501
        END:VJOURNAL",
    );
    let shape: Vec<String> = entries
        .iter()
        .map(|entry| {
            let show = |moment: &Option<sidekeep_model::Moment>| {
                moment.as_ref().map_or("-".to_owned(), ToString::to_string)
            };
            assert_eq!(entry.component, EntryKind::Task);
            format!(
                "{} {} {} {}",
                entry.uid,
                show(&entry.end),
                show(&entry.due),
                show(&entry.completed)
            )
        })
        .collect();
    assert_eq!(
        shape,
        [
            "t - 2024-05-03 2024-05-02T08:00:00Z",
            "d - 2024-05-02T08:00:00Z -",
            "j - - -"
        ]
    );
}

#[test]
fn starts_ends_and_zones() {
    fn check(lines: &str, start: &str, end: &str, tz: Option<&str>, all_day: bool) {
        let entry = event(lines);
        let shown = |moment: Option<sidekeep_model::Moment>| {
            moment.map_or(String::new(), |moment| moment.to_string())
        };
        assert_eq!(shown(entry.start), start, "{lines}");
        assert_eq!(shown(entry.end), end, "{lines}");
        assert_eq!(entry.tz.as_deref(), tz, "{lines}");
        assert_eq!(entry.all_day, all_day, "{lines}");
    }
    check(
        "DTSTART;VALUE=DATE:20240503",
        "2024-05-03",
        "2024-05-04",
        None,
        true,
    );
    check("DTSTART:20240503", "2024-05-03", "2024-05-04", None, true);
    check(
        "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240506",
        "2024-05-03",
        "2024-05-06",
        None,
        true,
    );
    check(
        "DTSTART;VALUE=DATE:20240503\nDURATION:P2D",
        "2024-05-03",
        "2024-05-05",
        None,
        true,
    );
    check(
        "DTSTART;VALUE=DATE:20240503\nDURATION:PT36H",
        "2024-05-03",
        "2024-05-05",
        None,
        true,
    );
    check(
        "DTSTART:20240503T140000",
        "2024-05-03T14:00:00",
        "2024-05-03T14:00:00",
        None,
        false,
    );
    check(
        "DTSTART:20240503T120000Z\nDURATION:PT1H",
        "2024-05-03T12:00:00Z",
        "2024-05-03T13:00:00Z",
        Some("UTC"),
        false,
    );
    check(
        "DTSTART:20240503T140000+0200",
        "2024-05-03T12:00:00Z",
        "2024-05-03T12:00:00Z",
        Some("UTC"),
        false,
    );
    check(
        "DTSTART;TZID=Nowhere:20240503T140000\nDURATION:PT1H",
        "2024-05-03T14:00:00",
        "2024-05-03T15:00:00",
        Some("Nowhere"),
        false,
    );
    check(
        "DTSTART:20161231T235960Z",
        "2016-12-31T23:59:59Z",
        "2016-12-31T23:59:59Z",
        Some("UTC"),
        false,
    );
    // An hour by the clock over the change to summer time; a day by the calendar.
    let zone = |rest: &str| format!("DTSTART;TZID=Europe/Berlin:20240331T013000\n{rest}");
    check(
        &zone("DURATION:PT1H"),
        "2024-03-31T01:30:00",
        "2024-03-31T03:30:00",
        Some("Europe/Berlin"),
        false,
    );
    check(
        &zone("DURATION:P1D"),
        "2024-03-31T01:30:00",
        "2024-04-01T01:30:00",
        Some("Europe/Berlin"),
        false,
    );
    check(
        &zone("DTEND;TZID=Europe/London:20240331T023000"),
        "2024-03-31T01:30:00",
        "2024-03-31T01:30:00Z",
        Some("Europe/Berlin"),
        false,
    );
    // A start that the change skips stays as written.
    check(
        "DTSTART;TZID=Europe/Berlin:20240331T023000",
        "2024-03-31T02:30:00",
        "2024-03-31T02:30:00",
        Some("Europe/Berlin"),
        false,
    );
}

#[test]
fn an_old_calendar_in_quoted_printable() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\n\
        SUMMARY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=\r\n=C3=9Fe\r\n\
        DTSTART:20240503T120000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert_eq!(read(text.as_bytes()).value[0].summary, "Grüße");
}

#[test]
fn bad_values_are_told_and_the_rest_is_read() {
    for (line, trouble) in [
        ("DTSTART:tomorrow", Trouble::BadValue),
        ("DTSTART:20241301T000000", Trouble::BadValue),
        ("DTSTART:20240101T250000", Trouble::BadValue),
        ("DTEND:", Trouble::BadValue),
        ("DURATION:long", Trouble::BadValue),
        ("EXDATE:20240101T000000Z,never", Trouble::BadValue),
        ("no colon here", Trouble::NotALine),
        ("END:VALARM", Trouble::Unclosed),
    ] {
        let text = calendar(&format!("BEGIN:VEVENT\nUID:1\n{line}\nSUMMARY:x\nEND:VEVENT"));
        let read = read(text.as_bytes());
        let found: Vec<Trouble> = read.warnings.iter().map(|warning| warning.trouble).collect();
        assert_eq!(found, [trouble], "{line}");
        assert_eq!(read.value[0].summary, "x", "{line}");
    }
}

#[test]
fn hostile_depth_and_number_are_bounded() {
    let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:X\n".repeat(100_000));
    assert!(
        read(deep.as_bytes())
            .warnings
            .iter()
            .any(|warning| warning.trouble == Trouble::TooMuch)
    );
    let many = calendar(&"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n".repeat(10_001));
    let read = read(many.as_bytes());
    assert_eq!(read.value.len(), 10_000);
    assert!(
        read.warnings
            .iter()
            .any(|warning| warning.trouble == Trouble::TooMuch)
    );
}
