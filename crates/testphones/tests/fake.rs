//! FakePhone keeps the contract of `Phone`, and Faulty's faults can all be noticed.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::{
    Condition, Cursor, ErrorKind, Extent, LinkError, Listing, Phone, Reading, Sink, Stat, Wanted, Write,
    conformance,
};
use sidekeep_model::{Kind, Media, Reason, RemoteId};
use sidekeep_testphones::{Asked, FakePhone, Fault, Faulty, Pen};

/// How an item ended; None: it did not.
type End = Option<Result<Stat, ErrorKind>>;

/// What came of each item: its bytes and its end.
#[derive(Default)]
struct Items(Vec<(Vec<u8>, End)>);

#[async_trait]
impl Sink for Items {
    async fn begin(&mut self, _: usize) -> Result<(), LinkError> {
        self.0.push((Vec::new(), None));
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        self.0.last_mut().unwrap().0.extend_from_slice(&bytes);
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        self.0.last_mut().unwrap().1 = Some(outcome.map_err(|error| error.kind().clone()));
        Ok(())
    }
}

fn phone() -> FakePhone {
    FakePhone::new("test")
        .photo("DCIM/Camera/a.jpg", b"first picture")
        .photo("DCIM/Camera/b.jpg", b"second picture")
        .photo("Pictures/c.jpg", b"third")
        .chunk(5)
}

fn wanted(listing: &Listing, from: u64) -> Vec<Wanted> {
    let entries = listing.collections.iter().flat_map(|collected| {
        collected.entries.iter().map(|entry| Wanted {
            kind: Kind::Photo,
            collection: collected.collection.id.clone(),
            remote: entry.remote.clone(),
            fingerprint: entry.fingerprint.clone(),
            size: entry.size,
            from,
        })
    });
    entries.collect()
}

fn names(listing: &Listing) -> Vec<(&str, bool)> {
    let entries = listing
        .collections
        .iter()
        .flat_map(|collected| &collected.entries);
    entries
        .map(|entry| (entry.remote.as_str(), entry.unchanged))
        .collect()
}

#[tokio::test]
async fn listings_follow_the_changes() {
    let mut phone = phone().incremental();
    let first = phone.list(Kind::Photo, None).await.unwrap();
    assert_eq!(
        names(&first),
        [
            ("DCIM/Camera/a.jpg", false),
            ("DCIM/Camera/b.jpg", false),
            ("Pictures/c.jpg", false)
        ]
    );
    let cursor = first.cursor.clone();
    phone = phone
        .touch(Kind::Photo, "Pictures/c.jpg")
        .remove(Kind::Photo, "DCIM/Camera/a.jpg");
    let second = phone.list(Kind::Photo, cursor.as_ref()).await.unwrap();
    assert_eq!(
        names(&second),
        [("DCIM/Camera/b.jpg", true), ("Pictures/c.jpg", false)]
    );
    assert_eq!(second.collections[0].extent, Extent::Full);
    phone = phone.deltas();
    let delta = phone.list(Kind::Photo, cursor.as_ref()).await.unwrap();
    assert_eq!(names(&delta), [("Pictures/c.jpg", false)]);
    assert_eq!(
        delta.collections[0].extent,
        Extent::Delta {
            gone: vec!["DCIM/Camera/a.jpg".into()]
        }
    );
    let future = phone
        .list(Kind::Photo, Some(&Cursor("99".to_owned())))
        .await
        .unwrap();
    assert_eq!(
        (names(&future).len(), &future.collections[0].extent),
        (2, &Extent::Full)
    );
    assert_eq!(phone.asked()[1], Asked::List(Kind::Photo, true));
}

#[tokio::test]
async fn an_unavailable_kind_says_nothing_else() {
    let why = sidekeep_model::Why::new(Reason::Refused);
    let mut phone = phone().reading(Kind::Photo, Reading::unavailable(why.clone()));
    assert_eq!(
        phone.list(Kind::Photo, None).await.unwrap(),
        Listing::unavailable(why)
    );
    phone = phone.reading(Kind::Photo, Reading::Complete);
    assert_eq!(phone.list(Kind::Photo, None).await.unwrap().collections.len(), 2);
}

#[tokio::test]
async fn what_is_read_may_differ_from_what_was_listed() {
    let mut phone = phone()
        .changes_while_read(Kind::Photo, "DCIM/Camera/a.jpg", b"grown")
        .unreadable(Kind::Photo, "DCIM/Camera/b.jpg", ErrorKind::Refused);
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let wanted = wanted(&listing, 1);
    let mut items = Items::default();
    phone.fetch(&wanted, &mut items).await.unwrap();
    let changed = items.0[0].1.clone().unwrap().unwrap();
    assert!(
        changed
            .fingerprint
            .is_some_and(|fingerprint| fingerprint != wanted[0].fingerprint)
    );
    assert_eq!((&items.0[0].0[..], changed.size), (&b"rown"[..], Some(5)));
    assert_eq!(items.0[1].1, Some(Err(ErrorKind::Refused)));
    assert_eq!(
        (&items.0[2].0[..], items.0[2].1.clone().unwrap().is_ok()),
        (&b"hird"[..], true)
    );
}

/// Runs a listing and a fetch with a fault at every place in turn. Whatever ends well must hold the true bytes.
async fn check(fault: Fault) {
    let (mut noticed, mut nth) = (0, 1);
    loop {
        let mut phone = Faulty::new(phone()).at(nth, fault.clone());
        let listing = phone.list(Kind::Photo, None).await;
        let listed = listing
            .as_ref()
            .is_ok_and(|listing| listing.reading.is_complete());
        let mut items = Items::default();
        let mut fetched = Ok(());
        if listed {
            let wanted = wanted(listing.as_ref().unwrap(), 0);
            fetched = phone.fetch(&wanted, &mut items).await;
            for ((bytes, end), wanted) in items.0.iter().zip(&wanted) {
                if let Some(Ok(stat)) = end
                    && stat.fingerprint.as_ref() == Some(&wanted.fingerprint)
                    && stat.size == Some(bytes.len() as u64)
                {
                    let inner = phone.inner().bytes(Kind::Photo, wanted.remote.as_str());
                    assert_eq!(Some(&bytes[..]), inner, "{fault:?} at {nth}");
                } else {
                    noticed += 1;
                }
            }
        }
        noticed += u64::from(!listed) + u64::from(fetched.is_err());
        if !phone.fired() {
            assert_eq!(phone.operations(), nth - 1);
            break;
        }
        if matches!(fault, Fault::Cut | Fault::Fail(ErrorKind::Unplugged)) {
            let again = phone.list(Kind::Photo, None).await;
            assert!(again.is_err_and(|error| error.is_fatal()), "{fault:?} at {nth}");
            phone.heal();
            assert!(phone.list(Kind::Photo, None).await.is_ok());
        }
        nth += 1;
    }
    let expected = if matches!(fault, Fault::Delay(_)) {
        0
    } else {
        nth - 1
    };
    assert!(noticed >= expected, "{fault:?}: {noticed} of {expected}");
}

#[tokio::test]
async fn every_fault_can_be_noticed() {
    for fault in [
        Fault::Fail(ErrorKind::Unplugged),
        Fault::Fail(ErrorKind::Refused),
        Fault::Fail(ErrorKind::Missing),
        Fault::Cut,
        Fault::Corrupt,
        Fault::Delay(Duration::ZERO),
    ] {
        check(fault).await;
    }
}

#[tokio::test]
async fn it_writes_as_every_link_must() {
    let card = |uid: &str, name: &str| -> Bytes {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nEND:VCARD\r\n").into()
    };
    for pen in [Pen::Plain, Pen::NewIds, Pen::Rewriting] {
        let mut phone = FakePhone::new("p")
            .contact("1", std::str::from_utf8(&card("a", "Ada")).unwrap())
            .writable(pen);
        let items = [card("b", "Bo"), card("b", "Bob"), card("c", "Cy")];
        let done = conformance::writes(&mut phone, Kind::Contact, &"phone".into(), Media::VCARD, items).await;
        assert_eq!(done, Ok(()), "{pen:?}");
    }
}

/// Writes into the collection `phone`.
async fn write(phone: &mut FakePhone, bytes: &'static str, condition: Condition) -> Result<String, String> {
    let write = Write {
        kind: Kind::Contact,
        collection: "phone".into(),
        media: Media::VCARD.into(),
        bytes: bytes.into(),
        condition,
    };
    let writing = phone.writing().unwrap();
    let written = writing.write(&write).await;
    written
        .map(|written| written.remote.0)
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn writes_hold_to_their_conditions() {
    const ADA: &str = "BEGIN:VCARD\r\nUID:a\r\nEND:VCARD\r\n";
    const BO: &str = "BEGIN:VCARD\r\nUID:b\r\nEND:VCARD\r\n";
    let new = |before: Option<&str>| Condition::New {
        before: before.map(RemoteId::from),
    };
    let conflict = || Err("changed on the phone since it was read".to_owned());
    assert!(FakePhone::new("p").writing().is_none());
    let mut phone = FakePhone::new("p").contact("1", ADA).writable(Pen::Plain);
    assert_eq!(write(&mut phone, BO, new(Some("7"))).await, Ok("7".to_owned()));
    assert_eq!(
        write(&mut phone, "BEGIN:VCARD\r\nEND:VCARD\r\n", new(Some("1"))).await,
        conflict()
    );
    let twice = write(&mut phone, ADA, new(None)).await;
    assert!(twice.is_err_and(|error| error.contains("no-uid-conflict")));

    let listing = phone.list(Kind::Contact, None).await.unwrap();
    let fingerprint = listing.collections[0].entries[0].fingerprint.clone();
    let unchanged = || Condition::Unchanged {
        remote: "1".into(),
        fingerprint: fingerprint.clone(),
    };
    assert_eq!(write(&mut phone, ADA, unchanged()).await, Ok("1".to_owned()));
    assert_eq!(
        write(&mut phone, ADA, unchanged()).await,
        conflict(),
        "its state is another now"
    );

    let mut phone = phone.writable(Pen::NewIds).remove(Kind::Contact, "7");
    let id = write(&mut phone, BO, new(Some("7"))).await.unwrap();
    assert_ne!(id, "7");
}
