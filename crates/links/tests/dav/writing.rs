//! Writing to accounts on real servers, and on servers whose answers are lost.

use std::time::Duration;

use bytes::Bytes;
use sidekeep_links::conformance;
use sidekeep_links::{Condition, ErrorKind, Write, WriteError};
use sidekeep_model::{Kind, Media, RemoteId};
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_testphones::http::{Spoil, Spoiler};

use crate::accounts::{There, card, cards, connect, connect_at, new, object, send, write};

fn servers() -> [DavServer; 2] {
    let servers = [DavServer::radicale().unwrap(), DavServer::xandikos().unwrap()];
    for server in &servers {
        server
            .change(&[
                Change::Book("people/".to_owned()),
                Change::Calendar("work/".to_owned(), vec!["VEVENT"]),
                Change::Calendar("both/".to_owned(), vec![]),
                Change::Put("people/b.vcf".to_owned(), card("b", "Bystander")),
                Change::Put("both/b.ics".to_owned(), object("VTODO", "b", "Bystander")),
            ])
            .unwrap();
    }
    servers
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_of_writing() {
    for server in servers() {
        let mut phone = connect(&server).await;
        let mut check = async |kind: Kind, collection: String, items: [String; 3]| {
            let media = match kind {
                Kind::Contact => Media::VCARD,
                _ => Media::ICALENDAR,
            };
            let items = items.map(Bytes::from);
            let done = conformance::writes(&mut phone, kind, &collection.as_str().into(), media, items).await;
            done.unwrap_or_else(|breach| panic!("{kind} {collection}: {breach}"));
        };
        let people = || server.book("people/");
        let cards = [card("1", "Ada"), card("1", "Ada L."), card("2", "Bob")];
        check(Kind::Contact, people(), cards).await;
        // A group is a card, and a UID need not be the name of a file.
        let group = |uid: &str, member: &str| {
            card(uid, "Choir").replace(
                "VERSION:3.0\r\n",
                &format!("VERSION:4.0\r\nKIND:group\r\nMEMBER:urn:uuid:{member}\r\n"),
            )
        };
        let groups = [
            group("urn:uuid:9/../9", "1"),
            group("urn:uuid:9/../9", "2"),
            card("\u{fc} b", "Cyd"),
        ];
        check(Kind::Contact, people(), groups).await;
        let events = [("3", "Tea"), ("3", "Coffee"), ("4", "Cake")];
        check(
            Kind::Event,
            server.calendar("work/"),
            events.map(|(uid, summary)| object("VEVENT", uid, summary)),
        )
        .await;
        let tasks = [("5", "Milk"), ("5", "Bread"), ("6", "Eggs")];
        check(
            Kind::Task,
            server.calendar("both/"),
            tasks.map(|(uid, summary)| object("VTODO", uid, summary)),
        )
        .await;
        let events = [("7", "Tea"), ("7", "Coffee"), ("8", "Cake")];
        check(
            Kind::Event,
            server.calendar("both/"),
            events.map(|(uid, summary)| object("VEVENT", uid, summary)),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_goes_where_it_was() {
    for server in servers() {
        let mut phone = connect(&server).await;
        let before = RemoteId::from(server.book("people/b.vcf").as_str());
        server
            .change(&[Change::Delete("people/b.vcf".to_owned())])
            .unwrap();
        let condition = Condition::New {
            before: Some(before.clone()),
        };
        let again = write(server.book("people/"), card("b", "Bystander"), condition);
        assert_eq!(send(&mut phone, again).await.unwrap(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_servers_do_not_take_is_told() {
    for server in servers() {
        let mut phone = connect(&server).await;
        let mut check = async |write: Write, expected: &str| {
            let refused = send(&mut phone, write.clone()).await;
            let Err(WriteError::Refused(words)) = refused else {
                panic!("{write:?}: {refused:?}");
            };
            assert!(words.contains(expected), "{words}");
        };
        let task = |collection: String, uid: &str| Write {
            kind: Kind::Task,
            media: Media::ICALENDAR.into(),
            ..write(collection, object("VTODO", uid, "Tea"), new())
        };
        let other = Change::Put("both/other.ics".to_owned(), object("VTODO", "o", "Another"));
        server.change(&[other]).unwrap();
        check(task(server.calendar("both/"), "o"), "no-uid-conflict").await;
        check(task(server.calendar("work/"), "t"), "is no place for a task").await;
        check(
            write(server.book("people/"), "no card at all".to_owned(), new()),
            "",
        )
        .await;
        // One of this UID is there, whether the server minds or not.
        let second = write(server.book("people/"), card("b", "Bystander's double"), new());
        let refused = send(&mut phone, second).await;
        assert!(matches!(refused, Err(WriteError::Conflict)), "{refused:?}");
        let nowhere = write(server.book("nowhere/"), card("n", "Nobody"), new());
        let Err(WriteError::Link(error)) = send(&mut phone, nowhere).await else {
            panic!("there is no such address book");
        };
        assert_eq!(error.kind(), &ErrorKind::Missing);
        assert_eq!(cards(&server).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_by_a_lost_answer_of_radicale() {
    let [radicale, _] = servers();
    nothing_is_lost_or_doubled(&radicale).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_by_a_lost_answer_of_xandikos() {
    let [_, xandikos] = servers();
    nothing_is_lost_or_doubled(&xandikos).await;
}

/// Adds a card and changes it, and spoils the Nth answer on the way, or lets the Nth request not arrive: for each N.
async fn nothing_is_lost_or_doubled(server: &DavServer) {
    let spoils = [
        Spoil::Unheard,
        Spoil::HangUp,
        Spoil::Cut,
        Spoil::Torn,
        Spoil::Status(401),
        Spoil::Status(429),
        Spoil::Status(500),
        Spoil::Page(200),
        Spoil::Nothing,
        Spoil::Late(Duration::from_millis(3)),
    ];
    let mut unsure = 0;
    for spoil in spoils {
        for nth in 1.. {
            let uid = format!("{spoil:?}-{nth}").replace(['(', ')'], "-");
            let proxy = Spoiler::start(server.address(), spoil.clone(), nth, nth)
                .await
                .unwrap();
            let Ok(mut phone) = connect_at(server, proxy.address()).await else {
                continue;
            };
            let added = write(server.book("people/"), card(&uid, "First"), new());
            unsure += check(server, &uid, send(&mut phone, added).await, &["First"]).await;
            let all = cards(server).await;
            if let Some(there) = all.into_iter().find(|there| there.text.contains(&uid)) {
                let unchanged = Condition::Unchanged {
                    remote: there.remote,
                    fingerprint: there.fingerprint,
                };
                let changed = write(server.book("people/"), card(&uid, "Second"), unchanged);
                let outcome = send(&mut phone, changed).await;
                unsure += check(server, &uid, outcome, &["Second", "First"]).await;
            }
            if !proxy.fired() {
                assert!(nth > 6, "the loop must have spoilt something");
                break;
            }
        }
    }
    assert!(
        unsure > 0,
        "an answer that is never known must have been among them"
    );
}

/// The card of this UID is there as its write told, once; the bystander is as it was. Returns 1 if the write did not
/// know.
async fn check(
    server: &DavServer,
    uid: &str,
    outcome: Result<RemoteId, WriteError>,
    may_be: &[&str],
) -> usize {
    let all = cards(server).await;
    let bystander = server.book("people/b.vcf");
    let bystander = all.iter().find(|there| there.remote.as_str() == bystander);
    assert!(
        bystander.is_some_and(|there| there.text.contains("FN:Bystander\r\n")),
        "{uid}"
    );
    let line = format!("UID:{uid}\r\n");
    let there: Vec<&There> = all.iter().filter(|there| there.text.contains(&line)).collect();
    let says = |name: &str| {
        let line = format!("FN:{name}\r\n");
        there.iter().all(|there| there.text.contains(&line))
    };
    match outcome {
        Ok(remote) => {
            assert_eq!(there.len(), 1, "{uid}");
            assert!(there[0].remote == remote && says(may_be[0]), "{uid} {there:?}");
            0
        }
        Err(WriteError::Link(_)) => {
            assert!(
                there.len() <= 1 && may_be.iter().any(|name| says(name)),
                "{uid} {there:?}"
            );
            1
        }
        // Nobody else writes, and nothing is wrong with the card.
        Err(other) => panic!("{uid}: {other}"),
    }
}
