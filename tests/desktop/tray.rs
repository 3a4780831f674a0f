//! Closing the window: with a run going on it goes on in the tray, without one the program ends where the owner wants
//! that.

use sidekeep_engine::Outcome;

use sidekeep_tests::window::Window;

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
    window.says(pebble, "Reaching the phone").await;
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
async fn without_a_run_the_program_ends() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    let_closing_end(&window).await;
    window.shows(true).await;
    window.press_close();
    window.ends().await;
    window.close().await;
}
