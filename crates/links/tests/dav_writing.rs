//! Writing to accounts: on real servers, on servers whose answers are lost, and on some that heed no condition.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::conformance;
use sidekeep_links::dav::{self, Address, DavPhone, Login, Patience};
use sidekeep_links::{
    Condition, ErrorKind, LinkError, Phone, Sink, Stat, Wanted, Write, WriteError, Written,
};
use sidekeep_model::{Fingerprint, Kind, Media, RemoteId};
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_testphones::http::{HttpServer, Reply, Request, Spoil, Spoiler};

/// Waits that no test notices.
const HASTE: Patience = Patience {
    tries: 2,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(5),
    silence: Duration::from_secs(20),
};

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

async fn connect_at(server: &DavServer, address: SocketAddr) -> Result<DavPhone, LinkError> {
    let address = Address::parse(&server.source(address)).unwrap();
    let login = server
        .login()
        .map(|(_, password)| Login::Password(password.to_owned()));
    dav::connect(&address, login, HASTE).await
}

async fn connect(server: &DavServer) -> DavPhone {
    connect_at(server, server.address()).await.unwrap()
}

fn card(uid: &str, name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n")
}

fn object(component: &str, uid: &str, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:{component}\r\nUID:{uid}\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\nSUMMARY:{summary}\r\nEND:{component}\r\n\
         END:VCALENDAR\r\n"
    )
}

/// A card to be written to `collection`.
fn write(collection: String, text: String, condition: Condition) -> Write {
    Write {
        kind: Kind::Contact,
        collection: collection.as_str().into(),
        media: Media::VCARD.into(),
        bytes: text.into(),
        condition,
    }
}

fn new() -> Condition {
    Condition::New { before: None }
}

async fn send(phone: &mut DavPhone, write: Write) -> Result<RemoteId, WriteError> {
    let written: Written = phone.writing().unwrap().write(&write).await?;
    Ok(written.remote)
}

/// Keeps what comes, by its index.
#[derive(Default)]
struct Tray(Vec<(usize, Vec<u8>)>);

#[async_trait]
impl Sink for Tray {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        self.0.push((index, Vec::new()));
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        self.0.last_mut().unwrap().1.extend_from_slice(&bytes);
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        outcome.map(|_| ())
    }
}

/// A card that is there.
#[derive(Debug)]
struct There {
    remote: RemoteId,
    fingerprint: Fingerprint,
    text: String,
}

/// Every card of the account.
async fn cards(server: &DavServer) -> Vec<There> {
    let mut phone = connect(server).await;
    let listing = phone.list(Kind::Contact, None).await.unwrap();
    let wanted: Vec<Wanted> = listing
        .collections
        .iter()
        .flat_map(|one| {
            one.entries.iter().map(|entry| Wanted {
                kind: Kind::Contact,
                collection: one.collection.id.clone(),
                remote: entry.remote.clone(),
                fingerprint: entry.fingerprint.clone(),
                size: None,
                from: 0,
            })
        })
        .collect();
    let mut tray = Tray::default();
    phone.fetch(&wanted, &mut tray).await.unwrap();
    assert_eq!(tray.0.len(), wanted.len());
    let there = tray.0.into_iter().map(|(index, bytes)| There {
        remote: wanted[index].remote.clone(),
        fingerprint: wanted[index].fingerprint.clone(),
        text: String::from_utf8(bytes).unwrap(),
    });
    there.collect()
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

/// A server with one card in one address book. It heeds no condition; `other` answers before it does.
struct Stage {
    server: HttpServer,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Stage {
    async fn new(other: impl Fn(&Request, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        let server = HttpServer::start(move |request: Request| {
            let nth = {
                let mut kept = kept.lock().unwrap();
                kept.push(request.clone());
                kept.iter().filter(|known| known.method == request.method).count()
            };
            let reply = other(&request, nth).unwrap_or_else(|| careless(&request));
            async move { reply }
        })
        .await
        .unwrap();
        Self { server, asked }
    }

    async fn send(&self, condition: Condition) -> Result<RemoteId, WriteError> {
        let address = Address::parse(&format!("dav+http://{}/", self.server.address())).unwrap();
        let mut phone = dav::connect(&address, None, HASTE).await.unwrap();
        let write = write("/u/book/".to_owned(), card("a", "Ada"), condition);
        send(&mut phone, write).await
    }

    /// The PUTs that came.
    fn puts(&self) -> Vec<Request> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|request| request.method == "PUT")
            .cloned()
            .collect()
    }
}

const THERE: &str = "/u/book/a.vcf";

fn listed() -> Condition {
    Condition::Unchanged {
        remote: THERE.into(),
        fingerprint: "\"1\"".into(),
    }
}

fn xml(inner: &str) -> Reply {
    let text = format!(
        "<?xml version=\"1.0\"?><multistatus xmlns=\"DAV:\" xmlns:A=\"urn:ietf:params:xml:ns:carddav\">{inner}</multistatus>"
    );
    Reply::new(207, text)
}

fn found(href: &str, properties: &str) -> String {
    format!(
        "<response><href>{href}</href><propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>\
         </response>"
    )
}

fn etag(value: &str) -> Reply {
    xml(&found(THERE, &format!("<getetag>{value}</getetag>")))
}

const HOME: &str = "<resourcetype><collection/></resourcetype>\
    <A:addressbook-home-set><href>/u/</href></A:addressbook-home-set>";
const BOOK: &str = "<resourcetype><collection/><A:addressbook/></resourcetype>";

fn careless(request: &Request) -> Reply {
    match (request.method.as_str(), request.target.as_str()) {
        ("PROPFIND", "/") => xml(&found("/", HOME)),
        ("PROPFIND", "/u/") => xml(&[found("/u/", HOME), found("/u/book/", BOOK)].concat()),
        ("PROPFIND", THERE) => etag("\"1\""),
        ("PUT", _) => Reply::new(201, ""),
        ("GET", THERE) => Reply::new(200, card("another", "Another")),
        _ => Reply::new(404, ""),
    }
}

fn is_look(request: &Request) -> bool {
    request.method == "PROPFIND" && request.target == THERE
}

#[tokio::test]
async fn a_server_that_heeds_no_condition_is_looked_at_first() {
    let changed = Stage::new(|request, _| is_look(request).then(|| etag("\"2\""))).await;
    let gone = Stage::new(|request, _| is_look(request).then(|| Reply::new(404, ""))).await;
    for stage in [changed, gone] {
        let refused = stage.send(listed()).await;
        assert!(matches!(refused, Err(WriteError::Conflict)), "{refused:?}");
        assert_eq!(stage.puts(), []);
    }
    let still = Stage::new(|_, _| None).await;
    assert_eq!(still.send(listed()).await.unwrap().as_str(), THERE);
    let puts = still.puts();
    assert_eq!(puts.len(), 1);
    assert_eq!(puts[0].header("if-match"), Some("\"1\""));
    assert_eq!(puts[0].header("content-type"), Some("text/vcard; charset=utf-8"));
    assert_eq!(puts[0].body, card("a", "Ada").into_bytes());
    // The name that its UID gives is taken.
    let other = still.send(new()).await.unwrap();
    assert!(other.as_str() != THERE && other.as_str().starts_with("/u/book/"));
    let put = still.puts().pop().unwrap();
    assert_eq!(
        (put.target.as_str(), put.header("if-none-match")),
        (other.as_str(), Some("*"))
    );
}

#[tokio::test]
async fn a_state_that_is_not_told_is_not_written_over() {
    for reply in [
        xml(""),
        xml(&found(THERE, "")),
        xml(&found("/u/book/other.vcf", "<getetag>\"1\"</getetag>")),
        Reply::new(200, "<html/>"),
        Reply::new(500, ""),
    ] {
        let instead = reply.clone();
        let stage = Stage::new(move |request, _| is_look(request).then(|| instead.clone())).await;
        let refused = stage.send(listed()).await;
        assert!(
            matches!(refused, Err(WriteError::Link(_))),
            "{reply:?} {refused:?}"
        );
        assert_eq!(stage.puts(), []);
    }
}

#[tokio::test]
async fn a_collection_that_is_only_read_is_not_asked() {
    let read = "<current-user-privilege-set><privilege><read/></privilege></current-user-privilege-set>";
    let subscribed = "<resourcetype><collection/><A:addressbook/>\
                      <S:subscribed xmlns:S=\"http://calendarserver.org/ns/\"/></resourcetype>";
    for book in [format!("{BOOK}{read}"), subscribed.to_owned()] {
        let stage = Stage::new(move |request, _| {
            (request.target == "/u/").then(|| xml(&[found("/u/", HOME), found("/u/book/", &book)].concat()))
        })
        .await;
        let refused = stage.send(new()).await;
        assert!(matches!(refused, Err(WriteError::ReadOnly)), "{refused:?}");
        assert!(!stage.asked.lock().unwrap().iter().any(is_look));
    }
}

#[tokio::test]
async fn what_the_answer_to_a_write_means() {
    let check = async |replies: Vec<Reply>, puts: usize, expected: &str| {
        let told = replies.clone();
        let stage = Stage::new(move |request, nth| {
            let put = request.method == "PUT";
            put.then(|| told[(nth - 1).min(told.len() - 1)].clone())
        })
        .await;
        let outcome = match stage.send(listed()).await {
            Ok(remote) => remote.to_string(),
            Err(WriteError::Link(error)) => format!("{:?}", error.kind()),
            Err(error) => error.to_string(),
        };
        assert_eq!(outcome, expected, "{replies:?}");
        assert_eq!(stage.puts().len(), puts, "{replies:?}");
    };
    let sabre = "<d:error xmlns:d=\"DAV:\" xmlns:s=\"http://sabredav.org/ns\"><s:exception>X</s:exception>\
                 <d:need-privileges/></d:error>";
    let uid = "<error xmlns=\"DAV:\"><C:no-uid-conflict xmlns:C=\"urn:ietf:params:xml:ns:caldav\"/></error>";
    let one = |reply: Reply| vec![reply];
    check(one(Reply::new(204, "")), 1, THERE).await;
    check(
        one(Reply::new(412, "")),
        1,
        "changed on the phone since it was read",
    )
    .await;
    check(
        one(Reply::new(403, "")),
        1,
        "the collection may not be written to",
    )
    .await;
    check(
        one(Reply::new(403, sabre)),
        1,
        "the collection may not be written to",
    )
    .await;
    check(
        one(Reply::new(409, uid)),
        1,
        "refused by the phone: the server says no-uid-conflict (409)",
    )
    .await;
    check(one(Reply::new(401, "")), 1, "Refused").await;
    check(one(Reply::new(202, "")), 1, "Garbled").await;
    // What did not arrive is sent again; more often than that, nobody knows.
    check(vec![Reply::new(503, ""), Reply::new(204, "")], 2, THERE).await;
    check(one(Reply::default()), 2, "Unplugged").await;
    check(one(Reply::new(500, "")), 2, "Busy(None)").await;
    let wait = Reply::new(429, "").header("Retry-After", "9999");
    check(one(wait), 1, "Busy(None)").await;
}

#[tokio::test]
async fn a_name_of_the_servers_own_is_the_id() {
    let check = async |place: &str, expected: &str| {
        let told = place.to_owned();
        let stage = Stage::new(move |request, _| {
            let put = request.method == "PUT";
            put.then(|| Reply::new(201, "").header("Location", &told))
        })
        .await;
        let condition = Condition::New {
            before: Some("/u/book/was.vcf".into()),
        };
        assert_eq!(stage.send(condition).await.unwrap().as_str(), expected, "{place}");
    };
    check("/u/book/own.vcf", "/u/book/own.vcf").await;
    for stray in ["http://evil.example/u/book/own.vcf", "/u/own.vcf", "/u/book/", ""] {
        check(stray, "/u/book/was.vcf").await;
    }
}
