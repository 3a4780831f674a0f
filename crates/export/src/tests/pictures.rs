//! Photos as they are and as JPEG.

use std::fs;
use std::io;

use sidekeep_model::{Kind, Time};
use sidekeep_pictures::{JpegOptions, Reduced, facts};

use super::{HEIC, clean, files, filled, holding, names};
use crate::{Order, Why};

#[test]
fn pictures_as_they_are() {
    let place = filled();
    let order = Order::new(Kind::Photo, place.to("a"));
    let report = place.export(&order).unwrap();
    clean(&report);
    assert_eq!((report.items, report.already), (3, 0));
    let found = files(&order.to);
    assert_eq!(
        Vec::from_iter(found.keys()),
        ["2024/2024-05-03/IMG_1.HEIC", "2024/2024-05-03/IMG_1.JPG"],
        "equal bytes are written once"
    );
    assert_eq!(found["2024/2024-05-03/IMG_1.HEIC"], HEIC);
    let modified = fs::metadata(order.to.join("2024/2024-05-03/IMG_1.HEIC"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(
        Time::from(chrono::DateTime::<chrono::Utc>::from(modified)).to_string(),
        "2024-05-03T12:03:22.120Z"
    );

    let again = place.export(&order).unwrap();
    assert_eq!((again.items, again.already, again.written.len()), (3, 3, 0));
}

#[test]
fn pictures_as_jpeg() {
    let place = filled();
    let order = Order {
        jpeg: Some(JpegOptions::default()),
        ..Order::new(Kind::Photo, place.to("a"))
    };
    let report = place.export(&order).unwrap();
    clean(&report);
    let found = files(&order.to);
    assert_eq!(
        Vec::from_iter(found.keys()),
        ["2024/2024-05-03/IMG_1 (2).jpg", "2024/2024-05-03/IMG_1.JPG"]
    );
    assert!(found.values().all(|bytes| bytes.starts_with(b"\xff\xd8\xff")));
    let mut file = fs::File::open(order.to.join("2024/2024-05-03/IMG_1 (2).jpg")).unwrap();
    assert_eq!(
        facts(&mut file, "").unwrap().taken.unwrap().offset.as_deref(),
        Some("+02:00")
    );

    assert_eq!(place.export(&order).unwrap().already, 3);
}

#[test]
fn what_is_no_picture_does_not_pass_for_a_jpeg() {
    let place = holding(&[], &[("DCIM/zero.jpg", b""), ("DCIM/text.jpg", b"hello")]);
    let order = Order {
        jpeg: Some(JpegOptions::default()),
        ..Order::new(Kind::Photo, place.to("a"))
    };
    let report = place.export(&order).unwrap();
    let mut why: Vec<Why> = report.skipped.iter().map(|(_, why)| *why).collect();
    why.sort();
    assert_eq!(
        (why, report.written.len()),
        (vec![Why::Empty, Why::NotConvertible], 0)
    );

    let originals = place.export(&Order::new(Kind::Photo, place.to("b"))).unwrap();
    assert_eq!(
        originals.written.len(),
        2,
        "as they are, they are kept and given back"
    );
}

#[test]
fn a_damaged_original_is_not_exported() {
    let place = filled();
    let original = place.root().join("Photos/2024/2024-05-03/IMG_1.HEIC");
    let mut bytes = fs::read(&original).unwrap();
    bytes[100] ^= 1;
    fs::write(&original, bytes).unwrap();
    for jpeg in [None, Some(JpegOptions::default())] {
        let order = Order {
            jpeg,
            ..Order::new(Kind::Photo, place.to(""))
        };
        let report = place.export(&order).unwrap();
        assert_eq!(
            report.skipped.iter().map(|(_, why)| *why).collect::<Vec<_>>(),
            [Why::Damaged; 2]
        );
        assert_eq!(names(&order.to), ["2024/2024-05-03/IMG_1.JPG"]);
    }
}

#[test]
fn a_day_without_a_sound_original_leaves_no_folder() {
    let place = holding(&[], &[("IMG_1.HEIC", HEIC)]);
    fs::write(place.root().join("Photos/2024/2024-05-03/IMG_1.HEIC"), {
        let mut bytes = HEIC.to_vec();
        bytes[100] ^= 1;
        bytes
    })
    .unwrap();
    let order = Order::new(Kind::Photo, place.to("a/b"));
    assert_eq!(place.export(&order).unwrap().skipped.len(), 1);
    assert!(!place.to("").exists());
    // What was there before stays.
    fs::create_dir_all(&order.to).unwrap();
    assert_eq!(place.export(&order).unwrap().skipped.len(), 1);
    assert_eq!(fs::read_dir(&order.to).unwrap().count(), 0);
}

/// A JPEG that was cut off before it came to the phone is exported, and told: as it is, with a date, and smaller.
#[test]
fn a_cut_off_jpeg_is_told() {
    let mut heic = tempfile::tempfile().unwrap();
    io::Write::write_all(&mut heic, HEIC).unwrap();
    let jpeg = sidekeep_pictures::to_jpeg(&mut heic, &JpegOptions::default(), None)
        .unwrap()
        .bytes;
    let cut = &jpeg[..jpeg.len() - 40];
    let place = holding(&[], &[("IMG_1.JPG", cut)]);
    for long_edge in [None, Some(32)] {
        let order = Order {
            jpeg: Some(JpegOptions {
                long_edge,
                ..JpegOptions::default()
            }),
            ..Order::new(Kind::Photo, place.to(&format!("{long_edge:?}")))
        };
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!(report.reduced[&Reduced::Broken].items, 1, "{long_edge:?}");
        assert_eq!(names(&order.to), ["2024/2024-05-03/IMG_1.JPG"]);
    }
}
