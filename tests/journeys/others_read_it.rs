//! What Sidekeep writes is read by programs that others wrote: python-vobject, icalendar, exiftool, sha256sum.

use std::path::Path;
use std::process::Command;

use sidekeep_tests::{Phone, Sidekeep, ended, tool};

/// Reads every card with vobject; prints how many.
const READ_CARDS: &str = "
import sys, vobject
cards = 0
for path in sys.argv[1:]:
    for card in vobject.readComponents(open(path, encoding='utf-8', newline='').read()):
        assert card.name == 'VCARD' and card.fn.value, path
        cards += 1
print(cards)
";

/// Reads every calendar with icalendar and with vobject; prints how many components have a UID.
const READ_CALENDARS: &str = "
import sys, icalendar, vobject
found = 0
for path in sys.argv[1:]:
    text = open(path, encoding='utf-8', newline='').read()
    calendar = icalendar.Calendar.from_ical(text)
    for component in calendar.walk():
        assert not getattr(component, 'errors', None), (path, component.errors)
        if component.name in ('VEVENT', 'VTODO'):
            assert str(component['UID']) and component['DTSTAMP'], path
            found += 1
    for calendar in vobject.readComponents(text):
        for event in calendar.contents.get('vevent', []):
            event.getrruleset()
print(found)
";

fn python(script: &str, files: &[std::path::PathBuf]) -> usize {
    let ended = ended(
        Command::new(tool("SIDEKEEP_PYTHON"))
            .arg("-c")
            .arg(script)
            .args(files)
            .output()
            .unwrap(),
    );
    assert_eq!(ended.code, 0, "{files:?}: {}", ended.err);
    String::from_utf8(ended.out).unwrap().trim().parse().unwrap()
}

fn files(folder: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn cards_calendars_and_pictures() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&dir.path().join("archive"));
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let contacts = sidekeep.json(&["list", "contacts"]).len();
    let entries = sidekeep.json(&["list", "events"]).len();

    assert_eq!(
        python(READ_CARDS, &files(&sidekeep.archive().join("Contacts"), "vcf")),
        contacts
    );
    assert_eq!(
        python(
            READ_CALENDARS,
            &files(&sidekeep.archive().join("Calendars"), "ics")
        ),
        entries
    );

    for target in ["apple", "google", "outlook", "android", "nextcloud", "plain"] {
        for version in ["3.0", "4.0"] {
            let to = dir.path().join(format!("cards-{target}-{version}"));
            let place = to.to_str().unwrap();
            sidekeep.expect(
                0,
                &[
                    "export", "contacts", "--to", place, "--for", target, "--vcard", version,
                ],
            );
            assert_eq!(
                python(READ_CARDS, &files(&to, "vcf")),
                contacts,
                "{target} {version}"
            );
        }
        let to = dir.path().join(format!("calendars-{target}"));
        sidekeep.expect(
            0,
            &["export", "events", "--to", to.to_str().unwrap(), "--for", target],
        );
        assert_eq!(python(READ_CALENDARS, &files(&to, "ics")), entries, "{target}");
    }
}

#[test]
fn exiftool_agrees_on_the_dates_of_jpegs() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&dir.path().join("archive"));
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let to = dir.path().join("jpegs");
    sidekeep.expect(0, &["export", "photos", "--jpeg", "--to", to.to_str().unwrap()]);

    let mut taken: Vec<String> = sidekeep
        .json(&["list", "photos"])
        .iter()
        // A file's modification time is too weak to be written into it as a fact.
        .filter(|picture| picture["kind"] == "photo" && picture["taken"]["source"] != "modified")
        .map(|picture| {
            picture["taken"]["wall"].as_str().unwrap()[..19]
                .replace('-', ":")
                .replace('T', " ")
        })
        .collect();
    let jpegs: Vec<_> = files(&to, "jpg").into_iter().chain(files(&to, "JPG")).collect();
    let dates = ended(
        Command::new("exiftool")
            .args(["-s3", "-q", "-DateTimeOriginal"])
            .args(&jpegs)
            .output()
            .unwrap(),
    );
    assert_eq!(dates.code, 0, "{}", dates.err);
    let dates = String::from_utf8(dates.out).unwrap();
    let mut read: Vec<String> = dates.lines().map(str::to_owned).collect();
    taken.sort();
    read.sort();
    assert_eq!(read, taken);

    let turned = ended(
        Command::new("exiftool")
            .args(["-s3", "-q", "-n", "-Orientation"])
            .args(&jpegs)
            .output()
            .unwrap(),
    );
    assert!(!turned.err.contains("Warning"), "{}", turned.err);
}

#[test]
fn sha256sum_checks_the_originals() {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(dir.path());
    sidekeep.expect(0, &["mirror", &phone.source()]);
    let check = ended(
        Command::new("sha256sum")
            .args(["--check", "--strict", "SHA256SUMS"])
            .current_dir(dir.path())
            .output()
            .unwrap(),
    );
    assert_eq!(check.code, 0, "{}", check.err);
    assert_eq!(
        check.out.iter().filter(|byte| **byte == b'\n').count(),
        sidekeep.json(&["list", "photos"]).len()
    );
}
