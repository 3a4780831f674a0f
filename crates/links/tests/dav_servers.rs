//! Which servers a domain names, asked of a DNS server on loopback.

#![allow(clippy::unwrap_used, reason = "tests")]

use sidekeep_links::ErrorKind;
use sidekeep_links::dav::{Address, AddressError, Dns, servers};
use sidekeep_testphones::dns::{DnsServer, Row, Told};

const BOOKS: &str = "_carddavs._tcp.example.org";
const CALENDARS: &str = "_caldavs._tcp.example.org";

fn srv(priority: u16, weight: u16, port: u16, target: &str) -> Told {
    Told::Srv {
        priority,
        weight,
        port,
        target: target.to_owned(),
    }
}

fn txt(text: &str) -> Told {
    Told::Txt(text.to_owned())
}

/// Each server in the order in which it is named: its address, what it is for, and a warning if it is elsewhere.
async fn check(table: Vec<Row>, expected: &[&str]) {
    let shown = format!("{table:?}");
    let dns = DnsServer::start(table, 0).await.unwrap();
    let ada = Address::at(Some("ada@example.org"), "example.org").unwrap();
    let found = servers(&ada, &Dns::at(dns.address()).unwrap()).await.unwrap();
    let found: Vec<String> = found
        .iter()
        .map(|server| {
            let what = match (server.books, server.calendars) {
                (true, true) => "both",
                (true, false) => "books",
                (false, true) => "calendars",
                (false, false) => "nothing",
            };
            let elsewhere = if server.elsewhere { " ELSEWHERE" } else { "" };
            format!("{} {what}{elsewhere}", server.address)
        })
        .collect();
    assert_eq!(found, expected, "{shown}");
}

#[tokio::test]
async fn what_a_domain_names() {
    // Nothing: the domain itself is asked.
    check(vec![], &["dav+https://ada%40example.org@example.org/ both"]).await;
    check(
        vec![(BOOKS, txt("path=/alone"))],
        &["dav+https://ada%40example.org@example.org/ both"],
    )
    .await;
    // One server for both, with a port and a path.
    check(
        vec![
            (BOOKS, srv(0, 1, 8443, "dav.example.org")),
            (BOOKS, txt("path=/dav/")),
            (CALENDARS, srv(0, 1, 8443, "DAV.example.org")),
            (CALENDARS, txt("v=1")),
            (CALENDARS, txt("path=/dav/")),
        ],
        &["dav+https://ada%40example.org@dav.example.org:8443/dav/ both"],
    )
    .await;
    // Two, one of them at a provider's; the name of a domain within another name is not that domain.
    check(
        vec![
            (BOOKS, srv(0, 1, 443, "evilexample.org")),
            (CALENDARS, srv(0, 1, 443, "calendars.example.org")),
        ],
        &[
            "dav+https://ada%40example.org@evilexample.org/ books ELSEWHERE",
            "dav+https://ada%40example.org@calendars.example.org/ calendars",
        ],
    )
    .await;
    // The lowest priority, then the heaviest.
    check(
        vec![
            (BOOKS, srv(20, 9, 443, "c.example.org")),
            (BOOKS, srv(10, 1, 443, "b.example.org")),
            (BOOKS, srv(10, 5, 443, "a.example.org")),
        ],
        &["dav+https://ada%40example.org@a.example.org/ books"],
    )
    .await;
    // Decidedly no calendars, and neither.
    check(
        vec![
            (BOOKS, srv(0, 1, 443, "example.org")),
            (CALENDARS, srv(0, 0, 0, "")),
        ],
        &["dav+https://ada%40example.org@example.org/ books"],
    )
    .await;
    check(
        vec![(BOOKS, srv(0, 0, 0, "")), (CALENDARS, srv(0, 0, 0, ""))],
        &[],
    )
    .await;
    // Without TLS nothing is asked for.
    check(
        vec![("_carddav._tcp.example.org", srv(0, 1, 80, "plain.example.org"))],
        &["dav+https://ada%40example.org@example.org/ both"],
    )
    .await;
}

#[tokio::test]
async fn paths_that_lead_elsewhere_are_left_out() {
    for path in [
        "//evil.example/",
        "https://evil.example/",
        "/a/../../b",
        "a",
        "/\\evil",
        "/x\r\ny",
        "",
    ] {
        check(
            vec![
                (BOOKS, srv(0, 1, 443, "dav.example.org")),
                (BOOKS, txt(&format!("path={path}"))),
            ],
            &["dav+https://ada%40example.org@dav.example.org/ books"],
        )
        .await;
    }
    // A host that is an address or no name is none.
    for host in ["127.0.0.1", "a b", "a@evil"] {
        check(
            vec![(BOOKS, srv(0, 1, 443, host))],
            &["dav+https://ada%40example.org@example.org/ both"],
        )
        .await;
    }
}

#[tokio::test]
async fn trouble_is_not_nothing() {
    let dns = DnsServer::start(vec![], 2).await.unwrap();
    let ada = Address::at(None, "example.org").unwrap();
    let error = servers(&ada, &Dns::at(dns.address()).unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Unplugged);
}

#[test]
fn domains_of_accounts() {
    let check = |user: Option<&str>, domain: &str, expected: Result<&str, AddressError>| {
        let found = Address::at(user, domain).map(|address| address.to_string());
        assert_eq!(found, expected.map(str::to_owned), "{user:?} {domain}");
    };
    check(None, "Example.org", Ok("dav+https://example.org/"));
    check(
        Some("a b"),
        "b\u{fc}cher.example",
        Ok("dav+https://a%20b@xn--bcher-kva.example/"),
    );
    for bad in ["", "a/b", "a:443", "u@a", "127.0.0.1", "[::1]", "a b"] {
        check(None, bad, Err(AddressError::NotOne));
    }
    check(Some("a:b"), "example.org", Err(AddressError::NotOne));
}
