//! The whole link over a device in memory that behaves badly.

mod gone;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use sidekeep_model::{Collection, Kind, Reading, Reason, RemoteId};
use tokio::time::Instant;

use super::code::operation::{
    GET_OBJECT, GET_OBJECT_INFO, GET_OBJECT_PROP_VALUE, GET_PARTIAL_OBJECT, GET_PARTIAL_OBJECT_64,
};
use super::code::{event, response};
use super::object::tests::text;
use super::responder::{Cable, DAY, STORAGE, Spoil, Thing};
use crate::conformance::{self, Truth, wanted};
use crate::{ErrorKind, LinkError, Listing, Phone, Sink, Stat, Wanted};

const CARD: u32 = 0x0002_0001;

fn bytes(seed: u32, size: usize) -> Vec<u8> {
    (0..size as u32)
        .map(|at| (at.wrapping_mul(seed | 1).wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect()
}

/// Photos and films in two storages, a file of cards, and what is not read.
fn fill(cable: &Cable) {
    fill_with(cable, usize::MAX);
}

/// The same with at most so many bytes in each picture.
fn fill_with(cable: &Cable, most: usize) {
    cable.device().storages.push((CARD, false, "SD card".to_owned()));
    let put =
        |storage, path: &str, seed, size: usize| cable.file(storage, path, &bytes(seed, size.min(most)));
    put(STORAGE, "DCIM/Camera/a.jpg", 1, 150_000);
    put(STORAGE, "DCIM/Camera/empty.jpg", 1, 0);
    put(STORAGE, "DCIM/Camera/c.mp4", 2, (2 << 20) + 77);
    put(STORAGE, "DCIM/Camera/d.jpg", 3, 1 << 20);
    put(STORAGE, "Pictures/e.png", 4, 10);
    put(STORAGE, "Music/cover.jpg", 5, 10);
    put(CARD, "DCIM/Camera/a.jpg", 6, 90_000);
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:;Ada;;;\r\nUID:1\r\nEND:VCARD\r\n";
    cable.file(STORAGE, "Download/people.vcf", card.as_bytes());
}

fn android() -> Cable {
    let cable = Cable::android();
    fill(&cable);
    cable
}

/// Nothing was found before, so that whatever is claimed to be complete is held against the truth.
async fn truth(cable: &Cable) -> Truth {
    conformance::check(async || cable.phone().await.unwrap().found_before(BTreeMap::new()))
        .await
        .unwrap()
}

/// What was found before, by what is true.
fn before(truth: &Truth) -> BTreeMap<Kind, Vec<Collection>> {
    let of = |kind| {
        let listing: &Listing = truth.listing(kind).unwrap();
        let all = listing.collections.iter();
        (kind, all.map(|one| one.collection.clone()).collect())
    };
    Kind::ALL.into_iter().map(of).collect()
}

/// Keeps what came of each item.
#[derive(Debug, Default)]
struct Tray {
    came: Vec<(usize, Vec<u8>, Result<Stat, ErrorKind>)>,
    current: Option<(usize, Vec<u8>)>,
}

#[async_trait]
impl Sink for Tray {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        self.current = Some((index, Vec::new()));
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        let (_, all) = self.current.as_mut().unwrap();
        all.extend_from_slice(&bytes);
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        let (index, all) = self.current.take().unwrap();
        self.came
            .push((index, all, outcome.map_err(|error| error.kind().clone())));
        Ok(())
    }
}

async fn fetched(phone: &mut impl Phone, wanted: &[Wanted]) -> Tray {
    let mut tray = Tray::default();
    phone.fetch(wanted, &mut tray).await.unwrap();
    tray
}

#[tokio::test]
async fn every_make_of_device_passes_the_suite() {
    let near = [GET_OBJECT, GET_PARTIAL_OBJECT];
    let check = async |cable: Cable, counts: [usize; 3]| {
        fill(&cable);
        let truth = truth(&cable).await;
        let found = [Kind::Photo, Kind::Film, Kind::Contact].map(|kind| truth.count(kind));
        let extension = cable.device().extension.clone();
        assert_eq!(found, counts, "{extension}");
        let device = cable.device();
        assert_eq!(device.asked, device.ended, "{extension}");
    };
    check(Cable::android(), [5, 1, 1]).await;
    // It says that it has lists and refuses each.
    let refusing = Cable::of(
        0x04E8,
        "android.com: 1.0;",
        &[GET_PARTIAL_OBJECT_64, GET_OBJECT_PROP_VALUE],
    );
    check(refusing, [5, 1, 1]).await;
    let samsung = Cable::android();
    samsung.device().samsung = true;
    check(samsung, [5, 1, 1]).await;
    check(Cable::of(0x04A9, "", &near), [6, 1, 0]).await;
    check(Cable::of(0x04B0, "", &near[..1]), [6, 1, 0]).await;
    check(Cable::of(0x05AC, "", &near), [6, 1, 0]).await;
}

#[tokio::test]
async fn twenty_thousand_photos_are_listed_with_few_questions() {
    let cable = Cable::android();
    for at in 0..20_000 {
        cable.put_photo(at / 500, at);
    }
    let mut phone = cable.phone().await.unwrap();
    let before = cable.device().asked;
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    assert_eq!(wanted(Kind::Photo, &listing).len(), 20_000);
    // Handles and five properties of each of forty folders, and the way there.
    let asked = cable.device().asked - before;
    assert!(asked < 260, "{asked}");
    let single = |one: &&u16| **one == GET_OBJECT_INFO;
    assert_eq!(cable.device().operations_asked.iter().filter(single).count(), 1);
}

#[tokio::test]
async fn a_cable_pulled_anywhere_loses_nothing() {
    let cable = android();
    let truth = truth(&cable).await;
    let whole: u64 = 3_000_000;
    let mut runner = TestRunner::new(Config::default());
    let mut gone = 0;
    for _ in 0..100 {
        let left = (1..whole).new_tree(&mut runner).unwrap().current();
        cable.device().left = Some(left);
        if let Ok(phone) = cable.phone().await {
            let mut phone = phone.found_before(before(&truth));
            conformance::stays_honest(&mut phone, &truth).await.unwrap();
            if let Err(error) = phone.list(Kind::Photo, None).await {
                assert_eq!(*error.kind(), ErrorKind::Unplugged);
                gone += 1;
            }
        }
    }
    assert!(gone > 50, "{gone}");
}

#[tokio::test(start_paused = true)]
async fn whatever_answer_is_spoilt_nothing_is_claimed() {
    let small = || {
        let cable = Cable::android();
        fill_with(&cable, 300);
        cable
    };
    let truth = truth(&small()).await;
    let mut runner = TestRunner::new(Config::default());
    let garbage = proptest::collection::vec(any::<u8>(), 0..300);
    for spoil in ["garbage", "refused", "wedged", "lost", "late"] {
        let mut fired = 0;
        for nth in 1.. {
            let cable = small();
            let spoil = match spoil {
                "garbage" => Spoil::Garbage(garbage.new_tree(&mut runner).unwrap().current()),
                "refused" => Spoil::Code(0x2002),
                "wedged" => Spoil::Wedge,
                "lost" => Spoil::Code(response::SESSION_NOT_OPEN),
                _ => Spoil::Late(Duration::from_secs(60)),
            };
            cable.device().spoilt.insert(nth, spoil);
            if let Ok(phone) = cable.phone().await {
                let mut phone = phone.found_before(before(&truth));
                conformance::stays_honest(&mut phone, &truth).await.unwrap();
            }
            if cable.device().asked < nth {
                break;
            }
            fired += 1;
        }
        assert!(fired > 40, "{spoil}: {fired}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_that_breaks_off_is_left_alone_and_opened_again() {
    let cable = android();
    let mut phone = cable.phone().await.unwrap();
    let next = cable.device().asked + 1;
    cable.device().spoilt.insert(next, Spoil::Wedge);
    cable.device().spoilt.insert(next + 1, Spoil::Wedge);
    let begun = Instant::now();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(wanted(Kind::Photo, &listing).len(), 5);
    assert_eq!(cable.device().opened, 3);
    // One that answers nothing any more is given up.
    let next = cable.device().asked + 1;
    for nth in next..next + 9 {
        cable.device().spoilt.insert(nth, Spoil::Wedge);
    }
    let error = phone.list(Kind::Photo, None).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Unplugged);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_future_cuts_no_transaction() {
    let cable = android();
    let mut phone = cable.phone().await.unwrap();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let items = wanted(Kind::Photo, &listing);
    for nth in 1..12 {
        let at = cable.device().asked + nth;
        cable
            .device()
            .spoilt
            .insert(at, Spoil::Late(Duration::from_secs(50)));
        let mut tray = Tray::default();
        let cut = tokio::time::timeout(Duration::from_secs(5), phone.fetch(&items, &mut tray)).await;
        cable.device().spoilt.clear();
        if cut.is_ok() {
            continue;
        }
        assert_eq!(fetched(&mut phone, &items).await.came.len(), items.len());
        let device = cable.device();
        assert_eq!((device.asked, device.opened), (device.ended, 1));
    }
    // Opening is no exception.
    let slow = android();
    slow.device()
        .spoilt
        .insert(1, Spoil::Late(Duration::from_secs(50)));
    let cut = tokio::time::timeout(Duration::from_secs(5), slow.phone()).await;
    assert!(cut.is_err());
    tokio::time::sleep(Duration::from_secs(60)).await;
    let device = slow.device();
    assert_eq!((device.asked, device.ended, device.closed), (1, 1, 1));
}

#[tokio::test]
async fn a_size_that_is_a_lie_is_found_out() {
    let check = async |operations: &[u16], size: usize, said: u64, expected: Result<(), ErrorKind>| {
        let cable = Cable::of(0x04A9, "", operations);
        let handle = cable.file(STORAGE, "DCIM/a.jpg", &bytes(1, size));
        cable.device().things.get_mut(&handle).unwrap().said = said;
        let mut phone = cable.phone().await.unwrap();
        let listing = phone.list(Kind::Photo, None).await.unwrap();
        let tray = fetched(&mut phone, &wanted(Kind::Photo, &listing)).await;
        let outcome = tray.came[0].2.clone().map(|_| ());
        assert_eq!(outcome, expected, "{size} said to be {said}");
    };
    for operations in [&[GET_OBJECT][..], &[GET_PARTIAL_OBJECT], &[GET_PARTIAL_OBJECT_64]] {
        let garbled = || Err(ErrorKind::Garbled);
        check(operations, 1000, 1000, Ok(())).await;
        check(operations, 1000, 999, garbled()).await;
        check(operations, 1000, 1001, garbled()).await;
        check(operations, 1000, 0, garbled()).await;
        check(operations, 0, 1000, garbled()).await;
        check(operations, 0, 0, Ok(())).await;
        check(operations, 3 << 20, 1 << 20, garbled()).await;
    }
}

#[tokio::test]
async fn a_file_of_more_than_four_gibibytes_keeps_its_size() {
    let cable = Cable::android();
    let handle = cable.file(STORAGE, "DCIM/a.mp4", b"only the beginning");
    cable.device().things.get_mut(&handle).unwrap().said = 5 << 30;
    let mut phone = cable.phone().await.unwrap();
    let listing = phone.list(Kind::Film, None).await.unwrap();
    let entry = &listing.collections[0].entries[0];
    assert_eq!(entry.size, Some(5 << 30));
    let mut rest = wanted(Kind::Film, &listing);
    rest[0].from = (4 << 30) + 5;
    let tray = fetched(&mut phone, &rest).await;
    assert_eq!(tray.came[0].2, Err(ErrorKind::Garbled));
    assert!(cable.device().operations_asked.contains(&GET_PARTIAL_OBJECT_64));
}

#[tokio::test]
async fn androids_own_number_tells_the_state_that_adb_tells() {
    let cable = Cable::android();
    // Path and instant as Android adds them up: 2024-05-03T12:03:22Z, and a zone of two hours in the date.
    let uid = |instant: i64| (-2_015_112_036 + instant).cast_unsigned();
    let one = cable.file(STORAGE, "DCIM/Camera/a.jpg", b"one");
    cable.file(STORAGE, "DCIM/Camera/b.jpg", b"two");
    cable.device().things.get_mut(&one).unwrap().uid = uid(1_714_737_802);
    let mut phone = cable.phone().await.unwrap();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let entries = &listing.collections[0].entries;
    let states: Vec<_> = entries
        .iter()
        .map(|entry| {
            let marks = &entry.marks;
            (
                entry.fingerprint.as_str(),
                marks.modified,
                marks.modified_wall.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        states,
        [
            ("3:1714737802", Some(1_714_737_802_000), None),
            ("3:20240503T140322", None, Some(DAY)),
        ]
    );
    let items = wanted(Kind::Photo, &listing);
    let tray = fetched(&mut phone, &items).await;
    assert!(
        tray.came.iter().all(|(_, _, outcome)| outcome.is_ok()),
        "{tray:?}"
    );
    // Written to meanwhile, with as many bytes.
    cable.device().things.get_mut(&one).unwrap().uid = uid(1_714_737_900);
    let tray = fetched(&mut phone, &items).await;
    let outcomes: Vec<_> = tray
        .came
        .into_iter()
        .map(|(_, _, outcome)| outcome.map(|_| ()))
        .collect();
    assert_eq!(outcomes, [Err(ErrorKind::Busy(None)), Ok(())]);
}

#[tokio::test]
async fn a_phone_that_numbers_its_files_anew_is_looked_up_once_more() {
    let cable = android();
    let mut phone = cable.phone().await.unwrap();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let items = wanted(Kind::Photo, &listing);
    let before = fetched(&mut phone, &items).await;
    cable.device().renumber();
    let after = fetched(&mut phone, &items).await;
    assert_eq!(before.came.len(), 5);
    for (one, other) in before.came.iter().zip(&after.came) {
        assert_eq!(one, other);
        assert!(one.2.is_ok());
    }
}

#[tokio::test]
async fn a_file_that_takes_anothers_number_is_not_taken_for_it() {
    let cable = Cable::android();
    let one = cable.file(STORAGE, "DCIM/a.jpg", &bytes(1, 500));
    let other = cable.file(STORAGE, "DCIM/b.jpg", &bytes(2, 500));
    let mut phone = cable.phone().await.unwrap();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    {
        let mut device = cable.device();
        let (a, b) = (device.things[&one].clone(), device.things[&other].clone());
        device.things.insert(one, b);
        device.things.insert(other, a);
    }
    let tray = fetched(&mut phone, &wanted(Kind::Photo, &listing)).await;
    for (_, _, outcome) in tray.came {
        assert_eq!(outcome, Err(ErrorKind::Busy(None)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_locked_phone_is_waited_for() {
    let cable = android();
    cable.device().locked = true;
    let mut phone = cable.phone().await.unwrap();
    let error = phone.ready(Duration::from_secs(6)).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Locked);
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let Reading::Unavailable { why } = listing.reading else {
        panic!("{listing:?}");
    };
    assert_eq!(why.reason, Reason::Locked);
    // It is unlocked, and says so.
    let begun = Instant::now();
    let unlocked = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cable.device().locked = false;
        cable.event(event::STORE_ADDED);
    };
    let (ready, ()) = tokio::join!(phone.ready(Duration::from_secs(60)), unlocked);
    ready.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert_eq!(
        wanted(Kind::Photo, &phone.list(Kind::Photo, None).await.unwrap()).len(),
        5
    );
}

#[tokio::test]
async fn odd_trees_are_read_to_their_end() {
    let cable = Cable::android();
    let name = |at: u32| format!("DCIM/Camera/{at:05}.jpg");
    for at in 0..10_000 {
        cable.file(STORAGE, &name(at), b"");
    }
    let deep = format!("Pictures/{}a.jpg", "d/".repeat(200));
    cable.file(STORAGE, &deep, b"deep");
    // A folder that holds itself and the one that it lies in, and names that are none.
    let movies = cable.file(STORAGE, "Movies/film.mp4", b"film");
    {
        let mut device = cable.device();
        let thing = |parent, name: Vec<u8>, folder| Thing {
            storage: STORAGE,
            parent,
            name,
            folder,
            bytes: Bytes::new(),
            said: 0,
            date: DAY.to_owned(),
            uid: 0,
        };
        let parent = device.things[&movies].parent;
        let broken = vec![5, 0x3D, 0xD8, b'.', 0, b'm', 0, b'p', 0, b'4', 0];
        for name in [text("a/b.mp4"), text("nul\0.mp4"), broken] {
            device.put(thing(parent, name, false));
        }
        let inner = device.put(thing(parent, text("loop"), true));
        device.also = vec![(inner, parent), (inner, inner)];
    }
    let mut phone = cable.phone().await.unwrap();
    let photos = phone.list(Kind::Photo, None).await.unwrap();
    let items = wanted(Kind::Photo, &photos);
    assert_eq!(items.len(), 10_001);
    assert!(items.iter().any(|item| item.remote == RemoteId(deep.clone())));
    let films = phone.list(Kind::Film, None).await.unwrap();
    assert_eq!(wanted(Kind::Film, &films).len(), 1);
    let whole = |listing: &Listing, id: &str| {
        let found = listing
            .collections
            .iter()
            .find(|one| one.collection.id.as_str() == id);
        found.map(|one| one.reading.lists_everything())
    };
    assert_eq!(whole(&photos, "DCIM/Camera"), Some(true));
    assert_eq!(whole(&photos, "Pictures/d"), Some(true));
    assert_eq!(whole(&films, "Movies"), Some(false));
    assert_eq!(whole(&films, "Movies/loop"), Some(false));
    let unnameable = films
        .reading
        .reasons()
        .iter()
        .find(|why| why.reason == Reason::ItemsUnnameable);
    assert_eq!(unnameable.map(|why| why.count), Some(3));
}
