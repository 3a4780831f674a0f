//! Which of the ways to one phone is taken, and which are worth telling. Pure.

use std::path::Path;

use sidekeep_model::{PhoneId, SourceName};

use crate::Source;
use crate::phones::{Reachable, State};

/// The best way by which this phone answers now, other than the one that was lost.
pub(crate) fn another(found: &[Reachable], phone: &PhoneId, lost: &SourceName) -> Option<Source> {
    let ways = found
        .iter()
        .filter(|way| way.state == State::Ready && way.phone.as_ref() == Some(phone) && way.source != *lost);
    let sources = ways.filter_map(|way| Source::parse(way.source.as_str(), Path::new("/")).ok());
    sources
        .filter_map(|source| Some((rank(&source)?, source)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, source)| source)
}

/// What brings every kind comes first, and of that a cable. Folders and accounts are no ways to a phone.
fn rank(source: &Source) -> Option<u8> {
    match source {
        Source::AdbUsb { .. } => Some(0),
        Source::AdbWifi { .. } => Some(1),
        Source::Adb { .. } => Some(2),
        Source::Mtp { .. } => Some(3),
        Source::Folder(_) | Source::Dav(_) => None,
    }
}

/// Without the ways that nobody remembers and that lead nowhere now, of phones that answer by another one.
pub(crate) fn worth_telling(found: Vec<Reachable>) -> Vec<Reachable> {
    let answer: Vec<PhoneId> = found
        .iter()
        .filter(|way| way.state == State::Ready)
        .filter_map(|way| way.phone.clone())
        .collect();
    let is_old = |way: &Reachable| {
        way.name.is_none()
            && way.state != State::Ready
            && way.phone.as_ref().is_some_and(|phone| answer.contains(phone))
    };
    found.into_iter().filter(|way| !is_old(way)).collect()
}

#[cfg(test)]
mod tests {
    use sidekeep_links::ErrorKind;

    use super::*;

    fn way(source: &str, phone: Option<&str>, ready: bool) -> Reachable {
        Reachable {
            name: None,
            source: source.into(),
            phone: phone.map(PhoneId::from),
            identity: None,
            called: None,
            state: match ready {
                true => State::Ready,
                false => State::Not(ErrorKind::Unplugged),
            },
            left_out: Vec::new(),
        }
    }

    #[test]
    fn the_best_way_that_is_left() {
        let check = |found: &[Reachable], lost: &str, expected: Option<&str>| {
            let best = another(found, &PhoneId::from("A"), &lost.into());
            assert_eq!(
                best.map(|way| way.to_string()).as_deref(),
                expected,
                "{lost} {found:?}"
            );
        };
        let all = [
            way("mtp:S", Some("A"), true),
            way("folder:/a", Some("A"), true),
            way("adb://10.0.0.7:5555", Some("A"), true),
            way("adb-wifi:adb-S-x", Some("A"), true),
            way("adb-usb:S", Some("A"), true),
        ];
        check(&all, "adb-wifi:adb-S-x", Some("adb-usb:S"));
        check(&all, "adb-usb:S", Some("adb-wifi:adb-S-x"));
        check(&all[..3], "adb-usb:S", Some("adb://10.0.0.7:5555"));
        check(&all[..2], "adb-usb:S", Some("mtp:S"));
        check(&all[..1], "mtp:S", None);
        check(&all[1..2], "mtp:S", None);
        check(&[way("adb-usb:T", Some("B"), true)], "mtp:S", None);
        check(&[way("adb-usb:T", None, true)], "mtp:S", None);
        check(&[way("adb-usb:S", Some("A"), false)], "mtp:S", None);
    }

    #[test]
    fn a_way_of_yesterday_is_told_only_while_there_is_no_other() {
        let named = |source| Reachable {
            name: Some("mine".into()),
            ..way(source, Some("A"), false)
        };
        let check = |found: &[Reachable], expected: &[&str]| {
            let told = worth_telling(found.to_vec());
            let told: Vec<&str> = told.iter().map(|way| way.source.as_str()).collect();
            assert_eq!(told, expected, "{found:?}");
        };
        let (old, here) = (
            way("adb://old", Some("A"), false),
            way("adb-usb:S", Some("A"), true),
        );
        check(&[old.clone(), here.clone()], &["adb-usb:S"]);
        check(
            &[old.clone(), way("adb-usb:T", Some("B"), true)],
            &["adb://old", "adb-usb:T"],
        );
        check(std::slice::from_ref(&old), &["adb://old"]);
        check(&[named("adb://old"), here.clone()], &["adb://old", "adb-usb:S"]);
        check(
            &[way("adb-usb:U", None, false), here],
            &["adb-usb:U", "adb-usb:S"],
        );
    }
}
