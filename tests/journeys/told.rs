//! What the command says is what happened: exit codes that survive a closed pipe, phones that are asked before they are
//! called away, folders that are chosen, decisions and checks that stay in the history.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::json;
use sidekeep_tests::{Ended, Sidekeep, ended};

/// A folder that stands for a phone, and an archive beside it.
struct Desk {
    _dir: tempfile::TempDir,
    card: PathBuf,
    sidekeep: Sidekeep,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let card = dir.path().join("card");
        fs::create_dir(&card).unwrap();
        Self {
            sidekeep: Sidekeep::at(&dir.path().join("archive")),
            card,
            _dir: dir,
        }
    }

    /// With this many contacts in one file, mirrored.
    fn of(contacts: usize) -> Self {
        let desk = Self::new();
        desk.contacts(contacts);
        desk.sidekeep.expect(0, &["mirror", &desk.source()]);
        desk
    }

    fn contacts(&self, count: usize) {
        let cards: String = (0..count)
            .map(|nth| {
                format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {nth}\r\nTEL:555-{nth:04}\r\nEND:VCARD\r\n")
            })
            .collect();
        fs::write(self.card.join("all.vcf"), cards).unwrap();
    }

    fn source(&self) -> String {
        format!("folder:{}", self.card.display())
    }

    /// Keeps a file as an original and spoils it there.
    fn spoil(&self) {
        fs::write(self.card.join("IMG_20240503_190000.jpg"), "no picture, but bytes").unwrap();
        self.sidekeep.run(&["mirror", &self.source()]);
        let photos = self.sidekeep.json(&["list", "photos"]);
        let path = self.sidekeep.archive().join(photos[0]["path"].as_str().unwrap());
        fs::write(path, "spoilt").unwrap();
    }

    /// With nobody at the other end of stdout.
    fn unheard(&self, arguments: &[&str]) -> Ended {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = self.sidekeep.command(arguments);
        ended(command.stdout(writer).stderr(Stdio::piped()).output().unwrap())
    }
}

#[test]
fn a_sample_does_not_hide_what_a_full_check_found() {
    let desk = Desk::of(3);
    desk.spoil();
    desk.sidekeep.expect(1, &["verify"]);
    desk.sidekeep.run(&["verify", "--sample", "1"]);
    let said = desk.sidekeep.expect(0, &["status"]);
    assert!(said.contains("1 damaged or missing"), "{said}");
    assert!(said.contains("A sample was read"), "{said}");
    let page = fs::read_to_string(desk.sidekeep.archive().join("READ ME.html")).unwrap();
    assert!(page.contains("1 file is damaged"), "{page}");
}

#[test]
fn nobody_listening_changes_no_exit_code() {
    let desk = Desk::of(40);
    for arguments in [
        &["dump"][..],
        &["list", "contacts"],
        &["--json", "list", "contacts"],
        &["man"],
    ] {
        let ended = desk.unheard(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
    }
    desk.contacts(2);
    let held = desk.unheard(&["--quiet", "--json", "mirror", &desk.source()]);
    assert_eq!(held.code, 4, "{}", held.err);
    desk.contacts(40);
    desk.spoil();
    assert_eq!(desk.unheard(&["verify"]).code, 1);
    assert_eq!(desk.unheard(&["status", "--nonsense"]).code, 2);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_fault_of_the_archive() {
    let desk = Desk::of(3);
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for arguments in [&["dump"][..], &["list", "contacts"]] {
        let mut command = desk.sidekeep.command(arguments);
        let ended = ended(command.stdout(full()).stderr(Stdio::piped()).output().unwrap());
        assert_eq!(ended.code, 1, "{arguments:?}");
        assert!(
            ended.err.contains("The result could not be written"),
            "{}",
            ended.err
        );
        assert!(!ended.err.contains("archive"), "{}", ended.err);
    }
}

#[test]
fn a_folder_that_is_there_is_ready() {
    let desk = Desk::of(3);
    let state = || {
        let phones = desk.sidekeep.json(&["phones"]);
        let found = phones.iter().find(|phone| phone["source"] == desk.source());
        found.unwrap()["state"].clone()
    };
    assert_eq!(state(), "ready", "mirrored, though not remembered");
    desk.sidekeep
        .expect(0, &["add", &desk.source(), "--name", "card"]);
    assert_eq!(state(), "ready", "remembered");
    assert_eq!(desk.sidekeep.json(&["phones"]).len(), 1, "one phone, once");
    desk.sidekeep.expect(0, &["forget", "card"]);
    fs::rename(&desk.card, desk.card.with_extension("away")).unwrap();
    assert_eq!(state(), "unreachable");
}

#[test]
fn what_became_of_a_held_back_run_stays_in_the_history() {
    let desk = Desk::of(40);
    let hold = |contacts: usize| {
        desk.contacts(contacts);
        desk.sidekeep.expect(4, &["mirror", &desk.source()]);
        desk.sidekeep.json(&["hold"])[0]["run"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = hold(3);
    let second = hold(2);
    desk.sidekeep.expect(0, &["hold", "refuse", &second]);
    let third = hold(4);
    desk.sidekeep.expect(0, &["hold", "accept", &third]);
    let history = desk.sidekeep.expect(0, &["history"]);
    let said = |needle: &str, words: &str| {
        let line = history.lines().find(|line| line.contains(needle));
        assert!(
            line.is_some_and(|line| line.contains(words)),
            "{needle} {words}\n{history}"
        );
    };
    said(&format!("{first}  mirrored"), "held back, then superseded");
    said(&format!("{second}  mirrored"), "held back, then refused");
    said(&format!("{third}  mirrored"), "held back, then accepted");
    said("decision", &format!("accepted {third}"));
    said(&format!("refused {second}"), "decision");

    let runs = desk.sidekeep.json(&["history"]);
    let decided = runs.iter().find(|run| run["purpose"] == "decision").unwrap();
    assert_eq!(decided["decision"], json!({ "run": third, "accept": true }));
    let of_one = desk.sidekeep.json(&["history", &second]);
    assert!(of_one.iter().any(|line| line["hold"] == "refused"), "{of_one:?}");
    let run = decided["run"].as_str().unwrap();
    let words = desk.sidekeep.expect(0, &["history", run]);
    assert!(words.contains(&format!("accepted {third}")), "{words}");
}

#[test]
fn a_check_stays_in_the_history_with_what_it_found() {
    let desk = Desk::of(3);
    desk.spoil();
    desk.sidekeep.expect(1, &["verify"]);
    let runs = desk.sidekeep.json(&["history"]);
    assert_eq!(runs[0]["check"]["damage"][0]["fault"], "altered");
    let run = runs[0]["run"].as_str().unwrap();
    let words = desk.sidekeep.expect(0, &["history", run]);
    assert!(words.contains("is not what was kept"), "{words}");
    let found = desk.sidekeep.json(&["history", run]);
    assert_eq!(found[0]["check"], runs[0]["check"]);
}

#[test]
fn status_names_what_waits_and_calls_late_only_what_can_be_read() {
    let desk = Desk::of(3);
    for row in desk.sidekeep.json(&["status"]) {
        let beyond = row["reading"]["why"]["reason"] == "unsupported";
        assert!(!(beyond && row["overdue"] == true), "{row}");
    }
    let other = desk.card.with_file_name("other");
    fs::create_dir(&other).unwrap();
    let source = format!("folder:{}", other.display());
    desk.sidekeep.expect(0, &["add", &source, "--name", "tablet"]);
    let said = desk.sidekeep.expect(0, &["status"]);
    assert!(said.contains("tablet: never mirrored"), "{said}");
    let rows = desk.sidekeep.json(&["status"]);
    let tablet = rows.iter().find(|row| row["name"] == "tablet").unwrap();
    assert_eq!(
        (&tablet["overdue"], &tablet["source"]),
        (&json!(true), &json!(source))
    );
}

#[test]
fn a_lost_record_is_not_an_empty_archive() {
    let desk = Desk::of(3);
    fs::write(desk.card.join("IMG_20240503_190000.jpg"), "no picture, but bytes").unwrap();
    desk.sidekeep.run(&["mirror", &desk.source()]);
    let inner = desk.sidekeep.archive().join(".sidekeep");
    fs::remove_file(inner.join("format")).unwrap();
    let said = desk.sidekeep.expect(0, &["status"]);
    assert!(said.contains("contacts"), "the journal says what it is: {said}");
    fs::remove_dir_all(&inner).unwrap();
    fs::create_dir_all(inner.join("journal")).unwrap();
    let said = desk.sidekeep.expect(0, &["status"]);
    assert!(said.contains("Pictures are here, but the record"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_demo_that_is_stopped_leaves_no_phone_and_names_its_archive() {
    let temporary = tempfile::tempdir().unwrap();
    let desk = Desk::new();
    let mut demo = desk.sidekeep.command(&["--quiet", "demo"]);
    demo.env("TMPDIR", temporary.path());
    let mut demo = demo
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The archive's name is the first thing it says; a signal before the run is heard as soon as it begins.
    let mut name = String::new();
    let mut out = BufReader::new(demo.stdout.take().unwrap());
    out.read_line(&mut name).unwrap();
    assert!(Path::new(name.trim_end()).is_dir(), "{name}");
    let pid = demo.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &pid])
        .status()
        .unwrap();
    assert!(sent.success());
    assert_eq!(demo.wait().unwrap().code(), Some(1));
    let left: Vec<_> = fs::read_dir(temporary.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(left, [PathBuf::from(name.trim_end())], "nothing but the archive");
}

#[test]
fn words_that_help() {
    let desk = Desk::of(3);
    let source = desk.source();
    fs::write(desk.card.join("IMG_20240503_190000.jpg"), "no picture, but bytes").unwrap();
    desk.sidekeep.run(&["mirror", &source]);
    desk.sidekeep.expect(0, &["add", &source, "--name", "card"]);
    let to = |name: &str| desk.card.with_file_name(name).to_string_lossy().into_owned();
    let check = |code: i32, arguments: &[&str], words: &str| {
        let ended = desk.sidekeep.run(arguments);
        let said = format!("{}{}", String::from_utf8_lossy(&ended.out), ended.err);
        assert_eq!(ended.code, code, "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    };
    check(2, &["list", "sheep"], "contacts, groups, events");
    check(0, &["list", "contact"], "3 contacts");
    check(1, &["add", &source], "remembered already, as card");
    check(
        1,
        &["add", "adb://10.0.0.9:5555", "--name", "card"],
        "Choose another name",
    );
    check(
        2,
        &["export", "messages", "--to", &to("m")],
        "cannot export messages yet",
    );
    check(2, &["export", "groups", "--to", &to("g")], "export contacts");
    check(
        2,
        &["export", "contacts", "--quality", "80", "--to", &to("c")],
        "are for photos",
    );
    check(
        2,
        &["export", "photos", "--vcard", "4.0", "--to", &to("p")],
        "are for contacts",
    );
    check(1, &["export", "photos", "--to", &to("p.jpg")], "does not write");
    check(
        0,
        &["export", "tasks", "--to", &to("t.ics")],
        "Nothing to export.",
    );
    check(
        3,
        &["export", "photos", "--jpeg", "--to", &to("j")],
        "Left out: IMG_20240503_190000.jpg (",
    );
    check(0, &["--help"], "Exit codes: 0 done");
    let mut command = desk.sidekeep.command(&["mirror", "adb-usb:NOBODY"]);
    // Port 9 is kept for discarding; no adb server listens there.
    let away = ended(command.env("ANDROID_ADB_SERVER_PORT", "9").output().unwrap());
    assert!(away.err.contains("Check the cable"), "{}", away.err);
    let nowhere = Sidekeep::at(&desk.card.with_file_name("nowhere"));
    let said = nowhere.run(&["status"]).err;
    assert!(said.contains("nowhere yet"), "{said}");
}

#[test]
fn a_phone_s_own_name_is_a_name() {
    let desk = Desk::of(3);
    let phone = &desk.sidekeep.json(&["phones"])[0];
    let name = phone["identity"]["name"].as_str().unwrap();
    assert_eq!(
        desk.sidekeep.json(&["list", "contacts", "--phone", name]).len(),
        3
    );
    desk.sidekeep.expect(0, &["mirror", name]);
    desk.sidekeep.expect(2, &["forget", name]);
    desk.sidekeep
        .expect(0, &["add", &desk.source(), "--name", "mine"]);
    desk.sidekeep.expect(0, &["mirror", "mine"]);
    desk.sidekeep.expect(0, &["forget", name]);
    desk.sidekeep.expect(2, &["mirror", "mine"]);
}

#[test]
fn of_two_sources_the_one_that_is_away_is_told_once_and_by_name() {
    let desk = Desk::of(3);
    let away = format!("folder:{}", desk.card.with_file_name("away").display());
    let ended = desk.sidekeep.run(&["mirror", &desk.source(), &away]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.err.matches("could not be read").count(), 1, "{}", ended.err);
    let said = String::from_utf8_lossy(&ended.out);
    assert!(
        said.contains(&format!("{}:\n", desk.source())),
        "each has its heading: {said}"
    );
    let ended = desk.sidekeep.run(&["--json", "mirror", &desk.source(), &away]);
    let last = String::from_utf8_lossy(&ended.out);
    let last: serde_json::Value = serde_json::from_str(last.lines().last().unwrap()).unwrap();
    assert_eq!((&last["error"], &last["source"]), (&json!("link"), &json!(away)));
}

#[test]
fn the_only_run_that_waits_needs_no_name() {
    let desk = Desk::of(40);
    desk.sidekeep.expect(1, &["hold", "accept"]);
    desk.contacts(2);
    desk.sidekeep.expect(4, &["mirror", &desk.source()]);
    desk.sidekeep.expect(1, &["hold", "refuse", "1999"]);
    desk.sidekeep.expect(0, &["hold", "refuse", "2"]);
    desk.sidekeep.expect(4, &["mirror", &desk.source()]);
    desk.sidekeep.expect(0, &["hold", "accept"]);
    assert_eq!(desk.sidekeep.json(&["list", "contacts"]).len(), 2);
}

#[test]
fn a_series_shows_its_parts_and_the_manual_its_sections() {
    let desk = Desk::new();
    let part = |more: &str, summary: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n{more}DTEND:20260101T110000Z\r\nSUMMARY:{summary}\r\n\
             END:VEVENT\r\n"
        )
    };
    let master = part("DTSTART:20260101T100000Z\r\nRRULE:FREQ=DAILY\r\n", "Run");
    let other = part(
        "RECURRENCE-ID:20260102T100000Z\r\nDTSTART:20260102T120000Z\r\n",
        "Swim",
    );
    let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{master}{other}END:VCALENDAR\r\n");
    fs::write(desk.card.join("c.ics"), calendar).unwrap();
    desk.sidekeep.expect(0, &["mirror", &desk.source()]);
    let event = desk.sidekeep.json(&["list", "events"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let said = desk.sidekeep.expect(0, &["show", &event]);
    assert!(said.starts_with("The series:\nsummary: Run\nstart:"), "{said}");
    assert!(said.contains("\n\nChanged on 2026-01-02"), "{said}");
    let manual = desk.sidekeep.expect(0, &["man"]);
    for words in [
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "EXAMPLES",
        ".SS sidekeep mirror",
    ] {
        assert!(manual.contains(words), "{words}\n{manual}");
    }
    assert!(!manual.contains("sidekeep\\-mirror(1)"), "{manual}");
}

#[test]
fn folders_are_chosen_of_a_phone_over_mtp_and_of_nothing_else() {
    let desk = Desk::new();
    let sources = desk.sidekeep.archive().join(".sidekeep/sources.toml");
    let chosen = |arguments: &[&str], folders: &str| {
        desk.sidekeep.expect(0, arguments);
        let text = fs::read_to_string(&sources).unwrap();
        let line = text.lines().find(|line| line.starts_with("folders"));
        assert_eq!(line.unwrap_or_default(), folders, "{arguments:?}");
    };
    let add = ["add", "mtp:NOBODY", "--name", "pixel"];
    chosen(&add, "");
    let of = [
        "add",
        "mtp:NOBODY",
        "--folder",
        "/DCIM/",
        "--folder",
        "Android/media/chat",
    ];
    chosen(&of, r#"folders = ["DCIM", "Android/media/chat"]"#);
    chosen(
        &["add", "mtp:NOBODY", "--folder", "DCIM"],
        r#"folders = ["DCIM"]"#,
    );
    for refused in [
        ["add", &desk.source(), "--folder", "DCIM"],
        ["add", "mtp:OTHER", "--folder", "../DCIM"],
        ["add", "mtp:OTHER", "--folder", "/"],
    ] {
        desk.sidekeep.expect(2, &refused);
    }
    // Nobody is at the cable, and what to do is said.
    let away = desk.sidekeep.run(&["mirror", "pixel"]);
    assert_eq!(away.code, 1, "{}", away.err);
    assert!(away.err.contains("Check the cable"), "{}", away.err);
    let phones = desk.sidekeep.json(&["phones"]);
    assert_eq!(
        (&phones[0]["source"], &phones[0]["state"]),
        (&json!("mtp:NOBODY"), &json!("unreachable"))
    );
}
