use super::*;

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
    println!("{}", shown(&rows));
}
