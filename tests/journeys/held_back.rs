//! What happened to the Sidekick's owners must not happen here: an empty, shrunken or hollow phone is not believed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use sidekeep_testphones::{authority, permission};
use sidekeep_tests::{Phone, Sidekeep, same};

/// A phone with this many contacts, each with a number.
fn crowd(contacts: usize) -> Phone {
    Phone::with(|folder, _| {
        std::fs::create_dir_all(sidekeep_testphones::demo::storage(folder)).unwrap();
        let providers =
            sidekeep_testphones::Providers::create(&sidekeep_testphones::demo::database(folder)).unwrap();
        let account = providers
            .account(Some("com.example"), Some("ada@example.org"))
            .unwrap();
        for person in 0..contacts {
            let name = serde_json::json!({ "mimetype": "name", "data1": format!("Person {person}") });
            let phone = serde_json::json!({ "mimetype": "phone_v2", "data1": format!("555-{person:04}"), "data2": 2 });
            providers.contact(account, &[name, phone]).unwrap();
        }
    })
}

fn names(sidekeep: &Sidekeep) -> usize {
    sidekeep.json(&["list", "contacts"]).len()
}

/// The archive's dump without what is held back: the open question, and bytes that are kept aside.
fn counted(sidekeep: &Sidekeep) -> String {
    let dump = sidekeep.expect(0, &["dump"]);
    let mut lines = Vec::new();
    for line in dump.lines() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        if let Some(item) = line.get_mut("item").and_then(Value::as_object_mut) {
            item.remove("aside");
        }
        if line.get("hold").is_none() {
            lines.push(line.to_string());
        }
    }
    lines.join("\n")
}

/// The plain files of contacts, by path.
fn cards(sidekeep: &Sidekeep) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for phone in fs::read_dir(sidekeep.archive().join("Contacts")).unwrap() {
        for file in fs::read_dir(phone.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

fn numbers(sidekeep: &Sidekeep) -> usize {
    let contacts = sidekeep.json(&["list", "contacts"]);
    contacts
        .iter()
        .map(|contact| contact["phones"].as_array().map_or(0, Vec::len))
        .sum()
}

#[test]
fn three_hundred_contacts_become_sixty_four() {
    let phone = crowd(300);
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let (view, before) = (cards(&sidekeep), counted(&sidekeep));
    for person in 1..=236 {
        phone.providers.delete_contact(person).unwrap();
    }

    sidekeep.expect(4, &["mirror", &phone.source()]);
    assert_eq!(names(&sidekeep), 300, "the last good view stays");
    assert!(cards(&sidekeep) == view, "in the plain files too");
    same(&counted(&sidekeep), &before);
    let holds = sidekeep.json(&["hold"]);
    assert_eq!(holds.len(), 1);
    assert_eq!(holds[0]["counts"]["gone"], 236);
    let run = holds[0]["run"].as_str().unwrap().to_owned();

    sidekeep.expect(0, &["hold", "refuse", &run]);
    assert_eq!(names(&sidekeep), 300);
    sidekeep.expect(4, &["mirror", &phone.source()]);
    let run = sidekeep.json(&["hold"])[0]["run"].as_str().unwrap().to_owned();
    sidekeep.expect(0, &["hold", "accept", &run]);
    assert_eq!(names(&sidekeep), 64, "the owner decides");
    assert_eq!(
        sidekeep.json(&["list", "contacts", "--gone"]).len(),
        236,
        "nothing is deleted"
    );
    sidekeep.expect(0, &["mirror", &phone.source()]);
    sidekeep.expect(0, &["verify"]);
}

#[test]
fn names_but_no_numbers() {
    let phone = crowd(300);
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let (view, before) = (cards(&sidekeep), counted(&sidekeep));
    phone
        .providers
        .execute("DELETE FROM data WHERE data1 LIKE '555-%'")
        .unwrap();
    phone
        .providers
        .execute("UPDATE raw_contacts SET version = version + 1")
        .unwrap();

    sidekeep.expect(4, &["mirror", &phone.source()]);
    assert_eq!((names(&sidekeep), numbers(&sidekeep)), (300, 300));
    assert!(cards(&sidekeep) == view, "in the plain files too");
    same(&counted(&sidekeep), &before);
}

/// A card reader whose card is not in it, and whose folders are too small to be missed one by one.
#[test]
fn twenty_folders_of_ten_photos_are_all_gone() {
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    let reader = tempfile::tempdir().unwrap();
    let card = reader.path().join("card");
    let fill = || {
        for photo in 0..200 {
            let folder = card.join(format!("{:02}", photo / 10));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{photo}.jpg")), photo.to_string()).unwrap();
        }
    };
    fill();
    let source = format!("folder:{}", card.display());
    let mirror = ["mirror", &source, "--only", "photos"];
    sidekeep.expect(0, &mirror);
    fs::remove_dir_all(&card).unwrap();
    fs::create_dir(&card).unwrap();

    sidekeep.expect(4, &mirror);
    let photos = || sidekeep.json(&["list", "photos"]).len();
    assert_eq!(photos(), 200, "the last good view stays");
    let holds = sidekeep.json(&["hold"]);
    assert_eq!(holds.len(), 20);
    let run = holds[0]["run"].as_str().unwrap();
    assert!(holds.iter().all(|hold| hold["run"] == run));
    sidekeep.expect(0, &["hold", "accept", run]);
    assert_eq!((photos(), sidekeep.json(&["hold"]).len()), (0, 0));
    sidekeep.expect(0, &mirror);

    fill();
    sidekeep.expect(0, &mirror);
    assert_eq!(photos(), 200);
}

#[test]
fn a_vanished_provider_or_a_revoked_permission_is_not_an_empty_phone() {
    let phone = crowd(40);
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let before = sidekeep.expect(0, &["dump"]);

    phone.providers.revoke(permission::CONTACTS).unwrap();
    sidekeep.expect(3, &["mirror", &phone.source()]);
    same(&sidekeep.expect(0, &["dump"]), &before);
    let status = sidekeep.json(&["status"]);
    let contacts = status.iter().find(|row| row["kind"] == "contact").unwrap();
    assert_eq!(contacts["reading"]["why"]["reason"], "refused", "{contacts}");

    phone.providers.grant(permission::CONTACTS).unwrap();
    phone.providers.remove_provider(authority::CONTACTS).unwrap();
    sidekeep.expect(3, &["mirror", &phone.source()]);
    same(&sidekeep.expect(0, &["dump"]), &before);

    phone.providers.restore_provider(authority::CONTACTS).unwrap();
    sidekeep.expect(0, &["mirror", &phone.source()]);
    same(&sidekeep.expect(0, &["dump"]), &before);
}
