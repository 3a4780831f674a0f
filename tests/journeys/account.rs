//! An account on a real server, from the first run to the day on which it is emptied, and back. Another client changes
//! it, and vdirsyncer sees in the end what is there.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_testphones::http::{HttpServer, Request, pass};
use sidekeep_tests::{Phone, Sidekeep, Vdirsyncer};

const PEOPLE: usize = 300;

/// The demo's people as another program would bring them.
fn demo(folder: &Path) -> Vec<String> {
    let phone = Phone::demo();
    let sidekeep = Sidekeep::at(&folder.join("phone"));
    sidekeep.expect(0, &["mirror", &phone.source(), "--only", "contacts"]);
    let cards = folder.join("cards");
    let to = cards.to_str().unwrap();
    sidekeep.expect(
        0,
        &[
            "export",
            "contacts",
            "--for",
            "nextcloud",
            "--per-contact",
            "--to",
            to,
        ],
    );
    let mut files: Vec<_> = fs::read_dir(cards)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "vcf"))
        .collect();
    files.sort();
    assert!(files.len() >= 30, "the demo's people");
    let people = files.iter().enumerate().map(|(at, file)| {
        let text = fs::read_to_string(file).unwrap();
        let lines = text
            .split_inclusive("\r\n")
            .filter(|line| !line.starts_with("UID"));
        let text: String = lines.collect();
        text.replacen("END:VCARD", &format!("UID:person-{at}\r\nEND:VCARD"), 1)
    });
    people.collect()
}

fn card(at: usize, name: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:person-{at}\r\nFN:{name}\r\nN:;{name};;;\r\nTEL:555-{at:04}\r\nEND:VCARD\r\n"
    )
}

fn object(component: &str, at: usize, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:{component}\r\nUID:{component}-{at}\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20260{}01T100000Z\r\nSUMMARY:{summary}\r\nEND:{component}\r\n\
         END:VCALENDAR\r\n",
        at % 9 + 1
    )
}

/// An account with three hundred people, the demo's among them or all strangers, nine events and nine to-dos, and its archive after a first run.
struct Account {
    server: DavServer,
    sidekeep: Sidekeep,
    folder: tempfile::TempDir,
}

const OBJECTS: usize = 9;

impl Account {
    /// Reached at `address`: the server's own, or a proxy's.
    fn mirrored(server: DavServer, address: SocketAddr, mut people: Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        people.extend((people.len()..PEOPLE).map(|at| card(at, &format!("Stranger {at}"))));
        server
            .change(&[
                Change::Book("people".to_owned()),
                Change::Calendar("days".to_owned(), vec!["VEVENT"]),
                Change::Calendar("errands".to_owned(), vec!["VTODO"]),
            ])
            .unwrap();
        let named = |(at, text): (usize, String)| (format!("{at}.vcf"), text);
        server
            .fill("people", people.into_iter().enumerate().map(named))
            .unwrap();
        for (collection, component) in [("days", "VEVENT"), ("errands", "VTODO")] {
            let objects = (0..OBJECTS).map(|at| (format!("{at}.ics"), object(component, at, "As planned")));
            server.fill(collection, objects).unwrap();
        }
        let archive = folder.path().join("archive");
        let source = server.source(address);
        let account = Self {
            sidekeep: match server.login() {
                Some((_, password)) => Sidekeep::typed(&archive, password),
                None => Sidekeep::at(&archive),
            },
            server,
            folder,
        };
        account.sidekeep.expect(0, &["add", &source, "--name", "account"]);
        account.sidekeep.expect(0, &["mirror", "account"]);
        assert_eq!(account.listed("contacts"), PEOPLE);
        assert_eq!(account.listed("events"), OBJECTS);
        assert_eq!(account.listed("tasks"), OBJECTS);
        account
    }

    fn listed(&self, kind: &str) -> usize {
        self.sidekeep.json(&["list", kind]).len()
    }

    fn titles(&self, kind: &str) -> BTreeSet<String> {
        let field = if kind == "contacts" { "name" } else { "summary" };
        let items = self.sidekeep.json(&["list", kind]);
        items
            .iter()
            .map(|item| item[field].as_str().unwrap().to_owned())
            .collect()
    }

    /// When the last run ended.
    fn now(&self) -> String {
        self.history()[0]["ended"].as_str().unwrap().to_owned()
    }

    fn history(&self) -> Vec<Value> {
        self.sidekeep.json(&["history"])
    }

    /// Restores, expects this exit code, and returns the report.
    fn restore(&self, code: i32, kind: &str, as_of: &str, policy: &str) -> Value {
        let arguments = [
            "--json", "restore", kind, "--to", "account", "--as-of", as_of, "--policy", policy,
        ];
        serde_json::from_str(&self.sidekeep.expect(code, &arguments)).unwrap()
    }

    /// What another client finds in a collection.
    fn seen(&self, collection: &str) -> Vec<String> {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        let (books, calendars) = match collection {
            "people" => (vec![collection], vec![]),
            _ => (vec![], vec![collection]),
        };
        Vdirsyncer::of(&self.server, &books, &calendars, folder.path()).items(collection)
    }

    fn delete(&self, ending: &str, collection: &str, count: usize) {
        let paths = (0..count).map(|at| Change::Delete(format!("{collection}/{at}.{ending}")));
        self.server.change(&paths.collect::<Vec<_>>()).unwrap();
    }
}

/// Whether one of these has a line.
fn says(items: &[String], line: &str) -> bool {
    items.iter().any(|item| item.lines().any(|found| found == line))
}

fn emptied_and_restored(server: DavServer) {
    let folder = tempfile::tempdir().unwrap();
    let address = server.address();
    let account = Account::mirrored(server, address, demo(folder.path()));
    let first = account.now();

    // Another client adds one, changes one and deletes one.
    account
        .server
        .change(&[
            Change::Put(format!("people/{PEOPLE}.vcf"), card(PEOPLE, "Somebody New")),
            Change::Put("people/200.vcf".to_owned(), card(200, "Under Another Name")),
            Change::Delete("people/201.vcf".to_owned()),
        ])
        .unwrap();
    account.sidekeep.expect(0, &["mirror", "account"]);
    let runs = account.history();
    let run = runs[0]["run"].as_str().unwrap();
    let changes = account.sidekeep.expect(0, &["history", run]);
    for name in ["Somebody New", "Under Another Name", "Stranger 201"] {
        assert!(changes.contains(name), "{changes}");
    }
    let counts = &runs[0]["counts"];
    assert_eq!(
        (&counts["seen"], &counts["changed"], &counts["gone"]),
        (&1.into(), &1.into(), &1.into()),
        "{counts}"
    );

    // The account is emptied: held back.
    let all = (0..=PEOPLE).filter(|at| *at != 201);
    let all: Vec<Change> = all.map(|at| Change::Delete(format!("people/{at}.vcf"))).collect();
    account.server.change(&all).unwrap();
    account.delete("ics", "days", OBJECTS);
    account.delete("ics", "errands", OBJECTS);
    account.sidekeep.expect(4, &["mirror", "account"]);
    assert_eq!(account.listed("contacts"), PEOPLE, "the last good view stays");
    assert_eq!(account.seen("people").len(), 0);

    // All three hundred of the first day come back, and are read again.
    for (kind, collection, count) in [
        ("contacts", "people", PEOPLE),
        ("events", "days", OBJECTS),
        ("tasks", "errands", OBJECTS),
    ] {
        let report = account.restore(0, kind, &first, "merge");
        let counts = &report["counts"];
        assert_eq!(
            (&counts["added"], &counts["confirmed"]),
            (&count.into(), &count.into()),
            "{kind} {counts}"
        );
        assert_eq!(account.seen(collection).len(), count);
    }
    let people = account.seen("people");
    assert!(says(&people, "FN:Stranger 200") && says(&people, "FN:Stranger 201"));
    assert!(!says(&people, "FN:Somebody New"));

    // Asked for once more, it has nothing to write.
    let again = account.restore(0, "contacts", &first, "merge");
    assert_eq!(again["counts"]["same"], PEOPLE, "{}", again["counts"]);
    assert!(again["run"].is_null());
    account.sidekeep.expect(0, &["mirror", "account"]);
    assert!(account.titles("contacts").contains("Stranger 201"));
    account.sidekeep.expect(0, &["verify"]);
}

#[test]
fn an_emptied_radicale_gets_all_back() {
    emptied_and_restored(DavServer::radicale().unwrap());
}

#[test]
fn an_emptied_xandikos_gets_all_back() {
    emptied_and_restored(DavServer::xandikos().unwrap());
}

fn restored_and_undone(server: DavServer) {
    let address = server.address();
    let account = Account::mirrored(server, address, Vec::new());
    let first = account.now();
    account
        .server
        .change(&[
            Change::Put("people/200.vcf".to_owned(), card(200, "Under Another Name")),
            Change::Put("days/3.ics".to_owned(), object("VEVENT", 3, "Put off")),
            Change::Put("errands/3.ics".to_owned(), object("VTODO", 3, "Put off")),
        ])
        .unwrap();
    account.sidekeep.expect(0, &["mirror", "account"]);
    let second = account.now();
    let check = |as_of: &str, expected: [&str; 3]| {
        let kinds = [("contacts", "people"), ("events", "days"), ("tasks", "errands")];
        for ((kind, collection), line) in kinds.into_iter().zip(expected) {
            let report = account.restore(0, kind, as_of, "keep-archive");
            let counts = &report["counts"];
            assert_eq!(
                (&counts["updated"], &counts["confirmed"], &counts["added"]),
                (&1.into(), &1.into(), &0.into()),
                "{kind} {counts}"
            );
            assert!(says(&account.seen(collection), line), "{line}");
        }
    };
    check(
        &first,
        ["FN:Stranger 200", "SUMMARY:As planned", "SUMMARY:As planned"],
    );
    assert!(!account.titles("events").contains("Put off"));
    // Restoring the day before undoes it.
    check(
        &second,
        ["FN:Under Another Name", "SUMMARY:Put off", "SUMMARY:Put off"],
    );
    assert!(account.titles("events").contains("Put off"));
}

#[test]
fn a_restore_to_radicale_is_undone() {
    restored_and_undone(DavServer::radicale().unwrap());
}

#[test]
fn a_restore_to_xandikos_is_undone() {
    restored_and_undone(DavServer::xandikos().unwrap());
}

#[test]
fn what_an_account_never_has_is_one_line_and_no_row() {
    let server = DavServer::radicale().unwrap();
    let address = server.address();
    let account = Account::mirrored(server, address, Vec::new());
    let said = account.sidekeep.expect(0, &["mirror"]);
    let beyond = "cannot be read over this link: groups, messages, calls, photos, films";
    assert!(said.contains(beyond), "{said}");
    assert_eq!(said.matches("cannot be read").count(), 1, "{said}");
    let said = account.sidekeep.expect(0, &["status"]);
    assert!(
        said.contains("Not in this account: messages, calls, photos, films"),
        "{said}"
    );
    let begins = |kind: &str| said.lines().any(|line| line.trim_start().starts_with(kind));
    assert!(begins("contacts") && begins("to-dos"), "{said}");
    assert!(
        !begins("groups") && !begins("messages") && !begins("films"),
        "{said}"
    );
    let kinds = account.sidekeep.json(&["status"]);
    assert!(
        kinds.iter().any(|row| row["kind"] == "film"),
        "scripts are told of each kind"
    );
}

/// What each failure is told with, and what is not said then.
#[test]
fn why_an_account_cannot_be_reached_is_told_with_its_own_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let plain = DavServer::radicale().unwrap();
    let tls = DavServer::radicale_with_tls().unwrap();
    let check = |source: String, password: &str, says: [&str; 2], silent: &str| {
        let said = Sidekeep::typed(&archive, password).run(&["mirror", &source]);
        assert_eq!(said.code, 1, "{}", said.err);
        let said = [String::from_utf8_lossy(&said.out).into_owned(), said.err].concat();
        assert!(says.iter().all(|words| said.contains(words)), "{said}");
        assert!(!said.contains(silent), "{said}");
    };
    let at =
        |scheme: &str, server: &DavServer, path: &str| format!("dav+{scheme}://u@{}{path}", server.address());
    check(
        at("http", &plain, "/"),
        "wrong",
        ["wants another login", "Check the user's name and the password"],
        "sha256",
    );
    check(
        at("https", &tls, "/"),
        "u",
        ["certificate is not trusted", "#sha256="],
        "the user's name",
    );
    check(
        at("https", &plain, "/"),
        "u",
        ["does not speak TLS", "Check the port"],
        "sha256",
    );
    check(
        at("http", &plain, "/u/nonsense/"),
        "u",
        ["no such resource", "leave the path out"],
        "password",
    );
}

/// Right before the first write another client changes what is to be written: that is told, and stays.
#[test]
fn what_is_changed_during_a_restore_is_not_written_over() {
    let server = DavServer::radicale().unwrap();
    let behind = server.address();
    let meddled = Arc::new(AtomicBool::new(false));
    let meddles = Arc::clone(&meddled);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let proxy = HttpServer::start(move |request: Request| {
        let first = request.method == "PUT" && !meddles.swap(true, Ordering::SeqCst);
        async move {
            if first {
                let theirs = Request {
                    headers: request
                        .headers
                        .iter()
                        .filter(|(name, _)| name != "if-match")
                        .cloned()
                        .collect(),
                    body: card(200, "By Another Hand").into_bytes(),
                    ..request.clone()
                };
                pass(behind, theirs).await.unwrap_or_default();
            }
            pass(behind, request).await.unwrap_or_default()
        }
    });
    let proxy = runtime.block_on(proxy).unwrap();
    let account = Account::mirrored(server, proxy.address(), Vec::new());
    let first = account.now();
    let change = |at: usize| Change::Put(format!("people/{at}.vcf"), card(at, "Under Another Name"));
    account.server.change(&[change(200), change(201)]).unwrap();

    let report = account.restore(3, "contacts", &first, "keep-archive");
    assert!(meddled.load(Ordering::SeqCst));
    let counts = &report["counts"];
    assert_eq!(
        (&counts["conflicts"], &counts["confirmed"]),
        (&1.into(), &1.into()),
        "{counts}"
    );
    let people = account.seen("people");
    assert!(says(&people, "FN:By Another Hand") && says(&people, "FN:Stranger 201"));
}
