//! What people find in the folder.

use std::fs;
use std::ops::ControlFlow;

use sidekeep_archive::{Outcome, VerifyOptions, Writer};
use sidekeep_model::Kind;

use crate::support::*;

#[test]
fn the_folder_shows_what_is_on_the_phone() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default()
        .with(Kind::Contact, "book", "1", card("Bea", "1"))
        .with(Kind::Contact, "book", "2", card("Ada", "2"))
        .with(Kind::Event, "work", "1", event("u1", "Dinner", "20240503T190000"))
        .with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "pixels");
    mirror(&mut writer, &phone, 0).unwrap();
    let read = |path: &str| fs::read_to_string(dir.path().join(path)).unwrap();
    let book = "Contacts/Ada's phone/The book.vcf";
    assert_eq!(
        read(book).as_bytes(),
        [card("Ada", "2"), card("Bea", "1")].concat(),
        "byte for byte, sorted by name"
    );
    let calendar = read("Calendars/Ada's phone/The work.ics");
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("SUMMARY:Dinner"));
    assert_eq!(
        read("SHA256SUMS"),
        "6ec9c2b0eb14010746c8bce8939303b382344b296206612eb8a907a37b2b2f37  Photos/2024/2024-05-03/IMG_1.jpg\n"
    );
    assert!(read("READ ME.html").contains("<td>Ada&#39;s phone</td>"));

    mirror(&mut writer, &phone.without(Kind::Contact, "book", "2"), 10).unwrap();
    assert_eq!(read(book).as_bytes(), card("Bea", "1"));
}

#[test]
fn collections_whose_names_clash_have_files_of_their_own() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    let account = "ada@127.0.0.1:80";
    for (id, name) in [
        ("1", "Home"),
        ("2", "home"),
        ("3", "../evil"),
        ("4", account),
        ("5", account),
    ] {
        let mut described = collection(id);
        described.name = name.to_owned();
        run.collection(Kind::Contact, &described).unwrap();
        run.verdict(verdict(Kind::Contact, id)).unwrap();
    }
    run.finish(Outcome::Complete, at(1)).unwrap();
    let mut names: Vec<String> = fs::read_dir(dir.path().join("Contacts/Ada's phone"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "Home.vcf",
            "_._evil.vcf",
            "ada@127.0.0.1_80 (2).vcf",
            "ada@127.0.0.1_80.vcf",
            "home (2).vcf"
        ]
    );
}

#[test]
fn a_cut_off_card_does_not_swallow_its_neighbour() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let cut = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:Ada;;;;\r\nTEL:1".to_vec();
    let phone = Phone::default().with(Kind::Contact, "book", "1", cut).with(
        Kind::Contact,
        "book",
        "2",
        card("Bea", "2"),
    );
    mirror(&mut writer, &phone, 0).unwrap();
    let book = fs::read(dir.path().join("Contacts/Ada's phone/The book.vcf")).unwrap();
    let cards = sidekeep_formats::vcard::split(&book);
    assert_eq!(cards, [card("Ada", "1"), card("Bea", "2")]);
}

#[test]
fn a_sample_hides_no_damage_that_a_full_check_found() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default()
        .with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "pixels")
        .with(Kind::Photo, "DCIM", "DCIM/IMG_2.jpg", "others");
    mirror(&mut writer, &phone, 0).unwrap();
    let photo = dir.path().join("Photos/2024/2024-05-03/IMG_1.jpg");
    fs::write(&photo, "spoilt").unwrap();
    let mut check = |seconds: i64, sample: Option<f64>| {
        let options = VerifyOptions {
            at: at(seconds),
            sample,
            jobs: 1,
        };
        writer
            .verify(&options, &mut |_| ControlFlow::Continue(()))
            .unwrap();
        let verified = writer.verified().unwrap();
        let page = fs::read_to_string(dir.path().join("READ ME.html")).unwrap();
        (
            verified.full.as_ref().map(|full| full.at),
            verified.sample().map(|sample| sample.at),
            verified.damaged().len(),
            page.contains("1 file is damaged or missing"),
            page.contains("A sample was read"),
        )
    };
    assert_eq!(check(100, None), (Some(at(100)), None, 1, true, false));
    assert_eq!(
        check(200, Some(0.01)),
        (Some(at(100)), Some(at(200)), 1, true, true),
        "the sample is told as one, beside what is known"
    );
    fs::write(&photo, "pixels").unwrap();
    assert_eq!(check(300, None), (Some(at(300)), None, 0, false, false));
}
