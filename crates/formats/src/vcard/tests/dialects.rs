use insta::assert_snapshot;

use super::super::{Version, convert};
use super::card;
use crate::Dialect;

const CARD: [&str; 19] = [
    "N:Lovelace;Ada;;;",
    "FN:Ada Lovelace",
    "UID:urn:uuid:1",
    "item1.TEL:+1 555 0100",
    "item1.X-ABLabel:Boat",
    "item2.TEL:+1 555 0101",
    "item2.X-ABLabel:Büro",
    "BDAY:--0503",
    "ANNIVERSARY:20100607",
    "item3.X-ABDATE:2011-01-02",
    "item3.X-ABLabel:Met",
    "RELATED;TYPE=spouse;VALUE=text:Charles",
    "RELATED;TYPE=friend:urn:uuid:2",
    "IMPP;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org",
    "IMPP:matrix:ada",
    "CATEGORIES:A\\,B",
    "PHOTO:https://example.org/p",
    "NOTE:Grüße",
    "X-OWN:1",
];

/// The lines of the card as the target gets them, and what it will not show.
fn shaped(dialect: Dialect) -> String {
    let converted = convert(card("4.0", &CARD).as_bytes(), Version::V3, dialect);
    let mut text = converted.text.replace("\r\n ", "").replace("\r\n", "\n");
    for loss in converted.losses {
        text.push_str(&format!("{:?} {}\n", loss.fate, loss.property));
    }
    text
}

#[test]
fn apple() {
    assert_snapshot!(shaped(Dialect::Apple), @r"
    BEGIN:VCARD
    VERSION:3.0
    N:Lovelace;Ada;;;
    FN:Ada Lovelace
    UID:urn:uuid:1
    item1.TEL:+1 555 0100
    item1.X-ABLabel:Boat
    item2.TEL:+1 555 0101
    item2.X-ABLabel:Büro
    BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03
    item4.X-ABDATE:2010-06-07
    item4.X-ABLabel:_$!<Anniversary>!$_
    item3.X-ABDATE:2011-01-02
    item3.X-ABLabel:Met
    item5.X-ABRELATEDNAMES:Charles
    item5.X-ABLabel:_$!<Spouse>!$_
    RELATED;TYPE=friend:urn:uuid:2
    IMPP;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org
    IMPP:matrix:ada
    CATEGORIES:A\,B
    PHOTO;VALUE=uri:https://example.org/p
    NOTE:Grüße
    X-OWN:1
    END:VCARD
    Ignored CATEGORIES
    Ignored PHOTO
    Ignored RELATED
    Ignored X-OWN
    ");
}

#[test]
fn google() {
    assert_snapshot!(shaped(Dialect::Google), @r"
    BEGIN:VCARD
    VERSION:3.0
    N:Lovelace;Ada;;;
    FN:Ada Lovelace
    UID:urn:uuid:1
    item1.TEL:+1 555 0100
    item1.X-ABLabel:Boat
    item2.TEL:+1 555 0101
    item2.X-ABLabel:Büro
    BDAY:--0503
    item4.X-ABDATE:2010-06-07
    item4.X-ABLabel:_$!<Anniversary>!$_
    item3.X-ABDATE:2011-01-02
    item3.X-ABLabel:Met
    item5.X-ABRELATEDNAMES:Charles
    item5.X-ABLabel:_$!<Spouse>!$_
    RELATED;TYPE=friend:urn:uuid:2
    IMPP;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org
    IMPP:matrix:ada
    CATEGORIES:A\,B
    PHOTO;VALUE=uri:https://example.org/p
    NOTE:Grüße
    X-OWN:1
    END:VCARD
    Ignored RELATED
    Ignored X-OWN
    ");
}

#[test]
fn outlook() {
    assert_snapshot!(shaped(Dialect::Outlook), @r"
    BEGIN:VCARD
    VERSION:3.0
    N:Lovelace;Ada;;;
    FN:Ada Lovelace
    UID:urn:uuid:1
    TEL:+1 555 0100
    TEL:+1 555 0101
    BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03
    X-MS-ANNIVERSARY:20100607
    X-ABDATE:2011-01-02
    X-MS-SPOUSE:Charles
    RELATED;TYPE=friend:urn:uuid:2
    X-MS-IMADDRESS:ada@example.org
    IMPP:matrix:ada
    CATEGORIES:A\,B
    PHOTO;VALUE=uri:https://example.org/p
    NOTE;CHARSET=utf-8:Grüße
    X-OWN:1
    END:VCARD
    Reduced BDAY
    Ignored IMPP
    Reduced IMPP
    Ignored PHOTO
    Ignored RELATED
    Ignored X-ABDATE
    Dropped X-ABLABEL
    Ignored X-OWN
    ");
}

#[test]
fn android() {
    assert_snapshot!(shaped(Dialect::Android), @r"
    BEGIN:VCARD
    VERSION:3.0
    N:Lovelace;Ada;;;
    FN:Ada Lovelace
    UID:urn:uuid:1
    TEL;TYPE=X-Boat:+1 555 0100
    TEL:+1 555 0101
    BDAY:--05-03
    X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2010-06-07;1;;;;;;;;;;;;;
    X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2011-01-02;0;Met;;;;;;;;;;;;
    X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Charles;14;;;;;;;;;;;;;
    RELATED;TYPE=friend:urn:uuid:2
    X-JABBER:ada@example.org
    IMPP:matrix:ada
    CATEGORIES:A\,B
    PHOTO;VALUE=uri:https://example.org/p
    NOTE:Grüße
    X-OWN:1
    END:VCARD
    Ignored CATEGORIES
    Ignored IMPP
    Ignored PHOTO
    Ignored RELATED
    Dropped X-ABLABEL
    Ignored X-OWN
    ");
}

#[test]
fn nextcloud() {
    assert_snapshot!(shaped(Dialect::Nextcloud), @r"
    BEGIN:VCARD
    VERSION:3.0
    N:Lovelace;Ada;;;
    FN:Ada Lovelace
    UID:urn:uuid:1
    item1.TEL:+1 555 0100
    item1.X-ABLabel:Boat
    item2.TEL:+1 555 0101
    item2.X-ABLabel:Büro
    BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03
    ANNIVERSARY:2010-06-07
    item3.X-ABDATE:2011-01-02
    item3.X-ABLabel:Met
    RELATED;TYPE=spouse;VALUE=text:Charles
    RELATED;TYPE=friend:urn:uuid:2
    IMPP;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org
    IMPP:matrix:ada
    CATEGORIES:A\,B
    PHOTO;VALUE=uri:https://example.org/p
    NOTE:Grüße
    X-OWN:1
    END:VCARD
    ");
}

#[test]
fn outlook_has_fields_for_three_addresses() {
    let four = ["FN:A", "EMAIL:1@x", "EMAIL:2@x", "EMAIL:3@x", "EMAIL:4@x"];
    let losses = |lines: &[&str]| {
        convert(card("4.0", lines).as_bytes(), Version::V3, Dialect::Outlook)
            .losses
            .len()
    };
    assert_eq!(losses(&four), 1);
    assert_eq!(losses(&four[..4]), 0);
}
