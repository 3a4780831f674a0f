//! Passwords of accounts: kept in a real keyring, or in an encrypted file where there is none, found by a run, and
//! forgotten. They stand nowhere else.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_tests::{Ended, Keyring, NO_BUS, Sidekeep, ended};

/// An account at which nobody is asked, and a password that is found wherever it stands.
const ELSEWHERE: &str = "dav+https://ada@nowhere.invalid/";
const SECRET: &str = "correct horse battery staple";
const PASSPHRASE: &str = "opens the file";

fn account() -> DavServer {
    let server = DavServer::radicale().unwrap();
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n";
    let changes = [
        Change::Book("people".to_owned()),
        Change::Put("people/1.vcf".to_owned(), card.to_owned()),
    ];
    server.change(&changes).unwrap();
    server
}

/// Adds a source with a password on standard input.
fn add(sidekeep: &Sidekeep, source: &str, password: &str) -> Ended {
    let mut child = sidekeep
        .command(&["add", source, "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{password}\n").as_bytes()).unwrap();
    drop(stdin);
    ended(child.wait_with_output().unwrap())
}

#[track_caller]
fn adds(sidekeep: &Sidekeep, source: &str, password: &str) {
    let ended = add(sidekeep, source, password);
    assert_eq!(ended.code, 0, "{}", ended.err);
}

/// Fails, and says this.
#[track_caller]
fn refuses(ended: &Ended, words: &str) {
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.err.contains(words), "{}", ended.err);
}

/// Below this folder no file has the secret in it.
pub(crate) fn is_nowhere(secret: &str, below: &Path) {
    let mut files = 0;
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                let bytes = fs::read(&path).unwrap();
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{}", path.display());
            }
        }
    }
    assert!(files > 0);
}

#[test]
fn a_keyring_keeps_them() {
    let server = account();
    let source = server.source(server.address());
    let keyring = Keyring::start();
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive")).alone(&keyring.address());

    adds(&sidekeep, &source, "u");
    sidekeep.expect(0, &["mirror", &source]);
    assert_eq!(sidekeep.json(&["list", "contacts"]).len(), 1);
    assert_eq!(sidekeep.json(&["phones"])[0]["state"], "ready");

    // What opens nothing takes the place of nothing, and adds nothing.
    for name in ["u", "nobody"] {
        let source = source.replace("u@", &format!("{name}@"));
        let refused = add(&sidekeep, &source, "another");
        refuses(&refused, "Check the user's name and the password");
        refuses(&refused, "no password was kept");
    }
    sidekeep.expect(0, &["mirror", &source]);
    assert_eq!(sidekeep.json(&["phones"]).len(), 1);

    let added = add(&sidekeep, ELSEWHERE, SECRET);
    assert_eq!(added.code, 0, "{}", added.err);
    assert!(added.err.contains("kept untried"), "{}", added.err);
    is_nowhere(SECRET, folder.path());

    // Locked, and nobody who opens it: nothing is lost, and nothing goes round it.
    keyring.lock();
    refuses(&sidekeep.run(&["mirror", &source]), "locked");
    let refused = add(&sidekeep, "dav+https://bob@nowhere.invalid/", SECRET);
    refuses(&refused, "locked");
    assert!(!refused.err.contains("kept untried"), "{}", refused.err);
    assert!(!refused.err.contains(SECRET));
    assert_eq!(
        sidekeep.json(&["phones"]).len(),
        2,
        "neither the account nor its password"
    );
    is_nowhere(SECRET, folder.path());
}

#[test]
fn a_keyring_forgets_them() {
    let server = account();
    let source = server.source(server.address());
    let keyring = Keyring::start();
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive")).alone(&keyring.address());
    adds(&sidekeep, &source, "u");
    sidekeep.expect(0, &["forget", &source]);
    sidekeep.expect(0, &["add", &source]);
    refuses(&sidekeep.run(&["mirror", &source]), "--password-stdin");

    adds(&sidekeep, ELSEWHERE, SECRET);
    keyring.lock();
    let half = sidekeep.run(&["forget", ELSEWHERE]);
    assert_eq!(half.code, 3, "{}", half.err);
    assert!(half.err.contains("may still be kept"), "{}", half.err);
    assert_eq!(sidekeep.json(&["phones"]).len(), 1);
}

#[test]
fn a_file_keeps_them_where_there_is_no_keyring() {
    let server = account();
    let source = server.source(server.address());
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let nobody = Sidekeep::at(&archive).alone(NO_BUS);
    let knowing = Sidekeep::typed(&archive, PASSPHRASE);
    let mistaken = Sidekeep::typed(&archive, "another");

    refuses(&add(&nobody, &source, "u"), "locked");
    adds(&knowing, &source, "u");
    adds(&knowing, ELSEWHERE, SECRET);
    let file = nobody.config().join("sidekeep/passwords.age");
    let before = fs::read(&file).unwrap();
    is_nowhere(SECRET, folder.path());

    knowing.expect(0, &["mirror", &source]);
    assert_eq!(nobody.json(&["list", "contacts"]).len(), 1);
    refuses(&nobody.run(&["mirror", &source]), "locked");
    refuses(
        &mistaken.run(&["mirror", &source]),
        "Check the user's name and the password",
    );
    // It is told beside the last good run, until one is good again.
    let last_try =
        format!("Last try by {source}, under a second ago: the server did not accept the name and password");
    let told = nobody.expect(0, &["status"]);
    assert!(told.contains("complete, ") && told.contains(&last_try), "{told}");
    assert_eq!(nobody.json(&["status"])[0]["last_failed"]["why"], "login");
    knowing.expect(0, &["mirror", &source]);
    assert!(!nobody.expect(0, &["status"]).contains("Last try"));
    assert_eq!(mistaken.run(&["forget", ELSEWHERE]).code, 3);
    assert_eq!(fs::read(&file).unwrap(), before);
    // The source is forgotten; its password is, by its text, once the file is opened.
    knowing.expect(0, &["forget", ELSEWHERE]);
    assert_ne!(fs::read(&file).unwrap(), before);
    assert_eq!(
        knowing.run(&["forget", ELSEWHERE]).code,
        2,
        "nothing is left of it"
    );

    // A service that nobody sits at has the passphrase in a file of its own.
    let written = folder.path().join("passphrase");
    let unattended = |text: &str| {
        fs::write(&written, text).unwrap();
        let mut command = nobody.command(&["mirror", &source]);
        ended(
            command
                .env("SIDEKEEP_PASSPHRASE_FILE", &written)
                .output()
                .unwrap(),
        )
    };
    let read = unattended(&format!("{PASSPHRASE}\n"));
    assert_eq!(read.code, 0, "{}", read.err);
    refuses(&unattended("another\n"), "locked");
    refuses(&unattended(""), "locked");

    knowing.expect(0, &["forget", &source]);
    let after = fs::read(&file).unwrap();
    assert_ne!(after, before);
    fs::write(&file, &after[..after.len() / 2]).unwrap();
    refuses(&add(&knowing, &source, "u"), "damaged");
    assert_eq!(fs::read(&file).unwrap(), after[..after.len() / 2]);
}

#[test]
fn only_accounts_have_one() {
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&folder.path().join("archive"));
    for source in ["adb://127.0.0.1:1", "folder:/tmp", "dav+https://nowhere.invalid/"] {
        assert_eq!(add(&sidekeep, source, SECRET).code, 2, "{source}");
    }
    assert_eq!(add(&sidekeep, ELSEWHERE, "").code, 2);
    assert!(!sidekeep.archive().exists());
}
