//! Groups of contacts that are cards of their own: KIND:group with a MEMBER for each (RFC 6350 §6.1.4, §6.6.5), and in
//! 3.0 as Apple's servers write them (X-ADDRESSBOOKSERVER-KIND and X-ADDRESSBOOKSERVER-MEMBER).

use crate::line::{Line, text};

use super::{merge, names};

/// What MEMBER puts before a UID (RFC 6350 §6.6.5).
const URN: &str = "urn:uuid:";

/// A group of contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardGroup {
    /// Its name; empty where it has none.
    pub name: String,
    /// Whom it names, each once and in order, as [`member_key`] has them.
    pub members: Vec<String>,
}

/// The group that the first card of `raw` is; None when it is of a person or firm.
pub(crate) fn group(raw: &[u8]) -> Option<CardGroup> {
    if !names_kind(&crate::line::utf8(raw)) {
        return None;
    }
    let (_, lines) = merge::plain(raw);
    let kind = lines.iter().find(|line| line.is("KIND"))?;
    if !kind.value.trim().eq_ignore_ascii_case("group") {
        return None;
    }
    let mut members: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for line in lines.iter().filter(|line| line.is("MEMBER")) {
        let member = member_key(&text::unescape(&line.value));
        if !member.is_empty() && seen.insert(member.clone()) {
            members.push(member);
        }
    }
    Some(CardGroup {
        name: names::display(lines.iter()).unwrap_or_default(),
        members,
    })
}

/// The form in which a contact's UID and a MEMBER that names it are the same: some write both as `urn:uuid:…`, some
/// only the second, and the letters of a UUID in either case.
pub fn member_key(uid: &str) -> String {
    let uid = uid.trim();
    let bare = match uid.get(..URN.len()) {
        Some(urn) if urn.eq_ignore_ascii_case(URN) => &uid[URN.len()..],
        _ => uid,
    };
    bare.to_lowercase()
}

/// The card with these groups named in it as CATEGORIES (RFC 6350 §6.7.1), before its END; its other lines stay byte for
/// byte. None when nothing ends it.
pub(crate) fn with_groups(raw: &[u8], groups: &[String]) -> Option<Vec<u8>> {
    let end = crate::line::lines(raw).find(|raw_line| {
        let line = raw_line.parse();
        line.is_some_and(|line| line.is("END") && line.value.trim().eq_ignore_ascii_case("VCARD"))
    })?;
    let names: Vec<String> = groups.iter().map(|name| text::escape(name)).collect();
    let mut line = String::new();
    Line::new("CATEGORIES", names.join(",")).write(&mut line);
    Some(crate::merge::spliced(
        raw,
        vec![(end.span.start..end.span.start, &line)],
    ))
}

/// Whether a line may be a KIND: most cards have none and need not be taken apart.
fn names_kind(text: &[u8]) -> bool {
    text.split(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|line| !line.first().is_some_and(u8::is_ascii_whitespace))
        .any(|line| {
            let end = line.iter().position(|byte| matches!(byte, b':' | b';'));
            let name = &line[..end.unwrap_or_default()];
            let tail = name.len().saturating_sub("KIND".len());
            name[tail..].eq_ignore_ascii_case(b"KIND")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcard::read;

    fn card(lines: &[&str]) -> Vec<u8> {
        let lines = lines.join("\r\n");
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n").into_bytes()
    }

    #[test]
    fn groups_in_every_dialect() {
        let check = |lines: &[&str], expected: Option<(&str, &[&str])>| {
            let group = group(&card(lines));
            let found = group.as_ref().map(|group| {
                let members: Vec<&str> = group.members.iter().map(String::as_str).collect();
                (group.name.as_str(), members)
            });
            let expected = expected.map(|(name, members)| (name, members.to_vec()));
            assert_eq!(found, expected, "{lines:?}");
        };
        check(
            &[
                "N:Choir",
                "FN:Choir",
                "X-ADDRESSBOOKSERVER-KIND:group",
                "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:AB-1",
                "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ab-1",
                "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:cd-2",
            ],
            Some(("Choir", &["ab-1", "cd-2"])),
        );
        check(
            &[
                "KIND:Group",
                "FN:Work",
                "MEMBER:mailto:ada@example.org",
                "MEMBER:",
            ],
            Some(("Work", &["mailto:ada@example.org"])),
        );
        check(
            &["item1.kind:group", "MEMBER:URN:UUID:\r\n 7"],
            Some(("", &["7"])),
        );
        check(&["FN:Ada", "KIND:individual"], None);
        check(&["FN:Ada", "NOTE:KIND:group", "X-MANKIND:group"], None);
        check(&["FN:Ada", "MEMBER:urn:uuid:1"], None);
        assert_eq!(group(b""), None);
        let wide: Vec<u8> = "\u{feff}BEGIN:VCARD\r\nKIND:group\r\nFN:W\r\nEND:VCARD\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(group(&wide).map(|group| group.name).as_deref(), Some("W"));
    }

    #[test]
    fn a_member_is_a_uid_however_it_is_written() {
        for (uid, key) in [
            ("urn:uuid:AB-1", "ab-1"),
            (" URN:UUID:ab-1 ", "ab-1"),
            ("AB-1", "ab-1"),
            ("urn:x:É", "urn:x:é"),
            ("é", "é"),
            ("", ""),
        ] {
            assert_eq!(member_key(uid), key);
        }
    }

    #[test]
    fn groups_are_named_in_a_card() {
        let raw = card(&["FN:Ada", "X-Odd;A=\"b\":as is\r\n  folded", "CATEGORIES:Own"]);
        let groups = ["Choir; old, new".to_owned(), "Work".to_owned()];
        let named = with_groups(&raw, &groups).unwrap();
        assert_eq!(read(&named).value.groups, ["Own", "Choir; old, new", "Work"]);
        let line = b"CATEGORIES:Choir\\; old\\, new,Work\r\n";
        let end = raw.len() - b"END:VCARD\r\n".len();
        assert_eq!(named, [&raw[..end], line, &raw[end..]].concat());
        assert_eq!(with_groups(b"FN:Ada", &groups), None);
    }
}
