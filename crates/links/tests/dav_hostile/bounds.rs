//! Answers beyond all measure cost little memory and end with a clear error; packed answers are read; no error tells the
//! login.

use std::error::Error;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use sidekeep_links::{ErrorKind, Phone};
use sidekeep_model::{Kind, Reason};
use sidekeep_testphones::http::Reply;

use crate::stage::{BOOK, HOME, PRINCIPAL, Stage, asks, book, card, fetch, found, xml};

const MEGABYTES: usize = 100;

fn packed(reply: Reply) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&reply.body).unwrap();
    let body = encoder.finish().unwrap();
    Reply { body, ..reply }.header("Content-Encoding", "gzip")
}

/// A packed multistatus of [`MEGABYTES`]: `begin`, then `again` over and over with its count for each `@`, then `end`.
fn long(begin: &str, again: &str, end: &str) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let root = "<multistatus xmlns=\"DAV:\" xmlns:A=\"urn:ietf:params:xml:ns:carddav\">";
    encoder.write_all(format!("{root}{begin}").as_bytes()).unwrap();
    let mut nth = 0;
    let mut many = String::new();
    for _ in 0..MEGABYTES << 20 >> 16 {
        if many.is_empty() || again.contains('@') {
            many.clear();
        }
        while many.len() < 1 << 16 {
            many += &again.replace('@', &nth.to_string());
            nth += 1;
        }
        encoder.write_all(many.as_bytes()).unwrap();
    }
    encoder
        .write_all(format!("{end}</multistatus>").as_bytes())
        .unwrap();
    Reply::new(207, encoder.finish().unwrap()).header("Content-Encoding", "gzip")
}

/// The most memory that this process had, in megabytes. The runner gives each test a process of its own.
#[cfg(target_os = "linux")]
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() >> 10
}

#[cfg(not(target_os = "linux"))]
fn memory() -> usize {
    0
}

#[tokio::test]
async fn packed_answers_are_read() {
    let stage = Stage::new(|request, _| match asks(request) {
        "members" => {
            let row = found("/u/book/a.vcf", "<getetag>\"1\"</getetag>");
            Some(packed(xml(&(found("/u/book/", HOME) + &row))))
        }
        "get" => Some(packed(Reply::new(200, card("packed")))),
        "multiget" => Some(packed(Reply::new(500, ""))),
        _ => None,
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    let book = book(&mut phone).await;
    assert!(book.reading.is_complete());
    assert_eq!(book.entries.len(), 1);
    assert_eq!(fetch(&mut phone).await, [Ok(card("packed")), Ok(card("packed"))]);
}

#[tokio::test]
async fn what_is_packed_and_torn_is_no_listing() {
    let whole = packed(xml(&found("/u/book/", HOME)));
    for length in [0, 10, whole.body.len() / 2, whole.body.len() - 9] {
        let torn = Reply {
            body: whole.body[..length].to_vec(),
            ..whole.clone()
        };
        let stage = Stage::new(move |request, _| (asks(request) == "members").then(|| torn.clone())).await;
        let book = book(&mut stage.connect().await.unwrap()).await;
        assert!(!book.reading.lists_everything(), "{length}");
    }
}

#[tokio::test]
async fn a_listing_without_end_takes_little_memory() {
    let itself = found("/u/book/", HOME);
    let replies = [
        // The same member again and again, ever new ones, and one whose name has no end.
        long(&itself, &found("/u/book/a.vcf", "<getetag>\"1\"</getetag>"), ""),
        long(&itself, &found("/u/book/@.vcf", "<getetag>\"@\"</getetag>"), ""),
        long(
            &format!("{itself}<response><href>/u/book/a"),
            "a",
            "</href></response>",
        ),
    ];
    for reply in replies {
        let stage = Stage::new(move |request, _| (asks(request) == "members").then(|| reply.clone())).await;
        let book = book(&mut stage.connect().await.unwrap()).await;
        assert!(book.entries.len() <= 1, "{:?}", book.reading);
    }
    assert!(memory() < 150, "{} MB", memory());
}

#[tokio::test]
async fn a_home_without_end_is_given_up() {
    let book = |at: &str| found(&format!("/u/book{at}/"), BOOK);
    for instead in ["collections", "place"] {
        let reply = match instead {
            "place" => long(&found("/", PRINCIPAL), &found("/", PRINCIPAL), ""),
            _ => long(&found("/u/", HOME), &book("x"), ""),
        };
        let stage = Stage::new(move |request, _| (asks(request) == instead).then(|| reply.clone())).await;
        match stage.connect().await {
            Err(error) => assert_eq!(error.kind(), &ErrorKind::Garbled, "{instead} {error}"),
            Ok(mut phone) => {
                let reading = phone.list(Kind::Contact, None).await.unwrap().reading;
                assert_eq!(
                    reading.reasons()[0].reason,
                    Reason::Garbled,
                    "{instead} {reading:?}"
                );
            }
        }
    }
    assert!(memory() < 200, "{} MB", memory());
}

#[tokio::test]
async fn a_card_without_end_spoils_no_other() {
    let a = "<getetag>\"1\"</getetag><A:address-data>BEGIN:VCARD\nFN:a\nEND:VCARD\n</A:address-data>";
    let b = "<response><href>/u/book/b.vcf</href><propstat><prop><getetag>\"2\"</getetag><A:address-data>BEGIN:VCARD\n";
    let multiget = long(&(found("/u/book/a.vcf", a) + b), "NOTE:x\n", "");
    let alone = {
        let text = format!("BEGIN:VCARD\n{}END:VCARD\n", "NOTE:x\n".repeat(MEGABYTES << 17));
        packed(Reply::new(200, text))
    };
    let before = memory();
    let stage = Stage::new(move |request, _| match asks(request) {
        "multiget" => Some(multiget.clone()),
        "get" => Some(alone.clone()),
        _ => None,
    })
    .await;
    let mut phone = stage.connect().await.unwrap();
    let whole = "BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n".to_owned();
    assert_eq!(fetch(&mut phone).await, [Ok(whole), Err(ErrorKind::Garbled)]);
    assert!(memory() < before.max(100) + 200, "{before} {} MB", memory());
}

/// All that an error says, to people and to those who look for a fault.
fn said(error: &dyn Error) -> String {
    let mut said = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said += &format!(" {error} {error:?}");
        cause = error.source();
    }
    said
}

#[tokio::test]
async fn no_error_tells_the_login() {
    // How Basic shows "ada:secret".
    const SHOWN: &str = "Basic YWRhOnNlY3JldA==";
    let echo = |status| Reply::new(status, SHOWN);
    let replies = [
        echo(401).header("WWW-Authenticate", "Basic realm=\"x\""),
        echo(403),
        echo(500),
        echo(207),
        echo(200),
        echo(302).header("Location", "http://127.0.0.1:1/"),
        Reply::default(),
    ];
    for reply in replies {
        let answer = reply.clone();
        let stage = Stage::new(move |_, _| Some(answer.clone())).await;
        let said = said(&stage.connect().await.unwrap_err());
        let told = ["secret", "YWRhOnNlY3JldA"]
            .iter()
            .any(|login| said.contains(login));
        assert!(!told, "{reply:?} {said}");
        let shown = stage
            .asked()
            .iter()
            .any(|request| request.header("authorization") == Some(SHOWN));
        assert!(shown, "the login was there to be told");
    }
}
