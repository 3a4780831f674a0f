//! The screens of an account and of what is put back into it, step by step, in both languages: nothing is cut off, axe finds
//! nothing, and with SIDEKEEP_SCREENSHOTS set these are the pictures that people look at (as in `looks`).

use sidekeep_testphones::dav::{Change, DavServer};
use sidekeep_tests::window::Window;

use crate::account::sign_in;
use crate::grouped::{NAME, server};
use crate::life::Life;
use crate::looking;

/// A window of which every picture is looked over.
struct Looked {
    window: Window,
    look: String,
    wrong: Vec<String>,
}

impl Looked {
    /// Waits until this shows, and keeps the picture of it.
    async fn at(&mut self, name: &str, shows: &str) {
        self.window.find(shows).await;
        self.window.shoot(&format!("{name}-{}", self.look)).await;
        let found = self.window.axe().await;
        self.wrong
            .extend(found.into_iter().map(|line| format!("{name}: {line}")));
        // What is wider than its window can only be reached by scrolling sideways.
        let wide = "return [...document.querySelectorAll('main, main *, [role=dialog], [role=dialog] *')]
            .filter((at) => ['auto', 'scroll'].includes(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth + 1)
            .map((at) => at.className)";
        let wide = self.window.run(wide, vec![]).await;
        if wide != serde_json::json!([]) {
            self.wrong.push(format!("{name}: too wide: {wide}"));
        }
    }
}

async fn check(size: (u32, u32), dark: bool, (language, tag): (&str, &str)) {
    let life = Life::copy().await;
    let server = server(&life);
    // Somebody whom only the account has.
    let own = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:own\r\nFN:Aaron Amsel\r\nN:Amsel;Aaron;;;\r\nTEL:555-0199\r\n\
               END:VCARD\r\n";
    server
        .change(&[Change::Put("people/39.vcf".into(), own.into())])
        .unwrap();
    let (window, look) = looking(&life, size, dark).await;
    window.go("settings").await;
    window.click("[aria-label^='Language']").await;
    window.choose(language).await;
    window.counts(&format!("html[lang^={tag}]"), 1).await;
    let mut looked = Looked {
        window,
        look: format!("{look}-{tag}"),
        wrong: Vec::new(),
    };
    connect(&mut looked, &server).await;

    let window = &looked.window;
    window.go("home").await;
    window.counts("tr.under", 2).await;
    looked.at("group-home", "main article").await;
    looked.window.go("contacts").await;
    looked.at("group-contacts", "main [role=option] .only").await;
    looked.window.go(&format!("contacts/{}", life.found(NAME))).await;
    looked.at("group-contact", ".detail .sources").await;
    looked.window.go("settings").await;
    looked.at("group-settings", "main .source").await;

    // The account is emptied, held back, and put back.
    let cards = (0..40).map(|at| Change::Delete(format!("people/{at}.vcf")));
    server.change(&cards.collect::<Vec<_>>()).unwrap();
    looked.window.go("home").await;
    looked.window.click("main article header button.primary").await;
    looked.at("group-held", "main .hold button + button").await;
    looked.window.click("main .hold button + button").await;
    let next = "[role=dialog] button.primary:enabled";
    looked.at("put-back-choose", next).await;
    looked.window.click(next).await;
    looked
        .at("put-back-preview", "[role=dialog] button.plain + button.primary")
        .await;
    looked.window.click(next).await;
    let ready = "[role=dialog] button.plain + button.primary";
    looked.window.counts(ready, 0).await;
    looked.at("put-back-done", "[role=dialog] .report").await;
    let Looked { window, look, wrong } = looked;
    assert!(wrong.is_empty(), "{look}\n{}", wrong.join("\n"));
    window.close().await;
}

/// Each step, with what may go wrong in it, until the account is mirrored.
async fn connect(looked: &mut Looked, server: &DavServer) {
    looked.window.go("start/account").await;
    looked.at("account-providers", "main .providers").await;
    looked.window.click(".providers li:nth-child(2) button").await;
    looked.at("account-google", "main .box .steps").await;
    looked.window.click("main .box .buttons button").await;
    looked.window.click(".providers li:last-child button").await;
    looked.at("account-login", "main form input[type=password]").await;
    let window = &looked.window;
    let user = window.find("main input:not([placeholder]):not([type])").await;
    user.send_keys("u").await.unwrap();
    sign_in(window, server, "wrong").await;
    looked.at("account-refused", "main form .trouble").await;
    let behind = DavServer::radicale_with_tls().unwrap();
    for (name, address) in [
        ("no-tls", format!("https://{}/", server.address())),
        ("certificate", format!("https://{}/", behind.address())),
    ] {
        let field = looked.window.find("main input[placeholder]").await;
        field.clear().await.unwrap();
        field.send_keys(&address).await.unwrap();
        let before = looked.window.text("main form .trouble").await;
        looked.window.click("main form button[type=submit]").await;
        let other = "const told = document.querySelector('main form .trouble')?.innerText;
            return told !== undefined && told !== arguments[0]";
        looked.window.until(other, vec![before.into()]).await;
        looked.at(&format!("account-{name}"), "main form .trouble").await;
    }
    sign_in(&looked.window, server, "u").await;
    looked.at("account-found", "main form fieldset").await;
    looked.window.click("main form button[type=submit]").await;
    looked.at("account-mirrored", "main .watch button.primary").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn light_and_large() {
    check((1280, 800), false, ("English", "en")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dark_and_small_in_german() {
    check((800, 600), true, ("Deutsch", "de")).await;
}
