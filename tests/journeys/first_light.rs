//! The demo phone on a real adbd: mirrored, listed, searched, exported; nothing new the second time; and the index is
//! only a cache.

use serde_json::Value;
use sidekeep_testphones::demo;
use sidekeep_tests::{Phone, Sidekeep, same};

fn of_kind<'a>(rows: &'a [Value], kind: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["kind"] == kind).collect()
}

#[test]
fn a_phone_is_mirrored_kept_and_exported() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&dir.path().join("archive"));
    let again = tempfile::tempdir().unwrap();
    let contents = demo::write(again.path(), "/sdcard").unwrap();

    sidekeep.expect(0, &["add", &phone.source(), "--name", "mira"]);
    let run = &sidekeep.json(&["mirror", "mira"])[0];
    assert_eq!(
        (&run["outcome"], &run["held"]),
        (&"complete".into(), &0.into()),
        "{run}"
    );

    let contacts = sidekeep.json(&["list", "contacts"]);
    assert_eq!(contacts.len(), contents.contacts);
    let ada = contacts
        .iter()
        .find(|contact| contact["name"] == "Ada Okonkwo-Bell")
        .unwrap();
    assert_eq!(ada["birthday"], "1984-02-29");
    assert_eq!(
        ada["notes"],
        "Sister.\nSpare key is under the blue pot;\nalarm code: ask."
    );
    assert_eq!(ada["phones"][2]["label"], "boat 🚤");
    assert_eq!(sidekeep.json(&["list", "groups"]).len(), contents.groups);

    let events = sidekeep.json(&["list", "events"]);
    let series: std::collections::BTreeSet<&str> =
        events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(series.len(), contents.events);
    let choir: Vec<_> = events
        .iter()
        .filter(|event| event["uid"] == "choir@example.org")
        .collect();
    assert_eq!(choir.len(), 2, "the series and its one override");
    assert!(
        choir[0]["exdates"]
            .as_array()
            .is_some_and(|list| list.contains(&"2024-02-13T19:30:00".into()))
    );

    let pictures = sidekeep.json(&["list", "photos"]);
    assert_eq!(of_kind(&pictures, "photo").len(), contents.photos);
    assert_eq!(of_kind(&pictures, "film").len(), contents.films);
    // The one in the bin lies under another name on the phone.
    for picture in pictures.iter().filter(|picture| picture["trashed"] == false) {
        let on_phone = std::fs::read(phone.storage().join(picture["remote"].as_str().unwrap())).unwrap();
        let kept = std::fs::read(sidekeep.archive().join(picture["path"].as_str().unwrap())).unwrap();
        assert!(on_phone == kept, "{picture}");
    }

    let found = sidekeep.json(&["search", "okonk"]);
    assert!(
        found.iter().any(|found| found["id"] == ada["id"]),
        "the beginning of a word finds"
    );
    let shown = &sidekeep.json(&["show", ada["id"].as_str().unwrap()])[0];
    assert_eq!(shown["name"], ada["name"]);
    let raw: Value =
        serde_json::from_str(&sidekeep.expect(0, &["show", ada["id"].as_str().unwrap(), "--raw"])).unwrap();
    assert_eq!(
        raw["raw_contact"]["display_name"], "Ada Okonkwo-Bell",
        "the phone's own rows"
    );

    let to = dir.path().join("out.vcf");
    sidekeep.expect(
        0,
        &[
            "export",
            "contacts",
            "--to",
            to.to_str().unwrap(),
            "--for",
            "google",
        ],
    );
    let cards = std::fs::read_to_string(&to).unwrap();
    assert_eq!(cards.matches("BEGIN:VCARD").count(), contents.contacts);
    let ended = sidekeep.run(&["export", "contacts", "--to", to.to_str().unwrap()]);
    assert_eq!(ended.code, 1, "nothing is overwritten: {}", ended.err);
    assert_eq!(std::fs::read_to_string(&to).unwrap(), cards);
}

#[test]
fn a_second_run_with_nothing_new_changes_nothing() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let before = sidekeep.expect(0, &["dump"]);

    let run = &sidekeep.json(&["mirror", &phone.source()])[0];
    for number in ["seen", "changed", "gone", "back", "bytes"] {
        assert_eq!(run["counts"][number], 0, "{number}: {run}");
    }
    same(&sidekeep.expect(0, &["dump"]), &before);
}

#[test]
fn the_index_is_only_a_cache() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    phone
        .providers
        .execute("UPDATE data SET data1 = '+1 202-555-0199' WHERE data1 = '+1 202-555-0101'")
        .unwrap();
    phone
        .providers
        .execute("UPDATE raw_contacts SET version = version + 1")
        .unwrap();
    phone.providers.delete_contact(3).unwrap();
    phone
        .providers
        .remove_media("_display_name = 'IMG-20240101-WA0003.jpg'")
        .unwrap();
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let before = sidekeep.expect(0, &["dump"]);
    let history = sidekeep.expect(0, &["--json", "history"]);
    assert!(
        before.contains("\"gone\"") || before.contains("\"present\":false"),
        "something is gone:\n{before}"
    );

    for ending in ["index.db", "index.db-wal", "index.db-shm"] {
        let _ = std::fs::remove_file(dir.path().join(".sidekeep").join(ending));
    }
    sidekeep.expect(0, &["rebuild"]);
    same(&sidekeep.expect(0, &["dump"]), &before);
    assert_eq!(sidekeep.expect(0, &["--json", "history"]), history);
}

#[test]
fn the_demo_needs_no_phone() {
    let dir = tempfile::tempdir().unwrap();
    let into = dir.path().join("demo");
    let sidekeep = Sidekeep::at(&into);
    let said = sidekeep.expect(0, &["demo", "--into", into.to_str().unwrap()]);
    assert!(
        said.contains("complete.") && said.contains("is as it was kept"),
        "{said}"
    );
    assert!(!sidekeep.json(&["list", "contacts"]).is_empty());
    assert_eq!(
        sidekeep.run(&["demo", "--into", into.to_str().unwrap()]).code,
        2,
        "never into a folder in use"
    );
}

#[test]
fn a_second_writer_is_told_so_and_readers_never_wait() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let lock = std::fs::File::open(dir.path().join(".sidekeep/lock")).unwrap();
    lock.try_lock().unwrap();
    assert_eq!(sidekeep.run(&["mirror", &phone.source()]).code, 5);
    assert_eq!(sidekeep.run(&["verify"]).code, 5);
    assert!(!sidekeep.json(&["list", "contacts"]).is_empty());
    assert!(!sidekeep.json(&["status"]).is_empty());
}

#[test]
fn exit_codes_and_words() {
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&dir.path().join("none"));
    assert_eq!(sidekeep.run(&["list", "contacts"]).code, 1, "no archive");
    assert_eq!(sidekeep.run(&["list", "sheep"]).code, 2);
    assert_eq!(sidekeep.run(&["mirror", "gopher://hole"]).code, 2);
    assert_eq!(sidekeep.run(&["mirror"]).code, 2, "nothing is remembered");
    assert_eq!(
        sidekeep.run(&["mirror", "adb://127.0.0.1:9"]).code,
        1,
        "nobody there"
    );
    assert!(
        !sidekeep.archive().exists(),
        "a wrong address leaves no archive behind"
    );
    let error: Value = serde_json::from_slice(&sidekeep.run(&["--json", "status"]).out).unwrap();
    assert_eq!(error["error"], "no-archive");
}
