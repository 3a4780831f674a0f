//! Bytes to logical lines: line ends, folds, and the soft breaks of vCard 2.1 and vCalendar 1.0.

use std::borrow::Cow;
use std::ops::Range;

/// One logical line: its unfolded bytes and where it stands in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// 1-based, blank lines not counted.
    pub number: usize,
    /// The bytes of the input that it covers, line ends included; spans of one input do not overlap.
    pub span: Range<usize>,
    /// Unfolded, without line ends. Borrowed unless it was folded. May be of any character set.
    pub bytes: Cow<'a, [u8]>,
}

/// The logical lines of some bytes, in order; blank ones are left out. See [`lines`].
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    input: &'a [u8],
    at: usize,
    number: usize,
    keep_fold_space: bool,
}

/// Unfolds `input`, a byte order mark left out.
///
/// A line ends with CRLF, LF, CR, or CRs before an LF. It goes on in the next physical line when that begins with a
/// space or tab (which is dropped; a fold may cut a UTF-8 sequence), when it is quoted-printable and ends with `=`
/// (Android folds so, without indent), or when it is base64 and the next line can be nothing else.
pub fn lines(input: &[u8]) -> Lines<'_> {
    let mark = if input.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    Lines {
        input,
        at: mark,
        number: 0,
        keep_fold_space: false,
    }
}

/// The same text in UTF-8, where `input` begins with a UTF-16 byte order mark; else `input` itself. Whole files are
/// passed through this before they are split.
pub fn utf8(input: &[u8]) -> Cow<'_, [u8]> {
    let encoding = if input.starts_with(b"\xFF\xFE") {
        encoding_rs::UTF_16LE
    } else if input.starts_with(b"\xFE\xFF") {
        encoding_rs::UTF_16BE
    } else {
        return Cow::Borrowed(input);
    };
    Cow::Owned(encoding.decode(input).0.into_owned().into_bytes())
}

impl Lines<'_> {
    /// Keeps the white space of a fold, which vCard 2.1 (§2.1.3) puts between words; later versions drop it.
    pub fn keep_fold_space(mut self) -> Self {
        self.keep_fold_space = true;
        self
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = RawLine<'a>;

    fn next(&mut self) -> Option<RawLine<'a>> {
        let (start, first) = loop {
            if self.at >= self.input.len() {
                return None;
            }
            let start = self.at;
            let physical = self.physical();
            if !physical.iter().all(u8::is_ascii_whitespace) {
                break (start, physical);
            }
        };
        self.number += 1;
        let mut bytes = Cow::Borrowed(first);
        let encoding = TransferEncoding::of(first);
        while let Some(&next) = self.input.get(self.at) {
            let soft_break = encoding == TransferEncoding::QuotedPrintable && bytes.last() == Some(&b'=');
            if soft_break && !self.bracket_follows() {
                let bytes = bytes.to_mut();
                bytes.pop();
                bytes.extend_from_slice(self.physical());
            } else if next == b' ' || next == b'\t' {
                let part = self.physical();
                let part = if self.keep_fold_space { part } else { &part[1..] };
                bytes.to_mut().extend_from_slice(part);
            } else if encoding == TransferEncoding::Base64 && self.only_base64_follows() {
                bytes.to_mut().extend_from_slice(self.physical());
            } else {
                break;
            }
        }
        Some(RawLine {
            number: self.number,
            span: start..self.at,
            bytes,
        })
    }
}

impl<'a> Lines<'a> {
    /// The physical line at the cursor without its end; the cursor moves behind the end.
    fn physical(&mut self) -> &'a [u8] {
        let (line, next) = line_at(self.input, self.at);
        self.at = next;
        line
    }

    /// The next physical line begins or ends a component: a soft break before it is a fault of the writer.
    fn bracket_follows(&self) -> bool {
        let (line, _) = line_at(self.input, self.at);
        let begins_with = |name: &[u8]| {
            line.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        begins_with(b"END:V") || begins_with(b"BEGIN:V")
    }

    /// The next physical line holds base64 and no `:`, so that it cannot be a property.
    fn only_base64_follows(&self) -> bool {
        let (line, _) = line_at(self.input, self.at);
        !line.is_empty()
            && line
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
    }
}

/// The physical line that begins at `at`, without its end, and where the next one begins.
fn line_at(input: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &input[at..];
    let Some(length) = rest.iter().position(|&byte| byte == b'\n' || byte == b'\r') else {
        return (rest, input.len());
    };
    let end = &rest[length..];
    let returns = end.iter().take_while(|&&byte| byte == b'\r').count();
    let end_length = if end.get(returns) == Some(&b'\n') {
        returns + 1
    } else {
        1
    };
    (&rest[..length], at + length + end_length)
}

/// What the parameters before the first `:` say of the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TransferEncoding {
    None,
    QuotedPrintable,
    Base64,
}

impl TransferEncoding {
    fn of(line: &[u8]) -> Self {
        let head = line.split(|&byte| byte == b':').next().unwrap_or_default();
        let mut params = head.split(|&byte| byte == b';').skip(1).map(|param| {
            let value = param.iter().position(|&byte| byte == b'=').map_or(0, |at| at + 1);
            param[value..].trim_ascii()
        });
        params
            .find_map(|value| {
                if value.eq_ignore_ascii_case(b"quoted-printable") {
                    Some(TransferEncoding::QuotedPrintable)
                } else if value.eq_ignore_ascii_case(b"base64") || value.eq_ignore_ascii_case(b"b") {
                    Some(TransferEncoding::Base64)
                } else {
                    None
                }
            })
            .unwrap_or(TransferEncoding::None)
    }
}
