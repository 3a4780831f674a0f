//! What an order may not do, and what it leaves as it is.

use std::collections::BTreeMap;
use std::fs;

use sidekeep_model::{Kind, PhoneId};

use super::{clean, files, filled, names};
use crate::{ExportError, Order};

#[test]
fn nothing_is_overwritten_unless_told() {
    let place = filled();
    for (kind, name, then) in [
        (Kind::Contact, "Home.vcf", vec!["Home.vcf"]),
        (Kind::Event, "Work.ics", vec!["Work.ics"]),
        (
            Kind::Photo,
            "2024/2024-05-03/IMG_1.HEIC",
            vec!["2024/2024-05-03/IMG_1.HEIC", "2024/2024-05-03/IMG_1.JPG"],
        ),
    ] {
        let mut order = Order::new(kind, place.to(kind.name()));
        let old = order.to.join(name);
        fs::create_dir_all(old.parent().unwrap()).unwrap();
        fs::write(&old, "mine").unwrap();
        assert!(
            matches!(place.export(&order), Err(ExportError::Exists { path }) if path == old),
            "{kind}"
        );
        assert_eq!(
            files(&order.to),
            BTreeMap::from([(name.to_owned(), b"mine".to_vec())]),
            "{kind} untouched"
        );
        order.replace = true;
        place.export(&order).unwrap();
        assert_eq!(names(&order.to), then);
        assert_ne!(fs::read(&old).unwrap(), b"mine");
    }
}

#[test]
fn orders_that_make_no_sense_are_refused() {
    let place = filled();
    let within = Order::new(Kind::Contact, place.root().join("Contacts/new"));
    assert!(matches!(
        place.export(&within),
        Err(ExportError::InsideArchive { .. })
    ));
    let mut mixed = Order::new(Kind::Contact, place.to("x"));
    mixed.query.kinds.push(Kind::Photo);
    assert!(matches!(place.export(&mixed), Err(ExportError::Kinds(_))));
    assert!(matches!(
        place.export(&Order::new(Kind::Call, place.to("x"))),
        Err(ExportError::Kinds(_))
    ));
    assert!(!place.to("").exists());
}

#[test]
fn a_target_with_the_ending_of_another_kind_is_refused() {
    let place = filled();
    for (kind, name) in [
        (Kind::Contact, "a.ics"),
        (Kind::Event, "a.vcf"),
        (Kind::Task, "a.VCF"),
        (Kind::Photo, "a.vcf"),
        (Kind::Photo, "a.ics"),
        (Kind::Photo, "a.jpg"),
        (Kind::Contact, "a.JPEG"),
    ] {
        let order = Order::new(kind, place.to(name));
        assert!(
            matches!(place.export(&order), Err(ExportError::WrongEnding { path }) if path == order.to),
            "{kind} {name}"
        );
        assert!(!place.to("").exists(), "{kind} {name}");
    }
    // A folder may be called anything.
    let folder = place.to("a.ics");
    fs::create_dir_all(&folder).unwrap();
    place.export(&Order::new(Kind::Contact, &folder)).unwrap();
    assert_eq!(names(&folder), ["Home.vcf"]);
}

#[test]
fn nothing_to_write_writes_nothing() {
    let place = filled();
    for (kind, name) in [
        (Kind::Contact, "a.vcf"),
        (Kind::Contact, "a"),
        (Kind::Event, "a.ics"),
        (Kind::Task, "a"),
        (Kind::Photo, "a"),
    ] {
        let mut order = Order::new(kind, place.to(name));
        order.query.phones = vec![PhoneId::from("another")];
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!((report.items, report.written.len()), (0, 0), "{kind} {name}");
        assert!(!place.to("").exists(), "{kind} {name}");
    }
}
