//! Pictures that contacts name by an address: asked for once, kept beside the contact, put back with it.

use sidekeep_archive::{Outcome, Policy, Query, VerifyOptions};
use sidekeep_formats::portrait;
use sidekeep_links::ErrorKind;
use sidekeep_mirror::{Report, Watch};
use sidekeep_model::{Kind, Reason, Time};
use sidekeep_testphones::{Asked, FakePhone, Pen};

use crate::restore::{asked as asked_back, later, now, restore as put};
use crate::stage::{Stage, address, card, card_with_address, options};

const PICTURE: &[u8] = b"\xFF\xD8\xFF\xE0 a face";

/// The picture of each contact as a reader sees it, by the contact's id on the phone.
fn seen(stage: &Stage) -> Vec<(String, Option<Vec<u8>>)> {
    let archive = stage.archive();
    let query = Query {
        kinds: vec![Kind::Contact],
        ..Query::default()
    };
    let items = archive.list(&query).unwrap();
    let mut seen: Vec<_> = items
        .iter()
        .map(|item| {
            let whole = archive.pictured(&item.state).unwrap();
            let picture = portrait(&item.media, &whole).unwrap();
            (item.remote.to_string(), picture.map(|(_, bytes)| bytes))
        })
        .collect();
    seen.sort();
    seen
}

fn asked(phone: &FakePhone) -> Vec<&str> {
    let asked = phone.asked().iter().filter_map(|asked| match asked {
        Asked::Picture(address) => Some(address.as_str()),
        _ => None,
    });
    asked.collect()
}

/// What the run says of pictures that it could not read.
fn unread(report: &Report) -> u64 {
    let readings = report
        .judged
        .iter()
        .flat_map(|judged| judged.verdict.reading.reasons());
    readings
        .filter(|why| why.reason == Reason::PicturesUnreadable)
        .map(|why| why.count)
        .sum()
}

#[tokio::test]
async fn asked_for_once_and_kept_beside_the_contact() {
    let stage = Stage::new();
    let elsewhere = "https://cdn.example.com/face.jpg";
    let mut phone = FakePhone::new("pixel")
        .contact("1", &card_with_address(1))
        .contact("2", &card_with_address(2))
        .contact(
            "3",
            &card(3).replace("END:", &format!("PHOTO;VALUE=uri:{elsewhere}\r\nEND:")),
        )
        .contact("4", &card(4))
        .picture(&address(1), Ok(PICTURE))
        .picture(elsewhere, Err(ErrorKind::Unsupported));
    let watch = Watch::new();
    let report = stage.mirror_with(&mut phone, &options(), &watch).await.unwrap();
    assert_eq!((report.outcome, unread(&report)), (Outcome::Complete, 0));
    let picture = |nth: &str| (nth.to_owned(), Some(PICTURE.to_vec()));
    let none = |nth: &str| (nth.to_owned(), None);
    assert_eq!(seen(&stage), [picture("1"), none("2"), none("3"), none("4")]);
    let proof = stage.archive().status().unwrap();
    let without: Vec<u64> = proof.iter().map(|row| row.without_picture).collect();
    assert_eq!(
        without,
        [2, 0, 0, 0, 0, 0, 0, 0],
        "one is not there, one elsewhere"
    );
    let page = std::fs::read_to_string(stage.root().join("READ ME.html")).unwrap();
    assert!(
        page.contains("without their picture, which is elsewhere: 2"),
        "{page}"
    );
    let raw = stage
        .archive()
        .raw(&stage.archive().search("Person 1", 1).unwrap()[0].state);
    assert_eq!(
        raw.unwrap(),
        card_with_address(1).as_bytes(),
        "the card is as it came"
    );
    let view = std::fs::read_dir(stage.root().join("Contacts/pixel"))
        .unwrap()
        .next()
        .unwrap();
    let view = std::fs::read_to_string(view.unwrap().path()).unwrap();
    assert!(view.contains("ENCODING=b;TYPE=JPEG:/9j/4C"), "{view}");

    // That there is none is believed for a week; a server in trouble says so of everything.
    let mut phone = phone.forget_asked();
    assert_eq!(stage.mirror(&mut phone).await.outcome, Outcome::Complete);
    assert!(asked(&phone).is_empty());
    let found = FakePhone::picture(phone.clone(), &address(2), Ok(PICTURE));
    let mut found = found.forget_asked();
    let later = stage.copy();
    let report = later.mirror_with(&mut found, &self::later(), &Watch::new()).await;
    assert_eq!(report.unwrap().outcome, Outcome::Complete);
    assert_eq!(asked(&found), [address(2).as_str(), elsewhere]);
    assert_eq!(seen(&later)[1], picture("2"));

    // A contact that changed may have another picture at the same address; the state before keeps its own.
    let renamed = card_with_address(1).replace("Person 1", "Person One");
    let mut phone = phone
        .forget_asked()
        .contact("1", &renamed)
        .picture(&address(1), Ok(b"\xFF\xD8\xFF\xE0 older"));
    let before = stage.archive().search("Person 1", 1).unwrap()[0].state.clone();
    stage.mirror(&mut phone).await;
    assert_eq!(asked(&phone), [address(1).as_str()]);
    assert_eq!(seen(&stage)[0].1.as_deref(), Some(&b"\xFF\xD8\xFF\xE0 older"[..]));
    let whole = stage.archive().pictured(&before).unwrap();
    assert_eq!(portrait(&before.media, &whole).unwrap().unwrap().1, PICTURE);

    let dump = stage.dump();
    std::fs::remove_file(stage.root().join(".sidekeep/index.db")).unwrap();
    assert_eq!(stage.dump(), dump, "made anew from the journal");
}

#[tokio::test]
async fn one_that_cannot_be_read_is_said_and_asked_for_again() {
    let stage = Stage::new();
    let phone = FakePhone::new("pixel")
        .incremental()
        .contact("1", &card_with_address(1))
        .contact("2", &card(2));
    for error in [ErrorKind::Refused, ErrorKind::Garbled, ErrorKind::Busy(None)] {
        let mut failing = phone.clone().picture(&address(1), Err(error));
        let report = stage.mirror(&mut failing).await;
        assert_eq!((report.outcome, unread(&report)), (Outcome::Partial, 1));
        assert_eq!(asked(&failing), [address(1).as_str()]);
        assert_eq!(seen(&stage)[0].1, None);
    }
    // Contacts that are not listed again keep what they point to in mind.
    let mut phone = phone.picture(&address(1), Ok(PICTURE));
    let report = stage.mirror(&mut phone).await;
    assert_eq!((report.outcome, unread(&report)), (Outcome::Complete, 0));
    assert_eq!(seen(&stage)[0].1.as_deref(), Some(PICTURE));
}

#[tokio::test]
async fn one_that_is_damaged_here_is_fetched_again() {
    let stage = Stage::new();
    let mut phone = FakePhone::new("pixel")
        .contact("1", &card_with_address(1))
        .picture(&address(1), Ok(PICTURE));
    stage.mirror(&mut phone).await;
    let objects = stage.root().join(".sidekeep/objects");
    let folder = std::fs::read_dir(objects)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let object = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&object, b"rust").unwrap();
    assert_eq!(seen(&stage)[0].1, None, "the contact is shown without it");
    let check = VerifyOptions {
        at: Time::from_millis(1_770_000_000_000).unwrap(),
        sample: None,
        jobs: 1,
    };
    let found = stage
        .writer()
        .verify(&check, &mut |_| std::ops::ControlFlow::Continue(()));
    assert_eq!(found.unwrap().damage.len(), 1);
    let mut phone = phone.forget_asked();
    stage.mirror(&mut phone).await;
    assert_eq!(asked(&phone).len(), 1);
    assert_eq!(seen(&stage)[0].1.as_deref(), Some(PICTURE));
}

#[tokio::test]
async fn it_goes_back_with_its_contact() {
    let stage = Stage::new();
    let named = |nth| card_with_address(nth).replace("END:", &format!("UID:p{nth}\r\nEND:"));
    let mut phone = FakePhone::new("pixel")
        .writable(Pen::Plain)
        .contact("1", &named(1))
        .contact("2", &named(2))
        .picture(&address(1), Ok(PICTURE))
        .picture(&address(2), Ok(PICTURE));
    stage.mirror(&mut phone).await;
    let then = now(&stage);
    // One is gone with its picture; the other has another name now.
    let renamed = named(2).replace("Person 2", "Someone");
    let mut phone = phone
        .remove(Kind::Contact, "1")
        .picture(&address(1), Err(ErrorKind::Missing))
        .contact("2", &renamed);
    let put_back = async |phone: &mut FakePhone| {
        let wanted = asked_back(Some(then), Policy::KeepArchive);
        put(&stage, phone, &wanted).await.counts
    };
    let counts = put_back(&mut phone).await;
    assert_eq!(
        (counts.added, counts.updated, counts.confirmed),
        (1, 1, 2),
        "{counts:?}"
    );
    let text =
        |remote: &str| String::from_utf8(phone.bytes(Kind::Contact, remote).unwrap().to_vec()).unwrap();
    let back = seen(&stage);
    let added = back.iter().find(|(remote, _)| remote != "2").unwrap();
    assert_eq!(added.1.as_deref(), Some(PICTURE));
    assert!(
        text(&added.0).contains("PHOTO;ENCODING=b"),
        "the address leads nowhere any more"
    );
    assert!(text("2").contains(&address(2)), "the same address stays");

    // What is there says the same, though in other words.
    assert_eq!(put_back(&mut phone).await.same, 2);
}

/// What a server says of one picture says nothing of the others, and a contact that is being deleted needs none.
#[tokio::test]
async fn many_that_are_of_no_use_keep_none_away() {
    let stage = Stage::new();
    let bad = (0..9).fold(FakePhone::new("pixel"), |phone, nth| {
        phone
            .contact(&nth.to_string(), &card_with_address(nth))
            .picture(&address(nth), Err(ErrorKind::Busy(None)))
    });
    let mut phone = bad.clone();
    assert_eq!(unread(&stage.mirror(&mut phone).await), 9);
    let mut phone = bad
        .remove(Kind::Contact, "0")
        .contact("9", &card_with_address(9))
        .picture(&address(9), Ok(PICTURE))
        .picture(&address(3), Err(ErrorKind::Unsupported))
        .forget_asked();
    let report = stage.mirror(&mut phone).await;
    assert_eq!(
        unread(&report),
        7,
        "but for the one that is gone, the one that is no picture and the good one"
    );
    assert!(!asked(&phone).contains(&address(0).as_str()));
    assert_eq!(seen(&stage).last().unwrap().1.as_deref(), Some(PICTURE));
}

/// One account may be let see what another is not.
#[tokio::test]
async fn each_account_is_asked_for_itself() {
    let stage = Stage::new();
    let shared = card_with_address(1);
    let mut refused = FakePhone::new("one").contact("1", &shared);
    stage.mirror(&mut refused).await;
    let mut allowed = FakePhone::new("two")
        .contact("1", &shared)
        .picture(&address(1), Ok(PICTURE));
    stage.mirror(&mut allowed).await;
    assert_eq!(asked(&allowed).len(), 1);
    assert!(
        seen(&stage)
            .iter()
            .all(|(_, picture)| picture.as_deref() == Some(PICTURE))
    );
}
