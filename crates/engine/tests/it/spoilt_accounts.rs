//! A real server whose answers are spoilt on the way: nothing is gone because of that, and no run is complete that is not.

use std::collections::BTreeSet;
use std::sync::Arc;

use sidekeep_engine::{Options, Outcome, Query, Source, Watch};
use sidekeep_model::Kind;
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_testphones::http::{Spoil, Spoiler};

use crate::account::Known;
use crate::stage::{Stage, card};

const PEOPLE: usize = 12;

fn name(person: usize, version: usize) -> String {
    format!("Person {person} version {version}")
}

fn put(person: usize, version: usize) -> Change {
    let more = format!("UID:{person}\r\nN:;Person {person};;;\r\n");
    Change::Put(
        format!("people/{person}.vcf"),
        card(&name(person, version), &more),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_gone_and_no_run_is_complete_that_is_not() {
    let server = DavServer::radicale().unwrap();
    server.change(&[Change::Book("people/".to_owned())]).unwrap();
    server
        .change(&(0..PEOPLE).map(|person| put(person, 0)).collect::<Vec<_>>())
        .unwrap();
    let proxy = Spoiler::start(server.address(), Spoil::Cut, u64::MAX, u64::MAX)
        .await
        .unwrap();
    let mut stage = Stage::new();
    stage.engine = stage.engine.clone().secrets(Arc::new(Known("u")));
    let source = Source::parse(&server.source(proxy.address()), stage.folder.path()).unwrap();
    let run = async || {
        stage.later(60);
        let options = Options {
            clock: stage.clock(),
            kinds: vec![Kind::Contact],
            ..Options::new(source.name())
        };
        let report = stage.engine.mirror(&source, &options, &Watch::new()).await;
        report.ok().map(|report| report.outcome)
    };
    let kept = || -> BTreeSet<String> {
        let contacts = Query {
            kinds: vec![Kind::Contact],
            ..Query::default()
        };
        let items = stage.archive().list(&contacts).unwrap();
        items.into_iter().map(|item| item.title).collect()
    };
    assert_eq!(run().await, Some(Outcome::Complete));
    assert_eq!(kept().len(), PEOPLE);

    let spoils = [
        Spoil::Cut,
        Spoil::Torn,
        Spoil::HangUp,
        Spoil::Status(403),
        Spoil::Status(503),
        Spoil::Status(507),
        Spoil::Page(207),
        Spoil::Nothing,
    ];
    let mut versions = [0; PEOPLE];
    for (at, spoil) in spoils.iter().enumerate() {
        let mut nth = 1 + at as u64 % 3;
        loop {
            // Another program changes somebody, so that there is something to lose.
            let person = (at + nth as usize) % PEOPLE;
            versions[person] += 1;
            server.change(&[put(person, versions[person])]).unwrap();
            proxy.spoil(spoil.clone(), nth, nth);
            let outcome = run().await;
            let kept = kept();
            let now: BTreeSet<String> = (0..PEOPLE).map(|person| name(person, versions[person])).collect();
            let what = format!("{spoil:?} of answer {nth}: {outcome:?} {kept:?}");
            assert_eq!(kept.len(), PEOPLE, "{what}");
            for person in 0..PEOPLE {
                let own = format!("Person {person} version ");
                assert!(kept.iter().any(|kept| kept.starts_with(&own)), "{what}");
            }
            if outcome == Some(Outcome::Complete) {
                assert_eq!(kept, now, "{what}");
            }
            if !proxy.fired() {
                assert!(nth > 4, "the loop must have spoilt something");
                break;
            }
            nth += 3;
        }
    }
    proxy.spoil(Spoil::Cut, u64::MAX, u64::MAX);
    assert_eq!(run().await, Some(Outcome::Complete));
    let now: BTreeSet<String> = (0..PEOPLE).map(|person| name(person, versions[person])).collect();
    assert_eq!(kept(), now);
}
