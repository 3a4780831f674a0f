//! Reading accounts: Radicale and Xandikos on loopback, changed by another program between listings, and with every
//! answer spoilt in every way.

use std::time::Duration;

use sidekeep_links::conformance::{self, Truth};
use sidekeep_links::dav::{self, Address, DavPhone, Login};
use sidekeep_links::{Cursor, ErrorKind, Extent, Phone};
use sidekeep_model::{Kind, Reading};
use sidekeep_testphones::dav::{CERTIFICATE, Change, DavServer};
use sidekeep_testphones::http::{Spoil, Spoiler};
use sidekeep_testphones::{Fault, Faulty};

use crate::accounts::{HASTE, card, connect, connect_at, connect_to, object, one, put};

fn servers() -> [DavServer; 2] {
    [DavServer::radicale().unwrap(), DavServer::xandikos().unwrap()]
}

/// Values that look like the XML round them, and one that is long.
const NASTY: [&str; 4] = [
    "<&amp;>]]>",
    "&#65;%41 + '\"",
    "Zo\u{eb} 👩‍🚀 \u{202e}rtl",
    "two  spaces ",
];

/// Two books, one of them empty; a calendar, a to-do list, and a calendar for both.
fn fill(server: &DavServer) {
    let mut changes = vec![
        Change::Book("people/".to_owned()),
        Change::Book("nobody/".to_owned()),
        Change::Calendar("work/".to_owned(), vec!["VEVENT"]),
        Change::Calendar("todo/".to_owned(), vec!["VTODO"]),
        Change::Calendar("both/".to_owned(), vec![]),
    ];
    for (at, name) in NASTY.iter().enumerate() {
        changes.push(put(
            &format!("people/nasty-{at}.vcf"),
            card(&format!("n{at}"), name),
        ));
    }
    let picture = format!(
        "PHOTO;ENCODING=b;TYPE=JPEG:{}\r\nEND:VCARD",
        "QUJD".repeat(20_000)
    );
    changes.push(put(
        "people/big.vcf",
        card("big", "Big").replace("END:VCARD", &picture),
    ));
    changes.push(put("people/odd%20name+%26%C3%BC.vcf", card("odd", "Odd")));
    changes.push(put("work/a.ics", object("VEVENT", "a", "Tea")));
    changes.push(put("todo/b.ics", object("VTODO", "b", "Milk")));
    changes.push(put("both/c.ics", object("VEVENT", "c", "Cake")));
    changes.push(put("both/d.ics", object("VTODO", "d", "Bread")));
    server.change(&changes).unwrap();
}

const COUNTS: [usize; 3] = [NASTY.len() + 2, 2, 2];

fn counts(truth: &Truth) -> [usize; 3] {
    [Kind::Contact, Kind::Event, Kind::Task].map(|kind| truth.count(kind))
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance() {
    for server in servers() {
        fill(&server);
        let truth = conformance::check(async || connect(&server).await).await.unwrap();
        assert_eq!(counts(&truth), COUNTS);
        let contacts = truth.listing(Kind::Contact).unwrap();
        let names: Vec<&str> = contacts
            .collections
            .iter()
            .map(|one| one.collection.name.as_str())
            .collect();
        for name in ["people", "nobody"] {
            assert!(names.contains(&name), "{names:?}");
        }
        let tasks = truth.listing(Kind::Task).unwrap();
        let both = one(tasks, server.calendar("both/"));
        assert_eq!(both.collection.colour.as_deref(), Some("#FF2968"));
        assert_eq!(both.entries.len(), 1);
        // What another program wrote is what we read, line ends included.
        let bytes = truth
            .bytes(
                Kind::Event,
                &server.calendar("work/"),
                &server.calendar("work/a.ics"),
            )
            .unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        for line in ["UID:a\r\n", "SUMMARY:Tea\r\n", "END:VCALENDAR\r\n"] {
            assert!(
                text.contains(line) && !text.replace("\r\n", "").contains('\n'),
                "{text:?}"
            );
        }
        let mut nth = 1;
        loop {
            let mut phone = Faulty::new(connect(&server).await).at(nth, Fault::Corrupt);
            conformance::stays_honest(&mut phone, &truth).await.unwrap();
            if !phone.fired() {
                assert!(nth > 10);
                break;
            }
            nth += 5;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_changed_is_told_by_the_cursor() {
    for server in servers() {
        fill(&server);
        let mut phone = connect(&server).await;
        let first = phone.list(Kind::Contact, None).await.unwrap();
        let cursor = first.cursor.clone().unwrap();
        server
            .change(&[
                put("people/new.vcf", card("new", "New")),
                put("people/nasty-0.vcf", card("n0", "Changed")),
                Change::Delete("people/big.vcf".to_owned()),
            ])
            .unwrap();
        let later = phone.list(Kind::Contact, Some(&cursor)).await.unwrap();
        let people = one(&later, server.book("people/"));
        assert!(people.reading.is_complete(), "{people:?}");
        let mut listed: Vec<&str> = people.entries.iter().map(|entry| entry.remote.as_str()).collect();
        listed.sort_unstable();
        assert_eq!(
            listed,
            [server.book("people/nasty-0.vcf"), server.book("people/new.vcf")]
        );
        assert_eq!(
            people.extent,
            Extent::Delta {
                gone: vec![server.book("people/big.vcf").as_str().into()]
            }
        );
        let nobody = one(&later, server.book("nobody/"));
        assert_eq!(
            (nobody.entries.len(), &nobody.extent),
            (0, &Extent::Delta { gone: Vec::new() })
        );
        // Nothing new since.
        let quiet = phone.list(Kind::Contact, later.cursor.as_ref()).await.unwrap();
        assert!(
            quiet
                .collections
                .iter()
                .all(|one| one.entries.is_empty() && one.reading.is_complete())
        );
        // A token that the server does not know asks for everything, and so does what is no cursor at all.
        for expired in [
            cursor
                .0
                .replace("\"token\":\"", "\"token\":\"x")
                .replace("\"ctag\":\"", "\"ctag\":\"x"),
            "no cursor".to_owned(),
        ] {
            let full = phone
                .list(Kind::Contact, Some(&Cursor(expired.clone())))
                .await
                .unwrap();
            let people = one(&full, server.book("people/"));
            assert_eq!(
                (people.entries.len(), &people.extent),
                (COUNTS[0], &Extent::Full),
                "{expired}"
            );
            assert!(people.reading.is_complete());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_a_mixed_calendar_is_no_task() {
    for server in servers() {
        fill(&server);
        let mut phone = connect(&server).await;
        let mut cursors = Vec::new();
        for kind in [Kind::Event, Kind::Task] {
            cursors.push(phone.list(kind, None).await.unwrap().cursor.unwrap());
        }
        server
            .change(&[
                put("both/e.ics", object("VTODO", "e", "Eggs")),
                Change::Delete("both/c.ics".to_owned()),
            ])
            .unwrap();
        let check = async |phone: &mut DavPhone, kind: Kind, cursor: &Cursor, expected: &[&str]| {
            // Whether changes alone are told depends on the server; what is there does not.
            let listing = phone.list(kind, Some(cursor)).await.unwrap();
            let both = one(&listing, server.calendar("both/"));
            let paths: Vec<String> = expected.iter().map(|path| server.calendar(path)).collect();
            let mut listed: Vec<&str> = both.entries.iter().map(|entry| entry.remote.as_str()).collect();
            listed.sort_unstable();
            match &both.extent {
                Extent::Full => assert_eq!(listed, paths, "{kind}"),
                Extent::Delta { gone } => {
                    assert!(
                        listed.iter().all(|id| paths.iter().any(|path| path == id)),
                        "{kind} {listed:?}"
                    );
                    assert!(gone.iter().any(|id| id.as_str() == server.calendar("both/c.ics")));
                }
            }
        };
        check(&mut phone, Kind::Event, &cursors[0], &[]).await;
        check(&mut phone, Kind::Task, &cursors[1], &["both/d.ics", "both/e.ics"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_collection_alone() {
    for server in servers() {
        fill(&server);
        let at = server.source(server.address());
        let address = format!("{}{}", at.trim_end_matches('/'), server.book("people"));
        let mut phone = connect_to(&server, &address).await.unwrap();
        let contacts = phone.list(Kind::Contact, None).await.unwrap();
        assert_eq!(contacts.collections.len(), 1);
        assert_eq!(contacts.collections[0].entries.len(), COUNTS[0]);
        let events = phone.list(Kind::Event, None).await.unwrap();
        assert!(events.reading.is_beyond_link(), "{events:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_no_empty_account() {
    let server = DavServer::radicale().unwrap();
    fill(&server);
    let address = Address::parse(&server.source(server.address())).unwrap();
    for login in [None, Some(Login("wrong".into()))] {
        let refused = dav::connect(&address, login.clone(), HASTE).await.unwrap_err();
        assert_eq!(refused.kind(), &ErrorKind::Refused, "{login:?} {refused}");
        assert!(!format!("{refused:?}").contains("wrong"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spoilt_answer_of_radicale_is_noticed() {
    every_spoilt_answer_is_noticed(&DavServer::radicale().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_spoilt_answer_of_xandikos_is_noticed() {
    every_spoilt_answer_is_noticed(&DavServer::xandikos().unwrap()).await;
}

/// Spoils every third answer in each way, beginning with another one for each.
async fn every_spoilt_answer_is_noticed(server: &DavServer) {
    let spoils = [
        Spoil::Cut,
        Spoil::Torn,
        Spoil::HangUp,
        Spoil::Status(401),
        Spoil::Status(403),
        Spoil::Status(404),
        Spoil::Status(503),
        Spoil::Status(507),
        Spoil::Page(200),
        Spoil::Page(207),
        Spoil::Nothing,
        Spoil::Late(Duration::from_millis(3)),
    ];
    fill(server);
    let truth = conformance::check(async || connect(server).await).await.unwrap();
    for (at, spoil) in spoils.iter().enumerate() {
        for nth in (1 + at as u64 % 3..).step_by(3) {
            let mut fired = false;
            // Once alone, which waiting may mend; and then for good, which it does not.
            for last in [nth, u64::MAX] {
                let proxy = Spoiler::start(server.address(), spoil.clone(), nth, last)
                    .await
                    .unwrap();
                if let Ok(mut phone) = connect_at(server, proxy.address()).await {
                    let honest = conformance::stays_honest(&mut phone, &truth).await;
                    honest.unwrap_or_else(|breach| panic!("{spoil:?} from {nth} to {last}: {breach}"));
                }
                fired |= proxy.fired();
            }
            if !fired {
                assert!(nth > 5, "the loop must have spoilt something");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_unplugged() {
    let server = DavServer::radicale().unwrap();
    fill(&server);
    let mut phone = connect(&server).await;
    phone.list(Kind::Contact, None).await.unwrap();
    drop(server);
    let gone = phone.list(Kind::Contact, None).await.unwrap_err();
    assert_eq!(gone.kind(), &ErrorKind::Unplugged);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_anything_is_complete_and_empty() {
    for server in servers() {
        // Radicale makes the account with its first collection.
        server
            .change(&[
                Change::Book("people/".to_owned()),
                Change::Calendar("work/".to_owned(), vec!["VEVENT"]),
            ])
            .unwrap();
        let mut phone = connect(&server).await;
        let contacts = phone.list(Kind::Contact, None).await.unwrap();
        assert_eq!(contacts.reading, Reading::Complete);
        assert!(one(&contacts, server.book("people/")).entries.is_empty());
        assert!(one(&contacts, server.book("people/")).reading.is_complete());
    }
}

/// The SHA-256 of the certificate in a PEM, in hex.
fn fingerprint(pem: &str) -> String {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(lines.collect::<String>())
        .unwrap();
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_vouches_for_is_trusted_by_its_fingerprint_alone() {
    let server = DavServer::radicale_with_tls().unwrap();
    let at =
        |fragment: &str| Address::parse(&format!("dav+https://u@{}/{fragment}", server.address())).unwrap();
    let login = || Some(Login("u".into()));
    let own = fingerprint(CERTIFICATE);
    for fragment in [String::new(), format!("#sha256={}", "0".repeat(64))] {
        let refused = dav::connect(&at(&fragment), login(), HASTE).await.unwrap_err();
        assert_eq!(refused.kind(), &ErrorKind::Refused, "{refused}");
        assert!(
            refused.context().contains(&own),
            "its owner is told what to trust: {refused}"
        );
    }
    let pinned = at(&format!("#sha256={own}"));
    let mut phone = dav::connect(&pinned, login(), HASTE).await.unwrap();
    assert!(
        phone
            .list(Kind::Contact, None)
            .await
            .unwrap()
            .reading
            .is_complete()
    );
    let wrong = dav::connect(&pinned, None, HASTE).await.unwrap_err();
    assert_eq!(wrong.kind(), &ErrorKind::Refused);
    assert!(!wrong.context().contains(&own), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_tls_at_a_port_without_it_is_told_so() {
    for server in servers() {
        let address = Address::parse(&format!("dav+https://u@{}/", server.address())).unwrap();
        let login = Some(Login("u".into()));
        let refused = dav::connect(&address, login, HASTE).await.unwrap_err();
        assert_eq!(
            dav::Refusal::of(&refused),
            Some(dav::Refusal::NoTls),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_at_which_nothing_is_does_not_stand_for_the_whole_account() {
    for server in servers() {
        fill(&server);
        let at = server.source(server.address());
        let beside = server.book("people").replace("people", "nonsense");
        let address = format!("{}{beside}", at.trim_end_matches('/'));
        let missing = connect_to(&server, &address).await.unwrap_err();
        assert_eq!(missing.kind(), &ErrorKind::Missing, "{missing}");
    }
}
