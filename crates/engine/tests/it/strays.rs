//! What lies among an account's cards and calendar objects and is none: it is kept, told, and in nobody's way.

use sidekeep_engine::{Outcome, Source};
use sidekeep_model::{ItemId, Kind};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::stage::Stage;

const NOTES: &str = "two\nlines";
const CUT_OFF: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Cut off\r\n";

fn person(name: &str) -> Change {
    let text =
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n");
    Change::Put(format!("people/{name}.vcf"), text)
}

fn object(component: &str, uid: &str) -> Change {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:t\r\nBEGIN:{component}\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         DTSTART:20260101T100000Z\r\nSUMMARY:{uid}\r\nEND:{component}\r\nEND:VCALENDAR\r\n"
    );
    Change::Put(format!("both/{uid}.ics"), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stray_file_is_kept_and_leaves_the_rest_complete() {
    let server = DavServer::xandikos().unwrap();
    let changes = [
        Change::Book("people/".to_owned()),
        Change::Calendar("both/".to_owned(), Vec::new()),
        person("Ada"),
        person("Bob"),
        object("VEVENT", "meeting"),
        object("VTODO", "shopping"),
    ];
    server.change(&changes).unwrap();
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    server.fill("people", [file("notes.txt", NOTES)]).unwrap();
    let strays = [file("notes.txt", NOTES), file("cut.ics", CUT_OFF)];
    server.fill("both", strays).unwrap();

    let stage = Stage::new();
    let source = Source::parse(&server.source(server.address()), stage.folder.path()).unwrap();
    for nth in ["first", "quiet"] {
        let report = stage.mirror_from(&source).await;
        assert_eq!(report.outcome, Outcome::Complete, "{nth} {report:?}");
        let foreign = |kind: Kind| -> u64 {
            let verdicts = report.judged.iter().map(|judged| &judged.verdict);
            let verdicts = verdicts.filter(|verdict| verdict.kind == kind);
            verdicts.map(|verdict| verdict.counts.foreign).sum()
        };
        let told = [Kind::Contact, Kind::Event, Kind::Task].map(foreign);
        assert_eq!(told, [1, 1, 0], "{nth}");
        assert_eq!(report.counts().seen, if nth == "first" { 7 } else { 0 });
    }
    assert_eq!(stage.titles(Kind::Contact), ["Ada", "Bob", "notes.txt"]);
    let mut events = stage.titles(Kind::Event);
    events.sort();
    assert_eq!(events, ["Cut off", "meeting", "notes.txt"]);
    assert_eq!(stage.titles(Kind::Task), ["shopping"]);
    let archive = stage.archive();
    let of = |title: &str| -> ItemId {
        let found = archive.search(title, 9).unwrap();
        found.iter().find(|item| item.title == title).unwrap().id
    };
    let notes = archive.item(of("notes.txt")).unwrap().unwrap();
    assert_eq!(archive.raw(&notes.state).unwrap(), NOTES.as_bytes());
    assert_eq!(notes.media.as_str(), "text/plain");

    // Nor does it keep anything from being put back.
    let before = stage.later(1);
    server
        .change(&[Change::Delete("people/Ada.vcf".to_owned())])
        .unwrap();
    stage.mirror_from(&source).await;
    let restored = stage.contacts_back(&source, before).await;
    let counts = restored.counts;
    assert_eq!(
        (counts.added, counts.same, counts.confirmed, restored.outcome),
        (1, 2, 1, Outcome::Complete),
        "{restored:?}"
    );
}
