//! Collections that are larger than one batch.

use sidekeep_model::Kind;
use sidekeep_testphones::dav::{Change, DavServer};

use crate::accounts::{card, connect, everything, object};

const CARDS: usize = 1_200;
const EVENTS: usize = 400;
const TASKS: usize = 300;

/// Each item comes with its own bytes, once, however many requests that takes.
async fn all_come(server: &DavServer) {
    let changes = [
        Change::Book("people/".to_owned()),
        Change::Calendar("both/".to_owned(), vec![]),
    ];
    server.change(&changes).unwrap();
    let people = (0..CARDS).map(|nth| {
        (
            format!("{nth}.vcf"),
            card(&format!("p{nth}"), &format!("Person {nth}")),
        )
    });
    server.fill("people", people).unwrap();
    let of = |component: &'static str, prefix: &'static str, count: usize| {
        (0..count).map(move |nth| {
            let uid = format!("{prefix}{nth}");
            (
                format!("{uid}.ics"),
                object(component, &uid, &format!("Thing {uid}")),
            )
        })
    };
    let both = of("VEVENT", "e", EVENTS).chain(of("VTODO", "t", TASKS));
    server.fill("both", both).unwrap();
    let mut phone = connect(server).await;
    for (kind, count, prefix) in [
        (Kind::Contact, CARDS, "p"),
        (Kind::Event, EVENTS, "e"),
        (Kind::Task, TASKS, "t"),
    ] {
        let there = everything(&mut phone, kind).await;
        assert_eq!(there.len(), count, "{kind}");
        let mut uids: Vec<String> = there
            .iter()
            .map(|one| {
                let name = one.remote.as_str().rsplit('/').next().unwrap();
                let stem = name.split('.').next().unwrap().trim_start_matches(prefix);
                let uid = format!("{prefix}{stem}");
                assert!(one.text.contains(&format!("UID:{uid}\r\n")), "{one:?}");
                uid
            })
            .collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), count, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_radicale() {
    all_come(&DavServer::radicale().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_xandikos() {
    all_come(&DavServer::xandikos().unwrap()).await;
}
