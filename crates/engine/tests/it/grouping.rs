//! An account that belongs to a phone: one card, one list, and still two proofs.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use sidekeep_engine::screen::{
    AccountOrder, Agenda, ExportOrder, ExportWhat, People, Person, Safety, Span, gallery, occurrences,
    preview, tasks,
};
use sidekeep_engine::{EngineError, Options, Query, RememberedError, Source, Watch};
use sidekeep_formats::merge::outgoing;
use sidekeep_model::{Kind, Media, PhoneId};
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_testphones::{FakeItem, FakePhone, demo};

use crate::account::Known;
use crate::export::order;
use crate::stage::{Stage, card, event};

fn phone() -> FakePhone {
    FakePhone::new("phone")
}

fn account() -> FakePhone {
    FakePhone::new("account")
}

fn id(name: &str) -> PhoneId {
    PhoneId(format!("fake:{name}"))
}

/// Both mirrored, and the account said to belong to the phone.
async fn grouped(phone: FakePhone, account: FakePhone) -> Stage {
    let stage = Stage::new();
    for mut one in [phone, account] {
        stage.mirror(&mut one).await;
    }
    stage.engine.belongs(&id("account"), Some(&id("phone"))).unwrap();
    stage
}

fn people(stage: &Stage) -> Vec<Person> {
    let grouping = stage.engine.grouping().unwrap();
    People::default().list(&stage.archive(), &grouping, None).unwrap()
}

#[tokio::test]
async fn one_card_is_as_well_as_its_worst_part_and_each_keeps_its_numbers() {
    let two = || {
        phone()
            .contact("1", &card("Ada", ""))
            .contact("2", &card("Bo", ""))
    };
    let stage = grouped(two(), account().contact("a", &card("Ada", ""))).await;
    let home = |stage: &Stage| stage.engine.home(stage.later(1)).unwrap();
    let [card_of_both] = &home(&stage).phones[..] else {
        panic!("one card");
    };
    assert_eq!(
        (&card_of_both.id, card_of_both.name.as_str()),
        (&id("phone"), "phone")
    );
    let kept: Vec<(&PhoneId, u64)> = card_of_both
        .parts
        .iter()
        .map(|part| (&part.id, part.kinds[0].kept))
        .collect();
    assert_eq!(kept, [(&id("phone"), 2), (&id("account"), 1)]);
    assert_eq!(card_of_both.safety, Safety::Complete);

    // Everybody leaves the account: that is the account's, and the card's.
    let mut crowd = (0..30).fold(account(), |account, at| {
        account.contact(&at.to_string(), &card(&format!("Person {at}"), ""))
    });
    stage.mirror(&mut crowd).await;
    stage.mirror(&mut crowd.remove_all(Kind::Contact)).await;
    let held = Safety::Held { kind: Kind::Contact };
    let card_of_both = home(&stage).phones.remove(0);
    assert_eq!(card_of_both.safety, held);
    let parts: Vec<Safety> = card_of_both.parts.into_iter().map(|part| part.safety).collect();
    assert_eq!(parts, [Safety::Complete, held]);

    stage.engine.belongs(&id("account"), None).unwrap();
    let alone: Vec<usize> = home(&stage).phones.iter().map(|card| card.parts.len()).collect();
    assert_eq!(alone, [1, 1]);
}

#[tokio::test]
async fn nobody_belongs_to_a_stranger_or_in_a_circle() {
    let stage = grouped(phone().contact("1", &card("Ada", "")), account()).await;
    let journal = stage.engine.journal_size();
    for (phone, to) in [("account", "nobody"), ("nobody", "phone")] {
        let answer = stage.engine.belongs(&id(phone), Some(&id(to)));
        assert!(
            matches!(answer, Err(EngineError::UnknownPhone(_))),
            "{phone} {to}"
        );
    }
    let circle = stage.engine.belongs(&id("phone"), Some(&id("account")));
    assert!(matches!(
        circle,
        Err(EngineError::Remembered(RememberedError::Circle(_)))
    ));
    assert_eq!(
        stage.engine.journal_size(),
        journal,
        "the journal has no word of it"
    );
}

/// The people of a phone and of an account that belongs to it, as the list shows them: each name with how many more
/// sources have the same.
async fn check(of_phone: &[&str], of_account: &[&str], shown: &[(&str, usize)]) {
    let with = |phone: FakePhone, cards: &[&str]| {
        let cards = cards.iter().enumerate();
        cards.fold(phone, |phone, (at, card)| phone.contact(&at.to_string(), card))
    };
    let stage = grouped(with(phone(), of_phone), with(account(), of_account)).await;
    let list = people(&stage);
    let mut found: Vec<(&str, usize)> = list
        .iter()
        .map(|person| (person.name.as_str(), person.also.len()))
        .collect();
    // Those of one name come in any order.
    found.sort_by_key(|(name, also)| (*name, Reverse(*also)));
    assert_eq!(found, shown, "{of_phone:?} {of_account:?}");
    assert!(
        list.iter()
            .all(|person| person.also.is_empty() || person.phone == id("phone"))
    );
    let wanted: usize = shown.iter().map(|(_, also)| 1 + also).sum();
    assert_eq!(wanted, of_phone.len() + of_account.len(), "nothing is lost");
    stage.engine.belongs(&id("account"), None).unwrap();
    assert_eq!(people(&stage).len(), wanted, "apart, each shows its own");
}

#[tokio::test]
async fn only_what_means_exactly_the_same_is_shown_once() {
    let ada = &card(
        "Ada",
        "UID:1\r\nREV:20240101T000000Z\r\nTEL;TYPE=CELL:1\r\nEMAIL:a@x\r\n",
    );
    let same = &card("Ada", "PRODID:x\r\nUID:other\r\nEMAIL:a@x\r\nTEL;TYPE=cell:1\r\n");
    let other_number = &card("Ada", "TEL;TYPE=CELL:2\r\nEMAIL:a@x\r\n");
    let unknown_field = &card("Ada", "TEL;TYPE=CELL:1\r\nEMAIL:a@x\r\nX-SHOE-SIZE:39\r\n");
    check(&[ada], &[ada], &[("Ada", 1)]).await;
    check(&[ada], &[same], &[("Ada", 1)]).await;
    check(&[ada], &[other_number], &[("Ada", 0), ("Ada", 0)]).await;
    check(&[ada], &[unknown_field], &[("Ada", 0), ("Ada", 0)]).await;
    // What one source has twice stays twice.
    check(&[ada, same], &[], &[("Ada", 0), ("Ada", 0)]).await;
    check(&[ada, same], &[ada], &[("Ada", 1), ("Ada", 0)]).await;
    check(&[ada, same], &[ada, ada], &[("Ada", 1), ("Ada", 1)]).await;
}

#[tokio::test]
async fn what_left_one_source_is_no_equal_of_what_is_in_the_other() {
    let ada = &card("Ada", "TEL:1\r\n");
    let of_account = || account().contact("a", ada).contact("b", &card("Bo", ""));
    let stage = grouped(phone().contact("1", ada), of_account()).await;
    assert_eq!(people(&stage).len(), 2);
    stage.mirror(&mut of_account().remove(Kind::Contact, "a")).await;
    let list = people(&stage);
    let of_ada = list.iter().filter(|person| person.name == "Ada");
    let found: Vec<(&PhoneId, bool)> = of_ada.map(|person| (&person.phone, person.present)).collect();
    assert!(found.contains(&(&id("phone"), true)) && found.contains(&(&id("account"), false)));
}

fn span() -> Span {
    Span {
        from: "2026-01-01".parse().unwrap(),
        to: "2026-02-01".parse().unwrap(),
        zone: "UTC".to_owned(),
        as_of: None,
    }
}

#[tokio::test]
async fn events_and_to_dos_come_once_and_name_their_other_calendar() {
    let todo = |uid: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
             SUMMARY:Milk\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
        );
        FakeItem {
            bytes: text.into(),
            media: Some(Media::ICALENDAR.into()),
            ..FakeItem::default()
        }
    };
    let with = |phone: FakePhone, uid: &str| {
        phone
            .event("tea", &event(uid, "Tea"))
            .event("own", &event(uid, &format!("Only {uid}")))
            .item(Kind::Task, "list", "milk", todo(uid))
    };
    let stage = grouped(with(phone(), "a"), with(account(), "b")).await;
    let archive = stage.archive();
    let mut agenda = Agenda::default();
    let mut counts = Vec::new();
    for _ in 0..2 {
        let grouping = stage.engine.grouping().unwrap();
        let events = occurrences(&mut agenda, &archive, &grouping, &span()).unwrap();
        let tasks = tasks(&mut agenda, &archive, &grouping, None).unwrap();
        let mut also: Vec<(String, usize)> = events
            .iter()
            .map(|event| (event.title.clone(), event.also.len()))
            .chain(tasks.iter().map(|task| (task.title.clone(), task.also.len())))
            .collect();
        also.sort();
        if let Some(other) = events.iter().find_map(|event| event.also.first()) {
            let calendars = sidekeep_engine::screen::calendars(&archive).unwrap();
            assert_eq!(calendars[other.calendar as usize].phone, id("account"));
        }
        counts.push(also);
        stage.engine.belongs(&id("account"), None).unwrap();
    }
    let row = |title: &str, also| (title.to_owned(), also);
    assert_eq!(
        counts[0],
        [row("Milk", 1), row("Only a", 0), row("Only b", 0), row("Tea", 1)]
    );
    assert_eq!(
        counts[1],
        ["Milk", "Milk", "Only a", "Only b", "Tea", "Tea"].map(|title| row(title, 0))
    );
}

#[tokio::test]
async fn an_export_of_a_phone_brings_what_belongs_to_it_and_nothing_twice() {
    let ada = &card("Ada", "TEL:1\r\n");
    let stage = grouped(
        phone().contact("1", ada).contact("2", &card("Bo", "")),
        account().contact("a", ada).contact("b", &card("Cy", "")),
    )
    .await;
    let mut other = FakePhone::new("other").contact("o", ada);
    stage.mirror(&mut other).await;
    let check = |phone: Option<&str>, ids, items, repeated| {
        let order = ExportOrder {
            ids,
            phone: phone.map(id),
            ..order(ExportWhat::Contacts)
        };
        let told = preview(&stage.engine, &order).unwrap();
        assert_eq!((told.items, told.repeated), (items, repeated), "{phone:?}");
    };
    check(Some("phone"), Vec::new(), 3, 1);
    check(Some("account"), Vec::new(), 2, 0);
    check(Some("other"), Vec::new(), 1, 0);
    check(None, Vec::new(), 4, 1);
    // Whoever is named goes along.
    let list = people(&stage);
    let both = list.iter().find(|person| !person.also.is_empty()).unwrap();
    check(None, vec![both.id, both.also[0].id], 2, 0);
}

#[tokio::test]
async fn photos_of_a_phone_are_also_those_of_what_belongs_to_it() {
    let picture = |phone: FakePhone, name: &str| phone.photo(name, b"\xff\xd8\xff\xe0");
    let stage = grouped(picture(phone(), "DCIM/a.jpg"), picture(account(), "b.jpg")).await;
    let grouping = stage.engine.grouping().unwrap();
    for (of, count) in [(None, 2), (Some("phone"), 2), (Some("account"), 1)] {
        let filter = sidekeep_engine::screen::PhotoFilter {
            phone: of.map(id),
            ..Default::default()
        };
        let found = gallery(&stage.archive(), &grouping, &filter).unwrap();
        assert_eq!(found.ids.len(), count, "{of:?}");
    }
}

/// Android's rows on the one side, what a server made of their vCards on the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_s_people_are_the_same_people_on_a_real_server() {
    let mut stage = Stage::new();
    stage.engine = stage.engine.clone().secrets(Arc::new(Known("u")));
    let folder = stage.folder.path().join("phone");
    std::fs::create_dir(&folder).unwrap();
    let demo = demo::start(&folder).await.unwrap();
    let address = demo.android.address();
    let cable = Source::Adb {
        host: address.ip().to_string(),
        port: address.port(),
        root: demo::MOUNT.to_owned(),
    };
    let run = async |stage: &Stage, source: &Source| {
        let options = Options {
            clock: stage.clock(),
            kinds: vec![Kind::Contact],
            ..Options::new(source.name())
        };
        stage
            .engine
            .mirror(source, &options, &Watch::new())
            .await
            .unwrap()
    };
    let pebble = run(&stage, &cable).await.phone.id;
    let of_phone = people(&stage);

    let server = DavServer::radicale().unwrap();
    let archive = stage.archive();
    let contacts = Query {
        kinds: vec![Kind::Contact],
        ..Query::default()
    };
    let mut changes = vec![Change::Book("people/".to_owned())];
    for (at, item) in archive.list(&contacts).unwrap().iter().enumerate() {
        let raw = archive.raw(&item.state).unwrap();
        let sent = outgoing(Kind::Contact, &item.media, &raw, None).unwrap();
        let text = String::from_utf8(sent.bytes).unwrap();
        changes.push(Change::Put(format!("people/{at}.vcf"), text));
    }
    server.change(&changes).unwrap();
    let account = Source::parse(&server.source(server.address()), Path::new("/")).unwrap();
    let order = AccountOrder {
        source: account.name(),
        name: Some("account".into()),
        password: None,
        left_out: Vec::new(),
        belongs_to: Some(pebble.clone()),
    };
    stage.engine.add_account(&order).unwrap();
    run(&stage, &account).await;
    let both = people(&stage);
    let alone: Vec<&str> = both
        .iter()
        .filter(|person| person.also.is_empty())
        .map(|person| person.name.as_str())
        .collect();
    // Of a URL this server keeps what is before the first comma, and of a field of Android's own it changes the value:
    // these two are no longer the same, and both stay in sight.
    let changed = [
        "Ada Okonkwo-Bell",
        "\u{1f469}\u{1f3fd}\u{200d}\u{1f680} Zoë D’Aeronaut",
    ];
    let twice: Vec<&str> = changed.iter().flat_map(|name| [*name, *name]).collect();
    assert_eq!(alone, twice);
    assert_eq!(both.len(), of_phone.len() + changed.len());
    let same = |person: &&Person| !person.also.is_empty();
    assert!(both.iter().filter(same).all(|person| person.phone == pebble));
}
