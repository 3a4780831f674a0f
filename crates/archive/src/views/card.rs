//! A kept vCard among others in one file. Most go in as they are; one that would spoil its neighbours is written anew.

use std::borrow::Cow;

use sidekeep_formats::{Dialect, line, vcard};

/// The card with CRLF at its end: the bytes themselves when they are exactly one whole card, what can be read of them
/// written anew in their own version otherwise (3.0 for 2.1).
pub(super) fn whole(raw: &[u8]) -> Cow<'_, [u8]> {
    let trimmed = raw.trim_ascii();
    if !is_whole(trimmed) {
        let version = if has_line(raw, b"VERSION:4.0") {
            vcard::Version::V4
        } else {
            vcard::Version::V3
        };
        return Cow::Owned(vcard::convert(raw, version, Dialect::Plain).text.into_bytes());
    }
    if raw.strip_suffix(b"\r\n") == Some(trimmed) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned([trimmed, b"\r\n"].concat())
}

/// Whether readers of every make see one card, from the first byte to the last.
fn is_whole(card: &[u8]) -> bool {
    let count = |bracket: &[u8]| {
        line::lines(card)
            .filter(|line| line.bytes.eq_ignore_ascii_case(bracket))
            .count()
    };
    let brackets = count(b"BEGIN:VCARD");
    let last = card.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    brackets > 0
        && brackets == count(b"END:VCARD")
        && last.eq_ignore_ascii_case(b"END:VCARD")
        && matches!(vcard::split(card)[..], [one] if one == card)
        && !has_control_characters(card)
}

fn has_line(raw: &[u8], wanted: &[u8]) -> bool {
    line::lines(&line::utf8(raw)).any(|line| line.bytes.trim_ascii().eq_ignore_ascii_case(wanted))
}

/// Control characters but tabs and line ends; a CR without its LF is no line end to most readers.
fn has_control_characters(card: &[u8]) -> bool {
    card.iter().enumerate().any(|(at, &byte)| match byte {
        b'\t' | b'\n' => false,
        b'\r' => card.get(at + 1) != Some(&b'\n'),
        _ => byte.is_ascii_control(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:Ada;;;;\r\nEND:VCARD\r\n";
    const ADA_4: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nN:Ada;;;;\r\nEND:VCARD\r\n";

    #[test]
    fn a_whole_card_stays_as_it_is() {
        let agent = "BEGIN:VCARD\nVERSION:2.1\nN:Ada\nAGENT:\nBEGIN:VCARD\nN:Bea\nEND:VCARD\nEND:VCARD";
        let folded = "begin:vcard\r\nVERSION:3.0\r\nFN:Ada\r\nNOTE:Not an\r\n END:VCARD\r\nend:vcard";
        for card in [ADA.trim_end(), ADA_4.trim_end(), agent, folded] {
            for (before, after) in [("", "\r\n"), ("", ""), ("", "\n"), ("\r\n", "\r\n\r\n")] {
                let kept = format!("{before}{card}{after}");
                assert_eq!(
                    whole(kept.as_bytes()),
                    format!("{card}\r\n").as_bytes(),
                    "{kept:?}"
                );
            }
        }
    }

    #[test]
    fn a_card_that_would_spoil_its_neighbours_is_written_anew() {
        let utf16: Vec<u8> = format!("\u{feff}{ADA}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(whole(&utf16), ADA.as_bytes());
        for (kept, written) in [
            (
                "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:Ada;;;;\r\n".to_owned(),
                ADA,
            ),
            (
                "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada\r\nN:Ada;;;;".to_owned(),
                ADA_4,
            ),
            (ADA.replace("Ada\r", "A\u{0}d\u{1b}a\r"), ADA),
            (ADA.replace("\r\n", "\r"), ADA),
            (format!("{ADA}BEGIN:VCARD\r\n"), ADA),
            (format!("{ADA}NOTE:outside\r\n"), ADA),
            (format!("NOTE:outside\r\n{ADA}END:VCARD\r\n"), ADA),
            (format!("\u{feff}{ADA}"), ADA),
        ] {
            let found = String::from_utf8(whole(kept.as_bytes()).into_owned()).unwrap();
            assert_eq!(found.replace("NOTE:outside\r\n", ""), written, "{kept:?}");
        }
        // An agent's END is not its owner's.
        let open = b"BEGIN:VCARD\nVERSION:2.1\nN:Ada\nAGENT:\nBEGIN:VCARD\nN:Bea\nEND:VCARD\n";
        let found = whole(open);
        assert!(
            is_whole(found.trim_ascii()),
            "{}",
            String::from_utf8_lossy(&found)
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_become_one_card(raw: Vec<u8>, cut in 0..ADA.len(), from in 0..ADA.len()) {
            for kept in [&raw[..], &[&ADA.as_bytes()[..cut], &raw, &ADA.as_bytes()[from..]].concat()] {
                let found = whole(kept);
                proptest::prop_assert!(found.ends_with(b"\r\n"));
                let file = [&found, ADA.as_bytes()].concat();
                let cards = vcard::split(&file);
                proptest::prop_assert_eq!(&cards, &[&found[..], ADA.as_bytes()]);
            }
        }
    }
}
