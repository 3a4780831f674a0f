//! Custom labels: Apple's item groups with X-ABLabel, X-LABEL parameters, and the types that stand for labels.

use std::collections::HashMap;

use crate::line::{Line, text};

/// `_$!<Home>!$_` to `Home`; any other label as it is.
pub(super) fn bare(label: &str) -> &str {
    label
        .strip_prefix("_$!<")
        .and_then(|rest| rest.strip_suffix(">!$_"))
        .unwrap_or(label)
}

/// The label of a line: that of its item group, or its X-LABEL or LABEL parameter (not an address's, which is its
/// text).
pub(crate) fn of<'a>(line: &'a Line, groups: &'a Groups) -> Option<&'a str> {
    let grouped = line
        .group
        .as_ref()
        .and_then(|group| groups.get(&group.to_ascii_lowercase()));
    let label = match grouped {
        Some(label) => Some(label.as_str()),
        None => line.param("X-LABEL"),
    };
    label.map(bare).filter(|label| !label.is_empty())
}

/// The labels of a card's item groups: group name in lower case to label, unescaped.
pub(crate) type Groups = HashMap<String, String>;

/// Collects the X-ABLabel lines of a card.
pub(crate) fn groups<'a>(lines: impl Iterator<Item = &'a Line>) -> Groups {
    lines
        .filter(|line| line.is("X-ABLABEL"))
        .filter_map(|line| {
            let group = line.group.as_ref()?.to_ascii_lowercase();
            Some((group, text::unescape(&line.value).into_owned()))
        })
        .collect()
}

/// Types of RELATED (RFC 6350 §6.6.6) and the label that Apple and Android show for them.
const RELATIONS: [(&str, &str); 21] = [
    ("spouse", "Spouse"),
    ("child", "Child"),
    ("parent", "Parent"),
    ("sibling", "Sibling"),
    ("friend", "Friend"),
    ("agent", "Agent"),
    ("emergency", "Emergency"),
    ("colleague", "Colleague"),
    ("co-worker", "Co-worker"),
    ("neighbor", "Neighbor"),
    ("kin", "Kin"),
    ("x-assistant", "Assistant"),
    ("x-brother", "Brother"),
    ("x-sister", "Sister"),
    ("x-father", "Father"),
    ("x-mother", "Mother"),
    ("x-manager", "Manager"),
    ("x-partner", "Partner"),
    ("x-domestic-partner", "DomesticPartner"),
    ("x-referred-by", "ReferredBy"),
    ("x-relative", "Relative"),
];

/// The type of RELATED that a built-in label stands for.
pub(super) fn relation_type(label: &str) -> Option<&'static str> {
    let wanted = squeeze(label);
    RELATIONS
        .iter()
        .find(|(_, label)| squeeze(label) == wanted)
        .map(|&(kind, _)| kind)
}

/// The built-in label of a type of RELATED.
pub(super) fn relation_label(kind: &str) -> Option<&'static str> {
    RELATIONS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(kind))
        .map(|&(_, label)| label)
}

/// Letters only, lower case, so that "Domestic partner" is "DomesticPartner".
fn squeeze(label: &str) -> String {
    label
        .chars()
        .filter(|char| char.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
