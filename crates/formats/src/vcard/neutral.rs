//! Any card to plain vCard 4.0 lines, the form that everything else works on.
//!
//! What 4.0 has a property for is moved there (X-ABRELATEDNAMES to RELATED, X-ANNIVERSARY to ANNIVERSARY, X-AIM to
//! IMPP, KIND by its server name, LABEL to the address's parameter); what it has none for stays as it is, with its
//! item group and label.

use std::collections::{HashMap, HashSet, VecDeque};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::line::{Line, Param, text};
use crate::{Trouble, Warning};

use super::card::Card;
use super::dates::{PartialDate, basic_timestamp};
use super::labels::{self, Groups};
use super::{android_custom, binary};

/// Lines of a card in plain 4.0, each with the number of the raw line it came from.
pub(crate) type Lines = Vec<(usize, Line)>;

/// Characters of an instant messenger's handle that a URI holds as they are (RFC 3986 §2.3, and `@` and `:` and `/`).
const HANDLE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'+')
    .remove(b':')
    .remove(b'/');

/// Old messenger properties, the service Apple names for them, and the scheme of the URI.
pub(crate) const MESSENGERS: [(&str, &str, &str); 16] = [
    ("X-AIM", "AIM", "aim"),
    ("X-MSN", "MSN", "msnim"),
    ("X-YAHOO", "Yahoo", "ymsgr"),
    ("X-SKYPE-USERNAME", "Skype", "skype"),
    ("X-QQ", "QQ", "qq"),
    ("X-GOOGLE-TALK", "GoogleTalk", "gtalk"),
    ("X-ICQ", "ICQ", "icq"),
    ("X-JABBER", "Jabber", "xmpp"),
    ("X-NETMEETING", "NetMeeting", "netmeeting"),
    ("X-SKYPE", "Skype", "skype"),
    ("X-GTALK", "GoogleTalk", "gtalk"),
    ("X-GADUGADU", "GaduGadu", "gg"),
    ("X-GROUPWISE", "GroupWise", "groupwise"),
    ("X-SIP", "SIP", "sip"),
    ("X-MS-IMADDRESS", "", "im"),
    ("X-TWITTER", "Twitter", "twitter"),
];

/// Properties that name one related person, and the type of RELATED.
const RELATIVES: [(&str, &str); 11] = [
    ("X-SPOUSE", "spouse"),
    ("X-EVOLUTION-SPOUSE", "spouse"),
    ("X-KADDRESSBOOK-X-SPOUSESNAME", "spouse"),
    ("X-MS-SPOUSE", "spouse"),
    ("X-MS-CHILD", "child"),
    ("X-MANAGER", "x-manager"),
    ("X-EVOLUTION-MANAGER", "x-manager"),
    ("X-MS-MANAGER", "x-manager"),
    ("X-ASSISTANT", "x-assistant"),
    ("X-EVOLUTION-ASSISTANT", "x-assistant"),
    ("X-MS-ASSISTANT", "x-assistant"),
];

const ANNIVERSARIES: [&str; 4] = [
    "X-ANNIVERSARY",
    "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY",
    "X-MS-ANNIVERSARY",
];

/// Raises a card to plain 4.0. Values that turn out to be bad are added to the warnings.
pub(super) fn neutral(card: Card, warnings: &mut Vec<Warning>) -> Lines {
    let groups = labels::groups(card.lines.iter().map(|(_, line)| line));
    let mut free = FreeGroup::of(card.lines.iter().map(|(_, line)| line));
    let mut lines: Lines = Vec::with_capacity(card.lines.len());
    let mut address_labels: Lines = Vec::new();
    for (number, mut line) in card.lines {
        raise_params(&mut line);
        let name = line.name.to_ascii_uppercase();
        match name.as_str() {
            "LABEL" => {
                match lines.last_mut() {
                    Some((_, address)) if takes_label(address, &line) => add_label(address, &line),
                    _ => address_labels.push((number, line)),
                }
                continue;
            }
            "X-ANDROID-CUSTOM" => {
                let raised = android_custom::raise(line, &mut free);
                lines.extend(raised.into_iter().map(|line| (number, line)));
                continue;
            }
            _ => {
                if !raise(&name, &mut line, &groups) {
                    warnings.push(Warning {
                        line: number,
                        trouble: Trouble::BadValue,
                    });
                }
            }
        }
        lines.push((number, line));
    }
    place_address_labels(address_labels, &mut lines);
    lines.iter_mut().for_each(|(_, line)| show_label(line));
    drop_lone_labels(&mut lines);
    lines
}

/// TYPE=pref to PREF=1, and the VALUE parameters that 4.0 does not have.
fn raise_params(line: &mut Line) {
    let mut preferred = false;
    for param in line.params.iter_mut().filter(|param| param.is("TYPE")) {
        param.values.retain(|value| {
            let pref = value.eq_ignore_ascii_case("pref");
            preferred |= pref;
            !pref
        });
    }
    line.params
        .retain(|param| !(param.is("TYPE") && param.values.is_empty()));
    if preferred && line.param("PREF").is_none() {
        line.params.push(Param::new("PREF", "1"));
    }
    line.params.retain(|param| {
        let old = |value: &String| {
            ["binary", "phone-number", "vcard", "date", "date-time"]
                .iter()
                .any(|old| value.eq_ignore_ascii_case(old))
        };
        !(param.is("VALUE") && param.values.iter().all(old))
    });
}

/// Raises one line; false when its value is not one of its property.
fn raise(name: &str, line: &mut Line, groups: &Groups) -> bool {
    match name {
        "PHOTO" | "LOGO" | "SOUND" | "KEY" => binary::raise(line),
        "BDAY" | "ANNIVERSARY" | "DEATHDATE" => return raise_date(line),
        "X-ABDATE" => {
            if let Some(date) = PartialDate::of(line) {
                line.value = date.extended();
            }
            line.remove("X-APPLE-OMIT-YEAR");
            if labels::of(line, groups).is_some_and(|label| label.eq_ignore_ascii_case("Anniversary")) {
                line.name = "ANNIVERSARY".to_owned();
                line.group = None;
                line.remove("X-LABEL");
                return raise_date(line);
            }
        }
        "X-ABRELATEDNAMES" => raise_relation(line, groups),
        "REV" => match basic_timestamp(&line.value) {
            Some(timestamp) => line.value = timestamp,
            None => line.name = "X-REV".to_owned(),
        },
        "GEO" => {
            if let Some((latitude, longitude)) = line.value.split_once(';') {
                line.value = format!("geo:{},{}", latitude.trim(), longitude.trim());
            }
        }
        "TZ" => raise_zone(line),
        "AGENT" => line.name = "X-AGENT".to_owned(),
        "X-ADDRESSBOOKSERVER-KIND" => line.name = "KIND".to_owned(),
        "X-ADDRESSBOOKSERVER-MEMBER" => line.name = "MEMBER".to_owned(),
        "N" => pad(&mut line.value, 5),
        "ADR" => pad(&mut line.value, 7),
        _ if ANNIVERSARIES.contains(&name) => {
            line.name = "ANNIVERSARY".to_owned();
            return raise_date(line);
        }
        _ => {
            if let Some((_, kind)) = RELATIVES.iter().find(|(old, _)| *old == name) {
                line.name = "RELATED".to_owned();
                line.value = text::escape(&text::unescape(&line.value));
                line.params.insert(0, Param::new("VALUE", "text"));
                line.params.insert(0, Param::new("TYPE", *kind));
            } else if let Some((_, service, scheme)) = MESSENGERS.iter().find(|(old, ..)| *old == name) {
                raise_messenger(line, service, scheme);
            }
        }
    }
    true
}

/// A date in the form of 4.0, or as text; false when it was meant to be a date and is none.
fn raise_date(line: &mut Line) -> bool {
    let declared_text = line
        .param("VALUE")
        .is_some_and(|value| value.eq_ignore_ascii_case("text"));
    let date = PartialDate::of(line);
    line.remove("X-APPLE-OMIT-YEAR");
    match date {
        Some(date) if !declared_text => {
            line.value = date.basic();
            true
        }
        _ => {
            line.value = text::escape(&text::unescape(&line.value));
            line.remove("VALUE");
            line.params.push(Param::new("VALUE", "text"));
            declared_text || line.value.is_empty()
        }
    }
}

/// Built-in labels become types; a label of one's own stays in the item group.
fn raise_relation(line: &mut Line, groups: &Groups) {
    let kind = labels::of(line, groups).and_then(labels::relation_type);
    line.name = "RELATED".to_owned();
    line.remove("VALUE");
    if let Some(kind) = kind {
        line.group = None;
        line.remove("X-LABEL");
        line.remove("TYPE");
        line.params.insert(0, Param::new("TYPE", kind));
    }
    line.params.push(Param::new("VALUE", "text"));
}

/// An offset (`-05:00`) gets its VALUE; a name is 4.0's default.
fn raise_zone(line: &mut Line) {
    line.remove("VALUE");
    let digits = line.value.trim_start_matches(['+', '-']);
    let offset = line.value.starts_with(['+', '-'])
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
        && matches!(digits.len(), 2 | 4 | 5);
    if offset {
        line.value.retain(|char| char != ':');
        line.params.push(Param::new("VALUE", "utc-offset"));
    }
}

fn raise_messenger(line: &mut Line, service: &str, scheme: &str) {
    line.name = "IMPP".to_owned();
    let handle = text::unescape(&line.value).into_owned();
    line.value = messenger_uri(scheme, &handle);
    line.remove("VALUE");
    if !service.is_empty() {
        line.params.push(Param::new("X-SERVICE-TYPE", service));
    }
}

/// `scheme:handle`, with what a URI cannot hold percent-encoded.
pub(crate) fn messenger_uri(scheme: &str, handle: &str) -> String {
    format!("{scheme}:{}", utf8_percent_encode(handle.trim(), HANDLE))
}

/// Adds empty components so that there are at least `count`, as 4.0's grammar wants.
fn pad(value: &mut String, count: usize) {
    let present = text::split(value, ';').len();
    for _ in present..count {
        value.push(';');
    }
}

/// A LABEL (RFC 2426 §3.2.2) belongs to the ADR before it, else to the first of the same types; without one it becomes
/// an address of its own.
fn place_address_labels(address_labels: Lines, lines: &mut Lines) {
    if address_labels.is_empty() {
        return;
    }
    let mut unlabelled: HashMap<Vec<String>, VecDeque<usize>> = HashMap::new();
    for (at, (_, line)) in lines.iter().enumerate() {
        if line.is("ADR") && line.param("LABEL").is_none() {
            unlabelled.entry(type_set(line)).or_default().push_back(at);
        }
    }
    for (number, label) in address_labels {
        match unlabelled
            .get_mut(&type_set(&label))
            .and_then(VecDeque::pop_front)
        {
            Some(at) => add_label(&mut lines[at].1, &label),
            None => {
                let mut address = Line::new("ADR", ";;;;;;");
                address.group.clone_from(&label.group);
                address.params.clone_from(&label.params);
                add_label(&mut address, &label);
                lines.push((number, address));
            }
        }
    }
}

fn takes_label(address: &Line, label: &Line) -> bool {
    address.is("ADR") && address.param("LABEL").is_none() && type_set(address) == type_set(label)
}

fn add_label(address: &mut Line, label: &Line) {
    let text = text::unescape(&label.value).into_owned();
    address.params.push(Param::new("LABEL", text));
}

/// An address that is known as one text only has that for its street too: most programs do not look at labels.
fn show_label(address: &mut Line) {
    if address.is("ADR")
        && address.value.chars().all(|char| char == ';')
        && let Some(label) = address.param("LABEL").map(text::escape)
    {
        address.value = format!(";;{label};;;;");
    }
}

fn type_set(line: &Line) -> Vec<String> {
    let mut types: Vec<String> = line.values("TYPE").map(str::to_ascii_lowercase).collect();
    types.sort();
    types
}

/// Labels whose group has lost its property (it became a type) go with it.
fn drop_lone_labels(lines: &mut Lines) {
    let lower = |line: &Line| line.group.as_ref().map(|group| group.to_ascii_lowercase());
    let properties = lines.iter().filter(|(_, line)| !line.is("X-ABLABEL"));
    let used: HashSet<String> = properties.filter_map(|(_, line)| lower(line)).collect();
    lines.retain(|(_, line)| !line.is("X-ABLABEL") || lower(line).is_none_or(|group| used.contains(&group)));
}

/// Gives out item groups that a card does not use yet.
pub(crate) struct FreeGroup {
    last: u64,
}

impl FreeGroup {
    pub(crate) fn of<'a>(lines: impl Iterator<Item = &'a Line>) -> Self {
        let numbers = lines.filter_map(|line| {
            let group = line.group.as_ref()?.to_ascii_lowercase();
            group.strip_prefix("item")?.parse::<u32>().ok()
        });
        Self {
            last: numbers.max().map_or(0, u64::from),
        }
    }

    /// `itemN`.
    pub(crate) fn next(&mut self) -> String {
        self.last += 1;
        format!("item{}", self.last)
    }

    /// The line in a group of its own with its X-ABLabel.
    pub(crate) fn label(&mut self, mut line: Line, label: &str) -> [Line; 2] {
        let group = line.group.take().unwrap_or_else(|| self.next());
        let mut label = Line::new("X-ABLabel", text::escape(label));
        label.group = Some(group.clone());
        line.group = Some(group);
        [line, label]
    }
}
