//! What holds for any three versions of an item.

use proptest::prelude::*;
use sidekeep_model::{Kind, Media};

use super::super::{Side, differing};
use super::{card, event, merged};

/// Lines that a card may or may not have: versions of some fields, and values of others.
fn a_card() -> impl Strategy<Value = String> {
    let fields: Vec<Vec<&'static str>> = vec![
        vec!["", "TITLE:a\n", "TITLE:b\n", "TITLE:c\n"],
        vec!["", "NOTE:n\n", "NOTE:m\\, o\n"],
        vec!["", "BDAY:2000-01-02\n", "BDAY:2001-01-02\n"],
        vec!["", "TEL:1\n", "TEL;TYPE=home:1\n"],
        vec!["", "TEL;TYPE=cell:2\n"],
        vec!["", "TEL:3\nTEL:3\n"],
        vec!["", "EMAIL:a@x\n", "EMAIL:b@x\n"],
        vec![
            "",
            "item1.URL:http://x\nitem1.X-ABLabel:Boat\n",
            "item1.URL:http://x\nitem1.X-ABLabel:Hut\n",
        ],
        vec!["", "CATEGORIES:A,B\n", "CATEGORIES:B\n"],
        vec!["", "X-OWN:1\n", "X-OWN:2\n"],
        vec!["", "ADR:;;S;T;;;\n", "ADR;TYPE=home:;;S;T;;;\n"],
    ];
    let picks: Vec<_> = fields.into_iter().map(prop::sample::select).collect();
    picks.prop_map(|picked| card(&format!("FN:Ada\nN:L;Ada;;;\n{}", picked.concat())))
}

fn an_event() -> impl Strategy<Value = String> {
    let fields: Vec<Vec<&'static str>> = vec![
        vec![
            "DTSTART:20260101T100000Z\n",
            "DTSTART:20260102T100000Z\nDTEND:20260102T110000Z\n",
        ],
        vec!["", "LOCATION:a\n", "LOCATION:b\n"],
        vec![
            "",
            "ATTENDEE:mailto:a@x\n",
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x\n",
        ],
        vec![
            "",
            "EXDATE:20260103T100000Z\n",
            "EXDATE:20260103T100000Z,20260104T100000Z\n",
        ],
        vec!["", "X-OWN:1\n", "X-OWN:2\n"],
        vec!["", "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM\n"],
    ];
    let picks: Vec<_> = fields.into_iter().map(prop::sample::select).collect();
    picks.prop_map(|picked| event(&format!("SUMMARY:Tea\n{}", picked.concat())))
}

/// Merging holds these for any versions.
fn laws(kind: Kind, base: &str, phone: &str, archive: &str) {
    let media: Media = if kind == Kind::Contact {
        Media::VCARD
    } else {
        Media::ICALENDAR
    }
    .into();
    let differ = |one: &[u8], other: &[u8]| differing(kind, (&media, one), (&media, other)).expect("read");
    let with = |base, phone, archive| merged(kind, base, phone, archive, Side::Phone);
    assert_eq!(
        differ(&with(Some(base), base, archive).bytes, archive.as_bytes()),
        Vec::<&str>::new()
    );
    assert_eq!(
        with(Some(base), phone, base).bytes,
        phone.as_bytes(),
        "only the phone changed"
    );
    assert_eq!(
        with(Some(base), phone, phone).bytes,
        phone.as_bytes(),
        "both are alike"
    );
    let (one, other) = (with(Some(base), phone, archive), with(Some(base), archive, phone));
    if one.choices.iter().all(|choice| !choice.conflict) {
        assert_eq!(
            differ(&one.bytes, &other.bytes),
            Vec::<&str>::new(),
            "either way round"
        );
        assert!(other.choices.iter().all(|choice| !choice.conflict));
    }
    // Without a common version nothing goes but what a told conflict names, and merging again changes nothing.
    let union = with(None, phone, archive);
    for choice in &union.choices {
        let both = choice.phone.is_some() && choice.archive.is_some();
        assert_eq!(choice.conflict, both, "{choice:?}");
        let stands = if choice.phone.is_some() {
            Side::Phone
        } else {
            Side::Archive
        };
        assert_eq!(choice.taken, stands, "{choice:?}");
    }
    let union = String::from_utf8(union.bytes).expect("text");
    assert_eq!(
        with(None, &union, archive).bytes,
        union.as_bytes(),
        "once is enough"
    );
    assert!(
        with(None, phone, &union)
            .choices
            .iter()
            .all(|choice| choice.phone.is_none()),
        "what the phone has is in the union"
    );
}

proptest! {
    #[test]
    fn laws_of_contacts(base in a_card(), phone in a_card(), archive in a_card()) {
        laws(Kind::Contact, &base, &phone, &archive);
    }

    #[test]
    fn laws_of_events(base in an_event(), phone in an_event(), archive in an_event()) {
        laws(Kind::Event, &base, &phone, &archive);
    }

    #[test]
    fn any_bytes_merge(base in ".{0,80}", phone in "(?s).{0,80}", archive in "(?s).{0,80}") {
        for kind in [Kind::Contact, Kind::Event] {
            merged(kind, Some(&base), &phone, &archive, Side::Archive);
        }
    }
}
