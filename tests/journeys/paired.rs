//! Phones that ask who comes: paired by the code that one shows and mirrored in TLS, or allowed by the owner, who is waited for.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;

use sidekeep_testphones::adbd::AdbServer;
use sidekeep_testphones::door::{Dialog, Door, GUID, Lock, Tls};
use sidekeep_tests::{Phone, Sidekeep, ended};
use tokio::runtime::Runtime;

use crate::passwords::is_nowhere;

const CODE: &str = "391604";

/// A phone behind its door, and what carries them.
struct Behind {
    phone: Phone,
    door: Door,
    runtime: Runtime,
}

impl Behind {
    fn new(lock: Lock) -> Self {
        let phone = Phone::demo();
        let runtime = Runtime::new().unwrap();
        let door = runtime.block_on(Door::start(lock, phone.adbd.address())).unwrap();
        Self { phone, door, runtime }
    }

    fn source(&self) -> String {
        format!("adb://{}{}", self.door.address(), self.phone.storage().display())
    }

    fn dialog(&self) -> Dialog {
        self.runtime.block_on(self.door.show_code(CODE)).unwrap()
    }
}

/// The state of the one source that is remembered.
fn state(sidekeep: &Sidekeep) -> String {
    let phones = sidekeep.json(&["phones"]);
    phones[0]["state"].as_str().unwrap().to_owned()
}

/// The key is there once, its owner alone may read it, and nothing of it is in the archive.
fn the_key_is_kept(sidekeep: &Sidekeep) {
    use std::os::unix::fs::PermissionsExt;
    let file = sidekeep.config().join("sidekeep/adbkey");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let key = std::fs::read_to_string(file).unwrap();
    for line in key.lines().filter(|line| !line.starts_with("-----")) {
        is_nowhere(line, sidekeep.archive());
    }
}

fn fresh(folder: &Path) -> Sidekeep {
    Sidekeep::at(&folder.join("archive"))
}

#[test]
fn a_code_pairs_and_the_phone_comes_in_tls() {
    let behind = Behind::new(Lock::Tls(Tls::Phone));
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = fresh(folder.path());
    let typing = |code| Sidekeep::typed(sidekeep.archive(), code);

    sidekeep.expect(0, &["add", &behind.source(), "--name", "mira"]);
    assert_eq!(state(&sidekeep), "not-paired");
    let before = sidekeep.run(&["mirror", "mira"]);
    assert_eq!(before.code, 1);
    assert!(before.err.contains("sidekeep pair HOST:PORT"), "{}", before.err);

    let dialog = behind.dialog();
    let at = dialog.address().to_string();
    for (code, exit, words) in [("391605", 1, "shows another code"), ("39160", 2, "six digits")] {
        let wrong = typing(code).run(&["pair", &at]);
        assert_eq!(wrong.code, exit, "{}", wrong.err);
        assert!(wrong.err.contains(words), "{}", wrong.err);
    }
    assert_eq!(state(&sidekeep), "not-paired");
    let paired = typing(CODE).run(&["pair", &at]);
    let said = String::from_utf8_lossy(&paired.out);
    assert_eq!(paired.code, 0, "{}", paired.err);
    assert!(said.contains("sidekeep add adb://127.0.0.1:PORT"), "{said}");

    assert_eq!(state(&sidekeep), "ready");
    let run = &sidekeep.json(&["mirror", "mira"])[0];
    assert_eq!(
        (&run["outcome"], &run["held"]),
        (&"complete".into(), &0.into()),
        "{run}"
    );
    the_key_is_kept(&sidekeep);
    is_nowhere(CODE, &sidekeep.config());

    drop(dialog);
    let gone = typing(CODE).run(&["pair", &at]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("still shows its code"), "{}", gone.err);
}

#[test]
fn a_script_pairs() {
    let behind = Behind::new(Lock::Tls(Tls::Phone));
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = fresh(folder.path());
    let dialog = behind.dialog();
    let pair = |text: &str| {
        let mut child = sidekeep
            .command(&["--json", "pair", &dialog.address().to_string(), "--code-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        let ended = ended(child.wait_with_output().unwrap());
        let told: serde_json::Value = serde_json::from_slice(&ended.out).unwrap();
        (ended.code, told)
    };
    let (code, told) = pair("000 000\n");
    assert_eq!((code, &told["error"]), (1, &"wrong-code".into()), "{told}");
    let (code, told) = pair("391 604\n");
    assert_eq!((code, &told["phone"]), (0, &GUID.into()), "{told}");
    assert_eq!(told["host"], "127.0.0.1");
}

#[test]
fn an_owner_who_taps_allow_is_waited_for() {
    let behind = Behind::new(Lock::Signature);
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = fresh(folder.path());
    sidekeep.expect(0, &["add", &behind.source(), "--name", "mira"]);
    assert_eq!(state(&sidekeep), "not-trusted");
    assert_eq!(behind.door.asked(), None, "looking troubles nobody");

    let mirror = sidekeep
        .command(&["mirror", "mira"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let key = behind.runtime.block_on(behind.door.allow());
    assert!(key.contains(" sidekeep@"), "{key}");
    let run = ended(mirror.wait_with_output().unwrap());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("tap Allow"), "{}", run.err);
    the_key_is_kept(&sidekeep);

    assert_eq!(state(&sidekeep), "ready");
    let again = sidekeep.run(&["mirror", "mira"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(!again.err.contains("tap Allow"), "{}", again.err);
}

#[test]
fn an_adb_server_that_holds_the_phone_is_used() {
    let behind = Behind::new(Lock::Signature);
    let folder = tempfile::tempdir().unwrap();
    let sidekeep = fresh(folder.path());
    let server = AdbServer::start(folder.path()).unwrap();
    let serial = behind.door.address().to_string();
    assert!(
        server
            .command(&["connect", &serial])
            .output()
            .unwrap()
            .status
            .success()
    );
    let mirror = |source: &str| {
        let mut command = sidekeep.command(&["mirror", source]);
        command
            .env("ANDROID_ADB_SERVER_PORT", server.address().port().to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    // The phone asks about the server's key, and is waited for all the same.
    let mut waits = mirror(&format!("adb-usb:{serial}"));
    let mut stderr = BufReader::new(waits.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("tap Allow") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let theirs = behind.runtime.block_on(behind.door.allow());
    stderr.read_to_string(&mut said).unwrap();
    // Partial: this phone's storage is not where others have it.
    assert_eq!(waits.wait_with_output().unwrap().status.code(), Some(3), "{said}");
    assert!(!sidekeep.json(&["list", "contacts"]).is_empty());

    let direct = ended(mirror(&behind.source()).wait_with_output().unwrap());
    assert_eq!(direct.code, 0, "{}", direct.err);
    assert!(!direct.err.contains("tap Allow"), "{}", direct.err);
    assert_eq!(
        behind.door.asked(),
        Some(theirs),
        "nobody was asked a second time"
    );
    assert!(
        !sidekeep.config().join("sidekeep/adbkey").exists(),
        "no key was needed"
    );
}
