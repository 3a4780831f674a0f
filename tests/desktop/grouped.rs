//! A phone and the account that it syncs with: said to be one while the account is connected, shown as one, and separated
//! again.

use std::ops::ControlFlow;

use sidekeep_engine::{Order, export};
use sidekeep_model::Kind;
use sidekeep_testphones::dav::{Change, DavServer};

use crate::account::sign_in;
use crate::life::Life;
use crate::looking;

/// Somebody of whom this server keeps everything.
pub(crate) const NAME: &str = "Annegret";

/// A server with the people of the phone that `life` is of.
pub(crate) fn server(life: &Life) -> DavServer {
    let folder = life.beside("cards");
    let order = Order {
        per_contact: true,
        ..Order::new(Kind::Contact, &folder)
    };
    export(&life.open(), &order, &mut |_| ControlFlow::Continue(())).unwrap();
    let mut changes = vec![Change::Book("people/".into())];
    for (at, file) in std::fs::read_dir(&folder).unwrap().enumerate() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let own = text.replace("END:VCARD", &format!("UID:person-{at}\r\nEND:VCARD"));
        let text = if text.contains("\nUID") { text } else { own };
        changes.push(Change::Put(format!("people/{at}.vcf"), text));
    }
    let server = DavServer::radicale().unwrap();
    server.change(&changes).unwrap();
    server
}

async fn check(size: (u32, u32), dark: bool) {
    let life = Life::copy().await;
    let server = server(&life);
    let account = format!("u@{}", server.address());
    let (window, look) = looking(&life, size, dark).await;
    let seen = async |name: &str| {
        window.shoot(&format!("grouped-{name}-{look}")).await;
        assert_eq!(window.axe().await, Vec::<String>::new(), "{name}");
    };
    window.go("contacts").await;
    window.says("main", "39 contacts").await;
    window.go("start/account").await;
    window.choose("Another server").await;
    let user = window.find("main input:not([placeholder]):not([type])").await;
    user.send_keys("u").await.unwrap();
    sign_in(&window, &server, "u").await;
    // The only phone there is stands there already.
    window.named("Whose is it?: Mira's Pebble").await;
    seen("whose").await;
    window.choose("Mirror now").await;
    window.named("It is kept").await;
    window.choose("Look at it").await;
    window.says("main", "Account, ready").await;
    window
        .counts("article[aria-label=\"Mira's Pebble\"] tr.under", 2)
        .await;
    seen("home").await;

    // Everybody once, with both sources, but for two of whom this server keeps less than it was sent.
    window.go("contacts").await;
    window.says("main", "41 contacts").await;
    window.go(&format!("contacts/{}", life.found(NAME))).await;
    window
        .says(".detail .sources", &format!("Mira's Pebble · {account}"))
        .await;
    window.says(".detail", &format!("History in {account}")).await;
    seen("contact").await;
    window.go("settings").await;
    window.says("main", "belongs to Mira's Pebble").await;

    window.go("home").await;
    window.choose("Menu of Mira's Pebble").await;
    window.choose_in("menu", &format!("Separate {account}")).await;
    window.counts("tr.under", 0).await;
    window.go("contacts").await;
    window.says("main", "78 contacts").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_and_its_account_are_one_until_they_are_separated() {
    check((1280, 800), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_and_dark() {
    check((800, 600), true).await;
}
