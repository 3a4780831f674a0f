use insta::assert_snapshot;
use sidekeep_model::Contact;

use super::super::{portrait, read};
use super::{card, contact, json};
use crate::Trouble;

#[test]
fn an_iphone_card() {
    let contact = contact(
        "3.0",
        &[
            "PRODID:-//Apple Inc.//iPhone OS 17.0//EN",
            "N:Łukasz;Ada;M.;Dr.;PhD",
            "FN:Dr. Ada M. Łukasz PhD",
            "NICKNAME:Ad",
            "ORG:Acme\\; Sons;R&D",
            "TITLE:Chief",
            "EMAIL;type=INTERNET;type=HOME;type=pref:ada@example.org",
            "item1.TEL:+1 555 0100",
            "item1.X-ABLabel:Boat",
            "item2.TEL;type=CELL:+1 555 0101",
            "item2.X-ABLabel:_$!<Mobile>!$_",
            "item3.ADR;type=HOME;type=pref:;;High Street 5\\nFlat 2;Town;;12345;Land",
            "item3.X-ABADR:us",
            "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03",
            "item4.X-ABDATE;type=pref:2010-06-07",
            "item4.X-ABLabel:_$!<Anniversary>!$_",
            "item5.X-ABDATE:2011-01-02",
            "item5.X-ABLabel:First meeting",
            "item6.X-ABRELATEDNAMES;type=pref:Charles",
            "item6.X-ABLabel:_$!<Spouse>!$_",
            "item7.X-ABRELATEDNAMES:Grace",
            "item7.X-ABLabel:Godmother",
            "IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:ada@example.org",
            "item8.URL:https\\://example.org/?a=b\\,c",
            "item8.X-ABLabel:_$!<HomePage>!$_",
            "NOTE:Line one\\nLine two\\, with comma",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
            "UID:1234",
        ],
    );
    assert_snapshot!(json(&contact), @r#"
    {
      "uid": "1234",
      "name": "Dr. Ada M. Łukasz PhD",
      "parts": {
        "family": "Łukasz",
        "given": "Ada",
        "middle": "M.",
        "prefix": "Dr.",
        "suffix": "PhD"
      },
      "nicknames": [
        "Ad"
      ],
      "phones": [
        {
          "value": "+1 555 0100",
          "types": [],
          "label": "Boat"
        },
        {
          "value": "+1 555 0101",
          "types": [
            "cell"
          ],
          "label": "Mobile"
        }
      ],
      "emails": [
        {
          "value": "ada@example.org",
          "types": [
            "internet",
            "home",
            "pref"
          ],
          "label": null
        }
      ],
      "addresses": [
        {
          "street": "High Street 5\nFlat 2",
          "city": "Town",
          "postcode": "12345",
          "country": "Land",
          "types": [
            "home",
            "pref"
          ],
          "label": null
        }
      ],
      "org": "Acme; Sons; R&D",
      "title": "Chief",
      "birthday": "--05-03",
      "dates": [
        {
          "value": "2010-06-07",
          "types": [
            "pref"
          ],
          "label": "Anniversary"
        },
        {
          "value": "2011-01-02",
          "types": [],
          "label": "First meeting"
        }
      ],
      "urls": [
        {
          "value": "https://example.org/?a=b,c",
          "types": [],
          "label": "HomePage"
        }
      ],
      "messengers": [
        {
          "value": "xmpp:ada@example.org",
          "types": [
            "home"
          ],
          "label": null
        }
      ],
      "relations": [
        {
          "value": "Charles",
          "types": [
            "spouse",
            "pref"
          ],
          "label": null
        },
        {
          "value": "Grace",
          "types": [],
          "label": "Godmother"
        }
      ],
      "notes": "Line one\nLine two, with comma",
      "groups": [],
      "photo": {
        "digest": "7d5f0d45005dd8f0a7f43e84cd4f06c2734fe8161be654d441e7edf2015ebc58",
        "media": "image/jpeg",
        "width": null,
        "height": null
      }
    }
    "#);
}

#[test]
fn an_android_2_1_card() {
    let contact = contact(
        "2.1",
        &[
            "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=5C=3B=6F;;;",
            "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=6F=20=4D=C3=BC=",
            "=6C=6C=65=72",
            "TEL;CELL;PREF:555-0100",
            "TEL;X-Boat:555-0101",
            "EMAIL;HOME;INTERNET:jo@example.org",
            "ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=48=C3=B6=68=65, 1;=54;;;",
            "NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo",
            "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Jojo;1;;;;;;;;;;;;;",
            "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2001-02-03;1;;;;;;;;;;;;;",
            "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Max;0;Cousin;;;;;;;;;;;;",
            "X-AIM;HOME:jo aim",
            "PHOTO;ENCODING=BASE64;JPEG:/9j/",
            " 4AAQ",
            "",
        ],
    );
    assert_snapshot!(json(&contact), @r#"
    {
      "name": "Jo Müller",
      "parts": {
        "family": "Müller",
        "given": "J;o",
        "middle": "",
        "prefix": "",
        "suffix": ""
      },
      "nicknames": [
        "Jojo"
      ],
      "phones": [
        {
          "value": "555-0100",
          "types": [
            "cell",
            "pref"
          ],
          "label": null
        },
        {
          "value": "555-0101",
          "types": [
            "x-boat"
          ],
          "label": null
        }
      ],
      "emails": [
        {
          "value": "jo@example.org",
          "types": [
            "home",
            "internet"
          ],
          "label": null
        }
      ],
      "addresses": [
        {
          "street": "Höhe, 1",
          "city": "T",
          "types": [
            "home"
          ],
          "label": null
        }
      ],
      "org": null,
      "title": null,
      "birthday": null,
      "dates": [
        {
          "value": "2001-02-03",
          "types": [],
          "label": "Anniversary"
        }
      ],
      "messengers": [
        {
          "value": "aim:jo%20aim",
          "types": [
            "home"
          ],
          "label": null
        }
      ],
      "relations": [
        {
          "value": "Max",
          "types": [],
          "label": "Cousin"
        }
      ],
      "notes": "one\ntwo",
      "groups": [],
      "photo": {
        "digest": "7d5f0d45005dd8f0a7f43e84cd4f06c2734fe8161be654d441e7edf2015ebc58",
        "media": "image/jpeg",
        "width": null,
        "height": null
      }
    }
    "#);
}

#[test]
fn a_4_0_card() {
    let contact = contact(
        "4.0",
        &[
            "FN;PREF=2:Second",
            "FN;PREF=1:First",
            "N:Stevenson;John,Philip;Paul;Dr.;Jr.,M.D.",
            "TEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+1-555-555-5555;ext=5555",
            "ADR;LABEL=\"Mr. X^nHigh Street 5\";TYPE=work:;;;;;;",
            "ANNIVERSARY:20100607",
            "RELATED;TYPE=friend:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "RELATED;TYPE=co-worker;VALUE=text:Please contact my assistant\\, Jane",
            "CATEGORIES:A\\,B,C,C",
            "PHOTO;MEDIATYPE=image/png:https://example.org/p.png",
            "BDAY;VALUE=text:circa 1800",
        ],
    );
    assert_snapshot!(json(&contact), @r#"
    {
      "name": "First",
      "parts": {
        "family": "Stevenson",
        "given": "John Philip",
        "middle": "Paul",
        "prefix": "Dr.",
        "suffix": "Jr. M.D."
      },
      "phones": [
        {
          "value": "+1-555-555-5555;ext=5555",
          "types": [
            "voice",
            "home",
            "pref"
          ],
          "label": null
        }
      ],
      "emails": [],
      "addresses": [
        {
          "value": "Mr. X\nHigh Street 5",
          "types": [
            "work"
          ],
          "label": null
        }
      ],
      "org": null,
      "title": null,
      "birthday": "circa 1800",
      "dates": [
        {
          "value": "2010-06-07",
          "types": [],
          "label": "Anniversary"
        }
      ],
      "relations": [
        {
          "value": "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
          "types": [
            "friend"
          ],
          "label": null
        },
        {
          "value": "Please contact my assistant, Jane",
          "types": [
            "co-worker"
          ],
          "label": null
        }
      ],
      "notes": null,
      "groups": [
        "A,B",
        "C"
      ],
      "photo": {
        "digest": null,
        "media": "image/png",
        "width": null,
        "height": null,
        "uri": "https://example.org/p.png"
      }
    }
    "#);
}

#[test]
fn the_display_name() {
    #[track_caller]
    fn check(lines: &[&str], expected: &str) {
        assert_eq!(read(card("3.0", lines).as_bytes()).value.name, expected);
    }
    check(&["FN: Ada  L ", "N:X;Y;;;"], "Ada L");
    check(&["FN:", "N:Lovelace;Ada;King;Lady;I"], "Lady Ada King Lovelace I");
    check(&["N:;;;;", "ORG:Acme;R&D", "TEL:1"], "Acme");
    check(&["N:;;;;", "TEL:1", "EMAIL:a@b"], "a@b");
    check(&["TEL:1"], "1");
    check(&["NOTE:x"], "");
}

#[test]
fn character_sets() {
    #[track_caller]
    fn check(line: &[u8], expected: &str, warnings: usize) {
        let mut raw = b"BEGIN:VCARD\r\nVERSION:2.1\r\n".to_vec();
        raw.extend_from_slice(line);
        raw.extend_from_slice(b"\r\nEND:VCARD\r\n");
        let read = read(&raw);
        assert_eq!(read.value.name, expected);
        assert_eq!(read.warnings.len(), warnings, "{:?}", read.warnings);
    }
    check("FN:Müller".as_bytes(), "Müller", 0);
    check(b"FN:M\xFCller", "Müller", 1);
    check(b"FN;CHARSET=ISO-8859-1:M\xFCller", "Müller", 0);
    check(
        b"FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller",
        "Müller",
        0,
    );
    // Without CHARSET the bytes decide.
    check(b"FN;ENCODING=QUOTED-PRINTABLE:M=C3=BCller", "Müller", 0);
    check(b"FN;QUOTED-PRINTABLE:M=FCller=zz", "Müller=zz", 1);
    check(b"FN;CHARSET=SHIFT_JIS:\x93\x8C\x8B\x9E", "東京", 0);
    check(b"FN;CHARSET=GBK:\xB1\xB1\xBE\xA9", "北京", 0);
    // The second byte of a Shift_JIS character may look like a backslash.
    check(b"FN;CHARSET=SHIFT_JIS:\x95\x5C\x8E\xA6", "表示", 0);
    check(b"FN;CHARSET=UTF-8:M\xFCller", "Müller", 1);
    check(b"FN;CHARSET=nonsense:Ada", "Ada", 0);
    // What a line cannot hold is not read either.
    check(b"FN:A\0d\x81a\x7F\x1B", "Ada", 1);
    check(b"FN;ENCODING=QUOTED-PRINTABLE:A=00d=1Ba", "Ada", 0);
}

#[test]
fn trouble_is_told_and_the_rest_is_read() {
    #[track_caller]
    fn check(raw: &str, expected: &[(usize, Trouble)]) -> Contact {
        let read = read(raw.as_bytes());
        let warnings: Vec<_> = read
            .warnings
            .iter()
            .map(|warning| (warning.line, warning.trouble))
            .collect();
        assert_eq!(warnings, expected);
        read.value
    }
    check("", &[(0, Trouble::Unclosed), (0, Trouble::Nameless)]);
    check("BEGIN:VCARD\nFN:A\n", &[(0, Trouble::Unclosed)]);
    let note = check(
        "BEGIN:VCARD\nVERSION:3.0\nFN:A\nNOTE:one\ntwo, three\nsee 10:30\nTEL:1\nEND:VCARD\n",
        &[(5, Trouble::NotALine), (6, Trouble::NotALine)],
    );
    assert_eq!(note.notes.as_deref(), Some("one\ntwo, three\nsee 10:30"));
    assert_eq!(note.phones.len(), 1);
    let bad = check(
        "BEGIN:VCARD\nVERSION:3.0\nFN:A\nBDAY:some day\nPHOTO;ENCODING=b:&&&\nPHOTO;ENCODING=b:/9j/\nEND:VCARD\n",
        &[(4, Trouble::BadValue), (5, Trouble::BadValue)],
    );
    assert_eq!(bad.birthday.as_deref(), Some("some day"));
    assert!(bad.photo.is_some(), "the next picture is taken");
    let lines = "TEL:1\n".repeat(30_000);
    let many = check(
        &format!("BEGIN:VCARD\nVERSION:3.0\nFN:A\n{lines}END:VCARD\n"),
        &[(20_003, Trouble::TooMuch), (0, Trouble::Unclosed)],
    );
    assert!(many.phones.len() > 10_000);
}

#[test]
fn a_nested_agent_is_not_the_contact() {
    let raw = "BEGIN:VCARD\nVERSION:2.1\nN:A\nAGENT:\nBEGIN:VCARD\nN:B\nTEL:2\nEND:VCARD\nTEL:1\nEND:VCARD\n";
    let contact = read(raw.as_bytes()).value;
    assert_eq!(contact.name, "A");
    assert_eq!(contact.phones.len(), 1);
    assert_eq!(contact.phones[0].value, "1");
}

#[test]
fn two_point_one_folds_keep_their_space() {
    let contact = contact("2.1", &["FN:A", "NOTE:one", " two"]);
    assert_eq!(contact.notes.as_deref(), Some("one two"));
}

#[test]
fn backslashes_of_windows_paths() {
    let contact = contact("3.0", &["FN:A", "NOTE:C:\\readme\\x\\\\y"]);
    assert_eq!(contact.notes.as_deref(), Some("C:\\readme\\x\\y"));
}

#[test]
fn old_labels_and_addresses() {
    let contact = contact(
        "3.0",
        &[
            "FN:A",
            "ADR;TYPE=home:;;High Street 5, flat 2;Town;;;",
            "LABEL;TYPE=home:High Street 5\\nTown",
            "LABEL;TYPE=work:Tower 1\\nCity",
        ],
    );
    assert_eq!(contact.addresses.len(), 2);
    assert_eq!(contact.addresses[0].street, "High Street 5, flat 2");
    assert_eq!(contact.addresses[0].value, None);
    assert_eq!(contact.addresses[1].value.as_deref(), Some("Tower 1\nCity"));
    assert_eq!(contact.addresses[1].types, ["work"]);
}

#[test]
fn the_picture_itself() {
    for (version, line, expected) in [
        (
            "2.1",
            "PHOTO;JPEG;ENCODING=BASE64:/9j/4AAQ",
            Some(("image/jpeg", 6)),
        ),
        (
            "3.0",
            "PHOTO;ENCODING=b;TYPE=PNG:/9j/4AAQ",
            Some(("image/jpeg", 6)),
        ),
        (
            "4.0",
            "PHOTO:data:image/jpeg;base64,/9j/4AAQ",
            Some(("image/jpeg", 6)),
        ),
        (
            "4.0",
            "PHOTO:data:text/html;base64,PHNjcmlwdD4=",
            Some(("application/octet-stream", 8)),
        ),
        ("3.0", "PHOTO;VALUE=uri:https://example.org/p", None),
        ("3.0", "PHOTO;ENCODING=b:*", None),
        ("3.0", "NOTE:none", None),
    ] {
        let found = portrait(card(version, &["FN:A", line]).as_bytes());
        let found = found.as_ref().map(|(media, bytes)| (media.as_str(), bytes.len()));
        assert_eq!(found, expected, "{line}");
    }
}
