use insta::assert_snapshot;

use super::super::{join, split};
use super::{CUSTOM_ZONE, calendar, shown};

fn joined(objects: &[&str]) -> String {
    shown(join("", None, objects.iter().map(|object| object.as_bytes())))
}

fn event(uid: &str, lines: &str) -> String {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20240101T000000Z\n{lines}\nEND:VEVENT"
    ))
}

#[test]
fn a_calendar_of_items() {
    let zoned = event("b", "DTSTART;TZID=Asia/Tokyo:20240503T140000");
    let todo = calendar("BEGIN:VTODO\nUID:a\nDTSTAMP:20240101T000000Z\nSUMMARY:buy\nEND:VTODO");
    let bare =
        calendar("METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:no uid\nLAST-MODIFIED:20240102T000000Z\nEND:VEVENT");
    let objects = [&zoned, &todo, &bare].map(|object| object.as_bytes());
    let text = join("Ümläut; \"x\"\r\nEND:VCALENDAR", Some("#FF2968FF"), objects);
    assert_snapshot!(shown(&text), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Sidekeep//Sidekeep//EN
    CALSCALE:GREGORIAN
    NAME:Ümläut\; "x"\nEND:VCALENDAR
    X-WR-CALNAME:Ümläut\; "x"\nEND:VCALENDAR
    X-APPLE-CALENDAR-COLOR:#FF2968FF
    BEGIN:VTIMEZONE
    TZID:Asia/Tokyo
    BEGIN:STANDARD
    DTSTART:19700101T090000
    TZOFFSETFROM:+0900
    TZOFFSETTO:+0900
    TZNAME:JST
    END:STANDARD
    END:VTIMEZONE
    BEGIN:VTODO
    UID:a
    DTSTAMP:20240101T000000Z
    SUMMARY:buy
    END:VTODO
    BEGIN:VEVENT
    UID:b
    DTSTAMP:20240101T000000Z
    DTSTART;TZID=Asia/Tokyo:20240503T140000
    END:VEVENT
    BEGIN:VEVENT
    UID:sidekeep-84885f56c0a42513363f91a50c1d3213
    DTSTAMP:20240102T000000Z
    SUMMARY:no uid
    LAST-MODIFIED:20240102T000000Z
    END:VEVENT
    END:VCALENDAR
    "#);
    let mut reversed = objects;
    reversed.reverse();
    assert_eq!(
        join("Ümläut; \"x\"\r\nEND:VCALENDAR", Some("#FF2968FF"), reversed),
        text
    );
}

#[test]
fn well_formed_components_keep_their_bytes() {
    let component = "BEGIN:VEVENT\r\nDTSTAMP:20240101T000000Z\r\nX-a;q=\"1^2\":3\r\nUID:k\r\nSUMMARY:fol\r\n\tded\r\nEND:VEVENT\r\n";
    let text = join(
        "",
        None,
        [format!("BEGIN:VCALENDAR\r\n{component}END:VCALENDAR\r\n").as_bytes()],
    );
    assert!(String::from_utf8(text).unwrap().contains(component));
}

#[test]
fn broken_components_are_written_well() {
    let text =
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n\nSUMMARY:caf\xE9\x07\nprose\nBEGIN:VALARM\nACTION:DISPLAY\n";
    assert_snapshot!(shown(join("", None, [&text[..]])), @"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Sidekeep//Sidekeep//EN
    CALSCALE:GREGORIAN
    BEGIN:VEVENT
    DTSTAMP:19700101T000000Z
    UID:1
    SUMMARY:café
    BEGIN:VALARM
    ACTION:DISPLAY
    END:VALARM
    END:VEVENT
    END:VCALENDAR
    ");
}

#[test]
fn what_looks_like_a_component_becomes_none() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\n.BEGIN:VEVENT\nBEGIN     :VTODO\nEND;X=1:VEVENT\nSUMMARY:x\nEND:VEVENT",
    );
    let joined = joined(&[&text]);
    assert_eq!(joined.matches("BEGIN").count(), 2, "{joined}");
    // A soft line break that would take the END in.
    let soft = calendar("BEGIN:VEVENT\nUID:1\nSUMMARY;ENCODING=QUOTED-\x01PRINTABLE:x=\nEND:VEVENT");
    assert!(self::joined(&[&soft]).contains("PRINTABLE:x\nEND:VEVENT\n"));
    // An END of nothing, in a component that is well otherwise.
    let stray = event("1", "SUMMARY:x\nEND:VTODO\nEND:STANDARD");
    assert_eq!(self::joined(&[&stray]).matches("END:").count(), 2);
    assert!(
        joined.contains("SUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n"),
        "{joined}"
    );
}

#[test]
fn one_definition_for_each_zone() {
    let berlin = "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n";
    let named = |uid: &str, zone: &str, tzid: &str| {
        calendar(&format!(
            "{zone}BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20240101T000000Z\nDTSTART;TZID={tzid}:20240503T140000\nEND:VEVENT"
        ))
    };
    // The same twice is once, whatever the lines say that make no difference.
    let one = named("1", berlin, "Europe/Berlin");
    let two = named(
        "2",
        &berlin.replace("BEGIN:STANDARD", "LAST-MODIFIED:20240101T000000Z\nBEGIN:STANDARD"),
        "Europe/Berlin",
    );
    let text = joined(&[&one, &two]);
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    assert!(!text.contains("CEST"));
    // Two that differ give way to the zone database.
    let three = named("3", &berlin.replace("+0100", "+0200"), "Europe/Berlin");
    let text = joined(&[&one, &three]);
    assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    assert!(text.contains("CEST"));
    // Unknown ones that differ are both kept, each event with its own.
    let four = named("4", CUSTOM_ZONE, "Customized Time Zone");
    let five = named(
        "5",
        &CUSTOM_ZONE.replace("+0100", "-0500"),
        "Customized Time Zone",
    );
    let text = joined(&[&four, &five]);
    assert_eq!(text, joined(&[&five, &four]));
    assert_snapshot!(text, @"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Sidekeep//Sidekeep//EN
    CALSCALE:GREGORIAN
    BEGIN:VTIMEZONE
    TZID:Customized Time Zone
    BEGIN:STANDARD
    DTSTART:16010101T000000
    TZOFFSETFROM:+0100
    TZOFFSETTO:+0100
    END:STANDARD
    END:VTIMEZONE
    BEGIN:VTIMEZONE
    TZID:Customized Time Zone (2)
    BEGIN:STANDARD
    DTSTART:16010101T000000
    TZOFFSETFROM:-0500
    TZOFFSETTO:-0500
    END:STANDARD
    END:VTIMEZONE
    BEGIN:VEVENT
    UID:4
    DTSTAMP:20240101T000000Z
    DTSTART;TZID=Customized Time Zone:20240503T140000
    END:VEVENT
    BEGIN:VEVENT
    UID:5
    DTSTAMP:20240101T000000Z
    DTSTART;TZID=Customized Time Zone (2):20240503T140000
    END:VEVENT
    END:VCALENDAR
    ");
    // Unknown and defined by nobody: there is nothing to write.
    assert!(!joined(&[&named("6", "", "Nowhere")]).contains("VTIMEZONE"));
}

#[test]
fn a_zone_is_named_as_it_is_written() {
    let text = joined(&[&event("1", "DTSTART;TZID=Europe/Ber\x07lin :20240503T140000")]);
    assert!(text.contains("TZID:Europe/Berlin\n"), "{text}");
    assert!(text.contains("DTSTART;TZID=Europe/Berlin:"), "{text}");
}

#[test]
fn times_before_1970_have_a_zone_too() {
    let text = joined(&[&event("1", "DTSTART;TZID=Europe/Berlin:19450601T120000")]);
    assert!(text.contains("19450524T"), "double summer time: {text}");
}

#[test]
fn what_is_joined_can_be_split() {
    let objects = [
        event(
            "1",
            "SUMMARY:a\nDTSTART;TZID=W. Europe Standard Time:20240503T140000",
        ),
        event("2", "SUMMARY:b"),
    ];
    let text = join(
        "Name",
        Some("red"),
        objects.iter().map(|object| object.as_bytes()),
    );
    let file = split(&text);
    assert_eq!(file.warnings, []);
    assert_eq!(file.value.name.as_deref(), Some("Name"));
    assert_eq!(file.value.colour.as_deref(), Some("red"));
    assert_eq!(file.value.items.len(), 2);
    let raws = file.value.items.iter().map(|item| item.raw.as_slice());
    assert_eq!(shown(join("Name", Some("red"), raws)), shown(&text));
}
