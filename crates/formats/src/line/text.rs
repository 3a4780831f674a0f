//! The escaping of text values (RFC 6350 §3.4, RFC 5545 §3.3.11).

use std::borrow::Cow;

/// Escapes `\`, `;`, `,` and line feeds; a carriage return is dropped.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        match char {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(char);
            }
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            _ => escaped.push(char),
        }
    }
    escaped
}

/// Undoes `escape`; also takes `\N`, `\:` and `\"`. Any other `\` stands for itself.
pub fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        let mut ahead = chars.clone();
        let plain = match (char, ahead.next()) {
            ('\\', Some('n' | 'N')) => '\n',
            ('\\', Some(escaped @ ('\\' | ';' | ',' | ':' | '"'))) => escaped,
            _ => {
                text.push(char);
                continue;
            }
        };
        text.push(plain);
        chars = ahead;
    }
    Cow::Owned(text)
}

/// The parts of `value` between the separators that no `\` escapes; the parts stay escaped.
pub fn split(value: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, char) in value.char_indices() {
        if escaped {
            escaped = false;
        } else if char == '\\' {
            escaped = true;
        } else if char == separator {
            parts.push(&value[start..at]);
            start = at + char.len_utf8();
        }
    }
    parts.push(&value[start..]);
    parts
}
