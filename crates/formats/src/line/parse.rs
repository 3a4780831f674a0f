//! One unfolded line to group, name, parameters and value.

use super::RawLine;

/// A content line. Group, name and parameter names keep their case; compare them with [`Line::is`] and [`Line::param`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// `item1` of `item1.TEL:…`.
    pub group: Option<String>,
    /// Property name; never empty when parsed.
    pub name: String,
    /// In order of appearance.
    pub params: Vec<Param>,
    /// As written after the `:`, escapes included.
    pub value: String,
}

/// A parameter. vCard 2.1 has bare ones (`TEL;HOME:`): their name is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Empty for a bare value.
    pub name: String,
    /// Unquoted, RFC 6868 decoded. A quoted value that holds a `,` is one value. Control characters, which no parameter can
    /// hold (RFC 6350 §3.3, RFC 5545 §3.1), are left out when parsed: a word with one in it is the word it is written as.
    pub values: Vec<String>,
}

/// More parameters, or values of one, than this are not looked at.
const MOST_PARAMS: usize = 256;

impl RawLine<'_> {
    /// Parses the line as [`Line::parse`] does.
    pub fn parse(&self) -> Option<Line> {
        Line::parse(&self.bytes)
    }
}

impl Line {
    /// A line with no group and no parameters.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }

    /// With one more parameter.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.push(Param::new(name, value));
        self
    }

    /// Parses one unfolded line; bytes that are not UTF-8 are read as Windows-1252. None when there is no `:` or
    /// what stands before it is no name, so that prose is not taken for a property.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        Self::parse_with(bytes, |_, value| any_text(value))
    }

    /// As `parse`; `decode` turns the parameters and the value's bytes into the value's text.
    pub fn parse_with(bytes: &[u8], decode: impl FnOnce(&[Param], &[u8]) -> String) -> Option<Self> {
        let mut head = Head { bytes, at: 0 };
        let full_name = head.until(b";:").trim_ascii();
        let (group, name) = match full_name.iter().position(|&byte| byte == b'.') {
            Some(dot) if dot > 0 => (Some(token(&full_name[..dot])?), &full_name[dot + 1..]),
            Some(_) => (None, &full_name[1..]),
            None => (None, full_name),
        };
        let name = token(name)?;
        let mut params = Vec::new();
        loop {
            match head.next() {
                Some(b';') => {
                    let param = head.param();
                    if params.len() < MOST_PARAMS && !(param.name.is_empty() && param.values.is_empty()) {
                        params.push(param);
                    }
                }
                Some(_) => break,
                None => return None,
            }
        }
        let value = decode(&params, &bytes[head.at..]);
        Some(Self {
            group,
            name,
            params,
            value,
        })
    }

    /// The property is `name`, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The first value of the first parameter `name`, in any case.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// PREF=1 (RFC 6350 §5.3).
    pub fn is_preferred(&self) -> bool {
        self.param("PREF") == Some("1")
    }

    /// All values of all parameters `name`, in any case.
    pub fn values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.params
            .iter()
            .filter(move |param| param.is(name))
            .flat_map(|param| param.values.iter().map(String::as_str))
    }

    /// Takes every parameter `name` away.
    pub fn remove(&mut self, name: &str) {
        self.params.retain(|param| !param.is(name));
    }
}

impl Param {
    /// With one value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            values: vec![value.into()],
        }
    }

    /// The parameter is `name`, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// UTF-8, or Windows-1252 where it is not.
pub(crate) fn any_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

/// A name: letters, digits, `-`, and the `_` and `/` that some programs write.
fn token(bytes: &[u8]) -> Option<String> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/');
    let text = std::str::from_utf8(bytes).ok()?;
    (!bytes.is_empty() && bytes.iter().all(allowed)).then(|| text.to_owned())
}

/// A cursor over what stands before the value.
struct Head<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Head<'a> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    /// Up to one of `stops` or the end.
    fn until(&mut self, stops: &[u8]) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .position(|byte| stops.contains(byte))
            .unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn param(&mut self) -> Param {
        let first = self.until(b"=;:,").trim_ascii();
        let mut param = Param {
            name: String::new(),
            values: Vec::new(),
        };
        if self.bytes.get(self.at) == Some(&b'=') {
            self.at += 1;
            param.name = param_text(first);
            param.values.push(self.param_value());
        } else if !first.is_empty() {
            param.values.push(decode_6868(param_text(first)));
        }
        while self.bytes.get(self.at) == Some(&b',') {
            self.at += 1;
            let value = self.param_value();
            if param.values.len() < MOST_PARAMS {
                param.values.push(value);
            }
        }
        param
    }

    fn param_value(&mut self) -> String {
        let rest = &self.bytes[self.at..];
        if let Some(quoted) = rest.strip_prefix(b"\"")
            && let Some(length) = quoted.iter().position(|&byte| byte == b'"')
        {
            self.at += length + 2;
            // What follows a closing quote belongs to nothing.
            self.until(b",;:");
            return decode_6868(param_text(&quoted[..length]));
        }
        decode_6868(param_text(self.until(b",;:")))
    }
}

fn param_text(bytes: &[u8]) -> String {
    let mut text = any_text(bytes);
    text.retain(|char| char == '\t' || !char.is_control());
    text
}

/// RFC 6868 §3.2: `^n`, `^^` and `^'`; any other `^` stands for itself.
fn decode_6868(text: String) -> String {
    if !text.contains('^') {
        return text;
    }
    let mut decoded = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        let mut ahead = chars.clone();
        let plain = match (char, ahead.next()) {
            ('^', Some('n')) => '\n',
            ('^', Some('^')) => '^',
            ('^', Some('\'')) => '"',
            _ => {
                decoded.push(char);
                continue;
            }
        };
        decoded.push(plain);
        chars = ahead;
    }
    decoded
}
