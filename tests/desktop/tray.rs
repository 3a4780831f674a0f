//! Closing the window: with a run going on it goes on in the tray, without one the program ends where the owner wants
//! that.

use std::time::Duration;

use sidekeep_engine::Outcome;

use sidekeep_tests::Bus;
use sidekeep_tests::window::{Start, Window};

use crate::life::{Gate, Life, Pebble};

/// In the settings, by pointer: closing the window shall end the program.
async fn let_closing_end(window: &Window) {
    window.go("settings").await;
    window.says("main", "Folder · answers").await;
    window
        .choose("Closing the window leaves Sidekeep in the tray")
        .await;
    let file = window.home().join("config/sidekeep/settings.toml");
    window
        .waits(|| std::fs::read_to_string(&file).is_ok_and(|text| text.contains("close_to_tray = false")))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_outlives_its_window() {
    let life = Life::copy().await;
    let phone = Pebble::again(&life.beside("phone")).await;
    let gate = Gate::before(phone.address()).await;
    let source = format!("adb://{}/sdcard", gate.address());
    life.engine()
        .remember(&source, Some("Pebble"), std::path::Path::new("/"))
        .unwrap();
    let window = crate::window(&life).await;
    let_closing_end(&window).await;
    window.choose("Home").await;
    let pebble = "article[aria-label^=Mira]";
    window.says(pebble, "Wi-Fi, ready").await;

    gate.shut(true);
    window.click(&format!("{pebble} .actions button")).await;
    window.says(pebble, "Connecting").await;
    window.shoot("home-running").await;
    window.press_close();
    window.shows(false).await;
    assert!(window.runs(), "the run goes on");
    assert_eq!(life.runs().len(), 4);
    gate.shut(false);
    window.says(pebble, "Nothing new this time.").await;
    assert_eq!(life.runs()[0].outcome, Some(Outcome::Complete));
    assert_eq!(life.runs().len(), 5);
    assert!(window.runs());
    window.close().await;
}

#[tokio::test]
async fn a_second_start_brings_the_hidden_window_back() {
    let life = Life::copy().await;
    let bus = Bus::start();
    let root = life.root();
    let window = Window::open(Start {
        archive: Some(&root),
        env: vec![("DBUS_SESSION_BUS_ADDRESS", bus.address())],
        ..Start::default()
    })
    .await;
    window.shows(true).await;
    window.press_close();
    window.shows(false).await;
    let again = window.start_again();
    assert!(again.success(), "it leaves the place to the first: {again}");
    window.shows(true).await;
    window.choose("Contacts").await;
    window.says("main", "39 contacts").await;
    window.close().await;
}

#[tokio::test]
async fn started_with_the_session_the_window_shows_only_when_it_is_asked_for() {
    let life = Life::copy().await;
    let bus = Bus::start();
    let root = life.root();
    let window = Window::open(Start {
        archive: Some(&root),
        args: vec!["--hidden"],
        env: vec![("DBUS_SESSION_BUS_ADDRESS", bus.address())],
        ..Start::default()
    })
    .await;
    // Longer than it would wait for its page.
    window.stays_hidden(Duration::from_secs(4)).await;
    assert!(window.start_again().success());
    window.shows(true).await;
    window.press_close();
    window.shows(false).await;
    window.run("setTimeout(() => location.reload())", vec![]).await;
    window.stays_hidden(Duration::from_secs(2)).await;
    window.says("main", "All kept").await;
    window.close().await;
}

#[tokio::test]
async fn without_a_tray_library_closing_the_window_ends_the_program() {
    let life = Life::copy().await;
    let broken = life.beside("libraries");
    std::fs::create_dir(&broken).unwrap();
    // The first of a name that the system's loader comes to is the one that it takes.
    for name in ["libayatana-appindicator3.so", "libappindicator3.so"] {
        for name in [name.to_owned(), format!("{name}.1")] {
            std::fs::write(broken.join(name), "no library").unwrap();
        }
    }
    let root = life.root();
    let window = Window::open(Start {
        archive: Some(&root),
        env: vec![("LD_LIBRARY_PATH", broken.display().to_string())],
        ..Start::default()
    })
    .await;
    window.says("main", "Verify the archive").await;
    window.shows(true).await;
    window.press_close();
    window.ends().await;
    window.close().await;
}

#[tokio::test]
async fn without_a_run_the_program_ends() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    let_closing_end(&window).await;
    window.shows(true).await;
    window.press_close();
    window.ends().await;
    window.close().await;
}
