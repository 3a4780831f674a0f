//! Merging: a table of cases. The laws that hold for any three versions are beside it.

mod laws;

use std::collections::BTreeSet;

use sidekeep_model::{Kind, Media};

use super::{Choice, Merged, Side, Versions, differing, lost, merge, outgoing, uid};

fn card(lines: &str) -> String {
    let lines: String = lines
        .split_terminator('\n')
        .map(|line| format!("{}\r\n", line.trim()))
        .collect();
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u\r\n{lines}END:VCARD\r\n")
}

fn event(lines: &str) -> String {
    let lines: String = lines
        .split_terminator('\n')
        .map(|line| format!("{}\r\n", line.trim()))
        .collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n\
         {lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn merged(kind: Kind, base: Option<&str>, phone: &str, archive: &str, prefer: Side) -> Merged {
    let media: Media = if kind == Kind::Contact {
        Media::VCARD
    } else {
        Media::ICALENDAR
    }
    .into();
    let versions = Versions {
        base: base.map(|base| (&media, base.as_bytes())),
        phone: (&media, phone.as_bytes()),
        archive: (&media, archive.as_bytes()),
    };
    merge(kind, versions, prefer).expect("text is merged")
}

/// The lines, unfolded, without the frame and what every card here has.
fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n ", "");
    let frame = [
        "BEGIN:VC", "BEGIN:VE", "END:VC", "END:VE", "VERSION", "UID", "PRODID", "CALSCALE", "DTSTAMP",
    ];
    let lines = text
        .lines()
        .filter(|line| !frame.iter().any(|name| line.starts_with(name)));
    lines.map(str::to_owned).collect()
}

/// `TEL phone < archive` when the phone's stands, `>` when the archive's does, with a `!` where it is a conflict.
fn told(choice: &Choice) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let (phone, archive) = (value(&choice.phone), value(&choice.archive));
    let conflict = if choice.conflict { "!" } else { "" };
    let taken = match choice.taken {
        Side::Phone => "<",
        Side::Archive => ">",
    };
    let occurrence = choice
        .occurrence
        .as_ref()
        .map_or(String::new(), |id| format!("@{id}"));
    format!(
        "{}{occurrence} {phone} {taken}{conflict} {archive}",
        choice.property
    )
}

#[test]
fn contacts() {
    #[track_caller]
    fn check(base: Option<&str>, phone: &str, archive: &str, expected: &[&str], choices: &[&str]) {
        let base = base.map(card);
        let merged = merged(
            Kind::Contact,
            base.as_deref(),
            &card(phone),
            &card(archive),
            Side::Phone,
        );
        let choices_told: Vec<String> = merged.choices.iter().map(told).collect();
        let lines: BTreeSet<String> = lines(&merged.bytes).into_iter().collect();
        let expected: BTreeSet<String> = expected.iter().map(|line| (*line).to_owned()).collect();
        let choices = choices.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!((lines, choices_told), (expected, choices));
    }
    // The numbers that were lost come back, and what was added since stays.
    check(
        None,
        "FN:Ada\nN:L;Ada;;;\nEMAIL:new@x\n",
        "FN:Ada\nN:L;Ada;;;\nTEL;TYPE=CELL:+1 2\nTEL:3\n",
        &[
            "FN:Ada",
            "N:L;Ada;;;",
            "EMAIL:new@x",
            "TEL;TYPE=CELL:+1 2",
            "TEL:3",
        ],
        &["EMAIL new@x < -", "TEL - > +1 2", "TEL - > 3"],
    );
    // The same number in other clothes is one number.
    check(
        None,
        "FN:Ada\nN:L;Ada;;;\nTEL;TYPE=VOICE,CELL:+1 555-01\n",
        "FN:Ada\nN:L;Ada;;;\nTEL;TYPE=cell:+1 555-01\nEMAIL;TYPE=INTERNET:A@x\n",
        &[
            "FN:Ada",
            "N:L;Ada;;;",
            "TEL;TYPE=cell:+1 555-01",
            "EMAIL;TYPE=INTERNET:A@x",
        ],
        &["EMAIL - > A@x"],
    );
    // Three-way: each side's own change stands, a removal too.
    check(
        Some("FN:Ada\nN:L;Ada;;;\nTEL:1\nTEL:2\nTITLE:a\n"),
        "FN:Ada\nN:L;Ada;;;\nTEL:1\nTITLE:b\n",
        "FN:Ada\nN:L;Ada;;;\nTEL:1\nTEL:2\nTEL:3\nTITLE:a\n",
        &["FN:Ada", "N:L;Ada;;;", "TEL:1", "TEL:3", "TITLE:b"],
        &["TEL - < 2", "TEL - > 3", "TITLE b < a"],
    );
    // Both changed one field: told, and the phone's stands.
    check(
        Some("FN:Ada\nN:L;Ada;;;\nTITLE:a\nNOTE:n\n"),
        "FN:Ada\nN:L;Ada;;;\nTITLE:b\nNOTE:m\n",
        "FN:Ada\nN:L;Ada;;;\nTITLE:c\n",
        &["FN:Ada", "N:L;Ada;;;", "TITLE:b", "NOTE:m"],
        &["TITLE b <! c", "NOTE m <! -"],
    );
    // A label goes with its line, into a group that is free.
    check(
        None,
        "FN:Ada\nN:L;Ada;;;\nitem1.TEL:1\nitem1.X-ABLabel:Boat\n",
        "FN:Ada\nN:L;Ada;;;\nitem1.EMAIL:a@x\nitem1.X-ABLabel:Hut\nX-OWN;X-P=q:z\\,\\q\n",
        &[
            "FN:Ada",
            "N:L;Ada;;;",
            "item1.TEL:1",
            "item1.X-ABLabel:Boat",
            "item2.EMAIL:a@x",
            "item2.X-ABLabel:Hut",
            "X-OWN;X-P=q:z\\,\\q",
        ],
        &["TEL 1 < -", "EMAIL - > a@x", "X-OWN - > z,\\q"],
    );
    // Groups are values of their own; an address is told by its parts.
    check(
        Some("FN:Ada\nN:L;Ada;;;\nCATEGORIES:A,B\nADR:;;Street 1;Town;;;\n"),
        "FN:Ada\nN:L;Ada;;;\nCATEGORIES:B,C\nADR:;;Street  1;Town;;;\n",
        "FN:Ada\nN:L;Ada;;;\nCATEGORIES:A,B,D\\,E\nADR:;;Street 1;Town;;;\nADR:;;Road;;;;\n",
        &[
            "FN:Ada",
            "N:L;Ada;;;",
            "CATEGORIES:B,C,D\\,E",
            "ADR:;;Street  1;Town;;;",
            "ADR:;;Road;;;;",
        ],
        &[
            "CATEGORIES C < -",
            "CATEGORIES - < A",
            "CATEGORIES - > D,E",
            "ADR ;;Street  1;Town;;; < ;;Street 1;Town;;;",
            "ADR - > ;;Road;;;;",
        ],
    );
}

/// What nobody asked to change stays in the words of whoever wrote it.
#[test]
fn only_the_lines_of_a_changed_value_are_written() {
    let check = |version: &str, phone: &str, archive: &str, expected: &str| {
        let whole = |lines: &str| {
            let lines = lines.replace('\n', "\r\n");
            format!("BEGIN:VCARD\r\nVERSION:{version}\r\nUID:u\r\nREV:1\r\n{lines}END:VCARD\r\n")
        };
        let merged = merged(Kind::Contact, None, &whole(phone), &whole(archive), Side::Archive);
        assert_eq!(
            String::from_utf8(merged.bytes).unwrap(),
            whole(expected),
            "{phone}"
        );
    };
    let odd = "fn:Ada\nN:L;Ada;;;\nitem3.TEL;type=CELL;type=VOICE;type=pref:+1 5\nitem3.X-ABLabel:_$!<Mobile>!$_\n\
               X-AIM;TYPE=HOME:ada\nNOTE:a long one that somebody folded ve\n ry early\nX-ANNIVERSARY:20000102\n\
               PHOTO;X-P=1;VALUE=uri:https://x/1\nX-SPOUSE:Bo\n";
    // One is added, one is changed, one is the same in other words.
    check(
        "3.0",
        &format!("{odd}TITLE:old\n"),
        "FN:Ada\nN:L;Ada;;;\nitem3.URL:http://x\nitem3.X-ABLabel:Hut\nTITLE:new\n\
         item9.TEL;TYPE=pref,cell:+1 5\nitem9.X-ABLabel:_$!<Mobile>!$_\n",
        &format!("{odd}TITLE:new\nitem4.URL:http://x\nitem4.X-ABLabel:Hut\n"),
    );
    // A list is one line again.
    check(
        "3.0",
        "FN:Ada\nN:L;Ada;;;\nCATEGORIES:B,A\nX-AIM:ada\n",
        "FN:Ada\nN:L;Ada;;;\nCATEGORIES:C\n",
        "FN:Ada\nN:L;Ada;;;\nX-AIM:ada\nCATEGORIES:B,A,C\n",
    );
    check(
        "4.0",
        "FN:Ada\nN;SORT-AS=x:L;Ada;;;\nTEL;VALUE=uri;TYPE=\"cell,home\":tel:+1\nBDAY:--0503\n",
        "FN:Ada\nN;SORT-AS=x:L;Ada;;;\nANNIVERSARY:20000102\n",
        "FN:Ada\nN;SORT-AS=x:L;Ada;;;\nTEL;VALUE=uri;TYPE=\"cell,home\":tel:+1\nBDAY:--0503\nANNIVERSARY:20000102\n",
    );
}

#[test]
fn events() {
    #[track_caller]
    fn check(base: Option<&str>, phone: &str, archive: &str, expected: &[&str], choices: &[&str]) {
        let base = base.map(event);
        let merged = merged(
            Kind::Event,
            base.as_deref(),
            &event(phone),
            &event(archive),
            Side::Archive,
        );
        let choices_told: Vec<String> = merged.choices.iter().map(told).collect();
        let lines: BTreeSet<String> = lines(&merged.bytes).into_iter().collect();
        let expected: BTreeSet<String> = expected.iter().map(|line| (*line).to_owned()).collect();
        let choices = choices.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!((lines, choices_told), (expected, choices));
    }
    // A start and an end go together; two alarms are two.
    check(
        None,
        "DTSTART:20260101T100000Z\nDTEND:20260101T110000Z\nSUMMARY:Tea\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n",
        "DTSTART:20260102T100000Z\nDURATION:PT1H\nSUMMARY:Tea\nLOCATION:Here\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT9M\nEND:VALARM\n",
        &[
            "DTSTART:20260102T100000Z",
            "DURATION:PT1H",
            "SUMMARY:Tea",
            "LOCATION:Here",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "TRIGGER:-PT5M",
            "TRIGGER:-PT9M",
            "END:VALARM",
        ],
        &[
            "DTSTART 20260101T100000Z >! 20260102T100000Z",
            "VALARM -PT5M < -",
            "VALARM - > -PT9M",
            "LOCATION - > Here",
        ],
    );
    // Skipped days are values of their own.
    check(
        Some("DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY\nEXDATE:20260102T100000Z\n"),
        "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY\nEXDATE:20260102T100000Z,20260103T100000Z\n",
        "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY\nEXDATE:20260104T100000Z\n",
        &[
            "DTSTART:20260101T100000Z",
            "RRULE:FREQ=DAILY",
            "EXDATE:20260103T100000Z",
            "EXDATE:20260104T100000Z",
        ],
        &[
            "EXDATE 20260102T100000Z > -",
            "EXDATE 20260103T100000Z < -",
            "EXDATE - > 20260104T100000Z",
        ],
    );
}

/// A series and the override of one of its occurrences.
fn both(master: &str, moved: &str) -> String {
    let moved = event(moved);
    let start = moved.find("BEGIN:VEVENT").expect("an event");
    let end = moved.find("END:VCALENDAR").expect("its end");
    event(master).replace("END:VCALENDAR", &format!("{}END:VCALENDAR", &moved[start..end]))
}

#[test]
fn a_moved_series_takes_no_override_of_the_old_one() {
    let master = |hour: &str| format!("DTSTART:20260101T{hour}0000Z\nRRULE:FREQ=DAILY\nSUMMARY:Tea\n");
    let moved = |day: &str, hour: &str| {
        format!("RECURRENCE-ID:202601{day}T{hour}0000Z\nDTSTART:202601{day}T150000Z\nSUMMARY:Late\n")
    };
    let check = |base: &str, phone: &str, archive: &str, expected: &str, choices: &[&str]| {
        let merged = merged(Kind::Event, Some(base), phone, archive, Side::Phone);
        assert_eq!(merged.choices.iter().map(told).collect::<Vec<_>>(), choices);
        assert_eq!(String::from_utf8_lossy(&merged.bytes), expected);
    };
    // The archive's series is at another hour; the phone changed one day of the old.
    let (old, new) = (event(&master("10")), event(&master("11")));
    let start = "DTSTART 20260101T100000Z > 20260101T110000Z";
    let changed = both(&master("10"), &moved("03", "10"));
    check(
        &old,
        &changed,
        &new,
        &new,
        &[start, "VEVENT@20260103T100000Z Late >! -"],
    );
    // And the other way round.
    let start = "DTSTART 20260101T110000Z < 20260101T100000Z";
    check(
        &old,
        &new,
        &changed,
        &new,
        &[start, "VEVENT@20260103T100000Z - <! Late"],
    );
    // A day that both series have is as good in either.
    let longer = event(&master("10").replace("DAILY", "DAILY;COUNT=9"));
    let merged_longer = both(
        &master("10").replace("DAILY", "DAILY;COUNT=9"),
        &moved("03", "10"),
    );
    let start = "DTSTART 20260101T100000Z > 20260101T100000Z";
    check(
        &old,
        &changed,
        &longer,
        &merged_longer
            .replace("PRODID:x\r\n", "CALSCALE:GREGORIAN\r\nPRODID:x\r\n")
            .replace(
                "VERSION:2.0\r\nCALSCALE:GREGORIAN\r\n",
                "CALSCALE:GREGORIAN\r\nVERSION:2.0\r\n",
            ),
        &[start, "VEVENT@20260103T100000Z Late < -"],
    );
    // What was astray before is its owner's matter.
    let astray = both(&master("10"), &moved("03", "07"));
    let titled = old.replace("Tea", "Coffee");
    let both_now = String::from_utf8(merged(Kind::Event, Some(&old), &astray, &titled, Side::Phone).bytes)
        .expect("text");
    assert!(
        both_now.contains("Coffee") && both_now.contains("20260103T070000Z"),
        "{both_now}"
    );
}

#[test]
fn what_the_phone_says_of_the_whole_object_stands() {
    let own = |text: String| text.replace("PRODID:x\r\n", "PRODID:-//Own//EN\r\nX-WR-CALNAME:Home\r\n");
    let phone = own(event("SUMMARY:Tea\nLOCATION:Here\n"));
    let archive = event("SUMMARY:Tea\nPRIORITY:1\n");
    let text = merged(Kind::Event, None, &phone, &archive, Side::Phone).bytes;
    let text = String::from_utf8(text).expect("text");
    assert!(
        text.contains("PRODID:-//Own//EN\r\nX-WR-CALNAME:Home\r\n"),
        "{text}"
    );
    assert!(
        text.contains("PRIORITY:1") && text.contains("LOCATION:Here"),
        "{text}"
    );
}

#[test]
fn an_override_is_merged_by_itself() {
    let master = "DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY\nSUMMARY:Tea\n";
    let moved = "RECURRENCE-ID:20260102T100000Z\nDTSTART:20260102T120000Z\nSUMMARY:Tea\n";
    let with = both(master, moved);
    let without = event(master);
    let restored = merged(Kind::Event, None, &without, &with, Side::Phone);
    assert_eq!(
        restored.choices.iter().map(told).collect::<Vec<_>>(),
        ["VEVENT@20260102T100000Z - > Tea"]
    );
    assert_eq!(restored.bytes, with.as_bytes());
    let removed = merged(Kind::Event, Some(&with), &without, &with, Side::Phone);
    assert_eq!(removed.bytes, without.as_bytes(), "the phone's removal stands");
    // The archive's own change of it is dearer than the removal.
    let later = both(master, &moved.replace("SUMMARY:Tea", "SUMMARY:Coffee"));
    let kept = merged(Kind::Event, Some(&with), &without, &later, Side::Phone);
    assert_eq!(kept.bytes, later.as_bytes());
    assert!(kept.choices[0].conflict);
}

#[test]
fn zones_come_with_what_needs_them() {
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\n\
                TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    let archive = event("DTSTART;TZID=Own:20260101T100000\nSUMMARY:Tea\n")
        .replace("BEGIN:VEVENT", &format!("{zone}BEGIN:VEVENT"));
    let phone = event("SUMMARY:Tea\nLOCATION:Here\n");
    let text = merged(Kind::Event, None, &phone, &archive, Side::Phone).bytes;
    let text = String::from_utf8(text).expect("text");
    assert!(text.contains(zone) && text.contains("LOCATION:Here"), "{text}");
    let media = Media::ICALENDAR.into();
    let start = crate::entries(&media, text.as_bytes()).expect("read").value[0]
        .start
        .clone();
    assert_eq!(
        start.map(|start| start.to_string()).as_deref(),
        Some("2026-01-01T10:00:00")
    );
}

#[test]
fn what_goes_out() {
    #[track_caller]
    fn check(kind: Kind, raw: &str, wanted: Option<&str>, expected: &str) {
        let media: Media = if kind == Kind::Contact {
            Media::VCARD
        } else {
            Media::ICALENDAR
        }
        .into();
        let out = outgoing(kind, &media, raw.as_bytes(), wanted).expect("text goes out");
        assert_eq!(String::from_utf8_lossy(&out.bytes), expected);
        assert_eq!(uid(kind, &out.media, &out.bytes), Ok(Some(out.uid.clone())));
        if let Some(wanted) = wanted {
            assert_eq!(out.uid, wanted);
        }
        let again = outgoing(kind, &media, raw.as_bytes(), wanted).expect("again");
        assert_eq!(out, again, "the same each time");
    }
    let own = card("FN:Ada\n");
    check(Kind::Contact, &own, None, &own);
    check(Kind::Contact, &own, Some("u"), &own);
    check(
        Kind::Contact,
        &own,
        Some("a,b"),
        &own.replace("UID:u\r\n", "").replace("END", "UID:a\\,b\r\nEND"),
    );
    let entry = event("SUMMARY:Tea\n");
    check(Kind::Event, &entry, None, &entry);
    check(
        Kind::Event,
        &entry.replace("PRODID:x\r\n", "PRODID:x\r\nMETHOD:REQUEST\r\n"),
        Some("v"),
        &entry
            .replace("UID:u\r\n", "")
            .replace("BEGIN:VEVENT\r\n", "BEGIN:VEVENT\r\nUID:v\r\n"),
    );
    let nameless = card("FN:Ada\n").replace("UID:u\r\n", "");
    let made = outgoing(Kind::Contact, &Media::VCARD.into(), nameless.as_bytes(), None).expect("text");
    assert!(made.uid.starts_with("sidekeep-"));
    let old = "BEGIN:VCARD\r\nVERSION:2.1\r\nN:L;Ada\r\nTEL;CELL:1\r\nEND:VCARD\r\n";
    let raised = outgoing(Kind::Contact, &Media::VCARD.into(), old.as_bytes(), Some("u")).expect("text");
    assert!(raised.bytes.starts_with(b"BEGIN:VCARD\r\nVERSION:3.0\r\n"));
}

#[test]
fn what_servers_do_to_bytes_is_no_difference() {
    #[track_caller]
    fn check(kind: Kind, one: &str, other: &str, expected: &[&str]) {
        let media: Media = if kind == Kind::Contact {
            Media::VCARD
        } else {
            Media::ICALENDAR
        }
        .into();
        let found = differing(kind, (&media, one.as_bytes()), (&media, other.as_bytes()));
        assert_eq!(found.as_deref(), Ok(expected));
    }
    let one = card(
        "FN:Ada\nN:L;Ada;;;\nTEL;TYPE=HOME:1\nTEL;TYPE=cell,pref:2\nitem1.URL:http://x\nitem1.X-ABLabel:Boat\n",
    );
    let other = "BEGIN:VCARD\r\nVERSION:4.0\r\nTEL;PREF=1;TYPE=CELL:2\r\nTEL;TYPE=VOICE;TYPE=home:1\r\nN:L;Ada;;;\r\n\
                 ITEM3.URL:http://x\r\nITEM3.X-ABLABEL:Boat\r\nFN:Ada\r\nREV:20260101T000000Z\r\nEND:VCARD\r\n";
    check(Kind::Contact, &one, other, &[]);
    check(
        Kind::Contact,
        &one,
        &other.replace("home:1", "home:3"),
        &["phones"],
    );
    check(Kind::Contact, &one, &other.replace("Boat", "Hut"), &["urls"]);
    let one =
        event("DTSTART:20260101T100000Z\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260102T100000Z\nSUMMARY:Tea\n");
    let other = event(
        "SUMMARY:Tea\nRRULE:COUNT=2;FREQ=DAILY\nEXDATE:20260102T100000Z\nDTSTART:20260101T100000Z\nX-A:b\n",
    );
    check(Kind::Event, &one, &other, &[]);
    check(Kind::Event, &one, &other.replace("Tea", "Te"), &["summary"]);
    check(
        Kind::Event,
        &one,
        &other.replace("EXDATE:20260102T100000Z\r\n", ""),
        &["exdates"],
    );
}

#[test]
fn what_no_model_names_is_missed_too() {
    #[track_caller]
    fn check(kind: Kind, written: &str, read: &str, expected: &[&str]) {
        let media: Media = if kind == Kind::Contact {
            Media::VCARD
        } else {
            Media::ICALENDAR
        }
        .into();
        let found = lost(kind, (&media, written.as_bytes()), (&media, read.as_bytes()));
        let expected = expected.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(found, Ok(expected));
    }
    let contact = |written: &str, read: &str, expected: &[&str]| {
        check(Kind::Contact, &card(written), &card(read), expected);
    };
    contact(
        "ROLE:a\nX-OWN;X-P=q:z\n",
        "x-own;x-p=q:z\nREV:20260101T000000Z\nROLE:a\n",
        &[],
    );
    contact("ROLE:a\nX-OWN:z\n", "ROLE:b\nX-ADDED:1\n", &["ROLE", "X-OWN"]);
    contact("X-OWN:1\nX-OWN:2\n", "X-OWN:2\n", &["X-OWN"]);
    contact("X-OWN:1\nX-OWN:1\n", "X-OWN:1\n", &["X-OWN"]);
    contact("X-OWN;X-P=q:z\n", "X-OWN:z\n", &["X-OWN"]);
    contact(
        "item1.X-OWN:z\nitem1.X-ABLabel:Hut\n",
        "item7.X-OWN:z\nITEM7.X-ABLABEL:Hut\n",
        &[],
    );
    contact("item1.X-OWN:z\nitem1.X-ABLabel:Hut\n", "X-OWN:z\n", &["X-OWN"]);
    // What says nothing, and what the model's own comparison is for.
    contact("X-EMPTY:\nKIND:individual\nTEL:1\nNOTE:n\n", "", &[]);
    contact("KIND:group\n", "X-ADDRESSBOOKSERVER-KIND:group\n", &[]);
    contact("KIND:group\n", "", &["KIND"]);
    let entry = |written: &str, read: &str, expected: &[&str]| {
        check(Kind::Event, &event(written), &event(read), expected);
    };
    entry(
        "X-OWN:1\nGEO:1;2\nSUMMARY:Tea\n",
        "GEO:1;2\nSUMMARY:Te\nX-OWN:1\nX-ADDED:1\n",
        &[],
    );
    entry("X-OWN:1\nGEO:1;2\n", "GEO:1;3\n", &["X-OWN", "GEO"]);
    entry("CLASS:PUBLIC\nPRIORITY:0\nTRANSP:OPAQUE\n", "", &[]);
    entry(
        "CLASS:PRIVATE\nSTATUS:IN-PROCESS\nPERCENT-COMPLETE:40\n",
        "STATUS:IN-PROCESS\n",
        &["PERCENT-COMPLETE", "CLASS"],
    );
    let alarm = |trigger: &str, more: &str| {
        format!("BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:x\n{trigger}\n{more}END:VALARM\n")
    };
    let alarms = |written: &str, read: &str, expected: &[&str]| {
        let read = alarm(read, "X-OWN:1\n").replace("DESCRIPTION:x", "DESCRIPTION:y");
        entry(&alarm(written, "X-OWN:1\n"), &read, expected);
    };
    alarms("TRIGGER:-PT5M", "TRIGGER;RELATED=START;VALUE=DURATION:-PT5M", &[]);
    alarms("TRIGGER;RELATED=END:-PT5M", "TRIGGER;related=END:-PT5M", &[]);
    alarms("TRIGGER;RELATED=END:-PT5M", "TRIGGER:-PT5M", &["VALARM"]);
    let repeated = alarm("TRIGGER:-PT5M", "REPEAT:2\nDURATION:PT1M\n");
    entry(&repeated, &alarm("TRIGGER:-PT5M", ""), &["VALARM"]);
}
