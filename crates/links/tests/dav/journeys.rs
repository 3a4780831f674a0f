//! The same journeys on every server: found, listed, fetched, changed by another program, added to, changed, not
//! overwritten. Servers that are not there leave their tests ignored.

use std::collections::BTreeSet;

use sidekeep_links::conformance;
use sidekeep_links::{Condition, Cursor, Extent, Phone, WriteError};
use sidekeep_model::{Kind, Media};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::accounts::{There, card, cards, connect, everything, new, object, one, put, send, write};

/// What is there of a kind in a collection, by names of resources.
type Names = BTreeSet<String>;

fn names(there: &[There], collection: &str) -> Names {
    let name = |one: &There| one.remote.as_str().strip_prefix(collection).map(str::to_owned);
    there.iter().filter_map(name).collect()
}

fn set(names: &[&str]) -> Names {
    names.iter().map(|name| (*name).to_owned()).collect()
}

async fn travel(server: &DavServer) {
    server
        .change(&[
            Change::Book("people/".to_owned()),
            Change::Calendar("work/".to_owned(), vec!["VEVENT"]),
            put("people/a.vcf", card("a", "Ada")),
            put("people/b.vcf", card("b", "Bob")),
            put("work/t.ics", object("VEVENT", "t", "Tea")),
        ])
        .unwrap();
    let people = server.book("people/");

    // Listed and fetched.
    let mut phone = connect(server).await;
    let there = everything(&mut phone, Kind::Contact).await;
    assert_eq!(names(&there, &people), set(&["a.vcf", "b.vcf"]));
    assert!(
        there.iter().all(|one| one.text.trim_end().ends_with("END:VCARD")),
        "{there:?}"
    );
    let events = everything(&mut phone, Kind::Event).await;
    assert_eq!(names(&events, &server.calendar("work/")), set(&["t.ics"]));
    assert!(events[0].text.contains("SUMMARY:Tea\r\n"), "{events:?}");
    let truth = conformance::check(async || connect(server).await).await.unwrap();
    assert_eq!(truth.count(Kind::Contact), 2);

    // What another program did is told, whether as changes or as everything.
    let first = phone.list(Kind::Contact, None).await.unwrap();
    let cursor = first.cursor.unwrap();
    server
        .change(&[
            put("people/c.vcf", card("c", "Cyd")),
            put("people/a.vcf", card("a", "Ada L.")),
            Change::Delete("people/b.vcf".to_owned()),
        ])
        .unwrap();
    let cursor = told(&mut phone, &people, &cursor, &["a.vcf", "c.vcf"], &["b.vcf"]).await;

    // Added, and changed, on condition.
    let added = send(&mut phone, write(people.clone(), card("d", "Dan"), new()))
        .await
        .unwrap();
    let ada = find(server, "UID:a\r\n").await;
    let unchanged = |there: &There| Condition::Unchanged {
        remote: there.remote.clone(),
        fingerprint: there.fingerprint.clone(),
    };
    let changed = write(people.clone(), card("a", "Countess"), unchanged(&ada));
    assert_eq!(send(&mut phone, changed.clone()).await.unwrap(), ada.remote);
    assert!(find(server, "UID:a\r\n").await.text.contains("FN:Countess\r\n"));
    let dan = find(server, "UID:d\r\n").await;
    assert!(dan.remote == added && dan.text.contains("FN:Dan\r\n"), "{dan:?}");

    // Its state is an older one now, and so is what another program changed or took away meanwhile.
    let stale = send(&mut phone, changed).await;
    assert!(matches!(stale, Err(WriteError::Conflict)), "{stale:?}");
    server
        .change(&[put("people/d.vcf", card("d", "Daniel"))])
        .unwrap();
    let mine = write(people.clone(), card("d", "Danny"), unchanged(&dan));
    let stale = send(&mut phone, mine).await;
    assert!(matches!(stale, Err(WriteError::Conflict)), "{stale:?}");
    assert!(find(server, "UID:d\r\n").await.text.contains("FN:Daniel\r\n"));
    let cyd = find(server, "UID:c\r\n").await;
    server
        .change(&[Change::Delete("people/c.vcf".to_owned())])
        .unwrap();
    let gone = send(
        &mut phone,
        write(people.clone(), card("c", "Cyd again"), unchanged(&cyd)),
    )
    .await;
    assert!(matches!(gone, Err(WriteError::Conflict)), "{gone:?}");
    let twice = send(&mut phone, write(people.clone(), card("d", "Double"), new())).await;
    assert!(matches!(twice, Err(WriteError::Conflict)), "{twice:?}");
    told(&mut phone, &people, &cursor, &["a.vcf", "d.vcf"], &["c.vcf"]).await;
    assert_eq!(names(&cards(server).await, &people), set(&["a.vcf", "d.vcf"]));

    // An event is put back where it was.
    let media = Media::ICALENDAR.into();
    server.change(&[Change::Delete("work/t.ics".to_owned())]).unwrap();
    let before = Some(server.calendar("work/t.ics").as_str().into());
    let again = sidekeep_links::Write {
        kind: Kind::Event,
        media,
        ..write(
            server.calendar("work/"),
            object("VEVENT", "t", "Tea"),
            Condition::New { before },
        )
    };
    let place = send(&mut phone, again).await.unwrap();
    assert_eq!(place.as_str(), server.calendar("work/t.ics"));
}

/// Of a collection in which two are there in the end, these were touched since, and these are gone.
async fn told(
    phone: &mut sidekeep_links::dav::DavPhone,
    collection: &str,
    since: &Cursor,
    touched: &[&str],
    gone: &[&str],
) -> Cursor {
    let listing = phone.list(Kind::Contact, Some(since)).await.unwrap();
    let told = one(&listing, collection.to_owned());
    assert!(told.reading.is_complete(), "{told:?}");
    let name = |id: &str| id.strip_prefix(collection).unwrap().to_owned();
    let listed: Names = told
        .entries
        .iter()
        .map(|entry| name(entry.remote.as_str()))
        .collect();
    assert_eq!(listed, set(touched));
    if let Extent::Delta { gone: told } = &told.extent {
        let told: Names = told.iter().map(|id| name(id.as_str())).collect();
        assert!(
            set(gone).is_subset(&told) && told.is_disjoint(&listed),
            "{told:?}"
        );
    }
    listing.cursor.unwrap()
}

async fn find(server: &DavServer, line: &str) -> There {
    let all = cards(server).await;
    let shown = format!("{all:?}");
    let mut found = all.into_iter().filter(|one| one.text.contains(line));
    let first = found.next();
    assert!(found.next().is_none(), "{shown}");
    first.unwrap_or_else(|| panic!("{line} in {shown}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn on_radicale() {
    travel(&DavServer::radicale().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_xandikos() {
    travel(&DavServer::xandikos().unwrap()).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "Cyrus may not be there; `cargo xtask test` fetches it"]
async fn on_cyrus() {
    travel(&DavServer::cyrus().unwrap()).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "DAViCal may not be there; `cargo xtask test` fetches it"]
async fn on_davical() {
    travel(&DavServer::davical().unwrap()).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "SOGo may not be there; `cargo xtask test` fetches it"]
async fn on_sogo() {
    travel(&DavServer::sogo().unwrap()).await;
}
