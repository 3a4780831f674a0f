//! What each server does in a way of its own, and what comes of it here.

use sidekeep_links::conformance::wanted;
use sidekeep_links::{Condition, Cursor, ErrorKind, Extent, Phone, Wanted, Write, WriteError};
use sidekeep_model::{Fingerprint, Kind, Media};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::accounts::{There, card, cards, connect, connect_to, fetch, new, object, one, put, send, write};

/// What became of something that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Taken,
    Refused,
    /// Written over another card.
    Misplaced,
}

/// What differs from server to server.
struct Ways {
    /// Its root leads to the account.
    root: bool,
    /// It notices that a token is none of its own.
    minds_tokens: bool,
    /// A card without UID, and what is no card at all.
    odd_cards: [Fate; 2],
    /// An event that has a beginning and no end.
    endless_event: Fate,
    /// A card of version 4.0 is one when it comes back.
    keeps_4: bool,
    /// A name with nearly everything in it.
    odd_name: Fate,
}

async fn check(server: DavServer, ways: Ways) {
    let changes = [
        Change::Book("people/".to_owned()),
        Change::Calendar("work/".to_owned(), vec!["VEVENT"]),
        put("people/a.vcf", card("a", "Ada")),
        put("people/b.vcf", card("b", "Bob")),
    ];
    server.change(&changes).unwrap();
    root(&server, ways.root).await;
    tokens(&server, ways.minds_tokens).await;
    an_empty_calendar_that_gets_its_first_event(&server).await;
    what_is_not_there(&server).await;
    let [without_uid, no_card] = ways.odd_cards;
    let bare = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nobody\r\nN:;Nobody;;;\r\nEND:VCARD\r\n";
    written(&server, Kind::Contact, bare.to_owned(), without_uid).await;
    written(&server, Kind::Contact, "no card at all".to_owned(), no_card).await;
    let endless = object("VEVENT", "endless", "Endless").replace("DTEND:20260101T010000Z\r\n", "");
    written(&server, Kind::Event, endless, ways.endless_event).await;
    version_4(&server, ways.keeps_4).await;
    an_odd_name(&server, ways.odd_name).await;
    made_anew(&server).await;
}

async fn root(server: &DavServer, leads: bool) {
    let source = match server.login() {
        Some((user, _)) => format!("dav+http://{user}@{}/", server.address()),
        None => format!("dav+http://{}/", server.address()),
    };
    match connect_to(server, &source).await {
        Ok(phone) => assert!(leads, "{phone:?}"),
        // A page is no account without anything.
        Err(error) => assert!(!leads && *error.kind() == ErrorKind::Garbled, "{error}"),
    }
    if server.login().is_some() {
        // Cyrus answers a stranger at its root.
        let stranger = source.replace("//u@", "//stranger@");
        let refused = connect_to(server, &stranger).await.unwrap_err();
        let kind = if leads {
            ErrorKind::Refused
        } else {
            ErrorKind::Garbled
        };
        assert_eq!(*refused.kind(), kind, "{refused}");
    }
}

/// A foreign token brings everything, whether the server says so or not, and after so many lists of changes everything is
/// compared: what a server leaves out after a foreign token, it leaves out for ever.
async fn tokens(server: &DavServer, minds: bool) {
    let mut phone = connect(server).await;
    let first = phone.list(Kind::Contact, None).await.unwrap();
    let people = server.book("people/");
    assert_eq!(one(&first, people.clone()).entries.len(), 2);
    let cursor = first.cursor.unwrap();
    // The same token again tells of nothing, or of some once more, and of nothing gone.
    for _ in 0..2 {
        let again = phone.list(Kind::Contact, Some(&cursor)).await.unwrap();
        let told = one(&again, people.clone());
        assert!(told.reading.is_complete() && told.entries.len() <= 2, "{told:?}");
        assert_eq!(told.extent, Extent::Delta { gone: Vec::new() });
    }
    let foreign = |text: &str| {
        let text = text.replace("\"token\":\"", "\"token\":\"x");
        Cursor(text.replace("\"ctag\":\"", "\"ctag\":\"x"))
    };
    let told = phone
        .list(Kind::Contact, Some(&foreign(&cursor.0)))
        .await
        .unwrap();
    let told = one(&told, people.clone());
    assert_eq!(told.entries.len(), 2, "{told:?}");
    assert_eq!(told.extent == Extent::Full, minds, "{told:?}");
    let many = cursor.0.replace("\"since_full\":0", "\"since_full\":20");
    assert_ne!(many, cursor.0);
    let whole = phone.list(Kind::Contact, Some(&foreign(&many))).await.unwrap();
    assert_eq!(one(&whole, people).extent, Extent::Full);
}

/// SOGo says of a new calendar that its state is -1, and goes on to say so.
async fn an_empty_calendar_that_gets_its_first_event(server: &DavServer) {
    let mut phone = connect(server).await;
    let first = phone.list(Kind::Event, None).await.unwrap();
    let work = server.calendar("work/");
    assert!(one(&first, work.clone()).entries.is_empty());
    server
        .change(&[put("work/first.ics", object("VEVENT", "first", "First"))])
        .unwrap();
    let then = phone.list(Kind::Event, first.cursor.as_ref()).await.unwrap();
    assert_eq!(one(&then, work).entries.len(), 1, "{then:?}");
}

/// DAViCal leaves it out of its answer.
async fn what_is_not_there(server: &DavServer) {
    let mut phone = connect(server).await;
    let listing = phone.list(Kind::Contact, None).await.unwrap();
    let mut all: Vec<Wanted> = wanted(Kind::Contact, &listing);
    let absent = Wanted {
        remote: server.book("people/absent.vcf").as_str().into(),
        ..all[0].clone()
    };
    all.insert(1, absent);
    let told = fetch(&mut phone, &all).await;
    assert_eq!(told[1], Err(ErrorKind::Missing));
    assert!(told[0].is_ok() && told[2].is_ok(), "{told:?}");
}

async fn written(server: &DavServer, kind: Kind, text: String, expected: Fate) {
    let mut phone = connect(server).await;
    let of_kind = match kind {
        Kind::Contact => write(server.book("people/"), text.clone(), new()),
        kind => Write {
            kind,
            media: Media::ICALENDAR.into(),
            ..write(server.calendar("work/"), text.clone(), new())
        },
    };
    match send(&mut phone, of_kind).await {
        Ok(remote) => {
            assert_eq!(expected, Fate::Taken, "{text}");
            server.change(&[delete(remote.as_str(), server)]).unwrap();
        }
        Err(WriteError::Refused(words)) => assert_eq!(expected, Fate::Refused, "{words}"),
        Err(other) => panic!("{text}: {other:?}"),
    }
}

fn delete(remote: &str, server: &DavServer) -> Change {
    let (books, calendars) = (server.book(""), server.calendar(""));
    let relative = remote.strip_prefix(&books).filter(|_| remote.ends_with(".vcf"));
    let relative = relative.or_else(|| remote.strip_prefix(&calendars));
    Change::Delete(relative.unwrap().to_owned())
}

/// What is there after a write is what the server made of it, and the write says only where.
async fn version_4(server: &DavServer, keeps: bool) {
    let mut phone = connect(server).await;
    let four = card("four", "Four").replace("VERSION:3.0", "VERSION:4.0");
    let remote = send(&mut phone, write(server.book("people/"), four, new()))
        .await
        .unwrap();
    let there = cards(server).await;
    let there: &There = there.iter().find(|there| there.remote == remote).unwrap();
    assert!(
        there.text.contains("UID:four\r\n") && there.text.contains("FN:Four\r\n"),
        "{there:?}"
    );
    assert_eq!(there.text.contains("VERSION:4.0"), keeps, "{there:?}");
    server.change(&[delete(remote.as_str(), server)]).unwrap();
}

/// Under an odd name comes its own card or none, never another one. Where the server itself puts it into another's place,
/// that is what is there; names that we make are plain.
async fn an_odd_name(server: &DavServer, expected: Fate) {
    let path = "people/o%20%C3%BC%2541%2B%26%27.vcf";
    let taken = server.change(&[put(path, card("odd", "Odd"))]).is_ok();
    assert_eq!(taken, expected != Fate::Refused);
    if !taken {
        return;
    }
    let mut phone = connect(server).await;
    let listing = phone.list(Kind::Contact, None).await.unwrap();
    let all = wanted(Kind::Contact, &listing);
    let told = fetch(&mut phone, &all).await;
    let own = |name: &str| match name {
        "a.vcf" if expected != Fate::Misplaced => "UID:a\r\n",
        "b.vcf" => "UID:b\r\n",
        _ => "UID:odd\r\n",
    };
    for (wanted, told) in all.iter().zip(&told) {
        let name = wanted.remote.as_str().rsplit('/').next().unwrap();
        if let Ok(text) = told {
            assert!(text.contains(own(name)), "{wanted:?} {text}");
        }
    }
    let count = if expected == Fate::Misplaced { 2 } else { 3 };
    assert_eq!(all.len(), count, "{all:?}");
    if expected == Fate::Taken {
        back_at_its_name(server, path, &all).await;
    }
}

/// What was deleted goes back to where it was, however its name is spelt.
async fn back_at_its_name(server: &DavServer, path: &str, listed: &[Wanted]) {
    let is_plain = |remote: &str| ["/a.vcf", "/b.vcf"].iter().any(|name| remote.ends_with(name));
    let odd = listed.iter().find(|one| !is_plain(one.remote.as_str())).unwrap();
    server.change(&[Change::Delete(path.to_owned())]).unwrap();
    let before = Some(odd.remote.clone());
    let anew = write(
        server.book("people/"),
        card("odd", "Odd"),
        Condition::New { before },
    );
    let mut phone = connect(server).await;
    let written = send(&mut phone, anew).await;
    assert_eq!(written.unwrap(), odd.remote);
    let listing = phone.list(Kind::Contact, None).await.unwrap();
    let again = wanted(Kind::Contact, &listing);
    assert!(again.iter().any(|one| one.remote == odd.remote), "{again:?}");
}

/// SOGo counts a resource's states from the beginning again: its ETag may be that of another card.
async fn made_anew(server: &DavServer) {
    let mut phone = connect(server).await;
    let first = phone.list(Kind::Contact, None).await.unwrap();
    let state = |listing: &sidekeep_links::Listing| -> Fingerprint {
        let people = one(listing, server.book("people/"));
        let bob = people
            .entries
            .iter()
            .find(|entry| entry.remote.as_str().ends_with("/b.vcf"));
        bob.unwrap().fingerprint.clone()
    };
    let before = state(&first);
    server
        .change(&[
            Change::Delete("people/b.vcf".to_owned()),
            put("people/b.vcf", card("b", "Bert")),
        ])
        .unwrap();
    let then = phone.list(Kind::Contact, first.cursor.as_ref()).await.unwrap();
    let people = one(&then, server.book("people/"));
    let told = people
        .entries
        .iter()
        .any(|entry| entry.remote.as_str().ends_with("/b.vcf"));
    assert!(told, "{people:?}");
    // A write that depends on the state of the first is not sent to the second, as far as the server tells them apart.
    let unchanged = Condition::Unchanged {
        remote: server.book("people/b.vcf").as_str().into(),
        fingerprint: before.clone(),
    };
    if state(&then) != before {
        let refused = send(
            &mut phone,
            write(server.book("people/"), card("b", "Bob"), unchanged),
        )
        .await;
        assert!(matches!(refused, Err(WriteError::Conflict)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_radicale() {
    let ways = Ways {
        root: true,
        minds_tokens: true,
        odd_cards: [Fate::Refused, Fate::Refused],
        endless_event: Fate::Taken,
        keeps_4: true,
        odd_name: Fate::Refused,
    };
    check(DavServer::radicale().unwrap(), ways).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_xandikos() {
    let ways = Ways {
        root: true,
        minds_tokens: true,
        odd_cards: [Fate::Taken, Fate::Refused],
        endless_event: Fate::Taken,
        keeps_4: true,
        odd_name: Fate::Taken,
    };
    check(DavServer::xandikos().unwrap(), ways).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "Cyrus may not be there; `cargo xtask test` fetches it"]
async fn of_cyrus() {
    let ways = Ways {
        root: true,
        minds_tokens: true,
        odd_cards: [Fate::Refused, Fate::Refused],
        endless_event: Fate::Refused,
        keeps_4: false,
        odd_name: Fate::Taken,
    };
    check(DavServer::cyrus().unwrap(), ways).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "DAViCal may not be there; `cargo xtask test` fetches it"]
async fn of_davical() {
    let ways = Ways {
        root: true,
        minds_tokens: false,
        odd_cards: [Fate::Taken, Fate::Taken],
        endless_event: Fate::Taken,
        keeps_4: true,
        odd_name: Fate::Taken,
    };
    check(DavServer::davical().unwrap(), ways).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "SOGo may not be there; `cargo xtask test` fetches it"]
async fn of_sogo() {
    let ways = Ways {
        root: false,
        minds_tokens: false,
        odd_cards: [Fate::Taken, Fate::Refused],
        endless_event: Fate::Taken,
        keeps_4: false,
        odd_name: Fate::Misplaced,
    };
    check(DavServer::sogo().unwrap(), ways).await;
}
