use proptest::prelude::*;

use super::{Line, Param, lines, text, utf8};

#[test]
fn unfolding() {
    #[track_caller]
    fn check(input: &[u8], expected: &[&[u8]]) {
        let got: Vec<Vec<u8>> = lines(input).map(|line| line.bytes.into_owned()).collect();
        assert_eq!(got, expected);
    }
    check(b"", &[]);
    check(
        b"\xEF\xBB\xBFA:1\r\nB:2\nC:3\rD:4",
        &[b"A:1", b"B:2", b"C:3", b"D:4"],
    );
    check(b"A:1\r\r\n 2\r\n\r\n \r\nB:3", &[b"A:12", b"B:3"]);
    check(b"A:1\r\n\t2\r\n  3\r\nB:4", &[b"A:12 3", b"B:4"]);
    check("N:M\u{fc}ller".as_bytes(), &["N:M\u{fc}ller".as_bytes()]);
    // A fold that cuts a character.
    check(b"N:M\xC3\r\n \xBCller\r\n", &["N:Müller".as_bytes()]);
    // Android folds quoted-printable without indent; the last soft break may be the end of the file.
    check(
        b"NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nb=0A=\r\n c\r\nX:1",
        &[b"NOTE;ENCODING=QUOTED-PRINTABLE:ab=0A c", b"X:1"],
    );
    check(b"NOTE;QUOTED-PRINTABLE:a=", &[b"NOTE;QUOTED-PRINTABLE:a="]);
    check(b"NOTE:a=\r\nB:1", &[b"NOTE:a=", b"B:1"]);
    // Base64 of old phones: unindented, ended by a blank line or by the next property.
    check(
        b"PHOTO;BASE64;JPEG:/9j/\r\n4AAQ\r\nSkZJ==\r\n\r\nX:1",
        &[b"PHOTO;BASE64;JPEG:/9j/4AAQSkZJ==", b"X:1"],
    );
}

#[test]
fn old_folds_keep_their_space() {
    let old: Vec<_> = lines(b"NOTE:one\r\n two").keep_fold_space().collect();
    assert_eq!(old[0].bytes.as_ref(), b"NOTE:one two");
}

#[test]
fn spans_and_numbers() {
    let input = b"\r\nA:1\r\n 2\r\n\r\nB:3\r\n";
    let got: Vec<_> = lines(input)
        .map(|line| (line.number, &input[line.span]))
        .collect();
    assert_eq!(got, [(1, &b"A:1\r\n 2\r\n"[..]), (2, &b"B:3\r\n"[..])]);
}

#[test]
fn utf16_files() {
    assert_eq!(utf8(b"\xFF\xFEA\0:\0\xFC\0").as_ref(), "A:ü".as_bytes());
    assert_eq!(utf8(b"\xFE\xFF\0A\0:").as_ref(), b"A:");
    assert_eq!(utf8(b"A:").as_ref(), b"A:");
}

#[test]
fn parsing_and_writing() {
    /// `again`: how the line is written, when that differs from the input.
    #[track_caller]
    fn check(input: &str, expected: &str, again: Option<&str>) {
        let line = Line::parse(input.as_bytes()).expect("a line");
        let Line {
            group,
            name,
            params,
            value,
        } = &line;
        let params: Vec<_> = params
            .iter()
            .map(|Param { name, values }| format!("{name}{values:?}"))
            .collect();
        let group = group.as_deref().unwrap_or("-");
        assert_eq!(format!("{group} {name} {} {value}", params.join(" ")), expected);
        assert_eq!(line.unfolded(), again.unwrap_or(input));
    }
    check("FN:A;B\\,C", "- FN  A;B\\,C", None);
    check(
        "item1.X-ABLabel:_$!<Home>!$_",
        "item1 X-ABLabel  _$!<Home>!$_",
        None,
    );
    check(
        "TEL;HOME;TYPE=cell,\"a,b\":+1:2",
        r#"- TEL ["HOME"] TYPE["cell", "a,b"] +1:2"#,
        None,
    );
    check(
        "ADR;LABEL=\"a^nb^'c:^^\":x",
        "- ADR LABEL[\"a\\nb\\\"c:^\"] x",
        None,
    );
    check("A;X=^q:v", "- A X[\"^q\"] v", Some("A;X=^^q:v"));
    check("A;B^'C^^:v", "- A [\"B\\\"C^\"] v", None);
    check("A;X=\"open:v", "- A X[\"\\\"open\"] v", Some("A;X=^'open:v"));
    check("A;X=\"a\"b;Y=:v", "- A X[\"a\"] Y[\"\"] v", Some("A;X=a;Y=:v"));
    check(".A;;B:v", "- A [\"B\"] v", Some("A;B:v"));
    check(" A :v", "- A  v", Some("A:v"));
}

#[test]
fn prose_is_no_line() {
    for prose in [
        "",
        ":",
        ";:",
        "no colon",
        "See you at 10:30",
        "A;X=\"a:b\"",
        "a.b.c:d",
        "é:1",
    ] {
        assert_eq!(Line::parse(prose.as_bytes()), None, "{prose}");
    }
}

#[test]
fn a_value_cannot_end_its_line() {
    let mut out = String::new();
    Line::new("NOTE", "a\r\nEND:VCARD\u{0}")
        .with("X", "b\nc")
        .write(&mut out);
    assert_eq!(out, "NOTE;X=b^nc:a\\nEND:VCARD\r\n");
}

proptest! {
    #[test]
    fn written_lines_read_back(
        group in proptest::option::of("[a-z0-9]{1,8}"),
        name in "[A-Za-z0-9-]{1,20}",
        params in proptest::collection::vec(
            ("[A-Z-]{1,8}", proptest::collection::vec("[^\\pC]{0,40}", 1..4)), 0..4),
        value in "[^\\pC]{0,400}",
    ) {
        // A parameter's value keeps no white space at its ends unless it is quoted, and needs no more.
        let params = params.into_iter().map(|(name, values)| Param { name, values }).collect();
        let line = Line { group, name, params, value };
        let mut out = String::new();
        line.write(&mut out);
        prop_assert!(out.ends_with("\r\n") && out.lines().all(|line| line.len() <= 75));
        let raw: Vec<_> = lines(out.as_bytes()).collect();
        prop_assert_eq!(raw.len(), 1);
        prop_assert_eq!(raw[0].parse(), Some(line));
    }

    #[test]
    fn escaping_round_trips(texts in proptest::collection::vec("[^\\r]*", 1..5), separator in "[;,]") {
        let separator = separator.chars().next().unwrap();
        let joined: Vec<_> = texts.iter().map(|part| text::escape(part)).collect();
        let joined = joined.join(&separator.to_string());
        let back: Vec<_> = text::split(&joined, separator).into_iter().map(text::unescape).collect();
        prop_assert_eq!(back, texts);
    }

    #[test]
    fn any_bytes_are_covered_once(input in proptest::collection::vec(
        prop_oneof![Just(b'\r'), Just(b'\n'), Just(b' '), Just(b'='), Just(b':'), any::<u8>()], 0..200)) {
        let mut end = 0;
        for line in lines(&input) {
            prop_assert!(line.span.start >= end && line.span.end > line.span.start);
            end = line.span.end;
            let _ = line.parse();
        }
    }
}
