//! Over the network: an account on a real server on loopback, against vdirsyncer, with curl's bare requests beside both.

use std::path::{Path, PathBuf};
use std::process::Command;

use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_tests::measure::{Cost, cost, median};
use sidekeep_tests::{Sidekeep, Vdirsyncer};

use crate::Bench;
use crate::archive::card;
use crate::link::{duel, told};

const CARDS: usize = 10_000;
const EVENTS: usize = 5_000;
const CHANGED: usize = 100;

pub(crate) fn radicale(bench: &mut Bench) {
    account(bench, "Radicale", &DavServer::radicale().unwrap(), &["/u/"]);
}

pub(crate) fn xandikos(bench: &mut Bench) {
    let homes = ["/user/contacts/", "/user/calendars/"];
    account(bench, "Xandikos", &DavServer::xandikos().unwrap(), &homes);
}

fn event(at: usize) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Bulk//EN\r\nBEGIN:VEVENT\r\nUID:event-{at}@example.org\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20{:02}{:02}{:02}T{:02}0000Z\r\nDURATION:PT1H\r\nSUMMARY:Rehearsal {at}\r\n\
         LOCATION:Quay Street {at}\r\nDESCRIPTION:Bring the tide tables\\, the tea and number {at}.\r\nEND:VEVENT\r\n\
         END:VCALENDAR\r\n",
        10 + at % 20,
        at % 12 + 1,
        at % 28 + 1,
        at % 24
    )
}

fn account(bench: &mut Bench, name: &str, server: &DavServer, homes: &[&str]) {
    server
        .change(&[
            Change::Book("people".to_owned()),
            Change::Calendar("days".to_owned(), vec!["VEVENT"]),
        ])
        .unwrap();
    let cards = (0..CARDS).map(|at| (format!("{at}.vcf"), card(at)));
    server.fill("people", cards).unwrap();
    let events = (0..EVENTS).map(|at| (format!("{at}.ics"), event(at)));
    server.fill("days", events).unwrap();
    let source = server.source(server.address());
    let sidekeep = |archive: &Path| {
        let sidekeep = match server.login() {
            Some((_, password)) => Sidekeep::typed(archive, password),
            None => Sidekeep::at(archive),
        };
        cost(&mut sidekeep.command(&["mirror", &source]))
    };
    let copy = |folder: &Path| {
        std::fs::create_dir_all(folder).unwrap();
        Vdirsyncer::of(server, &["people"], &["days"], folder)
    };
    // The server reads every item once before it answers quickly.
    sidekeep(&bench.fresh("warm"));
    cost(&mut copy(&bench.fresh("warm copy")).sync());

    let (archive, folder) = (bench.folder.join("archive"), bench.folder.join("copy"));
    let client = std::cell::RefCell::new(None);
    let (ours, theirs, ratio) = duel(
        || sidekeep(&bench.fresh("archive")),
        || {
            let fresh = copy(&bench.fresh("copy"));
            let cost = cost(&mut fresh.sync());
            *client.borrow_mut() = Some(fresh);
            cost
        },
    );
    let bare = Bare {
        server,
        folder: bench.folder.clone(),
    };
    let listing = bare.members();
    let bytes = bare.bytes();
    bench.row(
        &format!("{name}: first mirror of 10,000 contacts and 5,000 events"),
        format!("{} ({ratio:.2} of vdirsyncer)", told(ours)),
        format!(
            "vdirsyncer: {}; curl: {listing:.2} s for the lists, {bytes:.2} s for all bytes at once",
            told(theirs)
        ),
        "0.4 of vdirsyncer, 150 MB",
    );

    let client = client.into_inner().unwrap_or_else(|| copy(&folder));
    let tokens = bare.tokens();
    let asks: Vec<(Cost, f64)> = (0..5)
        .map(|_| (sidekeep(&archive), bare.changes(&tokens)))
        .collect();
    let quiet = asks.iter().map(|(ours, bare)| ours.wall / bare);
    let quiet = median(quiet.collect());
    let theirs = median((0..3).map(|_| cost(&mut client.sync()).wall).collect());
    bench.row(
        &format!("{name}: nothing new"),
        format!(
            "{:.2} s wall ({quiet:.2} of curl)",
            median(asks.iter().map(|(ours, _)| ours.wall).collect())
        ),
        format!(
            "curl asking what changed since the tokens: {:.2} s, for the ctags {:.2} s; vdirsyncer: {theirs:.2} s",
            median(asks.iter().map(|(_, bare)| *bare).collect()),
            median((0..3).map(|_| bare.ctags(homes)).collect())
        ),
        "1.3 of curl",
    );

    let round = std::cell::Cell::new(0);
    let (ours, theirs, ratio) = duel(
        || {
            round.set(round.get() + 1);
            let anew = |at: usize| {
                let text = card(at).replace("likes tea", &format!("likes tea {}", round.get()));
                Change::Put(format!("people/{at}.vcf"), text)
            };
            let step = CARDS / CHANGED;
            server
                .change(&(0..CHANGED).map(|nth| anew(nth * step)).collect::<Vec<_>>())
                .unwrap();
            sidekeep(&archive)
        },
        || cost(&mut client.sync()),
    );
    bench.row(
        &format!("{name}: 100 changed of 10,000"),
        format!("{} ({ratio:.2} of vdirsyncer)", told(ours)),
        format!("vdirsyncer: {}", told(theirs)),
        "0.33 of vdirsyncer",
    );
}

/// Requests as curl sends them, in seconds.
struct Bare<'a> {
    server: &'a DavServer,
    folder: PathBuf,
}

impl Bare<'_> {
    /// Both collections with their sync tokens.
    fn tokens(&self) -> Vec<(String, String)> {
        let body = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:sync-token/></D:prop></D:propfind>";
        [self.server.book("people/"), self.server.calendar("days/")]
            .into_iter()
            .map(|path| {
                let output = self.curl("PROPFIND", "0", &path, body).output().unwrap();
                let text = String::from_utf8(output.stdout).unwrap();
                let (_, rest) = text.split_once("sync-token>").unwrap();
                let (token, _) = rest.split_once('<').unwrap();
                (path, token.to_owned())
            })
            .collect()
    }

    /// What changed since these (RFC 6578 §3.2).
    fn changes(&self, tokens: &[(String, String)]) -> f64 {
        let report = |token: &str| {
            format!(
                "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>\
                 <D:prop><D:getetag/></D:prop></D:sync-collection>"
            )
        };
        tokens
            .iter()
            .map(|(path, token)| cost(&mut self.curl("REPORT", "0", path, &report(token))).wall)
            .sum()
    }

    /// What changes with anything in the account.
    fn ctags(&self, homes: &[&str]) -> f64 {
        let body = "<D:propfind xmlns:D=\"DAV:\"><D:prop><C:getctag xmlns:C=\"http://calendarserver.org/ns/\"/></D:prop>\
                    </D:propfind>";
        homes.iter().map(|home| self.ask("PROPFIND", home, body)).sum()
    }

    /// The members of both collections.
    fn members(&self) -> f64 {
        let body = "<D:propfind xmlns:D=\"DAV:\"><D:prop><D:getetag/></D:prop></D:propfind>";
        self.ask("PROPFIND", &self.server.book("people/"), body)
            + self.ask("PROPFIND", &self.server.calendar("days/"), body)
    }

    /// Every item, in one request for each collection.
    fn bytes(&self) -> f64 {
        let multiget = |kind: &str, ns: &str, data: &str, hrefs: String| {
            format!(
                "<X:{kind}-multiget xmlns:D=\"DAV:\" xmlns:X=\"urn:ietf:params:xml:ns:{ns}\"><D:prop><D:getetag/>\
                 <X:{data}/></D:prop>{hrefs}</X:{kind}-multiget>"
            )
        };
        let hrefs = |count: usize, path: &dyn Fn(usize) -> String| -> String {
            (0..count)
                .map(|at| format!("<D:href>{}</D:href>", path(at)))
                .collect()
        };
        let (books, calendars) = (self.server.book("people/"), self.server.calendar("days/"));
        let cards = hrefs(CARDS, &|at| format!("{books}{at}.vcf"));
        let events = hrefs(EVENTS, &|at| format!("{calendars}{at}.ics"));
        self.ask(
            "REPORT",
            &books,
            &multiget("addressbook", "carddav", "address-data", cards),
        ) + self.ask(
            "REPORT",
            &calendars,
            &multiget("calendar", "caldav", "calendar-data", events),
        )
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> f64 {
        cost(&mut self.curl(method, "1", path, body)).wall
    }

    fn curl(&self, method: &str, depth: &str, path: &str, body: &str) -> Command {
        let file = self.folder.join("body.xml");
        std::fs::write(&file, body).unwrap();
        let url = format!("http://{}{path}", self.server.address());
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--fail", "--request", method])
            .arg("--header")
            .arg(format!("Depth: {depth}"))
            .args(["--header", "Content-Type: application/xml"])
            .arg("--data-binary")
            .arg(format!("@{}", file.display()))
            .arg(url);
        if let Some((user, password)) = self.server.login() {
            curl.args(["--user", &format!("{user}:{password}")]);
        }
        curl
    }
}
