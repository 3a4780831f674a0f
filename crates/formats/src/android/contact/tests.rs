use insta::assert_snapshot;
use proptest::prelude::*;

use super::super::{ContactRows, GroupRow, NewContact, Row, vcard};
use super::model;
use crate::vcard::{Version, check, convert, meaning, read};
use crate::{Dialect, FormatError, as_vcard, contact, group_name};
use sidekeep_model::Media;

fn row(columns: &[(&str, &str)]) -> Row {
    columns
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A data row with `data1`, `data2` … and whether it is the preferred one.
fn data(mimetype: &str, columns: &[&str]) -> Row {
    let mut row: Row = columns
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.is_empty())
        .map(|(nth, value)| (format!("data{}", nth + 1), (*value).to_owned()))
        .collect();
    row.insert(
        "mimetype".to_owned(),
        format!("vnd.android.cursor.item/{mimetype}"),
    );
    row.insert("raw_contact_id".to_owned(), "7".to_owned());
    row
}

fn ada() -> ContactRows {
    let mut boat = data("phone_v2", &["+1 555 0101", "0", "Boat; red"]);
    boat.insert("is_super_primary".to_owned(), "1".to_owned());
    let mut work = data("group_membership", &["3"]);
    work.insert("group_title".to_owned(), "Work, old".to_owned());
    let mut unknown = data("com.example.own", &["a;b", "", "c"]);
    unknown.insert("mimetype".to_owned(), "vnd.example/own".to_owned());
    ContactRows {
        raw_contact: row(&[
            ("account_name", "ada@example.org"),
            ("account_type", "com.google"),
            ("sourceid", "5f3a"),
            ("starred", "1"),
            ("display_name", "Ada Lovelace"),
        ]),
        data: vec![
            data(
                "name",
                &[
                    "Lady Ada Lovelace",
                    "Ada",
                    "Lovelace",
                    "Lady",
                    "King",
                    "I",
                    "Eida",
                    "",
                    "Lavleis",
                ],
            ),
            data("nickname", &["Addie", "1"]),
            data("nickname", &["Byron", "3"]),
            data("phone_v2", &["+1 555 0100", "17"]),
            boat,
            data("phone_v2", &["", "1"]),
            data("email_v2", &["ada@example.org", "1", "", "Ada L."]),
            data(
                "postal-address_v2",
                &[
                    "all",
                    "1",
                    "",
                    "High Street 5",
                    "PO 1",
                    "Flat 2",
                    "Town",
                    "Region",
                    "123",
                    "Land",
                ],
            ),
            data("postal-address_v2", &["Tower 1\nCity", "0", "Summer"]),
            data("im", &["ada l", "1", "", "", "7"]),
            data("im", &["ada", "3", "", "", "-1", "Matrix"]),
            data(
                "organization",
                &["Acme", "1", "", "Chief", "R&D", "Thinks", "ACM", "Akmi", "3.14"],
            ),
            data("organization", &["Club", "0", "Sundays", "Member"]),
            data("relation", &["Charles", "14"]),
            data("relation", &["Grace", "0", "Godmother"]),
            data("contact_event", &["--05-03", "3"]),
            data("contact_event", &["2010-06-07", "1"]),
            data("contact_event", &["2011-01-02", "0", "Met"]),
            data("website", &["https://example.org/?a=1,2", "2"]),
            data("note", &["Line one\nNULL, data2=x"]),
            data("sip_address", &["ada@sip.example.org", "2"]),
            data("identity", &["ada", "ns"]),
            work,
            data("photo", &[]),
            unknown,
        ],
    }
}

#[test]
fn every_row_has_its_line() {
    let text = String::from_utf8(vcard(&ada())).expect("it is text");
    assert_snapshot!(text.replace("\r\n ", "").replace("\r\n", "\n"), @r"
    BEGIN:VCARD
    VERSION:3.0
    UID:urn:uuid:1d6ec7da-fe4b-8f08-abf7-e396a8c692d9
    N:Lovelace;Ada;King;Lady;I
    FN:Lady Ada Lovelace
    X-PHONETIC-FIRST-NAME:Eida
    X-PHONETIC-LAST-NAME:Lavleis
    NICKNAME:Addie
    NICKNAME;TYPE=x-maiden:Byron
    TEL;TYPE=work,cell:+1 555 0100
    item1.TEL;TYPE=pref:+1 555 0101
    item1.X-ABLabel:Boat\; red
    EMAIL;TYPE=home;X-DISPLAY-NAME=Ada L.:ada@example.org
    ADR;TYPE=home:PO 1;Flat 2;High Street 5;Town;Region;123;Land
    item2.ADR:;;Tower 1\nCity;;;;
    item2.LABEL:Tower 1\nCity
    item2.X-ABLabel:Summer
    IMPP;TYPE=home;X-SERVICE-TYPE=Jabber:xmpp:ada%20l
    IMPP;X-SERVICE-TYPE=Matrix:x-matrix:ada
    ORG;TYPE=work:Acme;R&D
    TITLE:Chief
    ROLE:Thinks
    X-ANDROID-ORG-SYMBOL:ACM
    X-PHONETIC-ORG:Akmi
    X-ANDROID-OFFICE:3.14
    item3.ORG:Club
    item3.TITLE:Member
    item3.X-ABLabel:Sundays
    item6.X-ABRELATEDNAMES:Charles
    item6.X-ABLabel:_$!<Spouse>!$_
    item4.X-ABRELATEDNAMES:Grace
    item4.X-ABLabel:Godmother
    BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03
    item7.X-ABDATE:2010-06-07
    item7.X-ABLabel:_$!<Anniversary>!$_
    item5.X-ABDATE:2011-01-02
    item5.X-ABLabel:Met
    URL;TYPE=x-blog:https://example.org/?a=1,2
    NOTE:Line one\nNULL\, data2=x
    IMPP;TYPE=work;X-SERVICE-TYPE=SIP:sip:ada@sip.example.org
    X-ANDROID-CUSTOM:vnd.android.cursor.item/identity;ada;ns;;;;;;;;;;;;;
    X-ANDROID-CUSTOM:vnd.example/own;a\;b;;c;;;;;;;;;;;;
    CATEGORIES:Work\, old
    X-ANDROID-STARRED:1
    END:VCARD
    ");
}

#[test]
fn the_model_is_that_of_the_card() {
    let rows = ada();
    let card = vcard(&rows);
    assert_eq!(model(&rows), read(&card));
    assert_eq!(model(&rows).warnings, []);
    let media = Media::from(Media::ANDROID_CONTACT);
    let bytes = rows.to_bytes();
    assert_eq!(contact(&media, &bytes), Ok(read(&card)));
    assert_eq!(
        as_vcard(&media, &bytes).map(|card| card.into_owned()),
        Ok(card.clone())
    );
    let four = convert(&card, Version::V4, Dialect::Plain).text;
    assert_eq!(check(&four), []);
}

/// The rows that a card becomes on a phone, as a contact that is read from there.
fn written(card: &[u8]) -> ContactRows {
    let new = NewContact::from_vcard(card);
    let mut rows = ContactRows {
        raw_contact: new.raw_contact,
        data: new.data,
    };
    rows.data.extend(new.groups.into_iter().map(|title| {
        let mut row = data("group_membership", &["1"]);
        row.insert("group_title".to_owned(), title);
        row
    }));
    rows
}

#[test]
fn a_card_written_to_a_phone_says_there_what_it_said() {
    let check = |card: &[u8]| {
        let again = vcard(&written(card));
        let (mut before, mut after) = (meaning(card), meaning(&again));
        before.sort();
        after.sort();
        assert_eq!(after, before);
    };
    check(&vcard(&ada()));
    for lines in [
        "N:Hopper;Grace;;;\r\nFN:Grace Hopper\r\nTEL;TYPE=work,cell:+1\r\nEMAIL:g@example.org",
        "N:;Harbour Office;;;\r\nFN:Harbour Office\r\nORG:Harbour;Boats\r\nURL:https://example.org/a%20b",
        "N:;Ada;;;\r\nFN:Ada\r\nBDAY:19151210\r\nNOTE:a\\nb\\, c\r\nCATEGORIES:Work\\, old,Friends",
        "N:;Ada;;;\r\nFN:Ada\r\nNICKNAME:A\r\nNICKNAME:Countess\r\nIMPP;X-SERVICE-TYPE=Matrix:x-matrix:ada",
    ] {
        check(format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n").as_bytes());
    }
}

#[test]
fn what_a_phone_has_no_column_for_is_left_out() {
    let card = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nKEY:data:,x\r\nPHOTO:data:image/png;base64,AA==\r\n\
        EMAIL:a@example.org\r\nEND:VCARD\r\n";
    let new = NewContact::from_vcard(card);
    let types: Vec<&str> = new.data.iter().map(|row| row["mimetype"].as_str()).collect();
    assert_eq!(
        types,
        ["vnd.android.cursor.item/name", "vnd.android.cursor.item/email_v2"]
    );
    assert_eq!(NewContact::from_vcard(b"no card"), NewContact::default());
}

#[test]
fn a_row_has_one_type() {
    for (line, kind) in [
        ("TEL;TYPE=cell,home", "2"),
        ("TEL;TYPE=WORK,VOICE,FAX", "4"),
        ("TEL;TYPE=voice", "7"),
        ("TEL", "7"),
        ("EMAIL;TYPE=internet", "3"),
        ("URL;TYPE=work", "5"),
    ] {
        let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{line}:x\r\nEND:VCARD\r\n");
        assert_eq!(
            NewContact::from_vcard(card.as_bytes()).data[0]["data2"],
            kind,
            "{line}"
        );
    }
}

#[test]
fn uids_stay() {
    let uid = |rows: &ContactRows| model(rows).value.uid;
    let rows = ada();
    assert_eq!(
        uid(&rows).as_deref(),
        Some("urn:uuid:1d6ec7da-fe4b-8f08-abf7-e396a8c692d9")
    );
    let mut renamed = rows.clone();
    renamed.data.remove(0);
    renamed
        .raw_contact
        .insert("display_name".to_owned(), "Ada".to_owned());
    assert_eq!(uid(&renamed), uid(&rows));
    let mut other = rows.clone();
    other
        .raw_contact
        .insert("account_name".to_owned(), "max@example.org".to_owned());
    assert_ne!(uid(&other), uid(&rows));
    let mut local = rows.clone();
    local.raw_contact.remove("sourceid");
    assert_ne!(uid(&local), uid(&rows));
    let mut neighbour = local.clone();
    for row in &mut neighbour.data {
        row.insert("raw_contact_id".to_owned(), "8".to_owned());
    }
    assert_ne!(uid(&neighbour), uid(&local));
}

#[test]
fn bare_contacts() {
    let empty = ContactRows::default();
    assert_eq!(model(&empty).value.name, "");
    let named = ContactRows {
        raw_contact: row(&[("display_name", "Ada")]),
        data: vec![data("note", &["x"])],
    };
    assert_eq!(model(&named).value.name, "Ada");
}

#[test]
fn payloads() {
    let media = Media::from(Media::ANDROID_CONTACT);
    let rows = ada();
    assert_eq!(ContactRows::from_bytes(&rows.to_bytes()), Ok(rows));
    for bad in [
        &b""[..],
        b"{}",
        b"[]",
        b"null",
        b"{\"raw_contact\":{\"a\":1},\"data\":[]}",
        b"\xFF",
    ] {
        assert_eq!(contact(&media, bad), Err(FormatError::Malformed(media.clone())));
    }
    let unknown = Media::from("text/plain");
    assert_eq!(contact(&unknown, b""), Err(FormatError::UnknownMedia(unknown)));

    let group = GroupRow {
        group: row(&[("title", "Family"), ("_id", "3")]),
    };
    assert_eq!(
        group_name(&Media::from(Media::ANDROID_GROUP), &group.to_bytes()),
        Ok("Family".to_owned())
    );
    let card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nFN:Family\r\nEND:VCARD\r\n";
    assert_eq!(
        group_name(&Media::from(Media::VCARD), card),
        Ok("Family".to_owned())
    );
}

fn any_row() -> impl Strategy<Value = Row> {
    let mimetype = prop::sample::select(vec![
        "name",
        "nickname",
        "phone_v2",
        "email_v2",
        "postal-address_v2",
        "im",
        "organization",
        "relation",
        "contact_event",
        "website",
        "note",
        "sip_address",
        "group_membership",
        "photo",
        "own",
    ]);
    let value = prop_oneof![
        3 => "[A-Za-z0-9 ,;:\\\\\"'^äß東🎉\n-]{1,20}",
        1 => "[0-9]{1,2}",
        1 => Just("--05-03".to_owned()),
        1 => Just(String::new()),
    ];
    (mimetype, prop::collection::vec(value, 1..11)).prop_map(|(mimetype, columns)| {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut row = data(mimetype, &columns);
        if mimetype == "group_membership"
            && let Some(title) = columns.get(1)
        {
            row.insert("group_title".to_owned(), (*title).to_owned());
        }
        row
    })
}

proptest! {
    #[test]
    fn any_rows_are_a_card_that_reads_back(data in prop::collection::vec(any_row(), 0..10)) {
        let rows = ContactRows { raw_contact: Row::new(), data };
        let card = vcard(&rows);
        let again = read(&card);
        let mut direct = model(&rows).value;
        if direct.parts.is_none() {
            // 3.0 must have an N.
            direct.parts = again.value.parts.clone();
        }
        prop_assert_eq!(again.value, direct);
        prop_assert_eq!(check(&convert(&card, Version::V4, Dialect::Plain).text), []);
        prop_assert_eq!(ContactRows::from_bytes(&rows.to_bytes()), Ok(rows));
    }

    /// Once written and read again, nothing changes any more.
    #[test]
    fn any_card_is_rows_that_stay(data in prop::collection::vec(any_row(), 0..10)) {
        // A date that is none is carried as it is, and what is no escape there is one when it is read.
        prop_assume!(!data.iter().any(|row| row["mimetype"].ends_with("event")
            && row.values().any(|value| value.contains('\\'))));
        let card = vcard(&ContactRows { raw_contact: Row::new(), data });
        let once = written(&card);
        let (mut first, mut second) = (meaning(&vcard(&once)), meaning(&vcard(&written(&vcard(&once)))));
        first.sort();
        second.sort();
        prop_assert_eq!(first, second);
    }

    #[test]
    fn any_bytes_are_no_contact_or_one(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        if let Ok(rows) = ContactRows::from_bytes(&bytes) {
            let _ = vcard(&rows);
        }
    }
}
