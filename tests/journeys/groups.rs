//! A group that is a card of an account's address book, and a text that lies beside it, as the command tells them.

use serde_json::Value;
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_tests::Sidekeep;

const ADA: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:ada\r\nFN:Ada\r\nN:;Ada;;;\r\n\
    PHOTO;VALUE=uri:https://elsewhere.example/ada.jpg\r\nEND:VCARD\r\n";
const CHOIR: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:choir\r\nFN:Choir\r\nN:Choir;;;;\r\n\
    X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:ada\r\n\
    X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:nobody\r\nEND:VCARD\r\n";

#[test]
fn a_group_is_told_as_one_and_a_stray_file_hinders_nothing() {
    let server = DavServer::xandikos().unwrap();
    let put = |name: &str, text: &str| Change::Put(format!("people/{name}.vcf"), text.to_owned());
    let book = Change::Book("people/".to_owned());
    server
        .change(&[book, put("ada", ADA), put("choir", CHOIR)])
        .unwrap();
    let notes = ("notes.txt".to_owned(), "two\nlines".to_owned());
    server.fill("people", [notes]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive"));
    let source = server.source(server.address());
    let says = |text: &str, expected: &str| assert!(text.contains(expected), "{expected:?} in {text}");

    let told = sidekeep.expect(0, &["mirror", &source]);
    says(
        &told,
        "contacts in people: 3 there, 1 of them a group, 1 of them not understood and kept as it came, 3 new",
    );
    says(&told, "1 contact names a picture on another server");

    let groups: Vec<Value> = sidekeep.json(&["list", "groups"]);
    assert_eq!(groups.len(), 1);
    let group = &groups[0];
    assert_eq!(
        (&group["name"], &group["members"][0]["name"], &group["missing"]),
        (&"Choir".into(), &"Ada".into(), &1.into())
    );
    let told = sidekeep.expect(0, &["list", "groups"]);
    says(&told, "people  1 member, 1 more not found");
    let contacts: Vec<Value> = sidekeep.json(&["list", "contacts"]);
    let titles: Vec<&Value> = contacts
        .iter()
        .map(|item| item.get("name").unwrap_or(&item["title"]))
        .collect();
    assert_eq!(titles, ["Ada", "notes.txt"]);
    assert_eq!(contacts[0]["groups"], serde_json::json!(["Choir"]));
    let notes = contacts[1]["id"].as_str().unwrap();
    assert_eq!(sidekeep.expect(0, &["show", notes, "--raw"]), "two\nlines");

    let rows: Vec<Value> = sidekeep.json(&["status"]);
    let numbers = |kind: &str| {
        let row = rows.iter().find(|row| row["kind"] == kind).unwrap();
        [&row["on_phone"], &row["kept"], &row["without_picture"]].map(|value| value.as_u64().unwrap())
    };
    assert_eq!(numbers("contact"), [2, 2, 1]);
    assert_eq!(numbers("group"), [1, 1, 0]);
    says(
        &sidekeep.expect(0, &["status"]),
        "1 picture is elsewhere or not there, and not kept",
    );

    // A target that knows no such cards gets the name in the contact; what it does not get is told.
    let to = folder.path().join("out");
    let to = to.to_str().unwrap();
    let told = sidekeep.expect(3, &["export", "contacts", "--for", "google", "--to", to]);
    says(&told, "1 contact in 1 file.");
    says(&told, "MEMBER in 1: left out");
    says(&told, "1 contact has only the address of a picture");
    let whole = sidekeep.expect(
        3,
        &["export", "contacts", "--for", "apple", "--to", to, "--replace"],
    );
    says(&whole, "1 contact and 1 group in 1 file.");
    let refused = sidekeep.run(&["restore", "groups", "--to", &source]);
    assert_eq!(refused.code, 2);
    says(&refused.err, "sidekeep restore contacts");
}
