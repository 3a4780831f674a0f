//! Groups that are cards of an address book: cards where the target knows such, names in the contacts where it does not.

use sidekeep_formats::{Dialect, Fate};
use sidekeep_model::{Kind, Media};

use super::{Place, clean, files, holding};
use crate::Order;

const ADA: &str =
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada\r\nN:;Ada;;;\r\nCATEGORIES:Own,Choir\r\nEND:VCARD\r\n";
const BOB: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nFN:Bob\r\nN:;Bob;;;\r\nEND:VCARD\r\n";
const CHOIR: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Choir\r\nN:Choir;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n\
    X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:2\r\nEND:VCARD\r\n";
const WORK: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:w\r\nFN:Work\r\nN:Work;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n\
    X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:2\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:nobody\r\nEND:VCARD\r\n";

fn place() -> Place {
    let card = |remote, raw| (Kind::Contact, "Home", Media::VCARD, remote, raw);
    holding(
        &[card("a", ADA), card("b", BOB), card("c", CHOIR), card("w", WORK)],
        &[],
    )
}

#[test]
fn targets_that_know_groups_get_cards_and_others_get_names() {
    let check = |dialect, cards: bool| {
        let place = place();
        let order = Order {
            dialect,
            per_contact: true,
            ..Order::new(Kind::Contact, place.to("out"))
        };
        let report = place.export(&order).unwrap();
        clean(&report);
        let written = files(&order.to);
        let named: Vec<&str> = written.keys().map(String::as_str).collect();
        let text = |name: &str| String::from_utf8(written[name].clone()).unwrap();
        let groups = |name: &str| {
            let read = sidekeep_formats::vcard::read(text(name).as_bytes());
            read.value.groups
        };
        let of_groups: Vec<(Fate, u64)> = report
            .losses
            .iter()
            .filter(|(loss, _)| loss.property == "MEMBER")
            .map(|(loss, hits)| (loss.fate, hits.items))
            .collect();
        if cards {
            assert_eq!(
                named,
                ["Ada.vcf", "Bob.vcf", "Choir.vcf", "Work.vcf"],
                "{dialect:?}"
            );
            assert_eq!((report.items, report.groups), (4, 2), "{dialect:?}");
            assert_eq!(groups("Bob.vcf"), [""; 0], "{dialect:?}");
            assert!(text("Choir.vcf").contains("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:2"));
            assert_eq!(of_groups, []);
        } else {
            assert_eq!(named, ["Ada.vcf", "Bob.vcf"], "{dialect:?}");
            assert_eq!((report.items, report.groups), (2, 0), "{dialect:?}");
            assert_eq!(groups("Ada.vcf"), ["Own", "Choir"], "{dialect:?}: each once");
            assert_eq!(groups("Bob.vcf"), ["Choir", "Work"], "{dialect:?}");
            // Of the second group one member is nowhere.
            assert_eq!(of_groups, [(Fate::Dropped, 1), (Fate::Moved, 1)]);
        }
    };
    check(Dialect::Apple, true);
    check(Dialect::Plain, true);
    check(Dialect::Google, false);
    check(Dialect::Outlook, false);
    check(Dialect::Android, false);
    check(Dialect::Nextcloud, false);
}

#[test]
fn who_leaves_alone_takes_the_names_of_their_groups_along() {
    let place = place();
    let mut order = Order::new(Kind::Contact, place.to("bob.vcf"));
    let archive = place.archive();
    let bob = archive.search("bob", 1).unwrap().remove(0);
    order.query.ids = vec![bob.id];
    let report = place.export(&order).unwrap();
    clean(&report);
    let text = std::fs::read(&order.to).unwrap();
    assert_eq!(
        sidekeep_formats::vcard::read(&text).value.groups,
        ["Choir", "Work"]
    );
    assert_eq!((report.items, report.groups), (1, 0));
}
