//! The list of contacts and one contact, now and then.

use sidekeep_engine::screen::{People, Person, fold, person, search};
use sidekeep_engine::{EngineError, Grouping, Query};
use sidekeep_model::{ItemId, Kind};
use sidekeep_testphones::FakePhone;

use crate::stage::{Stage, card, event, people as crowd};

fn names(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

fn ada() -> FakePhone {
    FakePhone::new("ada")
        .contact("1", &card("Zoë", "ORG:Café;Rösterei\r\nTEL:+49 (170) 12-34\r\n"))
        .contact("2", &card("émile", "TEL:123\r\nNICKNAME:Mimi\r\n"))
        .contact("3", &card("Émile", "EMAIL:emile@example.org\r\n"))
        .contact("4", &card("😀", ""))
        .contact("5", &card("שרה", "ADR:;;Straße 5;Köln;;50667;DE\r\n"))
}

#[tokio::test]
async fn sorted_and_searched_without_marks_and_case() {
    let stage = Stage::new();
    stage.mirror(&mut ada()).await;
    let mut people = People::default();
    let list = people.list(&stage.archive(), &Grouping::default(), None).unwrap();
    let mut sorted = names(&list);
    assert_eq!(sorted.pop(), Some("😀"));
    assert_eq!(sorted.pop(), Some("שרה"));
    assert_eq!(sorted.pop(), Some("Zoë"));
    assert_eq!(sorted.len(), 2);
    let hit = |typed: &str| -> Vec<&str> {
        let found = list.iter().filter(|person| person.text.contains(&fold(typed)));
        found.map(|person| person.name.as_str()).collect()
    };
    assert_eq!(hit("zoe"), ["Zoë"]);
    assert_eq!(hit("ROSTEREI"), ["Zoë"]);
    assert_eq!(hit("1701234"), ["Zoë"]);
    assert_eq!(hit("491701234"), ["Zoë"]);
    assert_eq!(hit("mimi"), ["émile"]);
    assert_eq!(hit("koln"), ["שרה"]);
    assert_eq!(hit("EMILE").len(), 2);
    let note = |name: &str| {
        let found = list.iter().find(|person| person.name == name);
        found.map(|person| person.note.as_str())
    };
    assert_eq!(note("Zoë"), Some("Café; Rösterei"));
    assert_eq!(note("émile"), Some("123"));
    assert_eq!(note("Émile"), Some("emile@example.org"));
    assert_eq!(
        people.list(&stage.archive(), &Grouping::default(), None).unwrap(),
        list,
        "remembered lines are the same"
    );
}

#[tokio::test]
async fn as_it_was_and_what_became_of_it() {
    let stage = Stage::new();
    stage.mirror(&mut ada()).await;
    let before = stage.later(1);
    let changed = card("Zoë Kern", "TEL:7\r\n");
    stage
        .mirror(&mut ada().contact("1", &changed).remove(Kind::Contact, "4"))
        .await;
    let archive = stage.archive();
    let mut people = People::default();
    let (now, then) = (
        people.list(&archive, &Grouping::default(), None).unwrap(),
        people.list(&archive, &Grouping::default(), Some(before)).unwrap(),
    );
    assert!(names(&now).contains(&"Zoë Kern"));
    assert!(names(&then).contains(&"Zoë"));
    let there = |people: &[Person]| {
        people
            .iter()
            .find(|person| person.name == "😀")
            .map(|person| person.present)
    };
    assert_eq!((there(&now), there(&then)), (Some(false), Some(true)));

    let id = now
        .iter()
        .find(|person| person.name == "Zoë Kern")
        .map(|person| person.id)
        .unwrap();
    let detail = person(&archive, id, None).unwrap();
    assert_eq!(detail.vcard, changed);
    assert_eq!(detail.kept.phone_name, "ada");
    let states: Vec<Option<&str>> = detail
        .versions
        .iter()
        .map(|version| version.contact.as_ref().map(|contact| contact.name.as_str()))
        .collect();
    assert_eq!(
        states,
        [Some("Zoë Kern"), Some("Zoë")],
        "newest first, each with its fields"
    );
    let was = person(&archive, id, Some(before)).unwrap();
    assert_eq!(was.contact.map(|contact| contact.name), Some("Zoë".into()));

    let gone = then
        .iter()
        .find(|person| person.name == "😀")
        .map(|person| person.id)
        .unwrap();
    let detail = person(&archive, gone, None).unwrap();
    assert!(!detail.kept.present);
    assert_eq!(detail.versions.len(), 2);
    assert!(detail.versions[0].digest.is_none() && !detail.versions[0].unreadable);
    assert!(matches!(
        person(&archive, ItemId(7), None),
        Err(EngineError::NoItem(ItemId(7)))
    ));
}

#[tokio::test]
async fn many_are_read_by_several_threads() {
    let stage = Stage::new();
    stage.mirror(&mut crowd(1000)).await;
    let archive = stage.archive();
    let list = People::default()
        .list(&archive, &Grouping::default(), None)
        .unwrap();
    let items = archive.list(&Query::default()).unwrap();
    let mut titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
    let mut found = names(&list);
    titles.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, titles);
    assert!(
        list.iter().all(|person| person.note.starts_with("+49 170")),
        "each was read"
    );
}

#[tokio::test]
async fn anything_is_found_but_only_contacts_are_people() {
    let stage = Stage::new();
    stage.mirror(&mut ada().event("e", &event("u", "Rösterei"))).await;
    let archive = stage.archive();
    let found = search(&archive, "roster", 9).unwrap();
    let kinds: Vec<Kind> = found.iter().map(|found| found.kind).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&Kind::Contact) && kinds.contains(&Kind::Event));
    let entry = found.iter().find(|found| found.kind == Kind::Event).unwrap();
    assert_eq!(
        (entry.title.as_str(), entry.note.as_str()),
        ("Rösterei", "calendar")
    );
    assert!(matches!(
        person(&archive, entry.id, None),
        Err(EngineError::NoItem(_))
    ));
}

#[tokio::test]
async fn damaged_bytes_leave_the_title_and_are_told() {
    let stage = Stage::new();
    let long = card("Long", &format!("NOTE:{}\r\n", "x".repeat(300_000)));
    stage.mirror(&mut FakePhone::new("ada").contact("1", &long)).await;
    let objects = stage.engine.root().join(".sidekeep/objects");
    let mut broken = 0;
    for folder in std::fs::read_dir(&objects).unwrap().map(Result::unwrap) {
        for file in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            std::fs::write(file.path(), b"no").unwrap();
            broken += 1;
        }
    }
    assert_eq!(broken, 1, "it is long enough for a file of its own");
    let archive = stage.archive();
    let list = People::default()
        .list(&archive, &Grouping::default(), None)
        .unwrap();
    assert_eq!(names(&list), ["Long"]);
    let detail = person(&archive, list[0].id, None).unwrap();
    assert_eq!((detail.contact, detail.vcard.as_str()), (None, ""));
    assert!(detail.versions[0].unreadable);
}
