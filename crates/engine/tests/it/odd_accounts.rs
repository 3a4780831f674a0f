//! Accounts on servers that are odd in a way that only shows over several runs: nothing is lost, and nothing is told that
//! did not happen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sidekeep_engine::{Change, Options, Outcome, Query, Source, Watch};
use sidekeep_model::Kind;
use sidekeep_testphones::http::{HttpServer, Reply, Request};

use crate::stage::{Stage, card};

/// Cards by their path.
type Cards = BTreeMap<String, String>;

/// What a server does beside telling the truth.
#[derive(Clone, Copy, Debug, Default)]
struct Oddity {
    /// ETags are others each time.
    restless: bool,
    /// Whatever happens, nothing has changed since a token.
    lies: bool,
    /// A header of every answer.
    header: Option<(&'static str, &'static str)>,
    /// Every other answer is 503, and to be asked for again then.
    retry: Option<&'static str>,
}

/// Two address books of one account, and what the server does with them.
struct Account {
    server: HttpServer,
    cards: Arc<Mutex<Cards>>,
    stage: Stage,
}

fn response(href: &str, properties: &str) -> String {
    format!(
        "<response><href>{href}</href><propstat><prop>{properties}</prop><status>HTTP/1.1 200 OK</status></propstat>\
         </response>"
    )
}

fn answer(request: &Request, cards: &Cards, nth: usize, oddity: Oddity) -> Reply {
    let asked = String::from_utf8_lossy(&request.body);
    let asks = |word: &str| asked.contains(word);
    let within = |path: &&String| path.starts_with(&request.target);
    let etag = |text: &str| match oddity.restless {
        true => format!("<getetag>\"{nth}\"</getetag>"),
        false => format!("<getetag>\"{}-{}\"</getetag>", text.len(), text.contains("new")),
    };
    let inner: String = if request.target.starts_with("/.well-known/") {
        return Reply::new(404, "");
    } else if asks("current-user-principal") {
        let home = "<A:addressbook-home-set><href>/u/</href></A:addressbook-home-set>";
        response("/", &format!("<resourcetype><principal/></resourcetype>{home}"))
    } else if asks("supported-report-set") {
        let book = "<resourcetype><collection/><A:addressbook/></resourcetype>";
        let home = response("/u/", "<resourcetype><collection/></resourcetype>");
        home + &response("/u/one/", book) + &response("/u/two/", book)
    } else if asks("sync-collection") && oddity.lies {
        "<sync-token>t</sync-token>".to_owned()
    } else if asks("sync-collection") {
        return Reply::new(403, "<error xmlns='DAV:'><valid-sync-token/></error>");
    } else if asks("sync-token") {
        response(&request.target, "<sync-token>t</sync-token>")
    } else if asks("multiget") {
        let told = cards.iter().filter(|(path, _)| asks(path));
        told.map(|(path, text)| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let content = format!("{}<A:address-data>{text}</A:address-data>", etag(&text));
            response(path, &content)
        })
        .collect()
    } else if asks("getetag") {
        let itself = response(&request.target, "<resourcetype><collection/></resourcetype>");
        let rows = cards.keys().filter(within);
        itself
            + &rows
                .map(|path| response(path, &etag(&cards[path])))
                .collect::<String>()
    } else {
        return match cards.get(&request.target) {
            Some(text) => Reply::new(200, text.clone()).header("ETag", "\"x\""),
            None => Reply::new(404, ""),
        };
    };
    let text =
        format!("<multistatus xmlns='DAV:' xmlns:A='urn:ietf:params:xml:ns:carddav'>{inner}</multistatus>");
    Reply::new(207, text)
}

impl Account {
    async fn new(cards: &[(&str, &str)], oddity: Oddity) -> Self {
        let cards: Cards = cards
            .iter()
            .map(|(path, text)| (format!("/u/{path}"), (*text).to_owned()))
            .collect();
        let cards = Arc::new(Mutex::new(cards));
        let (told, count) = (Arc::clone(&cards), Mutex::new(0));
        let server = HttpServer::start(move |request| {
            let nth = {
                let mut count = count.lock().unwrap();
                *count += 1;
                *count
            };
            let reply = match oddity.retry {
                Some(when) if nth % 2 == 1 => Reply::new(503, "").header("Retry-After", when),
                _ => answer(&request, &told.lock().unwrap(), nth, oddity),
            };
            let reply = match oddity.header {
                Some((name, value)) => reply.header(name, value),
                None => reply,
            };
            async move { reply }
        })
        .await
        .unwrap();
        Self {
            server,
            cards,
            stage: Stage::new(),
        }
    }

    fn change(&self, change: impl Fn(&mut Cards)) {
        change(&mut self.cards.lock().unwrap());
    }

    /// A run of the contacts, and of how many the history says that they are others than before.
    async fn run(&self) -> (Outcome, usize) {
        self.stage.later(60);
        let text = format!("dav+http://{}/", self.server.address());
        let source = Source::parse(&text, self.stage.folder.path()).unwrap();
        let options = Options {
            clock: self.stage.clock(),
            kinds: vec![Kind::Contact],
            ..Options::new(source.name())
        };
        let engine = &self.stage.engine;
        let report = engine.mirror(&source, &options, &Watch::new()).await.unwrap();
        let archive = self.stage.archive();
        let run = archive.runs().unwrap().remove(0);
        let changes = archive.changes(&run.id, 0, 1000).unwrap();
        // A new ETag of the same bytes is no change to people.
        let others = changes
            .iter()
            .filter(|change| change.version.change != Change::Marked);
        (report.outcome, others.count())
    }

    /// Who is in the archive and on the server.
    fn names(&self) -> Vec<String> {
        let contacts = Query {
            kinds: vec![Kind::Contact],
            ..Query::default()
        };
        let items = self.stage.archive().list(&contacts).unwrap();
        let mut names: Vec<String> = items.into_iter().map(|item| item.title).collect();
        names.sort();
        names
    }
}

const UID: &str = "UID:one\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn etags_that_change_by_themselves_are_no_changes() {
    let oddity = Oddity {
        restless: true,
        ..Oddity::default()
    };
    let (ada, bob) = (card("Ada", ""), card("Bob", ""));
    let account = Account::new(&[("one/a.vcf", &ada), ("one/b.vcf", &bob)], oddity).await;
    assert_eq!(account.run().await, (Outcome::Complete, 2));
    for _ in 0..3 {
        assert_eq!(account.run().await, (Outcome::Complete, 0));
    }
    account.change(|cards| {
        cards.insert("/u/one/a.vcf".into(), card("Ada new", ""));
    });
    assert_eq!(account.run().await, (Outcome::Complete, 1));
    assert_eq!(account.names(), ["Ada new", "Bob"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_lies_is_found_out() {
    let oddity = Oddity {
        lies: true,
        ..Oddity::default()
    };
    let people: Vec<(String, String)> = (0..12)
        .map(|at| (format!("one/{at}.vcf"), card(&format!("Person {at}"), "")))
        .collect();
    let people: Vec<(&str, &str)> = people.iter().map(|(path, text)| (&**path, &**text)).collect();
    let account = Account::new(&people, oddity).await;
    assert_eq!(account.run().await, (Outcome::Complete, 12));
    account.change(|cards| {
        cards.remove("/u/one/0.vcf");
        cards.insert("/u/one/1.vcf".into(), card("Person 1 new", ""));
        cards.insert("/u/one/new.vcf".into(), card("Somebody", ""));
    });
    let mut runs = 1;
    while account.run().await == (Outcome::Complete, 0) {
        assert_eq!(account.names().len(), 12, "nothing is lost meanwhile");
        runs += 1;
        assert!(runs < 40, "the lie is believed for ever");
    }
    let names = account.names();
    assert!(
        names.contains(&"Person 1 new".into()) && names.contains(&"Somebody".into()),
        "{names:?}"
    );
    assert!(!names.contains(&"Person 0".into()), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_uid_of_several_cards() {
    let cards = ["Ada", "Bob", "Carl"].map(|name| card(name, UID));
    let paths = ["one/a.vcf", "one/b.vcf", "two/a.vcf"];
    let all: Vec<(&str, &str)> = paths.into_iter().zip(cards.iter().map(String::as_str)).collect();
    let account = Account::new(&all, Oddity::default()).await;
    assert_eq!(account.run().await, (Outcome::Complete, 3));
    assert_eq!(account.names(), ["Ada", "Bob", "Carl"]);
    assert_eq!(account.run().await, (Outcome::Complete, 0));
    account.change(|cards| {
        cards.remove("/u/one/b.vcf");
        cards.insert("/u/two/a.vcf".into(), card("Carl new", UID));
    });
    assert_eq!(account.run().await, (Outcome::Complete, 2));
    assert_eq!(account.names(), ["Ada", "Carl new"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_card_spoils_no_other() {
    let ada = card("Ada", "");
    for other in [
        "<html><form>Log in</form></html>",
        "no card",
        "BEGIN:VCARD\r\nFN:torn",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCARD\r\nEND:VCARD\r\n",
        "\u{fffd}\u{fffd}",
    ] {
        let account = Account::new(&[("one/a.vcf", &ada), ("one/b.vcf", other)], Oddity::default()).await;
        let (outcome, _) = account.run().await;
        assert!(account.names().contains(&"Ada".into()), "{other}");
        // Either its bytes are kept, or the run says that something is missing.
        let kept = account.names().len() == 2;
        assert!(kept || outcome == Outcome::Partial, "{other} {outcome:?}");
        account.change(|cards| {
            cards.insert("/u/one/b.vcf".into(), card("Bob new", ""));
        });
        assert_eq!(account.run().await.0, Outcome::Complete, "{other}");
        assert_eq!(account.names(), ["Ada", "Bob new"], "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_changes_nothing() {
    // The runs take place on 2026-01-01.
    for date in [
        "Wed, 31 Dec 2025 00:00:00 GMT",
        "Fri, 02 Jan 2026 00:00:00 GMT",
        "tomorrow",
    ] {
        let oddity = Oddity {
            header: Some(("Date", date)),
            retry: Some("Wed, 31 Dec 2025 00:00:00 GMT"),
            ..Oddity::default()
        };
        let (ada, bob) = (
            card("Ada", "REV:20260102T000000Z\r\n"),
            card("Bob", "REV:20251231T000000Z\r\n"),
        );
        let account = Account::new(&[("one/a.vcf", &ada), ("one/b.vcf", &bob)], oddity).await;
        assert_eq!(account.run().await, (Outcome::Complete, 2), "{date}");
        assert_eq!(account.run().await, (Outcome::Complete, 0), "{date}");
    }
}
