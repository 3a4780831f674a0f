//! An honest server of one address book, and a place to say what it answers instead.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sidekeep_links::dav::{self, Address, DavPhone, Login, Patience};
use sidekeep_links::{Collected, ErrorKind, LinkError, Phone, Wanted};
use sidekeep_model::Kind;
use sidekeep_testphones::http::{HttpServer, Reply, Request};

use crate::tray::Tray;

pub(crate) const HASTE: Patience = Patience {
    tries: 3,
    first: Duration::from_millis(1),
    longest: Duration::from_secs(2),
    silence: Duration::from_millis(400),
};

pub(crate) fn xml(inner: &str) -> Reply {
    let text = format!(
        "<?xml version=\"1.0\"?><multistatus xmlns=\"DAV:\" xmlns:A=\"urn:ietf:params:xml:ns:carddav\">{inner}</multistatus>"
    );
    Reply::new(207, text).header("Content-Type", "application/xml; charset=utf-8")
}

pub(crate) fn found(href: &str, properties: &str) -> String {
    format!(
        "<response><href>{href}</href><propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>\
         </response>"
    )
}

pub(crate) fn gone(href: &str) -> String {
    format!("<response><href>{href}</href><status>HTTP/1.1 404 Not Found</status></response>")
}

pub(crate) fn card(name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n")
}

pub(crate) const PRINCIPAL: &str = "<resourcetype><principal/></resourcetype>\
    <A:addressbook-home-set><href>/u/</href></A:addressbook-home-set>";
pub(crate) const BOOK: &str = "<resourcetype><collection/><A:addressbook/></resourcetype>";
pub(crate) const HOME: &str = "<resourcetype><collection/></resourcetype>";

/// What the test wants to know of a request.
pub(crate) fn asks(request: &Request) -> &'static str {
    let body = String::from_utf8_lossy(&request.body);
    [
        ("current-user-principal", "place"),
        ("supported-report-set", "collections"),
        ("sync-collection", "changes"),
        ("sync-token", "token"),
        ("getctag", "ctag"),
        ("addressbook-multiget", "multiget"),
        ("addressbook-query", "query"),
        ("getetag", "members"),
    ]
    .into_iter()
    .find(|(part, _)| body.contains(part))
    .map_or("get", |(_, name)| name)
}

/// One address book with the cards a and b, as an honest server tells it.
pub(crate) fn honest(request: &Request) -> Reply {
    let whole = [
        found("/u/book/a.vcf", "<getetag>\"1\"</getetag>"),
        found("/u/book/b.vcf", "<getetag>\"2\"</getetag>"),
    ];
    match asks(request) {
        _ if request.target.starts_with("/.well-known/") => Reply::new(404, ""),
        "place" => xml(&found("/", PRINCIPAL)),
        "collections" => xml(&[found("/u/", HOME), found("/u/book/", BOOK)].concat()),
        "ctag" => xml(&found("/u/book/", "")),
        "members" => xml(&[found("/u/book/", HOME), whole.concat()].concat()),
        "multiget" => {
            let content = |name: &str, etag: u8| {
                let properties = format!(
                    "<getetag>\"{etag}\"</getetag><A:address-data>{}</A:address-data>",
                    card(name)
                );
                found(&format!("/u/book/{name}.vcf"), &properties)
            };
            xml(&[content("a", 1), content("b", 2)].concat())
        }
        "changes" => xml("<sync-token>t1</sync-token>"),
        "token" => xml(&found("/u/book/", "<sync-token>t1</sync-token>")),
        _ => Reply::new(200, card("alone")).header("ETag", "\"1\""),
    }
}

/// An honest server, but for what `other` answers instead; and all that it was asked.
pub(crate) struct Stage {
    pub(crate) server: HttpServer,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Stage {
    pub(crate) async fn new(
        other: impl Fn(&Request, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        let server = HttpServer::start(move |request: Request| {
            let nth = {
                let mut kept = kept.lock().unwrap();
                kept.push(request.clone());
                kept.len()
            };
            let reply = other(&request, nth).unwrap_or_else(|| honest(&request));
            async move { reply }
        })
        .await
        .unwrap();
        Self { server, asked }
    }

    pub(crate) async fn connect(&self) -> Result<DavPhone, LinkError> {
        connect(self.server.address(), Some(Login("secret".into()))).await
    }

    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

pub(crate) async fn connect(address: SocketAddr, login: Option<Login>) -> Result<DavPhone, LinkError> {
    let address = Address::parse(&format!("dav+http://ada@{address}/")).unwrap();
    dav::connect(&address, login, HASTE).await
}

pub(crate) async fn book(phone: &mut DavPhone) -> Collected {
    let listing = phone.list(Kind::Contact, None).await.unwrap();
    assert_eq!(listing.collections.len(), 1, "{listing:?}");
    listing.collections.into_iter().next().unwrap()
}

/// What comes of a and b: their text, or the kind of failure.
pub(crate) async fn fetch(phone: &mut DavPhone) -> Vec<Result<String, ErrorKind>> {
    let wanted = |remote: &str, etag: &str| Wanted {
        kind: Kind::Contact,
        collection: "/u/book/".into(),
        remote: remote.into(),
        fingerprint: etag.into(),
        size: None,
        from: 0,
    };
    let mut tray = Tray::default();
    let all = [wanted("/u/book/a.vcf", "\"1\""), wanted("/u/book/b.vcf", "\"2\"")];
    phone.fetch(&all, &mut tray).await.unwrap();
    tray.0.sort_by_key(|(index, ..)| *index);
    let outcomes = tray
        .0
        .into_iter()
        .map(|(_, bytes, outcome)| match outcome.unwrap() {
            Ok(_) => Ok(String::from_utf8(bytes).unwrap()),
            Err(error) => Err(error.kind().clone()),
        });
    outcomes.collect()
}
