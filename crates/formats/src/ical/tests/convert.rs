use super::super::{convert, split};
use super::{CUSTOM_ZONE, calendar};
use crate::{Dialect, Fate};

const DIALECTS: [Dialect; 6] = [
    Dialect::Apple,
    Dialect::Google,
    Dialect::Outlook,
    Dialect::Android,
    Dialect::Nextcloud,
    Dialect::Plain,
];

/// For each target the losses as `PROPERTY-f`, `f` the first letter of the fate.
fn losses(lines: &str) -> Vec<String> {
    let text = calendar(lines);
    DIALECTS
        .iter()
        .map(|dialect| {
            let losses = convert(text.as_bytes(), *dialect).losses;
            let shown: Vec<String> = losses
                .iter()
                .map(|loss| {
                    let fate = match loss.fate {
                        Fate::Ignored => "i",
                        Fate::Reduced => "r",
                        Fate::Dropped => "d",
                        Fate::Moved => "m",
                    };
                    format!("{}-{fate}", loss.property)
                })
                .collect();
            shown.join(" ")
        })
        .collect()
}

#[test]
fn control_characters_are_told_to_every_target() {
    fn check(lines: &str, expected: &str) {
        let found = losses(&format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT"));
        assert_eq!(found, [expected; 6], "{lines:?}");
    }
    check("SUMMARY:a\u{b}b", "SUMMARY-r");
    check("SUMMARY:a\tb", "");
    // Of a parameter, no word is lost with it.
    check("summary:a\u{7f}b\nX-ANY;A=b\u{1}:x", "SUMMARY-r");
    let alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nDESCRIPTION:\u{c}\nEND:VALARM";
    let found = losses(&format!("BEGIN:VEVENT\nUID:1\n{alarm}\nEND:VEVENT"));
    assert_eq!(found[5], "DESCRIPTION-r");
}

#[test]
fn losses_of_each_target() {
    fn check(lines: &str, expected: [&str; 5]) {
        let found = losses(&format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT"));
        assert_eq!(found[..5], expected, "{lines}");
        assert_eq!(found[5], "", "{lines}");
    }
    let alarm = |trigger: &str| format!("BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER{trigger}\nEND:VALARM");
    check(
        "DTSTART:20240503T120000Z\nSUMMARY:x\nX-ANY:1",
        ["", "", "", "", ""],
    );
    check("ATTENDEE:mailto:a@example.org", ["", "ATTENDEE-i", "", "", ""]);
    check("RDATE:20240503T120000Z", ["RDATE-i", "", "", "", ""]);
    check(
        "RRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY",
        ["RRULE-i", "", "RRULE-i", "", "RRULE-i"],
    );
    check("DTSTART:20240503T120000", ["", "DTSTART-r", "", "DTSTART-r", ""]);
    check("DTSTART;VALUE=DATE:20240503", ["", "", "", "", ""]);
    check(
        "CATEGORIES:a\nCATEGORIES:b",
        ["CATEGORIES-i", "CATEGORIES-i", "", "CATEGORIES-i", ""],
    );
    check("GEO:1;2", ["GEO-i", "GEO-i", "GEO-i", "GEO-i", ""]);
    check("COLOR:red", ["COLOR-i", "COLOR-i", "COLOR-i", "", ""]);
    check(&alarm(":-PT15M"), ["", "VALARM-i", "", "", ""]);
    check(
        &alarm(";VALUE=DATE-TIME:20240503T120000Z"),
        ["", "VALARM-i", "", "VALARM-r", ""],
    );
    check(
        &format!("{0}\n{0}", alarm(":-PT15M")),
        ["", "VALARM-i", "VALARM-r", "", ""],
    );
    check(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20240503T120000Z",
        [
            "RECURRENCE-ID-r",
            "RECURRENCE-ID-r",
            "RECURRENCE-ID-r",
            "RECURRENCE-ID-r",
            "",
        ],
    );
    assert_eq!(
        losses("BEGIN:VTODO\nUID:1\nCATEGORIES:a\nEND:VTODO"),
        ["VTODO-i", "VTODO-i", "VTODO-i", "VTODO-i", "", ""]
    );
}

#[test]
fn windows_names_give_way_where_importers_do_not_know_them() {
    let undefined =
        calendar("BEGIN:VEVENT\nUID:1\nDTSTART;TZID=W. Europe Standard Time:20240503T140000\nEND:VEVENT");
    for dialect in DIALECTS {
        let text = convert(undefined.as_bytes(), dialect).text;
        let kept = matches!(dialect, Dialect::Outlook | Dialect::Plain);
        let tzid = if kept {
            "W. Europe Standard Time"
        } else {
            "Europe/Berlin"
        };
        assert!(
            text.contains(&format!("DTSTART;TZID={tzid}:20240503T140000\r\n")),
            "{text}"
        );
        assert!(text.contains(&format!("\r\nTZID:{tzid}\r\n")), "{text}");
    }
    // A zone that the file defines means what the file says.
    let zone = CUSTOM_ZONE.replace("Customized", "W. Europe Standard");
    let defined = calendar(&format!(
        "{zone}BEGIN:VEVENT\nUID:1\nDTSTART;TZID=W. Europe Standard Time Zone:20240503T140000\nEND:VEVENT"
    ));
    assert!(
        convert(defined.as_bytes(), Dialect::Google)
            .text
            .contains("W. Europe Standard Time")
    );
}

#[test]
fn dates_alone_get_a_rule_for_outlook() {
    let text = calendar("BEGIN:VEVENT\nUID:1\nDTSTART:20240503T120000Z\nRDATE:20240510T120000Z\nEND:VEVENT");
    for dialect in DIALECTS {
        let converted = convert(text.as_bytes(), dialect).text;
        assert_eq!(
            converted.contains("RRULE:FREQ=DAILY;COUNT=1\r\n"),
            dialect == Dialect::Outlook
        );
    }
}

#[test]
fn a_converted_item_is_the_same_item() {
    let text = calendar("METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT");
    let uid = split(text.as_bytes()).value.items[0].uid.clone();
    for dialect in DIALECTS {
        let converted = convert(text.as_bytes(), dialect).text;
        assert!(converted.contains(&format!("\r\nUID:{uid}\r\n")));
        assert!(converted.contains("\r\nDTSTAMP:19700101T000000Z\r\n"));
        assert!(!converted.contains("METHOD"));
    }
}
