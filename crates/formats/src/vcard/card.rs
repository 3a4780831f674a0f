//! One card as lines in normal form.
//!
//! Whatever the version and character set, a line here has: UTF-8; no CHARSET and no ENCODING parameter; text values
//! with RFC 6350 escapes, none missing and none too many; binary values as base64 without white space and the
//! parameter `ENCODING=b`; types, bare ones too, in one TYPE parameter. BEGIN, END and VERSION are taken out.

use std::collections::BTreeSet;

use crate::line::{Line, Param, RawLine, lines, text};
use crate::{Trouble, Warning};

use super::{Version, charset};

/// More lines than any real card has; the rest of a larger one is not interpreted.
const MOST_LINES: usize = 20_000;

/// A card in normal form.
#[derive(Clone, Debug, Default)]
pub(super) struct Card {
    pub(super) version: Version,
    /// In order, each with the number of its line in the raw card.
    pub(super) lines: Vec<(usize, Line)>,
    pub(super) warnings: Vec<Warning>,
    /// The properties, upper case, whose values lost characters that no line can hold.
    pub(super) unwritable: BTreeSet<String>,
}

/// BEGIN:VCARD or END:VCARD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Begin,
    End,
}

impl Bracket {
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let colon = line.iter().take(16).position(|&byte| byte == b':')?;
        let (name, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if !value.eq_ignore_ascii_case(b"VCARD") {
            None
        } else if name.eq_ignore_ascii_case(b"BEGIN") {
            Some(Bracket::Begin)
        } else if name.eq_ignore_ascii_case(b"END") {
            Some(Bracket::End)
        } else {
            None
        }
    }
}

/// An AGENT property whose value is the card that follows.
pub(super) fn opens_agent(line: &[u8]) -> bool {
    let colon = line.iter().position(|&byte| byte == b':');
    colon.is_some_and(|colon| {
        let name = line[..colon]
            .split(|&byte| byte == b';')
            .next()
            .unwrap_or_default();
        let name = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
        name.eq_ignore_ascii_case(b"AGENT") && line[colon + 1..].trim_ascii().is_empty()
    })
}

impl Card {
    /// Reads the first card of `raw`; bytes without BEGIN are taken for the inside of one.
    pub(super) fn parse(raw: &[u8]) -> Self {
        let raw = crate::line::utf8(raw);
        let old = declares_21(&raw);
        let mut card = Card::default();
        if old {
            card.version = Version::V21;
        }
        let all = lines(&raw);
        let all = if old { all.keep_fold_space() } else { all };
        let mut open = false;
        let mut closed = false;
        let mut agent: Option<Agent> = None;
        for line in all {
            if card.lines.len() >= MOST_LINES {
                card.warn(line.number, Trouble::TooMuch);
                break;
            }
            if let Some(nested) = &mut agent {
                if nested.take(&line) {
                    card.close_agent(agent.take());
                }
                continue;
            }
            match Bracket::of(&line.bytes) {
                Some(Bracket::Begin) if open && card.ends_with_empty_agent() => {
                    agent = Some(Agent::new(&line));
                }
                Some(Bracket::Begin) if open => break,
                Some(Bracket::Begin) => open = true,
                Some(Bracket::End) => {
                    closed = true;
                    break;
                }
                None => card.push(&line),
            }
        }
        card.close_agent(agent);
        if !closed {
            card.warn(0, Trouble::Unclosed);
        }
        card
    }

    fn push(&mut self, raw: &RawLine<'_>) {
        let mut guessed = false;
        let mut stripped = false;
        let parsed = Line::parse_with(&raw.bytes, |params, value| {
            let (mut text, sure) = plain_value(params, value);
            guessed = !sure;
            stripped = charset::strip(&mut text);
            text
        });
        if guessed {
            self.warn(raw.number, Trouble::BadText);
        }
        let Some(mut line) = parsed else {
            self.warn(raw.number, Trouble::NotALine);
            self.continue_note(&raw.bytes);
            return;
        };
        // A bracket that is none would be one once it is written.
        if line.is("BEGIN") || line.is("END") {
            self.warn(raw.number, Trouble::NotALine);
            return;
        }
        if line.is("VERSION") {
            self.version = match line.value.trim() {
                "2.1" | "2.0" => Version::V21,
                "4.0" => Version::V4,
                _ => Version::V3,
            };
            return;
        }
        if stripped {
            self.unwritable.insert(line.name.to_ascii_uppercase());
        }
        let encoding = tidy_params(&mut line.params);
        let shape = Shape::of(&line);
        if encoding == Some(Encoding::Base64) || shape == Shape::Binary && line.param("ENCODING").is_some() {
            line.value.retain(|char| !char.is_whitespace());
            line.params.push(Param::new("ENCODING", "b"));
        } else {
            line.value = normal_escapes(&line.value, shape, self.version);
        }
        self.lines.push((raw.number, line));
    }

    /// Some programs write the line feeds of a note as they are: what follows is no property, so it is the note's.
    fn continue_note(&mut self, bytes: &[u8]) {
        if let Some((_, last)) = self.lines.last_mut()
            && last.is("NOTE")
        {
            let mut more = charset::decode(bytes, None).0;
            if charset::strip(&mut more) {
                self.unwritable.insert("NOTE".to_owned());
            }
            last.value.push_str("\\n");
            last.value.push_str(&text::escape(&more));
        }
    }

    fn ends_with_empty_agent(&self) -> bool {
        self.lines
            .last()
            .is_some_and(|(_, line)| line.is("AGENT") && line.value.trim().is_empty())
    }

    /// The nested card becomes the text of its AGENT property, as vCard 3.0 holds it (RFC 2426 §3.5.4).
    fn close_agent(&mut self, agent: Option<Agent>) {
        if let (Some(agent), Some((_, line))) = (agent, self.lines.last_mut()) {
            line.value = text::escape(&agent.text);
            if agent.stripped {
                self.unwritable.insert("AGENT".to_owned());
            }
        }
    }

    fn warn(&mut self, line: usize, trouble: Trouble) {
        self.warnings.push(Warning { line, trouble });
    }
}

/// A nested card as text, line by line.
struct Agent {
    text: String,
    depth: usize,
    /// It lost characters that no line can hold.
    stripped: bool,
}

impl Agent {
    fn new(begin: &RawLine<'_>) -> Self {
        let mut agent = Self {
            text: String::new(),
            depth: 0,
            stripped: false,
        };
        agent.take(begin);
        agent
    }

    /// Adds a line; true when it was the last.
    fn take(&mut self, line: &RawLine<'_>) -> bool {
        let mut text = charset::decode(&line.bytes, None).0;
        self.stripped |= charset::strip(&mut text);
        self.text.push_str(&text);
        self.text.push('\n');
        match Bracket::of(&line.bytes) {
            Some(Bracket::Begin) => self.depth += 1,
            Some(Bracket::End) => self.depth = self.depth.saturating_sub(1),
            None => {}
        }
        self.depth == 0
    }
}

/// What kind of value a property has, as far as escapes are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One text.
    Text,
    /// Texts between commas.
    List,
    /// Components between semicolons, each of texts between commas.
    Structured,
    /// Base64, a data: URI or another URI.
    Binary,
    /// A URI, date or number: no escapes in 4.0, though 3.0 programs write some.
    Literal,
    /// Not known; kept as written.
    Unknown,
}

impl Shape {
    pub(super) fn of(line: &Line) -> Self {
        let name = line.name.to_ascii_uppercase();
        let value_is = |kind: &str| {
            line.param("VALUE")
                .is_some_and(|value| value.eq_ignore_ascii_case(kind))
        };
        match name.as_str() {
            "TEL" if value_is("uri") => Shape::Literal,
            "RELATED" if value_is("text") => Shape::Text,
            "RELATED" => Shape::Literal,
            "FN"
            | "NOTE"
            | "TITLE"
            | "ROLE"
            | "TEL"
            | "EMAIL"
            | "LABEL"
            | "MAILER"
            | "SORT-STRING"
            | "NAME"
            | "PRODID"
            | "CLASS"
            | "X-ABLABEL"
            | "X-ABRELATEDNAMES"
            | "X-PHONETIC-FIRST-NAME"
            | "X-PHONETIC-MIDDLE-NAME"
            | "X-PHONETIC-LAST-NAME"
            | "X-PHONETIC-ORG"
            | "X-MAIDENNAME" => Shape::Text,
            "NICKNAME" | "CATEGORIES" => Shape::List,
            "N" | "ADR" | "ORG" | "GENDER" | "X-ANDROID-CUSTOM" | "CLIENTPIDMAP" => Shape::Structured,
            "PHOTO" | "LOGO" | "SOUND" | "KEY" => Shape::Binary,
            "URL"
            | "IMPP"
            | "UID"
            | "REV"
            | "BDAY"
            | "ANNIVERSARY"
            | "X-ABDATE"
            | "GEO"
            | "MEMBER"
            | "SOURCE"
            | "FBURL"
            | "CALURI"
            | "CALADRURI"
            | "X-ADDRESSBOOKSERVER-MEMBER"
            | "X-SOCIALPROFILE"
            | "SOCIALPROFILE" => Shape::Literal,
            _ => Shape::Unknown,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    QuotedPrintable,
    Base64,
    Plain,
}

impl Encoding {
    fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("quoted-printable") || text.eq_ignore_ascii_case("q") {
            Some(Encoding::QuotedPrintable)
        } else if text.eq_ignore_ascii_case("base64") || text.eq_ignore_ascii_case("b") {
            Some(Encoding::Base64)
        } else if text.eq_ignore_ascii_case("8bit") || text.eq_ignore_ascii_case("7bit") {
            Some(Encoding::Plain)
        } else {
            None
        }
    }

    fn of(params: &[Param]) -> Option<Self> {
        params
            .iter()
            .filter(|param| param.name.is_empty() || param.is("ENCODING"))
            .flat_map(|param| &param.values)
            .find_map(|value| Self::named(value))
    }
}

/// The value's text, and whether its character set was sure. Quoted-printable of a structured value is undone part
/// by part, so that an encoded `;` does not become a separator.
fn plain_value(params: &[Param], value: &[u8]) -> (String, bool) {
    let declared = params
        .iter()
        .find(|param| param.is("CHARSET"))
        .and_then(|param| param.values.first());
    let declared = declared.map(String::as_str);
    if Encoding::of(params) != Some(Encoding::QuotedPrintable) {
        return charset::decode(value, declared);
    }
    let mut sure = true;
    let parts: Vec<String> = value
        .split(|&byte| byte == b';')
        .map(|part| {
            let (text, known) = charset::decode(&charset::unquote(part), declared);
            sure &= known;
            escape_bare(&text, ';')
        })
        .collect();
    (parts.join(";"), sure)
}

/// Escapes the separators that no `\` escapes yet, a lone `\` at the end left as it is: it escapes what follows.
fn escape_bare(text: &str, separator: char) -> String {
    if !text.contains(separator) {
        return text.to_owned();
    }
    let parts = text::split(text, separator);
    parts.join(&format!("\\{separator}"))
}

/// Moves bare values to the parameter they mean, splits lists of types, and takes CHARSET and ENCODING away.
fn tidy_params(params: &mut Vec<Param>) -> Option<Encoding> {
    let encoding = Encoding::of(params);
    let mut types: Vec<String> = Vec::new();
    let mut type_at = None;
    let mut tidy: Vec<Param> = Vec::with_capacity(params.len());
    for param in params.drain(..) {
        if param.is("CHARSET") || param.is("ENCODING") {
            continue;
        }
        let bare = param.name.is_empty();
        if !bare && !param.is("TYPE") {
            tidy.push(param);
            continue;
        }
        for value in param
            .values
            .iter()
            .flat_map(|value| value.split(','))
            .map(str::trim)
        {
            let is = |name: &str| bare && value.eq_ignore_ascii_case(name);
            if value.is_empty() || bare && Encoding::named(value).is_some() {
                continue;
            } else if is("URL") || is("URI") {
                tidy.push(Param::new("VALUE", "uri"));
            } else if is("CONTENT-ID") || is("CID") {
                tidy.push(Param::new("VALUE", "content-id"));
            } else if !is("INLINE") {
                type_at.get_or_insert(tidy.len());
                types.push(value.to_owned());
            }
        }
    }
    if let Some(at) = type_at {
        let values = types;
        tidy.insert(
            at,
            Param {
                name: "TYPE".to_owned(),
                values,
            },
        );
    }
    *params = tidy;
    encoding
}

/// The value with line feeds escaped and every `\` either an escape or doubled; in known shapes what must be escaped
/// is.
fn normal_escapes(value: &str, shape: Shape, version: Version) -> String {
    match shape {
        Shape::Text => text::escape(&text::unescape(value)),
        Shape::List => rejoin(value, ','),
        Shape::Structured => {
            let components = text::split(value, ';').into_iter().map(|component| {
                // In 2.1 a component is one text; later it is a list.
                if version == Version::V21 {
                    text::escape(&text::unescape(component))
                } else {
                    rejoin(component, ',')
                }
            });
            components.collect::<Vec<_>>().join(";")
        }
        Shape::Literal => literal(value),
        Shape::Binary => value.trim().to_owned(),
        Shape::Unknown => value.replace("\r\n", "\\n").replace(['\n', '\r'], "\\n"),
    }
}

/// A value that has no escapes: without white space around it, on one line. Old programs escape the separators in URIs
/// too, where no `\` can be meant.
pub(crate) fn literal(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    for char in value.trim().chars() {
        let char = if char == '\n' || char == '\r' { ' ' } else { char };
        if matches!(char, ',' | ';' | ':') {
            plain.truncate(plain.trim_end_matches('\\').len());
        }
        plain.push(char);
    }
    plain
}

fn rejoin(value: &str, separator: char) -> String {
    let parts = text::split(value, separator).into_iter();
    let parts = parts.map(|part| text::escape(&text::unescape(part)));
    parts.collect::<Vec<_>>().join(&separator.to_string())
}

/// The card says `VERSION:2.1`; its folds are undone differently.
fn declares_21(raw: &[u8]) -> bool {
    raw.split(|&byte| byte == b'\n' || byte == b'\r')
        .map(<[u8]>::trim_ascii)
        .find_map(|line| match line.split_at_checked(8) {
            Some((name, value)) if name.eq_ignore_ascii_case(b"VERSION:") => {
                Some(value.trim_ascii() == b"2.1")
            }
            _ => None,
        })
        .unwrap_or(false)
}
