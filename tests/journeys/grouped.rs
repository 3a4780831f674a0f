//! Two sources that belong together, by the command: one name means both, and what both have alike is exported once.

use std::fs;

use serde_json::Value;
use sidekeep_tests::Sidekeep;

const PEOPLE: usize = 300;

fn people(kind: &str, count: usize) -> String {
    (0..count)
        .map(|at| {
            format!(
                "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{kind}-{at}\r\nFN:Person {at}\r\nTEL:555-{at:04}\r\nEND:VCARD\r\n"
            )
        })
        .collect()
}

#[test]
fn an_account_goes_with_its_phone_until_it_is_alone() {
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive"));
    let source = |name: &str, cards: String| {
        let place = folder.path().join(name);
        fs::create_dir(&place).unwrap();
        fs::write(place.join("people.vcf"), cards).unwrap();
        format!("folder:{}", place.display())
    };
    let phone = source("phone", people("phone", PEOPLE));
    let account = source("account", people("account", PEOPLE + 1));
    sidekeep.expect(0, &["add", &phone, "--name", "phone"]);
    sidekeep.expect(2, &["add", &account, "--phone", "nobody"]);
    sidekeep.expect(0, &["mirror", "phone"]);
    // Said before anybody was there, and held when somebody is.
    sidekeep.expect(0, &["add", &account, "--name", "account", "--phone", "phone"]);
    sidekeep.expect(0, &["mirror", "account"]);

    let listed = |of: &str| sidekeep.json(&["list", "contacts", "--phone", of]).len();
    let exported = |to: &str| -> (u64, u64) {
        let to = folder.path().join(to);
        let told = sidekeep.json(&["export", "contacts", "--to", to.to_str().unwrap()]);
        let number = |name: &str| told[0][name].as_u64().unwrap();
        let cards = fs::read_to_string(&to).unwrap().matches("BEGIN:VCARD").count();
        assert_eq!(cards as u64, number("items"));
        (number("items"), number("repeated"))
    };
    let belongs_to = || -> Vec<bool> {
        let rows = sidekeep.json(&["status"]);
        let contacts = rows
            .iter()
            .filter(|row| row["kind"] == "contacts" || row["kind"] == "contact");
        contacts.map(|row| row["belongs_to"] != Value::Null).collect()
    };
    assert_eq!((listed("phone"), listed("account")), (2 * PEOPLE + 1, PEOPLE + 1));
    assert_eq!(exported("both.vcf"), (PEOPLE as u64 + 1, PEOPLE as u64));
    assert_eq!(belongs_to(), [false, true]);
    let words = sidekeep.expect(0, &["status"]);
    assert!(words.contains("Belongs to"), "{words}");
    sidekeep.expect(1, &["add", &phone, "--phone", "account"]);

    sidekeep.expect(0, &["add", &account, "--alone"]);
    assert_eq!((listed("phone"), listed("account")), (PEOPLE, PEOPLE + 1));
    assert_eq!(exported("apart.vcf"), (2 * PEOPLE as u64 + 1, 0));
    assert_eq!(belongs_to(), [false, false]);
}
