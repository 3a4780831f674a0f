//! By keyboard alone: a contact, a photo and back, an export.

use fantoccini::key::Key;

use crate::life::Life;

#[tokio::test]
async fn a_contact_is_searched_and_read() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.named("Verify the archive").await;
    window.control('3').await;
    window.says("main", "39 contacts").await;
    window.control('f').await;
    window.has_focus("Search contacts").await;
    window.keys("okonk").await;
    window.counts("main [role=option]", 1).await;
    window.press(Key::Down).await;
    window.says("main h2", "Ada Okonkwo-Bell").await;
    window.tab_to("Export…").await;
    window.press(Key::Escape).await;
    window.says(".detail", "Choose somebody").await;
    window.close().await;
}

#[tokio::test]
async fn the_palette_leads_to_a_photo_and_back() {
    let life = Life::copy().await;
    let window = crate::window(&life).await;
    window.named("Verify the archive").await;
    window.control('k').await;
    window
        .has_focus("Find a person, an event, a photo or a screen")
        .await;
    window.keys("PXL_20240303_153000").await;
    window.named_in("dialog", "PXL_20240303_153000").await;
    window.shoot("palette").await;
    assert_eq!(window.axe().await, Vec::<String>::new());
    window.press(Key::Enter).await;
    window.says(".lightbox", "PXL_20240303_153000.jpg").await;
    window.press(Key::Right).await;
    window.says(".lightbox", "15 of 28").await;
    window.press(Key::Escape).await;
    window.counts(".lightbox", 0).await;
    window.control('k').await;
    window
        .has_focus("Find a person, an event, a photo or a screen")
        .await;
    window.keys("home").await;
    window.named_in("dialog", "Home").await;
    window.press(Key::Enter).await;
    window.at("home").await;
    window.close().await;
}

#[tokio::test]
async fn an_export_from_its_first_choice_to_its_file() {
    let life = Life::copy().await;
    let out = life.beside("out");
    std::fs::create_dir(&out).unwrap();
    let window = crate::choosing(&life, &out).await;
    window.named("Verify the archive").await;
    window.control('e').await;
    window.says("main", "39 contacts").await;
    window.tab_to("Contacts").await;
    window.press(Key::Right).await;
    window.says("main", "events and to-dos").await;
    window.tab_to("Choose a folder…").await;
    window.press(Key::Enter).await;
    window.named("Export to “out”").await;
    window.tab_to("Export to “out”").await;
    window.press(Key::Enter).await;
    window.says("main h2", "written").await;
    // The focus goes on to what came.
    window.has_focus("written").await;
    assert!(std::fs::read_dir(&out).unwrap().count() > 0);
    window.close().await;
}
