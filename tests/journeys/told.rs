//! What the command says is what happened: exit codes that survive a closed pipe, phones that are asked before they are
//! called away, decisions and checks that stay in the history.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

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
