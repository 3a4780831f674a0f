//! An account on a real server, from the first run to the day it is emptied.

use std::sync::Arc;

use sidekeep_engine::{EngineError, ErrorKind, Options, Query, Secrets, SecretsError, Watch};
use sidekeep_model::{Kind, SourceName};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::stage::Stage;

/// A keyring in memory.
#[derive(Debug)]
struct Known(&'static str);

impl Secrets for Known {
    fn password(&self, _: &SourceName) -> Result<Option<String>, SecretsError> {
        Ok(Some(self.0.to_owned()))
    }

    fn keep(&self, _: &SourceName, _: &str) -> Result<(), SecretsError> {
        Err(SecretsError::Locked)
    }

    fn forget(&self, _: &SourceName) -> Result<(), SecretsError> {
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
    assert_eq!(first.phone.id.as_str(), format!("dav:u@{}", server.address()));
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
