//! Contacts and events that were deleted on an Android phone come back over the cable.

use serde_json::Value;
use sidekeep_tests::{Phone, Sidekeep};

#[test]
fn deleted_contacts_come_back_and_the_phone_says_what_they_said() {
    let phone = Phone::demo();
    let source = phone.source();
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive"));
    let present = || -> Vec<Value> { sidekeep.json(&["list", "contacts"]) };
    let names = || -> Vec<String> {
        let mut names: Vec<String> = present()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    sidekeep.expect(0, &["add", &source, "--name", "phone"]);
    sidekeep.expect(0, &["mirror", "phone"]);
    let whole = names();
    let first = sidekeep.json(&["history"])[0]["ended"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone: Vec<i64> = {
        let database = phone.providers.connection();
        let mut ids = database
            .prepare(
                "SELECT r._id FROM raw_contacts r WHERE r.deleted = 0 AND r.account_id = (SELECT min(_id) FROM accounts)
                 ORDER BY r._id LIMIT 3",
            )
            .unwrap();
        let ids = ids.query_map([], |row| row.get(0)).unwrap();
        ids.map(Result::unwrap).collect()
    };
    assert_eq!(gone.len(), 3);
    for id in &gone {
        phone.providers.delete_contact(*id).unwrap();
    }
    sidekeep.expect(0, &["mirror", "phone"]);
    assert_eq!(names().len(), whole.len() - 3);

    let restore = |code: i32| -> Value {
        let arguments = [
            "--json", "restore", "contacts", "--to", "phone", "--as-of", &first, "--policy", "merge",
        ];
        serde_json::from_str(&sidekeep.expect(code, &arguments)).unwrap()
    };
    // Nothing is troubled for what cannot be put there.
    let said = sidekeep.run(&["restore", "tasks", "--to", "phone"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("takes contacts and events"), "{}", said.err);
    let said = sidekeep.run(&["restore", "contacts", "--to", "phone", "--into", "nowhere"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err
            .contains("No collection of contacts is called \"nowhere\""),
        "{}",
        said.err
    );
    // Quiet: no progress, no items; how it ended is one line.
    let arguments = [
        "-q",
        "restore",
        "contacts",
        "--to",
        "phone",
        "--as-of",
        &first,
        "--preview",
    ];
    assert_eq!(
        sidekeep.expect(0, &arguments),
        format!(
            "{} contacts asked for: 3 to add, {} there already.\n",
            whole.len(),
            whole.len() - 3
        )
    );
    let report = restore(0);
    let counts = &report["counts"];
    assert_eq!(
        (&counts["added"], &counts["confirmed"]),
        (&3.into(), &3.into()),
        "{report}"
    );
    assert_eq!(names(), whole);
    // Asked for again, nothing is there twice.
    let again = restore(0);
    assert_eq!(
        (&again["counts"]["added"], &again["run"]),
        (&0.into(), &Value::Null),
        "{again}"
    );
    assert_eq!(names(), whole);
    sidekeep.expect(0, &["verify"]);
}

#[test]
fn deleted_events_come_back() {
    let phone = Phone::demo();
    let source = phone.source();
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive"));
    let titles = || -> Vec<String> {
        let mut titles: Vec<String> = sidekeep
            .json(&["list", "events"])
            .iter()
            .map(|item| item["summary"].as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        titles
    };
    // A source that was never added is one all the same.
    sidekeep.expect(0, &["mirror", &source]);
    let whole = titles();
    let first = sidekeep.json(&["history"])[0]["ended"]
        .as_str()
        .unwrap()
        .to_owned();
    // Three of a calendar that can be written to, each an event without changed dates.
    let deleted = phone
        .providers
        .execute(
            "UPDATE Events SET deleted = 1 WHERE _id IN (SELECT e._id FROM Events e JOIN Calendars c ON c._id = e.calendar_id
             WHERE e.deleted = 0 AND c.calendar_access_level >= 500 AND e.original_id IS NULL
             AND e.original_sync_id IS NULL AND NOT EXISTS (SELECT 1 FROM Events x WHERE x.original_id = e._id OR
             (x.original_sync_id IS NOT NULL AND x.original_sync_id = e._sync_id)) ORDER BY e._id LIMIT 3)",
        )
        .unwrap();
    assert_eq!(deleted, 3);
    sidekeep.expect(0, &["mirror", &source]);
    assert_eq!(titles().len(), whole.len() - 3);
    let arguments = [
        "--json", "restore", "events", "--to", &source, "--as-of", &first, "--policy", "merge",
    ];
    // What came back otherwise is no success: done, but partial.
    let report: Value = serde_json::from_str(&sidekeep.expect(3, &arguments)).unwrap();
    let counts = &report["counts"];
    assert_eq!(
        (&counts["added"], &counts["confirmed"]),
        (&3.into(), &2.into()),
        "{report}"
    );
    // Extended properties are for an account's own synchronisation to write.
    let differing: Vec<&Value> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["differing"])
        .filter(|differing| **differing != serde_json::json!([]))
        .collect();
    assert_eq!(
        differing,
        [&serde_json::json!(["X-ANDROID-EXTENDED"])],
        "{report}"
    );
    assert_eq!(titles(), whole);
    // Asked for again, nothing is there twice; what was written is not changed over the cable.
    let again: Value = serde_json::from_str(&sidekeep.expect(3, &arguments)).unwrap();
    let counts = &again["counts"];
    assert_eq!(
        (&counts["added"], &counts["same"], &counts["failed"]),
        (&0.into(), &19.into(), &1.into()),
        "{again}"
    );
    assert_eq!(titles(), whole);
}
