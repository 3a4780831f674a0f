//! Settings: another language, another look, and both hold at once.

use crate::life::Life;

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
