//! An account on a real server, from the first run to the day it is emptied.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use sidekeep_engine::screen::{
    self, AccountOrder, Job, RestoreOrder, RunRow, Stage as At, Trouble, TroubleKind, runs,
};
use sidekeep_engine::{
    EngineError, ErrorKind, NotMirrored, Options, Order, Outcome, Pictures, Policy, Purpose, Query,
    RestoreFate, Secrets, SecretsError, Shown, Source, Watch, Work,
};
use sidekeep_model::{Digest, Kind, SourceName};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::stage::Stage;

/// A keyring in memory that knows one password.
#[derive(Debug)]
pub(crate) struct Known(pub(crate) &'static str);

impl Secrets for Known {
    fn password(&self, _: &SourceName) -> Result<Option<String>, SecretsError> {
        Ok(Some(self.0.to_owned()))
    }

    fn keep(&self, _: &SourceName, _: &str) -> Result<(), SecretsError> {
        Err(SecretsError::Locked)
    }

    fn forget(&self, _: &SourceName) -> Result<bool, SecretsError> {
        Err(SecretsError::Locked)
    }
}

fn card(at: usize) -> Change {
    let text = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{at}\r\nFN:Person {at}\r\nN:;Person {at};;;\r\nTEL:555-{at:04}\r\nEND:VCARD\r\n"
    );
    Change::Put(format!("people/{at}.vcf"), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_mirrored_and_held_when_it_is_emptied() {
    let server = DavServer::radicale().unwrap();
    let mut changes = vec![Change::Book("people/".to_owned())];
    changes.extend((0..30).map(card));
    server.change(&changes).unwrap();
    let mut stage = Stage::new();
    let address = server.source(server.address());
    let added = stage
        .engine
        .remember(&address, Some("account"), stage.folder.path())
        .unwrap();
    assert_eq!(added.source.as_str(), address);
    let source = stage.engine.source("account", stage.folder.path()).unwrap();
    let run = async |stage: &Stage| {
        let options = Options {
            clock: stage.clock(),
            ..Options::new(source.name())
        };
        stage.engine.mirror(&source, &options, &Watch::new()).await
    };

    let refused = run(&stage).await.unwrap_err();
    assert!(
        matches!(&refused, EngineError::Link(error) if *error.kind() == ErrorKind::Refused),
        "{refused:?}"
    );

    stage.engine = stage.engine.clone().secrets(Arc::new(Known("u")));
    let first = run(&stage).await.unwrap();
    assert_eq!(first.phone.id.as_str(), format!("dav:u@{}/u/", server.address()));
    let names = |stage: &Stage| -> Vec<String> {
        let contacts = Query {
            kinds: vec![Kind::Contact],
            ..Query::default()
        };
        let items = stage.archive().list(&contacts).unwrap();
        items.into_iter().map(|item| item.title).collect()
    };
    let present = |stage: &Stage| names(stage).len();
    assert_eq!(present(&stage), 30);

    // Another program adds one, deletes one, and writes one anew.
    let anew = Change::Put(
        "people/2.vcf".into(),
        match card(2) {
            Change::Put(_, text) => text.replace("Person 2", "Somebody"),
            other => panic!("{other:?}"),
        },
    );
    server
        .change(&[card(30), Change::Delete("people/1.vcf".into()), anew])
        .unwrap();
    run(&stage).await.unwrap();
    assert_eq!(present(&stage), 30);
    let names = names(&stage);
    assert!(
        names.contains(&"Somebody".to_owned()) && !names.contains(&"Person 1".to_owned()),
        "{names:?}"
    );

    // Emptied: the last good view stays.
    let all: Vec<Change> = (0..31)
        .filter(|at| *at != 1)
        .map(|at| Change::Delete(format!("people/{at}.vcf")))
        .collect();
    server.change(&all).unwrap();
    run(&stage).await.unwrap();
    assert_eq!(present(&stage), 30);
    assert!(!stage.archive().holds().unwrap().is_empty());

    // A server that is gone says nothing of what it held.
    drop(server);
    assert!(run(&stage).await.is_err());
    assert_eq!(present(&stage), 30);

    // The password is nowhere below the archive.
    let kept = std::fs::read_to_string(stage.engine.root().join(".sidekeep/sources.toml")).unwrap();
    assert!(kept.contains(&address) && !kept.contains("password"));
}

/// A keyring that keeps.
#[derive(Debug, Default)]
struct Ring(Mutex<HashMap<String, String>>);

impl Secrets for Ring {
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError> {
        Ok(self.0.lock().unwrap().get(source.as_str()).cloned())
    }

    fn keep(&self, source: &SourceName, password: &str) -> Result<(), SecretsError> {
        let mut ring = self.0.lock().unwrap();
        ring.insert(source.as_str().to_owned(), password.to_owned());
        Ok(())
    }

    fn forget(&self, source: &SourceName) -> Result<bool, SecretsError> {
        Ok(self.0.lock().unwrap().remove(source.as_str()).is_some())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_looked_into_connected_and_what_it_lost_put_back() {
    let server = DavServer::radicale().unwrap();
    let mut changes = vec![
        Change::Book("people/".to_owned()),
        Change::Book("choir/".to_owned()),
    ];
    changes.extend((0..12).map(card));
    server.change(&changes).unwrap();
    let mut stage = Stage::new();
    let ring = Arc::new(Ring::default());
    stage.engine = stage.engine.clone().secrets(ring.clone());
    let source = server.source(server.address());

    // Nothing is kept by looking, least of all a password that is wrong.
    for (password, kind) in [("wrong", TroubleKind::Login), ("", TroubleKind::Login)] {
        let refused = stage.engine.look_into(&source, Some(password.to_owned())).await;
        assert_eq!(Trouble::from(refused.unwrap_err()).kind, kind, "{password}");
    }
    let found = stage
        .engine
        .look_into(&source, Some("u".to_owned()))
        .await
        .unwrap();
    let collections: Vec<_> = found
        .collections
        .iter()
        .map(|one| (one.kind, one.name.as_str(), one.items, one.read_only))
        .collect();
    assert_eq!(
        collections,
        [
            (Kind::Contact, "choir", Some(0), false),
            (Kind::Contact, "people", Some(12), false)
        ]
    );
    assert_eq!((found.remembered, found.unseen), (None, Vec::new()));
    assert!(!stage.engine.root().exists() && ring.0.lock().unwrap().is_empty());

    // Whoever types the whole e-mail address is told by which name the account opened.
    let mail = source.replace("u@", "u%40example.org@");
    let by_mail = stage.engine.look_into(&mail, Some("u".to_owned())).await;
    assert_eq!(by_mail.unwrap().source.as_str(), source);
    let refused = stage.engine.look_into(&mail, Some("wrong".to_owned())).await;
    assert_eq!(Trouble::from(refused.unwrap_err()).kind, TroubleKind::Login);

    let left_out = vec![NotMirrored {
        kind: Kind::Contact,
        id: found.collections[0].id.clone(),
        name: "choir".to_owned(),
    }];
    let order = AccountOrder {
        belongs_to: None,
        source: found.source.clone(),
        name: Some("home".to_owned()),
        password: Some("u".to_owned()),
        left_out: left_out.clone(),
    };
    stage.engine.add_account(&order).unwrap();
    stage.engine.add_account(&order).unwrap();
    let again = stage.engine.look_into(&source, None).await.unwrap();
    assert_eq!(again.remembered.as_deref(), Some("home"));
    assert!(again.collections[0].left_out && !again.collections[1].left_out);

    let work = Work::new(tokio::runtime::Handle::current(), stage.clock());
    let mirror = async || {
        work.mirror(
            &stage.engine,
            Source::parse(&source, stage.folder.path()).unwrap(),
            false,
        )
        .unwrap();
        work.ended().await;
        work.watch().borrow().clone().unwrap().ended.unwrap()
    };
    assert_eq!(mirror().await.outcome, Outcome::Complete);
    let links = stage.engine.home(stage.later(1)).unwrap().phones.remove(0).links;
    assert_eq!(links[0].left_out, left_out);
    let then = stage.later(1);

    // Two are lost and one is changed there.
    let anew = Change::Put(
        "people/2.vcf".into(),
        match card(2) {
            Change::Put(_, text) => text.replace("555-0002", "555-9999"),
            other => panic!("{other:?}"),
        },
    );
    let lost = |at: usize| Change::Delete(format!("people/{at}.vcf"));
    server.change(&[lost(0), lost(1), anew]).unwrap();
    mirror().await;

    let places = stage.engine.restore_places().unwrap();
    assert_eq!(places.targets.len(), 1);
    assert_eq!(places.targets[0].name, "home");
    let order = RestoreOrder {
        kind: Kind::Contact,
        ids: Vec::new(),
        phone: places.targets[0].phone.clone(),
        collection: Some(places.collections[0].id.clone()),
        as_of: Some(then),
        to: places.targets[0].source.clone(),
        into: None,
        policy: Policy::KeepArchive,
    };
    let preview = work.restore(&stage.engine, order.clone(), true).await.unwrap();
    assert_eq!((preview.run, preview.asked), (None, 12));
    let counts = preview.counts;
    assert_eq!((counts.added, counts.updated, counts.same), (2, 1, 9));
    let told: Vec<_> = preview
        .items
        .iter()
        .map(|row| (row.title.as_str(), &row.fate, row.choices.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("Person 2", &RestoreFate::Updated, 2),
            ("Person 0", &RestoreFate::Added, 0),
            ("Person 1", &RestoreFate::Added, 0),
        ]
    );
    let last = work.watch().borrow().clone().unwrap();
    assert_eq!((last.job, last.stage), (Job::Preview, At::Done));
    assert_eq!(last.ended.unwrap().outcome, Outcome::Complete);

    let done = work.restore(&stage.engine, order, false).await.unwrap();
    assert_eq!(
        (done.outcome, done.counts.confirmed, done.trouble),
        (Outcome::Complete, 3, None)
    );
    let last = work.watch().borrow().clone().unwrap();
    assert_eq!(last.ended.unwrap().run, done.run);
    let rows = runs(&stage.archive()).unwrap();
    let RunRow { purpose, restore, .. } = &rows[0];
    assert_eq!(*purpose, Purpose::Restore);
    let note = restore.unwrap();
    assert_eq!(
        (note.as_of, note.asked, note.done),
        (Some(then), 12, Some(done.counts))
    );

    stage.engine.forget("home").unwrap();
    assert!(ring.0.lock().unwrap().is_empty(), "and its password");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_named() {
    let server = DavServer::radicale_with_tls().unwrap();
    let stage = Stage::new();
    let address = format!("dav+https://u@{}/", server.address());
    let refused = stage.engine.look_into(&address, Some("u".to_owned())).await;
    let trouble = Trouble::from(refused.unwrap_err());
    assert_eq!(trouble.kind, TroubleKind::Certificate);
    let named = format!("{address}#sha256={}", trouble.subject.unwrap());
    let found = stage
        .engine
        .look_into(&named, Some("u".to_owned()))
        .await
        .unwrap();
    assert_eq!(found.source.as_str(), named);
    let insecure = stage.engine.look_into("dav+http://u@nas.local/", None).await;
    assert_eq!(Trouble::from(insecure.unwrap_err()).kind, TroubleKind::Insecure);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_a_contact_names_is_fetched_shown_and_exported() {
    // A server that keeps other files beside the cards.
    let server = DavServer::xandikos().unwrap();
    let face = "GIF89a, a face";
    let at = format!("http://{}{}", server.address(), server.book("face.gif"));
    let named = match card(1) {
        Change::Put(path, text) => Change::Put(
            path,
            text.replace("END:", &format!("PHOTO;VALUE=uri:{at}\r\nEND:")),
        ),
        other => panic!("{other:?}"),
    };
    let picture = Change::Put("face.gif".into(), face.into());
    server
        .change(&[Change::Book("people/".into()), named, card(2), picture])
        .unwrap();
    let stage = Stage::new();
    let source = Source::parse(&server.source(server.address()), stage.folder.path()).unwrap();
    let options = Options {
        clock: stage.clock(),
        ..Options::new(source.name())
    };
    let report = stage
        .engine
        .mirror(&source, &options, &Watch::new())
        .await
        .unwrap();
    assert_eq!(report.outcome, Outcome::Complete, "{report:?}");

    let archive = stage.archive();
    let person = |words: &str| archive.search(words, 1).unwrap()[0].clone();
    let pictures = Pictures::new(stage.engine.root());
    let shown = pictures.portrait(person("Person 1").id).await.unwrap();
    let expected = Shown::Bytes {
        bytes: face.into(),
        media: "image/gif".into(),
    };
    assert_eq!(shown, expected);
    let detail = screen::person(&archive, person("Person 1").id, None).unwrap();
    let portrait = detail.contact.unwrap().photo.unwrap();
    assert_eq!(
        (portrait.digest, portrait.uri),
        (Some(Digest::of(face.as_bytes())), None)
    );
    assert!(detail.vcard.contains(&at), "the card is as the server has it");

    let to = stage.folder.path().join("out.vcf");
    let order = Order::new(Kind::Contact, to.clone());
    sidekeep_engine::export(&archive, &order, &mut |_| ControlFlow::Continue(())).unwrap();
    let text = std::fs::read_to_string(to).unwrap();
    assert!(text.contains("TYPE=GIF") && !text.contains(&at), "{text}");
}
