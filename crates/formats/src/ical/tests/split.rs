use insta::assert_snapshot;
use sidekeep_model::EntryKind;

use super::super::{CalendarItem, split};
use super::{CUSTOM_ZONE, calendar, shown};
use crate::Trouble;

fn items(text: &str) -> Vec<CalendarItem> {
    split(text.as_bytes()).value.items
}

#[test]
fn one_item_for_each_uid_with_its_zones() {
    let text = calendar(&format!(
        "METHOD:PUBLISH
        X-WR-CALNAME:Family\\, all
        X-APPLE-CALENDAR-COLOR:#FF2968
        {CUSTOM_ZONE}BEGIN:VEVENT
        UID:b
        RECURRENCE-ID;TZID=Customized Time Zone:20240502T090000
        SUMMARY:moved
        END:VEVENT
        BEGIN:VTODO
        UID:a
        SUMMARY:buy
        END:VTODO
        BEGIN:VEVENT
        UID:b
        DTSTART;TZID=Customized Time Zone:20240501T090000
        RRULE:FREQ=DAILY
        SUMMARY:long long long long long long long long long long long long long lo
         ng
        END:VEVENT"
    ));
    let file = split(text.as_bytes());
    assert_eq!(file.warnings, []);
    assert_eq!(file.value.name.as_deref(), Some("Family, all"));
    assert_eq!(file.value.colour.as_deref(), Some("#FF2968"));
    let shape: Vec<_> = file
        .value
        .items
        .iter()
        .map(|item| (item.uid.as_str(), item.kind))
        .collect();
    assert_eq!(shape, [("b", EntryKind::Event), ("a", EntryKind::Task)]);
    assert_snapshot!(shown(&file.value.items[0].raw), @"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Sidekeep//Sidekeep//EN
    METHOD:PUBLISH
    BEGIN:VTIMEZONE
    TZID:Customized Time Zone
    BEGIN:STANDARD
    DTSTART:16010101T000000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0100
    END:STANDARD
    END:VTIMEZONE
    BEGIN:VEVENT
    UID:b
    DTSTART;TZID=Customized Time Zone:20240501T090000
    RRULE:FREQ=DAILY
    SUMMARY:long long long long long long long long long long long long long lo
     ng
    END:VEVENT
    BEGIN:VEVENT
    UID:b
    RECURRENCE-ID;TZID=Customized Time Zone:20240502T090000
    SUMMARY:moved
    END:VEVENT
    END:VCALENDAR
    ");
    assert_snapshot!(shown(&file.value.items[1].raw), @"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Sidekeep//Sidekeep//EN
    METHOD:PUBLISH
    BEGIN:VTODO
    UID:a
    SUMMARY:buy
    END:VTODO
    END:VCALENDAR
    ");
}

#[test]
fn bytes_of_components_are_carried_as_they_are() {
    let event = b"BEGIN:VEVENT\nUID:1\n\nSUMMARY:caf\xE9 \x01\r\nnot a line\nEND:VEVENT\n";
    let mut text = b"\xEF\xBB\xBFjunk\r\nBEGIN:VCALENDAR\n".to_vec();
    text.extend_from_slice(event);
    text.extend_from_slice(b"END:VCALENDAR\nmore junk");
    let items = split(&text).value.items;
    assert_eq!(items.len(), 1);
    assert!(items[0].raw.windows(event.len()).any(|window| window == event));
}

#[test]
fn whoever_wrote_the_file_the_item_is_the_same() {
    let event = "BEGIN:VEVENT\nUID:1\nSUMMARY:x\nEND:VEVENT";
    let one = calendar(event);
    let other = one
        .replace("-//Other//EN", "-//Other//9.1//EN")
        .replace("VERSION:2.0\r\n", "VERSION:2.0\r\nX-Y:z\r\n");
    assert_ne!(one, other);
    assert_eq!(items(&one), items(&other));
    // Twice the same, as some exports have it, is once.
    assert_eq!(items(&format!("{one}{other}")), items(&one));
}

#[test]
fn calendars_of_one_file_keep_their_own_zones() {
    let event = |uid: &str| {
        format!("BEGIN:VEVENT\nUID:{uid}\nDTSTART;TZID=Customized Time Zone:20240501T090000\nEND:VEVENT")
    };
    let one = calendar(&format!("{CUSTOM_ZONE}{}", event("1")));
    let other = calendar(&format!(
        "{}{}",
        CUSTOM_ZONE.replace("+0100", "-0500"),
        event("2")
    ));
    let items = items(&format!("{one}{other}"));
    assert!(shown(&items[0].raw).contains("TZOFFSETTO:+0100"));
    assert!(shown(&items[1].raw).contains("TZOFFSETTO:-0500"));
    assert!(!shown(&items[1].raw).contains("+0100"));
}

#[test]
fn a_component_without_uid_gets_a_stable_one() {
    let first = calendar("BEGIN:VEVENT\nDTSTAMP:20240101T000000Z\nSUMMARY:x\nEND:VEVENT");
    let again = calendar("BEGIN:VEVENT\nDTSTAMP:20250101T000000Z\nSUMMARY:x\nSEQUENCE:4\nEND:VEVENT");
    let other = calendar("BEGIN:VEVENT\nDTSTAMP:20240101T000000Z\nSUMMARY:y\nEND:VEVENT");
    let uid = |text: &str| items(text)[0].uid.clone();
    assert!(uid(&first).starts_with("sidekeep-"));
    assert_eq!(uid(&first), uid(&again));
    assert_ne!(uid(&first), uid(&other));
    assert!(!shown(&items(&first)[0].raw).contains("UID"));
}

#[test]
fn an_item_that_was_cut_off_is_not_closed() {
    let check = |text: &str, closed: &[bool]| {
        let found: Vec<bool> = items(text).iter().map(|item| item.closed).collect();
        assert_eq!(found, closed, "{text}");
    };
    let whole = "BEGIN:VEVENT\nUID:1\nEND:VEVENT\n";
    check(&format!("BEGIN:VCALENDAR\n{whole}END:VCALENDAR"), &[true]);
    check(&format!("BEGIN:VCALENDAR\n{whole}"), &[true]);
    check(
        &format!("BEGIN:VCALENDAR\n{whole}BEGIN:VEVENT\nUID:2\nSUMM"),
        &[true, false],
    );
    check(
        &format!("BEGIN:VCALENDAR\n{whole}BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260101T000000Z\n"),
        &[false],
    );
    check(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nEND:VEVENT\nEND:VCALENDAR",
        &[false],
    );
}

#[test]
fn broken_files_give_what_is_there() {
    fn check(text: &str, uids: &[&str], trouble: &[Trouble]) {
        let file = split(text.as_bytes());
        let found: Vec<&str> = file.value.items.iter().map(|item| item.uid.as_str()).collect();
        assert_eq!(found, uids, "{text}");
        let found: Vec<Trouble> = file.warnings.iter().map(|warning| warning.trouble).collect();
        assert_eq!(found, trouble, "{text}");
        for item in &file.value.items {
            let again = split(&item.raw).value.items;
            assert_eq!(again.len(), 1, "{text}");
            assert_eq!((&again[0].uid, again[0].kind), (&item.uid, item.kind), "{text}");
        }
    }
    check("", &[], &[]);
    check("hello\nworld", &[], &[Trouble::NotALine]);
    check("BEGIN:VEVENT\nUID:1\nEND:VEVENT", &["1"], &[]);
    check(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1",
        &["1"],
        &[Trouble::Unclosed, Trouble::Unclosed],
    );
    check(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nBEGIN:VEVENT\nUID:2\nEND:VEVENT\nEND:VCALENDAR\n",
        &["1", "2"],
        &[Trouble::Unclosed, Trouble::Unclosed],
    );
    check("BEGIN:VEVENT\nUID: a\x00\x7Fb\\nc \nEND:VEVENT", &["abc"], &[]);
    check(
        "BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nUID:f\nEND:VFREEBUSY\nBEGIN:X-Y\nUID:x\nEND:X-Y\nEND:VCALENDAR",
        &["f", "x"],
        &[],
    );
}

#[test]
fn a_utf_16_file_is_read() {
    let text = calendar("BEGIN:VEVENT\nUID:ü\nEND:VEVENT");
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(split(&bytes).value.items[0].uid, "ü");
}
