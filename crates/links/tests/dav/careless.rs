//! Writing to servers that heed no condition, and what answers to a write mean.

use std::sync::{Arc, Mutex};

use sidekeep_links::dav::{self, Address};
use sidekeep_links::{Condition, WriteError};
use sidekeep_model::RemoteId;
use sidekeep_testphones::http::{HttpServer, Reply, Request};

use crate::accounts::{HASTE, card, new, send, write};

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
        "refused: the server says no-uid-conflict (409)",
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

#[tokio::test]
async fn a_weak_state_is_no_conflict() {
    const WEAK: &str = "W/\"1\"";
    let check = async |heeds: bool, after: &str, expected: &str| {
        let later = after.to_owned();
        let put = std::sync::atomic::AtomicBool::new(false);
        let stage = Stage::new(move |request, _| match request.method.as_str() {
            "PUT" => {
                put.store(true, std::sync::atomic::Ordering::SeqCst);
                (!heeds).then(|| Reply::new(412, ""))
            }
            _ if is_look(request) && put.load(std::sync::atomic::Ordering::SeqCst) => Some(etag(&later)),
            _ => is_look(request).then(|| etag(WEAK)),
        })
        .await;
        let condition = Condition::Unchanged {
            remote: THERE.into(),
            fingerprint: WEAK.into(),
        };
        let outcome = match stage.send(condition).await {
            Ok(remote) => remote.to_string(),
            Err(error) => error.to_string(),
        };
        assert!(outcome.contains(expected), "{outcome}");
        let puts = stage.puts();
        assert_eq!(puts.len(), 1);
        assert_eq!(puts[0].header("if-match"), Some(WEAK));
    };
    check(false, WEAK, "a weak ETag").await;
    check(false, "W/\"2\"", "changed on the phone since it was read").await;
    check(true, WEAK, THERE).await;
}
