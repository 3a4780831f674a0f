//! Accounts on servers that err, lie or lead astray: a clear answer, nothing lost, and no login leaked.

#![allow(clippy::unwrap_used, reason = "tests")]

mod bounds;
mod kinds;
mod pictures;
mod stage;
mod strays;
#[path = "../tray/mod.rs"]
mod tray;

use sidekeep_links::{Condition, ErrorKind, Extent, Phone, Wanted, Write};
use sidekeep_model::{Kind, Media, Reason};
use sidekeep_testphones::http::{HttpServer, Reply, Request};

use stage::{BOOK, HOME, Stage, asks, book, card, connect, fetch, found, gone, xml};
use tray::Tray;

#[tokio::test]
async fn an_honest_server() {
    let stage = Stage::new(|_, _| None).await;
    let mut phone = stage.connect().await.unwrap();
    let book = book(&mut phone).await;
    assert!(book.reading.is_complete() && book.extent == Extent::Full);
    assert_eq!(fetch(&mut phone).await, [Ok(card("a")), Ok(card("b"))]);
    assert!(
        phone
            .list(Kind::Event, None)
            .await
            .unwrap()
            .reading
            .is_beyond_link()
    );
}

#[tokio::test]
async fn no_redirect_carries_the_login_to_another_server() {
    let other = Stage::new(|_, _| None).await;
    let elsewhere = [
        format!("http://{}/u/", other.server.address()),
        format!("//{}/u/", other.server.address()),
        "https://127.0.0.1/u/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "/../../u/".to_owned(),
    ];
    for target in elsewhere {
        let away = target.clone();
        let stage = Stage::new(move |_, _| Some(Reply::new(302, "").header("Location", &away))).await;
        let error = stage.connect().await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Garbled, "{target} {error}");
    }
    // Neither do homes and principals that lead there.
    let place = format!(
        "<current-user-principal><href>http://{}/</href></current-user-principal>",
        other.server.address()
    );
    let stage = Stage::new(move |_, _| Some(xml(&found("/", &place)))).await;
    stage.connect().await.unwrap_err();
    assert_eq!(other.asked(), []);
}

#[tokio::test]
async fn redirects_on_the_same_server_are_followed_and_end() {
    let stage = Stage::new(|request, _| {
        (request.target == "/").then(|| Reply::new(301, "").header("Location", "/dav/"))
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    assert_eq!(book(&mut phone).await.entries.len(), 2);
    let methods: Vec<String> = stage.asked().into_iter().map(|request| request.method).collect();
    assert_eq!(methods[..2], ["PROPFIND", "PROPFIND"]);

    let circle = Stage::new(|_, nth| Some(Reply::new(302, "").header("Location", &format!("/{nth}/")))).await;
    assert_eq!(circle.connect().await.unwrap_err().kind(), &ErrorKind::Garbled);
    assert!(circle.asked().len() < 40);
}

#[tokio::test]
async fn where_a_token_is_asked_for_it_is_one() {
    let is_shown = |request: &Request| request.header("authorization") == Some("Bearer secret");
    let stage = Stage::new(move |request, _| {
        let asks = || Reply::new(401, "").header("WWW-Authenticate", "Bearer realm=\"cloud\"");
        (!is_shown(request)).then(asks)
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    assert!(book(&mut phone).await.reading.is_complete());
    let refused = stage.asked().iter().filter(|request| !is_shown(request)).count();
    assert_eq!(refused, 1, "what the server wants is asked once");
}

#[tokio::test]
async fn a_digest_is_answered_and_a_stale_one_anew() {
    let stage = Stage::new(|request, nth| {
        let shown = request.header("authorization").unwrap_or_default();
        let nonce = if nth < 6 { "one" } else { "two" };
        let stale = if nth < 6 { "" } else { ", stale=true" };
        let line = format!("Digest realm=\"r\", nonce=\"{nonce}\", qop=\"auth\"{stale}");
        (!shown.starts_with("Digest") || !shown.contains(&format!("nonce=\"{nonce}\"")))
            .then(|| Reply::new(401, "").header("WWW-Authenticate", &line))
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    assert_eq!(book(&mut phone).await.entries.len(), 2);
    assert_eq!(fetch(&mut phone).await, [Ok(card("a")), Ok(card("b"))]);
    let again = stage
        .asked()
        .iter()
        .filter(|request| asks(request) == "multiget")
        .count();
    assert!(again <= 2, "a stale nonce costs one request");
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_waited_for() {
    for status in [429, 503] {
        let stage = Stage::new(move |_, nth| {
            (nth % 2 == 1).then(|| Reply::new(status, "").header("Retry-After", "0"))
        })
        .await;
        let mut phone = stage.connect().await.unwrap();
        assert!(book(&mut phone).await.reading.is_complete());
    }
    let never = Stage::new(|request, _| {
        (asks(request) == "members").then(|| Reply::new(429, "").header("Retry-After", "9999"))
    })
    .await;
    let mut phone = never.connect().await.unwrap();
    let reading = book(&mut phone).await.reading;
    assert_eq!(reading.reasons()[0].reason, Reason::Busy);
    let asked = never
        .asked()
        .iter()
        .filter(|request| asks(request) == "members")
        .count();
    assert_eq!(asked, 1, "it said that it would not answer");
}

#[tokio::test]
async fn what_is_no_listing_is_not_empty() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\
                <multistatus xmlns=\"DAV:\"><response><href>&b;</href></response></multistatus>";
    let deep = format!("<multistatus xmlns=\"DAV:\">{}", "<response>".repeat(100_000));
    let replies = [
        Reply::new(200, "<html><form/></html>"),
        Reply::new(207, "<html><form/></html>"),
        Reply::new(207, ""),
        Reply::new(207, "<multistatus xmlns=\"DAV:\"><response>"),
        Reply::new(207, bomb),
        Reply::new(207, deep),
        Reply::new(204, ""),
        Reply::new(403, ""),
        Reply::new(500, "<multistatus xmlns=\"DAV:\"/>"),
        Reply::new(507, ""),
        Reply::default(),
    ];
    for reply in replies {
        for spoilt in ["members", "collections"] {
            let instead = reply.clone();
            let stage =
                Stage::new(move |request, _| (asks(request) == spoilt).then(|| instead.clone())).await;
            let mut phone = stage.connect().await.unwrap();
            match phone.list(Kind::Contact, None).await {
                Err(error) => assert!(error.is_fatal(), "{reply:?} {error}"),
                Ok(listing) => {
                    let whole = listing.reading.lists_everything()
                        && listing
                            .collections
                            .iter()
                            .all(|one| one.reading.lists_everything());
                    assert!(!whole, "{spoilt} {reply:?} {listing:?}");
                }
            }
        }
    }
    // A whole answer that says nothing of what was asked.
    let stage = Stage::new(|request, _| (asks(request) == "members").then(|| xml(""))).await;
    let book = book(&mut stage.connect().await.unwrap()).await;
    assert!(!book.reading.lists_everything());
}

#[tokio::test]
async fn members_on_another_server_are_doubted() {
    let stage = Stage::new(|request, _| {
        (asks(request) == "members").then(|| {
            let etag = "<getetag>\"1\"</getetag>";
            let hrefs = [
                "http://evil.example/a.vcf",
                "/u/book/../../x.vcf",
                "/u/book/a.vcf",
            ];
            let rows: String = hrefs.iter().map(|href| found(href, etag)).collect();
            xml(&(found("/u/book/", HOME) + &rows))
        })
    })
    .await;
    let book = book(&mut stage.connect().await.unwrap()).await;
    assert_eq!(book.entries.len(), 1);
    let why = &book.reading.reasons()[0];
    assert_eq!((why.reason, why.count), (Reason::ItemsUnnameable, 2));
}

#[tokio::test]
async fn changes_come_in_pages_and_expired_tokens_ask_for_everything() {
    let stage = Stage::new(|request, _| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        match asks(request) {
            "token" => Some(xml(&found("/u/book/", "<sync-token>t9</sync-token>"))),
            "changes" if body.contains(">t0<") => {
                let invalid = "<error xmlns=\"DAV:\"><valid-sync-token/></error>";
                Some(Reply::new(403, invalid).header("Content-Type", "application/xml"))
            }
            "changes" if body.contains(">t1<") => {
                let more = "<response><href>/u/book/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>";
                let row = found("/u/book/c.vcf", "<getetag>\"3\"</getetag>");
                Some(xml(&[row, gone("/u/book/a.vcf"), more.into(), "<sync-token>t2</sync-token>".into()].concat()))
            }
            "changes" if body.contains(">t2<") => {
                let row = found("/u/book/a.vcf", "<getetag>\"4\"</getetag>");
                Some(xml(&[row, gone("/u/book/b.vcf"), "<sync-token>t3</sync-token>".into()].concat()))
            }
            _ => None,
        }
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    let cursor = |token: &str| {
        sidekeep_links::Cursor(format!(
            "{{\"collections\":{{\"/u/book/\":{{\"token\":\"{token}\"}}}}}}"
        ))
    };
    let paged = phone.list(Kind::Contact, Some(&cursor("t1"))).await.unwrap();
    let book = &paged.collections[0];
    let listed: Vec<&str> = book.entries.iter().map(|entry| entry.remote.as_str()).collect();
    assert_eq!(listed, ["/u/book/c.vcf", "/u/book/a.vcf"]);
    assert_eq!(
        book.extent,
        Extent::Delta {
            gone: vec!["/u/book/b.vcf".into()]
        }
    );
    assert!(paged.cursor.as_ref().unwrap().0.contains("t3"), "{paged:?}");
    let full = phone.list(Kind::Contact, Some(&cursor("t0"))).await.unwrap();
    assert_eq!(
        (&full.collections[0].extent, full.collections[0].entries.len()),
        (&Extent::Full, 2)
    );
    assert!(full.cursor.unwrap().0.contains("t9"));
}

#[tokio::test]
async fn one_bad_item_spoils_no_other() {
    let check = async |reply: Reply, expected: [Result<String, ErrorKind>; 2]| {
        let instead = reply.clone();
        let stage = Stage::new(move |request, _| match asks(request) {
            "multiget" => Some(instead.clone()),
            "get" if request.target.ends_with("b.vcf") => Some(Reply::new(200, "<html>Log in</html>")),
            _ => None,
        })
        .await;
        let mut phone = stage.connect().await.unwrap();
        assert_eq!(fetch(&mut phone).await, expected, "{reply:?}");
    };
    let a = "<getetag>\"1\"</getetag><A:address-data>BEGIN:VCARD\nFN:a\nEND:VCARD\n</A:address-data>";
    let a_text = || Ok("BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n".to_owned());
    let alone = || Ok(card("alone"));
    check(
        xml(&found("/u/book/a.vcf", a)),
        [a_text(), Err(ErrorKind::Garbled)],
    )
    .await;
    check(
        xml(&(found("/u/book/a.vcf", a) + &gone("/u/book/b.vcf"))),
        [a_text(), Err(ErrorKind::Missing)],
    )
    .await;
    check(
        xml(&(gone("/u/book/a.vcf") + &gone("/u/book/b.vcf"))),
        [Err(ErrorKind::Missing), Err(ErrorKind::Missing)],
    )
    .await;
    check(
        xml(&(found("/u/book/a.vcf", a) + "<response><href>\u{1}&#0;")),
        [a_text(), Err(ErrorKind::Garbled)],
    )
    .await;
    check(Reply::new(500, ""), [alone(), Err(ErrorKind::Garbled)]).await;
    check(
        Reply::new(207, b"\xff\xfe".to_vec()),
        [alone(), Err(ErrorKind::Garbled)],
    )
    .await;
    // What nobody asked for is not taken.
    check(
        xml(&(found("/u/book/x.vcf", a) + &found("/u/book/a.vcf", a) + &found("/u/book/a.vcf", a))),
        [a_text(), Err(ErrorKind::Garbled)],
    )
    .await;
}

#[tokio::test]
async fn what_is_left_out_is_doubted() {
    let members = [
        found("/u/book/", HOME),
        found("/u/book/a.vcf", "<getetag>\"1\"</getetag>"),
    ]
    .concat();
    let cut = "<response><href>/u/book/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>";
    let collections = [found("/u/", HOME), found("/u/book/", BOOK)].concat();
    let untold = "<response><href>/u/other/</href><status>HTTP/1.1 500 Oh</status></response>";
    let secret = "<response><href>/u/other/</href><propstat><prop><resourcetype/></prop>\
        <status>HTTP/1.1 403 Forbidden</status></propstat></response>";
    let more = "<response><href>/u/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>";
    let odd = "<response><href>/u/book/b.vcf</href><status>nonsense</status></response>";
    let check = async |asked: &'static str, answer: String, in_collection: bool| {
        let instead = answer.clone();
        let stage = Stage::new(move |request, _| (asks(request) == asked).then(|| xml(&instead))).await;
        let mut phone = stage.connect().await.unwrap();
        let listing = phone.list(Kind::Contact, None).await.unwrap();
        let whole = (
            listing.reading.is_complete(),
            listing.collections[0].reading.is_complete(),
        );
        assert_eq!(whole, (in_collection, !in_collection), "{answer}");
    };
    check("members", members.clone() + cut, true).await;
    check("members", members + odd, true).await;
    for hidden in [untold, secret, more] {
        check("collections", collections.clone() + hidden, false).await;
    }
}

/// Whatever is no answer about changes, everything is listed anew.
#[tokio::test]
async fn changes_without_a_token_are_no_changes() {
    for answer in [
        "",
        "<response><href>/u/book/</href><status>HTTP/1.1 403 Forbidden</status></response>",
        "<sync-token/>",
    ] {
        let stage = Stage::new(move |request, _| (asks(request) == "changes").then(|| xml(answer))).await;
        let mut phone = stage.connect().await.unwrap();
        let first = phone.list(Kind::Contact, None).await.unwrap();
        let again = phone.list(Kind::Contact, first.cursor.as_ref()).await.unwrap();
        let listed = &again.collections[0];
        assert_eq!(
            (&listed.extent, listed.entries.len()),
            (&Extent::Full, 2),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_write_that_is_sent_elsewhere_is_none() {
    let stage = Stage::new(|request, _| match (request.method.as_str(), asks(request)) {
        ("PUT", _) => Some(Reply::new(302, "").header("Location", "/login?session=secret")),
        (_, "members") if request.target.ends_with(".vcf") => Some(Reply::new(404, "")),
        _ => None,
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    book(&mut phone).await;
    let write = Write {
        kind: Kind::Contact,
        collection: "/u/book/".into(),
        media: Media::from(Media::VCARD),
        bytes: card("c").into(),
        condition: Condition::New { before: None },
    };
    let error = phone.writing().unwrap().write(&write).await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
    let asked = stage.asked();
    assert_eq!(asked.iter().filter(|request| request.method == "PUT").count(), 1);
    assert!(asked.iter().all(|request| !request.target.starts_with("/login")));
}

/// Of so many cards most are wanted: they are asked for whole, and by name is only what that did not bring.
#[tokio::test]
async fn most_of_a_book_is_asked_for_whole() {
    const CARDS: usize = 1_200;
    let path = |nth: usize| format!("/u/book/{nth}.vcf");
    let content = move |nths: &mut dyn Iterator<Item = usize>| {
        let one = |nth: usize| {
            let card = card(&nth.to_string());
            let properties = format!("<getetag>\"{nth}\"</getetag><A:address-data>{card}</A:address-data>");
            found(&path(nth), &properties)
        };
        nths.map(one).collect::<String>()
    };
    let named = |request: &Request| -> Vec<usize> {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let names = body.split("<D:href>/u/book/").skip(1);
        names
            .map(|name| name.split('.').next().unwrap().parse().unwrap())
            .collect()
    };
    let check = async |query: Reply, by_name: usize, wanted: usize, queries: usize| {
        let stage = Stage::new(move |request, _| match asks(request) {
            "members" => {
                let all = (0..CARDS).map(|nth| found(&path(nth), &format!("<getetag>\"{nth}\"</getetag>")));
                Some(xml(&[found("/u/book/", HOME), all.collect()].concat()))
            }
            "query" => Some(query.clone()),
            "multiget" => Some(xml(&content(&mut named(request).into_iter()))),
            _ => None,
        })
        .await;
        let mut phone = stage.connect().await.unwrap();
        assert_eq!(book(&mut phone).await.entries.len(), CARDS);
        let all: Vec<Wanted> = (0..wanted)
            .map(|nth| Wanted {
                kind: Kind::Contact,
                collection: "/u/book/".into(),
                remote: path(nth).as_str().into(),
                fingerprint: format!("\"{nth}\"").as_str().into(),
                size: None,
                from: 0,
            })
            .collect();
        let mut tray = Tray::default();
        phone.fetch(&all, &mut tray).await.unwrap();
        tray.0.sort_by_key(|(index, ..)| *index);
        assert_eq!(tray.0.len(), wanted);
        for (nth, (index, bytes, outcome)) in tray.0.into_iter().enumerate() {
            assert!(index == nth && matches!(outcome, Some(Ok(_))), "{nth}");
            assert_eq!(bytes, card(&nth.to_string()).into_bytes());
        }
        let asked = stage.asked();
        let names: usize = asked
            .iter()
            .filter(|request| asks(request) == "multiget")
            .map(|request| named(request).len())
            .sum();
        assert_eq!(names, by_name);
        assert_eq!(
            asked.iter().filter(|request| asks(request) == "query").count(),
            queries
        );
    };
    let whole = xml(&content(&mut (0..CARDS)));
    check(whole.clone(), 0, CARDS, 1).await;
    check(whole.clone(), 0, 700, 1).await;
    check(whole.clone(), 600, 600, 0).await;
    check(xml(&content(&mut (0..500))), CARDS - 500, CARDS, 1).await;
    check(Reply::new(403, ""), CARDS, CARDS, 1).await;
    check(Reply::new(207, "<multistatus"), CARDS, CARDS, 1).await;
}

#[tokio::test]
async fn silence_ends() {
    let server = HttpServer::start(|_| std::future::pending()).await.unwrap();
    let error = connect(server.address(), None).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Busy(None));
}
