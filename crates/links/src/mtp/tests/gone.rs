//! What a listing says of collections that were found before: never that they are gone where they could still be there.

use sidekeep_model::{Kind, Reading, Reason};

use super::super::object::tests::text;
use super::super::responder::{Cable, STORAGE, Spoil};
use super::{CARD, android, before, truth};
use crate::{Extent, Listing, Phone};

/// What a listing says of a collection: nothing; that it cannot be seen, and why; or that it was seen, and whether what is
/// not listed of it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Nothing,
    Hidden(Reason),
    Seen { gone: bool },
}

fn says(listing: &Listing, id: &str) -> Says {
    let all = &mut listing.collections.iter();
    match all.find(|one| one.collection.id.as_str() == id) {
        None => Says::Nothing,
        Some(one) if one.reading.lists_everything() => Says::Seen {
            gone: one.extent == Extent::Full,
        },
        Some(one) => Says::Hidden(one.reading.reasons()[0].reason),
    }
}

const OWN: &str = "DCIM/Camera";
const OTHER: &str = "Pictures";
const ON_CARD: &str = "/storage/SD card/DCIM/Camera";
const SEEN: Says = Says::Seen { gone: true };
const OPEN: Says = Says::Seen { gone: false };

/// A phone on which everything was found before, after something was done to it: whether its listing of photos knows
/// every collection, and what it says of three.
async fn after(change: impl FnOnce(&Cable), folders: Option<&[&str]>) -> (bool, [Says; 3]) {
    let cable = android();
    let truth = truth(&cable).await;
    change(&cable);
    let mut phone = cable.phone().await.unwrap().found_before(before(&truth));
    if let Some(folders) = folders {
        phone = phone.folders(folders.iter().map(|folder| (*folder).to_owned()).collect());
    }
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let said = [OWN, OTHER, ON_CARD].map(|id| says(&listing, id));
    (listing.reading.lists_everything(), said)
}

fn remove(cable: &Cable, storage: u32, beginning: &str) {
    let mut device = cable.device();
    let beginning = text(beginning);
    let top = device.things.iter();
    let mut gone: Vec<u32> = top
        .filter(|(_, thing)| thing.storage == storage && thing.name == beginning)
        .map(|(handle, _)| *handle)
        .collect();
    while let Some(handle) = gone.pop() {
        device.things.remove(&handle);
        let inside = device.things.iter().filter(|(_, thing)| thing.parent == handle);
        gone.extend(inside.map(|(handle, _)| *handle));
    }
}

#[tokio::test]
async fn what_is_not_met_is_gone_only_where_it_would_have_been_met() {
    let unchanged = after(|_| {}, None).await;
    assert_eq!(unchanged, (true, [SEEN, SEEN, OPEN]));
    let album = after(|cable| remove(cable, STORAGE, "Pictures"), None).await;
    assert_eq!(album, (true, [SEEN, Says::Nothing, OPEN]), "an album is gone");
    let card_out = |cable: &Cable| cable.device().storages.retain(|one| one.0 != CARD);
    let card_out = after(card_out, None).await;
    assert_eq!(card_out, (true, [SEEN, SEEN, Says::Hidden(Reason::StorageAway)]));
    let card_empty = after(|cable| remove(cable, CARD, "DCIM"), None).await;
    assert_eq!(card_empty, (true, [SEEN, SEEN, Says::Hidden(Reason::Locked)]));
    let another_card = |cable: &Cable| {
        remove(cable, CARD, "DCIM");
        cable.file(CARD, "Pictures/other.jpg", b"other");
    };
    assert_eq!(after(another_card, None).await, (true, [SEEN, SEEN, OPEN]));
    let own_empty = |cable: &Cable| cable.device().things.retain(|_, thing| thing.storage == CARD);
    let hidden = Says::Hidden(Reason::Locked);
    assert_eq!(after(own_empty, None).await, (false, [hidden, hidden, OPEN]));
    let own_without_files = |cable: &Cable| {
        own_empty(cable);
        cable.file(STORAGE, "Alarms/none.ogg", b"");
    };
    assert_eq!(
        after(own_without_files, None).await,
        (true, [hidden, hidden, OPEN])
    );
    let own_late = |cable: &Cable| cable.device().storages.retain(|one| one.0 == CARD);
    let missing = Says::Hidden(Reason::StorageAway);
    assert_eq!(after(own_late, None).await, (true, [missing, missing, OPEN]));
    let left_alone = |cable: &Cable| {
        cable.file(STORAGE, "Pictures/.nomedia", b"");
    };
    assert_eq!(after(left_alone, None).await, (true, [SEEN, OPEN, OPEN]));
}

#[tokio::test]
async fn folders_that_are_no_longer_chosen_are_not_gone() {
    let chosen = async |folders: &[&str]| after(|_| {}, Some(folders)).await;
    assert_eq!(
        chosen(&["DCIM", "Pictures", "Music"]).await,
        (true, [SEEN, SEEN, OPEN])
    );
    assert_eq!(chosen(&["Pictures"]).await, (true, [OPEN, SEEN, OPEN]));
    assert_eq!(
        chosen(&["DCIM/Camera/deeper", "Pictures"]).await,
        (true, [OPEN, SEEN, OPEN])
    );
}

#[tokio::test]
async fn a_listing_of_a_folder_that_is_cut_hides_what_it_does_not_show() {
    let cable = android();
    let truth = truth(&cable).await;
    let whole: u64 = {
        let mut phone = cable.phone().await.unwrap();
        phone.list(Kind::Photo, None).await.unwrap();
        cable.device().asked
    };
    let mut cut = 0;
    for nth in 1..=whole {
        let cable = android();
        cable.device().spoilt.insert(nth, Spoil::Cut(4));
        let Ok(phone) = cable.phone().await else { continue };
        let mut phone = phone.found_before(before(&truth));
        let Ok(listing) = phone.list(Kind::Photo, None).await else {
            continue;
        };
        for (id, items) in [(OWN, 3), (OTHER, 1)] {
            let found = listing
                .collections
                .iter()
                .find(|one| one.collection.id.as_str() == id);
            let listed = found.map_or(0, |one| one.entries.len());
            let gone = match says(&listing, id) {
                Says::Nothing => listing.reading.lists_everything(),
                said => said == SEEN,
            };
            assert!(listed == items || !gone, "{nth}: {id}: {listing:?}");
            cut += usize::from(listed < items);
        }
    }
    assert!(cut > 2, "{cut}");
}

#[tokio::test]
async fn a_phone_of_which_nobody_told_what_was_there_does_not_claim_to_know_it_all() {
    let cable = android();
    let listing = cable
        .phone()
        .await
        .unwrap()
        .list(Kind::Photo, None)
        .await
        .unwrap();
    assert_eq!(listing.reading.reasons()[0].reason, Reason::Picked);
    cable.device().things.clear();
    let listing = cable
        .phone()
        .await
        .unwrap()
        .list(Kind::Photo, None)
        .await
        .unwrap();
    assert!(matches!(&listing.reading, Reading::Unavailable { why } if why.reason == Reason::Locked));
}
