//! Groups that are cards of an account's address book, on real servers: shown as groups, counted as such, and put back as
//! the cards that they are.

use std::sync::Arc;

use sidekeep_engine::screen::{self, People, Safety, fold};
use sidekeep_engine::{Grouping, Outcome, Source, Stacks, Status, views};
use sidekeep_model::{ItemId, Kind};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::account::Known;
use crate::stage::Stage;

fn person(uid: &str, name: &str) -> Change {
    let text =
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n");
    Change::Put(format!("people/{uid}.vcf"), text)
}

/// As Apple's servers have it.
const CHOIR: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:choir\r\nFN:Choir\r\nN:Choir;;;;\r\n\
    X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ada\r\n\
    X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:bob\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:nobody\r\nEND:VCARD\r\n";
/// As RFC 6350 has it.
const WORK: &str =
    "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:work\r\nFN:Work\r\nKIND:group\r\nMEMBER:urn:uuid:bob\r\nEND:VCARD\r\n";

async fn travel(server: DavServer) {
    let choir = Change::Put("people/choir.vcf".to_owned(), CHOIR.to_owned());
    let changes = [
        Change::Book("people/".to_owned()),
        person("ada", "Ada"),
        person("bob", "Bob"),
        person("eve", "Eve"),
        choir,
        Change::Put("people/work.vcf".to_owned(), WORK.to_owned()),
    ];
    server.change(&changes).unwrap();
    let mut stage = Stage::new();
    stage.engine = stage.engine.clone().secrets(Arc::new(Known("u")));
    let source = Source::parse(&server.source(server.address()), stage.folder.path()).unwrap();
    let report = stage.mirror_from(&source).await;
    assert_eq!(report.outcome, Outcome::Complete, "{report:?}");
    let counts = report.counts();
    assert_eq!((counts.listed, counts.groups, counts.seen), (5, 2, 5));

    assert_eq!(stage.titles(Kind::Contact), ["Ada", "Bob", "Eve"]);
    assert_eq!(stage.titles(Kind::Group), ["Choir", "Work"]);
    let rows = |kind: Kind| -> Status {
        let rows = stage.archive().status().unwrap();
        rows.into_iter().find(|row| row.kind == kind).unwrap()
    };
    for (kind, count) in [(Kind::Contact, 3), (Kind::Group, 2)] {
        let row = rows(kind);
        assert_eq!(
            (row.on_phone, row.present, row.held, row.is_tried()),
            (Some(count), count, 0, true),
            "{kind}"
        );
        assert!(row.reading.unwrap().is_complete());
    }
    let home = stage.engine.home(stage.later(1)).unwrap();
    assert_eq!(home.phones[0].safety, Safety::Complete);

    // On the screen of contacts: nobody is a group, and everybody has theirs.
    let archive = stage.archive();
    let people = People::default()
        .list(&archive, &Grouping::default(), None)
        .unwrap();
    let found = |word: &str| -> Vec<&str> {
        let found = people.iter().filter(|person| person.text.contains(&fold(word)));
        found.map(|person| person.name.as_str()).collect()
    };
    assert_eq!(people.len(), 3);
    assert_eq!(found("Choir"), ["Ada", "Bob"]);
    assert_eq!(found("WORK"), ["Bob"]);
    let id = |title: &str| -> ItemId {
        let found = archive.search(title, 9).unwrap();
        found.iter().find(|item| item.title == title).unwrap().id
    };
    let bob = screen::person(&archive, id("Bob"), None).unwrap();
    assert_eq!(bob.contact.unwrap().groups, ["Choir", "Work"]);
    assert_eq!(bob.group, None);
    let choir = screen::person(&archive, id("Choir"), None).unwrap();
    assert_eq!(choir.kept.kind, Kind::Group);
    let members = choir.group.unwrap();
    let names: Vec<&str> = members.found.iter().map(|member| member.name.as_str()).collect();
    assert_eq!((names, members.missing), (vec!["Ada", "Bob"], 1));

    // For scripts.
    let item = archive.item(id("Choir")).unwrap().unwrap();
    let view = views(
        &archive,
        &item,
        &archive.groups(None).unwrap(),
        &Stacks::default(),
    )
    .unwrap();
    let view = serde_json::to_value(&view[0]).unwrap();
    assert_eq!((&view["kind"], &view["name"]), (&"group".into(), &"Choir".into()));
    assert_eq!(
        (&view["members"][1]["name"], &view["missing"]),
        (&"Bob".into(), &1.into())
    );

    // Lost there, it is put back with the contacts, as the card that it was.
    let before = stage.later(1);
    let kept = item.digest;
    server
        .change(&[Change::Delete("people/choir.vcf".into())])
        .unwrap();
    stage.mirror_from(&source).await;
    assert_eq!(stage.titles(Kind::Group), ["Work"]);
    let restored = stage.contacts_back(&source, before).await;
    let counts = restored.counts;
    assert_eq!(
        (counts.added, counts.same, counts.confirmed),
        (1, 4, 1),
        "{restored:?}"
    );
    assert_eq!(restored.outcome, Outcome::Complete);
    let back = restored.items.iter().find(|item| item.title == "Choir").unwrap();
    assert_eq!(back.kind, Kind::Group);
    assert_eq!(stage.titles(Kind::Group), ["Choir", "Work"]);
    let now = stage.archive().item(id("Choir")).unwrap().unwrap();
    assert!(now.present);
    // Radicale writes a card in an order of its own.
    if server.login().is_none() {
        assert_eq!(now.digest, kept);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_radicale() {
    travel(DavServer::radicale().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_xandikos() {
    travel(DavServer::xandikos().unwrap()).await;
}
