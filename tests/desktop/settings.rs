//! Settings: another language, another look, and both hold at once.

use std::fs;

use crate::life::Life;

#[tokio::test]
async fn starting_with_the_session_is_switched_and_then_kept() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.go("settings").await;
    window.says("main", "Folder · answers").await;
    let entries = window.home().join(".config/autostart");
    let settings = window.home().join("config/sidekeep/settings.toml");
    let starts = || {
        let files = fs::read_dir(&entries).into_iter().flatten();
        let texts: Vec<String> = files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        texts.iter().any(|text| text.contains("--hidden"))
    };
    let kept = |on: bool| {
        fs::read_to_string(&settings).is_ok_and(|text| text.contains(&format!("autostart = {on}\n")))
    };
    for on in [true, false] {
        window.choose("Start when you log in").await;
        window.waits(|| starts() == on && kept(on)).await;
    }

    // Where the session takes no entry, the settings do not say that there is one.
    fs::remove_dir(&entries).unwrap();
    fs::write(&entries, "a file in the way").unwrap();
    window.choose("Start when you log in").await;
    window.says("main", "Something went wrong").await;
    assert!(kept(false));
    window.close().await;
}

#[tokio::test]
async fn in_german_and_dark() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.choose("Settings").await;
    window.says("main", "Folder · answers").await;
    let light = window.colour("var(--pane)").await;
    window.choose("Dark").await;
    window
        .until("return document.documentElement.dataset.look === 'dark'", vec![])
        .await;
    assert_eq!(light, [255, 255, 255]);
    assert!(window.colour("var(--pane)").await[0] < 64);

    window.click("[aria-label^='Language']").await;
    window.choose("Deutsch").await;
    window.says("main h1", "Einstellungen").await;
    window
        .until("return document.documentElement.lang.startsWith('de')", vec![])
        .await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.shoot("settings-german").await;
    for (screen, says) in [
        ("home", "Vollständig"),
        ("photos", "26 Fotos"),
        ("contacts", "39 Kontakte"),
        ("calendar", "Heute"),
        ("history", "4 Durchgänge"),
        ("export", "39 Kontakte"),
        ("rescue", "holt das Wichtigste zuerst"),
    ] {
        window.click(&format!("nav a[href='#/{screen}']")).await;
        window.says("main", says).await;
        window.shoot(&format!("german-{screen}")).await;
    }
    window.close().await;
}
