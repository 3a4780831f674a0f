//! Single properties from one version to the other.

use super::super::{Version, convert};
use super::card;
use crate::Dialect;

/// The card's lines but BEGIN, VERSION, N, FN and END.
fn converted(from: &str, lines: &[&str], to: Version) -> Vec<String> {
    let text = convert(card(from, lines).as_bytes(), to, Dialect::Plain).text;
    let text = text.replace("\r\n ", "");
    let framing = ["BEGIN:", "VERSION:", "FN:", "N:", "END:"];
    text.lines()
        .filter(|line| !framing.iter().any(|name| line.starts_with(name)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn up_and_down() {
    /// `v3` becomes `v4` and that becomes `v3` again.
    #[track_caller]
    fn check(v3: &[&str], v4: &[&str]) {
        assert_eq!(converted("3.0", v3, Version::V4), v4);
        assert_eq!(converted("4.0", v4, Version::V3), v3);
    }
    check(&["TEL;TYPE=home,pref:1"], &["TEL;TYPE=home;PREF=1:1"]);
    check(&["EMAIL;PREF=2:a@b"], &["EMAIL;PREF=2:a@b"]);
    check(
        &["PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ"],
        &["PHOTO:data:image/jpeg;base64,/9j/4AAQ"],
    );
    check(
        &["LOGO;VALUE=uri;TYPE=PNG:https://example.org/l"],
        &["LOGO;VALUE=uri;MEDIATYPE=image/png:https://example.org/l"],
    );
    check(
        &["KEY;ENCODING=b;TYPE=PGP:AAAA"],
        &["KEY:data:application/pgp-keys;base64,AAAA"],
    );
    check(&["BDAY:1990-05-03"], &["BDAY:19900503"]);
    check(&["BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03"], &["BDAY:--0503"]);
    check(&["BDAY;VALUE=text:circa 1800"], &["BDAY;VALUE=text:circa 1800"]);
    check(
        &["item1.X-ABDATE:2010-06-07", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        &["ANNIVERSARY:20100607"],
    );
    check(
        &["item1.X-ABDATE:2010-06-07", "item1.X-ABLabel:Met"],
        &["item1.X-ABDATE:2010-06-07", "item1.X-ABLabel:Met"],
    );
    check(
        &["item1.X-ABRELATEDNAMES:Max", "item1.X-ABLabel:_$!<Brother>!$_"],
        &["RELATED;TYPE=x-brother;VALUE=text:Max"],
    );
    check(
        &["item1.X-ABRELATEDNAMES:Max", "item1.X-ABLabel:Cousin"],
        &["item1.RELATED;VALUE=text:Max", "item1.X-ABLabel:Cousin"],
    );
    check(&["GEO:37.386;-122.082"], &["GEO:geo:37.386,-122.082"]);
    check(&["TZ:-0500"], &["TZ;VALUE=utc-offset:-0500"]);
    check(&["TZ;VALUE=text:Europe/Berlin"], &["TZ:Europe/Berlin"]);
    check(
        &[
            "X-ADDRESSBOOKSERVER-KIND:group",
            "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1",
        ],
        &["KIND:group", "MEMBER:urn:uuid:1"],
    );
    check(
        &["AGENT:BEGIN:VCARD\\nEND:VCARD\\n"],
        &["X-AGENT:BEGIN:VCARD\\nEND:VCARD\\n"],
    );
    check(
        &["ADR;TYPE=home:;;S;T;;;", "LABEL;TYPE=home:S\\nT"],
        &["ADR;TYPE=home;LABEL=S^nT:;;S;T;;;"],
    );
    check(
        &["ADR;TYPE=work:;;S\\, T;;;;", "LABEL;TYPE=work:S\\, T"],
        &["ADR;TYPE=work;LABEL=\"S, T\":;;S\\, T;;;;"],
    );
    check(&["CATEGORIES:A\\,B,C"], &["CATEGORIES:A\\,B,C"]);
    check(&["UID:abc"], &["UID:abc"]);
    check(
        &["item7.X-OWN;X-P=\"a;b\":kept; as\\, it\\qis"],
        &["item7.X-OWN;X-P=\"a;b\":kept; as\\, it\\qis"],
    );
    check(
        &["IMPP;X-SERVICE-TYPE=AIM:aim:ada%20l"],
        &["IMPP;X-SERVICE-TYPE=AIM:aim:ada%20l"],
    );
}

#[test]
fn up() {
    #[track_caller]
    fn check(from: &str, line: &str, v4: &[&str]) {
        assert_eq!(converted(from, &[line], Version::V4), v4);
    }
    check("2.1", "TEL;HOME;VOICE;PREF:1", &["TEL;TYPE=HOME,VOICE;PREF=1:1"]);
    check("2.1", "EMAIL;INTERNET:a@b", &["EMAIL;TYPE=INTERNET:a@b"]);
    check(
        "2.1",
        "PHOTO;GIF;VALUE=URL:http://example.org/p",
        &["PHOTO;VALUE=URL;MEDIATYPE=image/gif:http://example.org/p"],
    );
    check(
        "2.1",
        "PHOTO;BASE64:/9j/4AAQ",
        &["PHOTO:data:image/jpeg;base64,/9j/4AAQ"],
    );
    check(
        "3.0",
        "PHOTO:data:image/png;base64,iVBORw==",
        &["PHOTO:data:image/png;base64,iVBORw=="],
    );
    check(
        "3.0",
        "X-JABBER;TYPE=HOME:ada@example.org",
        &["IMPP;TYPE=HOME;X-SERVICE-TYPE=Jabber:xmpp:ada@example.org"],
    );
    check("3.0", "X-AIM:ada l", &["IMPP;X-SERVICE-TYPE=AIM:aim:ada%20l"]);
    check("3.0", "X-ANNIVERSARY:2010-06-07", &["ANNIVERSARY:20100607"]);
    check(
        "3.0",
        "X-MS-SPOUSE:Max, jr",
        &["RELATED;TYPE=spouse;VALUE=text:Max\\, jr"],
    );
    check("3.0", "REV:2024-05-03T10:11:12Z", &["REV:20240503T101112Z"]);
    check("3.0", "REV:lately", &["X-REV:lately"]);
    check("3.0", "TZ:-05:00", &["TZ;VALUE=utc-offset:-0500"]);
    check("3.0", "TZ:Europe/Berlin", &["TZ:Europe/Berlin"]);
    check(
        "3.0",
        "URL:http\\://example.org/a\\,b",
        &["URL:http://example.org/a,b"],
    );
    check("3.0", "ADR:;;S", &["ADR:;;S;;;;"]);
    check(
        "3.0",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Jo\\;;3;;;;;;;;;;;;;",
        &["NICKNAME;TYPE=x-maiden:Jo\\;"],
    );
    check(
        "3.0",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;--02-03;0;First day;;;;;;;;;;;;",
        &["item1.X-ABDATE:--02-03", "item1.X-ABLabel:First day"],
    );
    check(
        "3.0",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1990-05-03;3;;;;;;;;;;;;;",
        &["BDAY:19900503"],
    );
    check(
        "3.0",
        "LABEL;TYPE=work:S\\, T",
        &["ADR;TYPE=work;LABEL=\"S, T\":;;S\\, T;;;;"],
    );
    let own = "X-ANDROID-CUSTOM:vnd.example/own;a;b;;;;;;;;;;;;;";
    check("3.0", own, &[own]);
}

#[test]
fn down() {
    #[track_caller]
    fn check(line: &str, v3: &[&str]) {
        assert_eq!(converted("4.0", &[line], Version::V3), v3);
    }
    check("TEL;VALUE=uri:tel:+1-555;ext=5", &["TEL:+1-555\\;ext=5"]);
    check(
        "RELATED;TYPE=friend:urn:uuid:1",
        &["RELATED;TYPE=friend:urn:uuid:1"],
    );
    check("UID;VALUE=text:abc", &["UID:abc"]);
    check(
        "PHOTO:https://example.org/p",
        &["PHOTO;VALUE=uri:https://example.org/p"],
    );
    check("BDAY:1990", &["BDAY:1990"]);
    check("GENDER:F;x", &["GENDER:F;x"]);
}
