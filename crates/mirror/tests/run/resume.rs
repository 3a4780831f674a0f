//! A film cut off half-way: the next run asks only for the rest.

use sidekeep_archive::Outcome;
use sidekeep_model::{Kind, RemoteId};
use sidekeep_testphones::{Asked, FakePhone, Fault, Faulty};

use crate::stage::{Stage, noise};

const CHUNK: u64 = 256 << 10;

fn film(bytes: &[u8]) -> FakePhone {
    FakePhone::new("pixel")
        .film("DCIM/Camera/VID_1.mp4", bytes)
        .chunk(CHUNK as usize)
}

/// Where the last fetch of the film began.
fn asked_from(phone: &FakePhone) -> Option<u64> {
    phone.asked().iter().rev().find_map(|asked| match asked {
        Asked::Fetch(Kind::Film, remote, from) => {
            assert_eq!(remote, &RemoteId::from("DCIM/Camera/VID_1.mp4"));
            Some(*from)
        }
        _ => None,
    })
}

/// Cuts the link within the eighth chunk: seven chunks and a half are here.
async fn cut_off(stage: &Stage, phone: FakePhone) -> FakePhone {
    // Eight listings, the begin, then chunks.
    let mut faulty = Faulty::new(phone).at(8 + 1 + 8, Fault::Cut);
    let report = stage.mirror(&mut faulty).await;
    assert!(faulty.fired());
    assert_eq!(report.outcome, Outcome::Failed);
    assert_eq!(stage.present(Kind::Film), 0);
    faulty.into_inner().forget_asked()
}

#[tokio::test]
async fn only_the_rest_is_asked_for() {
    let stage = Stage::new();
    let bytes = noise(1, 3 << 20);
    let mut phone = cut_off(&stage, film(&bytes)).await;
    let report = stage.mirror(&mut phone).await;
    assert_eq!(report.outcome, Outcome::Complete);
    let from = CHUNK * 7 + CHUNK / 2;
    assert_eq!(asked_from(&phone), Some(from));
    assert_eq!(report.counts().bytes, bytes.len() as u64 - from);
    let originals = stage.originals();
    assert_eq!(originals.len(), 1);
    assert!(originals[0].1 == bytes);
}

#[tokio::test]
async fn a_film_that_changed_meanwhile_is_asked_for_anew() {
    let stage = Stage::new();
    let phone = cut_off(&stage, film(&noise(1, 3 << 20))).await;
    let bytes = noise(2, 3 << 20);
    let mut phone = phone.film("DCIM/Camera/VID_1.mp4", &bytes);
    stage.mirror(&mut phone).await;
    assert_eq!(asked_from(&phone), Some(0));
    assert!(stage.originals()[0].1 == bytes);
}

#[tokio::test]
async fn a_small_film_is_asked_for_anew() {
    let stage = Stage::new();
    let bytes = noise(1, 1 << 19);
    let mut faulty = Faulty::new(film(&bytes)).at(8 + 1 + 2, Fault::Cut);
    stage.mirror(&mut faulty).await;
    assert!(faulty.fired());
    let mut phone = faulty.into_inner().forget_asked();
    stage.mirror(&mut phone).await;
    assert_eq!(asked_from(&phone), Some(0));
    assert!(stage.originals()[0].1 == bytes);
}
