//! What each target's importer reads, and how a card is shaped for it.
//!
//! | | Apple | Google | Outlook | Android | Nextcloud | Plain |
//! |---|---|---|---|---|---|---|
//! | custom labels | item group, X-ABLabel | the same | dropped, groups too | `TYPE=X-label` where it fits | item group, X-ABLabel | the same |
//! | ANNIVERSARY (3.0) | X-ABDATE | X-ABDATE | X-MS-ANNIVERSARY | X-ANDROID-CUSTOM | kept | X-ABDATE |
//! | other dates | X-ABDATE | X-ABDATE | ignored | X-ANDROID-CUSTOM | X-ABDATE | X-ABDATE |
//! | RELATED by name (3.0) | X-ABRELATEDNAMES | the same | X-MS-SPOUSE, -CHILD, -MANAGER, -ASSISTANT; others ignored | X-ANDROID-CUSTOM | kept | X-ABRELATEDNAMES |
//! | birthday without year (3.0) | 1604, X-APPLE-OMIT-YEAR | `--0503` | shown as of 1604 | `--05-03` | 1604, X-APPLE-OMIT-YEAR | the same |
//! | CATEGORIES | ignored: groups are cards | kept | kept | ignored | kept | kept |
//! | groups that are cards | cards | names in the contacts | the same | the same | the same | cards |
//! | messengers | IMPP | IMPP | the first as X-MS-IMADDRESS | X-AIM, X-JABBER … where Android has one | IMPP | IMPP |
//! | picture by address | ignored | kept | ignored | ignored | kept | kept |
//! | text encoding | UTF-8 | UTF-8 | UTF-8, said by CHARSET (3.0 readers of Outlook assume the system's) | UTF-8 | UTF-8 | UTF-8 |
//! | e-mails | all | all | three | all | all | all |
//!
//! What a target ignores is still written, so that the file stays whole for the next program; the loss report says so.

use std::collections::BTreeSet;

use crate::line::{Line, Param, text};
use crate::{Dialect, Fate, Loss};

use super::labels::{self, Groups};
use super::neutral::MESSENGERS;
use super::version3::{Extras, Yearless};
use super::{android_custom, binary};

/// How many e-mail addresses Outlook has fields for.
const OUTLOOK_EMAILS: usize = 3;

/// Properties that steer programs rather than tell people something; their loss is none.
const STRUCTURAL: [&str; 9] = [
    "FN", "UID", "REV", "X-REV", "PRODID", "SOURCE", "CREATED", "CLASS", "X-ABUID",
];

/// Properties that every target shows.
const COMMON: [&str; 11] = [
    "N", "NICKNAME", "PHOTO", "BDAY", "ADR", "TEL", "EMAIL", "TITLE", "ORG", "NOTE", "URL",
];

/// Properties of plain 4.0 that the target shows besides; None when it keeps every one.
fn shows(dialect: Dialect) -> Option<&'static [&'static str]> {
    Some(match dialect {
        Dialect::Nextcloud | Dialect::Plain => return None,
        Dialect::Apple => &[
            "ANNIVERSARY",
            "RELATED",
            "KIND",
            "MEMBER",
            "IMPP",
            "X-ABDATE",
            "X-ABLABEL",
            "X-ABADR",
            "X-ABSHOWAS",
            "X-SOCIALPROFILE",
            "X-PHONETIC-FIRST-NAME",
            "X-PHONETIC-MIDDLE-NAME",
            "X-PHONETIC-LAST-NAME",
            "X-PHONETIC-ORG",
            "X-MAIDENNAME",
            "X-ABRELATEDNAMES",
        ],
        Dialect::Google => &[
            "ANNIVERSARY",
            "RELATED",
            "IMPP",
            "CATEGORIES",
            "X-ABDATE",
            "X-ABLABEL",
            "X-ABADR",
            "X-PHONETIC-FIRST-NAME",
            "X-PHONETIC-MIDDLE-NAME",
            "X-PHONETIC-LAST-NAME",
        ],
        Dialect::Outlook => &[
            "CATEGORIES",
            "ROLE",
            "KEY",
            "FBURL",
            "X-MS-ANNIVERSARY",
            "X-MS-SPOUSE",
            "X-MS-CHILD",
            "X-MS-MANAGER",
            "X-MS-ASSISTANT",
            "X-MS-IMADDRESS",
        ],
        Dialect::Android => &[
            "ROLE",
            "X-ANDROID-CUSTOM",
            "X-AIM",
            "X-MSN",
            "X-YAHOO",
            "X-SKYPE-USERNAME",
            "X-QQ",
            "X-GOOGLE-TALK",
            "X-ICQ",
            "X-JABBER",
            "X-NETMEETING",
            "X-SIP",
            "X-PHONETIC-FIRST-NAME",
            "X-PHONETIC-MIDDLE-NAME",
            "X-PHONETIC-LAST-NAME",
        ],
    })
}

/// How 3.0 says that a birthday has no year.
pub(super) fn yearless(dialect: Dialect) -> Yearless {
    match dialect {
        Dialect::Google => Yearless::Basic,
        Dialect::Android => Yearless::Extended,
        Dialect::Apple | Dialect::Outlook | Dialect::Nextcloud | Dialect::Plain => Yearless::Apple,
    }
}

/// What 3.0 writes for ANNIVERSARY and RELATED.
pub(super) fn extras(dialect: Dialect) -> Extras {
    match dialect {
        Dialect::Nextcloud => Extras::Standard,
        _ => Extras::Apple,
    }
}

/// Shapes plain 4.0 lines for a target; returns what it will not show, sorted.
pub(super) fn shape(lines: &mut Vec<Line>, dialect: Dialect) -> Vec<Loss> {
    let mut losses = BTreeSet::new();
    match dialect {
        Dialect::Android => shape_android(lines, &mut losses),
        Dialect::Outlook => shape_outlook(lines, &mut losses),
        Dialect::Apple | Dialect::Google | Dialect::Nextcloud | Dialect::Plain => {}
    }
    if let Some(shown) = shows(dialect) {
        for line in lines.iter() {
            let name = line.name.to_ascii_uppercase();
            let known = [&STRUCTURAL[..], &COMMON[..], shown]
                .iter()
                .any(|list| list.contains(&name.as_str()));
            let shown = match name.as_str() {
                "PHOTO" => dialect == Dialect::Google || binary::DataUri::parse(&line.value).is_some(),
                "RELATED" => {
                    known
                        && line
                            .param("VALUE")
                            .is_some_and(|value| value.eq_ignore_ascii_case("text"))
                }
                _ => known,
            };
            if !shown {
                losses.insert(loss(&name, Fate::Ignored));
            }
        }
    }
    losses.into_iter().collect()
}

fn loss(property: &str, fate: Fate) -> Loss {
    Loss {
        property: property.to_owned(),
        fate,
    }
}

fn shape_android(lines: &mut Vec<Line>, losses: &mut BTreeSet<Loss>) {
    let groups = labels::groups(lines.iter());
    for line in lines.iter_mut() {
        if let Some(row) = android_custom::lower(line, &groups) {
            *line = row;
        } else if let Some(name) = messenger_property(line) {
            line.value = text::escape(&messenger_handle(&line.value));
            line.name = name.to_owned();
            line.remove("X-SERVICE-TYPE");
        }
        let label = labels::of(line, &groups).map(str::to_owned);
        if let Some(label) = label
            && !line.is("X-ABLABEL")
        {
            // Android reads `TYPE=X-…` as a label of one's own, of these characters only.
            let fits = label
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | ' '));
            if fits {
                line.params.push(Param::new("TYPE", format!("X-{label}")));
            } else {
                losses.insert(loss("X-ABLABEL", Fate::Dropped));
            }
        }
    }
    ungroup(lines);
}

fn shape_outlook(lines: &mut Vec<Line>, losses: &mut BTreeSet<Loss>) {
    const RELATIVES: [(&str, &str); 4] = [
        ("spouse", "X-MS-SPOUSE"),
        ("child", "X-MS-CHILD"),
        ("x-manager", "X-MS-MANAGER"),
        ("x-assistant", "X-MS-ASSISTANT"),
    ];
    let groups: Groups = labels::groups(lines.iter());
    let mut emails = 0;
    let mut messenger = false;
    for line in lines.iter_mut() {
        if labels::of(line, &groups).is_some() && !line.is("X-ABLABEL") {
            losses.insert(loss("X-ABLABEL", Fate::Dropped));
        }
        if line.is("ANNIVERSARY") {
            line.name = "X-MS-ANNIVERSARY".to_owned();
        } else if line.is("RELATED") {
            let property = line.values("TYPE").find_map(|kind| {
                let known = RELATIVES
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(kind));
                known.map(|&(_, property)| property)
            });
            if let Some(property) = property {
                line.name = property.to_owned();
                line.remove("TYPE");
                line.remove("VALUE");
            }
        } else if line.is("IMPP") && !messenger {
            messenger = true;
            if !line.value.to_ascii_lowercase().starts_with("im:") {
                // Outlook's one address has no service.
                losses.insert(loss("IMPP", Fate::Reduced));
            }
            line.value = text::escape(&messenger_handle(&line.value));
            line.name = "X-MS-IMADDRESS".to_owned();
            line.remove("X-SERVICE-TYPE");
        } else if line.is("EMAIL") {
            emails += 1;
        } else if line.is("BDAY") && line.value.starts_with("--") {
            losses.insert(loss("BDAY", Fate::Reduced));
        }
    }
    if emails > OUTLOOK_EMAILS {
        losses.insert(loss("EMAIL", Fate::Ignored));
    }
    ungroup(lines);
}

/// Says what 3.0 lines are encoded in, where the target would guess wrong. 4.0 has no such parameter (RFC 6350 §3.1).
pub(super) fn declare_charset(lines: &mut [Line], dialect: Dialect) {
    if dialect == Dialect::Outlook {
        for line in lines.iter_mut().filter(|line| !line.value.is_ascii()) {
            line.params.push(Param::new("CHARSET", "utf-8"));
        }
    }
}

/// Takes item groups and their labels away.
fn ungroup(lines: &mut Vec<Line>) {
    lines.retain(|line| !(line.is("X-ABLABEL") && line.group.is_some()));
    for line in lines.iter_mut() {
        line.group = None;
    }
}

/// The old property for a messenger that Android has one for.
fn messenger_property(line: &Line) -> Option<&'static str> {
    if !line.is("IMPP") {
        return None;
    }
    let (scheme, _) = line.value.split_once(':')?;
    // Only the first nine and SIP are Android's.
    let known = MESSENGERS
        .iter()
        .take(9)
        .chain(MESSENGERS.iter().filter(|(name, ..)| *name == "X-SIP"));
    known
        .filter(|(.., known)| known.eq_ignore_ascii_case(scheme))
        .map(|&(name, ..)| name)
        .next()
}

/// What stands behind the scheme of a messenger's URI.
fn messenger_handle(uri: &str) -> String {
    let handle = uri.split_once(':').map_or(uri, |(_, handle)| handle);
    percent_encoding::percent_decode_str(handle)
        .decode_utf8_lossy()
        .into_owned()
}
