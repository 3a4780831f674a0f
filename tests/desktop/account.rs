//! An account on a real server: connected, chosen from, mirrored, emptied elsewhere, and put back from the window.

use std::path::Path;

use sidekeep_engine::Engine;
use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_tests::window::{Start, Window};

fn card(at: usize, number: &str) -> Change {
    let text = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{at}\r\nFN:Person {at:02}\r\nN:;Person {at:02};;;\r\nTEL:{number}\r\nEND:VCARD\r\n"
    );
    Change::Put(format!("people/{at}.vcf"), text)
}

fn event() -> Change {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//x//EN\r\nBEGIN:VEVENT\r\nUID:tea\r\n\
                DTSTAMP:20240101T000000Z\r\nDTSTART:20240503T100000Z\r\nDTEND:20240503T110000Z\r\nSUMMARY:Tea\r\n\
                END:VEVENT\r\nEND:VCALENDAR\r\n";
    Change::Put("home/tea.ics".into(), text.into())
}

fn server() -> DavServer {
    let server = DavServer::radicale().unwrap();
    let mut changes = vec![
        Change::Book("people/".into()),
        Change::Book("choir/".into()),
        Change::Calendar("home/".into(), vec!["VEVENT"]),
        event(),
    ];
    changes.extend((0..30).map(|at| card(at, &format!("555-{at:04}"))));
    server.change(&changes).unwrap();
    server
}

pub(crate) async fn sign_in(window: &Window, server: &DavServer, password: &str) {
    let field = window.find("main input[type=password]").await;
    field.clear().await.unwrap();
    field.send_keys(password).await.unwrap();
    let address = window.find("main input[placeholder]").await;
    address.clear().await.unwrap();
    address
        .send_keys(&format!("http://{}/", server.address()))
        .await
        .unwrap();
    window.click("main form button[type=submit]").await;
}

/// The window with the account connected and mirrored, `choir` left out.
async fn connected(server: &DavServer, size: (u32, u32), dark: bool) -> Window {
    let window = Window::open(Start {
        size,
        dark,
        ..Start::default()
    })
    .await;
    let look = format!("{}-{}", if dark { "dark" } else { "light" }, size.0);
    let seen = async |name: &str| {
        window.shoot(&format!("account-{name}-{look}")).await;
        assert_eq!(window.axe().await, Vec::<String>::new(), "{name}");
    };
    window.go("start/account").await;
    window.says("main h1", "Connect an account").await;
    seen("providers").await;
    window.choose("Another server").await;
    let user = window.find("main input:not([placeholder]):not([type])").await;
    user.send_keys("u").await.unwrap();
    sign_in(&window, server, "wrong").await;
    window
        .says("main", "does not accept this name and password")
        .await;
    seen("refused").await;
    sign_in(&window, server, "u").await;
    window.says("main", "What was found").await;
    window.says("main", "30 contacts").await;
    seen("found").await;
    window.choose("choir").await;
    window.choose("Mirror now").await;
    window.named("It is kept").await;
    window.says("main", "30 contacts came").await;
    window.choose("Look at it").await;
    window.says("main", "Account, ready").await;
    window.says("main", "Not mirrored by your choice: choir.").await;
    seen("home").await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_was_emptied_is_put_back_and_an_older_version_with_it() {
    let server = server();
    let window = connected(&server, (1280, 800), false).await;

    // Somebody has a new number, and the old one is put back.
    server.change(&[card(7, "555-9999")]).unwrap();
    window.choose("Mirror now").await;
    window.says("main", "New this time: 1 contact.").await;
    window.choose("Contacts").await;
    window.choose("Person 07").await;
    window.says(".detail", "555-9999").await;
    window.choose("Put this version back…").await;
    window.says("[role=dialog]", "Take the kept version").await;
    window.shoot("restore-choose-light-1280").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Show what would change").await;
    window.says("[role=dialog]", "1 item would be written").await;
    window.says("[role=dialog]", "555-0007").await;
    window.shoot("restore-preview-light-1280").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose_in("dialog", "Put back").await;
    window.says("[role=dialog]", "It is back").await;
    window
        .says(
            "[role=dialog]",
            "1 written, read again, and found as it was written.",
        )
        .await;
    window.choose_in("dialog", "Done").await;
    window.says(".detail", "555-0007").await;

    // The account is emptied: held back, and the way back stands beside the question.
    let all: Vec<Change> = (0..30)
        .map(|at| Change::Delete(format!("people/{at}.vcf")))
        .collect();
    server.change(&all).unwrap();
    window.choose("Home").await;
    window.choose("Mirror now").await;
    window.says("main", "something looks wrong with its").await;
    window.shoot("restore-held-light-1280").await;
    window.choose("Put back…").await;
    window.choose("Show what would change").await;
    window.says("[role=dialog]", "30 items would be written").await;
    window.choose_in("dialog", "Put back").await;
    window
        .says(
            "[role=dialog]",
            "30 written, all read again, and found as they were written.",
        )
        .await;
    window.shoot("restore-done-light-1280").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose_in("dialog", "Show in History").await;
    window.at("history/").await;
    window.says("main", "what was written was read again").await;
    window.says("main", "Undo: put back as it was before…").await;
    window.shoot("restore-history-light-1280").await;
    assert_eq!(window.axe().await, Vec::<String>::new());

    // The server has them all, and the password is nowhere in what the window wrote.
    let elsewhere = Engine::at(window.home().join("elsewhere"));
    let source = server.source(server.address());
    let found = elsewhere.look_into(&source, Some("u".into())).await.unwrap();
    let people = found.collections.iter().find(|one| one.name == "people").unwrap();
    assert_eq!(people.items, Some(30));
    let kept = window.home().join("data/Sidekeep/.sidekeep/sources.toml");
    let text = std::fs::read_to_string(Path::new(&kept)).unwrap();
    assert!(
        text.contains("dav+http://u@") && !text.contains("password"),
        "{text}"
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn small_and_dark() {
    let server = server();
    let window = connected(&server, (800, 600), true).await;
    window.choose("History").await;
    window.choose("Look back…").await;
    window.choose_in("dialog", "Put back…").await;
    window.says("[role=dialog]", "Nothing is deleted.").await;
    window.shoot("restore-choose-dark-800").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.choose("Show what would change").await;
    window.says("[role=dialog]", "Nothing would change").await;
    window.shoot("restore-preview-dark-800").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.close().await;
}
