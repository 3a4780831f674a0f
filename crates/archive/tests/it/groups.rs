//! Groups that are cards of an address book: what they are shown as, who is in them, and how many there are.

use sidekeep_archive::{Archive, Counts, Groups, Item, Outcome, Query, Status, Writer};
use sidekeep_formats::card_group;
use sidekeep_model::{Kind, Reading, Reason, Why};

use crate::support::{
    Phone, at, contact_item, id, identity, mirror, new_run, rebuilds_the_same, scratch, verdict,
};

fn person(uid: &str, name: &str) -> Vec<u8> {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n")
        .into_bytes()
}

/// As Apple's servers write it.
fn group(uid: &str, name: &str, members: &[&str]) -> Vec<u8> {
    let members = members.iter();
    let members: String = members
        .map(|uid| format!("X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:{uid}\r\n"))
        .collect();
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:{name}\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n\
         {members}END:VCARD\r\n"
    )
    .into_bytes()
}

/// Three people, of whom two are in the choir with somebody who is not here.
fn choir() -> Phone {
    Phone::default()
        .with(Kind::Contact, "book", "ada", person("AB-1", "Ada"))
        .with(Kind::Contact, "book", "bob", person("urn:uuid:b-2", "Bob"))
        .with(Kind::Contact, "book", "eve", person("e-3", "Eve"))
        .with(Kind::Contact, "other", "ada", person("ab-1", "Another Ada"))
        .with(
            Kind::Contact,
            "book",
            "choir",
            group("c", "Choir", &["ab-1", "B-2", "nobody"]),
        )
}

fn titles(archive: &Archive, kind: Kind, query: Query) -> Vec<String> {
    let query = Query {
        kinds: vec![kind],
        ..query
    };
    let items = archive.list(&query).unwrap().into_iter();
    items.map(|item| item.title).collect()
}

fn now(archive: &Archive, kind: Kind) -> Vec<String> {
    titles(archive, kind, Query::default())
}

fn row(archive: &Archive, kind: Kind) -> Status {
    let rows = archive.status().unwrap().into_iter();
    rows.into_iter().find(|row| row.kind == kind).unwrap()
}

/// Names of the members, and how many are missing.
fn members(archive: &Archive, groups: &Groups, item: &Item) -> (Vec<String>, u64) {
    let group = card_group(&item.media, &archive.raw(&item.state).unwrap()).unwrap();
    let members = groups.members(&item.phone, &item.collection.id, &group);
    let names = members.found.into_iter().map(|member| member.name);
    (names.collect(), members.missing)
}

#[test]
fn a_group_is_no_person_and_names_its_members() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    mirror(&mut writer, &choir(), 0).unwrap();
    assert_eq!(now(&writer, Kind::Contact), ["Ada", "Another Ada", "Bob", "Eve"]);
    assert_eq!(now(&writer, Kind::Group), ["Choir"]);
    let book = Query {
        listed: Some(Kind::Contact),
        collection: Some("book".into()),
        ..Query::default()
    };
    assert_eq!(
        writer.list(&book).unwrap().len(),
        4,
        "the book is one collection of cards"
    );
    let with_groups = Query {
        kinds: vec![Kind::Contact],
        ..Query::default()
    }
    .with_groups();
    assert_eq!(writer.list(&with_groups).unwrap().len(), 5);

    let groups = writer.groups(None).unwrap();
    let choir_id = id(Kind::Contact, "book", "choir");
    let card = writer.item(choir_id).unwrap().unwrap();
    assert_eq!((card.kind, card.listed), (Kind::Group, Kind::Contact));
    assert_eq!(
        members(&writer, &groups, &card),
        (vec!["Ada".to_owned(), "Bob".to_owned()], 1)
    );
    let of = |collection, remote| groups.of(id(Kind::Contact, collection, remote)).to_vec();
    assert_eq!(of("book", "ada"), ["Choir"]);
    assert_eq!(of("book", "bob"), ["Choir"]);
    assert_eq!(of("book", "eve"), [""; 0]);
    assert_eq!(of("other", "ada"), [""; 0], "a group is of its own book");
    assert_eq!(writer.search("choir", 9).unwrap()[0].kind, Kind::Group);
    let shown = writer.shown(choir_id, None).unwrap();
    assert_eq!(shown.0, Kind::Group);
    rebuilds_the_same(&mut writer);
    assert_eq!(now(&writer, Kind::Group), ["Choir"]);
    assert_eq!(writer.groups(None).unwrap(), groups);
}

#[test]
fn a_card_that_becomes_a_group_was_none_then() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let before = choir().with(Kind::Contact, "book", "choir", person("c", "Choir"));
    mirror(&mut writer, &before, 0).unwrap();
    mirror(&mut writer, &choir(), 100).unwrap();
    let gone = choir()
        .without(Kind::Contact, "book", "choir")
        .without(Kind::Contact, "book", "bob");
    mirror(&mut writer, &gone, 200).unwrap();
    let as_of = |seconds| Query {
        as_of: Some(at(seconds)),
        ..Query::default()
    };
    assert_eq!(titles(&writer, Kind::Group, as_of(50)), [""; 0]);
    assert_eq!(titles(&writer, Kind::Contact, as_of(50)).len(), 5);
    assert_eq!(titles(&writer, Kind::Group, as_of(150)), ["Choir"]);
    assert_eq!(titles(&writer, Kind::Contact, as_of(150)).len(), 4);
    assert_eq!(now(&writer, Kind::Group), [""; 0]);
    let lost = Query {
        gone: true,
        ..Query::default()
    };
    assert_eq!(titles(&writer, Kind::Group, lost.clone()), ["Choir"]);
    assert_eq!(titles(&writer, Kind::Contact, lost), ["Bob"]);

    let ada = id(Kind::Contact, "book", "ada");
    let choir = id(Kind::Contact, "book", "choir");
    for (then, named) in [
        (Some(at(50)), vec![]),
        (Some(at(150)), vec!["Choir".to_owned()]),
        (None, vec![]),
    ] {
        assert_eq!(writer.groups(then).unwrap().of(ada), named, "{then:?}");
    }
    let card = writer.item(choir).unwrap().unwrap();
    let groups = writer.groups(None).unwrap();
    assert_eq!(
        members(&writer, &groups, &card),
        (vec!["Ada".to_owned(), "Bob".to_owned()], 1),
        "of what is gone, too, it is known who was in it"
    );
}

#[test]
fn groups_are_counted_by_themselves() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let read = |writer: &mut Writer, seconds, cards: &[(&str, Vec<u8>)], gone: &[&str], accepted| {
        let mut run = writer.begin(new_run(seconds)).unwrap();
        for (remote, raw) in cards {
            run.payload(contact_item(remote, remote, seconds), raw).unwrap();
        }
        for remote in gone {
            let key = crate::support::key(Kind::Contact, "book", remote);
            run.gone(&key, at(seconds)).unwrap();
        }
        let groups = run.groups(&"book".into()).unwrap();
        let base = match accepted {
            true => verdict(Kind::Contact, "book"),
            false => crate::support::held(Kind::Contact, "book"),
        };
        run.verdict(sidekeep_archive::Verdict {
            counts: Counts {
                listed: cards.len() as u64,
                groups,
                ..Counts::default()
            },
            ..base
        })
        .unwrap();
        run.verdict(sidekeep_archive::Verdict {
            collection: None,
            reading: Reading::unavailable(Why::new(Reason::Unsupported)),
            ..verdict(Kind::Group, "")
        })
        .unwrap();
        run.finish(Outcome::Complete, at(seconds + 1)).unwrap();
        groups
    };
    let numbers = |archive: &Archive, kind| {
        let row = row(archive, kind);
        (row.on_phone, row.present, row.gone, row.last_complete.is_some())
    };

    read(&mut writer, 0, &[("ada", person("1", "Ada"))], &[], true);
    assert_eq!(numbers(&writer, Kind::Contact), (Some(1), 1, 0, true));
    let none = row(&writer, Kind::Group);
    assert!(none.reading.unwrap().is_beyond_link() && none.present == 0);

    let cards = [
        ("ada", person("1", "Ada")),
        ("choir", group("c", "Choir", &["1"])),
    ];
    assert_eq!(read(&mut writer, 100, &cards, &[], true), 1);
    assert_eq!(numbers(&writer, Kind::Contact), (Some(1), 1, 0, true));
    assert_eq!(numbers(&writer, Kind::Group), (Some(1), 1, 0, true));
    assert_eq!(row(&writer, Kind::Group).reading, Some(Reading::Complete));

    // Held back: what the reading shows is less than what counts.
    assert_eq!(read(&mut writer, 200, &cards[..1], &["choir"], false), 0);
    assert_eq!(numbers(&writer, Kind::Contact), (Some(1), 1, 0, true));
    assert_eq!(numbers(&writer, Kind::Group), (Some(0), 1, 0, true));
    assert_eq!(
        (row(&writer, Kind::Contact).held, row(&writer, Kind::Group).held),
        (1, 0)
    );
    let run = writer.runs().unwrap()[0].id.clone();
    writer.decide(&run, true, at(300)).unwrap();
    assert_eq!(numbers(&writer, Kind::Group), (Some(0), 0, 1, true));
    assert_eq!(row(&writer, Kind::Group).phone.id, identity().id);
}
